"""What the parts of a page that is no telegram are: title, running text, list, table, verse.

Told by how lines stand, as a typist sets them: titles centred on the text, tables in columns that
keep their places, verse set in with every line begun anew, lists in points of a line or two each.
Their words say little (a point, a capital, a hyphen), so that misread letters cost little.
On made-up papers nine titles of ten and all tables are named right; where nothing tells, it is
running text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import inf
from statistics import median

import regex

from ocr.assemble.rows import FEW_LETTERS, Row
from ocr.document import ZoneKind
from ocr.geometry import Box

MARGIN_QUANTILE = 0.2
"""Of the lefts of the lines, in order: the margin."""
FULL = 0.75
"""Share of the widest line from which a line fills the page."""
COLUMN_BLANK = 2.6
"""Strokes of blank between columns, at least: letter-spaced words have 1.5."""
COLUMN_OFF = 1.6
"""Strokes by which the fields of a column may begin off each other."""
TABLE_ROWS, ROWS_APART = 3, 3
"""So many rows make a table; between two of them there are rows with one field, at most fewer."""
TITLE_IN, TITLE_DEEP = 2.5, 9.0
"""Strokes by which a title is set in on the left: at least, and where nothing but that tells it
from the first line of a paragraph."""
CENTRED = 6.0
"""Strokes by which the two margins of a title may differ: the right edge is ragged."""
TITLE_WIDE = 0.9
"""A title is no wider than this share of the text."""
VERSE_IN, VERSE_OFF = 4.0, 5.0
"""Strokes by which verse is set in, at least, and by which its lines may begin off each other."""
VERSE_LINES, VERSE_WIDE = 4, 0.8
VERSE_CAPITALS, VERSE_STOPS = 0.7, 0.4
"""Shares of its lines that begin with a capital, and that end with a stop or a comma."""
LEAST_TITLE = 7
"""Letters, all capitals, and more, behind a number: a title."""
POINTS, POINT_LINES = 3, 2
"""A list has so many points at least, each of so many lines at most."""
AT_MARGIN = 1.2
"""Strokes by which a line is set in, at most, that begins at the margin."""
PARTED = 1.7
"""Line feeds below a point from which a line is none of it: the signature."""
LEADER_LINES = 3

_POINT = regex.compile(r"[\"«(]?(?:[0-9IlОЗ]{1,2}[.)/](?!\d)|\p{L}[)}]|\p{Lu}\.|[-–—•*])\s?\S")
_BARE_POINT = regex.compile(r"[\p{Ll}6](?:\s\S|[.,]\s\p{Lu})")
_YEAR = regex.compile(r"\d{2}(?:\s?г)+\.?$|\sг\.\s?г\.$")  # its stop ends no sentence
_LATER = regex.compile(r"[в-я]\)\s?\p{L}")
_NUMBERED = regex.compile(r"(?:[0-9IlVXОЗ]{1,4}[.)]?)+\s")
_LEADER = regex.compile(r"(?:[.…_]\s?){5,}\W*[\p{N}ОЗI]{1,4}\W*$")


@dataclass(frozen=True, slots=True)
class _Frame:
    """Edges of the text, the width of a stroke and the usual line feed, in pixels."""

    left: float
    right: float
    stroke: float
    feed: float

    def indent(self, row: Row) -> float:
        """Strokes from the margin to the line."""
        return (row.box.left - self.left) / self.stroke

    def room(self, row: Row) -> float:
        """Strokes from the end of the line to the right edge."""
        return (self.right - row.box.right) / self.stroke


def text_parts(rows: Sequence[Row]) -> list[tuple[ZoneKind, list[Row]]]:
    """The rows of a page, in reading order, as runs of one kind."""
    frame = _frame(rows)
    if frame is None:
        return [(ZoneKind.PARAGRAPH, list(rows))] if rows else []
    kinds = [ZoneKind.PARAGRAPH] * len(rows)
    tables = set(_tables(rows, frame))
    found: Iterable[int]
    for kind, found in (
        (ZoneKind.TABLE, tables),
        (ZoneKind.VERSE, _verses(rows, frame)),
        (ZoneKind.LIST, _lists(rows, tables, frame)),
    ):
        for i in found:
            if kinds[i] is ZoneKind.PARAGRAPH:
                kinds[i] = kind
    for i in _titles(rows, kinds, frame):
        kinds[i] = ZoneKind.TITLE
    for i, row in enumerate(rows):  # dirt belongs to what it stands in
        if i and row.letters <= FEW_LETTERS and kinds[i] is ZoneKind.PARAGRAPH:
            kinds[i] = kinds[i - 1]
    pairs = zip(kinds, rows, strict=True)
    return [(kind, [row for _, row in run]) for kind, run in groupby(pairs, key=lambda p: p[0])]


def _frame(rows: Sequence[Row]) -> _Frame | None:
    written = [row for row in rows if row.letters > FEW_LETTERS]
    if not written:
        return None
    widest = max(row.box.width for row in written)
    full = [row for row in written if row.box.width > FULL * widest]
    lefts = sorted(row.box.left for row in written)
    stroke = max(1.0, median(row.reading.line.pitch_px for row in written))
    return _Frame(
        left=float(lefts[int(MARGIN_QUANTILE * (len(lefts) - 1))]),
        right=_right_edge([row.box.right for row in full], stroke),
        stroke=stroke,
        feed=median([b.foot - a.foot for a, b in pairwise(written) if b.foot > a.foot] or [inf]),
    )


def _right_edge(rights: Sequence[int], stroke: float) -> float:
    """Where full lines end; one that alone runs far beyond all others has a mark joined to it."""
    *others, last = sorted(rights)
    alone = len(others) >= FEW_FULL and last - others[-1] > BEYOND * stroke
    return float(others[-1] if alone else last)


FEW_FULL, BEYOND = 4, 5.0
"""Full lines besides, and strokes by which one ends behind them all, from which it is no measure:
a typist's bell rings for every line."""


