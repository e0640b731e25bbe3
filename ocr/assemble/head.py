"""What the head of a telegram says: title, secrecy, reception, urgency, addressee.

Each fact is looked for first in the zone that should hold it, then in the rest of the blank, so
that a line that layout put into the neighbouring zone is still found by its printed words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import regex
from rapidfuzz import fuzz

from ocr.assemble.blocks import Block, Sheet, filled
from ocr.assemble.changes import apply_edits
from ocr.assemble.dates import find_timestamp
from ocr.assemble.hyphens import ends_in_hyphen, keep_hyphen
from ocr.assemble.names import addressed, place
from ocr.assemble.print_gaps import with_gaps
from ocr.assemble.printed import (
    COPYING,
    GAP,
    NO,
    NUMBER,
    RETURN,
    SECRECY,
    SUFFIX,
    TITLES,
    TITLES_OF,
    URGENCY,
    D,
    Term,
    fold,
    number,
    opens_head_item,
    pattern,
    printed,
)
from ocr.assemble.settings import AssembleSettings
from ocr.assemble.spacing import spacing_edits
from ocr.assemble.wording import NOTICE_WORDS, worded
from ocr.document import Field, ZoneKind

_TITLE_OF = pattern("|".join(printed(form) for form in TITLES_OF))
# typed into a printed field, its figures may stand apart: `25 348`
_NUMBER = pattern(
    rf"(?:{GAP}(?:{NO}{GAP})?|{GAP}(?:вх|исх|спец|входящ\p{{L}}*|исходящ\p{{L}}*)[.]?\s*{NO}{GAP}"
    rf"|\W{{0,3}}\n\W{{0,3}}{NO}{GAP})"
    rf"(?P<number>{D}{{1,4}}(?:[ :_]{{0,2}}{D}){{0,4}}(?:{SUFFIX}|(?![\p{{L}}\p{{N}}])))"
)
_NUMBER_OF_PLACE = pattern(rf"\W{{1,3}}{NO}{{1,2}}{GAP}(?P<number>{NUMBER}{SUFFIX}?)")
_RECEIVED = pattern(
    rf"{printed('получена')}|\b(?:принята|поступила|прибыла|доставлена)\b|\bполуч(?:ено|\.)"
)
_FROM = pattern(
    r"(?:^|[^\p{L}])И[зэ3][\s_.,\-]{0,6}"  # a piece of the rule under what is filled in
    r"(?P<place>(?-i:[\p{Lu}03])[\p{L}03\-]+(?:\s(?-i:\p{Lu})[\p{L}03\-]+)?)"
)
# the reception line's own beginning, where `Из` and `получена` were misread: `и, ЛОНДОНА порчена`
_OPENING = pattern(
    r"^\W*(?:\p{L}{1,2}\W+)?(?P<place>(?-i:\p{Lu}{3,}(?:-\p{Lu}{3,})?))\s+п\p{L}{4,8}\b"
)
# `ПОДЛЕЖИТ НЕМЕДЛЕННОМУ ВОЗВРАТУ`, `ОСОБАЯ ПАПКА` tell no urgency
_URGENCY = r"(?<!\p{{L}}){}(?!\p{{L}}|\s+[пП]апк)"
# `ШИФРОВАЛЬНЫЙ ОТДЕЛ` is no `ШИФРОВКА`; a № may have been read as a letter behind the title
_WHOLE = r"(?<!\p{{L}}){}(?!\p{{L}}{{2}})"
_TOP_OF_BODY = 3  # lines among which urgency and addressee may have been left


def titles(sheets: Sequence[Sheet]) -> Iterator[tuple[Block, int, int]]:
    """Where the title stands, on the first sheet and in the heads of the others."""
    for sheet in sheets:
        head = sheet.of(ZoneKind.HEAD)
        if (found := head.term(TITLES, _WHOLE)) is not None:
            yield head, found[1], found[2]
        further = sheet.of(ZoneKind.CONTINUATION)
        if (match := _TITLE_OF.search(further.folded)) is not None:
            yield further, *match.span()


def head_facts(sheets: Sequence[Sheet], year: int | None, s: AssembleSettings) -> Iterator[Field]:
    """All fields that the head of the first sheet holds, in the order of the record."""
    first = sheets[0]
    blank = [sheet.blank() for sheet in sheets]
    heads = filled([first.of(ZoneKind.HEAD), *blank])
    top = Block(first.of(ZoneKind.BODY).lines[:_TOP_OF_BODY])
    urgencies = [first.of(ZoneKind.URGENCY), first.of(ZoneKind.ADDRESSEE), blank[0], top]
    yield from _closed("kind", TITLES, heads, _WHOLE)[:1]
    numbers = list(_agreed(stated_numbers(sheets)))
    yield from numbers or _number_of_place(first, blank[0])
    yield from _reception(first.of(ZoneKind.RECEPTION), blank[0], year)
    urgency = _closed("urgency", URGENCY, filled(urgencies), _URGENCY)
    own = [f for f in urgency if _makes_up_line(f, sheets)]
    yield from (_whole_line(f, first) for f in own[:1])
    secrecy = list(_agreed(_closed("classification", SECRECY, heads)))
    yield from secrecy or _likely("classification", SECRECY, heads[:1])
    yield from _closed("copying", COPYING, heads)[:1] or _likely("copying", COPYING, heads[:1])
    yield from _return_notice(heads)
    yield from _addressee([first.of(ZoneKind.ADDRESSEE), first.of(ZoneKind.URGENCY), top], s)


def _closed(
    name: str, terms: Sequence[Term], blocks: Iterable[Block], around: str = "{}"
) -> list[Field]:
    """The term of a closed list that each block holds, without the blocks that hold none."""
    found = [(block, block.term(terms, around)) for block in blocks]
    return [block.fact(name, f[0].value, f[1], f[2]) for block, f in found if f is not None]


LIKELY, CLEARER, LEAST_LIKELY = 58.0, 3.0, 8
"""Likeness, of 100, how much more of it than to any other term, and letters of a line of the head
that was read badly, as print of the smallest size is, from which it is a term of a closed list."""


def _likely(name: str, terms: Sequence[Term], heads: Sequence[Block]) -> list[Field]:
    """The term that a line below the title is most like, where none was found by its letters."""
    found: list[tuple[float, Field]] = []
    for block in heads:
        title = block.term(TITLES, _WHOLE)
        for line, start, end in block.rows():
            letters = "".join(c for c in fold(line.text).lower() if c.isalpha())
            if title is None or start <= title[1] or len(letters) < LEAST_LIKELY:
                continue
            if any(c.isdigit() for c in line.text) or opens_head_item(line.text):
                continue
            for term in terms:
                like = fuzz.ratio(fold(term.value).replace(" ", ""), letters)
                found.append((like, block.fact(name, term.value, start, end)))
    found.sort(key=lambda pair: -pair[0])
    if not found or found[0][0] < LIKELY:
        return []
    other = next((like for like, fact in found if fact.value != found[0][1].value), 0.0)
    return [found[0][1]] if found[0][0] - other >= CLEARER else []


def _agreed(facts: Iterable[Field]) -> Iterator[Field]:
    """Of a fact stated on several sheets the reading that is surest in all, with all its lines.

    By squares: one that is certain outdoes two that are guesses and agree by chance.
    """
    votes: dict[str | int, list[Field]] = defaultdict(list)
    for fact in facts:
        if not any(set(fact.line_ids) & set(f.line_ids) for f in votes[fact.value]):
            votes[fact.value].append(fact)
    if votes:
        best = max(votes.values(), key=lambda same: sum(f.confidence**2 for f in same))
        yield replace(best[0], line_ids=tuple(i for f in best for i in f.line_ids))


def _makes_up_line(fact: Field, sheets: Sequence[Sheet]) -> bool:
    """Most of its line: `ПОДЛЕЖИТ НЕМЕДЛЕННОМУ ВОЗВРАТУ` tells no urgency."""
    lines = [line for sheet in sheets for line in sheet.page.lines if line.id in fact.line_ids]
    letters = sum(c.isalpha() for line in lines for c in line.text)
    return 2 * sum(c.isalpha() for c in fact.as_written) >= letters


def _whole_line(fact: Field, sheet: Sheet) -> Field:
    """With all that the line of the urgency says: a letter behind it tells the office's use."""
    lines = {line.id: line for line in sheet.of(ZoneKind.URGENCY).lines}
    line = lines.get(fact.line_ids[0])
    return fact if line is None else replace(fact, as_written=line.text)


