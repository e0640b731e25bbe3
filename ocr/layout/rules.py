"""Ruled lines: printed table rules, margin rules, underlines, leaders of underscores.

Method: a morphological opening of the ink along one axis keeps only what runs on for longer than
any stroke of a letter; a short closing before it bridges the gaps of a worn print. What is left
and is thin is a rule, unless it is short and ink stands along one side of it: the serifs of a
worn face run together into bars as long as a rule, but their stems rise from them; and figures one
and brackets down the numbers of a closely set list stand on one another, but their serifs jut out.
On a page straight within 0.3° rules of 10 mm and more are found whole.

The work is done at 150 dpi or less, where the thinnest rule is still half a pixel thick.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Box, Mask, mm_to_px
from ocr.layout.letters import reduce_ink
from ocr.raster import components


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """Lengths on paper."""

    work_dpi: float = 150.0
    min_length_mm: float = 9.0  # three strokes and more: longer than any letter, dash or `_`
    max_thickness_mm: float = 1.3  # a printed double rule; thicker is a picture or a dark edge
    max_short_thickness_mm: float = 0.8  # of one not sure: small print at 100 dpi closes into bars
    bridge_mm: float = 0.4  # gaps in worn print
    sure_length_mm: float = 30.0  # no row of touching serifs is as long
    sure_height_mm: float = 80.0  # no column of figures one is as high
    max_touching: float = 0.22  # share of a short rule's length with ink right above or below
    max_touching_down: float = 0.18  # the same of a straight one down the page: 0.14 in tables


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """Boxes of the rules of one page, and where their ink lies ((H, W), True = rule)."""

    horizontal: tuple[Box, ...]
    vertical: tuple[Box, ...]
    mask: Mask


def find_rules(ink: Mask, dpi: float, s: RuleSettings) -> Rules:
    """All rules in `ink` ((H, W), True = ink) of a straightened page."""
    scale = min(1.0, s.work_dpi / dpi)
    small = reduce_ink(ink, scale) > RULE_INK
    across, across_mask = _along(small, dpi * scale, s)
    down_t, down_mask_t = _along(np.ascontiguousarray(small.T), dpi * scale, s, down=True)
    down = tuple(Box(b.top, b.left, b.bottom, b.right) for b in down_t)
    mask = across_mask | down_mask_t.T if down else across_mask
    if scale < 1.0:
        across, down = (tuple(_enlarged(b, 1 / scale, ink) for b in bs) for bs in (across, down))
        mask = _at_full_size(mask, ink, (*across, *down))
    return Rules(across, down, mask)


RULE_INK = 80
"""Coverage, of 255, from which a pixel at work resolution is ink: rules are thinner than type."""


def _enlarged(box: Box, k: float, ink: Mask) -> Box:
    """A box at work resolution in the pixels of the page."""
    height, width = ink.shape
    return Box(*(round(v * k) for v in box)).clip(width, height)


def _at_full_size(small: Mask, ink: Mask, boxes: tuple[Box, ...]) -> Mask:
    """The ink of the page under a mask at work resolution."""
    height, width = ink.shape
    mask = np.zeros_like(ink)
    spread = cv2.dilate(small.view(np.uint8), np.ones((3, 3), np.uint8)).view(np.bool_)
    rows, columns = (
        (np.arange(many) * few // many) for many, few in zip(ink.shape, small.shape, strict=True)
    )
    rim = 2 * math.ceil(height / small.shape[0])
    for box in boxes:
        near = box.grow(rim, rim).clip(width, height)
        here = slice(near.top, near.bottom), slice(near.left, near.right)
        mask[here] = spread[np.ix_(rows[here[0]], columns[here[1]])] & ink[here]
    return mask


def _along(
    ink: Mask, dpi: float, s: RuleSettings, *, down: bool = False
) -> tuple[tuple[Box, ...], Mask]:
    """Rules that run along x, which is down the page where the page was turned over."""
    length = max(8, round(mm_to_px(s.min_length_mm, dpi)))
    bridge = max(2, round(mm_to_px(s.bridge_mm, dpi)))
    thick = max(2.0, mm_to_px(s.max_thickness_mm, dpi))
    image = ink.astype(np.uint8)
    closed = cv2.morphologyEx(image, cv2.MORPH_CLOSE, np.ones((1, bridge), np.uint8)).astype(
        np.uint8, copy=False
    )
    rows = _rows_with_runs(closed, length)
    if len(rows) == 0:
        return (), np.zeros_like(ink)
    runs = np.zeros_like(closed)
    runs[rows] = cv2.morphologyEx(closed[rows], cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    # a rule that is a little slanted falls into steps: join them before they are judged
    joined = cv2.dilate(runs, np.ones((3, 2 * bridge + 1), np.uint8)).view(np.bool_)
    found = components(joined)
    thickness = found.area / np.maximum(found.width, 1) - 2
    keep = (thickness <= thick) & (found.width >= length)
    sure = found.width >= mm_to_px(s.sure_length_mm, dpi)
    reach = max(2, round(mm_to_px(TOUCH_MM, dpi)))
    keep &= sure | (thickness <= max(2.0, mm_to_px(s.max_short_thickness_mm, dpi)))
    # pencil strokes are never as straight as type on type
    column = down & (found.width < mm_to_px(s.sure_height_mm, dpi))
    column &= found.area > STRAIGHT * found.width * found.height
    for i in np.flatnonzero(keep & (~sure | column)):
        most = s.max_touching_down if column[i] else s.max_touching
        keep[i] = _touching(ink, found.box(int(i)), reach) <= most
    boxes = tuple(found.box(int(i)) for i in np.flatnonzero(keep))
    mask = found.mask(keep) & (cv2.dilate(runs, np.ones((3, 1), np.uint8)) > 0)
    return boxes, np.asarray(mask, dtype=np.bool_)


def _rows_with_runs(ink: npt.NDArray[np.uint8], length: int) -> npt.NDArray[np.int64]:
    """Rows of `ink` (H, W) that may have a run of ones as long: so many bytes of ones in a row."""
    full = np.packbits(ink, axis=1) == BYTE_OF_ONES
    many = (length - 7) // 8
    if many < 1 or many > full.shape[1]:
        return np.arange(len(ink))
    wide = full.shape[1] - many + 1
    run = full[:, :wide].copy()
    for i in range(1, many):
        run &= full[:, i : i + wide]
    return np.flatnonzero(run.any(axis=1))


BYTE_OF_ONES = 255
STRAIGHT = 0.95
"""Share of its box that a straight run fills."""
TOUCH_MM = 0.35
"""How far above and below a run one looks for stems: less than an underline keeps from letters."""


def _touching(ink: Mask, run: Box, reach: int) -> float:
    """The larger share, above or below `run`, of columns with ink right beside it."""
    rows = ink[run.top : run.bottom, run.left : run.right].mean(axis=1)
    core = np.flatnonzero(rows >= 0.5 * rows.max())
    top, bottom = run.top + int(core[0]), run.top + int(core[-1]) + 1
    above = ink[max(0, top - reach - 1) : max(0, top - 1), run.left : run.right]
    below = ink[bottom + 1 : bottom + reach + 1, run.left : run.right]
    return float(max((side.any(axis=0).mean() if side.size else 0.0) for side in (above, below)))
