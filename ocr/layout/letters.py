"""Letter-like components of a page, at the resolution that lines are looked for at.

The work is done at 150 dpi or less: a 0.3 mm stroke is still two pixels wide there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Box, Floats, Mask, Point, mm_to_px
from ocr.raster import Components, components


@dataclass(frozen=True, slots=True)
class LineSettings:
    """Lengths on paper; the range of letters covers pica, élite and printed heads."""

    work_dpi: float = 150.0
    min_letter_mm: float = 1.1  # x-height of a small printed face
    max_letter_mm: float = 7.0  # a printed title
    usual_letter_mm: float = 2.1  # x-height of Soviet typewriters, where too few letters tell
    usual_pitch_mm: float = 2.54  # ten strokes to the inch
    speck_mm: float = 0.22  # smaller than a full stop
    blot_mm: float = 3.8  # wider and higher, and filled: a hole that was punched
    coarse_speck_mm: float = 0.75  # on a page full of dirt, full stops are left out with it
    dirty: float = 4.0  # so many specks to a letter make a page dirty; type has one to five letters
    gap_pitches: float = 3.2  # wider than two blanks: another column
    ridge_share: float = 0.22  # a ridge is ink above this share of a full line's blur


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """Letter-like components at work resolution: arrays (N,) of equal length."""

    left: Floats
    top: Floats
    right: Floats
    bottom: Floats

    def take(self, which: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> Letters:
        return Letters(self.left[which], self.top[which], self.right[which], self.bottom[which])

    def with_boxes(self, boxes: Sequence[tuple[int, int, int, int]]) -> Letters:
        """With (left, top, right, bottom) added."""
        more = np.array(boxes, dtype=float).reshape(-1, 4).T
        edges = (self.left, self.top, self.right, self.bottom)
        return Letters(*(np.concatenate(pair) for pair in zip(edges, more, strict=True)))

    def grown(self, by: float) -> Letters:
        """Moved outward on all sides by whole pixels."""
        rim = round(by)
        return Letters(self.left - rim, self.top - rim, self.right + rim, self.bottom + rim)

    @property
    def height(self) -> Floats:
        return self.bottom - self.top

    @property
    def width(self) -> Floats:
        return self.right - self.left

    @property
    def box(self) -> Box:
        """Around all of them. Raises ValueError when there are none."""
        edges = self.left.min(), self.top.min(), self.right.max(), self.bottom.max()
        return Box(*(int(edge) for edge in edges))

    def __len__(self) -> int:
        return len(self.left)


LETTER_INK = 96
"""Coverage, of 255, from which a pixel at work resolution is ink."""


def reduce_ink(ink: Mask, scale: float) -> npt.NDArray[np.uint8]:
    """Ink coverage 0–255 at `scale`, 1 at most.

    First by a whole number, which takes a tenth of the time; up to that many rows and columns at
    the lower and the right edge are left out.
    """
    part = ink.view(np.uint8) * np.uint8(255)
    whole = int(1.0 / scale + ROUNDING)
    if whole > 1:
        height, width = (length // whole for length in ink.shape)
        part = cv2.resize(
            part[: height * whole, : width * whole],
            (max(1, width), max(1, height)),
            interpolation=cv2.INTER_AREA,
        ).astype(np.uint8, copy=False)
    rest = scale * whole
    if rest > 1.0 - ROUNDING:
        return part
    return cv2.resize(part, None, fx=rest, fy=rest, interpolation=cv2.INTER_AREA).astype(
        np.uint8, copy=False
    )


ROUNDING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The letters of a page, and which of its components (N,) they are.

    dirty   specks are many times as many as letters
    broken  most are no higher than a stop: pieces of worn type on a bad copy
    """

    letters: Letters
    kept: npt.NDArray[np.bool_]
    dirty: bool
    broken: bool


ROUND = 0.6
"""Shorter side of a disc with a ragged edge by its longer."""
FILLED = 0.72
"""Share of its box that a disc fills, with a ragged edge; the boldest letters fill two thirds."""


def find_letters(found: Components, dpi: float, s: LineSettings) -> Found:
    """Components as large as a full stop and no larger than a few touching letters."""
    size = np.maximum(found.width, found.height)
    speck, coarse = mm_to_px(s.speck_mm, dpi), mm_to_px(s.coarse_speck_mm, dpi)
    tall = highest(dpi, s)
    high = int(np.count_nonzero(found.height >= mm_to_px(s.min_letter_mm, dpi)))
    dirty = bool(np.count_nonzero(size < coarse) > s.dirty * max(high, 10))
    if dirty:
        speck = coarse
    keep = (size >= speck) & (found.height <= tall) & (found.width <= MOST_WIDE * tall)
    # holes of files and blots: as large as a title's letters, but filled
    small = np.minimum(found.width, found.height)
    filled = found.area > FILLED * found.width * found.height
    round_ = small > ROUND * size  # as a row of clogged letters that touch is not
    keep &= (small < mm_to_px(s.blot_mm, dpi)) | ~filled | ~round_
    left, top = found.left[keep].astype(float), found.top[keep].astype(float)
    letters = Letters(left, top, left + found.width[keep], top + found.height[keep])
    pieces = np.count_nonzero(letters.height < mm_to_px(s.min_letter_mm, dpi))
    return Found(letters, keep, dirty, not dirty and bool(pieces > BROKEN * len(letters)))


