"""Lines of text inside a stamp, on the layer of marks.

A stamp is pressed on at an angle of its own. The angle is the one at which the rows of its ink
are sharpest (largest variance of the row sums), tried in steps of half a degree; the lines are
then found as on a page and turned back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from ocr.geometry import Affine, Box, Gray, Mask, Point
from ocr.layout.lines import Fragment, LineSettings, find_fragments
from ocr.layout.rules import RuleSettings, find_rules
from ocr.raster import crop, warp


@dataclass(frozen=True, slots=True)
class StampSettings:
    """How a stamp's text is looked for."""

    ink_below: int = 200  # grey level: stamps are paler than type
    max_angle_deg: float = 20.0
    step_deg: float = 0.5
    min_letters: int = 3  # fewer in a row are ornament


def stamp_fragments(
    marks: Gray, box: Box, dpi: float, lines: LineSettings, rules: RuleSettings, s: StampSettings
) -> tuple[Fragment, ...]:
    """The stamp's lines, in pixels of the page, from top to bottom.

    marks  (H, W) uint8, the layer of marks of the whole page
    """
    part = crop(marks, box)
    if part.size == 0:
        return ()
    angle = _angle(part < s.ink_below, s)
    height, width = part.shape
    turn = Affine.rotation(-angle, Point(width / 2, height / 2))
    level = warp(part, turn, (width, height)) < s.ink_below
    framed = find_rules(level, dpi, rules)
    found = find_fragments(level & ~framed.mask, dpi, lines)
    back = turn.inverse().then(Affine.translation(box.left, box.top))
    readable = [f for f in found if f.letters >= s.min_letters]
    return tuple(_turned(f, back) for f in sorted(readable, key=lambda f: f.foot))


def _angle(ink: Mask, s: StampSettings) -> float:
    """Clockwise angle (degrees) by which the stamp's lines are turned."""
    small = cv2.resize(
        ink.astype(np.uint8) * 255, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA
    )
    height, width = small.shape
    best, sharpest = 0.0, -1.0
    for angle in np.arange(-s.max_angle_deg, s.max_angle_deg + 1e-9, s.step_deg):
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), float(angle), 1.0)
        rows = cv2.warpAffine(small, matrix, (width, height)).sum(axis=1, dtype=np.float64)
        sharp = float(np.square(np.diff(rows)).sum()) * (1.0 - 0.002 * abs(angle))
        if sharp > sharpest:
            best, sharpest = float(angle), sharp
    return best


def _turned(f: Fragment, back: Affine) -> Fragment:
    return replace(f, box=back.box(f.box), baseline=tuple(back.point(p) for p in f.baseline))
