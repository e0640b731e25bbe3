"""What taking marks off does to pixels and to reading, on made pages whose marks are known.

    python benchmarks/marks.py [--pages 60] [--seed 0] [--no-read] [--look DIR]

Draws pages (four tenths light, half medium, a tenth hard) with stamps and handwriting on them,
each from one recipe as a colour, a grey and a 1-bit scan, straight, so that masks and prepared
pages share their pixels. Three pages are prepared of each: the scan as it was before the stamps
came, the scan with marks left on, and the scan with marks taken off. It prints

- marks removed   of the pixels outside type that a mark darkened by `DARKENED` grey levels, how
                  many are again no darker than they were without it: of stamps and of handwriting
- type lost       of the ink of type and print (as the page before marks shows it; where mark and
                  type lie over each other, that is type), how much removal took; of all on the
                  page, and of that under marks alone
- body CER        Tesseract on the prepared page, cut to the body (`-l rus --psm 6`)
- pays            pages whose body reads better, and worse, with marks taken off than left on

Peer for the reading is the page before marks, and the page with its marks left on.
`--look` writes the pages before and after, one below the other, to a folder.
"""

from __future__ import annotations

import argparse
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from ocr.document import PageImage, PageRef, PreparedPage, ZoneKind
from ocr.evaluate.normalize import typed
from ocr.evaluate.rates import Rate, score_text
from ocr.geometry import Gray, Mask, Pixels, hull, mm_to_px
from ocr.prepare import PrepareSettings, prepare
from ocr.prepare.ink import local_threshold
from ocr.prepare.marks import MarkSettings
from ocr.prepare.skew import SkewSettings
from ocr.raster import crop
from ocr.synth.documents import Drawn, draw_document, render
from ocr.synth.page import MadeSheet

