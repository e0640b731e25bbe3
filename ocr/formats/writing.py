"""Results appear whole or not at all: written beside their place, made durable, then renamed."""

from __future__ import annotations

import os
from pathlib import Path

from ocr.errors import OutputError


def write_whole(path: Path, data: bytes, drafts: Path | None = None) -> None:
    """Put `data` at `path`, replacing what stood there, in one step.

    The folder is made where it is missing. A run that is killed leaves the old file or none, and
    perhaps a draft beside it, or in `drafts`, a folder on the same file system.
    Raises OutputError when the place cannot be written.
    """
    # short, for a long Cyrillic name plus a suffix may exceed the 255 bytes that names have
    draft = (drafts or path.parent) / f".shifrovka-{os.getpid()}.tmp"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        try:
            with draft.open("xb") as file:  # never through a link that somebody laid there
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
            _sync_folder(path.parent)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    except OSError as e:
        raise cannot_write(path, e) from e


def _sync_folder(folder: Path) -> None:
    """The new name is durable as well; where folders cannot be opened, nothing more can be done."""
    try:
        opened = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def check_writable(folder: Path) -> None:
    """Make `folder` and prove that files can be written there. Raises OutputError."""
    probe = folder / f".shifrovka-{os.getpid()}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with probe.open("wb"):
            pass
        probe.unlink()
    except OSError as e:
        raise cannot_write(folder, e) from e


def cannot_write(path: Path, e: OSError) -> OutputError:
    why = (e.strerror or str(e)).lower()
    return OutputError(f"{path}: cannot be written ({why}); choose another folder with -o")
