"""What changed against a baseline, for the report: each figure then and now, with its interval."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ocr.document import ZoneKind
from ocr.evaluate import bootstrap
from ocr.evaluate.baseline import (
    F1_COUNTS,
    SLOT_COUNTS,
    Baseline,
    Pair,
    PairedCounts,
    compare,
    paired_counts,
    record_counts,
)
from ocr.evaluate.report.measures import CER, GRID, RECORD, UNORDERED, WER
from ocr.evaluate.report.model import Change

SEED = 0


def changes(before: Baseline, now: Baseline) -> dict[str, Change]:
    """{key of a measure: change}, keys as in `measures`. Raises TruthError as `compare`."""
    comparison = compare(before, now)
    typed = tuple(pair for pair in comparison.pairs if not pair.now.apart)
    counts = {
        CER: paired_counts(typed, _any),
        WER: paired_counts(typed, _any, "word_errors", "words"),
        UNORDERED: paired_counts(typed, _any, "unordered"),
        GRID: record_counts(comparison, lambda record: record.slots, SLOT_COUNTS),
        RECORD: record_counts(comparison, lambda record: record.fields, F1_COUNTS),
    }
    for level in dict.fromkeys(pair.level for pair in typed):
        counts[f"level.{level}"] = paired_counts(typed, _level(level))
    for kind in dict.fromkeys(pair.now.kind for pair in comparison.pairs):
        counts[f"kind.{kind}"] = paired_counts(comparison.pairs, _kind(kind), "unordered")
    for marked in (True, False):
        key = f"marked.{marked}".lower()
        counts[key] = paired_counts(typed, _marked(marked), "unordered")
    return {key: _change(each) for key, each in counts.items() if each.totals_before.sum() > 0}


def _any(_: Pair) -> bool:
    return True


def _level(level: str) -> Callable[[Pair], bool]:
    return lambda pair: pair.level == level


def _kind(kind: str) -> Callable[[Pair], bool]:
    return lambda pair: pair.now.kind == kind


def _marked(marked: bool) -> Callable[[Pair], bool]:
    return lambda pair: pair.now.kind != ZoneKind.STAMP.value and pair.now.marked == marked


def _change(counts: PairedCounts) -> Change:
    """Pages are what is drawn: the interval is that of other pages of this kind."""
    before = float(counts.errors_before.sum() / counts.totals_before.sum())
    now = float(counts.errors_now.sum() / max(1, counts.totals_now.sum()))
    found = bootstrap.paired(*counts, np.random.default_rng(SEED))
    low, high = (None if math.isnan(end) else end for end in (found.low, found.high))
    return Change(before, now - before, low, high)
