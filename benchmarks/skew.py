"""Skew on pages turned by known angles: ours beside OpenCV's Hough lines and Tesseract.

    python benchmarks/skew.py [--pages N] [--dpi 200] [--seed 0]

Draws N pages of each of five kinds (plain, bordered, stamped, sparse, noisy), turns each by a
random angle within ±15° and prints the error of every method: mean, 95th percentile and worst in
degrees, the share within 0.1°, and milliseconds a page on one core. Blank pages follow: ours has
to abstain. Tesseract (`--psm 2`, what OCRmyPDF asks) is left out where it is not installed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from ocr.geometry import Affine, Gray, Point, mm_to_px
from ocr.prepare.ink import InkSettings, find_letters
from ocr.prepare.skew import SkewSettings, find_skew
from ocr.raster import warp

KINDS = ("plain", "bordered", "stamped", "sparse", "noisy")
LETTERS = "abcdefghijklmnoprstuvwxyz"
MAX_ANGLE_DEG = 15.0


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
        x, y = (
            int(rng.integers(width // 4, width // 2)),
            int(rng.integers(height // 4, height // 2)),
        )
        cv2.rectangle(page, (x, y), (x + width // 3, y + height // 12), 90, 4)
        cv2.putText(page, "3645 RETURN", (x + 9, y + height // 20), 2, 1.6 * scale, 90, 3)
        cv2.line(page, (width // 9, y), (width - 60, y + height // 40), 70, 3)
    noise = rng.normal(0, 26 if kind == "noisy" else 5, page.shape)
    return np.clip(page + noise, 0, 255).astype(np.uint8)


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, default=6, help="of each kind")
    parser.add_argument("--dpi", type=float, default=200.0)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    methods: dict[str, Callable[[Gray, float], float]] = {"shifrovka": ours, "OpenCV HoughP": hough}
    if shutil.which("tesseract"):
        methods["Tesseract --psm 2"] = tesseract
    rng = np.random.default_rng(given.seed)
    errors: dict[str, list[float]] = {name: [] for name in methods}
    spent = dict.fromkeys(methods, 0.0)
    for kind in KINDS * given.pages:
        angle = float(rng.uniform(-MAX_ANGLE_DEG, MAX_ANGLE_DEG))
        page = draw(kind, angle, given.dpi, rng)
        for name, method in methods.items():
            start = time.process_time() if name != "Tesseract --psm 2" else time.perf_counter()
            errors[name].append(abs(method(page, given.dpi) - angle))
            stop = time.process_time() if name != "Tesseract --psm 2" else time.perf_counter()
            spent[name] += stop - start
    show(errors, spent, given.dpi)
    blank = [np.clip(rng.normal(225, n, (1600, 1150)), 0, 255).astype(np.uint8) for n in range(20)]
    letters = [find_letters(page, 150, InkSettings()) for page in blank]
    sure = sum(find_skew(found, SkewSettings()).confidence >= 0.5 for found in letters)
    print(f"blank pages on which an angle is claimed: {sure} of {len(blank)}")


def show(errors: dict[str, list[float]], spent: dict[str, float], dpi: float) -> None:
    count = len(next(iter(errors.values())))
    table = Table(title=f"Error of the skew in degrees, {count} pages of {dpi:g} dpi")
    for column in ("method", "mean", "95 %", "worst", "within 0.1°", "ms a page"):
        table.add_column(column, justify="left" if column == "method" else "right")
    for name, all_errors in errors.items():
        e = np.array(all_errors)
        table.add_row(
            name,
            f"{e.mean():.3f}",
            f"{np.quantile(e, 0.95):.3f}",
            f"{e.max():.3f}",
            f"{(e <= 0.1).mean():.0%}",
            f"{1000 * spent[name] / count:.0f}",
        )
    Console().print(table)


if __name__ == "__main__":
    main()
