"""The command as users meet it: help, results, and one line for each thing that goes wrong."""

import io
import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from click.testing import CliRunner, Result
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ocr.cli import cli

TEXT = "Ambassador Roshchin passes a message from Mao to Stalin"


def call(*arguments: str | Path) -> Result:
    """The command in this process; an exception that escapes it fails the test."""
    result = CliRunner().invoke(cli, [str(a) for a in arguments], prog_name="shifrovka")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def results(folder: Path) -> list[str]:
    """What lies there for all to see."""
    return [p.name for p in folder.iterdir() if not p.name.startswith(".")]


def digital_pdf(**options) -> bytes:
    """A page that is read without an engine."""
    file = io.BytesIO()
    canvas = Canvas(file, **options)
    canvas.drawString(100, 700, TEXT)
    canvas.save()
    return file.getvalue()


def picture(suffix: str) -> bytes:
    file = io.BytesIO()
    Image.effect_noise((300, 400), 90).save(file, suffix)
    return file.getvalue()


def huge_png() -> bytes:
    """30 000 × 30 000 px, says its header."""
    data = bytearray(picture("PNG"))
    data[16:24] = struct.pack(">II", 30000, 30000)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


def no_pages() -> bytes:
    file = io.BytesIO()
    pdfium.PdfDocument.new().save(file)
    return file.getvalue()


BAD_SCANS = {
    "empty.pdf": (b"", "is empty; copy or scan it again"),
    "words.pdf": (b"only words", "is no PDF, though it is named so; give it"),
    "cut.jpg": (picture("JPEG")[:9000], "is broken or cut off"),
    "locked.pdf": (
        digital_pdf(encrypt=StandardEncryption("a", "b")),
        "is locked by a password; save",
    ),
    "none.pdf": (no_pages(), "is a PDF without pages; have it exported anew"),
    "huge.png": (huge_png(), "30000 × 30000 px are more than the limit"),
}


def test_every_bad_scan_is_one_line_and_the_good_ones_are_done(tmp_path: Path):
    folder, out = tmp_path / "архив", tmp_path / "out"
    folder.mkdir()
    for name, (data, _) in BAD_SCANS.items():
        (folder / name).write_bytes(data)
    (folder / "loop.tif").symlink_to(folder / "loop.tif")  # not even root can open it
    (folder / "хорошая.pdf").write_bytes(digital_pdf())
    (tmp_path / "bare").mkdir()
    result = call("transcribe", folder, tmp_path / "bare", tmp_path / "gone.jpg", "-o", out)
    assert result.exit_code == 3
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    expected = {folder / name: why for name, (_, why) in BAD_SCANS.items()}
    expected[folder / "loop.tif"] = "cannot be read (too many levels of symbolic links); check"
    expected[tmp_path / "bare"] = "holds no scans; they end in"
    expected[tmp_path / "gone.jpg"] = "there is no such file or folder; check the path"
    for path, why in expected.items():
        (line,) = [text for text in lines if str(path) in text]
        assert line.startswith(f"shifrovka: error: {path}")
        assert why in line
    assert len(lines) == len(expected) + 1
    assert (out / "хорошая.txt").read_text() == f"{TEXT}\n"
    assert sorted(results(out)) == [
        f"хорошая.{suffix}" for suffix in ("json", "reading.txt", "txt")
    ]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [("empty.jpg", b"", 3), ("none.pdf", no_pages(), 3), ("good.pdf", digital_pdf(), 0)],
)
def test_exit_code_of_a_single_scan(tmp_path: Path, name: str, data: bytes, code: int):
    (tmp_path / name).write_bytes(data)
    assert call("transcribe", tmp_path / name, "-o", tmp_path / "out").exit_code == code


def test_folder_without_scans(tmp_path: Path):
    (tmp_path / "in").mkdir()
    assert call("transcribe", tmp_path / "in", "-o", tmp_path / "out").exit_code == 4


def test_out_that_cannot_be_written(tmp_path: Path):
    (tmp_path / "a.pdf").write_bytes(digital_pdf())
    result = call("transcribe", tmp_path / "a.pdf", "-o", tmp_path / "a.pdf" / "out")
    assert result.exit_code == 5
    assert result.stderr.count("\n") == 1
    assert "cannot be written" in result.stderr


def test_missing_engine_is_told_before_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.pdf").write_bytes(digital_pdf())
    result = call("transcribe", tmp_path / "a.pdf", "-o", tmp_path / "out", "--engine", "tesseract")
    assert result.exit_code == 6
    assert result.stderr.startswith("shifrovka: error: tesseract: ")
    assert "apt-get install tesseract-ocr tesseract-ocr-rus" in result.stderr
    assert result.stderr.count("\n") == 1
    assert results(tmp_path / "out") == []
    examined = call("doctor")  # the embedded reader is enough
    assert examined.exit_code == 0
    assert "optional" in examined.output


def test_text_on_stdout(tmp_path: Path):
    (tmp_path / "a.pdf").write_bytes(digital_pdf())
    result = call("transcribe", tmp_path / "a.pdf", "-o", "-")
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{TEXT}\n", "")


