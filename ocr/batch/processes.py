"""An executor of processes on this machine, each with a pipe, a time limit and a memory limit.

The pools of concurrent.futures and joblib give up all their tasks when one process dies, and those
of multiprocessing and pebble share one pipe, which a process killed at the wrong moment leaves
locked or half written to. Here each process has a pipe of its own, so whatever befalls it costs
the task it was at, and it is replaced.

Processes are spawned afresh, so that no lock or thread of this one is copied into them. Each has
one task in work and one small one waiting in its pipe, so that it never stands idle while results
are written. However the run ends, its processes end with it: in order, told to, or because the
parent is gone.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from multiprocessing.reduction import ForkingPickler
from typing import Any

from ocr.batch.executors import Outcome, Raised, Task, Work
from ocr.batch.limits import Limits, confine, is_spent
from ocr.errors import ShifrovkaError

# tasks in each process: one in work, one waiting
DEPTH = 2
# A task that waits in the pipe must fit into it, or handing it over would block: 64 KiB on Linux.
WAITING_BYTES = 30_000
# how long a process may take to end its own children once told to stop, in seconds
GRACE_S = 3.0
# how long it may take to start, in seconds; on a busy machine with a cold disk a few
START_S = 120.0
# processes in a row that may die as they start before it is clear that all will
DEATHS = 3


class Processes:
    """The executor. Raises ShifrovkaError from `outcomes` when no process lives to work."""

    def __init__(self, work: Work, jobs: int, limits: Limits) -> None:
        self._work, self._limits = work, limits
        self._waiting: deque[tuple[Task, bytes]] = deque()
        self._crew: list[_Process] = []
        self._jobs = jobs
        self._deaths = 0

    def capacity(self) -> int:
        return DEPTH * self._jobs

    def workers(self) -> int:
        return 1

    def submit(self, task: Task) -> None:
        self._waiting.append((task, bytes(ForkingPickler.dumps(task.job))))
        self._hand_out()

    def outcomes(self, wait_s: float) -> list[Outcome]:
        end = time.monotonic() + wait_s
        while True:
            found = [o for worker in list(self._crew) for o in self._look_after(worker)]
            self._hand_out()
            now = time.monotonic()
            if found or now >= end or not self._crew:
                return found
            heard: list[Any] = [w.pipe for w in self._crew]
            heard += [w.process.sentinel for w in self._crew]
            wait(heard, min(end, *(w.deadline for w in self._crew)) - now)

    def close(self) -> None:
        for worker in self._crew:
            worker.pipe.close()
        self._end()

    def stop(self) -> None:
        for worker in self._crew:
            worker.process.terminate()
        self._end()

    def _end(self) -> None:
        for worker in self._crew:
            worker.end()
        self._crew = []
        self._waiting.clear()

    def _hand_out(self) -> None:
        """Give what waits to whoever has least; start a process while all are at work."""
        while self._waiting:
            takers = [w for w in self._crew if w.takes_more(self._limits.tasks)]
            least = min(takers, key=lambda w: len(w.tasks), default=None)
            if (least is None or least.tasks) and len(self._crew) < self._jobs:
                least = _Process(self._work, self._limits)
                self._crew.append(least)
            task, data = self._waiting[0]
            if least is None or (least.tasks and len(data) > WAITING_BYTES):
                return
            self._waiting.popleft()
            least.hand(task, data)

    def _look_after(self, worker: _Process) -> list[Outcome]:
        """What a process has sent, and what is lost if it died or took too long."""
        # it may have sent something before it died, so that is asked for first
        ended = not worker.process.is_alive()
        found = list(worker.received())
        if worker.ready:
            self._deaths = 0
        if worker.spent or worker.used_up(self._limits.tasks):
            worker.pipe.close()
            self._dismiss(worker)
            self._waiting.extendleft(reversed(worker.tasks))
        elif ended or worker.broken:
            found += self._bury(worker)
        elif time.monotonic() >= worker.deadline:
            found += self._bury(worker, f"took more than its {worker.tasks[0][0].limit_s:g} s")
        return found

    def _bury(self, worker: _Process, why: str = "") -> list[Outcome]:
        """Replace a process; the task it was at is lost, the one that waited is not."""
        worker.process.terminate()
        self._dismiss(worker)
        left = list(worker.tasks)
        lost = []
        if left and worker.ready:
            task, _ = left.pop(0)
            lost = [Outcome(task.ticket, None, worker.seconds(), why or worker.epitaph())]
        elif not worker.ready:
            self._deaths += 1
            if self._deaths >= DEATHS:
                raise ShifrovkaError(
                    f"the processes that read pages die as they start ({worker.epitaph()}); "
                    "see whether memory runs out, or allow them more with --memory"
                )
        self._waiting.extendleft(reversed(left))
        return lost

    def _dismiss(self, worker: _Process) -> None:
        self._crew.remove(worker)
        worker.end()


class _Process:
    """A process as its parent sees it, and the tasks it has, the one in work first."""

    def __init__(self, work: Work, limits: Limits) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(
            target=_serve, args=(theirs, work, limits), daemon=True
        )
        with _interrupts_held():
            self.process.start()
        theirs.close()
        self.tasks: deque[tuple[Task, bytes]] = deque()
        self.ready = self.broken = self.spent = False
        self._begun = time.monotonic()
        self._handed = 0

    @property
    def deadline(self) -> float:
        """When it will have taken too long, by `time.monotonic`."""
        if not self.ready:
            return self._begun + START_S
        return self._begun + self.tasks[0][0].limit_s if self.tasks else float("inf")

    def seconds(self) -> float:
        return time.monotonic() - self._begun

    def takes_more(self, tasks: int) -> bool:
        busy = len(self.tasks) >= DEPTH or self._handed >= tasks
        return not (busy or self.broken or self.spent)

    def used_up(self, tasks: int) -> bool:
        return self._handed >= tasks and not self.tasks

    def hand(self, task: Task, data: bytes) -> None:
        if self.ready and not self.tasks:
            self._begun = time.monotonic()
        self.tasks.append((task, data))
        self._handed += 1
        try:
            self.pipe.send_bytes(data)
        except OSError:
            self.broken = True

    def received(self) -> Iterator[Outcome]:
        """What it has sent by now. A pipe that breaks off shows in `broken`."""
        try:
            while self.pipe.poll():
                result, seconds, self.spent = self.pipe.recv()
                self._begun = time.monotonic()
                if not self.ready:
                    self.ready = True
                    continue
                task, _ = self.tasks.popleft()
                yield Outcome(task.ticket, result, seconds)
        except (EOFError, OSError):
            self.broken = True

    def epitaph(self) -> str:
        code = self.process.exitcode
        if code is not None and code < 0:
            return f"its process was ended by {signal.Signals(-code).name}"
        return f"its process ended with code {code}"

    def end(self) -> None:
        """Wait for it to end, and end it if it takes too long."""
        self.process.join(GRACE_S)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        with suppress(OSError):
            self.pipe.close()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C waits meanwhile; processes started meanwhile never hear it.

    It reaches all processes of a terminal, and only the first of ours shall answer.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, work: Work, limits: Limits) -> None:
    """In each process: do what comes until the pipe closes."""
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_follow_parent, daemon=True).start()
    confine(limits)
    pipe.send((None, 0.0, False))
    _hush()
    spent = False
    while not spent:
        try:
            job = pipe.recv()
        except EOFError:
            return
        began = time.perf_counter()
        try:
            result = work(job)
        except Exception as e:
            result = Raised(f"{type(e).__name__}: {e}", traceback.format_exc())
        spent = is_spent(limits)
        pipe.send((result, time.perf_counter() - began, spent))


def _hush() -> None:
    """What libraries print of a broken file goes nowhere; what they mean comes as an error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _leave(*_: object) -> None:
    # unwinds what runs, so that an engine ends the programs it has started
    raise SystemExit(1)


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(GRACE_S)
    os._exit(1)
