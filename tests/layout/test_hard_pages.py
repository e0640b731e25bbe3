"""Broken rules, ticks, touching lines, signatures, stamps, and pages that are none."""

from dataclasses import replace

import numpy as np
import pytest
from drawing import DPI, PITCH, X_HEIGHT, Sheet

from ocr.document import Mark, MarkKind, PreparedPage, TextLine, Zone, ZoneKind
from ocr.geometry import Box, Point
from ocr.layout import LayoutSettings, _without_scraps, find_layout, measured, take_off_rules
from ocr.layout.hands import off_scrawls, stands_between
from ocr.layout.lattice import find_lattice
from ocr.layout.letters import Letters
from ocr.layout.lines import LineSettings, find_fragments
from ocr.layout.pitch import find_pitch
from ocr.layout.rules import RuleSettings, find_rules

S = LayoutSettings()
WORDS = "наших войск требуется помощь товарища"


def layout(page: PreparedPage) -> tuple[tuple[Zone, ...], tuple[TextLine, ...]]:
    return find_layout(*take_off_rules(page, S), S)


def ruled(rows: int, columns: int) -> Sheet:
    """A grid of slots 40 px high, each with a number and a name."""
    sheet = Sheet()
    wide = 900 // columns
    for x in range(columns + 1):
        sheet.rule(100 + x * wide, 200, 102 + x * wide, 200 + rows * 40)
    for y in range(rows + 1):
        sheet.rule(100, 200 + y * 40, 102 + columns * wide, 202 + y * 40)
    for x in range(columns):
        for y in range(rows):
            sheet.type(120 + x * wide, 230 + y * 40, f"№ {y} тов")
    return sheet


@pytest.mark.parametrize(("rows", "columns"), [(5, 2), (6, 3), (8, 2), (8, 3)])
def test_a_grid_is_whole_though_rules_are_hidden(rows: int, columns: int) -> None:
    sheet = ruled(rows, columns)
    sheet.ink[276:286, 90:620] = False  # a rule in the upper part, over more than half
    sheet.ink[355:367] = False  # another one altogether
    sheet.ink[200:355, 90:110] = False  # the left border, for a good part of its height
    zones, lines = layout(sheet.page())
    cells = [z for z in zones if z.kind == ZoneKind.GRID]
    assert len(cells) == rows * columns
    of = {line.zone_id: line for line in lines}
    places = [(of[z.id].box.left, of[z.id].box.top) for z in cells]
    assert places == sorted(places)
    assert all(abs(z.box.height - 40) <= 3 for z in cells)


def test_a_lattice_fills_in_what_is_wanting() -> None:
    sheet = ruled(6, 3)
    sheet.ink[315:325] = False
    lattice = find_lattice(find_rules(sheet.ink, DPI, RuleSettings()), DPI)
    assert lattice is not None
    assert len(lattice.rows) == 6
    assert [round((a - 200) / 40) for a, _ in lattice.rows] == list(range(6))


RISE = 0.02


def test_a_grid_printed_askew_to_the_type_keeps_its_slots() -> None:
    sheet = Sheet()
    for y in range(6):
        for x in range(100, 1000, 90):  # worn: pieces, of which each is level
            top = 200 + y * 40 + round(RISE * (x + 40 - sheet.ink.shape[1] / 2))
            sheet.rule(x, top, x + 80, top + 2)
    for x in (100, 550, 1000):
        sheet.rule(x, 200, x + 2, 400)
    lattice = find_lattice(find_rules(sheet.ink, DPI, RuleSettings()), DPI)
    assert lattice is not None
    cells = list(lattice.cells())
    assert len(cells) == 10
    assert cells[5].top - cells[0].top == pytest.approx(450 * RISE, abs=2)
    assert [lattice.place(cell.center) for cell in cells] == list(range(10))


