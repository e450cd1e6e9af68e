"""Replaying: whether a target is true of a scenario's first allocation, by the greedy reference."""

from __future__ import annotations

from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import InputError
from quotaproof.model.published import ATHLETES
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.solver import greedy

from .target import Target


def number_of(allocation: Allocation, noc: str, column: str) -> int:
    """Return what an NOC has in a column: an event, `men`, `women` or `athletes`."""
    athletes = allocation.athletes.get(noc, (0, 0))
    if column == ATHLETES:
        return sum(athletes)
    if column in GENDERS:
        return athletes[GENDERS.index("men" if column == "men" else "women")]
    return allocation.places[column].get(noc, 0)


def holds(scenario: Scenario, target: Target) -> bool:
    """Return whether a target is true of the scenario's first allocation; false where only a tie might make it so."""
    try:
        return number_of(greedy.allocate(scenario), target.noc, target.column) >= target.least
    except InputError:  # the caps leave no room for the host
        return False
