"""Which scans inputs name, and what their results are called."""

import os
from pathlib import Path, PurePath

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ocr.errors import NoScansError
from ocr.load import OVERLAY_MARK, find_scans


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ["б.pdf", "a.JPG", "опись 11/дело 334.tif", "опись 11/a.png", "notes.txt"]:
        path = Path("архив", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    Path("архив", "._a.jpg").write_bytes(b"x")  # what a Mac leaves behind
    return Path("архив")


def names(*inputs: str, skip: Path | None = None) -> list[str]:
    found, problems = find_scans(inputs, skip)
    assert problems == ()
    return [str(scan.name) for scan in found]


def test_folder_is_searched_and_keeps_its_folders(archive: Path):
    assert names("архив") == ["a", "б", "опись 11/a", "опись 11/дело 334"]


def test_files_patterns_and_folders_name_each_scan_once(archive: Path):
    assert names("архив/б.pdf", "архив/**/*.tif") == ["б", "дело 334"]
    assert names("архив/a.JPG", "архив") == ["a", "б", "опись 11/a", "опись 11/дело 334"]


def test_results_within_the_folder_are_no_input(archive: Path):
    info = PngInfo()
    info.add_text(*OVERLAY_MARK)
    out = archive / "out"
    out.mkdir()
    Image.new("L", (9, 9)).save(out / "scan-like.png")
    Image.new("L", (9, 9)).save(archive / "a.1.png", pnginfo=info)
    assert names("архив", skip=out) == ["a", "б", "опись 11/a", "опись 11/дело 334"]
    assert names("архив/a.*", skip=out) == ["a"]


@pytest.mark.parametrize(
    ("missing", "why"),
    [
        ("нет.pdf", "there is no such file"),
        ("архив/*.gif", "matches no scans"),
        ("пусто", "holds no scans"),
        ("архив/notes*", "matches no scans"),
    ],
)
def test_what_names_no_scan_does_not_stop_the_rest(archive: Path, missing: str, why: str):
    Path("пусто").mkdir()
    found, (problem,) = find_scans([missing, "архив/б.pdf"])
    assert isinstance(problem, NoScansError)
    assert str(problem).startswith(f"{missing}: ")
    assert why in str(problem)
    assert [scan.name for scan in found] == [PurePath("б")]


def test_folder_that_cannot_be_entered_is_told(archive: Path, monkeypatch: pytest.MonkeyPatch):
    scandir = os.scandir

    def locked(path):
        if Path(path).name == "опись 11":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", locked)
    found, (problem,) = find_scans(["архив"])
    assert [str(scan.name) for scan in found] == ["a", "б"]
    assert str(problem) == (
        "архив/опись 11: cannot be searched (permission denied); check its permissions"
    )
