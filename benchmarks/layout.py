"""Are lines, zones, slots and facts found where they are? Made pages that no one has seen before.

    python benchmarks/layout.py [-n 60] [--seed 1] [--engine neural] [--kind telegram]
                                [--faults] [--markdown]

Draws `-n` documents, the levels of damage in turn, and transcribes each sheet as
`transcribe_page` does, but that it is not asked which way is up. For each level it tells

    lines      found at IoU 0.5 (`ocr.evaluate.detection`), percent of the truth's; doubled and
               spurious ones as counts
    kinds      lines found whose zone is of the right kind, percent of the lines found
    order      pages on which the lines found do not come in the order of the truth; stamps and
               notes come after the text, and among each other as they like
    slots      slots of the distribution grid where the slot of the same number is, counted from
               the first: it holds the same line, or its middle where that was not found
    names      addressees in the record of the grid that are exact, percent of the truth's
    record F1  of the document's fields, the grid left out, which has figures of its own
    layout     CPU seconds a page of `take_off_rules` and `find_layout` together, and as a share of
               those of `prepare`, measured in the same run: a busy machine slows both alike
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from rich.console import Console

from ocr.assemble import assemble_document, assemble_page
from ocr.assemble.parts import name_parts
from ocr.document import Page, PageImage, PageRef, PreparedPage, Source, ZoneKind
from ocr.evaluate.detection import SAME_BOX, detect
from ocr.evaluate.records import RecordScore, score_record
from ocr.evaluate.tables import Table, to_markdown, to_rich
from ocr.layout import find_layout, take_off_rules
from ocr.prepare import prepare
from ocr.recognize.engine import ENGINES, Engine, open_engine
from ocr.settings import Settings
from ocr.synth.documents import Drawn, draw_document, record_of, render
from ocr.synth.page import MadeSheet

MARKS = (ZoneKind.STAMP, ZoneKind.HANDWRITING)
LEVELS = ("clean", "light", "medium", "hard")
S = Settings()


@dataclass(slots=True)
class Figures:
    """Counts of some pages, and what went wrong on them in words; figures add up."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, other: Figures) -> None:
        self.counts.update(other.counts)
        self.faults += other.faults

    def fault(self, name: str, what: str) -> None:
        self.counts[name] += 1
        self.faults.append(f"{name}: {what}")


def made(level: str, seed: int, number: int, kind: str | None) -> tuple[Drawn, list[MadeSheet]]:
    """Document `number` of a run with all its sheets."""
    rng = np.random.default_rng((seed, number))
    drawn = draw_document(level, rng, kind)
    return drawn, render(drawn, rng)


def prepared(sheet: MadeSheet) -> PreparedPage:
    ref = PageRef(Path("made"), "", sheet.page.index)
    return prepare(PageImage(ref, sheet.pixels, sheet.dpi), S.prepare)


def transcribed(page: PreparedPage, engine: Engine, figures: Figures) -> Page:
    """As `transcribe_page` goes on from the prepared page; layout's CPU time is counted."""
    start = time.process_time()
    bare, rules = take_off_rules(page, S.layout)
    zones, lines = find_layout(bare, rules, S.layout)
    figures.counts["layout_ms"] += round(1000 * (time.process_time() - start))
    zones, readings = name_parts(zones, engine.read(bare, lines))
    return assemble_page(bare, zones, readings, S.assemble)


def score_page(truth: Page, page: Page) -> Figures:
    """Lines, kinds, order and slots of one page."""
    out = Figures(Counter(pages=1))
    lines = detect(truth, page).all_lines
    out.counts.update(
        lines=lines.truth, found=lines.found, doubled=lines.doubled, spurious=lines.spurious
    )
    pairs = _pairs(truth, page)
    kinds, own = _kinds(truth), _kinds(page)
    for t, line in enumerate(truth.lines):
        if t not in pairs:
            out.faults.append(f"missed: {kinds[t]} {line.text!r}")
        elif kinds[t] is own[pairs[t]]:
            out.counts["kinds"] += 1
        else:
            read = page.lines[pairs[t]].text
            out.faults.append(f"kind: {kinds[t]} as {own[pairs[t]]} {line.text!r} ({read!r})")
    out.faults += [
        f"spurious: {own[o]} {line.text!r}"
        for o, line in enumerate(page.lines)
        if o not in pairs.values()
    ]
    for a, b in pairwise(sorted(pairs)):
        if pairs[b] < pairs[a] and not (kinds[a] in MARKS and kinds[b] in MARKS):
            out.counts["disordered"] = 1
            out.faults.append(f"order: {truth.lines[b].text!r} before {truth.lines[a].text!r}")
    slots = [t for t in range(len(truth.lines)) if kinds[t] is ZoneKind.GRID]
    grid = [z for z in page.zones if z.kind is ZoneKind.GRID]
    cells = {z.id: i for i, z in enumerate(grid)}
    out.counts["slots"] = len(slots)
    for i, t in enumerate(slots):
        middle = truth.lines[t].box.center
        at = next((n for n, z in enumerate(grid) if z.box.contains(middle)), None)
        place = cells.get(page.lines[pairs[t]].zone) if t in pairs else at
        if place == i:
            out.counts["slots_right"] += 1
        else:
            out.faults.append(f"slot: {i + 1} at {place} {truth.lines[t].text!r}")
    return out


