"""What is to be done about a scan, by what the manifest knows of it.

Read are scans that are new, whose content changed, and what was made by other settings or another
model; begun documents are gone on with. What failed was tried twice and is set aside until it is
asked for.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ocr.batch.manifest import DocumentEntry, Manifest, State
from ocr.batch.results import NamingError, check_length, output_names
from ocr.errors import OutputError
from ocr.load import FoundScan


class Redo(StrEnum):
    """What is read again though it is there.

    changed  scans of which size and time say that they are the same, but their bytes do not
    failed   what was set aside
    all      everything
    """

    NOTHING = "nothing"
    CHANGED = "changed"
    FAILED = "failed"
    ALL = "all"


class Todo(StrEnum):
    """What to do about a scan."""

    OPEN = "open"
    GO_ON = "go on"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Named:
    """The results that are wanted of each scan."""

    out: Path
    formats: Sequence[str]
    overlay: bool


class Plan:
    """Decides about scans one by one. `settings`: the number of this run's in the manifest."""

    def __init__(
        self,
        manifest: Manifest,
        scans: Sequence[FoundScan],
        named: Named,
        settings: int,
        redo: Redo = Redo.NOTHING,
    ) -> None:
        self._manifest, self._named, self._settings, self._redo = manifest, named, settings, redo
        self._owners: dict[str, Path] = {}
        for scan in scans:
            self._owners.setdefault(str(scan.name), scan.path)
        self._scans = {os.path.realpath(scan.path) for scan in scans}

    def decide(self, scan: FoundScan) -> tuple[Todo, DocumentEntry]:
        """What to do, and the entry as it now is. Raises NamingError where names collide."""
        name = str(scan.name)
        self._check_owner(scan)
        entry = self._manifest.document(name)
        stat = _stat(scan.path)
        if entry is None:
            return Todo.OPEN, self._enter(scan, stat)
        same = self._is_same(entry, scan.path, stat)
        if not same and not _same_place(entry.path, scan.path) and entry.path.exists():
            raise _collision(scan.path, f"{name}.*", f"the results of {entry.path}")
        if not same or self._redo is Redo.ALL or entry.settings != self._settings:
            return Todo.OPEN, self._enter(scan, stat)
        if entry.code == OutputError.exit_code:  # another scan was in its way; perhaps no longer
            return Todo.OPEN, self._enter(scan, stat)
        if entry.state is State.WAITING:
            todo = Todo.GO_ON if entry.pages else Todo.OPEN
            return (todo, entry) if entry.pages else (todo, self._enter(scan, stat))
        if self._redo is Redo.FAILED and self._any_failed(entry):
            return self._redone(scan, entry, stat)
        if entry.state is State.DONE and not self._all_there(entry):
            return Todo.OPEN, self._enter(scan, stat)
        return Todo.KEEP, entry

    def claim(self, document: int, scan: FoundScan, pages: int) -> None:
        """Reserve the document's files. Raises NamingError when another one has them."""
        name = str(scan.name)
        files = output_names(name, pages, self._named.formats, self._named.overlay)
        check_length(str(scan.path), files)
        self._check_scans(scan, files)
        if pages > 1 and "page" in self._named.formats:
            for index in range(pages):
                owner = self._owners.get(f"{name}.{index + 1}")
                if owner is not None:
                    raise _collision(scan.path, f"{name}.{index + 1}.xml", f"those of {owner}")
        with self._manifest.change():
            taken = self._manifest.claim(document, files)
        if taken is not None:
            other = self._manifest.claimed_by(taken)
            raise _collision(scan.path, taken, f"the result of {other.path if other else '?'}")

    def _check_owner(self, scan: FoundScan) -> None:
        name = str(scan.name)
        first = self._owners[name]
        if first != scan.path:
            raise _collision(scan.path, f"{name}.txt", f"the result of {first}")
        plain = name.removesuffix(".reading")
        if plain != name and plain in self._owners:
            raise _collision(scan.path, f"{name}.txt", f"the result of {self._owners[plain]}")
        files = output_names(name, 1, self._named.formats, overlay=False)
        check_length(str(scan.path), files)
        self._check_scans(scan, files)

    def _check_scans(self, scan: FoundScan, files: Sequence[str]) -> None:
        for file in files:
            if os.path.realpath(self._named.out / file) in self._scans:
                raise _collision(scan.path, file, f"the scan {self._named.out / file}")

    def _enter(self, scan: FoundScan, stat: os.stat_result | None) -> DocumentEntry:
        with self._manifest.change():
            self._manifest.enter(str(scan.name), scan.path, stat, self._settings)
        return self._known(scan)

    def _known(self, scan: FoundScan) -> DocumentEntry:
        entry = self._manifest.document(str(scan.name))
        assert entry is not None
        return entry

    def _is_same(self, entry: DocumentEntry, path: Path, stat: os.stat_result | None) -> bool:
        """Whether the content is the one that was read; by size and time where they tell."""
        if stat is None:
            return False
        told = (stat.st_size, stat.st_mtime_ns) == (entry.size, entry.mtime_ns)
        if told and _same_place(entry.path, path) and self._redo is not Redo.CHANGED:
            return True
        if stat.st_size != entry.size or entry.sha256 is None or _sha256(path) != entry.sha256:
            return False
        with self._manifest.change():
            self._manifest.seen_at(entry.id, path, stat)
        return True

    def _any_failed(self, entry: DocumentEntry) -> bool:
        if entry.state is State.FAILED:
            return True
        return any(p.state is State.FAILED for p in self._manifest.pages(entry.id))

    def _redone(
        self, scan: FoundScan, entry: DocumentEntry, stat: os.stat_result | None
    ) -> tuple[Todo, DocumentEntry]:
        if not entry.pages or entry.pages == 1:
            return Todo.OPEN, self._enter(scan, stat)
        with self._manifest.change():
            self._manifest.forget_failures(entry.id)
        return Todo.GO_ON, self._known(scan)

    def _all_there(self, entry: DocumentEntry) -> bool:
        for output in self._manifest.outputs(entry.id):
            stat = _stat(self._named.out / output.path)
            if stat is None or stat.st_size != output.size:
                return False
        return True


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _same_place(a: Path, b: Path) -> bool:
    return os.path.realpath(a) == os.path.realpath(b)


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _collision(scan: Path, file: str, whose: str) -> NamingError:
    return NamingError(
        f"{scan}: its result {file} would overwrite {whose}; rename one of them, or give it a "
        "folder of its own"
    )
