"""Makes `scans/` and `ground_truth/`: telegram 25348 and fourteen made-up documents.

The set is frozen: the same code and faces give the same bytes. Truth is PAGE XML for each page
and the record as JSON; `levels.json` says how damaged each document is. Telegram 25348 comes
twice: as single sheets, and as an archive hands it out, in a PDF with printed pages around it. The
others are drawn by `documents`: for each entry of `SET` the first document from its seed on that
has as many sheets as the entry asks for.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from ocr.document import Field, Page
from ocr.errors import OutputError
from ocr.formats.page_xml import to_page_xml
from ocr.formats.record import LEVELS_FILE, dump, nest
from ocr.geometry import Pixels
from ocr.raster import to_gray
from ocr.synth.archive_pdf import ScannedSheet, archive_pdf, sheets_pdf
from ocr.synth.documents import Drawn, draw_document, record_of, render
from ocr.synth.encode import jpeg, tiff
from ocr.synth.form import TelegramForm
from ocr.synth.page import MadeSheet, render_telegram
from ocr.synth.paper import Paper
from ocr.synth.recipe import LIGHT, Recipe
from ocr.synth.texts.corpus import Telegram, archive_pages_25348, telegram_25348
from ocr.synth.truth import renumber, true_record

NAME = "telegram-25348"
# The numbers of the telegram and of the archive's page on it, not chosen by how well they read.
SHEETS_SEED, PDF_SEED = 25348, 117314

LEVEL, SHEETS = "light", LIGHT
# The archive's own scanner: less fine, whiter, each sheet laid down anew.
ARCHIVE = replace(
    SHEETS,
    dpi=200.0,
    paper=Paper(rgb=(236, 229, 212)),
    camera=replace(LIGHT.camera, bed=0.2, light=0.04, blur_px=0.5),
    skews_deg=(-0.7, 1.1, -1.4),
)
ARCHIVE_QUALITY = 70  # JPEG quality of the sheets in the PDF
MOST_QUALITY = 60  # and of the made-up scans: the whole set is to stay small
GRAY_SHEET = 1  # this sheet of the PDF was scanned without colour


@dataclass(frozen=True, slots=True)
class Entry:
    """A document of the set: kind, level of damage, sheets, file format, and where to look."""

    kind: str
    level: str
    sheets: int
    suffix: str
    seed: int
    dpi: float
    bilevel: bool = False


SET = (
    Entry("telegram", "clean", 1, ".tif", 100, 200.0),
    Entry("telegram", "light", 2, ".pdf", 200, 200.0),
    Entry("telegram", "light", 3, ".tif", 300, 220.0),
    Entry("telegram", "medium", 1, ".jpg", 400, 250.0),
    Entry("telegram", "medium", 4, ".pdf", 500, 200.0),
    Entry("telegram", "medium", 2, ".tif", 600, 300.0, bilevel=True),
    Entry("telegram", "hard", 2, ".pdf", 700, 150.0),
    Entry("memorandum", "light", 1, ".jpg", 800, 240.0),
    Entry("memorandum", "medium", 2, ".pdf", 900, 200.0),
    Entry("memorandum", "hard", 1, ".jpg", 1000, 150.0),
    Entry("report", "clean", 1, ".pdf", 1100, 200.0),
    Entry("report", "light", 3, ".pdf", 1200, 200.0),
    Entry("report", "medium", 2, ".tif", 1300, 180.0),
    Entry("list", "light", 1, ".jpg", 1400, 240.0),
)


@dataclass(frozen=True, slots=True, eq=False)
class MadeScan:
    """A file of the set: its bytes, the truth of its pages, its record, its first sheet's look."""

    name: str
    level: str
    data: bytes
    pages: Sequence[Page]
    record: Sequence[Field]
    look: Pixels


def make_scans(scans: Path, ground_truth: Path, contact: Path | None = None) -> Iterator[Path]:
    """Write all scans and their truth, each scan as it is ready, and at last a contact sheet.

    What an earlier set had and this one has not is removed. Raises FontError when a face is
    missing and OutputError when a file cannot be written.
    """
    looks: list[Pixels] = []
    levels: dict[str, str] = {}
    try:
        for folder in (scans, ground_truth):
            folder.mkdir(parents=True, exist_ok=True)
        for made in made_scans():
            path = scans / made.name
            path.write_bytes(made.data)
            _write_truth(made, ground_truth)
            looks.append(made.look)
            levels[path.stem] = made.level
            yield path
        for name in _names(ground_truth) - levels.keys():
            _remove(name, scans, ground_truth)
        (ground_truth / LEVELS_FILE).write_text(dump(dict(sorted(levels.items()))), "utf-8")
        if contact is not None:
            contact.parent.mkdir(parents=True, exist_ok=True)
            contact.write_bytes(contact_sheet(looks))
            yield contact
    except OSError as e:
        raise OutputError(f"{e.filename}: cannot be written ({e.strerror})") from e


def _names(ground_truth: Path) -> set[str]:
    """Of the set that stands there."""
    levels = ground_truth / LEVELS_FILE
    return set(json.loads(levels.read_text("utf-8"))) if levels.exists() else set()


def _remove(name: str, *folders: Path) -> None:
    """NAME.pdf, NAME.json, NAME.xml, NAME.2.xml …"""
    for folder in folders:
        for path in folder.glob(f"{name}.*"):
            path.unlink()


