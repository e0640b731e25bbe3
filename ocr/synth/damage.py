"""From the sheet to the scan: skew, perspective, curl, the bed, light, blur, grain, coding.

The sheet is turned about its middle; what lies beside it shows the scanner's bed, or the next
sheet. `to_scan` gives the map that the pixels pass through, so truth passes through it as well.
A bent sheet keeps its skew exactly in its middle: there the bend has no slope.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Affine, Mask, Pixels, Point, mm_to_px
from ocr.raster import to_gray
from ocr.synth.paper import Reflectance, cloud, noise

CLOSE_PX = 1e-4  # how near a bent point is brought to the exact one
STEPS = 40  # at most, to bring it there; each makes the error smaller by more than half
Number = TypeVar("Number", float, npt.NDArray[np.float64])

MAP_STEP = 16  # pixels between points of which the bend is worked out; it is smooth over 100


@dataclass(frozen=True, slots=True)
class Camera:
    """How a sheet was scanned.

    skew_deg          clockwise turn of the sheet on the scan
    border_mm         how much of the bed is seen left, above, right, below
    keystone          (x, y) by how much one edge is longer than the other, as a part
    curl_mm, wave_mm  how far the sheet's sides and its middle are bent up or down
    bed               brightness of what lies beside the sheet, 0–1
    neighbour         brightness of the next sheet, seen at the right edge; 0: none
    light, vignette   how much the light falls off from side to side and to the corners
    contrast          1 keeps tones; more drives them apart, as copying film does
    blur_px           standard deviation of the lens's blur
    grain             noise of the sensor or film, as a part of white; `grain_px` is its size
    gray, bilevel     whether the scan has no colour, or black and white alone
    lines             scratches along a film
    jpeg_quality      of the coding whose traces are in the pixels; 0: none
    """

    skew_deg: float = 0.0
    border_mm: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    keystone: tuple[float, float] = (0.0, 0.0)
    curl_mm: float = 0.0
    wave_mm: float = 0.0
    bed: float = 0.93
    neighbour: float = 0.0
    light: float = 0.06
    vignette: float = 0.0
    contrast: float = 1.0
    blur_px: float = 0.6
    grain: float = 0.012
    grain_px: float = 0.0
    gray: bool = False
    bilevel: bool = False
    lines: int = 0
    jpeg_quality: int = 72


@dataclass(frozen=True, slots=True)
class Bend:
    """The map of a sheet that does not lie flat: bent first, then laid down by `flat`.

    Kept as the way back, from scan to sheet, which is what resampling asks for.
    """

    flat: Affine
    size: tuple[int, int]
    keystone: tuple[float, float]
    curl_px: float
    wave_px: float

    def back(
        self, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Points of the scan to the sheet; arrays of any one shape."""
        i = self.flat.inverse()
        u, v = i.a * x + i.b * y + i.c, i.d * x + i.e * y + i.f
        dx, dy = self._bent(u, v, np.sin)
        return u + dx, v + dy

    def _bent(self, u: Number, v: Number, sin: Callable[[Number], Number]) -> tuple[Number, Number]:
        """(dx, dy) of points, or of a single one, which takes a tenth of the time as floats."""
        width, height = self.size
        s, t = u / width - 0.5, v / height - 0.5
        dx = width * self.keystone[0] * s * t
        dy = height * self.keystone[1] * s * t
        # nothing of this slopes in the middle, so the skew there is the camera's
        dy = dy + 4 * self.curl_px * s * s * (1 + t)
        turn = 2 * np.pi * s
        dy = dy + self.wave_px * (sin(turn) - turn + turn**3 / 12) * (0.6 - t)
        return dx, dy

    def point(self, p: Point) -> Point:
        """A point of the sheet to the scan."""
        u, v = float(p.x), float(p.y)
        for _ in range(STEPS):
            dx, dy = self._bent(u, v, math.sin)
            nu, nv = p.x - dx, p.y - dy
            near = abs(nu - u) + abs(nv - v) < CLOSE_PX
            u, v = nu, nv
            if near:
                break
        return self.flat.point(Point(u, v))


def scan_size(camera: Camera, size: tuple[int, int], dpi: float) -> tuple[int, int]:
    """(width, height) of the scan of a sheet of `size`."""
    left, top, right, bottom = (mm_to_px(v, dpi) for v in camera.border_mm)
    return round(size[0] + left + right), round(size[1] + top + bottom)


