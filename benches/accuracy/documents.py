"""Identity papers, tax and insurance numbers, licences. Check digits are those of python-stdnum wherever it has a module."""

from case import DRAW, bare, cases, digits, grouped, letters, solved, template
from stdnum import luhn, verhoeff
from stdnum.ar import cuit
from stdnum.au import tfn
from stdnum.br import cnpj, cpf
from stdnum.ca import sin
from stdnum.cl import rut
from stdnum.co import nit
from stdnum.de import idnr
from stdnum.es import cif, dni, nie
from stdnum.fi import hetu
from stdnum.fr import nif as spi
from stdnum.fr import nir
from stdnum.gb import nhs, utr
from stdnum.in_ import aadhaar
from stdnum.it import codicefiscale
from stdnum.mx import curp, rfc
from stdnum.se import personnummer
from stdnum.us import itin, ssn

NUMERALS = "0123456789"
NINE_DIGIT_PASSPORTS = frozenset({"UK_PASSPORT_NUMBER", "USA_PASSPORT_NUMBER"})
ENGLISH_LICENCES = frozenset({"DRIVERS_LICENSE", "CANADA_DRIVERS_LICENSE", "AUSTRALIA_DRIVERS_LICENSE"})
DUTCH_LICENCES = frozenset({"BELGIUM_DRIVERS_LICENSE", "NETHERLANDS_DRIVERS_LICENSE"})
GERMAN_LICENCES = frozenset({"AUSTRIA_DRIVERS_LICENSE", "GERMANY_DRIVERS_LICENSE", "LUXEMBOURG_DRIVERS_LICENSE"})


def plain(text):
    return text


def by(sizes, separator):
    return lambda number: grouped(number, sizes, separator)


def born(first=40, last=99):
    return DRAW.randint(first, last), DRAW.randint(1, 12), DRAW.randint(1, 28)


def icao(number):
    """The check digit of ICAO 9303: weights 7, 3, 1."""
    return sum(int(c, 36) * (7, 3, 1)[n % 3] for n, c in enumerate(number)) % 10


def has_icao(number):
    return len(number) == 10 and number[-1].isdigit() and icao(number[:-1]) == int(number[-1])


def france():
    def make():
        year, month, _ = born()
        place = DRAW.choice([f"{DRAW.randint(1, 95):02}", "2A", "2B", "99"])
        if place == "20":
            return None
        front = f"{DRAW.choice('12')}{year:02}{month:02}{place}{DRAW.randint(1, 899):03}{DRAW.randint(1, 990):03}"
        return front + nir.calc_check_digits(front)

    styles = (plain, by([1, 2, 2, 2, 3, 3], " "), by([13], " "))
    yield from cases("FRANCE_NATIONAL_IDENTIFICATION_NUMBER", make, nir.is_valid, styles)
    tax = lambda: solved(DRAW.choice("0123") + digits(9), 3, NUMERALS, spi.is_valid)
    yield from cases("FRANCE_TAX_IDENTIFICATION_NUMBER", tax, spi.is_valid, (plain, by([2, 2, 3, 3], " ")))
    yield from cases("FRANCE_PASSPORT_NUMBER", lambda: template("##@@#####"))
    yield from cases("FRANCE_HEALTH_INSURANCE_NUMBER", lambda: template("#" * 21), styles=(plain, by([10, 10], " ")))
    card = lambda: f"{DRAW.randint(13, 25)}{letters(2)}{digits(5)}"
    yield from cases("FRANCE_DRIVERS_LICENSE", card)


def germany():
    in_a_row = lambda number: any(a == b == c for a, b, c in zip(number, number[1:], number[2:10]))
    rule = lambda number: idnr.is_valid(number) and len(number) == 11 and not in_a_row(number)
    tax = lambda: solved(DRAW.choice("123456789") + digits(9), 1, NUMERALS, rule)
    yield from cases("GERMANY_TAX_IDENTIFICATION_NUMBER", tax, rule, (plain, by([2, 3, 3], " ")))
    signs = "CFGHJKLMNPRTVWXYZ" + NUMERALS

    def paper(first):
        number = DRAW.choice(first) + letters(8, signs)
        # A row of letters is a word to any scanner; the authorities' numbers hold digits.
        return number + str(icao(number)) if sum(c.isdigit() for c in number) > 1 else None

    # Nine characters are the number without its check digit: nothing can be wrong with them.
    rule = lambda number: len(number) == 9 or has_icao(number)
    yield from cases("GERMANY_NATIONAL_IDENTIFICATION_NUMBER", lambda: paper("LMNPRTVWXY"), rule)
    yield from cases("GERMANY_PASSPORT_NUMBER", lambda: paper("CFGHJK"), rule)

    def licence():
        front = template("@##") + template("******")
        check = sum(int(c, 36) * (9 - n) for n, c in enumerate(front)) % 11
        return front + ("X" if check == 10 else str(check)) + template("#")

    yield from cases("GERMANY_DRIVERS_LICENSE", licence, also=GERMAN_LICENCES)


