"""What counts as the same text: four named normalisations, always printed with a figure.

strict     NFC; a line break is a blank; nothing else
typed      strict, and: runs of blanks are one blank, all quotation marks are `"`, all dashes and
           hyphens are `-`, the horizontal ellipsis is three stops. What a typewriter cannot tell
           apart, a figure for another engine need not tell apart either.
reading    typed, and: a word hyphenated over a line break is whole, a letter-spaced word is
           closed, `ё` is `е`
lookalike  typed, and: Latin letters that look like Cyrillic ones are those; the difference to
           typed is the cost of look-alikes

All of them take and give plain strings, and applying one twice changes nothing more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

Normalisation = Callable[[str], str]

QUOTES = "«»„“”‟″‹›‘’‚‛′"
DASHES = "–—―−‐‑‒⁃"
LATIN_TWINS = "ABCEHKMOPTXaceopxy"
CYRILLIC_TWINS = "АВСЕНКМОРТХасеорху"

_TYPED = str.maketrans(
    dict.fromkeys(QUOTES, '"') | dict.fromkeys(DASHES, "-") | {"…": "...", "\u00ad": "-"}
)
_TWINS = str.maketrans(LATIN_TWINS, CYRILLIC_TWINS)
_YO = str.maketrans("ёЁ", "еЕ")

LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
# A hyphen between a letter and, on the next line, a small one.
HYPHENATION = re.compile(r"(?<=[^\W\d_])-[^\S\n]*\n\s*(?=[a-zа-яё])")
# Three single letters or more, each parted from the next by one blank.
LETTER_SPACING = re.compile(r"(?<!\S)[^\W\d_](?: [^\W\d_]){2,}(?!\S)")


def strict(text: str) -> str:
    return LINE_BREAK.sub(" ", unicodedata.normalize("NFC", text))


def typed(text: str) -> str:
    return " ".join(strict(text).translate(_TYPED).split())


def reading(text: str) -> str:
    lines = LINE_BREAK.sub("\n", unicodedata.normalize("NFC", text)).translate(_TYPED)
    joined = typed(HYPHENATION.sub("", lines))
    closed = LETTER_SPACING.sub(lambda m: m.group().replace(" ", ""), joined)
    return unicodedata.normalize("NFC", closed.translate(_YO))


def lookalike(text: str) -> str:
    return typed(text).translate(_TWINS)


NORMALISATIONS: Mapping[str, Normalisation] = {
    "strict": strict,
    "typed": typed,
    "reading": reading,
    "lookalike": lookalike,
}
