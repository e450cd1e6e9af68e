"""Replaying: whether a target is true of a scenario's first allocation, by the greedy reference."""

from __future__ import annotations

from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import IncompleteError, InputError
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines import greedy

from .target import Target


def first_allocation(scenario: Scenario) -> Allocation | None:
    """Return the allocation before recorded declines; None if the caps leave no room for the host."""
    try:
        return greedy.allocate(scenario)
    except IncompleteError:
        raise
    except InputError:
        return None


def holds(scenario: Scenario, target: Target) -> bool:
    """Return whether a target is true of the scenario's first allocation; false where only a tie might make it so."""
    allocation = first_allocation(scenario)
    return allocation is not None and allocation.number(target.noc, target.column) >= target.least
