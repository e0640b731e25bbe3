"""What is done in a worker, wherever it stands: open a scan, read a page, finish a document.

`work` takes one job and never raises for a scan that is bad: the failure is its result, so that a
bad page costs itself alone. A scan of one page is opened, read and finished at one go. Pages that
wait for the others of their document are bytes (MessagePack), small and safe to keep.
"""

from __future__ import annotations

import io
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import cv2
import msgspec
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ocr.assemble import assemble_document
from ocr.batch.executors import Work
from ocr.batch.provenance import program_hash, provenance
from ocr.batch.results import crop_name, overlay_name, render
from ocr.document import DigitalPage, Page, PageImage, PageRef, Source, Step
from ocr.errors import LimitError, ShifrovkaError
from ocr.geometry import Pixels
from ocr.load import OVERLAY_MARK, load_page, open_scan, picture_of
from ocr.overlay import draw_overlay, mark_crops
from ocr.pipeline import transcribe_page
from ocr.recognize.engine import Engine, open_engine
from ocr.settings import Settings

# zlib level of overlays: 1 is three times as fast as the default and 15 % larger
PNG_LEVEL = 1


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How scans are read and what becomes of them, alike for all of a run."""

    engine: str = "neural"
    overlay: bool = False
    formats: tuple[str, ...] = ("txt", "json")
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True, slots=True)
class Describe:
    """Say what a document read here will have as its provenance, and of which program it is."""


@dataclass(frozen=True, slots=True)
class Open:
    """Count the pages of a scan, and read and finish it if it is one.

    file_name  what its results call it; the scan may lie under another name on a cluster
    """

    scan: Path
    name: str
    file_name: str

    def moved(self, place: Path) -> Open:
        """The same for a copy of the scan."""
        return replace(self, scan=place)


@dataclass(frozen=True, slots=True)
class Read:
    """Read a page of the document `name`."""

    ref: PageRef
    name: str

    def moved(self, place: Path) -> Read:
        """The same for a copy of the scan."""
        return replace(self, ref=replace(self.ref, scan=place))


@dataclass(frozen=True, slots=True)
class Finish:
    """Make the files of a document of which all pages are there, encoded, in order.

    failed  why pages are empty, by their index
    """

    scan: Path
    name: str
    source: Source
    pages: tuple[bytes, ...]
    failed: tuple[tuple[int, str], ...] = ()


Job = Describe | Open | Read | Finish
File = tuple[str, bytes]
"""Name within OUT, and content."""


@dataclass(frozen=True, slots=True)
class PageRead:
    """What became of a page, encoded: its error, if it failed, and where that arose.

    pictures  PNG files of what was found, if an overlay was asked for
    """

    index: int
    page: bytes
    pictures: tuple[File, ...] = ()
    error: ShifrovkaError | None = None
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A scan that could be opened; `read` and `files` are there when it has one page."""

    sha256: str
    pages: int
    read: PageRead | None = None
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """A job that came to nothing."""

    error: ShifrovkaError
    trace: str = ""


def worker(options: ReadOptions) -> Work:
    """The function that an executor runs, with these options."""
    return partial(work, options)


def work(options: ReadOptions, job: Job) -> Any:
    """The result of a job: dict, Opened, PageRead, tuple of files, or Failure."""
    try:
        match job:
            case Describe():
                return {**describe(options), "program_sha256": program_hash()}
            case Open():
                return _open(options, job)
            case Read():
                return _read(options, job.ref, job.name)
            case Finish():
                return _finish(options, job)
    except Exception as e:
        scan = getattr(job, "scan", None)
        return Failure(_as_error("" if scan is None else str(scan), e), _trace(e))


def describe(options: ReadOptions) -> dict[str, Any]:
    """The provenance of documents read so. Raises EngineError when the engine is missing."""
    return dict(_described(options))


@lru_cache(maxsize=1)
def _described(options: ReadOptions) -> dict[str, Any]:
    engine = opened(options.engine, options.settings)
    about = {"model_sha256": engine.model_sha256, **engine.versions()}
    return provenance(engine.id, about, options.settings)


@lru_cache(maxsize=1)
def opened(name: str, settings: Settings) -> Engine:
    """The engine, opened once in each process. Raises EngineError where it is missing."""
    cv2.setNumThreads(1)  # processes fill the cores already
    return open_engine(name, settings.recognize)


