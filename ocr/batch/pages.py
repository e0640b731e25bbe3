"""The unit of work: one page, from its file to what stands on it.

`read_page` is what every executor runs. It never raises for a page that fails: the failure is
its result, so that a bad page costs itself alone.
"""

from __future__ import annotations

import io
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ocr.document import DigitalPage, Page, PageImage, PageRef, Step
from ocr.errors import ShifrovkaError
from ocr.geometry import Pixels
from ocr.load import OVERLAY_MARK, load_page, picture_of
from ocr.overlay import draw_overlay, mark_crops
from ocr.pipeline import transcribe_page
from ocr.recognize.engine import Engine, open_engine
from ocr.settings import Settings

# zlib level of overlays: 1 is three times as fast as the default and 15 % larger
PNG_LEVEL = 1


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How pages are read, alike for all of a run; sent to every process."""

    engine: str = "neural"
    overlay: bool = False
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True, slots=True)
class PageTask:
    """A page to read; `document` is the number of its scan in the run, from 0."""

    document: int
    ref: PageRef


@dataclass(frozen=True, slots=True)
class PageRead:
    """What became of a page: its error, if it failed, and where that arose.

    overlay  PNG file of the page with what was found on it; None unless asked for
    crops    name and PNG file of each stamp and note taken off, with the overlay
    """

    task: PageTask
    page: Page
    overlay: bytes | None = None
    crops: tuple[tuple[str, bytes], ...] = ()
    error: ShifrovkaError | None = None
    trace: str = ""


ReadPage = Callable[[ReadOptions, PageTask], PageRead]


def read_page(options: ReadOptions, task: PageTask) -> PageRead:
    """Load and transcribe a page, and draw what was found if that is wanted."""
    image: PageImage | DigitalPage | None = None
    try:
        image = load_page(task.ref, options.settings.load)
        engine = opened(options.engine, options.settings)
        page = transcribe_page(image, engine, options.settings)
        if not options.overlay:
            return PageRead(task, page)
        return PageRead(task, page, _overlay(image, page, options), tuple(_crops(image, page)))
    except Exception as e:
        return failed_page(task, e, image)


@lru_cache(maxsize=1)
def opened(name: str, settings: Settings) -> Engine:
    """The engine, opened once in each process. Raises EngineError where it is missing."""
    return open_engine(name, settings.recognize)


def failed_page(
    task: PageTask, e: BaseException, image: PageImage | DigitalPage | None = None
) -> PageRead:
    """A page without lines that keeps its place among the others, and why it failed.

    Its size is 1 × 1 px at 1 dpi where even that is unknown.
    """
    trace = "".join(traceback.format_exception(e))
    width, height, dpi = 1, 1, 1.0
    if isinstance(image, PageImage):
        (height, width), dpi = image.pixels.shape[:2], image.dpi
    elif isinstance(image, DigitalPage):
        width, height, dpi = image.width, image.height, image.dpi
    page = Page(task.ref.index, (width, height), dpi, (Step("failed", {}),), (), ())
    return PageRead(task, page, error=_as_error(task.ref, e), trace=trace)


def _as_error(ref: PageRef, e: BaseException) -> ShifrovkaError:
    """The error in one line that names the scan and the page."""
    where = f"{ref.scan}, page {ref.index + 1}"
    text = " ".join(str(e).split())
    if isinstance(e, ShifrovkaError):
        return e if str(ref.scan) in text else type(e)(f"{where}: {text}")
    return ShifrovkaError(
        f"{where}: failed for a reason of ours ({type(e).__name__}: {text}); the other pages are "
        "not touched by it; please report it, with what --debug prints"
    )


def _overlay(image: PageImage | DigitalPage, page: Page, options: ReadOptions) -> bytes:
    if isinstance(image, DigitalPage):
        image = picture_of(image.ref, image.dpi, options.settings.load)
    return _png(draw_overlay(image, page))


def _crops(image: PageImage | DigitalPage, page: Page) -> Iterator[tuple[str, bytes]]:
    if isinstance(image, PageImage):
        yield from ((name, _png(pixels)) for name, pixels in mark_crops(image, page))


def _png(pixels: Pixels) -> bytes:
    """A PNG file that says of itself that it is no scan."""
    info = PngInfo()
    info.add_text(*OVERLAY_MARK)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", pnginfo=info, compress_level=PNG_LEVEL)
    return file.getvalue()
