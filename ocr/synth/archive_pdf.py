"""A PDF as an archive gives it out: a printed page, the scanned sheets, the translation.

Made with reportlab in its invariant mode, with an embedded face, so that the same pages give the
same bytes. Scans go in as the JPEG files they are. The text of the printed pages is truth as it
stands: every line is set by us, so its box and baseline are known.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from ocr.document import Line, Page, Word, Zone, ZoneKind
from ocr.geometry import Box, Point, box_around, hull
from ocr.synth.fonts import face_file
from ocr.synth.texts.corpus import ArchivePages

POINTS_PER_INCH = 72.0
A4_PT = (595.28, 841.89)
MARGIN_PT = 72.0
BODY_PT, TITLE_PT = 11.0, 16.0
LEADING = 1.35  # distance of lines in sizes of type
ASCENT, DESCENT = 0.9, 0.25  # reach of the face above and below its baseline, in sizes of type
DIGITAL_DPI = 150.0  # resolution in which boxes of printed pages are told
FACE = "Liberation Serif"


@dataclass(frozen=True, slots=True)
class ScannedSheet:
    """A scan to be put into the PDF: a JPEG file's bytes, its size and resolution."""

    jpeg: bytes
    size_px: tuple[int, int]
    dpi: float


@dataclass(frozen=True, slots=True)
class _SetLine:
    """A printed line: size of its type, left end and baseline in points from the top left."""

    text: str
    points: float
    bold: bool
    x: float
    y: float


def archive_pdf(
    archive: ArchivePages, sheets: Sequence[ScannedSheet]
) -> tuple[bytes, dict[int, Page]]:
    """The file, and the truth of its printed pages by their place in it."""
    for style in ("Regular", "Bold"):
        pdfmetrics.registerFont(TTFont(_name(style == "Bold"), face_file(FACE, style)))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4_PT, invariant=1, pageCompression=1)
    canvas.setTitle(archive.title)
    front = list(_set(_front(archive)))
    back = list(_set(_translation(archive)))
    truth = {}
    for i, lines in enumerate(front):
        _print_page(canvas, lines)
        truth[i] = _truth(lines, i)
    for sheet in sheets:
        _put_scan(canvas, sheet)
    for i, lines in enumerate(back, start=len(front) + len(sheets)):
        _print_page(canvas, lines)
        truth[i] = _truth(lines, i)
    canvas.save()
    return out.getvalue(), truth


def sheets_pdf(sheets: Sequence[ScannedSheet]) -> bytes:
    """A PDF of scanned sheets and nothing else."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1, pageCompression=1)
    for sheet in sheets:
        _put_scan(canvas, sheet)
    canvas.save()
    return out.getvalue()


def _front(a: ArchivePages) -> Iterator[tuple[str, float, bool]]:
    """Paragraphs of the first page: text, size, bold."""
    yield a.date, BODY_PT, False
    yield a.title, TITLE_PT, True
    named = (("Citation:", a.citation), ("Summary:", a.summary), ("Credits:", a.credits))
    for name, text in (*named, ("Original Language:", a.language)):
        yield name, BODY_PT, True
        yield text, BODY_PT, False
    yield "Contents:", BODY_PT, True
    for entry in a.contents:
        yield entry, BODY_PT, False


def _translation(a: ArchivePages) -> Iterator[tuple[str, float, bool]]:
    for paragraph in a.translation:
        yield paragraph, BODY_PT, False


def _set(paragraphs: Iterator[tuple[str, float, bool]]) -> Iterator[list[_SetLine]]:
    """Break paragraphs into lines and lines into pages."""
    width = A4_PT[0] - 2 * MARGIN_PT
    page: list[_SetLine] = []
    y = MARGIN_PT
    for text, points, bold in paragraphs:
        for words in _broken(text, points, bold, width):
            if y + points > A4_PT[1] - MARGIN_PT:
                yield page
                page, y = [], MARGIN_PT
            y += points * LEADING
            page.append(_SetLine(words, points, bold, MARGIN_PT, y))
        y += points * 0.6
    if page:
        yield page


def _broken(text: str, points: float, bold: bool, width: float) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and _width(longer, points, bold) > width:
            yield line
            longer = word
        line = longer
    yield line


def _name(bold: bool) -> str:
    return "archive-bold" if bold else "archive"


def _width(text: str, points: float, bold: bool) -> float:
    return float(pdfmetrics.stringWidth(text, _name(bold), points))


def _print_page(canvas: Canvas, lines: Sequence[_SetLine]) -> None:
    canvas.setPageSize(A4_PT)
    for line in lines:
        canvas.setFont(_name(line.bold), line.points)
        canvas.drawString(line.x, A4_PT[1] - line.y, line.text)
    canvas.showPage()


def _put_scan(canvas: Canvas, sheet: ScannedSheet) -> None:
    """The scan over the whole of a page of the sheet's own size."""
    width, height = (px * POINTS_PER_INCH / sheet.dpi for px in sheet.size_px)
    canvas.setPageSize((width, height))
    canvas.drawImage(ImageReader(io.BytesIO(sheet.jpeg)), 0, 0, width, height)
    canvas.showPage()


def _truth(lines: Sequence[_SetLine], index: int) -> Page:
    scale = DIGITAL_DPI / POINTS_PER_INCH
    zone = f"p{index + 1}-z1"
    set_lines = tuple(
        _true_line(line, f"p{index + 1}-l{n}", zone, scale) for n, line in enumerate(lines, 1)
    )
    box = hull(line.box for line in set_lines)
    size = (round(A4_PT[0] * scale), round(A4_PT[1] * scale))
    zones = (Zone(zone, ZoneKind.BORN_DIGITAL, box, 0),)
    return Page(index, size, DIGITAL_DPI, (), zones, set_lines)


def _true_line(line: _SetLine, name: str, zone: str, scale: float) -> Line:
    words, x = [], line.x
    for text in line.text.split(" "):
        wide = _width(text, line.points, line.bold)
        words.append(Word(text, _box(x, x + wide, line, scale), 1.0))
        x += wide + _width(" ", line.points, line.bold)
    box = hull(word.box for word in words)
    ends = (Point(float(box.left), line.y * scale), Point(float(box.right), line.y * scale))
    return Line(name, zone, box, line.text, 1.0, tuple(words), (), ends)


def _box(left: float, right: float, line: _SetLine, scale: float) -> Box:
    top, bottom = line.y - ASCENT * line.points, line.y + DESCENT * line.points
    return box_around([Point(left * scale, top * scale), Point(right * scale, bottom * scale)])
