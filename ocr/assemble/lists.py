"""Lists on a page that is no telegram: points that follow each other, and lines with leaders.

A point begins with a letter, a figure or a dash and takes a line or two; where its mark was misread
the stops around it tell it. Lists that a sheet cuts off are known by their letters and their stops.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from itertools import pairwise

import regex

from ocr.assemble.rows import FEW_LETTERS, Row
from ocr.assemble.text_frame import (
    CENTRED,
    COLUMN_OFF,
    PARTED,
    TITLE_DEEP,
    TITLE_IN,
    Frame,
    chains,
    is_stopped,
)

LEAST_TITLE = 7
"""Letters, all capitals, and more, behind a number: a title."""
POINTS, POINT_LINES = 3, 2
"""A list has so many points at least, each of so many lines at most."""
AT_MARGIN = 1.2
"""Strokes by which a line is set in, at most, that begins at the margin."""
LEADER_LINES = 3

POINT = regex.compile(r"[\"«(]?(?:[0-9IlОЗ]{1,2}[.)/](?!\d)|\p{L}[)}]|\p{Lu}\.|[-–—•*])\s?\S")
_BARE = regex.compile(r"[\p{Ll}6](?:\s\S|[.,]\s\p{Lu})")
_LATER = regex.compile(r"[в-я]\)\s?\p{L}")
_LEADER = regex.compile(r"(?:[.…_]\s?){5,}\W*[\p{N}ОЗI]{1,4}\W*$")


def lists(rows: Sequence[Row], tables: Set[int], frame: Frame) -> Iterator[int]:
    """Points that follow each other, and lines with leaders; numbered rows of tables are none."""
    places = [i for i, row in enumerate(rows) if row.letters > FEW_LETTERS or i in tables]
    written = [rows[i] for i in places]  # dirt beside a list parts nothing
    within = {n for n, i in enumerate(places) if i in tables}
    for points in _runs(written, within, frame):
        yield from (places[n] for n in _list_of(points, len(written) - 1, written))
    leaders = [i for i, row in enumerate(rows) if _LEADER.search(row.text)]
    for chain in chains(leaders):
        if len(chain) >= LEADER_LINES:
            yield from range(chain[0], chain[-1] + 1)


def _runs(rows: Sequence[Row], tables: Set[int], frame: Frame) -> Iterator[list[list[int]]]:
    """Points that follow each other, each with its lines."""
    points: list[list[int]] = []
    begins = [row for row in rows if is_point(row, frame)]
    set_in = 2 * sum(frame.indent(row) > TITLE_IN for row in begins) > len(begins)
    for i, row in enumerate(rows):
        # where points are set in, a dash or a date at the margin goes on with the line above
        shown = row in begins and (frame.indent(row) > AT_MARGIN or not set_in)
        point = points[-1] if points else []
        if i in tables:
            yield points
            points = []
        elif shown or (
            frame.indent(row) > TITLE_IN and _must_be_point(i, rows, bool(point), begins)
        ):
            points.append([i])
        elif point and _is_more(row, rows[i - 1], rows[point[0]], frame):
            point.append(i)
        else:
            yield points
            points = []
    yield points


def _is_more(row: Row, above: Row, point: Row, frame: Frame) -> bool:
    """Whether a line goes on with a point that the line above belongs to."""
    near = row.foot - above.foot < PARTED * frame.feed
    ended = is_stopped(above.text) and not _had_no_room(row, above, frame)
    return near and not ended and (not _begins(row, frame) or _hangs(row, point, frame))


def is_point(row: Row, frame: Frame) -> bool:
    """Also where the bracket was not read: no paragraph begins with a small letter alone."""
    text = row.text.strip()
    letters = [c for c in text if c.isalpha()]
    centred = frame.indent(row) > TITLE_IN and abs(frame.indent(row) - frame.room(row)) < CENTRED
    if centred and len(letters) > LEAST_TITLE and all(c.isupper() for c in letters):
        return False  # `I. ВВЕДЕНИЕ`
    if centred and frame.indent(row) > TITLE_DEEP and not is_stopped(text):
        return False  # `2. О ходе уборки`
    bare = _BARE.match(text) is not None and frame.indent(row) > TITLE_IN
    return bare or POINT.match(text) is not None


def _must_be_point(i: int, rows: Sequence[Row], behind: bool, begins: Sequence[Row]) -> bool:
    """Whether a line set in whose letter or figure was misread is a point: behind a point that ends
    with a comma or a semicolon, or between a colon and a point.
    """
    end = rows[i - 1].text.rstrip()[-1:] if i else ""
    if behind:
        return end in (",", ";")
    return end == ":" and i + 1 < len(rows) and rows[i + 1] in begins


def _had_no_room(row: Row, above: Row, frame: Frame) -> bool:
    """Whether the first word of a line would not have stood at the end of the one above."""
    word = len(row.text.split()[0]) if row.text.split() else 0
    return frame.room(above) < word + SPARE


SPARE = 7
"""Strokes that a typist leaves free at the end of a line, at most, besides the next word."""


def _hangs(row: Row, point: Row, frame: Frame) -> bool:
    """Whether a line begins where the text of a point does, behind its number."""
    boxes = [c.box for c in point.reading.chars if c.text.strip()]
    blanks = (b.left for a, b in pairwise(boxes) if b.left - a.right > BLANK * frame.stroke)
    begins = next(blanks, None)
    return begins is not None and abs(row.box.left - begins) < COLUMN_OFF * frame.stroke


BLANK = 0.7
"""Strokes from letter to letter from which there is a blank between them."""


def _begins(row: Row, frame: Frame) -> bool:
    """Whether a line that is no point begins a paragraph."""
    first = row.text.strip()[:1]
    return frame.indent(row) > TITLE_IN and (first.isupper() or first.isdigit() or first in '/"«')


def _list_of(points: Sequence[Sequence[int]], last: int, rows: Sequence[Row]) -> Iterator[int]:
    """The lines of three short points and more in a row; of fewer, where a sheet begins with the
    third letter of a list or a later one, or ends behind the second point with more to follow.

    last  the last line of the sheet
    """
    run: list[int] = []
    many = 0
    for point in (*points, ()):
        end = rows[point[-1]].text.rstrip()[-1:] if point else ""
        # a point that the sheet's end cuts off in its last line is longer
        cut = bool(point) and point[-1] == last and end.isalnum() and len(point) == POINT_LINES
        if 0 < len(point) <= POINT_LINES and not cut:
            run += point
            many += 1
            continue
        goes_on = bool(run) and not run[0] and _LATER.match(rows[0].text.strip()) is not None
        more = many == POINTS - 1 and run[-1] == last
        if many >= POINTS or goes_on or (more and rows[last].text.rstrip()[-1:] in (",", ";")):
            yield from run
        run, many = [], 0
