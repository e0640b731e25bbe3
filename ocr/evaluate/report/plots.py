"""The pictures of a report: rates with their intervals, pages by error, confidences, confusions.

Every picture says by shape, place or figure what it says by colour. Colours are those of Okabe
and Ito (2008).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter

from ocr.evaluate.calibration import CHECKED_PERCENT, Calibration
from ocr.evaluate.confusions import Confusion
from ocr.evaluate.report.model import Measure
from ocr.evaluate.report.svg import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    PURPLE,
    RULE,
    style,
    to_svg,
)

# Upper ends of the classes of pages, in % of wrong characters; from Holley (2009), "How good can
# it get?", D-Lib 15 (3/4): to 2 % good, to 10 % fair, above that poor, each cut in parts.
CLASSES = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
# Marks of the scale in %, dearest first: a mark stands where none before it is too near.
TICKS = (0, 10, 100, 50, 20, 5, 2, 1, 0.5, 0.2, 0.1, 30, 70, 150, 200, 300, 500, 1000)
LEVEL_LOOKS = ((GREEN, ""), (BLUE, "//"), (ORANGE, "xx"), (PURPLE, "..."), (MUTED, "--"))
MARKERS = "os^Dv"
HALF = (5.6, 3.2)  # inches: half the width of the page
MOST_CHARACTERS = 15  # in a row or column of the matrix: more cannot be read
BLANK, NOTHING = "␣", "∅"


def rates_plot(name: str, title: str, groups: Mapping[str, Sequence[Measure]]) -> str:
    """A dot with its interval for each measure, group below group, figures on the right.

    The scale is that of the square root: it has a zero, and room for small rates.
    """
    rows = [row for group in groups.values() for row in group if row.rate.value is not None]
    ends = [end for row in rows for end in _ends(row)]
    most = 100 * max([0.01, *ends])
    height = 0.5 + 0.27 * (len(rows) + 1.3 * len(groups))
    with style():
        figure = Figure(figsize=(6.3, height))
        axes = figure.add_axes((0.215, 0.36 / height, 0.47, 1 - 0.42 / height))
        _percent_axis(axes, most)
        y = 0.0
        for n, (heading, group) in enumerate(groups.items()):
            if heading:
                y += 0.4 * (n > 0)
                axes.text(-0.455, y, heading, transform=axes.get_yaxis_transform(), weight="bold")
                y += 0.95
            for row in (r for r in group if r.rate.value is not None):
                _rate_row(axes, y, row, MARKERS[n % len(MARKERS)])
                y += 1
        axes.set_ylim(y - 0.4, -0.6)
        return to_svg(figure, name, title, _told(rows))


def _ends(row: Measure) -> list[float]:
    """All that is drawn of a row."""
    before = None if row.change is None else row.change.before
    return [end for end in (row.low, row.high, row.rate.value, before) if end is not None]


def _percent_axis(axes: Axes, most: float) -> None:
    axes.set_xscale("function", functions=(lambda v: np.sqrt(np.maximum(v, 0)), np.square))
    axes.set_xlim(0, most * 1.06)
    axes.xaxis.set_major_locator(FixedLocator(_ticks(most * 1.06)))
    axes.xaxis.set_minor_locator(FixedLocator([]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g} %"))
    axes.grid(axis="x", color=RULE, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)
    axes.set_yticks([])


def _ticks(most: float) -> list[float]:
    """Marks at least an eighth of the scale apart."""
    kept: list[float] = []
    for tick in TICKS:
        if tick <= most and all(abs(tick**0.5 - k**0.5) > most**0.5 / 8 for k in kept):
            kept.append(tick)
    return kept


def _rate_row(axes: Axes, y: float, row: Measure, marker: str) -> None:
    value = 100 * (row.rate.value or 0)
    beside = axes.get_yaxis_transform()
    if row.low is not None and row.high is not None:
        axes.plot([100 * row.low, 100 * row.high], [y, y], color=BLUE, linewidth=3.2, alpha=0.45)
    if row.change is not None:
        axes.plot([100 * row.change.before] * 2, [y - 0.34, y + 0.34], color=MUTED, linewidth=1.4)
    axes.plot([value], [y], marker, color=BLUE, markersize=6.5, clip_on=False)
    axes.text(-0.02, y, row.name, transform=beside, ha="right", va="center")
    axes.text(1.235, y, f"{value:.2f} %", transform=beside, ha="right", va="center", weight="bold")
    counts = f"{_thousands(row.rate.errors)} of {_thousands(row.rate.total)}"
    axes.text(1.265, y, counts, transform=beside, va="center", color=MUTED, size=8.5)


def _thousands(count: int) -> str:
    return f"{count:,}".replace(",", "\u202f")


def _told(rows: Sequence[Measure]) -> str:
    return "; ".join(f"{row.name} {row.rate.percent()} %" for row in rows)


def pages_plot(name: str, title: str, rates: Mapping[str, Sequence[float]]) -> str:
    """How many pages have how many errors: {level: CER of its pages as fractions}."""
    edges = [*CLASSES, float("inf")]
    labels = ["none", *(f"≤ {high:g} %" for high in CLASSES[1:]), "more"]
    with style():
        figure = Figure(figsize=(5.9, 2.6))
        axes = figure.add_axes((0.01, 0.13, 0.98, 0.75))
        below = np.zeros(len(labels))
        for (level, values), (colour, hatch) in zip(
            rates.items(), LEVEL_LOOKS * len(rates), strict=False
        ):
            counts = np.bincount(
                np.searchsorted(edges, np.round(np.asarray(values) * 100, 9)),
                minlength=len(labels),
            )[: len(labels)]
            axes.bar(
                range(len(labels)), counts, 0.78, below,
                color=colour, hatch=hatch, edgecolor=PAPER, linewidth=1,
                label=level or "not stated",
            )  # fmt: skip
            below += counts
        for x, count in enumerate(below):
            if count:
                axes.text(x, count, f"{count:.0f}", ha="center", va="bottom", weight="bold")
        _class_axis(axes, labels, max(below))
        if len(rates) > 1:
            axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(rates))
        told = ", ".join(f"{n:.0f} with {label}" for n, label in zip(below, labels, strict=True))
        return to_svg(figure, name, title, f"Pages by share of wrong characters: {told}")


def _class_axis(axes: Axes, labels: Sequence[str], most: float) -> None:
    axes.set_xticks(range(len(labels)), labels)
    axes.tick_params(axis="x", length=0, labelcolor=INK)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_ylim(0, most * 1.16 or 1)
    for edge, (left, text) in {3.5: (-0.5, "good"), 5.5: (3.5, "fair"), 8.5: (5.5, "poor")}.items():
        if edge < len(labels) - 0.5:
            axes.axvline(edge, color=MUTED, linewidth=0.8, linestyle=(0, (2, 3)))
        axes.text(left + 0.08, most * 1.16, text, color=MUTED, style="italic", va="top")


def reliability_plot(name: str, title: str, c: Calibration) -> str:
    """Are sure words right? On the diagonal they are as often as they claim to be."""
    with style():
        figure = Figure(figsize=HALF)
        _reliability(figure.add_axes((0.11, 0.14, 0.87, 0.84)), c)
        bins = [b for b in c.curve if b.words]
        told = "; ".join(f"sure to {b.confidence:.0%}: {b.share_right:.0%} right" for b in bins)
        return to_svg(figure, name, title, told)


def caught_plot(name: str, title: str, c: Calibration) -> str:
    """How many of the wrong words a reader finds who checks the least sure ones."""
    with style():
        figure = Figure(figsize=HALF)
        _caught(figure.add_axes((0.11, 0.14, 0.87, 0.84)), c)
        told = "; ".join(
            f"{c.caught(p) or 0:.0%} of the wrong words among the {p} % least sure"
            for p in CHECKED_PERCENT
        )
        return to_svg(figure, name, title, told)


def _reliability(axes: Axes, c: Calibration) -> None:
    bins = [each for each in c.curve if each.words]
    sure, right, words = np.array(
        [(b.confidence or 0, b.share_right or 0, b.words) for b in bins], float
    ).T
    axes.plot([0, 100], [0, 100], color=MUTED, linewidth=1, linestyle=(0, (3, 3)))
    axes.plot(100 * sure, 100 * right, color=BLUE, linewidth=1.6)
    sizes = 14 + 170 * words / words.max()
    axes.scatter(100 * sure, 100 * right, sizes, color=BLUE, alpha=0.75, linewidths=0)
    axes.text(3, 93, "too modest", color=MUTED, style="italic")
    axes.text(97, 4, "too sure", color=MUTED, style="italic", ha="right")
    axes.set(xlim=(0, 102), ylim=(0, 102), xlabel="confidence, %", ylabel="words right, %")
    axes.grid(color=RULE, linewidth=0.7)
    axes.tick_params(length=0, labelcolor=MUTED)


def _caught(axes: Axes, c: Calibration) -> None:
    checked = np.array(CHECKED_PERCENT, float)
    caught = np.array([100 * (c.caught(percent) or 0) for percent in CHECKED_PERCENT])
    axes.plot([0, 100], [0, 100], color=MUTED, linewidth=1, linestyle=(0, (3, 3)))
    axes.text(checked[-1], checked[-1] - 6, "by chance", color=MUTED, style="italic", va="top",
              ha="right")  # fmt: skip
    axes.plot([0, *checked], [0, *caught], "o-", color=ORANGE, linewidth=1.6, markersize=5)
    axes.set_xticks(checked, [f"{percent:g}" for percent in checked])
    for x, y in zip(checked[1:], caught[1:], strict=True):  # the first would lie on the second
        axes.annotate(f"{y:.0f} %", (x, y), (5, -9), textcoords="offset points", size=8.5)
    axes.set(xlim=(0, checked[-1] * 1.12), ylim=(0, 105))
    axes.set(xlabel="least sure words checked, %", ylabel="wrong words found, %")
    axes.grid(color=RULE, linewidth=0.7)
    axes.tick_params(length=0, labelcolor=MUTED)


def confusion_plot(name: str, title: str, confusions: Sequence[Confusion]) -> str:
    """Rows: what is typed; columns: what was read; look-alikes are framed.

    Holds the commonest confusions, as many as find room.
    """
    cells: dict[tuple[str, str], Confusion] = {}
    rows: dict[str, None] = {}
    columns: dict[str, None] = {}
    for c in sorted(confusions, key=lambda c: (-c.count, c.truth, c.reading)):
        if len({*rows, c.truth}) <= MOST_CHARACTERS and len({*columns, c.reading}) <= (
            MOST_CHARACTERS
        ):
            cells[c.truth, c.reading] = c
            rows[c.truth] = columns[c.reading] = None
    truths, readings = (sorted(each, key=_alphabet) for each in (rows, columns))
    with style():
        width, height = 0.9 + 0.31 * len(readings), 0.75 + 0.28 * len(truths)
        figure = Figure(figsize=(width, height))
        axes = figure.add_axes((0.8 / width, 0.05 / height, 1 - 0.9 / width, 1 - 0.7 / height))
        most = max(c.count for c in cells.values())
        for c in cells.values():
            _cell(axes, readings.index(c.reading), truths.index(c.truth), c, most)
        _letter_axes(axes, truths, readings)
        told = "; ".join(
            f"{shown(c.truth)} read as {shown(c.reading)} {c.count} times"
            for c in list(cells.values())[:10]
        )
        return to_svg(figure, name, title, told)


def _cell(axes: Axes, x: int, y: int, c: Confusion, most: int) -> None:
    strength = (c.count / most) ** 0.5
    axes.add_patch(
        Rectangle((x - 0.46, y - 0.46), 0.92, 0.92, facecolor=ORANGE, alpha=0.12 + 0.6 * strength,
                  linewidth=0)
    )  # fmt: skip
    if c.look_alike:
        axes.add_patch(
            Rectangle((x - 0.44, y - 0.44), 0.88, 0.88, fill=False, edgecolor=BLUE, linewidth=1.8)
        )
    axes.text(x, y + 0.02, str(c.count), ha="center", va="center", size=8)


def _letter_axes(axes: Axes, truths: Sequence[str], readings: Sequence[str]) -> None:
    axes.set_xlim(-0.55, len(readings) - 0.45)
    axes.set_ylim(len(truths) - 0.45, -0.55)
    axes.set_xticks(range(len(readings)), [shown(r) for r in readings])
    axes.set_yticks(range(len(truths)), [shown(t) for t in truths])
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.tick_params(length=0, labelsize=10.5, labelcolor=INK)
    axes.set(xlabel="read as", ylabel="typed")
    axes.spines[:].set_visible(False)
    axes.set_xticks(np.arange(len(readings) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(truths) + 1) - 0.5, minor=True)
    axes.grid(which="minor", color=RULE, linewidth=0.6)
    axes.tick_params(which="minor", length=0)


def shown(character: str) -> str:
    """A character that can be seen: blanks and nothing have signs of their own."""
    return {"": NOTHING, " ": BLANK, "\n": "↵"}.get(character, character)


def _alphabet(character: str) -> tuple[int, str, str]:
    """Cyrillic letters, then Latin ones, figures, signs, and at last blank and nothing."""
    if not character.strip():
        return 4 + (not character), "", character
    letter = character.casefold()
    if letter[0].isalpha():
        return int(letter[0] < "\u0400"), letter, character
    return 2 + (not letter[0].isdecimal()), letter, character
