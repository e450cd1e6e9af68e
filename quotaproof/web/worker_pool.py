"""Solves in processes of their own: bounded in time and number, each question once, answers kept."""

from __future__ import annotations

import asyncio
import multiprocessing
import pickle
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import BrokenExecutor, CancelledError
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import resource_tracker

from pebble import ProcessExpired, ProcessPool

from quotaproof.solver.processes import deaf_to_terminals

from . import worker
from .jobs import Answer, Job
from .kept import Kept
from .languages import decimal, gettext, noted
from .limits import Limits
from .problems import BusyError, RequestError, TooHardError, not_ready

TASKS_PER_WORKER = 500
"""A worker is replaced after so many solves, so that what a library leaks does not add up."""

CHECK_SECONDS = 0.5
"""How often a waiting request looks whether its browser is still there."""

ENDING_SECONDS = 0.5
"""How long the pool takes at most to see that a job was cancelled, and to end its process."""

ENDED = Answer(refusal=("ended", ""))

OWN_WORDS = {
    "ended": noted("The solve ended before it had an answer, so the answer is unknown."),
    "changed": noted("The files of this scenario are no longer those that the server has read, so it gives no answer."),
    "memory": noted("The question needs more memory than a solve may take, so it was stopped."),
    "time": noted("The answer was not found within %(number)s seconds, so the solve was stopped; it is unknown."),
}
"""Why there is no answer, in the words of the page; those of a refusal of any other kind are the answer's own."""


class GoneError(Exception):
    """Nobody waits for the answer any more."""


SLOW = ("verify", "explain", "whatif", "after", "infer", "season")
"""Kinds of jobs that may take as long as a solve may."""


class Turns:
    """Says whose job goes to a process next: that of who has the fewest there, and then had no turn for longest.

    Where there are several processes, the slow jobs of one client never have all of them.
    """

    def __init__(self, processes: int) -> None:
        self._free = processes
        self._most_slow = max(1, processes - 1)
        self._jobs: Counter[str] = Counter()
        self._slow: Counter[str] = Counter()
        self._waiting: list[tuple[str, bool, asyncio.Event]] = []
        self._turns = 0
        self._last: dict[str, int] = {}
        """Client -> which turn was its last, as long as it has or waits for one."""

    @asynccontextmanager
    async def turn(self, client: str, slow: bool) -> AsyncIterator[None]:
        """Wait for a process, and have it meanwhile."""
        mine = (client, slow, asyncio.Event())
        self._waiting.append(mine)
        self._go_on()
        try:
            await mine[2].wait()
            yield
        finally:
            if mine in self._waiting:
                self._waiting.remove(mine)
            else:
                self._free += 1
                self._jobs[client] -= 1
                self._slow[client] -= slow
                self._jobs, self._slow = +self._jobs, +self._slow
            if client not in self._jobs and all(one[0] != client for one in self._waiting):
                self._last.pop(client, None)
            self._go_on()

    def _go_on(self) -> None:
        while self._free:
            may = [one for one in self._waiting if not one[1] or self._slow[one[0]] < self._most_slow]
            if not may:
                return
            chosen = min(may, key=lambda one: (self._jobs[one[0]], self._last.get(one[0], 0)))
            self._waiting.remove(chosen)
            self._free -= 1
            self._jobs[chosen[0]] += 1
            self._slow[chosen[0]] += chosen[1]
            self._turns += 1
            self._last[chosen[0]] = self._turns
            chosen[2].set()


@dataclass(eq=False)
class Running:
    """A job that is being solved, and how many wait for it."""

    task: asyncio.Task[Answer]
    waiters: int = 0


