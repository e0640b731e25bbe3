"""Edges, holes, coarse scans, and grids without rules on sheets that lie askew."""

from dataclasses import replace

import numpy as np
import pytest
from drawing import DPI, PITCH, X_HEIGHT, Sheet

from ocr.document import PreparedPage, TextLine, Zone, ZoneKind
from ocr.layout import LayoutSettings, find_layout, take_off_rules
from ocr.layout.letters import reduce_ink
from ocr.layout.lines import LineSettings, find_fragments, find_rows
from ocr.layout.type_rows import TypeRow, higher_in_rows

S = LayoutSettings()
WORDS = "наших войск требуется помощь товарища"


def layout(page: PreparedPage) -> tuple[tuple[Zone, ...], tuple[TextLine, ...]]:
    return find_layout(*take_off_rules(page, S), S)


def slots(sheet: Sheet) -> list[Zone]:
    return [z for z in layout(sheet.page())[0] if z.kind is ZoneKind.GRID]


def numbered(columns: int, rows: int, slope: float = 0.0) -> Sheet:
    """A grid without rules between lines of type, all of it falling to the right by `slope`."""
    sheet = Sheet()
    lines = [(100, 100 + 40 * i, WORDS * 2) for i in range(6)]
    lines += [(100, 900 + 40 * i, WORDS * 2) for i in range(6)]
    for x in range(columns):
        for y in range(rows):
            lines.append((150 + 330 * x, 400 + 40 * y, "№ 1 тов" if y < 2 else "№ 7"))
    for left, foot, text in lines:
        for i, word in enumerate(text.split()):
            at = left + PITCH * len(" ".join(text.split()[:i]) + " " * (i > 0))
            sheet.type(at, round(foot + slope * at), word)
    return sheet


def test_what_the_edge_cuts_off_and_a_hole_are_no_lines() -> None:
    sheet = Sheet()
    for row in range(4):
        sheet.type(200, 300 + 60 * row, WORDS)
    for i in range(12):  # teeth of a torn edge, as high as type
        sheet.ink[1754 - X_HEIGHT :, 300 + 20 * i : 310 + 20 * i] = True
    y, x = np.mgrid[:1754, :1240]
    sheet.ink |= (x - 80) ** 2 + (y - 1000) ** 2 < 15**2  # a hole of 5 mm
    assert len(layout(sheet.page())[1]) == 4


def test_letters_that_fell_to_pieces_are_measured_whole() -> None:
    sheet = Sheet()
    feet = [300 + 40 * row for row in range(12)]
    for foot in feet:
        sheet.type(200, foot, WORDS)
        sheet.ink[foot - 7 : foot - 5] = False  # no piece is as high as a letter
    rows = find_rows(sheet.ink, DPI, LineSettings())
    assert rows is not None
    assert abs(rows.x_height - X_HEIGHT) <= 1
    assert len(find_fragments(sheet.ink, DPI, LineSettings())) == len(feet)


def test_high_letters_in_pieces_of_many_sizes_are_measured_by_their_rows() -> None:
    rng = np.random.default_rng(2)
    sheet = Sheet()
    high = 20
    for row in range(10):
        for i in range(40):
            foot, left = 300 + 60 * row, 200 + PITCH * i
            sheet.ink[foot - high : foot, left : left + 10] = True
            cut = int(rng.integers(3, 14))  # pieces as high as smaller type
            sheet.ink[foot - cut - 4 : foot - cut, left : left + 10] = False
    rows = find_rows(sheet.ink, DPI, LineSettings())
    assert rows is not None
    assert abs(rows.x_height - high) <= 2
    assert len(find_fragments(sheet.ink, DPI, LineSettings())) == 10


def test_grain_beside_broken_type_is_none_of_the_line() -> None:
    sheet = Sheet()
    boxes = []
    for row in range(12):
        foot = 300 + 40 * row
        boxes.append(sheet.type(200, foot, WORDS))
        sheet.ink[foot - 7 : foot - 5] = False
        for i in range(8):  # clumps of grain, a stroke apart
            x = boxes[-1].right + 10 + PITCH * i
            sheet.ink[foot - 8 : foot - 5, x : x + 3] = True
    found = find_fragments(sheet.ink, DPI, LineSettings())
    assert len(found) == 12
    assert max(f.box.right for f in found) < boxes[0].right + 1.5 * PITCH
    assert min(f.box.right for f in found) > boxes[0].right - PITCH


