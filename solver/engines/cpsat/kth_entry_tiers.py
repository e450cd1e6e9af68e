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

from .listed_state import ListedState, in_line
from .tiers import Stages


def step(state: ListedState, pathway: KthEntryTiers) -> None:
    """Event after event, one model."""
    for event in pathway.events:
        entries = state.by_noc(event, pathway.ranking)
        stages = Stages(state.settings)
        line: list[list[int]] = []
        who: list[tuple[str, int]] = []
        tiers: list[int] = []
        of_noc: dict[str, list[int]] = {}
        for number, tier in enumerate(pathway.tiers):
            asking = sorted((own[tier.entry - 1].rank, noc) for noc, own in entries.items() if tier.entry <= len(own))
            x = stages.model.booleans(len(asking))
            stages.model.at_most(x, tier.nocs)
            for variable, (rank, noc) in zip(x, asking, strict=True):
                of_noc.setdefault(noc, []).append(variable)
                who.append((noc, rank))
                tiers.append(number)
            line += in_line([rank for rank, _ in asking], x)
        for own in of_noc.values():
            stages.model.at_most(own, 1)
        name = f"{pathway.identifier}/{event}"
        certain, open_ones = state.best(name, pathway.identifier, event, stages, line, who)
        counts = [0] * len(pathway.tiers)
        done: set[str] = set()
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
        for noc in sorted(set(entries) - done) if not open_ones else ():
            state.tell(pathway.identifier, event, noc, None, "kth-none", {"ranking": pathway.ranking}, granted=False)
