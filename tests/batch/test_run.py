"""Whole runs with a reader that needs no engine: files, names, failures, sameness, resuming."""

import contextlib
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from inline import BAD, DEADLY, WEAK, Inline, no_engine  # noqa: F401
from PIL import Image

from ocr.batch.events import Failed, Retried, Summary, Written
from ocr.batch.limits import Limits
from ocr.batch.manifest import Manifest, State, drafts, locked
from ocr.batch.plan import Redo
from ocr.batch.provenance import settings_hash, unusual
from ocr.batch.run import RunOptions, run
from ocr.batch.stopping import Stopping
from ocr.batch.verify import verify
from ocr.batch.work import Finish, Open, Read, ReadOptions
from ocr.errors import EngineError, LimitError, OutputError, ScanError, TooManyFailures
from ocr.formats.record import schema
from ocr.formats.writing import write_whole
from ocr.settings import Settings

pytestmark = pytest.mark.usefixtures("no_engine")


def scan(path: Path, *widths: int) -> str:
    """A scan with pages of these widths."""
    path.parent.mkdir(parents=True, exist_ok=True)
    first, *more = [Image.fromarray(np.full((60, w), 255, np.uint8)) for w in widths]
    first.save(path, **({"save_all": True, "append_images": more} if more else {}))
    return str(path)


class Done:
    """A run that is over: its summary, its events, the jobs that were done."""

    def __init__(self, out: Path, inputs: tuple[str, ...], **chosen) -> None:
        reading = {k: chosen.pop(k) for k in ("formats", "overlay") if k in chosen}
        read = replace(ReadOptions(), **reading)
        self.events: list[object] = []
        executor = Inline(read)
        try:
            self.summary: Summary = run(
                inputs, RunOptions(out, read=read, **chosen), self.events.append, executor
            )
        finally:
            self.jobs = executor.done

    def of(self, kind: type) -> list:
        return [e for e in self.events if isinstance(e, kind)]

    def pages_read(self) -> int:
        return sum(isinstance(job, Open | Read) for job in self.jobs)


def do(out: Path, *inputs: str, **chosen) -> Done:
    return Done(out, inputs, **chosen)


def tree(folder: Path) -> dict[str, bytes]:
    """The results; not the books."""
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file() and ".shifrovka" not in p.parts
    }


def test_every_result_in_its_place(tmp_path: Path):
    scan(tmp_path / "in/опись/дело.tif", 30, 31)
    scan(tmp_path / "in/лист.png", 50)
    out = tmp_path / "out"
    done = do(out, str(tmp_path / "in"), formats=("txt", "json", "page"), overlay=True)
    assert done.summary.exit_code == 0
    assert [w.pages for w in done.of(Written)] == [1, 2]
    assert sorted(tree(out)) == sorted(
        f"{name}.{suffix}"
        for name, suffixes in {
            "лист": "txt reading.txt json xml 1.png 1.stamp-1.png",
            "опись/дело": "txt reading.txt json 1.xml 2.xml 1.png 2.png",
        }.items()
        for suffix in suffixes.split()
    )
    assert (out / "опись/дело.txt").read_text() == "Ширина 30.\n\fШирина 31.\n"
    told = {str(f) for w in done.of(Written) for f in w.files}
    assert told == {str(out / name) for name in tree(out)}


def test_bad_page_keeps_its_place_and_costs_only_itself(tmp_path: Path):
    path = scan(tmp_path / "a.tif", 30, BAD, 31)
    done = do(tmp_path / "out", path)
    assert done.summary.exit_code == ScanError.exit_code
    assert [str(e.error) for e in done.of(Failed)] == [f"{path}, page 2: is bad; mend it"]
    assert done.of(Written)[0].failed == done.summary.failed_pages == 1
    assert done.pages_read() == 4  # once each: a bad scan is not tried again
    assert (tmp_path / "out/a.txt").read_text() == "Ширина 30.\n\f\n\fШирина 31.\n"
    data = json.loads((tmp_path / "out/a.json").read_text())
    jsonschema.validate(data, schema())
    assert data["pages"][1]["lines"] == []
    assert data["pages"][1]["steps"][0]["name"] == "failed"
    assert data["provenance"]["failed_pages"] == [
        {"index": 1, "error": "a.tif, page 2: is bad; mend it"}
    ]


