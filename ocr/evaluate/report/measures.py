"""The figures of a report with their intervals, and their change against a baseline."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ocr.document import ZoneKind
from ocr.evaluate.rates import Rate
from ocr.evaluate.records import FieldScore, RecordScore, Tally, field_kind, tally
from ocr.evaluate.report.model import Change, FieldRow, Measure
from ocr.evaluate.score import (
    APART,
    NO_LEVEL,
    LineCounts,
    LineScore,
    Score,
    line_counts,
    rate_interval,
)

Baseline = Mapping[str, Change]
"""{key of a measure: its change}; keys as in `CER` and below."""
CER, WER, UNORDERED, GRID, RECORD = "cer", "wer", "cer.unordered", "grid", "record"


@dataclass(frozen=True, slots=True)
class Measuring:
    """A score, and what it is compared with."""

    score: Score
    baseline: Baseline

    def lines(
        self,
        key: str,
        name: str,
        chosen: Callable[[LineScore], bool] = lambda line: not line.apart,
        *,
        words: bool = False,
        unordered: bool = False,
        level: str | None = None,
    ) -> Measure:
        """A rate over the chosen lines, of all documents or those of a level."""
        documents = [d for d in self.score.documents if level is None or d.level == level]
        return self.measure(
            key, name, line_counts(documents, chosen, words=words, unordered=unordered)
        )

    def measure(self, key: str, name: str, counts: LineCounts) -> Measure:
        rate = Rate(int(counts.errors.sum()), int(counts.totals.sum()))
        found = rate_interval(counts)
        low, high = (None if math.isnan(end) else float(end) for end in (found.low, found.high))
        return Measure(name, rate, low, high, self.baseline.get(key))


def headline(m: Measuring) -> tuple[Measure, ...]:
    """Characters, words, characters in any order, grid and record, as far as there are any."""
    rows = [
        m.lines(CER, "Wrong characters"),
        m.lines(WER, "Wrong words", words=True),
        m.lines(UNORDERED, "Wrong characters, in any order of lines", unordered=True),
        m.measure(GRID, "Slots of the grid wrong", _record_counts(m.score, _grid)),
        replace(
            m.measure(RECORD, "Fields of the record wrong", _record_counts(m.score, _fields)),
            note=_told(m.score.record),
        ),
    ]
    return tuple(row for row in rows if row.rate != Rate())


def _record_counts(score: Score, of: Callable[[RecordScore], Rate]) -> LineCounts:
    """A row for each document that has a record, and a cluster too."""
    rates = [of(document.record) for document in score.documents if document.record is not None]
    table = np.array([(r.errors, r.total) for r in rates], np.int64).reshape(-1, 2)
    return LineCounts(table[:, 0], table[:, 1], np.arange(len(table)))


def _grid(record: RecordScore) -> Rate:
    return record.grid


def _fields(record: RecordScore) -> Rate:
    """1 − F1 as a ratio of counts: a wrong field is one missing and one invented."""
    t = record.tally
    wrong = 2 * t.wrong + t.missing + t.invented
    return Rate(wrong, 2 * t.right + wrong)


def _told(tally: Tally) -> str:
    told = f"{tally.right} right, {tally.wrong} wrong, {tally.missing} missing"
    return f"F1 {100 * (tally.f1 or 0):.1f} %: {told}, {tally.invented} invented"


def by_level(m: Measuring) -> tuple[Measure, ...]:
    """CER of each level; nothing where no level is known."""
    levels = [level for level in m.score.by_level if level != NO_LEVEL]
    return tuple(m.lines(f"level.{level}", level, level=level) for level in levels)


def by_kind(m: Measuring) -> tuple[Measure, ...]:
    """CER of each kind of zone, those that stand apart at the end."""
    kinds = sorted(m.score.figures.by_kind, key=lambda kind: kind in APART)
    return tuple(
        m.lines(f"kind.{kind.value}", kind.value, _of_kind(kind), unordered=True) for kind in kinds
    )


def _of_kind(kind: ZoneKind) -> Callable[[LineScore], bool]:
    return lambda line: line.kind == kind


def by_mark(m: Measuring) -> tuple[Measure, ...]:
    """CER of type under stamps and handwriting, and elsewhere; nothing where all is elsewhere."""
    rows = [
        m.lines(f"marked.{marked}".lower(), name, _typed(marked), unordered=True)
        for marked, name in ((True, "under marks"), (False, "elsewhere"))
    ]
    return tuple(rows) if rows[0].rate.total else ()


def _typed(marked: bool) -> Callable[[LineScore], bool]:
    return lambda line: not line.apart and line.kind != ZoneKind.STAMP and line.marked == marked


def by_kind_and_level(score: Score) -> dict[tuple[str, str], Rate]:
    """{(kind, level): CER in any order of lines}."""
    return {
        (kind.value, level): text.cer
        for level, sums in score.by_level.items()
        for kind, text in sums.by_kind_unordered.items()
        if text.cer.total
    }


def field_rows(records: Sequence[RecordScore]) -> tuple[FieldRow, ...]:
    """Every kind of field over all documents; the slots of the grid are one kind."""
    scores: dict[str, list[FieldScore]] = {}
    for record in records:
        for each in (*record.slots, *record.fields):
            scores.setdefault(field_kind(each.name), []).append(each)
    return tuple(FieldRow(name, tally(found)) for name, found in scores.items())
