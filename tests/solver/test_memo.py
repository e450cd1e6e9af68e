"""What is kept of a scenario: computed once, and apart for every setting that it depends on."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from quotaproof.model.scenario import Scenario
from quotaproof.scenarios import load_scenario
from quotaproof.solver.declines import allocate_with_declines
from quotaproof.solver.engines import Engine, engine
from quotaproof.solver.engines.cpsat.status import DEFAULT, Settings
from quotaproof.solver.verify import explained_table as module
from quotaproof.solver.verify.explained_table import explained_table

OTHER = replace(DEFAULT, seed=7)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Counter[Settings]:
    """How often the reach of a table was worked out anew, by settings."""
    found: Counter[Settings] = Counter()
    real = module.Reach

    def counted(scenario: Scenario, table: object, settings: Settings) -> object:
        found[settings] += 1
        return real(scenario, table, settings)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "Reach", counted)
    return found


def test_the_table_that_stands_is_computed_once_for_each_setting(made: Counter[Settings]) -> None:
    beijing = load_scenario("beijing-2022")
    first = explained_table(beijing)
    assert explained_table(beijing) is first
    assert explained_table(beijing, OTHER) == first
    assert explained_table(beijing, OTHER) == explained_table(beijing)
    assert made == {DEFAULT: 1, OTHER: 1}


def test_a_changed_copy_is_computed_anew(made: Counter[Settings]) -> None:
    beijing = load_scenario("beijing-2022")
    explained_table(beijing)
    explained_table(replace(beijing, title="a copy"))
    assert made == {DEFAULT: 2}


def counting(by: Engine, calls: Counter[str], name: str) -> Engine:
    def allocate(scenario: Scenario) -> object:
        calls[name] += 1
        return by.allocate(scenario)

    return replace(by, allocate=allocate)  # type: ignore[arg-type]


def test_an_allocation_is_kept_apart_for_each_engine_and_setting() -> None:
    sochi, calls = load_scenario("sochi-2014"), Counter[str]()
    engines = {
        "greedy": engine("greedy"),
        "cp-sat": engine("cp-sat"),
        "cp-sat again": engine("cp-sat", DEFAULT),
        "other": engine("cp-sat", OTHER),
    }
    for _ in range(2):
        for name, by in engines.items():
            allocate_with_declines(sochi, counting(by, calls, name))
    assert calls == {"greedy": 1, "cp-sat": 1, "other": 1}
