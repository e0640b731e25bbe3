"""One line of type as a small picture of its own: level, of one size, on white, and alone.

Each line is turned to the horizontal along its baseline and scaled so that its x-height is the
same whatever the scan's resolution. Ink that belongs to neighbouring lines is taken out
(`line_ink`), the paper is drawn to white and the ink to black. Training and reading both cut their
lines here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from ocr.document import PreparedPage, TextLine
from ocr.geometry import Affine, Box, Gray, Mask, Point
from ocr.raster import WHITE, Components, warp
from ocr.recognize.line_ink import find_owners, slices, straight


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
        found, owner = find_owners(ink, gray, layer)
        for i, line in enumerate(layer):
            own = owner == i
            images[line.id] = _cut(gray, ink, found.labels, own, _whole(line, found, own, s), s)
    return [images[line.id] for line in lines]


MARK_INK = 200
"""Grey level below which a pixel of the layer of marks is ink: stamps are paler than type."""


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


def _whole(
    line: TextLine, found: Components, own: npt.NDArray[np.bool_], s: LineImageSettings
) -> TextLine:
    """The line, larger where figures of another size stand in it: typed large in a printed form."""
    slope, level = straight(line)
    foot = slope * (found.left + found.width / 2) + level
    # pieces of letters that touched another line have no box
    stands = own[: len(foot)] & (abs(found.top + found.height - foot) < ON_FOOT * line.x_height_px)
    reach = (foot - found.top)[stands] / (s.above * line.x_height_px)
    cut_off = np.sort(reach[(reach > 1) & (reach < LARGEST)])
    if len(cut_off) < 2:
        return line
    return replace(line, x_height_px=ROOM * line.x_height_px * float(cut_off[-2]))


ROOM = 1.03
"""A little more, so that their upper edge stands on white."""
ON_FOOT = 0.3
"""x-heights from the feet of the line to those of a letter that stands on it."""
LARGEST = 1.7
"""Height of larger figures as a share of the strip's above the feet: what is higher is none."""


def _cut(
    gray: Gray,
    ink: Mask,
    labels: npt.NDArray[np.int32] | npt.NDArray[np.uint16],
    own: npt.NDArray[np.bool_],
    line: TextLine,
    s: LineImageSettings,
) -> LineImage:
    """`labels` (H, W) of the page's ink, and which of them, (N,), from 1 on, are the line's own."""
    slope, level = straight(line)
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
    mine = np.take(np.concatenate([[False], own]), labels[slices(region)])
    halo = max(1, round(HALO * x_height))
    if region.area:
        alone = _alone(gray[slices(region)], ink[slices(region)], mine, halo)
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
