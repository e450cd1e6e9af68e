"""The engines, each by its name: how it allocates, and how it fills the holes that declines leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import InputError
from quotaproof.model.kept import Held
from quotaproof.model.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine: how it allocates, and how it fills the holes around what is held."""

    name: str
    allocate: Callable[[Scenario], Allocation]
    fill: Callable[[Scenario, Held], Allocation]


def engine(name: str) -> Engine:
    """Return the engine of this name, `cp-sat` or `greedy`; InputError for any other."""
    if name == "greedy":
        from . import greedy

        return Engine(name, greedy.allocate, greedy.fill)
    if name == "cp-sat":
        from .cpsat import engine as cpsat

        return Engine(name, cpsat.allocate, cpsat.fill)
    raise InputError(f"{name!r} is not an engine; engines are cp-sat and greedy")
