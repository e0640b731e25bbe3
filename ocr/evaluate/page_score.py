"""Scores a page and a document: lines laid out, aligned, paired, and each given its counts."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from ocr.document import TEXT_KINDS, Document, Field, Line, MarkKind, Page, ZoneKind
from ocr.evaluate.align import Edits
from ocr.evaluate.any_order import AnyOrder, in_any_order
from ocr.evaluate.detection import detect
from ocr.evaluate.in_order import NOWHERE, Placed, place_letters, place_words
from ocr.evaluate.lines import Laid, lay
from ocr.evaluate.normalize import Normalisation
from ocr.evaluate.rates import TextScore, bag_of_words
from ocr.evaluate.records import score_record
from ocr.evaluate.score import APART, DocumentScore, Flags, Floats, LineScore, PageScore
from ocr.geometry import Box

# Share of a line's box that a mark must cover: three letters of a full line of sixty.
MARKED_SHARE = 0.05
MARKING = frozenset({MarkKind.STAMP, MarkKind.HANDWRITING})
MARKING_ZONES = frozenset({ZoneKind.STAMP, ZoneKind.HANDWRITING})


@dataclass(frozen=True, slots=True)
class Row:
    """A line with text, and the kind of its zone."""

    kind: ZoneKind
    line: Line


def score_pages(
    truth: Mapping[int, Page], output: Mapping[int, Page], norm: Normalisation
) -> tuple[PageScore, ...]:
    """Each page of the truth against the output's of the same index, or against nothing."""
    return tuple(
        score_page(
            truth[index],
            output.get(index),
            norm,
            (_first_of_body(truth.get(index + 1)), _first_of_body(output.get(index + 1))),
            index,
        )
        for index in sorted(truth)
    )


def score_page(
    truth: Page,
    output: Page | None,
    norm: Normalisation,
    after: tuple[str, str] = ("", ""),
    index: int = 0,
) -> PageScore:
    """`after`: how the text goes on on the next sheet, in the truth and in the output."""
    t_rows, o_rows = _rows(truth), [] if output is None else _rows(output)
    covered = _covered(truth)
    main = _score_rows(
        [row for row in t_rows if row.kind not in APART],
        [row for row in o_rows if row.kind not in APART],
        norm,
        after,
        covered,
    )
    apart = [
        _score_rows(
            [row for row in t_rows if row.kind is kind],
            [row for row in o_rows if row.kind is kind],
            norm,
            ("", ""),
            covered,
        )
        for kind in ZoneKind
        if kind in APART
    ]
    return PageScore(
        index,
        (*main.lines, *(line for part in apart for line in part.lines)),
        main.bag,
        main.confidences,
        main.right,
        _skew_error(truth, output),
        detect(truth, output),
    )


def _rows(page: Page) -> list[Row]:
    """Lines with text by the order of their zones, then as they come; without a zone: body."""
    zones = {zone.id: (zone.order, zone.kind) for zone in page.zones}
    last = (max((order for order, _ in zones.values()), default=0) + 1, ZoneKind.BODY)
    placed = [(*zones.get(line.zone, last), line) for line in page.lines if line.text.strip()]
    return [Row(kind, line) for _, kind, line in sorted(placed, key=lambda row: row[0])]


def _first_of_body(page: Page | None) -> str:
    rows = [] if page is None else _rows(page)
    return next((row.line.text for row in rows if row.kind in TEXT_KINDS), "")


def _score_rows(
    truth: Sequence[Row],
    output: Sequence[Row],
    norm: Normalisation,
    after: tuple[str, str],
    covered: Sequence[Box],
) -> PageScore:
    t = lay([_text(row.line, norm) for row in truth], norm, after[0])
    o = lay([_text(row.line, norm) for row in output], norm, after[1])
    letters = place_letters(t, o)
    words = place_words(t, o, letters)
    free = in_any_order(t, o, letters)
    page = _Aligned(truth, output, t, o, letters, words, free, covered)
    confidences, right = _judged_words(output, o, words, free)
    return PageScore(
        0, tuple(page.lines()), bag_of_words(t.words.all, o.words.all), confidences, right
    )


def _text(line: Line, norm: Normalisation) -> str:
    """As typed, or as it was meant, on both sides alike."""
    return line.meant if norm.meant and line.meant is not None else line.text


