"""Scans made to harm, among good ones: what becomes of each, of the run, and of the good ones.

    python benchmarks/hostile.py [--files 2000] [--scans scans] [--seed 1] [--page-seconds 20]
        [--memory 1500]

From small scans of every format are made, in equal parts: flipped bits, files cut off, headers
that lie about size and number, pieces of one format in another, bytes repeated and left out,
noise; and by hand bombs (images that unpack to far more than they may, PDFs of endless streams and
of pages in circles), PDFs with scripts, attachments and addresses to call, names with newlines,
marks that turn the direction, 255 bytes and no UTF-8, links in circles, to devices, pipes.
One run reads them all together with good scans. It must neither crash nor hang, keep its workers
within their memory, reach nothing outside OUT, do every good scan, and end with a documented code;
each bad file must be told in one line or read.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import resource
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psutil
from reportlab.pdfgen.canvas import Canvas
from rich.console import Console
from small_pages import bands

from ocr.batch.manifest import Manifest, State
from ocr.errors import ShifrovkaError
from ocr.evaluate.tables import Table, to_rich

GOOD = 20
# one seed makes the same files on any day
EPOCH = time.gmtime(0)
CODES = {0, 3, 4, 5, 6, 9}
SLACK_MB = 500  # of address space and libraries that a worker has besides what is limited


def seeds(scans: Path, rng: random.Random) -> dict[str, bytes]:
    """One small good file of each kind."""
    made: dict[str, bytes] = {}
    drawn = bands(scans, rng.randrange(1000))
    for suffix, kind, more in (
        ("jpg", "JPEG", {}),
        ("png", "PNG", {}),
        ("tif", "TIFF", {"compression": "tiff_lzw"}),
        ("g4.tif", "TIFF", {"compression": "group4"}),
        ("jp2", "JPEG2000", {}),
        ("bmp", "BMP", {}),
        ("webp", "WEBP", {}),
        ("pdf", "PDF", {"resolution": 150.0, "creationDate": EPOCH, "modDate": EPOCH}),
    ):
        band = next(drawn)
        band = band.resize((band.width // 2, band.height // 2))
        file = io.BytesIO()
        (band.convert("1") if suffix.startswith("g4") else band).save(file, kind, **more)
        made[suffix] = file.getvalue()
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1)
    canvas.drawString(100, 700, "A page that was born digital")
    canvas.showPage()
    canvas.drawString(100, 700, "And another one")
    canvas.save()
    made["text.pdf"] = file.getvalue()
    return made


def flipped(data: bytes, rng: random.Random, _: list[bytes]) -> bytes:
    out = bytearray(data)
    for _n in range(rng.choice((1, 4, 40, 400))):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def cut(data: bytes, rng: random.Random, _: list[bytes]) -> bytes:
    return data[: rng.randrange(len(data))]


def lying(data: bytes, rng: random.Random, _: list[bytes]) -> bytes:
    """Numbers in the head become huge, zero or negative; in a PDF, numbers anywhere."""
    out = bytearray(data)
    lie = rng.choice((0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000, 65535, 1_000_000_000))
    if data.startswith(b"%PDF"):
        digits = [n for n in range(len(out) - 1) if chr(out[n]).isdigit()]
        for at in rng.sample(digits, min(len(digits), rng.choice((1, 5, 50)))):
            out[at] = ord(rng.choice("0123456789"))
        return bytes(out)
    at = rng.randrange(4, min(len(out) - 4, 64))
    out[at : at + 4] = struct.pack(rng.choice("<>") + "I", lie)
    if data.startswith(b"\x89PNG"):  # with a checksum that is right
        out[16:24] = struct.pack(">II", lie & 0x7FFFFFFF, rng.choice((1, 30000, 1_000_000)))
        out[29:33] = struct.pack(">I", zlib.crc32(out[12:29]))
    return bytes(out)


def mixed(data: bytes, rng: random.Random, others: list[bytes]) -> bytes:
    other = rng.choice(others)
    at = rng.randrange(len(data))
    return data[:at] + other[rng.randrange(len(other)) :] + data[at:]


def repeated(data: bytes, rng: random.Random, _: list[bytes]) -> bytes:
    start = rng.randrange(len(data))
    piece = data[start : start + rng.randrange(1, 2000)]
    return data[:start] + piece * rng.choice((0, 2, 50)) + data[start + len(piece) :]


def noise(data: bytes, rng: random.Random, _: list[bytes]) -> bytes:
    head = data[: rng.choice((0, 8, 32))]
    return head + rng.randbytes(rng.randrange(1, 5000))


MUTATIONS: tuple[Callable[[bytes, random.Random, list[bytes]], bytes], ...] = (
    flipped,
    cut,
    lying,
    mixed,
    repeated,
    noise,
)


def png_bomb(width: int, height: int) -> bytes:
    """A grey PNG of zeros: a thousandth of its size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        told = struct.pack(">I", len(data)) + kind + data
        return told + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    row = bytes(width + 1)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def pdf(*objects: bytes, root: bytes = b"1 0 R") -> bytes:
    """A PDF of these objects, numbered from 1; readers find them without a table."""
    body = b"%PDF-1.7\n"
    for number, text in enumerate(objects, 1):
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    return body + b"trailer << /Root %s /Size %d >>\n%%%%EOF\n" % (root, len(objects) + 1)


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), extra, data)


