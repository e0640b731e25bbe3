"""Small pages in any number, for benchmarks of what goes on around reading.

Bands of a few lines are cut from scans, each at another place and a little lighter or darker, so
that no two files are the same; a page of them is read in a tenth of the time of a whole sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance

BAND = (0.5, 0.12)  # width and height, of a sheet's


def bands(scans: Path, seed: int = 1) -> Iterator[Image.Image]:
    """Endless grey bands from the images below `scans`, at half their resolution."""
    rng = np.random.default_rng(seed)
    sheets = []
    for path in sorted(scans.glob("*.jpg")):
        with Image.open(path) as image:
            grey = image.convert("L")
            sheets.append((grey.reduce(2), float(image.info.get("dpi", (300, 300))[0]) / 2))
    while True:
        sheet, dpi = sheets[int(rng.integers(len(sheets)))]
        width, height = (round(a * b) for a, b in zip(sheet.size, BAND, strict=True))
        left = int(rng.integers(sheet.width - width))
        top = int(rng.integers(sheet.height - height))
        band = sheet.crop((left, top, left + width, top + height))
        band = ImageEnhance.Brightness(band).enhance(float(rng.uniform(0.9, 1.0)))
        band.info["dpi"] = (dpi, dpi)
        yield band


def make_scans(folder: Path, scans: Path, singles: int, volumes: tuple[int, ...] = ()) -> int:
    """JPEGs of a page each, and PDFs of as many pages as `volumes` says. The number of pages."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = bands(scans)
    for number in range(singles):
        band = next(drawn)
        band.save(folder / f"лист-{number:05d}.jpg", quality=80, dpi=band.info["dpi"])
    for number, pages in enumerate(volumes):
        first, *more = (next(drawn) for _ in range(pages))
        first.save(
            folder / f"дело-{number}.pdf", save_all=True, append_images=more, resolution=150.0
        )
    return singles + sum(volumes)
