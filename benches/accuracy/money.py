"""Bank accounts and payment cards. IBANs of every country that Macie names, with python-stdnum's check digits."""

import re
from pathlib import Path

from case import DRAW, cases, digits, grouped, letters, template
from stdnum import iban, luhn
from stdnum.es import ccc
from stdnum.iso7064 import mod_97_10

TABLE = Path(__file__).parents[2] / "tests/data/macie-identifiers.tsv"
# Country codes of the IDs, and the account's structure in the notation of the SWIFT registry.
COUNTRIES = {
    "ALBANIA": "AL8n16c", "ANDORRA": "AD8n12c", "BOSNIA_AND_HERZEGOVINA": "BA16n", "BRAZIL": "BR23n1a1c",
    "BULGARIA": "BG4a6n8c", "COSTA_RICA": "CR18n", "CROATIA": "HR17n", "CYPRUS": "CY8n16c", "CZECH_REPUBLIC": "CZ20n",
    "DENMARK": "DK14n", "DOMINICAN_REPUBLIC": "DO4c20n", "EGYPT": "EG25n", "ESTONIA": "EE16n", "FAROE_ISLANDS": "FO14n",
    "FINLAND": "FI14n", "FRANCE": "FR10n11c2n", "GEORGIA": "GE2a16n", "GERMANY": "DE18n", "GREECE": "GR7n16c",
    "GREENLAND": "GL14n", "HUNGARY": "HU24n", "ICELAND": "IS22n", "IRELAND": "IE4a14n", "ITALY": "IT1a10n12c",
    "JORDAN": "JO4a4n18c", "KOSOVO": "XK16n", "LIECHTENSTEIN": "LI5n12c", "LITHUANIA": "LT16n", "MALTA": "MT4a5n18c",
    "MAURITANIA": "MR23n", "MAURITIUS": "MU4a19n3a", "MONACO": "MC10n11c2n", "MONTENEGRO": "ME18n",
    "NETHERLANDS": "NL4a10n", "NORTH_MACEDONIA": "MK3n10c2n", "POLAND": "PL24n", "PORTUGAL": "PT21n",
    "SAN_MARINO": "SM1a10n12c", "SENEGAL": "SN1a23n", "SERBIA": "RS18n", "SLOVAKIA": "SK20n", "SLOVENIA": "SI15n",
    "SPAIN": "ES20n", "SWEDEN": "SE20n", "SWITZERLAND": "CH5n12c", "TIMOR_LESTE": "TL19n", "TUNISIA": "TN20n",
    "TURKIYE": "TR6n16c", "UK": "GB4a14n", "UKRAINE": "UA6n19c", "UNITED_ARAB_EMIRATES": "AE19n",
    "VIRGIN_ISLANDS": "VG4a16n",
}  # fmt: skip
CARDS = frozenset({"CREDIT_CARD_NUMBER", "CREDIT_CARD_NUMBER_(NO_KEYWORD)"})


def fours(separator):
    return lambda number: grouped(number, [4] * 9, separator)


def account(structure):
    kinds = {"n": "#", "a": "@", "c": "*"}
    return template("".join(kinds[kind] * int(size) for size, kind in re.findall(r"(\d+)([nac])", structure)))


def is_iban(number):
    """The check digits alone: python-stdnum lacks some countries, and a country's own check digits are none of an IBAN's."""
    return bool(re.fullmatch(r"[A-Z]{2}\d\d[A-Z0-9]+", number)) and mod_97_10.is_valid(number[4:] + number[:4])


def international():
    ids = {line.split("\t")[0] for line in TABLE.read_text().splitlines()}
    for country, form in COUNTRIES.items():
        id = f"{country}_BANK_ACCOUNT_NUMBER"
        assert id in ids, id

        def make(form=form):
            number = account(form[2:])
            return form[:2] + iban.calc_check_digits(f"{form[:2]}00{number}") + number

        styles = (str, fours(" "), fours("-"), str.lower)
        yield from cases(id, make, is_iban, styles, count=100, without_keyword=True)


