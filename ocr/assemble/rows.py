"""Lines as read, with where layout put them: taken by rows, joined, parted into columns.

A row is what stands on one level. In running text, lists and signatures it is one line, however
wide its blanks; at the top of a letter the office stands to the left and the secrecy to the
right, each a block of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median

import regex

from ocr.assemble.printed import fold
from ocr.document import Char, LineReading, Zone
from ocr.geometry import Box, Point, hull

LEVEL = 0.6
"""Lines whose feet are nearer than this many x-heights stand on one row."""
FEW_LETTERS = 2
SHORT_SHARE = 0.55
"""A line of the sign-off, an urgency or an addressee is shorter than this share of the text."""
LEFT_SHARE = 0.4
"""What begins in this share of the text's width stands to the left."""
BLOCK_GAP = 5.2
"""x-heights between two lines of one block, at most: two and a half turns of the platen."""
TABLE_PAIRS, TABLE_ROWS = 0.5, 3
"""Where more than this share of the rows has something on either side, and so many or all have, it
is a table; two of three may be date and number beside the secrecy and the copy."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line as read, with where layout put it."""

    reading: LineReading
    zone: Zone
    text: str
    folded: str

    @property
    def box(self) -> Box:
        return self.reading.line.box

    @property
    def foot(self) -> float:
        ends = self.reading.line.baseline
        return (ends[0].y + ends[-1].y) / 2

    @property
    def x_height(self) -> float:
        return self.reading.line.x_height_px

    @property
    def spaced(self) -> bool:
        """Letter-spaced: most of its words are single letters."""
        words = self.text.split()
        return len(words) > FEW_LETTERS and 2 * sum(len(w) == 1 for w in words) > len(words)

    @property
    def letters(self) -> int:
        """Letters and figures read; none where the reading is no better than a guess."""
        guess = is_guess(self.reading.chars, on_marks=self.reading.line.on_marks)
        return 0 if guess else sum(c.isalnum() for c in self.text)

    @property
    def trust(self) -> float:
        """The mean confidence of what was read."""
        return fmean(c.confidence for c in self.reading.chars) if self.reading.chars else 0.0

    @property
    def is_dirt(self) -> bool:
        """A speck or two, or what looks like a line and could hardly be read: the sheet's edge."""
        return self.letters <= FEW_LETTERS or self.trust < DIRT

    def says(self, what: regex.Pattern[str]) -> bool:
        return what.search(self.folded) is not None


DIRT = 0.6
"""Mean confidence under which a line that stands where none should be is dirt."""
GUESS, GUESS_ON_MARKS = 0.34, 0.6
"""Mean confidence under which it is dirt that was read: of lines of type one in a thousand, under
heavy damage, has less; of what lies on marks, lines of stamps have more, scraps of frames, of notes
and of type less."""


def is_guess(chars: Sequence[Char], *, on_marks: bool) -> bool:
    """Whether what was read is no better than a guess."""
    written = [c.confidence for c in chars if c.text.strip()]
    return bool(written) and fmean(written) < (GUESS_ON_MARKS if on_marks else GUESS)


def width_of(rows: Sequence[Row]) -> float:
    """From the first letter of all to the last."""
    return float(hull([row.box for row in rows]).width) if rows else 0.0


def is_short(row: Row, width: float) -> bool:
    """As lines of the sign-off, an urgency or an addressee are, among lines of that width."""
    return row.box.width <= SHORT_SHARE * width


def by_levels(rows: Sequence[Row]) -> list[list[Row]]:
    """Lines that stand beside each other, from left to right; levels from the top down."""
    levels: list[list[Row]] = []
    for row in sorted(rows, key=lambda r: r.foot):
        if levels and row.foot - levels[-1][0].foot <= LEVEL * row.x_height:
            levels[-1].append(row)
        else:
            levels.append([row])
    return [sorted(level, key=lambda r: r.box.left) for level in levels]


