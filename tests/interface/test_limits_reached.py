"""Where the solver's effort ends: what is found is said, the rest is unknown, and nothing is claimed that is not so.

Every command is asked twice on scenarios that are odd or large: as it is, and with a solver that gives up after its
first few searches. The second time it may know less and then ends with exit code 3; it may not say the contrary. More
scenarios are tried with

    QUOTAPROOF_LIMITS=60 python -m pytest tests/interface/test_limits_reached.py
"""

from __future__ import annotations

import json
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
from solved_once import solved_once
from test_whatever_the_scenario import fault_of, tried

from quotaproof.api import explain
from quotaproof.cli import cli
from quotaproof.model.errors import InputError
from quotaproof.scenarios import load_scenario
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
    ["explain", "beijing-2022", "JPN", "men-500", "--why-not", "3", "--all-reasons"],
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


ALL_REASONS = ["explain", "beijing-2022", "JPN", "men", "--why-not", "5", "--all-reasons"]
"""There are too many reasons to find the smallest."""


def test_all_reasons_within_a_limit_are_some_and_the_rest_is_said_to_be_unknown() -> None:
    given = {}
    with solved_once("quotaproof.api.explain"):
        for form in ("json", "table", "markdown"):
            result = CliRunner().invoke(cli, [*ALL_REASONS, "--limit", "0.8", "--no-how-close", "--format", form])
            assert result.exit_code == 3, result.output
            given[form] = result.output
    answer = json.loads(given["json"])["why_not"]
    assert (answer["possible"], answer["reasons_complete"], answer["limit_reached"]) == (False, False, True)
    for form in ("table", "markdown"):
        assert "further minimal reasons is unknown" in " ".join(given[form].split())
    (one,) = answer["reasons"]  # the first that is minimal, since no smallest was found by then
    alone = explain(load_scenario("beijing-2022"), "JPN", "men", "men>=5", how_close=False).why_not
    assert alone is not None
    assert one["text"] == alone.to_dict()["reasons"][0]["text"]
    assert not alone.limit_reached


def test_where_the_smallest_reason_is_too_far_to_find_one_that_is_minimal_is_said() -> None:
    """A third place in the men's 500 m needs almost any of the ranks before: too many sets to go through."""
    scenario = load_scenario("sochi-2014")
    asked = ("JPN", "men-500", "men-500>=3")
    every = explain(scenario, *asked, all_reasons=True, how_close=False).why_not
    one = explain(scenario, *asked, how_close=False).why_not
    assert every is not None and one is not None
    assert (every.reasons, every.complete, every.limit_reached) == (one.reasons, False, True)


def test_a_limit_too_short_for_any_reason_leaves_it_excluded() -> None:
    for scenario, noc, target in (("beijing-2022", "JPN", "men>=5"), ("milano-cortina-2026", "FRA", "men-relay>=1")):
        answer = explain(load_scenario(scenario), noc, None, target, how_close=False, limit=1e-9)
        assert answer.why_not is not None
        assert (answer.why_not.possible, answer.why_not.reasons, answer.why_not.limit_reached) == (False, (), True)
        assert f"Why not {target} for {noc}? It is excluded; the limit of effort ended" in answer._repr_html_().replace(
            "&gt;", ">"
        )


def test_a_limit_that_is_not_reached_changes_nothing() -> None:
    scenario = load_scenario("beijing-2022")
    asked = ("JPN", "men-500", "men-500>=3")
    free = explain(scenario, *asked, all_reasons=True, how_close=False)
    assert free.why_not is not None and len(free.why_not.reasons) > 1 and free.why_not.complete
    assert explain(scenario, *asked, all_reasons=True, how_close=False, limit=1000.0) == free


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sochi-2014", "JPN", "men", "--limit", "5"], "--limit belongs to --why-not"),
        (
            ["speed-skating-2026", "JPN", "men-500", "--why-not", "3", "--limit", "5"],
            "there is none where places go down ranked lists",
        ),
        (["sochi-2014", "JPN", "men", "--why-not", "5", "--limit", "0"], "--limit"),
        (["sochi-2014", "JPN", "men", "--why-not", "5", "--limit", "nan"], "is no time"),
    ],
)
def test_a_limit_that_limits_nothing_is_refused(arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(cli, ["explain", *arguments])
    said = result.output + (str(result.exception) if isinstance(result.exception, Exception) else "")
    assert words in said
    assert result.exit_code in (1, 2)


@pytest.mark.parametrize("limit", [0.0, -1.0, float("nan")])
def test_a_limit_in_python_that_is_no_time_is_refused(limit: float) -> None:
    with pytest.raises(InputError, match="no time"):
        explain(load_scenario("sochi-2014"), "JPN", "men", "men>=5", limit=limit)