def domestic():
    def rib():
        value = lambda c: c if c.isdigit() else str("ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(c) % 9 + 1 + (c > "R"))
        front = digits(10) + template("#" * 11)
        number = int("".join(map(value, front)))
        return f"{front}{97 - number * 100 % 97:02}"

    rule = lambda n: len(n) == 23 and n.isdigit() and 97 - int(n[:21]) * 100 % 97 == int(n[21:])
    styles = (str, lambda n: grouped(n, [5, 5, 11], " "))
    yield from cases("FRANCE_BANK_ACCOUNT_NUMBER", rib, rule, styles)
    german = lambda: DRAW.choice("12345678") + digits(17)
    yield from cases("GERMANY_BANK_ACCOUNT_NUMBER", german, styles=(str, lambda n: grouped(n, [8], " ")))

    odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]

    def cin(number):
        place = lambda c: int(c) if c.isdigit() else ord(c) - 65
        return chr(65 + sum(odd[place(c)] if n % 2 == 0 else place(c) for n, c in enumerate(number)) % 26)

    italian = lambda: (lambda n: cin(n) + n)(digits(10) + template("#" * 12))
    rule = lambda n: len(n) == 23 and n[1:].isdigit() and cin(n[1:]) == n[0]
    styles = (str, lambda n: grouped(n, [1, 5, 5], " "))
    yield from cases("ITALY_BANK_ACCOUNT_NUMBER", italian, rule, styles)

    def spanish():
        bank, number = digits(8), digits(10)
        return bank + ccc.calc_check_digits(f"{bank}00{number}") + number

    styles = (str, lambda n: grouped(n, [4, 4, 2], " "), lambda n: grouped(n, [4, 4, 2], "-"))
    yield from cases("SPAIN_BANK_ACCOUNT_NUMBER", spanish, lambda n: len(n) == 20 and ccc.is_valid(n), styles)
    british = lambda: f"{DRAW.randint(1, 89):02}-{digits(2)}-{digits(2)} {digits(8)}"
    yield from cases("UK_BANK_ACCOUNT_NUMBER", british)
    yield from cases("BANK_ACCOUNT_NUMBER", lambda: DRAW.choice("123456789") + digits(DRAW.randint(8, 16)))


ISSUERS = [
    ("4", 16), ("4", 13), ("4", 19), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16), ("34", 15), ("37", 15),
    ("6011", 16), ("644", 16), ("65", 16), ("300", 14), ("3095", 14), ("36", 14), ("38", 14), ("3528", 16), ("3589", 16),
    ("62", 16), ("62", 19), ("5019", 16), ("6759", 18), ("6304", 16),
]  # fmt: skip


def cards():
    def make():
        prefix, length = DRAW.choice(ISSUERS)
        front = prefix + digits(length - len(prefix) - 1)
        return front + luhn.calc_check_digit(front)

    rule = lambda n: n.isdigit() and 12 < len(n) < 20 and luhn.is_valid(n)

    def spaced(separator):
        def style(number):
            if len(number) in (14, 15):
                return grouped(number, [4, 6], separator)
            return number if len(number) in (13, 18) else grouped(number, [4] * 4, separator)

        return style

    styles = (str, spaced(" "), spaced("-"))
    yield from cases("CREDIT_CARD_NUMBER", make, rule, styles, also=CARDS)
    yield from cases("CREDIT_CARD_NUMBER_(NO_KEYWORD)", make, rule, styles, also=CARDS, without_keyword=True)
    codes = lambda: (lambda n: n if not 1900 <= int(n) <= 2099 and int(n) else None)(digits(DRAW.choice([3, 3, 3, 4])))
    yield from cases("CREDIT_CARD_SECURITY_CODE", codes)

    def expiration():
        month, year = DRAW.randint(1, 12), DRAW.randint(2022, 2034)
        name = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()[month - 1]
        forms = [f"{month:02}/{year % 100}", f"{month:02}/{year}", f"{name} {year}", f"{year % 100}-{name}", f"{month:02}-{year}"]
        return DRAW.choice(forms)

    yield from cases("CREDIT_CARD_EXPIRATION", expiration)

    def stripe():
        number, name = make(), f"{letters(5)}/{letters(4)}"
        rest = f"{DRAW.randint(25, 34)}{DRAW.randint(1, 12):02}101{digits(10)}"
        return DRAW.choice([f"%B{number}^{name}^{rest}?", f";{number}={rest}?"])

    yield from cases("CREDIT_CARD_MAGNETIC_STRIPE", stripe)


def all_cases():
    for part in (international, domestic, cards):
        yield from part()
