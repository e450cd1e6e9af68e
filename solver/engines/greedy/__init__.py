"""The greedy reference: reads the rules as a person would, pathway by pathway, in plain Python.

An entry is accepted if the places accepted so far, this one and the host's guaranteed places keep within every cap.
Because those caps are downward closed (fewer places never break one), this gives the lexicographic optimum; the proof
is in docs/model.md. No solver is imported here, and nothing is shared with the CP-SAT engine but the data model.

`state` has what is given so far, and there is a module for the step of each kind of pathway.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from quotaproof.model.allocation import Allocation
from quotaproof.model.kept import Held, reallocation
from quotaproof.model.pathways import (
    EngineStep,
    NocQuota,
    ParallelWalk,
    Pathway,
    Reallocation,
    Refused,
    RelayPlaces,
    Steps,
    steps_in,
    supported,
)
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines.ties import settle

from . import listed_reallocation, start_places
from .listed_state import ListedState
from .state import State, TieError

NAME = "engine greedy"


def answered_by_fill(state: State, pathway: Reallocation) -> None:
    """Declined places: `fill` begins with what is kept, and every other step knows that."""


STEPS: Mapping[type[Pathway], EngineStep | Refused] = {
    **steps_in(__name__, lambda module: module.step),
    RelayPlaces: start_places.step,
    ParallelWalk: start_places.step,
    Reallocation: answered_by_fill,
}
"""What the engine does at a pathway, by its kind: the `step` of the module named after it, unless kinds share one."""


def allocate(scenario: Scenario) -> Allocation:
    """Return the allocation that the rules give for complete standings.

    Raises
    ------
    IncompleteError
        If the standings are not complete.
    UnsupportedError
        If the rules have a kind of pathway that this engine does not know.
    InputError
        If the caps leave no room for the host's guaranteed places.
    LimitError
        If too many orders of tied entries would have to be tried.
    """
    scenario.require_complete()
    steps = supported(NAME, scenario.pathways, STEPS)
    if scenario.rules.by_lists:
        return _allocation(ListedState(scenario), steps)
    return settle(scenario, lambda settled: _allocation(State(settled), steps))


def fill(scenario: Scenario, held: Held) -> Allocation:
    """Return the allocation after the holes around what is held are filled (pathway of kind reallocation).

    Each hole is offered down the ranking; quota places left over then go through the pathways that are repeated.

    Raises
    ------
    InputError
        If the rules have no reallocation pathway.
    IncompleteError, LimitError
        As `allocate`.
    """
    scenario.require_complete()
    steps = supported(NAME, scenario.pathways, STEPS)
    reallocation(scenario.rules)
    if scenario.rules.by_lists:
        state = listed_reallocation.refilled(ListedState(scenario), held)
        return _allocation(state, [(step, kind) for step, kind in steps if isinstance(kind, NocQuota)])
    return settle(scenario, lambda settled: _allocation(State(settled, held), steps), held)


def _allocation(state: State | ListedState, steps: Steps) -> Allocation:
    try:
        for step, pathway in steps:
            step(state, pathway)
    except TieError:
        pass
    found = Allocation(
        scenario=state.scenario.identifier,
        rules=state.rules,
        engine="greedy",
        status="tie" if state.tied else "optimal",
        unique=not state.tied,
        places={event: dict(sorted(places.items())) for event, places in state.places.items()},
        awards=tuple(state.awards),
        decisions=tuple(state.decisions),
        tied=tuple(state.tied),
    )
    if isinstance(state, State):
        return found
    return replace(
        found,
        entries={event: tuple(placed) for event, placed in state.entries.items()},
        reserve={event: tuple(line) for event, line in state.reserve.items()},
        taken_back={event: tuple(placed) for event, placed in state.taken_back.items()},
    )
