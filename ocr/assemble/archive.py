"""The archive's own page before a scan: what it says of the document, as fields.

Digital archives print a page of their own into the PDFs they give out: title and date, then labels
(`Citation:`, `Summary`, `Original Language: Russian` …), each with its text on the same line or
below. Method: in the lines of the leading born-digital pages, labels of a closed list are found;
two of them make the page the archive's. What stands above the first label is date and title, the
title being what is set largest where sizes differ. A label that the list does not have, on a line
of its own with a colon, is kept under `other`. A list of contents ends where its entries do, since
the text itself may follow on the same page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

import regex

from ocr.assemble.blocks import Block
from ocr.assemble.dates import Found
from ocr.assemble.dates import find_dates as russian_dates
from ocr.assemble.english import find_dates as english_dates
from ocr.assemble.printed import fold
from ocr.document import Field, Line, Page, ZoneKind

LEAST_LABELS = 2
"""One label alone may stand in any text."""
LARGER = 1.15
"""Type this much higher than the rest above the labels is the title's."""
LABELS = {
    "citation": (
        *("citation", "cite as", "cite this document", "source", "archival source", "repository"),
        *("reference", "reference code", "archival reference", "provenance", "call number"),
        *("источник", "архив", "архивный шифр", "шифр", "место хранения", "цитирование"),
    ),
    "summary": (
        *("summary", "abstract", "description", "document summary", "scope and content"),
        *("аннотация", "описание", "содержание документа", "краткое содержание"),
    ),
    "credits": (
        *("credits", "credit", "acknowledgements", "acknowledgments", "made possible by", "rights"),
        *("contributed by", "благодарности", "публикатор"),
    ),
    "original_language": (
        *("original language", "language", "languages", "language of original"),
        *("язык оригинала", "язык", "язык документа"),
    ),
    "contents": ("contents", "document contents", "this file contains", "состав файла"),
    "date": ("date", "document date", "date of document", "created", "дата", "дата документа"),
    "title": ("title", "document title", "name", "название", "заголовок", "наименование"),
}
_KNOWN = {label: name for name, labels in LABELS.items() for label in labels}
_LABEL = regex.compile(
    rf"^\W*(?P<label>{'|'.join(sorted(map(regex.escape, _KNOWN), key=len, reverse=True))})"
    r"\s*(?::\W*(?P<rest>.*)|\W*$)",
    regex.IGNORECASE,
)
_OTHER = regex.compile(r"^\W*(?P<label>\p{Lu}[\p{L} ]{2,30}):\W*$")
_ENTRY = regex.compile(
    r"\b(?:scans?|original|translations?|transcri\w*|copy|facsimile|pdf|скан\w*|оригинал|перевод"
    r"|расшифровка|копия)\b",
    regex.IGNORECASE,
)
_ADDRESS = regex.compile(r"^\W*(?:https?://|www\.|[\w-]+(?:\.[\w-]+)+/?)\S*\W*$", regex.IGNORECASE)
LONGEST_ENTRY = 60  # characters: an entry of the contents is a few words
MARKUP = "#*_ "  # of pages that were text once


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """What the archive says, and the ids of the lines on which it does."""

    fields: tuple[Field, ...] = ()
    line_ids: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Section:
    """A label, where its text begins, and the lines of both; `name` is "" above all labels."""

    name: str
    label: str = ""
    lines: list[Line] = field(default_factory=list)
    start: int = 0


def archive_page(pages: Sequence[Page]) -> ArchivePage:
    """What stands on the archive's page before the document; empty where there is none."""
    leading: list[Line] = []
    for page in pages:
        digital = any(zone.kind is ZoneKind.BORN_DIGITAL for zone in page.zones)
        if not digital or not any(_LABEL.match(line.text) for line in page.lines):
            break
        leading += page.lines
    sections = _sections(leading)
    if sum(section.name in LABELS for section in sections) < LEAST_LABELS:
        return ArchivePage()
    _end(sections)
    fields: list[Field] = []
    named: set[str] = set()
    for section in [*sections[1:], sections[0]]:  # a label tells better than a place
        fields += [f for f in _facts(section, fields) if f.name not in named]
        named = {f.name for f in fields}
    order = [*("date", "title", "citation", "summary", "credits", "original_language")]
    fields.sort(key=lambda f: order.index(f.name) if f.name in order else len(order))
    used = frozenset(line.id for section in sections for line in section.lines)
    return ArchivePage(tuple(fields), used)