def spain():
    identity = frozenset({"SPAIN_DNI_NUMBER", "SPAIN_NIF_NUMBER"})
    number = lambda: (lambda n: n + dni.calc_check_digit(n))(digits(8))
    dotted = lambda n: f"{n[:2]}.{n[2:5]}.{n[5:8]}-{n[8]}"
    styles = (plain, by([8], "-"), by([8], " "), dotted)
    yield from cases("SPAIN_DNI_NUMBER", number, dni.is_valid, styles, also=identity)
    yield from cases("SPAIN_NIF_NUMBER", number, dni.is_valid, styles, also=identity)
    licence = frozenset({"SPAIN_DRIVERS_LICENSE"})
    yield from cases("SPAIN_DRIVERS_LICENSE", number, dni.is_valid, styles[:3], also=licence)
    foreign = lambda: (lambda n: n + nie.calc_check_digit(n))(DRAW.choice("XYZ") + digits(7))
    yield from cases("SPAIN_NIE_NUMBER", foreign, nie.is_valid, (plain, by([1, 7], "-"), by([8], "-")))
    # The letter is the only form of these kinds: python-stdnum takes the digit too.
    registered = lambda n: len(n) == 9 and cif.is_valid(n) and not (n[0] in "NPQRSW" and n[-1].isdigit())
    company = lambda: solved(DRAW.choice("ABCDEFGHJNPQRSUVW") + digits(7), 1, NUMERALS + "ABCDEFGHIJ", registered)
    yield from cases("SPAIN_TAX_IDENTIFICATION_NUMBER", company, registered, (plain, by([1], "-")))

    def social(number):
        if not (len(number) == 12 and number.isdigit() and 1 <= int(number[:2]) <= 53 or number[:2] == "66"):
            return False
        middle = int(number[2:10])
        whole = middle + int(number[:2]) * 10**7 if middle < 10**7 else int(number[:10])
        return whole % 97 == int(number[10:])

    provinces = lambda: solved(f"{DRAW.randint(1, 52):02}{digits(8)}", 2, NUMERALS, social)
    styles = (plain, by([2, 8], "/"), by([2, 8], " "), by([2, 8], "-"))
    yield from cases("SPAIN_SOCIAL_SECURITY_NUMBER", provinces, social, styles)
    older = frozenset({"CANADA_PASSPORT_NUMBER"})
    yield from cases("SPAIN_PASSPORT_NUMBER", lambda: template("@@@######"))
    yield from cases("SPAIN_PASSPORT_NUMBER", lambda: template("@@######"), also=older)


def italy():
    consonants = "BCDFGLMNPRSTVZ"

    def person():
        year, _, day = born(0)
        month = DRAW.choice("ABCDEHLMPRST")
        day += DRAW.choice([0, 40])
        front = f"{letters(6, consonants)}{year:02}{month}{day:02}{letters(1, 'ABCDEFGHIL')}{DRAW.randint(100, 799)}"
        return front + codicefiscale.calc_check_digit(front)

    rule = lambda number: len(number) == 16 and codicefiscale.is_valid(number)
    yield from cases("ITALY_NATIONAL_IDENTIFICATION_NUMBER", person, rule, (plain, str.lower, by([3, 3, 5], " ")))
    yield from cases("ITALY_PASSPORT_NUMBER", lambda: template("@@#######"))
    yield from cases("ITALY_DRIVERS_LICENSE", lambda: template(DRAW.choice(["@@#######@", "U1#######@"])))


