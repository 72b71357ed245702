#!/usr/bin/env python3
"""Precision and recall of NAME and ADDRESS on labelled texts that others published. Nothing of them is kept here; fetch them first.

    benches/accuracy/corpora.py target/release/tamis KIND:FILE...

| KIND | FILE |
|---|---|
| `conll` | columns, the word first and the tag last, one sentence a paragraph (CoNLL 2003: `eng.testb`) |
| `germeval` | GermEval 2014: number, word, outer tag, inner tag |
| `presidio` | microsoft/presidio-research: `data/synth_dataset_v2.json` |

Each sentence becomes a paragraph of one text. A labelled person counts when it has two words or more, since a given name or a surname
alone is not looked for; it is found when a match lies on its first and last word. A match is right when it lies on any labelled person.
Of addresses those count that hold a street and a postal code; a match is right when it lies on any labelled address.
`--show N` prints N matches that are wrong and N names that are missed.
"""
import json
import pathlib
import re
import sys
import tempfile

from names import scan

LABELS = {"NAME": {"PER", "PERSON"}, "ADDRESS": {"STREET_ADDRESS"}}


def from_columns(file, word_at, tag_at):
    """Sentences as (text, spans), the words joined by spaces."""
    words, spans, text = [], [], ""
    for line in [*file.read_text(encoding="utf-8").split("\n"), ""]:
        if line.startswith(("-DOCSTART-", "#")):
            continue
        columns = line.split("\t") if "\t" in line else line.split()
        if len(columns) <= word_at:
            if words:
                yield text, spans
            words, spans, text = [], [], ""
            continue
        word, tag = columns[word_at], columns[tag_at]
        kind = tag[2:] if tag[1:2] == "-" else ""
        start = len(text) + (1 if words else 0)
        glued = bool(spans) and spans[-1][1] == len(text) and spans[-1][2] == kind and not tag.startswith("B-")
        text += (" " if words else "") + word
        words.append(word)
        if kind and glued:
            spans[-1] = (spans[-1][0], len(text), kind)
        elif kind:
            spans.append((start, len(text), kind))


def from_presidio(file):
    for row in json.loads(file.read_text(encoding="utf-8")):
        yield row["full_text"], [(s["start_position"], s["end_position"], s["entity_type"]) for s in row["spans"]]


READERS = {
    "conll": lambda file: from_columns(file, 0, -1),
    "germeval": lambda file: from_columns(file, 1, 2),
    "presidio": from_presidio,
}


def whole(kind, text):
    """Whether the detector promises to find a labelled text."""
    if kind == "NAME":
        return len(text.split()) >= 2
    return bool(re.search(r"\d{4,5}|[A-Z]\d[A-Z] ?\d", text)) and len(text.split()) >= 5


def count(kind, sentences, tamis, show):
    data, labels = b"", []
    for text, spans in sentences:
        for start, end, label in spans:
            if label in LABELS[kind]:
                before = len(data) + len(text[:start].encode())
                labels.append((before, before + len(text[start:end].encode()), text[start:end]))
        data += text.encode() + b"\n\n"
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "text.txt").write_bytes(data)
        matches = scan(tamis, folder, kind).get("text.txt", [])
    wanted = [l for l in labels if whole(kind, l[2])]
    edge = 12
    missed = [l for l in wanted if not any(s <= l[0] + edge and e >= l[1] - edge and s < l[1] and e > l[0] for s, e in matches)]
    wrong = [m for m in matches if not any(m[0] < e and m[1] > s for s, e, _ in labels)]
    recall = 1 - len(missed) / max(1, len(wanted))
    precision = 1 - len(wrong) / max(1, len(matches))
    print(f"{kind:8} labelled {len(wanted):5}  matches {len(matches):5}  recall {recall:6.1%}  precision {precision:6.1%}")
    step = lambda found: found[:: max(1, len(found) // show)][:show] if show else []
    for start, end in step(wrong):
        print("   wrong ", repr(data[start:end].decode(errors="replace")))
    for label in step(missed):
        print("   missed", repr(label[2]))


def main():
    words = sys.argv[1:]
    show = 0
    if "--show" in words:
        at = words.index("--show")
        show = int(words[at + 1])
        del words[at : at + 2]
    tamis = str(pathlib.Path(words[0]).resolve())
    for word in words[1:]:
        kind, _, path = word.partition(":")
        sentences = list(READERS[kind](pathlib.Path(path)))
        print(f"{pathlib.Path(path).name}: {len(sentences)} texts")
        for identifier, labels in LABELS.items():
            if any(s[2] in labels for _, spans in sentences for s in spans):
                count(identifier, sentences, tamis, show)


if __name__ == "__main__":
    main()
