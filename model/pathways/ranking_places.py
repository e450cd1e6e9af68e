"""Start places down a ranked list of athletes or teams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from quotaproof.model.toml_schema import Identifier

from .pathway import START_PLACES, ListedPathway
from .table import FittingEvent, Number, PathwayTable, numbers


@dataclass(frozen=True, slots=True)
class RankingPlaces(ListedPathway):
    """So many start places down one ranked list of each event.

    An entry gets a place unless it has one in the event already, its NOC has as many as the event's cap per NOC allows
    (places of earlier pathways count), or the places of this pathway are used up.

    Attributes
    ----------
    ranking
        The name of the list, such as `points`.
    places
        Event -> number of places.
    """

    kind: ClassVar[str] = "ranking-places"
    stage: ClassVar[int] = START_PLACES
    ranking: str = ""
    places: Mapping[str, int] = field(default_factory=dict)

    @property
    def hands_out(self) -> tuple[str, ...]:
        """The events of `places`."""
        return tuple(self.places)

    @property
    def asks(self) -> tuple[tuple[str, str, str], ...]:
        """One list of each event."""
        return tuple((event, self.ranking, "ranking") for event in self.places)


class RankingPlacesTable(PathwayTable):
    """Primitive: start places down a ranked list of athletes or teams."""

    kind: Literal["ranking-places"]
    ranking: Identifier
    """The list that is gone down: the id of a table `[[rankings]]` that has the event."""
    places: Annotated[dict[Identifier, Number], Field(min_length=1)]
    """Event -> number of start places. An NOC never gets more than `per-noc` of the event in all."""

    def to_pathway(self, event: FittingEvent) -> RankingPlaces:
        """Return the pathway; errors as those of `event`."""
        return RankingPlaces(*self.head, self.ranking, numbers(event, self.places, "places"))
