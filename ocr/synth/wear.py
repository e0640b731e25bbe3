"""What time and clerks did to the sheet with the type on it: folds, scratches, tears, holes.

A fold breaks the paper's surface and takes ink with it; along it runs a shadow. Where paper is
torn off or punched out, one sees what lies below the sheet.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Box, mm_to_px
from ocr.synth.paper import Reflectance

HOLE_MM = 2.8  # radius of a punched hole, a little more than of any punch
HOLES_MM = 80.0  # how far apart the two holes of a punch are
HOLES_FROM_EDGE_MM = 11.0
CRACKED_MM = 14.0  # cracks of the surface lie about one place this far, where it was bent once


@dataclass(frozen=True, slots=True)
class Wear:
    """What happened to the sheet; numbers are of folds, scratches and tears on it.

    folded   how much ink and paper's surface a fold has lost, 0–1
    holes    whether the sheet was punched, at its left edge
    """

    folds: int = 0
    folded: float = 0.4
    scratches: int = 0
    tears: int = 0
    holes: bool = False


def wear_out(
    sheet: Reflectance, wear: Wear, below: float, dpi: float, rng: np.random.Generator
) -> tuple[Box, ...]:
    """Wear out a sheet (H, W, colours) with its ink, in place; `below` (0–1) lies under it.

    Returns the punched holes.
    """
    height, width = sheet.shape[:2]
    for n in range(wear.folds):
        _fold(sheet, n, wear.folded, dpi, rng)
    if wear.scratches:
        _scratch(sheet, wear.scratches, dpi, rng)
    gone = np.zeros((height, width), dtype=np.uint8)
    for _ in range(wear.tears):
        cv2.fillPoly(gone, [_tear((width, height), dpi, rng)], 255)
    holes = []
    if wear.holes:
        radius = round(mm_to_px(HOLE_MM, dpi))
        x = mm_to_px(HOLES_FROM_EDGE_MM + float(rng.normal(0, 1)), dpi)
        middle = height / 2 + mm_to_px(float(rng.normal(0, 8)), dpi)
        for y in (middle - mm_to_px(HOLES_MM / 2, dpi), middle + mm_to_px(HOLES_MM / 2, dpi)):
            cv2.circle(gone, (round(x), round(y)), radius, 255, -1)
            holes.append(Box(round(x), round(y), round(x) + 1, round(y) + 1).grow(radius, radius))
    if wear.tears or wear.holes:
        rows, columns = np.nonzero(gone)
        _light_rim(sheet, gone, dpi)
        sheet[rows, columns] = np.float32(below)
    return tuple(holes)


def _fold(
    sheet: Reflectance, n: int, strength: float, dpi: float, rng: np.random.Generator
) -> None:
    """One fold across the sheet, the first ones flat and in its middle as a letter is folded."""
    height, width = sheet.shape[:2]
    flat = n % 2 == 0
    long, across = (width, height) if flat else (height, width)
    at = across * float(rng.choice([1 / 3, 0.5, 2 / 3]) + rng.normal(0, 0.02))
    slope, reach = float(rng.normal(0, 0.004)), int(mm_to_px(2.5, dpi)) + 2
    middle = at + slope * (np.arange(long) - long / 2)
    middle += np.interp(np.arange(long), np.linspace(0, long, 40), rng.normal(0, 0.6, 40))
    low = int(max(0, middle.min() - reach))
    high = int(min(across, middle.max() + reach))
    if high <= low:
        return
    off = np.arange(low, high, dtype=np.float32)[:, None] - middle[None, :].astype(np.float32)
    off /= np.float32(mm_to_px(1.0, dpi))  # (rows, long) mm beside the fold
    raw = rng.standard_normal((max(2, (high - low) // 2), max(2, long // 2)), dtype=np.float32)
    rough = cv2.resize(raw, (long, high - low))
    lost = np.clip(strength * (1.1 + rough) * np.exp(-((off / 0.22) ** 2)), 0, 0.9)
    shade = 1 - 0.25 * strength * (np.exp(-(((off - 0.35) / 0.5) ** 2)))
    shade += 0.10 * strength * np.exp(-(((off + 0.9) / 0.7) ** 2))
    band = sheet[low:high] if flat else sheet[:, low:high].transpose(1, 0, 2)
    paper = np.median(band[::3, ::31], axis=(0, 1)) * np.float32(1.06)
    band += lost[..., None] * (paper - band)
    band *= shade[..., None]
    np.clip(band, 0, 1, out=band)


def _scratch(sheet: Reflectance, number: int, dpi: float, rng: np.random.Generator) -> None:
    """Bright crooked scratches and cracks of the surface, down the sheet and near each other."""
    height, width = sheet.shape[:2]
    places = rng.random((1 + number // 5, 2)) * (width, height)
    lines = np.zeros((height, width), dtype=np.uint8)
    for _ in range(number):
        length = mm_to_px(float(rng.uniform(8, 60)), dpi)
        place = places[int(rng.integers(len(places)))]
        start = place + rng.normal(0, mm_to_px(CRACKED_MM, dpi), 2) * (0.4, 1.0)
        heading = np.pi / 2 + np.cumsum(rng.normal(0, 0.28, 24))
        steps = np.stack([np.cos(heading), np.sin(heading)], 1) * length / 24
        points = (start + np.cumsum(steps, 0)) * 8
        thick = max(1, round(mm_to_px(float(rng.uniform(0.05, 0.28)), dpi)))
        shade = float(rng.uniform(110, 255))
        line = points.round().astype(np.int32)
        cv2.polylines(lines, [line], False, shade, thick, cv2.LINE_AA, 3)
    lost = cv2.GaussianBlur(lines, (0, 0), max(0.5, mm_to_px(0.06, dpi)))
    rows = np.flatnonzero(lost.any(axis=1))
    if not len(rows):
        return
    here, part = sheet[rows[0] : rows[-1] + 1], lost[rows[0] : rows[-1] + 1]
    light = np.float32(1.12) * np.median(sheet[::31, ::31], axis=(0, 1))
    here += part[..., None].astype(np.float32) / np.float32(330) * (np.minimum(light, 1) - here)


def _tear(size: tuple[int, int], dpi: float, rng: np.random.Generator) -> npt.NDArray[np.int32]:
    """(N, 2) outline of what is torn off: a corner, or a notch at an edge."""
    width, height = size
    if rng.random() < 0.5:
        a, b = (mm_to_px(float(v), dpi) for v in rng.uniform(5, 22, 2))
        path = np.array([(a, 0.0), (0.0, b)])
        outline = [(0.0, 0.0)]
    else:
        y, half = float(rng.uniform(0.05, 0.95)) * height, mm_to_px(float(rng.uniform(2, 7)), dpi)
        deep = mm_to_px(float(rng.uniform(3, 12)), dpi)
        path = np.array([(0.0, y - half), (deep, y), (0.0, y + half)])
        outline = [(-9.0, y)]
    t = np.linspace(0, len(path) - 1, 60)
    ragged = np.stack([np.interp(t, np.arange(len(path)), path[:, k]) for k in (0, 1)], 1)
    ragged[1:-1] += np.cumsum(rng.normal(0, mm_to_px(0.14, dpi), (58, 2)), 0)
    points = np.concatenate([ragged, np.array(outline)])
    if rng.random() < 0.5:
        points[:, 0] = width - points[:, 0]
    if rng.random() < 0.5:
        points[:, 1] = height - points[:, 1]
    return points.round().astype(np.int32)


def _light_rim(sheet: Reflectance, gone: npt.NDArray[np.uint8], dpi: float) -> None:
    """Torn paper shows its white inside along the tear."""
    side = max(3, round(mm_to_px(0.7, dpi)) | 1)
    rows, columns = np.nonzero(cv2.dilate(gone, np.ones((side, side), np.uint8)))
    sheet[rows, columns] += np.float32(0.35) * (1 - sheet[rows, columns])
