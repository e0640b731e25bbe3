"""A whole run: from the inputs a user names to the files that come out.

Pages of all documents go to the executor together, so that one long document keeps every core
busy. What is through is written and entered in the manifest at once; a document is made when its
last page is in, and its bytes do not depend on who read it, in what order, or how often the run
was broken off. A page that fails leaves an empty page in its place and an entry in
`provenance.failed_pages`; a document is left out only when none of its pages could be read.

This process opens no scan: it looks names up, hands out jobs and keeps the books.
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ocr.batch.events import Event, Failed, Kept, PageDone, Planned, Retried, Summary, Written
from ocr.batch.executors import Executor, Outcome, Raised, Task
from ocr.batch.limits import Limits
from ocr.batch.manifest import DocumentEntry, Manifest, State, locked
from ocr.batch.plan import Named, Plan, Redo, Todo
from ocr.batch.processes import Processes
from ocr.batch.results import NamingError
from ocr.batch.stopping import Stopping
from ocr.batch.survey import PATIENCE_S, described, settings_key
from ocr.batch.work import (
    Failure,
    File,
    Finish,
    Job,
    Open,
    Opened,
    PageRead,
    Read,
    ReadOptions,
    failed_page,
    worker,
)
from ocr.batch.writer import DISK_ERRORS, Writer
from ocr.document import PageRef, Source
from ocr.errors import LimitError, OutputError, ScanError, ShifrovkaError, printable
from ocr.formats.writing import check_writable
from ocr.load import FoundScan, find_scans

# how often a page is tried that dies, hangs, or fails for a reason of ours
TRIES = 2
# more time for making the files of a document, in seconds a page
FINISH_S = 0.5
# how fast a file is read at least, in bytes a second; large ones get that much more time
SLOWEST_DISK = 10_000_000


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Where results go, how many processes read, and what they may take."""

    out: Path
    jobs: int = 1
    read: ReadOptions = field(default_factory=ReadOptions)
    limits: Limits = field(default_factory=Limits)
    redo: Redo = Redo.NOTHING
    stopping: Stopping = field(default_factory=Stopping)


def run(
    inputs: Iterable[str],
    options: RunOptions,
    tell: Callable[[Event], None] = lambda _: None,
    executor: Executor | None = None,
) -> Summary:
    """Transcribe everything that `inputs` name into `options.out`.

    Raises OutputError when `options.out` cannot be written, or no longer, and EngineError when
    the engine is missing, before any page is read. Other errors are told, counted and survived.
    """
    check_writable(options.out)
    began = time.monotonic()
    with locked(options.out), Manifest(options.out, write=True) as manifest:
        scans, problems = find_scans(inputs, skip=options.out)
        if executor is None:
            executor = Processes(worker(options.read), options.jobs, options.limits)
        try:
            made_by = described(executor, min(len(scans), options.jobs))
            job = _Run(options, executor, manifest, made_by, scans, tell)
            for problem in problems:
                job.fail(problem)
            job.work()
            executor.close()
        finally:
            executor.stop()
        job.summary.seconds = time.monotonic() - began
        with manifest.change():
            manifest.end_run(job.number, job.summary.exit_code)
        return job.summary


@dataclass(slots=True)
class _InWork:
    """A document of which pages are out."""

    order: int
    scan: FoundScan
    entry: DocumentEntry
    refs: Iterator[PageRef] = field(default_factory=lambda: iter(()))
    left: int = 0

    @property
    def id(self) -> int:
        return self.entry.id


@dataclass(frozen=True, slots=True)
class _InHand:
    """A task that was handed out."""

    document: _InWork
    job: Job

    @property
    def page(self) -> int | None:
        return self.job.ref.index if isinstance(self.job, Read) else None


