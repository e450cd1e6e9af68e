"""Start places of NOCs by the rank of their third, second and first entry of a ranked list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, NamedTuple

from pydantic import Field

from quotaproof.model.toml_schema import Identifier, TomlTable

from .pathway import START_PLACES, ListedPathway
from .table import FittingEvent, Number, PathwayTable


class EntryTier(NamedTuple):
    """So many NOCs, by the rank of their `entry`-th entry, have `entry` places."""

    entry: int
    nocs: int


@dataclass(frozen=True, slots=True)
class KthEntryTiers(ListedPathway):
    """So many NOCs with three places by the rank of their third entry, then so many with two, then with one.

    An NOC that has places by one tier is passed over in the next.

    Attributes
    ----------
    ranking
        The name of the list.
    events
        Where the tiers apply, each event by its own list.
    tiers
        In order, the most places first.
    """

    kind: ClassVar[str] = "kth-entry-tiers"
    stage: ClassVar[int] = START_PLACES
    ranking: str = ""
    events: tuple[str, ...] = ()
    tiers: tuple[EntryTier, ...] = ()

    @property
    def hands_out(self) -> tuple[str, ...]:
        """All of `events`."""
        return self.events

    @property
    def asks(self) -> tuple[tuple[str, str, str], ...]:
        """One list of each event."""
        return tuple((event, self.ranking, "ranking") for event in self.events)


class EntryTierTable(TomlTable):
    """So many NOCs by the rank of their `entry`-th entry."""

    entry: Number
    """Which of its entries counts, and how many places the NOC then has."""
    nocs: Number
    """How many NOCs have them."""


class KthEntryTiersTable(PathwayTable):
    """Primitive: start places of NOCs by the rank of their third, second and first entry."""

    kind: Literal["kth-entry-tiers"]
    ranking: Identifier
    """The list that is gone down: the id of a table `[[rankings]]` that has the event."""
    events: Annotated[list[Identifier], Field(min_length=1)]
    """The events it hands out."""
    tiers: Annotated[list[EntryTierTable], Field(min_length=1)]
    """In order: who has places by one is passed over by those after it."""

    def to_pathway(self, event: FittingEvent) -> KthEntryTiers:
        """Return the pathway; errors as those of `event`."""
        events = tuple(event(one, "any", "events") for one in self.events)
        return KthEntryTiers(*self.head, self.ranking, events, tuple(EntryTier(t.entry, t.nocs) for t in self.tiers))
