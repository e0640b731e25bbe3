"""What made a transcription: versions, engine, model, settings, processor.

No times, no paths and nothing of the order of work, so that the same scan gives the same bytes on
the same machine. The processor's features are told because Tesseract reads slightly differently
with AVX2 and without.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

# distributions whose version may change what is read
DISTRIBUTIONS = (
    "shifrovka",
    "numpy",
    "opencv-python-headless",
    "pillow",
    "pypdfium2",
    "pdfplumber",
    "pymorphy3",
)
PACKAGE = Path(__file__).parents[1]
# what may change what is read: code, word lists, networks, statistics
PROGRAM = frozenset((".py", ".toml", ".onnx", ".npz"))
# instruction sets for which Tesseract, OpenCV and onnxruntime have code of their own
CPU_FEATURES = frozenset(
    ("sse4_1", "sse4_2", "avx", "avx2", "fma", "avx512f", "avx512bw", "avx512_vnni", "asimd", "sve")
)


def provenance(engine_id: str, engine_versions: Mapping[str, str], settings: Any) -> dict[str, Any]:
    """What `Document.provenance` says of a run; `settings` is a dataclass instance."""
    return {
        "versions": {"python": platform.python_version(), **package_versions()},
        "engine": {"id": engine_id, **dict(sorted(engine_versions.items()))},
        "settings_sha256": settings_hash(settings),
        "settings": unusual(settings),
        "cpu_features": cpu_features(),
    }


def program_hash() -> str:
    """SHA-256 of the program's own files, so that a changed one does not pass for the same.

    A version says too little where a program is worked at.
    """
    total = hashlib.sha256()
    for file in sorted(PACKAGE.rglob("*")):
        if file.suffix in PROGRAM:
            total.update(file.relative_to(PACKAGE).as_posix().encode())
            total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def unusual(settings: Any) -> dict[str, Any]:
    """The settings that are not as they are by default, nested as they are."""
    return _differing(_told(settings), _told(type(settings)()))


def _differing(values: Mapping[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping) and isinstance(usual.get(name), Mapping):
            if inner := _differing(value, usual[name]):
                found[name] = inner
        elif value != usual.get(name):
            found[name] = value
    return found


def _told(settings: Any) -> dict[str, Any]:
    """The settings as JSON has them; paths stay out, for what lies there is told by its hash."""
    values = json.loads(json.dumps(dataclasses.asdict(settings), default=str))
    neural = values.get("recognize", {}).get("neural", {})
    if "model" in neural:
        neural["model"] = None
    told: dict[str, Any] = values
    return told


def package_versions() -> dict[str, str]:
    """{distribution: version} of what is installed of `DISTRIBUTIONS`."""
    found = {}
    for name in DISTRIBUTIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def settings_hash(settings: Any) -> str:
    """SHA-256 of the settings as JSON with sorted keys."""
    data = json.dumps(_told(settings), sort_keys=True)
    return hashlib.sha256(data.encode()).hexdigest()


def cpu_features(cpuinfo: Path = Path("/proc/cpuinfo")) -> list[str]:
    """Those of `CPU_FEATURES` that this processor has, sorted; empty where it does not say."""
    try:
        text = cpuinfo.read_text(encoding="ascii", errors="replace")
    except OSError:
        return []
    flags: set[str] = set()
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name.strip().lower() in ("flags", "features"):
            flags.update(value.split())
    return sorted(flags & CPU_FEATURES)
