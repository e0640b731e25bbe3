"""Lines of text inside a stamp, on the layer of marks.

A stamp is pressed on at an angle of its own. The angle is the one at which the rows of its ink
are sharpest (largest variance of the row sums), found to half a degree; the lines are then found
as on a page and turned back. A mark with lines between two rules is a boxed stamp, whatever it was
taken for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ocr.document import PreparedPage
from ocr.geometry import Affine, Box, Gray, Mask, Point, mm_to_px
from ocr.layout.frames import SIDE_MM, Frame, find_frames, find_ring
from ocr.layout.letters import reduce_ink
from ocr.layout.lines import Fragment, LineSettings, find_fragments
from ocr.layout.rules import RuleSettings, find_rules
from ocr.raster import WHITE, components, crop, tight, warp


@dataclass(frozen=True, slots=True)
class StampSettings:
    """How a stamp's text is looked for."""

    ink_below: int = 200  # grey level: stamps are paler than type
    max_angle_deg: float = 20.0
    max_seal_deg: float = 40.0  # round seals are set on without care
    coarse_deg: float = 1.5  # a line of 60 mm that is off by this is still half as sharp
    step_deg: float = 0.5
    angle_dpi: float = 100.0  # enough to tell rows of 2 mm
    min_letters: int = 3  # fewer in a row are ornament
    min_wide_mm: float = 25.0  # no boxed stamp is smaller
    min_high_mm: float = 6.0
    most_mm: float = 120.0  # nor larger


@dataclass(frozen=True, slots=True)
class StampText:
    """Lines of a stamp from top to bottom, in pixels of the page; whether a frame is drawn."""

    lines: tuple[Fragment, ...]
    framed: bool


def read_stamp(
    page: PreparedPage, box: Box, lines: LineSettings, rules: RuleSettings, s: StampSettings
) -> StampText:
    """What stands in a stamp, on the layer of marks of its page."""
    part, dpi = crop(page.marks, box), page.dpi
    if part.size == 0:
        return StampText((), False)
    inked = part < s.ink_below
    # where type ran under the stamp some of its frame went with the type
    ring = find_ring(inked, dpi)
    frames = find_frames(inked | crop(page.ink, box), dpi) if ring is None else (ring,)
    for frame in frames:
        if frame is ring or (frame.is_ring and _fills(frame, part.shape)):
            return _read_ring(part, frame, box, dpi, lines, s)
    boxed = [frame for frame in frames if not frame.is_ring and _fills(frame, part.shape)]
    if boxed:
        part = np.where(_inside(boxed, part.shape, dpi), part, WHITE).astype(np.uint8)
    angle = _angle(part < s.ink_below, dpi, s)
    height, width = part.shape
    turn = Affine.rotation(-angle, Point(width / 2, height / 2))
    level = warp(part, turn, (width, height)) < s.ink_below
    ruled = find_rules(level, dpi, rules)
    found = find_fragments(_without_uprights(level & ~ruled.mask, dpi), dpi, lines)
    back = turn.inverse().then(Affine.translation(box.left, box.top))
    readable = _as_high_as_others([f for f in found if f.letters >= s.min_letters])
    return StampText(
        tuple(_turned(f, back) for f in sorted(readable, key=lambda f: f.foot)),
        bool(boxed) or _is_framed(ruled.horizontal, part.shape, mm_to_px(s.min_high_mm, dpi)),
    )


def _inside(frames: Sequence[Frame], shape: tuple[int, ...], dpi: float) -> Mask:
    """(H, W) True within boxes, their sides left out: what lies outside is no stamp's."""
    held = np.zeros(shape[:2], dtype=np.bool_)
    for frame in frames:
        held |= frame.mask(shape, 1) & ~frame.sides(shape, round(mm_to_px(SIDE_MM, dpi)))
    return held


FILLS = 0.6
"""Share of a mark's box that the frame of its stamp takes up, if some of its ink is type."""


def _fills(frame: Frame, shape: tuple[int, ...]) -> bool:
    """Whether a frame takes up most of a mark (height, width)."""
    height, width = shape[:2]
    return frame.box.clip(width, height).area > FILLS * width * height


UPRIGHT_MM, NARROW, AT_END = 5.0, 0.35, 0.12
"""Height of an upright side of a frame, or of a piece of it, at least, its width as a share of that
at most, and how near the ends of a stamp it stands, as a share of the width: the figures of a stamp
are lower."""


def _without_uprights(level: Mask, dpi: float) -> Mask:
    """The ink of a levelled stamp (H, W) without the upright sides of its frame."""
    found = components(level)
    whole = tight(level)
    middle = (found.left + found.width / 2 - whole.left) / max(1, whole.width)
    high = found.height >= mm_to_px(UPRIGHT_MM, dpi)
    side = high & (found.width < NARROW * found.height) & (abs(middle - 0.5) > 0.5 - AT_END)
    return level & ~found.mask(side) if side.any() else level


