"""Start places of NOCs by the rank of their third, second and first entry of a ranked list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from .pathway import Pathway


class EntryTier(NamedTuple):
    """So many NOCs, by the rank of their `entry`-th entry, have `entry` places."""

    entry: int
    nocs: int


@dataclass(frozen=True, slots=True)
class KthEntryTiers(Pathway):
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
    ranking: str = ""
    events: tuple[str, ...] = ()
    tiers: tuple[EntryTier, ...] = ()
