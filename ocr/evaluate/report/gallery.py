"""Lines and pages with their texts and pictures, as many as there is room for.

Pictures cost most of a report. The worst lines get theirs first; then pages get their lines, and
after that their pictures, the page with the most errors first, until the room is used up. Every
page keeps its row of figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from ocr.document import Document, Page, PageImage
from ocr.evaluate.report.crops import (
    PictureSettings,
    ScanFolder,
    fits,
    line_crop,
    page_image,
    page_picture,
)
from ocr.evaluate.report.data import lines_of, to_script
from ocr.evaluate.report.model import PageView, Picture, WorstLine
from ocr.evaluate.report.views import Place, page_figures, with_lines, worst_view
from ocr.evaluate.score import Score
from ocr.load import LoadSettings

Files = tuple[Mapping[int, Page], Document]
"""Pages of the truth by index, and the output, of one document."""

# Bytes of a report, all told: 20 million are promised.
MOST_BYTES = 19_000_000
# Of them at most for the lines of pages; 1 000 pages of 2 500 letters take some 7 million.
MOST_LINE_BYTES = 10_000_000
# Of them for a page's row and figures, which every page has, for a field of a record, and for
# all else: plots, style, script and words.
ROW_BYTES, FIELD_BYTES, FIXED_BYTES = 900, 190, 500_000
# For a letter, errors and markup told in; and for a line's box, kind and counts.
LETTER_BYTES, LINE_BYTES = 2.3, 90
MOST_NAMES = 3  # of missing scans told in a note; more are only counted


@dataclass(frozen=True, slots=True)
class Sources:
    """Where texts and pictures come from.

    read        name of a document in the score → its files, read again
    scans       folder with the scans, or None: a report without pictures
    most_bytes  of the finished report
    done        told of each page whose lines were read
    """

    read: Callable[[str], Files]
    scans: Path | None = None
    most_bytes: int = MOST_BYTES
    pictures: PictureSettings = field(default_factory=PictureSettings)
    load: LoadSettings = field(default_factory=LoadSettings)
    done: Callable[[int], None] = lambda pages: None


@dataclass(frozen=True, slots=True)
class Opened:
    """What is kept of a document's files: where its scan is, and how large its pages are."""

    scan: str
    sha256: str
    sizes: Mapping[int, tuple[int, int]]


class Gallery:
    """Opens files and scans again for what is shown. `lines` goes before `pages`."""

    def __init__(self, score: Score, sources: Sources) -> None:
        self._rows = list(score.pages())
        self._s = sources
        self._folder = (
            ScanFolder(sources.scans)
            if sources.scans is not None and sources.scans.is_dir()
            else None
        )
        self._room = sources.most_bytes - FIXED_BYTES - ROW_BYTES * len(self._rows)
        records = (d.record for d in score.documents if d.record is not None)
        self._room -= FIELD_BYTES * sum(len(r.fields) + len(r.slots) for r in records)
        self._opened: dict[str, Opened] = {}
        self._unseen: dict[str, None] = {}
        self._image = lru_cache(maxsize=1)(self._load)

    def lines(self, places: Sequence[Place]) -> tuple[WorstLine, ...]:
        """In the order of `places`; each page is opened once."""
        views: dict[int, WorstLine] = {}
        names = [(place.document.name, place.page.index) for place in places]
        for n in sorted(range(len(places)), key=lambda n: names[n]):
            view = worst_view(places[n])
            image = None if view.line.box is None else self._shown(*names[n])
            if image is not None and view.line.box is not None:
                size = self._open(names[n][0]).sizes[names[n][1]]
                crop = line_crop(image, size, view.line.box, self._s.pictures)
                self._room -= _bytes(crop.picture)
                view = replace(view, crop=crop)
            views[n] = view
        return tuple(views[n] for n in range(len(places)))

    def pages(self) -> tuple[PageView, ...]:
        """All pages in the order of the score."""
        views = [page_figures(document, page) for document, page in self._rows]
        order = sorted(range(len(views)), key=lambda n: (-views[n].cer.errors, n))
        self._add_lines(views, self._chosen(order))
        self._add_pictures(views, order)
        return tuple(views)

    def _chosen(self, order: Sequence[int]) -> set[int]:
        """Rows, the worst first, whose lines find room; by what they will take, roughly."""
        room, chosen = float(min(MOST_LINE_BYTES, self._room)), set()
        for n in order:
            lines = self._rows[n][1].lines
            letters = sum(line.text.chars.truth + line.text.chars.insertions for line in lines)
            room -= LETTER_BYTES * letters + LINE_BYTES * len(lines)
            if room < 0:
                break
            chosen.add(n)
        return chosen

    def _add_lines(self, views: list[PageView], chosen: set[int]) -> None:
        """Document by document, so that each is read once."""
        for name, rows in groupby(sorted(chosen), key=lambda n: self._rows[n][0].name):
            truth, output = self._read(name)
            read = {page.index: page for page in output.pages}
            for n in rows:
                page = self._rows[n][1]
                views[n] = with_lines(views[n], page, truth[page.index], read.get(page.index))
                self._s.done(1)
                self._room -= len(to_script(lines_of(views[n])).encode())

    def _add_pictures(self, views: list[PageView], order: Sequence[int]) -> None:
        for n in order:
            if not views[n].line_views:
                continue
            image = self._shown(views[n].document, views[n].index)
            if image is None:
                continue
            picture = page_picture(image, self._s.pictures)
            if _bytes(picture) > self._room:
                break
            self._room -= _bytes(picture)
            views[n] = replace(views[n], picture=picture)

    def _read(self, name: str) -> Files:
        truth, output = self._s.read(name)
        source = output.source
        sizes = {index: page.size_px for index, page in truth.items()}
        self._opened[name] = Opened(source.file_name or name, source.sha256, sizes)
        return truth, output

    def _open(self, name: str) -> Opened:
        if name not in self._opened:
            self._read(name)
        return self._opened[name]

    def _shown(self, name: str, index: int) -> PageImage | None:
        """The image of a page; None where there is none, or none that the page's boxes fit."""
        if self._folder is None:
            return None
        opened = self._open(name)
        image = self._image(opened.scan, opened.sha256, index)
        if image is None or not fits(image, opened.sizes[index]):
            self._unseen[opened.scan] = None
            return None
        return image

    def _load(self, name: str, sha256: str, index: int) -> PageImage | None:
        scan = None if self._folder is None else self._folder.find(name, sha256)
        return None if scan is None else page_image(scan, index, self._s.load)

    def notes(self, pages: Sequence[PageView]) -> Iterator[str]:
        """What the report lacks, in whole sentences. Asked last."""
        if self._s.scans is None:
            yield "Without pictures: name the folder of the scans with --scans to have them."
        elif self._folder is None:
            yield f"Without pictures: there is no folder {self._s.scans}; check --scans."
        elif self._unseen:
            names = list(self._unseen)
            more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
            yield (
                f"No picture of {', '.join(names[:MOST_NAMES])}{more}: the folder of scans holds "
                "no such file, or another than the one that was read."
            )
        without = sum(not page.line_views for page in pages if page.lines)
        if without:
            yield (
                f"To keep this file small, {without} of {len(pages)} pages, those with the fewest "
                "errors, are here by their figures alone."
            )


def _bytes(picture: Picture) -> int:
    """As base64."""
    return (len(picture.data) + 2) // 3 * 4