LOW = 0.4
"""Height of a line, against the median of a stamp's lines, under which it is a side of the frame
in pieces; the smallest print of a stamp is half as high as the largest."""


def _as_high_as_others(lines: Sequence[Fragment]) -> list[Fragment]:
    """The lines of a stamp without what is too low for one."""
    usual = float(np.median([f.box.height for f in lines])) if lines else 0.0
    return [f for f in lines if f.box.height > LOW * usual]


HEART = 0.6
"""Radius of what the words across a seal's middle stand in, as a share of its own."""
LEGEND_FEET, LEGEND_X, LEGEND_PITCH = 0.68, 0.15, 0.17
"""Where the words around a seal have their feet, their height and a letter's width, likewise."""


def _read_ring(
    part: Gray, ring: Frame, box: Box, dpi: float, lines: LineSettings, s: StampSettings
) -> StampText:
    """The words around a seal as one line, then those across its middle."""
    around = ring.box
    radius, middle = around.width / 2, around.center
    heart = np.zeros(part.shape[:2], np.uint8)
    cv2.circle(heart, (round(middle.x), round(middle.y)), round(HEART * radius), 1, -1)
    level = np.where(heart > 0, part, WHITE).astype(np.uint8)
    angle = _angle(level < s.ink_below, dpi, replace(s, max_angle_deg=s.max_seal_deg))
    turn = Affine.rotation(-angle, middle)
    turned = warp(level, turn, (part.shape[1], part.shape[0])) < s.ink_below
    back = turn.inverse().then(Affine.translation(box.left, box.top))
    found = [f for f in find_fragments(turned, dpi, lines) if f.letters >= s.min_letters]
    feet = middle.y - LEGEND_FEET * radius + box.top
    whole = around.shift(box.left, box.top)
    legend = Fragment(
        box=whole,
        baseline=(Point(whole.left, feet), Point(whole.right, feet)),
        x_height_px=LEGEND_X * radius,
        pitch_px=LEGEND_PITCH * radius,
        letters=s.min_letters,
    )
    across = (_turned(f, back) for f in sorted(found, key=lambda f: f.foot))
    return StampText((legend, *across), True)


FRAME_SHARE = 0.8
"""Length of the upper and the lower side of a frame, together, as a share of the stamp's width:
each may be broken, and pressed on in part."""


def _is_framed(rules: Sequence[Box], shape: tuple[int, ...], apart_px: float) -> bool:
    """Whether rules run along the upper and the lower part of a stamp (height, width)."""
    height, width = shape[:2]
    upper = [box for box in rules if box.center.y < height / 2]
    lower = [box for box in rules if box.center.y >= height / 2]
    if not upper or not lower:
        return False
    lengths = [min(width, sum(box.width for box in side)) for side in (upper, lower)]
    gap = min(box.top for box in lower) - max(box.bottom for box in upper)
    each = min(lengths) > 0.25 * width
    return each and gap > apart_px and sum(lengths) > FRAME_SHARE * width


def is_stamp(
    page: PreparedPage, box: Box, lines: LineSettings, rules: RuleSettings, s: StampSettings
) -> bool:
    """Whether a mark that was taken for handwriting is a boxed stamp: lines inside a frame."""
    width, height = (mm_to_px(v, page.dpi) for v in (s.min_wide_mm, s.min_high_mm))
    most = mm_to_px(s.most_mm, page.dpi)
    if not (width <= box.width <= most and height <= box.height <= most):
        return False
    text = read_stamp(page, box, lines, rules, s)
    return text.framed and any(f.letters >= 2 * s.min_letters for f in text.lines)


def _angle(ink: Mask, dpi: float, s: StampSettings) -> float:
    """Clockwise angle (degrees) by which the stamp's lines are turned: coarsely, then near it."""
    scale = min(1.0, s.angle_dpi / dpi)
    small = reduce_ink(ink, scale)
    coarse = np.arange(-s.max_angle_deg, s.max_angle_deg + 1e-9, s.coarse_deg)
    near = coarse[int(np.argmax([_sharpness(small, float(a)) for a in coarse]))]
    fine = near + np.arange(-s.coarse_deg, s.coarse_deg + 1e-9, s.step_deg)
    return float(fine[int(np.argmax([_sharpness(small, float(a)) for a in fine]))])


def _sharpness(small: Gray, angle: float) -> float:
    """How much the rows differ from one to the next, turned back by `angle`; 0° counts a little."""
    height, width = small.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    rows = cv2.warpAffine(small, matrix, (width, height)).sum(axis=1, dtype=np.float64)
    return float(np.square(np.diff(rows)).sum()) * (1.0 - 0.002 * abs(angle))


def _turned(f: Fragment, back: Affine) -> Fragment:
    return replace(f, box=back.box(f.box), baseline=tuple(back.point(p) for p in f.baseline))