class _Run:
    """Keeps the books of a run."""

    def __init__(
        self,
        options: RunOptions,
        executor: Executor,
        manifest: Manifest,
        made_by: Mapping[str, Any],
        scans: tuple[FoundScan, ...],
        tell: Callable[[Event], None],
    ) -> None:
        self._options, self._executor, self._manifest = options, executor, manifest
        self._tell = tell
        read = options.read
        with manifest.change():
            settings = manifest.settings(
                settings_key(made_by, read),
                json.dumps(made_by, ensure_ascii=False, sort_keys=True),
                json.dumps(dataclasses.asdict(read), default=str, sort_keys=True),
            )
            self.number = manifest.begin_run(settings)
        named = Named(options.out, read.formats, read.overlay)
        self._plan = Plan(manifest, scans, named, settings, options.redo)
        self._todo = enumerate(scans)
        self._reading: deque[_InWork] = deque()
        self._again: deque[_InHand] = deque()
        self._in_hand: dict[int, _InHand] = {}
        self._tries: Counter[tuple[int, int | None]] = Counter()
        self._tickets = 0
        self._writer = Writer(options.out, manifest)
        self.summary = Summary()
        tell(Planned(len(scans)))

    # --- handing out

    def work(self) -> None:
        """Hand out and take in until nothing is left, or the run is to stop."""
        stopping = self._options.stopping
        while True:
            while len(self._in_hand) < self._executor.capacity():
                self.summary.stopped = self.summary.stopped or stopping.reason()
                if not (self._finish_begun() if self.summary.stopped else self._hand_out()):
                    break
            if not self._in_hand:
                break
            for outcome in self._executor.outcomes(PATIENCE_S):
                self._take(outcome)
        if code := stopping.exit_code():
            self.summary.codes = {code}

    def _finish_begun(self) -> bool:
        """Whether there was a document to make of which all pages are in."""
        for task in self._again:
            if isinstance(task.job, Finish):
                self._again.remove(task)
                self._submit(task)
                return True
        return False

    def _hand_out(self) -> bool:
        """Whether there was something to hand out: first what is begun, then the next scan."""
        if self._again:
            self._submit(self._again.popleft())
            return True
        while self._reading:
            document = self._reading[0]
            ref = next(document.refs, None)
            if ref is not None:
                self._submit(_InHand(document, Read(ref, str(document.scan.name))))
                return True
            self._reading.popleft()
        for order, scan in self._todo:
            if self._begin(order, scan):
                return True
            if self._options.stopping.reason():
                return False
        return False

    def _begin(self, order: int, scan: FoundScan) -> bool:
        """Whether a scan gives something to do at once."""
        try:
            todo, entry = self._plan.decide(scan)
        except NamingError as e:
            self._leave_out(e)
            return False
        document = _InWork(order, scan, entry)
        if todo is Todo.KEEP:
            self._keep(document)
            return False
        if todo is Todo.OPEN:
            self._submit(_InHand(document, Open(scan.path, str(scan.name), _shown(scan.path))))
            return True
        self._go_on(document)
        return self._hand_out()

    def _submit(self, task: _InHand) -> None:
        self._tickets += 1
        self._in_hand[self._tickets] = task
        limit = self._options.limits.page_s
        if isinstance(task.job, Open):
            limit += task.document.entry.size / SLOWEST_DISK
        elif isinstance(task.job, Finish):
            limit += len(task.job.pages) * FINISH_S
        scan = None if isinstance(task.job, Finish) else task.document.scan.path
        self._executor.submit(Task(self._tickets, task.job, limit, scan))

    def _go_on(self, document: _InWork) -> None:
        """Read the pages of an opened document that wait, or finish it if none does."""
        entry = document.entry
        waiting = [p.number for p in self._manifest.pages(entry.id) if p.state is State.WAITING]
        document.left = len(waiting)
        document.refs = (PageRef(document.scan.path, entry.sha256 or "", n) for n in waiting)
        if waiting:
            self._reading.append(document)
        else:
            self._finish(document)

    # --- taking in

    def _take(self, outcome: Outcome) -> None:
        task = self._in_hand.pop(outcome.ticket)
        result = outcome.result
        if outcome.lost:
            result = Failure(LimitError(f"{_where(task)}: {outcome.lost}; {_LOST_REMEDY}"))
        elif isinstance(result, Raised):
            why = " ".join(result.error.split())
            result = Failure(ShifrovkaError(f"{_where(task)}: {why}"), result.trace)
        error = getattr(result, "error", None) or getattr(
            getattr(result, "read", None), "error", None
        )
        if error is not None and self._try_again(task, error):
            return
        match task.job:
            case Open():
                self._take_opened(task.document, result, outcome.seconds)
            case Read():
                if isinstance(result, Failure):
                    result = failed_page(task.job.ref.index, result.error, result.trace)
                self._take_page(task.document, result, outcome.seconds)
            case Finish():
                self._take_files(task.document, result)

    def _try_again(self, task: _InHand, error: ShifrovkaError) -> bool:
        """Whether a page that may do better is tried once more; a bad scan never does."""
        if isinstance(error, ScanError | OutputError):
            return False
        key = (task.document.id, task.page)
        self._tries[key] += 1
        if self._tries[key] >= TRIES:
            del self._tries[key]
            return False
        if task.page is not None:
            with self._manifest.change():
                self._manifest.attempted(task.document.id, task.page)
        self._again.append(task)
        self._tell(Retried(task.document.scan.path, task.page, str(error)))
        return True

    def _take_opened(self, document: _InWork, result: Opened | Failure, seconds: float) -> None:
        if isinstance(result, Failure):
            self._give_up(document, result.error, result.trace)
            return
        try:
            self._plan.claim(document.id, document.scan, result.pages)
        except NamingError as e:
            self._give_up(document, e)
            return
        with self._manifest.change():
            self._manifest.opened(document.id, result.sha256, result.pages)
        document.entry = dataclasses.replace(
            document.entry, sha256=result.sha256, pages=result.pages
        )
        read = result.read
        if read is None:
            self._go_on(document)
            return
        document.left = 1
        if read.error is not None:
            self._take_page(document, read, seconds)
            return
        self._survive(document, lambda: self._write_single(document, read, result.files, seconds))

    def _write_single(
        self, document: _InWork, read: PageRead, files: tuple[File, ...], seconds: float
    ) -> None:
        """A scan of one page comes whole: its page and its files are entered together."""
        paths = self._writer.write((*read.pictures, *files))
        with self._manifest.change():
            self._manifest.page_done(document.id, 0, seconds, None)
            self._writer.enter(document.id, paths)
            self._manifest.settle(document.id, State.DONE)
        self._writer.remove_old(document.id)
        self._count_page(document, 0, seconds, failed=False)
        self._told_done(document)

    def _take_page(self, document: _InWork, read: PageRead, seconds: float) -> None:
        if read.error is not None:
            self.fail(read.error, read.trace)
        self._survive(document, lambda: self._enter_page(document, read, seconds))
        self._count_page(document, read.index, seconds, failed=read.error is not None)
        document.left -= 1
        if document.left == 0:
            self._finish(document)

    def _enter_page(self, document: _InWork, read: PageRead, seconds: float) -> None:
        paths = self._writer.write(read.pictures)
        error = None if read.error is None else (printable(str(read.error)), read.error.exit_code)
        with self._manifest.change():
            self._manifest.page_done(document.id, read.index, seconds, read.page, error)
            self._writer.enter(document.id, paths)

    def _finish(self, document: _InWork) -> None:
        """Have the files made of a document whose pages are all in."""
        pages = self._manifest.pages(document.id)
        failed = [p for p in pages if p.state is State.FAILED]
        if len(failed) == len(pages):
            self._give_up(document, None, code=failed[0].code or 1)
            return
        scan = document.scan.path
        source = Source(_shown(scan), document.entry.sha256 or "", len(pages))
        whys = tuple(
            (p.number, (p.error or "").replace(printable(str(scan)), _shown(scan))) for p in failed
        )
        results = tuple(self._manifest.results(document.id))
        job = Finish(scan, str(document.scan.name), source, results, whys)
        self._again.append(_InHand(document, job))

    def _take_files(self, document: _InWork, result: tuple[File, ...] | Failure) -> None:
        if isinstance(result, Failure):
            self._give_up(document, result.error, result.trace)
            return

        def enter() -> None:
            paths = self._writer.write(result)
            failed = self._failed_pages(document)
            with self._manifest.change():
                self._writer.enter(document.id, paths)
                self._manifest.settle(document.id, State.DONE, keep_results=failed > 0)
            self._writer.remove_old(document.id)
            self._told_done(document)

        self._survive(document, enter)

    def _survive(self, document: _InWork, act: Callable[[], None]) -> None:
        """A file that cannot be written costs its document; a full disk or manifest, the run.

        The document goes on waiting: the next run makes it once its place can be written.
        """
        try:
            act()
        except OutputError as e:
            why = e.__cause__
            if not isinstance(why, OSError) or why.errno in DISK_ERRORS:
                raise
            self._leave_out(e)

    # --- the books

    def fail(self, error: ShifrovkaError, trace: str = "") -> None:
        """Tell and count a failure."""
        self.summary.codes.add(error.exit_code)
        self._options.stopping.failed(error)
        self._tell(Failed(error, trace))

    def _leave_out(self, error: ShifrovkaError) -> None:
        self.summary.left_out += 1
        self.fail(error)

    def _give_up(
        self, document: _InWork, error: ShifrovkaError | None, trace: str = "", code: int = 1
    ) -> None:
        """No document comes of a scan; `error` is None when its pages have told why."""
        self.summary.left_out += 1
        if error is not None:
            self.fail(error, trace)
        text = None if error is None else printable(str(error))
        with self._manifest.change():
            self._manifest.settle(
                document.id, State.FAILED, text, error.exit_code if error else code
            )

    def _count_page(self, document: _InWork, page: int, seconds: float, *, failed: bool) -> None:
        self.summary.pages += 1
        self.summary.failed_pages += failed
        self._options.stopping.page_done()
        pages = document.entry.pages or 1
        self._tell(PageDone(document.scan.path, page, pages, seconds, failed))

    def _failed_pages(self, document: _InWork) -> int:
        return sum(p.state is State.FAILED for p in self._manifest.pages(document.id))

    def _told_done(self, document: _InWork) -> None:
        self.summary.documents += 1
        failed = self._failed_pages(document)
        pages = document.entry.pages or 1
        files = self._writer.files(document.id)
        self._tell(Written(document.order, document.scan.path, files, pages, failed))

    def _keep(self, document: _InWork) -> None:
        """Count what was done before, and what was set aside."""
        self.summary.kept += 1
        entry = document.entry
        failed = [p for p in self._manifest.pages(entry.id) if p.state is State.FAILED]
        codes = {p.code for p in failed} | ({entry.code} if entry.code else set())
        self.summary.codes |= {code for code in codes if code}
        files = self._writer.files(document.id)
        done = Written(document.order, document.scan.path, files, entry.pages or 0, len(failed))
        self._tell(Kept(done))


_LOST_REMEDY = (
    "see whether memory runs out, or scan the page at a lower resolution; more is allowed with "
    "--memory and --page-seconds"
)


def _where(task: _InHand) -> str:
    page = "" if task.page is None else f", page {task.page + 1}"
    return f"{task.document.scan.path}{page}"


def _shown(scan: Path) -> str:
    """The name of a scan as results have it."""
    return printable(scan.name)
