"""What an earlier run read, line by line: kept as JSON, so that a later run can be set beside it.

A figure alone would not tell whether two runs differ by more than chance: for that both must be
known line by line. So a baseline holds for every line of the truth its length and its errors,
for every field of a record what became of it, for every page the error of its skew, and what made
it: versions, model, settings and the features of the processor. No text is kept.

A line whose length has changed, or that one side does not have, means that the truth has changed;
such lines are compared with nothing and are counted, for the reader to be told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple, dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ocr.errors import TruthError
from ocr.evaluate.records import RecordScore, Verdict
from ocr.evaluate.score import DocumentScore, LineScore, PageScore, Score
from ocr.formats.record import load

SCHEMA_NAME = "shifrovka-baseline"
VERSION = 1
EXTRA = "+"  # before a kind: what the output has on the page and no line of the truth

Counts = npt.NDArray[np.int64]


class LineRow(NamedTuple):
    """A line, or all spurious lines of one kind on a page: lengths, and errors in and out of order.

    kind, marked, apart  as in `LineScore`
    chars, words         of the truth
    """

    kind: str
    marked: bool
    apart: bool
    chars: int
    errors: int
    unordered: int
    words: int
    word_errors: int


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page: {line id, or EXTRA and a kind: row}, and the error of its skew where it is known."""

    lines: Mapping[str, LineRow]
    skew_error_deg: float | None = None


@dataclass(frozen=True, slots=True)
class RecordRow:
    """{name of a field: verdict}; slots of the grid, and those of them that have an addressee."""

    fields: Mapping[str, str] = field(default_factory=dict)
    slots: Mapping[str, str] = field(default_factory=dict)
    addressed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document: its level, {page index: page}, and its record where the truth has one."""

    level: str
    pages: Mapping[int, PageRow]
    record: RecordRow | None = None


@dataclass(frozen=True, slots=True)
class Baseline:
    """A run to compare with. made_with: provenance of its documents."""

    normalisation: str
    documents: Mapping[str, DocumentRow]
    made_with: Mapping[str, Any] = field(default_factory=dict)


def baseline_of(score: Score, made_with: Mapping[str, Any]) -> Baseline:
    """What is kept of a run."""
    documents = {document.name: _document_row(document) for document in score.documents}
    return Baseline(score.normalisation, documents, dict(made_with))


def _document_row(document: DocumentScore) -> DocumentRow:
    pages = {page.index: _page_row(page) for page in document.pages}
    record = None if document.record is None else _record_row(document.record)
    return DocumentRow(document.level, pages, record)


def _page_row(page: PageScore) -> PageRow:
    rows: dict[str, LineRow] = {}
    for line in page.lines:
        key = f"{EXTRA}{line.kind.value}" if line.spurious else line.id
        rows[key] = _summed(rows[key], line) if key in rows else _line_row(line)
    return PageRow(rows, page.skew_error_deg)


def _line_row(line: LineScore) -> LineRow:
    chars, words = line.text.chars, line.text.words
    return LineRow(
        line.kind.value,
        line.marked,
        line.apart,
        chars.truth,
        chars.errors,
        line.unordered.chars.errors,
        words.truth,
        words.errors,
    )


def _summed(row: LineRow, line: LineScore) -> LineRow:
    """Counts added; spurious lines of a kind are one row, since nothing tells them apart."""
    more = _line_row(line)
    return LineRow(*row[:3], *(a + b for a, b in zip(row[3:], more[3:], strict=True)))


def _record_row(record: RecordScore) -> RecordRow:
    return RecordRow(
        {each.name: each.verdict.value for each in record.fields},
        {slot.name: slot.verdict.value for slot in record.slots},
        frozenset(slot.name for slot in record.slots if slot.truth),
    )


# --- two runs side by side -------------------------------------------------------------------


class Pair(NamedTuple):
    """A line in both runs, with the level and name of its document and the index of its page."""

    document: str
    level: str
    page: int
    line: str
    before: LineRow
    now: LineRow


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs over the same truth.

    pairs       lines that both have; a row without errors stands for spurious lines of one side
    changed     lines of a truth that is no longer what it was
    added       documents that the baseline does not know
    missing     (document, page index or None for all) that the baseline has and the run has not
    """

    before: Baseline
    now: Baseline
    pairs: tuple[Pair, ...]
    changed: int
    added: tuple[str, ...]
    missing: tuple[tuple[str, int | None], ...]


def compare(before: Baseline, now: Baseline) -> Comparison:
    """Sets two runs side by side.

    Raises TruthError where they were normalised differently, since no figure would mean the same.
    """
    if before.normalisation != now.normalisation:
        raise TruthError(
            f"the baseline was made with --normalisation {before.normalisation}, this run is"
            f" scored with {now.normalisation}: use the same, or write a new baseline"
        )
    missing: list[tuple[str, int | None]] = []
    pairs: list[Pair] = []
    changed = 0
    for name, document in before.documents.items():
        other = now.documents.get(name)
        if other is None:
            missing.append((name, None))
            continue
        missing += [(name, index) for index in document.pages if index not in other.pages]
        for index in sorted(document.pages.keys() & other.pages.keys()):
            then, today = document.pages[index].lines, other.pages[index].lines
            pairs += [Pair(name, other.level, index, *row) for row in _paired(then, today)]
            changed += _changed(then, today)
    added = tuple(name for name in now.documents if name not in before.documents)
    return Comparison(before, now, tuple(pairs), changed, added, tuple(missing))


def _paired(
    before: Mapping[str, LineRow], now: Mapping[str, LineRow]
) -> Iterator[tuple[str, LineRow, LineRow]]:
    for key in {**before, **now}:
        a, b = before.get(key), now.get(key)
        if key.startswith(EXTRA):
            known = a or b
            assert known is not None
            nothing = LineRow(*known[:3], 0, 0, 0, 0, 0)
            yield key, a or nothing, b or nothing
        elif a is not None and b is not None and a.chars == b.chars:
            yield key, a, b


