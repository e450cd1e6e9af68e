"""With complete standings the priority form has exactly one table: the one the greedy reference gives."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace

import draw
import pytest
from ortools.sat.python import cp_model

from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import InputError
from quotaproof.model.published import ATHLETES, Published
from quotaproof.model.rules import READING_VALUES
from quotaproof.model.scenario import Scenario
from quotaproof.solver import greedy
from quotaproof.solver.cpsat.status import new_solver, solve
from quotaproof.solver.priority import PriorityModel
from quotaproof.solver.reach import Reach, cap_binds, walk_events

READINGS = ("gender-cap", "remaining-ties", "fifth-in-walk")
ROOMY = {"total": 300, "men": 150, "women": 150}


def with_drawn_readings(scenario: Scenario, seed: int) -> Scenario:
    rng = random.Random(f"readings of {seed}")
    return scenario.with_readings({name: rng.choice(READING_VALUES[name]) for name in READINGS})


def with_binding_caps(scenario: Scenario, seed: int) -> Scenario:
    """Caps a little above what the relays need, so that individual places are refused."""
    rng = random.Random(f"caps of {seed}")
    caps = {"men": rng.randint(40, 50), "women": rng.randint(40, 56)}
    if seed % 3 == 0:
        caps["total"] = rng.randint(88, 98)
    return replace(scenario, rules=scenario.rules.with_caps(caps))


def is_reachable(scenario: Scenario, table: Published) -> bool:
    return Reach(scenario, table).completion() is not None


def some_table_but(scenario: Scenario, nocs: Iterable[str], table: Published | None) -> bool:
    """Whether the exact model, with every cell of these NOCs left open, has a table other than this one."""
    model = cp_model.CpModel()
    most = {event.identifier: event.noc_cap for event in scenario.rules.events} | {ATHLETES: scenario.rules.total}
    cells = {(noc, column): model.new_int_var(0, top, "") for noc in nocs for column, top in most.items()}
    PriorityModel(model, scenario, cells).state_rules(walk_events(scenario.rules), timing=True)
    if table is not None:
        differs = []
        for (noc, column), cell in cells.items():
            literal = model.new_bool_var("")
            model.add(cell != table.cells.get(noc, {}).get(column, 0)).only_enforce_if(literal)
            differs.append(literal)
        model.add_bool_or(differs)
    return solve(model, new_solver())


def refusals(allocation: Allocation) -> set[str]:
    return {decision.kind for decision in allocation.decisions if not decision.granted}


def judged(scenario: Scenario) -> Allocation | None:
    """The greedy allocation, compared with the priority form; None if that does not take the caps."""
    try:
        allocation = greedy.allocate(scenario)
        reachable = is_reachable(scenario, allocation.to_published())
    except InputError:
        return None
    if allocation.status == "tie":
        assert not reachable
        assert not some_table_but(scenario, scenario.nocs, None)
    else:
        assert reachable
        assert not some_table_but(scenario, scenario.nocs, allocation.to_published())
    return allocation


@pytest.mark.parametrize("chunk", range(4))
def test_no_table_but_the_greedy_one_satisfies_the_rules_of_beijing(chunk: int) -> None:
    for seed in range(chunk, 16, 4):
        scenario = with_drawn_readings(draw.realistic(seed), seed)
        if seed % 4 == 3:
            scenario = replace(scenario, rules=scenario.rules.with_caps(ROOMY))
        assert judged(scenario) is not None


@pytest.mark.parametrize("chunk", range(4))
def test_no_table_but_the_greedy_one_satisfies_the_rules_when_caps_refuse_single_places(chunk: int) -> None:
    for seed in range(100 + chunk, 124, 4):
        scenario = with_drawn_readings(with_binding_caps(draw.realistic(seed), seed), seed)
        allocation = judged(scenario)
        assert allocation is not None
        nominal = scenario.readings.gender_cap == "nominal"
        assert nominal or refusals(allocation) & {"gender-cap", "total-cap"}


@pytest.mark.parametrize("chunk", range(6))
def test_no_table_but_the_greedy_one_satisfies_any_rules(chunk: int) -> None:
    results = [judged(draw.wild(seed)) for seed in range(1000 + chunk, 1150, 6)]
    assert sum(result is not None for result in results) >= 10
    assert {result.status for result in results if result is not None} >= {"optimal"}


def test_where_the_rules_stop_at_a_tie_no_table_is_reachable() -> None:
    ties = 0
    for seed in range(2000, 2060):
        scenario = draw.wild(seed).with_readings({"remaining-ties": "refuse"})
        try:
            allocation = greedy.allocate(scenario)
            if allocation.status == "tie":
                assert not some_table_but(scenario, scenario.nocs, None)
                ties += 1
        except InputError:
            continue
    assert ties >= 3


def test_with_unsettled_ties_the_reachable_tables_are_those_of_the_orders() -> None:
    several = 0
    for seed in range(15):
        scenario = draw.tied(seed)
        orders = list(scenario.standings.settled(scenario.standings.tied_groups()))
        try:
            allocations = [greedy.allocate(replace(scenario, standings=order)) for order in orders]
            tables = {allocation.to_published().to_csv(): allocation for allocation in allocations}
            reachable = [is_reachable(scenario, allocation.to_published()) for allocation in tables.values()]
        except InputError:
            continue
        assert reachable == [allocation.status == "optimal" for allocation in tables.values()]
        several += len(tables) > 1
        if len(tables) == 1 and allocations[0].status == "optimal":
            assert not some_table_but(scenario, scenario.nocs, allocations[0].to_published())
    assert several >= 1


# One step away ----------------------------------------


def one_cell_away(rng: random.Random, table: Published) -> Iterator[Published]:
    while True:
        noc, column = rng.choice(table.nocs), rng.choice(table.columns)
        number = table.cells[noc][column] + rng.choice([-2, -1, -1, 1, 1, 2])
        if number >= 0:
            yield table.with_cells({(noc, column): number})


def one_place_moved(rng: random.Random, table: Published) -> Iterator[Published]:
    """A start place, sometimes with an athlete, goes from one NOC to another."""
    while True:
        one, other = rng.sample(table.nocs, 2)
        column = rng.choice(table.columns[:-1])
        if table.cells[one][column] == 0:
            continue
        changes = {(one, column): table.cells[one][column] - 1, (other, column): table.cells[other][column] + 1}
        if rng.random() < 0.5 and table.cells[one][ATHLETES] > 0:
            changes |= {
                (one, ATHLETES): table.cells[one][ATHLETES] - 1,
                (other, ATHLETES): table.cells[other][ATHLETES] + 1,
            }
        yield table.with_cells(changes)


def two_swapped(rng: random.Random, table: Published) -> Iterator[Published]:
    """Two NOCs swap their numbers in a column, or their whole rows."""
    while True:
        one, other = rng.sample(table.nocs, 2)
        columns = table.columns if rng.random() < 0.3 else [rng.choice(table.columns)]
        changes = {(one, column): table.cells[other][column] for column in columns}
        changes |= {(other, column): table.cells[one][column] for column in columns}
        swapped = table.with_cells(changes)
        if swapped != table:
            yield swapped


@pytest.mark.parametrize("step", [one_cell_away, one_place_moved, two_swapped])
@pytest.mark.parametrize("caps", ["given", "binding", "roomy"])
def test_a_table_one_step_away_is_not_reachable(step, caps: str) -> None:  # type: ignore[no-untyped-def]
    for seed in range(3000, 3003):
        scenario = draw.realistic(seed)
        if caps == "binding":
            scenario = with_binding_caps(scenario, seed)
        elif caps == "roomy":
            scenario = replace(scenario, rules=scenario.rules.with_caps(ROOMY))
        scenario = with_drawn_readings(scenario, seed)
        if caps != "given":
            # The reading "nominal" knows no caps, and a tie no table.
            scenario = scenario.with_readings({"gender-cap": "walk", "remaining-ties": "men-first"})
        allocation = greedy.allocate(scenario)
        if allocation.status == "tie":
            continue
        table = allocation.to_published()
        assert cap_binds(scenario, table) or caps != "binding"
        reach = Reach(scenario, table)
        assert reach.completion() is not None
        steps = step(random.Random(f"steps of {seed}"), table)
        for _ in range(12):
            assert reach.of(next(steps)).completion() is None
