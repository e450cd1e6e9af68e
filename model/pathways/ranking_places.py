"""Start places down a ranked list of athletes or teams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from .pathway import START_PLACES, ListedPlaces
from .table import FittingEvent, ListedPlacesTable


@dataclass(frozen=True, slots=True)
class RankingPlaces(ListedPlaces):
    """So many start places down one ranked list of each event.

    An entry gets a place unless it has one in the event already, its NOC has as many as the event's cap per NOC allows
    (places of earlier pathways count), or the places of this pathway are used up.
    """

    kind: ClassVar[str] = "ranking-places"
    stage: ClassVar[int] = START_PLACES
    sentences: ClassVar[Mapping[str, str]] = {
        "listed": "{name}, rank {rank} of the list {ranking}; place {number} of {places} by this pathway",
        "listed-has-place": "{name}, rank {rank} of the list {ranking}, has a place in {event} already, by {by}",
        "listed-noc-cap": (
            "{name}, rank {rank} of the list {ranking}; {noc} already has {cap}, the most an NOC may have"
        ),
        "listed-full": "{name}, rank {rank} of the list {ranking}; all {places} places go to better-ranked entries",
        "listed-tie": (
            "{name} shares rank {rank} of the list {ranking} with others, and there is no place for all of them"
        ),
    }


class RankingPlacesTable(ListedPlacesTable):
    """Primitive: start places down a ranked list of athletes or teams."""

    kind: Literal["ranking-places"]

    def to_pathway(self, event: FittingEvent) -> RankingPlaces:
        """Return the pathway; errors as those of `event`."""
        return RankingPlaces(*self.of(event))
