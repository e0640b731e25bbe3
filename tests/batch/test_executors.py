"""Tasks in one process and in several, processes that die, and runs that are interrupted."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ocr.batch.executors import run_tasks


def work(task: int) -> int:
    if task == 3:
        raise ValueError("three")
    if task == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return task * task


def lost(task: int, error: BaseException) -> tuple[int, str]:
    return task, type(error).__name__


def test_one_process_goes_in_order():
    assert list(run_tasks(work, range(5), 1, lost)) == [0, 1, 4, (3, "ValueError"), 16]


def test_a_task_that_kills_its_process_costs_only_itself():
    results = list(run_tasks(work, range(9), 2, lost))
    assert sorted(r for r in results if isinstance(r, int)) == [0, 1, 4, 16, 36, 49, 64]
    assert sorted(r for r in results if isinstance(r, tuple)) == [
        (3, "ValueError"),
        (5, "BrokenProcessPool"),
    ]


def test_tasks_are_taken_as_they_are_needed():
    taken = []

    def tasks():
        for n in range(1000):
            taken.append(n)
            yield 0

    results = run_tasks(work, tasks(), 2, lost)
    assert next(results) == 0
    assert len(taken) < 10
    results.close()


# A shell starts its background jobs deaf to Ctrl-C, and they hand that on.
SLEEPERS = """
import signal
import sys
from pathlib import Path
from test_executors import sleep_long
from ocr.batch.executors import run_tasks
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    list(run_tasks(sleep_long, [Path(sys.argv[1], n) for n in "abc"], 2, None))
"""


def sleep_long(note: Path) -> None:
    note.with_suffix(".tmp").write_text(str(os.getpid()))
    note.with_suffix(".tmp").rename(note)
    time.sleep(600)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_an_interrupted_or_killed_run(tmp_path: Path, how: signal.Signals):
    script = tmp_path / "sleepers.py"
    script.write_text(SLEEPERS)
    here = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
    run = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(here)},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    notes = [tmp_path / "a", tmp_path / "b"]
    wait_until(lambda: all(note.exists() for note in notes))
    if how is signal.SIGINT:
        os.killpg(run.pid, how)  # as a terminal does
    else:
        run.kill()
    _, errors = run.communicate(timeout=60)
    if how is signal.SIGINT:
        assert errors.decode().count("Traceback") == 1  # the run's own, none of its processes
    workers = [int(note.read_text()) for note in notes]
    wait_until(lambda: not any(alive(pid) for pid in workers))


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until(condition, at_most_s: float = 60.0) -> None:
    end = time.monotonic() + at_most_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
