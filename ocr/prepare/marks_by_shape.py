"""Marks on grey and black-and-white scans, and those in black ink and pencil on colour scans.

Without colour a mark betrays itself by its shape: strokes longer, thinner, thicker, more curved or
paler than type's, off the grid of its lines and pitch, at an angle to it. Two small nets weigh
this (`mark_nets.py`). So letters within the frame of a stamp go, pressed on however straight, and
those of a printed head stay. Where type and mark lie over each other the pixel is type's and stays;
where the nets are in doubt, rows of type and the inks of both have a say (`evidence.py`). The page
is looked at again until nothing more is found.

Unsure means unchanged: a group of pixels comes off when it is as large as a mark and the net is
sure of it as a whole; not when letters of its height go on at both ends of it; a page that would
lose most of its ink loses none, nor does one unlike those that the nets learned from, where they
doubt a good part of the ink: coarse grain, or a few lines of small type on a white page. Printed
rules and forms count as type: layout needs them.

Expected, on made pages: docs/marks.md.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ocr.document import Mark, MarkKind
from ocr.geometry import Box, Gray, Mask, Pixels, hull, mm_to_px
from ocr.prepare.evidence import in_rows, told_by_ink
from ocr.prepare.illumination import PAPER, Background, flatten
from ocr.prepare.ink import resize
from ocr.prepare.mark_nets import CELL, NET_DPI, mark_share
from ocr.prepare.marks import (
    EDGE_MM,
    Found,
    Group,
    MarkSettings,
    groups_of,
    kind_of,
    lies_in,
    near_edge,
    paper_at,
)
from ocr.prepare.remainders import outline_of
from ocr.prepare.straighten import Straight
from ocr.raster import WHITE, components, crop

LEAST_DPI = 90.0  # below, strokes are narrower than any the nets learned
LOOKS = 6  # at most; most pages need two
INK_LEVEL = 0.85 * PAPER  # grey level; what is darker is no paper
LETTER_MM = 5.0  # across: the largest piece of ink that is one letter
WHOLE = (0.4, 0.8)  # mean share of a letter that is type's as a whole, and a mark's
SURE_TYPE = 0.2  # and a letter that stays even within a stamp
SURE_MARK = 0.8  # and a pixel whose ink is the mark's
LEAST_DOUBT = 0.001  # that the nets have, so that inks may tell otherwise
IN_DOUBT = 0.5  # share from which a pixel tells nothing of where rows of type are
ALONG_MM = 15.0  # to either side of a pixel a row of type goes on, where it lies in one
TYPE_AROUND_MM = 15.0  # around a stamp: type enough to know its ink
SMALL_MM = 6.0  # across: a typed sign or two, a stroke in the paper
ROW_MM = 5.0  # high: a row of capitals and what hangs from it
BESIDE_MM = 2.5  # at the ends of a group: a letter
APART_MM = 1.0  # rows of type stand farther apart
OFF_MM = 0.6  # by which heights of letters in one row differ: with a tail or without
RIM_MM = 0.3  # pale rim of a stroke that goes with it
NEAR_TYPE_MM = 0.1  # and that of type's, which stays

Floats = npt.NDArray[np.float32]


def remove_by_shape(
    found: Found, page: Straight, background: Background, dpi: float, s: MarkSettings
) -> Found:
    """Takes marks off `found.gray` that colour did not tell, and adds them to the others.

    `page` has the colours of the scan: pale ones still tell two inks apart.

    The page is looked at again until nothing more comes off: what a first look leaves shows once
    the rest is gone, and a page that was prepared stays as it is when prepared again.
    """
    if not s.by_shape or dpi < LEAST_DPI or min(found.gray.shape) * NET_DPI / dpi < CELL:
        return found
    colours = _Colours(page.small, background.paper) if page.small.ndim == 3 else None
    for _ in range(LOOKS):
        before, found = found, _look(found, colours, background, dpi, s)
        if found is before:
            break
    return found


def _look(
    found: Found, colours: _Colours | None, background: Background, dpi: float, s: MarkSettings
) -> Found:
    page = _at_net_dpi(found.gray, dpi)
    looked_at, share = mark_share(page)
    if looked_at is None:
        return found
    small = crop(page, looked_at)
    inked = _inked(small)
    all_ink = cv2.countNonZero(_inked(page).view(np.uint8))
    doubtful = inked & (share > 1 - s.shape_sure) & (share < s.shape_sure)
    if cv2.countNonZero(doubtful.view(np.uint8)) > s.max_doubt * all_ink:
        return found
    share = _whole_letters(share, inked)
    is_mark = inked & (share > s.shape_over)
    mark_count = cv2.countNonZero(is_mark.view(np.uint8))
    if not mark_count or mark_count > s.max_share * all_ink:
        return found
    sure = inked & (share > s.shape_sure)
    type_ink = inked & ~is_mark
    groups = [
        group
        for group in groups_of(is_mark, sure, NET_DPI, s)
        if _is_sure(group, share, inked, s) and not _within_row(group, is_mark, type_ink)
    ]
    if not groups:
        return found
    over = s.shape_in_stamp + (s.shape_in_rows - s.shape_in_stamp) * _rows(page, looked_at, share)
    for group in groups:
        if kind_of(group, NET_DPI) == MarkKind.STAMP:
            outline = outline_of(group.mask)
            by_ink = _told_by_ink(group, outline, _Shown(page, looked_at, share, inked), colours)
            here = crop(inked, group.box) & (by_ink > crop(over, group.box))
            crop(is_mark, group.box)[outline] = here[outline]
            group.mask[outline & here] = True
    margin = near_edge(background, page.shape, mm_to_px(EDGE_MM[1], NET_DPI))
    seen = _Seen(looked_at, is_mark, inked & ~is_mark, crop(margin, looked_at))
    return _take_off(found, groups, seen, dpi)


class _Colours(NamedTuple):
    """The page as scanned, (h, w, 3), at any resolution, and its paper at any other."""

    scanned: Pixels
    paper: Pixels

    def part(self, box: Box, size: tuple[int, int]) -> Pixels:
        """(h, w, 3) what lies in `box` of the page of `size` (width, height), flattened."""
        height, width = self.scanned.shape[:2]
        across, down = width / size[0], height / size[1]
        ends = box.left * across, box.top * down, box.right * across, box.bottom * down
        there = Box(*(round(v) for v in ends)).clip(width, height)
        paper = paper_at(there, self.paper, (width, height))
        return resize(flatten(crop(self.scanned, there), paper), (box.width, box.height))


class _Shown(NamedTuple):
    """The page at `NET_DPI`; of its part `looked_at`, how likely pixels are marks', and its ink."""

    page: Gray
    looked_at: Box
    share: Floats
    inked: Mask


