"""What an NOC's results at one competition add up to, as the kind sum-of-best counts them."""

from __future__ import annotations

from dataclasses import dataclass

from quotaproof.model.pathways import SumOfBest, Tier
from quotaproof.model.results.ranked_lists import ListedEntry
from quotaproof.model.scenario import Scenario

from .margins import ranked


@dataclass(frozen=True, slots=True)
class NocSum:
    """The results of an NOC that count.

    Attributes
    ----------
    values
        What its best results count, the best first; fewer than `best` where it has fewer entries.
    reached
        The sum or, with fewer entries than are added, the rank of the best.
    tiers
        Those that this number is compared with.
    wanted
        The places that its results stand for; 1 where they are no more than a place to fill up with.
    """

    noc: str
    values: tuple[int, ...]
    reached: int
    tiers: tuple[Tier, ...]
    wanted: int
    single: bool

    @property
    def sum(self) -> int:
        """The sum of what counts."""
        return sum(self.values)


def sums(scenario: Scenario, pathway: SumOfBest, event: str) -> dict[str, NocSum]:
    """Return NOC -> what its results come to, for NOCs with entries."""
    by_noc: dict[str, list[ListedEntry]] = {}
    for entry in ranked(scenario, event, pathway.ranking):
        by_noc.setdefault(entry.noc, []).append(entry)
    return {noc: _sum(noc, entries, pathway) for noc, entries in by_noc.items()}


def _sum(noc: str, entries: list[ListedEntry], pathway: SumOfBest) -> NocSum:
    values = tuple(sorted(_worth(pathway, entry) for entry in entries)[: pathway.best])
    single = len(values) < pathway.best
    reached = min(entry.best_rank for entry in entries) if single else sum(values)
    tiers = pathway.single if single else pathway.sums
    wanted = next((tier.places for tier in tiers if reached <= tier.at_most), 1)
    return NocSum(noc, values, reached, tiers, wanted, single)


def _worth(pathway: SumOfBest, entry: ListedEntry) -> int:
    bound = next((one for one in pathway.worth if one.division == entry.division), None)
    if bound is None:
        return entry.best_rank
    return bound.most if bound.fixed else min(bound.most, entry.best_rank)
