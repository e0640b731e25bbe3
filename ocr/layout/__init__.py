"""Layout: what of a prepared page is a rule, a cell, a margin, a stamp, a line of type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from ocr.document import Mark, MarkKind, PreparedPage, TextLine, Zone, ZoneKind
from ocr.geometry import Box, Gray, Mask, Point, hull, mm_to_px
from ocr.layout.columns import column_walls, rows_of
from ocr.layout.lines import Fragment, LineSettings, find_rows, runs_of
from ocr.layout.pitch import measured
from ocr.layout.rules import Rules, RuleSettings, find_rules
from ocr.layout.stamp_ink import MARK_INK, gather_stamps
from ocr.layout.stamps import StampSettings, is_stamp, read_stamp
from ocr.layout.zones import (
    Part,
    ZoneSettings,
    crosses,
    find_parts,
    to_zone,
    without_scratches,
)
from ocr.raster import WHITE, components

__all__ = ["LayoutSettings", "find_layout", "measured", "take_off_rules"]


@dataclass(frozen=True, slots=True)
class LayoutSettings:
    """Settings of every step of layout."""

    rules: RuleSettings = field(default_factory=RuleSettings)
    lines: LineSettings = field(default_factory=LineSettings)
    zones: ZoneSettings = field(default_factory=ZoneSettings)
    stamps: StampSettings = field(default_factory=StampSettings)
    apart_pitches: float = 8.0  # runs of one row further apart than this are lines of their own


def take_off_rules(page: PreparedPage, s: LayoutSettings) -> tuple[PreparedPage, Rules]:
    """The page with its ruled lines painted white (strokes that cross them stay), and the rules.

    Framed stamps that stand among the type go to the marks, frame and all.
    """
    rules = find_rules(page.ink, page.dpi, s.rules)
    gathered = gather_stamps(page, rules, s.lines)
    if gathered.ink is not page.ink:
        # found anew: a rule that runs along the side of a stamp shows without it alone
        rules = find_rules(gathered.ink, page.dpi, s.rules)
    page = gathered
    boxes = (*rules.horizontal, *rules.vertical)
    if not boxes:
        return page, rules
    gray, ink = page.gray.copy(), page.ink.copy()
    crossing = max(2, round(mm_to_px(CROSSING_MM, page.dpi)))
    for box in rules.horizontal:
        _erase(gray, ink, (page.ink, rules.mask), box, crossing)
    for box in rules.vertical:  # the same on the page turned over its diagonal
        turned = Box(box.top, box.left, box.bottom, box.right)
        _erase(gray.T, ink.T, (page.ink.T, rules.mask.T), turned, crossing)
    for box in rules.horizontal:
        if box.width > mm_to_px(STEPPED_MM, page.dpi):
            _erase_ends(gray, ink, box, page.dpi)
    marks = tuple(Mark(MarkKind.RULE, b) for b in boxes)
    return replace(page, gray=gray, ink=ink, removed=(*page.removed, *marks)), rules


STEPPED_MM, STEP_MM, STEP_HIGH_MM = 30.0, 9.0, 0.6
"""A rule so long that is a little slanted falls into steps, of which the last may be too short to
be found; so far beyond its ends, and so thin, what is left of it lies."""


def _erase_ends(gray: Gray, ink: Mask, box: Box, dpi: float) -> None:
    """Paint the last steps of a long rule along x white, in place."""
    height, width = ink.shape
    reach, thin = (round(mm_to_px(v, dpi)) for v in (STEP_MM, STEP_HIGH_MM))
    for end in (box.left, box.right):
        left, right = end - reach, end + reach
        near = Box(left, box.top - thin, right, box.bottom + thin).clip(width, height)
        here = slice(near.top, near.bottom), slice(near.left, near.right)
        if not ink[here].any():
            continue
        found = components(ink[here])
        flat = (found.height <= max(2, thin)) & (found.width >= 2 * found.height)
        inner = (found.top > 0) & (found.top + found.height < near.height)
        step = found.mask(flat & inner)
        gray[here][cv2.dilate(step.view(np.uint8), np.ones((3, 3), np.uint8)) > 0] = WHITE
        ink[here] &= ~step


CROSSING_MM = 0.7
"""So far above and below the edge of a rule a stroke that crosses it is looked for: letters of the
slots above and below keep a millimetre off it."""


def _erase(gray: Gray, ink: Mask, whole: tuple[Mask, Mask], box: Box, crossing: int) -> None:
    """Paint a rule that runs along x white, in place. `whole`: all ink, and that of rules.

    A pixel of the rule with letter ink both above and below, no further off than `crossing`
    pixels, belongs to a stroke crossing it.
    """
    height, width = ink.shape
    box = box.grow(2, crossing + 2).clip(width, height)
    here = slice(box.top, box.bottom), slice(box.left, box.right)
    cell = np.ones((3, 3), np.uint8)
    rule = np.ascontiguousarray(whole[1][here])
    halo = cv2.dilate(_core(rule).view(np.uint8), cell).view(np.bool_)
    beside = cv2.dilate(rule.view(np.uint8), cell).view(np.bool_)
    letters = (whole[0][here] & ~beside).view(np.uint8)
    reach = np.ones((crossing + 1, 1), np.uint8)
    above = cv2.dilate(letters, reach, anchor=(0, crossing))
    below = cv2.dilate(letters, reach, anchor=(0, 0))
    erased = halo & ~((above > 0) & (below > 0))
    gray[here][erased] = WHITE
    ink[here] &= ~erased


def _core(rule: Mask) -> Mask:
    """Of the ink (H, W) along a rule that runs along x, what is no thicker than the rule is.

    Where a letter lies across it, the ink that is found along the rule bulges into the letter.
    """
    thick = rule.sum(axis=0)
    at = np.flatnonzero(thick)
    if not len(at):
        return np.ascontiguousarray(rule)
    usual = float(np.median(thick[at]))
    plain = at[thick[at] <= usual + 1]
    rows = np.arange(rule.shape[0])
    middle = (rule[:, plain] * rows[:, None]).sum(axis=0) / thick[plain]
    along = np.interp(np.arange(rule.shape[1]), plain, middle)
    near = np.abs(rows[:, None] - along) <= usual / 2 + 0.5
    return np.ascontiguousarray(rule & near)


def find_layout(
    page: PreparedPage, rules: Rules, s: LayoutSettings
) -> tuple[tuple[Zone, ...], tuple[TextLine, ...]]:
    """Zones and lines of a page without its rules, both in reading order, in prepared pixels."""
    judged = _without_doubled(tuple(_judged(mark, page, s) for mark in page.removed))
    page = replace(page, removed=judged)
    letters = find_rows(page.ink, page.dpi, s.lines)
    fragments = _inside(runs_of(letters, s.lines), page)
    rules = without_scratches(rules, fragments, page.ink.shape[0])
    walls = (*rules.vertical, *column_walls(page.ink, fragments, s.zones.table_rows))
    if any(crosses(f, wall) for wall in walls for f in fragments):
        fragments = _inside(runs_of(letters, s.lines, walls), page)
    zones: list[Zone] = []
    lines: list[TextLine] = []
    fragments = _without_scraps(fragments)
    hands = tuple(Part(ZoneKind.HANDWRITING, (), f.box) for f in fragments if f.hand)
    typed = tuple(f for f in fragments if not f.hand)
    for part in (*find_parts(page, typed, rules, s.zones), *hands):
        zone = to_zone(part, page.ref.index, len(zones))
        zones.append(zone)
        runs = part.fragments
        if part.kind == ZoneKind.STAMP:
            runs = read_stamp(page, part.box, s.lines, s.rules, s.stamps).lines
        for row in _lines_of(part, runs, page, s):
            number = len(lines)
            lines.append(_text_line(row, zone, number, page.ref.index))
    return tuple(zones), tuple(lines)


SCRAP, LONG = 4, 4
"""Letters of a run that may be a scrap of a line, at most, and of that line, at least."""
HELD = 0.85
"""Share of a scrap's box that lies in the box of the line."""
PIECE = 0.6
"""Height in x-heights under which it is a piece of a letter, as the upper ring of `%`."""
BAND = 1.25, 0.35
"""x-heights above and below the feet of a line between which the middle of its letters lies."""


