"""Reasons of refusals: together they exclude, and without any one of them the outcome is possible.

Two hundred refusals are drawn; the suite tries some, and all with QUOTAPROOF_FULL=1.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import draw
import pytest
from explained import allocated

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import MoveEntry, apply
from quotaproof.model.errors import InputError
from quotaproof.model.published import ATHLETES
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.cpsat.status import QUICK, Settings
from quotaproof.solver.explain.places import PlacesTheory
from quotaproof.solver.explain.reasons import Reason, reason
from quotaproof.solver.explain.starts import StartTheory, start_pathway
from quotaproof.solver.explain.target import Target, most_places
from quotaproof.solver.explain.theory import Theory

FULL = os.environ.get("QUOTAPROOF_FULL") == "1"
REFUSALS = 200
NUMBERS = list(range(REFUSALS)) if FULL else [*range(1, REFUSALS, 20), *range(8, REFUSALS, 48)]
OTHER_SEARCH = Settings(seed=11, presolve=False)
OTHER_SEARCH_FOR_QUOTA_PLACES = Settings(seed=11, probing=2) if FULL else replace(QUICK, seed=11)
"""Without presolve their model takes minutes."""

SOCHI = replace(load_scenario("sochi-2014"), declines=())


@cache
def drawn(name: str, seed: int) -> tuple[Scenario, Allocation | None]:
    scenario = SOCHI if name == "sochi" else getattr(draw, name)(seed)
    return scenario, allocated(scenario)


@cache
def refusal(number: int) -> tuple[Scenario, Allocation, Target]:
    """Draw a target that is just out of reach: start places and quota places in turn."""
    rng = random.Random(f"refusal {number}")
    while True:
        name = rng.choice(["sochi", "realistic", "roomy", "roomy", "wild"])
        scenario, allocation = drawn(name, rng.randint(0, 30))
        if allocation is None:
            continue
        starts = [
            e.identifier for e in scenario.rules.events if start_pathway(scenario.rules, e.identifier) is not None
        ]
        teams = [event.identifier for event in scenario.rules.events if event.team]
        column = rng.choice(starts if number % 2 else [*GENDERS, ATHLETES, *teams])
        noc = rng.choice(scenario.nocs)
        least = allocation.number(noc, column) + 1
        if least <= most_places(scenario.rules, column):
            return scenario, allocation, Target(noc, column, least)


def theory_of(number: int, settings: Settings = QUICK) -> Theory:
    scenario, allocation, target = refusal(number)
    if start_pathway(scenario.rules, target.column) is not None:
        return StartTheory(scenario, allocation, target, settings)
    return PlacesTheory(scenario, allocation.to_published(), target, published=False, settings=settings)


@cache
def reason_of(number: int) -> Reason:
    found = reason(theory_of(number))
    assert found is not None
    return found


def chosen_from(theory: Theory, found: Reason) -> list[int]:
    keys = {element.key for element in found.elements}
    return [n for n, element in enumerate(theory.elements) if element.key in keys]


def assert_minimal(theory: Theory, chosen: list[int]) -> None:
    assert not theory.possible(chosen)
    for left_out in chosen:
        assert theory.possible([n for n in chosen if n != left_out]), theory.elements[left_out].text


@pytest.mark.parametrize("number", NUMBERS)
def test_without_any_one_element_the_outcome_is_possible_by_another_search(number: int) -> None:
    theory = theory_of(number, OTHER_SEARCH if number % 2 else OTHER_SEARCH_FOR_QUOTA_PLACES)
    assert_minimal(theory, chosen_from(theory, reason_of(number)))


@pytest.mark.parametrize("number", NUMBERS[::5])
def test_elements_in_another_order_give_a_minimal_reason_too(number: int) -> None:
    theory = theory_of(number)
    order = list(range(len(theory.elements)))
    random.Random(number).shuffle(order)
    theory.elements = [theory.elements[n] for n in order]
    theory.literals = [theory.literals[n] for n in order]
    found = reason(theory)
    assert found is not None
    other = theory_of(number)
    assert_minimal(other, chosen_from(other, found))


# Start places, in real standings --------------------------------------------------------------------------------------


def full_events() -> Iterator[int]:
    """Refusals whose reason is that better-ranked entries fill the event."""
    for number in NUMBERS if FULL else range(1, REFUSALS, 10):
        theory = theory_of(number)
        if isinstance(theory, StartTheory) and not theory.by_record:
            keys = {element.key[0] for element in reason_of(number).elements}
            if "places" in keys and "walk" in keys:
                yield number


def test_at_any_rank_of_the_reason_the_noc_would_have_the_place() -> None:
    """The reference moves the first entry without a place to each such rank behind the NOC's own better entries."""
    moved = 0
    for number in full_events():
        scenario, allocation, target = refusal(number)
        bare = replace(scenario, declines=())
        own = [d for d in allocation.decisions if (d.noc, d.event) == (target.noc, target.column) and d.qualifier]
        refused = next((d for d in own if not d.granted), None)
        if refused is None:
            continue
        for element in reason_of(number).elements:
            rank = element.data.get("rank")
            if element.kind != "rank" or not isinstance(rank, int):
                continue
            try:
                move = MoveEntry(target.noc, target.column, rank, refused.qualifier or 1)
                changed = greedy.allocate(apply(bare, [move]))
            except InputError:  # the NOC's own better entry is behind
                continue
            assert changed.number(target.noc, target.column) >= target.least, (number, rank)
            moved += 1
    assert moved > 50


def test_whoever_holds_the_ranks_outside_the_reason_the_noc_does_not_have_the_place() -> None:
    """The reference on drawn rankings: what is not in the reason is anybody's, caps on athletes aside."""
    tried = 0
    for number in full_events():
        scenario, _, target = refusal(number)
        rng = random.Random(number)
        held = {e.data["rank"]: str(e.data["noc"]) for e in reason_of(number).elements if "rank" in e.data}
        length = len(scenario.standings.rankings[target.column].entries)
        keys = {element.key[0] for element in reason_of(number).elements}
        most = sum(e.noc == target.noc for e in scenario.standings.rankings[target.column].entries)
        loose = scenario.rules.with_caps({"total": 999, "men": 999, "women": 999})
        for _ in range(8):
            nocs = [held.get(rank) or rng.choice([target.noc, *scenario.nocs]) for rank in range(1, length + 3)]
            own = [row for row, noc in enumerate(nocs) if noc == target.noc and row + 1 not in held]
            surplus = nocs.count(target.noc) - most if "no-further" in keys else 0
            for row in rng.sample(own, max(0, min(surplus, len(own)))):
                nocs[row] = "XXX"
            order = [(noc, nocs[: row + 1].count(noc)) for row, noc in enumerate(nocs)]
            rankings = {**scenario.standings.rankings, **Standings.of({target.column: order}).rankings}
            changed = replace(scenario, rules=loose, standings=Standings(rankings), declines=())
            # Without the clause of the host among the reasons it is open whether a place is kept for it.
            for host in {scenario.host, scenario.host if "host" in keys or target.noc == scenario.host else None}:
                allocation = greedy.allocate(replace(changed, host=host))
                assert allocation.number(target.noc, target.column) < target.least, number
            tried += 1
    assert tried > 20
