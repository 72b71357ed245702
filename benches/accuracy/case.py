"""One value to look for, and the means to make values up. Everything here is drawn from a seeded generator."""

import random
import string
from dataclasses import dataclass, field

DRAW = random.Random(20261125)


@dataclass
class Case:
    """A value, and what has to be said of it: found under `id` (or one of `also`, where no one can tell), or not under `id`."""

    id: str
    value: str
    valid: bool
    kind: str
    also: frozenset = frozenset()
    keywords: tuple = ()
    without_keyword: bool = False


def digits(count):
    return "".join(DRAW.choice(string.digits) for _ in range(count))


def letters(count, of=string.ascii_uppercase):
    return "".join(DRAW.choice(of) for _ in range(count))


def template(text):
    """`#` is a digit, `@` a letter, `*` either; anything else stands for itself."""
    of = {"#": string.digits, "@": string.ascii_uppercase, "*": string.digits + string.ascii_uppercase}
    return "".join(DRAW.choice(of[c]) if c in of else c for c in text)


def bare(text):
    return "".join(c for c in text if c.isalnum()).upper()


def grouped(text, sizes, by):
    parts, at = [], 0
    for size in sizes:
        parts.append(text[at : at + size])
        at += size
    return by.join(part for part in [*parts, text[at:]] if part)


def solved(prefix, length, alphabet, is_valid):
    """The prefix with the check characters behind it that an independent rule accepts; none if no characters do."""
    import itertools

    for tail in itertools.product(alphabet, repeat=length):
        text = prefix + "".join(tail)
        if is_valid(text):
            return text
    return None


def mutated(value, is_valid):
    """A wrong neighbour of a right number, and how it is wrong; none if chance made it right again."""
    symbols = list(value)
    places = [n for n, c in enumerate(symbols) if c.isdigit()]
    kind = DRAW.choice(["digit changed", "transposed", "digit lost", "digit added"])
    at = DRAW.choice(places)
    if kind == "digit changed":
        symbols[at] = DRAW.choice([d for d in string.digits if d != symbols[at]])
    elif kind == "transposed":
        pairs = [(a, b) for a, b in zip(places, places[1:]) if b == a + 1 and symbols[a] != symbols[b]]
        if not pairs:
            return None
        a, b = DRAW.choice(pairs)
        symbols[a], symbols[b] = symbols[b], symbols[a]
    elif kind == "digit lost":
        del symbols[at]
    else:
        symbols.insert(at, DRAW.choice(string.digits))
    wrong = "".join(symbols)
    return None if is_valid(bare(wrong)) or wrong == value else (wrong, kind)


def cases(id, make, is_valid=None, styles=(str,), count=300, **more):
    """`count` right numbers in all styles, and as many wrong ones where a rule can tell."""
    found = []
    while len(found) < count:
        number = make()
        if number is None or (is_valid and not is_valid(number)):
            continue
        found.append(number)
        yield Case(id, styles[len(found) % len(styles)](number), True, "right", **more)
    if not is_valid:
        return
    wrong = 0
    while wrong < count:
        number = DRAW.choice(found)
        near = mutated(styles[wrong % len(styles)](number), is_valid)
        if near:
            wrong += 1
            yield Case(id, near[0], False, near[1], **more)
