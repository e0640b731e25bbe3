"""Scans made to harm among a good one, through the command: each costs only itself."""

import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

MEMORY_MB, PAGE_S = 700, 15


def pdf(*objects: bytes) -> bytes:
    body = b"%PDF-1.7\n"
    for number, text in enumerate(objects, 1):
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    return body + b"trailer << /Root 1 0 R /Size %d >>\n%%%%EOF\n" % (len(objects) + 1)


def bomb_of_strokes() -> bytes:
    """A page that draws a thousand million lines."""
    data = b"0 0 m 100 100 l S\n" * 1_000_000
    for _ in range(2):
        data = zlib.compress(data, 9)
    filters = b"/Filter [/FlateDecode /FlateDecode]"
    contents = b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), filters, data)
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ["
        + b"4 0 R " * 1000
        + b"] >>",
        contents,
    )


def bomb_of_pixels(side: int) -> bytes:
    """A grey PNG of as many pixels as may be loaded; prepared, it needs more memory than is."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        told = struct.pack(">I", len(data)) + kind + data
        return told + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(side + 1) * side, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_each_costs_only_itself(tmp_path: Path):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "pixels.png").write_bytes(bomb_of_pixels(12_000))
    (folder / "strokes.pdf").write_bytes(bomb_of_strokes())
    (folder / "loop.pdf").write_bytes(
        pdf(
            b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"
        )
    )
    (folder / "circle.jpg").symlink_to("circle.jpg")
    (folder / "device.jpg").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.jpg")
    for name in ("good", "line\nfeed", "\u202eright to left", "$(touch pwned)"):
        canvas = Canvas(str(tmp_path / "made.pdf"))
        canvas.drawString(100, 700, "A page that was born digital")
        canvas.save()
        (tmp_path / "made.pdf").rename(folder / f"{name}.pdf")
    before = sorted(folder.rglob("*"))
    command = [sys.executable, "-m", "ocr.cli", "transcribe", str(folder), "-o", str(out)]
    command += ["--memory", str(MEMORY_MB), "--page-seconds", str(PAGE_S), "--log-json"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    told = [json.loads(line) for line in run.stderr.splitlines()]
    failed = {e["error"].partition(": ")[0].split(", page")[0]: e for e in told if "error" in e}
    codes = {Path(name).name: e["exit_code"] for name, e in failed.items()}
    expected = {"loop.pdf", "circle.jpg", "device.jpg", "pipe.jpg", "pixels.png", "strokes.pdf"}
    assert codes.keys() == expected, run.stderr
    assert {codes[name] for name in expected - {"pixels.png", "strokes.pdf"}} == {3}
    assert {codes[name] for name in ("pixels.png", "strokes.pdf")} == {9}
    assert run.returncode == 3
    assert len(list(out.glob("*.txt"))) == 2 * 4
    assert sorted(folder.rglob("*")) == before
    assert not (tmp_path / "pwned").exists()
