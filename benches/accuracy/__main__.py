"""Recall, precision and false alarms of every identifier on made-up data. See README.md."""

import argparse
import csv
import io
import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

import contact
import documents
import money
import noise
from case import DRAW, bare

# Long enough that no keyword of one line reaches the value of the next; it holds no keyword itself.
APART = "- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -"
SENTENCES = {
    "en": "Please note that the {k} {v} was confirmed on the call.", "de": "Wie besprochen lautet die {k} {v}, danke.",
    "fr": "Merci de bien vouloir garder : {k} {v}, bien reçu.", "es": "Le confirmamos que su {k} {v} queda anotado.",
    "it": "Le confermiamo che {k} {v} risulta corretto.", "pt": "Confirmamos que {k} {v} foi anotado.",
}  # fmt: skip
TONGUES = {"GERMANY": "de", "AUSTRIA": "de", "FRANCE": "fr", "SPAIN": "es", "ITALY": "it", "PORTUGAL": "pt", "BRAZIL": "pt"}


def keywords_of_macie():
    lines = money.TABLE.read_text().splitlines()[1:]
    return {row[0]: row[5].split("; ") for row in (line.split("\t") for line in lines)}


def all_cases():
    for part in (documents, money, contact):
        yield from part.all_cases()


def heading(keyword):
    """A keyword as people name columns, without apostrophes; none if it is no name."""
    name = keyword.replace("'s", "s").replace(" ", "_").replace("-", "_").replace("'", "_").replace("’", "_")
    return name if name and all(c.isalnum() or c == "_" for c in name) else None


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


class Corpus:
    """Files under a folder, and for each the case that every line is about."""

    def __init__(self, folder):
        self.folder, self.lines, self.texts = folder, {}, {}

    def add(self, file, text, case):
        lines = self.texts.setdefault(file, [])
        lines.append(text)
        if case:
            self.lines[file, len(lines)] = case

    def write(self):
        for file, lines in self.texts.items():
            (self.folder / file).write_text("\n".join(lines) + "\n", encoding="utf-8")


def row(*cells):
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def lay_out(corpus):
    known = keywords_of_macie()
    for case in all_cases():
        words = case.keywords or tuple(known[case.id])
        keyword = "" if case.without_keyword else DRAW.choice(words)
        tongue = SENTENCES[TONGUES.get(case.id.split("_")[0], "en")]
        for context, text in {
            "label": f"{keyword}: {case.value}",
            "alone": f"{keyword} {case.value}",
            "sentence": tongue.format(k=keyword, v=case.value),
            "behind": f"{case.value} ({keyword})",
        }.items():
            corpus.add(f"{case.id}.{context}.txt", text.strip(), case)
            corpus.add(f"{case.id}.{context}.txt", APART, None)
        names = [name for name in map(heading, words) if name] or ["value"]
        name = "value" if case.without_keyword else DRAW.choice(names)
        file = f"{case.id}.{name}.csv"
        if file not in corpus.texts:
            corpus.add(file, row("entry", name, "remark"), None)
        corpus.add(file, row(f"n{len(corpus.texts[file])}", case.value, "ok"), case)
        record = {"entry": "first", camel(name): case.value}
        corpus.add(f"{case.id}.jsonl", json.dumps(record, ensure_ascii=False), case)


def scan(program, folder):
    words = [program, "scan", "--identifiers", "all", "--format", "json", "--reveal", "--max-occurrences", "1000000"]
    ran = subprocess.run([*words, "."], cwd=folder, capture_output=True, check=True)
    found = defaultdict(list)
    for finding in json.loads(ran.stdout)["findings"]:
        file = finding["resourcesAffected"]["file"]["path"]
        for group in finding["classificationDetails"]["result"]["sensitiveData"]:
            for detection in group["detections"]:
                for match in detection["matches"]:
                    found[file, match["line"]].append((detection["type"], match["value"]))
    return found


