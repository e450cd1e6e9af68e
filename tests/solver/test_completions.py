"""Reachability with unknown standings against the enumeration of every completion."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import draw
import pytest
import unknowns

from quotaproof.model.errors import InputError
from quotaproof.model.published import Published
from quotaproof.solver.engines import greedy
from quotaproof.solver.reach import Reach

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
