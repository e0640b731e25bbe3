"""A score in tables to be read at a glance: the whole, levels, zones, documents, what is missing.

Every rate is a ratio of counts and stands beside its 95 % interval (`bootstrap`), whose seed is
fixed: the same score gives the same table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ocr.document import ZoneKind
from ocr.evaluate.calibration import CHECKED_PERCENT
from ocr.evaluate.rates import Rate, TextScore
from ocr.evaluate.records import RecordScore
from ocr.evaluate.score import (
    APART,
    NO_LEVEL,
    DocumentScore,
    Figures,
    LineScore,
    Score,
    line_counts,
    rate_interval,
)
from ocr.evaluate.tables import NOTHING, Table, counts, percent, range_of, right_of

INTERVAL = "95 %"
CHECKED = 5  # percent of the words, of those that `CHECKED_PERCENT` lists
assert CHECKED in CHECKED_PERCENT
MOST_DOCUMENTS = 50  # what one still looks through; `details` has all


def summary(score: Score) -> tuple[Table, ...]:
    """Tables that have rows, the whole first."""
    found = (
        Table(
            f"Accuracy (normalisation: {score.normalisation})",
            ("", "%", INTERVAL, "counts"),
            tuple(_whole(score)),
        ),
        Table(
            "Levels of damage",
            ("level", "documents", "CER %", INTERVAL, "WER %", "CER % in any order"),
            tuple(_levels(score)),
        ),
        Table(
            "Kinds of zones",
            ("zone", "CER %", INTERVAL, "errors / graphemes", "WER %", "CER % in any order"),
            tuple(_kinds(score)),
        ),
        _documents(score),
        Table("Without counterpart", ("name", "what is missing"), tuple(score.unpaired())),
    )
    return tuple(table for table in found if table.rows)


def _whole(score: Score) -> Iterator[tuple[str, ...]]:
    sums = score.figures
    if any(document.pages for document in score.documents):
        yield _rate("CER, in reading order", score, sums.text.cer)
        yield _rate("CER, lines in any order", score, sums.unordered.cer, unordered=True)
        yield _rate("WER, in reading order", score, sums.text.wer, words=True)
        bag = Rate(score.bag.errors, score.bag.truth)
        yield "WER, words in any order", bag.percent(), "", counts(bag)
        yield from _marks(score, sums)
        yield from _places(score)
        yield from _sureness(score)
    yield from _records(score)


def _rate(
    name: str,
    documents: Score | Iterable[DocumentScore],
    rate: Rate,
    chosen: Callable[[LineScore], bool] = lambda line: not line.apart,
    *,
    words: bool = False,
    unordered: bool = False,
) -> tuple[str, str, str, str]:
    """Name, percent, interval and counts of the rate that the chosen lines make."""
    lines = line_counts(documents, chosen, words=words, unordered=unordered)
    return name, rate.percent(), range_of(rate_interval(lines)), counts(rate)


def _marks(score: Score, sums: Figures) -> Iterator[tuple[str, ...]]:
    """Type under marks against type elsewhere, where there is any under marks."""
    if not sums.by_mark[True].chars.truth:
        return
    for marked, name in ((True, "CER, type under stamps and pens"), (False, "CER, type elsewhere")):

        def chosen(line: LineScore, marked: bool = marked) -> bool:
            return line.marked == marked and not line.apart and line.kind != ZoneKind.STAMP

        yield _rate(name, score, sums.by_mark[marked].cer, chosen)


def _places(score: Score) -> Iterator[tuple[str, ...]]:
    found = score.detection
    for name, boxes in (("zones", found.all_zones), ("lines", found.all_lines)):
        if boxes.truth or boxes.output:
            shown = f"{boxes.found} of {boxes.truth}, {boxes.doubled + boxes.spurious} too many"
            yield f"{name} found, F1", percent(boxes.f1, 2), "", shown
    errors = [page.skew_error_deg for _, page in score.pages() if page.skew_error_deg is not None]
    if errors:
        mean, most = sum(errors) / len(errors), max(errors)
        yield (
            "skew error, mean and most, degrees",
            f"{mean:.3f}",
            f"{most:.3f}",
            f"{len(errors)} pages",
        )


def _sureness(score: Score) -> Iterator[tuple[str, ...]]:
    sure = score.calibration
    if sure.total:
        yield (
            "calibration error of words",
            percent(sure.expected_error, 2),
            "",
            f"{sure.total} words",
        )
        caught = sure.caught(CHECKED)
        name = f"wrong words in the {CHECKED} % least sure"
        yield name, percent(caught, 2), "", f"{sure.errors} wrong"


def _records(score: Score) -> Iterator[tuple[str, ...]]:
    records = [d.record for d in score.documents if d.record is not None]
    fields = score.record
    if fields.f1 is not None:
        shown = (
            f"{fields.right} right, {fields.wrong} wrong, "
            f"{fields.missing} missing, {fields.invented} invented"
        )
        yield "record fields, F1", percent(fields.f1, 2), "", shown
        yield "  precision", percent(fields.precision, 2), "", ""
        yield "  recall", percent(fields.recall, 2), "", ""
    for name, rates in (
        ("slots of the grid", [record.grid for record in records]),
        ("addressees in the grid", [record.addressees for record in records]),
    ):
        rate = sum(rates, Rate())
        if rate.total or rate.errors:
            share = max(0, rate.total - rate.errors) / rate.total if rate.total else None
            yield f"{name} right", percent(share, 2), "", right_of(rate)


def _levels(score: Score) -> Iterator[tuple[str, ...]]:
    levels = score.by_level
    if set(levels) <= {NO_LEVEL}:
        return
    for level, sums in levels.items():
        documents = [document for document in score.documents if document.level == level]
        name, cer, interval, _ = _rate(level or "not stated", documents, sums.text.cer)
        if sums.text != TextScore():
            free = sums.unordered.cer.percent()
            yield name, str(len(documents)), cer, interval, sums.text.wer.percent(), free


def _kinds(score: Score) -> Iterator[tuple[str, ...]]:
    sums = score.figures
    for kind, text in sums.by_kind.items():

        def chosen(line: LineScore, kind: ZoneKind = kind) -> bool:
            return line.kind is kind

        apart = " (apart)" if kind in APART else ""
        cells = _rate(f"{kind.value}{apart}", score, text.cer, chosen)
        yield *cells, text.wer.percent(), sums.by_kind_unordered[kind].cer.percent()


def _documents(score: Score) -> Table:
    """All of them, or of many the worst ones, with most errors."""
    documents, title = score.documents, "Documents"
    if len(documents) > MOST_DOCUMENTS:
        title = f"Documents with most errors, {MOST_DOCUMENTS} of {len(documents)}"
        errors = {d.name: d.figures.text.chars.errors for d in documents}
        documents = tuple(sorted(documents, key=lambda d: -errors[d.name])[:MOST_DOCUMENTS])
    return Table(
        title,
        ("document", "level", "pages", "CER %", INTERVAL, "WER %", "record right", "grid"),
        tuple(_document(document) for document in documents),
        words=("level",),
    )


def _document(document: DocumentScore) -> tuple[str, ...]:
    sums = document.figures
    text = sums.text if document.pages else None
    lines = line_counts([document])
    return (
        document.name,
        document.level,
        str(len(document.pages)),
        *(
            ("", "", "")
            if text is None
            else (text.cer.percent(), range_of(rate_interval(lines)), text.wer.percent())
        ),
        *_record_cells(document.record),
    )


def _record_cells(record: RecordScore | None) -> tuple[str, str]:
    if record is None:
        return NOTHING, NOTHING
    fields = record.tally
    right = f"{fields.right} of {fields.wanted}" if record.fields else NOTHING
    return right, right_of(record.grid)
