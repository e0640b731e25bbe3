"""The parts of a telegram, named by what was read in them.

Layout tells apart what the eye can: cells, a margin, stamps, running text. Whether a line of the
text is the title, the urgency, the addressee or the sign-off shows in its words and in where it
stands among the others. A sheet is

    a first sheet     when the title of a telegram stands on it, or a distribution grid does
    a further sheet   when `Продолжение шифртелеграммы` stands at its top
    no telegram       otherwise: all is body, columns are read row by row, only a lone page
                      number is set apart

Every line keeps its reading; only its zone, its number and its place in the order are new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import regex

from ocr.assemble.names import addressed
from ocr.assemble.printed import (
    COPYING,
    NO,
    RETURN,
    SECRECY,
    TITLES,
    TITLES_OF,
    URGENCY,
    D,
    fold,
    forms,
    is_running_head,
    pattern,
    printed,
)
from ocr.assemble.sheets import marker_start
from ocr.document import LineReading, Zone, ZoneKind
from ocr.geometry import Box, hull

HEAD_LINES = 14
"""A printed head has a dozen lines at most; further down its words are those of the text."""
RUNNING_HEAD_LINES = 7
SHORT_SHARE = 0.55
"""A line of the sign-off, an urgency or an addressee is shorter than this share of the text."""
SLOTS = 3
"""So many numbered slots make a distribution grid."""
FOOT_LINES = 6
"""Among so many last lines the catchword stands; below it only dirt and stamps do."""
EDGE_SHARE = 0.14
"""A page number stands in the outermost share of the text, above or below."""

_TITLE = pattern(rf"^\W*\S?\W*(?:{forms(TITLES)})(?:\W|$)")
# the genitive alone tells `Продолжение шифртелеграммы` from the title: its ending is not fuzzy
_CONTINUED = pattern(
    rf"{printed('Продолжение')}|(?:{'|'.join(printed(form[:-1]) for form in TITLES_OF)})[ыи]\b"
)
_HEAD = pattern(
    rf"{forms(TITLES)}|{forms(SECRECY)}|{forms(COPYING)}|{'|'.join(printed(p) for p in RETURN)}"
)
_RECEPTION = pattern(rf"{printed('получена')}|{printed('принята')}\W")
_SLOT = pattern(rf"^\W*(?:[ЭЗ3]к[зЗ3э][.,:]?\s*)?{NO}?\s*{D}{{1,2}}(?![\p{{L}}\p{{N}}])")
_NUMBERED = pattern(rf"^\W*(?:[ЭЗ3]к[зЗ3э][.,:]?\s*{NO}?|{NO})\s*{D}{{1,2}}(?![\p{{L}}\p{{N}}])")
_URGENT = pattern(rf"^\W*(?:{forms(URGENCY)})\W*\p{{L}}?\W*$")
_TO = pattern(r"^\W*(?:т\s?о\s?в|тт|т|товарищ\p{L}?)\s?[.,]?\s+\p{L}+")
_MARGIN = pattern(printed("Для заметок"))
_STAMP = pattern(
    rf"{printed('ПОДЛЕЖИТ ВОЗВРАТУ')}(?!\s*{printed('ЧЕРЕЗ')})|{printed('часть ОС ЦК ВКП')}"
    rf"|^\W*[В8][хк][.,]?\s*{NO}\s*{D}+"
)
_FOOT = pattern(
    rf"^\W*(?:(?:Расш|Раеш|Расшифр\p{{L}}*|[О0]т[пнл]|Отпеч\p{{L}}*|Напеч\p{{L}}*|Исп|Исполн\p{{L}}*"
    rf"|Передал\p{{L}}*|Принял\p{{L}}*|Верно|Разослан\p{{L}}*)\b"
    rf"|{printed('Проверил')}|[ЭЗ3]к[зЗ3э][.,:]|{NO}\s*{D}+\W*$|\W{{0,3}}\d{{2,6}}\W*$)"
)
_DATE = pattern(
    rf"^\W*(?:{D}{{1,2}}[.:]{D}{{2}}\W+)?{D}{{1,2}}[./,\s]+(?:{D}{{1,2}}|[IVX]+)[./,\s]+{D}{{2,4}}\W*(?:г\W*)?$"
)
_PAGE_NUMBER = regex.compile(r"[-–—=\s.]*\d{1,3}[-–—=\s.]*")
_FEW_LETTERS = 2


@dataclass(frozen=True, slots=True)
class _Row:
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
    def spaced(self) -> bool:
        """Letter-spaced: most of its words are single letters."""
        words = self.text.split()
        return len(words) > _FEW_LETTERS and 2 * sum(len(w) == 1 for w in words) > len(words)

    def says(self, what: regex.Pattern[str]) -> bool:
        return what.search(self.folded) is not None


Named = list[tuple[ZoneKind, list[_Row]]]
"""Parts in reading order, each with its lines in reading order."""


def name_parts(
    zones: Sequence[Zone], readings: Sequence[LineReading]
) -> tuple[tuple[Zone, ...], tuple[LineReading, ...]]:
    """Zones with the kinds that their words show, and the readings renumbered to fit them."""
    by_id = {zone.id: zone for zone in zones}
    rows = [
        _Row(r, by_id[r.line.zone_id], r.text, fold(r.text))
        for r in sorted(readings, key=lambda r: (by_id[r.line.zone_id].order, r.line.order))
    ]
    flow = [row for row in rows if row.zone.kind not in (ZoneKind.STAMP, ZoneKind.HANDWRITING)]
    top = [row for row in flow if row.zone.kind == ZoneKind.BODY][:HEAD_LINES]
    continued = any(row.says(_CONTINUED) for row in top[:RUNNING_HEAD_LINES])
    if continued:
        named = _further_sheet(flow)
    elif any(row.says(_TITLE) for row in top) or _is_grid(flow):
        named = _first_sheet(flow)
    else:
        named = _no_telegram(flow)
    return _rebuilt(named, zones, rows)


def _is_grid(flow: Sequence[_Row]) -> bool:
    cells = [row for row in flow if row.zone.kind == ZoneKind.GRID]
    return sum(row.says(_NUMBERED) for row in cells) >= SLOTS


def _no_telegram(flow: Sequence[_Row]) -> Named:
    """Body alone; what looked like cells or a margin is text, read from the top to the bottom."""
    named: Named = []
    for _, group in groupby(flow, key=lambda row: row.zone.kind == ZoneKind.BODY):
        named.append((ZoneKind.BODY, list(group)))
    if any(row.zone.kind != ZoneKind.BODY for row in flow):
        named = [(ZoneKind.BODY, _by_rows(flow))]
    return [part for kind, rows in named for part in _without_number(kind, rows)]


def _by_rows(rows: Sequence[_Row]) -> list[_Row]:
    """Lines of several columns as they stand beside each other."""
    out: list[_Row] = []
    level: list[_Row] = []
    for row in sorted(rows, key=lambda r: r.foot):
        if level and row.foot - level[0].foot > 0.6 * row.reading.line.x_height_px:
            out += sorted(level, key=lambda r: r.box.left)
            level = []
        level.append(row)
    return out + sorted(level, key=lambda r: r.box.left)


def _without_number(kind: ZoneKind, rows: list[_Row]) -> Named:
    """A page number alone at the head or the foot is a part of its own."""
    frame = hull([row.box for row in rows])
    edge = EDGE_SHARE * frame.height
    out: Named = [(kind, rows)]
    for at, far in ((0, rows[0].foot - frame.top), (-1, frame.bottom - rows[-1].foot)):
        row = rows[at]
        if len(rows) > 1 and far <= edge and _PAGE_NUMBER.fullmatch(row.text):
            rest = [other for other in rows if other is not row]
            number: tuple[ZoneKind, list[_Row]] = (ZoneKind.PAGE_NUMBER, [row])
            return [number, (kind, rest)] if at == 0 else [(kind, rest), number]
    return out


def _first_sheet(flow: Sequence[_Row]) -> Named:
    margin = [row for row in flow if row.zone.kind == ZoneKind.MARGIN]
    cells = [row for row in flow if row.zone.kind == ZoneKind.GRID]
    text = [row for row in flow if row.zone.kind == ZoneKind.BODY]
    if not cells:
        cells = [row for row in text[: 2 * HEAD_LINES] if row.says(_NUMBERED)]
        cells = cells if len(cells) >= SLOTS else []
        text = [row for row in text if row not in cells]
    if not margin:
        margin, text = _margin(text)
    head, reception, rest = _head(text, cells)
    urgency, addressee, rest = _address(rest)
    return [
        (ZoneKind.HEAD, head),
        *((ZoneKind.GRID, [cell]) for cell in _slots(cells)),
        (ZoneKind.RECEPTION, reception),
        (ZoneKind.MARGIN, margin),
        (ZoneKind.URGENCY, urgency),
        (ZoneKind.ADDRESSEE, addressee),
        *_text_and_foot(rest),
    ]


def _slots(cells: Sequence[_Row]) -> list[_Row]:
    """The cells without what is no slot: headings of columns, a stray rule read as a letter."""
    return [row for row in cells if row.says(_SLOT) or any(c.isalnum() for c in row.text)]


def _margin(text: list[_Row]) -> tuple[list[_Row], list[_Row]]:
    """`Для заметок и резолюций` and what stands under it, where no rule parts it from the text."""
    first = next((row for row in text if row.says(_MARGIN)), None)
    if first is None:
        return [], text
    limit = first.box.right + first.box.width // 4
    found = [
        r for r in text if r.box.right <= limit and 0 <= r.foot - first.foot < 8 * first.box.height
    ]
    return found, [row for row in text if row not in found]


def _head(text: list[_Row], cells: list[_Row]) -> tuple[list[_Row], list[_Row], list[_Row]]:
    """Head, reception line, and all that follows."""
    grid_top = min((row.box.top for row in cells), default=None)
    at = next((i for i, row in enumerate(text) if row.says(_RECEPTION)), None)
    if at is not None and at <= HEAD_LINES + SLOTS:
        level = text[at]
        reception = [
            r for r in text if abs(r.foot - level.foot) < 0.8 * level.reading.line.x_height_px
        ]
        head = [row for row in text if row.foot < level.foot and row not in reception]
        rest = [row for row in text if row not in reception and row not in head]
        return head, reception, rest
    if grid_top is not None:
        head = [row for row in text if row.foot <= grid_top]
        return head, [], text[len(head) :]
    known = [i for i, row in enumerate(text[:HEAD_LINES]) if row.says(_HEAD)]
    cut = known[-1] + 1 if known else 0
    return text[:cut], [], text[cut:]


def _address(rest: list[_Row]) -> tuple[list[_Row], list[_Row], list[_Row]]:
    """Urgency and addressee: short lines above the text."""
    urgency: list[_Row] = []
    addressee: list[_Row] = []
    width = _width(rest)
    at = 0
    while at < min(len(rest), 5) and _short(rest[at], width):
        row = rest[at]
        if not urgency and row.says(_URGENT):
            urgency.append(row)
        elif _is_address(row):
            addressee.append(row)
        else:
            break
        at += 1
    return urgency, addressee, rest[at:]


def _is_address(row: _Row) -> bool:
    name = row.text.strip(" .,:;\"'")
    letters = [c for c in name if c.isalpha()]
    capitals = len(letters) > _FEW_LETTERS and all(c.isupper() for c in letters)
    lone = capitals and not any(c.isdigit() for c in name) and len(name.split()) <= 3
    closed = name.replace(" ", "") if row.spaced else name
    return (row.spaced or lone or row.says(_TO)) and bool(addressed(closed))


def _further_sheet(flow: Sequence[_Row]) -> Named:
    rows = _by_rows(flow) if any(r.zone.kind == ZoneKind.GRID for r in flow) else list(flow)
    top = rows[:RUNNING_HEAD_LINES]
    heads = [i for i, row in enumerate(top) if is_running_head(row.text) or row.says(_CONTINUED)]
    cut = heads[-1] + 1
    return [(ZoneKind.CONTINUATION, rows[:cut]), *_text_and_foot(rows[cut:])]


def _text_and_foot(rows: list[_Row]) -> Named:
    """Body, catchword, sign-off, and a stamp that could not be told by its colour."""
    width = _width(rows)
    stamp = [row for row in rows if row.says(_STAMP) and _short(row, width)]
    rows = [row for row in rows if row not in stamp]
    cut = _foot_start(rows, width)
    text, foot = rows[:cut], rows[cut:]
    catchword = [
        row
        for row in text[-FOOT_LINES:]
        if _short(row, width) and marker_start(row.text) is not None
    ]
    body = [row for row in text if row not in catchword]
    return [
        (ZoneKind.BODY, body),
        (ZoneKind.CATCHWORD, catchword),
        (ZoneKind.SIGN_OFF, foot),
        (ZoneKind.STAMP, stamp),
    ]


def _foot_start(rows: list[_Row], width: float) -> int:
    """Where the sign-off begins: from the foot up, as long as lines are short and of its kind.

    A line read badly (a signature, a tick) does not end it, when a line of its kind stands above.
    """
    start = len(rows)
    for i in reversed(range(len(rows))):
        row = rows[i]
        if not _short(row, width) and not row.says(_FOOT):
            break
        if row.says(_FOOT) or row.says(_DATE):
            start = i
    if start < len(rows):
        while start > 0 and _short(rows[start - 1], width) and _is_name(rows[start - 1]):
            start -= 1
    return start


def _is_name(row: _Row) -> bool:
    """A signatory: letter-spaced, or a name or two in capitals, with no stop of a sentence."""
    words = [w for w in row.text.split() if any(c.isalpha() for c in w)]
    capital = all(w.strip("\"'(.,")[:1].isupper() for w in words)
    return bool(words) and (row.spaced or (capital and len(words) <= 3))


def _width(rows: Sequence[_Row]) -> float:
    return float(hull([row.box for row in rows]).width) if rows else 0.0


def _short(row: _Row, width: float) -> bool:
    return row.box.width <= SHORT_SHARE * width


def _rebuilt(
    named: Named, zones: Sequence[Zone], rows: Sequence[_Row]
) -> tuple[tuple[Zone, ...], tuple[LineReading, ...]]:
    """New zones around the named lines, then the marks; everything numbered in this order."""
    page = (zones[0].id if zones else "p1-z1").partition("-")[0]
    made: list[Zone] = []
    read: list[LineReading] = []

    def add(kind: ZoneKind, box: Box, field: str | None, lines: Sequence[_Row]) -> None:
        zone = Zone(f"{page}-z{len(made) + 1}", kind, box, len(made), field)
        made.append(zone)
        for row in lines:
            number = len(read)
            line = replace(
                row.reading.line, id=f"{page}-l{number + 1}", zone_id=zone.id, order=number
            )
            read.append(replace(row.reading, line=line))

    for kind, group in named:
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


def _boxes(kind: ZoneKind, rows: list[_Row]) -> list[tuple[Box, list[_Row]]]:
    """One zone for a part; a slot keeps the cell that layout drew around it."""
    if not rows:
        return []
    if kind == ZoneKind.GRID and rows[0].zone.kind == ZoneKind.GRID:
        return [(rows[0].zone.box, rows)]
    # a stain at the edge, taken for a line, must not draw the zone out to itself
    written = [row for row in rows if any(c.isalnum() for c in row.text)] or rows
    return [(hull([row.box for row in written]), rows)]
