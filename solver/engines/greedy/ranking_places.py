"""Start places down a ranked list."""

from __future__ import annotations

from quotaproof.model.allocation import Placed
from quotaproof.model.decisions import Figures
from quotaproof.model.pathways import RankingPlaces

from .listed_state import ListedState


def step(state: ListedState, pathway: RankingPlaces) -> None:
    """Each entry has its place unless it has one, its NOC has its most, or none is left."""
    for event in pathway.places:
        if event not in state.open:
            _event(state, pathway, event)


def _event(state: ListedState, pathway: RankingPlaces, event: str) -> None:
    places, given = pathway.places[event], 0
    for group in state.groups(event, pathway.ranking):
        able = [one for one in group if not state.has(event, one.athlete) and state.room(event, one.noc)]
        left = places - given
        by_noc = {noc: sum(one.noc == noc for one in able) for noc in sorted({one.noc for one in able})}
        too_many = [noc for noc, number in by_noc.items() if number > state.room(event, noc)]
        fitting = sum(min(number, state.room(event, noc)) for noc, number in by_noc.items())
        if left and len(group) > 1 and (fitting > left or too_many):
            torn = able if fitting > left else [one for one in able if one.noc in too_many]
            state.leave_open(pathway.identifier, event, [(one.noc, one.rank) for one in torn])
            for one in torn:
                figures: Figures = {"name": one.label, "rank": one.rank, "ranking": pathway.ranking}
                state.tell(pathway.identifier, event, one.noc, one.number, "listed-tie", figures, granted=False)
            return
        for one in group:
            figures = {"name": one.label, "rank": one.rank, "ranking": pathway.ranking, "athlete": one.athlete}
            had = state.has(event, one.athlete)
            granted = False
            if had is not None:
                kind = "listed-has-place"
                figures["by"] = had.pathway
            elif not state.room(event, one.noc):
                kind = "listed-noc-cap"
                figures["cap"] = state.cap(event, one.noc)
            elif given >= places:
                kind = "listed-full"
                figures["places"] = places
            else:
                given += 1
                kind, granted = "listed", True
                figures |= {"number": given, "places": places}
                state.entries.setdefault(event, []).append(Placed(one.noc, one.athlete, pathway.identifier))
                state.give(event, one.noc)
            state.tell(pathway.identifier, event, one.noc, one.number, kind, figures, granted=granted)
