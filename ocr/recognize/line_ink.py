"""Whose ink is it: every component of a page's ink goes to the line of type that it belongs to.

A letter goes to the line whose small letters its middle is nearest to. Between lines set close hang
the breve of й and quotation marks of the lower line and commas of the upper one: a comma touches
the feet of its line, what hangs free beneath them belongs to the line below. Letters of two lines
that touch are cut apart along the seam of least ink between the lines, as Avidan and Shamir (Seam
carving, 2007) cut pictures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ocr.document import TextLine
from ocr.geometry import Box, Gray, Mask, hull
from ocr.raster import Components, components, find_chains

Ints = npt.NDArray[np.int64]


def find_owners(ink: Mask, gray: Gray, lines: Sequence[TextLine]) -> tuple[Components, Ints]:
    """The components near the lines, and (N,) the index of the line that each belongs to, or -1.

    ink   (H, W), True = ink; gray (H, W) uint8, 255 = paper
    """
    found = _near(ink, lines)
    owner, crossed = _owners(found, lines)
    return _parted(found, owner, crossed, gray, lines)


SPECK = 0.13
"""Ink smaller than this, in x-heights, is dirt: a worn full stop has 0.2."""
FRAME = 6.0
"""Ink higher than this, in x-heights, is a frame or a picture; two letters that touch over a
double-spaced line have 5."""


def _near(ink: Mask, lines: Sequence[TextLine]) -> Components:
    """The components of a page's ink but for what is far above, below and beside all lines.

    Of those that are cut off so much is left as tells that they are no letters.
    """
    reach = math.ceil(FRAME * max(line.x_height_px for line in lines)) + 1
    around = hull(line.box for line in lines).grow(reach, reach)
    height, width = ink.shape
    region = around.clip(width, height)
    found = components(ink[slices(region)])
    labels = np.zeros(ink.shape, found.labels.dtype)
    labels[slices(region)] = found.labels
    return found._replace(labels=labels, left=found.left + region.left, top=found.top + region.top)


def _owners(found: Components, lines: Sequence[TextLine]) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """(N,) index of the line each component belongs to, or -1; (L, N) which lines it lies on.

    What lies on no more than one line belongs to it as a whole.
    """
    count = len(found.left)
    x, y = found.left + found.width / 2, found.top + found.height / 2
    bottom = found.top + found.height
    best, least = np.full(count, -1, np.int64), np.full(count, np.inf)
    within = np.zeros((len(lines), count), dtype=np.float32)  # x-heights of small letters' band
    too_far = np.zeros(count, dtype=np.bool_)
    usual = float(np.median([line.x_height_px for line in lines]))
    for i, line in enumerate(lines):
        x_height = line.x_height_px
        slope, level = straight(line)
        foot = slope * x + level
        beside = np.maximum(line.box.left - x, x - line.box.right).clip(min=0.0)
        hangs = (found.top > foot + HANGS * x_height) * (LOWER * x_height)
        away = abs(y - foot + 0.5 * x_height) + beside + hangs
        near = away < least
        best[near], least[near] = i, away[near]
        within[i] = (np.minimum(bottom, foot) - np.maximum(found.top, foot - x_height)) / x_height
        within[i][beside > 0] = 0.0
        reaches = (foot - found.top > HIGHEST * x_height) | (bottom - foot > DEEPEST * x_height)
        too_far |= (within[i] > LETTER) & (reaches | (found.height > TALL * x_height))
    size = np.maximum(found.width, found.height)
    nobody = (size < SPECK * usual) | ((found.height > FRAME * usual) & ~find_chains(found, usual))
    crossed = within > np.where(too_far, TOUCHES, LETTER)
    crossed[:, nobody] = False
    return np.where(nobody, -1, best), crossed


HANGS, LOWER = 0.05, 0.3
"""What begins so far beneath a line, in x-heights, counts as so much farther away from it."""
HIGHEST, DEEPEST, TALL = 1.6, 0.55, 1.9
"""How far a letter reaches above and beneath the feet of its line, and how high it is, in x-heights
at most."""
LETTER, TOUCHES = 0.5, 0.12
"""x-heights of a line's band of small letters that a component must fill to be a letter there; less
where it reaches farther than a letter does: a comma and the capital below."""


def straight(line: TextLine) -> tuple[float, float]:
    """Slope and level at x = 0 of the baseline."""
    first, last = line.baseline[0], line.baseline[-1]
    run = last.x - first.x
    slope = (last.y - first.y) / run if run > 0 else 0.0
    return slope, first.y - slope * first.x


def slices(region: Box) -> tuple[slice, slice]:
    """Rows and columns of a region of a page."""
    return slice(region.top, region.bottom), slice(region.left, region.right)


def _parted(
    found: Components,
    owner: Ints,
    crossed: npt.NDArray[np.bool_],
    gray: Gray,
    lines: Sequence[TextLine],
) -> tuple[Components, Ints]:
    """The components with those that lie on two lines or more cut, and the owner of each piece.

    A piece has a label of its own, but no box.
    """
    shared = np.flatnonzero(crossed.sum(axis=0) > 1)
    if len(shared) == 0:
        return found, owner
    labels = found.labels.astype(np.int32)
    pieces: list[int] = []
    for i in shared:
        box = found.box(int(i))
        here = labels[slices(box)]
        part = here == i + 1
        middle = box.center.x
        on = sorted(
            np.flatnonzero(crossed[:, i]).tolist(), key=lambda k: _foot_at(lines[k], middle)
        )
        owner[i] = on[0]
        dark = np.where(part, 255 - gray[slices(box)].astype(np.float32), 0.0)
        below = np.arange(box.height)[:, None]
        for upper, lower in pairwise(on):
            seam = _seam(dark, box, lines[upper], lines[lower])
            pieces.append(lower)
            here[part & (below >= seam)] = len(owner) + len(pieces)
    return found._replace(labels=labels), np.concatenate([owner, pieces])


def _foot_at(line: TextLine, x: float) -> float:
    slope, level = straight(line)
    return slope * x + level


def _seam(dark: npt.NDArray[np.float32], box: Box, upper: TextLine, lower: TextLine) -> Ints:
    """(W,) the row of `dark`, the ink in `box`, from which each column is the lower line's.

    It runs between the feet of the upper line and the small letters of the lower one, where the
    heads of capitals are if nothing speaks against it: more letters have heads than tails.
    """
    x = box.center.x
    x_height = lower.x_height_px
    top, bottom = _foot_at(upper, x) - box.top, _foot_at(lower, x) - x_height - box.top
    first, last = max(0, round(top)), min(box.height, max(round(top) + 1, round(bottom)))
    if last - first < 2:
        return np.full(box.width, round((top + bottom) / 2), np.int64)
    off = abs(np.arange(first, last) - max(top, bottom - HEAD * x_height)) / x_height
    cost = dark[first:last] + (STRAIGHT * 255.0 * off[:, None]).astype(np.float32)
    return first + _least_path(cost, max(1, round(JUMP * x_height)))


def _least_path(cost: npt.NDArray[np.float32], jump: int) -> Ints:
    """(W,) the row in each column of `cost` (H, W) of the cheapest path from left to right."""
    rows = np.arange(len(cost))
    nearest = np.clip(rows[:, None] + np.arange(-jump, jump + 1), 0, len(rows) - 1)
    total, came = cost[:, 0], np.zeros(cost.shape, np.int64)
    for column in range(1, cost.shape[1]):
        choice = total[nearest].argmin(axis=1)
        came[:, column] = nearest[rows, choice]
        total = cost[:, column] + total[came[:, column]]
    path = np.empty(cost.shape[1], np.int64)
    at = int(total.argmin())
    for column in range(cost.shape[1] - 1, -1, -1):
        path[column], at = at, int(came[at, column])
    return path


HEAD = 0.5
"""Height of capitals over small letters, in x-heights."""
STRAIGHT = 0.3
"""Ink, in pixels, that a seam rather crosses than run an x-height lower over one column."""
JUMP = 0.15
"""x-heights by which a seam rises or falls from column to column: in the gap beside a letter it
gets from its feet to its head."""