def page_with(contents: bytes, extra: bytes = b"", more: tuple[bytes, ...] = ()) -> bytes:
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R %s >>" % extra,
        contents,
        *more,
    )


def deflated(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    return data


def by_hand() -> dict[str, bytes]:
    """Files that were made to harm."""
    filters = b"/Filter [" + b"/FlateDecode " * 2 + b"]"
    million = b"0 0 m 100 100 l S\n" * 3_000_000
    inner = b"/Resources << /XObject << /F 5 0 R >> >>"
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] " + inner
    script = b"<< /S /JavaScript /JS (app.launchURL\\('http://127.0.0.1:9'\\)) >>"
    catalog = b"<< /Type /Catalog /Pages 2 0 R /OpenAction %s /Names << /EmbeddedFiles 5 0 R >> >>"
    return {
        "bomb-grey.png": png_bomb(20_000, 7_000),
        "bomb-huge.png": png_bomb(60_000, 60_000),
        "bomb-flate.pdf": page_with(stream(deflated(million, 2), filters)),
        "bomb-lines.pdf": page_with(stream(deflated(million, 1), b"/Filter /FlateDecode")),
        "loop-pages.pdf": pdf(
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>",
        ),
        "loop-form.pdf": page_with(stream(b"/F Do"), inner, (stream(b"/F Do", form),)),
        "million-pages.pdf": pdf(
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [" + b"3 0 R " * 100_000 + b"] /Count 100000 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        ),
        "giant-page.pdf": page_with(stream(b"")).replace(b"595 842", b"9999999 9999999"),
        "script.pdf": pdf(
            catalog % script,
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
            stream(b"BT /F1 12 Tf (calls home) Tj ET"),
            b"<< /Names [(a.exe) 6 0 R] >>",
            b"<< /Type /Filespec /F (a.exe) /EF << /F 7 0 R >> >>",
            stream(b"MZ", b"/Type /EmbeddedFile"),
        ),
        "remote-image.pdf": page_with(
            stream(b"/I Do"),
            b"/Resources << /XObject << /I 5 0 R >> >>",
            (
                b"<< /Type /XObject /Subtype /Image /Width 9 /Height 9 /ColorSpace /DeviceGray "
                b"/BitsPerComponent 8 /F << /FS /URL /F (http://127.0.0.1:9/a.jpg) >> /Length 0 >>"
                b"\nstream\n\nendstream",
            ),
        ),
        "nested.pdf": page_with(stream(b"[" * 200_000 + b"]" * 200_000)),
        "deep.pdf": pdf(b"<<" + b"/A [" * 50_000 + b"]" * 50_000 + b">>"),
    }


def names(folder: Path, good: bytes) -> int:
    """Scans of names that file systems allow; how many are good ones to be done."""
    (folder / "line\nfeed.jpg").write_bytes(good)
    (folder / "\u202eright to left.jpg").write_bytes(good)
    (folder / ("ж" * 118 + ".jpg")).write_bytes(good)
    (folder / "\x1b[31mred.jpg").write_bytes(good)
    (folder / "-rf.jpg").write_bytes(good)
    (folder / "$(touch pwned);`id`.jpg").write_bytes(good)
    Path(os.fsdecode(bytes(folder) + b"/\xff\xfe.jpg")).write_bytes(good)
    (folder / ("n" * 251 + ".jpg")).write_bytes(good)  # its results' names would be too long
    (folder / "circle.jpg").symlink_to("circle.jpg")
    (folder / "device.jpg").symlink_to("/dev/zero")
    (folder / "secret.jpg").symlink_to("/etc/shadow")
    os.mkfifo(folder / "pipe.jpg")
    (folder / "folder.jpg").mkdir()
    (folder / "up").symlink_to("..", target_is_directory=True)
    return 7


