#!/usr/bin/env python3
"""Checks identifiers of the Americas, India, Australia and health against python-stdnum.

    pip install python-stdnum && benches/accuracy/world.py target/release/tamis [COUNT] [ID-PREFIX]

COUNT right numbers (300) of each kind in each style and surroundings have to be found under their own identifier, and COUNT
wrong ones may not be. Every number is made here; where python-stdnum knows a kind, it decides which numbers are wrong.
"""
import collections, csv, json, pathlib, random, re, string, subprocess, sys, tempfile
from stdnum import ean, luhn, verhoeff
from stdnum.ar import cuit
from stdnum.au import tfn
from stdnum.br import cnpj, cpf
from stdnum.ca import bc_phn, sin
from stdnum.cl import rut
from stdnum.co import nit
from stdnum.in_ import aadhaar, pan
from stdnum.mx import curp, rfc
from stdnum.us import ssn

R = random.Random(20261125)
UPPER = string.ascii_uppercase


def digits(n, first="0123456789"):
    return R.choice(first) + "".join(R.choices(string.digits, k=n - 1))


def letters(n, of=UPPER):
    return "".join(R.choices(of, k=n))


def until(make, valid):
    while not valid(value := make()):
        pass
    return value


def date():
    return f"{R.randint(40, 99):02}{R.randint(1, 12):02}{R.randint(1, 28):02}"


def cut(*sizes, by):
    """A style that puts a separator between groups."""
    def style(text):
        parts, at = [], 0
        for size in sizes:
            parts.append(text[at:at + size])
            at += size
        return by.join([*parts, text[at:]])
    return style


def fill(mask):
    """A style in which each # takes the next character; it fits texts of that length."""
    def style(text):
        if mask.count("#") != len(text):
            return None
        rest = iter(text)
        return "".join(next(rest) if c == "#" else c for c in mask)
    return style


def plain(text):
    return text


def dea_check(d):
    return str((sum(map(int, d[0::2])) + 2 * sum(map(int, d[1::2]))) % 10)


def make_dea():
    d = digits(6)
    return R.choice("ABFGMPR") + R.choice(UPPER + "9") + d + dea_check(d)


def make_curp():
    front = letters(1) + R.choice("AEIOUX") + letters(2) + date() + R.choice("HM") \
        + R.choice(sorted(curp._valid_states)) + letters(3, "BCDFGHJKLMNPQRSTVWXYZ") + digits(1)
    return front + curp.calc_check_digit(front)


def make_rfc(n):
    front = letters(n) + date() + R.choice("123456789ABCDEFGHIJKLMNPQRSTUV") + R.choice("123456789ABCDEFGHIJKLMNPQRSTUVWXYZ")
    return front + rfc.calc_check_digit(front)


def make_cnpj(alphabet):
    front = "".join(R.choices(alphabet, k=8)) + "000" + digits(1, "123")
    return front + cnpj.calc_check_digits(front)


def rg_check(body):
    rest = sum(int(d) * w for d, w in zip(body, range(2, 10))) % 11
    return "0X987654321"[rest]


def make_rg():
    body = digits(8, "1234")
    return body + rg_check(body)


def make_nit(size, first):
    body = digits(size, first)
    return body + nit.calc_check_digit(body)


def make_mbi():
    a = "ACDEFGHJKMNPQRTUVWXY"
    return digits(1, "123456789") + letters(1, a) + letters(1, a + string.digits) + digits(1) + letters(1, a) \
        + letters(1, a + string.digits) + digits(1) + letters(2, a) + digits(2)


def make_ssn():
    return until(lambda: digits(9, "01234578"), ssn.is_valid)


def is_itin(n):
    return n[0] == "9" and (50 <= (g := int(n[3:5])) <= 65 or 70 <= g <= 88 or 90 <= g <= 92 or 94 <= g <= 99)


def hibcc_check(text):
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
    return alphabet[sum(map(alphabet.index, text)) % 43]


def make_hibcc():
    # A check character that is no letter or digit ends no word.
    return until(lambda: "+" + letters(1) + digits(3) + letters(3) + digits(4) + "1", lambda t: hibcc_check(t).isalnum())