def _pairs(truth: Page, page: Page) -> dict[int, int]:
    """Lines of the truth with those of the page at the same place, as `detection` pairs them."""
    found = sorted(
        (
            (-a.box.iou(b.box), t, o)
            for t, a in enumerate(truth.lines)
            for o, b in enumerate(page.lines)
            if a.box.intersect(b.box).area
        )
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for iou, t, o in found:
        if -iou >= SAME_BOX and t not in pairs and o not in taken:
            pairs[t] = o
            taken.add(o)
    return pairs


def _kinds(page: Page) -> list[ZoneKind]:
    kinds = {zone.id: zone.kind for zone in page.zones}
    return [kinds[line.zone] for line in page.lines]


def score_facts(drawn: Drawn, truth: Sequence[Page], pages: Sequence[Page]) -> Figures:
    """The record of one document."""
    document = assemble_document(Source("made", "", len(pages)), pages, {}, S.assemble)
    score: RecordScore = score_record(record_of(drawn.text, truth), document.record)
    tally, names = score.tally, score.addressees
    out = Figures(
        Counter(
            documents=1,
            right=tally.right,
            unlike=2 * tally.wrong + tally.missing + tally.invented,
            names=names.total,
            names_right=names.total - names.errors,
        )
    )
    wrong = [x for x in (*score.fields, *score.slots) if x.verdict != "right"]
    out.faults += [f"record: {x.name} {x.truth!r} {x.output!r} ({x.verdict})" for x in wrong]
    return out


def measure(level: str, seed: int, number: int, kind: str | None, engine: Engine) -> Figures:
    """One document."""
    figures = Figures()
    drawn, sheets = made(level, seed, number, kind)
    pages = []
    for sheet in sheets:
        start = time.process_time()
        page = prepared(sheet)
        figures.counts["prepare_ms"] += round(1000 * (time.process_time() - start))
        pages.append(transcribed(page, engine, figures))
        one = score_page(sheet.page, pages[-1])
        one.faults = [f"sheet {sheet.page.index + 1} {what}" for what in one.faults]
        figures.add(one)
    figures.add(score_facts(drawn, [sheet.page for sheet in sheets], pages))
    figures.faults = [f"{level} {drawn.kind} {number} {what}" for what in figures.faults]
    return figures


HEADS = (
    "level", "documents", "pages", "lines", "found %", "doubled", "spurious", "kinds %",
    "order wrong", "slots %", "names %", "record F1", "layout s", "of prepare",
)  # fmt: skip


def row(level: str, c: Counter[str]) -> tuple[str, ...]:
    def percent(part: str, whole: str) -> str:
        return f"{100 * c[part] / c[whole]:.2f}" if c[whole] else "–"

    facts = 2 * c["right"] + c["unlike"]
    return (
        level,
        *(str(c[name]) for name in ("documents", "pages", "lines")),
        percent("found", "lines"),
        str(c["doubled"]),
        str(c["spurious"]),
        percent("kinds", "found"),
        str(c["disordered"]),
        percent("slots_right", "slots"),
        percent("names_right", "names"),
        f"{2 * c['right'] / facts:.4f}" if facts else "–",
        f"{c['layout_ms'] / 1000 / max(1, c['pages']):.3f}",
        f"{c['layout_ms'] / c['prepare_ms']:.2f}" if c["prepare_ms"] else "–",
    )


def documents(n: int) -> Iterator[tuple[str, int]]:
    """Levels in turn, with the numbers of their documents."""
    for i in range(n):
        yield LEVELS[i % len(LEVELS)], i


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("-n", type=int, default=60, help="documents to draw")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", default=ENGINES[0], choices=ENGINES)
    parser.add_argument("--kind", help="telegram, memorandum, report or list; else at random")
    parser.add_argument("--faults", action="store_true", help="list all that is not right")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    engine = open_engine(options.engine, S.recognize)
    figures = {level: Figures() for level in LEVELS}
    for level, number in documents(options.n):
        figures[level].add(measure(level, options.seed, number, options.kind, engine))
    if options.faults:
        for each in figures.values():
            print(*each.faults, sep="\n")
    rows = tuple(row(level, each.counts) for level, each in figures.items())
    table = Table(f"{options.n} documents", HEADS, rows)
    if options.markdown:
        print(to_markdown(table))
    else:
        Console(width=160).print(to_rich(table))


if __name__ == "__main__":
    main()
