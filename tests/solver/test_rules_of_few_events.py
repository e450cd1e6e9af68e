"""Rules of relays alone, of one gender, and with a walk per gender, where the standings are unknown."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from tiny import READINGS, tiny

from quotaproof.model.errors import InputError
from quotaproof.model.pathways import ParallelWalk, Reallocation, TeamTopUp
from quotaproof.model.rules import Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.solver.engines import greedy
from quotaproof.solver.verify.verify import verify

KINDS = {
    "relays": lambda event: event.kind == "relay",
    "men": lambda event: event.gender == "men",
    "women": lambda event: event.gender == "women",
    "two-walks": lambda event: True,
}


def few(rules: Rules, kind: str) -> Rules:
    """The rules with some of their events, and room for all relays."""
    keep = {event.identifier for event in rules.events if KINDS[kind](event)}
    pathways = []
    for pathway in rules.pathways:
        if isinstance(pathway, ParallelWalk) and kind == "two-walks":
            for gender in ("men", "women"):
                own = tuple(event for event in pathway.events if event.startswith(gender))
                pathways.append(replace(pathway, identifier=f"P2.{gender}", events=own))
        elif isinstance(pathway, TeamTopUp):
            pathways += [pathway] if pathway.event in keep else []
        elif hasattr(pathway, "events"):
            own = tuple(event for event in pathway.events if event in keep)
            pathways += [replace(pathway, events=own)] if own else []
        elif not isinstance(pathway, Reallocation):
            pathways.append(pathway)
    return replace(
        rules,
        events=tuple(event for event in rules.events if event.identifier in keep),
        pathways=tuple(pathways),
        host_events=tuple(event for event in rules.host_events if event in keep),
        total=40,
        gender_caps={"men": 20, "women": 20},
    )


def drawn(seed: int, kind: str) -> Scenario:
    given = tiny(seed, READINGS[seed % len(READINGS)])
    rules = few(given.rules, kind)
    orders = {event.identifier: given.standings.rankings[event.identifier] for event in rules.events}
    return replace(given, rules=rules, standings=Standings(orders))


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_that_the_rules_give_is_found_and_a_wrong_one_is_not(kind: str) -> None:
    right = wrong = 0
    for seed in range(12):
        scenario = drawn(seed, kind)
        try:
            allocation = greedy.allocate(scenario)
        except InputError:
            continue
        if allocation.status != "optimal" or not allocation.nocs:
            continue
        unknown = replace(scenario, standings=Standings())
        table = allocation.to_published()
        assert verify(replace(unknown, published=table)).verdict == "as-the-rules-give", seed
        right += 1
        noc = random.Random(seed).choice(list(table.nocs))
        more = table.cells[noc]["athletes"] + 15  # more than all relays and places of a gender can need
        altered = table.with_cells({(noc, "athletes"): more})
        assert verify(replace(unknown, published=altered)).verdict == "not", seed
        wrong += 1
    assert right == wrong >= 4
