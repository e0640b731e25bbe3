"""A batch on a Dask cluster of this machine, one of its workers killed while it reads.

    python benchmarks/cluster.py [--pages 120] [--workers 3] [--scans scans] [--send-scans]

Scheduler and workers are processes of their own, as `dask scheduler` and `dask worker` start them.
The results must be the same bytes as those of a run with local processes, every page must be in the
manifest once, and the pages that the killed worker had must have been done by others.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from small_pages import make_scans

from ocr.batch.manifest import Manifest, State
from ocr.evaluate.tables import Table, to_rich

KILL_AFTER = 0.3  # of the pages


@contextmanager
def cluster(workers: int, folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and its workers, of a thread each; the scheduler's address."""
    told = folder / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    common = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    scheduler = subprocess.Popen(
        [*dask, "scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(told)],
        **common,
    )
    while not told.exists():
        time.sleep(0.1)
    address = json.loads(told.read_text())["address"]
    options = ["--nthreads", "1", "--no-dashboard", "--local-directory", str(folder)]
    started = [
        subprocess.Popen(
            [*dask, "worker", address, "--name", f"w{n}", *options],
            **common,
            start_new_session=True,
        )
        for n in range(workers)
    ]
    try:
        yield address, started
    finally:
        for process in (*started, scheduler):
            process.terminate()
        for process in (*started, scheduler):
            process.wait()


def tree(out: Path) -> dict[str, bytes]:
    """The results; not the books."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and ".shifrovka" not in path.relative_to(out).parts
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=120)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--scans", type=Path, default=Path("scans"))
    parser.add_argument("--send-scans", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cluster-") as name:
        folder = Path(name)
        volume = arguments.pages // 3
        pages = make_scans(folder / "in", arguments.scans, arguments.pages - volume, (volume,))
        command = [sys.executable, "-m", "ocr.cli", "transcribe", str(folder / "in"), "-o"]
        subprocess.run([*command, str(folder / "local")], check=True)
        with cluster(arguments.workers, folder) as (address, workers):
            more = ["--executor", "dask", "--scheduler", address, "--log-json"]
            more += ["--send-scans"] if arguments.send_scans else []
            run = subprocess.Popen(
                [*command, str(folder / "dask"), *more], stderr=subprocess.PIPE, text=True
            )
            done, killed_at = 0, 0
            assert run.stderr is not None
            for line in run.stderr:
                done += json.loads(line)["event"] == "page"
                if done >= KILL_AFTER * pages and not killed_at:
                    killed_at = done
                    os.killpg(workers[0].pid, signal.SIGKILL)
            run.wait()
        same = tree(folder / "local") == tree(folder / "dask")
        with Manifest(folder / "dask", write=False) as manifest:
            states = [p.state for d in manifest.documents() for p in manifest.pages(d.id)]
    rows = (
        ("pages, workers", f"{pages}, {arguments.workers}"),
        ("exit code", str(run.returncode)),
        ("a worker was killed after", f"{killed_at} pages"),
        ("pages done", f"{states.count(State.DONE)} of {len(states)}"),
        ("the same bytes as local processes give", "yes" if same else "no"),
    )
    Console(width=100).print(to_rich(Table("A Dask cluster", ("what", "result"), rows)))
    sys.exit(0 if same and killed_at and states.count(State.DONE) == pages else 1)


if __name__ == "__main__":
    main()
