"""How CP-SAT is used: what each choice that was made saves, by undoing it alone."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ortools.sat.python import cp_model, cp_model_helper

from bench.instances import beijing_size, scaled
from bench.registry import Effort, Section, milliseconds, subject, times
from bench.timing import clock, in_turns, medians
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.cpsat import engine, start_places, status, template, tiers
from quotaproof.solver.engines.cpsat.status import PLAIN_LIMIT, BareSolver, Settings

PARAMETERS: dict[str, Mapping[str, Any]] = {
    "with inprocessing": {"use_sat_inprocessing": True},
    "with a linear relaxation": {"linearization_level": 1},
    "with symmetry detection and probing": {"symmetry_level": 2, "cp_model_probing_level": 2},
    "refuted by the default search": {"search_branching": cp_model.AUTOMATIC_SEARCH},
}


@contextlib.contextmanager
def _replaced(module: object, name: str, value: object) -> Iterator[None]:
    real = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, real)


def _with(scenario: Scenario, changes: Mapping[str, Any]) -> Callable[[], object]:
    """Allocate with other parameters; the search that proposes keeps its order, without which all is different."""
    real = status.quick_solver

    def solver(settings: Settings) -> BareSolver:
        made = real(settings)
        parameters = cp_model_helper.SatParameters()
        parameters.copy_from(made.parameters)
        for name, value in changes.items():
            if name != "search_branching" or settings.limit == PLAIN_LIMIT:  # it refutes
                setattr(parameters, name, value)
        made.parameters = parameters
        return made

    def run() -> object:
        with _replaced(tiers, "quick_solver", solver):
            return engine.allocate(scenario)

    return run


def competitors(scenario: Scenario) -> dict[str, Callable[[], object]]:
    def apart() -> object:
        with _replaced(start_places, "WORTH_SPLITTING", 0):
            return engine.allocate(scenario)

    def afresh() -> object:
        template.forget_templates()
        return engine.allocate(scenario)

    def with_presolve() -> object:
        with _replaced(tiers, "as_it_stands", lambda settings: settings):
            return engine.allocate(scenario)

    return {
        "as it is": lambda: engine.allocate(scenario),
        **{name: _with(scenario, changes) for name, changes in PARAMETERS.items()},
        "refuted with presolve": with_presolve,
        "genders apart": apart,
        "a new model each time": afresh,
        "objectives in place of refutation": lambda: engine.allocate(scenario, Settings(proof="objectives")),
    }


@subject("choices", turn=15)
def run(effort: Effort) -> Sequence[Section]:
    if effort.quick:
        return []
    scenarios = {"Beijing's size": beijing_size(0), "16 times the NOCs": scaled(0, nocs=16)}
    measured = {
        where: medians(in_turns(competitors(scenario), 21 if where.startswith("B") else 3))
        for where, scenario in scenarios.items()
    }
    names = list(next(iter(measured.values())))
    rows = [
        [name, *(f"{milliseconds(own[name])} ({times(own[name] / own['as it is'])} x)" for own in measured.values())]
        for name in names
    ]
    season = scenarios["Beijing's size"]
    proposing = [_proposing(season) for _ in range(21)]
    hinted = medians({"proposing": proposing, "greedy": in_turns({"": lambda: greedy.allocate(season)}, 21)[""]})
    remark = (
        f"Proposing takes {milliseconds(hinted['proposing'])} ms of it, and a proposal by the greedy engine, "
        f"which would be a hint from outside, {milliseconds(hinted['greedy'])} ms. So there are no hints."
    )
    return [Section("Choices, each undone alone", ("CP-SAT", *(f"{where}, ms" for where in measured)), rows, [remark])]


def _proposing(scenario: Scenario) -> float:
    spent = [0.0]
    real = tiers.Stages._proposal

    def proposal(*arguments: Any) -> Any:
        begin = clock()
        found = real(*arguments)
        spent[0] += clock() - begin
        return found

    with _replaced(tiers.Stages, "_proposal", proposal):
        engine.allocate(scenario)
    return spent[0]
