"""From files to pages: `find_scans`, `open_scan`, `load_page`, `picture_of`."""

from ocr.load.find import OVERLAY_MARK, FoundScan, find_scans
from ocr.load.scan import load_page, open_scan, picture_of
from ocr.load.settings import LoadSettings

__all__ = [
    "OVERLAY_MARK",
    "FoundScan",
    "LoadSettings",
    "find_scans",
    "load_page",
    "open_scan",
    "picture_of",
]
