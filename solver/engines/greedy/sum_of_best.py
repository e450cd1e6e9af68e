"""More than one start place for an NOC by the sum of its best results."""

from __future__ import annotations

from dataclasses import dataclass

from quotaproof.model.decisions import Figures
from quotaproof.model.pathways import SumOfBest
from quotaproof.model.results.ranked_lists import ListedEntry

from .listed_state import ListedState


@dataclass
class _Noc:
    noc: str
    sum: int
    wanted: int
    places: int
    single: bool
    rank: int


def step(state: ListedState, pathway: SumOfBest) -> None:
    """Add up, give what the tiers say, and take from the highest sums what is too much."""
    for event, places in pathway.places.items():
        nocs = [_read(noc, entries, pathway) for noc, entries in sorted(state.by_noc(event, pathway.ranking).items())]
        if not _cut(state, event, pathway, [one for one in nocs if one.wanted > 1], places):
            continue
        for one in sorted(nocs, key=lambda one: (one.sum, one.noc)):
            figures: Figures = {"sum": one.sum, "best": pathway.best, "rank": one.rank, "places": places}
            figures |= {"number": one.places, "wanted": one.wanted}
            kind = "best-single" if one.single else "best-sum"
            if one.wanted < 2:
                kind = "single-none" if one.single else "best-none"
            elif one.places < one.wanted:
                kind = "best-cut"
            granted = one.wanted > 1 and one.places > 0
            if granted:
                state.give(event, one.noc, one.places)
            state.tell(pathway.identifier, event, one.noc, None, kind, figures, granted=granted)


def _cut(state: ListedState, event: str, pathway: SumOfBest, nocs: list[_Noc], places: int) -> bool:
    """Lower places until they fit; False if equal sums leave open whose."""
    while sum(one.places for one in nocs) > places:
        more = [one for one in nocs if one.places > 1] or [one for one in nocs if one.places]
        highest = max(one.sum for one in more)
        equal = [one for one in more if one.sum == highest]
        excess = sum(one.places for one in nocs) - places
        level = 1 if equal[0].places > 1 else 0
        if sum(one.places - level for one in equal) <= excess:
            for one in equal:
                one.places = level
        elif len(equal) == 1:
            equal[0].places -= excess
        else:
            state.leave_open(pathway.identifier, event, [(one.noc, one.rank) for one in equal])
            return False
    return True


def _read(noc: str, entries: list[ListedEntry], pathway: SumOfBest) -> _Noc:
    best = min(one.best_rank for one in entries)
    values = sorted(_worth(one, pathway) for one in entries)[: pathway.best]
    single = len(values) < pathway.best
    reached, tiers = (best, pathway.single) if single else (sum(values), pathway.sums)
    wanted = next((tier.places for tier in tiers if reached <= tier.at_most), 1)
    return _Noc(noc, sum(values), wanted, wanted, single, best)


def _worth(entry: ListedEntry, pathway: SumOfBest) -> int:
    for worth in pathway.worth:
        if worth.division == entry.division:
            return worth.most if worth.fixed else min(entry.best_rank, worth.most)
    return entry.best_rank
