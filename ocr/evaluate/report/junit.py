"""A report as JUnit XML, which CI systems show: a test case for each page.

A page fails that has no output, or more than `POOR` of its characters wrong: from there on typing
it anew is less work than mending it. Whether a run is worse than an earlier one is for the gate
to say. What is there without truth is skipped.
"""

from __future__ import annotations

from itertools import groupby

from lxml import etree

from ocr.evaluate.junit import child, to_bytes
from ocr.evaluate.report.model import PageView, Report

# Share of wrong characters, 0–1. Holley (2009), "How good can it get?", D-Lib 15 (3/4), calls
# more than 10 % poor.
POOR = 0.10
WORST_LINES = 5  # shown of a page that fails


def to_junit(report: Report) -> bytes:
    """UTF-8, a suite for each document."""
    root = etree.Element("testsuites", name="shifrovka report")
    for document, pages in groupby(report.pages, key=lambda page: page.document):
        suite = child(root, "testsuite", name=document)
        for page in pages:
            _case(suite, page)
    if report.unpaired:
        suite = child(root, "testsuite", name="without counterpart")
        cased = {page.name for page in report.pages}
        for name, what in report.unpaired:
            if name in cased:
                continue
            case = child(suite, "testcase", classname="without counterpart", name=name)
            child(case, "failure" if what == "output" else "skipped", message=f"no {what}")
    return to_bytes(root)


def _case(suite: etree._Element, page: PageView) -> None:
    case = child(suite, "testcase", classname=page.document, name=f"page {page.index + 1}")
    told = f"{page.cer.percent()} % of characters wrong ({page.cer.errors} of {page.cer.total})"
    if not page.has_output:
        child(case, "failure", message="no output")
    elif page.cer.value is None or page.cer.value > POOR:
        child(case, "failure", "\n".join(_worst(page)), message=told)
    else:
        child(case, "system-out", told)


def _worst(page: PageView) -> list[str]:
    """`typed: …` and `read: …` of the lines with the most errors."""
    lines = sorted((line for line in page.line_views if line.errors), key=lambda line: -line.errors)
    told = (line.texts for line in lines[:WORST_LINES])
    return [text for truth, reading in told for text in (f"typed: {truth}", f"read:  {reading}")]
