"""Shows a run on stderr: a moving bar on a terminal, else a line a minute; or all of it as JSON."""

from __future__ import annotations

import json
import sys
import time
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

from ocr.batch.events import Event, Failed, Kept, PageDone, Planned, Retried, Summary, Written
from ocr.errors import printable

# where nobody watches a bar: how often it is told how far a run is, in seconds
LINE_EVERY_S = 60.0
# the end of a long path says more than its beginning; characters
SHOWN_OF_PATH = 40


class Display:
    """`tell` takes the events of a run.

    debug     also show where errors arose
    log_json  each event as a line of JSON instead
    summing   say at the end what came of it
    """

    def __init__(self, debug: bool, *, log_json: bool = False, summing: bool = True) -> None:
        self._debug, self._log_json, self._summing = debug, log_json, summing
        self._console = Console(file=sys.stderr)
        self._bar = Progress(
            BarColumn(),
            TextColumn("{task.fields[pages]} pages"),
            TextColumn("{task.fields[rate]}"),
            TextColumn("{task.fields[failures]}"),
            MofNCompleteColumn(),
            TextColumn("scans"),
            TimeElapsedColumn(),
            TimeRemainingColumn(elapsed_when_finished=True),
            TextColumn("{task.fields[file]}"),
            console=self._console,
            transient=True,
            disable=log_json or not self._console.is_terminal,
        )
        self._task = self._bar.add_task(
            "", total=None, pages=0, rate="", failures="", file="", start=True
        )
        self._planned = self._through = self._pages = self._failures = 0
        self._began = self._line_at = time.monotonic()

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
        self._count(event)
        if self._log_json:
            print(json.dumps(as_json(event), ensure_ascii=False), file=sys.stderr, flush=True)
            return
        if isinstance(event, Failed):
            self._print(f"shifrovka: error: {event.error}")
            if self._debug and event.trace:
                self._console.print(event.trace.rstrip(), markup=False, highlight=False)
        elif isinstance(event, PageDone):
            self._move(event)

    def say(self, text: str) -> None:
        """A remark for whoever watches; programs that do get none."""
        if not self._log_json:
            self._print(f"shifrovka: {text}")

    def sum_up(self, summary: Summary, where: str) -> None:
        """The last line: what came of it."""
        if self._log_json:
            data = {"event": "end", "exit_code": summary.exit_code, "stopped": summary.stopped}
            counts = ("documents", "kept", "left_out", "pages", "failed_pages", "seconds")
            data |= {name: getattr(summary, name) for name in counts}
            print(json.dumps(data), file=sys.stderr, flush=True)
        elif self._summing:
            self._print(summary_line(summary, where))

    def _count(self, event: Event) -> None:
        if isinstance(event, Planned):
            self._planned = event.documents
        elif isinstance(event, Written | Kept):
            self._through += 1
        elif isinstance(event, Failed):
            self._failures += 1
        elif isinstance(event, PageDone):
            self._pages += 1

    def _move(self, event: PageDone) -> None:
        now = time.monotonic()
        rate = 60 * self._pages / max(now - self._began, 1e-3)
        path = printable(str(event.scan))
        shown = path if len(path) <= SHOWN_OF_PATH else f"…{path[-SHOWN_OF_PATH:]}"
        failures = f"{self._failures} failed" if self._failures else ""
        self._bar.update(
            self._task,
            completed=self._through,
            total=self._planned,
            pages=self._pages,
            rate=f"{rate:.0f} a minute",
            failures=failures,
            file=f"{shown}, {event.page + 1} of {event.pages}" if event.pages > 1 else shown,
        )
        if not self._console.is_terminal and now - self._line_at >= LINE_EVERY_S:
            self._line_at = now
            left = self._planned - self._through
            minutes = (now - self._began) / 60 * left / max(self._through, 1)
            self._print(
                f"{self._pages} pages, {self._through} of {self._planned} scans, "
                f"{rate:.0f} pages a minute, about {minutes:.0f} minutes left, "
                f"{self._failures} failures; {path}"
            )

    def _print(self, text: str) -> None:
        """A line as it is: nothing is taken for markup, broken into lines or coloured."""
        self._console.print(
            printable(text), markup=False, highlight=False, emoji=False, soft_wrap=True
        )


def summary_line(summary: Summary, where: str) -> str:
    """`18 scans, 34 pages in 21 s, 97 pages a minute; 1 page failed -> out`."""
    parts = [f"{_number(summary.documents, 'scan')}, {_number(summary.pages, 'page')}"]
    parts[0] += f" in {summary.seconds:.0f} s"
    if summary.pages and summary.seconds >= 1:
        parts[0] += f", {60 * summary.pages / summary.seconds:.0f} pages a minute"
    if summary.kept:
        parts.append(f"{_number(summary.kept, 'scan')} done before")
    if summary.left_out:
        parts.append(f"{_number(summary.left_out, 'scan')} left out")
    if summary.failed_pages:
        parts.append(f"{_number(summary.failed_pages, 'page')} failed")
    if summary.exit_code:
        parts.append(f"exit code {summary.exit_code}")
    if summary.stopped:
        parts.append(f"{summary.stopped}; the same command goes on")
    return f"{'; '.join(parts)} -> {where}"


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def as_json(event: Event) -> dict[str, object]:
    """An event as a flat record, for programs that watch a run."""
    name = {PageDone: "page", Written: "written"}
    if isinstance(event, Failed):
        error = event.error
        return {
            "event": "failed",
            "error": printable(str(error)),
            "kind": type(error).__name__,
            "exit_code": error.exit_code,
        }
    if isinstance(event, Retried):
        scan = printable(str(event.scan))
        return {"event": "retried", "scan": scan, "page": event.page, "why": printable(event.why)}
    if isinstance(event, Planned):
        return {"event": "planned", "scans": event.documents}
    if isinstance(event, Kept):
        return as_json(event.document) | {"event": "kept"}
    data: dict[str, object] = {"event": name[type(event)], "scan": printable(str(event.scan))}
    if isinstance(event, PageDone):
        return data | {
            "page": event.page,
            "pages": event.pages,
            "seconds": round(event.seconds, 3),
            "failed": event.failed,
        }
    files = [printable(str(file)) for file in event.files]
    return data | {"pages": event.pages, "failed": event.failed, "files": files}


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
