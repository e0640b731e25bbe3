"""Runs one function over many tasks, in this process or in several, and survives their crashes.

Processes are spawned afresh, so that no lock or thread of this one is copied into them. Only a
bounded number of tasks is handed out ahead, so a folder of any size needs the memory of a few
pages. When a process dies, all tasks in hand are tried again one at a time, and only the one
that kills its process again is lost. However a run ends, its processes end with it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import chain, islice
from multiprocessing.connection import wait as wait_for_end
from typing import TypeVar

import cv2

T = TypeVar("T")
R = TypeVar("R")

# tasks handed out for each process: one in work, one waiting, so that none stands idle
AHEAD = 2
# how long a process may take to end its own children once told to stop, in seconds
GRACE_S = 3.0


def cores() -> int:
    """The cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # outside Linux
        return os.cpu_count() or 1


def run_tasks(
    work: Callable[[T], R],
    tasks: Iterable[T],
    jobs: int,
    lost: Callable[[T, BaseException], R],
) -> Generator[R, None, None]:
    """`work(task)` for each task, as they get done: in order if `jobs` is 1, else in any order.

    No more processes are started than there are tasks, and none for a single one.

    `work` and the tasks must pickle when `jobs` exceeds 1. What `work` raises, or the death of
    the process it ran in (BrokenProcessPool), becomes the result `lost(task, error)`.
    """
    tasks = iter(tasks)
    first = list(islice(tasks, jobs))
    tasks = chain(first, tasks)
    if len(first) > 1:
        yield from _in_processes(work, tasks, len(first), lost)
        return
    for task in tasks:
        try:
            result = work(task)
        except Exception as e:
            result = lost(task, e)
        yield result


def _in_processes(
    work: Callable[[T], R],
    tasks: Iterable[T],
    jobs: int,
    lost: Callable[[T, BaseException], R],
) -> Iterator[R]:
    waiting = iter(tasks)
    in_hand: dict[Future[R], T] = {}
    crew = _Crew(jobs)
    try:
        while True:
            for task in islice(waiting, AHEAD * jobs - len(in_hand)):
                in_hand[crew.submit(work, task)] = task
            if not in_hand:
                break
            done, _ = wait(in_hand, return_when=FIRST_COMPLETED)
            if any(isinstance(f.exception(), BrokenProcessPool) for f in done):
                wait(in_hand)  # the pool gives up all that it has in hand
                crew.stop()
                yield from _one_by_one(work, in_hand, lost)
                in_hand, crew = {}, _Crew(jobs)
                continue
            for future in [f for f in in_hand if f in done]:
                yield _result(future, in_hand.pop(future), lost)
        crew.finish()
    finally:
        crew.stop()


def _one_by_one(
    work: Callable[[T], R], in_hand: dict[Future[R], T], lost: Callable[[T, BaseException], R]
) -> Iterator[R]:
    """What is done already, and the rest again, each with a process of its own at stake."""
    crew = _Crew(1)
    try:
        for future, task in in_hand.items():
            if isinstance(future.exception(), BrokenProcessPool):
                future = crew.submit(work, task)  # noqa: PLW2901
                wait([future])
            if isinstance(future.exception(), BrokenProcessPool):
                crew.stop()
                crew = _Crew(1)
            yield _result(future, task, lost)
        crew.finish()
    finally:
        crew.stop()


def _result(future: Future[R], task: T, lost: Callable[[T, BaseException], R]) -> R:
    error = future.exception()
    return future.result() if error is None else lost(task, error)


class _Crew:
    """A pool whose processes can be told apart from others and stopped at once."""

    def __init__(self, jobs: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(jobs, context, initializer=_begin)
        self._others = multiprocessing.active_children()
        self._ended = False

    def submit(self, work: Callable[[T], R], task: T) -> Future[R]:
        """As a pool's, but a dead pool gives a future that failed instead of raising."""
        try:
            with _interrupts_held():  # the pool starts its processes as tasks come
                return self._pool.submit(_do, work, task)
        except BrokenProcessPool as e:
            failed: Future[R] = Future()
            failed.set_exception(e)
            return failed

    def finish(self) -> None:
        """Let the processes end in order."""
        self._pool.shutdown(wait=True)
        self._ended = True

    def stop(self) -> None:
        """End the processes at once, giving each time to end what it started itself."""
        if self._ended:
            return
        self._ended = True
        workers = [p for p in multiprocessing.active_children() if p not in self._others]
        self._pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join(GRACE_S)
            if worker.is_alive():
                worker.kill()
                worker.join()


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


def _begin() -> None:
    """In each process: one thread, and an end when told to or when the parent is gone."""
    cv2.setNumThreads(1)  # processes fill the cores already
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _leave(*_: object) -> None:
    # unwinds what runs, so that an engine ends the programs it has started
    raise SystemExit(1)


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    wait_for_end([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(GRACE_S)
    os._exit(1)


def _do(work: Callable[[T], R], task: T) -> R:
    try:
        return work(task)
    except SystemExit:
        os._exit(1)  # or the pool would take it for a result and go on with the next task
