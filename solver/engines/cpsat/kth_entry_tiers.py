r"""Start places of NOCs by the rank of their third, second and first entry.

x[n,t] is 1 where NOC n has the places of tier t, in which it takes part with an entry number k(t):

    sum over t of x[n,t]  <=  1
    sum over n of x[n,t]  <=  NOCs of tier t

The tiers of the objective are those of the rules, each with its NOCs in the order of the entries number k(t); those
whose entries are tied share a position.
"""

from __future__ import annotations

from quotaproof.model.decisions import Figures
from quotaproof.model.pathways import KthEntryTiers

from .listed_state import ListedState
from .tiers import Stages


def step(state: ListedState, pathway: KthEntryTiers) -> None:
    """Event after event, one model."""
    for event in pathway.events:
        ranks: dict[str, list[int]] = {}
        for entry in state.ranked(event, pathway.ranking):
            ranks.setdefault(entry.noc, []).append(entry.rank)
        stages = Stages(state.settings)
        line: list[list[int]] = []
        who: list[tuple[str, int]] = []
        tiers: list[int] = []
        of_noc: dict[str, list[int]] = {}
        for number, tier in enumerate(pathway.tiers):
            asking = sorted((own[tier.entry - 1], noc) for noc, own in ranks.items() if tier.entry <= len(own))
            x = stages.model.booleans(len(asking))
            stages.model.at_most(x, tier.nocs)
            groups: dict[int, list[int]] = {}
            for variable, (rank, noc) in zip(x, asking, strict=True):
                groups.setdefault(rank, []).append(variable)
                of_noc.setdefault(noc, []).append(variable)
                who.append((noc, rank))
                tiers.append(number)
            line += groups.values()
        for own in of_noc.values():
            stages.model.at_most(own, 1)
        name = f"{pathway.identifier}/{event}"
        chosen = state.best(name, pathway.identifier, event, stages, line, who)
        counts = [0] * len(pathway.tiers)
        done: set[str] = set()
        certain = chosen if chosen is not None else state.undecided[0]
        for (noc, rank), number, value in zip(who, tiers, certain, strict=False):
            if not value:
                continue
            tier = pathway.tiers[number]
            counts[number] += 1
            done.add(noc)
            state.give(event, noc, tier.entry)
            figures: Figures = {"rank": rank, "ranking": pathway.ranking, "entry": tier.entry}
            figures |= {"number": counts[number], "nocs": tier.nocs}
            state.tell(pathway.identifier, event, noc, None, "kth-entry", figures, granted=True)
        for noc in sorted(set(ranks) - done) if chosen is not None else ():
            state.tell(pathway.identifier, event, noc, None, "kth-none", {"ranking": pathway.ranking}, granted=False)
