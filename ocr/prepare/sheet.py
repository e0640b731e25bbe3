"""Sheet: where the scan shows the edge of another sheet, so that its type is not read.

Method: two signs, both at 50 dpi on the straightened page. A strip of paper at the left or right
end of the scan that dark bed parts from the sheet is no part of it. And a shadow that runs from
the top of the scan to its bottom, near the left or right end, is the edge of a sheet: forms' rules
and letters do not reach so far. What lies beyond either is left out. A strip is cut only when it
is narrow against the sheet and nothing runs across the edge; unsure means uncut.

Expected: strips of 4–30 mm with and without bed between found, sheets without a neighbour left
whole (tests/prepare/test_sheet.py). 2 ms a page on one core.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Gray, Mask, mm_to_px
from ocr.raster import components, levels_at

STEM_MM = 8.0  # of a shadow's column: letters are no higher; leaning by 5° it still holds
CROSSING_MM = 2.0  # how near to an edge strokes on both sides show that it is none
CROSSED_ROWS = 3  # of 50 dpi: a stroke is one or two high
Ints = npt.NDArray[np.int64]

EDGE_MM = (0.4, 6.0)  # from the thinnest shadow to the widest box around one that leans


@dataclass(frozen=True, slots=True)
class SheetSettings:
    """What is taken for the edge of another sheet."""

    widest_mm: float = 30.0  # seen of a neighbour; a wider strip may be a margin with notes
    tall: float = 0.97  # of the sheet's height where it stands: frames of forms leave a margin
    least_tall: float = 0.85  # and of the whole sheet's
    strip_tall: float = 0.4  # how far a strip beyond dark bed runs
    shadow: float = 0.8  # of the paper's level: a shadow is darker


def find_neighbours(luma: Gray, beyond: Mask, dpi: float, s: SheetSettings) -> Mask:
    """(h, w) True on other sheets and their edges. `beyond` (h, w): canvas off the scan, bed."""
    sheet = ~beyond
    if not sheet.any():
        return np.zeros_like(beyond)
    rows, columns = np.flatnonzero(sheet.any(axis=1)), np.flatnonzero(sheet.any(axis=0))
    height = int(rows[-1] - rows[0] + 1)
    out = _strips(sheet, height, (int(columns[0]), int(columns[-1])), dpi, s)
    (level,) = levels_at(luma, (75,), sheet)
    dark = (luma < s.shadow * level) & sheet & ~out
    return out | _beyond_shadows(dark, sheet, height, dpi, s)


def _strips(sheet: Mask, height: int, ends: tuple[int, int], dpi: float, s: SheetSettings) -> Mask:
    """Paper that bed parts from the sheet, at the left or right end of the scan."""
    parts = components(sheet)
    own = int(parts.area.argmax())
    narrow = parts.width <= mm_to_px(s.widest_mm, dpi)
    outer = (parts.left <= ends[0] + 1) | (parts.left + parts.width >= ends[1])
    strip = narrow & outer & (parts.height >= s.strip_tall * height)
    strip[own] = False
    return parts.mask(strip)


def _beyond_shadows(dark: Mask, sheet: Mask, height: int, dpi: float, s: SheetSettings) -> Mask:
    """What lies outside of shadows that run down the whole scan, and these themselves."""
    out = np.zeros_like(dark)
    stem = max(3, round(mm_to_px(STEM_MM, dpi)))
    upright = cv2.morphologyEx(dark.astype(np.uint8), cv2.MORPH_OPEN, np.ones((stem, 1), np.uint8))
    parts = components(upright > 0)
    least, most = (mm_to_px(mm, dpi) for mm in EDGE_MM)
    edge = (parts.height >= s.least_tall * height) & (parts.width <= most + 0.09 * height)
    edge &= parts.area >= least * parts.height
    edge &= parts.area <= most * parts.height
    width = dark.shape[1]
    reach = mm_to_px(s.widest_mm, dpi)
    for i in np.flatnonzero(edge):
        left, right = int(parts.left[i]), int(parts.left[i] + parts.width[i])
        # bed may begin earlier here than elsewhere: corners are torn
        down = np.flatnonzero(sheet[:, left:right].mean(axis=1) > 0.5)
        stands = np.ptp(down) if len(down) else height
        if parts.height[i] < s.tall * stands:
            continue
        at_left = left + right < width
        first = int(np.flatnonzero(sheet.any(axis=0))[0 if at_left else -1])
        if abs((left + right) / 2 - first) > reach:
            continue
        places = _places(parts.labels == i + 1)
        if not _crossed(dark, places, round(mm_to_px(CROSSING_MM, dpi))):
            x = np.arange(width)
            out |= x <= places[1][:, None] if at_left else x >= places[0][:, None]
    return out & sheet


def _places(edge: Mask) -> tuple[Ints, Ints]:
    """(h,) first and last column of an edge in each row; in rows it skips, those between."""
    height, width = edge.shape
    rows = np.flatnonzero(edge.any(axis=1))
    seen = edge[rows]
    ends = seen.argmax(axis=1), width - 1 - seen[:, ::-1].argmax(axis=1)
    first, last = (np.rint(np.interp(np.arange(height), rows, e)).astype(np.int64) for e in ends)
    return first, last


def _crossed(dark: Mask, places: tuple[Ints, Ints], reach: int) -> bool:
    """Whether strokes stand on both sides at one height: a fold or a scratch, with type across."""
    height, width = dark.shape
    rows = np.arange(height)
    both = np.ones(height, dtype=np.bool_)
    for place, step in ((places[0], -1), (places[1], 1)):
        # the pixel at the edge itself is its penumbra
        near = [dark[rows, np.clip(place + step * k, 0, width - 1)] for k in range(2, reach + 2)]
        both &= np.any(near, axis=0)
    return int(both.sum()) >= CROSSED_ROWS
