"""Two inks over each other, parted: how much of a pixel is type and how much is the mark on it.

Two models, since a scan shows both. Inks that lie over each other multiply, so their optical
densities add (Beer's law): D = a·type + b·mark. The rim of a stroke mixes with the paper beside
it, so reflectances add. A pixel counts as type as far as neither model can explain it by the mark.
The spectra are those of the page at hand.

Expected: on violet, blue and red stamps over black type nothing readable of the stamp remains,
and the letters below keep their strokes but for a nick where the stamp is nearly black itself.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Gray, Mask, Pixels
from ocr.prepare.illumination import PAPER
from ocr.raster import crop, tight

MIN_PIXELS = 20  # fewer give no spectrum
HUE_TYPE = (0.5, 0.75)  # share of the type's hue in a pixel's ink: none of it is type, all is
FAINTEST = 0.1  # darkness from which a pixel has a hue
FLOOR = 0.03  # reflectance under which a density says nothing more

Floats = npt.NDArray[np.float32]


class Spectrum(NamedTuple):
    """Absorption of an ink: unit (3,) in optical density; strength: that of a full stroke."""

    unit: Floats
    strength: float


DENSITIES: Floats = -np.log(
    np.maximum(np.arange(256, dtype=np.float32) / np.float32(PAPER), np.float32(FLOOR))
)
"""Optical density of each grey level over the paper."""
BLACK = Spectrum(np.full(3, 3**-0.5, dtype=np.float32), 2.0)
"""Type of a page that shows too little of it."""


def spectrum_of(reflectance: Floats, strongest: float) -> Spectrum | None:
    """Of (N, 3) pixels, from the densest share of them; None where too few or nearly white."""
    if len(reflectance) < MIN_PIXELS:
        return None
    density = _density(reflectance)
    total = density.sum(axis=1)
    middle = np.median(density[total >= np.quantile(total, 1 - strongest)], axis=0)
    length = float(np.linalg.norm(middle))
    if length < 0.2:
        return None
    return Spectrum((middle / length).astype(np.float32), length)


def unmix(
    flat: Pixels,
    area: Mask,
    inks: tuple[Spectrum, Spectrum],
    type_share: float,
    stroke_px: int,
) -> tuple[Gray, Gray]:
    """(h, w) type alone and mark alone on paper, from (h, w, 3) over the paper, within `area`.

    `inks` are type's and the mark's. Up to `type_share` of a full stroke, type is taken for a
    remainder of the mark, with a smooth passage, unless its hue is type's; so is what is nowhere
    `stroke_px` thick.
    """
    type_ink, mark_ink = inks
    red, green, blue = cv2.split(flat)
    darkest = np.asarray(cv2.min(cv2.min(red, green), blue), np.uint8)
    at = np.flatnonzero(area & (darkest < (1.0 - FAINTEST) * PAPER))
    levels = flat.reshape(-1, 3).take(at, axis=0)
    seen = levels * np.float32(1 / PAPER)
    over, mark_over = _shares(DENSITIES.take(levels), type_ink.unit, mark_ink.unit)
    missing = [1.0 - np.exp(-i.unit * i.strength) for i in inks]
    beside, mark_beside = _shares(1.0 - seen, *missing)
    luma = np.array([0.299, 0.587, 0.114], dtype=np.float32)
    lightness = np.exp(-over[:, None] * type_ink.unit) @ luma
    lightness = np.maximum(lightness, 1.0 - beside * np.float32(missing[0] @ luma))
    part = np.minimum(over * np.float32(1 / type_ink.strength), beside)
    part = np.clip(part * np.float32(2 / type_share) - 1, 0.0, 1.0)
    by_hue = _type_by_hue(flat, at, missing[0], missing[1], stroke_px)
    part = np.maximum(part * part * (3 - 2 * part), by_hue)
    lightness = np.where(by_hue > 0.5, np.minimum(lightness, seen @ luma), lightness)
    whole = np.zeros(area.shape, np.bool_)
    whole.ravel()[at] = part > 0.2
    part *= _strokes(whole, stroke_px).ravel()[at]
    mark_light = np.minimum(
        np.exp(mark_over * np.float32(-mark_ink.unit.max())),
        1.0 - np.minimum(mark_beside, 1.0) * np.float32(missing[1].max()),
    )
    type_only, mark_only = (np.full(area.shape, PAPER, np.uint8) for _ in inks)
    type_only.ravel()[at] = _to_gray8((1.0 - part * (1.0 - lightness)) * PAPER)
    mark_only.ravel()[at] = _to_gray8(mark_light * PAPER)
    return type_only, mark_only


def _type_by_hue(
    flat: Pixels, at: npt.NDArray[np.intp], typed: Floats, mark: Floats, stroke_px: int
) -> Floats:
    """(N,) 0–1: how surely the ink of each of the pixels `at` is type by its hue, however faint.

    Hue is taken over a stroke's width, since JPEG keeps no more of it than that.
    """
    side = max(3, stroke_px | 1)
    blurred = np.asarray(cv2.blur(flat, (side, side)), np.uint8)
    soft = 1.0 - blurred.reshape(-1, 3).take(at, axis=0) * np.float32(1 / PAPER)
    tt, mm, tm = float(typed @ typed), float(mark @ mark), float(typed @ mark)
    on_type, on_mark = soft @ typed, soft @ mark
    a = (on_type * mm - on_mark * tm) * np.float32(tt**0.5)
    b = (on_mark * tt - on_type * tm) * np.float32(mm**0.5)
    share = a / np.maximum(np.abs(a) + np.abs(b), np.float32(1e-9))
    sure = (share - HUE_TYPE[0]) / (HUE_TYPE[1] - HUE_TYPE[0])
    return np.asarray(np.clip(sure, 0.0, 1.0), dtype=np.float32)


def _shares(value: Floats, first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """(N,) a, b ≥ 0 with the least error of value = a·first + b·second."""
    ff, ss, fs = float(first @ first), float(second @ second), float(first @ second)
    on_first, on_second = value @ first, value @ second
    det = max(ff * ss - fs * fs, 1e-3 * ff * ss)
    a = (on_first * ss - on_second * fs) / det
    b = (on_second * ff - on_first * fs) / det
    a, b = np.where(b < 0, on_first / ff, a), np.where(a < 0, on_second / ss, b)
    return np.maximum(a, 0.0), np.maximum(b, 0.0)


def _strokes(mask: Mask, thickness: int) -> Mask:
    """The components of `mask` that are somewhere as thick as a stroke; rims are thinner."""
    if thickness < 2:
        return mask
    kernel = np.ones((thickness, thickness), np.uint8)
    thick = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, kernel)
    return anchored(mask, thick > 0)


def anchored(mask: Mask, sure: Mask) -> Mask:
    """The components of `mask` that hold a sure pixel."""
    out = np.zeros(mask.shape, np.bool_)
    box = tight(mask)
    within = np.ascontiguousarray(crop(mask, box))
    if not within.size:
        return out
    _, labels = cv2.connectedComponents(within.view(np.uint8), connectivity=8, ltype=cv2.CV_32S)
    ink = np.flatnonzero(within)
    label = np.asarray(labels, np.int32).ravel()[ink]
    held = np.zeros(int(label.max()) + 1, np.bool_)
    held[label[crop(sure, box)[within]]] = True
    kept = np.zeros(within.shape, np.bool_)
    kept.ravel()[ink] = held[label]
    crop(out, box)[:] = kept
    return out


def _density(flat: Floats) -> Floats:
    return -np.log(np.maximum(flat, FLOOR))


def _to_gray8(value: Floats) -> Gray:
    return np.clip(np.rint(value), 0, 255).astype(np.uint8)
