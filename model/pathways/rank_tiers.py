"""Start places of NOCs by their rank in a ranking of NOCs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from quotaproof.model.toml_schema import Identifier

from .pathway import START_PLACES, ListedPathway
from .sum_of_best import Tier, TierTable
from .table import FittingEvent, PathwayTable


@dataclass(frozen=True, slots=True)
class RankTiers(ListedPathway):
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
    ranking: str = ""
    events: tuple[str, ...] = ()
    tiers: tuple[Tier, ...] = ()

    @property
    def hands_out(self) -> tuple[str, ...]:
        """All of `events`."""
        return self.events

    @property
    def asks(self) -> tuple[tuple[str, str, str], ...]:
        """One list of each event."""
        return tuple((event, self.ranking, "ranking") for event in self.events)


class RankTiersTable(PathwayTable):
    """Primitive: start places of NOCs by their rank."""

    kind: Literal["rank-tiers"]
    ranking: Identifier
    """The list that is gone down: the id of a table `[[rankings]]` that has the event.
    NOCs are numbered by their best entry."""
    events: Annotated[list[Identifier], Field(min_length=1)]
    """The events it hands out."""
    tiers: Annotated[list[TierTable], Field(min_length=1)]
    """Up to and with number `at-most`, so many `places`; an NOC behind all has none."""

    def to_pathway(self, event: FittingEvent) -> RankTiers:
        """Return the pathway; errors as those of `event`."""
        events = tuple(event(one, "any", "events") for one in self.events)
        return RankTiers(*self.head, self.ranking, events, tuple(Tier(t.at_most, t.places) for t in self.tiers))
