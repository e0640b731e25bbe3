"""What a PDF page holds, and whether its text may stand as it is.

Text is believed when it is there, is visible, does not lie over an image (such text is an OCR
layer), and its characters are letters: no `(cid:7)`, no private-use or replacement characters,
no CP1251 shown as Latin-1 (`Øèôð`). Words come in the order in which the file draws them, which
keeps columns and table rows together where sorting by height would mix them.
"""

from __future__ import annotations

import logging
import math
import re
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pdfplumber

from ocr.document import DigitalLine, DigitalPage, PageRef
from ocr.geometry import Box, hull

POINTS_PER_INCH = 72.0
# pypdfium2 rounds sizes up; those told to five digits would come out a pixel too large, and a
# scan would be resampled, so that its letters lose their edges
ROUND_DOWN = 1 - 3e-5
# a text of which more is garbage has a font without a usable table of characters
MAX_BROKEN_SHARE = 0.02
# no language writes more of its letters as À–ÿ; Russian read as Latin-1 writes all of them so
MAX_LATIN1_SHARE = 0.4
# text of which more lies over images or is invisible belongs to a scan
MAX_HIDDEN_SHARE = 0.5
# more curves than this for each character: letters drawn as outlines, with a folio as text
MAX_CURVES_PER_CHAR = 5.0
# a gap wider than this part of the letter's size parts words that no blank parts
WORD_GAP = 0.25
# resolutions across and down that differ less are one, told in rounded sizes
SAME_DPI = 1.02
# how finely the page is rastered to see how much of it images cover, cells a side
COVER_CELLS = 100
# how pdfminer writes a glyph whose character it cannot tell
_UNMAPPED = re.compile(r"\(cid:\d+\)")
# control, unassigned, private use, half of a surrogate pair
_NO_LETTER = frozenset(("Cc", "Cn", "Co", "Cs"))

_PtBox = tuple[float, float, float, float]


class Frame(NamedTuple):
    """The visible page: its corner within the displayed media box and its size, in points."""

    left: float
    top: float
    width: float
    height: float

    def size_px(self, dpi: float) -> tuple[int, int]:
        """Width and height of the page when pypdfium2 renders it at `dpi × ROUND_DOWN`."""
        scale = dpi * ROUND_DOWN / POINTS_PER_INCH
        return max(1, math.ceil(self.width * scale)), max(1, math.ceil(self.height * scale))


class Placed(NamedTuple):
    """An image on the visible page: left, top, right, bottom in points, and its pixels."""

    box: _PtBox
    width_px: int
    height_px: int

    @property
    def dpi(self) -> float:
        """Pixels an inch, whichever way the image is turned; 0 where it has no area or no pixels.

        Sizes in points are rounded, so that across and down differ a little. The lower of the
        two is the one at which the page comes out exactly as large as the image.
        """
        left, top, right, bottom = self.box
        across, down = (right - left) / POINTS_PER_INCH, (bottom - top) / POINTS_PER_INCH
        if min(across, down, self.width_px, self.height_px) <= 0:
            return 0.0
        upright = (self.width_px / across, self.height_px / down)
        turned = (self.height_px / across, self.width_px / down)
        low, high = min(sorted(upright), sorted(turned), key=lambda pair: pair[1] / pair[0])
        return low if high <= SAME_DPI * low else math.sqrt(low * high)


class PtWord(NamedTuple):
    """A word and its box on the visible page, in points."""

    text: str
    box: _PtBox


@dataclass(frozen=True, slots=True)
class Contents:
    """What pdfplumber sees on a page, in points of the visible page, origin top left."""

    images: tuple[Placed, ...]
    words: tuple[PtWord, ...]
    curves: int


def count_by_pdfplumber(path: Path) -> int | None:
    """How many pages pdfplumber finds; None where it cannot open the file."""
    try:
        with _quiet(), pdfplumber.open(path) as pdf:
            return len(pdf.pages)
    except Exception:  # pdfminer raises nearly anything on broken files
        return None