def _rows(page: Gray, looked_at: Box, share: Floats) -> Floats:
    """(h, w) of the part that was looked at: how surely it lies within a row of type, 0–1."""
    left, right = looked_at.left, looked_at.right
    typed = _inked(page[looked_at.top : looked_at.bottom]).astype(np.float32)
    typed[:, left:right] *= np.maximum(1 - share / IN_DOUBT, 0)
    return in_rows(typed, mm_to_px(ALONG_MM, NET_DPI))[:, left:right]


def _told_by_ink(group: Group, outline: Mask, shown: _Shown, colours: _Colours | None) -> Floats:
    """(h, w) of the group's box: how likely each pixel is the mark's, its ink considered."""
    reach = round(mm_to_px(TYPE_AROUND_MM, NET_DPI))
    around = group.box.grow(reach, reach).clip(shown.share.shape[1], shown.share.shape[0])
    inner = group.box.shift(-around.left, -around.top)
    within = np.zeros((around.height, around.width), np.bool_)
    crop(within, inner)[:] = outline
    share, inked = crop(shown.share, around), crop(shown.inked, around)
    mark, typed = inked & within & (share > SURE_MARK), inked & ~within & (share < SURE_TYPE / 2)
    on_page = around.shift(shown.looked_at.left, shown.looked_at.top)
    size = shown.page.shape[1], shown.page.shape[0]
    coloured = None if colours is None else colours.part(on_page, size)
    told = told_by_ink(crop(shown.page, on_page), coloured, mark, typed)
    own = np.clip(crop(share, inner), LEAST_DOUBT, 1 - LEAST_DOUBT)
    return np.asarray(1 / (1 + (1 / own - 1) * np.exp(-crop(told, inner))), np.float32)


class _Seen(NamedTuple):
    """The part of the page at `NET_DPI` that was looked at; masks of it."""

    box: Box
    is_mark: Mask
    type_ink: Mask
    margin: Mask


def _inked(small: Gray) -> Mask:
    return np.asarray(small < INK_LEVEL, np.bool_)


