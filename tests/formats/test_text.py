"""Plain text becomes pages, and the sheet as typed becomes the same pages again."""

import pytest

from ocr.document import Document, Line, Page, Source, Zone, ZoneKind
from ocr.formats.text import from_text, sheet_text
from ocr.geometry import Box


def rows(text: str) -> list[list[str]]:
    return [[line.text for line in page.lines] for page in from_text(text)]


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("один\n  два \n\n \nтри\n", [["один", "  два ", "три"]]),
        ("один\fдва\n", [["один"], ["два"]]),
        ("один\n\f\n\fтри", [["один"], [], ["три"]]),
        ("один\n\fдва\n\f", [["один"], ["два"]]),  # the last form feed ends a page
        ("\ufeffодин\r\nдва\rтри", [["один", "два", "три"]]),
        ("", [[]]),
        ("\f", [[]]),
    ],
)
def test_form_feeds_part_pages(text, pages):
    assert rows(text) == pages


def test_a_sheet_comes_back():
    def page(index: int, texts: list[str]) -> Page:
        lines = (Line(f"l{n}", "z", Box(0, 0, 9, 9), t, 1.0, ()) for n, t in enumerate(texts))
        zone = Zone("z", ZoneKind.BODY, Box(0, 0, 9, 9), 0)
        return Page(index, (9, 9), 300, (), (zone,), tuple(lines))

    sheets = [["СЕКРЕТНО", "  экз. № 1"], [], ["конец"], []]
    pages = tuple(page(n, sheet) for n, sheet in enumerate(sheets))
    text = sheet_text(Document(Source("a", "0", 4), pages, (), ()))
    assert rows(text) == sheets
    assert [p.index for p in from_text(text)] == [0, 1, 2, 3]


def test_lines_belong_to_one_body_without_a_place():
    (page,) = from_text("один\nдва")
    assert page.size_px == (0, 0)
    assert [(z.id, z.kind) for z in page.zones] == [("p1-z1", ZoneKind.BODY)]
    assert [(line.id, line.zone) for line in page.lines] == [("p1-l1", "p1-z1"), ("p1-l2", "p1-z1")]
