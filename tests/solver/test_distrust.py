"""What CP-SAT proves must not depend on how it searches."""

from __future__ import annotations

import draw
import pytest

from quotaproof.model.validation import violations
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines.cpsat import engine
from quotaproof.solver.engines.cpsat.status import DEFAULT, Settings, new_solver

OTHER_SEARCHES = {
    "presolve off": Settings(presolve=False),
    "seed 1": Settings(seed=1),
    "seed 2022": Settings(seed=2022),
    "variables shuffled": Settings(shuffle=1),
    "variables shuffled otherwise": Settings(shuffle=2),
    "all of it": Settings(seed=7, presolve=False, shuffle=3),
    "proved by objectives": Settings(proof="objectives"),
    "proved by objectives, presolve off, variables shuffled": Settings(proof="objectives", presolve=False, shuffle=4),
}
SCENARIOS = {
    "sochi-2014": load_scenario("sochi-2014"),
    **{f"realistic-{seed}": draw.realistic(seed) for seed in range(8)},
    **{f"wild-{seed}": draw.wild(seed) for seed in range(10)},
    **{f"tied-{seed}": draw.tied(seed) for seed in (2, 4)},
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_allocation_does_not_depend_on_the_search(name: str) -> None:
    scenario = SCENARIOS[name]
    expected = engine.allocate(scenario)
    for search, settings in OTHER_SEARCHES.items():
        allocation = engine.allocate(scenario, settings)
        assert allocation == expected, search
        assert violations(scenario, allocation) == []


@pytest.mark.parametrize("name", ["sochi-2014", "realistic-0", "wild-0"])
def test_the_same_search_gives_the_same_bytes(name: str) -> None:
    assert repr(engine.allocate(SCENARIOS[name])) == repr(engine.allocate(SCENARIOS[name]))


def test_the_settings_reach_the_solver() -> None:
    parameters = new_solver(Settings(seed=5, presolve=False, limit=2.5)).parameters
    assert (parameters.num_workers, parameters.random_seed) == (1, 5)
    assert parameters.cp_model_presolve is False
    assert parameters.max_deterministic_time == 2.5
    assert new_solver().parameters.cp_model_presolve is True
    assert Settings() == DEFAULT
