"""Colours of a page: which are the type's, and which inks the others are.

The letters of a page run along a line in colour space, from a form printed in black to a violet
ribbon, say; what lies off it by more than the page's colour noise is another ink. Inks are told by
their hue.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Mask, Pixels
from ocr.prepare.illumination import PAPER
from ocr.prepare.ink import Letters
from ocr.prepare.unmix import Floats

HUE_BINS = 72  # of 5°
HUE_APART_DEG = 50.0  # inks nearer in hue than this are one ink: red and violet lie 80° apart
TYPE_RANGE = (5.0, 95.0)  # percentiles of the letters' colours in a field of the page
FIELDS = 5  # fields across and down the page
FIELD_LETTERS = 4  # fewer letters in a field tell nothing
SPREADS = 3.0  # quartile distances from the type's hue that are still type
RANGE_TO_CHROMA = 1.12  # √1.25: red and green as far apart as can be, blue as one of them
INK_DARK = 0.12  # of the paper's reflectance missing, from which a pixel is inked
MIN_LETTERS = 8  # fewer tell nothing about the colour of the type


class Colour(NamedTuple):
    """Of N pixels: dark (N,) 0 = paper; chroma (N, 2): red − green, blue − the mean of both."""

    dark: Floats
    chroma: Floats


def reflectance(flat: Pixels) -> Floats:
    """(N, 3) float32 over the paper's, 1 = paper, of (N, 3) uint8."""
    if not len(flat):
        return np.empty((0, 3), np.float32)  # OpenCV maps no empty array
    return np.asarray(cv2.LUT(flat.reshape(-1, 1, 3), _REFLECTANCE), np.float32).reshape(-1, 3)


_REFLECTANCE = np.minimum(np.arange(256, dtype=np.float32) / np.float32(PAPER), np.float32(1))


def colour_of(flat: Pixels) -> Colour:
    """Of (N, 3) pixels of the flattened page."""
    third = -1.0 / 3.0
    rows = [[third, third, third, 1.0], [1.0, -1.0, 0.0, 0.0], [-0.5, -0.5, 1.0, 0.0]]
    out = reflectance(flat)
    if len(out):
        transformed = cv2.transform(out.reshape(-1, 1, 3), np.array(rows, np.float32))
        out = np.asarray(transformed, np.float32).reshape(-1, 3)
    return Colour(out[:, 0], out[:, 1:])


def coloured_off_type(
    flat: Pixels, within: Mask, hue: TypeHue, weak: float
) -> tuple[Floats, Floats, Mask]:
    """(h, w) strength of colour that is not type's, where it is over `weak`, else 0;

    the offsets (N, 2) of these pixels, and (h, w) where they are.
    """
    red, green, blue = cv2.split(flat)
    most = cv2.max(cv2.max(red, green), blue)
    least = cv2.min(cv2.min(red, green), blue)
    # no chroma is longer than the range of the channels times this
    maybe = (cv2.subtract(most, least) > weak * PAPER / RANGE_TO_CHROMA) & within
    strength = np.zeros(flat.shape[:2], np.float32)
    offset, length = off_type(colour_of(flat[maybe]), hue)
    enough = length > weak
    strength[maybe] = length * enough
    return strength, offset[enough], strength > 0


def inked(flat: Pixels) -> Mask:
    """(h, w) where ink is."""
    mean = cv2.transform(flat, np.full((1, 3), 1 / 3, np.float32))
    return np.asarray(mean < (1 - INK_DARK) * PAPER, np.bool_)


class TypeHue(NamedTuple):
    """The colours that the page's letters have, in chroma per darkness.

    They run along `unit` (2,) from `low` to `high`: from a printed form in black to a violet
    ribbon, say. `spread` is how far they stray to either side.
    """

    unit: Floats
    low: float
    high: float
    spread: float


