"""A refusal names the cap that stood in the way, with figures that show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from quotaproof.model.allocation import Allocation
from quotaproof.model.pathways import ParallelWalk, QuotaPlaces, RelayPlaces, Remainder, TeamTopUp
from quotaproof.model.rules import Event, Readings, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.cpsat import engine

Allocate = Callable[[Scenario], Allocation]
ENGINES = pytest.mark.parametrize("allocate", [greedy.allocate, engine.allocate], ids=["greedy", "cp-sat"])
MEN = Event("men-500", "men", "individual", 4, 2)
WOMEN = Event("women-500", "women", "individual", 4, 2)
RELAY = Event("men-relay", "men", "relay", 3, 1)
MIXED = Event("mixed-relay", "mixed", "relay", 1, 1, team={"men": 1, "women": 1})


def small(rules: Rules, orders: dict[str, list[str]], readings: Readings) -> Scenario:
    pairs = {e: [(noc, nocs[: row + 1].count(noc)) for row, noc in enumerate(nocs)] for e, nocs in orders.items()}
    return Scenario("small", "small", "none", None, rules, readings, Standings.of(pairs))


def reasons(allocation: Allocation) -> set[tuple[str, str]]:
    return {(decision.noc, decision.reason) for decision in allocation.decisions if not decision.granted}


@ENGINES
def test_a_relay_refused_for_a_cap_on_athletes_needs_all_of_its_athletes(allocate: Allocate) -> None:
    rules = Rules(
        title="small",
        events=(RELAY,),
        total=9,
        gender_caps={"men": 7, "women": 0},
        host_events=(),
        host_clause="host",
        pathways=(RelayPlaces("P1", "relays", "one", events=("men-relay",)), QuotaPlaces("P3", "quota", "three", 4)),
    )
    allocation = allocate(small(rules, {"men-relay": ["AAA", "BBB"]}, Readings()))
    assert reasons(allocation) == {
        ("BBB", "rank 2 of men-relay; it needs 4 more athletes, and the men already need 4 of 7")
    }
    allocation = allocate(small(replace(rules, total=6), {"men-relay": ["AAA", "BBB"]}, Readings(gender_cap="nominal")))
    assert reasons(allocation) == {
        ("BBB", "rank 2 of men-relay; it needs 4 more athletes, and all NOCs already need 4 of 6")
    }


@ENGINES
def test_who_shares_a_place_in_line_is_refused_only_for_what_was_taken_before(allocate: Allocate) -> None:
    """AAA's men and BBB's women share a place. One quota place is left, but the women are at their hard cap already."""
    rules = Rules(
        title="small",
        events=(MEN, WOMEN),
        total=5,
        gender_caps={"men": 9, "women": 2},
        host_events=(),
        host_clause="host",
        pathways=(
            ParallelWalk("P2", "walk", "two", events=("men-500", "women-500")),
            QuotaPlaces("P3", "quota", "three", 2),
            Remainder("P6", "any", "six", quota_places=2, relay_only=False),
        ),
    )
    orders = {"men-500": ["AAA", "AAA"], "women-500": ["BBB", "BBB"]}
    allocation = allocate(small(rules, orders, Readings(gender_cap="hard")))
    assert allocation.status == "optimal"
    assert allocation.athletes == {"AAA": (3, 0), "BBB": (0, 2)}
    assert reasons(allocation) == {
        ("BBB", "rank unranked: the women already have 2 of 2, and the cap is read as a hard one")
    }


@ENGINES
def test_an_noc_that_lacks_one_athlete_is_told_how_many_teams_there_are(allocate: Allocate) -> None:
    """Two NOCs have a team of their own, one more than may enter; a third lacks a woman."""
    rules = Rules(
        title="small",
        events=(MEN, WOMEN, MIXED),
        total=9,
        gender_caps={"men": 9, "women": 9},
        host_events=(),
        host_clause="host",
        pathways=(
            ParallelWalk("P2", "walk", "two", events=("men-500", "women-500")),
            QuotaPlaces("P3", "quota", "three", 2),
            TeamTopUp("P4", "mixed", "four", event="mixed-relay"),
        ),
    )
    orders = {"men-500": ["AAA", "BBB", "CCC"], "women-500": ["AAA", "BBB"], "mixed-relay": ["CCC", "BBB", "AAA"]}
    allocation = allocate(small(rules, orders, Readings()))
    assert allocation.places["mixed-relay"] == {"BBB": 1}
    assert reasons(allocation) == {
        ("CCC", "it lacks one woman for mixed-relay (rank 1), which already has 2 teams"),
        ("AAA", "it has 1 man and 1 woman, but ranks behind 1 team in mixed-relay (rank 3)"),
    }
