"""Are loose sheets put together into the telegrams they come from, and is every defect named?

    python benchmarks/collate.py [-n 40] [--seed 1] [--errors 0 0.01 0.03 0.05] [--near]
    python benchmarks/collate.py --scan light [-n 6]

Draws `-n` telegrams of up to six sheets as `shifrovka synth` does, shuffles all their sheets, takes
one sheet away and puts another one in twice; with `--each` so in every telegram of two sheets or
more. `--near` gives them numbers that follow each other, as one office's telegrams have, so that
a single misread figure makes one telegram's number another's. Figures by share of errors:

    right      telegrams whose sheets came together, all of them, in order, without a foreign one
    apart      telegrams of which a sheet was left out, and so told; nothing wrong is in them
    alone      further sheets of which no other sheet is left, named as foreign
    wrong      telegrams with a sheet that is not theirs or in the wrong place
    missing    sheets taken away that were named, of those that others show to have been there
    last       last sheets taken away, named as an open end
    doubled    sheets put in twice that were named
    false      sheets named as missing, doubled or foreign that were not

Lines are handed to `assemble` with errors planted into the truth: letters and figures misread for
others of their shape, for any other, lost, added. `--scan LEVEL` draws the sheets and reads them
with the default engine instead; doubled sheets are scanned twice.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from record import planned_page, read_page
from rich.console import Console
from rich.table import Table

from ocr.assemble import AssembleSettings
from ocr.assemble.collate import Collation, collate
from ocr.assemble.identity import renumbered
from ocr.document import Line, Page, PageImage, PageRef, Word
from ocr.pipeline import transcribe_page
from ocr.recognize.engine import ENGINES, Engine, open_engine
from ocr.settings import Settings
from ocr.synth.documents import Drawn, draw_document, render
from ocr.synth.texts.corpus import Telegram

SHAPES = ("ОоQ0", "Зз3э", "1IlТ7", "6бб8", "еос", "нип", "влд", "шщц", "ьъы", "58S", "49", "27Z")
LETTERS = "абвгдежзийклмнопрстуфхцчшщьыюя0123456789.,"
# Of the errors planted: shapes, any other letter, lost, added.
KINDS = (0.6, 0.15, 0.15, 0.1)


@dataclass(frozen=True, slots=True)
class Loose:
    """A sheet on its own: which telegram it is of and its place there, from 1."""

    telegram: int
    sheet: int
    page: Page


@dataclass(frozen=True, slots=True)
class Heap:
    """What lies on the table, shuffled, and what was done to it."""

    sheets: tuple[Loose, ...]
    gone: frozenset[tuple[int, int]]
    twice: frozenset[tuple[int, int]]


def telegrams(n: int, seed: int, level: str) -> Iterator[Drawn]:
    for i in range(n):
        yield draw_document(level, np.random.default_rng([seed, i]), "telegram")


def planned(drawn: Drawn) -> list[Page]:
    assert isinstance(drawn.text, Telegram)
    stamps = [drawn.text.stamp if at == 0 else None for at in range(len(drawn.plans))]
    pairs = zip(drawn.plans, stamps, strict=True)
    return [planned_page(plan, at, stamp) for at, (plan, stamp) in enumerate(pairs)]


def with_number(page: Page, old: str, new: str) -> Page:
    """The sheet of another telegram with the same text."""

    def changed(line: Line) -> Line:
        words = tuple(replace(w, text=new if w.text == old else w.text) for w in line.words)
        return replace(line, words=words, text=" ".join(w.text for w in words))

    return replace(page, lines=tuple(changed(line) for line in page.lines))


def misread(page: Page, rate: float, rng: np.random.Generator) -> Page:
    """The sheet with errors planted into its words."""

    def changed(line: Line) -> Line:
        words = tuple(
            Word(text, w.box, w.confidence)
            for w in line.words
            if (text := spoilt(w.text, rate, rng))
        )
        return replace(line, words=words, text=" ".join(w.text for w in words))

    lines = tuple(changed(line) for line in page.lines)
    return replace(page, lines=tuple(line for line in lines if line.words))


def spoilt(word: str, rate: float, rng: np.random.Generator) -> str:
    out = []
    for c in word:
        if rng.random() >= rate:
            out.append(c)
            continue
        kind = int(rng.choice(len(KINDS), p=KINDS))
        alike = "".join(s for s in SHAPES if c in s).replace(c, "")
        other = LETTERS[int(rng.integers(len(LETTERS)))]
        if kind == 0 and alike:
            other = alike[int(rng.integers(len(alike)))]
        out.append(("" if kind == 2 else other) + (c if kind == 3 else ""))
    return "".join(out)


def choose(sizes: list[int], each: bool, rng: np.random.Generator) -> tuple[set, set]:  # type: ignore[type-arg]
    """(telegram, sheet) of what is taken away and of what is put in twice."""
    long = [t for t, size in enumerate(sizes) if size > 1]
    gone, twice = set(), set()
    for t in long if each else [long[int(rng.integers(len(long)))]]:
        gone.add((t, 1 + int(rng.integers(sizes[t]))))
    for t in long if each else [long[int(rng.integers(len(long)))]]:
        left = [n for n in range(1, sizes[t] + 1) if (t, n) not in gone]
        twice.add((t, left[int(rng.integers(len(left)))]))
    return gone, twice


def heap(sheets: list[Loose], gone: set, twice: set, rng: np.random.Generator) -> Heap:  # type: ignore[type-arg]
    kept = [sheet for sheet in sheets if (sheet.telegram, sheet.sheet) not in gone]
    order = rng.permutation(len(kept))
    return Heap(tuple(kept[i] for i in order), frozenset(gone), frozenset(twice))


def made_heap(
    drawn: list[Drawn], rate: float, each: bool, near: bool, rng: np.random.Generator
) -> Heap:
    """Sheets read with errors; the doubled ones read twice, with errors of their own."""
    gone, twice = choose([len(d.plans) for d in drawn], each, rng)
    first = int(rng.integers(10_000, 90_000))
    sheets = []
    for t, one in enumerate(drawn):
        assert isinstance(one.text, Telegram)
        for page in planned(one):
            sheet, number = page.index + 1, str(first + t)
            own = with_number(page, one.text.number, number) if near else page
            for _ in range(1 + ((t, sheet) in twice)):
                read = read_page(misread(own, rate, rng), parts=True)
                sheets.append(Loose(t, sheet, renumbered(read, 0)))
    return heap(sheets, gone, twice, rng)


def scanned_heap(drawn: list[Drawn], each: bool, engine: Engine, rng: np.random.Generator) -> Heap:
    """Sheets drawn and read; the doubled ones scanned twice."""
    gone, twice = choose([len(d.plans) for d in drawn], each, rng)
    sheets = []
    for t, one in enumerate(drawn):
        scans = [render(one, rng)]
        if any(telegram == t for telegram, _ in twice):
            scans.append(render(one, rng))
        for n in range(1, len(one.plans) + 1):
            for scan in scans[: 1 + ((t, n) in twice)]:
                if (t, n) not in gone:
                    made = scan[n - 1]
                    image = PageImage(PageRef(Path("made"), "", 0), made.pixels, made.dpi)
                    sheets.append(Loose(t, n, transcribe_page(image, engine, Settings())))
    return heap(sheets, gone, twice, rng)


def judge(table: Heap, result: Collation, sizes: list[int], say: bool) -> Counter[str]:
    """Counts of what is right and wrong."""
    counts: Counter[str] = Counter(telegrams=len(sizes), sheets=len(table.sheets))
    faults: list[str] = []
    home: dict[int, int] = {}
    lone = {table.sheets[f.item].telegram for f in result.foreign}
    for number, bundle in enumerate(result.bundles):
        own = Counter(table.sheets[p.item].telegram for p in bundle.sheets).most_common(1)[0][0]
        if own not in home or len(bundle.sheets) > len(result.bundles[home[own]].sheets):
            home[own] = number
    for t, size in enumerate(sizes):
        here = [n for n in range(1, size + 1) if (t, n) not in table.gone]
        if len(here) == 1 and here[0] > 1 and t in lone and t not in home:
            counts["alone"] += 1  # nothing else of it is there: a foreign sheet, and told so
            continue
        bundle = result.bundles[home[t]] if t in home else None
        got = [(table.sheets[p.item].telegram, p.sheet, table.sheets[p.item].sheet)
               for p in bundle.sheets] if bundle else []  # fmt: skip
        strange = [g for g in got if g[0] != t or g[1] != g[2]]
        verdict = "wrong" if strange else "right" if [g[1] for g in got] == here else "apart"
        counts[verdict] += 1
        if verdict != "right":
            faults.append(f"{verdict}: telegram {t}, sheets {here}: {got}")
        named = {(t, n) for n in bundle.missing} if bundle else set()
        gone = {(t, n) for n in range(1, size + 1) if (t, n) in table.gone}
        last = {(t, size)} & gone
        counts["missing"] += len(gone - last)
        counts["missing_named"] += len((gone - last) & named)
        counts["last"] += len(last)
        counts["last_named"] += len(last) if bundle and not bundle.ends else 0
        wrong = [
            *(named - gone),
            *([(t, "end")] if bundle and not bundle.ends and not last else []),
        ]
        counts["false"] += len(wrong)
        faults += [f"named as missing: {w}" for w in wrong]
        faults += [f"not named as missing: {g}" for g in gone - last - named]
    told = [*(p for b in result.bundles for p in b.sheets), *result.foreign]
    doubles = [(table.sheets[p.item], table.sheets[d]) for p in told for d in p.doubles]
    right = {(a.telegram, a.sheet) for a, b in doubles
             if (a.telegram, a.sheet) == (b.telegram, b.sheet)} & table.twice  # fmt: skip
    counts["doubled"], counts["doubled_named"] = len(table.twice), len(right)
    counts["false"] += len(doubles) - len(right) + len(result.foreign) + len(result.others)
    counts["false"] -= counts["alone"]
    faults += [f"not named as doubled: {x}" for x in table.twice - right]
    for foreign in result.foreign:
        sheet = table.sheets[foreign.item]
        faults.append(f"foreign: {sheet.telegram}, {sheet.sheet}: {foreign.why}")
    for i in result.others:
        faults.append(f"no sheet: {table.sheets[i].telegram}, {table.sheets[i].sheet}")
    if say:
        print(*faults, sep="\n")
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("-n", type=int, default=40, help="telegrams to draw")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--errors", type=float, nargs="+", default=[0.0, 0.01, 0.03, 0.05])
    parser.add_argument("--each", action="store_true", help="a sheet of each missing, one doubled")
    parser.add_argument("--near", action="store_true", help="numbers that follow each other")
    parser.add_argument("--scan", metavar="LEVEL", help="draw and read the sheets at this level")
    parser.add_argument("--faults", action="store_true", help="list all that is not right")
    options = parser.parse_args()
    s = AssembleSettings()
    drawn = list(telegrams(options.n, options.seed, options.scan or "clean"))
    sizes = [len(one.plans) for one in drawn]
    table = Table(title=f"{options.n} telegrams, {sum(sizes)} sheets")
    for head in (
        "read",
        "sheets",
        "right",
        "apart",
        "alone",
        "wrong",
        "missing",
        "last",
        "doubled",
        "false",
    ):
        table.add_column(head, justify="right")
    for rate in [0.0] if options.scan else options.errors:
        rng = np.random.default_rng([options.seed, 7])
        if options.scan:
            engine = open_engine(ENGINES[0], Settings().recognize)
            made = scanned_heap(drawn, options.each, engine, rng)
        else:
            made = made_heap(drawn, rate, options.each, options.near, rng)
        result = collate([sheet.page for sheet in made.sheets], s)
        c = judge(made, result, sizes, options.faults)
        pairs = [f"{c[f'{name}_named']} of {c[name]}" for name in ("missing", "last", "doubled")]
        read = options.scan or f"{rate:.0%} wrong"
        figures = (c["sheets"], c["right"], c["apart"], c["alone"], c["wrong"], *pairs, c["false"])
        table.add_row(read, *map(str, figures))
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