def renamed(result: Any, before: str, after: str) -> Any:
    """A result whose errors name the scan `after`, for one that was read from a copy."""
    if isinstance(result, Opened) and result.read is not None:
        return replace(result, read=renamed(result.read, before, after))
    if isinstance(result, PageRead | Failure) and result.error is not None:
        error = type(result.error)(str(result.error).replace(before, after))
        return replace(result, error=error)
    return result


def encode(page: Page) -> bytes:
    return msgspec.msgpack.encode(page)


def decode(data: bytes) -> Page:
    return msgspec.msgpack.decode(data, type=Page)


def _open(options: ReadOptions, job: Open) -> Opened:
    refs = open_scan(job.scan, options.settings.load)
    sha256 = refs[0].sha256
    if len(refs) > 1:
        return Opened(sha256, len(refs))
    read = _read(options, refs[0], job.name)
    if read.error is not None:
        return Opened(sha256, 1, read)
    source = Source(job.file_name, sha256, 1)
    files = _finish(options, Finish(job.scan, job.name, source, (read.page,)))
    return Opened(sha256, 1, read, files)


def _read(options: ReadOptions, ref: PageRef, name: str) -> PageRead:
    image: PageImage | DigitalPage | None = None
    try:
        image = load_page(ref, options.settings.load)
        engine = opened(options.engine, options.settings)
        page = transcribe_page(image, engine, options.settings)
        pictures = tuple(_pictures(image, page, options, name)) if options.overlay else ()
        return PageRead(ref.index, encode(page), pictures)
    except Exception as e:
        error = _as_error(f"{ref.scan}, page {ref.index + 1}", e)
        return failed_page(ref.index, error, _trace(e), image)


def failed_page(
    index: int,
    error: ShifrovkaError,
    trace: str = "",
    image: PageImage | DigitalPage | None = None,
) -> PageRead:
    """A page without lines that keeps its place among the others, and why it failed.

    Its size is 1 × 1 px at 1 dpi where even that is unknown.
    """
    width, height, dpi = 1, 1, 1.0
    if isinstance(image, PageImage):
        (height, width), dpi = image.pixels.shape[:2], image.dpi
    elif isinstance(image, DigitalPage):
        width, height, dpi = image.width, image.height, image.dpi
    page = Page(index, (width, height), dpi, (Step("failed", {}),), (), ())
    return PageRead(index, encode(page), error=error, trace=trace)


def _finish(options: ReadOptions, job: Finish) -> tuple[File, ...]:
    made_by = describe(options)
    if job.failed:
        made_by["failed_pages"] = [{"index": i, "error": why} for i, why in job.failed]
    pages = [decode(data) for data in job.pages]
    document = assemble_document(job.source, pages, made_by, options.settings.assemble)
    return tuple(render(document, job.name, options.formats))


def _trace(e: BaseException) -> str:
    return "".join(traceback.format_exception(e))


def _as_error(where: str, e: BaseException) -> ShifrovkaError:
    """The error in one line that names the scan and the page."""
    text = " ".join(str(e).split())
    if isinstance(e, ShifrovkaError):
        return e if where.partition(", page ")[0] in text else type(e)(f"{where}: {text}")
    if isinstance(e, MemoryError) or "insufficient memory" in text.lower():
        return LimitError(
            f"{where}: takes more memory than a worker may have; allow more with --memory, or "
            "scan at a lower resolution"
        )
    return ShifrovkaError(
        f"{where}: failed for a reason of ours ({type(e).__name__}: {text}); the other pages are "
        "not touched by it; please report it, with what --debug prints"
    )


def _pictures(
    image: PageImage | DigitalPage, page: Page, options: ReadOptions, name: str
) -> Iterator[File]:
    scan = image
    if isinstance(scan, DigitalPage):
        scan = picture_of(scan.ref, scan.dpi, options.settings.load)
    yield overlay_name(name, page.index), _png(draw_overlay(scan, page))
    if isinstance(image, PageImage):
        for mark, pixels in mark_crops(image, page):
            yield crop_name(name, page.index, mark), _png(pixels)


def _png(pixels: Pixels) -> bytes:
    """A PNG file that says of itself that it is no scan."""
    info = PngInfo()
    info.add_text(*OVERLAY_MARK)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", pnginfo=info, compress_level=PNG_LEVEL)
    return file.getvalue()
