"""Sweeps: every row is the answer to its own question, wherever and however often it was asked."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quotaproof.api import sweep
from quotaproof.model.changes import Change, Decline, Exclude, parse_decline
from quotaproof.model.errors import IncompleteError, InputError, SolverError
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines import greedy
from quotaproof.solver.sweep import run
from quotaproof.solver.sweep.by_engine import ByEngine
from quotaproof.solver.sweep.draw import BLOCK, Sampler
from quotaproof.solver.sweep.plan import Plan
from quotaproof.solver.sweep.request import Request, planned
from quotaproof.solver.sweep.worker import Worker
from quotaproof.solver.whatif.whatif import whatif

BIG = load_scenario("beijing-like")
SMALL = load_scenario("synthetic-decline-pays")
RERUN = load_scenario("synthetic-rerun-takes")
BEIJING = load_scenario("beijing-2022")
IN_ROW = {"point", "sample", "first", "second", "third", "mode", "engine", "proved", "status", "problem"}


def effect(row: Any) -> dict[str, dict[str, int]]:
    """The column `effect` as a what-if gives it: NOC -> column -> change."""
    found: dict[str, dict[str, int]] = {}
    for words in str(row["effect"]).split():
        cell = words.rstrip("0123456789")
        number = int(words[len(cell) - 1 :])
        noc, column = cell[:-1].split(":")
        found.setdefault(noc, {})[column] = number
    return found


def asked(scenario: Scenario, rows: pd.DataFrame, changes: dict[int, Sequence[Change]], *, excluded: bool) -> None:
    """Compare rows with single what-ifs by the greedy reference."""
    for _, row in rows.iterrows():
        names = [str(row[name]) for name in ("first", "second", "third") if row.get(name)]
        own: list[Change] = [Exclude(n) if excluded else parse_decline(n, scenario.rules) for n in names]
        every = [*changes[int(row["point"])], *own]
        mode = None if excluded or not own else str(row["mode"])
        try:
            answer = whatif(scenario, every, mode, "greedy", compare=False)  # type: ignore[arg-type]
        except InputError as error:
            assert (row["status"], row["problem"]) == ("impossible", str(error))
            assert row["changed"] == 0
            continue
        assert row["status"] == answer.after.status
        assert effect(row) == answer.net_effect, every
        assert row["changed"] == sum(len(columns) for columns in answer.net_effect.values())
        assert (row["TOTAL:men"], row["TOTAL:women"]) == answer.after.totals
        for noc in answer.after.nocs:
            men, women = answer.after.athletes.get(noc, (0, 0))
            assert (row[f"{noc}:men"], row[f"{noc}:women"]) == (men, women)
            for event, places in answer.after.places.items():
                assert row[f"{noc}:{event}"] == places.get(noc, 0)


def test_every_row_of_a_sweep_over_declines_is_the_answer_of_a_single_whatif() -> None:
    rows = sweep(BIG, pairs=True, jobs=1)
    assert len(rows) == 506
    assert list(rows["point"]) == list(range(506))
    assert (rows["status"] == "optimal").all()
    some = rows.iloc[::19]
    asked(BIG, some, dict.fromkeys(some["point"], ()), excluded=False)


def test_what_is_declined_may_be_events_or_genders_and_what_is_not_there_is_said_to_be_impossible() -> None:
    rows = sweep(BIG, singles=True, pairs=True, of=["men-relay", "women"], nocs=["AAA", "CCC", "OOO"], jobs=1)
    assert len(rows) == 2 * (6 + 15)
    assert set(rows["first"]) == {f"{noc}:{what}" for noc in ("AAA", "CCC", "OOO") for what in ("men-relay", "women")}
    assert (rows.loc[rows["first"] == "OOO:men-relay", "status"] == "impossible").all()
    assert "OOO has no start place in the men's relay to decline." in set(rows["problem"])
    asked(BIG, rows, dict.fromkeys(rows["point"], ()), excluded=False)


def test_three_declines_and_three_exclusions() -> None:
    rows = sweep(BIG, triples=True, nocs=["AAA", "CCC", "KKK", "WWW"], jobs=1)
    assert len(rows) == 8
    asked(BIG, rows, dict.fromkeys(rows["point"], ()), excluded=False)
    rows = sweep(BIG, singles=True, triples=True, nocs=["AAA", "CCC", "KKK"], exclusions=True, jobs=1)
    assert len(rows) == 4
    assert "mode" not in rows
    asked(BIG, rows, dict.fromkeys(rows["point"], ()), excluded=True)


def test_a_grid_goes_with_declines_and_some_cells_leave_the_host_no_room() -> None:
    request = Request(sizes=(1,), nocs=("AAA", "CCC"), grid=("men=3,5,40", "gender-cap=walk,hard,nominal"))
    plan = planned(BIG, request)
    rows = sweep(
        BIG, singles=True, nocs=["AAA", "CCC"], grid={"men": [3, 5, 40], "gender-cap": "walk,hard,nominal"}, jobs=1
    )
    assert len(rows) == plan.size == 9 * 2 * 2
    assert list(rows["gender-cap"].unique()) == ["walk", "hard", "nominal"]
    assert set(rows.loc[rows["men"] == 3, "status"]) == {"impossible", "optimal"}
    asked(BIG, rows, {n: plan.changes(plan.point(n).cell) for n in range(plan.size)}, excluded=False)


def test_caps_out_of_the_rules_order_have_the_words_of_the_reference() -> None:
    """With more places per NOC than a relay has athletes, giving the relay back needs more athletes than before."""
    rows = sweep(BIG, singles=True, of=["men-relay"], grid=["men-500:noc=3..6", "men=56,46"], jobs=1)
    plan = planned(BIG, Request(sizes=(1,), of=("men-relay",), grid=("men-500:noc=3..6", "men=56,46")))
    some = rows.iloc[::7]
    asked(BIG, some, {n: plan.changes(plan.point(n).cell) for n in some["point"]}, excluded=False)


@pytest.mark.parametrize("scenario", [BIG, SMALL, RERUN], ids=lambda scenario: scenario.identifier)
def test_all_engines_give_the_same_rows(scenario: Scenario) -> None:
    few = scenario.nocs[:2]
    pairs = len(few) == 2
    by = {
        engine: sweep(scenario, singles=True, pairs=pairs, nocs=few, grid=["total=20,112"], engine=engine, jobs=1)
        for engine in ("batch", "greedy", "cp-sat")
    }
    for engine, rows in by.items():
        assert (rows["engine"] == engine).all()
        assert rows["proved"].all() == (engine == "cp-sat")
        pd.testing.assert_frame_equal(
            rows.drop(columns=["engine", "proved"]), by["batch"].drop(columns=["engine", "proved"])
        )


def test_a_proof_of_some_points_says_which_and_of_all_says_all() -> None:
    rows = sweep(SMALL, samples=40, seed=3, prove=7, jobs=1)
    assert rows["proved"].sum() == 7
    again = sweep(SMALL, samples=40, seed=3, prove="7", jobs=1)
    pd.testing.assert_frame_equal(rows, again)
    assert sweep(SMALL, singles=True, prove="all", jobs=1)["proved"].all()
    assert sweep(SMALL, singles=True, prove=10**6, jobs=1)["proved"].all()


def test_a_disagreement_names_the_point(monkeypatch: pytest.MonkeyPatch) -> None:
    told = ByEngine.told

    def wrong(self: ByEngine, by: Any, point: Any) -> Any:
        found = told(self, by, point)
        if point.number == 1 and found.cells is not None:
            found.cells[0, 0] += 1
        return found

    monkeypatch.setattr(ByEngine, "told", wrong)
    with pytest.raises(
        SolverError, match=r"disagree at point 1 \(decline AAA, rerun\): AAA:.* by batch and .* by cp-sat"
    ):
        sweep(SMALL, singles=True, prove="all", jobs=1)


def test_the_answers_count_who_gains_and_which_declines_matter() -> None:
    rows = sweep(BIG, singles=True, jobs=1)
    summary = rows.attrs["summary"]
    effects = [(str(row["first"]), effect(row)) for _, row in rows.iterrows()]
    for told in summary["gains"]:
        noc = told["noc"]
        own = [found.get(noc, {}) for first, found in effects if first != noc]
        assert told["points"] == len(own) == 44
        assert told["gains"] == sum(any(n > 0 for n in columns.values()) for columns in own)
        assert told["loses"] == sum(any(n < 0 for n in columns.values()) for columns in own)
        assert told["quota_places"] == sum(
            n for columns in own for name, n in columns.items() if name in ("men", "women")
        )
    for told in summary["declines"]:
        own = [found for first, found in effects if first == told["change"]]
        moved = sum(abs(n) for found in own for noc, c in found.items() if noc != told["change"] for n in c.values())
        assert (told["points"], told["moved"], told["mean"]) == (2, moved, moved / 2)
    for told in summary["cells"]:
        changes = [found.get(told["noc"], {}).get(told["column"]) for first, found in effects if first != told["noc"]]
        assert told["points"] == sum(change is not None for change in changes)
    by_mode = {
        mode: [effect(row) for _, row in rows[rows["mode"] == mode].iterrows()] for mode in ("sequential", "rerun")
    }
    differ = sum(one != other for one, other in zip(*by_mode.values(), strict=True))
    assert summary["modes"] == {"compared": 23, "differ": differ}


# Drawn standings -----------------------------------------------------------------------------------------------------


def test_no_noise_gives_the_standings_themselves_and_more_noise_moves_entries_further() -> None:
    rows = sweep(BIG, samples=3, noise=0, jobs=1)
    allocation = greedy.allocate(BIG)
    assert (rows["changed"] == 0).all()
    assert list(rows["AAA:men"]) == [allocation.athletes["AAA"][0]] * 3
    nocs = BIG.nocs
    moved = []
    for noise in (0.5, 3.0, 20.0):
        drawn = Sampler(BIG, nocs, "noise", noise, 1).rows(np.arange(200))
        rank = {noc: np.argmax(drawn[:, 0] == n, axis=1) for n, noc in enumerate(nocs)}
        own = [entry.noc for entry in BIG.standings.rankings["men-500"].entries]
        moved.append(float(np.mean([abs(rank[noc] - own.index(noc)).mean() for noc in nocs if noc in own])))
    assert 0 < moved[0] < moved[1] < moved[2]


@pytest.mark.parametrize("draw", ["noise", "uniform"])
def test_drawn_standings_have_the_entries_of_the_scenario(draw: Any) -> None:
    drawn = Sampler(BIG, BIG.nocs, draw, 5.0, 2).rows(np.arange(50))
    for event, ranking in enumerate(BIG.standings.rankings.values()):
        expected = sorted(BIG.nocs.index(str(entry.noc)) for entry in ranking.entries)
        for own in drawn[:, event]:
            assert sorted(own[own >= 0]) == expected


def test_a_sample_depends_on_seed_and_number_alone() -> None:
    long = sweep(SMALL, samples=BLOCK + 40, seed=5, jobs=1)
    short = sweep(SMALL, samples=30, seed=5, jobs=1)
    pd.testing.assert_frame_equal(long.iloc[:30], short)
    rows = Sampler(BIG, BIG.nocs, "noise", 3.0, 5)
    assert (rows.rows(np.array([3, BLOCK + 7]))[1] == rows.rows(np.array([BLOCK + 7]))[0]).all()
    other = Sampler(BIG, BIG.nocs, "noise", 3.0, 6)
    assert (rows.rows(np.array([3])) != other.rows(np.array([3]))).any()


def test_uniform_drawing_puts_every_entry_everywhere_equally_often() -> None:
    drawn = Sampler(BIG, BIG.nocs, "uniform", 3.0, 0).rows(np.arange(4000))
    relay = list(BIG.standings.rankings).index("men-relay")
    size = len(BIG.standings.rankings["men-relay"].entries)
    first = np.bincount(drawn[:, relay, 0], minlength=len(BIG.nocs))
    expected = 4000 / size
    # Five standard deviations of a binomial count.
    assert (abs(first[first > 0] - expected) < 5 * np.sqrt(expected)).all()
    assert (first > 0).sum() == size


def test_rankings_that_are_not_known_in_full_are_not_drawn() -> None:
    """Not even where one entry of one event is unknown: whose it is, is no matter of chance among the NOCs named."""
    with pytest.raises(IncompleteError, match="men-500 is not known in full, and standings are drawn around known"):
        sweep(BEIJING, samples=1, jobs=1)
    known = SMALL.standings.rankings["women-500"]
    entries = (replace(known.entries[0], noc=None, qualifier=None), *known.entries[1:])
    rankings = {**SMALL.standings.rankings, "women-500": replace(known, entries=entries)}
    with pytest.raises(IncompleteError, match=r"women-500 is not known in full, .* happen to be named; use report"):
        sweep(replace(SMALL, standings=Standings(rankings)), samples=1, jobs=1)


def test_a_drawn_season_answers_declines_as_a_scenario_of_its_own() -> None:
    rows = sweep(BIG, samples=4, seed=9, singles=True, nocs=["AAA", "CCC"], jobs=1)
    plan = planned(BIG, Request(samples=4, seed=9, sizes=(1,), nocs=("AAA", "CCC")))
    assert len(rows) == plan.size == 16
    worker = Worker(plan)
    for _, row in rows.iterrows():
        worker.ground.draw(plan.points(range(int(row["point"]), int(row["point"]) + 1)))
        scenario = worker.ground.standings(plan.point(int(row["point"])), worker.ground.scenario)
        answer = whatif(scenario, [Decline(str(row["first"]))], row["mode"], "greedy", compare=False)
        assert effect(row) == answer.net_effect


# Files, interrupts, processes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet"])
def test_the_bytes_are_the_same_for_any_number_of_processes(name: str, tmp_path: Path) -> None:
    for jobs in (1, 2):
        sweep(SMALL, samples=20_000, jobs=jobs, out=tmp_path / f"{jobs}-{name}")
    one, two = ((tmp_path / f"{jobs}-{name}").read_bytes() for jobs in (1, 2))
    assert one == two
    assert not list(tmp_path.glob("*.parts"))
    rows = sweep(SMALL, samples=20_000, jobs=1)
    read = pd.read_csv(tmp_path / f"1-{name}", keep_default_na=False) if name.endswith("csv") else None
    read = pd.read_parquet(tmp_path / f"1-{name}") if read is None else read
    pd.testing.assert_frame_equal(read, rows, check_dtype=name.endswith("parquet"))


LONG = ("--samples", "3000", "--engine", "greedy", "--jobs", "1")
"""A sweep of 12 chunks that takes seconds."""


def started(out: Path) -> tuple[subprocess.Popen[bytes], Path]:
    """A sweep in a process of its own, of which some chunks are finished."""
    words = [sys.executable, "-m", "quotaproof", "sweep", SMALL.identifier, *LONG, "--out", str(out)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    parts = out.with_name(f"{out.name}.parts")
    end = time.monotonic() + 60
    while len(list(parts.glob("*.csv"))) < 3:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)
    return process, parts


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT], ids=lambda stop: stop.name)
def test_an_interrupted_sweep_goes_on_where_it_stopped(stop: signal.Signals, tmp_path: Path) -> None:
    out = tmp_path / "rows.csv"
    process, parts = started(out)
    process.send_signal(stop)
    _, told = process.communicate(timeout=60)
    if stop is signal.SIGINT:
        assert process.returncode == 3
        assert told.decode().endswith("quotaproof: stopped.\n")
    assert not out.exists()
    # A part counts once its sums are there too; a kill may come between its two files.
    whole = [path for path in parts.glob("*.csv") if path.with_suffix(".json").exists()]
    finished = {path.name: path.stat().st_mtime_ns for path in whole}
    assert 2 <= len(finished) < 12
    # What a dying process leaves half-written does not count.
    (parts / ".000011.csv.1-abc").write_text("half")
    seen: list[tuple[int, int]] = []
    kept: dict[str, int] = {}

    def report(points: int, resumed: int) -> None:
        seen.append((points, resumed))
        kept.update({path.name: path.stat().st_mtime_ns for path in parts.glob("*.csv") if path.name in finished})

    plan = planned(SMALL, Request(samples=3000, engine="greedy"))
    run.sweep(plan, out=out, jobs=1, report=report)
    assert kept == finished
    assert len(seen) == 1 + 12 - len(finished)
    assert seen[0] == (256 * len(finished), 256 * len(finished))
    assert seen[-1][0] == 3000
    assert not parts.exists()
    clean = tmp_path / "clean.csv"
    run.sweep(plan, out=clean, jobs=1)
    assert out.read_bytes() == clean.read_bytes()


def test_unfinished_rows_of_another_sweep_are_not_mixed_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "rows.csv"
    monkeypatch.setattr(run.Parts, "finish", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        sweep(SMALL, samples=20, jobs=1, out=out)
    monkeypatch.undo()
    others: list[tuple[Scenario, dict[str, Any]]] = [
        (SMALL, {"samples": 21}),
        (SMALL, {"samples": 20, "seed": 1}),
        (SMALL, {"samples": 20, "prove": 1}),
        (SMALL.with_readings({"gender-cap": "hard"}), {"samples": 20}),
        (replace(SMALL, rules=SMALL.rules.with_caps({"total": 4})), {"samples": 20}),
    ]
    for scenario, options in others:
        with pytest.raises(InputError, match=r"rows\.csv\.parts: .*another scenario, other options"):
            sweep(scenario, jobs=1, out=out, **options)
    assert not out.exists()
    assert len(sweep(SMALL, samples=20, jobs=1, out=out)) == 20


def test_two_processes_do_not_work_on_the_same_rows(tmp_path: Path) -> None:
    out = tmp_path / "rows.csv"
    process, _ = started(out)
    try:
        with pytest.raises(InputError, match="another process is at work on this sweep"):
            sweep(SMALL, samples=3000, engine="greedy", jobs=1, out=out)
    finally:
        process.kill()
        process.communicate()


TURNS = 400
RACE = f"""
import sys
from pathlib import Path
from quotaproof.model.errors import InputError
from quotaproof.solver.sweep.checkpoints import Parts
for turn in range({TURNS}):
    parts = Parts(Path(sys.argv[1]), "csv", "the same sweep", 1)
    try:
        with parts.opened():
            parts.put(0, b"a\\n1\\n", {{}})
            parts.finish()
    except InputError as error:
        if "another process is at work" not in str(error):
            print(error)
