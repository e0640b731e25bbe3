"""PDF pages: which are scans, which were born digital, and how finely to render them.

pypdfium2 renders; pdfplumber says what a page holds. A page is kept as born-digital text when no
scan covers it and its text can be believed (`ocr.load.text_layer`). Any other page is rendered:
a scan at the scan's own resolution, so that its pixels come out as they went in, whatever text
layer lies under it, for such layers are old OCR; the rest at `LoadSettings.vector_dpi`. Where
pdfplumber finds nothing or fails, pdfium's own list of images decides.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ocr.document import DigitalPage, PageImage, PageRef
from ocr.errors import ScanError
from ocr.geometry import MM_PER_INCH
from ocr.load.image import drop_idle_colour
from ocr.load.resolution import check_size, estimate_dpi
from ocr.load.settings import LoadSettings
from ocr.load.text_layer import (
    POINTS_PER_INCH,
    ROUND_DOWN,
    Frame,
    Placed,
    count_by_pdfplumber,
    cover,
    is_born_digital,
    look,
    to_digital,
)

# Images that cover more of the visible page together make it a scan. Scans laid on a larger
# sheet cover 60 % and more; pictures in a text hardly ever half a page.
SCAN_COVER = 0.5
# An image smaller than this part of the page does not decide about its resolution: a logo
# of 1200 dpi on a page scanned with 200.
WEIGHTY_IMAGE = 0.05
# A sheet longer than this is no sheet: the maker of the PDF wrote pixels where points belong.
# A2 has 594 mm.
LONGEST_SHEET_MM = 600.0
# how deep images may lie in forms within forms; real files have one or two levels
FORM_DEPTH = 8


def count_pages(path: Path) -> int:
    """How many pages a PDF has. Raises ScanError when it is broken, locked or has none."""
    with _opened(path) as document:
        pages = len(document)
    if pages == 0:
        raise _no_pages(path)
    return pages


def _no_pages(path: Path) -> ScanError:
    return ScanError(f"{path}: is a PDF without pages; have it exported anew")


def load_pdf_page(ref: PageRef, s: LoadSettings) -> PageImage | DigitalPage:
    """A page as image, or as text if it was born digital.

    Raises ScanError when the page is broken or larger than `s.max_pixels`.
    """
    with _page(ref) as page:
        frame = _frame(page)
        seen = look(ref.scan, ref.index, frame)
        if seen is not None:
            invisible = _invisible_share(page)
            if is_born_digital(seen, invisible, frame, SCAN_COVER):
                return to_digital(ref, seen, frame, s.digital_dpi)
        images = seen.images if seen and seen.images else _images_by_pdfium(page, frame)
        _check_images(images, s, ref)
        scale, dpi = _resolution(images, frame, s)
        return _render(page, ref, scale, dpi, s)


def render_page(ref: PageRef, dpi: float, s: LoadSettings) -> PageImage:
    """The page as a picture, whatever it holds, e.g. to draw upon."""
    with _page(ref) as page:
        return _render(page, ref, dpi, dpi, s)


@contextmanager
def _opened(path: Path) -> Iterator[pdfium.PdfDocument]:
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as e:
        # pdfium has no error for a sound file without pages: its code is then an older file's
        if count_by_pdfplumber(path) == 0:
            raise _no_pages(path) from e
        if getattr(e, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD:
            raise ScanError(
                f"{path}: is locked by a password; save it without one, e.g. with qpdf --decrypt"
            ) from e
        raise ScanError(
            f"{path}: is a broken PDF that cannot be opened; repair it, e.g. with qpdf, or have "
            "it exported anew"
        ) from e
    except OSError as e:
        raise ScanError(f"{path}: cannot be read ({e.strerror}); check its permissions") from e
    with closing(document):
        yield document


@contextmanager
def _page(ref: PageRef) -> Iterator[pdfium.PdfPage]:
    """One page; whatever pdfium reports while it is open becomes a ScanError."""
    with _opened(ref.scan) as document:
        try:
            with closing(document[ref.index]) as page:
                yield page
        except (pdfium.PdfiumError, IndexError) as e:
            raise ScanError(
                f"{ref.scan}, page {ref.index + 1}: is broken ({e}); have the PDF exported anew"
            ) from e


def _frame(page: pdfium.PdfPage) -> Frame:
    """Where the visible part of the page lies within its media box, turned for display."""
    width, height = page.get_size()
    left, bottom, right, top = page.get_mediabox()
    c_left, c_bottom, c_right, c_top = page.get_cropbox()
    gaps = {
        0: (c_left - left, top - c_top),
        90: (c_bottom - bottom, c_left - left),
        180: (right - c_right, c_bottom - bottom),
        270: (top - c_top, right - c_right),
    }
    dx, dy = gaps[page.get_rotation() % 360]
    return Frame(max(0.0, dx), max(0.0, dy), width, height)


def _images_by_pdfium(page: pdfium.PdfPage, frame: Frame) -> tuple[Placed, ...]:
    """The images of a page on which pdfplumber is blind, taken as if the page were not turned."""
    left, bottom, _, _ = page.get_cropbox()
    turned = page.get_rotation() % 180 != 0
    height = frame.width if turned else frame.height
    placed = []
    for item in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=FORM_DEPTH):
        x0, y0, x1, y1 = item.get_bounds()
        box = (x0 - left, height - (y1 - bottom), x1 - left, height - (y0 - bottom))
        if turned:
            box = (box[1], box[0], box[3], box[2])
        placed.append(Placed(box, *item.get_px_size()))
    return tuple(placed)


def _invisible_share(page: pdfium.PdfPage) -> float:
    """Which part of the text objects is drawn in the invisible mode of OCR layers, 0–1."""
    modes = [
        pdfium_c.FPDFTextObj_GetTextRenderMode(item.raw)
        for item in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_TEXT], max_depth=FORM_DEPTH)
    ]
    if not modes:
        return 0.0
    return modes.count(pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE) / len(modes)


def _check_images(images: tuple[Placed, ...], s: LoadSettings, ref: PageRef) -> None:
    for image in images:
        size = (image.width_px, image.height_px)
        check_size(size, s, f"{ref.scan}, page {ref.index + 1}")


def _resolution(images: tuple[Placed, ...], frame: Frame, s: LoadSettings) -> tuple[float, float]:
    """At how many pixels an inch of the PDF to render, and what that is on paper, in dpi.

    The two differ where the size of the page in the PDF is not that of the sheet.
    """
    weighty = [i for i in images if cover([i], frame) >= WEIGHTY_IMAGE] or list(images)
    own = max((i.dpi for i in weighty), default=0.0)
    if own <= 0 or not math.isfinite(own):
        own = _vector_dpi(frame, s)
    long_side_mm = max(frame.width, frame.height) / POINTS_PER_INCH * MM_PER_INCH
    if long_side_mm <= LONGEST_SHEET_MM:
        dpi = min(max(own, s.min_dpi), s.render_max_dpi)
        return dpi, dpi
    dpi = estimate_dpi(frame.size_px(own), s)
    shrink = min(1.0, s.render_max_dpi / dpi)
    return own * shrink, dpi * shrink


def _vector_dpi(frame: Frame, s: LoadSettings) -> float:
    """The resolution of a page without scan, less where the limit on pixels asks for it."""
    inches = frame.width * frame.height / POINTS_PER_INCH**2
    return min(s.vector_dpi, 0.99 * math.sqrt(s.max_pixels / max(inches, 1e-9)))


def _render(
    page: pdfium.PdfPage, ref: PageRef, scale_dpi: float, dpi: float, s: LoadSettings
) -> PageImage:
    """The visible page, turned as it is displayed, on white."""
    size = _frame(page).size_px(scale_dpi)
    check_size(size, s, f"{ref.scan}, page {ref.index + 1}")
    scale = scale_dpi * ROUND_DOWN / POINTS_PER_INCH
    with closing(page.render(scale=scale, rev_byteorder=True)) as bitmap:
        # a copy, for the bitmap's memory goes with it
        rgb = np.array(bitmap.to_numpy()[..., :3], dtype=np.uint8)
    return PageImage(ref, drop_idle_colour(rgb), round(dpi, 2))
