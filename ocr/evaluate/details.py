"""A score in full: pages and their zones, skew, what was found where, calibration, every field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ocr.document import ZoneKind
from ocr.evaluate.calibration import CHECKED_PERCENT
from ocr.evaluate.detection import Found
from ocr.evaluate.rates import Rate, TextScore
from ocr.evaluate.records import FieldScore, RecordScore, Tally, Verdict, field_kind, tally
from ocr.evaluate.score import APART, Figures, Score
from ocr.evaluate.tables import NOTHING, Table, percent, right_of, text_cells

FIELD_HEADER = ("field", "verdict", "output", "truth, where it differs")


def details(score: Score) -> tuple[Table, ...]:
    """Tables that have rows."""
    found = (
        Table(
            f"Pages and zones (normalisation: {score.normalisation})",
            ("", "CER %", "errors / graphemes", "WER %", "errors / words"),
            tuple(_accuracy_rows(score)),
        ),
        Table("Skew", ("page", "error, degrees"), tuple(_skew_rows(score))),
        *_found_tables(score),
        *_calibration_tables(score),
        Table(
            "Fields of all records",
            ("field", "right", "wrong", "missing", "invented", "precision %", "recall %", "F1 %"),
            tuple(_field_rows(score)),
        ),
        Table(
            "Records",
            ("document", "right", "wrong", "missing", "invented", "slots", "addressees"),
            tuple(_record_rows(score)),
        ),
        *_record_tables(score),
    )
    return tuple(table for table in found if table.rows)


def _accuracy_rows(score: Score) -> Iterator[tuple[str, ...]]:
    for document in score.documents:
        if not document.pages:
            continue
        sums = document.figures
        yield document.name, *text_cells(sums.text)
        if len(document.pages) > 1:
            for page in document.pages:
                text = page.figures.text
                if text.cer != Rate():  # a page of nothing but what stands apart
                    yield f"  page {page.index + 1}", *text_cells(text)
        yield from _kind_rows(sums)
    if sum(bool(document.pages) for document in score.documents) > 1:
        sums = score.figures
        yield "all documents", *text_cells(sums.text)
        yield from _kind_rows(sums)


def _kind_rows(sums: Figures) -> Iterator[tuple[str, ...]]:
    yield "  in any order of lines", *text_cells(sums.unordered)
    for kind, text in sums.by_kind.items():
        if text != TextScore():
            apart = " (apart)" if kind in APART else ""
            yield f"  {kind.value}{apart}", *text_cells(text)


def _skew_rows(score: Score) -> Iterator[tuple[str, ...]]:
    for document, page in score.pages():
        if page.skew_error_deg is not None:
            yield f"{document.name}, page {page.index + 1}", f"{page.skew_error_deg:.3f}"


def _found_tables(score: Score) -> Iterator[Table]:
    header = ("", "in the truth", "found", "doubled", "spurious", "recall %", "F1 %", "mean IoU")
    found = score.detection
    yield Table("Zones found", header, tuple(_found_rows(found.zones, found.all_zones)))
    yield Table("Lines found", header, tuple(_found_rows(found.lines, found.all_lines)))


def _found_rows(kinds: Mapping[ZoneKind, Found], whole: Found) -> Iterator[tuple[str, ...]]:
    rows = [(kind.value, each) for kind, each in kinds.items()]
    for name, each in [*rows, ("all", whole)] if rows else []:
        iou = NOTHING if each.mean_iou is None else f"{each.mean_iou:.2f}"
        numbers = (each.truth, each.found, each.doubled, each.spurious)
        yield name, *map(str, numbers), percent(each.recall), percent(each.f1), iou


def _calibration_tables(score: Score) -> Iterator[Table]:
    sure = score.calibration
    if not sure.total:
        return
    yield Table(
        "Calibration of words",
        ("confidence", "words", "mean confidence", "right %"),
        tuple(
            (
                f"{each.low:.1f}–{each.high:.1f}",
                str(each.words),
                NOTHING if each.confidence is None else f"{each.confidence:.3f}",
                percent(each.share_right),
            )
            for each in sure.curve
        ),
    )
    yield Table(
        "Wrong words caught",
        ("least sure words checked, %", "wrong words among them, %"),
        tuple((str(part), percent(sure.caught(part))) for part in CHECKED_PERCENT),
    )


def _field_rows(score: Score) -> Iterator[tuple[str, ...]]:
    kinds: dict[str, list[FieldScore]] = {}
    for document in score.documents:
        for each in (document.record or RecordScore()).fields:
            kinds.setdefault(field_kind(each.name), []).append(each)
    rows = [(name, tally(fields)) for name, fields in sorted(kinds.items())]
    for name, sums in [*rows, ("all", score.record)] if rows else []:
        yield name, *_tally_cells(sums), *map(percent, (sums.precision, sums.recall, sums.f1))


def _tally_cells(each: Tally) -> tuple[str, ...]:
    return str(each.right), str(each.wrong), str(each.missing), str(each.invented)


def _record_rows(score: Score) -> Iterator[tuple[str, ...]]:
    for document in score.documents:
        record = document.record
        if record is not None and (record.fields or record.slots):
            grid = right_of(record.grid), right_of(record.addressees)
            yield document.name, *_tally_cells(record.tally), *grid


def _record_tables(score: Score) -> Iterator[Table]:
    """Every field of every record, and of its grid the slots that are not right."""
    for document in score.documents:
        record = document.record or RecordScore()
        slots = [slot for slot in record.slots if slot.verdict is not Verdict.RIGHT]
        rows = tuple(_field_row(each) for each in (*record.fields, *slots))
        yield Table(f"Record of {document.name}", FIELD_HEADER, rows, words=FIELD_HEADER)


def _field_row(each: FieldScore) -> tuple[str, ...]:
    right = each.verdict is Verdict.RIGHT
    truth = "" if right else _shown(each.truth)
    return each.name, each.verdict.value, _shown(each.output), truth


def _shown(value: str | None) -> str:
    return NOTHING if value is None else value or "(empty)"
