"""Batches that are killed at random moments and given again until they are done.

    python benchmarks/chaos.py [--runs 100] [--scans scans] [--seed 1]

Sixty small pages (forty files of one, a PDF of twenty) are read once undisturbed. Then, run after
run, the same batch is started anew and at random moments SIGKILL hits the parent, one worker, or
all of its processes at once; the same command is given again, and may be hit again, until it ends
by itself. Then its results must be the same bytes, its manifest sound and each page in it once,
nothing half-written left, and no process of it alive. Last, a batch on a disk too small for it
(a tmpfs, where it may be mounted) must end with a clear error, and be done once there is room.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from rich.console import Console
from small_pages import make_scans

from ocr.evaluate.tables import Table, to_rich

SINGLES, VOLUME = 40, 20
JOBS = 2
MOST_KILLS = 3
GONE_WITHIN_S = 10.0
# bytes: the manifest and its journal take some millions besides the results
ROOM = 64_000_000
BOOKS = 1_500_000


def command(scans: Path, out: Path) -> list[str]:
    shifrovka = [sys.executable, "-m", "ocr.cli", "transcribe"]
    return [*shifrovka, str(scans), "-o", str(out), "--jobs", str(JOBS)]


def start(scans: Path, out: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command(scans, out), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip


def members(session: int) -> list[int]:
    """Living processes of a session."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(entry.name))
    return found


def gone(session: int) -> bool:
    return not members(session)


def kill(how: str, run: subprocess.Popen[bytes], rng: random.Random) -> bool:
    """Whether there was something to hit."""
    try:
        if how == "parent":
            run.kill()
        elif how == "all":
            os.killpg(run.pid, signal.SIGKILL)
        else:
            workers = [pid for pid in members(run.pid) if pid != run.pid]
            if not workers:
                return False
            os.kill(rng.choice(workers), signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def disturbed(scans: Path, out: Path, usual_s: float, rng: random.Random) -> Counter[str]:
    """One batch, hit and given again until it is done; what hit it."""
    hits: Counter[str] = Counter()
    kills = rng.randint(1, MOST_KILLS)
    while True:
        run = start(scans, out)
        if sum(hits[how] for how in ("parent", "worker", "all")) < kills:
            time.sleep(rng.uniform(0.0, usual_s))
            how = rng.choice(("parent", "worker", "all"))
            if run.poll() is None and kill(how, run, rng):
                hits[how] += 1
        _, errors = run.communicate(timeout=300)
        hits["starts"] += 1
        wait_until(partial(gone, run.pid), "a process outlived its run")
        if run.returncode == 0:
            return hits
        if run.returncode != -signal.SIGKILL:
            raise AssertionError(f"ended with {run.returncode}: {errors.decode()[-500:]}")


def wait_until(condition: Callable[[], bool], otherwise: str) -> None:
    end = time.monotonic() + GONE_WITHIN_S
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(otherwise)
        time.sleep(0.05)


def tree(out: Path) -> dict[str, bytes]:
    """The results; not the books."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and ".shifrovka" not in path.relative_to(out).parts
    }


def check(out: Path, wanted: dict[str, bytes], pages: int) -> int:
    """Raises AssertionError for whatever is wrong; the number of pages that were tried twice."""
    found = tree(out)
    assert found.keys() == wanted.keys(), f"files differ: {sorted(found.keys() ^ wanted.keys())}"
    assert found == wanted, "bytes differ"
    assert not list((out / ".shifrovka/drafts").iterdir()), "drafts were left"
    books = sqlite3.connect(out / ".shifrovka/manifest.sqlite")
    try:
        assert books.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        rows = books.execute(
            "SELECT d.name, p.number, p.state, p.attempts FROM pages p "
            "JOIN documents d ON d.id = p.document"
        ).fetchall()
    finally:
        books.close()
    assert len(rows) == len({row[:2] for row in rows}) == pages, f"{len(rows)} pages in the books"
    assert {row[2] for row in rows} == {"done"}
    return sum(row[3] > 1 for row in rows)


def full_disk(scans: Path, folder: Path, wanted: dict[str, bytes], pages: int) -> str:
    """What came of a batch on a disk too small for it."""
    disk = folder / "small disk"
    disk.mkdir()
    size = BOOKS + sum(-(-len(data) // 4096) * 4096 for data in wanted.values()) // 2
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        return "not tried: no tmpfs may be mounted here"
    try:
        run = start(scans, disk / "out")
        _, errors = run.communicate(timeout=300)
        told = errors.decode().strip().splitlines()[-1]
        assert run.returncode == 5, f"ended with {run.returncode}: {told}"
        wait_until(partial(gone, run.pid), "a process outlived its run")
        kept = len(tree(disk / "out"))
        more = ["mount", "-o", f"remount,size={ROOM}", str(disk)]
        subprocess.run(more, check=True)
        run = start(scans, disk / "out")
        _, errors = run.communicate(timeout=300)
        assert run.returncode == 0, f"given again: {run.returncode}: {errors.decode()[-300:]}"
        check(disk / "out", wanted, pages)
        return f"exit code 5 with {kept} files whole, “{told[-90:]}”; done when given again"
    finally:
        subprocess.run(["umount", str(disk)], check=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--scans", type=Path, default=Path("scans"))
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory(prefix="chaos-") as name:
        folder = Path(name)
        pages = make_scans(folder / "scans", arguments.scans, SINGLES, (VOLUME,))
        began = time.monotonic()
        subprocess.run(command(folder / "scans", folder / "whole"), check=True)
        usual_s = time.monotonic() - began
        wanted = tree(folder / "whole")
        hits: Counter[str] = Counter()
        wrong: Counter[str] = Counter()
        for number in range(arguments.runs):
            out = folder / f"out-{number}"
            try:
                hits += disturbed(folder / "scans", out, usual_s, rng)
                hits["tried twice"] += check(out, wanted, pages)
            except AssertionError as e:
                wrong[str(e)] += 1
                print(f"run {number}: {e}", file=sys.stderr)
            shutil.rmtree(out, ignore_errors=True)
        try:
            disk = full_disk(folder / "scans", folder, wanted, pages)
        except AssertionError as e:
            disk = f"wrong: {e}"
            wrong[disk] += 1
    rows = [(f"batches of {pages} pages", str(arguments.runs))]
    rows += [(f"SIGKILL of {how}", str(hits[how])) for how in ("parent", "worker", "all")]
    rows += [
        ("starts it took", str(hits["starts"])),
        ("pages tried twice", str(hits["tried twice"])),
        ("batches with anything wrong", str(sum(wrong.values()))),
        ("full disk", disk),
    ]
    table = Table(
        "Batches killed at random moments and given again",
        ("what", "result"),
        tuple(rows),
        ("result",),
    )
    Console(width=120).print(to_rich(table))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