def is_about(matched, value):
    a, b = bare(matched), bare(value)
    return a in b or b in a


class Tally:
    def __init__(self):
        self.found, self.missed, self.wrong, self.false = Counter(), Counter(), Counter(), Counter()
        self.instead, self.elsewhere, self.examples = defaultdict(Counter), defaultdict(Counter), defaultdict(list)

    def judge(self, file, text, case, matches):
        context = file.split(".", 1)[1] if file.endswith("txt") else file.rsplit(".", 1)[1]
        ids = {id for id, value in matches if is_about(value, case.value)}
        allowed = {case.id} | case.also
        if case.valid and ids & allowed:
            self.found[case.id] += 1
        elif case.valid:
            self.missed[case.id] += 1
            self.instead[case.id].update(ids or {"nothing"})
            self.examples[case.id].append((f"missed, {case.kind}, {context}", text, ids))
        else:
            self.wrong[case.id] += 1
            if case.id in ids:
                self.false[case.id] += 1
                self.examples[case.id].append((f"false, {case.kind}, {context}", text, ids))
        for id in {id for id, _ in matches} - allowed:
            self.elsewhere[id][case.id] += 1

    def table(self, out):
        out.write("| identifier | right | recall | wrong | reported | precision | taken for | claims of others' |\n")
        out.write("|---|---:|---:|---:|---:|---:|---|---|\n")
        for id in sorted(set(self.found) | set(self.missed) | set(self.elsewhere)):
            right = self.found[id] + self.missed[id]
            reported = self.found[id] + self.false[id] + sum(self.elsewhere[id].values())
            recall = f"{self.found[id] / right:.4f}" if right else ""
            precision = f"{self.found[id] / reported:.4f}" if reported else ""
            listed = lambda counter: ", ".join(f"{name} {n}" for name, n in counter.most_common(4))
            cells = [id, right, recall, self.wrong[id], self.false[id], precision]
            cells += [listed(self.instead[id]), listed(self.elsewhere[id])]
            out.write("| " + " | ".join(map(str, cells)) + " |\n")
        total = sum(self.found.values()), sum(self.missed.values())
        false = sum(self.false.values()) + sum(sum(c.values()) for c in self.elsewhere.values())
        out.write(f"\nrecall {total[0] / sum(total):.4f} of {sum(total)}; precision {total[0] / (total[0] + false):.4f}; ")
        out.write(f"wrong numbers reported as their own kind: {sum(self.false.values())} of {sum(self.wrong.values())}\n")


def main():
    parser = argparse.ArgumentParser(prog="accuracy", description=__doc__)
    parser.add_argument("program", help="path of tamis")
    parser.add_argument("--keep", help="folder to leave the data in", type=Path)
    parser.add_argument("--show", help="print up to 12 errors of an identifier", action="append", default=[])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(exist_ok=True, parents=True)
        corpus = Corpus(folder)
        lay_out(corpus)
        corpus.write()
        found = scan(str(Path(options.program).resolve()), folder)
        with tempfile.TemporaryDirectory() as quiet:
            size = noise.write(Path(quiet))
            alarms = scan(str(Path(options.program).resolve()), quiet)
    tally = Tally()
    for (file, line), case in corpus.lines.items():
        tally.judge(file, corpus.texts[file][line - 1], case, found.get((file, line), []))
    tally.table(sys.stdout)
    kinds = Counter(id for matches in alarms.values() for id, _ in matches)
    print(f"\n{sum(kinds.values())} alarms in {size / 1e6:.1f} MB of noise:", ", ".join(f"{id} {n}" for id, n in kinds.most_common()))
    for id in options.show:
        seen = defaultdict(int)
        for what, text, ids in tally.examples[id]:
            seen[what] += 1
            if seen[what] <= 3:
                print(f"{id}: {what}: {text} -> {', '.join(sorted(ids)) or 'nothing'}")


if __name__ == "__main__":
    main()
