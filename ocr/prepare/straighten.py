"""Straighten: the one resampling from the scan to the upright, straight page.

Turn, skew and bend are one map, and each pixel of the page is taken from the scan once. What is
read is grey, so at full resolution the page is laid down in grey alone; of its colours a copy at
100 dpi is laid down for paper and marks, and where a mark is unmixed its box, at full resolution.
That takes half the time of laying down the whole page in colour.

From 110 to 250 dpi the resampling is bicubic: bilinear blurs strokes of two or three pixels, and
Tesseract reads such made pages with 5 % more errors. From 250 dpi on bilinear loses nothing and
takes half the time; below 110 dpi bicubic raises the grain of the paper as much as the strokes, and
real pages read worse (100 errors against 83 on two of 100 dpi).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ocr.geometry import Affine, Bend, Box, Gray, Mask, Pixels, Point
from ocr.prepare.ink import at_dpi
from ocr.raster import crop, flatten_lines, to_gray, warp

BENT_SIDE = 24  # points on each side of the outline of a bent scan
HAIR = 1e-6  # px by which rounding may move a corner
EDGE_SPARE = 0.25  # px of a copy by which the canvas may show past the scan: rounding alone
COLOUR_DPI = 100.0  # px per inch of the page's colours: JPEG keeps no more of them
QUARTERS = {(1.0, 0.0): 0, (0.0, 1.0): 1, (-1.0, 0.0): 2, (0.0, -1.0): 3}
"""Clockwise quarter turns by (a, d) of their map."""
SHARP_DPI = (110.0, 250.0)  # between these bicubic keeps strokes that bilinear blurs


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A scan as it is laid down: gray (H, W); small, about 100 dpi and `scale` times as large."""

    pixels: Pixels
    gray: Gray
    small: Pixels
    scale: float
    dpi: float


def source_of(pixels: Pixels, dpi: float) -> Source:
    small = at_dpi(pixels, dpi, COLOUR_DPI)
    return Source(pixels, to_gray(pixels), small.image, small.scale, dpi)


@dataclass(frozen=True, slots=True, eq=False)
class Straight:
    """The page laid straight.

    gray     (H, W)
    small    (h, w) or (h, w, 3): the page, `scale` times as large
    to_scan  the way back
    """

    source: Source
    gray: Gray
    small: Pixels
    scale: float
    to_scan: Affine | Bend

    def part(self, box: Box) -> Pixels:
        """What lies in `box` of the page, in the colours of the scan."""
        b = box.clip(self.gray.shape[1], self.gray.shape[0])
        if self.source.pixels.ndim == 2:
            return crop(self.gray, b)
        moved = _from(self.to_scan, b.left, b.top)
        size, sharp = (b.width, b.height), _sharp(self.source.dpi)
        return _laid(self.source.pixels, moved, size, sharp=sharp)

    def off_scan(self, size: tuple[int, int], scale: float) -> Mask:
        """(h, w) where a copy of the canvas, `size` (width, height), shows more than the scan.

        Where its edge runs through a pixel, that is off the scan as well.
        """
        (h, w), (height, width) = self.source.gray.shape, self.gray.shape
        if isinstance(self.to_scan, Affine):
            corners = [self.to_scan.point(Point(x, y)) for x in (0, width) for y in (0, height)]
            if all(
                abs(p.x - w / 2) < w / 2 + HAIR and abs(p.y - h / 2) < h / 2 + HAIR for p in corners
            ):
                return np.zeros(size[::-1], dtype=np.bool_)
        sides = 1 if isinstance(self.to_scan, Affine) else BENT_SIDE
        part = np.linspace(0, 1, sides, endpoint=False)
        none, whole = np.zeros_like(part), np.ones_like(part)
        spare = EDGE_SPARE / scale
        around_x = (w + 2 * spare) * np.concatenate([part, whole, 1 - part, none]) - spare
        around_y = (h + 2 * spare) * np.concatenate([none, part, whole, 1 - part]) - spare
        x, y = self.to_scan.inverse().points(around_x, around_y)
        outline = np.stack([x * scale - 0.5, y * scale - 0.5], axis=1)
        far = 2 * max(size)
        beyond = np.array([(-far, -far), (far, -far), (far, far), (-far, far)])
        mask = np.zeros(size[::-1], dtype=np.uint8)
        # filled between the two outlines, pixels that these run through included
        rings = [np.rint(ring * 16).astype(np.int32) for ring in (beyond, outline)]
        cv2.fillPoly(mask, rings, 1, shift=4)
        return mask.astype(np.bool_)


