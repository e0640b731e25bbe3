"""Stamps of the offices that received a telegram: incoming number, date, and all that they say.

A stamp without a number registers nothing: a turning date alone (`16 АВГ 1949`, `ВХОДЯЩИЙ` over
it) is set on papers by any clerk. The line that is filled in, `Вх. № 3645 от 7/10 1950 г.`, is
known by its figures, also where the words between them were misread; figures stay as they were
read. The printed lines are put right by `wording`. Where too much of a stamp is neither wording nor
word, its number and date stand in the record and its text does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from ocr.assemble.blocks import Block, Sheet
from ocr.assemble.dates import Found, find_dates
from ocr.assemble.print_gaps import with_gaps
from ocr.assemble.printed import NO, NUMBER, D, digits, fold, pattern, printed
from ocr.assemble.wording import STAMP_WORDS, worded
from ocr.document import Field, ZoneKind

_INCOMING = pattern(
    rf"(?:(?<!\p{{L}})[ВЗ8][хк][.,:]?\s*(?:{NO}\s*)?|{NO}\s*(?={D}+\s+от\b))(?P<number>{NUMBER})"
)
# `Вх. № 3645 от 7/10 1950 г.` with words misread: `В 4 1№ 9386 о2 24/12 1951 г`, `0 от 7/7 1945`
_FILLED_IN = pattern(
    rf"^\W*(?P<cue>[ВЗ8][хжк]?[^\n№]{{0,5}}?№|[ВЗ8][хк][.,:]?\s*(?:{NO})?|{NO})\W{{0,3}}"
    rf"(?P<number>{D}{{2,6}})\s+(?P<of>[^\s/]{{1,3}})\s*"
    rf"(?P<date>(?P<day>{D}{{1,2}}(?:\s?[/|]\s?|\s)(?:{D}{{1,2}}|[IVX]{{1,4}})|\d{{3,5}})\W{{1,3}}"
    rf"(?P<year>\d{{4}}))\W*(?:г\W*\w?\W*)?$"
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


def incoming_stamps(sheets: Sequence[Sheet], year: int | None) -> Iterator[Field]:
    """Stamps with an incoming number, in the order of the sheets. `year`: as the sheets state."""
    place = 0
    for sheet in sheets:
        for block in sheet.zones(ZoneKind.STAMP):
            facts = list(_stamp(f"incoming_stamps.{place}", block, year))
            yield from facts
            place += bool(facts)


def _stamp(name: str, block: Block, year: int | None) -> Iterator[Field]:
    """Number, date and text; nothing for a stamp that registers nothing."""
    filled = _FILLED_IN.search(block.folded)
    found = filled or _INCOMING.search(block.folded)
    figures = None if found is None else digits(found["number"])
    dates = _dates(block, filled, year)
    if figures is None and not (dates and _says_an_office(block)):
        return
    if found is not None and figures is not None:
        yield block.fact(f"{name}.number", figures, *found.span("number"))
    if dates:
        yield block.fact(f"{name}.date", dates[0].value, dates[0].start, dates[0].end)
    if (text := _text(block, filled)) is not None:
        yield block.fact(f"{name}.text", text, 0, len(block.text))


def _dates(block: Block, filled: regex.Match[str] | None, year: int | None) -> list[Found]:
    """The dates of a stamp, that of its filled-in line first, also where its stroke was lost."""
    if filled is not None and (found := find_dates(_dated(filled), year)):
        return [Found(found[0].value, *filled.span("date"))]
    return find_dates(_STROKE_LOST.sub("/", block.folded), year)


def _dated(filled: regex.Match[str]) -> str:
    """The date of a filled-in line with its stroke: `28/12 1951 г.` of `28712 1951`.

    A stroke that was lost, or read as a figure, is put where day and month allow it alone.
    """
    if (parts := _DAY.fullmatch(filled["day"])) is not None:
        return f"{parts['day']}/{_once(parts['month'])} {filled['year']} г."
    run = filled["day"]
    ways = {
        (run[:at], run[at + skipped :])
        for at in (1, 2)
        for skipped in (0, 1)
        if (not skipped or run[at] in "71") and _is_day(run[:at], run[at + skipped :])
    }
    day, month = ways.pop() if len(ways) == 1 else (run, "")
    return f"{day}/{month} {filled['year']} г." if month else f"{run} {filled['year']} г."


def _once(month: str) -> str:
    """`4` of `44`, the stroke before it read as the figure behind: there is no such month."""
    twice = len(month) == 2 and month.isdecimal() and month[0] == month[1] and int(month) > 12
    return month[0] if twice else month


def _is_day(day: str, month: str) -> bool:
    right = not (day.startswith("0") or month.startswith("0")) and 0 < len(month) < 3
    return right and 1 <= int(day) <= 31 and 1 <= int(month) <= 12


def _says_an_office(block: Block) -> bool:
    """Whether a line says what stamps of offices do, besides `ВХОДЯЩИЙ` and a date."""
    lines = (line.text for line in block.lines if not _TURNING.search(fold(line.text)))
    found = (wording for text in lines for wording in worded(text, STAMP_WORDS).wordings)
    return any(len(wording) >= LEAST_OFFICE and wording != TURNING for wording in found)


def _text(block: Block, filled: regex.Match[str] | None) -> str | None:
    """All that the stamp says, in one line; None where too much of it is unreadable."""
    out: list[str] = []
    for line, start, end in block.rows():
        if filled is not None and start <= filled.start("number") < end:
            out.append(_filled_in(filled, block.text))
            continue
        written = _STROKE_LOST.sub("/", line.text)
        words = [_NOISE.sub("", word) for word in _YEAR_END.sub(r"\1.", written).split()]
        text = " ".join(word for word in words if regex.search(r"[\p{L}\p{N}№]", word))
        text = _OF_PART.sub(lambda m: m[0].translate(_TO_ROMAN), text)
        read = worded(text, STAMP_WORDS)
        if read.known < LEAST_KNOWN and line.confidence < SURE:
            if sum(c.isalpha() for c in text) > MOST_DIRT:
                return None
            continue
        text = _SCRAP.sub("", read.text)
        if line.confidence < SURE:
            text = _FIGURE_BEHIND.sub("", text)
        unopened = text.count(")") > text.count("(")
        out.append(text.rstrip(_STOPS + ")" * unopened))
    return with_gaps(" ".join(out)) if out else None


def _filled_in(match: regex.Match[str], text: str) -> str:
    """`Вх. № 3645 от 7/10 1950 г.` with its printed words right and its figures as they are."""
    cue = match["cue"].strip()
    opening = "№" if regex.fullmatch(NO, cue) else "Вх. №"
    number = text[match.start("number") : match.end("number")]
    return f"{opening} {number} от {_dated(match)}"
