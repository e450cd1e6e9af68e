"""Replaying: whether a target is true of a scenario's first allocation, by the greedy reference."""

from __future__ import annotations

from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import IncompleteError, InputError
from quotaproof.model.published import ATHLETES
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines import greedy

from .target import Target


def number_of(allocation: Allocation, noc: str, column: str) -> int:
    """Return what an NOC has in a column: an event, `men`, `women` or `athletes`."""
    athletes = allocation.athletes.get(noc, (0, 0))
    if column == ATHLETES:
        return sum(athletes)
    if column in GENDERS:
        return athletes[GENDERS.index("men" if column == "men" else "women")]
    return allocation.places[column].get(noc, 0)


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
    return allocation is not None and number_of(allocation, target.noc, target.column) >= target.least
