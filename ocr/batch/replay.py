"""Reads a scan again with the settings that a result records, and compares the texts."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from ocr.batch.events import Event, Failed
from ocr.batch.limits import Limits
from ocr.batch.manifest import FOLDER, Manifest
from ocr.batch.run import RunOptions, run
from ocr.batch.work import ReadOptions
from ocr.document import Document
from ocr.errors import OutputError, ScanError, ShifrovkaError, TruthError, printable
from ocr.formats.record import from_json, load
from ocr.formats.text import sheet_text
from ocr.recognize.engine import ENGINES
from ocr.recognize.neural import NeuralSettings
from ocr.settings import Settings


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it.

    difference  lines of a unified diff of the texts; empty when they are the same
    record      names of fields that are not the same
    made_by     what is not as it was then: "opencv-python-headless: 4.12.0, then 4.11.0"
    """

    lines: int
    pages: int
    difference: tuple[str, ...]
    record: tuple[str, ...]
    made_by: tuple[str, ...]

    @property
    def same(self) -> bool:
        return not self.difference and not self.record


def replay(
    result: Path, scan: Path | None = None, model: Path | None = None, jobs: int = 1
) -> Replayed:
    """Read again what `result`, a JSON of `transcribe`, was made of.

    scan   where it lies now; if not given, where the manifest or the result's folder has it
    model  the reader of one's own that it was read with

    Raises TruthError for what is no such result, ScanError where the scan is gone or is another.
    """
    try:
        before = from_json(load(result.read_bytes(), str(result)), str(result))
    except OSError as e:
        raise TruthError(f"{result}: cannot be read ({(e.strerror or str(e)).lower()})") from e
    if before.source.sheets:
        raise TruthError(
            f"{result}: is collated of several scans; replay the results of its sheets"
        )
    place = _checked(scan or _find(result, before), before)
    with TemporaryDirectory(prefix="shifrovka-") as folder:
        options = RunOptions(Path(folder), jobs, _options(before, result, model), Limits())
        failures: list[str] = []

        def tell(event: Event) -> None:
            if isinstance(event, Failed):
                failures.append(str(event.error))

        run([str(place)], options, tell)
        files = sorted(Path(folder).glob("*.json"))
        if not files:
            raise ShifrovkaError(f"{result}: cannot be replayed: {'; '.join(failures)}")
        after = from_json(load(files[0].read_bytes(), str(result)), str(result))
    return compare(before, after)


def compare(before: Document, after: Document) -> Replayed:
    """What differs between two readings of one scan."""
    old, new = sheet_text(before).splitlines(), sheet_text(after).splitlines()
    difference = difflib.unified_diff(old, new, "recorded", "replayed", lineterm="", n=0)
    fields = ({f.name: f.value for f in d.record} for d in (before, after))
    was, now = fields
    names = sorted(name for name in {*was, *now} if was.get(name) != now.get(name))
    told = tuple(_changes(before.provenance, after.provenance))
    return Replayed(len(new), len(after.pages), tuple(difference), tuple(names), told)


def _options(before: Document, result: Path, model: Path | None) -> ReadOptions:
    """As it was read then. Raises TruthError where that cannot be told any more."""
    made_by = before.provenance
    try:
        engine = str(made_by["engine"]["id"]).split()[0]
        settings = msgspec.convert(made_by.get("settings", {}), Settings)
    except (KeyError, TypeError, IndexError, msgspec.ValidationError) as e:
        raise TruthError(f"{result}: does not tell how it was read ({e})") from e
    if engine not in ENGINES:
        raise TruthError(f"{result}: was read by {engine}, which is none of {', '.join(ENGINES)}")
    if model is not None:
        neural = NeuralSettings(model=str(model.resolve()))
        settings = replace(settings, recognize=replace(settings.recognize, neural=neural))
    return ReadOptions(engine, formats=("json",), settings=settings)


def _find(result: Path, before: Document) -> Path:
    """Where the scan lies, by the manifest of the folder the result is in, or beside it."""
    for folder in result.resolve().parents:
        if (folder / FOLDER).is_dir():
            name = str(result.resolve().relative_to(folder).with_suffix(""))
            try:
                with Manifest(folder, write=False) as manifest:
                    entry = manifest.document(name)
            except OutputError:
                break
            if entry is not None and entry.path.exists():
                return entry.path
            break
    beside = result.with_name(before.source.file_name)
    if beside.exists():
        return beside
    raise ScanError(
        f"{result}: its scan {printable(before.source.file_name)} is not where it was; say with "
        "--scan where it lies"
    )


def _checked(scan: Path, before: Document) -> Path:
    try:
        with scan.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as e:
        raise ScanError(f"{scan}: cannot be read ({(e.strerror or str(e)).lower()})") from e
    if found != before.source.sha256:
        raise ScanError(f"{scan}: is not the scan that was read; its content differs")
    return scan


def _changes(was: Mapping[str, Any], now: Mapping[str, Any], name: str = "") -> Iterator[str]:
    for key in sorted({*was, *now}):
        old, new = was.get(key), now.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _changes(old, new, f"{name}{key}.")
        elif old != new:
            yield f"{name}{key}: {old}, now {new}"
