"""A report as the bytes of its files."""

from __future__ import annotations

from pathlib import Path

from ocr.evaluate.details import details
from ocr.evaluate.report.html import to_html
from ocr.evaluate.report.junit import to_junit
from ocr.evaluate.report.model import Report
from ocr.evaluate.report.plain import report_markdown, to_json
from ocr.evaluate.score import Score
from ocr.evaluate.summary import summary

HTML_SUFFIXES = (".html", ".htm")
STEM = "report"


def report_files(score: Score, report: Report) -> dict[str, bytes]:
    """{suffix: bytes}; the HTML comes last, so that where it is written the rest is there."""
    return {
        ".json": to_json(report),
        ".md": report_markdown(report, (*summary(score), *details(score))),
        ".xml": to_junit(report),
        ".html": to_html(report),
    }


def place_of(target: Path) -> Path:
    """The HTML file that `target` names: itself, or `report.html` in the folder that it is."""
    return target if target.suffix.lower() in HTML_SUFFIXES else target / f"{STEM}.html"
