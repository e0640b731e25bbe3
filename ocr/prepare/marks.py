"""Marks: coloured stamps, pencil and ink, found, typed, boxed and taken off the type.

Method. The page is flattened in colour, so paper is white whatever its tint. Type mixes with
paper along lines in colour space: their directions are taken from the letters of the page itself,
from a form printed in black to a ribbon in brown or violet, so such a page has type of these
colours and no mark. Pixels off all of them by more than the page's colour noise are coloured; they
are parted by hue into inks, and those of one ink within 4 mm of each other make one mark.

Each mark is then unmixed at full resolution (`unmix.py`), with the spectra of type and mark as
measured on the page: the type's share alone goes into the page that is read, so letters under a
stamp stay; the mark's share alone goes into the picture of marks.

Only colour is used: grey and bilevel scans come back as they are. Unsure means unchanged: weak
colour, specks, coloured print as wide as the page are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ocr.document import Mark, MarkKind
from ocr.geometry import Box, Gray, Mask, Pixels, hull, mm_to_px
from ocr.prepare.hues import (
    colour_of,
    coloured_off_type,
    inked,
    off_type,
    part_by_hue,
    reflectance,
    type_hue,
)
from ocr.prepare.illumination import Background, flatten
from ocr.prepare.ink import LETTERS_DPI, InkSettings, find_letters
from ocr.prepare.remainders import outline_of, take_pale, type_darkness
from ocr.prepare.straighten import Straight
from ocr.prepare.unmix import BLACK, Floats, Spectrum, anchored, spectrum_of, unmix
from ocr.raster import WHITE, Components, components, crop, tight, to_gray

EDGE_MM = (1.0, 3.0)  # nothing counts as near to the paper's edge; what lies within is fringe
THIN_MM = 0.22  # a stroke of type is twice as thick, the rim left of a mark is not
JOIN_DPI = 50.0  # px per inch at which nearness is told: half a millimetre is near enough
GAP_MM = 1.2  # gaps that type leaves in the mark below it
RIM_MM = 0.5  # pale rim of a stroke, by the reduced resolution and the JPEG's
SAMPLED = 3  # every third pixel tells how dark type is; a mean over pixels would be paler
BLOCK_MM = 8.0  # two rows of a stamp; notes on one line have up to 6 mm
BLOCK_LETTERS, BLOCK_PARTS = 5, 10  # in such a block: notes and signatures have up to 2 and 6
BLOCK_FILL = 0.15  # of its box: notes of two lines fill 0.08 to 0.14
ROW_LETTERS = 8  # in a row that is no higher: notes have up to 4
LARGEST_STAMP_MM = 150.0  # what is larger and shuts in the page is a line around it
HALF_GRAY = 180  # grey level under which a pixel of the marks counts as removed


@dataclass(frozen=True, slots=True)
class MarkSettings:
    """What counts as a mark. Chroma runs from 0 to 1, in reflectance over the paper's."""

    by_colour: bool = True
    by_shape: bool = True  # what colour has left, and all of a grey page
    min_chroma: float = 0.09  # a coloured pixel: 23 grey levels between channels
    sure_chroma: float = 0.18  # a mark has pixels as strong as this
    noise_times: float = 5.0  # and a pixel stands out of the page's colour noise this often
    join_mm: float = 4.0  # lines of a stamp stand closer than this
    min_extent_mm: float = 3.0  # smaller ones are foxing and fringes
    min_area_mm2: float = 1.5
    max_stamp_mm: float = 110.0  # wider print in lines is a printed head, not a stamp
    max_share: float = 0.75  # of all ink; when more is coloured, it is the type's own colour
    type_share: float = 0.3  # of the type's density, from which a pixel under a mark is type
    shape_over: float = 0.3  # how sure of a pixel one is by its shape, for it to be a mark's
    shape_sure: float = 0.8  # and some pixels of a mark are as sure as this
    shape_in_stamp: float = 0.1  # is enough within the outline of a stamp, between rows of type
    shape_in_rows: float = 0.25  # and within one: to 0.4 lines read as well, and more stays
    shape_mean: float = 0.66  # and all of it is so on average: grain and type taken for one, 0.64
    max_doubt: float = 0.25  # of all ink, between sure type and sure mark: pages have to 0.17
    shape_mean_small: float = 0.8  # the same, of a mark no larger than typed signs


