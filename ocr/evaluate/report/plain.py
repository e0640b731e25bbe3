"""A report as JSON for programs and as Markdown for people who read plain text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from ocr.evaluate.calibration import CHECKED_PERCENT
from ocr.evaluate.detection import Found
from ocr.evaluate.rates import Rate
from ocr.evaluate.report.model import Measure, Report, WorstLine
from ocr.evaluate.tables import Table, to_markdown

FORMAT = {"name": "shifrovka report", "version": 1}
# Confusions in JSON, where what comes later happened once; and in Markdown, to be read.
COMMONEST, COMMONEST_SHOWN = 200, 30


def to_json(report: Report) -> bytes:
    """Every figure of the report as counts, shares 0–1 and intervals; UTF-8."""
    data = {
        "format": FORMAT,
        "normalisation": report.normalisation,
        "headline": [_measure(m) for m in report.headline],
        "levels": [_measure(m) for m in report.by_level],
        "kinds": [_measure(m) for m in report.by_kind],
        "marks": [_measure(m) for m in report.by_mark],
        "pages": [
            {
                "document": page.document,
                "page": page.index + 1,
                "level": page.level,
                "cer": _rate(page.cer),
                "wer": _rate(page.wer),
                "cer_unordered": _rate(page.unordered),
                "kinds": {kind: _rate(rate) for kind, rate in page.by_kind.items()},
                "lines": page.lines,
                "lines_wrong": page.lines_wrong,
                "skew_error_deg": page.skew_error_deg,
                "has_output": page.has_output,
            }
            for page in report.pages
        ],
        "worst_lines": [_line(line) for line in report.worst],
        "made_up_lines": [_line(line) for line in report.made_up],
        "confusions": [
            asdict(c) | {"look_alike": c.look_alike} for c in report.confusions[:COMMONEST]
        ],
        "calibration": _calibration(report),
        "zones_found": {k.value: _found(f) for k, f in report.detection.zones.items()},
        "lines_found": {k.value: _found(f) for k, f in report.detection.lines.items()},
        "fields": [{"name": f.name, **asdict(f.tally), "f1": f.tally.f1} for f in report.fields],
        "without_counterpart": [{"name": name, "missing": what} for name, what in report.unpaired],
        "notes": report.notes,
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode() + b"\n"


def _rate(rate: Rate) -> dict[str, Any]:
    return {"errors": rate.errors, "total": rate.total, "rate": rate.value}


def _measure(m: Measure) -> dict[str, Any]:
    change = None if m.change is None else asdict(m.change)
    return {"name": m.name, **_rate(m.rate), "low": m.low, "high": m.high, "change": change}


def _line(w: WorstLine) -> dict[str, Any]:
    truth, reading = w.line.texts
    return {
        "document": w.document,
        "page": w.page_index + 1,
        "kind": w.line.kind,
        "box": w.line.box,
        "errors": w.line.errors,
        "total": w.line.total,
        "truth": truth,
        "reading": reading,
    }


def _calibration(report: Report) -> dict[str, Any]:
    c = report.calibration
    return {
        "words": c.total,
        "expected_error": c.expected_error,
        "curve": [asdict(b) | {"share_right": b.share_right} for b in c.curve if b.words],
        "caught": {str(percent): c.caught(percent) for percent in CHECKED_PERCENT},
    }


def _found(found: Found) -> dict[str, Any]:
    return asdict(found) | {"mean_iou": found.mean_iou, "f1": found.f1}


def report_markdown(report: Report, tables: Sequence[Table]) -> bytes:
    """The tables of `score`, then the commonest confusions and the worst lines; UTF-8."""
    parts = [f"# {report.title}\n", *(f"*{note}*\n" for note in report.notes)]
    parts += [to_markdown(table) for table in tables]
    parts += [to_markdown(table) for table in _own_tables(report)]
    return "\n".join(parts).encode()


def _own_tables(report: Report) -> Iterator[Table]:
    pairs = tuple(
        (_code(c.truth), _code(c.reading), str(c.count), "yes" if c.look_alike else "")
        for c in report.confusions[:COMMONEST_SHOWN]
    )
    if pairs:
        header = ("typed", "read as", "times", "look alike")
        yield Table("Commonest confusions", header, pairs, words=("read as", "look alike"))
    for title, lines in (("Worst lines", report.worst), ("Made-up lines", report.made_up)):
        rows = tuple(_line_row(w) for w in lines)
        if rows:
            names = ("page", "part", "errors", "typed", "read")
            yield Table(title, names, rows, words=("part", "typed", "read"))


def _line_row(w: WorstLine) -> tuple[str, ...]:
    page = f"{w.document}, page {w.page_index + 1}"
    return page, w.line.kind, str(w.line.errors), *(_code(text) for text in w.line.texts)


def _code(text: str) -> str:
    """Text as it stands, within backticks; blanks and nothing can be seen."""
    text = text.strip() or text
    if not text:
        return "nothing"
    shown = text.replace(" ", "␣") if not text.strip() else text
    ticks = "``" if "`" in shown else "`"
    space = " " if "`" in shown else ""
    return f"{ticks}{space}{shown}{space}{ticks}"
