"""Allocation by ranked lists: what the steps of their pathways give, then the validator's word."""

from __future__ import annotations

from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import SolverError
from quotaproof.model.pathways import Steps
from quotaproof.model.scenario import Scenario
from quotaproof.model.validation import violations

from .listed_state import ListedState
from .state import TieError
from .status import Settings


def allocation(scenario: Scenario, settings: Settings, steps: Steps) -> Allocation:
    """Return what the lists of a scenario give, proved in every tier and validated.

    Raises
    ------
    LimitError, SolverError
        As `allocate` of the engine raises them.
    """
    state = ListedState(scenario, settings)
    try:
        for step, pathway in steps:
            step(state, pathway)
    except TieError:
        pass
    found = Allocation(
        scenario=scenario.identifier,
        rules=scenario.rules,
        engine="cp-sat",
        status="tie" if state.tied else "optimal",
        unique=not state.tied,
        places={event: dict(sorted(numbers.items())) for event, numbers in state.numbers.items()},
        awards=tuple(state.awards),
        decisions=tuple(state.decisions),
        tied=tuple(state.tied),
        optima=tuple(state.optima) if not state.tied else (),
        entries={event: tuple(placed) for event, placed in state.entries.items()},
        reserve={event: tuple(line) for event, line in state.reserve.items()},
        taken_back={event: tuple(placed) for event, placed in state.taken_back.items()},
    )
    if wrong := violations(scenario, found):
        raise SolverError(f"the validator rejects what CP-SAT answered: {wrong[0]}")
    return found