class Found(NamedTuple):
    """gray and marks (H, W) uint8; removed in pixels of `gray`; share of the page's pixels."""

    gray: Gray
    marks: Gray
    removed: tuple[Mark, ...]
    share: float


class Group(NamedTuple):
    """One mark at working resolution; `ink` numbers its colour."""

    box: Box
    mask: Mask  # of the box
    ink: int


class _Work(NamedTuple):
    """The page at working resolution; scale: its pixels per pixel of the page."""

    flat: Pixels  # (h, w, 3) flattened
    dpi: float
    scale: float
    type: Spectrum


def remove_marks(
    page: Straight, gray: Gray, background: Background, dpi: float, s: MarkSettings
) -> Found:
    """Takes coloured marks off `gray` (H, W), the flattened luminance of `page`."""
    if not s.by_colour or page.small.ndim == 2 or min(gray.shape) < 16:
        return _nothing(gray)
    flat, scale = flatten(page.small, background.paper), page.scale
    letters = find_letters(to_gray(flat), min(dpi * scale, LETTERS_DPI), InkSettings())
    hue = type_hue(colour_of(flat[letters.mask]), letters)
    weak, sure = _thresholds(off_type(colour_of(flat[::3, ::3].reshape(-1, 3)), hue)[1], s)
    fringe, margin = (
        near_edge(background, flat.shape[:2], mm_to_px(mm, dpi * scale)) for mm in EDGE_MM
    )
    strength, offset, coloured = coloured_off_type(flat, ~fringe, hue, weak)
    ink = inked(flat)
    if not coloured.any() or (coloured & ink).sum() > s.max_share * max(1, ink.sum()):
        return _nothing(gray)
    typed = flat[letters.mask & ~coloured][::SAMPLED]
    type_ink = spectrum_of(reflectance(typed), strongest=0.4) or BLACK
    inks = part_by_hue(offset, strength, coloured)
    groups = [
        group
        for ink_number in range(1, int(inks.max()) + 1)
        for group in groups_of(inks == ink_number, strength > sure, dpi * scale, s, ink_number)
        if not _is_print(group, dpi * scale, s) and not lies_in(margin, group)
    ]
    work = _Work(flat, dpi * scale, scale, type_ink)
    return _take_off(page, gray, background, groups, work, s) if groups else _nothing(gray)


def _nothing(gray: Gray) -> Found:
    return Found(gray, np.full_like(gray, WHITE), (), 0.0)


def _thresholds(strength: Floats, s: MarkSettings) -> tuple[float, float]:
    """Chroma from which a pixel is coloured, and surely so, by the strength of some pixels."""
    noise = 1.4826 * float(np.median(strength))
    weak = max(s.min_chroma, s.noise_times * noise)
    return weak, max(s.sure_chroma, 1.5 * weak)


def near_edge(background: Background, shape: tuple[int, ...], reach_px: float) -> Mask:
    """(h, w): within `reach_px` of the paper's edge, where scanners draw coloured fringes."""
    beyond = background.border | background.off | background.punched
    side = 2 * max(1, round(reach_px * beyond.shape[1] / shape[1])) + 1
    edge = np.pad(beyond, 1, constant_values=True).view(np.uint8)
    near = cv2.dilate(edge, np.ones((side, side), np.uint8))[1:-1, 1:-1]
    full = cv2.resize(near, shape[::-1], interpolation=cv2.INTER_NEAREST)
    return np.asarray(full > 0, dtype=np.bool_)


# --- groups ----------------------------------------------------------------------------------


def groups_of(
    of_ink: Mask, sure: Mask, dpi: float, s: MarkSettings, ink: int = 1
) -> Iterator[Group]:
    """Pixels (h, w) near to each other, large and sure enough for a mark."""
    gap = max(2, round(mm_to_px(GAP_MM, dpi)))
    rim = round(mm_to_px(s.join_mm, dpi) / 2)
    if not (of_ink & sure).any():
        return
    strong = anchored(of_ink, sure)
    for around, near in _neighbourhoods(strong, mm_to_px(s.join_mm, dpi), dpi):
        core = tight(crop(strong, around) & near).shift(around.left, around.top)
        if max(core.width, core.height) < mm_to_px(s.min_extent_mm, dpi):
            continue
        if crop(strong, core).sum() < s.min_area_mm2 * mm_to_px(1.0, dpi) ** 2:
            continue
        # the faint strokes near by belong to the mark as well
        box = core.grow(rim, rim).intersect(around)
        inside = crop(of_ink, box) & crop(near, box.shift(-around.left, -around.top))
        wide = np.pad(inside, gap).astype(np.uint8)
        closed = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8))
        filled = closed[gap:-gap, gap:-gap] > 0
        inner = tight(filled)
        yield Group(inner.shift(box.left, box.top), crop(filled, inner), ink)


