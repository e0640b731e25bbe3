r"""Where two texts differ: graphemes, and the cheapest way to turn one text into the other.

A grapheme is what a reader calls a letter, combining marks and all: `\X` of the Unicode rules
after NFC. Levenshtein's distance is rapidfuzz's (bit-parallel, Hyyrö 2003), over whole numbers
that stand for graphemes or words, so it is exact whatever a grapheme is made of. A pair of
100 kB with 5 % errors takes about a third of a second, edits and all.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import regex
from rapidfuzz.distance import Levenshtein

GRAPHEME = regex.compile(r"\X")


def graphemes(text: str) -> list[str]:
    """`text` after NFC, cut into graphemes."""
    found: list[str] = GRAPHEME.findall(unicodedata.normalize("NFC", text))
    return found


@dataclass(frozen=True, slots=True)
class Edits:
    """Counts of a cheapest alignment; they add up over lines, zones, pages and documents.

    truth          length of the truth, in graphemes or words
    substitutions  one for another
    insertions     in the output alone
    deletions      in the truth alone
    """

    truth: int = 0
    substitutions: int = 0
    insertions: int = 0
    deletions: int = 0

    @property
    def errors(self) -> int:
        return self.substitutions + self.insertions + self.deletions

    def __add__(self, other: Edits) -> Edits:
        return Edits(
            self.truth + other.truth,
            self.substitutions + other.substitutions,
            self.insertions + other.insertions,
            self.deletions + other.deletions,
        )


def align(truth: Sequence[str], output: Sequence[str]) -> Edits:
    """The edits that turn `truth` into `output`, each at cost 1, as few as possible.

    Where several ways cost the same, the total is certain and its split into kinds is not.
    """
    numbers: dict[str, int] = {}
    a = [numbers.setdefault(item, len(numbers)) for item in truth]
    b = [numbers.setdefault(item, len(numbers)) for item in output]
    counts = {"replace": 0, "insert": 0, "delete": 0}
    for op in Levenshtein.editops(a, b):
        counts[op.tag] += 1
    return Edits(len(a), counts["replace"], counts["insert"], counts["delete"])
