"""The record: the facts of a telegram, each with its typed form, lines and confidence.

Method: the zones say where to look, printed words found by likeness say what stands there, small
grammars read dates, numbers and names (`dates`, `printed`, `names`). What is not there is absent.
A document without the title of a telegram, and without a distribution grid that would prove one,
has no record at all, whatever its text mentions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

import regex

from ocr.assemble.blocks import Block, Sheet
from ocr.assemble.dates import find_dates, stated_year
from ocr.assemble.english_form import english_record
from ocr.assemble.grid import copies
from ocr.assemble.head import head_facts, says_received, titles
from ocr.assemble.print_gaps import with_gaps
from ocr.assemble.printed import NO, NUMBER, SECRECY, SUFFIX, D, digits, number, pattern
from ocr.assemble.settings import AssembleSettings
from ocr.assemble.sign_off import sign_off_facts
from ocr.document import TEXT_KINDS, Field, Page, ZoneKind

# Slots with a number that make up for a title that could not be read.
LEAST_SLOTS = 3

_TELEGRAM = r"(?:(?:шифр|радио)?телеграмм\p{L}*|шифровк\p{L}*)"
# Behind these words a number is that of a telegram, whatever its sign was read as; behind the
# others only with the sign.
_STRONG = (
    rf"(?:\b(?:(?:На\s*Ваш){{e<=1}}|На\s+мо[йю]|На\s+В\sа\sш(?:\s\p{{L}})?)\p{{L}}*"
    rf"(?:\s+{_TELEGRAM})?)"
)
_WEAK = (
    rf"\b(?:[Вн]аш\p{{L}}*|мо(?:й|ю|ей|его|ему|я)|{_TELEGRAM}|вх|исх|на)[.,]?(?:\s+{_TELEGRAM})?"
)
_REFERENCE = pattern(
    rf"(?:{_STRONG}\s+(?:{NO}{{1,2}}|\p{{Lu}}\W?|[^\p{{L}}\p{{N}}\s]{{1,3}})|{_WEAK}\s+{NO}{{1,2}})\s*"
    rf"(?P<list>{NUMBER}{SUFFIX}?(?:\s*(?:,|и)\s*(?:{NO}{{1,2}}\s*)?{NUMBER}{SUFFIX}?)*)"
)
_EACH = pattern(rf"(?<![/\p{{L}}\p{{N}}]){NUMBER}{SUFFIX}?")
_INCOMING = pattern(
    rf"(?:(?<!\p{{L}})[ВЗ8][хк][.,:]?\s*(?:{NO}\s*)?|{NO}\s*(?={D}+\s+от\b))(?P<number>{NUMBER})"
)
_OF_PART = regex.compile(r"(?<!\S)[IІVXУХГL1l|\[\]!]{1,4}(?=\s+част)")  # `в IV часть`
_TO_ROMAN = str.maketrans("ІГL1l|[]!УХ", "IIIIIIIIIVX")
# `от 8 11 1954 г.`
_STROKE_LOST = regex.compile(r"(?<=от\s\d{1,2})\s(?=\d{1,2}\s\d{4})")
# `1954 г. 1`: the side of a frame
_YEAR_END = regex.compile(r"(\d{4}\s?г)\b[^\n\w]*\w?[^\n\w]*$", regex.MULTILINE)
_NOISE = pattern(r"^[`'|_~*<>!]+|[`'|_~*<>!]+$")  # the frame of a stamp, read as signs


def record(
    pages: Sequence[Page], s: AssembleSettings, archive: AbstractSet[str] = frozenset()
) -> tuple[Field, ...]:
    """The fields of the telegram on these pages; empty where they hold none.

    Born-digital pages are left out where there are scans: what an archive says of a telegram, and
    how it translates it, is not the telegram. `archive`: ids of the lines that the archive said.
    """
    scans = [page for page in pages if not _is_digital(page)]
    sheets = [Sheet(page) for page in scans]
    if not _is_telegram(sheets):
        lines = [line for page in scans or pages for line in page.lines if line.id not in archive]
        return english_record(Block(tuple(lines)), s)
    blank = "\n".join(sheet.blank().folded for sheet in sheets)
    year = stated_year(blank)
    first = next((i for i, sheet in enumerate(sheets) if sheet.of(ZoneKind.HEAD).lines), 0)
    telegram = sheets[first:]
    facts = list(head_facts(telegram, year, s))
    facts += copies(telegram[0])
    facts += _references(telegram)
    facts += sign_off_facts(telegram, year, s)
    facts += _incoming_stamps(telegram, year)
    return tuple(facts)


def _is_digital(page: Page) -> bool:
    return any(zone.kind is ZoneKind.BORN_DIGITAL for zone in page.zones)


def _is_telegram(sheets: Sequence[Sheet]) -> bool:
    if next(titles(sheets), None) is not None:
        return True
    for sheet in sheets:
        slots = [f for f in copies(sheet) if f.name.endswith("number") and f.as_written]
        blank = sheet.blank()
        if len(slots) >= LEAST_SLOTS and (says_received(blank) or blank.term(SECRECY)):
            return True
    return False


def _references(sheets: Sequence[Sheet]) -> Iterator[Field]:
    """Other telegrams that the text names by number, each once."""
    seen: set[str] = set()
    for sheet in sheets:
        body = sheet.of(*TEXT_KINDS)
        for match in _REFERENCE.finditer(body.folded):
            for each in _EACH.finditer(body.folded, *match.span("list")):
                named = number(each[0])
                if named is not None and named not in seen:
                    yield body.fact(f"references.{len(seen)}", named, *each.span())
                    seen.add(named)


def _incoming_stamps(sheets: Sequence[Sheet], year: int | None) -> Iterator[Field]:
    """Stamps with an incoming number, or with a date at least."""
    place = 0
    for sheet in sheets:
        for block in sheet.zones(ZoneKind.STAMP):
            facts = list(_stamp(f"incoming_stamps.{place}", block, year))
            if len(facts) > 1:
                yield from facts
                place += 1


def _stamp(name: str, block: Block, year: int | None) -> Iterator[Field]:
    found = _INCOMING.search(block.folded)
    if found is not None and (figures := digits(found["number"])) is not None:
        yield block.fact(f"{name}.number", figures, *found.span("number"))
    folded = _STROKE_LOST.sub("/", block.folded)
    if dates := find_dates(folded, year):
        yield block.fact(f"{name}.date", dates[0].value, dates[0].start, dates[0].end)
    written = _STROKE_LOST.sub("/", block.text)
    words = [_NOISE.sub("", word) for word in _YEAR_END.sub(r"\1.", written).split()]
    text = with_gaps(" ".join(word for word in words if regex.search(r"[\p{L}\p{N}№]", word)))
    text = _OF_PART.sub(lambda m: m[0].translate(_TO_ROMAN), text)
    yield block.fact(f"{name}.text", text, 0, len(block.text))