# --- tables -----------------------------------------------------------------------------------


def field_begins(row: Row) -> list[int]:
    """Where fields begin behind a wide blank, in pixels."""
    inked = [c.box for c in row.reading.chars if c.text.strip()]
    least = COLUMN_BLANK * row.reading.line.pitch_px
    return [b.left for a, b in pairwise(inked) if b.left - a.right > least]


def _tables(rows: Sequence[Row], frame: _Frame) -> Iterator[int]:
    """Rows between the first and the last of those that have a column in common."""
    begins = [(i, x) for i, row in enumerate(rows) for x in field_begins(row)]
    best: list[int] = []
    for _, at in begins:
        off = COLUMN_OFF * frame.stroke
        here = {i for i, x in begins if abs(x - at) < off}
        # between them stand words that had no room in the column
        lone = {i for i, row in enumerate(rows) if abs(row.box.left - at) < off}
        for chain in _chains(sorted(here | lone)):
            best = max(best, [i for i in chain if i in here], key=len)
    if len(best) < TABLE_ROWS:
        return
    last = best[-1]
    steps = [b.foot - a.foot for a, b in pairwise(rows[best[0] : last + 1])]
    most = ROW_STEP * median(step for step in steps if step > 0)
    while last + 1 < len(rows) and _goes_on(rows[last], rows[last + 1], most, frame):
        last += 1
    yield from range(best[0], last + 1)


def _chains(places: Sequence[int]) -> list[list[int]]:
    """Places that follow each other closely."""
    chains: list[list[int]] = [[]]
    for place in places:
        if chains[-1] and place - chains[-1][-1] > ROWS_APART:
            chains.append([])
        chains[-1].append(place)
    return chains


def _goes_on(row: Row, below: Row, most: float, frame: _Frame) -> bool:
    """Whether a lone field goes on with one of the row above, which had no room for its word.

    most  pixels from line to line in the table
    """
    if below.foot - row.foot > most or not below.text.strip():
        return False
    columns = [frame.left, *field_begins(row)]
    ends = [max(b.right for b in boxes) for boxes in _fields(row)]
    word = (len(below.text.split()[0]) + FIELD_BLANK) * frame.stroke
    for begin, end, limit in zip(columns, ends, [*columns[1:], frame.right], strict=False):
        if abs(below.box.left - begin) < COLUMN_OFF * frame.stroke and end + word > limit:
            return True
    return False