def lay_straight(source: Source, to_scan: Affine | Bend, size: tuple[int, int]) -> Straight:
    """The page of `size` (width, height) whose points `to_scan` maps to the scan."""
    gray = _laid(source.gray, to_scan, size, sharp=_sharp(source.dpi))
    k = source.scale
    small_size = (max(1, math.ceil(size[0] * k - HAIR)), max(1, math.ceil(size[1] * k - HAIR)))
    if k == 1.0 and source.pixels.ndim == 2:
        return Straight(source, gray, gray, k, to_scan)
    small = _laid(source.small, _scaled(to_scan, k), small_size, sharp=False)
    return Straight(source, gray, small, k, to_scan)


def upright(pixels: Pixels, turn_deg: int, skew_deg: float) -> tuple[Affine, tuple[int, int]]:
    """The map that turns a scan upright and straight, and its canvas (width, height).

    The canvas holds every corner of the scan. Quarter turns alone move pixels, nothing is mixed.
    """
    height, width = pixels.shape[:2]
    turn = Affine.rotation(turn_deg).then(Affine.rotation(-skew_deg))
    corners = [turn.point(Point(x, y)) for x in (0, width) for y in (0, height)]
    left, top = min(p.x for p in corners), min(p.y for p in corners)
    right, bottom = max(p.x for p in corners), max(p.y for p in corners)
    to_page = turn.then(Affine.translation(-left, -top))
    # a hair of rounding must not add a row
    size = (math.ceil(right - left - HAIR), math.ceil(bottom - top - HAIR))
    return _exact(to_page) if skew_deg == 0 else to_page, size


def _exact(turn: Affine) -> Affine:
    """A quarter turn without the rounding of its sine."""
    return Affine(*(float(round(v)) for v in (turn.a, turn.b, turn.c, turn.d, turn.e, turn.f)))


def _sharp(dpi: float) -> bool:
    return SHARP_DPI[0] <= dpi < SHARP_DPI[1]


def _laid(image: Pixels, to_scan: Affine | Bend, size: tuple[int, int], *, sharp: bool) -> Pixels:
    if isinstance(to_scan, Bend):
        return flatten_lines(image, to_scan, size, sharp=sharp)
    to_page = to_scan.inverse()
    quarters = QUARTERS.get((to_page.a, to_page.d))
    if quarters is not None:
        turned = np.rot90(image, -quarters)
        if turned.shape[1::-1] == size and to_page.e == to_page.a:
            return np.ascontiguousarray(turned)
    return warp(image, to_page, size, sharp=sharp)


def _from(to_scan: Affine | Bend, left: int, top: int) -> Affine | Bend:
    """The map for a part of the page that begins at (left, top)."""
    move = Affine.translation(left, top)
    if isinstance(to_scan, Affine):
        return move.then(to_scan)
    rows = tuple(row - top for row in to_scan.rows)
    middle = to_scan.middle - left
    return replace(to_scan, flat=move.then(to_scan.flat), middle=middle, rows=rows)


def _scaled(to_scan: Affine | Bend, k: float) -> Affine | Bend:
    """The map between copies of page and scan `k` times as large."""
    if isinstance(to_scan, Affine):
        return Affine.scaling(1 / k).then(to_scan).then(Affine.scaling(k))
    flat = Affine.scaling(1 / k).then(to_scan.flat).then(Affine.scaling(k))
    rows = tuple(row * k for row in to_scan.rows)
    rises = tuple(tuple(v * k for v in rise) for rise in to_scan.rises)
    middle, unit = to_scan.middle * k, to_scan.unit * k
    return replace(to_scan, flat=flat, middle=middle, unit=unit, rows=rows, rises=rises)