def test_an_upright_that_is_no_rule_parts_columns() -> None:
    sheet = ruled(5, 2)
    rules = find_rules(sheet.ink, DPI, RuleSettings())
    ends = min(b.left for b in rules.vertical), max(b.left for b in rules.vertical)
    middle = next(b for b in rules.vertical if b.left not in ends)
    rest = replace(rules, vertical=tuple(b for b in rules.vertical if b is not middle))
    ink = np.zeros_like(sheet.ink)
    assert len((find_lattice(rest, DPI, ink) or pytest.fail()).columns) == 1
    for y in range(middle.top, middle.bottom):
        ink[y, middle.left + (y - middle.top) // 60] = True
    found = find_lattice(rest, DPI, ink)
    assert found is not None
    assert abs(found.columns[0][1] - middle.center.x) < 5


def test_underlines_alone_are_no_lattice() -> None:
    sheet = Sheet()
    for y in range(5):
        sheet.rule(300, 300 + y * 40, 600, 302 + y * 40)
    assert find_lattice(find_rules(sheet.ink, DPI, RuleSettings()), DPI) is None


def test_ticks_between_columns_belong_to_no_slot() -> None:
    sheet = Sheet()
    for row in range(5):
        sheet.type(120, 230 + row * 40, "№ 1 тов нет")
        sheet.type(700, 230 + row * 40, "№ 6")
    for row in (0, 3):
        sheet.ink[205 + row * 40 : 227 + row * 40, 560:580] = True
    zones, lines = layout(sheet.page())
    assert [z.kind for z in zones].count(ZoneKind.GRID) == 10
    assert len(lines) == 10
    assert all(line.box.right < 300 or line.box.left >= 700 for line in lines)


def test_a_first_row_that_juts_out_belongs_to_the_columns() -> None:
    sheet = Sheet()
    sheet.type(120, 200, "Экз № 1 тов Василевскому")
    sheet.type(120 + 25 * PITCH, 200, "Экз № 7 тов Сталину")  # a blank as between two words
    for row in range(1, 6):
        sheet.type(120 + 4 * PITCH, 200 + row * 40, "№ 2 тов нет")
        sheet.type(120 + 29 * PITCH, 200 + row * 40, "№ 8 тов нет")
    sheet.type(120, 460, "Из Праги получена в час десять минут третьего мая нам")
    zones, lines = layout(sheet.page())
    cells = [z for z in zones if z.kind == ZoneKind.GRID]
    assert len(cells) == 12
    assert [z.box.left for z in cells[::6]] == [120, 120 + 25 * PITCH]
    assert max(line.box.width for line in lines) > 50 * PITCH  # the line below is whole


def test_a_hidden_slot_has_its_place() -> None:
    sheet = Sheet()
    for row in range(6):
        if row != 2:
            sheet.type(120, 230 + row * 40, "№ 1 тов нет")
        if row != 4:
            sheet.type(700, 230 + row * 40, "№ 7 тов")
    zones, _ = layout(sheet.page())
    cells = [z.box for z in zones if z.kind == ZoneKind.GRID]
    assert len(cells) == 12
    assert cells[2].bottom == pytest.approx(230 + 2 * 40, abs=3)
    assert cells[10].bottom == pytest.approx(230 + 4 * 40, abs=3)


def test_a_scratch_down_the_page_parts_no_columns() -> None:
    sheet = ruled(6, 2)
    sheet.rule(430, 40, 432, 1700)
    for row in range(6):
        sheet.type(100, 700 + row * 60, WORDS)
    zones, lines = layout(sheet.page())
    assert sum(z.kind == ZoneKind.GRID for z in zones) == 12
    assert sum(line.box.width > 30 * PITCH for line in lines) == 6


def test_a_scratch_in_pieces_that_begins_above_a_grid_parts_no_columns() -> None:
    sheet = ruled(8, 2)
    rules = find_rules(sheet.ink, DPI, RuleSettings())
    pieces = [Box(x, top, x + 3, top + 80) for x, top in ((288, 100), (290, 210), (291, 320))]
    found = find_lattice(replace(rules, vertical=(*rules.vertical, *pieces)), DPI)
    assert found is not None
    assert len(found.columns) == 2


def test_letters_that_touch_the_line_below_are_cut_apart() -> None:
    sheet = Sheet()
    drawn = [sheet.type(150, 200 + i * 26, WORDS) for i in range(6)]
    for i in range(5):  # strokes from one line down into the next
        x = 150 + PITCH * (3 + 5 * i)
        sheet.ink[195 + i * 26 : 215 + i * 26, x + 2 : x + 6] = True
    found = sorted(find_fragments(sheet.ink, DPI, LineSettings()), key=lambda f: f.foot)
    assert len(found) == len(drawn)
    assert all(f.box.iou(box) > 0.6 for f, box in zip(found, drawn, strict=True))


def test_brackets_of_points_that_touch_from_line_to_line_belong_to_their_lines() -> None:
    sheet = Sheet()
    for i in range(8):
        foot = 300 + 22 * i
        sheet.type(150, foot, "н   " + WORDS)
        for y in range(22):
            x = 150 + PITCH + round(5 * np.sin(np.pi * y / 22))
            sheet.ink[foot - 16 + y, x : x + 3] = True
    found = find_fragments(sheet.ink, DPI, LineSettings())
    assert len(found) == 8
    assert all(f.box.left == 150 and f.box.height < 30 for f in found)


@pytest.mark.parametrize("sag", [0, 6, 12])
def test_a_line_that_sags_is_one_line(sag: int) -> None:
    sheet = Sheet()
    for row in range(5):
        at = 0
        for i, word in enumerate(WORDS.split()):
            down = round(sag * (1 - ((i - 2) / 2) ** 2))
            sheet.type(150 + PITCH * at, 300 + row * 34 + down, word)
            at += len(word) + 1
    assert len(find_fragments(sheet.ink, DPI, LineSettings())) == 5


def test_one_letter_between_two_lines_is_a_line() -> None:
    sheet = Sheet()
    for left, foot, text in ((100, 300, "для заметок"), (160, 330, "и"), (100, 360, "резолюций")):
        sheet.type(left, foot, text)
    for row in range(8):
        sheet.type(400, 500 + row * 40, WORDS)
    feet = sorted(round(f.foot) for f in find_fragments(sheet.ink, DPI, LineSettings()))
    assert feet[:3] == [300, 330, 360]
    assert len(feet) == 3 + 8


def test_a_signature_behind_a_line_is_no_part_of_it() -> None:
    sheet = Sheet()
    for row in range(6):
        sheet.type(150, 300 + row * 40, WORDS)
    typed = sheet.type(150, 700, "проверил")
    x = typed.right + 2 * PITCH
    for i in range(6):  # a zigzag, three x-heights high
        sheet.ink[672:712, x + 12 * i : x + 12 * i + 4] = True
        sheet.ink[672:676, x + 12 * i : x + 12 * i + 16] = True
    zones, lines = layout(sheet.page())
    assert lines[-1].box.iou(typed) > 0.8
    assert [z.kind for z in zones] == [ZoneKind.BODY, ZoneKind.HANDWRITING]


def test_a_low_signature_behind_a_line_is_no_part_of_it() -> None:
    typed = [(15 * i, 288, 15 * i + 10, 300) for i in range(20) if i % 7 != 6]
    signed = [
        (340, 270, 352, 298),
        (354, 283, 384, 305),
        (386, 290, 412, 303),
        (414, 274, 425, 299),
    ]

    def parted(boxes: list[tuple[int, ...]]) -> list[tuple[int, bool]]:
        letters = Letters(*np.array(boxes, dtype=float).T)
        return [(len(part), hand) for part, hand in off_scrawls(letters, 12.0, 15.0)]

    assert parted(typed + signed) == [(len(typed), False), (len(signed), True)]
    dash = (310, 293, 320, 295)
    assert parted([*typed, dash, *signed]) == [(len(typed) + 1, False), (len(signed), True)]
    tails = [(x, top + 2, right, bottom + 4) for x, top, right, bottom in typed]
    more = [(x + 330, *rest) for x, *rest in tails]
    more = [(x, top, right + 330, bottom) for x, top, right, bottom in more]
    assert parted(typed + more) == [(2 * len(typed), False)]


def test_a_framed_mark_is_a_stamp_whatever_it_was_taken_for() -> None:
    def page(framed: bool) -> PreparedPage:
        drawing = Sheet()
        for row in range(3):
            drawing.type(300, 600 + row * 32, "подлежит возврату")
        if framed:
            for y in (570, 680):
                drawing.rule(280, y, 580, y + 3)
        marks = np.where(drawing.ink, 60, 255).astype(np.uint8)
        mark = Mark(MarkKind.HANDWRITING, Box(270, 560, 590, 690))
        return replace(Sheet().page(), marks=marks, removed=(mark,))

    zones, lines = layout(page(framed=True))
    assert [z.kind for z in zones] == [ZoneKind.STAMP]
    assert [line.on_marks for line in lines] == [True] * 3
    zones, lines = layout(page(framed=False))
    assert [z.kind for z in zones] == [ZoneKind.HANDWRITING]
    assert lines == ()


@pytest.mark.parametrize("pitch", [12.52, 14.37, 15.35])
def test_the_pitch_is_found_to_a_fifth_of_a_percent(pitch: float) -> None:
    rng = np.random.default_rng(5)
    runs = []
    for _ in range(20):
        strokes = np.flatnonzero(rng.random(60) < 0.8)
        runs.append(80 * rng.random() + pitch * strokes + rng.normal(0, 0.6, len(strokes)))
    print_like = np.cumsum(rng.uniform(0.5, 1.5, 40)) * pitch
    found = find_pitch([*runs, print_like], 1.04 * pitch)
    assert abs(found.px / pitch - 1) < 0.002
    assert list(found.typed) == [True] * 20 + [False]


def test_stroke_and_line_feed_of_a_page_are_measured() -> None:
    sheet = Sheet()
    for row in range(8):
        sheet.type(150, 200 + row * 38, WORDS)
    _, lines = layout(sheet.page())
    step = measured(lines, DPI)
    assert step.measured["pitch_mm"] == pytest.approx(PITCH / DPI * 25.4, rel=0.01)
    assert step.measured["feed_mm"] == pytest.approx(38 / DPI * 25.4, rel=0.02)
    assert measured((), DPI).measured == {"pitch_mm": 0.0, "feed_mm": 0.0, "lines": 0.0}


def page_of(ink: np.ndarray) -> PreparedPage:
    sheet = Sheet()
    sheet.ink = ink
    return sheet.page()


def test_no_page_makes_layout_fail() -> None:
    rng = np.random.default_rng(7)
    size = (700, 500)
    noise = rng.random(size) < 0.3
    y, x = np.mgrid[: size[0], : size[1]]
    dithered = rng.random(size) < 0.5 + 0.5 * np.sin(x / 40) * np.cos(y / 60)  # a photograph
    typed = Sheet()
    for row in range(12):
        typed.type(150, 200 + row * 40, WORDS)
    upside_down = np.ascontiguousarray(typed.ink[::-1, ::-1])
    for ink in (noise, dithered, np.ones(size, bool), np.eye(600, dtype=bool), noise[:1, :1]):
        zones, lines = layout(page_of(np.ascontiguousarray(ink)))
        assert {line.zone_id for line in lines} <= {zone.id for zone in zones}
    _, lines = layout(page_of(upside_down))
    assert len(lines) == 12


def test_small_print_has_its_own_x_height() -> None:
    sheet = Sheet()
    for row in range(8):
        sheet.type(150, 400 + row * 40, WORDS)
    for i in range(20):  # letters of two thirds of the size
        sheet.ink[292:300, 150 + i * 10 : 157 + i * 10] = True
    found = min(find_fragments(sheet.ink, DPI, LineSettings()), key=lambda f: f.foot)
    assert abs(found.x_height_px - X_HEIGHT * 2 / 3) < 1.5


def test_a_few_typed_capitals_have_the_pages_x_height() -> None:
    sheet = Sheet()
    for row in range(8):
        sheet.type(150, 400 + row * 40, WORDS)
    sheet.type(150, 320, "НА 399")
    found = min(find_fragments(sheet.ink, DPI, LineSettings()), key=lambda f: f.foot)
    assert round(found.x_height_px) == X_HEIGHT


LONG_LINE = "передаю содержание беседы которая состоялась сегодня"


@pytest.mark.parametrize("faint", [(18, 32), (30, 44)])
def test_a_faint_middle_does_not_cut_a_line_of_running_text(faint: tuple[int, int]) -> None:
    sheet = Sheet()
    text = LONG_LINE[: faint[0]] + " " * (faint[1] - faint[0]) + LONG_LINE[faint[1] :]
    for row in range(5):
        sheet.type(200, 300 + row * 28, text if row == 2 else LONG_LINE)
    _, lines = layout(sheet.page())
    assert len(lines) == 5
    alone = Sheet()
    alone.type(200, 300, text)
    assert len(layout(alone.page())[1]) == 2


def test_a_mark_over_a_line_does_not_cut_it() -> None:
    sheet = Sheet()
    text = LONG_LINE[:18] + " " * 14 + LONG_LINE[32:]
    sheet.type(200, 300, text)
    page = sheet.page()
    assert len(layout(page)[1]) == 2
    page.marks[292:298, 480:660] = 0
    assert len(layout(page)[1]) == 1


def test_tall_pieces_between_lines_of_type_are_no_signature() -> None:
    row = [(x, 0, x + 10, 12) for x in range(0, 600, 15)]
    above, below = ([(x, y + off, r, b + off) for x, y, r, b in row] for off in (-20, 20))
    piece = Letters(*np.array([(300, -12, 330, 24), (340, -10, 372, 22)], dtype=float).T)
    rows = [Letters(*np.array(some, dtype=float).T) for some in (above, below)]
    assert stands_between(piece, rows, 12.0)
    assert not stands_between(piece, rows[:1], 12.0)


def test_scraps_within_a_line_are_none() -> None:
    sheet = Sheet()
    sheet.type(200, 300, LONG_LINE)
    sheet.type(200, 330, LONG_LINE)
    found = find_fragments(sheet.ink, DPI, LineSettings())
    line = found[0]
    inside = Box(line.box.left + 60, line.box.top + 2, line.box.left + 75, line.box.bottom - 1)
    scrap = replace(line, box=inside, letters=1)
    beside = replace(scrap, box=inside.shift(0, 200), baseline=(Point(260, 500), Point(275, 500)))
    assert _without_scraps([*found, scrap, beside]) == (*found, beside)
    short = replace(line, letters=4)  # as `г. - 35,7%.`
    assert _without_scraps([short, scrap]) == (short,)
    low = replace(line, x_height_px=7.0)
    ring = replace(scrap, box=Box(inside.left, line.box.top, inside.right, line.box.top + 4))
    assert _without_scraps([low, ring]) == (low,)