def look(path: Path, index: int, frame: Frame) -> Contents | None:
    """None when pdfplumber does not find the page or fails on it."""
    try:
        with _quiet(), pdfplumber.open(path, pages=[index + 1]) as pdf:
            for page in pdf.pages:
                try:
                    return _contents(page, frame)
                finally:
                    page.close()  # or its caches outlive it
    except Exception:  # as above
        return None
    return None


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps pdfminer from writing to stderr what it finds odd."""
    logger = logging.getLogger("pdfminer")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _contents(page: Any, frame: Frame) -> Contents:
    dx, dy = page.bbox[0] + frame.left, page.bbox[1] + frame.top
    visible = (0.0, 0.0, frame.width, frame.height)

    def box(item: dict[str, Any]) -> _PtBox:
        x0, top = float(item["x0"]) - dx, float(item["top"]) - dy
        return (x0, top, float(item["x1"]) - dx, float(item["bottom"]) - dy)

    images = [Placed(box(i), *_finest(i)) for i in page.images]
    words = page.dedupe_chars().extract_words(use_text_flow=True, x_tolerance_ratio=WORD_GAP)
    placed = [PtWord(unicodedata.normalize("NFC", w["text"]), box(w)) for w in words]
    kept = tuple(w for w in placed if w.text.strip() and _centre_within(w.box, visible))
    return Contents(tuple(images), kept, len(page.curves))


def _finest(image: dict[str, Any]) -> tuple[int, int]:
    """The size in pixels of an image or of its mask, whichever is finer.

    Compressed scans lay the letters as a fine mask over a coarse picture of the paper.
    """
    sizes = [image["srcsize"]]
    for name in ("Mask", "SMask"):
        mask = image["stream"].get(name)
        mask = mask.resolve() if hasattr(mask, "resolve") else mask
        attrs = getattr(mask, "attrs", {})
        if "Width" in attrs and "Height" in attrs:
            sizes.append((attrs["Width"], attrs["Height"]))
    width, height = max(sizes, key=lambda size: float(size[0]) * float(size[1]))
    return int(width), int(height)


def _centre_within(inner: _PtBox, outer: _PtBox) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def cover(images: Iterable[Placed], frame: Frame) -> float:
    """Which part of the visible page lies under images, 0–1; overlaps count once."""
    cells = np.zeros((COVER_CELLS, COVER_CELLS), dtype=np.bool_)
    for image in images:
        x0, x1 = (_cell(x, frame.width) for x in (image.box[0], image.box[2]))
        y0, y1 = (_cell(y, frame.height) for y in (image.box[1], image.box[3]))
        cells[y0:y1, x0:x1] = True
    return float(cells.mean())


def _cell(at: float, length: float) -> int:
    return min(max(round(at / max(length, 1e-9) * COVER_CELLS), 0), COVER_CELLS)


def is_born_digital(seen: Contents, invisible: float, frame: Frame, scan_cover: float) -> bool:
    """Whether the text of a page may stand; `invisible` is the part that is not drawn, 0–1."""
    letters = sum(len(w.text) for w in seen.words)
    if not letters or invisible > MAX_HIDDEN_SHARE or seen.curves > MAX_CURVES_PER_CHAR * letters:
        return False
    if cover(seen.images, frame) > scan_cover or not is_believable([w.text for w in seen.words]):
        return False
    over = sum(
        len(w.text) for w in seen.words if any(_centre_within(w.box, i.box) for i in seen.images)
    )
    return over <= MAX_HIDDEN_SHARE * letters


def is_believable(words: Sequence[str]) -> bool:
    """Whether these are words of a language and not what a broken font made of them."""
    text = _UNMAPPED.sub("\ufffd", "".join(words))
    broken = sum(c == "\ufffd" or unicodedata.category(c) in _NO_LETTER for c in text)
    letters = [c for c in text if c.isalpha()]
    latin1 = sum("À" <= c <= "ÿ" for c in letters)
    return broken <= MAX_BROKEN_SHARE * len(text) and latin1 <= MAX_LATIN1_SHARE * len(letters)


def to_digital(ref: PageRef, seen: Contents, frame: Frame, dpi: float) -> DigitalPage:
    """The page's words, gathered into lines, in pixels at `dpi`."""
    scale = dpi / POINTS_PER_INCH
    lines = []
    for row in _rows(seen.words):
        words = tuple((w.text, _to_pixels(w.box, scale)) for w in row)
        text = " ".join(w.text for w in row)
        lines.append(DigitalLine(hull(box for _, box in words), text, words))
    return DigitalPage(ref, *frame.size_px(dpi), dpi, tuple(lines))


def _rows(words: Sequence[PtWord]) -> list[list[PtWord]]:
    """Words in drawing order, cut into lines where one begins lower, higher or further left."""
    rows: list[list[PtWord]] = []
    for word in words:
        if rows and _continues(rows[-1][-1].box, word.box):
            rows[-1].append(word)
        else:
            rows.append([word])
    return rows


def _continues(last: _PtBox, box: _PtBox) -> bool:
    shared = min(last[3], box[3]) - max(last[1], box[1])
    low = min(last[3] - last[1], box[3] - box[1])
    return shared >= 0.5 * low and box[0] >= last[0]


def _to_pixels(box: _PtBox, scale: float) -> Box:
    left, top, right, bottom = (v * scale for v in box)
    return Box(math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom))
