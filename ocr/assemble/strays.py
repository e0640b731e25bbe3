"""Strays: strokes beside a line that were read as letters of it.

A pencil runs down the margin, a signature ends where the type begins, grain stands before a line.
What was read there shows in two ways. Nothing at either end of a line is type that was read with
less confidence than a guess. And before a line whose first word begins where others begin, a sign
alone in the margin, under which and over which nothing stands, is no number of a point.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from statistics import fmean

import numpy as np

from ocr.document import Char, LineReading
from ocr.geometry import Floats, hull

GUESS = 0.38
"""Mean confidence of the last word of a line, and of the first, under which it is none."""
DOUBTED, DOUBTED_SIGN = 0.6, 0.99
"""The same of a word in the margin, and of a single sign there."""
SIGNS = 3
"""Characters of what may stand in the margin alone, at most."""
SAME, OFF, APART = 0.35, 0.7, 0.7
"""Strokes by which lines that begin at one margin differ, by which a stray stands off it, and the
blank behind it."""
OTHERS, ALONE = 3, 2
"""Lines that show a margin; lines that begin where the stray does, itself among them."""


def without_strays(readings: Sequence[LineReading]) -> list[LineReading]:
    """The readings, in their order, less what was read beside the lines."""
    begins = defaultdict(list)
    for reading in readings:
        if words := _words(reading):
            begins[reading.line.zone_id].append(float(words[0][0].box.left))
    margins = {zone: np.array(lefts) for zone, lefts in begins.items()}
    return [
        reading if reading.line.on_marks else _without(reading, margins.get(reading.line.zone_id))
        for reading in readings
    ]


def _without(reading: LineReading, margins: Floats | None) -> LineReading:
    """margins: (N,) where the lines of the zone begin"""
    words = _words(reading)
    if len(words) < 2 or margins is None:
        return reading
    kept = words
    while len(kept) > 1 and _sure(kept[-1]) < GUESS:
        kept = kept[:-1]
    if _sure(kept[0]) < GUESS or _in_margin(kept, margins, reading.line.pitch_px):
        kept = kept[1:]
    if not kept or len(kept) == len(words):
        return reading
    first, last = (reading.chars.index(c) for c in (kept[0][0], kept[-1][-1]))
    chars = reading.chars[first : last + 1]
    box, inner = reading.line.box, hull(c.box for c in chars)
    left = box.left if kept[0] is words[0] else inner.left
    right = box.right if kept[-1] is words[-1] else inner.right
    line = replace(reading.line, box=box._replace(left=left, right=right))
    return replace(reading, chars=chars, line=line)


def _in_margin(words: Sequence[Sequence[Char]], margins: Floats, pitch: float) -> bool:
    """Whether the first word stands alone in the margin before the line."""
    if len(words) < 2 or len(words[0]) > SIGNS:
        return False
    most = DOUBTED_SIGN if len(words[0]) == 1 else DOUBTED
    left, right, begin = words[0][0].box.left, words[0][-1].box.right, words[1][0].box.left
    off = begin - left > OFF * pitch and begin - right > APART * pitch
    shown = np.count_nonzero(abs(margins - begin) < SAME * pitch) >= OTHERS
    alone = np.count_nonzero(abs(margins - left) < 2 * SAME * pitch) <= ALONE
    return bool(off and shown and alone and _sure(words[0]) < most)


def _words(reading: LineReading) -> list[list[Char]]:
    runs = groupby(reading.chars, key=lambda c: bool(c.text.strip()))
    return [list(run) for written, run in runs if written]


def _sure(word: Sequence[Char]) -> float:
    return fmean(c.confidence for c in word)