def _at_net_dpi(gray: Gray, dpi: float) -> Gray:
    scale = NET_DPI / dpi
    height, width = gray.shape
    if dpi % NET_DPI == 0.0:
        # whole steps take a fifth of the time; what is over at the edges is less than one
        steps = round(dpi / NET_DPI)
        gray = gray[: height // steps * steps, : width // steps * steps]
        size = (width // steps, height // steps)
    else:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if size == (width, height):
        return gray
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(gray, size, interpolation=how), np.uint8)


def _whole_letters(share: Floats, inked: Mask) -> Floats:
    """`share` with one value, the mean, for each piece of ink that is clearly one or the other.

    A letter is a mark's or type's as a whole; what is larger, or in doubt, may be both.
    """
    near = cv2.dilate((share > 0).view(np.uint8), np.ones((9, 9), np.uint8))
    parts = components(inked & near.view(np.bool_))
    most = mm_to_px(LETTER_MM, NET_DPI)
    small = (parts.width <= most) & (parts.height <= most)
    labels = parts.labels.ravel()
    at = np.flatnonzero(labels)
    sums = np.bincount(labels[at], share.ravel()[at], minlength=len(small) + 1)
    means = np.zeros(len(small) + 1, np.float32)
    means[1:] = sums[1:] / np.maximum(parts.area, 1)
    means[means < SURE_TYPE] = 0.0
    out = share.copy()
    clear = small & ((means[1:] < WHOLE[0]) | (means[1:] > WHOLE[1]))
    one = np.concatenate([[False], clear])[labels[at]]
    out.ravel()[at[one]] = means[labels[at[one]]]
    return out


# --- removal ---------------------------------------------------------------------------------


def _is_sure(group: Group, share: Floats, inked: Mask, s: MarkSettings) -> bool:
    """Whether the net takes the group as a whole for a mark; a small one may be a typed sign."""
    here = crop(share, group.box)
    in_doubt = here[group.mask & crop(inked, group.box) & (here > 1 - s.shape_sure)]
    small = max(group.box.width, group.box.height) < mm_to_px(SMALL_MM, NET_DPI)
    return float(in_doubt.mean()) > (s.shape_mean_small if small else s.shape_mean)


def _within_row(group: Group, is_mark: Mask, type_ink: Mask) -> bool:
    """Whether type goes on at both ends of the group, as high and at the same height: a word."""
    box = group.box
    if box.height > mm_to_px(ROW_MM, NET_DPI):
        return False
    beside, apart, off = (round(mm_to_px(mm, NET_DPI)) for mm in (BESIDE_MM, APART_MM, OFF_MM))
    own, ends = group.mask & crop(is_mark, box), []
    for part, left in ((own[:, :beside], box.left - beside), (own[:, -beside:], box.right)):
        there = Box(left, box.top - apart, left + beside, box.bottom + apart)
        if left < 0 or there.top < 0 or there != there.clip(type_ink.shape[1], type_ink.shape[0]):
            return False
        rows = [np.flatnonzero(m.any(axis=1)) for m in (part, crop(type_ink, there))]
        if not all(len(r) for r in rows):
            return False
        own_ends, its_ends = (rows[0][[0, -1]] + apart, rows[1][[0, -1]])
        ends += [own_ends, its_ends]
    return bool(np.ptp(np.stack(ends), axis=0).max() <= off)


def _take_off(found: Found, groups: list[Group], seen: _Seen, dpi: float) -> Found:
    """Whites out the pixels of marks that belong to a group, and their rims, not type's.

    What lies in the margin goes as well, but counts as no mark: it is the paper's own edge.
    """
    size = found.gray.shape[1], found.gray.shape[0]
    areas = [_at_full_size(group, seen, dpi, size) for group in groups]
    if not any((crop(found.gray, box)[area] < INK_LEVEL).any() for box, area in areas):
        return found
    # where marks are off already, both are copies of our own
    gray, marks = found.gray, found.marks
    if not found.removed:
        gray, marks = gray.copy(), marks.copy()
    taken = 0
    for box, area in areas:
        here, there = crop(gray, box), crop(marks, box)
        there[area] = np.minimum(there[area], here[area])
        taken += int((here[area] < INK_LEVEL).sum())
        here[area] = WHITE
    removed = [
        Mark(kind_of(group, NET_DPI), box)
        for group, (box, _) in zip(groups, areas, strict=True)
        if not lies_in(seen.margin, group)
    ]
    share = found.share + taken / gray.size
    return Found(gray, marks, _joined(found.removed, removed), share)


def _at_full_size(group: Group, seen: _Seen, dpi: float, size: tuple[int, int]) -> tuple[Box, Mask]:
    """Box and area of a mark on the page of `size` (width, height), with its rims, off type."""
    rim, keep = (round(mm_to_px(mm, NET_DPI)) for mm in (RIM_MM, NEAR_TYPE_MM))
    around = group.box.grow(rim, rim).clip(seen.box.width, seen.box.height)
    mark = np.zeros((around.height, around.width), np.uint8)
    crop(mark, group.box.shift(-around.left, -around.top))[:] = group.mask
    mark &= crop(seen.is_mark, around)
    typed = _wider(crop(seen.type_ink, around).astype(np.uint8), keep)
    off = mark | (_wider(mark, rim) & ~typed & 1)
    on_page = around.shift(seen.box.left, seen.box.top)
    box = Box(*(round(v * dpi / NET_DPI) for v in on_page)).clip(*size)
    return box, resize(np.asarray(off * 255, np.uint8), (box.width, box.height)) > 127


def _joined(marks: tuple[Mark, ...], more: list[Mark]) -> tuple[Mark, ...]:
    """Both together; what lies for the most part within an earlier mark is part of it."""
    out = list(marks)
    for mark in more:
        shared = [mark.box.intersect(old.box).area for old in out]
        most = int(np.argmax(shared)) if shared else -1
        if shared and shared[most] > 0.5 * mark.box.area:
            out[most] = Mark(out[most].kind, hull((out[most].box, mark.box)))
        else:
            out.append(mark)
    return tuple(out)


def _wider(mask: npt.NDArray[np.uint8], by: int) -> npt.NDArray[np.uint8]:
    cell = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * by + 1, 2 * by + 1))
    return np.asarray(cv2.dilate(mask, cell), np.uint8)