MOST_WIDE = 3.75
"""Width of letters that touch, in heights of the highest."""


def highest(dpi: float, s: LineSettings) -> float:
    """Height in pixels of the highest letters, or of a few that touch below each other."""
    return 1.6 * mm_to_px(s.max_letter_mm, dpi)


def x_height_of(ink: Mask, seen: Found, dpi: float, s: LineSettings) -> float:
    """The page's x-height in pixels, of the letters `seen` in `ink` (H, W).

    Of broken type letters are measured whose pieces, one above the other, are joined, unless that
    makes letters of grain, which are smaller than those there were.
    """
    found = usual_x_height(seen.letters, dpi, seen.dirty, s)
    if seen.broken:
        across, down = (round(mm_to_px(mm, dpi)) for mm in GAP_MM)
        gap = np.ones((down + 1, max(1, across)), np.uint8)
        joined = cv2.morphologyEx(ink.view(np.uint8), cv2.MORPH_CLOSE, gap).view(np.bool_)
        whole = find_letters(components(joined), dpi, s)
        found = max(found, usual_x_height(whole.letters, dpi, whole.dirty, s))
    return found


BROKEN = 0.5
"""Share of components lower than a letter: whole type has an eighth, broken type two thirds."""
GAP_MM = (0.12, 0.4)
"""Across and down, between the pieces of a letter; lines of type are farther apart."""


def usual_x_height(letters: Letters, dpi: float, dirty: bool, s: LineSettings) -> float:
    """The height most letters have: the fullest 0.3 mm of the histogram of heights.

    Clumps of grain are the smaller the more they are: on a dirty page each component counts by
    the square of its height.
    """
    least, most = mm_to_px(s.min_letter_mm, dpi), mm_to_px(s.max_letter_mm, dpi)
    heights = letters.height[(letters.height >= least) & (letters.height <= most)]
    if len(heights) < 8:
        return mm_to_px(s.usual_letter_mm, dpi)
    width = max(1.0, mm_to_px(0.3, dpi))
    weights = heights**2 if dirty else np.ones_like(heights)
    steps = np.unique(heights)
    counts = np.array([float(weights[abs(heights - h) <= width].sum()) for h in steps])
    peak = steps[int(np.argmax(counts))]
    # on a sheet of few lines there may be more capitals and figures than small letters
    lower = (steps < peak / LEAST_CAPITAL) & (steps > peak / MOST_CAPITAL)
    high = peak > HIGHEST_SMALL * mm_to_px(s.usual_letter_mm, dpi)
    if high and lower.any() and counts[lower].max() > NEARLY * counts.max():
        peak = steps[lower][int(np.argmax(counts[lower]))]
    return float(np.median(heights[abs(heights - peak) <= width]))


LEAST_CAPITAL, MOST_CAPITAL = 1.25, 1.75
"""Height of capitals in x-heights, from the lowest to the highest face of a typewriter."""
HIGHEST_SMALL = 1.35
"""No typewriter's small letters are so much higher than usual: what is, are capitals."""
NEARLY = 0.3
"""Small letters are taken for such when they are so many, against the capitals."""


def quantile(values: Floats, share: float) -> float:
    """As `np.quantile`, of a few dozen values in a tenth of its time; `values` (N,), N > 0."""
    ordered = np.sort(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    if below + 1 >= len(ordered):
        return float(ordered[-1])
    low, high = float(ordered[below]), float(ordered[below + 1])
    return low + (place - below) * (high - low)


def fit_baseline(letters: Letters, box: Box, x_height: float) -> tuple[Point, ...]:
    """A straight line through the feet of the letters, descenders left out, as wide as `box`."""
    x, y = (letters.left + letters.right) / 2, letters.bottom
    slope, level = 0.0, quantile(y, 0.5)
    if len(x) >= 6 and x.max() - x.min() > 8 * x_height:
        last = np.zeros(len(x), dtype=np.bool_)
        for _ in range(4):
            off = y - (slope * x + level)
            near = abs(off - quantile(off, 0.5)) <= 0.22 * x_height
            if np.count_nonzero(near) < 4 or np.array_equal(near, last):
                break
            slope, level = _fit(x[near], y[near])
            last = near
        if abs(slope) > 0.05:  # 3°: no line of a straightened page; too few letters to tell
            slope, level = 0.0, quantile(y, 0.5)
    return (Point(box.left, slope * box.left + level), Point(box.right, slope * box.right + level))


def _fit(x: Floats, y: Floats) -> tuple[float, float]:
    """Slope and level at x = 0 of the line of least squares; level where all x are one."""
    mean_x, mean_y = float(x.mean()), float(y.mean())
    off = x - mean_x
    spread = float(off @ off)
    slope = float(off @ (y - mean_y)) / spread if spread > 0 else 0.0
    return slope, mean_y - slope * mean_x
