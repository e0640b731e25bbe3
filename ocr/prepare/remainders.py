"""What colour alone leaves of a stamp: pale pieces of its strokes where the scan lost its colour.

JPEG keeps colour in blocks of sixteen pixels, so thin or faint strokes of a stamp come out grey
in places, and `marks` takes them for type. Within the outline of a stamp that was found by its
colour they betray themselves by being pale: a piece of ink that is two thirds as dark as the
page's type at most is a piece of the stamp. Type under a stamp is as dark as elsewhere and stays.
"""

from __future__ import annotations

import cv2
import numpy as np

from ocr.geometry import Box, Gray, Mask
from ocr.prepare.illumination import PAPER
from ocr.raster import WHITE, components, crop

SEEN = 0.15  # darkness, as a share of black, from which a pixel is no paper
PALE = 0.66  # of the darkness of type: letters have 1.0–1.25 of it, remainders up to 0.65
DARKEST = 90.0  # percentile of a piece's darkness that stands for it: its core, not its rim
OUTSIDE = 0.3  # a piece with more of it outside the outline goes on as type does


def type_darkness(gray: Gray, letters: Mask) -> float:
    """Darkness 0–1 of the cores of the letters of a page; 1 where there are none.

    gray     (H, W) uint8, flattened
    letters  (H, W) bool
    """
    if not letters.any():
        return 1.0
    return 1.0 - float(np.percentile(gray[letters], 25)) / PAPER


def take_pale(gray: Gray, marks: Gray, box: Box, outline: Mask, dark: float) -> None:
    """Moves the pale pieces of ink inside a stamp from `gray` to `marks`, in place.

    outline  (h, w) bool of `box`: what the stamp encloses
    dark     darkness of the page's type
    """
    here, there = crop(gray, box), crop(marks, box)
    darkness = 1.0 - here.astype(np.float32) / PAPER
    pieces = components(darkness > SEEN)
    inside = np.bincount(pieces.labels[outline], minlength=len(pieces.area) + 1)[1:]
    moved = np.zeros(len(pieces.area), dtype=np.bool_)
    for i in np.flatnonzero(inside >= (1 - OUTSIDE) * pieces.area):
        piece = crop(pieces.labels, pieces.box(int(i))) == i + 1
        core = np.percentile(crop(darkness, pieces.box(int(i)))[piece], DARKEST)
        moved[i] = core < PALE * dark
    mask = pieces.mask(moved)
    there[mask] = np.minimum(there[mask], here[mask])
    rim = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    here[rim & ~pieces.mask(~moved)] = WHITE


def outline_of(mask: Mask) -> Mask:
    """(h, w) the convex hull of what is True."""
    points = cv2.findNonZero(mask.astype(np.uint8))
    out = np.zeros(mask.shape, np.uint8)
    if points is not None:
        cv2.fillConvexPoly(out, cv2.convexHull(points), 1)
    return np.asarray(out > 0, dtype=np.bool_)
