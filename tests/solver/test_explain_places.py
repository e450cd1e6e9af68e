"""Why not more quota places: the theory of what follows from start places, against enumeration and the allocation."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace

import brute
import draw
import pytest
import unknowns
from explained import allocated
from tiny import READINGS, tiny

from quotaproof.model.allocation import Allocation
from quotaproof.model.kept import entitled, row_of
from quotaproof.model.published import ATHLETES
from quotaproof.model.rules import GENDERS, Gender
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.solver.explain.places import PlacesTheory
from quotaproof.solver.explain.reasons import reason
from quotaproof.solver.explain.target import Target, most_places

MOST_COMPLETIONS = 600


def columns(scenario: Scenario) -> list[str]:
    return [*GENDERS, ATHLETES, *(event.identifier for event in scenario.rules.events if event.team)]


def theory_of(scenario: Scenario, allocation: Allocation, target: Target) -> PlacesTheory:
    return PlacesTheory(scenario, allocation.to_published(), target, published=False)


# Complete standings ---------------------------------------------------------------------------------------------------


def assert_exact(scenario: Scenario, sample: int) -> None:
    """All facts and clauses together exclude exactly what the allocation does not have."""
    allocation = allocated(scenario)
    if allocation is None:
        return
    pairs = list(itertools.product(scenario.nocs, columns(scenario)))
    for noc, column in random.Random(scenario.identifier).sample(pairs, min(sample, len(pairs))):
        has, most = allocation.number(noc, column), most_places(scenario.rules, column)
        assert has <= most
        for least in range(max(1, has), min(has + 1, most) + 1):
            theory = theory_of(scenario, allocation, Target(noc, column, least))
            assert theory.possible(range(len(theory.elements))) == (has >= least), (scenario, noc, column, least)


@pytest.mark.parametrize("readings", READINGS[::3], ids=lambda readings: "-".join(readings.values()))
def test_all_facts_together_exclude_exactly_what_a_tiny_allocation_does_not_have(readings: dict[str, str]) -> None:
    for seed in range(8):
        assert_exact(tiny(seed, readings), 3)


@pytest.mark.parametrize("kind", ["realistic", "roomy", "wild"])
def test_all_facts_together_exclude_exactly_what_a_drawn_allocation_does_not_have(kind: str) -> None:
    for seed in range(6 if kind == "roomy" else 3):
        assert_exact(getattr(draw, kind)(seed), 4)


@pytest.mark.parametrize("seed", [1, 7, 10, 11, 13])
def test_ties_that_change_nothing_leave_the_allocation_explained(seed: int) -> None:
    assert_exact(draw.tied(seed), 5)


# The naive twin -------------------------------------------------------------------------------------------------------

FILLERS = tuple(f"Y{letter}{letter}" for letter in "ABCDEFGH")


def orders(scenario: Scenario, event: str, free: set[str], behind: int) -> Iterator[list[tuple[str, int]]]:
    """Every order of a relay in which some NOCs stand anywhere or nowhere; nobody's ranks are somebody else's."""
    known = {rank: noc for rank, (noc, _) in enumerate(scenario.standings.rankings[event].claims(), 1)}
    held = {rank: noc for rank, noc in known.items() if noc not in free}
    open_ranks = [rank for rank in range(1, len(known) + behind + 1) if rank not in held]
    for chosen in itertools.product([*open_ranks, None], repeat=len(free)):
        ranks = [rank for rank in chosen if rank is not None]
        if len(set(ranks)) < len(ranks):
            continue
        at = held | {rank: noc for rank, noc in zip(chosen, sorted(free), strict=True) if rank is not None}
        fillers = iter(FILLERS)
        yield [(at[rank] if rank in at else next(fillers), 1) for rank in range(1, max(at, default=0) + 1)]


def rows(scenario: Scenario, gender: Gender) -> Iterator[Mapping[str, int]]:
    """Every number of start places that an NOC can have in the events of a gender."""
    events = [event for event in scenario.rules.events if event.gender == gender]
    for numbers in itertools.product(*(range(event.noc_cap + 1) for event in events)):
        yield dict(zip((event.identifier for event in events), numbers, strict=True))


def some_completion_has(
    scenario: Scenario, allocation: Allocation, target: Target, free: set[tuple[str, str]], row: tuple[str, Gender]
) -> bool:
    """Return whether the target comes out of some start places of one NOC and gender, and of some free ranks."""
    relays = [event.identifier for event in scenario.rules.events if event.kind == "relay"]
    loose = [{noc for event, noc in free if event == relay} for relay in relays]
    rankings = [list(orders(scenario, r, nocs, 2) if nocs else [None]) for r, nocs in zip(relays, loose, strict=True)]
    noc, gender = row
    for numbers in rows(scenario, gender):
        places = {event: {n: k for n, k in own.items() if k} for event, own in allocation.places.items()}
        for event, number in numbers.items():
            places[event] = {
                **{n: k for n, k in places[event].items() if n != noc},
                **({noc: number} if number else {}),
            }
        for combination in itertools.product(*rankings):
            changed = {relay: order for relay, order in zip(relays, combination, strict=True) if order is not None}
            standings = Standings({**scenario.standings.rankings, **Standings.of(changed).rankings})
            if _gives(replace(scenario, standings=standings), places, target):
                return True
    return False


def _gives(scenario: Scenario, places: Mapping[str, Mapping[str, int]], target: Target) -> bool:
    own = {event: dict(numbers) for event, numbers in places.items()}
    for event in scenario.rules.events:
        if event.team:
            own[event.identifier] = {}
    if not _within_caps(scenario, own):
        return False
    answer = brute.quota_places(scenario, own)
    if answer.tied:
        return False
    if target.column in own:
        return own[target.column].get(target.noc, 0) >= target.least
    number = sum(
        n for (_, noc, gender), n in answer.awards.items() if noc == target.noc and target.column in (gender, ATHLETES)
    )
    return number >= target.least


def _within_caps(scenario: Scenario, places: Mapping[str, Mapping[str, int]]) -> bool:
    """Whether what follows from start places keeps within the total and the caps that are read as hard ones."""
    nocs = {noc for numbers in places.values() for noc in numbers}
    counts_bonus = scenario.readings.fifth_in_walk == "yes"
    needed = {
        gender: sum(entitled(scenario.rules, row_of(places, noc), gender, counts_bonus=counts_bonus) for noc in nocs)
        for gender in GENDERS
    }
    caps = scenario.rules.gender_caps if scenario.readings.gender_cap == "hard" else {}
    return sum(needed.values()) <= scenario.rules.total and all(needed[gender] <= cap for gender, cap in caps.items())


@pytest.mark.parametrize("seeds", [range(start, start + 15) for start in range(0, 60, 15)], ids=str)
def test_open_start_places_and_ranks_exclude_a_target_exactly_if_enumeration_does(seeds: range) -> None:
    """One NOC's start places in a gender and one or two ranks are open; everything else is a fact."""
    met: set[bool] = set()
    for seed in seeds:
        for readings in READINGS[seed % 6 :: 6]:
            scenario = tiny(seed, readings)
            allocation = allocated(scenario)
            if allocation is None:
                continue
            rng = random.Random(f"{seed} {sorted(readings.items())}")
            noc, column = rng.choice(scenario.nocs), rng.choice(columns(scenario))
            least = allocation.number(noc, column) + 1
            if least > most_places(scenario.rules, column):
                continue
            target = Target(noc, column, least)
            theory = theory_of(scenario, allocation, target)
            ranks = [(key[1], key[2]) for key in (element.key for element in theory.elements) if key[0] == "rank"]
            free = set(rng.sample(ranks, min(len(ranks), rng.choice([1, 2]))))
            row = (rng.choice([noc, *scenario.nocs]), rng.choice(GENDERS))
            left_out = {("rank", *one) for one in free} | {("places", *row)}
            chosen = [n for n, element in enumerate(theory.elements) if element.key not in left_out]
            expected = some_completion_has(scenario, allocation, target, free, row)
            assert theory.possible(chosen) == expected, (seed, readings, target, free, row)
            met.add(expected)
    assert met == {True, False}


