#!/usr/bin/env python3
"""Precision and recall of NAME and ADDRESS on generated data. Needs the package `faker`, and a built binary:

    benches/accuracy/names.py target/release/tamis [FOLDER]

Writes texts with known names and addresses to FOLDER, scans them, and prints a table. A name counts as found when a match lies on it
and covers at least its first and last word; a match that lies on none counts against precision.
"""
import csv
import io
import json
import pathlib
import random
import subprocess
import sys
import tempfile

from faker import Faker

LOCALES = ["en_US", "en_GB", "en_CA", "en_AU", "de_DE", "fr_FR", "it_IT", "es_ES", "pt_BR", "pl_PL", "nl_NL", "sv_SE"]
COUNTRIES = {"en_US": "US", "en_GB": "GB", "en_CA": "CA", "en_AU": "AU", "de_DE": "DE", "fr_FR": "FR", "it_IT": "IT", "es_ES": "ES"}
COUNT = 400
PROSE = [
    "The contract was signed by {} on Tuesday.", "{} called again about the delivery.", "We asked {} and got no answer.",
    "According to {}, the Grace Period ends in May.", "Please forward this to {} before Friday.",
    "Minutes: present were {} and two guests.", "Best regards,\n{}\n",
]
FILLER = [
    "The Apache License applies to all Red Hat systems in New York.", "See Section 5 of the General Public License.",
    "Visual Studio Code runs on Windows Server and Mac OS.", "Our office in San Francisco closes at Christmas Eve.",
    "Monday Morning News: Goldman Sachs and Ernst & Young disagree.", "Error 12345 Bad Request at line 5.",
]

def us_tail(f):
    state = random.choice(["NY", "CA", "TX", "IL", "FL", "WA", "OH", "GA"])
    return f"{state} {f.zipcode_in_state(state)}"


AU = {"NSW": "2{:03}", "VIC": "3{:03}", "QLD": "4{:03}", "SA": "5{:03}", "WA": "6{:03}"}


def address(f, locale):
    if locale == "en_US":
        return f"{f.street_address()}, {f.city()}, {us_tail(f)}"
    if locale == "en_AU":
        state = random.choice(list(AU))
        return f"{f.street_address()}, {f.city()} {state} {AU[state].format(random.randrange(0, 599))}".replace("\n", ", ")
    if locale == "en_CA":
        return f"{f.street_address()}, {f.city()}, {f.province_abbr()} {f.postcode()}"
    if locale == "es_ES":
        return f"{f.street_address().strip()}, {f.postcode()} {f.state()}"
    return random.choice([f.address(), f.address().replace("\n", ", ")])


def scan(tamis, folder, selection):
    command = [tamis, "scan", folder, "--format", "json", "--reveal", "--identifiers", selection, "--max-occurrences", "1000000", "--no-progress"]
    result = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
    found = {}
    for finding in result["findings"]:
        path = finding["resourcesAffected"]["file"]["path"]
        for data in finding["classificationDetails"]["result"]["sensitiveData"]:
            for detection in data["detections"]:
                spans = found.setdefault(path, [])
                spans += [(m["offset"], m["offset"] + m["length"]) for m in detection["matches"]]
    return found


def measure(name, text, wanted, spans, out):
    data = text.encode()
    hits, used = 0, set()
    for start, end in wanted:
        for span in spans:
            if span[0] <= start + 12 and span[1] >= end - 12 and span[0] < end and span[1] > start:
                hits += 1
                used.add(span)
                break
    for span in spans:
        if any(span[0] < end and span[1] > start for start, end in wanted):
            used.add(span)
    wrong = [s for s in spans if s not in used]
    out.append((name, len(wanted), hits / max(1, len(wanted)), len(used) / max(1, len(spans)), [data[a:b].decode(errors="replace") for a, b in wrong[:4]]))
    return [data[a:b].decode() for a, b in wanted if not any(s < b and e > a for s, e in spans)][:6]


def build(items, kind):
    """Text with the items in it, and where they stand."""
    out, wanted = io.BytesIO(), []
    if kind == "csv":
        out.write(b"id;full_name;city\n")
    for number, item in enumerate(items):
        before, behind = {
            "csv": (f"{number};", ";Springfield\n"),
            "json": (f'{{"id": {number}, "name": "', '", "vendor": "Red Hat"}\n'),
        }.get(kind) or random.choice(PROSE).split("{}")
        out.write(before.encode())
        start = out.tell()
        out.write(item.encode())
        wanted.append((start, out.tell()))
        out.write(behind.encode())
        if kind == "prose":
            out.write(("\n" + random.choice(FILLER) + "\n").encode())
    return out.getvalue().decode(), wanted


def main():
    random.seed(1)
    tamis = str(pathlib.Path(sys.argv[1]).resolve())
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp())
    corpora = {}
    for locale in LOCALES:
        f = Faker(locale)
        f.seed_instance(7)
        names = [f"{f.first_name()} {f.last_name()}" for _ in range(COUNT)]
        for kind, suffix in (("prose", "txt"), ("csv", "csv"), ("json", "jsonl")):
            corpora[f"NAME {locale} {kind}"] = (f"name-{locale}.{suffix}", *build(names, kind))
        corpora[f"NAME {locale} lower csv"] = (f"lower-{locale}.csv", *build([n.lower() for n in names], "csv"))
        if locale in COUNTRIES:
            places = [address(f, locale) for _ in range(COUNT)]
            corpora[f"ADDRESS {COUNTRIES[locale]} prose"] = (f"address-{locale}.txt", *build(places, "prose"))
    missed = {}
    rows = []
    for selection in ("NAME", "ADDRESS"):
        sub = folder / selection
        sub.mkdir(parents=True, exist_ok=True)
        chosen = {k: v for k, v in corpora.items() if k.startswith(selection)}
        for file, text, _ in chosen.values():
            (sub / file).write_text(text)
        found = scan(tamis, sub, selection)
        for name, (file, text, wanted) in chosen.items():
            missed[name] = measure(name, text, wanted, found.get(file, []), rows)
    for name, count, recall, precision, wrong in rows:
        print(f"{name:26} {count:5} recall {recall:6.1%} precision {precision:6.1%}  wrong {wrong}  missed {missed[name][:4]}")


if __name__ == "__main__":
    main()
