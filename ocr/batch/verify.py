"""Whether what a folder of results should hold is there, whole, and made by what is told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ocr.batch.manifest import DocumentEntry, Manifest, State


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as the manifest says: the file, and what is wrong with it."""

    file: Path
    what: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and what is wrong. `settings`: how many documents each made."""

    documents: int
    files: int
    problems: tuple[Problem, ...]
    settings: dict[int, int]


def verify(out: Path, manifest: Manifest, *, scans: bool = False) -> Verified:
    """Hash every result, and with `scans` every scan, and compare them with the manifest."""
    documents = files = 0
    settings: dict[int, int] = {}
    problems: list[Problem] = []
    for entry in manifest.documents():
        documents += 1
        if entry.state is State.DONE:
            settings[entry.settings] = settings.get(entry.settings, 0) + 1
        outputs = manifest.outputs(entry.id)
        files += len(outputs)
        for output in outputs:
            wrong = _wrong(out / output.path, output.sha256)
            if wrong:
                problems.append(Problem(out / output.path, wrong))
        problems += _unfinished(entry, len(outputs))
        if scans and entry.sha256 is not None:
            wrong = _wrong(entry.path, entry.sha256)
            if wrong:
                problems.append(Problem(entry.path, f"the scan {wrong}"))
    return Verified(documents, files, tuple(problems), settings)


def _unfinished(entry: DocumentEntry, outputs: int) -> Iterator[Problem]:
    if entry.state is State.WAITING:
        yield Problem(entry.path, "is not read yet; give the same transcribe command again")
    elif entry.state is State.DONE and not outputs:
        yield Problem(entry.path, "is told to be done, but has no results; transcribe it again")


def _wrong(file: Path, sha256: str | None) -> str:
    """What is wrong with a file; nothing when its content has this hash."""
    try:
        with file.open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
    except FileNotFoundError:
        return "is missing; transcribe again"
    except OSError as e:
        return f"cannot be read ({(e.strerror or str(e)).lower()})"
    return "" if found == sha256 else "was changed since it was written"
