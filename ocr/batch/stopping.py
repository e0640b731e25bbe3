"""Why a run ends before its end: too much fails, or somebody presses Ctrl-C.

Pages in hand are finished then, and nothing new is begun; a second Ctrl-C ends them too.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from ocr.errors import ShifrovkaError, TooManyFailures

INTERRUPTED = 130
# a share of failures says nothing of fewer pages
LEAST_PAGES = 20


@dataclass(slots=True)
class Stopping:
    """Watches a run.

    on_error      stop at the first failure
    max_failures  stop when more fail: a number of pages and scans, or below 1 their share
    """

    on_error: bool = False
    max_failures: float | None = None
    _pages: int = 0
    _failures: int = 0
    _first: ShifrovkaError | None = None
    _interrupted: bool = False

    def failed(self, error: ShifrovkaError) -> None:
        self._failures += 1
        self._first = self._first or error

    def page_done(self) -> None:
        self._pages += 1

    def interrupt(self) -> None:
        self._interrupted = True

    def reason(self) -> str:
        """Why the run shall stop; nothing while it need not."""
        if self._interrupted:
            return "interrupted"
        if self.on_error and self._first is not None:
            return "stopped at the first failure"
        if self._too_many():
            return f"stopped: {self._failures} of {self._pages} pages failed"
        return ""

    def exit_code(self) -> int:
        """Of a run that was stopped; 0 where its failures tell."""
        if self._interrupted:
            return INTERRUPTED
        if self._too_many():
            return TooManyFailures.exit_code
        return 0

    def _too_many(self) -> bool:
        if self.max_failures is None:
            return False
        if self.max_failures >= 1 or self.max_failures == 0:
            return self._failures > self.max_failures
        return self._pages >= LEAST_PAGES and self._failures > self.max_failures * self._pages


@contextmanager
def interruptible(stopping: Stopping, say: Callable[[str], None]) -> Iterator[None]:
    """The first Ctrl-C stops the run in order, the second one at once (KeyboardInterrupt)."""

    def first(_: int, __: FrameType | None) -> None:
        stopping.interrupt()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        say("finishing the pages in hand; Ctrl-C again ends at once")

    before = signal.signal(signal.SIGINT, first)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
