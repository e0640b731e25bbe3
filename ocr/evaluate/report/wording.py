"""How figures are worded: the filters of the template, and the sentences of the summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from markupsafe import Markup

from ocr.evaluate.align import graphemes
from ocr.evaluate.calibration import CHECKED_PERCENT
from ocr.evaluate.confusions import Confusion
from ocr.evaluate.rates import Rate
from ocr.evaluate.records import GRID, Verdict
from ocr.evaluate.report.model import Change, LineView, Measure, RecordView, Report, Segment
from ocr.evaluate.score import APART, LEVELS

NARROW = "\u202f"  # between thousands
UNDEFINED = "–"
NORMALISATIONS: Mapping[str, str] = {
    "strict": "every character counts as it stands",
    "typed": "quotation marks, dashes and runs of blanks count as one kind, nothing else is eased",
    "reading": "words broken at line ends are joined, letter-spaced words closed, ё counts as е",
    "lookalike": "Latin and Cyrillic letters of one shape count as the same",
}
EXPLAINED_BY_PAGES = 0.5  # share of all errors that the worst pages are counted up to
LEAST_LENGTH = 50  # graphemes that a part of the sheet must have to be called worst or best


def count(number: int) -> str:
    """`12 345`, the blank a narrow one."""
    return f"{number:,}".replace(",", NARROW)


def percent(rate: Rate, digits: int = 2) -> str:
    """`1.53`, or `–` where there is no rate."""
    return UNDEFINED if rate.value is None else f"{100 * rate.value:.{digits}f}"


def rate(rate: Rate) -> str:
    """`percent`, and `–` too where nothing is typed and nothing was read."""
    return percent(rate) if rate.total else UNDEFINED


def cost(line: LineView) -> str:
    """`22 errors in 61 characters`."""
    return (
        f"{count(line.errors)} error{'s' * (line.errors != 1)} "
        f"in {count(line.total)} character{'s' * (line.total != 1)}"
    )


def share(value: float | None, digits: int = 2) -> str:
    """A fraction in percent."""
    return UNDEFINED if value is None else f"{100 * value:.{digits}f}"


def number(rate: Rate) -> float:
    """To sort by: errors on nothing come first of all."""
    return 1e9 if rate.value is None else round(rate.value, 9)


def strength(rate: Rate, most: float = 0.5, css: bool = False) -> str:
    """0–1, or a CSS width: how strong a rate looks; by its root, so that small ones show."""
    value = 1.0 if rate.value is None else min(1.0, (rate.value / most) ** 0.5)
    return f"{100 * value:.1f}%" if css else f"{value:.3f}"


def widest(measure: Measure) -> float:
    """The end of a card's scale: a round fraction beyond the interval and the baseline."""
    before = None if measure.change is None else measure.change.before
    ends = (measure.high, measure.rate.value, before)
    most = max(0.0, *(end for end in ends if end is not None), 0.0)
    return next((top for top in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0) if most <= top), most)


def along(value: float, most: float, from_right: bool = False) -> str:
    """CSS length along a card's scale."""
    place = min(1.0, max(0.0, value / most))
    return f"{100 * (1 - place if from_right else place):.1f}%"


def words(name: str) -> str:
    """`page_number` → `page number`."""
    return name.replace("_", " ")


def field(name: str) -> str:
    """`incoming_stamps.date` → `incoming stamps: date`."""
    return "slots of the grid" if name == GRID else words(name).replace(".", ": ")


def character(text: str) -> Markup | str:
    """One that can be seen."""
    return {"": Markup("<i>nothing</i>"), " ": "␣"}.get(text, text)


def marks(segment: Segment, side: int) -> Markup:
    """What differs, on the side of the truth (0) or the reading (1); the same as in report.js."""
    truth, reading = segment
    own = segment[side].replace(" ", "␣")
    if truth and reading:
        other = segment[1 - side].replace(" ", "␣")
        told = f"{'typed' if side else 'read'}: {other}"
        return Markup('<mark class="s" title="{}">{}</mark>').format(told, own)
    if own:
        kind, told = ("x", "put in") if reading else ("m", "left out")
        return Markup('<mark class="{}" title="{}">{}</mark>').format(kind, told, own)
    fill = "·" * len(graphemes(truth + reading))
    return Markup('<span class="fill" aria-hidden="true">{}</span>').format(fill)