"""


def test_a_sweep_that_ends_while_another_begins_leaves_it_a_folder_of_its_own(tmp_path: Path) -> None:
    """The folder goes with the one that ends; the other had just found it there, and could not lock it."""
    words = [sys.executable, "-c", RACE, str(tmp_path / "rows.csv")]
    both = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for _ in range(2)]
    assert [process.communicate(timeout=120)[0] for process in both] == ["", ""]
    assert (tmp_path / "rows.csv").read_text(encoding="utf-8") == "a\n1\n"
    assert not (tmp_path / "rows.csv.parts").exists()


def test_a_cluster_of_which_a_worker_is_killed_loses_nothing_and_repeats_nothing() -> None:
    distributed = pytest.importorskip("distributed")
    plan = planned(RERUN, Request(samples=5000, engine="greedy", noise=2.0))
    killed: list[int] = []
    seen: list[int] = []
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        first = cluster.workers[0].process.pid

        def report(points: int, resumed: int) -> None:
            assert resumed == 0
            seen.append(points)
            if not killed and points >= 3 * 256:
                os.kill(first, signal.SIGKILL)
                killed.append(first)

        _, rows = run.sweep(plan, scheduler=cluster.scheduler_address, report=report, keep=True)
    assert killed
    assert rows is not None
    assert seen == sorted(set(seen))
    assert seen[-1] == 5000
    by_batch = sweep(RERUN, samples=5000, noise=2.0, jobs=1)
    pd.testing.assert_frame_equal(rows.drop(columns="engine"), by_batch.drop(columns="engine"))


# Bad input ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "there is nothing to sweep"),
        ({"grid": ["total"]}, "'total' is not a grid"),
        ({"grid": ["total=9..8"]}, "is no range"),
        ({"grid": ["total=a"]}, "'a' in grid total is not a whole number"),
        ({"grid": ["totals=9"]}, "'totals' is not a cap"),
        ({"grid": ["gender-cap=soft"]}, "'soft' is no value of reading gender-cap"),
        ({"grid": ["total=9,9"]}, "grid total names 9 twice"),
        ({"grid": ["total=9", "total=10"]}, "grid total is stated twice"),
        ({"grid": ["declines=rerun"], "singles": True}, "choose the mode"),
        ({"singles": True, "of": ["men-400"]}, "'men-400' is not an event"),
        ({"singles": True, "of": ["men", "men"]}, "men is named twice"),
        ({"singles": True, "nocs": ["ZZZ"]}, "ZZZ is not an NOC of synthetic-beijing-like"),
        ({"singles": True, "nocs": ["AAA", "AAA"]}, "AAA is named twice"),
        ({"pairs": True, "nocs": ["AAA"]}, "too few for 2 at a time"),
        ({"exclusions": True, "samples": 1}, "say how many at a time"),
        ({"singles": True, "exclusions": True, "of": ["men"]}, "an exclusion is of a whole NOC"),
        ({"singles": True, "mode": "never"}, "'never' is no mode"),
        ({"samples": -1}, "there cannot be -1 samples"),
        ({"samples": 1, "seed": -1}, "-1 is no seed"),
        ({"samples": 1, "noise": float("nan")}, "the noise cannot be nan"),
        ({"samples": 1, "draw": "bell"}, "'bell' is no way to draw"),
        ({"samples": 1, "engine": "guess"}, "'guess' is not an engine"),
        ({"samples": 1, "prove": "some"}, "'some' is no number of proofs"),
        ({"samples": 1, "jobs": 0}, "0 is no number of processes"),
        ({"samples": 10**9}, "at most 100,000,000 are swept"),
        ({"triples": True, "of": [e.identifier for e in BIG.rules.events]}, "combinations of declines; at most"),
        ({"samples": 1, "out": "rows.txt"}, "it must end in .parquet or .csv"),
        ({"samples": 1, "out": "no/such/folder/rows.csv"}, "cannot be made"),
        ({"samples": 1, "scheduler": "cluster"}, "no Dask scheduler answers at cluster; write its address"),
        ({"samples": 1, "scheduler": "tcp://127.0.0.1:1"}, "no Dask scheduler answers at tcp://127.0.0.1:1"),
    ],
)
def test_what_cannot_be_swept_is_refused_in_one_sentence(
    options: dict[str, Any], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(run, "CONNECT", 1)
    with pytest.raises(InputError, match=words.replace("(", r"\(")):
        sweep(BIG, **options)
    assert not list(tmp_path.iterdir())


def test_unknown_standings_are_verified_and_not_swept() -> None:
    with pytest.raises(IncompleteError, match="a sweep needs complete standings; use verify"):
        sweep(BEIJING, singles=True)


def test_a_host_without_room_is_the_same_sentence_as_for_one_allocation() -> None:
    scenario = replace(BIG, rules=BIG.rules.with_caps({"total": 3}))
    with pytest.raises(InputError, match="the host's guaranteed places need 8 athletes, and the cap is 3"):
        sweep(scenario, samples=10, jobs=1)


def test_ties_and_recorded_declines_are_left_to_greedy() -> None:
    ranking = BIG.standings.rankings["men-500"]
    tied = replace(ranking, tied=((1, 2),))
    scenario = replace(BIG, standings=Standings({**BIG.standings.rankings, "men-500": tied}))
    rows = sweep(scenario, singles=True, nocs=["AAA"], jobs=1)
    assert set(rows["engine"]) == {"greedy"}
    with pytest.raises(InputError, match="the standings have ties that are not settled; use greedy or cp-sat"):
        sweep(scenario, singles=True, engine="batch")


def test_a_plan_of_a_million_points_is_made_at_once() -> None:
    plan = Plan(BIG, samples=1_000_000)
    assert plan.size == 1_000_000
    assert sum(map(len, plan.chunks())) == plan.size
    assert plan.point(999_999).sample == 999_999


def test_a_sweep_keeps_the_link_and_the_mode_of_its_file(tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "rows.csv"
    real.write_text("old")
    real.chmod(0o600)
    link.symlink_to(real)
    sweep(SMALL, singles=True, jobs=1, out=link)
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    assert real.read_text().startswith("point,")


# Unfinished rows -----------------------------------------------------------------------------------------------------


def unfinished(out: Path, monkeypatch: pytest.MonkeyPatch, **options: Any) -> Path:
    """The folder of a sweep of two chunks that ended before its rows were put together."""
    with monkeypatch.context() as patch:
        patch.setattr(run.Parts, "finish", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            sweep(SMALL, samples=300, jobs=1, out=out, engine="greedy", **options)
    return out.with_name(f"{out.name}.parts")


@pytest.mark.parametrize(
    "damage",
    [
        "rows cut",
        "rows changed",
        "sums cut",
        "sums changed",
        "sums of another kind",
        "sums of another chunk",
        "another chunk",
        "sums of no end",
        "rows lost",
    ],
)
@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet"])
def test_a_part_that_is_not_whole_is_done_again(
    damage: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, clean = tmp_path / name, tmp_path / f"clean-{name}"
    parts = unfinished(out, monkeypatch)
    rows, sums = sorted(path for path in parts.glob("000001.*") if path.suffix != ".json")[0], parts / "000001.json"
    data = rows.read_bytes()
    match damage:
        case "rows cut":
            rows.write_bytes(data[: len(data) // 2])
        case "rows changed":
            rows.write_bytes(data[:-8] + bytes(8))
        case "sums cut":
            sums.write_bytes(sums.read_bytes()[:-9])
        case "sums changed":
            stated = json.loads(sums.read_text(encoding="utf-8"))
            stated["sums"]["points"] += 1
            sums.write_text(json.dumps(stated), encoding="utf-8")
        case "sums of another kind":
            sums.write_text(
                json.dumps({**json.loads(sums.read_text(encoding="utf-8")), "sums": None}), encoding="utf-8"
            )
        case "sums of another chunk":
            sums.write_bytes((parts / "000000.json").read_bytes())
        case "another chunk":
            sums.write_bytes((parts / "000000.json").read_bytes())
            rows.write_bytes((parts / f"000000{rows.suffix}").read_bytes())
        case "sums of no end":
            sums.write_text("[" * 100_000, encoding="utf-8")
        case _:
            rows.unlink()
    done: list[int] = []
    run.sweep(
        planned(SMALL, Request(samples=300, engine="greedy")), out=out, jobs=1, report=lambda n, resumed: done.append(n)
    )
    assert done == [256, 300]
    sweep(SMALL, samples=300, jobs=1, out=clean, engine="greedy")
    assert out.read_bytes() == clean.read_bytes()
    assert not parts.exists()


def test_a_folder_of_somebody_else_is_neither_used_nor_deleted(tmp_path: Path) -> None:
    folder = tmp_path / "rows.csv.parts"
    folder.mkdir()
    (folder / "thesis.txt").write_text("ten years of work")
    with pytest.raises(InputError, match="holds other things than an unfinished sweep"):
        sweep(SMALL, samples=20, jobs=1, out=tmp_path / "rows.csv")
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


def test_what_somebody_has_put_beside_the_parts_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "rows.csv"
    parts = unfinished(out, monkeypatch)
    for name in ("thesis.txt", "000002.csv", "201503.csv"):  # two chunks are 0 and 1
        (parts / name).write_text("ten years of work")
    assert len(sweep(SMALL, samples=300, jobs=1, out=out, engine="greedy")) == 300
    assert sorted(path.name for path in parts.iterdir()) == ["000002.csv", "201503.csv", "thesis.txt"]


def manifests(right: dict[str, Any]) -> Iterator[str]:
    """Manifests that differ in one key, by value, type or presence, and files that are none."""
    for name, value in right.items():
        for odd in (None, "", "x", 0, 1, -1, 1.5, True, [], {}, str(value), float(right["chunks"])):
            if type(odd) is not type(value) or odd != value:
                yield json.dumps({**right, name: odd})
        yield json.dumps({key: own for key, own in right.items() if key != name})
    yield json.dumps({**right, "more": 1})
    yield from ("", "[]", "null", "{", "NaN", "[" * 100_000, "1" * 5000, json.dumps([right]))


def test_a_manifest_that_differs_in_anything_is_of_another_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "rows.csv"
    parts = unfinished(out, monkeypatch)
    path, held = parts / "manifest.json", sorted(parts.iterdir())
    for text in manifests(json.loads(path.read_text(encoding="utf-8"))):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match="the unfinished sweep in this folder has another scenario"):
            sweep(SMALL, samples=300, jobs=1, out=out, engine="greedy")
        assert sorted(parts.iterdir()) == held, text[:100]
        assert not out.exists()


@pytest.mark.parametrize("manifest", ["gone", "of this sweep"])
def test_parts_of_another_seed_are_not_mixed_in(manifest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, clean = tmp_path / "rows.csv", tmp_path / "clean.csv"
    parts = unfinished(out, monkeypatch, seed=7)
    if manifest == "gone":
        (parts / "manifest.json").unlink()
        with pytest.raises(InputError, match="holds other things"):
            sweep(SMALL, samples=300, jobs=1, out=out, engine="greedy")
        return
    own = unfinished(clean, monkeypatch)
    (parts / "manifest.json").write_bytes((own / "manifest.json").read_bytes())
    sweep(SMALL, samples=300, jobs=1, out=out, engine="greedy")
    sweep(SMALL, samples=300, jobs=1, out=clean, engine="greedy")
    assert out.read_bytes() == clean.read_bytes()


def test_a_lost_scheduler_is_one_sentence_and_the_rows_stay(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    out = tmp_path / "rows.csv"
    words = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard"]
    file = tmp_path / "scheduler.json"
    scheduler = subprocess.Popen([*words, "--scheduler-file", str(file)], stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while not (file.exists() and file.stat().st_size):
            assert time.monotonic() < end
            time.sleep(0.05)
        address = json.loads(file.read_text())["address"]
        worker = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-dashboard", "--nthreads", "1"],
            stderr=subprocess.DEVNULL,
        )
        asked = [sys.executable, "-m", "quotaproof", "sweep", SMALL.identifier, *LONG[:4], "--out", str(out)]
        process = subprocess.Popen([*asked, "--scheduler", address], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        parts = out.with_name("rows.csv.parts")
        while len(list(parts.glob("*.csv"))) < 2:
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.01)
        scheduler.kill()
        _, told = process.communicate(timeout=60)
    finally:
        for started_here in (scheduler, worker):
            started_here.kill()
            started_here.wait()
    assert process.returncode == 3, told
    assert told.decode().splitlines()[-1].endswith("was lost; run the sweep again to go on.")
    assert b"Traceback" not in told
    assert len(list(parts.glob("*.csv"))) >= 2


def children(process: int) -> set[int]:
    """The processes that a process has started, and theirs."""
    own = {int(word) for path in Path(f"/proc/{process}/task").glob("*/children") for word in path.read_text().split()}
    return own.union(*map(children, own))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are listed in /proc")
def test_a_terminated_sweep_leaves_no_process_behind(tmp_path: Path) -> None:
    out = tmp_path / "rows.csv"
    words = [sys.executable, "-m", "quotaproof", "sweep", SMALL.identifier, *LONG[:4], "--jobs", "2", "--out", str(out)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    end = time.monotonic() + 60
    while not list(tmp_path.glob("rows.csv.parts/*.csv")):
        assert time.monotonic() < end
        time.sleep(0.01)
    started_by_it = children(process.pid)
    assert len(started_by_it) >= 2
    process.terminate()
    _, told = process.communicate(timeout=60)
    assert (process.returncode, told.strip()) == (3, b"quotaproof: stopped.")
    while left := {number for number in started_by_it if Path(f"/proc/{number}/cmdline").exists()}:
        assert time.monotonic() < end, left
        time.sleep(0.05)
