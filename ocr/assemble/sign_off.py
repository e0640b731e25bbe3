"""The foot of a telegram: who signed it, and who deciphered and typed it, when, as what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from ocr.assemble.blocks import Block, Sheet
from ocr.assemble.changes import apply_edits
from ocr.assemble.dates import find_dates, find_timestamp
from ocr.assemble.names import signed
from ocr.assemble.printed import GAP, NO, NUMBER, D, digits, pattern, printed
from ocr.assemble.settings import AssembleSettings
from ocr.assemble.spacing import spacing_edits
from ocr.document import Field, ZoneKind

_BY = r"[.,:;]*\s*(?:т(?:ов)?[.,]\s*)?(?P<by>\p{L}[\p{L}\-]{2,})"
_DECIPHERED = pattern(rf"^\W*(?:(?:Расш){{e<=1}}|{printed('Расшифровал')}\p{{L}}?)\b{_BY}")
_TYPED = pattern(
    rf"^\W*(?:[О0]тп\b|(?:Отп){{s<=1}}(?=[.,])|{printed('Отпечатал')}\p{{L}}?\b"
    rf"|{printed('Напечатал')}\p{{L}}?\b|{printed('Печатал')}\p{{L}}?\b){_BY}"
)
_NUMBER = pattern(
    rf"(?:^\W*|\W(?=№|N)){NO}\s*(?P<number>{NUMBER})|^\W*(?:\p{{L}}{{1,2}}\W*)?(?P<number>\d{{2,6}})\W*$"
)
_SHEET = pattern(rf"^\W*{printed('Лист')}(?P<number>{GAP}{D}{{1,2}}(?!\p{{L}}))?")
_LETTERS = regex.compile(r"[\p{L}\s.\-]+(?:[03]\p{L}+)*")  # figures that О and З are read as
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
    yield from _signatory(block, upper, s)
    number = _NUMBER.search(block.folded, 0, upper)
    yield from _number("outgoing_number", block, number)
    if dates := find_dates(block.folded[:upper], year):
        yield block.fact("signed_on", dates[0].value, dates[0].start, dates[0].end)
    yield from _done("deciphered", block, deciphered, cues, year)
    yield from _done("typed", block, typed, cues, year)
    after = cues[-1] if cues else (number.end() if number else len(block.text))
    yield from _number("file_number", block, _NUMBER.search(block.folded, after))
    yield from _sheets(sheets[at], at)


def _find(sheets: Sequence[Sheet]) -> tuple[int, Block | None]:
    """The last sheet with a sign-off, and its lines; else the foot of the last body."""
    for at in reversed(range(len(sheets))):
        block = sheets[at].of(ZoneKind.SIGN_OFF)
        if block.lines:
            return at, block
    for at in reversed(range(len(sheets))):
        lines = sheets[at].of(ZoneKind.BODY).lines[-_FOOT_OF_BODY:]
        for i in range(len(lines)):
            rest = Block(lines[i:])
            if _DECIPHERED.match(rest.folded) or _TYPED.match(rest.folded):
                return at, rest
    return 0, None


def _signatory(block: Block, upper: int, s: AssembleSettings) -> Iterator[Field]:
    """The first line of letters alone above the number and the date."""
    for line, start, end in block.rows():
        closed, _ = apply_edits(line.text, spacing_edits(line.text, line.words, s))
        if start >= upper or not (name := signed(closed)):
            return
        if _LETTERS.fullmatch(closed) and len(name.split()) <= _LONGEST_NAME:
            yield block.fact("signatory", name, start, end)
            return


def _number(name: str, block: Block, match: regex.Match[str] | None) -> Iterator[Field]:
    if match is not None and (number := digits(match["number"])) is not None:
        yield block.fact(name, number, *match.span("number"))


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
    yield block.fact(f"{name}.by", signed(block.text[start:end]), start, end)
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
    bare = regex.search(rf"{D}{{1,2}}", match["number"] or "")
    figures = digits(bare[0]) if bare else None
    if bare is not None and figures is not None:
        start = match.start("number") + bare.start()
        yield block.fact("sheets", int(figures), start, start + len(bare[0]))
    else:
        yield block.fact("sheets", at + 1, match.end(), match.end())
