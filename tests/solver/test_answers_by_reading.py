"""Engines, declines, what-ifs and sweeps under each reading of how results are ranked: all follow the ranking."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from functools import lru_cache

import pandas as pd
import pytest

import quotaproof
from quotaproof.model.changes import ChooseReading, Decline
from quotaproof.model.errors import InputError
from quotaproof.model.pathways import ParallelWalk, QuotaPlaces, Reallocation, RelayPlaces
from quotaproof.model.results.classifications import Classifications, Result
from quotaproof.model.results.scoring import standings_of
from quotaproof.model.results.soqc import Soqc
from quotaproof.model.rules import READING_VALUES, SOQC_READINGS, Event, Reading, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.batch import Batch, allocate_batch
from quotaproof.solver.engines.cpsat.engine import allocate as cpsat

SOCHI = load_scenario("sochi-2014")
PYEONGCHANG = load_scenario("pyeongchang-2018")
MEETS = ("first", "second", "third")
POINTS = (9, 5, 4, 3, 3, 2, 1)
NOCS = ("AAA", "BBB", "CCC", "DDD", "EEE")
EVENTS = (
    Event("men-500", "men", "individual", 4, 2),
    Event("men-relay", "men", "relay", 2, 1),
    Event("women-500", "women", "individual", 4, 2),
)
COMBINATIONS = [
    dict(zip(SOQC_READINGS, values, strict=True))
    for values in itertools.product(*(READING_VALUES[name] for name in SOQC_READINGS))
]
Claim = tuple[str, int]


def rules() -> Rules:
    return Rules(
        title="tiny",
        events=EVENTS,
        total=30,
        gender_caps={"men": 30, "women": 30},
        host_events=(),
        host_clause="host",
        pathways=(
            RelayPlaces("P1", "relays", "one", ("men-relay",)),
            ParallelWalk("P2", "walk", "two", ("men-500", "women-500")),
            QuotaPlaces("P3", "quota", "three", 3, None),
            Reallocation("P4", "declined", "four"),
        ),
        readings=tuple(
            Reading(name, "which?", "on paper", READING_VALUES[name], READING_VALUES[name][0]) for name in SOQC_READINGS
        ),
        soqc=Soqc("on paper", MEETS, POINTS, counting=2),
    )


def season(seed: int) -> Scenario:
    """Results of three meets; everybody is at each, positions run from 1, so equal points are common."""
    rng = random.Random(seed)
    results: list[Result] = []
    for event in EVENTS:
        entries = [(noc, k) for noc in NOCS for k in ((1,) if event.kind == "relay" else (1, 2))]
        for meet in MEETS:
            order = [noc for noc, _ in entries]
            rng.shuffle(order)
            seen: dict[str, int] = {}
            for position, noc in enumerate(order, 1):
                seen[noc] = seen.get(noc, 0) + 1
                results.append(Result(meet, event.identifier, noc, seen[noc], position))
    own = rules()
    found = Classifications(tuple(results))
    readings = own.default_readings
    standings = Standings(standings_of(found, own, readings).rankings)
    return Scenario(
        f"season-{seed}", "tiny", "tiny", None, own, readings, standings, classifications=found, own_readings=readings
    )


def twin(scenario: Scenario, readings: dict[str, str]) -> dict[str, list[tuple[Claim, tuple[int, ...]]]]:
    """Event -> entries with what ranks them, best first, in plain Python."""
    assert scenario.classifications is not None
    found = {}
    for event in EVENTS:
        at: dict[Claim, list[int]] = {}
        for meet in MEETS:
            for one in scenario.classifications.results:
                if (one.event, one.meet) == (event.identifier, meet):
                    at.setdefault((str(one.noc), one.qualifier or 0), []).append(one.position)
        rows = []
        for claim, positions in at.items():
            best = sorted(positions)[:2]
            points = [POINTS[p - 1] if p <= len(POINTS) else 0 for p in best]
            told = positions if readings["tie-positions"] == "all" else best
            first = (-max(points),) if readings["soqc-ties"] == "best-result" else ()
            rows.append((claim, (-sum(points), *first, sum(told), min(told))))
        found[event.identifier] = sorted(rows, key=lambda row: (row[1], row[0]))
    return found


@pytest.fixture(scope="module")
def telling() -> list[Scenario]:
    """Seasons in which nobody is tied to the end, and the four combinations of readings give different allocations."""
    found = []
    for seed in range(4000):
        scenario = season(seed)
        variants = [twin(scenario, readings) for readings in COMBINATIONS]
        if any(len({key for _, key in rows}) < len(rows) for one in variants for rows in one.values()):
            continue
        places = {str(greedy.allocate(with_order(scenario, one)).places) for one in variants}
        if len(places) >= 3:
            found.append(scenario)
        if len(found) == 6:
            return found
    raise AssertionError("too few seasons tell the readings apart")


def with_order(scenario: Scenario, variant: dict[str, list[tuple[Claim, tuple[int, ...]]]]) -> Scenario:
    """The scenario with the twin's order and no results."""
    standings = Standings.of({event: [claim for claim, _ in rows] for event, rows in variant.items()})
    return replace(scenario, standings=standings, classifications=None)


