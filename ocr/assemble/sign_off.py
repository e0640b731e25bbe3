"""The foot of a telegram: who signed it, and who deciphered and typed it, when, as what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from ocr.assemble.blocks import Block, Sheet
from ocr.assemble.changes import apply_edits
from ocr.assemble.dates import Found, find_dates, find_timestamp
from ocr.assemble.names import clerk, is_post, signed
from ocr.assemble.printed import (
    GAP,
    NO,
    NUMBER,
    SUFFIX,
    D,
    digits,
    looks_like,
    number,
    pattern,
    printed,
)
from ocr.assemble.settings import AssembleSettings
from ocr.assemble.spacing import spacing_edits
from ocr.document import TEXT_KINDS, Field, ZoneKind

# `Расш. ст. лейтенант А. Козлов`: a rank and initials may stand before the name
_RANK = (
    r"(?:(?:ст|мл|гв|тех)[.,-]\s*)*(?:(?:лейтенант|капитан|майор|(?:под)?полковник|сержант|старшина"
    r"|л-т|к-н|п/п-?к|п-к|м-р)\b\.?\s*)?"
)
_BY = (
    rf"[.,:;\"']*\s*(?:т(?:ов)?[.,]\s*)?{_RANK}(?:\p{{L}}[.,]\s*){{0,2}}"
    r"(?P<by>[\p{L}03][\p{L}03\-]{2,})"
)
_DECIPHER = rf"(?:(?:Расш){{e<=1}}|Расшифр(?:ов)?|Дешифр\p{{L}}*|{printed('Расшифровал')}\p{{L}}?)"
_TYPE = (
    rf"(?:[О0]тп|Отпеч|Напеч|Печ|Маш|{printed('Отпечатал')}\p{{L}}?|{printed('Напечатал')}\p{{L}}?"
    rf"|{printed('Печатал')}\p{{L}}?)"
)
# either word may stand for both acts: `Расшифровал и отпечатал Орлов`
_DECIPHERED = pattern(rf"^\W*{_DECIPHER}\b(?:[.,]?\s*и\s+{_TYPE}\b)?{_BY}")
_TYPED = pattern(
    rf"(?:^\W*|[,;]\s*)(?:{_DECIPHER}[.,]?\s*и\s+)?(?:{_TYPE}\b|(?:Отп){{s<=1}}(?=[.,])){_BY}"
)
_NUMBER = pattern(
    rf"(?:^\W*|\W(?=№|N)){NO}\s*(?P<number>{NUMBER}{SUFFIX}?)|^\W*(?:\p{{L}}{{1,2}}\W*)?(?P<number>\d{{2,6}})\W*$"
)
_DAY_MONTH = pattern(rf"^\W*(?P<date>{D}{{1,2}}\.{D}{{1,2}})\W*$")
_SHEET = pattern(rf"^\W*{printed('Лист')}(?P<number>{GAP}{D}{{1,2}}(?!\p{{L}}))?")
_LETTERS = regex.compile(r"[03]?(?:[\p{L}\s.,\-]+[03]{0,2})+")  # О and З may be typed as figures
_FOOT_OF_BODY = 14  # lines among which a sign-off may have been left
_LONGEST_NAME = 3  # words


def sign_off_facts(
    sheets: Sequence[Sheet], year: int | None, s: AssembleSettings
) -> Iterator[Field]:
    """All fields of the sign-off, and `sheets` where its sheet states its number."""
    at, block = _find(sheets)
    if block is None:
        return
    deciphered = _DECIPHERED.search(block.folded)
    typed = _TYPED.search(block.folded)
    cues = sorted(m.start() for m in (deciphered, typed) if m is not None)
    upper = cues[0] if cues else len(block.text)
    signatory = _signatory(block, upper, s)
    if signatory is not None:
        yield block.fact("signatory", *signatory)
    # above the name may stand the end of the text, with numbers and dates of its own
    below = signatory[2] if signatory else 0
    outgoing = _first_number(block, below, upper) or _first_number(block, 0, upper)
    yield from _number("outgoing_number", block, outgoing)
    dates = find_dates(block.folded[:upper], year) or _day_and_month(block, below, upper, year)
    if dates := [d for d in dates if d.start >= below] or dates:
        yield block.fact("signed_on", dates[0].value, dates[0].start, dates[0].end)
    yield from _done("deciphered", block, deciphered, cues, year)
    yield from _done("typed", block, typed, cues, year)
    after = cues[-1] if cues else (outgoing.end() if outgoing else len(block.text))
    yield from _number("file_number", block, _first_number(block, after, len(block.text)))
    yield from _sheets(sheets[at], at)


def _find(sheets: Sequence[Sheet]) -> tuple[int, Block | None]:
    """The last sheet with a sign-off, and its lines; else the foot of the last body."""
    for at in reversed(range(len(sheets))):
        block = sheets[at].of(ZoneKind.SIGN_OFF)
        if block.lines:
            return at, block
    for at in reversed(range(len(sheets))):
        lines = sheets[at].of(*TEXT_KINDS).lines[-_FOOT_OF_BODY:]
        for i in range(len(lines)):
            rest = Block(lines[i:])
            if _DECIPHERED.match(rest.folded) or _TYPED.match(rest.folded):
                return at, rest
    return 0, None


def _signatory(block: Block, upper: int, s: AssembleSettings) -> tuple[str, int, int] | None:
    """The line of letters alone that is set most like a signature: spaced, capitals, a name.

    Only lines above the number and the date count, where there are any.
    """
    found: list[tuple[int, str, int, int]] = []
    for line, start, end in block.rows():
        edits = spacing_edits(line.text, line.words, s)
        closed, _ = apply_edits(line.text, edits)
        closed = closed.strip(" ()/")
        name = signed(closed)
        if start >= upper or (found and not name):
            break
        if name and _LETTERS.fullmatch(closed) and _is_short(name):
            found.append((_likeness_to_signature(closed, bool(edits)), name, start, end))
    return min(found, key=lambda row: row[0])[1:] if found else None


def _day_and_month(block: Block, start: int, end: int, year: int | None) -> list[Found]:
    """`13.10` alone on its line, of the year that the document states."""
    found = []
    for match in _DAY_MONTH.finditer(block.folded, start, end):
        for date in find_dates(f"{match['date']}.{year}", None) if year else ():
            found.append(Found(date.value, *match.span("date")))
    return found


def _is_short(names: str) -> bool:
    """A name or several: `Соколовский, Семенов, Юдин`."""
    return all(len(name.split()) <= _LONGEST_NAME for name in names.split(","))


def _likeness_to_signature(closed: str, spaced: bool) -> int:
    """From 0, letter-spaced, down to what is set like a signature but names a post alone."""
    if is_post(closed) and not spaced:
        return 4
    small = regex.sub(r"[^\p{L}]", "", closed)[:1].islower()
    if closed.isupper():
        return 0 if spaced else 1
    return 3 if small or spaced else 2


def _first_number(block: Block, start: int, end: int) -> regex.Match[str] | None:
    """Signs that could be №, as letters of a spaced name can, count only with figures behind."""
    matches = _NUMBER.finditer(block.folded, start, end)
    return next((m for m in matches if number(m["number"]) is not None), None)


def _number(name: str, block: Block, match: regex.Match[str] | None) -> Iterator[Field]:
    if match is not None and (value := number(match["number"])) is not None:
        yield block.fact(name, value, *match.span("number"))


def _done(
    name: str,
    block: Block,
    match: regex.Match[str] | None,
    cues: Sequence[int],
    year: int | None,
) -> Iterator[Field]:
    """`deciphered` or `typed`: by whom, and when, on the same line or the next."""
    if match is None:
        return
    start, end = match.span("by")
    yield block.fact(f"{name}.by", clerk(block.text[start:end]), start, end)
    rows = [stop for _, begin, stop in block.rows() if stop >= end][:2]
    limit = min([*(cue for cue in cues if cue > end), rows[-1]])
    if (time := find_timestamp(block.folded[end:limit], year)) is not None:
        yield block.fact(f"{name}.at", time.value, end + time.start, end + time.end)


def _sheets(sheet: Sheet, at: int) -> Iterator[Field]:
    """The number of the last sheet; where it is stated but not readable, its place tells it."""
    block = sheet.of(ZoneKind.CONTINUATION)
    match = _SHEET.search(block.folded)
    if match is None:
        return
    if (stated := sheet_number(block)) is not None:
        yield block.fact("sheets", *stated)
    else:
        yield block.fact("sheets", at + 1, match.end(), match.end())


def sheet_number(block: Block) -> tuple[int, int, int] | None:
    """`Лист " 2 "`: the number and where it stands; None where none is stated or readable."""
    match = _SHEET.search(block.folded)
    bare = regex.search(rf"{D}{{1,2}}", match["number"] or "") if match else None
    figures = digits(bare[0]) or looks_like(bare[0]) if bare else None
    if match is None or bare is None or figures is None:
        return None
    start = match.start("number") + bare.start()
    return int(figures), start, start + len(bare[0])
