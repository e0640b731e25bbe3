"""The gate: is this run worse than the baseline, and by more than chance?

Both runs read the same lines of the same pages, so they are compared line by line. An engine reads
a line a little differently on another processor, now better and now worse; what it does to one
line says nothing of the next. So lines are what is drawn again and again (`bootstrap.paired`),
and the tolerance of a figure is half the width of the interval that its difference then has on
the worse side: a figure fails when the interval lies on the wrong side of zero altogether.

With many figures one of them is sure to look bad by chance. The level of the intervals is
therefore set so that all of them together hold back an equally good run once in twenty at most
(Bonferroni). A handful of characters is always within the tolerance; a change that costs two
characters in a thousand is not, on the pages of `scans/`.

Compared are CER by level, kind of zone, and both; slots and addressees of the grid; 1 − F1 of the
records; the error of the skew. A page that the baseline has and the run has not always fails.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from ocr.evaluate import bootstrap
from ocr.evaluate.align import graphemes
from ocr.evaluate.baseline import (
    EXTRA,
    F1_COUNTS,
    SLOT_COUNTS,
    Comparison,
    Pair,
    PairedCounts,
    paired_counts,
    record_counts,
)
from ocr.evaluate.score import LEVELS, Score

FALSE_ALARMS = 0.05  # share of equally good runs that any of the figures may hold back
SEED = 0  # the same two runs always get the same answer
LEAST_SKEW_DEG = 0.01  # half a pixel over the width of A4 at 300 dpi: below, nothing is worse
WORST_PAGES = 5  # named for a figure that fails
CONTEXT = 12  # characters of a line shown before and behind an error


@dataclass(frozen=True, slots=True)
class PageChange:
    """How many errors more a page has than in the baseline; degrees for the skew."""

    document: str
    page: int | None
    by: float

    @property
    def name(self) -> str:
        return self.document if self.page is None else f"{self.document}, page {self.page + 1}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in both runs; less is better for all of them.

    before, now  rates (1 is 100 %), or degrees where `unit` is "°"
    tolerance    how much worse it may be and still be chance
    pages        those that got worse, the worst first
    """

    name: str
    before: float
    now: float
    tolerance: float
    pages: tuple[PageChange, ...] = ()
    unit: str = "%"

    @property
    def worse(self) -> bool:
        return self.now - self.before > self.tolerance


