"""Lines set so close that capitals reach into the line above; grids whose blanks are closed."""

from dataclasses import replace

import cv2
import numpy as np
from drawing import DPI, PITCH, Sheet

from ocr.document import Mark, MarkKind, ZoneKind
from ocr.geometry import Box
from ocr.layout import LayoutSettings, find_layout, take_off_rules
from ocr.layout.close_lines import filled_in, find_clumps
from ocr.layout.lines import LineSettings, find_fragments
from ocr.layout.rules import RuleSettings, find_rules
from ocr.layout.type_rows import TypeRow
from ocr.raster import components

S = LayoutSettings()
FEED = 16  # px, where capitals are 17 high
TEXT = "Пароход Камрад вышел из порта Рур нет 145 судов"


def clogged(sheet: Sheet) -> None:
    cell = np.ones((1, 5), np.uint8)
    sheet.ink = cv2.morphologyEx(sheet.ink.view(np.uint8), cv2.MORPH_CLOSE, cell).view(np.bool_)


def least_iou(sheet: Sheet, drawn: list[Box]) -> float:
    """Of the lines found, from the top down, with those drawn, which are as many."""
    found = sorted(find_fragments(sheet.ink, DPI, LineSettings()), key=lambda f: f.foot)
    return min(f.box.iou(box) for f, box in zip(found, drawn, strict=True))


def test_lines_set_so_close_that_tall_letters_touch_all_over_are_told_apart() -> None:
    sheet, rng = Sheet(), np.random.default_rng(3)
    words = ("пароход Камрад вышел", "из порта Рур", "ТРУД и Уран", "груб друг", "нет 145 судов")
    drawn = []
    for i in range(12):
        text = " ".join(words[k] for k in rng.permutation(len(words))[:4])
        drawn.append(sheet.type(150, 200 + i * 17, text))
        for x in rng.choice(40, 6, replace=False):  # strokes down into the next line
            left = 152 + int(x) * PITCH
            sheet.ink[195 + i * 17 : 206 + i * 17, left : left + 5] |= i < 11
    clogged(sheet)
    assert least_iou(sheet, drawn) > 0.7


def test_spaced_capitals_between_two_close_lines_are_a_line() -> None:
    sheet, rng = Sheet(), np.random.default_rng(3)
    words = TEXT.split()
    lines = [" ".join(words[k] for k in rng.permutation(len(words))) for _ in range(9)]
    lines += ["Начальник штаба", "Д  Ф Е Д О Т О В", "Москва апреля 1946"]
    drawn = [sheet.type(150, 200 + FEED * i, text) for i, text in enumerate(lines)]
    top = 200 + FEED * 8
    for letter in (0, 4, 10):  # pieces that touch over four lines
        left = 152 + PITCH * letter
        sheet.ink[top - 8 : top + 3 * FEED - 4, left : left + 4] = True
    clogged(sheet)
    assert least_iou(sheet, drawn) > 0.55


def test_a_narrow_foot_of_a_widely_set_page_is_cut_apart_where_capitals_touch() -> None:
    sheet = Sheet()
    for i in range(12):
        sheet.type(150, 200 + 27 * i, TEXT)
    lines = ("Отп нн экз", "Ннн в дело", "Экз адресату", "Экз Хомяков")
    drawn = [sheet.type(150, 600 + 18 * i, text) for i, text in enumerate(lines)]
    sheet.ink[590 : 590 + 18 * 2, 154:158] = True  # three capitals at the left touch
    found = sorted(find_fragments(sheet.ink, DPI, LineSettings()), key=lambda f: f.foot)[-4:]
    assert [f.box.left for f in found] == [box.left for box in drawn]


def test_a_short_row_that_strays_between_two_lines_is_none() -> None:
    def row(left: float, right: float, level: float) -> TypeRow:
        return TypeRow(np.array([left, right]), np.array([level, level]))

    lines = [row(100, 900, 200.0 + FEED * i) for i in range(8)]
    short = row(100, 180, 200.0 + FEED * 8)  # the last of a paragraph
    stray = row(860, 920, 200.0 + FEED * 3.6)  # ink of quotation marks
    image = np.zeros((500, 1000), np.uint8)
    assert filled_in([*lines, short, stray], image, 12.0, PITCH) == [*lines, short]


def test_long_names_reach_under_the_numbers_of_the_first_row() -> None:
    sheet = Sheet()
    for column in range(3):
        left = 200 + 330 * column
        for row in range(6):
            name = "тов нннннннннннн" if row == 4 else "тов нннннн" if column < 2 else ""
            jut = 60 if row == 0 else 0
            sheet.type(left - jut, 400 + 40 * row, ("ннн № 1 " if jut else "№ 2 ") + name)
    for foot in (400, 520):  # ticks that close what is left of a blank
        sheet.type(430 + 330 * (foot == 520), foot, "н н")
    zones, _ = find_layout(*take_off_rules(sheet.page(), S), S)
    assert sum(zone.kind is ZoneKind.GRID for zone in zones) == 18


def test_a_stamp_within_a_stamp_is_one() -> None:
    page = Sheet().page()
    boxes = Box(400, 400, 900, 700), Box(420, 410, 800, 600)
    marks = tuple(Mark(MarkKind.STAMP, box) for box in boxes)
    zones, _ = find_layout(*take_off_rules(replace(page, removed=marks), S), S)
    assert [zone.box for zone in zones if zone.kind is ZoneKind.STAMP] == [boxes[0]]


def test_two_close_lines_on_a_widely_set_page_are_cut_apart_where_they_touch() -> None:
    sheet = Sheet()
    drawn = [
        sheet.type(700, 200, "нНННННННн ШТАБА ОКРУГА"),
        sheet.type(700, 217, "тов нннннннн тт"),
    ]
    sheet.ink[196:207, 730:820:PITCH] = True  # feet that stand on the next line
    sheet.ink[198:200, 730:822] = True
    drawn += [sheet.type(150, 300 + 40 * i, TEXT) for i in range(6)]
    assert least_iou(sheet, drawn) > 0.7


def test_figures_one_that_stand_on_each_other_are_no_rule() -> None:
    sheet = Sheet()
    sheet.rule(300, 200, 303, 200 + 15 * FEED)  # 40 mm: as long as a rule of a table
    assert len(find_rules(sheet.ink, DPI, RuleSettings()).vertical) == 1
    for i in range(15):
        for serif in (0, 11):
            sheet.rule(297, 200 + FEED * i + serif, 306, 202 + FEED * i + serif)
    assert not find_rules(sheet.ink, DPI, RuleSettings()).vertical


def test_a_column_of_touching_figures_is_type_and_a_stroke_down_the_margin_is_none() -> None:
    ink = np.zeros((400, 300), np.bool_)
    for y in range(50, 122, 12):  # six figures, 7 x-heights in all
        cv2.rectangle(ink.view(np.uint8), (50, y), (60, y + 12), 1, 2)
    sway = [(200 + round(8 * np.sin(y / 30)), y) for y in range(50, 122)]
    cv2.polylines(ink.view(np.uint8), [np.array(sway)], False, 1, 1)
    found = components(ink)
    assert find_clumps(found, x_height=10.0)[np.argsort(found.left)].tolist() == [True, False]
