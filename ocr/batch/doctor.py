"""What transcribing and making scans need, what of it is here, and what to do about the rest."""

from __future__ import annotations

import os
import platform
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from types import ModuleType

from ocr.batch.executors import cores
from ocr.batch.limits import Limits
from ocr.batch.provenance import cpu_features
from ocr.errors import EngineError, FontError, ShifrovkaError
from ocr.formats.writing import check_writable
from ocr.load import LoadSettings
from ocr.recognize.engine import ENGINES, RecognizeSettings, open_engine

fonts: ModuleType | None
try:
    from ocr.synth import fonts
except ImportError:  # it needs packages that transcribing does without
    fonts = None

OLDEST_PYTHON = (3, 11)


class State(StrEnum):
    """Whether a thing is there; `LACKING` is what transcribing can do without."""

    THERE = "ok"
    LACKING = "optional, missing"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked for, what was found, and what to do where that is not enough."""

    name: str
    found: str
    state: State = State.THERE
    remedy: str = ""


def examine() -> tuple[Finding, ...]:
    """Everything, in the order in which it is worth reading."""
    return (
        _python(),
        *_packages(),
        *(_engine(name) for name in ENGINES),
        _processor(),
        _threads(),
        *_limits(),
        _scratch(),
        *_faces(),
    )


def exit_code(findings: tuple[Finding, ...]) -> int:
    """0 when everything needed for transcribing is there; an engine's code when that lacks."""
    missing = {f.name for f in findings if f.state is State.MISSING}
    if not missing:
        return 0
    engines = {f"engine {name}" for name in ENGINES}
    return EngineError.exit_code if missing <= engines else ShifrovkaError.exit_code


def _python() -> Finding:
    found = platform.python_version()
    wanted = ".".join(map(str, OLDEST_PYTHON))
    if sys.version_info >= OLDEST_PYTHON:
        return Finding("Python", f"{found} (needs {wanted})")
    return Finding("Python", found, State.MISSING, f"install Python {wanted} or newer")


def _packages() -> Iterator[Finding]:
    """The packages that the installed distribution asks for, with its least versions."""
    try:
        wanted = requires("shifrovka") or []
    except PackageNotFoundError:
        yield Finding("shifrovka", "not installed", State.LACKING, "run: pip install -e .")
        return
    yield Finding("shifrovka", version("shifrovka"))
    for requirement in wanted:
        asked = re.match(r"([\w.-]+)(?:\[[^]]*\])?\s*(?:>=\s*([\d.]+))?", requirement)
        extra = re.search(r"extra == ['\"]([\w-]+)['\"]", requirement)
        if asked is None or asked[1] == "shifrovka" or (extra and extra[1] != "synth"):
            continue
        yield _package(asked[1], asked[2] or "0", "synth" if extra else "")


def _package(name: str, least: str, extra: str) -> Finding:
    remedy = (
        f'run: pip install "shifrovka[{extra}]"' if extra else f'run: pip install "{name}>={least}"'
    )
    state = State.LACKING if extra else State.MISSING
    try:
        found = version(name)
    except PackageNotFoundError:
        return Finding(name, f"not installed (needs {least})", state, remedy)
    if _numbers(found) < _numbers(least):
        return Finding(name, f"{found} (needs {least})", state, remedy)
    return Finding(name, f"{found} (needs {least})")


def _numbers(text: str) -> tuple[int, ...]:
    """The leading numbers of a version, enough to compare with a least one."""
    leading = re.match(r"\d+(?:\.\d+)*", text)
    numbers = [int(n) for n in leading[0].split(".")] if leading else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _engine(name: str) -> Finding:
    try:
        engine = open_engine(name, RecognizeSettings())
    except EngineError as e:
        what, _, remedy = str(e).partition("; ")
        state = State.MISSING if name == ENGINES[0] else State.LACKING
        return Finding(f"engine {name}", what, state, remedy)
    programs = ", ".join(f"{k} {v}" for k, v in sorted(engine.versions().items()))
    return Finding(f"engine {name}", f"{programs}; model {engine.model_sha256[:12]}")


def _processor() -> Finding:
    features = " ".join(cpu_features()) or "features unknown"
    return Finding("processor", f"{cores()} cores; {features}")


def _threads() -> Finding:
    stated = os.environ.get("OMP_THREAD_LIMIT", "not set")
    return Finding("OMP_THREAD_LIMIT", f"{stated}; Tesseract always gets 1, use --jobs instead")


def _limits() -> Iterator[Finding]:
    """What a scan may take, so that one made to harm does none; docs: SECURITY.md."""
    worker, load = Limits(), LoadSettings()
    yield Finding("limit of a page", f"{worker.page_s:g} s (--page-seconds)")
    yield Finding("limit of a worker", f"{worker.memory_mb} MB (--memory)")
    yield Finding(
        "limits of a scan",
        f"{load.max_pixels / 1e6:g} million px a page, {load.max_pages} pages, "
        f"{load.max_file_mb} MB",
    )


def _scratch() -> Finding:
    folder = Path(tempfile.gettempdir())
    try:
        check_writable(folder)
    except ShifrovkaError:
        remedy = "set TMPDIR to a folder that can be written"
        return Finding("temporary folder", f"{folder} cannot be written", State.MISSING, remedy)
    return Finding("temporary folder", str(folder))


def _faces() -> Iterator[Finding]:
    """The typewriter and form faces, which only making scans needs."""
    if fonts is None:
        remedy = 'run: pip install "shifrovka[synth]"'
        yield Finding("making scans", "fonttools is not installed", State.LACKING, remedy)
        return
    for face, package in fonts.DEBIAN_PACKAGE.items():
        try:
            yield Finding(f"face {face}", f"{Path(fonts.face_file(face)).name} ({package})")
        except FontError as e:
            what, _, remedy = str(e).partition(": ")
            yield Finding(f"face {face}", what, State.LACKING, f"run: {remedy}")