@pytest.mark.parametrize(
    "dirt",
    [
        [(160, 480, 162, 505)],  # a sliver of an upright rule, right before the line
        [(160, 484, 165, 488), (164, 492, 167, 497)],  # two specks, one under the other
        [(176, 490, 178, 491)],  # smaller than a stop, less than two strokes off
    ],
)
def test_dirt_before_a_short_line_is_none_of_it(dirt: list[tuple[int, int, int, int]]) -> None:
    sheet = Sheet()
    for row in range(4):
        sheet.type(200, 300 + 40 * row, WORDS)
    line = sheet.type(200, 500, "см 7")
    for left, top, right, bottom in dirt:
        sheet.ink[top:bottom, left:right] = True
    *_, last = sorted(find_fragments(sheet.ink, DPI, LineSettings()), key=lambda f: f.foot)
    assert abs(last.box.left - line.left) <= 2


def test_a_row_without_ink_along_it_has_no_band() -> None:
    blank = np.zeros((200, 900), np.uint8)
    rows = [TypeRow(np.array([10.0, 800.0]), np.array([y, y])) for y in np.linspace(20, 180, 8)]
    assert higher_in_rows(blank, rows, 12.0) is None


def test_short_rows_of_other_print_hide_no_large_type() -> None:
    image = np.zeros((900, 900), np.uint8)
    high = [8, 9, 10, 11, 12, 13, 14, 15, 30, 30, *[20] * 10]
    rows = []
    for i, band in enumerate(high):
        middle = 30 + 42 * i
        image[middle - band // 2 : middle - band // 2 + band, 10:800] = 200
        rows.append(TypeRow(np.array([10.0, 800.0]), np.array([middle, middle], dtype=float)))
    found = higher_in_rows(image, rows, 14.0)
    assert found is not None
    assert abs(found / 1.05 - 20) < 1


def test_coverage_is_kept_where_ink_is_reduced() -> None:
    ink = np.zeros((1200, 800), dtype=np.bool_)
    ink[300:660, 80:240] = True
    for scale in (1.0, 0.75, 0.5, 0.375, 1 / 3):
        small = reduce_ink(ink, scale)
        assert small.shape == (round(1200 * scale), int(800 * scale))
        inked = (small > 127).nonzero()
        edges = [side(at) / scale for at in inked for side in (np.min, np.max)]
        assert np.allclose(edges, [300, 660, 80, 240], atol=1.1 / scale)


def test_a_piece_of_a_rule_is_no_line() -> None:
    sheet = Sheet()
    sheet.type(200, 300, WORDS)
    sheet.rule(300, 700, 345, 703)
    assert len(find_fragments(sheet.ink, DPI, LineSettings())) == 1


def test_at_100_dpi_nothing_of_a_rule_is_left_between_letters_above_and_below() -> None:
    sheet = Sheet()
    sheet.rule(100, 299, 700, 301)
    for x in range(200, 400, 20):
        sheet.ink[285:294, x : x + 6] = sheet.ink[306:315, x : x + 6] = True
    coarse = replace(sheet.page(), dpi=100.0)
    bare, _ = take_off_rules(coarse, S)
    assert not bare.ink[296:304].any()


def test_a_grid_without_rules_is_whole_on_a_sheet_that_lies_askew() -> None:
    found = slots(numbered(3, 6, slope=0.02))
    assert len(found) == 18
    columns = [min(abs(z.box.left - (150 + 330 * x)) for x in range(3)) for z in found]
    assert max(columns) < PITCH


def test_a_last_row_of_one_slot_and_dirt_before_the_first() -> None:
    sheet = numbered(2, 6)
    sheet.type(480, 640, "№ 8")  # the last slot of the first column cannot be seen
    for dirt in (20, 40):
        sheet.ink[385:400, dirt : dirt + 10] = True
    found = slots(sheet)
    assert len(found) >= 13
    assert found[-1].box.bottom > 620


def test_what_follows_a_grid_and_begins_elsewhere_is_none_of_it() -> None:
    sheet = numbered(2, 6)
    sheet.type(220, 640, "Из Праги получена")
    sheet.type(620, 640, "мая 1949")
    assert len(slots(sheet)) == 12
