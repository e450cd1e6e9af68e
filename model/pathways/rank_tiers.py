"""Start places of NOCs by their rank in a ranking of NOCs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .pathway import START_PLACES, ListedEvents
from .sum_of_best import Tier, TierTable
from .table import FittingEvent, ListedEventsTable


@dataclass(frozen=True, slots=True)
class RankTiers(ListedEvents):
    """So many start places by the rank of an NOC: ranks 1 to 3 six, 4 to 10 five, and so on.

    Attributes
    ----------
    ranking
        The name of the list; its entries are NOCs, of which the first entry counts.
    events
        The events in which the NOC has so many places.
    tiers
        Up to and with a rank, so many places; behind the last tier none.
    """

    kind: ClassVar[str] = "rank-tiers"
    stage: ClassVar[int] = START_PLACES
    sentences: ClassVar[Mapping[str, str]] = {
        "rank-tier": "NOC number {rank} of the list {ranking}; each up to number {at_most} has {number}",
        "rank-none": "NOC number {rank} of the list {ranking}; places end at number {at_most}",
    }
    tiers: tuple[Tier, ...] = ()


class RankTiersTable(ListedEventsTable):
    """Primitive: start places of NOCs by their rank."""

    kind: Literal["rank-tiers"]
    tiers: Annotated[list[TierTable], Field(min_length=1)]
    """Up to and with number `at-most`, so many `places`; an NOC behind all has none."""

    def to_pathway(self, event: FittingEvent) -> RankTiers:
        """Return the pathway; errors as those of `event`."""
        return RankTiers(*self.of(event), tuple(Tier(t.at_most, t.places) for t in self.tiers))
