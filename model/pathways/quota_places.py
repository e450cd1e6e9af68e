"""Quota places that follow from start places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .pathway import ENTITLED, Pathway
from .table import FittingEvent, PathwayTable


@dataclass(frozen=True, slots=True)
class QuotaPlaces(Pathway):
    """Quota places that follow from start places.

    A relay NOC has `relay_athletes`, and one more from its `bonus_from`-th individual start place on (None: never);
    another NOC the largest number of its start places over the individual events.
    """

    kind: ClassVar[str] = "quota-places"
    stage: ClassVar[int] = ENTITLED
    sentences: ClassVar[Mapping[str, str]] = {
        "needed": "{athletes:{one}} for its start places, where it had {had}",
        "needed-had": "{athletes:{one}} for its start places, which it had already",
        "relay": "{athletes:{one}} for the relay",
        "relay-bonus": "{athletes:{one}}: {base} for the relay and one for {individual:individual start place}",
        "largest": "{athletes:{one}}, the largest number of its start places in one event",
        "bonus-granted": "a further {one} for {individual:individual start place}, at rank {rank} of {relay}",
    }
    relay_athletes: int = 4
    bonus_from: int | None = None


def entitled(pathway: QuotaPlaces, individual: Sequence[int], *, has_relay: bool, counts_bonus: bool = True) -> int:
    """Return the quota places that an NOC's start places in a gender give.

    Parameters
    ----------
    individual
        Its start places in each individual event.
    counts_bonus
        Whether the one more of `bonus_from` follows from start places too.
    """
    if not has_relay:
        return max(individual, default=0)
    bonus = counts_bonus and pathway.bonus_from is not None and sum(individual) >= pathway.bonus_from
    return pathway.relay_athletes + int(bonus)


class QuotaPlacesTable(PathwayTable):
    """Primitive: quota places that follow from start places."""

    kind: Literal["quota-places"]
    relay_athletes: Annotated[int, Field(ge=1, le=20)]
    bonus_from: Annotated[int, Field(ge=1, le=100)] | None = None

    def to_pathway(self, event: FittingEvent) -> QuotaPlaces:
        """Return the pathway, which names no event."""
        return QuotaPlaces(*self.head, self.relay_athletes, self.bonus_from)
