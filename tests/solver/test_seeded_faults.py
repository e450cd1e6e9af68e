"""Every fault that an engine could have and that moves a place is seen by the validator.

Faults in how the rules are read are seeded by giving an engine other rules than the validator; faults in the engines
themselves by replacing one of their steps.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import draw
import pytest

from quotaproof.model.allocation import Allocation, Award
from quotaproof.model.errors import InputError, SolverError
from quotaproof.model.rules import (
    Event,
    ParallelWalk,
    Pathway,
    QuotaPlaces,
    Readings,
    RelayPlaces,
    Remainder,
    Rules,
    TeamTopUp,
)
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings import Ranking, Standings
from quotaproof.model.validate import violations
from quotaproof.scenarios import load_scenario
from quotaproof.solver import greedy
from quotaproof.solver.cpsat import engine, quota, starts, tiers

EVENTS = [event.identifier for event in draw.BEIJING.rules.events]
INDIVIDUAL = [event.identifier for event in draw.BEIJING.rules.events if event.kind == "individual"]
CORPUS = [
    load_scenario("sochi-2014"),
    *(draw.realistic(seed) for seed in range(8)),
    *(draw.wild(seed) for seed in range(30)),
]

Fault = Callable[[Scenario], Scenario]


def reading(**values: Any) -> Fault:
    return lambda scenario: replace(scenario, readings=replace(scenario.readings, **values))


def wrong_reading(right: dict[str, Any], wrong: dict[str, Any]) -> Fault:
    """The fault of reading a clause in another way, where it should be read as `right` says."""

    def fault(scenario: Scenario) -> Scenario:
        as_told = all(getattr(scenario.readings, name) == value for name, value in right.items())
        return reading(**wrong)(scenario) if as_told else scenario

    return fault


def rules(change: Callable[[Rules], Rules]) -> Fault:
    return lambda scenario: replace(scenario, rules=change(scenario.rules))


def pathways(change: Callable[[Pathway], Pathway | None]) -> Fault:
    def changed(old: Rules) -> Rules:
        new = (change(pathway) for pathway in old.pathways)
        return replace(old, pathways=tuple(pathway for pathway in new if pathway is not None))

    return rules(changed)


def with_(kind: type[Pathway], **values: Any) -> Fault:
    return pathways(lambda pathway: replace(pathway, **values) if isinstance(pathway, kind) else pathway)


def of(identifier: str, **values: Any) -> Fault:
    return pathways(lambda pathway: replace(pathway, **values) if pathway.identifier == identifier else pathway)


def dropped(identifier: str) -> Fault:
    return pathways(lambda pathway: None if pathway.identifier == identifier else pathway)


def swapped(one: str, other: str) -> Fault:
    def changed(old: Rules) -> Rules:
        by_identifier = {pathway.identifier: pathway for pathway in old.pathways}
        if not {one, other} <= set(by_identifier):
            return old
        turned = {one: by_identifier[other], other: by_identifier[one]}
        return replace(old, pathways=tuple(turned.get(pathway.identifier, pathway) for pathway in old.pathways))

    return rules(changed)


def walk_order(change: Callable[[list[str]], Sequence[str]]) -> Fault:
    def changed(pathway: Pathway) -> Pathway:
        if isinstance(pathway, ParallelWalk):
            return replace(pathway, events=tuple(change(list(pathway.events))))
        return pathway

    return pathways(changed)


def turned_walk(first: str, second: str) -> Fault:
    return walk_order(lambda events: [{first: second, second: first}.get(event, event) for event in events])


def cap(name: str, by: int) -> Fault:
    """The fault of counting a cap as one more or less."""

    def changed(old: Rules) -> Rules:
        event, _, per_noc = name.partition(":")
        known = {event.identifier: event for event in old.events}
        if name == "total":
            value = old.total
        elif name in old.gender_caps:
            value = old.gender_caps[name]  # type: ignore[index]
        elif event not in known:
            return old
        else:
            value = known[event].noc_cap if per_noc else known[event].start_places
        return old.with_caps({name: max(value + by, 0)})

    return rules(changed)


def event(identifier: str, **values: Any) -> Fault:
    def changed(old: Event) -> Event:
        return replace(old, **values) if old.identifier == identifier else old

    return rules(lambda old: replace(old, events=tuple(map(changed, old.events))))


def ranking(identifier: str, change: Callable[[Ranking, int], Ranking]) -> Fault:
    def fault(scenario: Scenario) -> Scenario:
        if identifier not in scenario.standings.rankings:
            return scenario
        changed = change(scenario.standings.rankings[identifier], scenario.rules.event(identifier).start_places)
        return replace(scenario, standings=Standings({**scenario.standings.rankings, identifier: changed}))

    return fault


def backwards(old: Ranking, _cut: int) -> Ranking:
    return Ranking(tuple(reversed(old.entries)))


def without_the_best(old: Ranking, _cut: int) -> Ranking:
    return Ranking(old.entries[1:])


def turned_at_the_cut(old: Ranking, cut: int) -> Ranking:
    entries = list(old.entries)
    entries[cut - 2 : cut + 2] = reversed(entries[cut - 2 : cut + 2])
    return Ranking(tuple(entries))


def everything_host(scenario: Scenario) -> Scenario:
    return replace(scenario, host=None)


RULE_FAULTS: dict[str, Fault] = {
    "P1 dropped": dropped("P1"),
    "P2 dropped": dropped("P2"),
    "P4 dropped": dropped("P4"),
    "P5 dropped": dropped("P5"),
    "P6 dropped": dropped("P6"),
    "P5 and P6 swapped": swapped("P5", "P6"),
    "P4 and P5 swapped": swapped("P4", "P5"),
    "P4 and P6 swapped": swapped("P4", "P6"),
    "walk begins with the 1000 m of men": turned_walk("men-500", "men-1000"),
    "walk takes the 1500 m of women before the 500 m": turned_walk("women-500", "women-1500"),
    "walk takes the events backwards": walk_order(lambda events: events[::-1]),
    "one relay forgotten": with_(RelayPlaces, events=("women-relay",)),
    "one distance forgotten": walk_order(lambda events: events[1:]),
    "host ignored": everything_host,
    "host has a place in relays only": rules(
        lambda old: replace(old, host_events=tuple(name for name in old.host_events if name.endswith("-relay")))
    ),
    "host has no place in the mixed relay": rules(
        lambda old: replace(old, host_events=tuple(name for name in old.host_events if name != "mixed-relay"))
    ),
    "fifth athlete from seven start places on": with_(QuotaPlaces, bonus_from=7),
    "fifth athlete from nine start places on": with_(QuotaPlaces, bonus_from=9),
    "no fifth athlete": with_(QuotaPlaces, bonus_from=None),
    "five athletes for a relay": with_(QuotaPlaces, relay_athletes=5),
    "three athletes for a relay": with_(QuotaPlaces, relay_athletes=3),
    "mixed relay for one man and two women": event("mixed-relay", team=(1, 2)),
    "mixed relay for three of each": event("mixed-relay", team=(3, 3)),
    "P5 for six start places": of("P5", individual_places=6),
    "P5 for any number of start places": of("P5", individual_places=None),
    "P5 for three athletes": of("P5", quota_places=3),
    "P6 for seven start places only": of("P6", individual_places=7),
    "P6 for five athletes": of("P6", quota_places=5),
    "walk cap read as nominal": wrong_reading({"gender_cap": "walk"}, {"gender_cap": "nominal"}),
    "walk cap read as hard": wrong_reading({"gender_cap": "walk"}, {"gender_cap": "hard"}),
    "hard cap read as a walk cap": wrong_reading({"gender_cap": "hard"}, {"gender_cap": "walk"}),
    "hard cap read as nominal": wrong_reading({"gender_cap": "hard"}, {"gender_cap": "nominal"}),
    "nominal cap read as hard": wrong_reading({"gender_cap": "nominal"}, {"gender_cap": "hard"}),
    "fifth left out of the walk": wrong_reading({"fifth_in_walk": "yes"}, {"fifth_in_walk": "no"}),
    "fifth counted in the walk": wrong_reading({"fifth_in_walk": "no"}, {"fifth_in_walk": "yes"}),
    "men taken for first in a tie": wrong_reading({"remaining_ties": "refuse"}, {"remaining_ties": "men-first"}),
    "women taken for first in a tie": wrong_reading({"remaining_ties": "refuse"}, {"remaining_ties": "women-first"}),
    "men first instead of women": wrong_reading({"remaining_ties": "women-first"}, {"remaining_ties": "men-first"}),
    **{f"{name} cap {by:+}": cap(name, by) for name in ("total", "men", "women") for by in (1, -1)},
    **{f"{name} cap {by:+}": cap(name, by) for name in EVENTS for by in (1, -1)},
    **{f"{name} cap per NOC {by:+}": cap(f"{name}:noc", by) for name in INDIVIDUAL for by in (1, -1)},
    **{f"{name} ranked backwards": ranking(name, backwards) for name in EVENTS},
    **{f"best of {name} forgotten": ranking(name, without_the_best) for name in EVENTS},
    **{f"{name} turned at the cut": ranking(name, turned_at_the_cut) for name in EVENTS},
}


def violations_of_right_rules(scenario: Scenario, allocation: Allocation) -> list[Any]:
    """What the validator says of an allocation by other rules; its decisions are left aside, places must suffice."""
    return violations(scenario, replace(allocation, rules=scenario.rules, decisions=()))


@pytest.mark.parametrize("name", RULE_FAULTS)
def test_an_engine_with_other_rules_is_caught(name: str) -> None:
    caught: list[Scenario] = []
    for scenario in CORPUS:
        faulty = RULE_FAULTS[name](scenario)
        if faulty == scenario:
            continue
        try:
            allocation = greedy.allocate(faulty)
        except InputError:  # the fault leaves the host no room
            continue
        found = violations_of_right_rules(scenario, allocation)
        right = greedy.allocate(scenario)
        if {allocation.status, right.status} == {"optimal"} and not allocation.same_places(right):
            assert found
        if found:
            caught.append(scenario)
    assert caught
    for scenario in caught[:2]:
        allocation = engine._allocate_unchecked(RULE_FAULTS[name](scenario))  # type: ignore[attr-defined]
        assert violations_of_right_rules(scenario, allocation)
