"""Born-digital pages with known text, for these tests: one line a row, "" leaves a gap."""

from __future__ import annotations

import textwrap

from ocr.document import Line, Page, Word, Zone, ZoneKind
from ocr.geometry import Box, hull

STROKE, HEIGHT, FEED, GAP = 10, 20, 26, 18  # pixels at 150 dpi
COLUMNS = 90


def printed_page(index: int, text: str) -> Page:
    """A page of these paragraphs, a row of the text each, broken at 90 columns."""
    y, lines = 100, []
    zone = f"p{index + 1}-z1"
    for row in text.strip().split("\n"):
        for typed in textwrap.wrap(row, COLUMNS):
            x, words = 100, []
            for word in typed.split():
                end = x + STROKE * len(word)
                words.append(Word(word, Box(x, y, end, y + HEIGHT), 1.0))
                x = end + STROKE
            box = hull(w.box for w in words)
            name = f"p{index + 1}-l{len(lines) + 1}"
            lines.append(Line(name, zone, box, typed, 1.0, tuple(words)))
            y += FEED
        y += GAP
    frame = hull(line.box for line in lines)
    zones = (Zone(zone, ZoneKind.BORN_DIGITAL, frame, 0),)
    return Page(index, (1240, 1754), 150.0, (), zones, tuple(lines))
