"""Finds the scans that inputs name: files, folders searched through, and patterns."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from ocr.errors import NoScansError, ScanError, ShifrovkaError

_PDF, _OTHERS = (".pdf",), (".jp2", ".j2k", ".jpx", ".jpf", ".bmp", ".webp")
_COMMON = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".tif", ".tiff")
SUFFIXES = frozenset((*_PDF, *_COMMON, *_OTHERS))
# Text chunk of the PNGs that show what was found on a scan: they are pictures of results and
# are not read again when they lie among the scans.
OVERLAY_MARK = ("Software", "shifrovka overlay")
# It stands before the pixels; looked for as bytes, for here nothing is decoded.
_OVERLAY_CHUNK, _CHUNK_WITHIN = "tEXt{}\0{}".format(*OVERLAY_MARK).encode("ascii"), 1024


@dataclass(frozen=True, slots=True)
class FoundScan:
    """A scan, and the name of its results: its path below the folder searched, without suffix."""

    path: Path
    name: PurePath


def find_scans(
    inputs: Iterable[str], skip: Path | None = None
) -> tuple[tuple[FoundScan, ...], tuple[ShifrovkaError, ...]]:
    """The scans that `inputs` name, each once, in order; and what could not be found.

    Folders are searched through in alphabetic order for the suffixes of scans, hidden files and
    the folder `skip` (of results) left out. A file named directly is taken whatever its suffix.
    """
    found: dict[str, FoundScan] = {}
    problems: list[ShifrovkaError] = []
    for name in inputs:
        try:
            for scan in _find(name, skip, problems):
                found.setdefault(os.path.realpath(scan.path), scan)
        except ShifrovkaError as e:
            problems.append(e)
    return tuple(found.values()), tuple(problems)


def _find(name: str, skip: Path | None, problems: list[ShifrovkaError]) -> Sequence[FoundScan]:
    path = Path(name)
    if path.is_dir():
        scans = _search(path, skip, problems)
        if not scans:
            raise NoScansError(f"{name}: holds no scans; they end in {_suffixes()}")
        return scans
    if os.path.lexists(path):
        if _is_overlay(path):
            raise NoScansError(f"{name}: is an overlay drawn by shifrovka; name the scan itself")
        return [FoundScan(path, PurePath(path.stem))]
    if not glob.has_magic(name):
        raise NoScansError(f"{name}: there is no such file or folder; check the path")
    hits = sorted(Path(hit) for hit in glob.glob(name, recursive=True))  # noqa: PTH207
    scans = [scan for hit in hits for scan in _take(hit, skip, problems)]
    if not scans:
        raise NoScansError(f"{name}: this pattern matches no scans; they end in {_suffixes()}")
    return scans


def _take(hit: Path, skip: Path | None, problems: list[ShifrovkaError]) -> Sequence[FoundScan]:
    """What a pattern's hit stands for: a folder for its scans, a file for itself."""
    if hit.is_dir():
        return _search(hit, skip, problems)
    return [FoundScan(hit, PurePath(hit.stem))] if _is_scan(hit) else []


def _search(folder: Path, skip: Path | None, problems: list[ShifrovkaError]) -> list[FoundScan]:
    """The scans below `folder`; folders that cannot be entered go to `problems`."""

    def locked(e: OSError) -> None:
        why = (e.strerror or str(e)).lower()
        problems.append(
            ScanError(f"{e.filename}: cannot be searched ({why}); check its permissions")
        )

    scans = []
    for here, folders, files in os.walk(folder, onerror=locked):
        below = [f for f in sorted(folders) if not f.startswith(".")]
        folders[:] = [f for f in below if skip is None or not _same(Path(here, f), skip)]
        for file in sorted(files):
            path = Path(here, file)
            if _is_scan(path):
                scans.append(FoundScan(path, path.relative_to(folder).with_suffix("")))
    return scans


def _same(a: Path, b: Path) -> bool:
    return os.path.realpath(a) == os.path.realpath(b)


def _is_scan(path: Path) -> bool:
    hidden = path.name.startswith(".")
    return path.suffix.lower() in SUFFIXES and not hidden and not _is_overlay(path)


def _is_overlay(path: Path) -> bool:
    if path.suffix.lower() != ".png" or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return _OVERLAY_CHUNK in file.read(_CHUNK_WITHIN)
    except OSError:  # whatever is wrong with it will be told when it is read
        return False


def _suffixes() -> str:
    return " ".join(sorted(SUFFIXES))
