"""The record: the facts of a telegram, each with its typed form, lines and confidence.

Method: the zones say where to look, printed words found by likeness say what stands there, small
grammars read dates, numbers and names (`dates`, `printed`, `names`). What is not there is absent.
A document without the title of a telegram, and without a distribution grid that would prove one,
has no record at all, whatever its text mentions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from ocr.assemble.agreement import agreed_day
from ocr.assemble.blocks import Block, Sheet
from ocr.assemble.dates import stated_year
from ocr.assemble.english_form import english_record
from ocr.assemble.grid import copies
from ocr.assemble.head import head_facts, says_received, titles
from ocr.assemble.incoming import incoming_stamps
from ocr.assemble.printed import NO, NUMBER, SECRECY, SUFFIX, number, pattern
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
    rf"(?:{_STRONG}\s+(?:{NO}{{1,2}}|№\p{{L}}|\p{{Lu}}\W?|[^\p{{L}}\p{{N}}\s]{{1,3}})|{_WEAK}\s+{NO}{{1,2}})\s*"
    rf"(?P<list>{NUMBER}{SUFFIX}?(?:\s*(?:,|и|(?<=№№\s*{NUMBER}\s)[внп](?=\s))\s*(?:{NO}{{1,2}}\s*)?{NUMBER}{SUFFIX}?)*)"
)
_EACH = pattern(rf"(?<![/\p{{L}}\p{{N}}]){NUMBER}{SUFFIX}?")


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
    facts += incoming_stamps(telegram, year, agreed_day(facts))
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