def test_overlays_are_drawn_and_never_read(tmp_path: Path):
    (tmp_path / "a.pdf").write_bytes(digital_pdf())
    for _ in range(2):
        result = call("transcribe", tmp_path, "-o", tmp_path, "--overlay", "--formats", "page")
        assert result.exit_code == 0
        assert sorted(results(tmp_path)) == ["a.1.png", "a.pdf", "a.xml"]
    with Image.open(tmp_path / "a.1.png") as drawn:
        assert drawn.convert("L").getextrema()[0] < 100


@pytest.mark.parametrize(
    "arguments",
    [
        ["transcribe"],
        ["transcribe", "a.pdf"],
        ["transcribe", "a.pdf", "-o", "out", "--engine", "abbyy"],
        ["transcribe", "a.pdf", "-o", "out", "--engine", "tesseract", "--careful"],
        ["transcribe", "a.pdf", "-o", "out", "--formats", "docx"],
        ["transcribe", "a.pdf", "-o", "out", "--jobs", "0"],
        ["transcribe", "a.pdf", "-o", "-", "--overlay"],
        ["transcribe", "a.pdf", "-o", "out", "--executor", "dask"],
        ["transcribe", "a.pdf", "-o", "out", "--scheduler", "tcp://127.0.0.1:1"],
        ["transcribe", "a.pdf", "-o", "out", "--max-failures", "many"],
        ["status", "nowhere"],
        ["score", "out"],
        ["sing"],
    ],
)
def test_wrong_use_is_told_as_such(arguments: list[str]):
    result = call(*arguments)
    assert result.exit_code == 2
    assert "Usage: shifrovka" in result.stderr


def test_the_books_are_read_kept_and_proved(tmp_path: Path):
    (tmp_path / "a.pdf").write_bytes(digital_pdf())
    (tmp_path / "empty.pdf").write_bytes(b"")
    out = tmp_path / "out"
    run = call("transcribe", tmp_path, "-o", out, "--log-json")
    told = [json.loads(line) for line in run.stderr.splitlines()]
    assert [t["event"] for t in told if t["event"] not in ("page", "failed", "written")] == [
        "planned",
        "end",
    ]
    assert {t["exit_code"] for t in told if t["event"] == "failed"} == {3}
    status = json.loads(call("status", out, "--json").stdout)
    assert status["documents"] == {"done": 1, "failed": 1}
    assert [run["exit_code"] for run in status["runs"]] == [3]
    assert "empty.pdf: is empty" in call("status", out).stdout
    assert call("verify", out, "--scans").exit_code == 0
    again = call("replay", out / "a.json")
    assert (again.exit_code, "the same text" in again.stdout) == (0, True)
    moved = tmp_path / "b.pdf"
    (tmp_path / "a.pdf").rename(moved)
    gone = call("replay", out / "a.json")
    assert gone.exit_code == 3 and "--scan" in gone.stderr
    assert call("replay", out / "a.json", "--scan", moved).exit_code == 0
    data = json.loads((out / "a.json").read_text())
    data["pages"][0]["lines"][0]["text"] = "Ambassador Vyshinsky"
    (out / "a.json").write_text(json.dumps(data))
    other = call("replay", out / "a.json", "--scan", moved)
    assert other.exit_code == 1 and "-Ambassador Vyshinsky" in other.stdout
    broken = call("verify", out)
    assert broken.exit_code == 5 and "a.json: was changed" in broken.stdout


def test_books_of_a_folder_without_any(tmp_path: Path):
    for command in ("status", "verify"):
        result = call(command, tmp_path)
        assert result.exit_code == 5 and "holds no results" in result.stderr


def test_score_without_truth(tmp_path: Path):
    result = call("score", tmp_path, "--truth", tmp_path / "none")
    assert result.exit_code == 7
    assert result.stderr.startswith("shifrovka: error: ")


def test_doctor_names_each_need():
    findings = json.loads(call("doctor", "--json").stdout)
    names = {finding["name"] for finding in findings}
    assert {"Python", "engine tesseract", "processor", "temporary folder"} <= names
    assert all(f["state"] == "ok" or f["remedy"] for f in findings)


@pytest.mark.parametrize("command", [[], ["transcribe"], ["score"], ["doctor"]])
def test_help_teaches(command: list[str]):
    result = call(*command, "--help")
    assert result.exit_code == 0
    assert "Exit codes:" in result.stdout
    assert "130  interrupted" in result.stdout
    if command in (["transcribe"], ["score"]):
        assert f"shifrovka {command[0]} " in result.stdout.partition("Example")[2]


def test_command_starts_light_and_knows_its_version():
    code = (
        "import sys, ocr.cli\n"
        "heavy = 'torch dask onnxruntime pytesseract cv2 numpy PIL lxml rich pdfplumber'.split()\n"
        "sys.exit(' '.join(name for name in heavy if name in sys.modules) or 0)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    start = [sys.executable, "-c", code]
    done = subprocess.run(start, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert call("--version").stdout.startswith("shifrovka, version ")
