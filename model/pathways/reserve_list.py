"""The reserve list of each event: who is next when a place is given back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from quotaproof.model.toml_schema import Identifier

from .pathway import START_PLACES, ListedPathway
from .table import FittingEvent, Number, PathwayTable, numbers


@dataclass(frozen=True, slots=True)
class ReserveList(ListedPathway):
    """The next entries of a ranked list behind those with a place, the cap per NOC counted on.

    Attributes
    ----------
    ranking
        Event -> the name of the list it goes down.
    lengths
        Event -> number of entries at most.
    first_without_places
        Whether NOCs without a place in the event come first when a place is reallocated.
    """

    kind: ClassVar[str] = "reserve-list"
    stage: ClassVar[int] = START_PLACES
    sentences: ClassVar[Mapping[str, str]] = {
        "in-reserve": "{name}, rank {rank} of the list {ranking}, has no place; number {number} of the reserve list",
    }
    ranking: Mapping[str, str] = field(default_factory=dict)
    lengths: Mapping[str, int] = field(default_factory=dict)
    first_without_places: bool = False

    @property
    def asks(self) -> tuple[tuple[str, str, str], ...]:
        """The list of each event."""
        return tuple((event, name, "ranking") for event, name in self.ranking.items())


class ReserveListTable(PathwayTable):
    """Primitive: who is next in each event, down a ranked list."""

    kind: Literal["reserve-list"]
    ranking: Annotated[dict[Identifier, Identifier], Field(min_length=1)]
    """Event -> the list that is gone down."""
    lengths: dict[Identifier, Number]
    """Event -> how many are on its reserve list, the cap per NOC counted on."""
    first_without_places: bool = False
    """Whether NOCs without a place in the event come first when one is given back."""

    def to_pathway(self, event: FittingEvent) -> ReserveList:
        """Return the pathway; errors as those of `event`."""
        ranking = {event(one, "any", "ranking"): name for one, name in self.ranking.items()}
        return ReserveList(*self.head, ranking, numbers(event, self.lengths, "lengths"), self.first_without_places)
