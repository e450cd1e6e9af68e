"""Work in several processes of this machine, with answers as they come and an end in order."""

from __future__ import annotations

import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

PieceOfWork = TypeVar("PieceOfWork")
WorkDone = TypeVar("WorkDone")


def number_of(jobs: int, tasks: int) -> int:
    """Return how many processes to use for so many tasks; `jobs` is -1 for one per core."""
    return min(tasks, jobs if jobs > 0 else os.cpu_count() or 1)


def in_any_order(
    work: Callable[[PieceOfWork], WorkDone], tasks: Iterable[PieceOfWork], processes: int
) -> Generator[WorkDone, None, None]:
    """Yield the answers to tasks as they come; with one process or none, one after the other in this one.

    Processes end with the generator, also where it is closed before all answers have come, and with this process,
    however that ends.
    """
    if processes <= 1:
        for task in tasks:
            yield work(task)
        return
    from multiprocessing import resource_tracker

    from joblib import Parallel, delayed
    from joblib.externals.loky import get_reusable_executor
    from joblib.externals.loky.backend import resource_tracker as loky_tracker

    parallel = Parallel(n_jobs=processes, return_as="generator_unordered", batch_size=1, pre_dispatch="2 * n_jobs")
    with deaf_to_terminals():
        for tracker in (resource_tracker, loky_tracker):  # their start lets Ctrl-C through again
            tracker.ensure_running()
    with deaf_to_terminals():
        answers = parallel(delayed(_done)(work, task, os.getpid()) for task in tasks)
    whole = False
    try:
        for answer in answers:  # noqa: UP028 - `yield from` would close the answers at once, with the warning
            yield answer
        whole = True
    finally:
        if not whole:  # the processes would wait for more work for minutes
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # that answers are not used is what was wanted
                answers.close()
            get_reusable_executor().shutdown(wait=True, kill_workers=True)


KILLED_SECONDS = 1.0
"""How often a process looks whether the one that it works for is still there."""


def _done(work: Callable[[PieceOfWork], WorkDone], task: PieceOfWork, employer: int) -> WorkDone:
    """Return the answer to a task, in a process that ends when the one it works for is killed."""
    if os.getppid() == employer:
        _end_with(employer)
    return work(task)


@cache
def _end_with(employer: int) -> None:
    def watch() -> None:
        while os.getppid() == employer:
            time.sleep(KILLED_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="employer", daemon=True).start()


@contextmanager
def deaf_to_terminals() -> Iterator[None]:
    """Let processes that start here hear neither Ctrl-C nor that a terminal is closed; this one hears it later.

    Both go to all processes of a terminal, and this one decides about the end of the others. What they are importing
    when they hear it would be a traceback of each.
    """
    if not hasattr(signal, "pthread_sigmask"):  # not on Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
