"""The reserve list of each event."""

from __future__ import annotations

from quotaproof.model.allocation import InReserve
from quotaproof.model.pathways import ReserveList

from .listed_state import Figures, ListedState


def step(state: ListedState, pathway: ReserveList) -> None:
    """The next of the list, as if each of them had a place already: an NOC has at most its cap of both."""
    for event, length in pathway.lengths.items():
        if event in state.open:
            continue
        cap = state.rules.event(event).noc_cap
        counted = dict(state.numbers[event])
        line = state.reserve.setdefault(event, [])
        for group in state.groups(event, pathway.ranking[event]):
            for one in group:
                if len(line) >= length:
                    break
                if state.has(event, one.athlete) or counted.get(one.noc, 0) >= cap:
                    continue
                counted[one.noc] = counted.get(one.noc, 0) + 1
                line.append(InReserve(one.noc, one.athlete, one.tied))
                figures: Figures = {
                    "name": one.label,
                    "rank": one.rank,
                    "ranking": pathway.ranking[event],
                    "athlete": one.athlete,
                    "number": len(line),
                }
                state.tell(pathway.identifier, event, one.noc, one.number, "in-reserve", figures, granted=False)