def _changed(before: Mapping[str, LineRow], now: Mapping[str, LineRow]) -> int:
    keys = [key for key in {**before, **now} if not key.startswith(EXTRA)]
    return sum(
        key not in before or key not in now or before[key].chars != now[key].chars for key in keys
    )


class PairedCounts(NamedTuple):
    """Rows as `bootstrap.paired` takes them: (N,) each, row by row the same thing in both runs."""

    errors_before: Counts
    errors_now: Counts
    totals_before: Counts
    totals_now: Counts
    pages: Counts


def paired_counts(
    pairs: tuple[Pair, ...],
    chosen: Callable[[Pair], bool],
    errors: str = "errors",
    total: str = "chars",
) -> PairedCounts:
    """Counts of the chosen lines; `errors` and `total` are names of fields of `LineRow`."""
    numbers: dict[tuple[str, int], int] = {}
    rows = [
        (
            getattr(pair.before, errors),
            getattr(pair.now, errors),
            getattr(pair.before, total),
            getattr(pair.now, total),
            numbers.setdefault((pair.document, pair.page), len(numbers)),
        )
        for pair in pairs
        if chosen(pair)
    ]
    return PairedCounts(*np.array(rows, np.int64).reshape(-1, 5).T)


# Of a field: what it adds to the errors and to the total. 1 − F1 is the ratio of their sums:
# (2 wrong + missing + invented) / (2 right + 2 wrong + missing + invented).
F1_COUNTS = {
    Verdict.RIGHT: (0, 2),
    Verdict.WRONG: (2, 2),
    Verdict.MISSING: (1, 1),
    Verdict.INVENTED: (1, 1),
}
# Of a slot: an invented one is an error on no slot of the truth.
SLOT_COUNTS = {
    Verdict.RIGHT: (0, 1),
    Verdict.WRONG: (1, 1),
    Verdict.MISSING: (1, 1),
    Verdict.INVENTED: (1, 0),
}


def record_counts(
    comparison: Comparison,
    named: Callable[[RecordRow], Mapping[str, str]],
    worth: Mapping[Verdict, tuple[int, int]],
) -> PairedCounts:
    """Counts of the fields that `named` picks of a record, over documents that both runs have."""
    rows: list[tuple[int, int, int, int, int]] = []
    for cluster, (name, document) in enumerate(comparison.before.documents.items()):
        other = comparison.now.documents.get(name)
        if other is None or document.record is None or other.record is None:
            continue
        before, now = named(document.record), named(other.record)
        for key in {**before, **now}:
            a, b = (worth[Verdict(v[key])] if key in v else (0, 0) for v in (before, now))
            rows.append((a[0], b[0], a[1], b[1], cluster))
    return PairedCounts(*np.array(rows, np.int64).reshape(-1, 5).T)


# --- JSON ------------------------------------------------------------------------------------


def to_json(baseline: Baseline) -> bytes:
    """UTF-8; a page is one line of the file, so that changes show page by page."""
    documents = ",\n".join(
        f"  {_json(name)}: {{\n"
        f'   "level": {_json(row.level)},\n'
        f'   "record": {_json(_record_json(row.record))},\n'
        f'   "pages": {{\n'
        + ",\n".join(f'    "{index}": {_json(_page_json(row.pages[index]))}' for index in row.pages)
        + "\n   }\n  }"
        for name, row in sorted(baseline.documents.items())
    )
    head = json.dumps(baseline.made_with, ensure_ascii=False, indent=2, sort_keys=True)
    text = (
        f'{{\n "schema": "{SCHEMA_NAME}",\n "version": {VERSION},\n'
        f' "normalisation": {_json(baseline.normalisation)},\n'
        f' "made_with": {head.replace(chr(10), chr(10) + " ")},\n'
        f' "documents": {{\n{documents}\n }}\n}}\n'
    )
    return text.encode()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _page_json(page: PageRow) -> dict[str, Any]:
    skew = None if page.skew_error_deg is None else round(page.skew_error_deg, 4)
    return {"skew_error_deg": skew, "lines": {key: list(row) for key, row in page.lines.items()}}


def _record_json(record: RecordRow | None) -> dict[str, Any] | None:
    if record is None:
        return None
    fields, slots, addressed = astuple(record)
    return {"fields": fields, "slots": slots, "addressed": sorted(addressed)}


def from_json(data: bytes, name: str) -> Baseline:
    """A baseline out of its file; `name` is the file's, for messages. Raises TruthError."""
    found = load(data, name)
    try:
        if found["schema"] != SCHEMA_NAME or found["version"] != VERSION:
            raise TruthError(f"{name}: a baseline of another version; write it anew with --update")
        documents = {key: _read_document(row) for key, row in found["documents"].items()}
        return Baseline(found["normalisation"], documents, found["made_with"])
    except (KeyError, TypeError, ValueError, AttributeError) as e:
        raise TruthError(f"{name}: no baseline of shifrovka ({e!r})") from e


def _read_document(row: Mapping[str, Any]) -> DocumentRow:
    pages = {
        int(index): PageRow(
            {key: LineRow(*line) for key, line in page["lines"].items()}, page["skew_error_deg"]
        )
        for index, page in row["pages"].items()
    }
    record = row["record"]
    if record is None:
        return DocumentRow(row["level"], pages)
    told = RecordRow(
        {key: Verdict(v).value for key, v in record["fields"].items()},
        {key: Verdict(v).value for key, v in record["slots"].items()},
        frozenset(record["addressed"]),
    )
    return DocumentRow(row["level"], pages, told)
