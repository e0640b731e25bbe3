"""An executor in this process, and a reader that needs no engine: a page says how wide it is."""

from collections import deque
from dataclasses import dataclass

import pytest

from ocr.batch import work as module
from ocr.batch.executors import Outcome, Task
from ocr.batch.work import ReadOptions, work
from ocr.document import Line, Page, PageImage, PageRef, Zone, ZoneKind
from ocr.errors import ScanError
from ocr.geometry import Box

BAD = 40  # a page as wide as this fails
DEADLY = 41  # as wide: its process dies each time
WEAK = 42  # as wide: its process dies once


class Killed(BaseException):
    """Stands for the death of a process."""


class Inline:
    """Does each task when it is asked for what came of it; `done` keeps the jobs."""

    def __init__(self, options: ReadOptions, capacity: int = 4) -> None:
        self._options, self._capacity = options, capacity
        self._waiting: deque[Task] = deque()
        self.done: list[object] = []

    def capacity(self) -> int:
        return self._capacity

    def workers(self) -> int:
        return 1

    def submit(self, task: Task) -> None:
        self._waiting.append(task)

    def outcomes(self, wait_s: float) -> list[Outcome]:
        task = self._waiting.popleft()
        self.done.append(task.job)
        try:
            return [Outcome(task.ticket, work(self._options, task.job), 0.1)]
        except Killed:
            return [Outcome(task.ticket, None, 0.1, "its process was ended by SIGKILL")]

    def close(self) -> None:
        assert not self._waiting

    def stop(self) -> None:
        self._waiting.clear()


DIED: set[PageRef] = set()


@dataclass
class NoEngine:
    id: str = "width"
    model_sha256: str = "0" * 64

    def versions(self) -> dict[str, str]:
        return {"width": "1"}


def width_of(image: PageImage, engine: object, settings: object) -> Page:
    height, width = image.pixels.shape[:2]
    if width == BAD:
        raise ScanError(f"{image.ref.scan}, page {image.ref.index + 1}: is bad; mend it")
    if width == DEADLY or (width == WEAK and image.ref not in DIED):
        DIED.add(image.ref)
        raise Killed
    n = image.ref.index + 1
    box = Box(0, 0, width, height)
    zone = Zone(f"p{n}-z1", ZoneKind.BODY, box, 0)
    line = Line(f"p{n}-l1", zone.id, box, f"Ширина {width}.", 1.0, ())
    return Page(image.ref.index, (width, height), image.dpi, (), (zone,), (line,))


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch):
    """Pages are measured, not read; nothing is remembered from test to test."""
    DIED.clear()
    module._described.cache_clear()
    monkeypatch.setattr(module, "opened", lambda name, settings: NoEngine())
    monkeypatch.setattr(module, "transcribe_page", width_of)
    monkeypatch.setattr(module, "draw_overlay", lambda image, page: image.pixels)
    monkeypatch.setattr(
        module,
        "mark_crops",
        lambda image, page: [("stamp-1", image.pixels[:9, :9])] if page.size_px[0] == 50 else [],
    )
    yield
    module._described.cache_clear()
