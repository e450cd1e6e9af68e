"""Work in several processes of this machine, with answers as they come and an end in order."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Generator, Sequence
from typing import TypeVar

PieceOfWork = TypeVar("PieceOfWork")
WorkDone = TypeVar("WorkDone")


def number_of(jobs: int, tasks: int) -> int:
    """Return how many processes to use for so many tasks; `jobs` is -1 for one per core."""
    return min(tasks, jobs if jobs > 0 else os.cpu_count() or 1)


def in_any_order(
    work: Callable[[PieceOfWork], WorkDone], tasks: Sequence[PieceOfWork], processes: int
) -> Generator[WorkDone, None, None]:
    """Yield the answers to tasks as they come; with one process or none, one after the other in this one.

    Processes end with the generator, also where it is closed before all answers have come.
    """
    if processes <= 1:
        for task in tasks:
            yield work(task)
        return
    from joblib import Parallel, delayed
    from joblib.externals.loky import get_reusable_executor

    parallel = Parallel(n_jobs=processes, return_as="generator_unordered", batch_size=1, pre_dispatch="2 * n_jobs")
    answers = parallel(delayed(work)(task) for task in tasks)
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
