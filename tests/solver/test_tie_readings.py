"""Engines, declines, what-ifs and sweeps under each reading of how results are ranked: all follow the ranking."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pandas as pd
import pytest

import quotaproof
from quotaproof.model.changes import ChooseReading, Decline
from quotaproof.model.classifications import Classifications, Result
from quotaproof.model.errors import InputError
from quotaproof.model.rules import (
    READING_VALUES,
    SOQC_READINGS,
    Event,
    ParallelWalk,
    QuotaPlaces,
    Reading,
    Reallocation,
    RelayPlaces,
    Rules,
)
from quotaproof.model.scenario import Scenario
from quotaproof.model.scoring import standings_of
from quotaproof.model.soqc import Soqc
from quotaproof.model.standings import Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver import greedy
from quotaproof.solver.batch import Batch, allocate_batch
from quotaproof.solver.cpsat.engine import allocate as cpsat

SOCHI = load_scenario("sochi-2014")
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


def test_explanations_and_reserve_lists_follow_the_reading(telling: list[Scenario]) -> None:
    for scenario in telling:
        for readings in COMBINATIONS:
            chosen = scenario.with_readings(readings)
            plain = with_order(scenario, twin(scenario, readings))
            assert [one.to_dict() for one in quotaproof.reserve(chosen, "men-500")] == [
                one.to_dict() for one in quotaproof.reserve(plain, "men-500")
            ]
