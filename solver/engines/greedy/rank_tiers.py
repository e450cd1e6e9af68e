"""Start places of NOCs by their rank."""

from __future__ import annotations

from quotaproof.model.decisions import Figures
from quotaproof.model.pathways import RankTiers

from .listed_state import ListedState


def step(state: ListedState, pathway: RankTiers) -> None:
    """NOCs are numbered by their first entries; each has the places of the first tier that reaches its number."""
    for event in pathway.events:
        number = 0
        for rank, nocs in state.new_nocs(event, pathway.ranking):
            gets = {_places(pathway, number + place) for place in range(1, len(nocs) + 1)}
            if len(gets) > 1:
                state.leave_open(pathway.identifier, event, [(noc, rank) for noc in nocs])
                break
            at_most, places = gets.pop()
            for noc in nocs:
                figures: Figures = {"rank": number + 1, "ranking": pathway.ranking, "at_most": at_most}
                figures["number"] = places
                if places:
                    state.give(event, noc, places)
                kind = "rank-tier" if places else "rank-none"
                state.tell(pathway.identifier, event, noc, None, kind, figures, granted=places > 0)
            number += len(nocs)


def _places(pathway: RankTiers, number: int) -> tuple[int, int]:
    """The end of the tier that reaches a number, and its places; 0 places behind the last."""
    for tier in pathway.tiers:
        if number <= tier.at_most:
            return tier.at_most, tier.places
    return pathway.tiers[-1].at_most, 0
