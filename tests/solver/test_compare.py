"""The fewest changes that lead from one table to another, against all sequences of declines on tiny scenarios."""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bench.instances import beijing_size, scaled
from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Decline
from quotaproof.model.errors import InputError
from quotaproof.model.pathways import Reallocation, Remainder, TeamTopUp
from quotaproof.model.published import ATHLETES, TOTAL, Published
from quotaproof.model.row_consistency import least_athletes
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.solver.compare import Comparison, Side, compare
from quotaproof.solver.compare.explanations import fewest
from quotaproof.solver.declines import Course, after_declines, answered
from quotaproof.solver.engines import engine
from quotaproof.solver.telling import heard_by
from quotaproof.solver.verify import decline_orders
from quotaproof.solver.verify.decline_orders import SearchEffort
from tests.explained import allocated
from tests.tiny import READINGS, tiny

NUMBER = int(os.environ.get("QUOTAPROOF_COMPARISONS", "60"))
"""Comparisons that are drawn; the environment asks for more."""
MOST = 3
"""Changes up to which all sequences are tried."""

Given = frozenset[tuple[str, str, str, int]]
"""An explanation: (kind, NOC, column, number) of each change."""


def drawn(seed: int) -> tuple[Scenario, Allocation, Published] | None:
    """A tiny scenario, what its rules give, and a table that a few changes lead to, or that nothing leads to."""
    rng = random.Random(seed)
    base = tiny(seed, rng.choice(READINGS))
    repeats = rng.choice([(), ("P4", "P5", "P6"), ("P5",)])
    pathways = (*base.rules.pathways, Reallocation("P7", "again", "seven", repeats))
    scenario = replace(base, rules=replace(base.rules, pathways=pathways))
    first = allocated(scenario)
    if first is None or not first.nocs:
        return None
    try:
        declines = [Decline(*pair, 1) for pair in rng.sample(held(first), k=min(rng.randint(0, 2), len(held(first))))]
        found = after_declines(scenario, first, declines, engine("greedy"), "sequential").allocation
    except InputError:
        return None
    if found.status == "tie":
        return None
    table = found.to_published()
    for _ in range(rng.choice([0, 0, 1, 2])):
        noc, column = rng.choice(table.nocs), rng.choice([*table.columns, ATHLETES])
        change = rng.choice([1, -1])
        table = table.with_cells({(noc, column): max(0, table.number(noc, column) + change)})
    return scenario, first, table


def held(allocation: Allocation) -> list[tuple[str, str]]:
    return [(noc, event) for event, numbers in allocation.places.items() for noc in numbers]


def answer(scenario: Scenario, first: Allocation, table: Published) -> Comparison:
    return compare(Side("a", scenario, "rules", first.to_published()), Side("b", scenario, "published", table))


def words(result: Comparison) -> set[Given]:
    """Explanations without who was only offered a place: what an NOC gave back or did not take is one number."""
    found = set()
    for changes in result.explanations or ():
        numbers: dict[tuple[str, str, str], int] = {}
        for one in changes:
            key = (one.kind, str(one.noc), ATHLETES if one.kind == "return" else one.event)
            numbers[key] = numbers.get(key, 0) + one.number
        found.add(frozenset((*key, number) for key, number in numbers.items()))
    return found


def everything(scenario: Scenario, first: Allocation, table: Published, most: int) -> dict[Given, int]:
    """Explanations with at most so many changes, by trying every sequence of declines of any NOC in any event."""
    ranks = {
        (event, entry.noc, entry.qualifier): rank
        for event, ranking in scenario.standings.rankings.items()
        for rank, entry in enumerate(ranking.entries, 1)
    }
    last = {
        event: max(
            (
                ranks.get((event, noc, k), 0)
                for noc, row in table.cells.items()
                for k in range(numbers.get(noc, 0) + 1, row[event] + 1)
            ),
            default=0,
        )
        for event, numbers in first.places.items()
    }
    found: dict[Given, int] = {}
    for declines, final in sequences(scenario, first, (), first, most):
        gave = {(one.noc, str(one.event)): int(one.number or 0) for one in declines}
        changes = {("decline", noc, event, number) for (noc, event), number in gave.items()}
        possible = True
        for (noc, event), number in gave.items():
            kept = final.number(noc, event)
            for k in range(max(kept, first.number(noc, event)) + 1, kept + number + 1):
                possible &= ranks.get((event, noc, k), last[event]) <= last[event]
        for noc, column in itertools.product(sorted({*table.nocs, *final.nocs}), table.columns):
            more = table.number(noc, column) - final.number(noc, column)
            if more > 0:
                possible &= (noc, column) not in gave
                changes.add(("invitation", noc, column, more))
            elif more < 0 and column == ATHLETES:
                again = any(isinstance(p, Reallocation) and p.repeats for p in scenario.rules.pathways)
                row = {event.identifier: final.number(noc, event.identifier) for event in scenario.rules.events}
                possible &= not again and sum(least_athletes(scenario.rules, row)) <= table.number(noc, ATHLETES)
                changes.add(("return", noc, ATHLETES, -more))
            elif more < 0:
                possible = False
        cost = sum(number for *_, number in changes)
        if possible and cost <= most:
            found[frozenset(changes)] = cost
    return found


