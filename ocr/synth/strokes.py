"""What many strokes of a typewriter print, worked out together: from types to ink on the sheet.

A type is the signed distance from a letter's outline. Each stroke sets it down through an affine
map of its own; then the strokes of a line are one array, and what ink, ribbon and paper do to them
is done to all at once: five times as fast as stroke by stroke.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Box

Coverage = npt.NDArray[np.float32]
"""(H, W) 0–1: how much of a pixel a layer of ink covers."""
Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.intp]

TILE = 512  # side of the textures of ribbon and paper, in pixels
INK_SEEN = 0.2  # coverage from which the eye, and the truth box, counts a pixel as ink
FAR_OUTSIDE = -9.0  # pixels from any outline: no ink runs there
FULL = 1.1  # of what clogs a type prints black at most


@dataclass(frozen=True, slots=True, eq=False)
class Type:
    """A piece of type and its own errors; `scale` pixels of its field make one of the page.

    field    (h, w, 2) float32: distance inward from the outline in pixels of the page, and what
             is clogged, 0–1
    origin   middle of its foot on the baseline, in the field
    share    (x, y) of the head that carries it: as far as this it leans with the head
    offset   own (dx, dy) in pixels of the page; `clogged` 0–1; `flat` (x, y) slope of force
    spread_px  standard deviation of how far the ink of its strokes runs
    """

    field: npt.NDArray[np.float32]
    origin: tuple[float, float]
    scale: float
    share: tuple[float, float]
    offset: tuple[float, float]
    tilt_deg: float
    clogged: float
    spread_px: float
    flat: tuple[float, float]

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of what it covers of a page."""
        return int(self.field.shape[1] / self.scale) + 2, int(self.field.shape[0] / self.scale) + 2


class Blows(NamedTuple):
    """Strokes to come, N of them; all but `types` (N,) arrays.

    x, y and tilt_deg say where the middle of the foot lands, in pixels of the page; run_px how far
    ink runs beyond the outline; clogged 0–1; force the blackness, which changes from side to side
    by twice `across` and from top to foot by twice `along`.
    """

    types: list[Type]
    x: Floats
    y: Floats
    tilt_deg: Floats
    run_px: Floats
    clogged: Floats
    force: Floats
    across: Floats
    along: Floats


class Prints(NamedTuple):
    """cover (N, h, w): ink of each stroke; left and top (N,): where on the page that lies.

    high (N,): how many of the rows a stroke takes up; the others are empty.
    """

    cover: Coverage
    left: Whole
    top: Whole
    high: Whole