def make_gtin():
    body = digits(13, "01")
    return body + ean.calc_check_digit(body)


def luhned(front, size):
    body = front + digits(size - len(front) - 1)
    return body + luhn.calc_check_digit(body)


def compact(text):
    return re.sub(r"[^0-9A-Za-zÑ&]", "", text).upper()


def sized(*counts):
    """For kinds without a check digit: only the count of digits can be wrong."""
    return lambda n: sum(map(str.isdigit, n)) in counts


def canada(n):
    number = n.lstrip(UPPER).rstrip(UPPER)
    return len(number) in (8, 9, 12) or number[:1] == "0" or bc_phn.is_valid(number) or luhn.is_valid(number)


# identifier: makers, styles, what says that a number is right, keyword, sentence
KINDS = {
    "USA_SOCIAL_SECURITY_NUMBER": (make_ssn, [plain, cut(3, 2, by="-"), cut(3, 2, by=" ")], sized(9), "ssn", "Su número de seguro social es {}."),
    "USA_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER": (lambda: until(lambda: digits(9, "9"), is_itin), [plain, cut(3, 2, by="-"), cut(3, 2, by=" ")], lambda n: len(n) == 9 and is_itin(n), "itin", "The individual taxpayer identification number {} came back."),
    "USA_PASSPORT_NUMBER": (lambda: R.choice([digits(9, "345"), letters(1) + digits(8)]), [plain], lambda n: len(n) == 9, "passport", "Su pasaporte es {}."),
    "USA_NATIONAL_PROVIDER_IDENTIFIER": (lambda: luhned("80840" + R.choice("12"), 15)[5:], [plain], lambda n: len(n) == 10 and n[0] in "12" and luhn.is_valid("80840" + n), "npi", "The national provider identifier of the clinic is {}."),
    "US_DRUG_ENFORCEMENT_AGENCY_NUMBER": (make_dea, [plain, str.lower], lambda n: len(n) == 9 and n[2:].isdigit() and dea_check(n[2:8]) == n[8], "dea number", "Her DEA registration {} expired."),
    "USA_MEDICARE_BENEFICIARY_IDENTIFIER": (make_mbi, [plain, cut(4, 3, by="-"), cut(4, 3, by=" ")], lambda n: len(n) == 11, "mbi", "The medicare beneficiary {} called."),
    "USA_HEALTH_INSURANCE_CLAIM_NUMBER": (lambda: make_ssn() + R.choice(["A", "B", "B2", "C1", "D", "T", "W1", "M"]), [plain, cut(3, 2, 4, by="-"), lambda t: cut(3, 2, by="-")(t)], lambda n: n[:9].isdigit() and n[9:10].isalpha(), "hicn", "The medicare claim number {} is on the card."),
    "USA_HEALTHCARE_PROCEDURE_CODE": (lambda: R.choice(["J", "G", "L"]) + digits(4, "123456789"), [plain], lambda n: len(n) == 5, "hcpcs", "Current procedural terminology, code {}."),
    "USA_NATIONAL_DRUG_CODE": (lambda: digits(11, "12345678"), [plain, fill("#####-####-##"), lambda t: cut(4, 4, by="-")(t[:10]), lambda t: cut(5, 3, by="-")(t[:10]), lambda t: cut(5, 4, by="-")(t[:10])], sized(10, 11), "ndc", "The national drug code {} is on the box."),
    "MEDICAL_DEVICE_UDI": (make_gtin, [lambda t: "(01)" + t, lambda t: "(01)" + t + "(17)" + date() + "(10)A" + t[-4:], lambda t: "01" + t], lambda n: ean.is_valid(n[2:16]) and len(n[2:16]) == 14, "device identifier", "The unique device identifier {} is on the label."),
    "MEDICAL_DEVICE_UDI HIBCC": (make_hibcc, [lambda t: t + hibcc_check(t)], lambda n: hibcc_check("+" + n[:-1]) == n[-1] or hibcc_check("+" + n) == " ", "hibcc", "The unique device identifier {} is on the label."),
    "CANADA_HEALTH_NUMBER BC": (lambda: until(lambda: digits(10, "9"), bc_phn.is_valid), [plain, cut(4, 3, by=" "), cut(4, 3, by="-")], canada, "personal health number", "Vos soins de santé: {}."),
    "CANADA_HEALTH_NUMBER ON": (lambda: luhned(R.choice("12345678"), 10) + letters(2), [plain, fill("####-###-###-##"), fill("#### ### ### ##"), lambda t: t[:10], lambda t: cut(4, 3, by="-")(t[:10])], canada, "ohip", "La carte d'assurance maladie {} est perdue."),
    "CANADA_HEALTH_NUMBER QC": (lambda: letters(4) + date() + digits(2), [plain, cut(4, 4, by=" "), cut(4, 4, by="-")], canada, "ramq", "La carte d'assurance maladie {} est perdue."),
    "CANADA_HEALTH_NUMBER AB": (lambda: digits(9, "123456789"), [cut(5, by="-"), cut(3, 3, by=" ")], canada, "health card", "Vos soins de santé: {}."),
    "CANADA_SOCIAL_INSURANCE_NUMBER": (lambda: luhned(R.choice("12345679"), 9), [plain, cut(3, 3, by=" "), cut(3, 3, by="-")], sin.is_valid, "sin", "Le numéro d'assurance sociale est {}."),
    "CANADA_PASSPORT_NUMBER": (lambda: R.choice([letters(2) + digits(6), letters(1) + digits(6) + letters(2)]), [plain], sized(6), "passport", "Le passeport canadien {} est perdu."),
    "CANADA_NATIONAL_IDENTIFICATION_NUMBER": (lambda: letters(2) + digits(R.choice([7, 10])), [plain], sized(7, 8, 9, 10), "permanent resident card", "La carte de résident permanent {} est perdue."),
    "BRAZIL_CPF_NUMBER": (lambda: until(lambda: (b := digits(9)) + cpf._calc_check_digits(b), cpf.is_valid), [plain, fill("###.###.###-##"), fill("#########-##")], cpf.is_valid, "cpf", "O cadastro de pessoas físicas é {}."),
    "BRAZIL_CNPJ_NUMBER": (lambda: make_cnpj(string.digits), [plain, fill("##.###.###/####-##"), fill("########/####-##")], cnpj.is_valid, "cnpj", "O cadastro nacional da pessoa jurídica é {}."),
    "BRAZIL_CNPJ_NUMBER letters": (lambda: make_cnpj(string.digits + UPPER), [plain, fill("##.###.###/####-##")], cnpj.is_valid, "cnpj", "O cadastro nacional da pessoa jurídica é {}."),
    "BRAZIL_RG_NUMBER": (make_rg, [plain, fill("########-#")], lambda n: len(n) == 9 and n[:8].isdigit() and rg_check(n[:8]) == n[8] or len(n) != 9, "rg", "A carteira de identidade {} foi perdida."),
    "BRAZIL_RG_NUMBER dots": (make_rg, [fill("##.###.###-#")], sized(7, 8, 9), "registro geral", "A carteira de identidade {} foi perdida."),
    "BRAZIL_CEP_CODE": (lambda: digits(8, "123456789"), [plain, fill("#####-###")], sized(8), "cep", "O código postal é {}."),
    "ARGENTINA_DNI_NUMBER": (lambda: digits(8, "1234"), [plain, fill("##.###.###")], sized(7, 8), "dni", "Su documento nacional de identidad es {}."),
    "ARGENTINA_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER": (lambda: (b := R.choice(["20", "23", "24", "27"]) + digits(8)) + cuit.calc_check_digit(b), [plain, fill("##-########-#"), fill("## ######## #")], cuit.is_valid, "cuil", "Su clave única de identificación tributaria: {}."),
    "ARGENTINA_ORGANIZATION_TAX_IDENTIFICATION_NUMBER": (lambda: (b := R.choice(["30", "33", "34"]) + digits(8)) + cuit.calc_check_digit(b), [plain, fill("##-########-#"), fill("## ######## #")], cuit.is_valid, "cuit", "El número de contribuyente es {}."),
    "ARGENTINA_TARJETA_SUBE": (lambda: luhned("6061", 16), [plain, fill("#### #### #### ####"), fill("####-####-####-####")], luhn.is_valid, "tarjeta sube", "La tarjeta del sistema único de boleto electrónico {}."),
    "CHILE_RUT_NUMBER": (lambda: (b := digits(R.choice([7, 8]), "123456789")) + rut.calc_check_digit(b), [plain, fill("########-#"), fill("#######-#"), fill("##.###.###-#"), fill("#.###.###-#")], lambda n: rut.is_valid(n) or n[-1] == "K" and rut.is_valid(n[:-1]), "rut", "El rol único tributario es {}."),
    "COLOMBIA_CITIZENSHIP_CARD_NUMBER": (lambda: R.choice([digits(8, "123456789"), digits(10, "1")]), [plain, fill("##.###.###"), fill("#.###.###.###")], sized(6, 7, 8, 10), "cédula de ciudadanía", "El documento de identificación es {}."),
    "COLOMBIA_INDIVIDUAL_NIT_NUMBER": (lambda: make_nit(*R.choice([(8, "1234567"), (10, "1")])), [plain, fill("##.###.###-#"), fill("########-#"), fill("#.###.###.###-#"), fill("##########-#")], nit.is_valid, "nit", "Su número de identificación tributaria: {}."),
    "COLOMBIA_ORGANIZATION_NIT_NUMBER": (lambda: make_nit(9, "89"), [plain, fill("###.###.###-#"), fill("#########-#"), fill("######### #")], nit.is_valid, "nit", "Su número de identificación tributaria: {}."),
    "MEXICO_CURP_NUMBER": (lambda: until(make_curp, curp.is_valid), [plain, str.lower], curp.is_valid, "curp", "La clave única de registro de población es {}."),
    "MEXICO_INDIVIDUAL_RFC_NUMBER": (lambda: make_rfc(4), [plain, fill("####-######-###"), fill("#### ###### ###"), str.lower], lambda n: rfc.is_valid(n, True), "rfc", "El registro federal de contribuyentes es {}."),
    "MEXICO_ORGANIZATION_RFC_NUMBER": (lambda: make_rfc(3), [plain, fill("###-######-###"), fill("### ###### ###")], lambda n: rfc.is_valid(n, True), "rfc", "El registro federal de contribuyentes es {}."),
    "INDIA_AADHAAR_NUMBER": (lambda: (b := digits(11, "23456789")) + verhoeff.calc_check_digit(b), [plain, fill("#### #### ####"), fill("####-####-####")], aadhaar.is_valid, "aadhaar", "आधार {} है।"),
    "INDIA_PERMANENT_ACCOUNT_NUMBER": (lambda: until(lambda: letters(3) + letters(1, "ABCFGHJKLPT") + letters(1) + digits(4) + letters(1), pan.is_valid), [plain, str.lower], lambda n: len(n) == 10, "pan card", "पैन {} है।"),
    "AUSTRALIA_TAX_FILE_NUMBER": (lambda: until(lambda: digits(9), tfn.is_valid), [plain, fill("### ### ###"), fill("###-###-###")], lambda n: len(n) == 8 or tfn.is_valid(n), "tfn", "His tax file number is {}."),
}


