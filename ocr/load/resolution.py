"""How many dots an inch a page was scanned with.

A header is believed when it is neither 72 nor 96 dpi (what programs write that do not know) and
makes a sheet of a size that paper has. Otherwise the long side of the page is taken for that of
an A4 sheet. Telegram blanks and typing paper of the time were 203–210 × 288–297 mm, so that the
estimate is right within 3 % for a whole sheet; for a cut-out it is too low, and for a spread of
two sheets it is too high by √2.
"""

from __future__ import annotations

import math

from ocr.errors import ScanError
from ocr.geometry import MM_PER_INCH
from ocr.load.settings import LoadSettings

A4_LONG_SIDE_MM = 297.0
# dpi that programs write when they do not know
MEANINGLESS_DPI = (72.0, 96.0)
# dpi around those, because PNG and BMP count dots per metre and round
MEANINGLESS_WITHIN = 0.6
# the long side of what may be a scan: from a cut-out strip to an A0 sheet (1189 mm)
SHORTEST_SHEET_MM, LONGEST_SHEET_MM = 40.0, 1200.0


def settle_dpi(stated: float | None, size: tuple[int, int], s: LoadSettings) -> float:
    """The resolution of a page of `size` (width, height) pixels; `stated` is the header's."""
    if stated is not None and believable(stated, size, s):
        return stated
    return estimate_dpi(size, s)


def believable(dpi: float, size: tuple[int, int], s: LoadSettings) -> bool:
    """Whether a header's resolution is more than a default and fits a sheet of paper."""
    if not math.isfinite(dpi) or not s.min_dpi <= dpi <= s.max_dpi:
        return False
    if any(abs(dpi - idle) <= MEANINGLESS_WITHIN for idle in MEANINGLESS_DPI):
        return False
    return SHORTEST_SHEET_MM <= max(size) / dpi * MM_PER_INCH <= LONGEST_SHEET_MM


def estimate_dpi(size: tuple[int, int], s: LoadSettings) -> float:
    """The resolution that makes the long side that of an A4 sheet, within the limits of `s`."""
    dpi = max(size) * MM_PER_INCH / A4_LONG_SIDE_MM
    return min(max(dpi, s.min_dpi), s.max_dpi)


def check_size(size: tuple[int, int], s: LoadSettings, name: str) -> None:
    """Raises ScanError when a page of `size` (width, height) pixels is too large to decode."""
    width, height = size
    if width * height > s.max_pixels:
        raise ScanError(
            f"{name}: {width} × {height} px are more than the limit of "
            f"{s.max_pixels / 1e6:g} million; scan at a lower resolution, or split the sheet"
        )
