"""One start place each to NOCs without any, down a ranked list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from quotaproof.model.toml_schema import Identifier

from .pathway import START_PLACES, ListedPathway
from .table import FittingEvent, Number, PathwayTable, numbers


@dataclass(frozen=True, slots=True)
class FillByRank(ListedPathway):
    """One start place each to NOCs that have none in the event, in the order of their best entry of a ranked list.

    Attributes
    ----------
    ranking
        The name of the list.
    places
        Event -> places in all after this pathway; those of earlier pathways are among them.
    """

    kind: ClassVar[str] = "fill-by-rank"
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


class FillByRankTable(PathwayTable):
    """Primitive: one start place each to NOCs without any, down a ranked list."""

    kind: Literal["fill-by-rank"]
    ranking: Identifier
    """The list that is gone down: the id of a table `[[rankings]]` that has the event."""
    places: Annotated[dict[Identifier, Number], Field(min_length=1)]
    """Event -> start places that are given in all, those of earlier pathways included."""

    def to_pathway(self, event: FittingEvent) -> FillByRank:
        """Return the pathway; errors as those of `event`."""
        return FillByRank(*self.head, self.ranking, numbers(event, self.places, "places"))
