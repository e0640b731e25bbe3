"""The house of the project: imports go down only, heavy libraries stay where they belong."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import ocr

PACKAGE = Path(ocr.__file__).parent
ROWS = (  # top row first; modules of one row do not know each other
    ("cli",),
    ("batch", "review", "train"),
    ("pipeline", "evaluate", "synth", "overlay"),
    ("settings",),
    ("load", "prepare", "layout", "recognize", "assemble", "formats"),
    ("document",),
    ("raster",),
    ("geometry",),
    ("errors",),
)
RANK = {name: len(ROWS) - i for i, row in enumerate(ROWS) for name in row}
ONLY = {
    "torch": "train/",
    "dask": "batch/cluster.py",
    "distributed": "batch/cluster.py",
    "onnxruntime": ("raster/network.py", "recognize/quantize.py"),
    "pytesseract": "recognize/",
    "matplotlib": ("evaluate/report/", "train/"),
    "jinja2": "evaluate/report/",
}
FILES = sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported(source: str) -> set[str]:
    """Dotted names of all imports, those inside functions too."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def breaches(part: str, where: str, source: str) -> list[str]:
    found = []
    for name in sorted(imported(source)):
        top, _, rest = name.partition(".")
        if top in ONLY and not where.startswith(ONLY[top]):
            found.append(f"{where} imports {top}")
        other = rest.partition(".")[0]
        if top == "ocr" and other in RANK and other != part and RANK[other] >= RANK[part]:
            found.append(f"{where}: {part} imports {other}")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down_only(path: Path) -> None:
    part = part_of(path)
    if part == "__init__":
        return
    assert part in RANK, f"{part} is in no row"
    where = path.relative_to(PACKAGE).as_posix()
    assert breaches(part, where, path.read_text(encoding="utf-8")) == []


def test_a_breach_is_seen() -> None:
    assert breaches("layout", "layout/zones.py", "from ocr.prepare import prepare")
    assert breaches("raster", "raster.py", "def f():\n    import ocr.document")
    assert breaches("load", "load/pdf.py", "import torch")
    assert not breaches("layout", "layout/zones.py", "from ocr.layout.rules import Rules")


def test_the_command_starts_without_heavy_libraries() -> None:
    code = "import sys, ocr.cli; print(' '.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert not loaded & {*ONLY, "cv2", "numpy", "pdfplumber", "pypdfium2", "pymorphy3"}
