"""Opens scan files and loads their pages, whatever kind of file they are.

The kind is told by the first bytes, not by the suffix.
"""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

from ocr.document import DigitalPage, PageImage, PageRef
from ocr.errors import ScanError
from ocr.load import image, pdf
from ocr.load.settings import LoadSettings

# a PDF may have some bytes of other matter before its header
PDF_HEADER, PDF_HEADER_WITHIN = b"%PDF-", 1024


def open_scan(path: Path, s: LoadSettings) -> tuple[PageRef, ...]:
    """The pages of a scan, in order.

    Raises ScanError when the file is missing, empty, no scan, broken, locked, without pages, or
    too large. Single pages may still fail when they are loaded.
    """
    _check_file(path, s)
    sha256, head = _fingerprint(path)
    if not head:
        raise ScanError(f"{path}: is empty; copy or scan it again")
    if PDF_HEADER in head:
        pages = pdf.count_pages(path)
    elif path.suffix.lower() == ".pdf":
        raise ScanError(f"{path}: is no PDF, though it is named so; give it its true suffix")
    else:
        pages = image.count_pages(path, s)
    if pages > s.max_pages:
        raise ScanError(
            f"{path}: says it has {pages} pages, more than the limit of {s.max_pages}; split it"
        )
    return tuple(PageRef(path, sha256, index) for index in range(pages))


def load_page(ref: PageRef, s: LoadSettings) -> PageImage | DigitalPage:
    """A page as image, or as text where a PDF page was born digital.

    Raises ScanError when the page cannot be decoded or exceeds `s.max_pixels`.
    """
    if _is_pdf(ref.scan):
        return pdf.load_pdf_page(ref, s)
    return image.load_image(ref, s)


def picture_of(ref: PageRef, dpi: float, s: LoadSettings) -> PageImage:
    """The page as a picture even if it was born digital, then at `dpi`."""
    if _is_pdf(ref.scan):
        return pdf.render_page(ref, dpi, s)
    return image.load_image(ref, s)


def _is_pdf(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return PDF_HEADER in file.read(PDF_HEADER_WITHIN)
    except OSError as e:
        raise _unreadable(path, e) from e


def _check_file(path: Path, s: LoadSettings) -> None:
    """Raises ScanError for what is no file, or too large a one. A pipe is not even opened."""
    try:
        found = path.stat()
    except OSError as e:
        raise _unreadable(path, e) from e
    if not stat.S_ISREG(found.st_mode):
        raise ScanError(f"{path}: is no regular file; save the scan as one")
    if found.st_size > s.max_file_mb * 1_000_000:
        raise ScanError(
            f"{path}: {found.st_size / 1e6:.0f} MB are more than the limit of {s.max_file_mb}; "
            "split it"
        )


def _fingerprint(path: Path) -> tuple[str, bytes]:
    """The SHA-256 of the whole file, and its first bytes."""
    try:
        with path.open("rb") as file:
            head = file.read(PDF_HEADER_WITHIN)
            file.seek(0)
            return hashlib.file_digest(file, "sha256").hexdigest(), head
    except OSError as e:
        raise _unreadable(path, e) from e


def _unreadable(path: Path, e: OSError) -> ScanError:
    why = (e.strerror or str(e)).lower()
    return ScanError(f"{path}: cannot be read ({why}); check the path and its permissions")