def stated_numbers(sheets: Sequence[Sheet]) -> Iterator[Field]:
    """The number behind the title, as each sheet has it."""
    for block, _, end in titles(sheets):
        match = _NUMBER.match(block.folded, end)
        if match is None:
            continue
        if (value := number(match["number"])) is not None:
            yield block.fact("number", value, *match.span("number"))


def _number_of_place(first: Sheet, blank: Block) -> Iterator[Field]:
    """`Из ЛОНДОНА № 1234`: where the title has no number, the sender's is behind his place."""
    for block in filled([first.of(ZoneKind.RECEPTION), blank]):
        origin = _FROM.search(block.folded)
        match = _NUMBER_OF_PLACE.match(block.folded, origin.end("place")) if origin else None
        if match is not None and (value := number(match["number"])) is not None:
            yield block.fact("number", value, *match.span("number"))
            return


def _reception(line: Block, blank: Block, year: int | None) -> Iterator[Field]:
    """Origin and time from the reception line, known by its zone or by its printed word."""
    block = line
    received = _RECEIVED.search(block.folded)
    if received is None and (elsewhere := _RECEIVED.search(blank.folded)) is not None:
        block, received = blank, elsewhere
    at = received.end() if received else 0
    origin = _FROM.search(block.folded, 0, received.start() if received else None)
    where = block if origin is not None else line
    if (origin := origin or _OPENING.search(line.folded)) is not None:
        start, end = origin.span("place")
        yield where.fact("origin", place(where.folded[start:end]), start, end)
    if (time := find_timestamp(block.folded[at:], year)) is not None:
        yield block.fact("received_at", time.value, at + time.start, at + time.end)