def test_every_engine_gives_what_the_order_of_the_twin_gives(telling: list[Scenario]) -> None:
    for scenario, readings in itertools.product(telling, COMBINATIONS):
        expected = greedy.allocate(with_order(scenario, twin(scenario, readings)))
        chosen = scenario.with_readings(readings)
        assert greedy.allocate(chosen).same_places(expected)
        assert cpsat(chosen).same_places(expected)
        element = allocate_batch(Batch.of([chosen])).allocation(0)
        assert element.same_places(expected)


def test_a_sweep_over_readings_ranks_anew_at_every_point(telling: list[Scenario]) -> None:
    grid = {name: list(READING_VALUES[name]) for name in SOQC_READINGS}
    for scenario in telling[:3]:
        for engine in ("batch", "greedy", "cp-sat"):
            rows = quotaproof.sweep(scenario, grid=grid, engine=engine, jobs=1)
            assert len(rows) == len(COMBINATIONS)
            for _, row in rows.iterrows():
                readings = {name: row[name] for name in SOQC_READINGS}
                expected = greedy.allocate(with_order(scenario, twin(scenario, readings)))
                for event, noc in itertools.product(EVENTS, NOCS):
                    assert row[f"{noc}:{event.identifier}"] == expected.places[event.identifier].get(noc, 0)


def test_a_sweep_over_declines_and_readings_is_single_what_ifs(telling: list[Scenario]) -> None:
    scenario = telling[0]
    grid = {"soqc-ties": list(READING_VALUES["soqc-ties"])}
    rows = quotaproof.sweep(scenario, singles=True, of=["men-500"], grid=grid, mode="sequential", jobs=1)
    frames = {
        engine: quotaproof.sweep(
            scenario, singles=True, of=["men-500"], grid=grid, mode="sequential", jobs=1, engine=engine
        ).drop(columns=["engine", "proved"])
        for engine in ("batch", "greedy")
    }
    pd.testing.assert_frame_equal(frames["batch"], frames["greedy"], check_dtype=False)
    tried = 0
    for _, row in rows[rows["status"] == "optimal"].iterrows():
        reading = ChooseReading("soqc-ties", row["soqc-ties"])
        answer = quotaproof.whatif(scenario, [Decline(row["first"].split(":")[0], "men-500"), reading], "sequential")
        assert isinstance(answer, quotaproof.WhatIf)
        for event, noc in itertools.product(EVENTS, NOCS):
            assert row[f"{noc}:{event.identifier}"] == answer.after.places[event.identifier].get(noc, 0)
        tried += 1
    assert tried >= 4


def test_ties_under_another_reading_keep_the_batch_engine_out() -> None:
    # AAA's best two are 4 and 5, BBB's 4 and 4, with six points each; over all three meets both sums are 17.
    at = {"AAA": (4, 5, 8), "BBB": (9, 4, 4), "CCC": (1, 1, 1)}
    results = [Result(meet, "men-500", noc, 1, own[n]) for noc, own in at.items() for n, meet in enumerate(MEETS)]
    results += [Result(meet, event, "CCC", 1, 1) for event in ("men-relay", "women-500") for meet in MEETS]
    own = rules().with_caps({"men-500": 2})
    found = Classifications(tuple(results))
    readings = own.default_readings
    standings = Standings(standings_of(found, own, readings).rankings)
    scenario = Scenario("tie", "tie", "tie", None, own, readings, standings, classifications=found)
    other = scenario.with_readings({"tie-positions": "all"})
    assert (scenario.standings.tied_groups(), other.standings.tied_groups()) == ((), (("men-500", (2, 3)),))
    grid = {"tie-positions": ["counting", "all"]}
    rows = quotaproof.sweep(scenario, grid=grid, jobs=1)
    assert (set(rows["engine"]), list(rows["status"])) == ({"greedy"}, ["optimal", "tie"])
    with pytest.raises(InputError, match="the standings have ties that are not settled"):
        quotaproof.sweep(scenario, grid=grid, jobs=1, engine="batch")


def test_drawn_standings_have_no_results_to_rank() -> None:
    with pytest.raises(InputError, match="drawn standings have no results"):
        quotaproof.sweep(SOCHI, samples=2, grid={"soqc-ties": list(READING_VALUES["soqc-ties"])}, jobs=1)


# PyeongChang: the table tells the readings of soqc-ties apart ---------------------------------------------------------

BY_SUM = {"soqc-ties": "sum-of-positions"}
BY_BEST = {"soqc-ties": "best-result"}


@lru_cache
def verified(ties: str) -> quotaproof.Verification:
    return quotaproof.verify(PYEONGCHANG, {"soqc-ties": ties})


