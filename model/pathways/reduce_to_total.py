"""Start places taken back until the quota places fit the total."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .pathway import Pathway


@dataclass(frozen=True, slots=True)
class ReduceToTotal(Pathway):
    """While a gender has more quota places than its cap, the lowest place of the next event of a cycle goes.

    Events of a gender that fits already are passed over; a place that lowers no NOC's quota places goes all the same,
    since the cycle counts places.

    Attributes
    ----------
    cycle
        Events in turn.
    """

    kind: ClassVar[str] = "reduce-to-total"
    cycle: tuple[str, ...] = ()