def _without_scraps(fragments: Sequence[Fragment]) -> tuple[Fragment, ...]:
    """Runs less those of a few letters that lie within a longer one: pieces of it, or dirt."""
    long = [f for f in fragments if f.letters >= LONG and not f.hand]

    def is_scrap(f: Fragment) -> bool:
        middle = f.box.center
        return any(
            f.box.intersect(g.box).area > HELD * f.box.area
            and (
                f.box.height < PIECE * g.x_height_px
                or -BAND[0] < (middle.y - g.foot_at(middle.x)) / g.x_height_px < BAND[1]
            )
            for g in long
            if g.letters > f.letters
        )

    return tuple(f for f in fragments if f.letters > SCRAP or f.hand or not is_scrap(f))


EDGE_MM = 0.35
"""So near the edge of the scan a line is cut off by it, or is the edge of the sheet."""
NEXT = 4.0
"""Strokes from a line, within which letters at the edge belong to it."""
AT_SIDE = 3
"""Letters of a line that is cut off at its side, from which it is one."""


def _inside(fragments: Sequence[Fragment], page: PreparedPage) -> tuple[Fragment, ...]:
    """Runs less those that the edge of the scan cuts off, which cannot be read if they are type."""
    if not fragments:
        return ()
    width, height = page.scan_size
    edge = mm_to_px(EDGE_MM, page.dpi)
    left, top, right, bottom = np.array([f.box for f in fragments], dtype=float).T
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    uppermost, lowest = (page.to_scan.points(middle_x, y)[1] for y in (top, bottom))
    first, last = (page.to_scan.points(x, middle_y)[0] for x in (left, right))
    above_or_below = (uppermost <= edge) | (lowest >= height - edge)
    beside = (first <= edge) | (last >= width - edge)

    def continues(f: Fragment) -> bool:
        """Whether a line of type runs on into it, of which it is the last letters."""
        return any(
            other.letters > AT_SIDE
            and abs(other.foot_at(f.box.center.x) - f.foot) < f.x_height_px
            and max(other.box.left - f.box.right, f.box.left - other.box.right) < NEXT * f.pitch_px
            for other in fragments
        )

    return tuple(
        f
        for f, cut, side in zip(fragments, above_or_below, beside, strict=True)
        if not (cut or (side and f.letters <= AT_SIDE and not continues(f)))
    )