class Solving:
    """Answers jobs. It belongs to one event loop, so it needs no locks."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._pool: ProcessPool | None = None
        self._turns = Turns(limits.workers)
        self._running: dict[Job, Running] = {}
        self._answers: Kept[Job, Answer] = Kept(limits.answers, limits.answer_bytes)
        self._ends = False

    def end_waiting(self) -> None:
        """Have all who wait told soon that the server is not there for them: it ends."""
        self._ends = True

    def start(self) -> None:
        """Start the pool; its processes start with the first jobs."""
        with deaf_to_terminals():
            resource_tracker.ensure_running()
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPool:
        # Threads of the server must not be forked; a fork server that has the solver loaded makes new workers quickly.
        method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
        context = multiprocessing.get_context(method)
        if method == "forkserver":
            context.set_forkserver_preload([worker.__name__, *worker.HEAVY])
        return ProcessPool(
            max_workers=self._limits.workers,
            max_tasks=TASKS_PER_WORKER,
            initializer=worker.warm,
            initargs=(self._limits.memory,),
            context=context,
        )

    async def cancel(self) -> None:
        """Cancel what is being solved, and give the pool the time to end its processes, which it must not do twice."""
        tasks = [running.task for running in self._running.values()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
            await asyncio.sleep(ENDING_SECONDS)

    def stop(self) -> None:
        """End all processes."""
        if self._pool is not None:
            _end(self._pool)
            self._pool = None

    async def answer(self, job: Job, gone: Callable[[], Awaitable[bool]] | None = None, client: str = "") -> Answer:
        """Return the answer to a job, solved at most once at a time and kept.

        Parameters
        ----------
        gone
            Tells whether the one who asked has left; a solve that nobody waits for is stopped.
        client
            Who asks. Processes go to those who have the fewest, so that nobody waits for all questions of another.

        Raises
        ------
        RequestError
            With the sentence of a refusal.
        TooHardError
            If the solve took too long or too much and was stopped.
        BusyError
            If too many questions wait already, or this one waited too long.
        GoneError
            If the one who asked has left.
        """
        kept = self._answers.get(job)
        if kept is not None:
            return _checked(kept)
        running = self._running.get(job)
        if running is None:
            if len(self._running) >= self._limits.waiting:
                raise BusyError
            running = self._running[job] = Running(asyncio.create_task(self._in_turn(job, client)))
            running.task.add_done_callback(partial(self._forget, job, running))
        running.waiters += 1
        try:
            return _checked(await self._wait(running.task, gone))
        finally:
            running.waiters -= 1
            if not running.waiters:
                # Forgotten at once: who asks the same before the task has ended must not be given a cancelled one.
                self._forget(job, running)
                running.task.cancel()

    def _forget(self, job: Job, running: Running, task: object = None) -> None:
        if self._running.get(job) is running:
            del self._running[job]

    async def _wait(self, task: asyncio.Task[Answer], gone: Callable[[], Awaitable[bool]] | None) -> Answer:
        clock = asyncio.get_running_loop().time
        until = clock() + self._limits.wait_seconds
        while not task.done():
            await asyncio.wait({task}, timeout=CHECK_SECONDS)
            if task.done():
                break
            if gone is not None and await gone():
                raise GoneError
            if self._ends:
                raise not_ready()
            if clock() > until:
                raise BusyError
        return task.result()

    async def _in_turn(self, job: Job, client: str) -> Answer:
        async with self._turns.turn(client, job.kind in SLOW):
            return await self._solve(job)

    async def _solve(self, job: Job) -> Answer:
        answer = await self._solve_in_pool(job)
        if answer is None:
            # The pool was broken, which is no fault of this job as far as anybody can tell; the next pool is a new one.
            answer = await self._solve_in_pool(job)
        if answer is None:
            return ENDED
        if not answer.cut_off and (answer.refusal is None or answer.refusal[0] == "input"):
            self._answers.put(job, answer, await asyncio.to_thread(_size, answer))
        return answer

    async def _solve_in_pool(self, job: Job) -> Answer | None:
        """The answer of the pool that there is; None if that pool was broken, and another is in its place."""
        pool = self._pool
        if pool is None:
            raise not_ready()
        try:
            # The first job starts the processes, which takes seconds; other requests are answered meanwhile.
            seconds = self._limits.solve_seconds
            future = await asyncio.to_thread(pool.schedule, worker.run, args=(job,), timeout=seconds)
        except RuntimeError:
            # A process died while it had nothing to do.
            await self._replace(pool)
            return None
        waiting = asyncio.wrap_future(future)
        try:
            while not waiting.done() and pool.active:
                await asyncio.wait({waiting}, timeout=CHECK_SECONDS)
            if not waiting.done():
                # A pool that breaks forgets the jobs that it has not handed out yet.
                waiting.cancel()
                await self._replace(pool)
                return None
            return waiting.result()
        except TimeoutError:
            return Answer(refusal=("time", f"{seconds:g}"))
        except BrokenExecutor:
            # A process died at a moment at which the pool cannot tell whose job it had. Every job of that pool comes
            # here; the first one puts a new pool in its place.
            await self._replace(pool)
            return None
        except (ProcessExpired, CancelledError):
            return ENDED
        finally:
            waiting.cancel()

    async def _replace(self, pool: ProcessPool) -> None:
        """Put a new pool in the place of a broken one, once."""
        if self._pool is pool:
            self._pool = self._new_pool()
            await asyncio.to_thread(_end, pool)


def _size(answer: Answer) -> int:
    return len(pickle.dumps(answer))


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    try:
        pool.join()
    except KeyError:
        # A process that still had a job was ended by two threads of the pool at once; the others are left to end.
        pool.join()


def _checked(answer: Answer) -> Answer:
    if answer.refusal is None:
        return answer
    kind, sentence = answer.refusal
    if kind == "input":
        raise RequestError(sentence)
    if kind in OWN_WORDS:
        sentence = gettext(OWN_WORDS[kind], number=decimal(float(sentence or 0)))
    raise TooHardError(sentence)
