"""Stamps of the offices that received a telegram: incoming number, date, and all that they say.

A stamp without a number registers nothing: a turning date alone (`16 АВГ 1949`, `ВХОДЯЩИЙ` over
it) is set on papers by any clerk. The line that is filled in, `Вх. № 3645 от 7/10 1950 г.`, is
known by its figures, also where the words between them were misread; figures stay as they were
read. The printed lines are put right by `wording`. Where too much of a stamp is neither wording nor
word, its number and date stand in the record and its text does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product

import regex

from ocr.assemble.agreement import registered
from ocr.assemble.blocks import Block, Sheet
from ocr.assemble.dates import Found, find_dates
from ocr.assemble.print_gaps import with_gaps
from ocr.assemble.printed import NO, NUMBER, D, digits, fold, pattern, printed
from ocr.assemble.wording import NOTICES, STAMP_WORDS, worded
from ocr.document import Field, ZoneKind

_INCOMING = pattern(
    rf"(?:(?<!\p{{L}})[ВЗ8][хк][.,:]?\s*(?:{NO}\s*)?|{NO}\s*(?={D}+\s+от\b))(?P<number>{NUMBER})"
)
# `Вх. № 3645 от 7/10 1950 г.` with words misread: `В 4 1№ 9386 о2 24/12 1951 г`, `0 от 7/7 1945`
_FILLED_IN = pattern(
    rf"^\W*(?P<cue>[ВЗ8][хжк]?[^\n№]{{0,5}}?№|[ВЗ8][хк][.,:]?\s*(?:{NO})?|{NO})\W{{0,3}}"
    # blanks within a number or a year are of the pad, on which figures stand apart
    rf"(?P<number>{D}{{2,6}}|{D}(?:[ ]?\d){{1,5}})\s+(?P<of>[^\s/]{{1,3}})\s*"
    rf"(?P<date>(?P<day>{D}{{1,2}}(?:\s?[/|]\s?|\s)(?:{D}{{1,2}}|[IVX]{{1,4}})|\d{{3,5}})\W{{1,3}}"
    rf"(?:(?P<year>\d(?:[ ]?\d){{3}})\W*(?:г\W*\w?\W*)?|(?P<cut>1\d{{0,2}})))$"
)
_DAY = regex.compile(r"(?P<day>\w{1,2})\s?[/|\s]\s?(?P<month>\w{1,4})")
_OF_PART = regex.compile(r"(?<!\S)[IІVXУХГL1l|\[\]!]{1,4}(?=\s+част)")  # `в IV часть`
_TO_ROMAN = str.maketrans("ІГL1l|[]!УХ", "IIIIIIIIIVX")
# `от 8 11 1954 г.`
_STROKE_LOST = regex.compile(r"(?<=от\s\d{1,2})\s(?=\d{1,2}\s\d{4})")
# `1954 г. 1`: the side of a frame
_YEAR_END = regex.compile(r"(\d{4}\s?г)\b[^\n\w]*\w?[^\n\w]*$", regex.MULTILINE)
# a letter alone at either end of a line, and a figure at the end of one read badly: a side of the
# frame; `8 УПРАВЛЕНИЕ` begins with a figure
_SCRAP = regex.compile(r"^[^вксиоу\d\W](?:\s|$)|\s[^вксиоу\d\W]$", regex.IGNORECASE)
_FIGURE_BEHIND = regex.compile(r"(?<=\p{L}{2}\W?)\s\d$")
_STOPS = " ,;:-–!"
_QUOTES = "\"'«»„“ "  # those of a name stand within a line
_IN_BEHIND = regex.compile(r"\s[вВ]$")  # nothing follows but the number
_TO_OFFICE = regex.compile(r"в\s\p{L}{2,}")
_IS = regex.compile(r"подлежит(?:\W*\w){0,4}", regex.IGNORECASE)
_TO_BE_RETURNED = regex.compile(r"возврату(?!\p{L})", regex.IGNORECASE)
_NOISE = pattern(r"^[`'|_~*<>!]+|[`'|_~*<>!]+$")  # the frame of a stamp, read as signs

TURNING = "входящий"
_TURNING = pattern(rf"^\W*{printed(TURNING)}|\d{{4}}\W*(?:г\W*)?$")

LEAST_KNOWN, SURE = 0.9, 0.85
"""Share of a line's letters and figures that wordings and words must make up, where it was read
with no more confidence than this, or the text of the stamp is not given."""
MOST_DIRT = 4
"""Letters of such a line that may be dirt, or a side of the frame, and is left out alone."""
LEAST_OFFICE = 6
"""Letters of a wording from which it is none by chance."""


def incoming_stamps(
    sheets: Sequence[Sheet], year: int | None, day: date | None = None
) -> Iterator[Field]:
    """Stamps with an incoming number, in the order of the sheets.

    year  as the sheets state it
    day   on which the telegram was received, as most of its dates have it
    """
    place = 0
    for sheet in sheets:
        for block in sheet.zones(ZoneKind.STAMP):
            facts = list(_stamp(f"incoming_stamps.{place}", block, year, day))
            yield from facts
            place += bool(facts)


def _stamp(name: str, block: Block, year: int | None, day: date | None) -> Iterator[Field]:
    """Number, date and text; nothing for a stamp that registers nothing."""
    filled = _FILLED_IN.search(block.folded)
    found = filled or _INCOMING.search(block.folded)
    figures = None if found is None else digits(found["number"].replace(" ", ""))
    written = _dated(filled, year, day) if filled is not None else ""
    dates = _dates(block, filled, written, year)
    if figures is None and not (dates and _says_an_office(block)):
        return
    if found is not None and figures is not None:
        yield block.fact(f"{name}.number", figures, *found.span("number"))
    if dates:
        yield block.fact(f"{name}.date", dates[0].value, dates[0].start, dates[0].end)
    if (text := _text(block, filled, written)) is not None:
        yield block.fact(f"{name}.text", text, 0, len(block.text))


def _dates(
    block: Block, filled: regex.Match[str] | None, written: str, year: int | None
) -> list[Found]:
    """The dates of a stamp, that of its filled-in line first, also where its stroke was lost.

    written  that date with what was lost or misread of it put right
    """
    if filled is not None and (found := find_dates(written, year)):
        return [Found(found[0].value, *filled.span("date"))]
    return find_dates(_STROKE_LOST.sub("/", block.folded), year)


def _dated(filled: regex.Match[str], year: int | None, near: date | None) -> str:
    """The date of a filled-in line with its stroke: `28/12 1951 г.` of `28712 1951`.

    A stroke that was lost, or read as a figure, is put where day and month allow it alone, or one
    place alone makes it a date not long after `near`. A year that is cut off, or of which a figure
    was misread, is the one that the telegram itself states, if that makes it such a date.
    """
    read = (filled["year"] or "").replace(" ", "")
    if not read:  # cut off: the telegram's own
        known = near.year if near else year
        read = str(known) if known and str(known).startswith(filled["cut"]) else ""
    if not read:
        return str(filled["date"])
    ways = list(_ways(filled["day"]))
    if near is not None:
        likely = [
            (way, value)
            for way in ways
            if (found := find_dates(f"{way} {read} г.", None))
            and (value := registered(found[0].value, near)) is not None
        ]
        if len({value for _, value in likely}) == 1:
            return f"{likely[0][0]} {likely[0][1][:4]} г."
        if ways and not find_dates(f"{ways[0]} {read} г.", None):
            return f"{_soon(ways[0], read, near) or ways[0]} {read} г."
    return f"{ways[0] if len(ways) == 1 else str(filled['day'])} {read} г."


def _soon(way: str, year: str, near: date) -> str | None:
    """Day and month that make no date, with the one figure changed that makes them one within days
    of `near`; None where none or several do.
    """
    found = set()
    for i, other in product(range(len(way)), "0123456789"):
        changed = f"{way[:i]}{other}{way[i + 1 :]}"
        right = way[i].isdigit() and _is_day(*changed.partition("/")[::2])
        dates = find_dates(f"{changed} {year} г.", None) if right else []
        if dates and 0 <= (date.fromisoformat(dates[0].value) - near).days <= SOON:
            found.add(changed)
    return found.pop() if len(found) == 1 else None


SOON = 7
"""Days within which most telegrams are registered."""


def _ways(run: str) -> Iterator[str]:
    """Day and month with the stroke between them, in all ways in which they are such."""
    if (parts := _DAY.fullmatch(run)) is not None:
        day, month = parts["day"], parts["month"]
        yield f"{day}/{_once(month)}"
        if len(month) == 2 and not _is_day(day, month) and _is_day(day, month[1]):
            yield f"{day}/{month[1]}"  # the stroke was read as its first figure
        return
    ways = {
        (run[:at], run[at + skipped :])
        for at in (1, 2)
        for skipped in (0, 1)
        if (not skipped or run[at] in "71") and _is_day(run[:at], run[at + skipped :])
    }
    yield from (f"{day}/{month}" for day, month in sorted(ways))


def _once(month: str) -> str:
    """`4` of `44`, the stroke before it read as the figure behind: there is no such month."""
    twice = len(month) == 2 and month.isdecimal() and month[0] == month[1] and int(month) > 12
    return month[0] if twice else month


def _is_day(day: str, month: str) -> bool:
    if not (day.isdecimal() and month.isdecimal()) or not 0 < len(month) < 3:
        return False
    right = not (day.startswith("0") or month.startswith("0"))
    return right and 1 <= int(day) <= 31 and 1 <= int(month) <= 12


def _says_an_office(block: Block) -> bool:
    """Whether a line says what stamps of offices do, besides `ВХОДЯЩИЙ` and a date."""
    lines = (line.text for line in block.lines if not _TURNING.search(fold(line.text)))
    found = (wording for text in lines for wording in worded(text, STAMP_WORDS).wordings)
    return any(len(wording) >= LEAST_OFFICE and wording != TURNING for wording in found)


def _text(block: Block, filled: regex.Match[str] | None, written: str) -> str | None:
    """All that the stamp says, in one line; None where too much of it is unreadable."""
    out: list[str] = []
    for line, start, end in block.rows():
        if filled is not None and start <= filled.start("number") < end:
            out[-1:] = [_IN_BEHIND.sub("", text) for text in out[-1:]]
            out.append(_filled_in(filled, written))
            continue
        text = _cleaned(line.text)
        read = worded(text, STAMP_WORDS)
        if read.known < LEAST_KNOWN and line.confidence < SURE:
            if sum(c.isalpha() for c in text) > MOST_DIRT:
                return None
            continue
        text = _SCRAP.sub("", read.text)
        if line.confidence < SURE:
            text = _FIGURE_BEHIND.sub("", text)
        unopened = text.count(")") > text.count("(")
        out.append(text.strip(_QUOTES).rstrip(_STOPS + ")" * unopened))
    text = with_gaps(" ".join(_returned(out)))
    # of `ПОДЛЕЖИТ ВОЗВРАТУ в Секретариат` the first line is wanting
    return None if _TO_OFFICE.match(text) else text or None


def _cleaned(text: str) -> str:
    """A line without the frame's signs, its years and Roman numerals as they are meant."""
    written = _STROKE_LOST.sub("/", text)
    words = [_NOISE.sub("", word) for word in _YEAR_END.sub(r"\1.", written).split()]
    line = " ".join(word for word in words if regex.search(r"[\p{L}\p{N}№]", word))
    return str(_OF_PART.sub(lambda m: m[0].translate(_TO_ROMAN), line))


def _returned(lines: Sequence[str]) -> Sequence[str]:
    """`ПОДЛЕЖИТ ВОЗВРАТУ` above the office that it is returned to, `в Секретариат …`, alone.

    Where that is of the words above what was read, the rest of them is type that lies under them.
    """
    at = next((i for i, text in enumerate(lines) if i and _TO_OFFICE.match(text)), 0)
    above = with_gaps(" ".join(lines[:at]))
    whole = any(f" {notice} " in f" {above.lower()} " for notice in NOTICES)
    cut = _IS.fullmatch(above) is not None
    if whole or not (cut or _TO_BE_RETURNED.search(above)):
        return lines
    return ["ПОДЛЕЖИТ ВОЗВРАТУ" if above.isupper() else "подлежит возврату", *lines[at:]]


def _filled_in(match: regex.Match[str], written: str) -> str:
    """`Вх. № 3645 от 7/10 1950 г.` with its printed words right and its figures as they are."""
    cue = match["cue"].strip()
    opening = "№" if regex.fullmatch(NO, cue) else "Вх. №"
    number = str(match["number"]).replace(" ", "")
    return f"{opening} {number} от {written}"
