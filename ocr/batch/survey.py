"""Who reads, and how: what the workers say of themselves before the first page is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from ocr.batch.executors import Executor, Raised, Task
from ocr.batch.work import Describe, Failure, ReadOptions
from ocr.errors import ShifrovkaError

# seconds for opening an engine, on a machine where all cores are busy
OPENING_S = 300.0
# how long to wait for something to come in before looking round again, in seconds
PATIENCE_S = 5.0


def settings_key(made_by: Mapping[str, Any], read: ReadOptions) -> str:
    """SHA-256 of all that decides what comes out: program, engine, model, settings, formats."""
    data = json.dumps([made_by, list(read.formats), read.overlay], sort_keys=True)
    return hashlib.sha256(data.encode()).hexdigest()


def described(executor: Executor, workers: int) -> Mapping[str, Any]:
    """The provenance of what the executor's workers make.

    Asked of all that may differ, and of so many `workers` that all processes start at once.
    """
    asked = max(executor.workers(), workers)
    for n in range(asked):
        executor.submit(Task(-1 - n, Describe(), OPENING_S, to=n))
    told: list[Any] = []
    while len(told) < asked:
        for outcome in executor.outcomes(PATIENCE_S):
            if outcome.lost:
                raise ShifrovkaError(f"a process that should read pages failed: {outcome.lost}")
            if isinstance(outcome.result, Failure):
                raise outcome.result.error
            if isinstance(outcome.result, Raised):
                raise ShifrovkaError(f"the engine cannot be opened: {outcome.result.error}")
            told.append(outcome.result)
    for other in told[1:]:
        if other != told[0]:
            raise ShifrovkaError(
                "the workers are not alike, so results would depend on who reads; give all the "
                f"same versions: {difference(told[0], other)}"
            )
    made_by: Mapping[str, Any] = told[0]
    return made_by


def difference(a: Mapping[str, Any], b: Mapping[str, Any]) -> str:
    keys = [key for key in sorted({*a, *b}) if a.get(key) != b.get(key)]
    return "; ".join(f"{key}: {a.get(key)} and {b.get(key)}" for key in keys)
