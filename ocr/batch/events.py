"""What a run tells while it goes on, and what came of it in the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ocr.errors import ShifrovkaError


@dataclass(frozen=True, slots=True)
class Planned:
    """How many scans there are, before the first is opened."""

    documents: int


@dataclass(frozen=True, slots=True)
class PageDone:
    """A page that is through. `page`: its index; `pages`: of the scan."""

    scan: Path
    page: int
    pages: int
    seconds: float
    failed: bool


@dataclass(frozen=True, slots=True)
class Written:
    """A document that is done: its place among the inputs, its files, how many pages failed."""

    order: int
    scan: Path
    files: tuple[Path, ...]
    pages: int
    failed: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A document that was done before, by the same settings, and is left as it is."""

    document: Written


@dataclass(frozen=True, slots=True)
class Failed:
    """Something that failed; `trace` is where, for those who mend the program."""

    error: ShifrovkaError
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Retried:
    """A page that was lost and is tried once more."""

    scan: Path
    page: int | None
    why: str


Event = Planned | PageDone | Written | Kept | Failed | Retried


@dataclass(slots=True)
class Summary:
    """What came of a run.

    kept     documents that were done before
    codes    exit codes of all failures, of earlier ones that were set aside too
    stopped  why the run ended before its end, if it did
    """

    documents: int = 0
    kept: int = 0
    left_out: int = 0
    pages: int = 0
    failed_pages: int = 0
    seconds: float = 0.0
    codes: set[int] = field(default_factory=set)
    stopped: str = ""

    @property
    def exit_code(self) -> int:
        """0, or the lowest code of the errors met."""
        return min(self.codes, default=0)
