"""The engines, each by its name: how it allocates, and how it fills the holes that declines leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import InputError
from quotaproof.model.kept import Held
from quotaproof.model.scenario import Scenario

if TYPE_CHECKING:
    from .cpsat.status import Settings


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine: how it allocates, and how it fills the holes around what is held; and the settings of its solver."""

    name: str
    allocate: Callable[[Scenario], Allocation]
    fill: Callable[[Scenario, Held], Allocation]
    settings: Settings | None


def engine(name: str, settings: Settings | None = None) -> Engine:
    """Return the engine of this name, `cp-sat` (perhaps with settings) or `greedy`; InputError for any other."""
    if name == "greedy":
        from . import greedy

        return Engine(name, greedy.allocate, greedy.fill, None)
    if name == "cp-sat":
        from .cpsat import engine as cpsat
        from .cpsat.status import DEFAULT

        chosen = settings or DEFAULT
        allocate, fill = partial(cpsat.allocate, settings=chosen), partial(cpsat.fill, settings=chosen)
        return Engine(name, allocate, fill, chosen)
    raise InputError(f"{name!r} is not an engine; engines are cp-sat and greedy")