def _return_notice(blocks: Sequence[Block]) -> Iterator[Field]:
    """From its first words to the end of the sentence: the zone's end or the next thing said."""
    terms = tuple(Term(phrase, (phrase,)) for phrase in RETURN)
    for block in blocks:
        if (found := block.term(terms)) is None:
            continue
        rows = [row for row in block.rows() if row[2] > found[1]]
        stop = next(
            (
                i
                for i, (line, _, _) in enumerate(rows)
                if i and (i >= MOST_NOTICE or line.zone != rows[0][0].zone or _is_other(line.text))
            ),
            len(rows),
        )
        start, end = found[1], rows[stop - 1][2]
        # the words by which it was known are right, however they were read
        opening = found[0].value
        rest = _without_scraps(block.text[found[2] : end])
        said = worded(_one_line(f"{opening} {rest.lstrip(' ')}"), NOTICE_WORDS).text
        notice = with_gaps(_SCRAP_BEHIND.sub("", said))
        yield block.fact("return_notice", notice, start, end)
        return


def _without_scraps(text: str) -> str:
    """Lines of print without what stands at their ends and is no word: ends of rules, ticks, dirt.

    `В` stays where the line below does not begin with it.
    """
    rows = text.split("\n")
    out: list[str] = []
    for row, below in zip(rows, [*rows[1:], ""], strict=True):
        if out and _IS_SCRAP.fullmatch(row):
            continue
        bare = _SCRAP_BEHIND.sub("", row)
        lone = row[len(bare) :].strip()
        kept = lone.upper() in ("В", "8") and below and not _OPENS_IN.match(below)
        out.append(row if kept else bare)
    return "\n".join(out)


_SCRAP_BEHIND = regex.compile(r"(?<=[\p{L})]{3})(?:\s[\p{L}\p{N}]|\s[^\p{L}\p{N}\s\"»“.]+)+\W*$")
_IS_SCRAP = regex.compile(r"[\W_]*(?:[^\W_][\W_]*)?")
_OPENS_IN = regex.compile(r"\W*[Вв8]\s")
MOST_NOTICE = 4
"""Lines of the notice."""
_SLOT = pattern(r"^\W*(?:Экз\b|№)")


def _is_other(text: str) -> bool:
    """A line of the head, or of a grid that was not found, that does not go on with the notice."""
    return opens_head_item(text) or _SLOT.search(text) is not None


def _one_line(text: str) -> str:
    rows = text.split("\n")
    out = rows[0]
    for row in rows[1:]:
        if not ends_in_hyphen(out):
            out = f"{out} {row}"
        else:
            out = (out if keep_hyphen(out, row) else out[:-1]) + row
    return out.strip()


def _addressee(blocks: Sequence[Block], s: AssembleSettings) -> Iterator[Field]:
    """The addressee's own zone; else a letter-spaced line beside the urgency."""
    for i, block in enumerate(blocks):
        for line, start, end in block.rows():
            edits = spacing_edits(line.text, line.words, s)
            if not (edits or i == 0) or Block((line,)).term(URGENCY) is not None:
                continue
            closed, _ = apply_edits(line.text, edits)
            if i == 0 and not edits and _mostly_single(closed):
                closed = closed.replace(" ", "")
            if value := addressed(closed, anyone=True):
                yield block.fact("addressee", value, start, end)
                return


def _mostly_single(text: str) -> bool:
    """Letter-spaced, though too short or too badly read to be found as such."""
    tokens = text.split()
    return len(tokens) > 1 and 2 * sum(len(t) == 1 for t in tokens) > len(tokens)


def says_received(block: Block) -> bool:
    """The printed word of the reception line stands here."""
    return regex.search(r"\d", block.text) is not None and bool(_RECEIVED.search(block.folded))
