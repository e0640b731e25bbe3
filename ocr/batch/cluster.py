"""An executor that hands tasks to the workers of an existing Dask cluster.

The same work is done there as here, in the same kind of process: each thread of a Dask worker
keeps one process of its own (`processes`), so that the limits of time and memory hold and a page
that crashes does not take the Dask worker with it. When a Dask worker is lost, the scheduler gives
its tasks to others. The manifest is written by this process alone; workers write nothing.

Scans are read from the path that they have here, or, with `send`, come with the task and lie in a
temporary folder of the worker while they are read.
"""

from __future__ import annotations

import logging
import multiprocessing
import queue
import tempfile
import threading
import uuid
from pathlib import Path
from typing import Any

from ocr.batch.executors import Outcome, Task, Work
from ocr.batch.limits import Limits
from ocr.batch.processes import Processes
from ocr.batch.work import renamed
from ocr.errors import ShifrovkaError

# seconds to wait for the scheduler to answer, and for its first worker to be there
CONNECT_S, WORKERS_S = 10, 60
# tasks for each thread of the cluster: one in work, one on its way
AHEAD = 2
# how often a task is sent anew whose workers were lost with what it needs
SENT = 4


class Cluster:
    """The executor. Raises ShifrovkaError where Dask, the scheduler or its workers are missing.

    send  send each scan to the worker instead of its path
    """

    def __init__(self, work: Work, address: str, limits: Limits, *, send: bool = False) -> None:
        try:
            from distributed import Client
        except ImportError as e:
            raise ShifrovkaError(
                'Dask is not installed here; run: pip install "shifrovka[dask]"'
            ) from e
        # what it warns of is seen to here
        for name in ("distributed", "distributed.client"):
            logging.getLogger(name).setLevel(logging.ERROR)
        self._work, self._limits, self._send = work, limits, send
        try:
            connect: Any = Client
            self._client = connect(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError) as e:
            raise ShifrovkaError(
                f"{address}: no Dask scheduler answers there ({e}); start one with `dask "
                "scheduler`, and name the address it prints, tcp://HOST:PORT"
            ) from e
        try:
            self._client.wait_for_workers(1, timeout=WORKERS_S)
        except TimeoutError as e:
            self._client.close()
            raise ShifrovkaError(
                f"{address}: the Dask scheduler has no workers; start some with `dask worker "
                f"{address}` where shifrovka[dask] is installed"
            ) from e
        self._run = uuid.uuid4().hex
        self._done: queue.Queue[tuple[Task, int, Any]] = queue.Queue()
        self._futures: dict[int, Any] = {}

    def capacity(self) -> int:
        threads = sum(self._client.nthreads().values())
        return AHEAD * max(1, int(threads))

    def workers(self) -> int:
        return len(self._client.nthreads())

    def submit(self, task: Task) -> None:
        self._hand(task, 1)

    def outcomes(self, wait_s: float) -> list[Outcome]:
        found: list[Outcome] = []
        try:
            while not found or not self._done.empty():
                task, sent, future = self._done.get(timeout=wait_s)
                found += self._outcome(task, sent, future)
        except queue.Empty:
            pass
        return found

    def close(self) -> None:
        self._client.close()

    def stop(self) -> None:
        """Tasks in hand are called back; what a worker is at, it ends for nothing."""
        if self._client.status == "running":
            self._client.cancel(list(self._futures.values()), force=True)
            self._client.close()

    def _hand(self, task: Task, sent: int) -> None:
        data = task.scan.read_bytes() if self._send and task.scan is not None else None
        future = self._client.submit(
            on_worker,
            self._work,
            self._limits,
            task,
            data,
            key=f"shifrovka-{self._run}-{task.ticket}-{sent}",
            pure=False,
            workers=None if task.to is None else self._named(task.to),
        )
        self._futures[task.ticket] = future
        future.add_done_callback(lambda f: self._done.put((task, sent, f)))

    def _named(self, number: int) -> str | None:
        """The address of a worker; of none in particular when there are fewer by now."""
        addresses = sorted(self._client.nthreads())
        return addresses[number] if number < len(addresses) else None

    def _outcome(self, task: Task, sent: int, future: Any) -> list[Outcome]:
        """What came of a task; nothing yet where it has to be sent again."""
        self._futures.pop(task.ticket, None)
        if future.status == "finished":
            outcome: Outcome = future.result()
            return [outcome]
        if sent < SENT:
            self._hand(task, sent + 1)
            return []
        why = future.exception() if future.status == "error" else future.status
        return [Outcome(task.ticket, None, 0.0, f"its workers were lost, again and again ({why})")]


_kept = threading.local()


def on_worker(work: Work, limits: Limits, task: Task, data: bytes | None) -> Outcome:
    """In a Dask worker: do a task in the process that this thread keeps."""
    if data is None or task.scan is None:
        return _done(work, limits, task)
    with tempfile.TemporaryDirectory(prefix="shifrovka-") as folder:
        place = Path(folder, f"scan{task.scan.suffix}")
        place.write_bytes(data)
        outcome = _done(work, limits, task._replace(job=task.job.moved(place), scan=place))
        return outcome._replace(result=renamed(outcome.result, str(place), str(task.scan)))


def _done(work: Work, limits: Limits, task: Task) -> Outcome:
    known, processes = getattr(_kept, "processes", (None, None))
    if processes is None or known != (work.args, limits):  # type: ignore[attr-defined]
        if processes is not None:
            processes.stop()
        # a Dask worker is a daemon, and such may not have children, says multiprocessing
        multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
        processes = Processes(work, 1, limits)
        _kept.processes = ((work.args, limits), processes)  # type: ignore[attr-defined]
    processes.submit(task)
    while True:
        for outcome in processes.outcomes(1.0):
            return outcome