def _fields(row: Row) -> list[list[Box]]:
    """The inked boxes of a row's characters, field by field."""
    starts = set(field_begins(row))
    fields: list[list[Box]] = [[]]
    for box in (c.box for c in row.reading.chars if c.text.strip()):
        if box.left in starts and fields[-1]:
            fields.append([])
        fields[-1].append(box)
    return [field for field in fields if field]


FIELD_BLANK = 3
"""Strokes left free between the fields of a row, and before a word."""


ROW_STEP = 1.15
"""Usual steps from line to line of a table, within which a field goes on below."""


# --- verse ------------------------------------------------------------------------------------


def _verses(rows: Sequence[Row], frame: _Frame) -> Iterator[int]:
    run: list[int] = []
    for i in range(len(rows) + 1):
        if i < len(rows) and _may_be_verse(rows[i], frame) and _beside(rows, run, i, frame):
            run.append(i)
            continue
        if _is_verse([rows[j] for j in run]):
            yield from run
        run = [i] if i < len(rows) and _may_be_verse(rows[i], frame) else []


def _may_be_verse(row: Row, frame: _Frame) -> bool:
    wide = row.box.width / max(1.0, frame.right - frame.left)
    broken = row.text.rstrip().endswith(("-", "‐"))
    return (
        row.letters > FEW_LETTERS
        and frame.indent(row) > VERSE_IN
        and wide < VERSE_WIDE
        and not broken
        and not row.spaced
        and not _POINT.match(row.text)
    )


def _beside(rows: Sequence[Row], run: Sequence[int], i: int, frame: _Frame) -> bool:
    first = rows[run[0]] if run else rows[i]
    return abs(rows[i].box.left - first.box.left) < VERSE_OFF * frame.stroke


def _is_verse(rows: Sequence[Row]) -> bool:
    if len(rows) < VERSE_LINES:
        return False
    starts = [row.text.lstrip("\"'«(-–— ")[:1] for row in rows]
    capitals = sum(c.isupper() for c in starts)
    stops = sum(row.text.rstrip("\"'») ")[-1:] in ".,;:!?…" for row in rows)
    small = sum(sum(c.islower() for c in row.text) > row.letters / 2 for row in rows)
    many = len(rows)
    return capitals >= VERSE_CAPITALS * many and stops >= VERSE_STOPS * many and 2 * small > many


# --- lists ------------------------------------------------------------------------------------


def _lists(rows: Sequence[Row], tables: Set[int], frame: _Frame) -> Iterator[int]:
    """Points that follow each other, and lines with leaders; numbered rows of tables are none."""
    points: list[list[int]] = []
    begins = [row for row in rows if _is_point(row, frame)]
    set_in = 2 * sum(frame.indent(row) > TITLE_IN for row in begins) > len(begins)
    for i, row in enumerate(rows):
        # where points are set in, a dash or a date at the margin goes on with the line above
        if i in tables:
            yield from _list_of(points, rows)
            points = []
        elif row in begins and (frame.indent(row) > AT_MARGIN or not set_in):
            points.append([i])
        elif (
            points
            and points[-1][-1] == i - 1
            and row.foot - rows[i - 1].foot < PARTED * frame.feed
            and (not _begins(row, frame) or _hangs(row, rows[points[-1][0]], frame))
        ):
            points[-1].append(i)
        else:
            yield from _list_of(points, rows)
            points = []
    yield from _list_of(points, rows)
    leaders = [i for i, row in enumerate(rows) if _LEADER.search(row.text)]
    for chain in _chains(leaders):
        if len(chain) >= LEADER_LINES:
            yield from range(chain[0], chain[-1] + 1)


def _is_point(row: Row, frame: _Frame) -> bool:
    """Also where the bracket was not read: no paragraph begins with a small letter alone."""
    text = row.text.strip()
    letters = [c for c in text if c.isalpha()]
    centred = frame.indent(row) > TITLE_IN and abs(frame.indent(row) - frame.room(row)) < CENTRED
    if centred and len(letters) > LEAST_TITLE and all(c.isupper() for c in letters):
        return False  # `I. ВВЕДЕНИЕ`
    if centred and frame.indent(row) > TITLE_DEEP and text[-1:] not in ".,;:":
        return False  # `2. О ходе уборки`
    bare = _BARE_POINT.match(text) is not None and frame.indent(row) > TITLE_IN
    return bare or _POINT.match(text) is not None