def test_a_page_that_dies_is_tried_twice_and_then_set_aside(tmp_path: Path):
    done = do(tmp_path / "out", scan(tmp_path / "a.tif", WEAK, DEADLY, 30))
    assert len(done.of(Retried)) == 2
    assert done.summary.exit_code == LimitError.exit_code
    assert (tmp_path / "out/a.txt").read_text() == "Ширина 42.\n\f\n\fШирина 30.\n"
    with Manifest(tmp_path / "out", write=False) as manifest:
        assert [p.attempts for p in manifest.pages(1)] == [2, 2, 1]
        ((entry, why, code),) = manifest.failures()
    assert "SIGKILL" in why and code == LimitError.exit_code and entry.state is State.DONE


def test_document_without_any_good_page_is_not_written_and_set_aside(tmp_path: Path):
    inputs = [scan(tmp_path / "a.png", BAD), str(tmp_path / "b.png")]
    Path(inputs[1]).write_bytes(b"no picture")
    for pages in (2, 0):
        done = do(tmp_path / "out", *inputs)
        assert done.summary.exit_code == ScanError.exit_code
        assert done.pages_read() == pages
        assert tree(tmp_path / "out") == {}
    assert do(tmp_path / "out", *inputs, redo=Redo.FAILED).pages_read() == 2


def test_the_same_command_again_does_nothing_but_remembers_failures(tmp_path: Path):
    inputs = [scan(tmp_path / "a.tif", 30, BAD), scan(tmp_path / "b.png", 31)]
    out = tmp_path / "out"
    do(out, *inputs)
    before = tree(out)
    again = do(out, *inputs)
    assert again.pages_read() == 0
    assert again.summary.kept == 2
    assert again.summary.exit_code == ScanError.exit_code
    assert tree(out) == before


def test_only_what_is_new_changed_or_lost_is_read(tmp_path: Path):
    paths = [scan(tmp_path / f"in/{name}.png", 30 + n) for n, name in enumerate("abcd")]
    out = tmp_path / "out"
    do(out, str(tmp_path / "in"))
    scan(Path(paths[0]), 60)
    (out / "b.txt").unlink()
    Path(paths[2]).touch()  # the same content: not read
    scan(tmp_path / "in/e.png", 61)
    again = do(out, str(tmp_path / "in"))
    assert sorted(w.scan.name for w in again.of(Written)) == ["a.png", "b.png", "e.png"]
    assert (out / "a.txt").read_text() == "Ширина 60.\n"


def test_other_settings_and_redo_read_again(tmp_path: Path):
    path = scan(tmp_path / "a.tif", 30, BAD)
    out = tmp_path / "out"
    do(out, path, overlay=True, formats=("txt", "page"))
    assert "a.1.xml" in tree(out)
    with_json = do(out, path)
    assert with_json.pages_read() == 3
    # what only the former settings made is gone
    assert sorted(tree(out)) == ["a.json", "a.reading.txt", "a.txt"]
    failed = do(out, path, redo=Redo.FAILED)
    assert [type(j) for j in failed.jobs[1:]] == [Read, Finish]
    assert do(out, path, redo=Redo.ALL).pages_read() == 3


def test_changed_content_of_the_same_size_and_time_is_seen_when_asked(tmp_path: Path):
    path = Path(scan(tmp_path / "a.bmp", 30))
    do(tmp_path / "out", str(path))
    stat = path.stat()
    data = bytearray(path.read_bytes())
    data[-9] ^= 0xFF
    path.write_bytes(data)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert do(tmp_path / "out", str(path)).pages_read() == 0
    assert do(tmp_path / "out", str(path), redo=Redo.CHANGED).pages_read() == 1


def test_another_program_reads_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = scan(tmp_path / "a.png", 30)
    do(tmp_path / "out", path)
    assert do(tmp_path / "out", path).pages_read() == 0
    monkeypatch.setattr("ocr.batch.work.program_hash", lambda: "0" * 64)
    assert do(tmp_path / "out", path).pages_read() == 1


