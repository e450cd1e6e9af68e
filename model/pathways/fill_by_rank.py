"""One start place each to NOCs without any, down a ranked list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from .pathway import START_PLACES, ListedPlaces
from .table import FittingEvent, ListedPlacesTable


@dataclass(frozen=True, slots=True)
class FillByRank(ListedPlaces):
    """One start place each to NOCs that have none in the event, in the order of their best entry of a ranked list.

    Attributes
    ----------
    places
        Event -> places in all after this pathway; those of earlier pathways are among them.
    """

    kind: ClassVar[str] = "fill-by-rank"
    stage: ClassVar[int] = START_PLACES
    sentences: ClassVar[Mapping[str, str]] = {
        "next-noc": "its best entry is at rank {rank} of the list {ranking}; place {number} of {places}",
        "next-full": "its best entry is at rank {rank} of the list {ranking}; all {places} places are given",
    }


class FillByRankTable(ListedPlacesTable):
    """Primitive: one start place each to NOCs without any, down a ranked list."""

    kind: Literal["fill-by-rank"]

    def to_pathway(self, event: FittingEvent) -> FillByRank:
        """Return the pathway; errors as those of `event`."""
        return FillByRank(*self.of(event))