@dataclass(frozen=True, slots=True)
class NewError:
    """A line with more errors than the baseline has; texts as normalised."""

    document: str
    page: int
    line: str
    kind: str
    by: int
    truth: str
    output: str

    @property
    def place(self) -> str:
        where = self.kind if self.line.startswith(EXTRA) else self.line
        return f"{self.document}, page {self.page + 1}, {where}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the gate says. figures: all, in the order of the docstring above."""

    figures: tuple[Figure, ...]
    new_errors: tuple[NewError, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def worse(self) -> tuple[Figure, ...]:
        return tuple(figure for figure in self.figures if figure.worse)

    @property
    def passed(self) -> bool:
        return not self.worse and not self.missing


def judge(comparison: Comparison, score: Score) -> Outcome:
    """Holds a run against its baseline; `score` is the run that `comparison.now` was made of."""
    named = [row for row in _counts(comparison) if row[1].totals_before.sum() > 0]
    skews = _skews(comparison)
    level = 1 - 2 * FALSE_ALARMS / (len(named) + bool(skews))
    figures = [_figure(name, counts, pages, level) for name, counts, pages in named]
    if skews:
        figures.append(_skew_figure(skews, level))
    missing = tuple(
        PageChange(name, page, 0.0).name + ": not read" for name, page in comparison.missing
    )
    return Outcome(
        tuple(figures), _new_errors(comparison, score), missing, tuple(_notes(comparison))
    )


# --- figures ---------------------------------------------------------------------------------

_Named = tuple[str, PairedCounts, tuple[PageChange, ...]]


def _counts(comparison: Comparison) -> Iterator[_Named]:
    """Every figure that is a ratio of counts. A kind alone is counted in any order of lines."""
    pairs = tuple(pair for pair in comparison.pairs if not pair.now.apart)
    known = dict.fromkeys((*LEVELS, *sorted({pair.level for pair in pairs})))
    levels = [level for level in known if level and any(p.level == level for p in pairs)]
    kinds = list(dict.fromkeys(pair.now.kind for pair in pairs))
    yield _lines("CER", pairs, "errors")
    for level in levels:
        yield _lines(f"CER {level}", tuple(p for p in pairs if p.level == level), "errors")
    for kind in kinds:
        yield _lines(f"CER {kind}", tuple(p for p in pairs if p.now.kind == kind), "unordered")
    for level, kind in product(levels, kinds):
        both = tuple(p for p in pairs if p.level == level and p.now.kind == kind)
        yield _lines(f"CER {level} {kind}", both, "unordered")
    yield (
        "grid: slots wrong",
        record_counts(comparison, lambda record: record.slots, SLOT_COUNTS),
        _documents(comparison, "slots"),
    )
    yield (
        "grid: addressees wrong",
        record_counts(
            comparison,
            lambda r: {name: v for name, v in r.slots.items() if name in r.addressed},
            SLOT_COUNTS,
        ),
        _documents(comparison, "slots"),
    )
    yield (
        "record: 1 − F1",
        record_counts(comparison, lambda record: record.fields, F1_COUNTS),
        _documents(comparison, "fields"),
    )


def _lines(name: str, pairs: tuple[Pair, ...], errors: str) -> _Named:
    by_page: dict[tuple[str, int], int] = defaultdict(int)
    for pair in pairs:
        by = getattr(pair.now, errors) - getattr(pair.before, errors)
        by_page[pair.document, pair.page] += by
    changes = [PageChange(document, page, by) for (document, page), by in by_page.items()]
    return name, paired_counts(pairs, lambda _: True, errors), _worst(changes)


def _documents(comparison: Comparison, part: str) -> tuple[PageChange, ...]:
    """Documents by how many more of these fields are not right."""
    changes = []
    for name, row in comparison.before.documents.items():
        other = comparison.now.documents.get(name)
        if other is None or row.record is None or other.record is None:
            continue
        then, today = (getattr(r, part) for r in (row.record, other.record))
        wrong = [sum(verdict != "right" for verdict in v.values()) for v in (then, today)]
        changes.append(PageChange(name, None, wrong[1] - wrong[0]))
    return _worst(changes)


def _worst(changes: list[PageChange]) -> tuple[PageChange, ...]:
    worse = [change for change in changes if change.by > 0]
    return tuple(sorted(worse, key=lambda change: -change.by)[:WORST_PAGES])


def _figure(name: str, counts: PairedCounts, pages: tuple[PageChange, ...], level: float) -> Figure:
    before = float(counts.errors_before.sum() / counts.totals_before.sum())
    now = float(counts.errors_now.sum() / max(1, counts.totals_now.sum()))
    rng = np.random.default_rng(SEED)
    each = np.arange(len(counts.pages))
    found = bootstrap.paired(*counts[:4], each, rng, level)
    tolerance = math.inf if math.isnan(found.low) else now - before - found.low
    return Figure(name, before, now, tolerance, pages)


_Skews = list[tuple[str, int, float, float]]


def _skews(comparison: Comparison) -> _Skews:
    """(document, page, error then, error now) in degrees, where both runs know it."""
    rows = []
    for name, document in comparison.before.documents.items():
        other = comparison.now.documents.get(name)
        for index, page in document.pages.items() if other else ():
            today = other.pages.get(index) if other else None
            if today is None or page.skew_error_deg is None or today.skew_error_deg is None:
                continue
            rows.append((name, index, page.skew_error_deg, today.skew_error_deg))
    return rows


def _skew_figure(rows: _Skews, level: float) -> Figure:
    before, now = (np.array([row[i] for row in rows], np.float64) for i in (2, 3))
    table = np.stack([before, now, np.ones(len(rows)), np.ones(len(rows))])[:, None]
    low, _ = bootstrap.differences(table, np.random.default_rng(SEED), level)
    by = float(now.mean() - before.mean())
    tolerance = max(LEAST_SKEW_DEG, by - float(low[0]))
    pages = [PageChange(name, index, b - a) for name, index, a, b in rows]
    return Figure(
        "skew: mean error", float(before.mean()), float(now.mean()), tolerance, _worst(pages), "°"
    )


# --- lines -----------------------------------------------------------------------------------


def _new_errors(comparison: Comparison, score: Score) -> tuple[NewError, ...]:
    """Lines with more errors than before, in any order of lines, the worst first."""
    worse = {
        (pair.document, pair.page, pair.line): pair.now.unordered - pair.before.unordered
        for pair in comparison.pairs
        if pair.now.unordered > pair.before.unordered
    }
    found = []
    for document, page in score.pages():
        for line in page.lines:
            key = f"{EXTRA}{line.kind.value}" if line.spurious else line.id
            by = worse.get((document.name, page.index, key))
            if by is None or not line.unordered.chars.errors:
                continue
            output = line.output if line.paired is None else line.paired
            by = min(by, line.unordered.chars.errors)
            texts = (line.truth or "").strip(), (output or "").strip()
            found.append(NewError(document.name, page.index, key, line.kind.value, by, *texts))
    return tuple(sorted(found, key=lambda e: (-e.by, e.document, e.page)))


def place_of_difference(truth: str, output: str) -> tuple[str, str]:
    """Both texts around what differs: `…двойное прево…`. Whole where they are short."""
    a, b = graphemes(truth), graphemes(output)
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), 0)
    behind = next(
        (i for i, (x, y) in enumerate(zip(reversed(a), reversed(b), strict=False)) if x != y), 0
    )
    behind = min(behind, len(a) - start, len(b) - start)
    return _cut(a, start, len(a) - behind), _cut(b, start, len(b) - behind)


def _cut(text: list[str], start: int, end: int) -> str:
    left, right = max(0, start - CONTEXT), min(len(text), end + CONTEXT)
    before, after = "…" * (left > 0), "…" * (right < len(text))
    return before + "".join(text[left:right]) + after


def _notes(comparison: Comparison) -> Iterator[str]:
    """What the reader must know of the comparison itself."""
    if comparison.changed:
        yield (
            f"{comparison.changed} lines of the truth have changed since the baseline and are"
            " compared with nothing; write a new one with --update"
        )
    if comparison.added:
        names = ", ".join(comparison.added)
        yield f"not in the baseline, so not compared: {names}; write a new one with --update"
    before, now = comparison.before.made_with, comparison.now.made_with
    for key, what in (
        ("cpu_features", "processor"),
        ("engine", "engine or model"),
        ("settings_sha256", "settings"),
    ):
        if before.get(key) != now.get(key):
            yield f"the baseline was made with other {what}"
