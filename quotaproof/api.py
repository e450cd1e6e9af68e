"""The questions as functions: each imports its engine when it is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from quotaproof.model.allocation import Allocation, Engine
from quotaproof.model.errors import InputError
from quotaproof.model.scenario import Scenario

if TYPE_CHECKING:
    from quotaproof.solver.verify import Verification


def allocate(scenario: Scenario, engine: Engine = "cp-sat", readings: Mapping[str, str] | None = None) -> Allocation:
    """Return the allocation that the scenario's rules give.

    Parameters
    ----------
    scenario
        With complete standings.
    engine
        `cp-sat` (proved optimal in every tier, then validated) or `greedy` (the reference in plain Python).
    readings
        Readings to choose, such as ``{"gender-cap": "hard"}``; others stay as the scenario has them.

    Raises
    ------
    IncompleteError
        If the standings are not complete.
    InputError
        If the engine or a reading is unknown, or the caps leave no room for the host.
    LimitError
        If a solver limit was reached.
    """
    chosen = scenario.with_readings(readings or {})
    if engine == "greedy":
        from quotaproof.solver.greedy import allocate as greedy

        return greedy(chosen)
    if engine == "cp-sat":
        from quotaproof.solver.cpsat.engine import allocate as cpsat

        return cpsat(chosen)
    raise InputError(f"{engine!r} is not an engine; engines are cp-sat and greedy")


def verify(scenario: Scenario, readings: Mapping[str, str] | None = None) -> Verification:
    """Return whether the scenario's published table follows from its rules, what is wrong with it, and the proof.

    Parameters
    ----------
    scenario
        With a published table; the standings may be unknown in part or altogether.
    readings
        Readings to choose; others stay as the scenario has them.

    Raises
    ------
    InputError
        If there is no published table, or a reading is unknown.
    LimitError
        If a solver limit was reached before the answer was known.
    """
    from quotaproof.solver.verify import verify as solve

    return solve(scenario.with_readings(readings or {}))
