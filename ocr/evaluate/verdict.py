"""What the gate says, as tables and as JUnit XML."""

from __future__ import annotations

import math

from lxml import etree

from ocr.evaluate.gate import Figure, NewError, Outcome, place_of_difference
from ocr.evaluate.junit import child, to_bytes
from ocr.evaluate.tables import Table

SHOWN_ERRORS = 20  # new errors in the table; JUnit has them all
HEADER = ("figure", "baseline", "now", "change", "tolerance", "pages that got worse")


def gate_tables(outcome: Outcome) -> tuple[Table, ...]:
    """Figures that are worse, or else all that changed; what was not read; the new errors."""
    shown = outcome.worse or tuple(f for f in outcome.figures if f.now != f.before)
    title = "Worse than the baseline" if outcome.worse else "Changed, within the tolerance"
    found = (
        Table(title, HEADER, tuple(_row(figure) for figure in shown), ("pages that got worse",)),
        Table("Not read any more", ("what",), tuple((name,) for name in outcome.missing)),
        _errors(outcome.new_errors),
    )
    return tuple(table for table in found if table.rows)


def change_tables(outcome: Outcome) -> tuple[Table, ...]:
    """Every figure that changed, for the message of the commit that brings a new baseline.

    Empty where none did, as with the first baseline.
    """
    rows = [_row(figure)[:4] for figure in outcome.figures if figure.now != figure.before]
    return (Table("Changes against the last baseline", HEADER[:4], tuple(rows)),) if rows else ()


def _row(figure: Figure) -> tuple[str, ...]:
    pages = ", ".join(
        f"{page.name} (+{page.by:.3f}°)" if figure.unit == "°" else f"{page.name} (+{page.by:.0f})"
        for page in figure.pages
    )
    change = figure.now - figure.before
    return (
        figure.name,
        _value(figure.before, figure.unit),
        _value(figure.now, figure.unit),
        f"{'+' if change > 0 else '−' if change < 0 else ''}{_value(abs(change), figure.unit)}",
        _value(figure.tolerance, figure.unit),
        pages,
    )


def _value(value: float, unit: str) -> str:
    if not math.isfinite(value):
        return "any"
    return f"{value:.3f}°" if unit == "°" else f"{100 * value:.2f} %"


def _errors(errors: tuple[NewError, ...]) -> Table:
    title = "New errors"
    if len(errors) > SHOWN_ERRORS:
        title = f"New errors: the worst {SHOWN_ERRORS} of {len(errors)} lines"
    rows = tuple(
        (error.place, f"+{error.by}", *place_of_difference(error.truth, error.output))
        for error in errors[:SHOWN_ERRORS]
    )
    return Table(title, ("line", "errors", "truth", "read"), rows, ("truth", "read"))


def gate_junit(outcome: Outcome) -> bytes:
    """A case for each figure, failed where it is worse, and one for each page not read."""
    root = etree.Element("testsuites", name="shifrovka gate")
    suite = child(root, "testsuite", name="figures")
    for figure in outcome.figures:
        case = child(suite, "testcase", classname="figures", name=figure.name)
        _, before, now, change, tolerance, pages = _row(figure)
        told = f"{before} -> {now} ({change}, tolerance {tolerance})"
        if figure.worse:
            lines = [f"pages that got worse: {pages}", *map(_told, outcome.new_errors)]
            child(case, "failure", "\n".join(lines), message=told)
        else:
            child(case, "system-out", told)
    if outcome.missing:
        suite = child(root, "testsuite", name="not read any more")
        for name in outcome.missing:
            case = child(suite, "testcase", classname="not read any more", name=name)
            child(case, "failure", message=name)
    return to_bytes(root)


def _told(error: NewError) -> str:
    return f"{error.place} (+{error.by})\n  truth: {error.truth}\n  read:  {error.output}"
