"""Makes `scans/` and `ground_truth/`: telegram 25348 as sheets and as the archive's PDF.

The set is frozen: the same code and fonts give the same bytes. Sheets come as JPEG with their
resolution in the header; truth as PAGE XML for each page and the record as JSON.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from ocr.document import Page
from ocr.errors import OutputError
from ocr.formats.page_xml import to_page_xml
from ocr.formats.record import dump, nest
from ocr.geometry import Pixels
from ocr.raster import to_gray
from ocr.synth.archive_pdf import ScannedSheet, archive_pdf
from ocr.synth.corpus import Telegram, archive_pages_25348, telegram_25348
from ocr.synth.form import TelegramForm
from ocr.synth.page import render_telegram
from ocr.synth.paper import Paper
from ocr.synth.recipe import LIGHT
from ocr.synth.truth import renumber, true_record

NAME = "telegram-25348"
SHEETS_SEED, PDF_SEED = 25348, 117314

# The archive's own scanner: less fine, whiter, each sheet laid down anew.
ARCHIVE = replace(
    LIGHT,
    dpi=200.0,
    paper=Paper(rgb=(236, 229, 212)),
    camera=replace(LIGHT.camera, bed=0.2, light=0.04, blur_px=0.5),
    skews_deg=(-0.7, 1.1, -1.4),
)
ARCHIVE_QUALITY = 70  # JPEG quality of the sheets in the PDF
GRAY_SHEET = 1  # this sheet of the PDF was scanned without colour


def make_scans(scans: Path, ground_truth: Path) -> list[Path]:
    """Write all scans and their truth; returns the scans.

    Raises FontError when a face is missing and OutputError when a file cannot be written.
    """
    telegram = telegram_25348()
    made = _jpeg_sheets(telegram) | _pdf(telegram)
    written = []
    try:
        for folder in (scans, ground_truth):
            folder.mkdir(parents=True, exist_ok=True)
        for name, (data, pages) in made.items():
            path = scans / name
            path.write_bytes(data)
            _write_truth(path, pages, telegram, ground_truth)
            written.append(path)
    except OSError as e:
        raise OutputError(f"{e.filename}: cannot be written ({e.strerror})") from e
    return written


def _jpeg_sheets(telegram: Telegram) -> dict[str, tuple[bytes, list[Page]]]:
    rng = np.random.default_rng(SHEETS_SEED)
    made = render_telegram(telegram, TelegramForm(), LIGHT, rng)
    quality = LIGHT.camera.jpeg_quality
    return {
        f"{NAME}-{i}.jpg": (jpeg(sheet.pixels, sheet.dpi, quality), [renumber(sheet.page, 0)])
        for i, sheet in enumerate(made, 1)
    }


def _pdf(telegram: Telegram) -> dict[str, tuple[bytes, list[Page]]]:
    rng = np.random.default_rng(PDF_SEED)
    made = render_telegram(telegram, TelegramForm(), ARCHIVE, rng)
    scanned = []
    for i, sheet in enumerate(made):
        pixels = to_gray(sheet.pixels) if i == GRAY_SHEET else sheet.pixels
        data = jpeg(pixels, sheet.dpi, ARCHIVE_QUALITY)
        scanned.append(ScannedSheet(data, sheet.page.size_px, sheet.dpi))
    data, printed = archive_pdf(archive_pages_25348(), scanned)
    sheets = iter(made)
    places = range(len(printed) + len(made))
    every = [printed.get(i) or renumber(next(sheets).page, i) for i in places]
    return {f"{NAME}.pdf": (data, every)}


def jpeg(pixels: Pixels, dpi: float, quality: int) -> bytes:
    """A JPEG file with its resolution in the header."""
    out = io.BytesIO()
    options = {"quality": quality, "dpi": (dpi, dpi), "optimize": True}
    Image.fromarray(pixels).save(out, "JPEG", **options)
    return out.getvalue()


def _write_truth(scan: Path, pages: Sequence[Page], telegram: Telegram, ground_truth: Path) -> None:
    """NAME.xml for one page, NAME.1.xml … for several, and NAME.json."""
    for page in pages:
        place = f".{page.index + 1}" if len(pages) > 1 else ""
        target = ground_truth / f"{scan.stem}{place}.xml"
        target.write_bytes(to_page_xml(page, scan.name))
    record: Mapping[str, object] = nest(true_record(telegram, pages))
    (ground_truth / f"{scan.stem}.json").write_text(dump(record), "utf-8")
