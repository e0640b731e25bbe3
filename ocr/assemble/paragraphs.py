"""The text to read: paragraphs on one line, over line ends and sheets, reversibly.

Lines of the body follow each other over the sheets. A line begins a paragraph by its indent, by
the gap above it, by a point (`3.`, `б)`, `- `), or because the line before it ended short; each
sign but the point counts only where punctuation or a large letter does not speak against it, so
that a lost line or a loose margin does not cut a sentence. Positions are measured on the page
turned upright, by the slope of its baselines. Titles, tables and verse part what stands around
them: a title is one paragraph, each row of a table and each line of verse another. All other zones
are paragraphs of their own, the printed head one for each thing said. Catchwords, page numbers and
the printed head of further sheets serve the sheet, not the text, and are left out of it; so are
lines of signs alone.

What was resolved stands in `Paragraph.joins`: undone, they give the lines of `line_ids` as
typed, one a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

import regex

from ocr.assemble.changes import Edit, apply_edits
from ocr.assemble.hyphens import ends_in_hyphen, keep_hyphen, vocabulary
from ocr.assemble.meant import edits_between
from ocr.assemble.measure import Measure, Place, measure_zone, upright
from ocr.assemble.printed import is_running_head, opens_head_item
from ocr.assemble.settings import AssembleSettings
from ocr.assemble.sheets import doubled_length, is_repeated, marker_start
from ocr.assemble.spacing import spacing_edits
from ocr.document import Line, Page, Paragraph, ZoneKind

# The text proper: what runs on over line ends and sheets.
FLOWING = (
    ZoneKind.BODY,
    ZoneKind.PARAGRAPH,
    ZoneKind.LIST,
    ZoneKind.CATCHWORD,
    ZoneKind.BORN_DIGITAL,
)
# Of a page that is no telegram these share their margins: each alone may be a line or two.
POOLED = (ZoneKind.PARAGRAPH, ZoneKind.LIST)
# Each line says something of its own.
BY_LINE = (ZoneKind.SIGN_OFF, ZoneKind.CONTINUATION, ZoneKind.TABLE, ZoneKind.VERSE)
# What stands between two of them parts what flows.
PARTING = (ZoneKind.TITLE, ZoneKind.TABLE, ZoneKind.VERSE)

_POINT = regex.compile(r"[\"«(]?(?:[0-9IlОЗ]{1,2}[.)]|\p{L}\)|[-–—•*])\s")
_ENDED = regex.compile(r"[.:;!?][\"»)]*$")


@dataclass(frozen=True, slots=True)
class _Typed:
    """A line of the flow with its place on the upright page."""

    line: Line
    kind: ZoneKind
    page: int
    place: Place
    measure: Measure


def paragraphs(pages: Sequence[Page], s: AssembleSettings) -> tuple[Paragraph, ...]:
    """All paragraphs, in the reading order of their first lines."""
    words = vocabulary([line.text for page in pages for line in page.lines])
    at = {line.id: (p, n) for p, page in enumerate(pages) for n, line in enumerate(page.lines)}
    groups = [g for flow in _flows(pages) for g in _split_flow(flow, s)]
    groups += [g for page in pages for g in _other_zones(page)]
    groups.sort(key=lambda rows: at[rows[0].line.id])
    return tuple(p for g in groups if (p := _paragraph(g, words, s)).text)


class _Row(NamedTuple):
    """A line of a paragraph; `foot`: the last line of text on its sheet."""

    line: Line
    catchword: bool = False
    foot: bool = False


def _flows(pages: Sequence[Page]) -> list[list[_Typed]]:
    """The lines that run on over the pages.

    A first sheet's head begins a new flow, and so does a change between scans and born-digital
    pages.
    """
    flows: list[list[_Typed]] = [[]]
    digital = False
    for number, page in enumerate(pages):
        kinds = {zone.id: zone.kind for zone in page.zones}
        if ZoneKind.HEAD in kinds.values() or digital != (ZoneKind.BORN_DIGITAL in kinds.values()):
            flows.append([])
        digital = ZoneKind.BORN_DIGITAL in kinds.values()
        placed = _placed(page, kinds)
        for line in _with_text(page):
            if kinds[line.zone] in PARTING:
                flows.append([])
            elif line.id in placed:
                place, measure = placed[line.id]
                kind = _kind(line, kinds[line.zone])
                flows[-1].append(_Typed(line, kind, number, place, measure))
    return flows


def _placed(page: Page, kinds: Mapping[str, ZoneKind]) -> dict[str, tuple[Place, Measure]]:
    """Where each line that flows stands, and what is usual around it, by its id."""
    turn = upright(page)
    flowing = [line for line in _with_text(page) if kinds[line.zone] in FLOWING]
    groups: dict[str, list[Line]] = {}
    for line in flowing:
        groups.setdefault("" if kinds[line.zone] in POOLED else line.zone, []).append(line)
    placed: dict[str, tuple[Place, Measure]] = {}
    for lines in groups.values():
        places, measure = measure_zone(lines, turn)
        placed |= {line.id: (place, measure) for line, place in zip(lines, places, strict=True)}
    return placed


def _with_text(page: Page) -> list[Line]:
    """The lines with a letter or figure: what has none is a stain or a rule read as signs."""
    return [line for line in page.lines if any(c.isalnum() for c in line.text)]


def _kind(line: Line, kind: ZoneKind) -> ZoneKind:
    """The kind of the zone, but for a catchword that was left in the body."""
    return ZoneKind.CATCHWORD if marker_start(line.text) == 0 else kind


def _split_flow(flow: Sequence[_Typed], s: AssembleSettings) -> Iterator[list[_Row]]:
    group: list[_Row] = []
    before: _Typed | None = None
    feet = {typed.page: typed.line.id for typed in flow if typed.kind is not ZoneKind.CATCHWORD}
    for typed in flow:
        if typed.kind is ZoneKind.CATCHWORD:
            group.append(_Row(typed.line, catchword=True))
            continue
        if before is not None and _begins(before, typed, _run_on(group), s):
            yield group
            group = []
        group.append(_Row(typed.line, foot=feet[typed.page] == typed.line.id))
        before = typed
    if group:
        yield group


def _run_on(group: Sequence[_Row]) -> bool:
    """A catchword says that the text goes on."""
    if not group:
        return False
    last = group[-1]
    return last.catchword or (last.foot and marker_start(last.line.text) is not None)


def _begins(before: _Typed, typed: _Typed, run_on: bool, s: AssembleSettings) -> bool:
    """Whether `typed` begins a paragraph; `run_on`: a catchword says that the text goes on.

    After a full stop a slight indent is enough. Within a sentence it must be a clear one, and a
    line below an indented line is the rest of a point that is set in as a whole. A born-digital
    page has no indents but true gaps, and its sentences seldom end with the page.
    """
    text, last = typed.line.text, before.line.text.rstrip()
    ended = _ENDED.search(last) is not None
    indent = _indent(typed)
    indented = indent >= s.indent_strokes
    if ends_in_hyphen(last) or (run_on and not (ended and indented)):
        return False
    same_zone = before.measure is typed.measure
    above = _indent(before)
    set_in = same_zone and s.indent_strokes <= above <= indent + s.indent_strokes
    short = _leaves_room(before, text.split(" ")[0], s)
    if _POINT.match(text) and (ended or indented or short):
        return True
    if indented and (ended or (indent >= 2 * s.indent_strokes and not set_in)):
        return True
    if short and text.lstrip('"«( ')[:1].isupper():
        return True
    feeds = (typed.place.y - before.place.y) / (typed.measure.feed or 1.0)
    if typed.kind is ZoneKind.BORN_DIGITAL:
        return feeds >= s.digital_gap_feeds if same_zone else ended
    return same_zone and feeds >= s.gap_feeds and (ended or short)


def _indent(typed: _Typed) -> float:
    """Strokes by which a line stands in from the margin."""
    return (typed.place.left - typed.measure.left) / typed.measure.stroke


def _leaves_room(before: _Typed, word: str, s: AssembleSettings) -> bool:
    """Whether the line could have held the next word too, so that it ended on purpose."""
    room = before.measure.left + before.measure.width - before.place.right
    return room >= (len(word) + 1 + s.short_strokes) * before.measure.stroke


def _other_zones(page: Page) -> Iterator[list[_Row]]:
    kinds = {zone.id: zone.kind for zone in page.zones}
    for zone, run in groupby(_with_text(page), key=lambda line: line.zone):
        lines, kind = list(run), kinds[zone]
        if kind in FLOWING or kind is ZoneKind.PAGE_NUMBER:
            continue
        if kind in BY_LINE:
            kept = [
                x for x in lines if kind is not ZoneKind.CONTINUATION or not is_running_head(x.text)
            ]
            yield from ([_Row(line)] for line in kept)
        elif kind is ZoneKind.HEAD:
            yield from _head_items(lines)
        else:
            yield [_Row(line) for line in lines]


def _head_items(lines: Sequence[Line]) -> Iterator[list[_Row]]:
    group: list[_Row] = []
    for line in lines:
        if group and opens_head_item(line.text):
            yield group
            group = []
        group.append(_Row(line))
    if group:
        yield group


def _paragraph(rows: Sequence[_Row], words: AbstractSet[str], s: AssembleSettings) -> Paragraph:
    """The rows joined: line ends, hyphens, catchwords and letter-spacing resolved."""
    typed = "\n".join(row.line.text for row in rows)
    spans = list(_spans(rows))
    edits = []
    for (start, end), (begin, stop) in pairwise(spans):
        left, right = typed[start:end], typed[begin:stop]
        between = typed[end:begin]
        if between == "\n":
            edits.append(_join(end, begin, left, right, words))
        else:
            edits += _sheet_join(end, between, left, right, words)
    if spans and spans[-1][1] < len(typed):
        edits.append(Edit(spans[-1][1], len(typed), "", "catchword"))
    edits += _within(rows, edits, s)
    text, joins = apply_edits(typed, edits)
    return Paragraph(text if spans else "", tuple(row.line.id for row in rows), joins)


def _spans(rows: Sequence[_Row]) -> Iterator[tuple[int, int]]:
    """Where in the joined rows the text of each line stands, without catchwords."""
    start = 0
    for row in rows:
        text = row.line.text
        if not row.catchword:
            marker = marker_start(text) if row.foot else None
            yield start, start + len(text if marker is None else text[:marker].rstrip())
        start += len(text) + 1


def _join(end: int, begin: int, left: str, right: str, words: AbstractSet[str]) -> Edit:
    """What replaces the line end between `left`, which stops at `end`, and `right`."""
    if not ends_in_hyphen(left):
        return Edit(end, begin, " ", "line")
    if keep_hyphen(left, right, words):
        return Edit(end, begin, "", "line")
    return Edit(end - 1, begin, "", "hyphen")


def _sheet_join(
    end: int, between: str, left: str, right: str, words: AbstractSet[str]
) -> list[Edit]:
    """The same over two sheets, with a catchword `between` them."""
    begin = end + len(between)
    marker = marker_start(between)
    piece = between[:marker].strip() if marker is not None else ""
    if piece and not is_repeated(piece, right):
        at = end + between.index(piece)
        stop = at + len(piece)
        return [
            _join(end, at, left, piece, words),
            _join(stop, begin, piece, right, words)._replace(reason="catchword"),
        ]
    again = 0 if piece or ends_in_hyphen(left) else doubled_length(left, right)
    if again:
        return [Edit(end, begin + again, "", "catchword")]
    return [_join(end, begin, left, right, words)._replace(reason="catchword")]


def _within(rows: Sequence[_Row], taken: Sequence[Edit], s: AssembleSettings) -> list[Edit]:
    """Letter-spaced words, and what was meant otherwise than typed, but where other edits are."""
    start = 0
    edits = list(taken)
    for row in rows:
        line = row.line
        inner = spacing_edits(line.text, line.words, s)
        inner += edits_between(line.text, line.meant) if line.meant is not None else []
        for edit in inner:
            placed = edit._replace(start=edit.start + start, end=edit.end + start)
            if not any(_overlap(placed, other) for other in edits):
                edits.append(placed)
        start += len(line.text) + 1
    return edits[len(taken) :]


def _overlap(a: Edit, b: Edit) -> bool:
    """Whether two edits touch the same characters, or add some at the same place."""
    return (a.start < b.end and b.start < a.end) or (a.start, a.end) == (b.start, b.end)