def _sections(lines: Sequence[Line]) -> list[_Section]:
    """What stands above the labels, then each label with its lines."""
    sections = [_Section("")]
    for line in lines:
        if match := _LABEL.match(line.text):
            name = _KNOWN[match["label"].lower()]
            start = match.start("rest") if match["rest"] else len(line.text)
            sections.append(_Section(name, match["label"], [line], start))
        elif len(sections) > 1 and (match := _OTHER.match(line.text)):
            sections.append(_Section("other", match["label"], [line], len(line.text)))
        else:
            sections[-1].lines.append(line)
    return sections


def _end(sections: list[_Section]) -> None:
    """Cut off the document itself, which may follow on the page: contents end with their entries.

    A language is told on one line.
    """
    at = next((i for i, s in enumerate(sections) if s.name == "contents"), None)
    if at is not None:
        entries = sections[at].lines[1:]
        kept = list(takewhile(_is_entry, entries))
        sections[at].lines = [sections[at].lines[0], *kept]
        if len(kept) < len(entries):
            del sections[at + 1 :]
    last = sections[-1]
    if last.name == "original_language":
        label = last.lines[0]
        last.lines = last.lines[: 1 if last.start < len(label.text) else 2]


def _is_entry(line: Line) -> bool:
    return len(line.text) <= LONGEST_ENTRY and _ENTRY.search(line.text) is not None


def _facts(section: _Section, before: Sequence[Field]) -> list[Field]:
    if not section.name:
        return _heading(section.lines)
    block = Block(tuple(section.lines))
    start = section.start
    while start < len(block.text) and block.text[start] in f"{MARKUP}\n":
        start += 1
    said = " ".join(block.text[start:].split()).rstrip(MARKUP)
    if not said:
        return []
    if section.name == "date":
        found = _dates(block.text[start:])
        return [_at(block, "date", found[0], start)] if found else []
    if section.name == "contents":
        rows = [(a, b) for _, a, b in block.rows() if b > start]
        return [
            block.fact(f"contents.{n}", block.text[max(a, start) : b].strip(), max(a, start), b)
            for n, (a, b) in enumerate(rows)
        ]
    if section.name == "other":
        n = sum(f.name.startswith("other.") and f.name.endswith(".label") for f in before)
        return [
            block.fact(f"other.{n}.label", section.label, 0, section.start),
            block.fact(f"other.{n}.text", said, start, len(block.text)),
        ]
    return [block.fact(section.name, said, start, len(block.text))]


def _heading(lines: Sequence[Line]) -> list[Field]:
    """Date and title above the labels; the archive's name and address are neither."""
    dates = [(line, found[0]) for line in lines if (found := _lone_date(line.text))]
    facts = [_at(Block((line,)), "date", found, 0) for line, found in dates[:1]]
    rest = [
        line
        for line in lines
        if not _ADDRESS.match(line.text) and line not in [dated for dated, _ in dates]
    ]
    if rest:
        tallest = max(line.box.height for line in rest)
        if tallest >= LARGER * min(line.box.height for line in rest):
            rest = [line for line in rest if line.box.height * LARGER > tallest]
        title = Block(tuple(rest))
        said = " ".join(" ".join(line.text.strip(MARKUP) for line in rest).split())
        facts.append(title.fact("title", said, 0, len(title.text)))
    return facts


def _lone_date(text: str) -> list[Found]:
    """The date that a line holds and nothing else."""
    bare = text.strip(MARKUP + ".,")
    at = text.find(bare)
    found = [f for f in _dates(text) if f.end - f.start >= len(bare) - 1]
    return found if at >= 0 else []


def _dates(text: str) -> list[Found]:
    return english_dates(text, None) or russian_dates(fold(text), None)


def _at(block: Block, name: str, found: Found, start: int) -> Field:
    return block.fact(name, found.value, start + found.start, start + found.end)