def mutants(make, styles, valid):
    """Numbers near right ones: a digit changed, two exchanged, one too few or too many."""
    while True:
        text = styled(make, styles)
        places = [i for i, c in enumerate(text) if c.isdigit()]
        at = R.choice(places)
        kind = R.randrange(4)
        if kind == 0:
            text = text[:at] + R.choice(string.digits) + text[at + 1:]
        elif kind == 1 and at + 1 < len(text) and text[at + 1].isdigit():
            text = text[:at] + text[at + 1] + text[at] + text[at + 2:]
        elif kind == 2:
            text = text[:at] + text[at + 1:]
        elif kind == 3:
            text = text[:at] + digits(1) + text[at:]
        if not any(valid(compact(part)) for part in [text, *text.split()]):
            yield text


def styled(make, styles):
    while (text := R.choice(styles)(make())) is None:
        pass
    return text


def camel(keyword):
    return "client" + "".join(word.title() for word in keyword.split())


def surroundings(folder, values, keyword, sentence):
    write = lambda name, lines: (folder / name).write_text("".join(f"{line}\n" for line in lines))
    folder.mkdir(parents=True)
    write("keyword.txt", (f"{keyword.upper()}: {v}" for v in values))
    write("sentence.txt", (f"We were told on the phone that the {keyword} is {v}, and wrote it down at once." for v in values))
    write("behind.txt", (f"{v} ({keyword})" for v in values))
    write("language.txt", (sentence.format(v) for v in values))
    with open(folder / "table.csv", "w", newline="") as file:
        csv.writer(file).writerows([["row", keyword.replace(" ", "_"), "city"], *([n, v, "Springfield"] for n, v in enumerate(values))])
    write("records.json", [json.dumps([{"row": n, camel(keyword): v} for n, v in enumerate(values)], ensure_ascii=False)])