# Unknown standings ----------------------------------------------------------------------------------------------------


def tables(seed: int) -> Iterator[tuple[Scenario, list[Allocation], random.Random]]:
    """Two tables that a scenario with unknown standings can have, each with all allocations that give it."""
    rng = random.Random(seed)
    true = unknowns.truth(rng, loose=seed % 4 == 0)
    scenario = unknowns.masked(rng, true, declines=seed % 3 == 0)
    if unknowns.work(scenario, true.nocs, 3) > MOST_COMPLETIONS:
        return
    by_table: dict[unknowns.Key, list[Allocation]] = {}
    for one in unknowns.completions(scenario, true.nocs, 3):
        by_table.setdefault(unknowns.key_of(unknowns.table_of(one.allocation, true.nocs)), []).append(one.allocation)
    for key in rng.sample(sorted(by_table), min(2, len(by_table))):
        table = unknowns.table_with(key, scenario.rules, true.nocs)
        yield replace(scenario, published=table), by_table[key], rng


@pytest.mark.parametrize("seeds", [range(start, start + 10) for start in range(0, 40, 10)], ids=str)
def test_a_table_and_known_facts_exclude_exactly_what_no_completion_has(seeds: range) -> None:
    judged = 0
    for seed in seeds:
        for scenario, allocations, rng in tables(seed):
            table = scenario.published
            assert table is not None
            for noc, column in rng.sample(list(itertools.product(table.nocs, columns(scenario))), 5):
                most = max(allocation.number(noc, column) for allocation in allocations)
                for least in range(max(1, most), min(most + 1, most_places(scenario.rules, column)) + 1):
                    target = Target(noc, column, least)
                    theory = PlacesTheory(scenario, table, target, published=True, own_cell=True)
                    assert theory.possible(range(len(theory.elements))) == (most >= least), (seed, target)
                    judged += 1
    assert judged > 20


@pytest.mark.parametrize("seeds", [range(12), range(12, 24)], ids=str)
def test_what_is_minimal_without_the_clause_of_the_relays_is_minimal_with_it(seeds: range) -> None:
    compared = 0
    for seed in seeds:
        for scenario, allocations, rng in tables(seed):
            table = scenario.published
            assert table is not None
            noc, column = rng.choice(table.nocs), rng.choice(columns(scenario))
            least = max(allocation.number(noc, column) for allocation in allocations) + 1
            if least > most_places(scenario.rules, column):
                continue
            target = Target(noc, column, least)
            found = reason(PlacesTheory(scenario, table, target, published=True, relays=False))
            if found is None:
                continue
            theory = PlacesTheory(scenario, table, target, published=True)
            keys = {element.key for element in found.elements}
            chosen = [n for n, element in enumerate(theory.elements) if element.key in keys]
            assert not theory.possible(chosen)
            assert all(theory.possible([n for n in chosen if n != left_out]) for left_out in chosen)
            compared += 1
    assert compared
