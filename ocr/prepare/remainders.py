"""What colour alone leaves of a stamp: pale pieces of its strokes where the scan lost its colour.

JPEG keeps colour in blocks of sixteen pixels, so thin or faint strokes of a stamp come out grey
in places, and `marks` takes them for type. Within the outline of a stamp that was found by its
colour they betray themselves by being pale: a piece of ink, counted as dark as its core, that is
paler than four fifths of the page's type goes with the stamp. Type under a stamp is as dark as
elsewhere and stays. That a piece is torn out of what was taken off tells nothing: so are halves of
letters under a stamp.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Box, Gray, Mask
from ocr.prepare.illumination import PAPER
from ocr.raster import WHITE, Components, components, crop

SEEN = 0.15  # darkness, as a share of black, from which a pixel is no paper
CORE = 90.0  # percentile of a piece's darkness that stands for it: its core, not its rim
PALE = 0.8  # of the darkness of type: letters under a stamp have 0.89 and more, remainders to 0.8
OUTSIDE = 0.3  # a piece with more of it outside the outline goes on as type does
LEAST_PIECES = 5
FRAME_FILL = 0.82  # of a rectangle that a hull fills: a round stamp fills 0.785 of it


def type_darkness(gray: Gray) -> float:
    """Median darkness 0–1 of the pieces of ink on a page; 1 where there are too few.

    gray  (H, W) uint8, flattened
    """
    return _usual(gray, _pieces(gray), 1.0)


def take_pale(gray: Gray, marks: Gray, box: Box, outline: Mask, type_dark: float) -> None:
    """Moves the pale pieces of ink inside a stamp from `gray` to `marks`, in place.

    outline    (h, w) bool of `box`: what the stamp encloses
    type_dark  of the page, from `type_darkness`
    """
    here, there = crop(gray, box), crop(marks, box)
    pieces = _pieces(here)
    inside = np.bincount(pieces.labels[outline], minlength=len(pieces.area) + 1)[1:]
    pale = _darkness(here, pieces) < PALE * type_dark
    moved = pale & (inside >= (1 - OUTSIDE) * pieces.area)
    mask = pieces.mask(moved)
    there[mask] = np.minimum(there[mask], here[mask])
    rim = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    here[rim & ~pieces.mask(~moved)] = WHITE


def outline_of(mask: Mask) -> Mask:
    """(h, w) what a stamp of which `mask` is seen encloses.

    The convex hull of what is True; the rectangle around that, at an angle, where the hull fills
    most of it, for of a frame a corner may be missing.
    """
    out = np.zeros(mask.shape, np.uint8)
    rows = np.flatnonzero(mask.any(axis=1))
    if len(rows):
        held = mask[rows]  # the first and last of each row are all that a hull needs
        ends = held.argmax(axis=1), mask.shape[1] - 1 - held[:, ::-1].argmax(axis=1)
        points = np.concatenate([np.stack([end, rows], axis=1) for end in ends])
        shape = cv2.convexHull(points.astype(np.int32))
        around = cv2.minAreaRect(shape)
        if cv2.contourArea(shape) > FRAME_FILL * around[1][0] * around[1][1]:
            shape = np.rint(cv2.boxPoints(around)).astype(np.int32)
        cv2.fillConvexPoly(out, shape, 1)
    return np.asarray(out > 0, dtype=np.bool_)


def _inked(gray: Gray) -> Mask:
    return np.asarray(gray < (1 - SEEN) * PAPER, dtype=np.bool_)


def _pieces(gray: Gray) -> Components:
    return components(_inked(gray))


def _usual(gray: Gray, pieces: Components, default: float) -> float:
    """The median over the pixels of all pieces, each pixel with the darkness of its piece."""
    if len(pieces.area) < LEAST_PIECES:
        return default
    darkness = _darkness(gray, pieces)
    order = np.argsort(darkness)
    reach = np.cumsum(pieces.area[order])
    return float(darkness[order][np.searchsorted(reach, reach[-1] / 2)])


def _darkness(gray: Gray, pieces: Components) -> npt.NDArray[np.float64]:
    """(N,) darkness 0–1 of the core of each piece."""
    inked = np.flatnonzero(_inked(gray))
    label = pieces.labels.ravel()
    # by piece, then by level: one number of both sorts five times faster than two
    ordered = np.sort(label[inked].astype(np.int32) * 256 + gray.ravel()[inked])
    first = np.concatenate([[0], np.cumsum(pieces.area)[:-1]]).astype(np.int64)
    core = first + (pieces.area * (100.0 - CORE) / 100.0).astype(np.int64)
    return 1.0 - (ordered[core] % 256).astype(np.float64) / PAPER
