"""From the sheet to the scan: skew, the edge of the sheet, uneven light, blur and grain.

The sheet is turned about its middle on a canvas of its own size; what lies beside it shows the
scanner's bed. The angle is exact, because the map that turns the pixels also turns the truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ocr.geometry import Affine, Pixels, Point
from ocr.raster import warp
from ocr.synth.paper import Reflectance, cloud


@dataclass(frozen=True, slots=True)
class Camera:
    """How a sheet was scanned.

    skew_deg   clockwise turn of the sheet on the scan
    bed        brightness of what lies beside the sheet, 0–1
    light      how much the light falls off from side to side, as a part of it
    blur_px    standard deviation of the lens's blur
    grain      noise of the sensor, as a part of white
    gray       whether the scan has no colour
    """

    skew_deg: float = 0.0
    bed: float = 0.93
    light: float = 0.06
    blur_px: float = 0.6
    grain: float = 0.012
    gray: bool = False
    jpeg_quality: int = 72


def to_scan(camera: Camera, size: tuple[int, int]) -> Affine:
    """The map from the sheet of `size` = (width, height) to the scan of the same size."""
    return Affine.rotation(camera.skew_deg, Point(size[0] / 2, size[1] / 2))


def photograph(sheet: Reflectance, camera: Camera, rng: np.random.Generator) -> Pixels:
    """The scan of a sheet (H, W, 3): uint8 (H, W, 3) RGB, or (H, W) when `camera.gray`."""
    height, width = sheet.shape[:2]
    size = (width, height)
    flat = np.round(sheet * 255).astype(np.uint8)
    turned = flat
    if camera.skew_deg:
        turned = warp(flat, to_scan(camera, size), size, fill=round(camera.bed * 255))
    image = turned.astype(np.float32)
    if camera.blur_px:
        image = cv2.GaussianBlur(image, (0, 0), camera.blur_px).astype(np.float32)
    image *= _light(camera, size, rng)[..., None]
    grain = rng.normal(size=(height, width)).astype(np.float32)
    image += (255 * camera.grain * grain)[..., None]
    pixels = np.clip(np.round(image), 0, 255).astype(np.uint8)
    if not camera.gray:
        return pixels
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)


def _light(camera: Camera, size: tuple[int, int], rng: np.random.Generator) -> Reflectance:
    """(H, W) factor: a slope in a random direction and a slow wave."""
    width, height = size
    turn = float(rng.uniform(0, 2 * np.pi))
    x = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None, :] * np.float32(np.cos(turn))
    y = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None] * np.float32(np.sin(turn))
    wave = camera.light / 8 * cloud(size, max(size) / 4, rng)
    return (1 - camera.light / 2 + camera.light * (x + y) + wave).astype(np.float32)