def united_kingdom():
    rule = lambda number: len(number) == 10 and nhs.is_valid(number)
    health = lambda: solved(DRAW.choice("4567") + digits(8), 1, NUMERALS, rule)
    yield from cases("UK_NHS_NUMBER", health, rule, (plain, by([3, 3], " "), by([3, 3], "-")))
    reference = lambda: (lambda n: utr.calc_check_digit(n) + n)(digits(9))
    rule = lambda number: len(bare(number).strip("K")) == 10 and utr.is_valid(number)
    yield from cases("UK_TAX_IDENTIFICATION_NUMBER", reference, rule, (plain, by([5], " "), lambda n: n + "K"))

    def insured(number):
        pair, rest = number[:2], number[2:]
        return (
            len(number) == 9
            and pair.isalpha()
            and rest[:6].isdigit()
            and rest[6] in "ABCD"
            and not set(pair) & set("DFIQUV")
            and pair[1] != "O"
            and pair not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")
        )

    number = lambda: template("@@######") + DRAW.choice("ABCD")
    styles = (plain, by([2, 2, 2, 2], " "), by([2, 2, 2, 2], "-"), str.lower)
    yield from cases("UK_NATIONAL_INSURANCE_NUMBER", number, insured, styles)
    yield from cases("UK_PASSPORT_NUMBER", lambda: DRAW.choice("123456789") + digits(8), also=NINE_DIGIT_PASSPORTS)
    yield from cases("UK_ELECTORAL_ROLL_NUMBER", lambda: template(DRAW.choice(["@@####", "@@###", "@@ ####"])))

    def licence():
        _, month, day = born()
        month += DRAW.choice([0, 50])
        name = letters(DRAW.randint(2, 5), "BCDFGHJKLMNPRSTVW").ljust(5, "9")
        return f"{name}{digits(1)}{month:02}{day:02}{digits(1)}{letters(1)}{DRAW.choice('9AEJ')}{template('#@@')}"

    yield from cases("UK_DRIVERS_LICENSE", licence, styles=(plain, by([5, 6], " "), str.lower))


LICENCES = {
    "AUSTRIA": ["########"], "BELGIUM": ["##########"], "BULGARIA": ["#########"], "CROATIA": ["########"],
    "CYPRUS": ["############"], "CZECHIA": ["@@######", "@@ ######"], "DENMARK": ["########"],
    "ESTONIA": ["ET######"], "GREECE": ["#########"], "HUNGARY": ["@@######"], "IRELAND": ["### ### ###", "######@@@@"],
    "LATVIA": ["@@@######", "@@######"], "LITHUANIA": ["########"], "LUXEMBOURG": ["######"],
    "MALTA": ["@@ ### ###"], "NETHERLANDS": ["##########"], "POLAND": ["#####/##/####"],
    "PORTUGAL": ["@@-##### #", "@-###### #"], "ROMANIA": ["@########@", "@########"], "SLOVAKIA": ["@#######"],
    "SLOVENIA": ["#########"],
}  # fmt: skip


def licences():
    for country, forms in LICENCES.items():
        id = f"{country}_DRIVERS_LICENSE"
        make = lambda forms=forms: template(DRAW.choice(forms))
        yield from cases(id, make, also=next((group for group in (GERMAN_LICENCES, DUTCH_LICENCES) if id in group), frozenset()))

    def finnish():
        year, month, day = born()
        front = f"{day:02}{month:02}{year:02}"
        number = DRAW.randint(2, 899)
        return f"{front}-{number:03}" + "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(f"{front}{number:03}") % 31]

    rule = lambda n: len(n) == 10 and hetu.is_valid(f"{n[:6]}-{n[6:]}")
    yield from cases("FINLAND_DRIVERS_LICENSE", lambda: bare(finnish()), rule, (by([6], "-"),))

    def swedish():
        year, month, day = born()
        front = f"{year:02}{month:02}{day:02}{digits(3)}"
        return front + luhn.calc_check_digit(front)

    rule = lambda n: len(n) == 10 and personnummer.is_valid(f"{n[:6]}-{n[6:]}")
    yield from cases("SWEDEN_DRIVERS_LICENSE", swedish, rule, (by([6], "-"),))
    yield from cases("DRIVERS_LICENSE", lambda: template(DRAW.choice(["@#######", "@##-##-####"])), also=ENGLISH_LICENCES)


