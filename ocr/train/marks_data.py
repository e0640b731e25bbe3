"""What the nets of marks learn from: pages that bear no mark, and marks that lie on no page.

    python -m ocr.train.marks_data OUT.zip [--pages 350] [--marks 3000] [--seed 1]

Pages are made sheets of all levels as `prepare` leaves them, at `NET_DPI`, with the ink of type
and print as truth; a page's name ends in the dpi of its scan. Marks are layers of coverage: stamps
round and boxed, straight and turned; dates, notes, scrawls, ticks, underlines, margin strokes as
`synth` draws them, and loose strokes, loops, rings, crosses and flourishes that it does not draw,
so that the nets learn what is no type rather than what our own stamps look like. `marks_laid`
lays marks on pages as `marks_net` trains, each time anew.
"""

from __future__ import annotations

import argparse
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from ocr.document import MarkKind, PageImage, PageRef
from ocr.geometry import Box, Gray, Point, mm_to_px
from ocr.prepare import PrepareSettings, prepare
from ocr.prepare.ink import find_ink
from ocr.prepare.mark_nets import NET_DPI
from ocr.prepare.marks import MarkSettings
from ocr.raster import WHITE
from ocr.synth.clutter import Clutter, scatter
from ocr.synth.documents import draw_document, draw_stamp, render
from ocr.synth.fonts import font
from ocr.synth.marks import DrawnMark, StampLook, boxed_stamp, pencil, scrawl, smooth, tick
from ocr.synth.page import MadeSheet, render_typescript
from ocr.synth.recipe import draw_recipe

LEVELS = ("clean", "light", "light", "medium", "medium", "medium", "hard")
LATIN_SHARE = 0.15  # of the pages: type in other letters is type as well
LATER_SHARE = 0.3  # any sheet of the document; the others are first ones, with printed heads
DRAWN_DPI = 2 * NET_DPI  # marks are drawn finer and made smaller, which softens them as a scan does
MOST_PX = 512  # a side of a mark's layer; longer ones are cut
FACES = ("PT Serif", "PT Sans", "Liberation Serif", "Liberation Sans")
WORDS = "der die und Herr Kreis Amt vom betr Antrag the of to ref sent date office number"


def draw_pages(count: int, seed: int) -> Iterator[tuple[Gray, Gray, float]]:
    """(h, w) a page at `NET_DPI`, where its type is (255), and the dpi of its scan."""
    for number in range(count):
        rng = np.random.default_rng((seed, 0, number))
        sheet = _sheet(LEVELS[number % len(LEVELS)], rng)
        image = PageImage(PageRef(Path("made"), "", 0), sheet.before, sheet.dpi)
        s = PrepareSettings(marks=MarkSettings(by_colour=False, by_shape=False))
        page = prepare(image, s)
        scale = NET_DPI / sheet.dpi
        size = (round(page.gray.shape[1] * scale), round(page.gray.shape[0] * scale))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        ink = find_ink(page.gray, sheet.dpi, s.ink).astype(np.uint8) * 255
        small = cv2.resize(page.gray, size, interpolation=how)
        typed = np.asarray(cv2.resize(ink, size, interpolation=how), np.uint8)
        yield np.asarray(small, np.uint8), typed, sheet.dpi


def _sheet(level: str, rng: np.random.Generator) -> MadeSheet:
    if rng.random() < LATIN_SHARE:
        recipe = draw_recipe(level, rng)
        camera = replace(recipe.camera, gray=True, bilevel=False)
        lines = [" ".join(rng.choice(WORDS.split(), 9)) for _ in range(34)]
        recipe = replace(recipe, camera=camera, skews_deg=(0.0,))
        return render_typescript(lines, recipe, rng)
    drawn = draw_document(level, rng)
    camera = replace(drawn.recipe.camera, gray=True, bilevel=False)
    skew = float(rng.normal(0, 0.3))
    recipe = replace(drawn.recipe, camera=camera, marks=False, skews_deg=(skew,))
    n = int(rng.integers(len(drawn.plans))) if rng.random() < LATER_SHARE else 0
    return render(replace(drawn, recipe=recipe, plans=drawn.plans[n : n + 1]), rng)[0]