class PowerCutError(Exception):
    """Stands for a power cut."""


def test_a_run_that_broke_off_goes_on_where_it_stood(tmp_path: Path):
    inputs = [scan(tmp_path / "a.tif", *range(30, 38)), scan(tmp_path / "b.png", 50)]
    whole = tmp_path / "whole"
    do(whole, *inputs)
    for stop_at in range(1, 12):
        out = tmp_path / str(stop_at)
        told = 0

        def cut(event: object, stop_at: int = stop_at) -> None:
            nonlocal told
            told += 1
            if told > stop_at:
                raise PowerCutError

        first = Inline(ReadOptions())
        with contextlib.suppress(PowerCutError):
            run(inputs, RunOptions(out), cut, first)
        drafts(out).mkdir(exist_ok=True)
        (drafts(out) / ".shifrovka-1.tmp").write_bytes(b"half")
        second = do(out, *inputs)
        assert second.summary.exit_code == 0
        assert tree(out) == tree(whole)
        assert list(drafts(out).iterdir()) == []
        done = [job.ref.index for job in (*first.done, *second.jobs) if isinstance(job, Read)]
        # what was in hand may be read again, nothing that was told to be done
        assert set(done) == set(range(8)) and len(done) <= 8 + 4


def test_two_runs_on_one_folder_exclude_each_other(tmp_path: Path):
    path = scan(tmp_path / "a.png", 30)
    with locked(tmp_path / "out"), pytest.raises(OutputError, match="another run is writing"):
        do(tmp_path / "out", path)
    assert do(tmp_path / "out", path).summary.exit_code == 0


def test_stop_at_the_first_failure_or_when_too_much_fails(tmp_path: Path):
    inputs = [scan(tmp_path / f"{n:02d}.png", BAD if n % 2 else 30) for n in range(60)]
    first = do(tmp_path / "1", *inputs, stopping=Stopping(on_error=True))
    assert first.summary.exit_code == ScanError.exit_code
    assert first.pages_read() < 10 and "first failure" in first.summary.stopped
    share = do(tmp_path / "2", *inputs, stopping=Stopping(max_failures=0.05))
    assert share.summary.exit_code == TooManyFailures.exit_code
    assert 20 <= share.pages_read() < 30
    many = do(tmp_path / "3", *inputs, stopping=Stopping(max_failures=30))
    assert many.pages_read() == 60 and many.summary.exit_code == ScanError.exit_code


def test_an_interrupted_run_finishes_what_is_in_hand(tmp_path: Path):
    inputs = [scan(tmp_path / f"{n:02d}.png", 30) for n in range(20)]
    stopping = Stopping()
    stopping.interrupt()
    none = do(tmp_path / "out", *inputs, stopping=stopping)
    assert none.pages_read() == 0 and none.summary.exit_code == 130
    assert do(tmp_path / "out", *inputs).summary.documents == 20


def test_two_scans_with_one_name_do_not_overwrite_each_other(tmp_path: Path):
    inputs = [scan(tmp_path / "1/a.png", 30), scan(tmp_path / "2/a.tif", 31)]
    done = do(tmp_path / "out", *inputs)
    assert done.summary.exit_code == OutputError.exit_code
    (failed,) = done.of(Failed)
    assert re.search(
        r"2/a\.tif: .*a\.txt would overwrite the result of .*1/a\.png; rename", str(failed.error)
    )
    assert (tmp_path / "out/a.txt").read_text() == "Ширина 30.\n"
    later = do(tmp_path / "out", inputs[1])  # and not in a run of its own
    assert later.summary.exit_code == OutputError.exit_code
    assert (tmp_path / "out/a.txt").read_text() == "Ширина 30.\n"


def test_a_scan_is_never_overwritten_and_no_result_is_read_again(tmp_path: Path):
    here = tmp_path
    scan(here / "a.png", 30)
    page = scan(here / "a.1.png", 31)  # where the overlay of a.png would go
    before = Path(page).read_bytes()
    done = do(here, str(here), overlay=True)
    assert Path(page).read_bytes() == before
    assert [w.scan.name for w in done.of(Written)] == ["a.1.png"]
    assert done.summary.exit_code == OutputError.exit_code
    again = do(here, str(here), overlay=True)
    assert again.summary.kept == 1 and again.summary.exit_code == OutputError.exit_code


