"""Draws what was found on a page over the page: zones, lines, and marks taken off.

Each zone has the colour of its kind and a tag with its place in the reading order and its kind;
each line its box and its baseline; each mark that was taken off is hatched, but for rules.
Colours follow Okabe and Ito (2008), which people with any colour vision tell apart, some of them
darkened for white tags; as they are fewer than the kinds, the tag says what they leave open.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocr.document import Line, Mark, MarkKind, Page, PageImage, Zone, ZoneKind
from ocr.geometry import Box, Pixels, mm_to_px
from ocr.raster import crop

Colour = tuple[int, int, int]

BLUE, SKY, GREEN = (0, 114, 178), (40, 140, 205), (0, 158, 115)
VERMILION, ORANGE, PURPLE, GREY = (213, 94, 0), (200, 130, 0), (174, 84, 132), (95, 95, 95)
KIND_COLOURS: dict[ZoneKind, Colour] = {
    ZoneKind.HEAD: BLUE,
    ZoneKind.CONTINUATION: BLUE,
    ZoneKind.GRID: SKY,
    ZoneKind.RECEPTION: VERMILION,
    ZoneKind.MARGIN: GREY,
    ZoneKind.URGENCY: ORANGE,
    ZoneKind.ADDRESSEE: PURPLE,
    ZoneKind.PAGE_NUMBER: GREY,
    ZoneKind.BODY: GREEN,
    ZoneKind.CATCHWORD: ORANGE,
    ZoneKind.SIGN_OFF: BLUE,
    ZoneKind.TITLE: BLUE,
    ZoneKind.PARAGRAPH: GREEN,
    ZoneKind.LIST: SKY,
    ZoneKind.TABLE: ORANGE,
    ZoneKind.VERSE: PURPLE,
    ZoneKind.STAMP: VERMILION,
    ZoneKind.HANDWRITING: PURPLE,
    ZoneKind.BORN_DIGITAL: GREY,
}
ZONE_BORDER_MM = 0.35  # twice as wide as a typed stroke, so that it is not taken for one
LINE_BORDER_MM = 0.12
HATCH_MM = 2.5  # distance of the strokes over a mark: wide enough to see what lies below
TAG_MM = 2.0  # height of a tag's letters, like those of the type
SMALLEST_TAG_PX = 9  # below, letters run together on screen
ZONE_TINT, LINE_TINT, TAG_TINT = 14, 150, 225  # opacity of fills and lines, of 255


def draw_overlay(image: PageImage, page: Page) -> Pixels:
    """(H, W, 3) uint8 RGB: the scan with `page`, which is in scan pixels, drawn on it."""
    canvas = Image.fromarray(_to_rgb(image.pixels))
    pen = _Pen(canvas, image.dpi)
    kinds = {zone.id: zone.kind for zone in page.zones}
    for mark in page.marks:
        pen.mark(mark)
    for zone in page.zones:
        pen.zone(zone)
    for line in page.lines:
        pen.line(line, KIND_COLOURS[kinds.get(line.zone, ZoneKind.BODY)])
    for zone in page.zones:  # above all else
        pen.tag(zone)
    return np.array(canvas, dtype=np.uint8)


def mark_crops(image: PageImage, page: Page) -> Iterator[tuple[str, Pixels]]:
    """Stamps and handwriting cut from the scan, as it is: evidence of what was taken off.

    Each with its name: its kind and its place among the page's marks, from 1 ("stamp-3").
    """
    height, width = image.pixels.shape[:2]
    for number, mark in enumerate(page.marks, 1):
        box = mark.box.clip(width, height)
        if mark.kind in (MarkKind.STAMP, MarkKind.HANDWRITING) and box.area:
            yield f"{mark.kind}-{number}", crop(image.pixels, box)


def _to_rgb(pixels: Pixels) -> Pixels:
    if pixels.ndim == 3:
        return pixels
    return np.repeat(pixels[..., None], 3, axis=2)


class _Pen:
    """Draws on an RGB image with widths that suit its resolution."""

    def __init__(self, canvas: Image.Image, dpi: float) -> None:
        self._draw = ImageDraw.Draw(canvas, "RGBA")
        self._size = canvas.size
        self._border = max(1, round(mm_to_px(ZONE_BORDER_MM, dpi)))
        self._thin = max(1, round(mm_to_px(LINE_BORDER_MM, dpi)))
        self._hatch = max(4, round(mm_to_px(HATCH_MM, dpi)))
        self._font = ImageFont.load_default(max(SMALLEST_TAG_PX, mm_to_px(TAG_MM, dpi) * 1.4))

    def zone(self, zone: Zone) -> None:
        colour = KIND_COLOURS[zone.kind]
        self._rectangle(zone.box, colour, self._border, 255, ZONE_TINT)

    def line(self, line: Line, colour: Colour) -> None:
        self._rectangle(line.box, colour, self._thin, LINE_TINT)
        if len(line.baseline) > 1:
            self._draw.line([(p.x, p.y) for p in line.baseline], (*colour, 255), self._thin * 2)

    def tag(self, zone: Zone) -> None:
        """Name a zone above its right end, where lines seldom reach.

        A zone narrower than its tag has it on its right; a cell, with others above it, inside.
        """
        text = f"{zone.order + 1} {zone.kind}"
        left, top, right, bottom = self._draw.textbbox((0, 0), text, self._font)
        pad = self._border
        width, height = round(right - left) + 2 * pad, round(bottom - top) + 2 * pad
        narrow, cell = zone.box.width < width, zone.kind is ZoneKind.GRID
        x = zone.box.right if narrow else zone.box.right - width
        y = zone.box.top if narrow or cell else zone.box.top - height
        x = min(max(x, 0), max(0, self._size[0] - width))
        y = min(max(y, 0), max(0, self._size[1] - height))
        colour = (*KIND_COLOURS[zone.kind], TAG_TINT)
        self._draw.rectangle((x, y, x + width - 1, y + height - 1), colour)
        self._draw.text((x + pad - left, y + pad - top), text, "white", self._font)

    def mark(self, mark: Mark) -> None:
        """Hatch a mark's box, handwriting the other way than the rest; rules stay plain."""
        b = mark.box
        self._rectangle(b, GREY, self._thin, LINE_TINT)
        if mark.kind is MarkKind.RULE:
            return
        falling = mark.kind is MarkKind.HANDWRITING
        colour = (*GREY, LINE_TINT)
        right, low = b.width - 1, b.height - 1
        for c in range(self._hatch, right + low, self._hatch):
            # the stroke x − left + y − top = c, cut off at the box
            x0, y0 = (c, 0) if c < right else (right, c - right)
            x1, y1 = (0, c) if c < low else (c - low, low)
            if falling:
                x0, x1 = right - x0, right - x1
            ends = (b.left + x0, b.top + y0, b.left + x1, b.top + y1)
            self._draw.line(ends, colour, self._thin)

    def _rectangle(
        self, box: Box, colour: Colour, width: int, opacity: int, tint: int | None = None
    ) -> None:
        corners = (box.left, box.top, max(box.left, box.right - 1), max(box.top, box.bottom - 1))
        fill = None if tint is None else (*colour, tint)
        self._draw.rectangle(corners, fill, (*colour, opacity), width)
