"""Plain text, twice: the sheet as typed, and the text to read."""

from __future__ import annotations

from ocr.document import Document, Page

PAGE_BREAK = "\f"


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
