"""Reading a line again where the first look left a letter in doubt, and letters put to the vote.

Worn type read once more a little narrower, broader, higher and lower is read by a network as if it
were other type: what all looks agree on stands, what one look alone saw falls. Each look has one
vote a letter, divided among what it might be (`Struck.others`); a letter that most looks miss is
none. Lines without doubt are read once. `benchmarks/careful.py` measures what it gains and costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from ocr.geometry import Gray
from ocr.raster import WHITE
from ocr.recognize.ctc import BLANK, LEAST_SHARE, MOST_OTHERS, SURE, Struck

DOUBT = 0.95
"""A line with a letter less sure than this is read again: a quarter of clean lines, half of those
on bad copies."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a line is looked at: its width over the true one, and how many pixels lower."""

    width: float = 1.0
    lower_px: int = 0


LOOKS = (Look(width=0.9), Look(width=1.1), Look(lower_px=1), Look(lower_px=-1))


def is_doubtful(letters: Sequence[Struck]) -> bool:
    return any(letter.confidence < DOUBT for letter in letters)


def seen(strip: Gray, look: Look) -> Gray:
    """The strip (H, W) uint8 as that look sees it: (H, about `look.width` · W)."""
    height, width = strip.shape
    if look.width != 1.0:
        size = (max(1, round(look.width * width)), height)
        strip = np.asarray(cv2.resize(strip, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    if look.lower_px:
        strip = np.roll(strip, look.lower_px, axis=0)
        edge = slice(0, look.lower_px) if look.lower_px > 0 else slice(look.lower_px, None)
        strip[edge] = WHITE
    return strip


def in_strip(letters: Sequence[Struck], look: Look) -> list[Struck]:
    """The letters that a look read, at their steps in the strip itself."""
    return [replace(x, step=(x.step + 0.5) / look.width - 0.5) for x in letters]


def agreed(readings: Sequence[Sequence[Struck]]) -> list[Struck]:
    """The letters that several readings of one line agree on; the first one leads."""
    columns: list[list[Struck]] = [[letter] for letter in readings[0]]
    for reading in readings[1:]:
        columns = _beside(columns, reading)
    voted = (_voted(column, len(readings)) for column in columns)
    return [letter for letter in voted if letter is not None]


def _beside(columns: Sequence[list[Struck]], reading: Sequence[Struck]) -> list[list[Struck]]:
    """Columns of the letters that stand at one place, with those of another reading added."""
    out: list[list[Struck]] = []
    leading = [column[0].shape for column in columns]
    for op in Levenshtein.opcodes(leading, [letter.shape for letter in reading]):
        held = columns[op.src_start : op.src_end]
        added = reading[op.dest_start : op.dest_end]
        if op.tag in ("equal", "replace"):
            out += [[*column, letter] for column, letter in zip(held, added, strict=True)]
        else:
            out += [list(column) for column in held] + [[letter] for letter in added]
    return out


def _voted(column: Sequence[Struck], voters: int) -> Struck | None:
    """What most looks saw at a place; None where that is nothing."""
    votes: dict[int, float] = {BLANK: (voters - len(column)) / voters}
    for letter in column:
        for shape, share in ((letter.shape, letter.confidence), *letter.others):
            votes[shape] = votes.get(shape, 0.0) + share / voters
    shape = max(votes, key=lambda each: votes[each])
    if shape == BLANK:
        return None
    sure = votes[shape]
    del votes[shape], votes[BLANK]
    likely = sorted(votes.items(), key=lambda other: -other[1])[:MOST_OTHERS]
    others = tuple(other for other in likely if other[1] >= LEAST_SHARE) if sure < SURE else ()
    return Struck(shape, float(np.mean([letter.step for letter in column])), sure, others)
