"""Start places of NOCs by the rank of their third, second and first entry."""

from __future__ import annotations

from quotaproof.model.decisions import Figures
from quotaproof.model.pathways import KthEntryTiers

from .listed_state import ListedState


def step(state: ListedState, pathway: KthEntryTiers) -> None:
    """Tier after tier: the NOCs whose entry of that number ranks best, those with places left out."""
    for event in pathway.events:
        _event(state, pathway, event)


def _event(state: ListedState, pathway: KthEntryTiers, event: str) -> None:
    entries = state.by_noc(event, pathway.ranking)
    done: set[str] = set()
    for tier in pathway.tiers:
        asking = sorted((own[tier.entry - 1].rank, noc) for noc, own in entries.items() if len(own) >= tier.entry)
        asking = [(rank, noc) for rank, noc in asking if noc not in done]
        chosen, torn = asking[: tier.nocs], None
        if len(asking) > tier.nocs and asking[tier.nocs][0] == chosen[-1][0]:
            torn = chosen[-1][0]
            chosen = [one for one in chosen if one[0] != torn]
        for number, (rank, noc) in enumerate(chosen, 1):
            done.add(noc)
            state.give(event, noc, tier.entry)
            figures: Figures = {"rank": rank, "ranking": pathway.ranking, "entry": tier.entry}
            figures |= {"number": number, "nocs": tier.nocs}
            state.tell(pathway.identifier, event, noc, None, "kth-entry", figures, granted=True)
        if torn is not None:
            state.leave_open(pathway.identifier, event, [(noc, rank) for rank, noc in asking if rank == torn])
            return
    for noc in sorted(set(entries) - done):
        state.tell(pathway.identifier, event, noc, None, "kth-none", {"ranking": pathway.ranking}, granted=False)
