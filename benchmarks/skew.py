"""Skew on pages turned by known angles: ours beside Leptonica, deskew, jdeskew, Tesseract, Hough.

    python benchmarks/skew.py [--pages 24] [--dpi 200 --dpi 300] [--seed 0] [--only-ours]
    python benchmarks/skew.py --real DIR

Draws PAGES pages of each of five kinds (plain, bordered, stamped, sparse, noisy), turns each by a
random angle within ±15° and prints the error of every method: mean, 95th percentile and worst in
degrees, the share within 0.1°, and milliseconds a page on one core. A second table does the same
with typewritten Russian pages from `ocr.synth` on light and medium paper. Then 20 blank pages and
20 of pencil alone, on which an angle claimed is a mistake; and pages of two blocks typed at angles
of their own, and pages of lines that fan out or bow, before and after they are flattened.

`--real DIR`: pages with ALTO files beside them. Baselines there were drawn from end to end of a
line, some of them level or three times too steep, which crops with both lines drawn in show; so
they say where a line is, and its ink says how it runs: the angle along which the profile of the
line is steepest. The median over the lines, with its standard error, stands beside the page's
angle as we measure it, and the same of the prepared page beside 0.

Peers: `pixFindSkewSweepAndSearch` of Leptonica over ±16° by ctypes (liblept comes with
Tesseract), deskew and jdeskew from PyPI, `tesseract --psm 2` (what OCRmyPDF asks), probabilistic
Hough lines of OpenCV. A peer that is not installed is named and left out. Turning a sheet, and
coding it for a peer, is not counted in its time; Tesseract's is that of its process.
"""

from __future__ import annotations

import argparse
import ctypes
import ctypes.util
import os
import re
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from lxml import etree
from PIL import Image
from rich.console import Console
from rich.table import Table

from ocr.document import PageImage, PageRef, PreparedPage
from ocr.geometry import Affine, Gray, Pixels, Point, mm_to_px
from ocr.prepare import PrepareSettings, prepare
from ocr.prepare.bend import BendSettings
from ocr.prepare.ink import InkSettings, find_letters
from ocr.prepare.skew import SkewSettings, find_skew
from ocr.raster import to_gray, warp
from ocr.synth.documents import draw_document, render
from ocr.synth.handwriting import note
from ocr.synth.marks import BLUE_PENCIL, GRAY_PENCIL, RED_PENCIL, scrawl
from ocr.synth.page import MadeSheet

KINDS = ("plain", "bordered", "stamped", "sparse", "noisy")
LETTERS = "abcdefghijklmnoprstuvwxyz"
MAX_ANGLE_DEG = 15.0
LEPTONICA = (4, 2, 16.0, 1.0, 0.01)  # reductions; reach, step and last step in degrees
ALONG_DEG = np.arange(-2.5, 2.5, 0.02)  # tried along a line whose place is known
HALF_LINE_MM = 3.0  # above and below a line's foot: the line alone
ALTO_LENGTH = 0.2  # of the page's width: shorter baselines tell no angle
UNTRIED = BendSettings(min_chains=10**6)

Method = Callable[[Gray, float], float]