def made_scans() -> Iterator[MadeScan]:
    """The whole set, file by file."""
    yield from _sheets_25348(telegram_25348())
    yield _pdf_25348(telegram_25348())
    taken: dict[str, int] = {}
    for entry in SET:
        drawn, rng = _found(entry)
        taken[entry.kind] = taken.get(entry.kind, 0) + 1
        number = drawn.text.number if isinstance(drawn.text, Telegram) else taken[entry.kind]
        yield _scan(f"{entry.kind}-{number}", entry, drawn, render(drawn, rng))


def _found(entry: Entry) -> tuple[Drawn, np.random.Generator]:
    """The first document that is as long as wanted, and the rng to render it with."""
    for seed in itertools.count(entry.seed):
        rng = np.random.default_rng(seed)
        drawn = draw_document(entry.level, rng, entry.kind)
        if len(drawn.plans) == entry.sheets:
            return replace(drawn, recipe=_scanned(drawn.recipe, entry)), rng
    raise AssertionError("unreachable")


def _scanned(recipe: Recipe, entry: Entry) -> Recipe:
    """At the entry's resolution, which keeps the set small, and in black and white or not."""
    camera = replace(recipe.camera, bilevel=entry.bilevel)
    return replace(recipe, dpi=entry.dpi, camera=camera)


def _scan(stem: str, entry: Entry, drawn: Drawn, made: Sequence[MadeSheet]) -> MadeScan:
    quality = min(drawn.recipe.camera.jpeg_quality or MOST_QUALITY, MOST_QUALITY)
    pictures = [sheet.pixels for sheet in made]
    if entry.suffix == ".jpg":
        data = jpeg(pictures[0], entry.dpi, quality)
    elif entry.suffix == ".tif":
        data = tiff(pictures, entry.dpi, quality, bilevel=entry.bilevel)
    else:
        data = sheets_pdf([_scanned_sheet(sheet, sheet.pixels, quality) for sheet in made])
    pages = [renumber(sheet.page, i) for i, sheet in enumerate(made)]
    record = record_of(drawn.text, pages)
    return MadeScan(stem + entry.suffix, entry.level, data, pages, record, pictures[0])


def _sheets_25348(telegram: Telegram) -> Iterator[MadeScan]:
    rng = np.random.default_rng(SHEETS_SEED)
    quality = SHEETS.camera.jpeg_quality
    for i, sheet in enumerate(render_telegram(telegram, TelegramForm(), SHEETS, rng), 1):
        pages = [renumber(sheet.page, 0)]
        data = jpeg(sheet.pixels, sheet.dpi, quality)
        record = true_record(telegram, pages)
        yield MadeScan(f"{NAME}-{i}.jpg", LEVEL, data, pages, record, sheet.pixels)


def _pdf_25348(telegram: Telegram) -> MadeScan:
    rng = np.random.default_rng(PDF_SEED)
    made = render_telegram(telegram, TelegramForm(), ARCHIVE, rng)
    pictures = [to_gray(s.pixels) if i == GRAY_SHEET else s.pixels for i, s in enumerate(made)]
    scanned = [
        _scanned_sheet(sheet, pixels, ARCHIVE_QUALITY)
        for sheet, pixels in zip(made, pictures, strict=True)
    ]
    data, printed = archive_pdf(archive_pages_25348(), scanned)
    sheets = iter(made)
    places = range(len(printed) + len(made))
    every = [printed.get(i) or renumber(next(sheets).page, i) for i in places]
    record = true_record(telegram, every)
    return MadeScan(f"{NAME}.pdf", LEVEL, data, every, record, pictures[0])


def _scanned_sheet(sheet: MadeSheet, pixels: Pixels, quality: int) -> ScannedSheet:
    return ScannedSheet(jpeg(pixels, sheet.dpi, quality), sheet.page.size_px, sheet.dpi)


def _write_truth(scan: MadeScan, ground_truth: Path) -> None:
    """NAME.xml for one page, NAME.1.xml … for several, and NAME.json."""
    stem = Path(scan.name).stem
    for page in scan.pages:
        place = f".{page.index + 1}" if len(scan.pages) > 1 else ""
        target = ground_truth / f"{stem}{place}.xml"
        target.write_bytes(to_page_xml(page, scan.name))
    record: Mapping[str, object] = nest(scan.record)
    (ground_truth / f"{stem}.json").write_text(dump(record), "utf-8")


CONTACT_COLUMNS = 6
CONTACT_PX = (250, 350)  # each sheet's place on the contact sheet, width and height
CONTACT_QUALITY = 72


def contact_sheet(looks: Sequence[Pixels]) -> bytes:
    """A JPEG of the first sheets of all scans, side by side on grey."""
    wide, high = CONTACT_PX
    rows = -(-len(looks) // CONTACT_COLUMNS)
    board = np.full((rows * (high + 8) + 8, CONTACT_COLUMNS * (wide + 8) + 8, 3), 96, np.uint8)
    for n, look in enumerate(looks):
        colour = look if look.ndim == 3 else np.dstack([look] * 3)
        scale = min(wide / colour.shape[1], high / colour.shape[0])
        size = (round(colour.shape[1] * scale), round(colour.shape[0] * scale))
        small = cv2.resize(colour, size, interpolation=cv2.INTER_AREA)
        row, column = divmod(n, CONTACT_COLUMNS)
        top = 8 + row * (high + 8) + (high - size[1]) // 2
        left = 8 + column * (wide + 8) + (wide - size[0]) // 2
        board[top : top + size[1], left : left + size[0]] = small
    return jpeg(board, 96.0, CONTACT_QUALITY)
