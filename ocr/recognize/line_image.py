"""One line of type as a small picture of its own: level, of one size, on white, and alone.

Each line is turned to the horizontal along its baseline and scaled so that its x-height is the
same whatever the scan's resolution. Ink that belongs to neighbouring lines is taken out by
connected component (descenders above, accents below, a neighbour's letters beside), the paper is
drawn to white and the ink to black. Training and reading both cut their lines here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ocr.document import PreparedPage, TextLine
from ocr.geometry import Affine, Box, Gray, Mask, Point, hull
from ocr.raster import WHITE, Components, components, find_chains, warp


@dataclass(frozen=True, slots=True)
class LineImageSettings:
    """Shares are of the line's x-height."""

    x_height_px: int = 24  # what the x-height becomes; Tesseract reads 16–28 about equally well
    above: float = 2.0  # from the baseline up: capitals and the breve of Й
    below: float = 0.75  # from the baseline down: the tails of р, у, щ
    beside: float = 0.6  # left and right of the first and last letter
    margin_px: int = 10  # white around all


@dataclass(frozen=True, slots=True, eq=False)
class LineImage:
    """pixels (H, W) uint8, black ink on white; to_page maps its pixels to the prepared page."""

    pixels: Gray
    to_page: Affine


def cut_lines(
    page: PreparedPage, lines: Sequence[TextLine], s: LineImageSettings
) -> list[LineImage]:
    """The picture of each line, in the order of `lines`."""
    images: dict[str, LineImage] = {}
    for on_marks in (False, True):
        layer = [line for line in lines if line.on_marks == on_marks]
        if not layer:
            continue
        gray = page.marks if on_marks else page.gray
        ink = page.marks < MARK_INK if on_marks else page.ink
        if on_marks:
            gray, ink = _without_frames(gray, ink, layer)
        found = _near(ink, layer)
        owner = _owners(found, layer)
        for i, line in enumerate(layer):
            own = _Own(owner == i, owner == SHARED, *_room(line, layer))
            images[line.id] = _cut(gray, ink, found, own, line, s)
    return [images[line.id] for line in lines]


MARK_INK = 200
"""Grey level below which a pixel of the layer of marks is ink: stamps are paler than type."""


SHARED = -2

SPECK = 0.13
"""Ink smaller than this, in x-heights, is dirt: a worn full stop has 0.2."""
FRAME = 6.0
"""Ink higher than this, in x-heights, is a frame or a picture; two letters that touch over a
double-spaced line have 5."""


def _without_frames(gray: Gray, ink: Mask, lines: Sequence[TextLine]) -> tuple[Gray, Mask]:
    """The layer of marks without the upright rules of stamps, which run on into letters beside."""
    longest = round(UPRIGHT * float(np.median([line.x_height_px for line in lines])))
    upright = np.ones((max(2, longest), 1), np.uint8)
    rules = cv2.morphologyEx(ink.view(np.uint8), cv2.MORPH_OPEN, upright) > 0
    if not rules.any():
        return gray, ink
    bare = gray.copy()
    bare[rules] = WHITE
    return bare, np.asarray(ink & ~rules, dtype=np.bool_)


UPRIGHT = 2.2
"""Length in x-heights from which a stroke is no letter's: capitals have 1.5."""


def _near(ink: Mask, lines: Sequence[TextLine]) -> Components:
    """The components of a page's ink but for what is far above, below and beside all lines.

    Of those that are cut off so as much is left as tells that they are no letters.
    """
    reach = math.ceil(FRAME * max(line.x_height_px for line in lines)) + 1
    around = hull(line.box for line in lines).grow(reach, reach)
    height, width = ink.shape
    region = around.clip(width, height)
    found = components(ink[_slices(region)])
    labels = np.zeros(ink.shape, found.labels.dtype)
    labels[_slices(region)] = found.labels
    return found._replace(labels=labels, left=found.left + region.left, top=found.top + region.top)


