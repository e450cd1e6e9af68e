r"""Start places of NOCs by their rank.

x[n,t] is 1 where NOC n has the places of tier t, which reaches from number a to number b:

    sum over t of x[n,t]  <=  1
    sum over n of x[n,t]  <=  b - a + 1

The tiers of the objective are those of the rules, each with the NOCs in the order of their first entries; NOCs whose
first entries are tied share a position.
"""

from __future__ import annotations

from quotaproof.model.decisions import Figures
from quotaproof.model.pathways import RankTiers

from .listed_state import ListedState, in_line
from .tiers import Stages


def step(state: ListedState, pathway: RankTiers) -> None:
    """Event after event, one model."""
    for event in pathway.events:
        order = sorted((own[0].rank, noc) for noc, own in state.by_noc(event, pathway.ranking).items())
        stages = Stages(state.settings)
        x = [stages.model.booleans(len(order)) for _ in pathway.tiers]
        for number in range(len(order)):
            stages.model.at_most([tier[number] for tier in x], 1)
        last = 0
        for tier, own in zip(pathway.tiers, x, strict=True):
            stages.model.at_most(own, tier.at_most - last)
            last = tier.at_most
        ranks = [rank for rank, _ in order]
        line = [position for own in x for position in in_line(ranks, own)]
        who = [(noc, rank) for _ in x for rank, noc in order]
        name = f"{pathway.identifier}/{event}"
        certain, open_ones = state.best(name, pathway.identifier, event, stages, line, who)
        if open_ones:
            # A tie at the end of a tier: those ranked before it are certain.
            torn = who[len(certain)][1]
            order = [one for one in order if one[0] < torn]
        numbers = [number for number in range(len(pathway.tiers)) for _ in ranks]
        by_noc = {noc: n for (noc, _), n, value in zip(who, numbers, certain, strict=False) if value}
        place = 0
        while place < len(order):
            same = [noc for rank, noc in order if rank == order[place][0]]
            for noc in same:
                tier = pathway.tiers[by_noc.get(noc, -1)]
                got = tier.places if noc in by_noc else 0
                figures: Figures = {"rank": place + 1, "ranking": pathway.ranking, "at_most": tier.at_most}
                figures["number"] = got
                if got:
                    state.give(event, noc, got)
                kind = "rank-tier" if got else "rank-none"
                state.tell(pathway.identifier, event, noc, None, kind, figures, granted=got > 0)
            place += len(same)
