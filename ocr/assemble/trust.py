"""How far a word can be believed: by what the reader says, what word it is, and how its line reads.

The reader's confidence tells how sure it is of the strokes. Whether the dictionary knows the
word, whether it is a letter alone (often a piece of a word that a blank cut off) or a figure, and
how sure the reader is of the words around, tells more; a logistic regression puts them together.
Its weights were fitted on made-up documents of all levels by `benchmarks/trust.py --fit`. The
words that are least sure then hold more of the wrong ones, and confidences stay calibrated.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from ocr.assemble.dictionary import is_known
from ocr.document import Word

# confidences nearer to 0 and 1 say nothing more
LEAST = 1e-4
# letters of a word that is too short for the dictionary to tell much of
SHORT = 3
# what offices shorten and no dictionary has
ABBREVIATIONS = frozenset(
    ("тов", "тт", "экз", "вх", "исх", "зам", "нач", "пом", "отд", "деш", "печ", "им", "гг")
)
_EDGES = re.compile(r"^\W+|\W+$")
_PARTS = re.compile(r"\W+")


class Sort(StrEnum):
    """What a word is, as far as it bears on whether it was read rightly.

    cut   a part of a word that goes on in the next line, or from the last
    sign  no letter and no figure
    """

    KNOWN = "known"
    UNKNOWN = "unknown"
    SHORT = "short"
    SINGLE = "single"
    CUT = "cut"
    FIGURE = "figure"
    MIXED = "mixed"
    SIGN = "sign"


# log odds that a word is right: what its sort adds, and how much the reader's own log odds count,
# those of the word and the mean of the others in its line
OFFSETS = {
    Sort.KNOWN: 0.24,
    Sort.UNKNOWN: -2.77,
    Sort.SHORT: -1.55,
    Sort.SINGLE: -1.02,
    Sort.CUT: -0.82,
    Sort.FIGURE: -1.04,
    Sort.MIXED: -0.78,
    Sort.SIGN: -0.81,
}
OF_WORD, OF_LINE = 0.72, 0.19


def trusted(words: Sequence[Word], goes_on: bool) -> list[Word]:
    """The words of a line, each with how likely it is right; `goes_on`: from the line above."""
    odds = [log_odds(word.confidence) for word in words]
    total = sum(odds)
    found = []
    for n, (word, sort) in enumerate(zip(words, sorts(words, goes_on), strict=True)):
        around = (total - odds[n]) / (len(words) - 1) if len(words) > 1 else odds[n]
        value = OFFSETS[sort] + OF_WORD * odds[n] + OF_LINE * around
        found.append(replace(word, confidence=1 / (1 + math.exp(-value))))
    return found


def sorts(words: Sequence[Word], goes_on: bool) -> list[Sort]:
    """What sort each word of a line is."""
    last = len(words) - 1
    return [
        sort_of(word.text, cut=(goes_on and n == 0) or (n == last and word.text.endswith("-")))
        for n, word in enumerate(words)
    ]


def log_odds(confidence: float) -> float:
    share = min(max(confidence, LEAST), 1 - LEAST)
    return math.log(share / (1 - share))


def sort_of(text: str, cut: bool) -> Sort:
    """What sort a word is. `cut`: it may be a part of one."""
    core = _EDGES.sub("", text)
    if not core:
        return Sort.SIGN
    if any(c.isdigit() for c in core):
        return Sort.FIGURE if core.isdigit() else Sort.MIXED
    if len(core) == 1:
        return Sort.SINGLE
    if is_known(core.lower()) or all(map(_is_common, _PARTS.split(core))):
        return Sort.KNOWN
    if cut:
        return Sort.CUT
    return Sort.SHORT if len(core) <= SHORT else Sort.UNKNOWN


def _is_common(part: str) -> bool:
    return len(part) < 2 or is_known(part.lower()) or part.lower() in ABBREVIATIONS
