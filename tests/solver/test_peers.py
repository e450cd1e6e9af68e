"""Solvers that quotaproof does not use for an allocation, each with an encoding of its own, say the same.

The peers are those of the benchmark: answer sets (clingo), mixed-integer programs (HiGHS), and CP-SAT in stages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import draw
import pytest

from bench.instances import BEIJING, beijing_size, number_of_entries, scaled
from bench.peers import Answer, answer_sets, differences, mixed_integer, plain_cpsat
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.cpsat import engine

Peer = Callable[[Scenario], Answer]
PEERS: dict[str, tuple[Peer, range]] = {
    "clingo": (answer_sets.solve, range(16)),
    "clingo, core-guided": (lambda scenario: answer_sets.solve(scenario, ("--opt-strategy=usc",)), range(6)),
    "HiGHS": (mixed_integer.solve, range(8)),
    "plain CP-SAT": (plain_cpsat.solve, range(2)),
}
"""Each peer, and the seeds of the draws that it is given (the slower, the fewer)."""


def drawn(seed: int) -> list[Scenario]:
    """Scenarios of a seed that peers can answer: settled standings, and no tie left."""
    found = [draw.wild(seed), draw.wild(1000 + seed), draw.roomy(seed)]
    if seed % 4 == 0:
        found.append(beijing_size(seed))
    found = [replace(scenario, readings=replace(scenario.readings, fifth_in_walk="yes")) for scenario in found]
    return [scenario for scenario in found if greedy.allocate(scenario).status == "optimal"]


@pytest.mark.parametrize("name", PEERS)
def test_another_solver_gives_the_same_allocation(name: str) -> None:
    solve, seeds = PEERS[name]
    met = 0
    for seed in seeds:
        for scenario in drawn(seed):
            assert differences(solve(scenario), greedy.allocate(scenario)) == [], scenario.identifier
            met += 1
    assert met >= 2 * len(seeds)


def test_what_differs_is_told() -> None:
    scenario = draw.realistic(1)
    right = greedy.allocate(scenario)
    answer = plain_cpsat.solve(scenario)
    noc = next(iter(right.places["men-500"]))
    places = {**answer.places, "men-500": {**answer.places["men-500"], noc: 0}}
    assert len(differences(replace(answer, places=places), right)) == 1
    assert len(differences(replace(answer, athletes={}), right)) == 1


@pytest.mark.parametrize(
    "scenario",
    [
        draw.tied(0),
        replace(draw.realistic(1), readings=replace(BEIJING.readings, fifth_in_walk="no")),
        replace(draw.realistic(1), waived=frozenset({"men-500"})),
    ],
    ids=["a tie", "another reading", "a decline"],
)
@pytest.mark.parametrize("solve", [answer_sets.solve, mixed_integer.solve, plain_cpsat.solve])
def test_peers_refuse_what_they_do_not_model(solve: Peer, scenario: Scenario) -> None:
    with pytest.raises(ValueError):
        solve(scenario)


def test_instances_have_the_size_that_is_measured() -> None:
    sizes = [number_of_entries(beijing_size(seed)) for seed in range(12)]
    assert 250 <= sum(sizes) / len(sizes) <= 290
    assert len(beijing_size(0).nocs) == 23
    assert len(beijing_size(0).rules.events) == 9


@pytest.mark.parametrize("axis", ["nocs", "events", "entries"])
def test_larger_instances_have_the_same_answer_from_both_engines(axis: str) -> None:
    scenario = scaled(3, **{axis: 3})
    assert number_of_entries(scenario) > 2 * number_of_entries(scaled(3))
    assert engine.allocate(scenario).same_places(greedy.allocate(scenario))