def verdict(change: Change) -> tuple[str, str]:
    """CSS class and words for a change against the baseline."""
    points = f"{abs(100 * change.by):.2f} points"
    if change.by == 0:
        return "same", "● as the baseline"
    kind, sign = ("better", "▼") if change.by < 0 else ("worse", "▲")
    if change.low is not None and not change.sure:
        return "same", f"{sign} {points} {kind}, may be chance"
    return kind, f"{sign} {points} {kind} than the baseline"


def level_rank(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def documents(report: Report) -> list[str]:
    return list(dict.fromkeys(page.document for page in report.pages))


def has_baseline(report: Report) -> bool:
    return any(m.change for m in (*report.headline, *report.by_level, *report.by_kind))


def of_all(confusion: Confusion, report: Report) -> str:
    """Share of all wrong characters, in percent."""
    errors = report.headline[0].rate.errors if report.headline else 0
    return share(confusion.count / errors if errors else None, 1)


def record_line(record: RecordView) -> str:
    """`21 of 24 fields right, 18 of 18 slots`."""
    told = []
    for rows, name in ((record.fields, "fields"), (record.slots, "slots")):
        if rows:
            right = sum(row.verdict is Verdict.RIGHT for row in rows)
            told.append(f"{right} of {len(rows)} {name} right")
    return ", ".join(told)


def explained(normalisation: str) -> str:
    return NORMALISATIONS.get(normalisation, "as named")


def extent(report: Report) -> str:
    """How much was compared."""
    pages, names = len(report.pages), len(documents(report))
    total = sum(page.cer.total for page in report.pages)
    lines = sum(page.lines for page in report.pages)
    return (
        f"{count(pages)} page{'s' * (pages != 1)} of {count(names)} document{'s' * (names != 1)}, "
        f"{count(lines)} lines with {count(total)} characters, compared with what is typed."
    )


def answer(report: Report) -> Markup:
    """The one sentence that most readers want."""
    rate = report.headline[0].rate
    right = 100 * (1 - (rate.value or 0.0))
    wrong_words = report.headline[1].rate.value if len(report.headline) > 1 else None
    first = Markup("Of 100 characters <b>{:.1f}</b> are read right").format(max(0.0, right))
    if wrong_words is None:
        return first + "."
    return first + Markup(", of 100 words <b>{:.1f}</b>.").format(max(0.0, 100 * (1 - wrong_words)))


def findings(report: Report) -> list[Markup]:
    """What stands out, in a few sentences."""
    return list(_findings(report))


def _findings(report: Report) -> Iterator[Markup]:
    errors = sorted((page.cer.errors for page in report.pages), reverse=True)
    total, pages, seen = sum(errors), 0, 0
    while total and seen < EXPLAINED_BY_PAGES * total:
        seen += errors[pages]
        pages += 1
    if total and len(errors) > 3:
        told = "One page alone holds" if pages == 1 else f"{pages} of {len(errors)} pages hold"
        yield Markup("{} <b>{:.0f} %</b> of all errors.").format(told, 100 * seen / total)
    parts = [m for m in report.by_kind if m.rate.total >= LEAST_LENGTH and m.name not in APART]
    if len(parts) > 1:
        worst = max(parts, key=lambda m: m.rate.value or 0)
        best = min(parts, key=lambda m: m.rate.value or 0)
        yield Markup("Read worst: <b>{}</b> ({} % wrong); read best: <b>{}</b> ({} %).").format(
            words(worst.name), percent(worst.rate, 1), words(best.name), percent(best.rate, 1)
        )
    twins = sum(c.count for c in report.confusions if c.look_alike)
    if twins and total:
        yield Markup(
            "Letters and figures that look alike make <b>{:.0f} %</b> of the errors."
        ).format(100 * twins / total)
    checked = CHECKED_PERCENT[2]
    caught = report.calibration.caught(checked)
    if caught is not None:
        told = "Whoever checks the {} % least sure words finds <b>{:.0f} %</b> of the wrong ones."
        yield Markup(told).format(checked, 100 * caught)


FILTERS = {
    each.__name__: each
    for each in (
        along, answer, character, cost, count, documents, explained, extent, field, findings,
        has_baseline, level_rank, marks, number, of_all, percent, rate, record_line, share,
        strength, verdict, widest, words,
    )
}  # fmt: skip
