"""A Dask cluster of this machine: the same bytes as from local processes, whoever is lost."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from ocr.batch.cluster import Cluster
from ocr.batch.limits import Limits
from ocr.errors import ShifrovkaError

DASK = [sys.executable, "-m", "dask"]
PAGES = 30


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages that are read without an engine; one cannot be read at all."""
    folder = tmp_path_factory.mktemp("scans")
    for name, pages in (("дело", PAGES), ("лист", 1)):
        canvas = Canvas(str(folder / f"{name}.pdf"))
        for page in range(pages):
            canvas.drawString(100, 700, f"Page {page} of {name.encode().hex()}")
            canvas.showPage()
        canvas.save()
    (folder / "bad.pdf").write_bytes(b"%PDF-1.7 and no more")
    return folder


@pytest.fixture(scope="module")
def local(scans: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("local")
    assert transcribe(scans, out).wait() == 3
    return out


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    told = tmp_path / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    start = [*DASK, "scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(told)]
    scheduler = subprocess.Popen(start, **quiet)
    end = time.monotonic() + 60
    while not told.exists():
        assert time.monotonic() < end
        time.sleep(0.05)
    address = json.loads(told.read_text())["address"]
    flags = ["--nthreads", "1", "--no-dashboard", "--local-directory", str(tmp_path)]
    workers = [subprocess.Popen([*DASK, "worker", address, *flags], **quiet) for _ in range(2)]
    yield address, workers
    for process in (*workers, scheduler):
        process.terminate()
        process.wait()


def transcribe(scans: Path, out: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "ocr.cli", "transcribe", str(scans), "-o", str(out)]
    return subprocess.Popen([*command, "--log-json", *more], stderr=subprocess.PIPE, text=True)


def tree(out: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in out.iterdir() if p.is_file()}


def test_a_lost_worker_costs_nothing(scans: Path, local: Path, cluster, tmp_path: Path):
    address, workers = cluster
    run = transcribe(scans, tmp_path / "out", "--executor", "dask", "--scheduler", address)
    assert run.stderr is not None
    for line in run.stderr:
        if json.loads(line)["event"] == "page":
            os.killpg(workers[0].pid, signal.SIGKILL)
            break
    told = [json.loads(line) for line in run.stderr]
    assert run.wait() == 3
    assert sum(event["event"] == "failed" for event in told) <= 1
    assert tree(tmp_path / "out") == tree(local)
    sent = tmp_path / "sent"
    flags = ("--executor", "dask", "--scheduler", address, "--send-scans")
    run = transcribe(scans, sent, *flags)
    errors = [json.loads(line) for line in run.communicate()[1].splitlines()]
    assert tree(sent) == tree(local)
    (failed,) = [event["error"] for event in errors if event["event"] == "failed"]
    assert failed.startswith(str(scans / "bad.pdf"))


def test_no_scheduler_is_a_clear_error(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ocr.batch.cluster.CONNECT_S", 1)
    with pytest.raises(ShifrovkaError, match="no Dask scheduler answers there"):
        Cluster(print, "tcp://127.0.0.1:1", Limits())
