"""Words that a mark lay over are flagged and trusted less, in the page and in its files."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ocr.assemble import assemble_page
from ocr.assemble.settings import AssembleSettings
from ocr.document import (
    Char,
    Document,
    Line,
    LineReading,
    Page,
    PageRef,
    PreparedPage,
    Source,
    TextLine,
    Zone,
    ZoneKind,
)
from ocr.formats.page_xml import from_page_xml, to_page_xml
from ocr.formats.record import from_json, schema, to_json
from ocr.geometry import Affine, Box, Point

jsonschema = pytest.importorskip("jsonschema")

REF = PageRef(Path("scan.png"), "0" * 64, 0)
ZONE = Zone("p1-z1", ZoneKind.BODY, Box(0, 0, 400, 100), 0)


def page_with_mark_over(box: Box) -> PreparedPage:
    """A page of 400 × 100 px, a stroke of a mark on the layer of marks inside `box`."""
    gray = np.full((100, 400), 250, np.uint8)
    marks = np.full((100, 400), 255, np.uint8)
    marks[box.top : box.bottom, box.left : box.right] = 90
    return PreparedPage(REF, gray, gray < 128, marks, 200.0, Affine(), (400, 100), (), ())


def reading(on_marks: bool = False) -> LineReading:
    """`слово буква`, each letter 20 px wide, from x = 20."""
    baseline = (Point(20, 70), Point(240, 70))
    line = TextLine("p1-l1", ZONE.id, 0, Box(20, 40, 240, 72), baseline, 20.0, 20.0, on_marks)
    chars = [
        Char(letter, Box(20 + 20 * i, 40, 38 + 20 * i, 72), 0.9)
        for i, letter in enumerate("слово буква")
    ]
    return LineReading(line, tuple(chars), "test")


def assembled(mark: Box, on_marks: bool = False) -> Page:
    return assemble_page(
        page_with_mark_over(mark), [ZONE], [reading(on_marks)], AssembleSettings(spelling=False)
    )


def line_of(page: Page) -> Line:
    return page.lines[0]


def test_the_word_below_a_mark_is_flagged_and_the_other_is_not() -> None:
    first, second = line_of(assembled(Box(150, 50, 200, 56))).words
    assert (first.under_mark, second.under_mark) == (False, True)
    assert first.confidence == 0.9
    assert second.confidence == pytest.approx(0.9 * AssembleSettings().under_mark_trust)
    assert line_of(assembled(Box(150, 50, 200, 56))).confidence == pytest.approx((0.9 + 0.72) / 2)


def test_a_mark_between_lines_flags_none() -> None:
    line = line_of(assembled(Box(20, 80, 240, 90)))
    assert not line.under_mark
    assert line.confidence == pytest.approx(0.9)


def test_the_text_of_a_stamp_does_not_lie_under_it() -> None:
    assert not line_of(assembled(Box(20, 40, 240, 72), on_marks=True)).under_mark


def test_the_flag_goes_through_json_and_page_xml() -> None:
    page = assembled(Box(150, 50, 200, 56))
    document = Document(Source("scan.png", "0" * 64, 1), (page,), (), ())
    data = to_json(document)
    jsonschema.validate(data, schema())
    assert data["pages"][0]["lines"][0]["under_mark"] is True
    assert [w.get("under_mark") for w in data["pages"][0]["lines"][0]["words"]] == [None, True]
    back = from_json(data, "scan.json").pages[0]
    again = from_page_xml(to_page_xml(page, "scan.png"), "scan.xml")
    for read in (back, replace(again)):
        assert [w.under_mark for w in line_of(read).words] == [False, True]
