"""An entry that came in for one that was given back has a place, whoever it is: so the table must have it.

On paper here. Random scenarios have such facts too (`unknowns.masked`), held against all completions and clingo.
"""

from __future__ import annotations

import importlib.util
from dataclasses import replace

import pytest

from quotaproof.model.pathways import ParallelWalk, QuotaPlaces, RelayPlaces, TeamTopUp
from quotaproof.model.published import Published
from quotaproof.model.rules import Event, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import Fact
from quotaproof.solver.unknown.reachability import Reach

EVENTS = (
    Event("men-500", "men", "individual", 2, 1),
    Event("women-500", "women", "individual", 2, 1),
    Event("men-relay", "men", "relay", 1, 1),
    Event("mixed-relay", "mixed", "relay", 1, 1, team={"men": 1, "women": 1}),
)
PATHWAYS = (
    RelayPlaces("P1", "relays", "one", ("men-relay",)),
    ParallelWalk("P2", "walk", "two", events=("men-500", "women-500")),
    QuotaPlaces("P3", "quota", "three", 1),
    TeamTopUp("P4", "mixed", "four", event="mixed-relay"),
)
COLUMNS = (*(event.identifier for event in EVENTS), "athletes")
TABLE = Published(
    COLUMNS,
    {
        noc: dict(zip(COLUMNS, numbers, strict=True))
        for noc, numbers in {"AAA": (1, 1, 1, 1, 2), "BBB": (1, 1, 0, 0, 2), "CCC": (0, 0, 0, 0, 0)}.items()
    },
    {},
)
"""AAA and BBB have a place over each distance; AAA has the relay, and is ahead of BBB in the mixed one."""

SOMEBODY = Fact("men-500", "declined-rank", None, 2, "told")


def with_facts(*facts: Fact) -> Scenario:
    rules = Rules("single", EVENTS, 30, {"men": 15, "women": 15}, (), "host", PATHWAYS)
    return replace(Scenario("single", "single", "none", None, rules, facts=facts), published=TABLE)


def came_in(event: str, noc: str | None, rank: int) -> Fact:
    return Fact(event, "came-in-rank", noc, rank, "told")


@pytest.mark.parametrize(
    ("facts", "possible"),
    [
        # The second gave its place back, so ranks 1 and 3 have the two, and nobody else.
        ((SOMEBODY, came_in("men-500", "BBB", 3)), True),
        ((SOMEBODY, came_in("men-500", None, 3)), True),
        ((SOMEBODY, came_in("men-500", "CCC", 4)), False),
        # AAA has all it may have, so its second and third are passed over, and no other can be.
        ((SOMEBODY, came_in("men-500", None, 5)), True),
        ((SOMEBODY, came_in("men-500", None, 6)), False),
        # Each of two who came in has one.
        ((SOMEBODY, came_in("men-500", "BBB", 3), came_in("men-500", "CCC", 4)), False),
        ((came_in("mixed-relay", "AAA", 2), came_in("mixed-relay", "CCC", 3)), False),
        ((SOMEBODY, came_in("women-500", "AAA", 1), came_in("men-500", "BBB", 3)), True),
        # The relay's one place is AAA's.
        ((came_in("men-relay", "AAA", 1),), True),
        ((came_in("men-relay", "CCC", 2),), False),
        ((came_in("men-relay", None, 2),), False),
        # So is that of the mixed relay, for which rank 1 may lack athletes.
        ((came_in("mixed-relay", "AAA", 2),), True),
        ((came_in("mixed-relay", None, 2),), True),
        ((came_in("mixed-relay", "CCC", 2),), False),
        ((Fact("mixed-relay", "rank", "AAA", 1, "told"), came_in("mixed-relay", None, 2)), False),
    ],
)
def test_on_paper_the_table_has_the_place_of_who_came_in(facts: tuple[Fact, ...], possible: bool) -> None:
    scenario = with_facts(*facts)
    assert (Reach(scenario, TABLE).completion() is not None) == possible
    if importlib.util.find_spec("clingo") is not None:
        from bench.peers import unknown_standings as peer

        assert peer.reachable(scenario, TABLE) == possible