LEVELS = (("light", 0.4), ("medium", 0.5), ("hard", 0.1))
SCANS = ("colour", "grey", "1-bit")
DARKENED = 25  # grey levels by which a mark is seen, and above which it is still there
STRAIGHT = SkewSettings(min_confidence=2.0)  # pages are drawn straight and stay so
WITH = PrepareSettings(skew=STRAIGHT, marks=MarkSettings(by_shape=True))
WITHOUT = PrepareSettings(skew=STRAIGHT, marks=MarkSettings(by_colour=False, by_shape=False))


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One sheet as one kind of scan."""

    name: str
    level: str
    scan: str
    sheet: MadeSheet


@dataclass(slots=True)
class Tally:
    """Sums over pages of one kind of scan."""

    pages: int = 0
    stamps: Rate = field(default_factory=lambda: Rate(0, 0))  # pixels left, pixels there
    hands: Rate = field(default_factory=lambda: Rate(0, 0))
    lost: Rate = field(default_factory=lambda: Rate(0, 0))  # pixels of type lost, all
    lost_under: Rate = field(default_factory=lambda: Rate(0, 0))
    read: dict[str, Rate] = field(default_factory=dict)
    better: int = 0
    worse: int = 0


def cases(pages: int, seed: int) -> Iterator[Case]:
    """Sheets with marks on them, each as every kind of scan."""
    for level, share in LEVELS:
        wanted, number = round(share * pages), 0
        while wanted:
            number += 1
            made = [_made(level, seed, number, scan) for scan in SCANS]
            if made[0].stamps.any() or made[0].hands.any():
                wanted -= 1
                for scan, sheet in zip(SCANS, made, strict=True):
                    yield Case(f"{level}-{number:03}-{scan}", level, scan, sheet)


def _made(level: str, seed: int, number: int, scan: str) -> MadeSheet:
    rng = np.random.default_rng((seed, len(level), number))
    drawn = draw_document(level, rng)
    first = rng.spawn(1)[0]
    return render(_as_scan(drawn, scan), first)[0]


def _as_scan(drawn: Drawn, scan: str) -> Drawn:
    """The first sheet, straight, in colour, grey or black and white."""
    camera = replace(drawn.recipe.camera, gray=scan != "colour", bilevel=scan == "1-bit")
    if scan == "1-bit":  # its threshold keeps clear of the grain
        camera = replace(camera, grain=0.4 * camera.grain, jpeg_quality=0)
    elif not camera.jpeg_quality:
        camera = replace(camera, jpeg_quality=70)
    recipe = replace(drawn.recipe, camera=camera, skews_deg=(0.0,))
    return replace(drawn, recipe=recipe, plans=drawn.plans[:1])


def prepared(sheet: MadeSheet, pixels: Pixels, s: PrepareSettings) -> PreparedPage:
    return prepare(PageImage(PageRef(Path("made"), "", 0), pixels, sheet.dpi), s)


def measure(case: Case, tally: Tally, read: bool) -> dict[str, PreparedPage]:
    """Adds the page to `tally`; the prepared pages by name."""
    sheet = case.sheet
    pages = {
        "before": prepared(sheet, sheet.before, WITHOUT),
        "left on": prepared(sheet, sheet.pixels, WITHOUT),
        "taken off": prepared(sheet, sheet.pixels, WITH),
    }
    tally.pages += 1
    gray = {name: page.gray for name, page in pages.items()}
    level = local_threshold(gray["before"], sheet.dpi, WITH.ink)
    type_ink = (gray["before"] < level) & _typed_on(sheet)
    darker = {
        name: cv2.subtract(gray["before"], gray[name]) > DARKENED
        for name in ("left on", "taken off")
    }
    for kind, mask in (("stamps", sheet.stamps), ("hands", sheet.hands)):
        there = mask & ~type_ink & darker["left on"]
        left = there & darker["taken off"]
        setattr(tally, kind, getattr(tally, kind) + Rate(int(left.sum()), int(there.sum())))
    taken = type_ink & (gray["taken off"] >= level) & (gray["left on"] < level)
    under = type_ink & (sheet.stamps | sheet.hands)
    tally.lost += Rate(int(taken.sum()), int(type_ink.sum()))
    tally.lost_under += Rate(int((taken & under).sum()), int(under.sum()))
    if read:
        _read(sheet, gray, tally)
    return pages


def _typed_on(sheet: MadeSheet) -> Mask:
    """(H, W) the part of the sheet that bears type and print; its edges show bed and shadow."""
    on = np.zeros(sheet.before.shape[:2], dtype=np.bool_)
    marks = (ZoneKind.STAMP, ZoneKind.HANDWRITING)
    around = round(mm_to_px(3.0, sheet.dpi))
    area = hull(zone.box for zone in sheet.page.zones if zone.kind not in marks)
    crop(on, area.grow(around, around))[:] = True
    return on


def _read(sheet: MadeSheet, gray: dict[str, Gray], tally: Tally) -> None:
    """Adds the character errors of the body on each of the pages."""
    bodies = [z.id for z in sheet.page.zones if z.kind == ZoneKind.BODY]
    lines = [line for line in sheet.page.lines if line.zone in bodies]
    if not lines:
        return
    around = round(mm_to_px(3.0, sheet.dpi))
    box = hull(line.box for line in lines).grow(around, around)
    truth = "\n".join(line.text for line in lines)
    rates = {
        name: score_text(truth, tesseract(crop(page, box), sheet.dpi), typed).cer
        for name, page in gray.items()
    }
    for name, rate in rates.items():
        tally.read[name] = tally.read.get(name, Rate(0, 0)) + rate
    gained = rates["left on"].errors - rates["taken off"].errors
    tally.better += gained > 0
    tally.worse += gained < 0


def tesseract(gray: Gray, dpi: float) -> str:
    _, data = cv2.imencode(".png", gray)
    command = ["tesseract", "-", "-", "-l", "rus", "--psm", "6", "--dpi", str(round(dpi))]
    env = os.environ | {"OMP_THREAD_LIMIT": "1"}
    run = subprocess.run(command, input=data.tobytes(), env=env, capture_output=True, check=True)
    return run.stdout.decode()


def table(tallies: dict[str, Tally]) -> Table:
    names = ("before", "left on", "taken off")
    shown = Table(title="Marks taken off made pages", title_justify="left")
    columns = ("scan", "pages", "stamps removed", "handwriting removed", "type lost")
    columns += ("of it under marks", *(f"body CER {name}" for name in names))
    for n, column in enumerate((*columns, "off : before", "pays / costs")):
        shown.add_column(column, justify="right" if n else "left")
    for scan, t in tallies.items():
        cer = [_percent(t.read[n]) if n in t.read else "–" for n in names]
        before = t.read["before"].errors if t.read else 0
        ratio = f"{t.read['taken off'].errors / before:.2f}" if before else "–"
        removed = (_percent(t.stamps, left=True), _percent(t.hands, left=True))
        lost = (_percent(t.lost), _percent(t.lost_under))
        pays = f"{t.better} / {t.worse}"
        shown.add_row(scan, str(t.pages), *removed, *lost, *cer, ratio, pays)
    return shown


def _percent(rate: Rate, left: bool = False) -> str:
    """The rate, or with `left` what is not left, in per cent."""
    if not rate.total:
        return "–"
    share = rate.errors / rate.total
    return f"{100 * (1 - share if left else share):.2f} %"


def look(case: Case, pages: dict[str, PreparedPage], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rows = [pages[name].gray for name in ("left on", "taken off")]
    Image.fromarray(np.hstack([*rows, pages["taken off"].marks])).save(folder / f"{case.name}.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-read", action="store_true", help="pixels alone, no Tesseract")
    parser.add_argument("--look", type=Path, metavar="DIR")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    tallies = {scan: Tally() for scan in SCANS}
    for case in cases(given.pages, given.seed):
        pages = measure(case, tallies[case.scan], not given.no_read)
        if given.look:
            look(case, pages, given.look)
    Console(width=200).print(table(tallies))


if __name__ == "__main__":
    main()