def _neighbourhoods(strong: Mask, join_px: float, dpi: float) -> Iterator[tuple[Box, Mask]]:
    """Surroundings of pixels nearer to each other than `join_px`; frames hold their text."""
    step = max(1, round(dpi / JOIN_DPI))
    reach = max(1, round(join_px / 2 / step))
    page, margin = (strong.shape[1], strong.shape[0]), (reach + 1) * step
    held = tight(strong).grow(margin, margin)
    left, top = (max(0, v // step * step) for v in (held.left, held.top))
    strong = crop(strong, Box(left, top, held.right, held.bottom))
    height, width = strong.shape
    rows, columns = -(-height // step), -(-width // step)
    wide = np.pad(strong, ((0, rows * step - height), (0, columns * step - width)))
    cell = np.ones((step, step), np.uint8)
    # the last pixel of each cell then stands for all of it
    most = cv2.dilate(wide.view(np.uint8), cell, anchor=(step - 1, step - 1))
    kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    parts = components(cv2.dilate(most[step - 1 :: step, step - 1 :: step], kernel) > 0)
    owner = _owners(parts)
    for i in np.unique(owner):
        own = np.flatnonzero(owner == i)
        box = hull(parts.box(int(j)) for j in own)
        near = np.isin(crop(parts.labels, box), own + 1)
        around = Box(*(v * step for v in box)).shift(left, top).clip(*page)
        near = near.repeat(step, axis=0).repeat(step, axis=1)
        yield around, near[: around.height, : around.width]


def _owners(parts: Components) -> npt.NDArray[np.int64]:
    """(N,) for each part the largest one whose box holds four fifths of its own, or itself."""
    right, bottom = parts.left + parts.width, parts.top + parts.height
    size = parts.width.astype(np.int64) * parts.height
    owner = np.arange(len(size))
    for i in np.argsort(-size, kind="stable"):
        if owner[i] != i:
            continue
        across = np.minimum(right, right[i]) - np.maximum(parts.left, parts.left[i])
        down = np.minimum(bottom, bottom[i]) - np.maximum(parts.top, parts.top[i])
        shared = np.maximum(across, 0).astype(np.int64) * np.maximum(down, 0)
        owner[(shared > 0.8 * size) & (owner == np.arange(len(size)))] = i
    return owner


def _is_print(group: Group, dpi: float, s: MarkSettings) -> bool:
    """Coloured letters over more of the page than any stamp covers."""
    return (
        group.box.width > mm_to_px(s.max_stamp_mm, dpi)
        and _letter_count(components(group.mask), dpi) >= 8
    )


def lies_in(area: Mask, group: Group) -> bool:
    return bool(crop(area, group.box)[group.mask].mean() > 0.5)


def _letter_count(parts: Components, dpi: float) -> int:
    low, high = mm_to_px(1.0, dpi), mm_to_px(8.0, dpi)
    return int(((parts.height >= low) & (parts.height <= high) & (parts.width <= high)).sum())


def kind_of(group: Group, dpi: float) -> MarkKind:
    """A stamp is a block with letters or a frame in it; what is drawn by hand is sparse."""
    box, parts = group.box, components(group.mask)
    if max(box.width, box.height) < mm_to_px(15.0, dpi):
        return MarkKind.HANDWRITING
    if min(box.width, box.height) < mm_to_px(4.0, dpi):
        return MarkKind.HANDWRITING
    if max(box.width, box.height) > mm_to_px(LARGEST_STAMP_MM, dpi):
        return MarkKind.HANDWRITING
    spans = (parts.width > 0.7 * box.width) & (parts.height > 0.7 * box.height)
    hollow = bool(spans.any()) and _encloses(group.mask)
    block = min(box.width, box.height) >= mm_to_px(BLOCK_MM, dpi)
    block &= bool(group.mask.mean() >= BLOCK_FILL)
    few, many = (BLOCK_LETTERS, BLOCK_PARTS) if block else (ROW_LETTERS, len(parts.area) + 1)
    of_letters = _letter_count(parts, dpi) >= few or len(parts.area) >= many
    return MarkKind.STAMP if hollow or of_letters else MarkKind.HANDWRITING


def _encloses(mask: Mask) -> bool:
    """Whether lines of `mask` shut in a good part of its box, as a frame or a ring does."""
    closed = cv2.dilate(np.pad(mask, 2).astype(np.uint8), np.ones((3, 3), np.uint8))
    outside = components(closed == 0)
    if not len(outside.area):
        return False
    first = int(outside.labels[0, 0])
    inner = int(outside.area.sum() - outside.area[first - 1])
    return inner > 0.3 * mask.size


# --- removal ---------------------------------------------------------------------------------


def _take_off(
    page: Straight,
    gray: Gray,
    background: Background,
    groups: list[Group],
    work: _Work,
    s: MarkSettings,
) -> Found:
    height, width = gray.shape
    out, marks = gray.copy(), np.full_like(gray, WHITE)
    removed: list[Mark] = []
    stamps: list[tuple[Box, Mask]] = []
    pixel_count = 0
    stroke = round(mm_to_px(THIN_MM, work.dpi / work.scale))
    for ink in sorted({g.ink for g in groups}):
        of_ink = [g for g in groups if g.ink == ink]
        colours = np.concatenate([crop(work.flat, g.box)[g.mask] for g in of_ink])
        spectrum = spectrum_of(reflectance(colours), strongest=0.5)
        if spectrum is None:
            continue
        for group in of_ink:
            box, area = _at_full_size(group, work, (width, height))
            kind = kind_of(group, work.dpi)
            if kind == MarkKind.STAMP:  # its pale strokes, too, lie within its outline
                area = outline_of(area)
            flat = flatten(page.part(box), paper_at(box, background.paper, (width, height)))
            type_only, mark_only = unmix(flat, area, (work.type, spectrum), s.type_share, stroke)
            here = out[box.top : box.bottom, box.left : box.right]
            here[area] = np.maximum(here, type_only)[area]
            there = marks[box.top : box.bottom, box.left : box.right]
            there[area] = np.minimum(there, mark_only)[area]
            if kind == MarkKind.STAMP:
                stamps.append((box, area))
            removed.append(Mark(kind, box))
            pixel_count += int((mark_only[area] < HALF_GRAY).sum())
    type_dark = type_darkness(out[::SAMPLED, ::SAMPLED]) if stamps else 1.0
    for box, outline in stamps:
        take_pale(out, marks, box, outline, type_dark)
    return Found(out, marks, tuple(removed), pixel_count / gray.size)


def paper_at(box: Box, paper: Pixels, size: tuple[int, int]) -> Pixels:
    """The part of the paper, stretched to the page's size, that lies under `box`."""
    across, down = paper.shape[1] / size[0], paper.shape[0] / size[1]
    # pixel centres lie at +0.5; the paper changes slowly, so bilinear does
    to_paper = np.array(
        [[across, 0, (box.left + 0.5) * across - 0.5], [0, down, (box.top + 0.5) * down - 0.5]]
    )
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    stretched = cv2.warpAffine(
        paper, to_paper, (box.width, box.height), flags=how, borderMode=cv2.BORDER_REPLICATE
    )
    return stretched.astype(np.uint8, copy=False)


def _at_full_size(group: Group, work: _Work, size: tuple[int, int]) -> tuple[Box, Mask]:
    """Box and area of a mark on the page, the pale rim of its strokes included."""
    rim = max(2, round(mm_to_px(RIM_MM, work.dpi)))
    wide = np.pad(group.mask, rim).astype(np.uint8)
    grown = group.box.grow(rim, rim)
    left, top = round(grown.left / work.scale), round(grown.top / work.scale)
    right, bottom = round(grown.right / work.scale), round(grown.bottom / work.scale)
    rimmed = cv2.dilate(wide, np.ones((2 * rim + 1, 2 * rim + 1), np.uint8))
    full = cv2.resize(rimmed, (right - left, bottom - top), interpolation=cv2.INTER_NEAREST)
    box = Box(left, top, right, bottom).clip(*size)
    inside = crop(np.asarray(full), box.shift(-left, -top))
    return box, inside.astype(np.bool_)
