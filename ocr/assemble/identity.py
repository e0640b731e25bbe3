"""What a loose sheet says of itself: whose it is, which one, and how its text begins and ends.

A first sheet bears the telegram's own head, a further one the head of continuation with the number
of the telegram, the copy and the sheet. What cannot be read is None; nothing is made up. A number
of which some figures were misread as letters is kept as it was read, for likeness to others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import fmean

import regex
from rapidfuzz import fuzz

from ocr.assemble.blocks import Block, Sheet
from ocr.assemble.dictionary import is_known
from ocr.assemble.head import stated_numbers, titles
from ocr.assemble.hyphens import ends_in_hyphen
from ocr.assemble.printed import GAP, NO, D, digits, looks_like, pattern, printed
from ocr.assemble.settings import AssembleSettings
from ocr.assemble.sheets import doubled_length, marker_start
from ocr.assemble.sign_off import sheet_number, sign_off_facts
from ocr.document import Page, ZoneKind

# Facts of a sign-off; two of them, since one may be a line of the text that looks like it.
SIGNED = ("signatory", "outgoing_number", "signed_on", "deciphered.by", "typed.by")
LEAST_SIGNED = 2
LEAST_SLOTS = 3
"""So many numbered slots in the text are a grid that was not told from it."""
MOST_SHEETS = 30
"""What is read as a higher number of a sheet is no such number."""
FOOT_ROWS = 4
"""Among so many last lines the catchword stands; below it are stains and stamps."""
LEAST_LINK = 4
"""Letters of the doubly typed piece: three end many a word by chance."""
# Of 100: two readings of one sheet with 10 % of errors each have above 80, two telegrams of the
# same office 50 to 60.
SAME_TEXT = 75.0
# Letters of text from which two sheets can be told to be the same one by their text.
LEAST_TEXT = 60
TEXT_REPEATED, POINTS_GO_ON = 2, 1
SHORT_ROW = 25
"""Characters; a shorter first line may be the rest of a head that was misread."""

_COPY = pattern(
    rf"(?:Экз){{e<=1}}[.,:]?\s*(?:{NO}|[^\s\d]{{1,2}}){GAP}(?P<number>{D}{{1,2}})(?![\p{{L}}\p{{N}}])"
)
_FURTHER = pattern(rf"^\W*(?:{printed('Лист')}|(?:Экз){{e<=1}}[.,:])")
_SLOTS = pattern(rf"^\W*(?:Экз\W*)?{NO}\s*{D}{{1,2}}(?:\s+\p{{L}}|$)")
_TOKEN = regex.compile(r"[^\W_]{3,8}")
_POINT = regex.compile(rf"^\W?(?P<number>{D}{{1,2}})\s?[.)/]\s?\p{{L}}")


@dataclass(frozen=True, slots=True)
class SheetSays:
    """What stands on a sheet of a telegram.

    first       it bears the telegram's own head
    number      of the telegram as read, mostly figures; None where nothing was read
    sheet       1 for a first sheet, else what its head states
    copy        as its head states it
    signed      the sign-off stands on it, so it is the last
    begins      the first line of its text; the second too, where the first is short
    ends        what its catchword adds to the text, "" for nothing, and the last line of text
    points      numbers of its first and last numbered point
    letters     all letters and figures of its text and sign-off, small
    confidence  mean of its lines
    """

    first: bool
    number: str | None
    sheet: int | None
    copy: str | None
    signed: bool
    begins: tuple[str, ...]
    ends: tuple[str, str]
    points: tuple[int, int] | None
    letters: str
    confidence: float


def identify(page: Page, s: AssembleSettings) -> SheetSays | None:
    """What the sheet says; None where it bears no head of a telegram."""
    sheet = Sheet(page)
    head = sheet.of(ZoneKind.HEAD, ZoneKind.CONTINUATION)
    if not head.lines and not sheet.of(ZoneKind.GRID).lines:
        return None
    stated = sheet_number(head)
    # a further sheet whose `Продолжение` was misread has a head too, but of another kind
    slots = len(_SLOTS.findall(sheet.of(ZoneKind.BODY).folded))
    blank = sheet.of(ZoneKind.GRID, ZoneKind.RECEPTION).lines or slots >= LEAST_SLOTS
    continued = stated or sheet.of(ZoneKind.CONTINUATION).lines or _FURTHER.search(head.folded)
    first = bool(blank) or not continued
    facts = {fact.name for fact in sign_off_facts([sheet], None, s)}
    rows = _rows(sheet, ZoneKind.BODY, ZoneKind.CATCHWORD)
    written = [*rows, *_rows(sheet, ZoneKind.SIGN_OFF)]
    return SheetSays(
        first=first,
        number=_number(sheet),
        sheet=1 if first else stated[0] if stated and 1 < stated[0] <= MOST_SHEETS else None,
        copy=_copy(sheet),
        signed=len(facts & set(SIGNED)) >= LEAST_SIGNED and not _goes_over(written),
        begins=tuple(rows[: 1 + (len(rows[0]) < SHORT_ROW)]) if rows else (),
        ends=_ends(written if _goes_over(written) else rows),
        points=_points(rows),
        letters="".join(c for row in written for c in row if c.isalnum()).lower(),
        confidence=fmean(line.confidence for line in page.lines),
    )


def _rows(sheet: Sheet, *kinds: ZoneKind) -> list[str]:
    """Lines that have a letter or a figure."""
    return [x.text for x in sheet.of(*kinds).lines if any(c.isalnum() for c in x.text)]


def _number(sheet: Sheet) -> str | None:
    """The number behind the title; of a misread one what stands there, if figures are in it."""
    if (fact := next(stated_numbers([sheet]), None)) is not None:
        return str(fact.value)
    behind = [block.folded[end:].split("\n")[0] for block, _, end in titles([sheet])]
    for rows in (*behind, sheet.of(ZoneKind.HEAD, ZoneKind.CONTINUATION).folded):
        for token in _TOKEN.findall(rows):
            figures = "".join(looks_like(c) or c for c in token)
            if 2 * sum(c.isdigit() for c in figures) > len(token):
                return figures
    return None


def _copy(sheet: Sheet) -> str | None:
    # the slots of the grid are numbered copies too, so only these two zones tell
    for block in (sheet.of(ZoneKind.RECEPTION), sheet.of(ZoneKind.CONTINUATION)):
        if (match := _COPY.search(block.folded)) is not None:
            return digits(match["number"])
    return None


def _ends(rows: list[str]) -> tuple[str, str]:
    """What stands before the catchword's marker on its line, and the last line of text."""
    for at in range(len(rows) - 1, max(-1, len(rows) - 1 - FOOT_ROWS), -1):
        if (marker := marker_start(rows[at])) is not None:
            return rows[at][:marker].strip(), rows[at - 1] if at else ""
    return "", rows[-1] if rows else ""


