"""The ink of framed stamps, brought together on the layer of marks.

A stamp in black ink, or one of which half was taken for type, is found by its frame. What stands
inside moves to the marks, but for lines of type that run on beyond the frame or begin where other
lines of type begin, and for rules of the form that go on beyond it: under a stamp the type stays.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from ocr.document import Mark, MarkKind, PreparedPage
from ocr.geometry import Box, Mask, hull, mm_to_px
from ocr.layout.columns import level, rows_of
from ocr.layout.frames import SIDE_MM, Frame, find_frames
from ocr.layout.lines import Fragment, LineSettings, find_fragments
from ocr.layout.rules import Rules
from ocr.raster import WHITE, tight

MARK_INK = 200
"""Grey level under which the layer of marks shows ink: stamps are paler than type."""
INSIDE = 0.75
"""Share of a line's width inside the frame from which it may be the stamp's."""
IN_LINE = 1.2
"""Strokes by which lines of type that begin in one place are off each other, in grain."""
IN_LINE_CLEAR, SCRAPS = 0.35, 4.0
"""And where scraps of a frame or a rule stand before them, in so many strokes at most."""
SET_OFF = 0.6
"""Blank in strokes between such scraps and the type."""
GOES_ON = 4.0
"""Strokes between two parts of a line of type, of which a side of the frame took some."""
A_BLANK = 2.2
"""Strokes to the rest of a line of type that begins inside the frame."""
SLOPE_LETTERS = 7
"""From so many letters on the direction of a line can be told."""
LEVEL_HIGH = 1.5
"""Height of a level line in x-heights, with few tails and capitals."""
NEIGHBOURS = 3
"""So many lines outside begin where a line inside does, if it is type."""
SAME = 0.5
"""Share of the smaller box that a frame and a stamp have in common, if they are one."""
SWALLOWED = 0.8
"""Share of a mark in the frame from which it is part of the stamp."""


BEYOND_MM = 8.0
"""A rule that reaches so far beyond a frame is of the form, and no side of the stamp."""


def gather_stamps(page: PreparedPage, rules: Rules, s: LineSettings) -> PreparedPage:
    """The page with all ink of framed stamps on `marks`, and a stamp among the marks for each.

    rules  those of the page; what of them goes on beyond a stamp stays where it is
    """
    inked = page.marks < MARK_INK
    inked |= page.ink
    frames = find_frames(inked, page.dpi)
    if not frames:
        return page
    side = round(mm_to_px(SIDE_MM, page.dpi))
    typed = page.ink.copy()
    for frame in frames:
        typed &= ~frame.sides(typed.shape, side)
    fragments = _lines_about(frames, typed, page.dpi, s)
    moved = np.zeros_like(page.ink)
    for frame in frames:
        inside = frame.mask(page.ink.shape, side)
        for box in _type_in(frame, inside, typed, fragments):
            inside[box.top : box.bottom, box.left : box.right] = False
        for box in _rules_across(frame.box, rules, page.dpi):
            here = slice(box.top, box.bottom), slice(box.left, box.right)
            inside[here] &= ~rules.mask[here]
        moved |= inside & page.ink
    return _moved(page, moved, frames)


AROUND_MM = 40.0
"""So far above and below a stamp the lines are looked at that tell which in it are type."""


def _lines_about(
    frames: Sequence[Frame], ink: Mask, dpi: float, s: LineSettings
) -> tuple[Fragment, ...]:
    """Runs of type in the rows of `ink` (H, W) that frames stand on, and in those around."""
    around = round(mm_to_px(AROUND_MM, dpi))
    top = max(0, min(frame.box.top for frame in frames) - around)
    bottom = max(frame.box.bottom for frame in frames) + around
    return tuple(f.shift(top) for f in find_fragments(ink[top:bottom], dpi, s))


def _rules_across(frame: Box, rules: Rules, dpi: float) -> list[Box]:
    """Rules that run through a stamp and on."""
    beyond = mm_to_px(BEYOND_MM, dpi)
    return [
        box
        for box in (*rules.horizontal, *rules.vertical)
        if (common := box.intersect(frame)).area
        and max(box.width - common.width, box.height - common.height) > beyond
    ]


def _type_in(
    frame: Frame, inside: Mask, typed_ink: Mask, fragments: Sequence[Fragment]
) -> list[Box]:
    """Boxes of the lines of type that run under the stamp, with all that goes on from them."""
    near = [f for f in fragments if f.box.intersect(frame.box).area]
    outer = [f for f in fragments if not f.box.intersect(frame.box).area]
    found: list[Box] = []
    for row in rows_of(near):
        reached = -math.inf
        typed: list[Fragment] = []
        for f in row:
            goes_on = f.box.left - reached < GOES_ON * f.pitch_px
            if goes_on or not _is_stamps(f, frame, inside, typed_ink, outer):
                typed.append(f)
                reached = f.box.right
        begins = math.inf
        for f in reversed(row):
            beyond = (g.box.left for g in outer if g.box.left >= f.box.right and level(f, g))
            behind = min(begins, min(beyond, default=math.inf))
            if f in typed or behind - f.box.right < A_BLANK * f.pitch_px:
                found.append(f.box)
                begins = f.box.left
    return found


def _is_stamps(
    f: Fragment, frame: Frame, inside: Mask, typed_ink: Mask, outer: Sequence[Fragment]
) -> bool:
    """Whether a line near a frame is of the stamp: inside, and not where type begins."""
    height, width = inside.shape
    row = min(max(0, round(f.foot - 0.5 * f.x_height_px)), height - 1)
    here = inside[row, max(0, f.box.left) : min(width, f.box.right)]
    if not here.size or here.mean() < INSIDE:
        return False
    lefts = np.array([g.box.left for g in outer])
    beside = (np.abs(lefts - f.box.left) < IN_LINE * f.pitch_px).sum()
    for start in _starts_behind_scraps(f, typed_ink):
        beside = max(beside, (np.abs(lefts - start) < IN_LINE_CLEAR * f.pitch_px).sum())
    return bool(beside < NEIGHBOURS and (f.letters < SLOPE_LETTERS or _turned_with(f, frame)))


def _starts_behind_scraps(f: Fragment, ink: Mask) -> list[int]:
    """Columns near the left end of a line where ink begins again behind a blank."""
    box = Box(f.box.left, round(f.foot - f.x_height_px), f.box.right, round(f.foot))
    box = box.clip(*ink.shape[::-1])
    columns = np.flatnonzero(ink[box.top : box.bottom, box.left : box.right].any(axis=0))
    blanks = np.diff(columns, prepend=columns[:1])
    near = columns < SCRAPS * f.pitch_px
    return [box.left + int(c) for c in columns[near & (blanks > SET_OFF * f.pitch_px)]]


def _turned_with(f: Fragment, frame: Frame) -> bool:
    """Whether a line lies as the frame does rather than level, told by its height.

    Where the frame rises by less than a letter over its length, either may be.
    """
    rise = abs(frame.slope) * f.box.width
    level_high = LEVEL_HIGH * f.x_height_px
    return frame.is_ring or rise < f.x_height_px or f.box.height > level_high + 0.6 * rise


def _moved(page: PreparedPage, moved: Mask, frames: Sequence[Frame]) -> PreparedPage:
    """`moved` ink, with the grey rim around it, taken from the type to the marks."""
    gray, marks, ink = page.gray, page.marks, page.ink
    box = tight(moved)
    if box.area:
        gray, marks, ink = gray.copy(), marks.copy(), ink.copy()
        where = box.grow(1, 1).clip(*gray.shape[::-1])
        here = slice(where.top, where.bottom), slice(where.left, where.right)
        spread = cv2.dilate(moved[here].view(np.uint8), np.ones((3, 3), np.uint8)).view(np.bool_)
        ink[here] &= ~moved[here]
        rim = spread & ~ink[here]
        marks[here][rim] = np.minimum(marks[here][rim], gray[here][rim])
        gray[here][rim] = WHITE
    whole = [_with_known(frame.box.clip(*page.gray.shape[::-1]), page) for frame in frames]
    kept = [m for m in page.removed if not any(_swallowed(m, box) for box in whole)]
    stamps = [Mark(MarkKind.STAMP, box) for box in whole]
    return replace(page, gray=gray, ink=ink, marks=marks, removed=(*kept, *stamps))


def _with_known(box: Box, page: PreparedPage) -> Box:
    """A frame's box, with those of stamps already known that most of it, or of them, is part of."""
    for mark in page.removed:
        common = mark.box.intersect(box).area
        if mark.kind is MarkKind.STAMP and common > SAME * min(box.area, mark.box.area):
            box = hull([mark.box, box])
    return box


def _swallowed(mark: Mark, box: Box) -> bool:
    written = mark.kind in (MarkKind.STAMP, MarkKind.HANDWRITING)
    return written and mark.box.intersect(box).area > SWALLOWED * mark.box.area