def elsewhere():
    """The other numbers that python-stdnum knows."""
    person = lambda: (lambda n: n + cuit.calc_check_digit(n))(DRAW.choice(["20", "23", "24", "27"]) + digits(8))
    taxpayer = "ARGENTINA_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER"
    rule = lambda n: len(n) == 11 and n[:2] in ("20", "23", "24", "27") and cuit.is_valid(n)
    yield from cases(taxpayer, person, rule, (plain, by([2, 8], "-")))
    number = lambda: (lambda n: n + cpf._calc_check_digits(n))(digits(9))
    yield from cases("BRAZIL_CPF_NUMBER", number, cpf.is_valid, (plain, lambda n: f"{n[:3]}.{n[3:6]}.{n[6:9]}-{n[9:]}"))
    number = lambda: (lambda n: n + cnpj.calc_check_digits(n))(digits(8) + "0001")
    styles = (plain, lambda n: f"{n[:2]}.{n[2:5]}.{n[5:8]}/{n[8:12]}-{n[12:]}")
    yield from cases("BRAZIL_CNPJ_NUMBER", number, cnpj.is_valid, styles)
    number = lambda: (lambda n: n + rut.calc_check_digit(n))(DRAW.choice("12") + digits(7))
    styles = (by([8], "-"), lambda n: f"{n[:2]}.{n[2:5]}.{n[5:8]}-{n[8]}")
    yield from cases("CHILE_RUT_NUMBER", number, lambda n: len(n) == 9 and rut.is_valid(n), styles)
    number = lambda: (lambda n: n + nit.calc_check_digit(n))(DRAW.choice(["1", "5"]) + digits(8))
    both = frozenset({"COLOMBIA_INDIVIDUAL_NIT_NUMBER", "COLOMBIA_ORGANIZATION_NIT_NUMBER"})
    yield from cases("COLOMBIA_INDIVIDUAL_NIT_NUMBER", number, nit.is_valid, (by([9], "-"),), also=both)
    number = lambda: (lambda n: n + verhoeff.calc_check_digit(n))(DRAW.choice("23456789") + digits(10))
    yield from cases("INDIA_AADHAAR_NUMBER", number, aadhaar.is_valid, (plain, by([4, 4], " "), by([4, 4], "-")))
    number = lambda: solved(DRAW.choice("12345679") + digits(7), 1, NUMERALS, tfn.is_valid)
    rule = lambda n: len(n) == 9 and tfn.is_valid(n)
    yield from cases("AUSTRALIA_TAX_FILE_NUMBER", number, rule, (plain, by([3, 3], " ")))
    number = lambda: solved(DRAW.choice("1234567") + digits(7), 1, NUMERALS, sin.is_valid)
    yield from cases("CANADA_SOCIAL_INSURANCE_NUMBER", number, sin.is_valid, (plain, by([3, 3], " "), by([3, 3], "-")))
    number = lambda: DRAW.choice("12345") + digits(8)
    rule = lambda n: len(n) == 9 and ssn.is_valid(f"{n[:3]}-{n[3:5]}-{n[5:]}")
    yield from cases("USA_SOCIAL_SECURITY_NUMBER", number, rule, (plain, by([3, 2], "-"), by([3, 2], " ")))
    number = lambda: "9" + digits(8)
    rule = lambda n: len(n) == 9 and itin.is_valid(f"{n[:3]}-{n[3:5]}-{n[5:]}")
    tax = "USA_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER"
    yield from cases(tax, number, rule, (plain, by([3, 2], "-"), by([3, 2], " ")))

    def mexican():
        year, month, day = born(50)
        front = f"{letters(1, 'BCDFG')}{letters(1, 'AE')}{letters(2, 'BCDFGHJKLM')}{year:02}{month:02}{day:02}"
        return solved(f"{front}H{DRAW.choice(['DF', 'JC', 'NL'])}{letters(3, 'BCDFGHJKLM')}0", 1, NUMERALS, curp.is_valid)

    yield from cases("MEXICO_CURP_NUMBER", mexican, curp.is_valid)

    def taxed():
        front = mexican()[:10]
        rule = lambda n: rfc.is_valid(n, validate_check_digits=True)
        return solved(front + template("@#"), 1, NUMERALS + "A", rule)

    rule = lambda n: len(n) == 13 and rfc.is_valid(n, validate_check_digits=True)
    yield from cases("MEXICO_INDIVIDUAL_RFC_NUMBER", taxed, rule)


def health():
    def european():
        return "80" + DRAW.choice(["040", "250", "276", "724", "380", "826", "756"]) + digits(15)

    cards = frozenset({"EUROPEAN_HEALTH_INSURANCE_CARD_NUMBER", "FINLAND_EUROPEAN_HEALTH_INSURANCE_NUMBER"})
    yield from cases("EUROPEAN_HEALTH_INSURANCE_CARD_NUMBER", european, styles=(plain, by([4, 4, 4, 4], " ")))
    finnish = lambda: "8024680246" + digits(10)
    yield from cases("FINLAND_EUROPEAN_HEALTH_INSURANCE_NUMBER", finnish, styles=(plain, by([10], " ")), also=cards)


def all_cases():
    for part in (france, germany, spain, italy, united_kingdom, licences, elsewhere, health):
        yield from part()