def type_hue(colour: Colour, letters: Letters) -> TypeHue:
    """`colour` is that of the pixels of the letters."""
    if len(letters) < MIN_LETTERS:
        return TypeHue(np.zeros(2, dtype=np.float32), 0.0, 0.0, 0.0)
    height, width = letters.mask.shape
    _, labels = cv2.connectedComponents(letters.mask.view(np.uint8), ltype=cv2.CV_32S)
    place = np.flatnonzero(letters.mask)
    label = np.asarray(labels, np.int32).ravel()[place]
    count = np.bincount(label)[1:]
    down, across = (
        np.bincount(label, at)[1:] / count * FIELDS // length
        for at, length in zip(np.divmod(place, width), (height, width), strict=True)
    )
    field = (down * FIELDS + across).astype(np.int64)
    dark = np.bincount(label, colour.dark)[1:]
    weighted = [np.bincount(label, colour.chroma[:, i])[1:] for i in (0, 1)]
    lines = np.stack(weighted, axis=-1) / np.maximum(dark, 1e-3)[:, None]
    usual = np.median(lines, axis=0)
    unit = (usual / max(float(np.hypot(*usual)), 1e-6)).astype(np.float32)
    low, high = _range_over_page(lines @ unit, field)
    left, right = np.percentile(lines @ np.array([-unit[1], unit[0]]), (25, 75))
    return TypeHue(unit, min(0.0, low), high, SPREADS * float(right - left) / 2)


def _range_over_page(
    values: npt.NDArray[np.float64], field: npt.NDArray[np.int64]
) -> tuple[float, float]:
    """Lowest and highest of a letter's values that are usual all over the page.

    Both are medians over the fields of a chequer (`field` (N,) numbers them): a stamp lies in a
    few of them only, however many letters it has.
    """
    count = np.bincount(field, minlength=FIELDS * FIELDS)
    first = np.cumsum(count) - count
    enough = count >= FIELD_LETTERS
    if not enough.any():
        low, high = np.percentile(values, TYPE_RANGE)
        return float(low), float(high)
    ordered = values[np.lexsort((values, field))]
    places = np.multiply.outer(np.array(TYPE_RANGE) / 100, count[enough] - 1)
    below = np.floor(places).astype(np.int64)
    at, after = first[enough] + below, first[enough] + np.ceil(places).astype(np.int64)
    ends = ordered[at] + (places - below) * (ordered[after] - ordered[at])
    low, high = np.median(ends, axis=1)
    return float(low), float(high)


def off_type(colour: Colour, hue: TypeHue) -> tuple[Floats, Floats]:
    """(N, 2) chroma that neither type nor its spread explains, and (N,) its strength."""
    dark = colour.dark
    x, y = colour.chroma[:, 0], colour.chroma[:, 1]
    along = (x * hue.unit[0] + y * hue.unit[1]) / np.maximum(dark, np.float32(1e-3))
    along = np.clip(along, np.float32(hue.low), np.float32(hue.high)) * dark
    x, y = x - along * hue.unit[0], y - along * hue.unit[1]
    length = np.hypot(x, y)
    strength = np.maximum(length - dark * np.float32(hue.spread), np.float32(0))
    shrink = strength / np.maximum(length, np.float32(1e-6))
    return np.stack([x * shrink, y * shrink], axis=-1), strength


def part_by_hue(chroma: Floats, strength: Floats, coloured: Mask) -> npt.NDArray[np.uint8]:
    """(h, w) 0 where not coloured, else the number of the ink from 1, strongest first.

    `chroma` (N, 2) is that of the coloured pixels.
    """
    hue = np.degrees(np.arctan2(chroma[:, 1], chroma[:, 0])) % 360.0
    bins = np.minimum((hue * HUE_BINS / 360).astype(np.int32), HUE_BINS - 1)
    weight = np.bincount(bins, strength[coloured], minlength=HUE_BINS)
    smooth = np.sum([np.roll(weight, k) * (3 - abs(k)) for k in range(-2, 3)], axis=0)
    peaks: list[float] = []
    for i in np.argsort(-smooth):
        centre = (i + 0.5) * 360 / HUE_BINS
        if smooth[i] < 0.02 * smooth.max():
            break
        if all(_apart(centre, p) >= HUE_APART_DEG for p in peaks):
            peaks.append(float(centre))
    distance = np.stack([_apart(hue, p) for p in peaks])
    out = np.zeros(strength.shape, dtype=np.uint8)
    out[coloured] = distance.argmin(axis=0) + 1
    return out


def _apart(a: npt.ArrayLike, b: float) -> npt.NDArray[np.float64]:
    return np.abs((np.asarray(a) - b + 180.0) % 360.0 - 180.0)
