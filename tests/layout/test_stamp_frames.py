"""Stamps in black ink are found by their frame; type under them stays type."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from drawing import DPI, Sheet

from ocr.document import Mark, MarkKind, PreparedPage, ZoneKind
from ocr.geometry import Affine, Box, Point, box_around
from ocr.layout import LayoutSettings, find_layout, take_off_rules
from ocr.layout.frames import find_frames
from ocr.layout.rules import Rules

S = LayoutSettings()
NO_RULES = Rules((), (), np.zeros((1754, 1240), dtype=np.bool_))
WORDS = "передаю содержание беседы которая состоялась"


def boxed(sheet: Sheet, middle: tuple[int, int], angle_deg: float, size=(320, 140)) -> Box:
    """Draws a box at an angle, two rows of letters in it; the box around it all."""
    turn = Affine.rotation(angle_deg).then(Affine.translation(*middle))
    w, h = size[0] / 2, size[1] / 2
    corners = [turn.point(Point(x, y)) for x, y in ((-w, -h), (w, -h), (w, h), (-w, h))]
    canvas = sheet.ink.astype(np.uint8)
    cv2.polylines(canvas, [np.array(corners).round().astype(np.int32)], True, 1, thickness=3)
    for row in (-25, 25):
        for i in range(12):
            at = turn.point(Point(-w + 40 + 20 * i, row))
            cv2.circle(canvas, (round(at.x), round(at.y)), 6, 1, thickness=3)
    sheet.ink[:] = canvas > 0
    return box_around(corners)


@pytest.mark.parametrize("angle_deg", [-8.0, -2.0, 3.0, 12.0])
def test_a_box_at_an_angle_is_found_where_it_stands(angle_deg: float) -> None:
    sheet = Sheet()
    for row in range(4):
        sheet.type(100, 200 + 60 * row, WORDS)
    where = boxed(sheet, (500, 900), angle_deg)
    (frame,) = find_frames(sheet.ink, DPI)
    assert not frame.is_ring
    assert frame.box.iou(where) > 0.9


def test_a_ring_is_found_under_lines_that_cross_it() -> None:
    sheet = Sheet()
    for row in range(5):
        sheet.type(100, 700 + 60 * row, WORDS)
    canvas = sheet.ink.astype(np.uint8)
    cv2.circle(canvas, (600, 800), 110, 1, thickness=3)
    sheet.ink[:] = canvas > 0
    (frame,) = find_frames(sheet.ink, DPI)
    assert frame.is_ring
    assert frame.box.iou(Box(490, 690, 711, 911)) > 0.9


def test_fields_of_a_form_and_type_are_no_frames() -> None:
    sheet = Sheet()
    for row in range(6):
        sheet.type(100, 200 + 60 * row, WORDS)
        sheet.rule(100, 700 + 60 * row, 900, 702 + 60 * row)
    for x in (100, 500, 900):
        sheet.rule(x, 700, x + 2, 1002)
    assert find_frames(sheet.ink, DPI) == ()


def as_mark(drawing: Sheet, box: Box) -> PreparedPage:
    """An empty page with all that is drawn taken off it as a stamp."""
    marks = np.where(drawing.ink, 60, 255).astype(np.uint8)
    return replace(Sheet().page(), marks=marks, removed=(Mark(MarkKind.STAMP, box),))


def test_neither_the_frame_nor_what_lies_beside_it_is_in_the_lines_of_a_stamp() -> None:
    drawing = Sheet()
    where = boxed(drawing, (600, 600), 5.0)
    drawing.rule(where.right + 4, 587, where.right + 60, 597)  # a stroke of a pencil
    page = as_mark(drawing, Box(where.left, where.top, where.right + 60, where.bottom))
    _, lines = find_layout(*take_off_rules(page, S), S)
    assert len(lines) == 2
    for line in lines:
        assert where.left + 15 < line.box.left
        assert line.box.right < where.right - 40


def test_uprights_of_a_broken_frame_are_no_letters() -> None:
    drawing = Sheet()
    drawing.type(420, 630, "окт 1949")
    for x in (390, 560):
        drawing.rule(x, 609, x + 3, 639)
    _, lines = find_layout(as_mark(drawing, Box(385, 585, 570, 650)), NO_RULES, S)
    (line,) = lines
    assert line.box.left >= 418
    assert line.box.right <= 545


def test_a_ring_of_which_type_took_a_part_is_a_seal_but_no_ring_beside_a_box() -> None:
    drawing, typed = Sheet(), Sheet()
    canvas = np.zeros(drawing.ink.shape, np.uint8)
    cv2.circle(canvas, (600, 800), 110, 1, thickness=3)
    drawing.ink[:] = canvas > 0
    typed.ink[680:800] = drawing.ink[680:800]
    drawing.ink[680:800] = False
    page = replace(as_mark(drawing, Box(488, 688, 712, 912)), ink=typed.ink)
    (seal,) = find_layout(page, NO_RULES, S)[1]
    assert seal.box.iou(Box(490, 690, 711, 911)) > 0.9
    wide = replace(page, removed=(Mark(MarkKind.STAMP, Box(488, 688, 1100, 912)),))
    assert all(line.box.height < 200 for line in find_layout(wide, NO_RULES, S)[1])


def test_a_stamp_in_black_ink_goes_to_the_marks_and_the_type_under_it_stays() -> None:
    sheet = Sheet()
    for row in range(6):
        sheet.type(100, 200 + 60 * row, WORDS)
    where = boxed(sheet, (700, 548), 4.0)  # over the end of the last line
    page = sheet.page()
    bare, rules = take_off_rules(page, S)
    assert bare.removed[0].kind is MarkKind.STAMP
    zones, lines = find_layout(bare, rules, S)
    assert [line.box.width for line in lines if not line.on_marks] == pytest.approx([655] * 6)
    assert sum(line.on_marks for line in lines) == 2
    (stamp,) = (z for z in zones if z.kind is ZoneKind.STAMP)
    assert stamp.box.iou(where) > 0.9
    inked = (bare.marks < 200) & page.ink
    assert inked.any()
    assert not (inked & bare.ink).any()


def test_type_under_a_stamp_stays_type_behind_a_scrap_of_a_rule() -> None:
    sheet = Sheet()
    for row in range(6):
        sheet.type(300, 200 + 60 * row, WORDS[:18])
    boxed(sheet, (450, 540), 0.5, size=(400, 140))
    sheet.ink[490:500, 266:272] = True
    bare, _ = take_off_rules(sheet.page(), S)
    assert bare.removed[0].kind is MarkKind.STAMP
    assert bare.ink[488:500, 300:570].sum() > 0.9 * sheet.ink[188:200, 300:570].sum()