def _owners(found: Components, lines: Sequence[TextLine]) -> npt.NDArray[np.int64]:
    """(N,) index of the line each component belongs to; SHARED where it lies on two lines."""
    x, y = found.left + found.width / 2, found.top + found.height / 2
    best = np.full(len(x), -1, np.int64)
    least = np.full(len(x), np.inf)
    crossed = np.zeros(len(x), np.int64)
    usual = float(np.median([line.x_height_px for line in lines]))
    for i, line in enumerate(lines):
        slope, level = _straight(line)
        foot = slope * x + level
        beside = np.maximum(line.box.left - x, x - line.box.right).clip(min=0.0)
        away = abs(y - foot + 0.5 * line.x_height_px) + beside
        near = away < least
        best[near], least[near] = i, away[near]
        core = np.minimum(found.top + found.height, foot) - np.maximum(
            found.top, foot - line.x_height_px
        )
        tall = (
            found.height > TALL * line.x_height_px
        )  # a comma and the letter below that it touches
        crossed += (core > np.where(tall, 0.12, 0.5) * line.x_height_px) & (beside == 0)
    size = np.maximum(found.width, found.height)
    nobody = (size < SPECK * usual) | ((found.height > FRAME * usual) & ~find_chains(found, usual))
    return np.where(nobody, -1, np.where(crossed > 1, SHARED, best))


TALL = 1.9
"""Height in x-heights that no letter has, with its tail or its accent."""


def _straight(line: TextLine) -> tuple[float, float]:
    """Slope and level at x = 0 of the baseline."""
    first, last = line.baseline[0], line.baseline[-1]
    run = last.x - first.x
    slope = (last.y - first.y) / run if run > 0 else 0.0
    return slope, first.y - slope * first.x


class _Own(NamedTuple):
    """A line's components: which (N,) are its own, and which touch a neighbour's letters.

    Of these it has what lies between `above` and `below`, pixels from the baseline up and down.
    """

    alone: npt.NDArray[np.bool_]
    shared: npt.NDArray[np.bool_]
    above: float
    below: float


def _room(line: TextLine, lines: Sequence[TextLine]) -> tuple[float, float]:
    """How far a line's letters reach above and below its baseline, in pixels.

    As capitals and tails do; but no farther than the feet of the line above, and the small letters
    of the line below.
    """
    x_height = line.x_height_px
    slope, level = _straight(line)
    above, below = CAPITAL * x_height, TAIL * x_height
    for other in lines:
        left, right = max(line.box.left, other.box.left), min(line.box.right, other.box.right)
        if other is line or left >= right:
            continue
        its_slope, its_level = _straight(other)
        middle = (left + right) / 2
        away = (its_slope - slope) * middle + its_level - level
        if away < -x_height:
            above = min(above, -away)
        elif away > x_height:
            below = min(below, away - other.x_height_px)
    return above, max(0.0, below)


def _cut(
    gray: Gray,
    ink: Mask,
    found: Components,
    own: _Own,
    line: TextLine,
    s: LineImageSettings,
) -> LineImage:
    slope, level = _straight(line)
    x_height = line.x_height_px
    left, right = line.box.left - s.beside * x_height, line.box.right + s.beside * x_height
    reach = abs(slope) * (right - left)
    height, width = gray.shape
    region = Box(
        math.floor(left),
        math.floor(min(p.y for p in line.baseline) - s.above * x_height - reach),
        math.ceil(right),
        math.ceil(max(p.y for p in line.baseline) + s.below * x_height + reach),
    ).clip(width, height)
    mine = _mine(found, own, line, region)
    halo = max(1, round(HALO * x_height))
    if region.area:
        alone = _alone(gray[_slices(region)], ink[_slices(region)], mine, halo)
    else:  # a line of dirt whose feet lie beyond the edge of a small scan
        alone = np.full((1, 1), WHITE, np.uint8)

    scale = s.x_height_px / x_height
    start = Point(left, slope * left + level)
    to_line = (
        Affine.translation(-start.x, -start.y)
        .then(Affine.rotation(-math.degrees(math.atan(slope))))
        .then(Affine.scaling(scale))
        .then(Affine.translation(s.margin_px, s.margin_px + s.above * s.x_height_px))
    )
    size = (
        max(1, round((right - left) * scale) + 2 * s.margin_px),
        round((s.above + s.below) * s.x_height_px) + 2 * s.margin_px,
    )
    shifted = Affine.translation(region.left, region.top).then(to_line)
    pixels = warp(alone, shifted, size)
    pixels[: s.margin_px] = pixels[-s.margin_px :] = WHITE
    return LineImage(pixels, to_line.inverse())


