"""A page's lines cut into graphemes and words, each of which knows its line.

A grapheme belongs to the line in which it begins, and so does a word: of one that a hyphen parts,
resolved by the normalisation, all letters stay where they stand and the word counts in the first
of its lines. The blank between two lines belongs to the first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from ocr.evaluate.align import graphemes
from ocr.evaluate.normalize import Normalisation

Indices = npt.NDArray[np.int64]
WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """Graphemes or words of all lines, end to end.

    line    (N,) the line of each, never falling
    starts  (lines + 1,) where each line begins in `all`, and the end
    """

    all: list[str]
    line: Indices
    starts: Indices

    def of(self, line: int) -> list[str]:
        return self.all[self.starts[line] : self.starts[line + 1]]


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """Lines after normalisation. `ends_in_blank`: the line's last grapheme parts it from more."""

    letters: Items
    words: Items
    ends_in_blank: tuple[bool, ...]


def lay(rows: Sequence[str], normalise: Normalisation, after: str = "") -> Laid:
    """`after` is what follows on the next sheet: a hyphen at the end may be resolved with it."""
    pieces = normalise.pieces([*rows, after])[:-1]
    if pieces:
        last = max((n for n, piece in enumerate(pieces) if piece), default=0)
        pieces[last] = pieces[last].removesuffix(" ")
    text = "".join(pieces)
    ends = np.array(list(accumulate(map(len, pieces))), np.int64)
    letters = graphemes(text)
    lengths = np.array([len(letter) for letter in letters], np.int64)
    words = list(WORD.finditer(text))
    return Laid(
        _items(letters, np.cumsum(lengths) - lengths, ends),
        _items([w.group() for w in words], np.array([w.start() for w in words], np.int64), ends),
        tuple(piece.endswith(" ") for piece in pieces),
    )


def _items(items: list[str], places: Indices, ends: Indices) -> Items:
    """`places`: where each begins in the text; `ends`: where each line ends."""
    line = np.searchsorted(ends, places, side="right").clip(max=max(0, len(ends) - 1))
    starts = np.searchsorted(line, np.arange(len(ends) + 1)).astype(np.int64)
    return Items(items, line.astype(np.int64), starts)
