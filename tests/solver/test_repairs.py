"""The smallest repairs of tiny tables with unknown standings, against the enumeration of every completion."""

from __future__ import annotations

import math
import os
import random
from collections.abc import Iterable

import unknowns

from quotaproof.solver.unknown.reachability import Reach
from quotaproof.solver.verify.repair import repair

MOST_COMPLETIONS = 400

DRAWS = int(os.environ.get("QUOTAPROOF_REPAIR_DRAWS", "16"))
"""Scenarios drawn; 150 once, without a difference."""


def different(one: unknowns.Key, other: unknowns.Key) -> int:
    """How many cells differ."""
    pairs = zip((cell for row in one for cell in row), (cell for row in other for cell in row), strict=True)
    return sum(a != b for a, b in pairs)


def nearest(keys: Iterable[unknowns.Key], key: unknowns.Key) -> tuple[int, set[unknowns.Key]]:
    """Return the smallest number of cells in which one of some tables differs from a table, and those tables."""
    distance = {other: different(other, key) for other in keys}
    least = min(distance.values())
    return least, {other for other, number in distance.items() if number == least}


def test_repairs_are_the_nearest_tables_of_all_that_some_completion_gives() -> None:
    judged = 0
    for seed in range(DRAWS):
        rng = random.Random(f"repairs {seed}")
        true = unknowns.truth(rng)
        scenario = unknowns.masked(rng, true)
        orders = (
            len(unknowns.possible_orders(scenario, event.identifier, true.nocs, 3)) for event in scenario.rules.events
        )
        if math.prod(orders) > MOST_COMPLETIONS:
            continue
        reachable = unknowns.reachable_tables(scenario, true.nocs, 3)
        near = unknowns.neighbours(sorted(reachable)[:20], scenario.rules)
        if not reachable or not near:
            continue
        key = rng.choice(near)
        table = unknowns.table_with(key, scenario.rules, true.nocs)
        reach = Reach(scenario, table)
        if reach.completion() is not None:
            continue
        found = repair(scenario, table, lambda other: reach.of(other).completion() is not None)  # noqa: B023
        assert found.complete, seed
        least, expected = nearest(reachable, key)
        assert found.size is not None
        assert found.size <= least, seed
        ours = {}
        for changes in found.repairs:
            mended = table.with_cells({(one.noc, one.column): one.repaired for one in changes})
            ours[unknowns.key_of(mended)] = mended
        assert found.size < least or expected <= set(ours), seed
        for other, mended in ours.items():
            assert different(other, key) == found.size, seed
            if other not in reachable:
                # Longer rankings than those enumerated may give it; then the witness must show it.
                witness = Reach(scenario, mended).completion()
                assert witness is not None, seed
                assert unknowns.fault_of(witness, scenario, mended) is None, seed
        judged += 1
    assert judged >= DRAWS // 8