SAME_STAMP, IN_STAMP = 0.5, 0.8
"""Share of the smaller box that a note and a stamp have in common, if the lines in both are the
stamp's; and that two stamps have, if they are one: stamps set over each other share less."""


def _without_doubled(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Marks without stamps that lie in a larger one: its lines would be read twice."""
    stamps = sorted((m for m in marks if m.kind is MarkKind.STAMP), key=lambda m: -m.box.area)
    kept: list[Mark] = []
    for mark in stamps:
        if all(mark.box.intersect(k.box).area <= IN_STAMP * mark.box.area for k in kept):
            kept.append(mark)
    return tuple(m for m in marks if m.kind is not MarkKind.STAMP or any(m is k for k in kept))


def _judged(mark: Mark, page: PreparedPage, s: LayoutSettings) -> Mark:
    """The mark; a stamp, where it was taken for handwriting and has lines in a frame of its own."""
    if mark.kind != MarkKind.HANDWRITING:
        return mark
    for other in page.removed:
        common = mark.box.intersect(other.box).area
        least = min(mark.box.area, other.box.area)
        if other.kind is MarkKind.STAMP and common > SAME_STAMP * least:
            return mark
    stamp = is_stamp(page, mark.box, s.lines, s.rules, s.stamps)
    return replace(mark, kind=MarkKind.STAMP) if stamp else mark


def _lines_of(
    part: Part, runs: Sequence[Fragment], page: PreparedPage, s: LayoutSettings
) -> list[list[Fragment]]:
    """Runs of one row as one line; in running text those far apart are lines of their own, but
    where a mark lies between them, which may have taken the type there with it, or where lines
    above and below run on: what is wanting there was too faint, or touches another line.
    """
    lines: list[list[Fragment]] = []
    for row in rows_of(list(runs)):
        line = [row[0]]
        for f in row[1:]:
            gap = f.box.left - line[-1].box.right
            apart = part.kind == ZoneKind.BODY and gap > s.apart_pitches * f.pitch_px
            whole = apart and (
                _marked_between(line[-1], f, page) or _in_running_text(line[-1], f, runs)
            )
            if apart and not whole:
                lines.append(line)
                line = []
            line.append(f)
        lines.append(line)
    return lines


MARKED = 0.35
"""Share of the columns between two runs of a row with ink of marks, from which a mark lies over
the line."""


def _marked_between(left: Fragment, right: Fragment, page: PreparedPage) -> bool:
    """Whether a mark was taken off between two runs of one row."""
    top = round(min(left.foot - left.x_height_px, right.foot - right.x_height_px))
    bottom = round(max(left.foot, right.foot))
    height, width = page.marks.shape
    gap = Box(left.box.right, top, right.box.left, bottom).clip(width, height)
    if gap.area == 0:
        return False
    inked = (page.marks[gap.top : gap.bottom, gap.left : gap.right] < MARK_INK).any(axis=0)
    return float(inked.mean()) > MARKED


NEXT_LINE = 4.5
"""x-heights to the next line above or below, at most: two turns of the platen."""


def _in_running_text(left: Fragment, right: Fragment, runs: Sequence[Fragment]) -> bool:
    """Whether lines right above and right below run on where two runs of one row leave a gap."""
    x = (left.box.right + right.box.left) / 2
    foot = (left.foot_at(x) + right.foot_at(x)) / 2
    off = [
        (f.foot_at(x) - foot) / left.x_height_px
        for f in runs
        if f.box.left < left.box.right and f.box.right > right.box.left
    ]
    above = any(-NEXT_LINE < v < -0.5 for v in off)
    return above and any(0.5 < v < NEXT_LINE for v in off)


def _text_line(row: list[Fragment], zone: Zone, number: int, page_index: int) -> TextLine:
    """One line from the runs of a row; the run with most letters gives the baseline's slope."""
    box = hull([f.box for f in row])
    main = max(row, key=lambda f: f.letters)
    return TextLine(
        id=f"p{page_index + 1}-l{number + 1}",
        zone_id=zone.id,
        order=number,
        box=box,
        baseline=(
            Point(box.left, main.foot_at(box.left)),
            Point(box.right, main.foot_at(box.right)),
        ),
        x_height_px=main.x_height_px,
        pitch_px=main.pitch_px,
        on_marks=zone.kind == ZoneKind.STAMP,
    )
