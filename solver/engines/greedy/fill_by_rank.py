"""One start place each to NOCs without any, down a ranked list."""

from __future__ import annotations

from quotaproof.model.decisions import Figures
from quotaproof.model.pathways import FillByRank

from .listed_state import ListedState


def step(state: ListedState, pathway: FillByRank) -> None:
    """NOC after NOC by its best entry, until the event has its places."""
    for event, places in pathway.places.items():
        if event not in state.open:
            _event(state, pathway, event, places)


def _event(state: ListedState, pathway: FillByRank, event: str, places: int) -> None:
    had = {noc for noc, number in state.places[event].items() if number}
    for rank, nocs in state.new_nocs(event, pathway.ranking):
        asking = [noc for noc in nocs if noc not in had]
        left = places - sum(state.places[event].values())
        if 0 < left < len(asking):
            state.leave_open(pathway.identifier, event, [(noc, rank) for noc in asking])
            return
        for noc in asking:
            figures: Figures = {"rank": rank, "ranking": pathway.ranking, "places": places}
            if left > 0:
                state.give(event, noc)
                figures["number"] = sum(state.places[event].values())
            kind = "next-noc" if left > 0 else "next-full"
            state.tell(pathway.identifier, event, noc, None, kind, figures, granted=left > 0)
