"""Small helpers on pixel arrays that more than one stage needs: crop, warp, components.

Arrays follow the conventions of `ocr.geometry`: uint8 with 0 = black, masks True = ink.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Affine, Bend, Box, Gray, Mask, Pixels

WHITE = 255

_Scalar = TypeVar("_Scalar", bound=np.generic)


def to_gray(pixels: Pixels) -> Gray:
    """(H, W) or (H, W, 3) RGB to (H, W) luminance."""
    if pixels.ndim == 2:
        return pixels
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)


def crop(image: npt.NDArray[_Scalar], box: Box) -> npt.NDArray[_Scalar]:
    """The part of `image` inside `box`; what lies outside the image is left away. A view."""
    height, width = image.shape[:2]
    b = box.clip(width, height)
    return image[b.top : b.bottom, b.left : b.right]


def tight(mask: Mask) -> Box:
    """The box around what is True; empty where nothing is."""
    left, top, width, height = cv2.boundingRect(np.ascontiguousarray(mask).view(np.uint8))
    return Box(left, top, left + width, top + height)


def warp(
    image: Pixels,
    to_new: Affine,
    size: tuple[int, int],
    fill: int = WHITE,
    *,
    sharp: bool = False,
) -> Pixels:
    """Resample `image` under `to_new` (old pixels to new ones) onto a canvas (width, height).

    Bilinear, cubic where the map enlarges or `sharp` is asked for, area-averaged where it shrinks
    by more than 1.5.
    Corners outside the old image are filled with `fill`. Pixel centres lie at +0.5, so scalings
    do not shift the image.
    """
    shrink = 1.0 / max(1e-9, abs(to_new.a * to_new.e - to_new.b * to_new.d) ** 0.5)
    if shrink > 1.5:
        image = cv2.blur(image, (round(shrink), round(shrink))).astype(np.uint8, copy=False)
    centred = Affine.translation(0.5, 0.5).then(to_new).then(Affine.translation(-0.5, -0.5))
    matrix = np.array(
        [[centred.a, centred.b, centred.c], [centred.d, centred.e, centred.f]], dtype=np.float64
    )
    out = cv2.warpAffine(
        image,
        matrix,
        size,
        flags=cv2.INTER_CUBIC if sharp or shrink < 0.8 else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(fill, fill, fill),
    )
    return out.astype(np.uint8, copy=False)


def levels_at(image: Gray, percent: tuple[float, ...], among: Mask) -> tuple[float, ...]:
    """Percentiles of the grey levels of `image` (H, W) where `among` (H, W) is True.

    By a histogram, which takes a twentieth of the time of sorting; at least one pixel is True.
    """
    held = np.ascontiguousarray(among).view(np.uint8)
    counts = cv2.calcHist([image], [0], held, [256], [0.0, 256.0])
    reached = np.cumsum(counts.ravel().astype(np.int64))
    places = np.array(percent) / 100 * (reached[-1] - 1)
    below = np.floor(places).astype(np.int64)
    low, high = (np.searchsorted(reached, p, side="right") for p in (below, np.ceil(places)))
    return tuple(float(v) for v in low + (places - below) * (high - low))


BAND = 256  # rows laid down at once, a multiple of `MAP_STEP`: their maps stay in the cache
MAP_STEP = 16  # pixels between points at which a bend is worked out: it is smooth over hundreds


def flatten_lines(
    image: Pixels,
    to_image: Bend,
    size: tuple[int, int],
    fill: int = WHITE,
    *,
    sharp: bool = False,
) -> Pixels:
    """Resample `image` onto a canvas (width, height), whose points `to_image` maps to the image.

    Bilinear, or cubic if `sharp`; what lies outside the image is filled with `fill`.
    """
    width, height = size
    cells = [np.arange(-1, -(-length // MAP_STEP) + 1) for length in size]
    x, y = (np.asarray((c + 0.5) * MAP_STEP, dtype=np.float64) for c in cells)
    grids = [(grid - 0.5).astype(np.float32) for grid in to_image.points(x[None, :], y[:, None])]
    out = np.empty((height, width, *image.shape[2:]), np.uint8)
    how = cv2.INTER_CUBIC if sharp else cv2.INTER_LINEAR
    white = (fill, fill, fill)
    for top in range(0, height, BAND):
        rows = min(BAND, height - top)
        first, count = top // MAP_STEP, -(-rows // MAP_STEP) + 2
        maps = [
            cv2.resize(grid[first : first + count], (len(x) * MAP_STEP, count * MAP_STEP))[
                MAP_STEP : MAP_STEP + rows, MAP_STEP : MAP_STEP + width
            ]
            for grid in grids
        ]
        out[top : top + rows] = cv2.remap(
            image, maps[0], maps[1], how, borderMode=cv2.BORDER_CONSTANT, borderValue=white
        )
    return out


class Components(NamedTuple):
    """Connected groups of ink (8 neighbours); row i of each array belongs to label i + 1.

    labels (H, W) int32 or uint16, 0 = background; left, top, width, height, area (N,) int32.
    """

    labels: npt.NDArray[np.int32] | npt.NDArray[np.uint16]
    left: npt.NDArray[np.int32]
    top: npt.NDArray[np.int32]
    width: npt.NDArray[np.int32]
    height: npt.NDArray[np.int32]
    area: npt.NDArray[np.int32]

    def box(self, i: int) -> Box:
        left, top = int(self.left[i]), int(self.top[i])
        return Box(left, top, left + int(self.width[i]), top + int(self.height[i]))

    def mask(self, keep: npt.NDArray[np.bool_]) -> Mask:
        """(H, W): True on the components whose entry in `keep` (N,) is True."""
        kept = np.flatnonzero(keep)
        if len(kept) <= FEW_COMPONENTS:  # each in its box: the page is not looked through
            out = np.zeros(self.labels.shape, dtype=np.bool_)
            for i in kept:
                box = self.box(int(i))
                here = slice(box.top, box.bottom), slice(box.left, box.right)
                out[here] |= self.labels[here] == i + 1
            return out
        table = np.concatenate([[False], keep])
        return np.take(table, self.labels)


FEW_COMPONENTS = 40
MOST_SHORT_LABELS = 65_000  # of 65 535 that fit in two bytes


SPARSE = 0.5
"""Share of the rows without ink from which they are left out, all but one between two groups."""


def components(ink: Mask) -> Components:
    """Label the ink of a mask; labels of two bytes, where they do, take a third of the time."""
    pixels = np.ascontiguousarray(ink).view(np.uint8)
    inked = np.concatenate([pixels.view(np.bool_).any(axis=1), [False]])
    if 0 < np.count_nonzero(inked) < SPARSE * len(pixels):
        rows = np.flatnonzero(inked[:-1] | inked[1:])  # with the empty one above each group
        found = _components(np.ascontiguousarray(pixels[rows]))
        labels = np.zeros(pixels.shape, dtype=found.labels.dtype)
        labels[rows] = found.labels
        return found._replace(labels=labels, top=rows[found.top].astype(np.int32))
    return _components(pixels)


def _components(pixels: npt.NDArray[np.uint8]) -> Components:
    short = _most_components(pixels) <= MOST_SHORT_LABELS
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        pixels, connectivity=8, ltype=cv2.CV_16U if short else cv2.CV_32S
    )
    left, top, width, height, area = np.ascontiguousarray(stats[1:].T, dtype=np.int32)
    numbers: npt.NDArray[np.int32] | npt.NDArray[np.uint16] = (
        np.asarray(labels, dtype=np.uint16) if short else np.asarray(labels, dtype=np.int32)
    )
    return Components(numbers, left, top, width, height, area)


def _most_components(pixels: npt.NDArray[np.uint8]) -> int:
    """No mask (H, W) of 0 and 1 has more: each has a pixel with no ink above it and none before.

    That is its first pixel in reading order, with nothing in the row above that touches it.
    """
    height, width = pixels.shape
    wide = np.zeros((height + 1, width + 2), dtype=np.uint8)
    wide[1:, 1:-1] = pixels
    seen = wide[:-1, :-2] | wide[:-1, 1:-1]
    seen |= wide[:-1, 2:]
    seen |= wide[1:, :-2]
    return int(np.count_nonzero(pixels > seen))


CHAIN = (0.25, 1.3)
"""Width in x-heights of brackets that touch from line to line; rules are thinner."""
CHAIN_INK = 0.6
"""Share of its box that their ink fills at most; that of a rule fills it."""


def find_chains(found: Components, x_height: float) -> npt.NDArray[np.bool_]:
    """(N,) whether a component is no wider than a letter, and no rule.

    If it is many lines high it is brackets of points, `а)`, on lines so close that they touch.
    """
    narrow = (found.width > CHAIN[0] * x_height) & (found.width < CHAIN[1] * x_height)
    return np.asarray(narrow & (found.area < CHAIN_INK * found.width * found.height))