def print_strokes(blows: Blows, edges: Coverage, weave: Coverage) -> Prints:
    """The ink of each stroke alone.

    `edges` and `weave` (TILE, TILE) are by how many pixels an outline strays, and a factor of ink.
    """
    types = blows.types
    sizes, shares = np.array([t.size for t in types]), np.array([t.share for t in types])
    field, left, top = _set_down(blows, sizes)
    high, wide = field.shape[1:3]
    i, j = top % (TILE // 2), left % (TILE // 2)
    cover = _windows(edges, (high, wide))[i, j]
    cover += field[..., 0]
    cover += _each(blows.run_px + 0.5)
    np.clip(cover, 0, 1, out=cover)
    if blows.clogged.any():
        clogged = field[..., 1] * _each(np.clip(blows.clogged, 0, FULL))
        np.maximum(cover, clogged, out=cover)
    ramps = [
        slope[:, None] * share[:, None] * (2 * np.arange(n) / (size[:, None] - 1) - 1)
        for slope, share, size, n in zip(
            (blows.across, blows.along), shares.T, sizes.T, (wide, high), strict=True
        )
    ]
    rows = (blows.force[:, None] + ramps[1]).astype(np.float32)
    cover *= rows[:, :, None] + ramps[0].astype(np.float32)[:, None, :]
    cover *= _windows(weave, (high, wide))[i, j]
    return Prints(np.clip(cover, 0, 1, out=cover), left, top, sizes[:, 1])


def _set_down(blows: Blows, sizes: Whole) -> tuple[npt.NDArray[np.float32], Whole, Whole]:
    """The types' fields (N, h, w, 2) on the page, and the left and top pixels of these patches.

    `sizes` (N, 2): width and height of each; the rest of a patch is far outside.
    """
    types = blows.types
    ox, oy, scale = np.array([(*t.origin, t.scale) for t in types]).T
    left = np.floor(blows.x - ox / scale).astype(np.intp)
    top = np.floor(blows.y - oy / scale).astype(np.intp)
    turn = np.deg2rad(blows.tilt_deg)
    cos, sin = np.cos(turn) / scale, np.sin(turn) / scale
    matrices = np.empty((len(types), 2, 3))
    matrices[:, 0, 0], matrices[:, 0, 1], matrices[:, 1, 0], matrices[:, 1, 1] = cos, -sin, sin, cos
    matrices[:, 0, 2] = blows.x - left - cos * ox + sin * oy - 0.5
    matrices[:, 1, 2] = blows.y - top - sin * ox - cos * oy - 0.5
    wide, high = sizes.max(axis=0).tolist()
    # pairs are filled in as complex numbers, ten times as fast as one by one
    pairs = np.full((len(types), high, wide), FAR_OUTSIDE, dtype=np.complex64)
    out = pairs.view(np.float32).reshape(len(types), high, wide, 2)
    border = cv2.BORDER_CONSTANT
    for kind, matrix, (w, h), patch in zip(types, matrices, sizes.tolist(), out, strict=True):
        here = patch[:h, :w]
        cv2.warpAffine(
            kind.field, matrix, (w, h), here, cv2.INTER_LINEAR, border, (FAR_OUTSIDE, 0.0)
        )
    return out, left, top


def _windows(tile: Coverage, size: tuple[int, int]) -> Coverage:
    """(rows, columns, h, w) view of every part of a tile."""
    return np.lib.stride_tricks.sliding_window_view(tile, size)


def _each(values: Floats) -> npt.NDArray[np.float32]:
    return values.astype(np.float32)[:, None, None]


def lay_on(ink: Coverage, prints: Prints) -> None:
    """Lay strokes over the ink that is there and over each other, in place."""
    _, h, w = prints.cover.shape
    left, top = int(prints.left.min()), int(prints.top.min())
    box = Box(left, top, int(prints.left.max()) + w, int(prints.top.max()) + h)
    # what is left of the paper's white: one product for each stroke
    bare = np.ones((box.height, box.width), dtype=np.float32)
    kept = 1 - prints.cover
    rows, columns = (prints.top - top).tolist(), (prints.left - left).tolist()
    for part, y, x in zip(kept, rows, columns, strict=True):
        bare[y : y + h, x : x + w] *= part
    seen = box.clip(ink.shape[1], ink.shape[0])
    here = ink[seen.top : seen.bottom, seen.left : seen.right]
    bare = bare[seen.top - top : seen.bottom - top, seen.left - left : seen.right - left]
    here += (1 - bare) * (1 - here)


def boxes_of(prints: Prints, size: tuple[int, int]) -> list[Box]:
    """The visible ink of each stroke, as far as it is on a sheet of `size` = (width, height)."""
    seen = prints.cover > INK_SEEN
    ends = []
    for at, across, length in ((prints.left, 1, size[0]), (prints.top, 2, size[1])):
        line = np.logical_or.reduce(seen, axis=across)
        first, last = line.argmax(axis=1), line.shape[1] - line[:, ::-1].argmax(axis=1)
        last = np.where(np.logical_or.reduce(line, axis=1), last, first)
        ends += [np.clip(at + first, 0, length), np.clip(at + last, 0, length)]
    return [Box(*row) for row in np.stack([ends[0], ends[2], ends[1], ends[3]], 1).tolist()]


def feet(prints: Prints, chosen: npt.NDArray[np.bool_], part: float) -> Prints:
    """Of the strokes `chosen` (N,), what lies within the lower `part` of each."""
    cover, high = prints.cover[chosen], prints.high[chosen]
    below = np.arange(cover.shape[1]) >= (high * (1 - part)).astype(np.intp)[:, None]
    cover *= below[:, :, None].astype(np.float32)
    return Prints(cover, prints.left[chosen], prints.top[chosen], high)
