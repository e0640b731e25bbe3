"""Writes results below OUT and enters them in the manifest: whole, durable, and nowhere else."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ocr.batch.manifest import Manifest, drafts
from ocr.batch.work import File
from ocr.errors import OutputError
from ocr.formats.writing import write_whole

# errors of the file system after which nothing can be written any more
DISK_ERRORS = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO))


class WrittenFile(NamedTuple):
    """A file that lies in its place: its name below OUT, its hash and its size."""

    name: str
    sha256: str
    size: int


class Writer:
    """Writes into one OUT. Documents go by their number in the manifest."""

    def __init__(self, out: Path, manifest: Manifest) -> None:
        self._out, self._manifest = out, manifest
        self._folders: set[Path] = set()

    def write(self, files: Iterable[File]) -> list[WrittenFile]:
        """Raises OutputError with the OSError that was its cause."""
        written = []
        for name, data in files:
            self._check_within((self._out / name).parent)
            write_whole(self._out / name, data, drafts(self._out))
            written.append(WrittenFile(name, hashlib.sha256(data).hexdigest(), len(data)))
        return written

    def enter(self, document: int, files: Iterable[WrittenFile]) -> None:
        """Within a change of the manifest: these files are the document's."""
        for file in files:
            self._manifest.written(document, *file)

    def remove_old(self, document: int) -> None:
        """Take away what an earlier making left that this one did not replace."""
        with self._manifest.change():
            old = self._manifest.take_old(document)
        for name in old:
            (self._out / name).unlink(missing_ok=True)

    def files(self, document: int) -> tuple[Path, ...]:
        """The files of a document, of all its makings that are still there."""
        return tuple(self._out / o.path for o in self._manifest.outputs(document))

    def _check_within(self, folder: Path) -> None:
        """Raises OutputError where a link in OUT would lead results elsewhere."""
        if folder in self._folders:
            return
        if not folder.resolve().is_relative_to(self._out.resolve()):
            away = OutputError(f"{folder}: leads out of {self._out} by a link; remove the link")
            raise away from OSError(errno.ELOOP, "a link leads away")
        self._folders.add(folder)
