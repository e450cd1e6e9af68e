"""The smallest repairs of tiny tables with unknown standings, against the enumeration of every completion."""

from __future__ import annotations

import math
import os
import random
from collections.abc import Iterable

import pytest
import unknowns

from quotaproof.model.errors import LimitError
from quotaproof.model.published import Published
from quotaproof.scenarios import load_scenario
from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import Settings
from quotaproof.solver.unknown.reachability import Reach
from quotaproof.solver.verify import repair as search
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


ALTERED = load_scenario("altered-beijing-2022")
"""One mark of a relay that is not what the rules give; nearly all rankings are unknown."""


class Attempts:
    """What a search for repairs tries: attempts at models as they are, and with simplifying; deterministic seconds."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.as_it_is: list[float] = []
        self.simplified = 0
        plain, full, solve = search.plain_solver, search.new_solver, search.solve
        mine: list[cp_model.CpSolver] = []

        def as_it_is(settings: Settings) -> cp_model.CpSolver:
            mine.append(plain(settings))
            return mine[-1]

        def simplified(settings: Settings) -> cp_model.CpSolver:
            self.simplified += 1
            return full(settings)

        def solved(model: cp_model.CpModel, solver: cp_model.CpSolver) -> bool:
            allowed = 0.0
            try:
                return solve(model, solver)
            except LimitError:
                allowed = solver.parameters.max_deterministic_time
                raise
            finally:
                if solver in mine:
                    self.as_it_is.append(max(allowed, solver.response_proto.deterministic_time))

        patch.setattr(search, "plain_solver", as_it_is)
        patch.setattr(search, "new_solver", simplified)
        patch.setattr(search, "solve", solved)


def test_a_glance_settles_what_is_plain_and_is_short_where_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no glance even this table takes a simplified model; with a long one a hard one takes much of the effort."""
    assert ALTERED.published is not None
    reach = Reach(ALTERED, ALTERED.published)
    tried = Attempts(monkeypatch)
    found = repair(ALTERED, ALTERED.published, lambda table: reach.of(table).completion() is not None)
    assert (found.size, found.complete, tried.simplified) == (1, True, 0)
    tried = Attempts(monkeypatch)
    assert not repair(ALTERED, ALTERED.published, lambda _: False).complete
    assert len(tried.as_it_is) > 5
    assert tried.simplified > 0
    assert max(tried.as_it_is) < search.EFFORT / 10


def test_candidates_that_are_refused_use_the_effort_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A judgement takes a sixth of it at most, whatever the solver has counted; and one refusal is not the end."""
    assert ALTERED.published is not None
    judged: list[Published] = []

    def refused(table: Published) -> bool:
        judged.append(table)
        return False

    found = repair(ALTERED, ALTERED.published, refused)
    assert 2 <= len(judged) <= 7
    assert (found.repairs, found.complete, found.excluded) == ((), False, len(judged))
    assert found.at_least > 1
