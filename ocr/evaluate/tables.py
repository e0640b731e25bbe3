"""A score as tables: for the terminal through rich, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import rich.box
import rich.markup
import rich.table

from ocr.evaluate.rates import Rate, TextScore
from ocr.evaluate.records import FieldScore, RecordScore, Verdict
from ocr.evaluate.report import APART, DocumentScore, Score

NOTHING = "–"
TEXT_HEADER = ("", "CER %", "errors / graphemes", "WER %", "errors / words")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of strings as long as `header`; the first column reads from the left."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(score: Score) -> tuple[Table, ...]:
    """Accuracy per document and zone, skew, records field by field, and what found no partner."""
    found = [
        Table(
            f"Accuracy (normalisation: {score.normalisation})",
            TEXT_HEADER,
            tuple(_accuracy_rows(score)),
        ),
        Table("Skew", ("page", "error, degrees"), tuple(_skew_rows(score))),
        Table(
            "Records",
            ("document", "right", "wrong", "missing", "invented", "slots", "addressees"),
            tuple(_record_rows(score)),
        ),
        *_field_tables(score),
        Table("Without counterpart", ("name", "what is missing"), tuple(_unpaired_rows(score))),
    ]
    return tuple(table for table in found if table.rows)


def to_rich(table: Table) -> rich.table.Table:
    """For the terminal."""
    shown = rich.table.Table(title=table.title, box=rich.box.SIMPLE_HEAD, title_justify="left")
    for n, name in enumerate(table.header):
        words = table.header[0] == "field"
        shown.add_column(name, justify="left" if n == 0 or words else "right", overflow="fold")
    for row in table.rows:
        shown.add_row(*(rich.markup.escape(cell) for cell in row))
    return shown


def to_markdown(table: Table) -> str:
    """A heading and a Markdown table; ends with a line feed."""
    aligned = ["---"] + ["---:"] * (len(table.header) - 1)
    rows = [table.header, aligned, *table.rows]
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return f"## {table.title}\n\n" + "\n".join(lines) + "\n"


def _accuracy_rows(score: Score) -> Iterator[tuple[str, ...]]:
    for document in score.documents:
        if not document.pages:
            continue
        yield _text_row(document.name, document.text)
        if len(document.pages) > 1:
            for page in document.pages:
                if page.text.cer != Rate():  # a page of nothing but what stands apart
                    yield _text_row(f"  page {page.index + 1}", page.text)
        yield from _kind_rows(document)
    if sum(bool(document.pages) for document in score.documents) > 1:
        yield _text_row("all documents", score.text)
        yield from _kind_rows(score)


def _kind_rows(score: DocumentScore | Score) -> Iterator[tuple[str, ...]]:
    yield _text_row("  in any order of lines", score.unordered)
    for kind, text in score.by_kind.items():
        apart = " (apart)" if kind in APART else ""
        yield _text_row(f"  {kind.value}{apart}", text)


def _text_row(name: str, score: TextScore) -> tuple[str, ...]:
    return name, score.cer.percent(), _count(score.cer), score.wer.percent(), _count(score.wer)


def _count(rate: Rate) -> str:
    return f"{rate.errors} / {rate.total}"


def _skew_rows(score: Score) -> Iterator[tuple[str, ...]]:
    for document in score.documents:
        for page in document.pages:
            if page.skew_error_deg is not None:
                yield f"{document.name}, page {page.index + 1}", f"{page.skew_error_deg:.3f}"


def _record_rows(score: Score) -> Iterator[tuple[str, ...]]:
    for document in score.documents:
        if document.record is not None:
            yield (
                document.name,
                *(str(document.record.count(verdict)) for verdict in Verdict),
                *_grid_cells(document.record),
            )


def _grid_cells(record: RecordScore) -> tuple[str, str]:
    return _right(record.grid), _right(record.addressees)


def _right(rate: Rate) -> str:
    """Right of all; what was invented makes it smaller, and never less than none."""
    if rate.total == 0:
        return NOTHING if rate.errors == 0 else f"{rate.errors} invented"
    return f"{max(0, rate.total - rate.errors)} of {rate.total}"


def _field_tables(score: Score) -> Iterator[Table]:
    """Every field of every record, and of its grid the slots that are not right."""
    header = ("field", "verdict", "output", "truth, where it differs")
    for document in score.documents:
        record = document.record or RecordScore()
        slots = [slot for slot in record.slots if slot.verdict is not Verdict.RIGHT]
        rows = [_field_row(field) for field in (*record.fields, *slots)]
        yield Table(f"Record of {document.name}", header, tuple(rows))


def _field_row(field: FieldScore) -> tuple[str, ...]:
    right = field.verdict is Verdict.RIGHT
    truth = "" if right else _shown(field.truth)
    return field.name, field.verdict.value, _shown(field.output), truth


def _shown(value: str | None) -> str:
    return NOTHING if value is None else value or "(empty)"


def _unpaired_rows(score: Score) -> Iterator[tuple[str, ...]]:
    for name in score.truth_without_output:
        yield name, "output"
    for name in score.output_without_truth:
        yield name, "truth"
    for document in score.documents:
        for index in document.pages_without_output:
            yield f"{document.name}, page {index + 1}", "output"
        for index in document.pages_without_truth:
            yield f"{document.name}, page {index + 1}", "truth"