@dataclass(frozen=True, slots=True, eq=False)
class _Aligned:
    """A page with all that was found out about it, to be told line by line."""

    truth: Sequence[Row]
    output: Sequence[Row]
    t: Laid
    o: Laid
    letters: Placed
    words: Placed
    free: AnyOrder
    covered: Sequence[Box]

    def lines(self) -> Iterator[LineScore]:
        """Lines of the truth, each spurious line behind the one that it stands after."""
        reading = self._reading()
        extra = self._spurious()
        for n in range(len(self.truth) + 1):
            for o in extra.get(n - 1, ()):
                yield self._spurious_line(o)
            if n < len(self.truth):
                yield self._line(n, reading[n])

    def _reading(self) -> list[str]:
        """What stands against each line of the truth in reading order."""
        host = self.letters.host
        order = np.argsort(host, kind="stable")
        bounds = np.searchsorted(host[order], np.arange(len(self.truth) + 1))
        every = self.o.letters.all
        return ["".join(every[i] for i in order[a:b]) for a, b in pairwise(bounds)]

    def _line(self, n: int, reading: str) -> LineScore:
        row = self.truth[n]
        text = _counted(self.letters.edits[n], self.words.edits[n])
        free = self.free.truth.get(n, text)
        shown = _has_errors(text) or _has_errors(free)
        paired = None
        if shown and n in self.free.pairs:
            partner = self.free.pairs[n]
            paired = "" if partner is None else "".join(self.o.letters.of(partner))
        return LineScore(
            sys.intern(row.line.id),
            row.kind,
            row.line.box,
            self._marked(row),
            False,
            text,
            _counted(free.chars, free.words),
            "".join(self.t.letters.of(n)) if shown else None,
            reading if shown else None,
            None if paired == reading else paired,
        )

    def _spurious(self) -> dict[int, list[int]]:
        """{line of the truth, -1 before the first: output lines on their own behind it}."""
        found: dict[int, list[int]] = {}
        latest = np.maximum.accumulate(np.concatenate(([NOWHERE], self.letters.host)))
        for n in range(len(self.output)):
            free = self.free.output.get(n)
            alone = self.letters.added[n] or self.words.added[n]
            if alone or (free is not None and _has_errors(free)):
                found.setdefault(int(latest[self.o.letters.starts[n]]), []).append(n)
        return found

    def _spurious_line(self, n: int) -> LineScore:
        row = self.output[n]
        text = _counted(
            Edits(insertions=self.letters.added[n]), Edits(insertions=self.words.added[n])
        )
        free = self.free.output.get(n, text)
        start, end = self.o.letters.starts[n], self.o.letters.starts[n + 1]
        alone = [i for i in range(start, end) if self.letters.host[i] == NOWHERE]
        return LineScore(
            sys.intern(row.line.id),
            row.kind,
            row.line.box,
            self._marked(row),
            True,
            text,
            _counted(free.chars, free.words),
            "",
            "".join(self.o.letters.all[i] for i in alone),
        )

    def _marked(self, row: Row) -> bool:
        if row.kind in MARKING_ZONES:
            return False
        box = row.line.box
        return any(box.intersect(mark).area > MARKED_SHARE * box.area for mark in self.covered)


def _judged_words(
    output: Sequence[Row], o: Laid, words: Placed, free: AnyOrder
) -> tuple[Floats, Flags]:
    """Confidences, and which words are right; of lines whose words are told one by one."""
    confidences: list[float] = []
    right: list[bool] = []
    for n, row in enumerate(output):
        start, end = int(o.words.starts[n]), int(o.words.starts[n + 1])
        if end - start != len(row.line.words):  # parted or joined by the normalisation
            continue
        confidences += [min(1.0, max(0.0, word.confidence)) for word in row.line.words]
        right += [bool(words.right[i]) or i in free.right for i in range(start, end)]
    return np.array(confidences, np.float32), np.array(right, np.bool_)


@lru_cache(maxsize=1 << 16)
def _counted(chars: Edits, words: Edits) -> TextScore:
    """One object for equal counts: a run has many lines and few different ones."""
    return TextScore(chars, words)


def _has_errors(score: TextScore) -> bool:
    return bool(score.chars.errors or score.words.errors)


def _covered(truth: Page) -> list[Box]:
    """Where stamps and handwriting lie on the type."""
    marks = [mark.box for mark in truth.marks if mark.kind in MARKING]
    return marks + [zone.box for zone in truth.zones if zone.kind in MARKING_ZONES]


def _skew_error(truth: Page, output: Page | None) -> float | None:
    wanted, measured = _skew(truth), None if output is None else _skew(output)
    return None if wanted is None or measured is None else abs(measured - wanted)


def _skew(page: Page) -> float | None:
    for step in page.steps:
        if step.name == "skew" and "angle_deg" in step.measured:
            return step.measured["angle_deg"]
    return None


def score_document(
    name: str,
    truth: Mapping[int, Page],
    record: Sequence[Field] | None,
    output: Document,
    norm: Normalisation,
    level: str = "",
) -> DocumentScore:
    """`truth`: {page index: page}. Without a `record` the output's record is not judged."""
    read = {page.index: page for page in output.pages}
    return DocumentScore(
        name,
        score_pages(truth, read, norm),
        None if record is None else score_record(record, output.record),
        level,
        output.source.file_name,
        tuple(sorted(truth.keys() - read.keys())),
        tuple(sorted(read.keys() - truth.keys())) if truth else (),
    )
