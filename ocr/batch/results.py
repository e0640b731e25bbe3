"""The files that a document becomes, and how they are called."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from ocr.document import Document
from ocr.errors import OutputError
from ocr.formats.page_xml import to_page_xml
from ocr.formats.record import dump, to_json
from ocr.formats.text import reading_text, sheet_text

FORMATS = ("txt", "json", "page")
# the longest file name that file systems take, in bytes
LONGEST_NAME = 255


def render(document: Document, name: str, formats: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """(file name, content) of each result."""
    if "txt" in formats:
        yield f"{name}.txt", sheet_text(document).encode()
        yield f"{name}.reading.txt", reading_text(document).encode()
    if "json" in formats:
        yield f"{name}.json", dump(to_json(document)).encode()
    if "page" in formats:
        for page in document.pages:
            file = page_name(name, page.index, len(document.pages))
            yield file, to_page_xml(page, document.source.file_name)


def output_names(name: str, pages: int, formats: Sequence[str], overlay: bool) -> list[str]:
    """The files that a document of so many pages will make, but for the crops of its marks."""
    names = []
    if "txt" in formats:
        names += [f"{name}.txt", f"{name}.reading.txt"]
    if "json" in formats:
        names.append(f"{name}.json")
    if "page" in formats:
        names += [page_name(name, index, pages) for index in range(pages)]
    if overlay:
        names += [overlay_name(name, index) for index in range(pages)]
    return names


def page_name(name: str, index: int, pages: int) -> str:
    """The PAGE XML of a page; that of a single page bears no number."""
    return f"{name}.xml" if pages == 1 else f"{name}.{index + 1}.xml"


def overlay_name(name: str, index: int) -> str:
    return f"{name}.{index + 1}.png"


def crop_name(name: str, index: int, mark: str) -> str:
    return f"{name}.{index + 1}.{mark}.png"


class NamingError(OutputError):
    """A scan whose results cannot have the names they would get. Nothing was written."""


def check_length(scan: str, names: Sequence[str]) -> None:
    """Raises NamingError where the name of a result would be too long to be a file's."""
    for name in names:
        length = len(os.fsencode(name.rpartition("/")[2]))
        if length > LONGEST_NAME:
            raise NamingError(
                f"{scan}: the name of a result would be {length} bytes long, and {LONGEST_NAME} "
                "is the limit; give the scan a shorter name"
            )