def sequences(
    scenario: Scenario, first: Allocation, before: tuple[Decline, ...], present: Allocation, left: int
) -> Iterator[tuple[tuple[Decline, ...], Allocation]]:
    """Every sequence of declines of at most so many places, each NOC once per event, and what it leads to."""
    yield before, present
    gone = {(one.noc, one.event) for one in before}
    for noc, event in held(present):
        if (noc, event) in gone:
            continue
        for number in range(1, min(left, present.number(noc, event)) + 1):
            declines = (*before, Decline(noc, event, number))
            try:
                after = after_declines(scenario, first, declines, engine("greedy"), "sequential").allocation
            except InputError:  # the caps leave no room for the host once this place is given back
                continue
            if after.status != "tie":
                yield from sequences(scenario, first, declines, after, left - number)


def test_the_fewest_changes_are_those_of_all_sequences() -> None:
    explained = several = unexplained = invited = returned = 0
    for seed in range(NUMBER):
        case = drawn(seed)
        if case is None:
            continue
        scenario, first, table = case
        result = answer(scenario, first, table)
        if result.explanations is None:
            assert not any(one.noc != TOTAL for one in result.differences), seed
            continue
        number = result.changes
        if not result.complete or (number or 0) > MOST:
            continue
        by_hand = everything(scenario, first, table, number or 2)
        least = min(by_hand.values(), default=None)
        assert words(result) == {one for one, cost in by_hand.items() if cost == least}, seed
        assert number == least, seed
        kinds = {one.kind for changes in result.explanations for one in changes}
        explained += bool(result.explanations)
        several += len(result.explanations) > 1
        unexplained += not result.explanations
        invited += "invitation" in kinds
        returned += "return" in kinds
    assert min(explained, unexplained, invited) > NUMBER // 20, (explained, several, unexplained, invited)
    assert returned or NUMBER < 500


def many_declines(number: int, scenario: Scenario, seed: int) -> tuple[Allocation, Published]:
    """What the rules give, and the table after so many declines of NOCs that have what the rules give them."""
    rng = random.Random(seed)
    first = engine("greedy").allocate(scenario)
    course = Course(scenario, first)
    own = [pair for pair in held(first) if not scenario.rules.event(pair[1]).team]
    while len(course.steps) < number:
        as_given = [pair for pair in own if course.present.number(*pair) == first.number(*pair)]
        course = answered(course, Decline(*rng.choice(as_given), 1), engine("greedy"), "sequential")
    return first, course.present.to_published()


def like_2018(seed: int) -> Scenario:
    """Beijing's size, and rules as before 2022: men and women share nothing, and no place is left over."""
    scenario = beijing_size(seed, caps_bind=False)
    pathways = tuple(one for one in scenario.rules.pathways if not isinstance(one, TeamTopUp | Remainder))
    events = tuple(event for event in scenario.rules.events if not event.team)
    pathways = tuple(replace(one, repeats=()) if isinstance(one, Reallocation) else one for one in pathways)
    standings = Standings({event.identifier: scenario.standings.rankings[event.identifier] for event in events})
    return replace(scenario, standings=standings, rules=replace(scenario.rules, events=events, pathways=pathways))


@pytest.mark.parametrize("number", [14, 30])
def test_many_declines_are_found_and_proved_where_nothing_costs_less(number: int) -> None:
    """Their orders are so many that no search tries them all: 2 to the power of 14 states, or of 30."""
    scenario = like_2018(1)
    first, table = many_declines(number, scenario, number)
    result = answer(scenario, first, table)
    assert result.explanations
    assert (result.changes, result.complete, result.limit_reached) == (number, True, False)


def test_what_the_search_finds_before_its_limit_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """An invitation makes every way dearer than what is due, so that all orders of the declines matter."""
    scenario = like_2018(1)
    first, table = many_declines(14, scenario, 14)
    table = table.with_cells({("ZZZ", "men-500"): 1})
    monkeypatch.setattr(decline_orders, "EFFORT", 40)
    told: list[str] = []
    with heard_by(told.append):
        result = answer(scenario, first, table)
    assert (result.changes, result.complete, result.limit_reached) == (15, False, True)
    assert told[0].endswith("39 of 40 steps left") and "explanations confirmed" in told[-1]


def test_a_search_that_ends_at_its_limit_without_anything_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """What only an NOC that gave it back could have is no invitation; which orders would do is unknown at the limit."""
    scenario = next(one for one in map(with_athletes_by_order, range(1, 30)) if one is not None)
    monkeypatch.setattr(decline_orders, "EFFORT", 5)
    result = answer(*scenario)
    assert (result.explanations, result.complete, result.limit_reached) == ((), False, True)
    assert "is not proved, since the search ended at its limit" in str(result.reason)


def with_athletes_by_order(seed: int) -> tuple[Scenario, Allocation, Published] | None:
    """A table of Beijing's size after declines that the first order that comes to mind does not lead to."""
    scenario = beijing_size(seed)
    first, table = many_declines(8, scenario, seed)
    effort = SearchEffort(0)
    course = Course(scenario, first)
    found = fewest(scenario, course, table, engine("greedy"), effort)
    return None if found.ways or not found.limit_reached else (scenario, first, table)


def test_a_decline_counts_as_more_where_more_is_ranked() -> None:
    efforts = []
    for nocs in (1, 3):
        scenario = scaled(1, nocs=nocs)
        effort = SearchEffort(10)
        effort.spend(scenario)
        efforts.append(effort.left)
    assert efforts == [9, 8]
