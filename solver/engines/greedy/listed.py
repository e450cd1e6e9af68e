"""Allocation by ranked lists: what the steps of their pathways give."""

from __future__ import annotations

from quotaproof.model.allocation import Allocation
from quotaproof.model.pathways import Steps
from quotaproof.model.scenario import Scenario

from .listed_state import ListedState
from .state import TieError


def allocation(scenario: Scenario, steps: Steps) -> Allocation:
    """Return what the lists of a scenario give."""
    state = ListedState(scenario)
    try:
        for step, pathway in steps:
            step(state, pathway)
    except TieError:
        pass
    return Allocation(
        scenario=scenario.identifier,
        rules=scenario.rules,
        engine="greedy",
        status="tie" if state.tied else "optimal",
        unique=not state.tied,
        places={event: dict(sorted(numbers.items())) for event, numbers in state.numbers.items()},
        awards=tuple(state.awards),
        decisions=tuple(state.decisions),
        tied=tuple(state.tied),
        entries={event: tuple(placed) for event, placed in state.entries.items()},
        reserve={event: tuple(line) for event, line in state.reserve.items()},
        taken_back={event: tuple(placed) for event, placed in state.taken_back.items()},
    )
