"""Shows a run on stderr: a moving bar on a terminal, else a line for each document that is done."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from ocr.batch.run import Event, Failed, PageDone, Written


class Display:
    """`tell` takes the events of a run.

    debug   also show where errors arose
    places  say where results lie, which nobody needs to know of temporary ones
    """

    def __init__(self, debug: bool, places: bool = True) -> None:
        self._debug, self._places = debug, places
        self._console = Console(file=sys.stderr)
        self._bar = Progress(
            TextColumn("{task.fields[pages]} pages"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("scans"),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None, pages=0)
        self._pages = 0

    def __enter__(self) -> Display:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def tell(self, event: Event) -> None:
        """Show what happened."""
        if isinstance(event, Failed):
            self._print(f"shifrovka: error: {event.error}")
            if self._debug and event.trace:
                self._print(event.trace.rstrip())
        elif isinstance(event, Written) and self._places:
            self._print(_line(event))
        elif isinstance(event, PageDone):
            self._pages += 1
            self._bar.update(
                self._task,
                completed=event.documents_done,
                total=event.documents,
                pages=self._pages,
            )

    def _print(self, text: str) -> None:
        """As it is: nothing is taken for markup, broken into lines or coloured."""
        self._console.print(text, markup=False, highlight=False, emoji=False, soft_wrap=True)


def _line(done: Written) -> str:
    pages = "1 page" if done.pages == 1 else f"{done.pages} pages"
    failed = f", {done.failed} failed" if done.failed else ""
    return f"{done.scan}: {pages}{failed} -> {done.files[0] if done.files else 'nothing'}"


@contextmanager
def counted(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr, on a terminal alone; yields what is told of each step that is done."""
    console = Console(file=sys.stderr)
    bar = Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(what),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    task = bar.add_task("", total=total)
    with bar:
        yield lambda steps: bar.advance(task, steps)
