"""Image files: JPEG, PNG, TIFF with many pages, JPEG 2000, BMP, WebP, decoded by Pillow.

Every mode becomes 8-bit grey or RGB on white paper, upright as the file's orientation tag says,
i.e. pixel for pixel what a viewer shows. A page without colour becomes grey. Nothing is guessed:
a file that ends too early raises, it is not filled up. Sixteen bits lose their lower eight.
"""

from __future__ import annotations

import math
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from ocr.document import PageImage, PageRef
from ocr.errors import ScanError
from ocr.geometry import Pixels
from ocr.load.resolution import check_size, settle_dpi
from ocr.load.settings import LoadSettings

# Pillow would open many more, some through programs from outside (EPS); these are what scans are
FORMATS = ("JPEG", "PNG", "TIFF", "JPEG2000", "BMP", "WEBP")
_SIXTEEN_BIT_MODES = ("I", "I;16", "I;16B", "I;16L", "I;16N")
_TIFF_SUBFILE_TYPE, _TIFF_IS_THUMBNAIL = 254, 1
# offsets and byte counts of a page's strips, and of its tiles
_TIFF_DATA_TAGS = ((273, 279), (324, 325))
_REMEDY = "open it in an image program and save it anew, or scan the sheet again"


def count_pages(path: Path, s: LoadSettings) -> int:
    """How many pages an image file holds; only TIFF holds several.

    Raises ScanError when the file is no image, is broken at its head, or is too large.
    """
    with _opened(path) as image:
        check_size(image.size, s, str(path))
        return len(_frames(image, s.max_pages))


def load_image(ref: PageRef, s: LoadSettings) -> PageImage:
    """Raises ScanError when the page is broken, truncated or larger than `s.max_pixels`."""
    with _opened(ref.scan) as image:
        _seek(image, ref, s)
        stated = _stated_dpi(image)
        pixels = _to_pixels(_upright(image))
    height, width = pixels.shape[:2]
    return PageImage(ref, pixels, round(settle_dpi(stated, (width, height), s), 2))


def _seek(image: Image.Image, ref: PageRef, s: LoadSettings) -> None:
    frames = _frames(image, s.max_pages)
    if ref.index >= len(frames):
        raise ScanError(f"{ref.scan}: has no page {ref.index + 1}; it has {len(frames)}")
    image.seek(frames[ref.index])
    _check_all_there(image, ref.scan)
    check_size(image.size, s, f"{ref.scan}, page {ref.index + 1}")


def _check_all_there(image: Image.Image, path: Path) -> None:
    """Raises EOFError when a TIFF is shorter than its directory says; libtiff would print that."""
    tags = getattr(image, "tag_v2", {})
    length = path.stat().st_size
    for starts, lengths in _TIFF_DATA_TAGS:
        for start, count in zip(tags.get(starts, ()), tags.get(lengths, ()), strict=False):
            if start + count > length:
                raise EOFError(f"{start + count - length} bytes are missing at its end")


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """The image file; whatever goes wrong while it is open becomes a ScanError.

    Pillow's own pixel limit is put off meanwhile: it warns below ours and names no remedy.
    """
    limit = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # as an open file: Pillow maps named ones, and then takes the sides of an unpacked
            # TIFF that lies on its side for each other
            with path.open("rb") as file, Image.open(file, formats=FORMATS) as image:
                yield image
    except UnidentifiedImageError as e:
        raise ScanError(f"{path}: is no image that can be read; {_REMEDY}") from e
    except (OSError, SyntaxError, ValueError, EOFError, struct.error) as e:
        # Pillow raises all of these on broken files, e.g. SyntaxError for a bad PNG checksum
        why = " ".join(str(e).split()) or type(e).__name__
        raise ScanError(f"{path}: is broken or cut off ({why}); {_REMEDY}") from e
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _frames(image: Image.Image, most: int) -> list[int]:
    """The frames that are pages: all of a TIFF but its thumbnails, else the first alone.

    Counting ends past `most`. A frame that cannot be reached counts as a page, so that its loss
    is reported.
    """
    if image.format != "TIFF":
        return [0]
    pages: list[int] = []
    frame = 0
    while frame <= most:
        try:
            image.seek(frame)
            tags = getattr(image, "tag_v2", {})
            if not int(tags.get(_TIFF_SUBFILE_TYPE, 0)) & _TIFF_IS_THUMBNAIL:
                pages.append(frame)
        except EOFError:
            return pages or [0]
        except Exception:  # a chain of pages that breaks off, in any of Pillow's ways
            return [*pages, frame]
        frame += 1
    return pages


def _stated_dpi(image: Image.Image) -> float | None:
    """The header's resolution; the geometric mean where a fax has two."""
    try:
        across, down = (float(v) for v in image.info["dpi"])
        mean = math.sqrt(across * down)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return mean if math.isfinite(mean) and mean > 0 else None


def _upright(image: Image.Image) -> Image.Image:
    """Turned and mirrored as the orientation tag says; a broken tag is left alone."""
    image.load()
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # EXIF blocks are broken in more ways than Pillow has errors for
        return image


def _to_pixels(image: Image.Image) -> Pixels:
    """(H, W) uint8 grey, or (H, W, 3) uint8 RGB where there is colour."""
    if image.mode in _SIXTEEN_BIT_MODES or image.mode == "F":
        return _to_eight_bits(np.asarray(image))
    if image.mode in ("1", "L") and "transparency" not in image.info:
        return np.asarray(image.convert("L"), dtype=np.uint8)
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        image = Image.alpha_composite(paper, layer)
    return drop_idle_colour(np.asarray(image.convert("RGB"), dtype=np.uint8))


def drop_idle_colour(rgb: Pixels) -> Pixels:
    """(H, W, 3) RGB to (H, W) where all three channels are the same."""
    red: Pixels = rgb[..., 0]
    if np.array_equal(red, rgb[..., 1]) and np.array_equal(red, rgb[..., 2]):
        return np.array(red, dtype=np.uint8)
    return rgb


def _to_eight_bits(values: npt.NDArray[np.generic]) -> Pixels:
    """16 bits to 8; wider values and floats by their own greatest value."""
    wide: npt.NDArray[np.float32] = np.nan_to_num(values.astype(np.float32))
    top = float(wide.max(initial=0.0))
    if values.dtype.kind == "f":
        white = 1.0 if top <= 1.0 else 255.0 if top <= 255.0 else top
    else:
        white = 65535.0 if top <= 65535.0 else top
    wide = np.clip(wide * np.float32(255.0 / white) + np.float32(0.5), 0, 255)
    return wide.astype(np.uint8)
