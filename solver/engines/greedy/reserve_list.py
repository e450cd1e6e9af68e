"""The reserve list of each event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from quotaproof.model.allocation import InReserve
from quotaproof.model.decisions import Figures
from quotaproof.model.pathways import ReserveList
from quotaproof.model.results.ranked_lists import ListedEntry

from .listed_state import ListedState


def step(state: ListedState, pathway: ReserveList) -> None:
    """The next of the list, as if each of them had a place already: an NOC has at most its cap of both."""
    for event, length in pathway.lengths.items():
        if event in state.open:
            continue
        nocs = {one.noc for group in state.groups(event, pathway.ranking[event]) for one in group}
        room = {noc: state.room(event, noc) for noc in nocs}
        line = state.reserve.setdefault(event, [])
        for group in state.groups(event, pathway.ranking[event]):
            _note_tie(state, event, group, room, length - len(line))
            for one in group:
                if len(line) >= length:
                    break
                if state.has(event, one.athlete) or room[one.noc] <= 0:
                    continue
                room[one.noc] -= 1
                line.append(InReserve(one.noc, one.athlete, one.tied))
                figures: Figures = {
                    "name": one.label,
                    "rank": one.rank,
                    "ranking": pathway.ranking[event],
                    "athlete": one.athlete,
                    "number": len(line),
                }
                state.tell(pathway.identifier, event, one.noc, one.number, "in-reserve", figures, granted=False)


def _note_tie(state: ListedState, event: str, group: Sequence[ListedEntry], room: Mapping[str, int], left: int) -> None:
    """Note whom a tie leaves between on the list and not on it."""
    able = [one for one in group if not state.has(event, one.athlete) and room[one.noc] > 0]
    asking = Counter(one.noc for one in able)
    if left <= 0:
        return
    if sum(min(number, room[noc]) for noc, number in asking.items()) > left:
        torn = able
    else:
        torn = [one for one in able if asking[one.noc] > room[one.noc]]
    state.torn_reserve.setdefault(event, set()).update(one.athlete for one in torn)
