"""Start places of NOCs by the sum of their best results at one competition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from .pathway import Pathway


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
class SumOfBest(Pathway):
    """More than one start place for an NOC by the sum of its best results.

    A result is worth its rank, bounded as `worth` says for its division. An NOC with at least `best` results has as many
    places as the first tier of `sums` gives for the sum of its `best` ones; an NOC with fewer as the first tier of `single` gives for the rank
    of its best result. Only NOCs with two places or more have them by this pathway. Where they come to more than an
    event has, the NOC with the highest sum loses one, and so on.

    Attributes
    ----------
    places
        Event -> number of places that this pathway and the one that fills up after it hand out.
    best
        How many results are added.
    """

    kind: ClassVar[str] = "sum-of-best"
    ranking: str = ""
    places: Mapping[str, int] = field(default_factory=dict)
    best: int = 2
    sums: tuple[Tier, ...] = ()
    single: tuple[Tier, ...] = ()
    worth: tuple[Worth, ...] = ()
