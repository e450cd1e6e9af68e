"""The effort of questions about unknown standings: what is found is said, the rest is named, Ctrl-C ends the work."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Mapping

import pytest
from click.testing import CliRunner

from quotaproof.api import verify
from quotaproof.cli import cli
from quotaproof.model.errors import LimitError
from quotaproof.model.standings.rankings import Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines.cpsat.status import Settings
from quotaproof.solver.unknown import precedences
from quotaproof.solver.unknown.reachability import Reach, cap_binds

FOUND = verify(load_scenario("beijing-2022"))

NO_END = """
from ortools.sat.python import cp_model
from quotaproof.solver.engines.cpsat.status import Settings, solved

model = cp_model.CpModel()
holes = [[model.new_bool_var("") for _ in range(13)] for _ in range(14)]
for pigeon in holes:
    model.add_bool_or(pigeon)
for one in range(14):
    for other in range(one):
        for a, b in zip(holes[one], holes[other]):
            model.add_bool_or(~a, ~b)
print("begun", flush=True)
try:
    solved(model, Settings(presolve=False, limit=1000.0))
except KeyboardInterrupt:
    print("stopped")
"""
"""Fourteen pigeons in thirteen holes, which a search by clauses does not refute in minutes."""


def test_ctrl_c_ends_a_search_and_is_no_limit() -> None:
    with subprocess.Popen([sys.executable, "-c", NO_END], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(1)
        asked = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == "stopped\n"
        assert process.wait() == 0
        assert time.monotonic() - asked < 5  # on a machine with much else to do; alone it is under a second


def test_what_the_table_implies_is_said_to_be_unknown_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precedences, "EFFORT", 0.0)
    result = verify(load_scenario("beijing-2022"))
    assert result.unknown == ("what the table says of rankings that nobody published",)
    assert result.implied == ()
    assert (result.verdict, result.readings, result.totals) == (FOUND.verdict, FOUND.readings, FOUND.totals)
    assert result.to_dict()["unknown"] == list(result.unknown)
    assert "unknown" not in FOUND.to_dict()
    answer = CliRunner().invoke(cli, ["verify", "beijing-2022"])
    assert answer.exit_code == 3
    assert "unknown: what the table says of rankings" in " ".join(answer.output.split())


def test_a_table_that_uses_up_a_cap_is_judged_event_by_event_where_no_refusal_for_the_cap_is_needed() -> None:
    """With an eighth start place ROC has five men without P5, so start places need all 56; it took 70 seconds."""
    beijing = load_scenario("beijing-2022")
    assert beijing.published is not None
    table = beijing.published.with_cells({("ROC", "men-1000"): 3, ("AUS", "men-1000"): 0})
    assert cap_binds(beijing, table)
    assert Reach(beijing, table, Settings(limit=0.2)).completion() is not None


def test_readings_that_are_not_decided_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    completion = Reach.completion
    asked: list[Mapping[str, str]] = []

    def limited(self: Reach, readings: Mapping[str, str] | None = None) -> Standings | None:
        if readings is not None and readings["gender-cap"] == "hard":
            asked.append(readings)
            raise LimitError("the solver's effort limit was reached")
        return completion(self, readings)

    monkeypatch.setattr(Reach, "completion", limited)
    result = verify(load_scenario("beijing-2022"))
    assert [values["gender-cap"] for values, _ in result.readings] == ["walk"] * 6 + ["nominal"] * 6
    assert len(asked) == 2  # the four behind the second are not tried
    (said,) = result.unknown
    assert said.startswith("whether the table can come out with gender-cap=hard")
    assert said.count("gender-cap=hard") == 6
    assert result.implied == FOUND.implied
