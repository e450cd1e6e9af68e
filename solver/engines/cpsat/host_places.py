r"""The host's start place in events in which it has none.

z[j] is 1 where the host's j-th best candidate has a place, y[i] where the i-th place handed out so far stays:

    sum of z  <=  1
    sum of y + sum of z  <=  places handed out so far   (one more where the host comes on top)

The first tier is z, the second y, each in its order: the host has a place before everybody keeps his, and then the one
who cannot is the last. Whoever shares the last rank in a tie shares a position of y.
"""

from __future__ import annotations

from collections.abc import Sequence

from quotaproof.model.allocation import InReserve, Placed, Tied
from quotaproof.model.pathways import HostPlaces, RankingPlaces, ReserveList

from .listed_state import ListedState
from .tiers import Stages


def step(state: ListedState, pathway: HostPlaces) -> None:
    """Event after event in which the host has nothing."""
    host = state.scenario.host
    for event in pathway.events:
        if host is not None and event not in state.open and not state.places[event].get(host):
            _event(state, pathway, event, host)


def _event(state: ListedState, pathway: HostPlaces, event: str, host: str) -> None:
    line, placed = state.reserve.get(event, []), state.entries.setdefault(event, [])
    lists = [one.ranking for one in state.rules.pathways if isinstance(one, ReserveList)]
    if pathway.on_reserve_list:
        names = {one.athlete for one in line}
        ranking, torn = lists[0].get(event, ""), state.torn_reserve.get(event, [])
    else:
        ranking, torn = next((name for own, name in state.scenario.lists if own == event), ""), []
        names = {entry.athlete for entry in state.ranked(event, ranking)}
    own = [entry for entry in state.ranked(event, ranking) if entry.noc == host and entry.athlete in names]
    candidates = [entry.athlete for entry in own]
    replacing = pathway.mode == "replace-last"
    if replacing and not placed:
        return
    perhaps = [entry for entry in torn if entry.noc == host]
    unsure = (
        perhaps[:1] if not own else own[:1] if own[0] in perhaps or [e.rank for e in own].count(own[0].rank) > 1 else []
    )
    if unsure:
        state.open.add(event)
        state.tied.append(Tied(pathway.identifier, event, host, None, unsure[0].rank))
        if replacing:
            positions, _ = _positions(state, event, placed, range(len(placed)))
            for number in reversed(positions[-1]):
                _take(state, event, placed.pop(number).noc)
        return
    if not own:
        return
    stages = Stages(state.settings)
    z, y = stages.model.booleans(len(candidates)), stages.model.booleans(len(placed))
    stages.model.at_most(z, 1)
    stages.model.at_most([*z, *y], len(placed) + (not replacing))
    chosen = stages.maximise(z, f"{pathway.identifier}/{event}/host")
    positions, who = _positions(state, event, placed, y)
    kept, open_ones = state.best(
        f"{pathway.identifier}/{event}/others", pathway.identifier, event, stages, positions, who
    )
    if open_ones:
        # All but one stay, so who share the last position are those of whom one goes.
        for one in placed[len(kept) :]:
            _take(state, event, one.noc)
        del placed[len(kept) :]
        return
    athlete = next(athlete for athlete, value in zip(candidates, chosen, strict=True) if value)
    name = state.names.get((event, athlete), athlete)
    gone = [one for one, stays in zip(placed, kept, strict=True) if not stays]
    placed[:] = [one for one, stays in zip(placed, kept, strict=True) if stays]
    line = [one for one in line if one.athlete != athlete]
    if not gone:
        state.tell(pathway.identifier, event, host, None, "host-added", {"name": name}, granted=True)
    for last in gone:
        other = state.names.get((event, last.athlete), last.athlete)
        figures = {"name": name, "replaced": other, "replaced_noc": last.noc}
        state.tell(pathway.identifier, event, host, None, "host-replaces", {**figures}, granted=True)
        state.tell(pathway.identifier, event, last.noc, None, "host-replaced", {"name": other}, granted=False)
        _take(state, event, last.noc)
        line.insert(0, InReserve(last.noc, last.athlete))
    if event in state.reserve or gone:
        state.reserve[event] = line
    placed.append(Placed(host, athlete, pathway.identifier))
    state.give(event, host)


def _take(state: ListedState, event: str, noc: str) -> None:
    numbers = state.places[event]
    numbers[noc] -= 1
    state.places[event] = {own: number for own, number in numbers.items() if number}


def _positions(
    state: ListedState, event: str, placed: Sequence[Placed], variables: Sequence[int]
) -> tuple[list[list[int]], list[tuple[str, int]]]:
    """The places in the order in which they were handed out, those of a tie in one position, and whose they are."""
    rankings = {one.identifier: one.ranking for one in state.rules.pathways if isinstance(one, RankingPlaces)}
    positions: list[list[int]] = []
    who: list[tuple[str, int]] = []
    last: tuple[str, int] | None = None
    for one, variable in zip(placed, variables, strict=True):
        entries = state.ranked(event, rankings[one.pathway]) if one.pathway in rankings else ()
        entry = next((entry for entry in entries if entry.athlete == one.athlete), None)
        shared = (one.pathway, entry.rank) if entry is not None else None
        if shared is not None and shared == last:
            positions[-1].append(variable)
        else:
            positions.append([variable])
        last = shared
        who.append((one.noc, entry.rank if entry is not None else 0))
    return positions, who
