"""The sheet itself: tone, cloudiness, fibres, browned edges, stains, and the type of the verso.

Paper of the late forties is wood pulp: cream to brown, cloudy over centimetres, with fibres that
stand out darker or lighter, and browner where the air came to it, at the edges. Water leaves
patches with a ragged, darker rim. What changes over millimetres is drawn coarsely and enlarged.

A sheet lies in memory colour by colour, for most of what happens to it happens to one colour, and
whole planes are worked on several times as fast as every third value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import mm_to_px

Reflectance = npt.NDArray[np.float32]
"""(H, W, 3) RGB, or (H, W, 1) grey, 0–1; each [..., n] is one plane in memory."""

COARSE_DPI = 50.0  # clouds, stains and browning have nothing finer
NOISE_PX = 512
LUMINANCE = (0.299, 0.587, 0.114)  # of red, green and blue, as scanners reckon it
AGED = (0.7, 1.0, 1.5)  # how much of red, green and blue age takes: the blue first
SHADES = 8  # of fibres; those in the first quarter are brighter than the paper
FINEST_MM = 1.0  # of the ragged rims of stains


@dataclass(frozen=True, slots=True)
class Paper:
    """How a sheet looks; all strengths as parts of its brightness.

    rgb        colour of the blank paper
    clouds     unevenness over centimetres
    fibres     contrast of single fibres; `fibres_per_cm2` of them
    tooth      roughness from pixel to pixel
    browning   how much darker the very edge is; it fades over `browned_mm`
    stains     how much darker or lighter water left patches; `stained` part of the sheet
    dirt       specks on a square decimetre
    bleeding   how much of the verso's type shines through
    """

    rgb: tuple[int, int, int] = (233, 222, 199)
    clouds: float = 0.008
    fibres: float = 0.05
    fibres_per_cm2: float = 2.5
    tooth: float = 0.012
    browning: float = 0.12
    browned_mm: float = 14.0
    stains: float = 0.0
    stained: float = 0.3
    dirt: float = 0.0
    bleeding: float = 0.0


def make_paper(
    paper: Paper,
    size: tuple[int, int],
    dpi: float,
    rng: np.random.Generator,
    *,
    gray: bool = False,
) -> Reflectance:
    """A blank sheet of `size` = (width, height) pixels, without its colour if `gray`."""
    small = _coarse(paper, size, dpi, rng, gray)
    planes = np.empty((len(small), size[1], size[0]), dtype=np.float32)
    for plane, coarse in zip(planes, small, strict=True):
        cv2.resize(coarse, size, plane, interpolation=cv2.INTER_LINEAR)
    if paper.tooth or paper.fibres:
        light = noise(size, 0.0, rng)
        light *= np.float32(paper.tooth)
        light += np.float32(1)
        if paper.fibres:
            light -= _fibres(paper, size, dpi, rng)
        if paper.dirt:
            light *= _dirt(paper, size, dpi, rng)
        planes *= light
    return np.moveaxis(np.minimum(planes, np.float32(1), out=planes), 0, -1)


def tones(rgb: tuple[int, int, int], channels: int) -> tuple[float, ...]:
    """A colour as parts of white, one for each of three channels or its luminance for one."""
    parts = tuple(value / 255 for value in rgb)
    if channels == 3:
        return parts
    return (sum(part * share for part, share in zip(parts, LUMINANCE, strict=True)),)


def bleed(
    ink: npt.NDArray[np.float32], paper: Paper, dpi: float, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """(H, W) 0–1: type on the verso as it shines through a sheet that bears `ink` (H, W) itself.

    The verso is typed like the recto; so this sheet's own type is turned over and displaced.
    """
    dy = round(mm_to_px(float(rng.uniform(-2.0, 2.0)), dpi))
    dx = round(mm_to_px(float(rng.uniform(-12.0, 12.0)), dpi))
    other = np.roll(cv2.flip(ink, 1), (dy, dx), (0, 1))
    soft = cv2.GaussianBlur(other, (0, 0), max(0.5, mm_to_px(0.16, dpi)))
    return np.asarray(paper.bleeding * soft, dtype=np.float32)


def noise(
    size: tuple[int, int], grain_px: float, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """(H, W) noise of mean 0 and standard deviation 1, in grains of `grain_px`.

    It repeats after NOISE_PX, which neither an eye nor a filter as large as a letter can see.
    """
    width, height = size
    tile = white_noise((min(height, NOISE_PX), min(width, NOISE_PX)), rng)
    if grain_px > 0.3:
        tile = cv2.GaussianBlur(tile, (0, 0), grain_px).astype(np.float32, copy=False)
        tile /= tile.std()
    below, beside = height - tile.shape[0], width - tile.shape[1]
    whole = cv2.copyMakeBorder(tile, 0, below, 0, beside, cv2.BORDER_WRAP)
    return whole.astype(np.float32, copy=False)


def white_noise(shape: tuple[int, int], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """`shape` noise of mean 0 and standard deviation 1, no value beyond 3.5.

    The sum of four even draws: no eye tells it from a normal one, which takes six times as long.
    """
    drawn = np.frombuffer(rng.bytes(4 * shape[0] * shape[1]), np.uint8).reshape(4, *shape)
    total = cv2.add(drawn[0], drawn[1], dtype=cv2.CV_32F)
    total += drawn[2]
    total += drawn[3]
    total -= np.float32(510)
    total *= np.float32(1 / math.sqrt(4 * (256**2 - 1) / 12))
    return np.asarray(total, dtype=np.float32)


def cloud(
    size: tuple[int, int], scale_px: float, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """(H, W) smooth noise, mean 0, standard deviation about 1, that changes over `scale_px`."""
    width, height = size
    cells = (max(4, round(height / scale_px) + 3), max(4, round(width / scale_px) + 3))
    small = rng.standard_normal(cells, dtype=np.float32)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.float32)


def _coarse(
    paper: Paper, size: tuple[int, int], dpi: float, rng: np.random.Generator, gray: bool
) -> list[npt.NDArray[np.float32]]:
    """(h, w) brightness of each channel at COARSE_DPI: tone, clouds, stains and brown edges."""
    fine = min(dpi, COARSE_DPI)
    small = (max(8, round(size[0] * fine / dpi)), max(8, round(size[1] * fine / dpi)))
    light = 1 + paper.clouds * cloud(small, mm_to_px(18, fine), rng)
    light += paper.clouds / 2 * cloud(small, mm_to_px(3, fine), rng)
    if paper.stains:
        light *= _stains(paper, small, fine, rng)
    brown = paper.browning * _near_edge(small, mm_to_px(paper.browned_mm, fine), rng)
    taken = (1.0,) if gray else AGED
    shades = zip(tones(paper.rgb, len(taken)), taken, strict=True)
    return [np.asarray(light * (tone - tone * part * brown), np.float32) for tone, part in shades]


def _stains(
    paper: Paper, size: tuple[int, int], dpi: float, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """(h, w) factor: patches that water left, with ragged rims, some darker and some lighter."""
    out = np.ones(size[::-1], dtype=np.float32)
    for scale_mm, part in ((110.0, 1.0), (35.0, 0.45)):
        level = cloud(size, mm_to_px(scale_mm, dpi), rng)
        level += 0.22 * cloud(size, mm_to_px(scale_mm / 7, dpi), rng)
        level += 0.12 * cloud(size, mm_to_px(2 * FINEST_MM, dpi), rng)
        inside = level - np.quantile(level, 1 - paper.stained * part)
        soft = 1 / (1 + np.exp(-inside * np.float32(8)))
        rim = np.exp(-((inside * np.float32(9)) ** 2))
        sign = 1.0 if rng.random() < 0.6 else -0.7
        out *= 1 - paper.stains * part * (sign * soft + 0.35 * rim)
    return np.asarray(out, dtype=np.float32)


def _dirt(
    paper: Paper, size: tuple[int, int], dpi: float, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """(H, W) factor: specks and short smears."""
    width, height = size
    specks = np.full((height, width), 255, dtype=np.uint8)
    number = rng.poisson(paper.dirt * width * height / mm_to_px(100, dpi) ** 2)
    for x, y, big, dark, turn in rng.random((int(number), 5)):
        radius = mm_to_px(0.05 + 0.35 * float(big) ** 5, dpi)
        axes = (max(1, round(16 * radius)), max(1, round(16 * radius * (0.4 + 0.6 * dark))))
        at = (round(16 * x * width), round(16 * y * height))
        shade = 90 + 130 * float(dark)
        cv2.ellipse(specks, at, axes, 360 * turn, 0, 360, shade, -1, cv2.LINE_AA, 4)
    return cv2.GaussianBlur(specks, (0, 0), 0.7) * np.float32(1 / 255)


def _fibres(
    paper: Paper, size: tuple[int, int], dpi: float, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """(H, W) how much darker short curved threads are than the sheet; some are brighter."""
    width, height = size
    area_cm2 = width * height / mm_to_px(10, dpi) ** 2
    threads = np.full((height, width), 128, dtype=np.uint8)
    drawn = rng.random((round(area_cm2 * paper.fibres_per_cm2), 6))
    x, y, turn, bend, _, long = drawn.T[..., None]
    length = mm_to_px(1.0, dpi) * (0.4 + 2.0 * long**2)
    heading = 2 * np.pi * turn + (bend - 0.5) * 3 * np.linspace(0, 1, 6)
    steps = np.stack([np.cos(heading), np.sin(heading)], 2) * length[..., None] / 6
    points = (np.cumsum(steps, 1) + np.stack([x * width, y * height], 2)) * 8
    lines = points.round().astype(np.int32)
    for n in range(SHADES):
        mine = lines[np.floor(drawn[:, 4] * SHADES) == n]
        sign = 1 if n >= SHADES // 4 else -1
        shade = 128 + sign * 127 * (0.25 + 0.75 * (n + 0.5) / SHADES)
        cv2.polylines(threads, list(mine), False, shade, 1, cv2.LINE_AA, 3)
    soft = cv2.GaussianBlur(threads, (0, 0), 0.7)
    scale = np.float32(paper.fibres / 127)
    return soft * scale - np.float32(128) * scale


def _near_edge(
    size: tuple[int, int], fade_px: float, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """(H, W) 0–1: 1 at the edge, fading inwards over an uneven distance."""
    width, height = size
    x = np.minimum(np.arange(width), np.arange(width)[::-1]).astype(np.float32)
    y = np.minimum(np.arange(height), np.arange(height)[::-1]).astype(np.float32)
    near = np.minimum(x[None, :], y[:, None])
    near *= np.clip(1 + 0.35 * cloud(size, max(size) / 6, rng), 0.3, 2.0)
    return np.exp(-near / max(1.0, fade_px)).astype(np.float32)
