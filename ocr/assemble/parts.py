"""The parts of a telegram, named by what was read in them.

Layout tells apart what the eye can: cells, a margin, stamps, running text. Whether a line of the
text is the title, the urgency, the addressee or the sign-off shows in its words and in where it
stands among the others. A sheet is

    a first sheet     when the title of a telegram stands on it, or a distribution grid does
    a further sheet   when `Продолжение шифртелеграммы` stands at its top
    no telegram       otherwise: all is text, columns are read row by row; a lone page number
                      is set apart, and `text_kinds` tells titles, lists, tables and verse

Every line keeps its reading; only its zone, its number and its place in the order are new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import regex

from ocr.assemble.foot import stamps_of, text_and_foot
from ocr.assemble.further_sheets import continues, ends_telegram, further_sheet, seems_to_continue
from ocr.assemble.names import addressed
from ocr.assemble.printed import (
    COPYING,
    NO,
    RETURN,
    SECRECY,
    TITLES,
    URGENCY,
    D,
    fold,
    forms,
    is_running_head,
    pattern,
    printed,
)
from ocr.assemble.rows import (
    FEW_LETTERS,
    SHORT_SHARE,
    Row,
    as_one,
    blocks_at_top,
    by_levels,
    is_short,
    parted_at,
    sheets_of,
    width_of,
)
from ocr.assemble.strays import without_strays
from ocr.assemble.text_kinds import field_begins, text_parts
from ocr.document import LineReading, Zone, ZoneKind
from ocr.geometry import Box, hull

HEAD_LINES = 14
"""A printed head has a dozen lines at most; further down its words are those of the text."""
SLOTS = 3
"""So many numbered slots make a distribution grid."""
EDGE_SHARE = 0.14
"""A page number stands in the outermost share of the text, above or below."""

# behind the title there is a number at most: a sentence may begin with the word
_TITLE = pattern(rf"^\W*\S?\W*(?:{forms(TITLES)})(?:\W+\S{{1,8}}){{0,2}}\W*$")
_HEAD = pattern(
    rf"{forms(TITLES)}|{forms(SECRECY)}|{forms(COPYING)}|{'|'.join(printed(p) for p in RETURN)}"
)
_RECEPTION = pattern(rf"{printed('получена')}|{printed('принята')}\W")
_SLOT = pattern(rf"^\W*(?:[ЭЗ3]к[зЗ3э][.,:]?\s*)?{NO}?\s*{D}{{1,2}}(?![\p{{L}}\p{{N}}])")
_NUMBERED = pattern(rf"^\W*(?:[ЭЗ3]к[зЗ3э][.,:]?\s*{NO}?|{NO})\s*{D}{{1,2}}(?![\p{{L}}\p{{N}}])")
_URGENT = pattern(rf"^\W*(?:{forms(URGENCY)})\W*\p{{L}}?\W*$")
_TO = pattern(r"^\W*(?:т\s?о\s?в|тт|т|товарищ\p{L}?)\s?[.,]?\s+\p{L}+")
# `На В а ш и №№ 42829` begins the text: it is letter-spaced, and nobody's name
_REFERS = pattern(rf"^\W*На\s|{NO}\W*$|№")
_BESIDE = tuple(
    pattern(rf"\S\s+(?P<secrecy>{words})\W*$")
    for words in (
        *(printed(form) for term in SECRECY for form in term.forms),
        rf"[ЭЗ3]к[зЗ3э][.,:]?\s*{NO}\s*{D}",
    )
)
_MARGIN = pattern(printed("Для заметок"))
_PAGE_NUMBER = regex.compile(r"[-–—=\s.]*\d{1,3}[-–—=\s.]*")


Named = list[tuple[ZoneKind, list[Row]]]
"""Parts in reading order, each with its lines in reading order."""


def name_parts(
    zones: Sequence[Zone], readings: Sequence[LineReading]
) -> tuple[tuple[Zone, ...], tuple[LineReading, ...]]:
    """Zones with the kinds that their words show, and the readings renumbered to fit them.

    Of a spread each sheet is named for itself. Where what looked like cells is no grid, the runs
    of a row are made one reading.
    """
    by_id = {zone.id: zone for zone in zones}
    rows = [
        Row(r, by_id[r.line.zone_id], r.text, fold(r.text))
        for r in sorted(
            without_strays(readings), key=lambda r: (by_id[r.line.zone_id].order, r.line.order)
        )
    ]
    flow = [row for row in rows if row.zone.kind not in (ZoneKind.STAMP, ZoneKind.HANDWRITING)]
    named = [part for sheet in sheets_of(flow) for part in _sheet(sheet)]
    return _rebuilt(named, zones, rows)


def _sheet(flow: list[Row]) -> Named:
    """The parts of one sheet."""
    top = [row for row in flow if row.zone.kind == ZoneKind.BODY][:HEAD_LINES]
    written = [row for row in top if row.letters > FEW_LETTERS]
    if continues(written):
        return further_sheet(flow)
    if any(row.says(_TITLE) for row in top) or _is_grid(flow):
        return _first_sheet(flow)
    if seems_to_continue(written) or ends_telegram(flow):
        return further_sheet(flow)
    return _no_telegram(flow)


def _is_grid(flow: Sequence[Row]) -> bool:
    cells = [row for row in flow if row.zone.kind == ZoneKind.GRID]
    return sum(row.says(_NUMBERED) for row in cells) >= SLOTS


def _no_telegram(flow: Sequence[Row]) -> Named:
    """Text, read from the top to the bottom; what looked like cells or a margin is text too."""
    stamp = stamps_of(flow)
    flow = _secrecy_apart([row for row in flow if row not in stamp])
    number, first = _page_number(flow)
    levels = by_levels([row for row in flow if row is not number])
    cells = sum(row.zone.kind == ZoneKind.GRID for row in flow)
    goes_on = number is not None and first  # no letterhead, it may hold the signature alone
    rows, taken = blocks_at_top(levels) if cells < TABLE_CELLS and not goes_on else ([], 0)
    foot = _below_text(levels, 0 if goes_on else len(levels))
    edges = [row.box.left for row in flow if row.zone.kind == ZoneKind.GRID]
    edges += [x for row in flow for x in field_begins(row)]
    edges += [row.box.left for level in levels[taken:] for row in level[1:]]
    for i, level in enumerate(levels[taken:], taken):
        table = any(row.zone.kind == ZoneKind.GRID or _at_edge(row, edges) for row in level[1:])
        rows += _joined(level) if table or i >= foot else level
    numbers: Named = [(ZoneKind.PAGE_NUMBER, [number])] if number else []
    text = text_parts(rows)
    return [*(numbers + text if first else text + numbers), (ZoneKind.STAMP, stamp)]


def _secrecy_apart(flow: Sequence[Row]) -> list[Row]:
    """With the secrecy at the top as a line of its own, where a line of the office meets it."""
    middle = hull([row.box for row in flow]).center.x if flow else 0.0
    out: list[Row] = []
    for row in flow:
        joined = len(out) < HEAD_LINES and not is_running_head(row.text)
        found = (what.search(row.folded) for what in _BESIDE) if joined else ()
        match = next(filter(None, found), None)
        at = match.start("secrecy") if match else 0
        whole = len(row.folded) == len(row.reading.chars)
        if match and whole and row.reading.chars[at].box.left > middle:
            out += parted_at(row, at)
        else:
            out.append(row)
    return out


TABLE_CELLS = 10
"""So many cells and more are a table, and no letterhead beside the secrecy."""


def _at_edge(row: Row, edges: Sequence[int]) -> bool:
    """Whether a line begins where several cells or columns do."""
    written = (c.box.left for c in row.reading.chars if c.text.strip())
    begins = row.box.left, next(written, row.box.left)  # dirt may stand before the first letter
    return any(sum(abs(edge - x) < row.x_height for edge in edges) >= SLOTS for x in begins)


def _below_text(levels: Sequence[Sequence[Row]], without: int) -> int:
    """The level after the last full line of text, `without` one: there the signature stands."""
    width = width_of([row for level in levels for row in level if row.letters > FEW_LETTERS])
    full = [i for i, level in enumerate(levels) if not all(is_short(row, width) for row in level)]
    return full[-1] + 1 if full else without


def _joined(level: list[Row]) -> list[Row]:
    """A row of the text as one line; dirt beside it stays apart."""
    typed = [row for row in level if row.zone.kind == ZoneKind.GRID or _is_typed(row)]
    if len(typed) < FEW_LETTERS:
        return level
    one = as_one(typed)
    return [one if row is typed[0] else row for row in level if row is typed[0] or row not in typed]


def _is_typed(row: Row) -> bool:
    """Read with some trust, and no higher than type."""
    low = row.box.height < TYPE_HIGH * row.x_height
    return row.letters >= FEW_LETTERS and low and row.trust > SURE


SURE = 0.7
"""Mean confidence of what is read in type; in scrawls it is about a half."""
TYPE_HIGH = 2.4
"""x-heights from the tails of a line to its capitals, at most."""


def _page_number(flow: Sequence[Row]) -> tuple[Row | None, bool]:
    """A number alone at the head or the foot, if there is one, and whether it is at the head."""
    written = [row for row in flow if row.letters > FEW_LETTERS]
    # dirt at the edge of the sheet is read with little trust
    written = [row for row in written if row.trust > SURE] or written
    if not written:
        return None, False
    frame = hull([row.box for row in written])
    edge = EDGE_SHARE * frame.height
    for first in (True, False):
        outer = min(written, key=lambda r: r.foot if first else -r.foot)
        for row in flow:
            beyond = row.foot <= outer.foot if first else row.foot >= outer.foot
            far = row.foot - frame.top if first else frame.bottom - row.foot
            if row.box.right < frame.left:  # dirt in the margin
                continue
            if beyond and far <= edge and row.letters and _PAGE_NUMBER.fullmatch(row.text):
                return row, first
    return None, False


def _first_sheet(flow: Sequence[Row]) -> Named:
    margin = [row for row in flow if row.zone.kind == ZoneKind.MARGIN]
    cells, below = _off_grid([row for row in flow if row.zone.kind == ZoneKind.GRID])
    text = [row for row in flow if row.zone.kind == ZoneKind.BODY or row in below]
    if not cells:
        cells = [row for row in text[: 2 * HEAD_LINES] if row.says(_NUMBERED)]
        cells = cells if len(cells) >= SLOTS else []
        text = [row for row in text if row not in cells]
    if not any(row.says(_MARGIN) for row in margin):
        under, text = _margin(text)
        margin = sorted([*under, *margin], key=lambda row: row.foot)
    head, reception, rest = _head(text, cells)
    urgency, addressee, rest = _address(rest)
    return [
        (ZoneKind.HEAD, head),
        *((ZoneKind.GRID, slot) for slot in _slots(cells)),
        (ZoneKind.RECEPTION, reception),
        (ZoneKind.MARGIN, margin),
        (ZoneKind.URGENCY, urgency),
        (ZoneKind.ADDRESSEE, addressee),
        *text_and_foot(rest),
    ]


def _off_grid(cells: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """The cells, and what is none: the reception line, where the rules under it look like a row."""
    at = next((row for row in cells if row.says(_RECEPTION)), None)
    if at is None:
        return list(cells), []
    below = [row for row in cells if row.foot > at.foot - 0.8 * at.x_height]
    return [row for row in cells if row not in below], below


def _slots(cells: Sequence[Row]) -> list[list[Row]]:
    """The lines of each slot, without what is none: headings of columns, a stray rule.

    The line with the number comes first, dirt that fell into the same cell after it.
    """
    slots: list[list[Row]] = []
    for row in cells:
        if not (row.says(_SLOT) or any(c.isalnum() or c == "№" for c in row.text)):
            continue
        if slots and row.zone.kind == ZoneKind.GRID and slots[-1][0].zone is row.zone:
            slots[-1].append(row)
        else:
            slots.append([row])
    return [sorted(slot, key=lambda r: (not r.says(_SLOT), -r.letters)) for slot in slots]


def _margin(text: list[Row]) -> tuple[list[Row], list[Row]]:
    """`Для заметок и резолюций` and what stands under it, where no rule parts it from the text."""
    first = next((row for row in text if row.says(_MARGIN)), None)
    if first is None:
        return [], text
    limit = first.box.right + first.box.width // 4
    found = [
        r for r in text if r.box.right <= limit and 0 <= r.foot - first.foot < 8 * first.box.height
    ]
    return found, [row for row in text if row not in found]


def _head(text: list[Row], cells: list[Row]) -> tuple[list[Row], list[Row], list[Row]]:
    """Head, reception line, and all that follows."""
    grid_top = min((row.box.top for row in cells), default=None)
    most = HEAD_LINES + SLOTS
    at = next((i for i, row in enumerate(text[: most + 1]) if row.says(_RECEPTION)), None)
    under = _under_grid(text, cells)
    if under is not None and (at is None or under < at):  # `было принято` is far below
        at = under
    if at is not None:
        level = text[at]
        reception = [r for r in text if abs(r.foot - level.foot) < 0.8 * level.x_height]
        head = [row for row in text if row.foot < level.foot and row not in reception]
        rest = [row for row in text if row not in reception and row not in head]
        return head, _joined(sorted(reception, key=lambda r: r.box.left)), rest
    if grid_top is not None:
        head = [row for row in text if row.foot <= grid_top]
        return head, [], text[len(head) :]
    known = [i for i, row in enumerate(text[:HEAD_LINES]) if row.says(_HEAD)]
    cut = known[-1] + 1 if known else 0
    return text[:cut], [], text[cut:]


def _under_grid(text: list[Row], cells: list[Row]) -> int | None:
    """The first row under the grid where it is full of figures: a reception line read badly."""
    if not cells:
        return None
    bottom = max(row.foot for row in cells)
    wide = hull([row.box for row in cells]).width
    for i, row in enumerate(text):
        if row.foot > bottom and row.letters > FEW_LETTERS:
            figures = sum(c.isdigit() for c in row.text)
            full = figures >= RECEIVED_FIGURES and row.box.width > SHORT_SHARE * wide
            return i if full else None
    return None


RECEIVED_FIGURES = 5
"""Of the hour, the minute, the day and the year so many are read at least."""


def _address(rest: list[Row]) -> tuple[list[Row], list[Row], list[Row]]:
    """Urgency and addressee: short lines above the text."""
    urgency: list[Row] = []
    addressee: list[Row] = []
    width = width_of([row for row in rest if not row.is_dirt])
    for row in [row for row in rest if row.letters > FEW_LETTERS][:5]:
        if not is_short(row, width):
            break
        if not urgency and row.says(_URGENT):
            urgency.append(row)
        elif _is_address(row):
            addressee.append(row)
        else:
            break
    return urgency, addressee, [row for row in rest if row not in (*urgency, *addressee)]


def _is_address(row: Row) -> bool:
    name = row.text.strip(" .,:;\"'")
    letters = [c for c in name if c.isalpha()]
    capitals = len(letters) > FEW_LETTERS and all(c.isupper() for c in letters)
    lone = capitals and not any(c.isdigit() for c in name) and len(name.split()) <= 3
    if row.spaced and capitals:
        return True
    if row.says(_REFERS):
        return False
    closed = name.replace(" ", "") if row.spaced else name
    return (row.spaced or lone or row.says(_TO)) and bool(addressed(closed))


def _rebuilt(
    named: Named, zones: Sequence[Zone], rows: Sequence[Row]
) -> tuple[tuple[Zone, ...], tuple[LineReading, ...]]:
    """New zones around the named lines, then the marks; everything numbered in this order."""
    page = (zones[0].id if zones else "p1-z1").partition("-")[0]
    made: list[Zone] = []
    read: list[LineReading] = []

    def add(kind: ZoneKind, box: Box, field: str | None, lines: Sequence[Row]) -> None:
        zone = Zone(f"{page}-z{len(made) + 1}", kind, box, len(made), field)
        made.append(zone)
        for row in lines:
            number = len(read)
            line = replace(
                row.reading.line, id=f"{page}-l{number + 1}", zone_id=zone.id, order=number
            )
            read.append(replace(row.reading, line=line))

    cells = [zone for zone in zones if zone.kind == ZoneKind.GRID]
    held = {row.zone.id for _, group in named for row in group}
    for kind, group in named:
        slot = kind == ZoneKind.GRID and group[0].zone.kind == ZoneKind.GRID
        # a cell in which nothing was found still has its place among the slots
        while slot and cells and cells[0].order < group[0].zone.order:
            empty = cells.pop(0)
            if empty.id not in held:
                add(kind, empty.box, FIELDS[kind], [])
        for box, lines in _boxes(kind, group):
            add(kind, box, FIELDS.get(kind), lines)
    for zone in zones:
        if zone.kind in (ZoneKind.STAMP, ZoneKind.HANDWRITING):
            add(zone.kind, zone.box, None, [row for row in rows if row.zone is zone])
    return tuple(made), tuple(read)


FIELDS = {
    ZoneKind.GRID: "copies",
    ZoneKind.URGENCY: "urgency",
    ZoneKind.ADDRESSEE: "addressee",
}


def _boxes(kind: ZoneKind, rows: list[Row]) -> list[tuple[Box, list[Row]]]:
    """One zone for a part; a slot keeps the cell that layout drew around it."""
    if not rows:
        return []
    if kind == ZoneKind.GRID and rows[0].zone.kind == ZoneKind.GRID:
        return [(rows[0].zone.box, rows)]
    # a stain at the edge, taken for a line, must not draw the zone out to itself
    written = [row for row in rows if row.letters > FEW_LETTERS]
    written = written or [row for row in rows if row.letters] or rows
    return [(hull([row.box for row in written]), rows)]