def _goes_over(rows: list[str]) -> bool:
    """A catchword stands at the foot, also where it was taken for part of a sign-off."""
    return any(marker_start(row) is not None for row in rows[-FOOT_ROWS:])


def _points(rows: list[str]) -> tuple[int, int] | None:
    """`7. Что касается` … `12) Прошу`: 7 and 12; what does not count upwards is no point."""
    found = [int(n) for row in rows if (m := _POINT.match(row)) and (n := looks_like(m["number"]))]
    return (found[0], found[-1]) if found and found == sorted(found) else None


def goes_on(before: SheetSays, after: SheetSays) -> int:
    """What the texts of two sheets say for the one following the other; below 0: against it.

    `TEXT_REPEATED` for a piece typed on both, or a word parted between them that the dictionary
    knows whole; `POINTS_GO_ON` for numbered points that count on, less that for others.
    """
    if before.signed or after.first:
        return 0
    piece, end = before.ends
    if any(_repeats(piece or end, begin) for begin in after.begins):
        return TEXT_REPEATED
    if not piece and any(_parted(end, begin) for begin in after.begins):
        return TEXT_REPEATED
    if before.points is None or after.points is None:
        return 0
    return POINTS_GO_ON if after.points[0] == before.points[1] + 1 else -POINTS_GO_ON


def _repeats(end: str, begin: str) -> bool:
    """The end of a sheet is typed again; part of a word is only if it begins with no capital."""
    again = doubled_length(end, begin)
    if sum(c.isalnum() for c in begin[:again]) < LEAST_LINK:
        return False
    return begin[:1].islower() or regex.search(rf"\b{regex.escape(begin[:again])}", end) is not None


def _parted(end: str, begin: str) -> bool:
    """`превос-` and `ходство`: parts of one word that is known."""
    if not ends_in_hyphen(end):
        return False
    head, tail = regex.search(r"\p{L}+(?=\W$)", end), regex.match(r"\p{Ll}+", begin)
    if head is None or tail is None or len(head[0] + tail[0]) < 2 * LEAST_LINK:
        return False
    return is_known(head[0] + tail[0])


def same_text(a: SheetSays, b: SheetSays) -> bool:
    """Two readings of one text: of two scans of a sheet, or of two copies of it."""
    if a.first is not b.first or min(len(a.letters), len(b.letters)) < LEAST_TEXT:
        return False
    return fuzz.ratio(a.letters, b.letters, score_cutoff=SAME_TEXT) > 0


def renumbered(page: Page, index: int) -> Page:
    """The page as number `index` of a document: its zones and lines are named after it."""
    old, new = f"p{page.index + 1}-", f"p{index + 1}-"

    def moved(name: str) -> str:
        return new + name.removeprefix(old)

    zones = tuple(replace(zone, id=moved(zone.id)) for zone in page.zones)
    lines = tuple(replace(line, id=moved(line.id), zone=moved(line.zone)) for line in page.lines)
    return replace(page, index=index, zones=zones, lines=lines)


def head_lines(page: Page) -> tuple[str, ...]:
    """Ids of the lines that say which sheet this is."""
    block: Block = Sheet(page).of(ZoneKind.CONTINUATION)
    if not block.lines:
        block = Sheet(page).of(ZoneKind.HEAD, ZoneKind.RECEPTION)
    return tuple(line.id for line in block.lines)
