"""Marks on grey and black-and-white scans, and those in black ink and pencil on colour scans.

Without colour a mark betrays itself by its shape: strokes longer, thinner, thicker, more curved or
paler than type's, off the grid of its lines and pitch, at an angle to it. Two small nets weigh
this (`ocr/train/marks_net.py` has their layers and how they were trained): `where` looks at the
whole page at 50 dpi and names squares of 4 mm that bear marks, 7 ms a page; `which` looks at
blocks of 24 mm that cover such squares at 150 dpi, with what `where` has seen up to 30 mm around,
and tells pixels of marks from pixels of type, 1 ms a block. So letters within the frame of a stamp
go, pressed on however straight, and those of a printed head stay. Squares that `where` half
believes, with none beside them that it is sure of, are not looked at. Where type and mark lie over
each other the pixel is type's and stays. The page is looked at again until nothing more is found.

Unsure means unchanged: a group of pixels comes off when it is as large as a mark and the net is
sure of it as a whole; not when letters of its height go on at both ends of it; a page that would
lose most of its ink loses none, nor does one unlike those that the nets learned from, where they
doubt a good part of the ink: coarse grain, or a few lines of small type on a white page. Printed
rules and forms count as type: layout needs them.

Expected, on made pages: docs/marks.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ocr.document import Mark, MarkKind
from ocr.geometry import Box, Gray, Mask, hull, mm_to_px
from ocr.prepare.illumination import PAPER, Background
from ocr.prepare.ink import resize
from ocr.prepare.marks import (
    EDGE_MM,
    Found,
    Group,
    MarkSettings,
    groups_of,
    kind_of,
    lies_in,
    near_edge,
)
from ocr.prepare.remainders import outline_of
from ocr.prepare.unmix import anchored
from ocr.raster import WHITE, components, crop
from ocr.raster.network import Network

LEAST_DPI = 90.0  # below, strokes are narrower than any the nets learned
NET_DPI = 150.0  # px per inch at which the nets were trained: a stroke is two or three px wide
LOOKS = 6  # at most; most pages need two
REDUCED = 3  # `where` sees a third of that
CELL = 8 * REDUCED  # px at `NET_DPI` in a square of `where`
BLOCK, AROUND = 6, 1  # squares that `which` sees at once, and more on every side
REACH = 24  # px at `NET_DPI` around the blocks: ink that touches or follows what lies in them
INK_LEVEL = 0.85 * PAPER  # grey level; what is darker is no paper
WHERE_OVER = 0.3  # how sure `where` has to be: what it misses is missed for good
WHERE_SURE = 0.6  # and of one of the squares that touch each other
LETTER_MM = 5.0  # across: the largest piece of ink that is one letter
WHOLE = (0.4, 0.8)  # mean share of a letter that is type's as a whole, and a mark's
SURE_TYPE = 0.2  # and a letter that stays even within a stamp
SMALL_MM = 6.0  # across: a typed sign or two, a stroke in the paper
ROW_MM = 5.0  # high: a row of capitals and what hangs from it
BESIDE_MM = 2.5  # at the ends of a group: a letter
APART_MM = 1.0  # rows of type stand farther apart
OFF_MM = 0.6  # by which heights of letters in one row differ: with a tail or without
RIM_MM = 0.3  # pale rim of a stroke that goes with it
NEAR_TYPE_MM = 0.1  # and that of type's, which stays

Floats = npt.NDArray[np.float32]


def remove_by_shape(found: Found, background: Background, dpi: float, s: MarkSettings) -> Found:
    """Takes marks off `found.gray` that colour did not tell, and adds them to the others.

    The page is looked at again until nothing more comes off: what a first look leaves shows once
    the rest is gone, and a page that was prepared stays as it is when prepared again.
    """
    if not s.by_shape or dpi < LEAST_DPI or min(found.gray.shape) * NET_DPI / dpi < CELL:
        return found
    for _ in range(LOOKS):
        before, found = found, _look(found, background, dpi, s)
        if found is before:
            break
    return found


def _look(found: Found, background: Background, dpi: float, s: MarkSettings) -> Found:
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
    for group in groups:
        if kind_of(group, NET_DPI) == MarkKind.STAMP:
            here = outline_of(group.mask) & crop(inked & (share > s.shape_in_stamp), group.box)
            crop(is_mark, group.box)[here] = True
            group.mask[here] = True
    if not groups:
        return found
    margin = near_edge(background, page.shape, mm_to_px(EDGE_MM[1], NET_DPI))
    seen = _Seen(looked_at, is_mark, inked & ~is_mark, crop(margin, looked_at))
    return _take_off(found, groups, seen, dpi)


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


def _darkness(gray: Gray) -> Floats:
    """0 = paper, 1 = black."""
    return np.asarray(np.maximum(np.float32(1) - gray * np.float32(1 / PAPER), 0), np.float32)


# --- nets ------------------------------------------------------------------------------------


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
