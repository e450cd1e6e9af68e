r"""One start place each to NOCs without any, down a ranked list.

x[n] is 1 where NOC n, which has none, gets one: sum of x <= places of the event - those handed out. The tier is x in
the order of the NOCs' best entries; NOCs whose best entries are tied share a position.
"""

from __future__ import annotations

from quotaproof.model.decisions import Figures
from quotaproof.model.pathways import FillByRank

from .listed_state import ListedState, in_line
from .tiers import Stages


def step(state: ListedState, pathway: FillByRank) -> None:
    """Event after event."""
    for event, places in pathway.places.items():
        if event in state.open:
            continue
        entries = state.by_noc(event, pathway.ranking)
        asking = sorted((own[0].rank, noc) for noc, own in entries.items() if not state.places[event].get(noc))
        handed = sum(state.places[event].values())
        stages = Stages(state.settings)
        x = stages.model.booleans(len(asking))
        stages.model.at_most(x, max(0, places - handed))
        line = in_line([rank for rank, _ in asking], x)
        who = [(noc, rank) for rank, noc in asking]
        name = f"{pathway.identifier}/{event}"
        certain, _ = state.best(name, pathway.identifier, event, stages, line, who)
        for (rank, noc), value in zip(asking, certain, strict=False):
            figures: Figures = {"rank": rank, "ranking": pathway.ranking, "places": places}
            if value:
                state.give(event, noc)
                handed += 1
                figures["number"] = handed
            kind = "next-noc" if value else "next-full"
            state.tell(pathway.identifier, event, noc, None, kind, figures, granted=bool(value))
