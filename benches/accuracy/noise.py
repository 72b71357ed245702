"""Text in which nothing is sensitive, but much looks like it: logs, metrics, tables and source with random numbers, and with
keywords that are ordinary words (`run`, `pan`, `cell`, `contact`, `exp`, `position`)."""

import json

from case import DRAW, digits, letters

WORDS = (
    "run pan mc exp cell contact debit credit card position coordinates social born birth passport team med blood mag stripe "
    "swipe discover visa tel phone mobile fax rut rg cif nie nif sin nin tin pr utr konto iban abi cin cab expiry expiration "
    "account number customer id insurance coordinate license permit identity personal tax document cpf dni cuit nit iva "
    "steuer ausweis social security date size offset count index total elapsed duration request response worker"
).split()
HEX = "0123456789abcdef"


def number():
    return DRAW.choice(
        [
            lambda: digits(DRAW.randint(1, 19)),
            lambda: f"{digits(DRAW.randint(1, 3))}.{digits(DRAW.randint(1, 9))}",
            lambda: f"0x{letters(DRAW.choice([4, 8, 16]), HEX)}",
            lambda: letters(DRAW.choice([7, 16, 32, 40]), HEX),
            lambda: "-".join(letters(n, HEX) for n in (8, 4, 4, 4, 12)),
            lambda: f"{DRAW.randint(0, 9)}.{DRAW.randint(0, 99)}.{digits(2)}",
            lambda: f"17{digits(8)}",
            lambda: f"17{digits(11)}",
            lambda: f"{digits(3)}:{digits(4)}",
            lambda: f"{digits(4)}-{digits(4)}",
            lambda: f"{digits(2)}.{digits(3)}.{digits(3)}",
            lambda: f"{letters(2)}{digits(DRAW.randint(2, 9))}",
            lambda: f"{letters(3)}-{digits(DRAW.randint(3, 6))}",
        ]
    )()


def stamp():
    return f"2026-{DRAW.randint(1, 12):02}-{DRAW.randint(1, 28):02}T{DRAW.randint(0, 23):02}:{digits(1)}5:0{digits(1)}.{digits(3)}Z"


def word():
    return DRAW.choice(WORDS)


def log():
    return f"{stamp()} INFO {word()}.{word()}[{digits(5)}]: {word()} {word()} {number()} {word()}={number()} in {digits(3)} ms"


def source():
    return f"    let {word()}_{word()} = {word()}({number()}, {number()}); // {word()} {word()} {number()}"


def table():
    return " ".join(number().rjust(12) for _ in range(6))


def record():
    return json.dumps({f"{word()}{word().capitalize()}": number() for _ in range(3)})


def write(folder, lines=40_000):
    """Writes the files into a folder; gives their size."""
    size = 0
    for name, make in {"worker.log": log, "runner.rs": source, "table.txt": table, "events.jsonl": record}.items():
        text = "\n".join(make() for _ in range(lines)) + "\n"
        (folder / name).write_text(text)
        size += len(text)
    return size
