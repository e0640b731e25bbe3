"""Whole runs with a reader that needs no engine: files, names, failures, sameness."""

import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from PIL import Image

from ocr.batch import run as module
from ocr.batch.pages import PageRead, PageTask, ReadOptions, failed_page
from ocr.batch.provenance import settings_hash
from ocr.batch.run import Failed, RunOptions, Summary, run
from ocr.document import Line, Page, Zone, ZoneKind
from ocr.errors import EngineError, OutputError, ScanError
from ocr.formats.record import schema
from ocr.formats.writing import write_whole
from ocr.geometry import Box
from ocr.load import load_page
from ocr.settings import Settings

BAD = 40  # a page as wide as this fails


def read_width(options: ReadOptions, task: PageTask) -> PageRead:
    """Stands in for transcribing: the page says how wide it is."""
    try:
        image = load_page(task.ref, options.settings.load)
        height, width = image.pixels.shape
        if width == BAD:
            raise ScanError(f"{task.ref.scan}, page {task.ref.index + 1}: is bad; mend it")
    except Exception as e:
        return failed_page(task, e)
    n = task.ref.index + 1
    box = Box(0, 0, width, height)
    zone = Zone(f"p{n}-z1", ZoneKind.BODY, box, 0)
    line = Line(f"p{n}-l1", zone.id, box, f"Ширина {width}.", 1.0, ())
    page = Page(task.ref.index, (width, height), image.dpi, (), (zone,), (line,))
    if not options.overlay:
        return PageRead(task, page)
    return PageRead(task, page, b"png", (("stamp-1", b"cut"),) if width == 50 else ())


@pytest.fixture(autouse=True)
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "how", lambda _: {"engine": {"id": "width"}})


def scan(path: Path, *widths: int) -> str:
    """A scan with pages of these widths."""
    path.parent.mkdir(parents=True, exist_ok=True)
    first, *more = [Image.fromarray(np.full((60, w), 255, np.uint8)) for w in widths]
    first.save(path, **({"save_all": True, "append_images": more} if more else {}))
    return str(path)


def do(out: Path, *inputs: str, **options) -> Summary:
    reading = ReadOptions(overlay=options.pop("overlay", False))
    return run(inputs, replace(RunOptions(out, read=reading), **options), read=read_width)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_every_result_in_its_place(tmp_path: Path):
    scan(tmp_path / "in/опись/дело.tif", 30, 31)
    scan(tmp_path / "in/лист.png", 50)
    out = tmp_path / "out"
    summary = do(out, str(tmp_path / "in"), formats=("txt", "json", "page"), overlay=True)
    assert summary.exit_code == 0
    assert [w.pages for w in summary.written] == [1, 2]
    assert sorted(tree(out)) == sorted(
        f"{name}.{suffix}"
        for name, suffixes in {
            "лист": "txt reading.txt json xml 1.png 1.stamp-1.png",
            "опись/дело": "txt reading.txt json 1.xml 2.xml 1.png 2.png",
        }.items()
        for suffix in suffixes.split()
    )
    assert (out / "опись/дело.txt").read_text() == "Ширина 30.\n\fШирина 31.\n"
    told = {str(f) for w in summary.written for f in w.files}
    assert told == {str(out / name) for name in tree(out)}


def test_same_bytes_from_one_process_and_from_two(tmp_path: Path):
    inputs = [scan(tmp_path / f"in/{n}.tif", 30 + n, BAD, 50 + n) for n in range(3)]
    codes = {do(tmp_path / str(jobs), *inputs, jobs=jobs).exit_code for jobs in (1, 2)}
    assert codes == {ScanError.exit_code}
    assert tree(tmp_path / "1") == tree(tmp_path / "2")
    assert len(tree(tmp_path / "1")) == 9


def test_bad_page_keeps_its_place_and_costs_only_itself(tmp_path: Path):
    path = scan(tmp_path / "a.tif", 30, BAD, 31)
    events = []
    options = RunOptions(tmp_path / "out")
    summary = run([path], options, events.append, read=read_width)
    assert summary.exit_code == ScanError.exit_code
    assert [str(e.error) for e in events if isinstance(e, Failed)] == [
        f"{path}, page 2: is bad; mend it"
    ]
    assert summary.written[0].failed == 1
    assert (tmp_path / "out/a.txt").read_text() == "Ширина 30.\n\f\n\fШирина 31.\n"
    data = json.loads((tmp_path / "out/a.json").read_text())
    jsonschema.validate(data, schema())
    assert data["pages"][1]["lines"] == []
    assert data["pages"][1]["steps"][0]["name"] == "failed"
    assert data["provenance"]["failed_pages"] == [
        {"index": 1, "error": "a.tif, page 2: is bad; mend it"}
    ]


def test_document_without_any_good_page_is_not_written(tmp_path: Path):
    out = tmp_path / "out"
    assert do(out, scan(tmp_path / "a.png", BAD)).exit_code == ScanError.exit_code
    assert tree(out) == {}


def test_two_scans_with_one_name_do_not_overwrite_each_other(tmp_path: Path):
    inputs = [scan(tmp_path / "1/a.png", 30), scan(tmp_path / "2/a.tif", 31)]
    summary = do(tmp_path / "out", *inputs)
    assert summary.exit_code == OutputError.exit_code
    assert re.search(
        r"2/a\.tif: .*a\.txt would overwrite the result of .*1/a\.png; rename",
        str(summary.errors[0]),
    )
    assert (tmp_path / "out/a.txt").read_text() == "Ширина 30.\n"


def test_a_scan_is_never_overwritten_and_no_result_is_read_again(tmp_path: Path):
    here = tmp_path
    scan(here / "a.png", 30)
    page = scan(here / "a.1.png", 31)  # where the overlay of a.png would go
    before = Path(page).read_bytes()
    summary = do(here, str(here), overlay=True)
    assert Path(page).read_bytes() == before
    assert [w.scan.name for w in summary.written] == ["a.1.png"]
    assert summary.exit_code == OutputError.exit_code


def test_out_that_cannot_be_written_stops_before_any_work(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"file/out: cannot be written .*; choose another"):
        do(tmp_path / "file/out", scan(tmp_path / "a.png", 30))


def test_lowest_code_of_several_errors_counts():
    summary = Summary((), (EngineError("e"), ScanError("s"), OutputError("o")))
    assert summary.exit_code == ScanError.exit_code


def test_result_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / ("ж" * 120 + ".reading.txt")  # 252 bytes, and 255 is the limit
    write_whole(path, b"old")

    def full_disk(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(OutputError, match="no space left"):
        write_whole(path, b"new")
    assert tree(tmp_path) == {path.name: b"old"}


def test_settings_hash_follows_every_setting():
    s = Settings()
    other = replace(s, load=replace(s.load, max_pixels=1))
    assert settings_hash(s) == settings_hash(Settings())
    assert settings_hash(s) != settings_hash(other)
