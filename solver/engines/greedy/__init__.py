"""The greedy reference: reads the rules as a person would, pathway by pathway, in plain Python.

An entry is accepted if the places accepted so far, this one and the host's guaranteed places keep within every cap.
Because those caps are downward closed (fewer places never break one), this gives the lexicographic optimum; the proof
is in docs/model.md. No solver is imported here, and nothing is shared with the CP-SAT engine but the data model.

`state` has what is given so far, and there is a module for the step of each kind of pathway.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from quotaproof.model.allocation import Allocation
from quotaproof.model.kept import Held, reallocation
from quotaproof.model.pathways import (
    ParallelWalk,
    Pathway,
    QuotaPlaces,
    Reallocation,
    Refused,
    RelayPlaces,
    Remainder,
    TeamTopUp,
    supported,
)
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines.ties import settle

from . import listed, quota_places, remainder, start_places, team_top_up
from .state import State, TieError

NAME = "engine greedy"


def answered_by_fill(state: State, pathway: Reallocation) -> None:
    """Declined places: `fill` begins with what is kept, and every other step knows that."""


STEPS: Mapping[type[Pathway], Callable[[Any, Any], None] | Refused] = {
    RelayPlaces: start_places.step,
    ParallelWalk: start_places.step,
    QuotaPlaces: quota_places.step,
    TeamTopUp: team_top_up.step,
    Remainder: remainder.step,
    Reallocation: answered_by_fill,
    **listed.STEPS,
}
"""What the engine does at a pathway, by its kind."""


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
    supported(NAME, scenario.rules.pathways, STEPS)
    if scenario.rules.by_lists:
        return listed.allocation(scenario)
    return settle(scenario, lambda settled: _allocation(settled, None))


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
    supported(NAME, scenario.rules.pathways, STEPS)
    reallocation(scenario.rules)
    if scenario.rules.by_lists:
        return listed.refilled(scenario, held)
    return settle(scenario, lambda settled: _allocation(settled, held))


def _allocation(scenario: Scenario, held: Held | None) -> Allocation:
    state = State(scenario, held)
    try:
        for step, pathway in supported(NAME, scenario.rules.pathways, STEPS):
            step(state, pathway)
    except TieError:
        pass
    return Allocation(
        scenario=scenario.identifier,
        rules=scenario.rules,
        engine="greedy",
        status="tie" if state.tied else "optimal",
        unique=not state.tied,
        places={event: dict(sorted(places.items())) for event, places in state.places.items()},
        awards=tuple(state.awards),
        decisions=tuple(state.decisions),
        tied=tuple(state.tied),
    )
