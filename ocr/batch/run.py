"""A whole run: from the inputs a user names to the files that come out.

Pages of all documents go to the executor together, so that one long document keeps every core
busy. A document is written when its last page is in; its bytes do not depend on how many
processes read it. A page that fails leaves an empty page in its place and an entry in
`provenance.failed_pages`; a document is left out only when none of its pages could be read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from ocr.assemble import assemble_document
from ocr.batch.executors import run_tasks
from ocr.batch.pages import (
    PageRead,
    PageTask,
    ReadOptions,
    ReadPage,
    failed_page,
    opened,
    read_page,
)
from ocr.batch.provenance import provenance
from ocr.document import Document, PageRef, Source
from ocr.errors import OutputError, ShifrovkaError
from ocr.formats.page_xml import to_page_xml
from ocr.formats.record import dump, to_json
from ocr.formats.text import reading_text, sheet_text
from ocr.formats.writing import check_writable, write_whole
from ocr.load import FoundScan, find_scans, open_scan

FORMATS = ("txt", "json", "page")


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Where results go and in which of `FORMATS`, and how many processes read."""

    out: Path
    formats: Sequence[str] = ("txt", "json")
    jobs: int = 1
    read: ReadOptions = field(default_factory=ReadOptions)


@dataclass(frozen=True, slots=True)
class Written:
    """A document that is done: its scan, its files, and how many of its pages failed."""

    scan: Path
    files: tuple[Path, ...]
    pages: int
    failed: int


@dataclass(frozen=True, slots=True)
class Failed:
    """Something that failed; `trace` is where, for those who mend the program."""

    error: ShifrovkaError
    trace: str = ""


@dataclass(frozen=True, slots=True)
class PageDone:
    """A page that is through, and how many of the scans have all theirs through."""

    page: PageRef
    documents_done: int
    documents: int


