"""Illumination: paper to white, strokes at their own grey, dark borders away.

Method: the background is the page closed with a kernel wider than strokes, smoothed by a wide
median, at 50 and 25 dpi, each colour for itself; the page is divided by it. Closing keeps stains,
shadows and bleed-through of large areas in the background, so they go; strokes are narrower than
the kernel and stay. Dark areas that hang on the edge of the scan (scanner lid, fold, binder) and
punch holes through which the lid is seen are no paper, nor is the sheet beside (`sheet.py`): they
are left out of the background and painted white. Over its paper the page is looked at once more:
slivers of bed that hang on its edge, and shadows of neighbours, stand out there. Paper that is
white and even is left alone.

Expected: paper at 245–255 on stained pages of 100 dpi and on coloured paper; 30 ms for A4 at
300 dpi in grey, on one core.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from ocr.geometry import Box, Gray, Mask, Pixels, mm_to_px
from ocr.prepare.ink import at_dpi, reduce_to, resize
from ocr.prepare.sheet import SheetSettings, find_neighbours
from ocr.prepare.straighten import Straight
from ocr.raster import WHITE, components, levels_at, to_gray

WORK_DPI = 50.0  # half a millimetre a pixel: paper changes more slowly than that
PAPER = 250  # grey level that paper is brought to; noise above it is still seen
NEAR_PAPER = 2.0  # grey levels below it: flattened paper is lighter
WHITE_PAPER = 240  # grey level; a page that is hardly anywhere darker needs no light
LEFT_PAPER = 222  # grey level to which paper at the edges is left: under vignettes, 228
DARKER = 1.0  # per cent of a page that may be darker: paper is not seen under a blot
INKED = 0.8  # of the paper's level: what is darker is no paper
SAMPLED = 3  # every third pixel and row tells the level of the paper
COLOURLESS = 8  # grey levels between channels of a grey page that was stored as a colour one
GRAY_SAMPLED = 7  # every seventh pixel and row shows whether a page has grey: paper's grain has
HOLE_MM = (3.5, 10.0)  # across: office punches cut 5.5–6 mm, binders up to 8
HOLE_RIM_MM = 1.0  # shadow and torn paper around a hole
LEFT_MM = (8.0, 3.0, 2.0)  # reach and length; reach of thin pieces; thickness: four strokes
DARKEST_PAPER = 30  # grey levels; below that a division would only raise noise


@dataclass(frozen=True, slots=True)
class IlluminationSettings:
    """How the background is found."""

    closing_mm: float = 4.5  # wider than a filled letter, so that paper is seen beside it
    median_mm: float = 12.0  # blots up to half of this are not taken for paper
    border_mm: float = 3.0  # dark areas at the edge thinner than this may be strokes
    border_share: float = 0.45  # darker than this share of the paper's level is border
    left_share: float = 0.7  # and this dark, over the paper, are pieces of it that are left
    hole_share: float = 0.4  # and this dark is a hole: type is never so dark over millimetres
    hole_reach_mm: float = 30.0  # holes are punched within this of the left or right edge
    sheet: SheetSettings = field(default_factory=SheetSettings)
    left_paper: int = WHITE_PAPER  # grey level; paper no darker than this is white enough

    def again(self) -> IlluminationSettings:
        """For a page that was lit before: what is left of shadows at its edges is no reason."""
        return replace(self, left_paper=LEFT_PAPER)


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """Paper at reduced resolution, and what is none.

    paper (h, w) or (h, w, 3) uint8; border, off and punched (h, w) bool: dark edges of the scan,
    canvas off the scan, punch holes; beside: what of the border is another sheet; holes: boxes of
    punch holes in pixels of the page.
    """

    paper: Pixels
    border: Mask
    off: Mask
    punched: Mask
    holes: tuple[Box, ...]
    beside: Mask

    def luminance(self) -> Gray:
        """(h, w) paper under a page in grey."""
        return to_gray(self.paper)

    def measured(self) -> dict[str, float]:
        """Grey level of the paper, how much it varies, and the share of dark border."""
        sheet = ~(self.border | self.off)
        if not sheet.any():
            return {"paper": 0.0, "spread": 0.0, "border_share": 1.0}
        low, middle, high = levels_at(self.luminance(), (5, 50, 95), sheet)
        return {
            "paper": middle,
            "spread": high - low,
            "border_share": float(self.border.mean()),
            "neighbour_share": float(self.beside.mean()),
            "holes": len(self.holes),
        }


def find_background(page: Straight, dpi: float, s: IlluminationSettings) -> Background:
    """Paper, dark edges and holes of a page laid straight, of `dpi` at full size."""
    small, reduced = at_dpi(page.small, dpi * page.scale, WORK_DPI)
    height, width = small.shape[:2]
    scale = reduced * page.scale
    off = page.off_scan((width, height), scale)
    luma = to_gray(small)
    (level,) = levels_at(luma, (75,), ~off) if not off.all() else (255.0,)
    thickness = mm_to_px(s.border_mm, dpi * scale)
    border = _border(luma, off, level * s.border_share, thickness)
    punched, spots = _holes(luma, border | off, level * s.hole_share, dpi * scale, s)
    paper = _paper(small, ~(off | border | punched), dpi * scale, s)
    if _is_white(paper, s.left_paper):
        paper = np.maximum(paper, WHITE_PAPER).astype(np.uint8)
    # over its paper a page shows edges and holes that shadows hid
    flat = flatten(luma, to_gray(paper))
    border |= _left_at_edges(flat, off | border, dpi * scale, s)
    if off.any():
        # where a turned scan ends, half a millimetre is a mixture of bed and canvas
        ends = np.pad(off, 1, constant_values=True).view(np.uint8)
        border |= cv2.dilate(ends, np.ones((3, 3), np.uint8))[1:-1, 1:-1] > 0
    beside = find_neighbours(flat, border | off, dpi * scale, s.sheet)
    border |= beside
    if flat is not luma:
        border |= _border(flat, off | border, PAPER * s.border_share, thickness)
        border |= _left_at_edges(flat, off | border, dpi * scale, s)
        beyond = border | off | punched
        more, others = _holes(flat, beyond, PAPER * s.hole_share, dpi * scale, s)
        punched, spots = punched | more, spots + others
    holes = tuple(Box(*(round(v / scale) for v in spot)) for spot in spots)
    return Background(paper, border, off, punched, holes, beside)


def _paper(small: Pixels, valid: Mask, dpi: float, s: IlluminationSettings) -> Pixels:
    """The page without its strokes; all of it is paper where nothing is `valid`."""
    if not valid.any():
        valid = np.ones_like(valid)
    filled = _fill(small, valid)
    close = max(3, round(mm_to_px(s.closing_mm, dpi))) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (close, close))
    closed = cv2.morphologyEx(filled, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    # what a closing has left changes slowly enough for half the resolution
    half = reduce_to(np.asarray(closed, dtype=np.uint8), 0.5)
    smooth = max(3, min(round(mm_to_px(s.median_mm, dpi / 2)), 255)) | 1
    steady = np.asarray(cv2.medianBlur(half, smooth), dtype=np.uint8)
    steady = resize(steady, (filled.shape[1], filled.shape[0]))
    soft = cv2.blur(steady, (close, close), borderType=cv2.BORDER_REPLICATE)
    paper = np.maximum(soft, DARKEST_PAPER).astype(np.uint8)
    return _without_bias(filled, paper, valid)


def _holes(
    luma: Gray, beyond: Mask, dark: float, dpi: float, s: IlluminationSettings
) -> tuple[Mask, list[Box]]:
    """Solid dark discs of the size of a punch, near the edge of the sheet."""
    low = ((luma < dark) & ~beyond).astype(np.uint8)
    side = max(2, round(mm_to_px(HOLE_MM[0] * 0.7, dpi)))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    parts = components(cv2.morphologyEx(low, cv2.MORPH_OPEN, disc) > 0)
    least, most = (mm_to_px(mm, dpi) for mm in HOLE_MM)
    reach = mm_to_px(s.hole_reach_mm, dpi)
    middle = parts.left + parts.width / 2
    punch = np.minimum(parts.width, parts.height) >= least
    punch &= np.maximum(parts.width, parts.height) <= most
    punch &= parts.area >= 0.68 * parts.width * parts.height  # a disc fills 0.79 of its box
    punch &= (middle < reach) | (middle > luma.shape[1] - reach)
    spots = [parts.box(int(i)) for i in np.flatnonzero(punch)]
    rim = round(mm_to_px(HOLE_RIM_MM, dpi))
    grown = cv2.dilate(parts.mask(punch).astype(np.uint8), np.ones((2 * rim + 1,) * 2, np.uint8))
    return grown > 0, spots


def _border(luma: Gray, off: Mask, dark: float, thickness: float) -> Mask:
    """Thick dark areas that touch the edge of the scan."""
    side = max(3, round(thickness)) | 1
    # one pixel more: where scan and canvas meet, both are mixed and neither is dark
    beyond = np.pad(off, 1, constant_values=True).astype(np.uint8)
    rim = cv2.dilate(beyond, np.ones((3, 3), np.uint8))[1:-1, 1:-1]
    seen = np.where(rim > 0, 0, luma).astype(np.uint8)
    framed = cv2.copyMakeBorder(seen, side, side, side, side, cv2.BORDER_CONSTANT, value=0)
    low = (framed < dark).astype(np.uint8)
    core = cv2.morphologyEx(low, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    _, labels = cv2.connectedComponents(core, connectivity=4, ltype=cv2.CV_32S)
    hung: Mask = ((labels == labels[0, 0]) & (core > 0))[side:-side, side:-side]
    # of the rim only what is dark, and long enough to be no letter cut by the edge
    parts = components(hung & ~off & (luma < 1.6 * dark))
    border = parts.mask(np.maximum(parts.width, parts.height) >= 2 * side)
    # back to the full outline, which opening and averaging have eaten into
    grown = cv2.dilate(border.astype(np.uint8), np.ones((3, 3), np.uint8))
    return np.asarray(grown > 0, dtype=np.bool_)


def _left_at_edges(flat: Gray, beyond: Mask, dpi: float, s: IlluminationSettings) -> Mask:
    """Pieces of bed, and of its shadow, that hang on the edge: too thick or too long for type."""
    dark = (flat < s.left_share * PAPER) & ~beyond
    outside = np.pad(beyond, 1, constant_values=True).view(np.uint8)
    touching = cv2.dilate(outside, np.ones((3, 3), np.uint8))[1:-1, 1:-1] > 0
    if not (touching & dark).any():
        return np.zeros_like(beyond)
    reach, fringe, core = (max(1, round(mm_to_px(mm, dpi))) for mm in LEFT_MM)
    near, nearer = (
        cv2.dilate(outside, np.ones((2 * by + 1, 2 * by + 1), np.uint8))[1:-1, 1:-1] > 0
        for by in (reach, fringe)
    )
    parts = components(dark)
    solid = cv2.morphologyEx(dark.view(np.uint8), cv2.MORPH_OPEN, np.ones((core, core), np.uint8))
    count = len(parts.area) + 1
    touches, thick, far, off_fringe = (
        np.bincount(parts.labels[m], minlength=count)[1:] > 0
        for m in (touching, solid > 0, ~near, ~nearer)
    )
    # pen strokes that run out of the page are long as well, but not along its edge
    long = (np.maximum(parts.width, parts.height) >= reach) & ~off_fringe
    left = parts.mask(touches & ~far & (thick | long))
    grown = cv2.dilate(left.view(np.uint8), np.ones((5, 5), np.uint8))  # their pale rims as well
    return np.asarray(grown > 0, dtype=np.bool_)


def _fill(small: Pixels, valid: Mask) -> Pixels:
    """Paper in place of what is none: the mean of the paper around, from near to far."""
    if valid.all():
        return small
    out = small.copy()
    weight = valid.astype(np.float32)
    value = small.astype(np.float32) * (weight if small.ndim == 2 else weight[..., None])
    missing = ~valid
    side = 9
    limit = 2 * max(small.shape[:2]) + 1
    while missing.any():
        near = cv2.blur(weight, (side, side), borderType=cv2.BORDER_CONSTANT)
        mean = cv2.blur(value, (side, side), borderType=cv2.BORDER_CONSTANT)
        take = missing & (near > 1e-4)
        share = near[take] if small.ndim == 2 else near[take][:, None]
        out[take] = np.clip(mean[take] / share, 0, 255).astype(np.uint8)
        missing &= ~take
        if side >= limit:
            break
        side = min(side * 3, limit) | 1
    return out


def _without_bias(filled: Pixels, paper: Pixels, valid: Mask) -> Pixels:
    """Closing picks the light grains; bring the level back to the middle of the paper."""
    seen = np.s_[::SAMPLED, ::SAMPLED]
    here = valid[seen]
    ratio = (filled[seen].astype(np.float32) / paper[seen])[here].reshape(int(here.sum()), -1)
    plain = ratio[ratio.min(axis=1) > INKED] if len(ratio) else ratio
    if not len(plain):
        return paper
    middle = np.minimum(np.median(plain, axis=0), 1.0).astype(np.float32)
    table = np.arange(256, dtype=np.float32)[:, None] * middle
    levels = np.clip(table, 1, 255).astype(np.uint8)
    if paper.ndim == 2:
        return levels[:, 0][paper]
    return np.stack([levels[:, i][paper[..., i]] for i in range(paper.shape[2])], axis=-1)


def as_prepared(gray: Gray, small: Pixels) -> bool:
    """Whether a page has the paper that `prepare` leaves, as even raw scans seldom have.

    It has no colour: cream paper is nearly as light. Black-and-white scans have white paper as
    well, but, as long as they were not turned, no grey: not on the page (H, W) itself, while a copy
    of it, `small` (h, w) or (h, w, 3), has some.
    """
    seldom = small[::SAMPLED, ::SAMPLED]
    if seldom.ndim == 3 and np.ptp(seldom, axis=2).max() > COLOURLESS:
        return False
    if float(np.median(to_gray(seldom))) < PAPER - NEAR_PAPER:
        return False
    seen = gray[::GRAY_SAMPLED, ::GRAY_SAMPLED]
    return bool(np.any((seen > 0) & (seen < WHITE)))


def flatten(pixels: Pixels, paper: Pixels) -> Pixels:
    """(H, W) or (H, W, 3): the page over its paper (any resolution), which comes to `PAPER`.

    Paper that is white and even is left as it is, so a prepared page stays what it was.
    """
    if _is_white(paper, WHITE_PAPER):
        return pixels
    height, width = pixels.shape[:2]
    paper = resize(paper, (width, height))
    return cv2.divide(pixels, paper, dst=paper, scale=float(PAPER)).astype(np.uint8, copy=False)


def _is_white(paper: Pixels, level: int) -> bool:
    """Whether paper is hardly anywhere darker than `level`."""
    seen = paper[::SAMPLED, ::SAMPLED]
    return bool(np.count_nonzero(seen < level) <= DARKER / 100 * seen.size)


def whiten(gray: Gray, area: Mask) -> Gray:
    """`gray` with 255 wherever `area` (at any resolution) is True."""
    if not area.any():
        return gray
    rows, columns = (
        (np.arange(n) * (of / n)).astype(np.int64)
        for n, of in zip(gray.shape, area.shape, strict=True)
    )
    # whole rows are copied: half the time of a resize
    white = area.view(np.uint8) * np.uint8(WHITE)
    full = np.take(np.take(white, columns, axis=1), rows, axis=0)
    return cv2.bitwise_or(gray, full, dst=full).astype(np.uint8, copy=False)
