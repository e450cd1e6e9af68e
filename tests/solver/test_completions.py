"""Reachability with unknown standings against the enumeration of every completion."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import replace

import draw
import pytest
import unknowns
from ortools.sat.python import cp_model

from quotaproof.model.errors import InputError
from quotaproof.model.published import Published
from quotaproof.model.row_consistency import possible_athletes
from quotaproof.model.rules import AthletesCounted
from quotaproof.model.standings.facts import Fact
from quotaproof.solver.engines import greedy
from quotaproof.solver.unknown.completions import Completions
from quotaproof.solver.unknown.reachability import Reach

MOST_COMPLETIONS = 1500


@pytest.mark.parametrize("seeds", [range(start, start + 8) for start in range(0, 40, 8)], ids=str)
def test_a_table_is_reachable_exactly_if_some_completion_gives_it(seeds: range) -> None:
    """Rows hidden, rankings forgotten, facts kept: what is found is shown by a witness, what is not is in no list."""
    judged = 0
    for seed in seeds:
        rng = random.Random(seed)
        true = unknowns.truth(rng)
        scenario = unknowns.masked(rng, true, declines=seed % 3 == 0)
        orders = (
            len(unknowns.possible_orders(scenario, event.identifier, true.nocs, 3)) for event in scenario.rules.events
        )
        if math.prod(orders) > MOST_COMPLETIONS:
            continue
        found = list(unknowns.completions(scenario, true.nocs, 3))
        reachable = {unknowns.key_of(unknowns.table_of(one.allocation, true.nocs)) for one in found}
        near = [key for key in unknowns.neighbours(sorted(reachable)[:20], scenario.rules) if key not in reachable]
        for key in [*rng.sample(sorted(reachable), min(4, len(reachable))), *rng.sample(near, min(8, len(near)))]:
            table = unknowns.table_with(key, scenario.rules, true.nocs)
            witness = Reach(scenario, table).completion()
            judged += 1
            if key in reachable:
                assert witness is not None, (seed, key)
            elif witness is not None:
                # Longer rankings than those enumerated may give it; then the witness must show it.
                assert unknowns.fault_of(witness, scenario, table) is None, (seed, key)
    assert judged


def test_facts_on_numbers_leave_the_tables_and_quota_places_that_agree_with_them() -> None:
    """A number in a cell is the cell's, a number of athletes one that some completion of the table gives."""
    judged = Counter[str]()
    for seed in range(80):
        rng = random.Random(f"numbers {seed}")
        true = unknowns.truth(rng)
        scenario = unknowns.masked(rng, true, declines=False)
        orders = (
            len(unknowns.possible_orders(scenario, event.identifier, true.nocs, 3)) for event in scenario.rules.events
        )
        if math.prod(orders) > 300:
            continue
        for one in list(unknowns.completions(scenario, true.nocs, 3))[:3]:
            table = unknowns.table_of(one.allocation, true.nocs)
            noc = rng.choice(true.nocs)
            event = rng.choice(scenario.rules.events).identifier
            men, women = one.allocation.athletes.get(noc, (0, 0))
            has = table.cells[noc][event]
            possible = possible_athletes(scenario.rules, scenario.readings, table.cells[noc])
            for kind, column, value in (
                ("start-places", event, has),
                ("start-places", event, has + 1),
                ("athletes", "all", men + women),
                ("athletes", "all", men + women + 1),
                ("athletes", "men", men),
                ("athletes", "women", women),
                ("athletes", "men", max(m for m, _ in possible) + 1),
                ("athletes", "women", max(w for _, w in possible) + 1),
            ):
                fact = Fact(column, kind, noc, value, "told")  # type: ignore[arg-type]
                told = replace(scenario, facts=(*scenario.facts, fact))
                agrees = unknowns.explains(told, one.orders, one.allocation)
                assert (Reach(told, table).completion() is not None) == agrees, (seed, fact)
                judged[f"{kind} {agrees}"] += 1
    assert min(judged.values()) > 5
    assert len(judged) == 4


@pytest.mark.parametrize("counted", ["largest", "between", "unchecked"])
def test_a_fact_on_quota_places_holds_however_the_table_counts_athletes(counted: AthletesCounted) -> None:
    scenario = replace(draw.realistic(1), rules=replace(draw.BEIJING.rules, athletes_counted=counted))
    allocation = greedy.allocate(scenario)
    assert allocation.status == "optimal"
    noc, (men, _) = next(iter(allocation.athletes.items()))
    for told, agrees in ((men, True), (men + 1, False)):
        with_fact = replace(scenario, facts=(Fact("men", "athletes", noc, told, "told"),))
        assert (Reach(with_fact, allocation.to_published()).completion() is not None) == agrees


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_complete_standings_have_exactly_one_table(seed: int) -> None:
    """The priority form, a second encoding of the rules, gives the allocation of the greedy reference and no other."""
    rng = random.Random(seed)
    scenario = replace(draw.realistic(seed), rules=draw.BEIJING.rules.with_caps({"men": rng.randint(44, 56)}))
    allocation = greedy.allocate(scenario)
    if allocation.status == "tie":
        pytest.skip("a tie has no table")
    table = allocation.to_published()
    assert Reach(scenario, table).completion() is not None
    for _ in range(3):
        changed = _one_cell_off(rng, table)
        assert Reach(scenario, changed).completion() is None


def _one_cell_off(rng: random.Random, table: Published) -> Published:
    noc, column = rng.choice(table.nocs), rng.choice(table.columns)
    number = table.cells[noc][column]
    return table.with_cells({(noc, column): number + 1 if number == 0 else number - 1})


def test_caps_too_small_for_the_relays_are_refused_in_a_sentence() -> None:
    scenario = replace(draw.BEIJING, rules=draw.BEIJING.rules.with_caps({"men": 20}))
    table = draw.BEIJING.published
    assert table is not None
    with pytest.raises(InputError, match="too small to be judged"):
        Reach(scenario, table.with_cells({("KAZ", "men-relay"): 0})).completion()


def test_a_range_has_both_ends_whatever_was_found_first() -> None:
    """The ends of a variable's domain are not those of what is possible, and neither is the first solution."""
    model = cp_model.CpModel()
    number, chosen = model.new_int_var(1, 25, "number"), model.new_bool_var("chosen")
    model.add(number >= 3)
    model.add(number <= 9)
    for wanted in (3, 5, 9):
        completions = Completions(model)
        assert completions.some(number == wanted) is not None
        assert completions.range(number) == (3, 9)
        assert completions.range(10 - 2 * number) == (-8, 4)
        assert completions.range(number + chosen) == (3, 10)