def _slices(region: Box) -> tuple[slice, slice]:
    return slice(region.top, region.bottom), slice(region.left, region.right)


def _mine(
    found: Components,
    own: _Own,
    line: TextLine,
    region: Box,
) -> Mask:
    """The line's own ink in `region`; letters that touch another line are cut between the two."""
    labels = found.labels[_slices(region)]
    whose = np.concatenate([[False], own.alone]) + 2 * np.concatenate([[False], own.shared])
    owner = np.take(whose.astype(np.uint8), labels)
    mine, shared = owner == 1, owner == 2
    if not shared.any():
        return np.asarray(mine, dtype=np.bool_)
    slope, level = _straight(line)
    foot = slope * (np.arange(region.left, region.right) + 0.5) + level
    y = (np.arange(region.top, region.bottom) + 0.5)[:, None]
    band = (y > foot - own.above) & (y < foot + own.below)
    return np.asarray(mine | (shared & band), dtype=np.bool_)


CAPITAL, TAIL = 1.5, 0.45
"""Height of capitals over, and depth of tails under the baseline, in x-heights of typewriters."""


HALO = 0.1
"""Blurred rim of a stroke beyond its ink, in x-heights."""


def _alone(part: Gray, ink: Mask, mine: Mask, halo_px: int) -> Gray:
    """`part` with foreign ink painted white and its grey levels stretched."""
    foreign = ink & ~mine
    cell = np.ones((2 * halo_px + 1, 2 * halo_px + 1), np.uint8)
    rim = cv2.dilate(foreign.astype(np.uint8), cell) > 0
    kept = cv2.dilate(mine.astype(np.uint8), cell) > 0
    clean = part.copy()
    clean[foreign | (rim & ~kept)] = WHITE
    return _stretch(clean, mine)


def _stretch(part: Gray, mine: Mask) -> Gray:
    """Ink to black and paper, with its grain, to white; a faint line is not blown up to noise."""
    if not mine.any() or mine.all():
        return part
    inked = _histogram(part, mine)
    paper = _histogram(part, None) - inked
    level = _quantile(paper, 0.5)
    away = np.abs(np.arange(256) - level)
    grain = 1.5 * _quantile(np.bincount(away, weights=paper, minlength=256), 0.5)
    white = level - 2.0 * grain
    black = min(_quantile(inked, 0.15), white - 60.0)
    scaled = (np.arange(256, dtype=np.float32) - black) * (255.0 / (white - black))
    levels = np.asarray(np.clip(scaled, 0, 255), dtype=np.uint8)
    return cv2.LUT(part, levels).astype(np.uint8, copy=False)


def _histogram(part: Gray, where: Mask | None) -> npt.NDArray[np.int64]:
    """(256,) how many pixels have each grey level, among those `where`, or all."""
    chosen = None if where is None else where.view(np.uint8)
    counts = cv2.calcHist([part], [0], chosen, [256], [0, 256])
    return counts.ravel().astype(np.int64)


def _quantile(counts: npt.NDArray[np.int64] | npt.NDArray[np.float64], share: float) -> int:
    """The lowest grey level with at least `share` of all pixels at or below it."""
    reach = np.cumsum(counts)
    return int(np.searchsorted(reach, share * reach[-1]))
