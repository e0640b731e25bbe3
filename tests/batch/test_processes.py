"""Processes that die, hang, eat memory or outlive their run, and what becomes of their tasks."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ocr.batch.executors import Outcome, Raised, Task
from ocr.batch.limits import Limits
from ocr.batch.processes import Processes
from ocr.errors import ShifrovkaError

LIMITS = Limits(page_s=60.0)


def work(job: object) -> object:
    match job:
        case "raise":
            raise ValueError("three")
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "hang":
            time.sleep(600)
        case "eat":
            return len(bytearray(3_000_000_000))
        case "phone":
            socket.create_connection(("127.0.0.1", 9))
        case "shell":
            os.system("true")
        case "who":
            return os.getpid()
        case bytes() as data:
            return len(data)
    return job


def outcomes(jobs: list[object], workers: int = 2, limits: Limits = LIMITS) -> list[Outcome]:
    """What came of each job, in their order."""
    processes = Processes(work, workers, limits)
    found: list[Outcome] = []
    try:
        for ticket, job in enumerate(jobs):
            processes.submit(Task(ticket, job, 1.0 if job == "hang" else 60.0))
        while len(found) < len(jobs):
            found += processes.outcomes(1.0)
        processes.close()
    finally:
        processes.stop()
    return sorted(found)


def test_each_task_comes_back_once_and_a_bad_one_costs_only_itself():
    jobs = [0, "raise", 2, "die", 4, "hang", 6, "eat", b"x" * 3_000_000, b"y" * 3_000_000, 10]
    limits = Limits(memory_mb=1500)
    found = outcomes(jobs, limits=limits)
    assert [o.ticket for o in found] == list(range(len(jobs)))
    lost = {jobs[o.ticket]: o.lost for o in found if o.lost}
    assert set(lost) == {"die", "hang"}
    assert "SIGKILL" in lost["die"] and "1 s" in lost["hang"]
    raised = {jobs[o.ticket]: o.result for o in found if isinstance(o.result, Raised)}
    assert raised["raise"].error == "ValueError: three"
    assert raised["eat"].error.startswith("MemoryError")
    others = {
        jobs[o.ticket]: o.result for o in found if not o.lost and jobs[o.ticket] not in raised
    }
    assert others == {0: 0, 2: 2, 4: 4, 6: 6, jobs[8]: 3_000_000, jobs[9]: 3_000_000, 10: 10}


def test_a_worker_reaches_neither_network_nor_shell():
    for outcome in outcomes(["phone", "shell"], workers=1):
        assert outcome.result.error.startswith("PermissionError: a scan may not lead to")


def test_a_process_is_replaced_after_its_tasks():
    found = outcomes(["who"] * 9, workers=1, limits=Limits(tasks=3))
    assert len({o.result for o in found}) == 3


class Stillborn:
    """Work that ends the process it comes to."""

    def __call__(self, job: object) -> object:
        return job

    def __setstate__(self, _: object) -> None:
        os._exit(3)

    def __getstate__(self) -> int:
        return 1


def test_processes_that_die_as_they_start_are_told():
    processes = Processes(Stillborn(), 1, LIMITS)
    processes.submit(Task(0, 1, 60.0))
    with pytest.raises(ShifrovkaError, match=r"die as they start .*code 3"):
        while True:
            processes.outcomes(1.0)
    processes.stop()


# A shell starts its background jobs deaf to Ctrl-C, and they hand that on.
SLEEPERS = """
import signal
import sys
from pathlib import Path
from test_processes import LIMITS, sleep_long
from ocr.batch.executors import Task
from ocr.batch.processes import Processes
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    processes = Processes(sleep_long, 2, LIMITS)
    try:
        for ticket, name in enumerate("abc"):
            processes.submit(Task(ticket, Path(sys.argv[1], name), 600.0))
        while True:
            processes.outcomes(60.0)
    finally:
        processes.stop()
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
