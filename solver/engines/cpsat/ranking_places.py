"""Start places down a ranked list: the model is that of `listed_state`."""

from __future__ import annotations

from collections.abc import Sequence

from quotaproof.model.allocation import Placed
from quotaproof.model.decisions import Figures
from quotaproof.model.pathways import RankingPlaces
from quotaproof.model.results.ranked_lists import ListedEntry

from .listed_state import ListedState, in_line


def step(state: ListedState, pathway: RankingPlaces) -> None:
    """Event after event, the list as one tier."""
    for event, places in pathway.places.items():
        if event in state.open:
            continue
        entries = state.ranked(event, pathway.ranking)
        had = state.placed(event)
        stages, x = state.within_caps(event, entries, places)
        for variable, entry in zip(x, entries, strict=True):
            if entry.athlete in had:
                stages.model.limit(variable, 0, 0)
        name = f"{pathway.identifier}/{event}"
        who = [(entry.noc, entry.rank) for entry in entries]
        line = in_line([entry.rank for entry in entries], x)
        certain, open_ones = state.best(name, pathway.identifier, event, stages, line, who)
        _record(state, pathway, event, entries, certain, open_ones)


def _record(
    state: ListedState,
    pathway: RankingPlaces,
    event: str,
    entries: Sequence[ListedEntry],
    certain: Sequence[int],
    torn: Sequence[int],
) -> None:
    """Count the places that the solution gives, with what excludes each entry that has none."""
    had, places, given = state.placed(event), pathway.places[event], 0
    for entry, value in zip(entries, certain, strict=False):
        figures: Figures = {"name": entry.label, "rank": entry.rank, "ranking": pathway.ranking}
        figures["athlete"] = entry.athlete
        if value:
            given += 1
            kind, own = "listed", Figures(number=given, places=places)
            state.entries.setdefault(event, []).append(Placed(entry.noc, entry.athlete, pathway.identifier))
            state.give(event, entry.noc)
        elif entry.athlete in had:
            kind, own = "listed-has-place", Figures(by=had[entry.athlete])
        elif state.places[event].get(entry.noc, 0) >= (cap := state.cap(event, entry.noc)):
            kind, own = "listed-noc-cap", Figures(cap=cap)
        else:
            kind, own = "listed-full", Figures(places=places)
        state.tell(pathway.identifier, event, entry.noc, entry.number, kind, figures | own, granted=bool(value))
    for number in torn:
        entry = entries[len(certain) + number]
        figures = {"name": entry.label, "rank": entry.rank, "ranking": pathway.ranking}
        state.tell(pathway.identifier, event, entry.noc, entry.number, "listed-tie", figures, granted=False)