def to_scan(camera: Camera, size: tuple[int, int], dpi: float) -> Affine | Bend:
    """The map from the sheet of `size` = (width, height) pixels to the scan."""
    turn = Affine.rotation(camera.skew_deg, Point(size[0] / 2, size[1] / 2))
    shift = Affine.translation(*(mm_to_px(v, dpi) for v in camera.border_mm[:2]))
    flat = turn.then(shift) if any(camera.border_mm) else turn
    if not (camera.curl_mm or camera.wave_mm or any(camera.keystone)):
        return flat
    bent = mm_to_px(camera.curl_mm, dpi), mm_to_px(camera.wave_mm, dpi)
    return Bend(flat, size, camera.keystone, *bent)


def lay_down(
    sheet: npt.NDArray[np.uint8], place: Affine | Bend, onto: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint8]:
    """Resample a sheet (h, w[, 3]) through `place` onto a bed (H, W[, 3]), in place."""
    if place == Affine() and sheet.shape == onto.shape:
        return sheet
    size = (onto.shape[1], onto.shape[0])
    if isinstance(place, Affine):
        middle = Affine.translation(0.5, 0.5).then(place).then(Affine.translation(-0.5, -0.5))
        matrix = np.array([[middle.a, middle.b, middle.c], [middle.d, middle.e, middle.f]])
        cv2.warpAffine(
            sheet, matrix, size, onto, cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT
        )
        return onto
    maps = [_enlarged(grid, size) for grid in _coarse_map(place, size)]
    cv2.remap(sheet, maps[0], maps[1], cv2.INTER_LINEAR, onto, cv2.BORDER_TRANSPARENT)
    return onto


