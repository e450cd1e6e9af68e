"""Start places of NOCs by their rank in a ranking of NOCs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .pathway import Pathway
from .sum_of_best import Tier


@dataclass(frozen=True, slots=True)
class RankTiers(Pathway):
    """So many start places by the rank of an NOC: ranks 1 to 3 six, 4 to 10 five, and so on.

    Attributes
    ----------
    ranking
        The name of the list; its entries are NOCs, of which the first entry counts.
    events
        The events in which the NOC has so many places.
    tiers
        Up to and with a rank, so many places; behind the last tier none.
    """

    kind: ClassVar[str] = "rank-tiers"
    ranking: str = ""
    events: tuple[str, ...] = ()
    tiers: tuple[Tier, ...] = ()
