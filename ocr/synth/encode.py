"""Made pages as bytes of files: JPEG, TIFF and masks; the same pixels give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image

from ocr.geometry import Mask, Pixels

UNCODED_QUALITY = 92  # of JPEG files where the camera is no JPEG camera


def jpeg(pixels: Pixels, dpi: float, quality: int) -> bytes:
    """A JPEG file with its resolution in the header; quality 0 stands for a good one."""
    out = io.BytesIO()
    options = {"quality": quality or UNCODED_QUALITY, "dpi": (dpi, dpi), "optimize": True}
    Image.fromarray(pixels).save(out, "JPEG", **options)
    return out.getvalue()


def tiff(pages: Sequence[Pixels], dpi: float, quality: int, *, bilevel: bool = False) -> bytes:
    """A TIFF of several pages: CCITT G4 in black and white, or JPEG in colour or grey."""
    images = [Image.fromarray(pixels) for pixels in pages]
    if bilevel:
        images = [image.convert("1", dither=Image.Dither.NONE) for image in images]
    out = io.BytesIO()
    coding = {"compression": "group4"} if bilevel else {"compression": "jpeg", "quality": quality}
    first, rest = images[0], images[1:]
    first.save(out, "TIFF", save_all=True, append_images=rest, dpi=(dpi, dpi), **coding)
    return out.getvalue()


def mask_png(mask: Mask) -> bytes:
    """White (255) where the mask is set, black elsewhere; one bit a pixel."""
    drawn = cv2.imencode(".png", mask.astype(np.uint8) * 255, (cv2.IMWRITE_PNG_BILEVEL, 1))[1]
    return drawn.tobytes()
