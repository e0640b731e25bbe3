"""What runs tasks somewhere: processes of this machine (`processes`) or a cluster (`cluster`).

The run that hands out tasks keeps all books; an executor knows nothing of scans and manifests.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, Protocol


class Task(NamedTuple):
    """Something to be worked on: `job` is what the executor's `work` takes, and pickles.

    scan  the file that the job reads, if it reads one
    to    the number of the worker that shall do it, where workers may differ
    """

    ticket: int
    job: Any
    limit_s: float
    scan: Path | None = None
    to: int | None = None


class Outcome(NamedTuple):
    """What came of a task: its result, or `lost` says how it was lost with its process.

    seconds  that the work took, without its way there and back
    """

    ticket: int
    result: Any
    seconds: float = 0.0
    lost: str = ""


class Raised(NamedTuple):
    """A result that is none: what `work` raised, and where."""

    error: str
    trace: str


Work = Callable[[Any], Any]


class Executor(Protocol):
    """Runs tasks in any order. A task that is lost costs no other one."""

    def capacity(self) -> int:
        """How many tasks it takes to keep it busy; more only wait."""

    def workers(self) -> int:
        """How many workers there are that may differ: machines, not processes of one."""

    def submit(self, task: Task) -> None:
        """Take a task."""

    def outcomes(self, wait_s: float) -> list[Outcome]:
        """What has come in; waits up to `wait_s` seconds for something."""

    def close(self) -> None:
        """End in order; nothing is in hand."""

    def stop(self) -> None:
        """End at once, whatever is in hand."""


def cores() -> int:
    """The cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # outside Linux
        return os.cpu_count() or 1
