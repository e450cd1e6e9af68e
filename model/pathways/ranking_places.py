"""Start places down a ranked list of athletes or teams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from .pathway import Pathway


@dataclass(frozen=True, slots=True)
class RankingPlaces(Pathway):
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
    ranking: str = ""
    places: Mapping[str, int] = field(default_factory=dict)
