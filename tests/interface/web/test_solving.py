"""The solving pool: bounded in time and number, each question once, answers kept."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from quotaproof.scenarios import FOLDER
from quotaproof.web import worker as work
from quotaproof.web.changes import Asked
from quotaproof.web.folder_digest import digest_of
from quotaproof.web.jobs import Answer, Job
from quotaproof.web.kept import Kept
from quotaproof.web.limits import Limits
from quotaproof.web.problems import BusyError, TooHardError
from quotaproof.web.worker_pool import GoneError, Solving, Turns

T = TypeVar("T")
SOCHI = Job("describe", "sochi-2014", str(FOLDER / "sochi-2014"), digest_of(FOLDER / "sochi-2014"))
ENDLESS = Job(
    "season",
    "pyeongchang-2018",
    str(FOLDER / "pyeongchang-2018"),
    digest_of(FOLDER / "pyeongchang-2018"),
    about=("GBR", "2"),
)
"""Half a minute."""


@pytest.fixture(scope="module")
def pool() -> Iterator[Callable[..., Solving]]:
    """Makes pools of one process and ends them."""
    made: list[Solving] = []

    def make(**limits: Any) -> Solving:
        made.append(Solving(Limits(workers=1, **limits)))
        made[-1].start()
        return made[-1]

    yield make
    for solving in made:
        solving.stop()


def run(question: Callable[[], Awaitable[T]]) -> T:
    async def whole() -> T:
        return await question()

    # In a thread of its own, since the browser tests have a loop in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, whole()).result()


def test_a_question_is_solved_once_however_many_ask_and_the_answer_is_kept(
    pool: Callable[..., Solving], monkeypatch: pytest.MonkeyPatch
) -> None:
    solving = pool()
    scheduled: list[Job] = []
    original = Solving._solve

    async def counted(self: Solving, job: Job) -> Answer:
        scheduled.append(job)
        return await original(self, job)

    monkeypatch.setattr(Solving, "_solve", counted)

    async def ask() -> list[Answer]:
        answers = await asyncio.gather(*(solving.answer(SOCHI) for _ in range(50)))
        return [*answers, await solving.answer(SOCHI)]

    answers = run(ask)
    assert len(answers) == 51
    assert all(answer == answers[0] for answer in answers)
    assert answers[0].document["title"] == "Short track speed skating, Sochi 2014"
    assert scheduled == [SOCHI]


def test_an_endless_solve_is_stopped_and_the_next_question_is_answered(pool: Callable[..., Solving]) -> None:
    solving = pool(solve_seconds=1.0)
    started = time.monotonic()
    with pytest.raises(TooHardError, match="within 1 seconds"):
        run(lambda: solving.answer(ENDLESS))
    assert time.monotonic() - started < 15
    solving._limits = replace(solving._limits, solve_seconds=30)
    assert run(lambda: solving.answer(SOCHI)).document["complete"]


def test_a_solve_whose_process_dies_is_an_answer_of_its_own(pool: Callable[..., Solving]) -> None:
    solving = pool()

    async def killed() -> Answer:
        task = asyncio.create_task(solving.answer(ENDLESS))
        workers: Any = solving._pool._pool_manager.worker_manager.workers  # type: ignore[union-attr]
        while not workers:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)
        os.kill(next(iter(workers)), signal.SIGKILL)
        return await task

    with pytest.raises(TooHardError, match="ended before"):
        run(killed)


def test_a_process_that_dies_while_it_has_nothing_to_do_is_replaced(pool: Callable[..., Solving]) -> None:
    solving = pool()
    run(lambda: solving.answer(SOCHI))
    broken: Any = solving._pool
    os.kill(next(iter(broken._pool_manager.worker_manager.workers)), signal.SIGKILL)
    until = time.monotonic() + 10
    while broken.active and time.monotonic() < until:
        time.sleep(0.05)
    assert not broken.active
    answers = run(lambda: asyncio.gather(*(solving.answer(replace(SOCHI, identifier=f"idle-{n}")) for n in range(3))))
    assert all(answer.document["complete"] for answer in answers)


def test_a_job_that_a_broken_pool_has_forgotten_is_solved_by_the_next(
    pool: Callable[..., Solving], monkeypatch: pytest.MonkeyPatch
) -> None:
    solving = pool()
    broken: Any = solving._pool

    def schedule(*_: Any, **__: Any) -> Future[Answer]:
        broken.stop()
        return Future()

    monkeypatch.setattr(broken, "schedule", schedule)
    assert run(lambda: asyncio.wait_for(solving.answer(replace(SOCHI, identifier="forgotten")), 30)).document[
        "complete"
    ]


def test_a_solve_that_needs_too_much_memory_is_stopped_and_the_next_question_is_answered(
    pool: Callable[..., Solving],
) -> None:
    solving = pool(memory=600_000_000, solve_seconds=50.0)
    beijing = FOLDER / "beijing-2022"
    hungry = Job("verify", beijing.name, str(beijing), digest_of(beijing), Asked((("set", "men-500:noc=10000"),)))
    with pytest.raises(TooHardError, match=r"more memory than a solve may take|ended before"):
        run(lambda: solving.answer(hungry))
    assert run(lambda: solving.answer(SOCHI)).document["complete"]


@pytest.mark.parametrize(("processes", "first"), [(1, ["A0", "B0", "A1"]), (2, ["A0", "B0", "A1"])])
def test_nobody_waits_for_all_slow_questions_of_another(processes: int, first: list[str]) -> None:
    turns, order = Turns(processes), []

    async def solve(client: str, number: int) -> None:
        async with turns.turn(client, True):
            order.append(f"{client}{number}")
            await asyncio.sleep(0.05)

    async def whole() -> None:
        slow = [asyncio.create_task(solve("A", number)) for number in range(6)]
        await asyncio.sleep(0.01)
        assert order == ["A0"], "also where two processes are free"
        await solve("B", 0)
        await asyncio.gather(*slow)

    run(whole)
    assert order[:3] == first
    assert len(order) == 7
    assert (turns._free, turns._waiting, turns._jobs, turns._last) == (processes, [], {}, {})


def test_a_question_that_is_given_up_while_it_waits_takes_no_turn() -> None:
    turns = Turns(1)

    async def solve() -> None:
        async with turns.turn("A", False):
            await asyncio.sleep(0.05)

    async def whole() -> None:
        tasks = [asyncio.create_task(solve()) for _ in range(3)]
        await asyncio.sleep(0.01)
        tasks[1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await solve()

    run(whole)
    assert turns._free == 1


def test_who_comes_when_too_many_wait_is_sent_away(pool: Callable[..., Solving]) -> None:
    solving = pool(waiting=0)
    with pytest.raises(BusyError) as busy:
        run(lambda: solving.answer(SOCHI))
    assert busy.value.status == 503
    assert busy.value.retry_after


def test_who_has_waited_too_long_is_sent_away(pool: Callable[..., Solving]) -> None:
    solving = pool(wait_seconds=0.1)
    with pytest.raises(BusyError):
        run(lambda: solving.answer(ENDLESS))


def test_a_solve_that_nobody_waits_for_is_stopped(pool: Callable[..., Solving]) -> None:
    solving = pool()

    async def left() -> bool:
        return True

    with pytest.raises(GoneError):
        run(lambda: solving.answer(ENDLESS, left))
    started = time.monotonic()
    assert run(lambda: solving.answer(SOCHI)).document["complete"]
    assert time.monotonic() - started < 20, "it did not wait for the endless one"


def test_who_asks_again_right_after_the_last_one_left_is_answered(
    pool: Callable[..., Solving], monkeypatch: pytest.MonkeyPatch
) -> None:
    solving, solves = pool(), 0

    async def solve(self: Solving, job: Job) -> Answer:
        nonlocal solves
        solves += 1
        if solves == 1:
            await asyncio.sleep(60)
        return Answer("the second")

    monkeypatch.setattr(Solving, "_solve", solve)

    async def left() -> bool:
        return True

    async def ask() -> Answer:
        with pytest.raises(GoneError):
            await solving.answer(SOCHI, left)
        return await solving.answer(SOCHI)

    assert run(ask).document == "the second"
    assert not solving._running


def test_a_broken_pool_is_replaced_once_by_one_that_works(
    pool: Callable[..., Solving], monkeypatch: pytest.MonkeyPatch
) -> None:
    solving = pool()
    broken, made = solving._pool, []
    original = Solving._new_pool

    def counted(self: Solving) -> Any:
        made.append(original(self))
        return made[-1]

    def schedule(*_: Any, **__: Any) -> Future[Answer]:
        future: Future[Answer] = Future()
        future.set_exception(BrokenExecutor())
        return future

    monkeypatch.setattr(Solving, "_new_pool", counted)
    monkeypatch.setattr(broken, "schedule", schedule)

    async def ask() -> Answer:
        jobs = [replace(SOCHI, identifier=f"broken-{n}") for n in range(5)]
        answers = await asyncio.gather(*(solving.answer(job) for job in jobs))
        assert all(answer.document["complete"] for answer in answers)
        return await solving.answer(SOCHI)

    assert run(ask).document["complete"]
    assert made == [solving._pool]


def test_what_is_kept_is_bounded(pool: Callable[..., Solving]) -> None:
    solving = pool(answers=3)
    run(lambda: asyncio.gather(*(solving.answer(replace(SOCHI, identifier=str(n))) for n in range(5))))
    assert len(solving._answers) == 3


def test_a_memory_keeps_what_was_used_last_within_its_bounds() -> None:
    kept: Kept[str, int] = Kept(3, 100)
    for number, key in enumerate("abc"):
        kept.put(key, number, 30)
    assert kept.get("a") == 0
    kept.put("d", 3, 30)
    assert kept.get("b") is None, "the one not used for longest"
    assert (kept.get("a"), kept.get("c"), kept.get("d")) == (0, 2, 3)
    kept.put("a", 5, 90)
    assert kept.get("a") == 5
    assert (len(kept), kept.total) == (1, 90)
    kept.put("e", 1, 101)
    assert (len(kept), kept.total) == (0, 0)


def test_a_refusal_names_the_file_and_not_where_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "upload-1"
    folder.mkdir()
    for name in ("scenario.toml", "rules.toml"):
        (folder / name).write_bytes((FOLDER / "sochi-2014" / name).read_bytes())
    (folder / "standings.csv").write_text("event,rank,noc,qualifier\nmen-500,1,Canada,1\n")
    answer = work.run(Job("describe", "upload-1", str(folder), digest_of(folder)))
    assert answer.refusal == (
        "input",
        "standings.csv, line 2, field noc: 'Canada' is not an IOC code; write three capital letters such as CAN or ?.",
    )


@pytest.mark.parametrize("what", ["edited", "deleted", "broken", "half deleted"])
def test_a_folder_that_holds_something_else_by_now_gives_no_answer_and_none_is_kept(
    what: str, pool: Callable[..., Solving], tmp_path: Path
) -> None:
    """What the question is about is what the server has read; once the folder holds that again, it is answered."""
    folder, away = tmp_path / "served", tmp_path / "away"
    shutil.copytree(FOLDER / "sochi-2014", folder)
    job = Job("describe", "served", str(folder), digest_of(folder))
    shutil.copytree(folder, away)
    if what == "edited":
        (folder / "scenario.toml").write_text((folder / "scenario.toml").read_text().replace("Sochi", "Elsewhere"))
    elif what == "broken":
        (folder / "rules.toml").write_text("no rules")
    elif what == "half deleted":
        (folder / "published.csv").unlink()
    else:
        shutil.rmtree(folder)
    solving = pool()
    with pytest.raises(TooHardError, match="no longer those that the server has read"):
        run(lambda: solving.answer(job))
    shutil.rmtree(folder, ignore_errors=True)
    away.rename(folder)
    assert "Sochi" in run(lambda: solving.answer(job)).document["title"]
    shutil.rmtree(folder)
    assert "Sochi" in work.run(replace(job, folder=str(FOLDER / "sochi-2014"))).document["title"]


def test_a_question_that_does_not_fit_is_refused_with_the_sentence_of_the_command_line() -> None:
    job = replace(SOCHI, kind="whatif", asked=Asked((("decline", "XXX"),)))
    assert work.run(job).refusal == ("input", "XXX has no start place to decline.")