def as_one(rows: Sequence[Row]) -> Row:
    """Lines of one row, from left to right, as one line."""
    if len(rows) == 1:
        return rows[0]
    chars: list[Char] = []
    for row in rows:
        read = row.reading.chars
        if chars and read:
            a, b = chars[-1], read[0]
            gap = Box(a.box.right, a.box.top, max(a.box.right, b.box.left), b.box.bottom)
            chars.append(Char(" ", gap, min(a.confidence, b.confidence)))
        chars += read
    first = max(rows, key=lambda row: row.box.width)
    ends = rows[0].reading.line.baseline[0], rows[-1].reading.line.baseline[-1]
    line = replace(
        first.reading.line,
        box=hull([row.box for row in rows]),
        baseline=(Point(*ends[0]), Point(*ends[1])),
    )
    return Row(
        replace(first.reading, line=line, chars=tuple(chars)),
        first.zone,
        " ".join(row.text for row in rows if row.text),
        " ".join(row.folded for row in rows if row.folded),
    )


def parted_at(row: Row, start: int) -> tuple[Row, Row]:
    """One line as two: what was read before character `start`, and from it on."""
    chars = row.reading.chars
    return _piece(row, chars[:start]), _piece(row, chars[start:])


def _piece(row: Row, chars: Sequence[Char]) -> Row:
    written = [i for i, c in enumerate(chars) if c.text.strip()]
    chars = chars[written[0] : written[-1] + 1]
    source = row.reading.line
    box = hull([c.box for c in chars])
    (x1, y1), (x2, y2) = source.baseline[0], source.baseline[-1]
    rise = (y2 - y1) / max(1.0, x2 - x1)
    ends = tuple(Point(float(x), y1 + (x - x1) * rise) for x in (box.left, box.right))
    reading = replace(row.reading, line=replace(source, box=box, baseline=ends), chars=tuple(chars))
    return Row(reading, row.zone, reading.text, fold(reading.text))


def blocks_at_top(levels: Sequence[Sequence[Row]]) -> tuple[list[Row], int]:
    """The block to the left and the one to the right of it that a letter begins with.

    Their lines, the left block first, and how many levels they take; none where it begins
    otherwise.
    """
    if not levels:
        return [], 0
    every = [row for level in levels for row in level]
    frame = hull([row.box for row in every if row.letters > FEW_LETTERS] or [every[0].box])
    limit = frame.left + LEFT_SHARE * frame.width
    left: list[Row] = []
    right: list[Row] = []
    taken = pairs = 0
    for i, level in enumerate(levels):
        # what stands outside the text is dirt
        typed = [row for row in level if row.letters and row.box.intersect(frame).area]
        here = [row for row in typed if row.box.left < limit]
        beyond = [row for row in typed if row.box.left >= limit]
        reached = max((row.box.right for row in (*left, *here)), default=frame.left)
        begins = min((row.box.left for row in (*right, *beyond)), default=frame.right)
        apart = median([row.foot for row in level]) - (left[-1].foot if left else 0.0)
        if left and (here or beyond) and apart > BLOCK_GAP * level[0].x_height:
            break
        if reached + level[0].x_height > begins and (right or beyond):
            break
        pairs += bool(here and beyond)
        left += here
        right += beyond
        if left and right and here:
            taken = i + 1
    if not taken or (pairs > TABLE_PAIRS * taken and pairs >= min(taken, TABLE_ROWS)):
        return [], 0
    taken_rows = [row for level in levels[:taken] for row in level]
    if not _side_by_side([r for r in taken_rows if r not in right], right):
        return [], 0  # one below the other: a motto, then the text
    return [r for r in taken_rows if r not in right] + [r for r in taken_rows if r in right], taken


def _side_by_side(left: Sequence[Row], right: Sequence[Row]) -> bool:
    a, b = hull([row.box for row in left]), hull([row.box for row in right])
    return a.top < b.bottom and b.top < a.bottom


def sheets_of(rows: Sequence[Row]) -> list[list[Row]]:
    """The lines of each sheet of a spread: layout numbers the left sheet's zones first.

    A new sheet begins where a zone of running text stands right of all before it, beside them.
    """
    sheets: list[list[Row]] = []
    zone: Zone | None = None
    for row in rows:
        if row.zone is not zone:
            zone = row.zone
            if not sheets or _begins_sheet(zone, sheets[-1]):
                sheets.append([])
        sheets[-1].append(row)
    return sheets


def _begins_sheet(zone: Zone, before: Sequence[Row]) -> bool:
    text = [row.zone.box for row in before if row.zone.kind.value == "body"]
    if zone.kind.value != "body" or not text:
        return False
    frame = hull(text)
    return zone.box.left >= frame.right and zone.box.top < frame.bottom
