"""Start places of NOCs by the sum of their best results at one competition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, NamedTuple

from pydantic import Field

from quotaproof.model.toml_schema import TomlTable, Words

from .pathway import START_PLACES, ListedPlaces
from .table import FittingEvent, ListedPlacesTable, Number


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
class SumOfBest(ListedPlaces):
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
    sentences: ClassVar[Mapping[str, str]] = {
        "best-sum": "{number} places: its {best} best results add up to {sum}",
        "best-single": "{number} places: its only results begin with rank {rank}",
        "best-cut": (
            "{number} instead of {wanted} places: all would come to more than {places}, and its sum {sum} is high"
        ),
        "best-none": "no second place: its {best} best results add up to {sum}",
        "single-none": "no second place: its only results begin with rank {rank}",
    }
    best: int = 2
    sums: tuple[Tier, ...] = ()
    single: tuple[Tier, ...] = ()
    worth: tuple[Worth, ...] = ()


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


class SumOfBestTable(ListedPlacesTable):
    """Primitive: more than one start place for an NOC by the sum of its best results."""

    kind: Literal["sum-of-best"]
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
            *self.of(event),
            self.best,
            tuple(Tier(tier.at_most, tier.places) for tier in self.sums),
            tuple(Tier(tier.at_most, tier.places) for tier in self.single),
            tuple(Worth(one.division, one.most, one.fixed) for one in self.worth),
        )