def draw(kind: str, angle_deg: float, dpi: float, rng: np.random.Generator) -> Gray:
    """(H, W) an A4 page of that kind, its type turned clockwise by `angle_deg`."""
    width, height = (round(mm_to_px(mm, dpi)) for mm in (210, 297))
    page = np.full((height, width), 232, dtype=np.uint8)
    scale, step = dpi / 200, mm_to_px(8.5, dpi)
    for i in range(3 if kind == "sparse" else 28):
        text = " ".join("".join(rng.choice(list(LETTERS), rng.integers(2, 11))) for _ in range(8))
        where = (round(mm_to_px(28, dpi)), round(mm_to_px(30, dpi) + i * step))
        cv2.putText(page, text, where, cv2.FONT_HERSHEY_COMPLEX, 0.85 * scale, 60, 2, cv2.LINE_AA)
    page = warp(page, Affine.rotation(angle_deg, Point(width / 2, height / 2)), (width, height))
    if kind == "bordered":
        edge = round(mm_to_px(12, dpi))
        page[:, :edge], page[-edge // 2 :] = 15, 25
        for share in (0.35, 0.65):
            cv2.circle(page, (2 * edge, round(height * share)), round(mm_to_px(3, dpi)), 10, -1)
    if kind == "stamped":
        x = int(rng.integers(width // 4, width // 2))
        y = int(rng.integers(height // 4, height // 2))
        cv2.rectangle(page, (x, y), (x + width // 3, y + height // 12), 90, 4)
        cv2.putText(page, "3645 RETURN", (x + 9, y + height // 20), 2, 1.6 * scale, 90, 3)
        cv2.line(page, (width // 9, y), (width - 60, y + height // 40), 70, 3)
    noise = rng.normal(0, 26 if kind == "noisy" else 5, page.shape)
    return np.clip(page + noise, 0, 255).astype(np.uint8)


def typed_sheet(
    rng: np.random.Generator, dpi: float, angle_deg: float, kind: str | None = None, **camera: float
) -> MadeSheet:
    """The first sheet of a document on light or medium paper, flat but for what `camera` says."""
    drawn = draw_document(str(rng.choice(["light", "medium"])), rng, kind)
    flat = replace(drawn.recipe.camera, keystone=(0.0, 0.0), curl_mm=0.0, wave_mm=0.0)
    recipe = replace(drawn.recipe, dpi=dpi, skews_deg=(angle_deg,), camera=replace(flat, **camera))
    return render(replace(drawn, plans=drawn.plans[:1], recipe=recipe), rng)[0]


def pencilled(rng: np.random.Generator) -> Gray:
    """(H, W) a page at 150 dpi with nothing but handwriting here and there."""
    page = rng.normal(225, 4, (1754, 1240))
    for _ in range(int(rng.integers(3, 12))):
        at = Point(float(rng.uniform(80, 800)), float(rng.uniform(120, 1650)))
        rgb = (BLUE_PENCIL, GRAY_PENCIL, RED_PENCIL)[int(rng.integers(3))]
        pen = (rgb, float(rng.uniform(0.3, 0.7)))
        if rng.random() < 0.4:
            mark = note(at, pen, 150.0, rng)
        else:
            mark = scrawl(at, float(rng.uniform(15, 90)), pen, 150.0, rng)
        box = mark.box.clip(1240, 1754)
        cover = mark.coverage[
            box.top - mark.box.top : box.bottom - mark.box.top,
            box.left - mark.box.left : box.right - mark.box.left,
        ]
        part = page[box.top : box.bottom, box.left : box.right]
        part += cover * (float(np.mean(rgb)) - part)
    return np.clip(page, 0, 255).astype(np.uint8)


# --- methods


def ours(page: Gray, dpi: float) -> float:
    return find_skew(find_letters(page, dpi, InkSettings()), SkewSettings()).angle_deg


def hough(page: Gray, dpi: float) -> float:
    """Median angle of the straight segments that letters smeared along the line give."""
    small = cv2.resize(page, None, fx=100 / dpi, fy=100 / dpi, interpolation=cv2.INTER_AREA)
    _, ink = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    found = cv2.HoughLinesP(ink, 1, np.pi / 1800, 200, minLineLength=250, maxLineGap=20)
    if found is None:
        return 0.0
    x1, y1, x2, y2 = found.reshape(-1, 4).T.astype(np.float64)
    angles = np.degrees(np.arctan2(y2 - y1, x2 - x1))
    near = angles[np.abs(angles) <= MAX_ANGLE_DEG + 1]
    return float(np.median(near)) if near.size else 0.0


def tesseract(page: Gray, dpi: float) -> float:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.png"
        cv2.imwrite(str(path), page)
        command = ["tesseract", str(path), "-", "--psm", "2", "--dpi", str(round(dpi))]
        env = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        run = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    found = re.search(r"Deskew angle: (-?[\d.]+)", run.stdout + run.stderr)
    return float(np.degrees(float(found[1]))) if found else 0.0


def leptonica(library: ctypes.CDLL) -> Method:
    """`pixFindSkewSweepAndSearch` at its usual reductions, over a page made black and white."""
    pointer, number = ctypes.c_void_p, ctypes.c_float
    library.pixReadMem.restype = library.pixConvertTo1.restype = pointer
    library.pixReadMem.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
    library.pixConvertTo1.argtypes = [pointer, ctypes.c_int]
    library.pixDestroy.argtypes = [ctypes.POINTER(pointer)]
    find = library.pixFindSkewSweepAndSearch
    find.argtypes = [pointer, *[ctypes.POINTER(number)] * 2, *[ctypes.c_int] * 2, *[number] * 3]

    def method(page: Gray, dpi: float) -> float:
        data = cv2.imencode(".pgm", page)[1].tobytes()
        pix = pointer(library.pixReadMem(data, len(data)))
        ink = pointer(library.pixConvertTo1(pix, 130))
        angle, confidence = number(0.0), number(0.0)
        find(ink, ctypes.byref(angle), ctypes.byref(confidence), *LEPTONICA)
        for image in (pix, ink):
            library.pixDestroy(ctypes.byref(image))
        return -angle.value

    return method


def methods(only_ours: bool) -> dict[str, Method]:
    """All methods that can run here; says which cannot."""
    found: dict[str, Method] = {"shifrovka": ours}
    if only_ours:
        return found
    name = ctypes.util.find_library("lept") or ctypes.util.find_library("leptonica")
    if name:
        found["Leptonica sweep"] = leptonica(ctypes.CDLL(name))
    else:
        print("no liblept here: install libleptonica (apt: liblept5), or Tesseract, which has it")
    try:
        import deskew

        found["deskew"] = lambda page, dpi: float(
            deskew.determine_skew(page, min_deviation=0.1) or 0.0
        )
    except ImportError:
        print("no deskew here: pip install deskew")
    try:
        from jdeskew.estimator import get_angle

        found["jdeskew"] = lambda page, dpi: float(get_angle(page, angle_max=MAX_ANGLE_DEG + 1))
    except ImportError:
        print("no jdeskew here: pip install jdeskew")
    if shutil.which("tesseract"):
        found["Tesseract --psm 2"] = tesseract
    else:
        print("no tesseract here: apt install tesseract-ocr")
    found["OpenCV HoughP"] = hough
    return found


def spent_s() -> float:
    """Seconds of processor time of this process and of those it waited for."""
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, CHILDREN))
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


CHILDREN = resource.RUSAGE_CHILDREN


# --- tables


def drawn_pages(pages: int, dpi: float, rng: np.random.Generator) -> Iterator[tuple[Gray, float]]:
    for kind in KINDS * pages:
        angle = float(rng.uniform(-MAX_ANGLE_DEG, MAX_ANGLE_DEG))
        yield draw(kind, angle, dpi, rng), angle


def typed_pages(pages: int, dpi: float, rng: np.random.Generator) -> Iterator[tuple[Gray, float]]:
    for _ in range(pages):
        angle = float(rng.uniform(-MAX_ANGLE_DEG, MAX_ANGLE_DEG))
        yield to_gray(typed_sheet(rng, dpi, angle).pixels), angle


def compare(
    title: str, pages: Iterator[tuple[Gray, float]], dpi: float, tried: dict[str, Method]
) -> None:
    errors: dict[str, list[float]] = {name: [] for name in tried}
    spent = dict.fromkeys(tried, 0.0)
    for page, angle in pages:
        for name, method in tried.items():
            start = spent_s()
            errors[name].append(abs(method(page, dpi) - angle))
            spent[name] += spent_s() - start
    count = len(next(iter(errors.values())))
    table = Table(title=f"Error of the skew in degrees, {count} {title} of {dpi:g} dpi")
    for column in ("method", "mean", "95 %", "worst", "within 0.1°", "ms a page"):
        table.add_column(column, justify="left" if column == "method" else "right")
    for name, all_errors in errors.items():
        e = np.array(all_errors)
        figures = (f"{v:.3f}" for v in (e.mean(), np.quantile(e, 0.95), e.max()))
        share = f"{(e <= 0.1).mean():.0%}"
        table.add_row(name, *figures, share, f"{1000 * spent[name] / count:.0f}")
    Console().print(table)


def abstaining(rng: np.random.Generator) -> None:
    blank = [np.clip(rng.normal(225, n, (1754, 1240)), 0, 255).astype(np.uint8) for n in range(20)]
    for name, pages in (("blank", blank), ("pencil", [pencilled(rng) for _ in range(20)])):
        found = [find_skew(find_letters(p, 150, InkSettings()), SkewSettings()) for p in pages]
        claimed = sum(skew.confidence >= SkewSettings().min_confidence for skew in found)
        print(f"{name} pages on which an angle is claimed: {claimed} of {len(pages)}")


def image_of(pixels: Pixels, dpi: float) -> PageImage:
    return PageImage(PageRef(Path("page"), "", 0), pixels, dpi)


def two_blocks(count: int, rng: np.random.Generator) -> None:
    """Reports whose lower part is cut off and turned: are both angles told?"""
    told, errors = 0, []
    for _ in range(count):
        sheet = typed_sheet(rng, 200.0, 0.0, "report")
        second = float(rng.choice([-1, 1]) * rng.uniform(0.4, 1.2))
        height, width = sheet.pixels.shape[:2]
        rows = sorted(line.baseline[0].y for line in sheet.page.lines)
        cut = round(rows[len(rows) * 3 // 5] - mm_to_px(3.5, 200))
        middle = Point(width / 2, (cut + height) / 2)
        turned = warp(sheet.pixels, Affine.rotation(second, middle), (width, height))
        pixels = np.concatenate([sheet.pixels[:cut], turned[cut:]])
        measured = prepare(image_of(pixels, 200.0), PrepareSettings()).steps[1].measured
        if "second_angle_deg" in measured:
            told += 1
            got = measured["second_angle_deg"] - measured["angle_deg"]
            errors.append(abs(abs(got) - abs(second)))
    mean = f", their difference to {np.mean(errors):.3f}° in the mean" if errors else ""
    print(f"pages of two blocks, 0.4–1.2° apart: both angles told on {told} of {count}{mean}")


BENDS: dict[str, dict[str, float | tuple[float, float]]] = {
    "flat": {},
    "fan of 2 %": {"keystone": (0.0, 0.02)},
    "curl of 2 mm": {"curl_mm": 2.0},
    "fan and curl": {"keystone": (0.0, -0.02), "curl_mm": 1.5, "wave_mm": 1.0},
}


def bent_pages(count: int, rng: np.random.Generator) -> None:
    """Height that a typed line takes up beyond its letters, straightened only and flattened."""
    table = Table(title=f"Bent pages, {count} of each: height of baselines in mm, mean and worst")
    for column in ("sheet", "straightened", "worst", "flattened", "worst", "pages flattened"):
        table.add_column(column, justify="left" if column == "sheet" else "right")
    for name, camera in BENDS.items():
        heights: tuple[list[float], list[float]] = ([], [])
        changed = 0
        for _ in range(count):
            sheet = typed_sheet(rng, 200.0, float(rng.normal(0, 1)), "report", **camera)  # type: ignore[arg-type]
            image = image_of(sheet.pixels, sheet.dpi)
            pages = [prepare(image, PrepareSettings(bend=s)) for s in (UNTRIED, BendSettings())]
            changed += not isinstance(pages[1].to_scan, Affine)
            for page, found in zip(pages, heights, strict=True):
                found.extend(line_heights(sheet, page))
        figures = [f"{f(v):.2f}" for v in heights for f in (np.mean, np.max)]
        table.add_row(name, *figures, f"{changed} of {count}")
    Console().print(table)


def line_heights(sheet: MadeSheet, page: PreparedPage) -> list[float]:
    """In mm, of the baselines of typed lines on the prepared page."""
    back = page.to_scan.inverse()
    typed = {zone.id for zone in sheet.page.zones if zone.kind not in ("stamp", "handwriting")}
    out = []
    for line in sheet.page.lines:
        if line.zone in typed:
            rows = [back.point(p).y for p in line.baseline]
            out.append((max(rows) - min(rows)) * 25.4 / sheet.dpi)
    return out


def real_pages(folder: Path) -> None:
    table = Table(title="Angles in degrees along lines whose place ALTO files tell")
    columns = ("page", "lines", "ALTO median", "ink along them", "± s.e.", "ours", "from – to")
    for column in (*columns, "left when prepared", "± s.e."):
        table.add_column(column, justify="left" if column == "page" else "right")
    for alto in sorted(folder.glob("*.xml")):
        path = next(
            (p for p in (alto.with_suffix(s) for s in (".jpg", ".png")) if p.exists()), None
        )
        if path is None:
            continue
        pixels = np.asarray(Image.open(path).convert("RGB"))
        lines = [b for b in baselines(alto) if np.ptp(b[:, 0]) > ALTO_LENGTH * pixels.shape[1]]
        dpi = pixels.shape[1] / 8.27
        page = prepare(image_of(pixels, dpi), PrepareSettings())
        back = page.to_scan.inverse()
        left = [np.array([back.point(Point(*p)) for p in line]) for line in lines]
        drawn = np.array([slope_deg(line) for line in lines])
        slopes, after = (
            np.array([along_ink(gray, line, dpi) for line in some])
            for gray, some in ((to_gray(pixels), lines), (page.gray, left))
        )
        figures = [np.median(drawn), np.median(slopes), standard_error(slopes)]
        figures.append(page.steps[1].measured["angle_deg"])
        ends = f"{np.quantile(slopes, 0.05):.2f} – {np.quantile(slopes, 0.95):.2f}"
        numbers = [f"{v:.3f}" for v in figures]
        remaining = (f"{np.median(after):.3f}", f"{standard_error(after):.3f}")
        table.add_row(path.stem, str(len(lines)), *numbers, ends, *remaining)
    Console(width=130).print(table)


def standard_error(values: np.ndarray) -> float:
    """Of their median, by their median deviation from it."""
    deviation = 1.48 * np.median(np.abs(values - np.median(values)))
    return float(1.25 * deviation / np.sqrt(len(values)))


def along_ink(gray: np.ndarray, line: np.ndarray, dpi: float) -> float:
    """The angle in degrees along which the line's ink ends most sharply at head and foot."""
    line = line[np.argsort(line[:, 0])]
    across = np.arange(int(line[0, 0]), int(line[-1, 0]))
    middle = line[:, 0].mean()
    foot = np.interp(middle, line[:, 0], line[:, 1])
    half = round(HALF_LINE_MM / 25.4 * dpi)

    def sharpness(angle_deg: float) -> float:
        at = np.rint(foot + np.tan(np.radians(angle_deg)) * (across - middle)).astype(int)
        rows = np.clip(at[:, None] + np.arange(-half, half), 0, gray.shape[0] - 1)
        columns = np.clip(across, 0, gray.shape[1] - 1)[:, None]
        return float((np.diff(gray[rows, columns].mean(axis=0)) ** 2).sum())

    return float(max(ALONG_DEG, key=sharpness))


def baselines(alto: Path) -> list[np.ndarray]:
    """(N, 2) points of each line's baseline."""
    lines = etree.parse(str(alto)).iterfind(".//{*}TextLine")
    texts = [line.get("BASELINE", "").replace(",", " ").split() for line in lines]
    return [np.array(t, dtype=float).reshape(-1, 2) for t in texts if len(t) >= 4]


def slope_deg(points: np.ndarray) -> float:
    return float(np.degrees(np.arctan(np.polyfit(points[:, 0], points[:, 1], 1)[0])))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, default=24, help="of each kind")
    parser.add_argument("--dpi", type=float, action="append")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only-ours", action="store_true", help="no peers")
    parser.add_argument("--real", type=Path, help="folder of pages with ALTO files")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    if given.real:
        real_pages(given.real)
        return
    tried = methods(given.only_ours)
    for dpi in given.dpi or (200.0, 300.0):
        rng = np.random.default_rng(given.seed)
        compare("drawn pages", drawn_pages(given.pages, dpi, rng), dpi, tried)
        compare("typewritten pages", typed_pages(given.pages, dpi, rng), dpi, tried)
    rng = np.random.default_rng(given.seed)
    abstaining(rng)
    two_blocks(given.pages, rng)
    bent_pages(given.pages, rng)


if __name__ == "__main__":
    main()
