"""Telephone numbers of python-phonenumbers' plans, dates of birth, vehicles, coordinates, cookies."""

import datetime

import phonenumbers
from case import DRAW, Case, cases, digits, letters, template
from phonenumbers import PhoneNumberFormat, PhoneNumberType

REGIONS = {
    "PHONE_NUMBER": ["US", "CA"], "BRAZIL_PHONE_NUMBER": ["BR"], "FRANCE_PHONE_NUMBER": ["FR"],
    "GERMANY_PHONE_NUMBER": ["DE"], "ITALY_PHONE_NUMBER": ["IT"], "SPAIN_PHONE_NUMBER": ["ES"], "UK_PHONE_NUMBER": ["GB"],
}  # fmt: skip
KINDS = [PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE]


def neighbour(region):
    """A valid number of the region: its example with other last digits."""
    example = phonenumbers.example_number_for_type(region, DRAW.choice(KINDS))
    text = str(example.national_number)
    if region == "DE" and text.startswith("800"):
        text = text[:10]
    changed = text[:-4] + digits(4)
    number = phonenumbers.PhoneNumber(example.country_code, int(changed), italian_leading_zero=example.italian_leading_zero)
    return number if phonenumbers.is_valid_number(number) else None


def also_valid(text, own):
    """The other plans that a number without its country code fits: no scanner can tell them apart by it."""
    fitting = {own}
    for id, regions in REGIONS.items():
        for region in regions:
            try:
                if phonenumbers.is_valid_number_for_region(phonenumbers.parse(text, region), region):
                    fitting.add(id)
            except phonenumbers.NumberParseException:
                pass
    return frozenset(fitting)


def phones():
    write = phonenumbers.format_number
    for id, regions in REGIONS.items():
        count = 0
        while count < 400:
            number = neighbour(DRAW.choice(regions))
            if number is None:
                continue
            count += 1
            abroad = write(number, PhoneNumberFormat.INTERNATIONAL)
            home = write(number, PhoneNumberFormat.NATIONAL)
            full = write(number, PhoneNumberFormat.E164)
            toll_free = phonenumbers.number_type(number) == PhoneNumberType.TOLL_FREE
            if not toll_free:
                yield Case(id, full, True, "E.164", without_keyword=True)
                yield Case(id, abroad, True, "international", without_keyword=True)
            others = also_valid(home, id)
            yield Case(id, home, True, "national", also=others)
            yield Case(id, home.replace(" ", "-"), True, "national, hyphens", also=others)
            yield Case(id, home.replace(" ", "."), True, "national, dots", also=others)
            yield Case(id, "".join(c for c in home if c.isdigit()), True, "national, digits alone", also=others)
            if id == "PHONE_NUMBER":
                area, exchange, line = full[2:5], full[5:8], full[8:]
                yield Case(id, f"{area}/{exchange}-{line}", True, "slash", also=others)
                yield Case(id, f"({area}) {exchange}-{line} ext. {digits(3)}", True, "extension", also=others)
                yield Case(id, f"{area}-{exchange}-{line} x{digits(3)}", True, "extension", also=others)
                yield Case(id, f"1-{area}-{exchange}-{line}", True, "trunk 1", also=others)


MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
NATIVE = {
    "de": ("Geburtsdatum", "geboren am"), "fr": ("date de naissance", "né le"), "es": ("fecha de nacimiento",),
    "it": ("data di nascita", "nato il"), "pt": ("data de nascimento",), "nl": ("geboortedatum",),
}  # fmt: skip


def births():
    id = "DATE_OF_BIRTH"
    for _ in range(100):
        date = datetime.date(1925, 1, 1) + datetime.timedelta(DRAW.randrange(30_000))
        y, m, d = date.year, date.month, date.day
        short = date.strftime("%b")
        for form in (
            f"{d:02}/{m:02}/{y}", f"{m:02}/{d:02}/{y}", f"{d}/{m}/{y % 100:02}", f"{y}-{m:02}-{d:02}", f"{y}/{m:02}/{d:02}",
            f"{d:02}.{m:02}.{y}", f"{d:02}-{m:02}-{y}", f"{y}{m:02}{d:02}", f"{d:02}{m:02}{y}", f"{d} {short} {y}",
            f"{d}{short}{y}", f"{d}-{short}-{y}", f"{d:02}-{short.upper()}-{y % 100:02}", f"{short} {d}, {y}",
            f"{date:%B} {d}, {y}", f"{date:%B} {ordinal(d)}, {y}", f"{ordinal(d)} of {date:%B} {y}", f"{d} {date:%B}, {y}",
            f"{y}-{m:02}-{d:02}T00:00:00Z", f"{y}-{m:02}-{d:02} 00:00:00", f"{y}-{m:02}-{d:02}T08:15:30+02:00",
            f"{d}. {m}. {y}", f"{short}-{d:02}-{y}",
        ):  # fmt: skip
            yield Case(id, form, True, "date")
        for tongue, names in MONTHS.items():
            name = names.split()[m - 1]
            forms = {"de": f"{d}. {name} {y}", "es": f"{d} de {name} de {y}", "pt": f"{d} de {name} de {y}"}
            yield Case(id, forms.get(tongue, f"{d} {name} {y}"), True, f"date, {tongue}", keywords=NATIVE.get(tongue, ()))
        wrong = [f"{y}-13-{d:02}", f"31/02/{y}", f"{d:02}/{m:02}/{y + 200}", f"32 {short} {y}", f"{d} Foo {y}", f"00.{m:02}.{y}"]
        for form in wrong:
            yield Case(id, form, False, "impossible date")


def ordinal(day):
    return f"{day}{'th' if 10 < day < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


def vehicles():
    values = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9]))
    weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]

    def check(number):
        rest = sum((int(c) if c.isdigit() else values.get(c, 0)) * w for c, w in zip(number, weights)) % 11
        return "X" if rest == 10 else str(rest)

    signs = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"

    def american():
        number = f"{DRAW.choice('145')}{letters(3, signs)}{letters(4, signs)}0{letters(3, signs)}{digits(5)}"
        return number[:8] + check(number) + number[9:]

    # Only America and China have the check digit.
    rule = lambda n: len(n) == 17 and not set(n) & set("IOQ") and (n[8] == check(n) or n[0] not in "12345")
    yield from cases("VEHICLE_IDENTIFICATION_NUMBER", american, rule, (str, str.lower))
    european = lambda: f"{DRAW.choice(['WVW', 'VF1', 'ZFA', 'WBA'])}ZZZ{letters(1, 'ABCDEFGH')}{letters(4, signs)}{digits(6)}"
    yield from cases("VEHICLE_IDENTIFICATION_NUMBER", european)


def others():
    def place():
        return f"{DRAW.uniform(-89, 89):.6f},{DRAW.choice([' ', ''])}{DRAW.uniform(-179, 179):.6f}"

    yield from cases("LATITUDE_LONGITUDE", place)

    def cookie():
        pairs = "; ".join(f"{letters(4).lower()}={letters(12)}{digits(6)}" for _ in range(DRAW.randint(1, 3)))
        return DRAW.choice([f"Cookie: {pairs}", f"Set-Cookie: sid={letters(16)}; Path=/; HttpOnly; Secure"])

    yield from cases("HTTP_COOKIE", cookie, without_keyword=True)
    names = lambda: template("DOB") + f"{DRAW.randint(1, 28):02}{DRAW.randint(1, 12):02}{DRAW.randint(1930, 2010)}"
    yield from cases("DATE_OF_BIRTH", names, count=50, without_keyword=True)


def all_cases():
    for part in (phones, births, vehicles, others):
        yield from part()
