"""Start places of NOCs by the rank of their third, second and first entry of a ranked list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, NamedTuple

from pydantic import Field

from quotaproof.model.toml_schema import TomlTable

from .pathway import START_PLACES, ListedEvents
from .table import FittingEvent, ListedEventsTable, Number


class EntryTier(NamedTuple):
    """So many NOCs, by the rank of their `entry`-th entry, have `entry` places."""

    entry: int
    nocs: int


@dataclass(frozen=True, slots=True)
class KthEntryTiers(ListedEvents):
    """So many NOCs with three places by the rank of their third entry, then so many with two, then with one.

    An NOC that has places by one tier is passed over in the next.

    Attributes
    ----------
    tiers
        In order, the most places first.
    """

    kind: ClassVar[str] = "kth-entry-tiers"
    stage: ClassVar[int] = START_PLACES
    sentences: ClassVar[Mapping[str, str]] = {
        "kth-entry": (
            "entry number {entry} is at rank {rank} of the list {ranking}; NOC {number} of {nocs} with {entry}"
        ),
        "kth-none": "no entry of it ranks high enough in the list {ranking}",
    }
    tiers: tuple[EntryTier, ...] = ()


class EntryTierTable(TomlTable):
    """So many NOCs by the rank of their `entry`-th entry."""

    entry: Number
    """Which of its entries counts, and how many places the NOC then has."""
    nocs: Number
    """How many NOCs have them."""


class KthEntryTiersTable(ListedEventsTable):
    """Primitive: start places of NOCs by the rank of their third, second and first entry."""

    kind: Literal["kth-entry-tiers"]
    tiers: Annotated[list[EntryTierTable], Field(min_length=1)]
    """In order: who has places by one is passed over by those after it."""

    def to_pathway(self, event: FittingEvent) -> KthEntryTiers:
        """Return the pathway; errors as those of `event`."""
        return KthEntryTiers(*self.of(event), tuple(EntryTier(t.entry, t.nocs) for t in self.tiers))
