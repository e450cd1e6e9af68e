"""Start places of NOCs by the sum of their best results at one competition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal, NamedTuple

from pydantic import Field

from quotaproof.model.toml_schema import Identifier, TomlTable, Words

from .pathway import START_PLACES, ListedPathway
from .table import FittingEvent, Number, PathwayTable, numbers


class Tier(NamedTuple):
    """Up to and with a number, an NOC has so many places."""

    at_most: int
    places: int


class Worth(NamedTuple):
    """What a rank counts: the rank itself, but at most `most`; always `most` where `fixed`."""

    division: str
    most: int
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class SumOfBest(ListedPathway):
    """More than one start place for an NOC by the sum of its best results.

    A result is worth its rank, bounded as `worth` says for its division. An NOC with at least `best` results has as
    many places as the first tier of `sums` gives for the sum of its `best` ones; an NOC with fewer as the first tier
    of `single` gives for the rank of its best result. Only NOCs with two places or more have them by this pathway.

    Where they come to more than an event has, the NOC with the highest sum among those with more than one place loses
    one, and so on; when nobody has more than one, the highest sum loses its only place.

    Attributes
    ----------
    places
        Event -> number of places that this pathway and the one that fills up after it hand out.
    best
        How many results are added.
    """

    kind: ClassVar[str] = "sum-of-best"
    stage: ClassVar[int] = START_PLACES
    ranking: str = ""
    places: Mapping[str, int] = field(default_factory=dict)
    best: int = 2
    sums: tuple[Tier, ...] = ()
    single: tuple[Tier, ...] = ()
    worth: tuple[Worth, ...] = ()

    @property
    def hands_out(self) -> tuple[str, ...]:
        """The events of `places`."""
        return tuple(self.places)

    @property
    def asks(self) -> tuple[tuple[str, str, str], ...]:
        """One list of each event."""
        return tuple((event, self.ranking, "ranking") for event in self.places)


class TierTable(TomlTable):
    """Up to and with a number, so many places."""

    at_most: Number
    """The number up to which, and with which, it applies."""
    places: Number
    """How many places an NOC then has."""


class WorthTable(TomlTable):
    """What a rank in a division counts at most, or in any case."""

    division: Words
    """A division of `results.csv`."""
    most: Number
    """What a rank counts at most."""
    fixed: bool = False
    """Whether it counts `most` whatever the rank."""


class SumOfBestTable(PathwayTable):
    """Primitive: more than one start place for an NOC by the sum of its best results."""

    kind: Literal["sum-of-best"]
    ranking: Identifier
    """The list that is gone down: the id of a table `[[rankings]]` that has the event."""
    places: Annotated[dict[Identifier, Number], Field(min_length=1)]
    """Event -> start places that this pathway and the one which fills up hand out."""
    best: Annotated[int, Field(ge=2, le=10)] = 2
    """How many results of an NOC are added."""
    sums: Annotated[list[TierTable], Field(min_length=1)]
    """Places by the sum, for an NOC with so many results; one place or none is not of this pathway."""
    single: list[TierTable] = Field(default_factory=list)
    """Places by the best rank, for an NOC with fewer results."""
    worth: list[WorthTable] = Field(default_factory=list)
    """What a rank counts, by division; the rank itself if left out."""

    def to_pathway(self, event: FittingEvent) -> SumOfBest:
        """Return the pathway; errors as those of `event`."""
        return SumOfBest(
            *self.head,
            self.ranking,
            numbers(event, self.places, "places"),
            self.best,
            tuple(Tier(tier.at_most, tier.places) for tier in self.sums),
            tuple(Tier(tier.at_most, tier.places) for tier in self.single),
            tuple(Worth(one.division, one.most, one.fixed) for one in self.worth),
        )
