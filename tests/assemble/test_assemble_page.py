from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ocr.assemble import AssembleSettings, assemble_digital_page, assemble_page, undo
from ocr.document import (
    Char,
    DigitalLine,
    DigitalPage,
    LineReading,
    Mark,
    MarkKind,
    PageRef,
    PreparedPage,
    TextLine,
    Zone,
    ZoneKind,
)
from ocr.geometry import Affine, Box, Point

S = AssembleSettings()
REF = PageRef(Path("scan.png"), "0" * 64, 0)


def prepared(to_scan: Affine) -> PreparedPage:
    blank = np.full((100, 200), 255, np.uint8)
    marks = (Mark(MarkKind.STAMP, Box(10, 10, 30, 30)),)
    return PreparedPage(REF, blank, blank < 0, blank, 100.0, to_scan, (400, 220), marks, steps=())


def reading(n: int, zone: str, text: str, sure: list[float] | None = None) -> LineReading:
    top = 20 * n
    line = TextLine(
        f"p1-l{n}",
        zone,
        n,
        Box(10, top, 190, top + 10),
        (Point(10, top + 8), Point(190, top + 8)),
        6.0,
        8.0,
    )
    chars = tuple(
        Char(c, Box(10 + 8 * i, top, 18 + 8 * i, top + 10), sure[i] if sure else 0.9)
        for i, c in enumerate(text)
    )
    return LineReading(line, chars, "test")


ZONES = (
    Zone("p1-z2", ZoneKind.BODY, Box(10, 30, 190, 100), 1),
    Zone("p1-z1", ZoneKind.HEAD, Box(10, 10, 190, 30), 0),
)


def test_lines_come_in_reading_order_in_scan_pixels() -> None:
    page = prepared(Affine.scaling(2.0))
    readings = [
        reading(3, "p1-z2", "три"),
        reading(2, "p1-z2", ""),
        reading(1, "p1-z1", " раз два "),
    ]
    got = assemble_page(page, ZONES, readings, S)
    assert [line.text for line in got.lines] == ["раз два", "три"]
    assert [zone.id for zone in got.zones] == ["p1-z1", "p1-z2"]
    first = got.lines[0]
    assert first.box == Box(20, 40, 380, 60)
    # The blank before the first word moved it by a stroke of 8 prepared pixels.
    assert [w.box for w in first.words] == [Box(36, 40, 84, 60), Box(100, 40, 148, 60)]
    assert first.baseline == (Point(20, 56), Point(380, 56))
    assert got.marks[0].box == Box(20, 20, 60, 60)
    # 220 high: what reaches beyond the scan is cut.
    assert got.zones[1].box == Box(20, 60, 380, 200)
    assert got.steps[-1].measured["lines_without_text"] == 1.0


@pytest.mark.parametrize(
    ("sure", "of_type", "of_marks"), [(0.2, False, False), (0.5, True, False), (0.7, True, True)]
)
def test_what_was_guessed_is_no_line(sure: float, of_type: bool, of_marks: bool) -> None:
    """Of marks more is scraps, so that they have to be surer."""
    typed = reading(1, "p1-z1", "отдел", [sure] * 5)
    on_marks = replace(typed, line=replace(typed.line, on_marks=True))
    page = prepared(Affine())
    assert bool(assemble_page(page, ZONES, [typed], S).lines) is of_type
    assert bool(assemble_page(page, ZONES, [on_marks], S).lines) is of_marks


@pytest.mark.parametrize(("sure", "down", "kept"), [(0.75, 0, 1), (0.75, 8, 2), (0.95, 0, 2)])
def test_letters_of_a_line_that_went_with_a_mark_are_no_line(
    sure: float, down: int, kept: int
) -> None:
    typed, over = reading(1, "p1-z1", "отдел"), reading(1, "p1-z2", "отд", [sure] * 3)
    box = over.line.box._replace(right=60).shift(0, down)
    over = replace(over, line=replace(over.line, on_marks=True, box=box))
    assert len(assemble_page(prepared(Affine()), ZONES, [typed, over], S).lines) == kept


def test_a_text_may_begin_with_half_a_word_of_the_sheet_before() -> None:
    begins = reading(2, "p1-z2", "ходство в тех районах")  # превос-ходство, no misread родство
    chars = tuple(replace(c, confidence=0.99, others=(("х", 0.01),)) for c in begins.chars)
    head = reading(1, "p1-z1", "Лист три")
    page = assemble_page(prepared(Affine()), ZONES, [head, replace(begins, chars=chars)], S)
    assert page.lines[1].text.startswith("ходство")


@pytest.mark.parametrize(("read", "lines"), [("__-_-", 0), ("-----", 1), ("-//-", 1), ("_____", 1)])
def test_pieces_of_a_rule_are_no_line(read: str, lines: int) -> None:
    got = assemble_page(prepared(Affine()), ZONES, [reading(1, "p1-z1", read)], S)
    assert len(got.lines) == lines


def test_boxes_that_reach_beyond_the_scan_are_cut() -> None:
    page = prepared(Affine.scaling(3.0))
    got = assemble_page(page, ZONES, [reading(1, "p1-z1", "раз")], S)
    assert got.lines[0].box.right == 400
    assert got.zones[1].box.bottom == 220


def test_a_word_is_as_sure_as_its_least_sure_character() -> None:
    sure = [0.9, 0.5, 0.7, 0.0, 0.8]
    got = assemble_page(prepared(Affine()), ZONES, [reading(1, "p1-z1", "раз я", sure)], S)
    assert [w.confidence for w in got.lines[0].words] == [0.5, 0.8]
    assert got.lines[0].confidence == pytest.approx((0.9 + 0.5 + 0.7 + 0.8) / 4)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        ("пpeвocxoдcтвo", "превосходство"),  # p e o c x o c o are Latin
        ("KПK и CCCР", "КПК и СССР"),
        ("IV часть XX съезда", "IV часть XX съезда"),
        ("I950 г. Pravda KOT", "I950 г. Pravda KOT"),
        ("Bеrlin", "Bеrlin"),  # r has no twin: not a Russian word
    ],
)
def test_latin_look_alikes_in_russian_words_become_cyrillic(read: str, text: str) -> None:
    got = assemble_page(prepared(Affine()), ZONES, [reading(1, "p1-z1", read)], S).lines[0]
    assert got.text == text
    assert " ".join(w.text for w in got.words) == text
    assert undo(got.text, got.changes) == read


def test_a_digital_page_keeps_its_own_text() -> None:
    lines = (
        DigitalLine(
            Box(10, 10, 90, 20),
            "Top Secret.",
            (("Top", Box(10, 10, 30, 20)), ("Secret.", Box(35, 10, 90, 20))),
        ),
    )
    got = assemble_digital_page(DigitalPage(REF, 100, 150, 72.0, lines), S)
    assert got.zones[0].kind is ZoneKind.BORN_DIGITAL
    assert got.zones[0].box == Box(10, 10, 90, 20)
    assert (got.lines[0].text, got.lines[0].confidence) == ("Top Secret.", 1.0)
    assert [w.text for w in got.lines[0].words] == ["Top", "Secret."]
    assert [step.name for step in got.steps] == ["text_layer"]
