"""Where the solver's effort ends: what is found is said, the rest is unknown, and nothing is claimed that is not so.

Every command is asked twice on scenarios that are odd or large: as it is, and with a solver that gives up after its
first few searches. The second time it may know less and then ends with exit code 3; it may not say the contrary. More
scenarios are tried with

    QUOTAPROOF_LIMITS=60 python -m pytest tests/interface/test_limits_reached.py
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from odd_folders import odd
from ortools.sat.python import cp_model, cp_model_helper
from test_whatever_the_scenario import fault_of, tried

from quotaproof.cli import cli
from quotaproof.solver.engines.cpsat.status import AnyModel, AnySolver, BareSolver

NUMBER = int(os.environ.get("QUOTAPROOF_LIMITS", "3"))
"""Scenarios that are drawn."""
FIRST = int(os.environ.get("QUOTAPROOF_LIMITS_FIRST", "2"))
"""The first of them; of the first few only the third to the fifth leave the solver much to do."""
EFFORT = 1e-6
"""Deterministic seconds of a search that gives up."""

SOLVED = {
    "allocate",
    "verify",
    "whatif",
    "reserve",
    "explain",
    "infer",
    "season",
    "reduce",
    "compare",
    "sweep",
    "report",
}
"""Commands that ask the solver."""


@contextmanager
def giving_up_after(searches: int) -> Iterator[Counter[str]]:
    """A solver that gives up at once after so many searches; yields how many it did and gave up."""
    told: Counter[str] = Counter()

    def shortened(kind: type[AnySolver]) -> Callable[..., object]:
        solve = kind.solve

        def short(self: AnySolver, model: AnyModel, *more: Any) -> object:
            told["searches"] += 1
            if told["searches"] <= searches:
                return solve(self, model, *more)
            before, self.parameters = self.parameters, cp_model_helper.SatParameters()
            self.parameters.copy_from(before)  # they may be shared
            self.parameters.max_deterministic_time = EFFORT
            self.parameters.cp_model_presolve = False
            status = solve(self, model, *more)
            told["given up"] += status in (cp_model.UNKNOWN, cp_model.FEASIBLE)
            return status

        return short

    with pytest.MonkeyPatch.context() as patch:
        for kind in (cp_model.CpSolver, BareSolver):
            patch.setattr(kind, "solve", shortened(kind))
        yield told


@pytest.mark.parametrize("seed", range(FIRST, FIRST + NUMBER))
def test_a_command_whose_effort_ends_says_so_and_nothing_that_is_not_so(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    one = odd(seed, tmp_path)
    asked = [(name, arguments) for name, arguments in tried(one) if name in SOLVED]
    faults = []
    asked_solver = 0
    for name, arguments in asked:
        fault, code = fault_of(arguments)
        assert not fault, fault
        with giving_up_after(rng.choice([0, 0, 1, 2, 5, 20])) as told:
            fault, again = fault_of(arguments)
        asked_solver += told["searches"]
        # What is refused as it is may be answered in part before it comes to that.
        if fault or again not in ((1, 2, 3) if code == 2 else (code, 3)):
            faults.append(f"{name} {arguments}: {code}, then {again} with {dict(told)}: {fault}")
    assert not faults, "\n".join(faults)
    assert asked_solver or NUMBER > 3, "another seed asks more of the solver"


ON_SHIPPED = (
    ["verify", "beijing-2022"],
    ["verify", "beijing-2022", "--reading", "gender-cap=hard"],
    ["verify", "altered-beijing-2022"],
    ["explain", "beijing-2022", "JPN", "men", "--why-not", "men>=5"],
    ["whatif", "beijing-2022", "--decline", "GER"],
    ["season", "pyeongchang-2018", "--after", "3", "--samples", "0", "--event", "men-500", "--for", "GBR"],
    ["reduce", "speed-skating-2026"],
    ["allocate", "sochi-2014"],
)
SEARCHES = (0, 2, 12) if NUMBER > 3 else (0,)


@pytest.mark.parametrize("arguments", ON_SHIPPED, ids=" ".join)
def test_what_a_shipped_scenario_is_asked_is_unknown_where_the_effort_ends(arguments: list[str]) -> None:
    fault, code = fault_of(arguments)
    assert not fault
    assert code in (0, 1)
    for searches in SEARCHES:
        with giving_up_after(searches) as told:
            fault, again = fault_of(arguments)
        assert not fault, fault
        assert again in ((code, 3) if told["given up"] else (code,)), searches


def test_facts_are_said_to_conflict_where_which_of_them_is_not_known(tmp_path: Path) -> None:
    arguments = ["infer", str(odd(3, tmp_path).folder)]
    with giving_up_after(1) as told:
        result = CliRunner().invoke(cli, arguments)
    assert told["given up"]
    assert result.exit_code == 1
    assert "before it was known which of them contradict each other" in result.output
