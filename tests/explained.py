"""The allocations that tests of explanations ask about."""

from __future__ import annotations

from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import InputError
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines import greedy


def allocated(scenario: Scenario) -> Allocation | None:
    """The allocation, or None if there is nothing to explain: no room for the host, or a tie."""
    try:
        allocation = greedy.allocate(scenario)
    except InputError:
        return None
    return allocation if allocation.status == "optimal" else None
