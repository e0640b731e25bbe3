"""How right is the record when every character was read right?

    python benchmarks/record.py [-n 100] [--seed 1]

Draws telegrams as `shifrovka synth` does, lays them out and, without drawing a pixel, hands their
lines to `assemble` as an engine would that makes no error. What the record then lacks or has wrong
is the fault of its grammars alone. `zones` says who tells the parts of a sheet: the truth, or their
words (`name_parts`), given the cells, the margin and the stamps that layout finds.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from ocr.assemble import AssembleSettings, assemble_document, assemble_page
from ocr.assemble.parts import name_parts
from ocr.document import (
    Char,
    Field,
    Line,
    LineReading,
    Page,
    PageRef,
    PreparedPage,
    Source,
    TextLine,
    Word,
    Zone,
    ZoneKind,
)
from ocr.evaluate.records import RecordScore, Verdict, score_record
from ocr.geometry import Affine, Box, Point, hull, mm_to_px
from ocr.synth.documents import draw_document
from ocr.synth.plan import POINT_MM, Form, PlannedLine, SheetPlan, run_width_mm
from ocr.synth.texts.corpus import IncomingStamp, Telegram
from ocr.synth.truth import true_record

DPI = 200.0
SURE = 0.99
LAYOUT_TELLS = (ZoneKind.GRID, ZoneKind.MARGIN, ZoneKind.STAMP)
S = AssembleSettings()


def planned_page(plan: SheetPlan[Form], index: int, stamp: IncomingStamp | None) -> Page:
    """The truth of a sheet as it was planned: zones, lines and words, no ink."""
    zones: list[Zone] = []
    lines: list[Line] = []
    for order, zone in enumerate(plan.zones):
        name = f"p{index + 1}-z{order + 1}"
        typed = [_line(line, plan, name) for line in plan.lines if line.zone == order]
        cell = zone.cell_mm and Box(*(round(mm_to_px(v, DPI)) for v in zone.cell_mm))
        if cell or typed:
            box = cell or hull(line.box for line in typed)
            zones.append(Zone(name, zone.kind, box, order, zone.field))
            lines += typed
    if stamp is not None:
        zone_id = f"p{index + 1}-z{len(plan.zones) + 1}"
        x, y = plan.stamp_mm or (100.0, 250.0)
        rows = [_stamped(words, x, y + 5.0 * i, zone_id) for i, words in enumerate(stamp.lines)]
        box = hull(row.box for row in rows)
        zones.append(Zone(zone_id, ZoneKind.STAMP, box, len(plan.zones)))
        lines += rows
    size = (round(mm_to_px(plan.form.page_mm[0], DPI)), round(mm_to_px(plan.form.page_mm[1], DPI)))
    named = tuple(replace(x, id=f"p{index + 1}-l{n}") for n, x in enumerate(lines, 1))
    return Page(index, size, DPI, (), tuple(zones), named)


def _line(line: PlannedLine, plan: SheetPlan[Form], zone: str) -> Line:
    words: list[Word] = []
    x_mm, y_mm = line.x_mm, line.baseline_mm
    for run in line.runs:
        x_mm += run.gap_mm
        high = run.points * POINT_MM if run.points else 3.0
        if run.field_mm:
            spare = max(0.0, run.field_mm - len(run.text) * plan.machine.pitch_mm) / 2
        else:
            spare = 0.0
        at = 0
        for word in run.text.split(" "):
            left = x_mm + spare + _width(run.text[:at], plan, run)
            if word:
                right = left + _width(word, plan, run)
                words.append(Word(word, _box(left, y_mm - high, right, y_mm), 1.0))
            at += len(word) + 1
        x_mm += plan.width_mm(run) - run.gap_mm
    box = hull(word.box for word in words)
    text = " ".join(word.text for word in words)
    foot = mm_to_px(y_mm, DPI)
    ends = (Point(float(box.left), foot), Point(float(box.right), foot))
    return Line("", zone, box, text, 1.0, tuple(words), (), ends, line.meant)


def _width(text: str, plan: SheetPlan[Form], run: object) -> float:
    return run_width_mm(replace(run, text=text), plan.form, plan.machine)  # type: ignore[type-var]


def _stamped(text: str, x_mm: float, y_mm: float, zone: str) -> Line:
    words, left = [], x_mm
    for word in text.split():
        words.append(Word(word, _box(left, y_mm - 3.0, left + 2.2 * len(word), y_mm), 1.0))
        left += 2.2 * (len(word) + 1)
    box = hull(word.box for word in words)
    foot = float(box.bottom)
    ends = (Point(float(box.left), foot), Point(float(box.right), foot))
    return Line("", zone, box, text, 1.0, tuple(words), (), ends)


def _box(left: float, top: float, right: float, bottom: float) -> Box:
    return Box(*(round(mm_to_px(v, DPI)) for v in (left, top, right, bottom)))


def read_page(truth: Page, parts: bool) -> Page:
    """The page as it comes out where every character of it was read right."""
    zones: Sequence[Zone] = truth.zones
    if parts:
        zones = [
            z if z.kind in LAYOUT_TELLS else replace(z, kind=ZoneKind.BODY, field=None)
            for z in zones
        ]
    readings: Sequence[LineReading] = [_reading(line, n) for n, line in enumerate(truth.lines)]
    if parts:
        zones, readings = name_parts(zones, readings)
    width, height = truth.size_px
    paper = np.full((8, 8), 255, np.uint8)
    prepared = PreparedPage(
        PageRef(Path("made"), "", truth.index), paper, paper < 0, paper, DPI, Affine(),
        (width, height), (), (),
    )  # fmt: skip
    return assemble_page(prepared, zones, readings, S)


def _reading(line: Line, order: int) -> LineReading:
    chars: list[Char] = []
    for word in line.words:
        if chars:
            chars.append(Char(" ", word.box, SURE))
        step = word.box.width / len(word.text)
        for i, c in enumerate(word.text):
            left = word.box.left + i * step
            box = Box(round(left), word.box.top, round(left + step), word.box.bottom)
            chars.append(Char(c, box, SURE))
    x_height, pitch = 0.6 * line.box.height, line.box.width / max(1, len(line.text))
    typed = TextLine(line.id, line.zone, order, line.box, line.baseline, x_height, pitch)
    return LineReading(typed, tuple(chars), "truth")


def telegrams(n: int, seed: int) -> Iterator[tuple[Telegram, list[Page]]]:
    """Telegrams as synth draws them, with the truth of their sheets."""
    for i in range(n):
        drawn = draw_document("clean", np.random.default_rng([seed, i]), "telegram")
        assert isinstance(drawn.text, Telegram)
        stamps = [drawn.text.stamp if at == 0 else None for at in range(len(drawn.plans))]
        pages = [
            planned_page(plan, at, stamp)
            for at, (plan, stamp) in enumerate(zip(drawn.plans, stamps, strict=True))
        ]
        yield drawn.text, pages


def score(truth: Sequence[Field], pages: Sequence[Page], parts: bool) -> RecordScore:
    read = [read_page(page, parts) for page in pages]
    document = assemble_document(Source("made", "", len(pages)), read, {}, S)
    return score_record(truth, document.record)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("-n", type=int, default=100, help="telegrams to draw")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", action="store_true", help="list every field that is not right")
    options = parser.parse_args()
    drawn = list(telegrams(options.n, options.seed))
    console = Console()
    table = Table(title=f"{options.n} telegrams, read without error")
    for head in ("zones", "fields", "right", "wrong", "missing", "invented", "F1", "slots wrong"):
        table.add_column(head, justify="right" if head != "zones" else "left")
    for name, parts in (("truth", False), ("by their words", True)):
        counts: Counter[str] = Counter()
        for telegram, pages in drawn:
            truth = true_record(telegram, pages)
            result = score(truth, pages, parts)
            counts.update(each.verdict for each in result.fields)
            counts["slots"] += result.grid.errors
            if options.faults:
                for each in (*result.fields, *result.slots):
                    if each.verdict is not Verdict.RIGHT:
                        console.print(name, telegram.number, each, markup=False, highlight=False)
        right, wrong = counts[Verdict.RIGHT], counts[Verdict.WRONG]
        missing, invented = counts[Verdict.MISSING], counts[Verdict.INVENTED]
        f1 = 2 * right / (2 * right + 2 * wrong + missing + invented)
        figures = (right + wrong + missing, right, wrong, missing, invented, f"{f1:.4f}")
        table.add_row(name, *map(str, figures), str(counts["slots"]))
    console.print(table)


if __name__ == "__main__":
    main()
