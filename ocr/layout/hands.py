"""Signatures beside type: strokes that are too high for letters, or stand on no line with them.

A run of type is cut where handwriting begins behind it or ends before it. Handwriting shows in two
ways: most of its inked width is higher than type, or next to none of its pieces stands as a letter
does, on the baseline, as high as one and a stroke wide, while it reaches far above and below.
On made-up sheets nineteen signatures of twenty behind a line are cut off, type never on light and
medium ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ocr.layout.letters import Letters, fit_baseline

HIGH, HIGH_NARROW = 2.1, 2.5
"""x-heights from which a stroke is higher than type, if a letter wide; a bracket or a slash, which
are narrow, may have more than the first."""
LARGE_PRINT = 0.5
"""Share of letters higher than capitals from which a line is set in large print."""
SCRAWL_GAP = 1.0
"""Blank before a signature, in strokes."""
SCRAWL = 0.7
"""Share of the inked width that is too high for type, from which it is all handwriting."""
SPAN, HIGHEST = 2.6, 1.9
"""x-heights from the highest point to the lowest of a signature, and of its highest stroke, at
least; a line of type has 2.2 and 1.7 where no mark touches it."""
STANDING = 0.26
"""Share of a signature's inked width that stands as type does, at most; type has a half and more,
under heavy damage a third."""
LONGEST = 32.0
"""Strokes that a signature is wide, at most: what is wider is a line under damage."""
FEW = 3
"""Letters of type that are enough to stand on a line."""


def is_scrawl(letters: Letters, x_height: float, pitch: float) -> bool:
    """Whether all of it is handwriting, by its height; large print is none."""
    high = _too_high(letters, x_height, pitch)
    wide = float(letters.width[high].sum())
    large = np.count_nonzero(letters.height > 1.6 * x_height) > LARGE_PRINT * len(letters)
    if large and len(letters) > 3:
        return False
    return wide > SCRAWL * float(letters.width.sum())


def off_scrawls(letters: Letters, x_height: float, pitch: float) -> list[tuple[Letters, bool]]:
    """A run from left to right, parted from handwriting behind or before it; which part is hand.

    Where all of it is one or the other it is left whole, and not called handwriting here.
    """
    high = _too_high(letters, x_height, pitch)
    large = np.count_nonzero(letters.height > 1.6 * x_height)
    tall = letters.height.max() > HIGHEST * x_height
    if not (high.any() or tall) or large > LARGE_PRINT * len(letters):
        return [(letters, False)]
    pieces = _pieces(letters, pitch)
    scrawled = [is_scrawl(piece, x_height, pitch) for piece in pieces]
    if not all(scrawled):
        first = scrawled.index(False)
        last = len(scrawled) - scrawled[::-1].index(False)
        last = min(last, _signed_from(pieces[first:last], x_height, pitch) + first)
        parts = [(pieces[:first], True), (pieces[first:last], False), (pieces[last:], True)]
        return [(_joined(some), hand) for some, hand in parts if some]
    return [(letters, False)]


def stands_between(letters: Letters, rows: Sequence[Letters], x_height: float) -> bool:
    """Whether type runs on right above a piece and right below it: no place for a signature.

    Where lines are set close, letters that touch those of the next are as high as handwriting.
    """
    left, right = float(letters.left.min()), float(letters.right.max())
    level = float(np.median((letters.top + letters.bottom) / 2))
    above = below = 0.0  # width of letters
    for row in rows:
        middle = (row.left + row.right) / 2
        off = ((row.top + row.bottom) / 2 - level) / x_height
        here = (middle > left) & (middle < right)
        above += float(row.width[here & (off > -NEXT_LINE[1]) & (off < -NEXT_LINE[0])].sum())
        below += float(row.width[here & (off > NEXT_LINE[0]) & (off < NEXT_LINE[1])].sum())
    return min(above, below) > COVERED * (right - left)


NEXT_LINE = 0.8, 2.6
"""x-heights from the middle of a line to that of the next, where lines are set close."""
COVERED = 0.35
"""Share of a piece's width that letters of the next line cover, if it is type that runs on."""


def _signed_from(pieces: Sequence[Letters], x_height: float, pitch: float) -> int:
    """The first of some pieces from which on all is a signature; their number where there is none.

    Of several cuts it is the one behind which least stands as type; a dash belongs to the line.
    """
    best, least = len(pieces), STANDING
    for i in range(1, len(pieces)):
        head, tail = _joined(pieces[:i]), _joined(pieces[i:])
        dash = pieces[i].height.max() < 0.5 * x_height
        if len(head) < FEW or dash or not _reaches_far(tail, x_height, pitch):
            continue
        # on a line that sags the feet of its end are level with each other, if not with its start
        standing = max(_standing(tail, of, x_height, pitch) for of in (head, tail))
        if standing < least:
            best, least = i, standing
    return best


def _reaches_far(tail: Letters, x_height: float, pitch: float) -> bool:
    """Above and below a line of type, and no wider than a signature."""
    span = (tail.bottom.max() - tail.top.min()) / x_height
    high = tail.height.max() >= HIGHEST * x_height
    return bool(span >= SPAN and high and tail.right.max() - tail.left.min() < LONGEST * pitch)


def _standing(letters: Letters, of: Letters, x_height: float, pitch: float) -> float:
    """Share of the inked width that stands on the baseline of `of` as type does."""
    body = of.take(of.height > 0.42 * x_height)
    if len(body) == 0:
        return 0.0
    start, end = fit_baseline(body, of.box, x_height)
    slope = (end.y - start.y) / max(1.0, end.x - start.x)
    middle = (letters.left + letters.right) / 2
    off = letters.bottom - (start.y + slope * (middle - start.x))
    high, wide = letters.height / x_height, letters.width / pitch
    stands = (abs(off) < 0.3 * x_height) & (high > 0.75) & (high < 1.7) & (wide < 1.35)
    all_wide = float(wide[high > 0.4].sum())
    return float(wide[stands].sum()) / all_wide if all_wide > 0 else 0.0


def _pieces(letters: Letters, pitch: float) -> list[Letters]:
    """A run from left to right, cut at its blanks."""
    reach = np.maximum.accumulate(letters.right)
    gaps = np.flatnonzero(letters.left[1:] - reach[:-1] > SCRAWL_GAP * pitch) + 1
    bounds = [0, *(int(g) for g in gaps), len(letters)]
    return [letters.take(np.arange(a, b)) for a, b in pairwise(bounds)]


def _joined(pieces: Sequence[Letters]) -> Letters:
    edges = ((p.left, p.top, p.right, p.bottom) for p in pieces)
    return Letters(*(np.concatenate(some) for some in zip(*edges, strict=True)))


def _too_high(letters: Letters, x_height: float, pitch: float) -> npt.NDArray[np.bool_]:
    """(N,) which are higher than type."""
    narrow = letters.width < 0.9 * pitch
    return letters.height > np.where(narrow, HIGH_NARROW, HIGH) * x_height