def draw_marks(count: int, seed: int) -> Iterator[tuple[MarkKind, Gray]]:
    """(h, w) layers of one mark each, 255 = covered."""
    rng = np.random.default_rng((seed, 1))
    made = 0
    while made < count:
        for mark in _some_marks(rng):
            layer = cv2.resize(mark.coverage, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
            cut = np.asarray(np.clip(layer * 255, 0, 255), np.uint8)[:MOST_PX, :MOST_PX]
            if cut.max(initial=0) > 100 and min(cut.shape) > 4:
                made += 1
                yield mark.kind, cut


def _some_marks(rng: np.random.Generator) -> list[DrawnMark]:
    at, pen = Point(0.0, 0.0), ((0, 0, 0), float(rng.uniform(0.15, 0.8)))
    word = round(mm_to_px(float(rng.uniform(10, 40)), DRAWN_DPI))
    boxes = [Box(900, y, 900 + word, y + 40) for y in (900, 1000, 1100)]
    clutter = Clutter(0.8, 0.5, 0.5, 1.5, 0.9, 0.7)
    marks = scatter(clutter, boxes, (2400, 3400), DRAWN_DPI, rng)
    marks += [_boxed(rng) for _ in range(3)]
    marks.append(scrawl(at, float(rng.uniform(15, 70)), pen, DRAWN_DPI, rng))
    marks.append(tick(at, float(rng.uniform(2.5, 7)), pen, DRAWN_DPI, rng))
    marks += [_loose(pen, rng) for _ in range(4)]
    return marks


def _boxed(rng: np.random.Generator) -> DrawnMark:
    """A stamp of one to four lines, most in a frame, half of them nearly straight."""
    look = StampLook(
        face=str(rng.choice(FACES)),
        points=float(rng.uniform(8, 18)),
        angle_deg=float(rng.normal(0, 1.5 if rng.random() < 0.5 else 8)),
        evenness=float(rng.uniform(0.2, 0.95)),
        boxed=bool(rng.random() < 0.85),
    )
    if rng.random() < 0.3:
        count = int(rng.integers(1, 5))
        rows = [" ".join(rng.choice(WORDS.split(), int(rng.integers(1, 4)))) for _ in range(count)]
        lines = tuple(row.upper() if rng.random() < 0.6 else row for row in rows)
    else:
        lines = draw_stamp(rng).lines
    return boxed_stamp(lines, Point(0.0, 0.0), look, DRAWN_DPI, rng)


def _loose(pen: tuple[tuple[int, int, int], float], rng: np.random.Generator) -> DrawnMark:
    """Something drawn by hand: a flourish, a ring, a zigzag, a straight stroke, a cross."""
    size = mm_to_px(float(rng.uniform(4, 60)), DRAWN_DPI)
    kind = rng.integers(5)
    turn = np.linspace(0, 2 * np.pi * rng.uniform(0.9, 1.15), 24)
    if kind == 0:
        paths = [np.cumsum(rng.normal(0, size / 6, (int(rng.integers(4, 16)), 2)), axis=0)]
    elif kind == 1:
        ring = np.stack([np.cos(turn), rng.uniform(0.2, 1) * np.sin(turn)], 1) * size / 2
        paths = [ring * (1 + 0.04 * rng.standard_normal((24, 1)))]
    elif kind == 2:
        n = int(rng.integers(4, 14))
        zigzag = np.stack([np.linspace(0, size, n), (np.arange(n) % 2) * size / 5], 1)
        paths = [zigzag + rng.normal(0, size / 40, zigzag.shape)]
    else:
        ends = [rng.uniform(-size / 2, size / 2, (2, 2)) for _ in range(1 if kind == 3 else 2)]
        bow = np.sin(np.linspace(0, np.pi, 6))[:, None] * rng.normal(0, size / 30, 2)
        paths = [a + (b - a) * np.linspace(0, 1, 6)[:, None] + bow for a, b in ends]
    lines: list[npt.NDArray[np.float64]] = [smooth(np.asarray(path)) for path in paths]
    return pencil(lines, Point(0.0, 0.0), pen, DRAWN_DPI, rng)


def draw_prints(count: int, seed: int) -> Iterator[Gray]:
    """(h, w) layers of straight print, 255 = inked; they count as type.

    Letterheads in the faces and sizes of stamps, rules and typed rows of dashes: what stands
    straight and free of a slanted frame is no mark.
    """
    rng = np.random.default_rng((seed, 2))
    for _ in range(count):
        image = Image.new("L", (MOST_PX, MOST_PX))
        pen = ImageDraw.Draw(image)
        if rng.random() < 0.6:
            _heading(pen, rng)
        else:
            _row(pen, rng)
        left, top, right, bottom = image.getbbox() or (0, 0, 8, 8)
        yield np.asarray(image.crop((left, top, right, bottom)), np.uint8)


def _heading(pen: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    size = mm_to_px(float(rng.uniform(2.2, 8.0)), NET_DPI)
    face = font(str(rng.choice(FACES)), size, "Bold" if rng.random() < 0.7 else "Regular")
    anchor = str(rng.choice(["la", "ma"]))
    upper = rng.random() < 0.5
    for i, text in enumerate(draw_stamp(rng).lines[: int(rng.integers(1, 3))]):
        x = MOST_PX / 2 if anchor == "ma" else 8.0
        words = text.upper() if upper else text
        pen.text((x, 8 + 1.3 * i * size), words, font=face, fill=255, anchor=anchor)


def _row(pen: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    """A rule, an underline, a row of dashes."""
    length = float(rng.uniform(40, MOST_PX - 16))
    if rng.random() < 0.6:
        width = max(1, round(mm_to_px(float(rng.uniform(0.1, 0.7)), NET_DPI)))
        for y in (8, 8 + 3 * width) if rng.random() < 0.2 else (8,):
            pen.line((8, y, 8 + length, y), fill=255, width=width)
        return
    face = font("FreeMono", mm_to_px(4.2, NET_DPI), "Bold" if rng.random() < 0.5 else "Regular")
    sign = str(rng.choice(["-", "-", "=", "_", "*", ".", "- "]))
    text = sign * int(length / face.getlength(sign))
    pen.text((8, 8), text, font=face, fill=255, anchor="la")


def coded(image: npt.NDArray[np.integer], form: str) -> bytes:
    out = io.BytesIO()
    Image.fromarray(image.astype(np.uint8)).save(out, form, quality=80)
    return out.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", type=int, default=350)
    parser.add_argument("--marks", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    with zipfile.ZipFile(given.out, "w") as out:
        for i, (page, ink, dpi) in enumerate(draw_pages(given.pages, given.seed)):
            out.writestr(f"pages/{i:04}-{dpi:.0f}.jpg", coded(page, "JPEG"))
            out.writestr(f"types/{i:04}-{dpi:.0f}.png", coded(np.where(ink > 96, WHITE, 0), "PNG"))
        for i, (kind, mark) in enumerate(draw_marks(given.marks, given.seed)):
            out.writestr(f"{kind.value}/{i:04}.png", coded(mark, "PNG"))
        for i, lines in enumerate(draw_prints(given.marks // 2, given.seed)):
            out.writestr(f"prints/{i:04}.png", coded(lines, "PNG"))


if __name__ == "__main__":
    main()
