"""Rules, lines, cells, margins: what was drawn is found where it was drawn, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest
from drawing import DPI, PITCH, X_HEIGHT, Sheet

from ocr.document import Mark, MarkKind, ZoneKind
from ocr.geometry import Box
from ocr.layout import LayoutSettings, find_layout, take_off_rules
from ocr.layout.lines import LineSettings, find_fragments, find_rows, runs_of
from ocr.layout.rules import RuleSettings, find_rules

S = LayoutSettings()
WORDS = "наших войск требуется помощь товарища"


def layout(sheet: Sheet):
    page, rules = take_off_rules(sheet.page(), S)
    return find_layout(page, rules, S)


def test_rules_are_found_and_taken_off_without_the_type() -> None:
    sheet = Sheet()
    sheet.rule(100, 300, 900, 302)
    sheet.rule(200, 400, 202, 900)
    typed = sheet.type(300, 600, WORDS)
    page, rules = take_off_rules(sheet.page(), S)
    assert [b.iou(Box(100, 300, 900, 302)) > 0.2 for b in rules.horizontal] == [True]
    assert [b.iou(Box(200, 400, 202, 900)) > 0.2 for b in rules.vertical] == [True]
    assert not page.ink[290:310].any()
    kept = page.ink[typed.top : typed.bottom, typed.left : typed.right]
    assert np.array_equal(kept, sheet.ink[typed.top : typed.bottom, typed.left : typed.right])
    assert sum(m.kind == MarkKind.RULE for m in page.removed) == 2


def test_serifs_that_run_together_are_no_rule() -> None:
    sheet = Sheet()
    sheet.type(300, 600, "нннннн")
    sheet.rule(300, 598, 300 + 6 * PITCH, 601)
    assert find_rules(sheet.ink, DPI, RuleSettings()).horizontal == ()


@pytest.mark.parametrize("feed", [22, 26, 38, 52])
def test_each_line_is_found_once_at_any_spacing(feed: int) -> None:
    sheet = Sheet()
    drawn = [sheet.type(150, 200 + i * feed, WORDS) for i in range(12)]
    found = sorted(find_fragments(sheet.ink, DPI, LineSettings()), key=lambda f: f.foot)
    assert len(found) == len(drawn)
    for f, box in zip(found, drawn, strict=True):
        assert f.box.iou(box) > 0.9
        assert abs(f.pitch_px - PITCH) < 0.5
        assert abs(f.x_height_px - X_HEIGHT) < 2


def test_a_baseline_runs_along_the_feet_and_not_the_tails() -> None:
    sheet = Sheet()
    sheet.type(150, 500, "руку друга ураган урок рука друг")
    (line,) = find_fragments(sheet.ink, DPI, LineSettings())
    assert abs(line.foot - 500) < 1.5


def test_specks_are_no_lines() -> None:
    sheet = Sheet()
    rng = np.random.default_rng(3)
    for x, y in rng.integers((20, 20), (1200, 1700), (400, 2)):
        sheet.ink[y : y + 2, x : x + 2] = True
    assert find_fragments(sheet.ink, DPI, LineSettings()) == ()


def test_blank_page() -> None:
    assert layout(Sheet()) == ((), ())


def test_a_ruled_grid_is_cells_down_the_columns() -> None:
    sheet = Sheet()
    for x in (100, 500, 900):
        sheet.rule(x, 200, x + 2, 440)
    for row in range(7):
        sheet.rule(100, 200 + row * 40, 902, 202 + row * 40)
    for column in range(2):
        for row in range(6):
            sheet.type(120 + column * 400, 230 + row * 40, f"№ {row} тов")
    sheet.type(120, 600, WORDS)
    zones, lines = layout(sheet)
    cells = [z for z in zones if z.kind == ZoneKind.GRID]
    assert len(cells) == 12
    assert [z.box.top for z in cells] == sorted(z.box.top for z in cells[:6]) * 2
    assert {z.field for z in cells} == {"copies"}
    assert all(sum(line.zone_id == z.id for line in lines) == 1 for z in cells)


def test_the_frame_of_a_stamp_is_no_slot() -> None:
    sheet = Sheet()
    for x in (100, 500, 900):
        sheet.rule(x, 200, x + 2, 362)
    for row in range(5):
        sheet.rule(100, 200 + row * 40, 902, 202 + row * 40)
    for column in range(2):
        for row in range(4):
            sheet.type(120 + column * 400, 230 + row * 40, f"№ {row} тов")
    for y in (1200, 1250):
        sheet.rule(150, y, 450, y + 2)
    for x in (150, 448):
        sheet.rule(x, 1150, x + 2, 1300)
    sheet.type(170, 1235, "Вх № 3752")
    zones, _ = layout(sheet)
    assert sum(z.kind == ZoneKind.GRID for z in zones) == 8


def test_columns_without_rules_are_cells_too() -> None:
    sheet = Sheet()
    for row in range(5):
        sheet.type(120, 230 + row * 40, "Экз № 1 тов")
        sheet.type(620, 230 + row * 40, "Экз № 6")
    for row in range(4):
        sheet.type(120, 600 + row * 40, WORDS + " армии")
    zones, _ = layout(sheet)
    assert [z.kind for z in zones].count(ZoneKind.GRID) == 10


def test_what_stands_left_of_an_upright_rule_is_the_margin() -> None:
    sheet = Sheet()
    sheet.rule(300, 300, 302, 1400)
    sheet.type(100, 340, "для замет")
    for row in range(10):
        sheet.type(340, 340 + row * 40, WORDS)
    zones, lines = layout(sheet)
    assert [z.kind for z in zones] == [ZoneKind.MARGIN, ZoneKind.BODY]
    assert [line.zone_id for line in lines].count(zones[0].id) == 1


def two_columns(sheet: Sheet) -> Sheet:
    for row in range(9):
        sheet.type(60, 200 + row * 40, "наших войск в походе")
        sheet.type(960, 200 + row * 40, "помощь товарища идет")
    return sheet


def test_two_sheets_on_one_scan_are_read_one_after_the_other() -> None:
    zones, lines = layout(two_columns(Sheet(landscape=True)))
    assert [z.kind for z in zones] == [ZoneKind.BODY, ZoneKind.BODY]
    assert zones[0].box.right < zones[1].box.left
    assert [line.zone_id for line in lines] == [zones[0].id] * 9 + [zones[1].id] * 9


def test_a_list_in_two_columns_is_no_pair_of_sheets() -> None:
    zones, _ = layout(two_columns(Sheet()))
    assert ZoneKind.BODY not in {z.kind for z in zones}


def test_no_run_goes_through_a_wall() -> None:
    sheet = Sheet()
    sheet.type(100, 300, "наших войск")
    wall = Box(100 + 6 * PITCH - 4, 250, 100 + 6 * PITCH - 3, 350)
    s = LineSettings()
    assert len(runs_of(find_rows(sheet.ink, DPI, s), s, (wall,))) == 2


@pytest.mark.parametrize("angle", [-8.0, 0.0, 6.0])
def test_the_lines_of_a_stamp_are_found_at_its_own_angle(angle: float) -> None:
    import cv2

    sheet = Sheet()
    for row in range(3):
        sheet.type(300, 600 + row * 32, "подлежит возврату")
    matrix = cv2.getRotationMatrix2D((430.0, 630.0), -angle, 1.0)
    marks = np.where(sheet.ink, 60, 255).astype(np.uint8)
    marks = cv2.warpAffine(marks, matrix, marks.shape[::-1], borderValue=255)
    box = Box(260, 540, 620, 740)
    page = replace(Sheet().page(), marks=marks, removed=(Mark(MarkKind.STAMP, box),))
    page, rules = take_off_rules(page, S)
    zones, lines = find_layout(page, rules, S)
    assert [z.kind for z in zones] == [ZoneKind.STAMP]
    assert len(lines) == 3
    for line in lines:
        (x0, y0), (x1, y1) = line.baseline[0], line.baseline[-1]
        assert line.on_marks
        assert abs(np.degrees(np.arctan2(y1 - y0, x1 - x0)) - angle) < 1.0
