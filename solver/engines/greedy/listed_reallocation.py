"""Places given back that go down a reserve list, or to the next NOC without a place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from quotaproof.model.allocation import InReserve, Placed
from quotaproof.model.decisions import Figures
from quotaproof.model.kept import Held, reallocation
from quotaproof.model.pathways import Reallocation, ReserveList
from quotaproof.model.results.ranked_lists import ListedEntry

from .listed_state import ListedState


def refilled(state: ListedState, held: Held) -> ListedState:
    """Return the state after places that were given back are handed on; quota places are still to be counted."""
    state.entries = {event: list(placed) for event, placed in held.entries.items()}
    state.reserve = {event: list(line) for event, line in held.reserve.items()}
    state.places |= {event: dict(numbers) for event, numbers in held.places.items()}
    _hand_on(state, reallocation(state.rules), held)
    return state


def _hand_on(state: ListedState, pathway: Reallocation, held: Held) -> None:
    """Event after event, one place after the other is offered to the first in line who can take it."""
    for event, givers in held.holes.items():
        if not givers:
            continue
        if state.rules.names_entries(event):
            _to_entries(state, pathway, held, event, givers)
        else:
            _to_nocs(state, pathway, held, event, givers)


def _to_entries(state: ListedState, pathway: Reallocation, held: Held, event: str, givers: Sequence[str]) -> None:
    reserve = next((one for one in state.rules.pathways if isinstance(one, ReserveList) and event in one.lengths), None)
    if reserve is None:
        for noc in givers:
            state.tell(pathway.identifier, event, noc, None, "returned-open", {}, granted=False)
        return
    line = list(state.reserve.get(event, ()))
    left = len(givers)
    while left:
        first, chosen = _next(state, reserve, held, event, line)
        if not chosen:
            break
        # Once an NOC without a place has one, its others wait for those that have none.
        room = {one.noc: 1 if first else _room(state, held, event, one.noc) for one in chosen}
        asking = Counter(one.noc for one in chosen)
        fitting = sum(min(number, room[noc]) for noc, number in asking.items())
        crowded = {noc for noc, number in asking.items() if number > room[noc]}
        if fitting > left or crowded:
            _leave_open(state, pathway, event, chosen if fitting > left else [o for o in chosen if o.noc in crowded])
            return
        for one in chosen:
            entry = _entry(state, reserve, event, one.athlete)
            figures: Figures = {"name": entry.label, "athlete": one.athlete, "rank": entry.rank}
            figures["number"] = _number(held, event, one)
            kind = "reallocated-first" if first else "reallocated"
            state.tell(pathway.identifier, event, one.noc, entry.number, kind, figures, granted=True)
            state.entries.setdefault(event, []).append(Placed(one.noc, one.athlete, pathway.identifier))
            state.give(event, one.noc)
            line.remove(one)
            state.reserve[event].remove(one)
            left -= 1
    for noc in givers[len(givers) - left :]:
        state.tell(pathway.identifier, event, noc, None, "reallocated-none", {}, granted=False)


def _next(
    state: ListedState, reserve: ReserveList, held: Held, event: str, line: Sequence[InReserve]
) -> tuple[bool, list[InReserve]]:
    """Whether the next is of an NOC without a place; the first who can take a place, with those tied with it."""
    able = [one for one in line if _room(state, held, event, one.noc) > 0 and not state.has(event, one.athlete)]
    without = [one for one in able if not state.number(event, one.noc)] if reserve.first_without_places else []
    among = without or able
    if not among:
        return False, []
    best = among[0]
    ranks = {one.athlete: _entry(state, reserve, event, one.athlete).rank for one in among}
    equal = [o for o in among if o is best or (best.tied and o.tied and ranks[o.athlete] == ranks[best.athlete])]
    return bool(without), equal


def _room(state: ListedState, held: Held, event: str, noc: str) -> int:
    cap = state.cap(event, noc)
    return min(cap, held.at_most.get((event, noc), cap)) - state.number(event, noc)


def _number(held: Held, event: str, one: InReserve) -> int:
    return 1 + [other.athlete for other in held.reserve[event]].index(one.athlete)


def _entry(state: ListedState, reserve: ReserveList, event: str, athlete: str) -> ListedEntry:
    """An athlete's entry in the list of the reserve list, or where the host replaced it, in another one."""
    own = [(event, reserve.ranking[event])] + [key for key in state.scenario.lists if key[0] == event]
    return next(e for key in own for e in state.scenario.lists[key].entries if e.athlete == athlete)


def _leave_open(state: ListedState, pathway: Reallocation, event: str, torn: Sequence[InReserve]) -> None:
    reserve = next(one for one in state.rules.pathways if isinstance(one, ReserveList))
    entries = [_entry(state, reserve, event, one.athlete) for one in torn]
    state.leave_open(pathway.identifier, event, [(entry.noc, entry.rank) for entry in entries])
    for entry in entries:
        figures: Figures = {"name": entry.label, "rank": entry.rank}
        state.tell(pathway.identifier, event, entry.noc, entry.number, "reallocated-tie", figures, granted=False)


def _to_nocs(state: ListedState, pathway: Reallocation, held: Held, event: str, givers: Sequence[str]) -> None:
    """One each to NOCs without a place, down the list that the rules name for it."""
    figures: Figures = {"competition": pathway.competition or pathway.ranking}
    left = list(givers)
    if not pathway.ranking:
        for noc in left:
            state.tell(pathway.identifier, event, noc, None, "returned-open", {}, granted=False)
        return
    found = state.scenario.lists.get((event, pathway.ranking))
    if found is None or not found.entries:
        for noc in left:
            state.tell(pathway.identifier, event, noc, None, "returned-elsewhere", figures, granted=False)
        return
    for group in state.groups(event, pathway.ranking):
        nocs = sorted({one.noc for one in group if not state.number(event, one.noc)})
        nocs = [noc for noc in nocs if held.at_most.get((event, noc), 1) > 0]
        own: Figures = figures | {"rank": group[0].rank}
        if left and len(nocs) > len(left):
            state.leave_open(pathway.identifier, event, [(noc, group[0].rank) for noc in nocs])
            for noc in nocs:
                state.tell(pathway.identifier, event, noc, None, "returned-tie", own, granted=False)
            return
        for noc in nocs if left else ():
            left.pop(0)
            state.give(event, noc)
            state.tell(pathway.identifier, event, noc, None, "returned-next", own, granted=True)
    for noc in left:
        state.tell(pathway.identifier, event, noc, None, "returned-none", figures, granted=False)