def _coarse_map(
    place: Bend, size: tuple[int, int]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """(x, y) on the sheet of the middles of MAP_STEP-wide cells, one more on every side."""
    cells = [np.arange(-1, -(-length // MAP_STEP) + 1) for length in size]
    x, y = np.meshgrid(*((c + 0.5) * MAP_STEP for c in cells))
    return place.back(x, y)


def _enlarged(grid: npt.NDArray[np.float64], size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """Every pixel's value from those of the cells, linear between their middles."""
    h, w = grid.shape
    wide = cv2.resize(grid.astype(np.float32) - np.float32(0.5), (w * MAP_STEP, h * MAP_STEP))
    inner = wide[MAP_STEP : MAP_STEP + size[1], MAP_STEP : MAP_STEP + size[0]]
    return np.ascontiguousarray(inner, dtype=np.float32)


def mask_on_scan(mask: Mask, place: Affine | Bend, size: tuple[int, int]) -> Mask:
    """A mask of the sheet (h, w) as it lies on the scan of `size`."""
    if not mask.any():
        return np.zeros(size[::-1], dtype=np.bool_)
    laid = lay_down(mask.astype(np.uint8) * np.uint8(255), place, np.zeros(size[::-1], np.uint8))
    return np.asarray(laid > 127, dtype=np.bool_)


def photograph(sheet: Reflectance, camera: Camera, dpi: float, rng: np.random.Generator) -> Pixels:
    """The scan of a sheet: uint8 (H, W, 3) RGB, or (H, W) of a grey sheet or a grey `camera`."""
    height, width, channels = sheet.shape
    planes = [_as_bytes(sheet[..., n], 255.0) for n in range(channels)]
    flat: Pixels = planes[0] if channels == 1 else cv2.merge(planes).astype(np.uint8, copy=False)
    if camera.gray or camera.bilevel:
        flat = to_gray(flat)
    size = scan_size(camera, (width, height), dpi)
    bed = _bed(camera, size, flat.shape[2:], dpi, rng)
    laid = lay_down(flat, to_scan(camera, (width, height), dpi), bed)
    if camera.blur_px:
        laid = cv2.GaussianBlur(laid, (0, 0), camera.blur_px).astype(np.uint8, copy=False)
    pixels = _exposed(laid, camera, rng)
    if camera.lines:
        _film_lines(pixels, camera.lines, rng)
    if camera.bilevel:
        return _bilevel(pixels, dpi)
    return _coded(pixels, camera.jpeg_quality)


def _as_bytes(values: npt.NDArray[np.float32], scale: float) -> npt.NDArray[np.uint8]:
    """`values` (none below 0) times `scale`, rounded and kept within 255."""
    return np.asarray(cv2.convertScaleAbs(values, alpha=scale), dtype=np.uint8)


def _exposed(
    laid: npt.NDArray[np.uint8], camera: Camera, rng: np.random.Generator
) -> npt.NDArray[np.uint8]:
    """Light, contrast and grain, colour by colour: three times as fast as all at once."""
    size = (laid.shape[1], laid.shape[0])
    factor = _light(camera, size, rng)
    grain = _grain(camera, size, rng)
    if camera.contrast != 1.0:
        # tones move away from a grey between paper and ink
        middle = float(np.median(laid[::7, ::7])) * 0.72
        factor = factor * np.float32(camera.contrast)
        grain = grain + np.float32(middle * (1 - camera.contrast))
    planes = [laid] if laid.ndim == 2 else cv2.split(laid)
    out = []
    for plane in planes:
        lit = cv2.multiply(plane, factor, dtype=cv2.CV_32F)
        out.append(cv2.add(lit, grain, dtype=cv2.CV_8U).astype(np.uint8, copy=False))
    return out[0] if laid.ndim == 2 else cv2.merge(out).astype(np.uint8, copy=False)


def _bed(
    camera: Camera,
    size: tuple[int, int],
    channels: tuple[int, ...],
    dpi: float,
    rng: np.random.Generator,
) -> npt.NDArray[np.uint8]:
    """(H, W[, 3]) what lies beside the sheet: the bed, and the edge of the next sheet."""
    width, height = size
    bed = np.full((height, width, *channels), round(camera.bed * 255), dtype=np.uint8)
    if camera.neighbour:
        seen = camera.border_mm[2] * float(rng.uniform(0.4, 0.8))
        x = width - mm_to_px(seen, dpi)
        lean = mm_to_px(float(rng.normal(0, 1.5)), dpi)
        corners = np.array([(x - lean, 0), (width, 0), (width, height), (x + lean, height)])
        shadow = (corners - (mm_to_px(1.0, dpi), 0)).round().astype(np.int32)
        color = [round(camera.neighbour * v) for v in (255, 248, 232)]
        cv2.fillPoly(bed, [shadow], [v * 0.5 for v in color])
        cv2.fillPoly(bed, [corners.round().astype(np.int32)], color)
    return bed


def _light(
    camera: Camera, size: tuple[int, int], rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """(H, W) factor: a slope in a random direction, a slow wave, and dark corners."""
    width, height = size
    small = (max(4, width // 16), max(4, height // 16))
    turn = float(rng.uniform(0, 2 * np.pi))
    x = np.linspace(-0.5, 0.5, small[0], dtype=np.float32)[None, :]
    y = np.linspace(-0.5, 0.5, small[1], dtype=np.float32)[:, None]
    slope = x * np.float32(np.cos(turn)) + y * np.float32(np.sin(turn))
    wave = camera.light / 8 * cloud(small, max(small) / 4, rng)
    factor = 1 - camera.light / 2 + camera.light * slope + wave - camera.vignette * (x * x + y * y)
    return cv2.resize(factor.astype(np.float32), size, interpolation=cv2.INTER_LINEAR).astype(
        np.float32, copy=False
    )


def _grain(
    camera: Camera, size: tuple[int, int], rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """(H, W) noise in grey levels."""
    return noise(size, camera.grain_px, rng) * np.float32(255 * camera.grain)


def _film_lines(pixels: Pixels, number: int, rng: np.random.Generator) -> None:
    """Scratches that run the length of a film, bright or dark, in place."""
    height, width = pixels.shape[:2]
    for x, lean, bright in rng.random((number, 3)):
        ends = (round(x * width), 0), (round(x * width + (lean - 0.5) * 12), height)
        shade = 225.0 if bright < 0.6 else 40.0
        cv2.line(pixels, *ends, (shade, shade, shade), 1, cv2.LINE_AA)


def _bilevel(gray: Pixels, dpi: float) -> Pixels:
    """Black and white alone, at a threshold between the paper around and its ink."""
    side = round(mm_to_px(25, dpi))
    small = cv2.resize(gray, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    paper = cv2.blur(cv2.dilate(small, np.ones((5, 5), np.uint8)), (side // 8 + 1,) * 2)
    level = cv2.resize(paper, gray.shape[::-1]).astype(np.float32) * np.float32(0.76)
    return np.where(gray < level, 0, 255).astype(np.uint8)


def _coded(pixels: Pixels, quality: int) -> Pixels:
    """The pixels after they have been through a JPEG file."""
    if not quality:
        return pixels
    colour = pixels.ndim == 3
    order = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR) if colour else pixels
    _, data = cv2.imencode(".jpg", order, [cv2.IMWRITE_JPEG_QUALITY, quality])
    flag = cv2.IMREAD_COLOR_RGB if colour else cv2.IMREAD_GRAYSCALE
    return np.asarray(cv2.imdecode(data, flag), dtype=np.uint8)