def test_names_with_anything_in_them(tmp_path: Path):
    names = ["a\nb.png", "\u202egnp.png", "ж" * 120 + ".png", "x" * 251 + ".png"]
    for name in names:
        scan(tmp_path / "in" / name, 30)
    raw = bytes(tmp_path / "in") + b"/\xff\xfe.png"
    Path(scan(tmp_path / "in/y.png", 31)).rename(Path(os.fsdecode(raw)))
    out = tmp_path / "out"
    done = do(out, str(tmp_path / "in"))
    (failed,) = done.of(Failed)
    assert "give the scan a shorter name" in str(failed.error)
    assert done.summary.documents == 4
    with Manifest(out, write=False) as manifest:
        assert verify(out, manifest, scans=True).problems == ()
    told = [json.loads(p.read_text())["source"]["file_name"] for p in out.rglob("*.json")]
    assert r"\xff\xfe.png" in told and r"a\nb.png" in told and r"\u202egnp.png" in told


def test_no_result_goes_through_a_link_out_of_the_folder(tmp_path: Path):
    scan(tmp_path / "in/sub/a.png", 30)
    (tmp_path / "out").mkdir()
    (tmp_path / "away").mkdir()
    (tmp_path / "out/sub").symlink_to(tmp_path / "away")
    done = do(tmp_path / "out", str(tmp_path / "in"))
    assert done.summary.exit_code == OutputError.exit_code
    assert tree(tmp_path / "away") == {}


def test_out_that_cannot_be_written_stops_before_any_work(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"file/out: cannot be written .*; choose another"):
        do(tmp_path / "file/out", scan(tmp_path / "a.png", 30))


def test_a_full_disk_ends_the_run_and_costs_nothing(tmp_path: Path, monkeypatch):
    inputs = [scan(tmp_path / f"{n}.png", 30 + n) for n in range(6)]
    out = tmp_path / "out"
    written = 0

    def full(path: Path, data: bytes, drafts: Path) -> None:
        nonlocal written
        written += 1
        if written > 7:
            try:
                raise OSError(28, "No space left on device")
            except OSError as e:
                raise OutputError(f"{path}: cannot be written (no space left)") from e
        write_whole(path, data, drafts)

    monkeypatch.setattr("ocr.batch.writer.write_whole", full)
    with pytest.raises(OutputError, match="no space left"):
        do(out, *inputs)
    monkeypatch.undo()
    module_tree = tree(out)
    assert 0 < len(module_tree) < 18


def test_lowest_code_of_several_errors_counts():
    summary = Summary(codes={e.exit_code for e in (EngineError, ScanError, OutputError)})
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


def test_verify_sees_what_is_missing_and_what_was_changed(tmp_path: Path):
    inputs = [scan(tmp_path / f"{n}.png", 30 + n) for n in range(3)]
    out = tmp_path / "out"
    do(out, *inputs)
    (out / "0.txt").unlink()
    (out / "1.json").write_text("{}")
    Path(inputs[2]).write_bytes(b"")
    with Manifest(out, write=False) as manifest:
        found = verify(out, manifest, scans=True)
    assert {(p.file.name, p.what.split()[0]) for p in found.problems} == {
        ("0.txt", "is"),
        ("1.json", "was"),
        ("2.png", "the"),
    }
    assert found.documents == 3 and found.settings == {1: 3}


def test_settings_hash_follows_every_setting_but_no_path():
    s = Settings()
    other = replace(s, load=replace(s.load, max_pixels=1))
    assert settings_hash(s) == settings_hash(Settings())
    assert settings_hash(s) != settings_hash(other)
    assert unusual(s) == {}
    assert unusual(other) == {"load": {"max_pixels": 1}}
    neural = replace(s.recognize.neural, model="/somewhere/reader.onnx")
    own = replace(s, recognize=replace(s.recognize, neural=neural))
    assert settings_hash(own) == settings_hash(s) and unusual(own) == {}


def test_limits_are_no_settings():
    assert not hasattr(Settings(), "limits") and Limits().page_s > 0
