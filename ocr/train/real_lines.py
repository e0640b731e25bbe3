"""Lines of real scans with their text, cut as the reader cuts them.

Two kinds of folder are understood, and a folder may hold both:

- lines that someone cut out: pictures, and `lines.tsv` with a name and a text in each row
- pages: NAME.png|jpg|tif|pdf of one sheet with NAME.xml (PAGE XML) or NAME.gt.txt, one line of
  text for each line of type

A cut-out line is put back onto paper and found again by layout, so that its baseline and size are
measured as on any page; what is not found as one line is left out. Of pages the lines are found
and read as ever, and each is given the text that its reading is nearest to; where no text is near
enough to a line, or two are, nothing is learnt from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from ocr.document import DigitalPage, PageRef, PreparedPage, TextLine
from ocr.errors import TruthError
from ocr.formats.page_reader import from_page_xml
from ocr.geometry import Affine, Gray
from ocr.layout import LayoutSettings, find_layout, take_off_rules
from ocr.layout.rules import Rules
from ocr.load import load_page, open_scan
from ocr.pipeline import legibility
from ocr.prepare import prepare
from ocr.prepare.ink import InkSettings, find_ink
from ocr.raster import WHITE
from ocr.recognize.engine import Engine, RecognizeSettings, open_engine
from ocr.recognize.line_image import LineImageSettings, cut_lines
from ocr.settings import Settings
from ocr.synth.lines import Strip

TABLE = "lines.tsv"
SCANS = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".pdf")
ASSUMED_DPI = 200.0  # cut-out lines do not say; layout only needs the order of magnitude
PAPER = 250.0  # grey level that the paper of a cut-out line is raised to
MARGIN_PX = (40, 60)  # paper put around it, above and beside
LEAST_COVERED = 0.75  # of the picture's width the line found has to take up
LEAST_HIGH = 0.17  # x-height as a share of the picture's height: less is a neighbour's edge


LEAST_LIKE = 0.6  # share of a line's letters that a text must agree with to be its truth
FURTHER_LIKE = 0.15  # and by how much more than with any other text


def real_strips(folder: Path, s: LineImageSettings) -> Iterator[Strip]:
    """All lines in `folder` and below it. Raises TruthError for truth that is invalid."""
    for table in sorted(folder.rglob(TABLE)):
        yield from cut_out_lines(table, s)
    engine = None
    for scan in sorted(p for p in folder.rglob("*") if p.suffix.lower() in SCANS):
        if (truth := _truth(scan)) is not None:
            engine = engine or open_engine("neural", RecognizeSettings())
            yield from page_lines(scan, truth, engine, s)


def cut_out_lines(table: Path, s: LineImageSettings) -> Iterator[Strip]:
    """Strips of the lines that a lines.tsv names; a picture that is missing is a TruthError."""
    folder = table.parent
    for row in table.read_text(encoding="utf-8").splitlines():
        name, _, text = row.partition("\t")
        try:
            data = np.fromfile(folder / name, np.uint8)
        except OSError as error:
            raise TruthError(f"{table}: names {name}, which cannot be read") from error
        picture = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
        if picture is not None and text.strip():
            strip = cut_again(np.asarray(picture, np.uint8), s)
            if strip is not None:
                yield Strip(strip, text.strip(), None, ASSUMED_DPI)


def page_lines(
    scan: Path, truth: Sequence[str], engine: Engine, s: LineImageSettings
) -> Iterator[Strip]:
    """Strips of a scan of one page, each with the text of `truth` that it is read most like."""
    settings = Settings()
    image = load_page(open_scan(scan, settings.load)[0], settings.load)
    if isinstance(image, DigitalPage):
        return
    judge = partial(legibility, engine=engine, s=settings)
    page, rules = take_off_rules(prepare(image, settings.prepare, judge), settings.layout)
    _, lines = find_layout(page, rules, settings.layout)
    typed = [line for line in lines if not line.on_marks]
    read = [reading.text for reading in engine.read(page, typed)]
    texts = nearest(read, truth)
    for text, image_of_line in zip(texts, cut_lines(page, typed, s), strict=True):
        if text is not None:
            yield Strip(image_of_line.pixels, text, None, page.dpi)


def nearest(read: Sequence[str], truth: Sequence[str]) -> list[str | None]:
    """For each line read the text it is most like, if that is clear; each text serves once."""
    if not read or not truth:
        return [None for _ in read]
    like = process.cdist(read, truth, scorer=Levenshtein.normalized_similarity)
    out: list[str | None] = []
    for n, row in enumerate(like):
        best = int(row.argmax())
        others = np.delete(row, best)
        clear = others.size == 0 or row[best] - others.max() >= FURTHER_LIKE
        mine = int(like[:, best].argmax()) == n
        out.append(truth[best] if clear and mine and row[best] >= LEAST_LIKE else None)
    return out


def _truth(scan: Path) -> list[str] | None:
    """The lines of text that stand beside a scan, or None."""
    page_xml, text = scan.with_suffix(".xml"), scan.with_suffix(".gt.txt")
    if page_xml.exists():
        page = from_page_xml(page_xml.read_bytes(), str(page_xml))
        return [line.text for line in page.lines if line.text.strip()]
    if text.exists():
        lines = text.read_text(encoding="utf-8").splitlines()
        return [line.strip() for line in lines if line.strip()]
    return None


def cut_again(picture: Gray, s: LineImageSettings) -> Gray | None:
    """A cut-out line (H, W) as the reader would cut it, or None where no one line is found."""
    page = _on_paper(picture)
    nothing = Rules((), (), np.zeros_like(page.ink))
    _, lines = find_layout(page, nothing, LayoutSettings())
    line = _the_line(lines, picture)
    return None if line is None else cut_lines(page, [line], s)[0].pixels


def _on_paper(picture: Gray) -> PreparedPage:
    paper = max(1.0, float(np.percentile(picture, 85)))
    even = np.clip(picture.astype(np.float32) * (PAPER / paper), 0, 255).astype(np.uint8)
    high, wide = MARGIN_PX
    gray = np.pad(even, ((high, high), (wide, wide)), constant_values=WHITE)
    ink = find_ink(gray, ASSUMED_DPI, InkSettings())
    ref, size = PageRef(Path("line"), "", 0), (gray.shape[1], gray.shape[0])
    white = np.full_like(gray, WHITE)
    return PreparedPage(ref, gray, ink, white, ASSUMED_DPI, Affine(), size, (), ())


def _the_line(lines: Sequence[TextLine], picture: Gray) -> TextLine | None:
    """The line in the middle of the picture, if it goes through all of it."""
    height, width = picture.shape
    top, bottom = MARGIN_PX[0] + 0.45 * height, MARGIN_PX[0] + 1.02 * height
    inside = [
        line
        for line in lines
        if top < line.baseline[0].y < bottom and line.x_height_px > LEAST_HIGH * height
    ]
    if len(inside) != 1 or inside[0].box.width < LEAST_COVERED * width:
        return None
    return inside[0]
