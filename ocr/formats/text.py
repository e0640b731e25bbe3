"""Plain text, twice: the sheet as typed, and the text to read. And pages out of such a sheet."""

from __future__ import annotations

from ocr.document import Document, Line, Page, Zone, ZoneKind
from ocr.geometry import Box

PAGE_BREAK = "\f"
# Text has no places: pages have size 0, boxes no area, and the resolution is only a number.
NOWHERE = Box(0, 0, 0, 0)
NO_DPI = 300.0


def sheet_text(document: Document) -> str:
    """What stands on the sheets, line by line as typed, zones in their order.

    Nothing but a line feed parts two lines, also where a zone ends. Lines in which nothing was
    read are left out. Every page ends with a line feed, an empty one too; a form feed parts
    pages, so there is one less of them than there are pages.
    """
    return PAGE_BREAK.join(_page_text(page) for page in document.pages) or "\n"


def _page_text(page: Page) -> str:
    order = {zone.id: zone.order for zone in page.zones}
    lines = sorted(page.lines, key=lambda line: order.get(line.zone, len(order)))
    return "".join(f"{line.text}\n" for line in lines if line.text.strip()) or "\n"


def reading_text(document: Document) -> str:
    """The paragraphs, each on one line, parted by blank lines; ends with a line feed."""
    return "\n\n".join(paragraph.text for paragraph in document.paragraphs) + "\n"


def from_text(text: str) -> tuple[Page, ...]:
    """Pages of plain text: a form feed parts them, or ends them where it is the last character.

    Every line with more than blanks in it is a line of its page's one zone, body text, in the
    order of the file. There are no places: size, boxes and marks are empty, `words` too.
    `from_text(sheet_text(document))` has the document's pages and lines again.
    """
    sheets = text.removeprefix("\ufeff").removesuffix(PAGE_BREAK).split(PAGE_BREAK)
    return tuple(_page_of(index, sheet) for index, sheet in enumerate(sheets))


def _page_of(index: int, sheet: str) -> Page:
    """One page, ids as `assemble` gives them."""
    zone = Zone(f"p{index + 1}-z1", ZoneKind.BODY, NOWHERE, 0)
    rows = sheet.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = tuple(
        Line(f"p{index + 1}-l{n}", zone.id, NOWHERE, row, 1.0, ())
        for n, row in enumerate((row for row in rows if row.strip()), 1)
    )
    return Page(index, (0, 0), NO_DPI, (), (zone,), lines)
