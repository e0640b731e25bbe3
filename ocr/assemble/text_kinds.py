"""What the parts of a page that is no telegram are: title, running text, list, table, verse.

Told by how lines stand, as a typist sets them: titles centred on the text, tables in columns that
keep their places, verse set in with every line begun anew, lists in points of a line or two each.
Their words say little (a point, a capital, a hyphen), so that misread letters cost little.
On made-up papers nine titles of ten and all tables are named right; where nothing tells, it is
running text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median

import regex

from ocr.assemble.lists import POINT, lists
from ocr.assemble.rows import FEW_LETTERS, Row
from ocr.assemble.text_frame import (
    CENTRED,
    COLUMN_OFF,
    PARTED,
    TITLE_DEEP,
    TITLE_IN,
    YEAR,
    Frame,
    chains,
    frame_of,
    is_stopped,
)
from ocr.document import ZoneKind
from ocr.geometry import Box

COLUMN_BLANK = 2.6
"""Strokes of blank between columns, at least: letter-spaced words have 1.5."""
TABLE_ROWS = 3
"""So many rows make a table."""
TITLE_WIDE = 0.9
"""A title is no wider than this share of the text."""
VERSE_IN, VERSE_OFF = 4.0, 5.0
"""Strokes by which verse is set in, at least, and by which its lines may begin off each other."""
VERSE_LINES, VERSE_WIDE = 4, 0.8
VERSE_CAPITALS, VERSE_STOPS = 0.7, 0.4
"""Shares of its lines that begin with a capital, and that end with a stop or a comma."""

_NUMBERED = regex.compile(r"(?:[0-9IlVXОЗ]{1,4}[.)]?)+\s")


def text_parts(rows: Sequence[Row]) -> list[tuple[ZoneKind, list[Row]]]:
    """The rows of a page, in reading order, as runs of one kind."""
    frame = frame_of(rows)
    if frame is None:
        return [(ZoneKind.PARAGRAPH, list(rows))] if rows else []
    kinds = [ZoneKind.PARAGRAPH] * len(rows)
    tables = set(_tables(rows, frame))
    found: Iterable[int]
    for kind, found in (
        (ZoneKind.TABLE, tables),
        (ZoneKind.VERSE, _verses(rows, frame)),
        (ZoneKind.LIST, lists(rows, tables, frame)),
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


# --- tables -----------------------------------------------------------------------------------


def field_begins(row: Row) -> list[int]:
    """Where fields begin behind a wide blank, in pixels."""
    inked = [c.box for c in row.reading.chars if c.text.strip()]
    least = COLUMN_BLANK * row.reading.line.pitch_px
    return [b.left for a, b in pairwise(inked) if b.left - a.right > least]


def _tables(rows: Sequence[Row], frame: Frame) -> Iterator[int]:
    """Rows between the first and the last of those that have a column in common."""
    begins = [(i, x) for i, row in enumerate(rows) for x in field_begins(row)]
    best: list[int] = []
    for _, at in begins:
        off = COLUMN_OFF * frame.stroke
        here = {i for i, x in begins if abs(x - at) < off}
        # between them stand words that had no room in the column
        lone = {i for i, row in enumerate(rows) if abs(row.box.left - at) < off}
        for chain in chains(sorted(here | lone)):
            best = max(best, [i for i in chain if i in here], key=len)
    if len(best) < TABLE_ROWS:
        return
    last = best[-1]
    steps = [b.foot - a.foot for a, b in pairwise(rows[best[0] : last + 1])]
    most = ROW_STEP * median(step for step in steps if step > 0)
    while last + 1 < len(rows) and _goes_on(rows[last], rows[last + 1], most, frame):
        last += 1
    first = best[0]
    if first == 1 and _goes_on_from_before(rows[0], [rows[i] for i in best], frame):
        first = 0
    yield from range(first, last + 1)


def _goes_on_from_before(row: Row, table: Sequence[Row], frame: Frame) -> bool:
    """Whether the line above a table goes on with a field of the sheet before."""
    off = COLUMN_OFF * frame.stroke
    begin = row.box.left
    column = sum(any(abs(x - begin) < off for x in field_begins(r)) for r in table)
    return row.text.strip()[:1].islower() and 2 * column > len(table)


def _goes_on(row: Row, below: Row, most: float, frame: Frame) -> bool:
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


def _verses(rows: Sequence[Row], frame: Frame) -> Iterator[int]:
    run: list[int] = []
    for i in range(len(rows) + 1):
        if i < len(rows) and _may_be_verse(rows[i], frame) and _beside(rows, run, i, frame):
            run.append(i)
            continue
        if _is_verse([rows[j] for j in run]):
            yield from run
        run = [i] if i < len(rows) and _may_be_verse(rows[i], frame) else []


def _may_be_verse(row: Row, frame: Frame) -> bool:
    wide = row.box.width / max(1.0, frame.right - frame.left)
    broken = row.text.rstrip().endswith(("-", "‐"))
    return (
        row.letters > FEW_LETTERS
        and frame.indent(row) > VERSE_IN
        and wide < VERSE_WIDE
        and not broken
        and not row.spaced
        and not POINT.match(row.text)
    )


def _beside(rows: Sequence[Row], run: Sequence[int], i: int, frame: Frame) -> bool:
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


# --- titles -----------------------------------------------------------------------------------


def _titles(rows: Sequence[Row], kinds: Sequence[ZoneKind], frame: Frame) -> Iterator[int]:
    before = False  # whether the line above is of a title
    top = True  # whether no line of the text was met
    table = ZoneKind.TABLE in kinds
    for i, row in enumerate(rows):
        if row.letters <= FEW_LETTERS:
            continue
        below = next((r for r in rows[i + 1 :] if r.letters > FEW_LETTERS), None)
        follows = below is not None and _set_in_below(row, below, frame)
        over_table = table and top and kinds.index(ZoneKind.TABLE) <= OVER_TABLE
        above = rows[i - 1] if i and not before else None
        if kinds[i] is not ZoneKind.PARAGRAPH or not (
            (_is_title(row, frame, before, follows) and not _in_block(row, above, frame))
            or (below is not None and _is_first_of_title(row, below, before, frame))
            or (over_table and (before or frame.indent(row) > TITLE_IN))
        ):
            before, top = False, False
            continue
        before = True
        yield i


OVER_TABLE = 12
"""Lines above a table among which its title stands, with the heads of its columns."""


def _in_block(row: Row, above: Row | None, frame: Frame) -> bool:
    """Whether a line begins where the one above it does, both deep set in: an addressee's.

    above  None where a title stands above
    """
    if above is None or frame.indent(row) < TITLE_DEEP:
        return False
    near = row.foot - above.foot < PARTED * frame.feed
    return near and abs(row.box.left - above.box.left) < COLUMN_OFF * frame.stroke


def _is_first_of_title(row: Row, below: Row, before: bool, frame: Frame) -> bool:
    """Whether a line, below one of a title or numbered, goes on with a line that is centred."""
    begins = row.text.strip()[:1].islower() if before else _NUMBERED.match(row.text.strip())
    indent, room = frame.indent(below), frame.room(below)
    centred = indent > TITLE_DEEP and abs(indent - room) < CENTRED
    small = below.text.strip()[:1].islower() and not is_stopped(row.text.rstrip())
    return bool(begins) and small and centred and not is_stopped(below.text.rstrip())


def _set_in_below(row: Row, below: Row, frame: Frame) -> bool:
    """Whether a paragraph begins below a line, or another line of a title: it is set in, and not
    as far as the line itself, as the next line of a block would be.
    """
    apart = abs(below.box.left - row.box.left) > COLUMN_OFF * frame.stroke
    return apart and frame.indent(below) > TITLE_IN


def _is_title(row: Row, frame: Frame, before: bool, follows: bool) -> bool:
    """Centred, and in capitals, deep set in, or with no stop above a line that is set in as well.

    before   a title stands above it, which it goes on with if it begins small
    follows  the line below is set in: a paragraph begins there
    """
    text = row.text.strip()
    indent, room = frame.indent(row), frame.room(row)
    wide = row.box.width > TITLE_WIDE * (frame.right - frame.left)
    letters = [c for c in text if c.isalpha()]
    capitals = 4 * sum(c.isupper() for c in letters) > 3 * len(letters)
    if wide and capitals and follows and _NUMBERED.match(text) is not None:
        return not text.endswith("-")
    if indent < TITLE_IN or text.endswith("-") or wide:
        return False
    if abs(indent - room) > CENTRED:  # numbered headings are set in anyhow
        return capitals and follows and _NUMBERED.match(text) is not None
    if 2 * len(letters) < row.letters and not YEAR.search(text):  # groups of a cipher
        return False
    if capitals or row.spaced:
        return True
    small = text[:1].islower()
    return not is_stopped(text) and (before if small else follows or indent > TITLE_DEEP)
