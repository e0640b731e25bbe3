"""What beside its shape tells a mark's pixel from type's: rows of type, and inks.

The nets of `marks_by_shape` weigh shapes. Where a stamp lies across type they are in doubt, and two
things help. Type stands in rows, and its rows go on beside the stamp: what lies within one needs
to be taken for a mark more surely than what lies between two. And a stamp is mostly clear of type:
there the nets are sure of it, so its ink can be measured, as can type's around it. Hue per
darkness, and how dark strokes are, then part both inks by Fisher's linear discriminant: of two
normal distributions of one covariance, the logarithm of how much likelier one is than the other is
linear in what is measured. It adds to what the nets say. Where inks are alike, as on
black-and-white scans, it says nothing.

Expected, on made pages, with the net as trained last: of type under marks a seventh less goes on
colour scans, two thirds on grey ones, a quarter in black and white, at about the same share of
marks (docs/marks.md).
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Gray, Mask, Pixels
from ocr.prepare.hues import colour_of
from ocr.prepare.illumination import PAPER

SEEN = 0.2  # darkness, as a share of black, from which a pixel has a hue
LEAST_PIXELS = 150  # of either ink; fewer tell little of it
ALIKE = 0.7  # standard deviations between the means of inks that count as one
STRAY = 0.02  # by which hue and darkness differ within any ink
ADDED = 4.0  # at most, to the logarithm of the odds: colours run over the edges of strokes
MIDDLE = 0.6  # of the way from type's ink to the mark's: type below a stamp has some of its hue
ROW_INK = (0.02, 0.12)  # of a strip along a row that is type's ink: between rows, and within one

Floats = npt.NDArray[np.float32]


def in_rows(typed: Floats, reach_px: float) -> Floats:
    """(h, w) 0–1: how surely a pixel lies within a row of type, by the ink along its row.

    typed     (h, w) how much of each pixel is surely type's, 0–1
    reach_px  how far to look to the left and right
    """
    strip = (2 * round(reach_px) + 1, 3)
    along = cv2.blur(typed, strip, borderType=cv2.BORDER_CONSTANT)
    low, high = ROW_INK
    return np.asarray(np.clip((along - low) / (high - low), 0, 1), np.float32)


def told_by_ink(gray: Gray, colours: Pixels | None, mark: Mask, typed: Mask) -> Floats:
    """(h, w) by how much its ink raises the logarithm of the odds that a pixel is a mark's.

    gray     (h, w) uint8, flattened
    colours  (h, w, 3) uint8, flattened, where the scan has any
    mark     (h, w) what is surely the mark's; typed: what is surely type's
    """
    dark = np.asarray(1 - gray * np.float32(1 / PAPER), np.float32)
    seen = dark > SEEN
    mark, typed = mark & seen, typed & seen
    out = np.zeros(gray.shape, np.float32)
    if min(np.count_nonzero(mark), np.count_nonzero(typed)) < LEAST_PIXELS:
        return out
    # its core says how dark a stroke is, its rim does not
    core = np.asarray(1 - cv2.erode(gray, np.ones((3, 3), np.uint8)) * np.float32(1 / PAPER))
    # of a darker stamp nothing: type that it lies over is darker still
    measured = [core[seen]] if core[mark].mean() < core[typed].mean() else []
    if colours is not None:
        hue = colour_of(colours[seen])
        measured += list((hue.chroma / np.maximum(hue.dark, np.float32(SEEN))[:, None]).T)
    if measured:
        values = np.stack(measured)
        out[seen] = _told(values, values[:, mark[seen]], values[:, typed[seen]])
    return out


def _told(values: Floats, mark: Floats, typed: Floats) -> Floats:
    """(N,) of what is measured (n, N), by that of the mark (n, M) and of type (n, T)."""
    ends = [each.mean(axis=1, dtype=np.float64) for each in (mark, typed)]
    spread = (np.atleast_2d(np.cov(mark)) + np.atleast_2d(np.cov(typed))) / 2
    off = ends[0] - ends[1]
    weights = np.linalg.solve(spread + STRAY**2 * np.eye(len(off)), off)
    if off @ weights < ALIKE**2:
        return np.zeros(values.shape[1], np.float32)
    middle = weights @ (ends[1] + MIDDLE * off)
    told = weights.astype(np.float32) @ values - np.float32(middle)
    return np.asarray(np.clip(told, -ADDED, ADDED), np.float32)
