"""The two nets that weigh shapes: where marks may lie, and which pixels there are marks'.

`where` looks at the whole page at 50 dpi and names squares of 4 mm that bear marks, 7 ms a page;
`which` looks at blocks of 24 mm that cover such squares at 150 dpi, with what `where` has seen up
to 30 mm around, and tells pixels of marks from pixels of type, 1 ms a block. Squares that `where`
half believes, with none beside them that it is sure of, are not looked at. `ocr/train/marks_net.py`
has their layers and how they were trained.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Box, Gray, Mask, hull
from ocr.prepare.illumination import PAPER
from ocr.prepare.unmix import anchored
from ocr.raster import crop
from ocr.raster.network import Network

NET_DPI = 150.0  # px per inch at which the nets were trained: a stroke is two or three px wide
REDUCED = 3  # `where` sees a third of that
CELL = 8 * REDUCED  # px at `NET_DPI` in a square of `where`
BLOCK, AROUND = 6, 1  # squares that `which` sees at once, and more on every side
REACH = 24  # px at `NET_DPI` around the blocks: ink that touches or follows what lies in them
WHERE_OVER = 0.3  # how sure `where` has to be: what it misses is missed for good
WHERE_SURE = 0.6  # and of one of the squares that touch each other

Floats = npt.NDArray[np.float32]


def mark_share(small: Gray) -> tuple[Box | None, Floats]:
    """The box around what was looked at; and how likely each pixel of it is a mark's, 0–1.

    small  (h, w) uint8, flattened, at `NET_DPI`
    """
    height, width = small.shape
    rows, columns = -(-height // CELL), -(-width // CELL)
    side, around = BLOCK * CELL, AROUND * CELL
    wide = cv2.copyMakeBorder(
        small,
        *(around, rows * CELL - height + side + around),
        *(around, columns * CELL - width + side + around),
        cv2.BORDER_CONSTANT,
        value=PAPER,
    )
    page = wide[around : around + rows * CELL, around : around + columns * CELL]
    seen = _seen(np.asarray(page, np.uint8))
    blocks = [
        Box(c * CELL, r * CELL, c * CELL + side, r * CELL + side)
        for r, c in _blocks(_squares(seen))
    ]
    if not blocks:
        return None, np.zeros((0, 0), np.float32)
    looked_at = hull(blocks).grow(REACH, REACH).clip(width, height)
    out = np.zeros((looked_at.height, looked_at.width), np.float32)
    context = np.pad(seen, ((0, 0), (AROUND, BLOCK + AROUND), (AROUND, BLOCK + AROUND)))
    for block in blocks:
        # always of one size, for which the net keeps its memory
        part = crop(wide, block.grow(around, around).shift(around, around))
        row, column, more = block.top // CELL, block.left // CELL, BLOCK + 2 * AROUND
        told = context[:, row : row + more, column : column + more]
        logits = _pixels(
            _run("which", dark=_darkness(np.asarray(part, np.uint8))[None], context=told)
        )
        here = crop(out, block.shift(-looked_at.left, -looked_at.top))
        inner = logits[around:-around, around:-around][: here.shape[0], : here.shape[1]]
        here[:] = 1.0 / (1.0 + np.exp(-inner))
    return looked_at, out


def _seen(page: Gray) -> Floats:
    """(n, rows, columns) what `where` says of each square: logits of a mark, of a stamp, more."""
    size = (page.shape[1] // REDUCED, page.shape[0] // REDUCED)
    small = np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), np.uint8)
    return _run("where", dark=_darkness(small)[None])


def _squares(seen: Floats) -> Mask:
    """(rows, columns) squares on which marks may lie."""
    share = 1.0 / (1.0 + np.exp(-seen[0]))
    there: Mask = share > WHERE_OVER
    return anchored(there, there & (share > WHERE_SURE))


def _blocks(there: Mask) -> Iterator[tuple[int, int]]:
    """Row and column of the first square of each of the blocks that cover those of `there`."""
    left_over = there.copy()
    while left_over.any():
        row = int(np.flatnonzero(left_over.any(axis=1))[0])
        column = int(np.flatnonzero(left_over[row])[0])
        # squares of the rows below may begin further left
        band = left_over[row : row + BLOCK]
        first = max(0, column - BLOCK + 1)
        starts = range(first, column + 1)
        column = max(starts, key=lambda c: int(band[:, c : c + BLOCK].sum()))
        left_over[row : row + BLOCK, column : column + BLOCK] = False
        yield row, column


def _pixels(logits: Floats) -> Floats:
    """(4, h, w) numbers of the four pixels of each place → (2 h, 2 w)."""
    _, height, width = logits.shape
    each = logits.reshape(2, 2, height, width)
    return each.transpose(2, 0, 3, 1).reshape(2 * height, 2 * width)


def _run(name: str, **images: Floats) -> Floats:
    """What the net makes of the images, (channels, h, w) each."""
    return _net(name)(**{image_name: image[None] for image_name, image in images.items()})


@cache
def _net(name: str) -> Network:
    """Opened once."""
    return Network(files("ocr.prepare").joinpath(f"nets/{name}.onnx").read_bytes())


def _darkness(gray: Gray) -> Floats:
    """0 = paper, 1 = black."""
    return np.asarray(np.maximum(np.float32(1) - gray * np.float32(1 / PAPER), 0), np.float32)
