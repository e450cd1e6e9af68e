"""Run a sweep: chunks go out to this process, to processes of this machine or to a Dask cluster, and come back as rows.

Where a chunk is answered makes no difference to its rows; they are put in order at the end.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from quotaproof.model.errors import InputError, LimitError
from quotaproof.solver.engines.batch import Batch, allocate_batch
from quotaproof.solver.processes import in_any_order, number_of

from .checkpoints import Parts
from .context import Ground
from .plan import Plan
from .summary import Summary, Sums, added, count
from .table import RowsFormat, encode, form_of, frame
from .worker import Worker

if TYPE_CHECKING:
    import pandas as pd

Report = Callable[[int, int], None]
"""Told of every finished chunk: points done so far, and those of them that an earlier run had done."""

CONNECT = 10
"""Seconds for a Dask scheduler to answer."""

AHEAD = 4
"""Chunks sent out per process of a cluster before the first come back."""


@dataclass(frozen=True)
class Task:
    """One chunk: its number, its points, and what is wanted of them (`frame`, `csv`, `parquet` or nothing)."""

    digest: str
    number: int
    points: range
    want: str | None


@dataclass(frozen=True)
class Done:
    """A finished chunk: its number, its rows as wanted, its sums."""

    number: int
    rows: Any
    sums: Sums


_WORKERS: dict[str, Worker] = {}


def work(plan: Plan, task: Task) -> Done:
    """Answer one chunk, in whatever process this is; a process keeps what the chunks of a sweep have in common."""
    if task.digest not in _WORKERS:
        _WORKERS.clear()
        _WORKERS[task.digest] = Worker(plan)
    worker = _WORKERS[task.digest]
    answers = worker.answer(task.points)
    rows: Any = None
    if task.want is not None:
        rows = frame(worker.ground, answers)
        if task.want != "frame":
            rows = encode(rows, "csv" if task.want == "csv" else "parquet")
    return Done(task.number, rows, count(worker.ground, answers))


def sweep(
    plan: Plan,
    *,
    out: Path | None = None,
    jobs: int = -1,
    scheduler: str | None = None,
    report: Report | None = None,
    keep: bool = False,
) -> tuple[Summary, pd.DataFrame | None]:
    """Answer all points of a plan.

    Parameters
    ----------
    out
        A .parquet or .csv file for the rows. What an interrupted run of the same sweep has finished is not done again.
    jobs
        Processes; -1: one per core, 1: this one alone.
    scheduler
        The address of a Dask scheduler, whose workers then do the work.
    report
        Told of progress.
    keep
        Whether the rows are returned.

    Raises
    ------
    InputError
        If the plan or the file does not fit, or no Dask scheduler answers.
    SolverError
        If two engines disagree.
    """
    if jobs == 0 or jobs < -1:
        raise InputError(f"{jobs} is no number of processes; use 1 or more, or -1 for one per core")
    _try_rules(plan)
    form: RowsFormat | None = form_of(out.name) if out is not None else None
    chunks = plan.chunks()
    digest = plan.digest(form)
    parts = Parts(out, form, digest, len(chunks)) if out is not None and form is not None else None
    with parts.opened() if parts is not None else nullcontext():
        finished = parts.done() if parts is not None else set()
        sums = [parts.sums(number) for number in sorted(finished)] if parts is not None else []
        resumed = sum(len(chunks[number]) for number in finished)
        if report is not None:
            report(resumed, resumed)
        want = form if form is not None else "frame" if keep else None
        tasks = [Task(digest, n, points, want) for n, points in enumerate(chunks) if n not in finished]
        frames: dict[int, pd.DataFrame] = {}
        points = resumed
        with closing(_answers(plan, tasks, jobs, scheduler)) as answers:
            for done in answers:
                if parts is not None:
                    parts.put(done.number, done.rows, done.sums)
                elif keep:
                    frames[done.number] = done.rows
                sums.append(done.sums)
                if len(sums) >= 64:
                    sums = [added(sums)]
                points += len(chunks[done.number])
                if report is not None:
                    report(points, resumed)
        if parts is not None:
            parts.finish()
    summary = Summary.of(Ground(plan), added(sums))
    if not keep:
        return summary, None
    return summary, _read(out, form) if out is not None and form is not None else _joined(frames)


def _try_rules(plan: Plan) -> None:
    """Fail now if the rules leave the host no room; also compiles the batch engine before processes need it."""
    if plan.scenario.rules.by_lists:  # the host is no condition there, and the batch engine answers nothing
        return
    events = len(plan.scenario.rules.events)
    empty = np.full((1, events, 1), -1, dtype=np.int16)
    ground = Ground(plan)
    allocate_batch(Batch.from_array(ground.scenario, empty, ground.nocs))


def _answers(plan: Plan, tasks: Sequence[Task], jobs: int, scheduler: str | None) -> Generator[Done, None, None]:
    """Yield finished chunks as they come, in any order."""
    if scheduler is not None:
        yield from _by_dask(plan, tasks, scheduler)
        return
    yield from in_any_order(partial(work, plan), tasks, number_of(jobs, len(tasks)))


def _by_dask(plan: Plan, tasks: Sequence[Task], scheduler: str) -> Iterator[Done]:
    """As above, on a Dask cluster: what a lost worker had not handed over is done again by another."""
    try:
        from distributed import Client, as_completed
        from distributed.scheduler import KilledWorker
    except ImportError as error:
        raise InputError("a Dask cluster needs distributed; install it with pip install 'quotaproof[dask]'") from error
    # That a scheduler is lost is said in one sentence, not in tracebacks of the client's.
    for name in ("distributed", "distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    silent = f"no Dask scheduler answers at {scheduler}; write its address, such as tcp://host:8786"
    if ":" not in scheduler:  # no address, and a client of it would leave a traceback behind
        raise InputError(silent)
    try:
        client: Any = Client(scheduler, timeout=CONNECT, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(silent) from error
    lost = f"the Dask scheduler at {scheduler} was lost; run the sweep again to go on"
    with _closed(client):
        waiting = iter(tasks)
        pool: Any = as_completed([], loop=client.loop, with_results=True)  # type: ignore[no-untyped-call]

        def send(number: int) -> None:
            for _, task in zip(range(number), waiting, strict=False):
                pool.add(client.submit(work, plan, task, key=f"sweep-{task.digest[:16]}-{task.number}", pure=False))

        try:
            send(AHEAD * max(1, len(client.nthreads())))
            for _, done in pool:
                if not isinstance(done, Done):  # what is cancelled with its scheduler is no error
                    raise LimitError(lost)
                yield done
                send(1)
        except KilledWorker as error:
            raise LimitError(f"workers of the Dask cluster at {scheduler} keep dying: {error}") from error
        except (OSError, CancelledError, TimeoutError) as error:
            raise LimitError(lost) from error
        if client.status != "running":
            raise LimitError(lost)


@contextmanager
def _closed(client: Any) -> Iterator[None]:
    """Close a client of a cluster in the end; one whose scheduler is lost cannot be closed in order."""
    try:
        yield
    finally:
        with suppress(OSError, CancelledError, TimeoutError):
            client.close()


def _joined(frames: dict[int, pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat([frames[number] for number in sorted(frames)], ignore_index=True)


def _read(out: Path, form: RowsFormat) -> pd.DataFrame:
    import pandas as pd

    if form == "parquet":
        return pd.read_parquet(out)
    return pd.read_csv(out, keep_default_na=False)
