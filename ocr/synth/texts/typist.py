"""The typist: what she meant to type and what she typed.

A `Typist` has a rate for each error, and keeps it over a whole document; what she does with a line
depends on her and on the line alone, so that a page is typed alike however it is laid out. Truth
says what stands on the paper (`TypedText.text`) and, beside it, what was meant. A letter struck
over another counts as the upper one; a word crossed out counts as the `х` it was crossed with.
Rates are of the order seen on telegrams and on typed reports: figures one as I throughout, every
quotation mark as ", a slip of the finger in every tenth line of a poor typist.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from ocr.errors import FontError

BLANK = " "
STOPS = (",", ".", ";", ":")
HIGH_SIGNS = (":", ";", "!", "?")
OPENING = '("„«'
# What is struck where a machine has no such type; the first that it has.
SUBSTITUTES = {
    "1": "I", "0": "О", "3": "З", "I": "1l", "V": "У", "X": "Х", "L": "Л", "C": "С", "№": "NН",
    "(": "/", ")": "/", "%": "/", "„": '"', "“": '"', "«": '"', "»": '"', "—": "-", "–": "-",
    "ё": "е", "Ё": "Е", "!": ".", ";": ",", "+": "-", "=": "-", "§": "п", "_": "-", "*": "+",
}  # fmt: skip
# Neighbours on the keys of a Russian machine: where a finger lands that slips.
KEYS = ("йцукенгшщзх", "фывапролджэ", "ячсмитьбю")
POINT = re.compile(r"\s*\w{1,2}\)")  # `а)`, `12)`: its bracket is struck as it is
LEAST_SPACED = 4  # letters: no typist spaces out a shorter word to make it stand out
OVER_THE_EDGE = 1  # column that a correction may run into the margin: forms leave 7 mm there


@dataclass(frozen=True, slots=True)
class TypedText:
    """A line as it stands on the paper.

    text   the strokes that are seen
    meant  what was meant, where that is something else, otherwise None
    under  letters that were struck before those of `text` at the same places, blanks elsewhere;
           "" where there are none
    """

    text: str
    meant: str | None = None
    under: str = ""


@dataclass(frozen=True, slots=True)
class Typist:
    """Who typed a document and on what keys: chances from 0 to 1, each time it could happen.

    one_as_i     the figure 1 struck as I; 1.0 on machines that have no such key
    nought_as_o  the figure 0 struck as О, and (four times as seldom) О as 0
    three_as_z   the figure 3 struck as З
    slashes      / for the brackets of a line
    quotes       " for a printer's quotation marks
    no_blank     no blank after a comma or another stop
    blank_before a blank before a colon or another sign that stands high: `так :`
    slip         a letter struck wrong and struck over, in a word
    misprint     a letter struck wrong, or two exchanged, and left, in a word
    crossed_out  a word begun wrong and crossed out with х before it is typed again
    spaced       a word spaced out to make it stand out
    no_hyphen    no hyphen where a line ends within a word
    lacks        characters that the machine has no type for
    """

    seed: int = 0
    one_as_i: float = 0.0
    nought_as_o: float = 0.0
    three_as_z: float = 0.0
    slashes: float = 0.0
    quotes: float = 0.0
    no_blank: float = 0.0
    blank_before: float = 0.0
    slip: float = 0.0
    misprint: float = 0.0
    crossed_out: float = 0.0
    spaced: float = 0.0
    no_hyphen: float = 0.0
    lacks: str = ""


FAULTLESS = Typist()
# Chance that a typist errs so now and then, her highest rate then, chance that she always does.
HABITS = {
    "one_as_i": (0.25, 0.5, 0.2),
    "nought_as_o": (0.2, 0.3, 0.04),
    "three_as_z": (0.1, 0.2, 0.01),
    "slashes": (0.1, 0.6, 0.25),
    "quotes": (0.0, 0.0, 0.9),
    "no_blank": (0.6, 0.35, 0.05),
    "blank_before": (0.15, 0.3, 0.02),
    "slip": (0.6, 0.03, 0.0),
    "misprint": (0.4, 0.012, 0.0),
    "crossed_out": (0.3, 0.01, 0.0),
    "spaced": (0.35, 0.015, 0.0),
    "no_hyphen": (0.25, 0.15, 0.0),
}


def draw_typist(rng: np.random.Generator, drawable: Collection[str] | None = None) -> Typist:
    """A typist with habits of her own, on a machine that has types for `drawable` alone."""
    rates: dict[str, Any] = {}
    for name, (sometimes, highest, always) in HABITS.items():
        kind, rate = rng.random(), rng.random() * highest
        rates[name] = 1.0 if kind < always else rate if kind < always + sometimes else 0.0
    typist = Typist(seed=int(rng.random() * 2**32), **rates)
    return typist if drawable is None else on_machine(typist, drawable)


def on_machine(typist: Typist, drawable: Collection[str]) -> Typist:
    """The same typist before a machine that has types for `drawable` alone."""
    return replace(typist, lacks="".join(c for c in SUBSTITUTES if c not in drawable))


def errs(typist: Typist) -> bool:
    """Whether she may type something else than is meant."""
    return any(getattr(typist, f.name) for f in fields(typist) if f.name != "seed")


# --- typing -----------------------------------------------------------------------------------


def type_line(typist: Typist, line: str, columns: int = 0) -> TypedText:
    """The line as this typist types it: always the same for the same typist and line.

    Of `columns` strokes if given; corrections may run `OVER_THE_EDGE` of them into the margin.
    """
    if not errs(typist):
        return TypedText(line)
    rng = np.random.default_rng((typist.seed, zlib.crc32(line.encode())))
    indent = len(line) - len(line.lstrip())
    words = line[indent:].split(BLANK)
    room = columns + OVER_THE_EDGE - len(line) if columns else len(line)
    text, under = BLANK * indent, BLANK * indent
    for i, word in enumerate(words):
        last = i + 1 == len(words)
        typed, below = _type_word(typist, word, max(0, room), rng, last=last)
        text, under = text + typed, under + below
        room -= len(typed) - len(word)
        if not last and not _runs_on(typist, word, words[i + 1], rng):
            text, under = text + BLANK, under + BLANK
    if typist.slashes and rng.random() < typist.slashes:
        point = POINT.match(text)
        at = point.end() if point else 0
        text = text[:at] + text[at:].replace("(", "/").replace(")", "/")
    return TypedText(text, None if text == line else line, under if under.strip() else "")


def type_lines(typist: Typist, lines: Sequence[str], columns: int = 0) -> list[TypedText]:
    """Several lines, each as `type_line` has it."""
    return [type_line(typist, line, columns) for line in lines]


def _runs_on(typist: Typist, word: str, following: str, rng: np.random.Generator) -> bool:
    """Whether the blank between two words is left out."""
    begins = following[:1].isalpha() or following.startswith(OPENING)
    if not typist.no_blank or not begins or not word.endswith(STOPS):
        return False
    return rng.random() < typist.no_blank * (1.0 if word[-1] == "," else 0.5)


def _type_word(
    typist: Typist, word: str, room: int, rng: np.random.Generator, *, last: bool
) -> tuple[str, str]:
    """The strokes of a word and those below them, of equal length."""
    typed, before, below_before = word, "", ""
    letters = sum(map(str.isalpha, word))
    if last and word.endswith("-") and letters > 1 and rng.random() < typist.no_hyphen:
        typed = word[:-1]
    below = BLANK * len(typed)
    if letters >= LEAST_SPACED and letters == len(word):
        if rng.random() < typist.crossed_out and len(word) < room:
            begun = _misprint(word, rng)[: 2 + int(rng.random() * (len(word) - 1))]
            before, below_before = "х" * len(begun) + BLANK, begun + BLANK
        elif rng.random() < typist.spaced and len(word) <= room:
            typed = BLANK.join(word)
            below = BLANK * len(typed)
    if letters > 2 and rng.random() < typist.slip:
        at = int(rng.random() * len(typed))
        wrong = _beside(typed[at], rng)
        below = below[:at] + (wrong if wrong != typed[at] else BLANK) + below[at + 1 :]
    if letters > 3 and typed == word and rng.random() < typist.misprint:
        typed = _misprint(word, rng)
    high = typed.endswith(HIGH_SIGNS) and len(typed) > 1 and room > 0
    if high and rng.random() < typist.blank_before:
        typed, below = f"{typed[:-1]} {typed[-1]}", f"{below[:-1]} {below[-1]}"
    typed = "".join(_struck(typist, c, rng) for c in typed)
    return before + typed, below_before + below


def _misprint(word: str, rng: np.random.Generator) -> str:
    """The word with a letter struck wrong, or with two exchanged."""
    at = 1 + int(rng.random() * (len(word) - 2))
    if rng.random() < 0.4:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + _beside(word[at], rng) + word[at + 1 :]


def _beside(char: str, rng: np.random.Generator) -> str:
    """A letter whose key lies beside that of `char`; other characters stay."""
    for row in KEYS:
        at = row.find(char.lower())
        if at >= 0:
            found = (
                row[at - 1] if at and (rng.random() < 0.5 or at + 1 == len(row)) else row[at + 1]
            )
            return found.upper() if char.isupper() else found
    return char


def _struck(typist: Typist, char: str, rng: np.random.Generator) -> str:
    """The type that is struck for a character."""
    rate = 0.0
    if char in "103О":
        rate = {
            "1": typist.one_as_i,
            "0": typist.nought_as_o,
            "3": typist.three_as_z,
            "О": typist.nought_as_o / 4,
        }[char]
    if rate and rng.random() < rate:
        char = "0" if char == "О" else SUBSTITUTES[char][0]
    elif typist.quotes and char in "„“«»" and rng.random() < typist.quotes:
        char = '"'
    if char not in typist.lacks:
        return char
    return _substitute(char, typist.lacks)


def _substitute(char: str, lacks: str) -> str:
    tried = char
    while tried in lacks:
        follows = [c for c in SUBSTITUTES.get(tried, "") if c not in lacks]
        tried = follows[0] if follows else SUBSTITUTES.get(tried, "")[:1]
        if not tried or tried == char:
            raise FontError(f"the machine has no type for {char!r} and none to put in its place")
    return tried