def pairs(folder, values):
    """Two numbers of different kinds beside each other, each with its keyword before or behind it: each has to keep its own."""
    folder.mkdir()
    kinds, expected, lines = sorted(values), {}, []
    for kind in kinds:
        for other in kinds:
            for separator in [", ", "; ", " | ", "\n"]:
                two = [(k, R.choice(values[k]["right"])) for k in (kind, other)]
                expected |= {value: k.split()[0] for k, value in two}
                lines.append(separator.join(f"{KINDS[k][3]}: {value}" for k, value in two) + "\n" + "-" * 60)
                lines.append(separator.join(f"{value} ({KINDS[k][3]})" for k, value in two) + "\n" + "-" * 60)
    (folder / "pairs.txt").write_text("\n".join(lines))
    return expected


def scan(binary, root):
    run = [binary, "scan", root, "--identifiers", "all", "--reveal", "--format", "json", "--max-occurrences", "100000", "--no-progress"]
    found = collections.defaultdict(lambda: collections.defaultdict(set))
    for finding in json.loads(subprocess.run(run, capture_output=True, check=True).stdout)["findings"]:
        path = finding["resourcesAffected"]["file"]["path"]
        for group in finding["classificationDetails"]["result"]["sensitiveData"]:
            for detection in group["detections"]:
                found[path][detection["type"]] |= {match["value"] for match in detection["matches"]}
    return found


