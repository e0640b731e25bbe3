"""Lines looked at together, from which facts are quoted with their source.

A `Block` joins lines with line ends between; every fact found in it by position carries the
characters as typed, the lines they stand on and the confidence of the least sure word used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import regex

from ocr.assemble.printed import Term, fold, pattern, printed
from ocr.document import TEXT_KINDS, Field, Line, Page, ZoneKind

# What is not part of the blank and its fill-in words.
NOT_BLANK = frozenset(TEXT_KINDS) | frozenset(
    {
        ZoneKind.CATCHWORD,
        ZoneKind.PAGE_NUMBER,
        ZoneKind.STAMP,
        ZoneKind.HANDWRITING,
        ZoneKind.BORN_DIGITAL,
    }
)


@dataclass(frozen=True)
class Block:
    """Some lines of one page, in reading order."""

    lines: tuple[Line, ...]

    @cached_property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @cached_property
    def folded(self) -> str:
        """`text` as `printed.fold` makes it, position for position."""
        return fold(self.text)

    def rows(self) -> Iterator[tuple[Line, int, int]]:
        """Each line with where it starts and ends in `text`."""
        start = 0
        for line in self.lines:
            yield line, start, start + len(line.text)
            start += len(line.text) + 1

    def fact(self, name: str, value: str | int, start: int, end: int) -> Field:
        """The field whose typed form is `text[start:end]`; an empty range quotes nothing."""
        used = [(line, a) for line, a, b in self.rows() if a <= end and start <= b]
        sure = [c for line, a in used for c in _confidences(line, start - a, end - a)]
        return Field(
            name=name,
            value=value,
            as_written=self.text[start:end].replace("\n", " ").strip(),
            line_ids=tuple(line.id for line, _ in used),
            confidence=min(sure, default=min((line.confidence for line, _ in used), default=0.0)),
        )

    def term(self, terms: Sequence[Term], around: str = "{}") -> tuple[Term, int, int] | None:
        """The first term of a closed list that stands here, and where.

        The list's own order decides, so a term that another contains comes after it. `around`:
        what must and must not stand beside the term, as an expression with it in braces.
        """
        for term in terms:
            for form in term.forms:
                if match := pattern(around.format(printed(form))).search(self.folded):
                    return term, *match.span()
        return None


def _confidences(line: Line, start: int, end: int) -> Iterator[float]:
    """Of the words that overlap `start:end`; the line's own where it has no words."""
    if [word.text for word in line.words] != line.text.split():
        yield line.confidence
        return
    for word, found in zip(line.words, regex.finditer(r"\S+", line.text), strict=True):
        if found.start() < end and start < found.end():
            yield word.confidence


@dataclass(frozen=True)
class Sheet:
    """One sheet of a telegram: its page, asked by kinds of zone."""

    page: Page

    @cached_property
    def kinds(self) -> dict[str, ZoneKind]:
        return {zone.id: zone.kind for zone in self.page.zones}

    def of(self, *kinds: ZoneKind) -> Block:
        """The lines of zones of these kinds."""
        return Block(tuple(x for x in self.page.lines if self.kinds[x.zone] in kinds))

    def blank(self) -> Block:
        """All lines but the text itself, stamps and handwriting."""
        return Block(tuple(x for x in self.page.lines if self.kinds[x.zone] not in NOT_BLANK))

    def zones(self, kind: ZoneKind) -> Iterator[Block]:
        """One block for each zone of a kind, empty ones too, in reading order."""
        for zone in sorted(self.page.zones, key=lambda z: z.order):
            if zone.kind is kind:
                yield Block(tuple(x for x in self.page.lines if x.zone == zone.id))


def filled(blocks: Iterable[Block]) -> list[Block]:
    """Without the empty ones."""
    return [block for block in blocks if block.lines]
