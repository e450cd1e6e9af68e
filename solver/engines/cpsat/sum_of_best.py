r"""More than one start place for an NOC by the sum of its best results.

What an NOC would have, w(n), is read off its results. u[n,k] is 1 where it has the k-th of them:

    u[n,k+1]  <=  u[n,k]
    sum of u  <=  places of the event

The first tier is that each has one, in the order of the sums, the lowest first; the second its others, likewise. So the
highest sums lose first, down to one place, and their only one when nobody has more. NOCs with equal sums share a
position.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby, pairwise
from typing import NamedTuple

from quotaproof.model.decisions import Figures
from quotaproof.model.pathways import SumOfBest, Worth
from quotaproof.model.results.ranked_lists import ListedEntry

from .listed_state import ListedState
from .tiers import Stages


class _Noc(NamedTuple):
    noc: str
    total: int
    wanted: int
    few: bool
    best: int


def step(state: ListedState, pathway: SumOfBest) -> None:
    """Event after event: what the tiers say, then what fits."""
    for event, places in pathway.places.items():
        nocs = sorted(_nocs(state, pathway, event), key=lambda one: (one.total, one.noc))
        asking = [one for one in nocs if one.wanted >= 2]
        got = _fitted(state, pathway, event, asking, places)
        if got is None:
            continue
        for one in nocs:
            number = got.get(one.noc, one.wanted)
            figures: Figures = {"sum": one.total, "best": pathway.best, "rank": one.best, "places": places}
            figures |= {"number": number, "wanted": one.wanted}
            granted = one.noc in got and number > 0
            if one.noc not in got:
                kind = "single-none" if one.few else "best-none"
            elif number < one.wanted:
                kind = "best-cut"
            else:
                kind = "best-single" if one.few else "best-sum"
            if granted:
                state.give(event, one.noc, number)
            state.tell(pathway.identifier, event, one.noc, None, kind, figures, granted=granted)


def _fitted(
    state: ListedState, pathway: SumOfBest, event: str, asking: list[_Noc], places: int
) -> dict[str, int] | None:
    stages = Stages(state.settings)
    u = {one.noc: stages.model.booleans(one.wanted) for one in asking}
    for own in u.values():
        for first, second in pairwise(own):
            stages.model.linear([first, second], [1, -1], 0, 1)
    stages.model.at_most([variable for own in u.values() for variable in own], places)
    line: list[list[int]] = []
    who: list[tuple[str, int]] = []
    for part in (slice(0, 1), slice(1, None)):
        for _, group in groupby(asking, key=lambda one: one.total):
            same = list(group)
            line.append([variable for one in same for variable in u[one.noc][part]])
            who += [(one.noc, one.best) for one in same for _ in u[one.noc][part]]
            if len(same) == 1 and len(line[-1]) > 1:
                line[-1:] = [[variable] for variable in line[-1]]
    chosen, open_ones = state.best(f"{pathway.identifier}/{event}", pathway.identifier, event, stages, line, who)
    if open_ones:
        return None
    got = dict.fromkeys(u, 0)
    for (noc, _), value in zip(who, chosen, strict=True):
        got[noc] += value
    return got


def _nocs(state: ListedState, pathway: SumOfBest, event: str) -> list[_Noc]:
    worth: dict[str | None, Worth] = {one.division: one for one in pathway.worth}
    found: list[_Noc] = []
    for noc, results in state.by_noc(event, pathway.ranking).items():
        first = min(entry.best_rank for entry in results)
        total = sum(sorted(_value(entry, worth) for entry in results)[: pathway.best])
        few = len(results) < pathway.best
        number = 1
        for tier in reversed(pathway.single if few else pathway.sums):
            if (first if few else total) <= tier.at_most:
                number = tier.places
        found.append(_Noc(noc, total, number, few, first))
    return found


def _value(entry: ListedEntry, worth: Mapping[str | None, Worth]) -> int:
    """What a result is worth: its rank, bounded as its division says."""
    own = worth.get(entry.division)
    return entry.best_rank if own is None else own.most if own.fixed else min(own.most, entry.best_rank)