class Watch(threading.Thread):
    """Looks at a run and its processes as they go."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._parent = psutil.Process(pid)
        self.parent_mb = self.worker_mb = 0.0
        self.children: set[str] = set()
        self.connections = 0

    def run(self) -> None:
        while True:
            try:
                self.parent_mb = max(self.parent_mb, self._parent.memory_info().rss / 1e6)
                for child in self._parent.children(recursive=True):
                    self.worker_mb = max(self.worker_mb, child.memory_info().rss / 1e6)
                    self.children.add(child.name())
                    self.connections += len(child.net_connections("inet"))
            except psutil.NoSuchProcess:
                if not self._parent.is_running():
                    return
            time.sleep(0.1)


def make(folder: Path, scans: Path, files: int, rng: random.Random) -> int:
    """The corpus; how many good scans are in it."""
    folder.mkdir()
    samples = seeds(scans, rng)
    for number in range(files):
        mutate = MUTATIONS[number % len(MUTATIONS)]
        suffix = rng.choice(sorted(samples))
        data = mutate(samples[suffix], rng, list(samples.values()))
        (folder / f"bad-{mutate.__name__}-{number:04d}.{suffix}").write_bytes(data)
    for name, data in by_hand().items():
        (folder / name).write_bytes(data)
    drawn = bands(scans, 7)
    for number in range(GOOD):
        next(drawn).save(folder / f"good-{number}.jpg", dpi=(150, 150))
    named = folder / "names"
    named.mkdir()
    return GOOD + names(named, (folder / "good-0.jpg").read_bytes())


def outside(folder: Path) -> set[str]:
    """Everything there is, but for OUT."""
    return {str(p) for p in folder.rglob("*") if "out" not in p.relative_to(folder).parts[:1]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--scans", type=Path, default=Path("scans"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--page-seconds", type=int, default=20)
    parser.add_argument("--memory", type=int, default=1500)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        folder = Path(name)
        good = make(folder / "in", arguments.scans, arguments.files, random.Random(arguments.seed))
        before = outside(folder)
        began = time.monotonic()
        run = subprocess.Popen(
            [
                *(sys.executable, "-m", "ocr.cli", "transcribe", str(folder / "in")),
                *("-o", str(folder / "out"), "--jobs", str(arguments.jobs)),
                *("--page-seconds", str(arguments.page_seconds)),
                *("--memory", str(arguments.memory)),
            ],
            stderr=subprocess.PIPE,
        )
        watch = Watch(run.pid)
        watch.start()
        told = run.communicate()[1].decode()
        seconds = time.monotonic() - began
        errors = [line for line in told.splitlines() if line.startswith("shifrovka: error:")]
        rows, wrong = judged(folder, good, errors, arguments.memory, watch)
        rows = [
            ("hostile files", str(arguments.files + len(by_hand()))),
            ("exit code", str(run.returncode)),
            ("seconds", f"{seconds:.0f}"),
            *rows,
            ("lines of any other kind on stderr", str(len(told.splitlines()) - len(errors) - 1)),
            ("files outside OUT that appeared", str(len(outside(folder) - before))),
        ]
        wrong += run.returncode not in CODES
        wrong += outside(folder) != before or "Traceback" in told
    table = Table("Scans made to harm", ("what", "result"), tuple(rows), ("result",))
    Console(width=120).print(to_rich(table))
    sys.exit(1 if wrong else 0)


def judged(
    folder: Path, good: int, errors: list[str], memory_mb: int, watch: Watch
) -> tuple[list[tuple[str, str]], int]:
    """What became of everything, and how much of it should not have been."""
    done: Counter[str] = Counter()
    codes: Counter[int] = Counter()
    with Manifest(folder / "out", write=False) as manifest:
        for entry in manifest.documents():
            kind = "good" if is_good(entry.name) else "bad"
            done[f"{kind} {entry.state}"] += 1
            if entry.state is State.WAITING:
                done["waiting"] += 1
        for _, why, code in manifest.failures():
            codes[code] += 1
            if code == ShifrovkaError.exit_code:
                print(f"a fault of ours: {why}", file=sys.stderr)
    limit_mb = memory_mb + SLACK_MB
    unknown = {code for code in codes if code not in CODES}
    wrong = (done["good done"] != good) + bool(done["waiting"]) + bool(unknown)
    wrong += watch.worker_mb > limit_mb or watch.connections > 0
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
    return [
        ("good scans done", f"{done['good done']} of {good}"),
        ("bad files read all the same", str(done["bad done"])),
        ("bad files told", str(done["bad failed"])),
        ("left undone", str(done["waiting"])),
        ("failures by exit code", ", ".join(f"{k}: {v}" for k, v in sorted(codes.items()))),
        ("lines of error", str(len(errors))),
        ("largest worker, MB", f"{watch.worker_mb:.0f} (limit {memory_mb}, highest {peak:.0f})"),
        ("parent, MB", f"{watch.parent_mb:.0f}"),
        ("programs started", ", ".join(sorted(watch.children))),
        ("network connections", str(watch.connections)),
    ], wrong


def is_good(name: str) -> bool:
    return name.startswith(("good-", "names/")) and not name.endswith(
        ("n" * 251, "circle", "device", "secret", "pipe", "folder")
    )


if __name__ == "__main__":
    main()