def _hangs(row: Row, point: Row, frame: _Frame) -> bool:
    """Whether a line begins where the text of a point does, behind its number."""
    boxes = [c.box for c in point.reading.chars if c.text.strip()]
    blanks = (b.left for a, b in pairwise(boxes) if b.left - a.right > BLANK * frame.stroke)
    begins = next(blanks, None)
    return begins is not None and abs(row.box.left - begins) < COLUMN_OFF * frame.stroke


BLANK = 0.7
"""Strokes from letter to letter from which there is a blank between them."""


def _begins(row: Row, frame: _Frame) -> bool:
    """Whether a line that is no point begins a paragraph."""
    first = row.text.strip()[:1]
    return frame.indent(row) > TITLE_IN and (first.isupper() or first.isdigit() or first in '/"«')


def _list_of(points: Sequence[Sequence[int]], rows: Sequence[Row]) -> Iterator[int]:
    """The lines of three short points and more in a row; of fewer, where a sheet begins with the
    third letter of a list or a later one.
    """
    run: list[int] = []
    many = 0
    for point in (*points, ()):
        if 0 < len(point) <= POINT_LINES:
            run += point
            many += 1
            continue
        first = bool(run) and all(row.letters <= FEW_LETTERS for row in rows[: run[0]])
        goes_on = first and _LATER.match(rows[run[0]].text.strip()) is not None
        if many >= POINTS or goes_on:
            yield from run
        run, many = [], 0


# --- titles -----------------------------------------------------------------------------------


def _titles(rows: Sequence[Row], kinds: Sequence[ZoneKind], frame: _Frame) -> Iterator[int]:
    before = False  # whether the line above is of a title
    top = True  # whether no line of the text was met
    table = ZoneKind.TABLE in kinds
    for i, row in enumerate(rows):
        if row.letters <= FEW_LETTERS:
            continue
        below = next((r for r in rows[i + 1 :] if r.letters > FEW_LETTERS), None)
        follows = below is not None and _set_in_below(row, below, frame)
        over_table = table and top
        if kinds[i] is not ZoneKind.PARAGRAPH or not (
            _is_title(row, frame, before, follows)
            or (before and below is not None and _is_first_of_title(row, below, frame))
            or (over_table and (before or frame.indent(row) > TITLE_IN))
        ):
            before, top = False, False
            continue
        before = True
        yield i


def _is_first_of_title(row: Row, below: Row, frame: _Frame) -> bool:
    """Whether a line below one of a title fills the page and ends with a line that is centred."""
    indent, room = frame.indent(below), frame.room(below)
    centred = indent > TITLE_DEEP and abs(indent - room) < CENTRED
    small = all(r.text.strip()[:1].islower() for r in (row, below))
    return small and centred and below.text.rstrip()[-1:] not in ".,;:!?"


def _set_in_below(row: Row, below: Row, frame: _Frame) -> bool:
    """Whether a paragraph begins below a line, or another line of a title: it is set in, and not
    as far as the line itself, as the next line of a block would be.
    """
    apart = abs(below.box.left - row.box.left) > COLUMN_OFF * frame.stroke
    return apart and frame.indent(below) > TITLE_IN


def _is_title(row: Row, frame: _Frame, before: bool, follows: bool) -> bool:
    """Centred, and in capitals, deep set in, or with no stop above a line that is set in as well.

    before   a title stands above it, which it goes on with if it begins small
    follows  the line below is set in: a paragraph begins there
    """
    text = row.text.strip()
    indent, room = frame.indent(row), frame.room(row)
    wide = row.box.width > TITLE_WIDE * (frame.right - frame.left)
    letters = [c for c in text if c.isalpha()]
    capitals = 4 * sum(c.isupper() for c in letters) > 3 * len(letters)
    if indent < TITLE_IN or text.endswith("-") or wide:
        return False
    if abs(indent - room) > CENTRED:  # numbered headings are set in anyhow
        return capitals and follows and _NUMBERED.match(text) is not None
    if 2 * len(letters) < row.letters and not _YEAR.search(text):  # groups of a cipher
        return False
    if capitals or row.spaced:
        return True
    stopped = not _YEAR.search(text) and text.rstrip("\"')»")[-1:] in ".,;:!?"
    small = text[:1].islower()
    return not stopped and (before if small else follows or indent > TITLE_DEEP)
