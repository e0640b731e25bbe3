"""Blanks between characters, by the typewriter's pitch instead of by the engine's guess.

Every stroke of a typewriter fills one cell of the same width, so a blank is a cell without ink:
the white between two characters is under a cell where no blank was typed, and over a cell where
one was. Engines trained on books put a blank behind every comma and close letter-spaced words.

That holds in lines that are typed: the distances of their characters are multiples of the pitch.
In printed heads, set in a proportional face, blanks are only added, and only beside the signs that
engines close up: № and quotation marks.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence, Set
from itertools import pairwise

import numpy as np

from ocr.document import Char, TextLine
from ocr.geometry import Box, Gray

NO_BLANK = 0.80
"""White narrower than this share of a cell, beside a stop, is none: between `1` and `.` there is
up to 0.75 without a blank."""
NO_BLANK_LETTERS = 0.30
"""The same between two letters, which fill their cells; a printed blank is wider than this."""
BLANK = 0.98
"""White wider than this is a blank; what lies between is left as the engine read it."""
BLANK_NOT_READ = 1.4
"""White wider than this is a blank though a reader that learnt blanks saw none, but for spaced-out
words: about a worn letter, of which half a stroke is left, there is more than a cell of white."""
MAX_OFF_GRID = 0.15
"""Mean distance from the grid, in cells, up to which a line counts as typed (print has 0.25)."""
MIN_CHARS = 4
INK_BELOW = 128
PRINTED_BLANK = 0.38
"""White in cells from which a printed № or quotation mark has a blank beside it: a printed blank
is a quarter of an em, and the sign fills its own width."""
CLOSED_UP = frozenset('№"„“”«»')
PITCH_TOLERANCE = 0.08
"""A line whose own pitch is further than this share from the page's is print, not type."""


def typed_pitch(lines: Sequence[TextLine]) -> float:
    """The pitch of the page's typewriter in pixels: the median over the width of its lines."""
    pitches = np.array([line.pitch_px for line in lines])
    order = np.argsort(pitches)
    weight = np.cumsum(np.array([max(1, line.box.width) for line in lines])[order])
    return float(pitches[order][np.searchsorted(weight, weight[-1] / 2)])


def is_typed(line: TextLine, pitch_px: float) -> bool:
    """Whether the line keeps the typewriter's pitch."""
    return abs(line.pitch_px - pitch_px) <= PITCH_TOLERANCE * pitch_px


def set_blanks(
    chars: Sequence[Char], pixels: Gray, pitch_px: float, typed: bool, *, trusted: bool = False
) -> list[Char]:
    """`chars` with blanks added and taken away where the white between two shows it.

    chars     from left to right, in pixels of the line image
    pixels    (H, W) uint8 line image, 0 = black
    pitch_px  of the page's typewriter, in pixels of the line image
    typed     whether the line keeps that pitch, as far as layout could tell
    trusted   the reader learnt blanks from type: none is taken away where there is some white
    """
    letters = [c for c in chars if c.text != " "]
    typed = typed and len(letters) >= MIN_CHARS and off_grid(letters, pitch_px) <= MAX_OFF_GRID
    inked: list[int] = np.flatnonzero((pixels < INK_BELOW).any(axis=0)).tolist()
    after = {id(a) for a, b in pairwise(chars) if b.text == " "}
    out = letters[:1]
    printed = math.inf if typed or not trusted else _printed_blank(letters, after, inked)
    gaps = [_white(inked, a.box, b.box) / pitch_px for a, b in pairwise(letters)]
    for n, (left, right) in enumerate(pairwise(letters)):
        least, sure = _limits(left.text, right.text, typed)
        if trusted:
            least = min(least, NO_BLANK_LETTERS)
            beside = [*gaps[max(0, n - 1) : n], *gaps[n + 1 : n + 2]]
            if sure == BLANK and min(beside, default=0.0) <= BLANK:
                sure = BLANK_NOT_READ
        if not {left.text, right.text} & SLENDER:
            sure = min(sure, printed / pitch_px)
        if gaps[n] > sure or (gaps[n] >= least and id(left) in after):
            gap = Box(left.box.right, left.box.top, right.box.left, right.box.bottom)
            out.append(Char(" ", gap, min(left.confidence, right.confidence)))
        out.append(right)
    return out


def _printed_blank(letters: Sequence[Char], after: Set[int], inked: Sequence[int]) -> float:
    """White in pixels from which there is a blank in a printed line, by the blanks that were read.

    Print is set evenly: what is as wide as most blanks of the line is one, `В ОСОБЫЙ`. Infinite
    where no blank was read, or too few letters, to tell by.
    """
    between = [(_white(inked, a.box, b.box), id(a) in after) for a, b in pairwise(letters)]
    blanks = [white for white, read in between if read]
    others = [white for white, read in between if not read]
    if not blanks or len(others) < MIN_CHARS:
        return math.inf
    usual = float(np.median(others))
    return max(OF_A_BLANK * float(np.median(blanks)), 3.0 * usual, usual + 3.0)


SLENDER = frozenset("/-—()")
"""Signs with white about them whether there is a blank or not."""
OF_A_BLANK = 0.85


def _limits(left: str, right: str, typed: bool) -> tuple[float, float]:
    """White in cells: under the first there is no blank, over the second there is one."""
    number = left == "№" and right.isdigit()
    if not typed:
        beside = number or left in CLOSED_UP or right in CLOSED_UP
        return 0.0, PRINTED_BLANK if beside else math.inf
    if number:  # printed `№ 2` in a line whose rest is typed
        return NO_BLANK_LETTERS, PRINTED_BLANK
    both = left.isalnum() and right.isalnum()
    return (NO_BLANK_LETTERS if both else NO_BLANK), BLANK


def off_grid(letters: Sequence[Char], pitch_px: float) -> float:
    """Mean distance of the steps between characters from whole numbers of cells, 0–0.5."""
    middles = np.array([c.box.center.x for c in letters])
    steps = np.diff(middles) / pitch_px
    steps = steps[(steps > 0.5) & (steps < 6)]
    if len(steps) == 0:
        return 0.5
    return float(np.mean(np.abs(steps - np.round(steps))))


def _white(inked: Sequence[int], left: Box, right: Box) -> int:
    """The widest run of columns without ink between the middles of two characters.

    inked  columns with ink, rising
    """
    start, stop = int(left.center.x), int(right.center.x)
    here = inked[bisect_left(inked, start) : bisect_right(inked, stop)]
    if not here:
        return max(0, stop - start)
    return max(b - a for a, b in pairwise((start, *here, stop))) - 1