def on_no_record(ties: str) -> dict[tuple[str, str], int]:
    """(NOC, event) -> start places that the table needs given back, though nothing on record has it."""
    result = verified(ties)
    assert result.verdict == "with-changes"
    return {(str(c.noc), c.event): c.number for c in result.explanation if c.status == "no-record"}


def test_pyeongchang_needs_jpn_and_bul_to_decline_only_if_the_sum_comes_first() -> None:
    oar = {("OAR", "women-1500"): 1}
    assert on_no_record("best-result") == oar
    assert on_no_record("sum-of-positions") == oar | {("JPN", "women-500"): 1, ("BUL", "women-1500"): 1}


def test_by_default_pyeongchang_is_explained_as_the_press_has_it() -> None:
    assert PYEONGCHANG.readings.soqc_ties == "best-result"
    found = verified(PYEONGCHANG.readings.soqc_ties).explanation
    computed_ = {(c.noc, c.event) for c in found if c.status == "computed" and not c.offered}
    assert computed_ == {("SWE", "men-1500"), ("GER", "men-1500")}
    (oar,) = [c for c in found if c.status == "no-record"]
    assert (oar.noc, oar.event, [taker.noc for taker in oar.taken_by]) == ("OAR", "women-1500", ["FRA"])


def test_verify_counts_differences_and_further_declines_under_each_reading() -> None:
    result = verified("best-result")
    assert len(result.under_readings) == 12
    for one in result.under_readings:
        best = one.readings["soqc-ties"] == "best-result"
        # JPN's and GBR's cells over 500 m are the two that the sum adds.
        assert (one.reachable, one.differences, one.further_declines) == (False, 12 if best else 14, 1 if best else 3)
    rows = result.to_dict()["readings"]
    assert isinstance(rows, list)
    assert rows[0].keys() == {"gender-cap", *SOQC_READINGS, "reachable", "differences", "further_declines"}
    sochi = {(one.differences, one.further_declines) for one in quotaproof.verify(SOCHI).under_readings}
    assert sochi == {(2, 2)}


def test_what_becomes_of_a_table_is_asked_of_ranking_readings_alone() -> None:
    found = quotaproof.table_under_readings(PYEONGCHANG)
    assert [dict(one.readings) for one in found] == [
        {"soqc-ties": ties, "tie-positions": positions}
        for ties in ("best-result", "sum-of-positions")
        for positions in ("counting", "all")
    ]
    assert [one.further_declines for one in found] == [1, 1, 3, 3]
    assert quotaproof.table_under_readings(load_scenario("beijing-2022")) == ()
    assert quotaproof.table_under_readings(replace(SOCHI, published=None)) == ()


def test_a_table_that_one_reading_alone_gives_is_reachable_under_it_alone(telling: list[Scenario]) -> None:
    scenario = telling[0]
    for readings in COMBINATIONS:
        allocation = greedy.allocate(with_order(scenario, twin(scenario, readings)))
        table = replace(scenario, published=allocation.to_published())
        for one in quotaproof.verify(table).under_readings:
            own = greedy.allocate(with_order(scenario, twin(scenario, dict(one.readings))))
            assert one.reachable == own.same_places(allocation)
            assert (one.differences == 0) == one.reachable
            assert one.further_declines is None or (one.further_declines == 0) == one.reachable


def test_the_tie_at_the_cut_of_pyeongchang_is_broken_by_the_reading() -> None:
    for readings, broken in ((BY_BEST, ("GBR", 3, "JPN", 2, "best-result", (9, 5))), (BY_SUM, None)):
        found = quotaproof.ties_that_matter(PYEONGCHANG, readings)
        assert found.before_declines
        own = [
            (t.ahead.noc, t.ahead.qualifier, t.behind.noc, t.behind.qualifier, t.criterion, t.figures)
            for t in found.at_a_cut
            if t.event == "women-500"
        ]
        if broken is not None:
            assert own == [broken]
        else:
            # 82 against 96, then GER is the last with a place and GBR the first without.
            assert own == [("GER", 2, "GBR", 3, "sum-of-positions", (96, 105))]


def test_fra_is_the_first_reserve_over_1500_m_only_if_the_best_result_comes_first() -> None:
    plain = replace(PYEONGCHANG, declines=(), invitations=())
    for readings, first in ((BY_BEST, "FRA"), (BY_SUM, "BUL")):
        assert quotaproof.reserve(plain.with_readings(readings), "women-1500")[0].noc == first


def test_explanations_and_reserve_lists_follow_the_reading(telling: list[Scenario]) -> None:
    for scenario in telling:
        for readings in COMBINATIONS:
            chosen = scenario.with_readings(readings)
            plain = with_order(scenario, twin(scenario, readings))
            assert [one.to_dict() for one in quotaproof.reserve(chosen, "men-500")] == [
                one.to_dict() for one in quotaproof.reserve(plain, "men-500")
            ]
