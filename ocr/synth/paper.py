"""The sheet itself: tone, cloudiness, fibres and browned edges.

Paper of the late forties is wood pulp: cream to brown, cloudy over centimetres, with fibres that
stand out darker or lighter, and browner where the air came to it, at the edges.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import mm_to_px

Reflectance = npt.NDArray[np.float32]
"""(H, W, 3) RGB, 0–1."""


@dataclass(frozen=True, slots=True)
class Paper:
    """How a sheet looks; all strengths as parts of its brightness.

    rgb        colour of the blank paper
    clouds     unevenness over centimetres
    fibres     contrast of single fibres; `fibres_per_cm2` of them
    tooth      roughness from pixel to pixel
    browning   how much darker the very edge is; it fades over `browned_mm`
    """

    rgb: tuple[int, int, int] = (233, 222, 199)
    clouds: float = 0.008
    fibres: float = 0.05
    fibres_per_cm2: float = 2.5
    tooth: float = 0.012
    browning: float = 0.12
    browned_mm: float = 14.0


def make_paper(
    paper: Paper, size: tuple[int, int], dpi: float, rng: np.random.Generator
) -> Reflectance:
    """A blank sheet of `size` = (width, height) pixels."""
    width, height = size
    light = 1 + paper.clouds * cloud(size, mm_to_px(18, dpi), rng)
    light += paper.clouds / 2 * cloud(size, mm_to_px(3, dpi), rng)
    light += paper.tooth * rng.normal(size=(height, width)).astype(np.float32)
    light -= paper.fibres * _fibres(paper, size, dpi, rng)
    brown = paper.browning * _near_edge(size, mm_to_px(paper.browned_mm, dpi), rng)
    tone = np.array(paper.rgb, dtype=np.float32) / 255
    # age takes the blue first
    taken = np.array([0.7, 1.0, 1.5], dtype=np.float32)
    out = tone * light[..., None] * (1 - brown[..., None] * taken)
    return np.asarray(np.clip(out, 0, 1), dtype=np.float32)


def cloud(
    size: tuple[int, int], scale_px: float, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """(H, W) smooth noise, mean 0, standard deviation about 1, that changes over `scale_px`."""
    width, height = size
    cells = (max(4, round(height / scale_px) + 3), max(4, round(width / scale_px) + 3))
    small = rng.normal(size=cells).astype(np.float32)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.float32)


def _fibres(
    paper: Paper, size: tuple[int, int], dpi: float, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """(H, W) -1–1: short curved threads, most of them darker than the sheet."""
    width, height = size
    area_cm2 = width * height / mm_to_px(10, dpi) ** 2
    dark, bright = np.zeros((2, height, width), dtype=np.uint8)
    for _ in range(round(area_cm2 * paper.fibres_per_cm2)):
        x, y, turn, bend, strength = rng.random(5)
        length = mm_to_px(0.4 + 2.0 * rng.random() ** 2, dpi)
        t = np.linspace(0, 1, 6)
        heading = 2 * np.pi * turn + (bend - 0.5) * 3 * t
        points = np.cumsum(np.stack([np.cos(heading), np.sin(heading)], 1) * length / 6, 0)
        points = (points + np.array([x * width, y * height])) * 8
        where = dark if strength > 0.25 else bright
        line = points.round().astype(np.int32)
        cv2.polylines(where, [line], False, 60 + 190 * float(strength), 1, cv2.LINE_AA, 3)
    threads = dark.astype(np.float32) - bright.astype(np.float32)
    return cv2.GaussianBlur(threads / 255, (0, 0), 0.7).astype(np.float32)


def _near_edge(
    size: tuple[int, int], fade_px: float, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """(H, W) 0–1: 1 at the edge, fading inwards over an uneven distance."""
    width, height = size
    x = np.minimum(np.arange(width), np.arange(width)[::-1]).astype(np.float32)
    y = np.minimum(np.arange(height), np.arange(height)[::-1]).astype(np.float32)
    uneven = 1 + 0.35 * cloud(size, fade_px * 2, rng)
    reach = np.maximum(uneven, 0.3) * fade_px
    depth = np.minimum(x[None, :], y[:, None])
    return np.asarray(np.exp(-depth * 3 / reach), dtype=np.float32)
