"""Both engines against the enumeration of all assignments, on tiny scenarios under every reading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import brute
import pytest
from tiny import READINGS, tiny

from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import InputError
from quotaproof.model.pathways import ParallelWalk, QuotaPlaces, RelayPlaces, Remainder, TeamTopUp
from quotaproof.model.rules import Event, Readings, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.model.validation import violations
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.batch import Batch, allocate_batch
from quotaproof.solver.engines.cpsat import engine

CHUNKS = 4
SCENARIOS_PER_READING = 120
CP_SAT_EVERY = 5


def assert_equal(expected: brute.Answer, scenario: Scenario, allocation: Allocation) -> None:
    sums: dict[tuple[str, str, str], int] = {}
    for award in allocation.awards:
        key = (award.pathway, award.noc, award.gender)
        sums[key] = sums.get(key, 0) + award.number
    assert allocation.places == expected.places
    assert sums == expected.awards
    assert {(tied.pathway, tied.noc, tied.gender) for tied in allocation.tied} == expected.tied
    assert allocation.status == ("tie" if expected.tied else "optimal")
    assert allocation.unique == (not expected.tied)
    assert violations(scenario, allocation) == []


@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("readings", READINGS, ids=lambda readings: "-".join(readings.values()))
def test_the_engines_give_what_enumeration_gives(readings: dict[str, str], chunk: int) -> None:
    for seed in range(chunk, SCENARIOS_PER_READING, CHUNKS):
        scenario = tiny(seed, readings)
        engines = (greedy.allocate, engine.allocate) if seed // CHUNKS % CP_SAT_EVERY == 0 else (greedy.allocate,)
        expected = brute.answer(scenario)
        for allocate in engines:
            if expected is None:
                with pytest.raises(InputError, match="guaranteed places need"):
                    allocate(scenario)
            else:
                assert_equal(expected, scenario, allocate(scenario))


def by_batch(scenario: Scenario) -> Allocation:
    return allocate_batch(Batch.of([scenario])).allocation(0)


SHORT_OF_ATHLETES = (
    {"host_events": ("mixed-relay",)},
    {"host_events": ("men-relay", "mixed-relay")},
    {"host_events": ("women-500", "women-relay", "mixed-relay")},
    {"host_events": ("men-relay", "women-relay", "mixed-relay"), "team": {"men": 4, "women": 1}},
    {"host_events": ("men-relay", "mixed-relay"), "without": "women-relay"},
)
"""Guaranteed places that do not bring the host the athletes for the mixed relay, which is among them."""


@pytest.mark.parametrize("changes", SHORT_OF_ATHLETES, ids=str)
def test_a_host_without_guaranteed_athletes_for_the_mixed_relay_enters_it_as_others_do(
    changes: dict[str, Any],
) -> None:
    """The rules let NOCs with the athletes of a team enter; a guaranteed place gives no athletes."""
    seen: set[bool | str] = set()
    for seed in range(150):
        drawn = tiny(seed, READINGS[seed % len(READINGS)])
        drawn_mixed = drawn.rules.event("mixed-relay")
        mixed = replace(drawn_mixed, team=changes.get("team", drawn_mixed.team), start_places=1 + seed % 3)
        gone = changes.get("without")
        events = [mixed if e == drawn_mixed else e for e in drawn.rules.events if e.identifier != gone]
        pathways = tuple(
            replace(p, events=tuple(e for e in p.events if e != gone)) if isinstance(p, RelayPlaces) else p
            for p in drawn.rules.pathways
        )
        rules = replace(drawn.rules, events=tuple(events), host_events=changes["host_events"], pathways=pathways)
        orders = {e: ranking.claims() for e, ranking in drawn.standings.rankings.items() if e != gone}
        scenario = replace(drawn, rules=rules, host=drawn.host or "AAA", standings=Standings.of(orders))
        assert not scenario.is_host_event("mixed-relay")
        expected = brute.answer(scenario)
        engines = (
            (greedy.allocate, by_batch, engine.allocate) if seed % CP_SAT_EVERY == 0 else (greedy.allocate, by_batch)
        )
        for allocate in engines:
            if expected is None:
                with pytest.raises(InputError, match="guaranteed places need"):
                    allocate(scenario)
            else:
                assert_equal(expected, scenario, allocate(scenario))
        if expected is not None and not expected.tied:
            entered = expected.places["mixed-relay"]
            seen |= {scenario.host in entered}
            seen |= {"full without"} if scenario.host not in entered and len(entered) >= mixed.start_places else set()
    assert seen == {True, False, "full without"}


def test_the_tiny_draws_meet_every_pathway_ties_and_caps_without_room_for_the_host() -> None:
    """Agreement says little about what is never drawn."""
    seen: set[str] = set()
    for readings in READINGS:
        for seed in range(SCENARIOS_PER_READING):
            expected = brute.answer(tiny(seed, readings))
            if expected is None:
                seen.add("no room for the host")
            else:
                seen |= {pathway for pathway, _, _ in expected.awards}
                seen |= {f"tie in {pathway}" for pathway, _, _ in expected.tied}
    assert seen >= {"P3", "P4", "P5", "P6", "tie in P4", "tie in P6", "no room for the host"}


@pytest.mark.parametrize("allocate", [greedy.allocate, engine.allocate], ids=["greedy", "cp-sat"])
def test_only_those_among_whom_a_choice_is_left_are_tied(allocate: Callable[[Scenario], Allocation]) -> None:
    """AAA and BBB share a place in line, and the men have room for one; CCC shares it too, but its women have room."""
    orders = {"men-500": ["AAA", "AAA", "BBB", "BBB"], "women-500": ["CCC", "CCC"], "mixed-relay": []}
    rules = Rules(
        title="small",
        events=(
            Event("men-500", "men", "individual", 4, 2),
            Event("women-500", "women", "individual", 4, 2),
            Event("mixed-relay", "mixed", "relay", 2, 1, team={"men": 1, "women": 1}),
        ),
        total=24,
        gender_caps={"men": 5, "women": 9},
        host_events=(),
        host_clause="host",
        pathways=(
            ParallelWalk("P2", "walk", "two", events=("men-500", "women-500")),
            QuotaPlaces("P3", "quota", "three", 2),
            TeamTopUp("P4", "mixed", "four", event="mixed-relay"),
            Remainder("P6", "any", "six", quota_places=2, relay_only=False),
        ),
    )
    scenario = Scenario(
        identifier="small",
        title="small",
        games="none",
        host=None,
        rules=rules,
        readings=Readings(gender_cap="hard"),
        standings=Standings.of(
            {name: [(noc, nocs[: row + 1].count(noc)) for row, noc in enumerate(nocs)] for name, nocs in orders.items()}
        ),
    )
    expected = brute.answer(scenario)
    assert expected is not None
    assert expected.tied == {("P6", "AAA", "men"), ("P6", "BBB", "men")}
    assert_equal(expected, scenario, allocate(scenario))
