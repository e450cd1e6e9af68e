"""Start places taken back until the quota places fit the total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from quotaproof.model.toml_schema import Identifier

from .pathway import LEFT_OVER, ListedPathway
from .table import FittingEvent, PathwayTable


@dataclass(frozen=True, slots=True)
class ReduceToTotal(ListedPathway):
    """While a gender has more quota places than its cap, the lowest place of the next event of a cycle goes.

    Events of a gender that fits already are passed over; a place that lowers no NOC's quota places goes all the same,
    since the cycle counts places. Where those with the lowest places share a rank nobody can say whose goes, and how
    many go may depend on it, so there is no allocation until a draw is on record.

    Attributes
    ----------
    cycle
        Events in turn.
    """

    kind: ClassVar[str] = "reduce-to-total"
    stage: ClassVar[int] = LEFT_OVER
    sentences: ClassVar[Mapping[str, str]] = {
        "taken-back": "{name} had the last place of {event}, and the {gender} had more than {cap} quota places",
    }
    cycle: tuple[str, ...] = ()

    def nobody_knows(self, names: Sequence[str], rank: int, event: str) -> str:
        """Return the sentence that the order in which places go is not decided."""
        who = f"{', '.join(names[:-1])} and {names[-1]}"
        return (
            f"{who} share rank {rank} in {event}, and by {self.identifier} a place of theirs is taken back for the "
            "total; nothing says whose goes first, so record a draw"
        )


class ReduceToTotalTable(PathwayTable):
    """Primitive: start places taken back in turn until the quota places fit."""

    kind: Literal["reduce-to-total"]
    cycle: Annotated[list[Identifier], Field(min_length=1)]
    """Individual events whose lowest place goes, in turn; those of a gender that fits are passed over."""

    def to_pathway(self, event: FittingEvent) -> ReduceToTotal:
        """Return the pathway; errors as those of `event`."""
        return ReduceToTotal(*self.head, tuple(event(one, "any", "cycle") for one in self.cycle))