Event = Written | Failed | PageDone


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a run: its documents in the order of the inputs, and what failed."""

    written: tuple[Written, ...]
    errors: tuple[ShifrovkaError, ...]

    @property
    def exit_code(self) -> int:
        """0, or the lowest code of the errors met."""
        return min((e.exit_code for e in self.errors), default=0)


def run(
    inputs: Iterable[str],
    options: RunOptions,
    tell: Callable[[Event], None] = lambda _: None,
    read: ReadPage = read_page,
) -> Summary:
    """Transcribe everything that `inputs` name into `options.out`.

    Raises OutputError when `options.out` cannot be written and EngineError when the engine is
    missing, both before any page is read. All other errors are told, collected and survived.
    """
    check_writable(options.out)
    made_by = how(options.read)
    scans, problems = find_scans(inputs, skip=options.out)
    job = _Run(options, made_by, scans, tell)
    for problem in problems:
        job.fail(problem)
    reading = partial(read, options.read)
    with closing(run_tasks(reading, job.tasks(), options.jobs, _lost)) as results:
        for result in results:
            job.take(result)
    return Summary(tuple(job.written[n] for n in sorted(job.written)), tuple(job.errors))


def how(options: ReadOptions) -> dict[str, Any]:
    """The provenance of documents read so. Raises EngineError when the engine is missing."""
    engine = opened(options.engine, options.settings)
    about = {"model_sha256": engine.model_sha256, **engine.versions()}
    return provenance(engine.id, about, options.settings)


def _real(path: Path) -> Path:
    """Without links; unlike Path.resolve, which raises where they go in a circle."""
    return Path(os.path.realpath(path))


def _lost(task: PageTask, e: BaseException) -> PageRead:
    if isinstance(e, BrokenProcessPool):
        e = ShifrovkaError(
            f"{task.ref.scan}, page {task.ref.index + 1}: the process that read it died, twice; "
            "see whether memory runs out, or scan the page at a lower resolution"
        )
    return failed_page(task, e)


@dataclass(slots=True)
class _InWork:
    """A document of which pages are out."""

    scan: FoundScan
    refs: tuple[PageRef, ...]
    pages: dict[int, PageRead] = field(default_factory=dict)
    overlays: list[Path] = field(default_factory=list)


class _Run:
    """Keeps book over the documents in work."""

    def __init__(
        self,
        options: RunOptions,
        made_by: Mapping[str, Any],
        scans: Sequence[FoundScan],
        tell: Callable[[Event], None],
    ) -> None:
        self._options, self._made_by, self._scans, self._tell = options, made_by, scans, tell
        self._in_work: dict[int, _InWork] = {}
        self._claimed = {_real(scan.path): f"the scan {scan.path}" for scan in scans}
        self._done = 0
        self.written: dict[int, Written] = {}
        self.errors: list[ShifrovkaError] = []

    def fail(self, error: ShifrovkaError, trace: str = "") -> None:
        self.errors.append(error)
        self._tell(Failed(error, trace))

    def tasks(self) -> Iterator[PageTask]:
        """The pages of all scans; each scan is opened when its turn comes."""
        for number, scan in enumerate(self._scans):
            try:
                refs = open_scan(scan.path, self._options.read.settings.load)
                self._claim(scan, len(refs))
            except ShifrovkaError as e:
                self._done += 1
                self.fail(e)
                continue
            self._in_work[number] = _InWork(scan, refs)
            yield from (PageTask(number, ref) for ref in refs)

    def _claim(self, scan: FoundScan, pages: int) -> None:
        """Reserve the document's files. Raises OutputError when another one has them."""
        names = output_names(str(scan.name), pages, self._options)
        places = [_real(self._options.out / name) for name in names]
        for place in places:
            if place in self._claimed:
                raise OutputError(
                    f"{scan.path}: its result {place.name} would overwrite "
                    f"{self._claimed[place]}; rename one of them, or give it a folder of its own"
                )
        self._claimed.update((place, f"the result of {scan.path}") for place in places)

    def take(self, result: PageRead) -> None:
        """Note a page, and write its document when it was the last one."""
        number = result.task.document
        document = self._in_work[number]
        document.pages[result.task.ref.index] = replace(result, overlay=None, crops=())  # large
        if result.error is not None:
            self.fail(result.error, result.trace)
        self._survive(lambda: self._write_overlay(document, result))
        if len(document.pages) == len(document.refs):
            del self._in_work[number]
            self._done += 1
            self._survive(lambda: self._finish(number, document))
        self._tell(PageDone(result.task.ref, self._done, len(self._scans)))

    def _survive(self, act: Callable[[], None]) -> None:
        try:
            act()
        except ShifrovkaError as e:
            self.fail(e)

    def _write_overlay(self, document: _InWork, result: PageRead) -> None:
        if result.overlay is not None:
            name = overlay_name(str(document.scan.name), result.task.ref.index)
            pictures = [(name, result.overlay)]
            stem = name.removesuffix(".png")
            pictures += [(f"{stem}.{mark}.png", data) for mark, data in result.crops]
            for picture, data in pictures:
                write_whole(self._options.out / picture, data)
                document.overlays.append(self._options.out / picture)

    def _finish(self, number: int, document: _InWork) -> None:
        pages = [document.pages[ref.index] for ref in document.refs]
        failed = [p for p in pages if p.error is not None]
        if len(failed) == len(pages):
            return
        whole = self._assemble(document, pages)
        files = []
        for name, data in render(whole, str(document.scan.name), self._options.formats):
            files.append(self._options.out / name)
            write_whole(files[-1], data)
        done = Written(
            document.scan.path, (*files, *sorted(document.overlays)), len(pages), len(failed)
        )
        self.written[number] = done
        self._tell(done)

    def _assemble(self, document: _InWork, pages: Sequence[PageRead]) -> Document:
        scan = document.scan.path
        made_by = dict(self._made_by)
        if any(p.error is not None for p in pages):
            made_by["failed_pages"] = [
                {"index": p.page.index, "error": str(p.error).replace(str(scan), scan.name)}
                for p in pages
                if p.error is not None
            ]
        source = Source(scan.name, document.refs[0].sha256, len(pages))
        try:
            return assemble_document(
                source, [p.page for p in pages], made_by, self._options.read.settings.assemble
            )
        except ShifrovkaError:
            raise
        except Exception as e:
            why = " ".join(f"{type(e).__name__}: {e}".split())
            raise ShifrovkaError(
                f"{scan}: failed for a reason of ours ({why}); please report it"
            ) from e


def render(document: Document, name: str, formats: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """(file name, content) of each result."""
    if "txt" in formats:
        yield f"{name}.txt", sheet_text(document).encode()
        yield f"{name}.reading.txt", reading_text(document).encode()
    if "json" in formats:
        yield f"{name}.json", dump(to_json(document)).encode()
    if "page" in formats:
        for page in document.pages:
            file = page_name(name, page.index, len(document.pages))
            yield file, to_page_xml(page, document.source.file_name)


def output_names(name: str, pages: int, options: RunOptions) -> list[str]:
    """The files that a document of so many pages will make."""
    names = []
    if "txt" in options.formats:
        names += [f"{name}.txt", f"{name}.reading.txt"]
    if "json" in options.formats:
        names.append(f"{name}.json")
    if "page" in options.formats:
        names += [page_name(name, index, pages) for index in range(pages)]
    if options.read.overlay:
        names += [overlay_name(name, index) for index in range(pages)]
    return names


def page_name(name: str, index: int, pages: int) -> str:
    """The PAGE XML of a page; that of a single page bears no number."""
    return f"{name}.xml" if pages == 1 else f"{name}.{index + 1}.xml"


def overlay_name(name: str, index: int) -> str:
    return f"{name}.{index + 1}.png"
