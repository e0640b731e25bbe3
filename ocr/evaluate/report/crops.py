"""Pictures out of the scans: single lines, and whole pages small enough to be looked at.

A scan is looked up by the name and the SHA-256 that the output gives; one of the same name with
other bytes is taken only where the output gives no fingerprint. Pictures are WebP: for type on
paper half the size of JPEG at the same look.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
from PIL import Image

from ocr.document import DigitalPage, PageImage, PageRef
from ocr.errors import ScanError
from ocr.evaluate.report.model import Crop, Picture
from ocr.geometry import Affine, Box, Pixels
from ocr.load import LoadSettings, find_scans, load_page, open_scan, picture_of
from ocr.raster import crop

WEBP = "image/webp"
WEBP_METHOD = 2  # 0–6: 4 saves 6 % more and takes twice as long, a quarter of a second a page
# Difference of the ratios of height to width, 0–1: above it a scan is not the page that was read.
SAME_SHAPE = 0.02


@dataclass(frozen=True, slots=True)
class PictureSettings:
    """Sizes and qualities.

    margin       paper shown above and below a line, in heights of the line: enough to know the
                 line on the scan by its neighbours
    side_margin  the same left and right
    line_width_px, line_height_px  most that a line's picture measures: a line of 70 letters is
                 read well at 18 px a letter, and single large letters need no more than 150 px
    page_px      longer side of a page's picture: letters are some 10 px high and can be read
    line_quality, page_quality  of WebP, 0–100: at 55 a line takes some 12 kB, at 40 a page 70 kB
    """

    margin: float = 0.8
    side_margin: float = 1.0
    line_width_px: int = 1300
    line_height_px: int = 150
    page_px: int = 1400
    line_quality: int = 55
    page_quality: int = 40


class ScanFolder:
    """The scans below a folder, by name and by fingerprint."""

    def __init__(self, folder: Path) -> None:
        found, _ = find_scans((str(folder),))
        self._files = [scan.path for scan in found]
        self._sums: dict[Path, str] = {}

    def find(self, name: str, sha256: str) -> Path | None:
        """The scan that a document was read from, whatever folder or name it has by now.

        `name` is that of the file, or of the document where the output does not tell; then the
        suffix is not compared. `sha256` is "" where the output does not tell.
        """
        wanted = PurePosixPath(name)
        named = [path for path in self._files if wanted.name in (path.name, path.stem)]
        if not sha256:
            return named[0] if named else None
        others = (path for path in self._files if path not in named)
        return next((path for path in (*named, *others) if self._sum(path) == sha256), None)

    def _sum(self, path: Path) -> str:
        if path not in self._sums:
            with path.open("rb") as file:
                self._sums[path] = hashlib.file_digest(file, "sha256").hexdigest()
        return self._sums[path]


def page_image(scan: Path, index: int, s: LoadSettings) -> PageImage | None:
    """Page `index` of a scan as a picture, a born-digital one too; None where it has none such.

    A scan that cannot be read gives None: the report comes without its pictures.
    """
    try:
        refs = open_scan(scan, s)
        return _image(refs[index], s) if index < len(refs) else None
    except (ScanError, OSError):
        return None


def _image(ref: PageRef, s: LoadSettings) -> PageImage:
    page = load_page(ref, s)
    return picture_of(ref, page.dpi, s) if isinstance(page, DigitalPage) else page


def fits(image: PageImage, size_px: tuple[int, int]) -> bool:
    """Whether boxes on a page of `size_px` (width, height) can be shown on this image."""
    height, width = image.pixels.shape[:2]
    if 0 in size_px:
        return False
    ratio = float(height * size_px[0]) / float(width * size_px[1])
    return abs(ratio - 1) <= SAME_SHAPE


def line_crop(image: PageImage, size_px: tuple[int, int], box: Box, s: PictureSettings) -> Crop:
    """A line with its surroundings; `box` is on a page of `size_px`, which `fits` the image."""
    height, width = image.pixels.shape[:2]
    by_x, by_y = width / size_px[0], height / size_px[1]
    line = Affine.scaling(by_x, by_y).box(box)
    high = max(1, line.height)
    shown = line.grow(round(s.side_margin * high), round(s.margin * high)).clip(width, height)
    part = crop(image.pixels, shown)
    picture = _webp(part, (s.line_width_px, s.line_height_px), s.line_quality)
    w, h = max(1, shown.width), max(1, shown.height)
    inner = line.clip(width, height)
    return Crop(
        picture,
        (
            (inner.left - shown.left) / w,
            (inner.top - shown.top) / h,
            (inner.right - shown.left) / w,
            (inner.bottom - shown.top) / h,
        ),
    )


def page_picture(image: PageImage, s: PictureSettings) -> Picture:
    """The whole page, at most `s.page_px` long."""
    return _webp(image.pixels, (s.page_px, s.page_px), s.page_quality)


def _webp(pixels: Pixels, most: tuple[int, int], quality: int) -> Picture:
    """Shrunk to fit into `most` (width, height), never enlarged."""
    height, width = pixels.shape[:2]
    scale = min(1.0, most[0] / width, most[1] / height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if size != (width, height):
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "WEBP", quality=quality, method=WEBP_METHOD)
    return Picture(WEBP, file.getvalue(), *size)