def main():
    binary, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 300
    kinds = {k: v for k, v in KINDS.items() if k.startswith(sys.argv[3] if len(sys.argv) > 3 else "")}
    values, faults = {}, 0
    with tempfile.TemporaryDirectory() as root:
        for kind, (make, styles, valid, keyword, sentence) in kinds.items():
            wrong = mutants(make, styles, valid)
            values[kind] = {"right": [styled(make, styles) for _ in range(count)], "wrong": [next(wrong) for _ in range(count)]}
            for which, list_ in values[kind].items():
                surroundings(pathlib.Path(root) / kind.replace(" ", "_") / which, list_, keyword, sentence)
        expected = pairs(pathlib.Path(root) / "pairs", values)
        found = scan(binary, root)
    types = collections.defaultdict(set)
    for identifier, matched in found["pairs/pairs.txt"].items():
        for value in matched:
            types[value].add(identifier)
    confused = collections.Counter((identifier, *sorted(types[value])) for value, identifier in expected.items() if types[value] != {identifier})
    for case, times in confused.most_common():
        faults += 1
        print("pairs", times, *case)
    for kind, both in values.items():
        identifier, folder = kind.split()[0], kind.replace(" ", "_")
        for place in ["keyword.txt", "sentence.txt", "behind.txt", "language.txt", "table.csv", "records.json"]:
            right, wrong = found[f"{folder}/right/{place}"], found[f"{folder}/wrong/{place}"]
            missed = sorted(set(both["right"]) - right[identifier])
            false = sorted(wrong[identifier])
            other = {i: sorted(v)[:2] for i, v in right.items() if i != identifier}
            if missed or false:
                faults += 1
                print(f"{kind} {place}: {len(missed)} missed {missed[:4]}, {len(false)} false {false[:4]}, others {other}")
    print(f"{len(values)} kinds, {count} right and {count} wrong numbers of each in 6 places; {faults} lists with faults")
    sys.exit(faults > 0)


if __name__ == "__main__":
    main()
