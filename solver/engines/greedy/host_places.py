"""The host's start place in events in which it has none."""

from __future__ import annotations

from collections.abc import Sequence

from quotaproof.model.allocation import InReserve, Placed
from quotaproof.model.pathways import HostPlaces, RankingPlaces

from .listed_state import ListedState


def step(state: ListedState, pathway: HostPlaces) -> None:
    """The host's best entry takes the last place, or comes on top."""
    host = state.scenario.host
    for event in pathway.events:
        if host is None or event in state.open or state.number(event, host):
            continue
        athlete = _candidate(state, pathway, event, host)
        placed = state.entries.setdefault(event, [])
        if athlete is None or (pathway.mode == "replace-last" and not placed):
            continue
        line = state.reserve.get(event, [])
        name = state.name(event, athlete)
        if pathway.mode == "additional":
            line[:] = [one for one in line if one.athlete != athlete]
            state.tell(pathway.identifier, event, host, None, "host-added", {"name": name}, granted=True)
        else:
            equal = _equal(state, event, placed)
            if len(equal) > 1:
                state.leave_open(pathway.identifier, event, [(noc, rank) for noc, _, rank in equal])
                for noc, athlete_, _ in equal:
                    placed[:] = [one for one in placed if one.athlete != athlete_]
                    state.take(event, noc)
                continue
            last = placed.pop()
            state.take(event, last.noc)
            others = [one for one in line if one.athlete != athlete]
            state.reserve[event] = [InReserve(last.noc, last.athlete), *others]
            other = state.name(event, last.athlete)
            figures = {"name": name, "replaced": other, "replaced_noc": last.noc}
            state.tell(pathway.identifier, event, host, None, "host-replaces", {**figures}, granted=True)
            state.tell(pathway.identifier, event, last.noc, None, "host-replaced", {"name": other}, granted=False)
        placed.append(Placed(host, athlete, pathway.identifier))
        state.give(event, host)


def _equal(state: ListedState, event: str, placed: Sequence[Placed]) -> list[tuple[str, str, int]]:
    """Those who may have had the last place: whoever shares its rank in a tie, with a place by the same pathway."""
    by = next(one for one in state.rules.pathways if one.identifier == placed[-1].pathway)
    if not isinstance(by, RankingPlaces):
        return [(placed[-1].noc, placed[-1].athlete, 0)]
    own = {one.athlete for one in placed if one.pathway == by.identifier}
    for group in state.groups(event, by.ranking):
        if any(one.athlete == placed[-1].athlete for one in group):
            return [(one.noc, one.athlete, one.rank) for one in group if one.athlete in own]
    return []


def _candidate(state: ListedState, pathway: HostPlaces, event: str, host: str) -> str | None:
    """The host's best entry: on the reserve list, or in the first list of the event."""
    if pathway.on_reserve_list:
        return next((one.athlete for one in state.reserve.get(event, ()) if one.noc == host), None)
    first = next((one for (own, _), one in state.scenario.lists.items() if own == event), None)
    return next((one.athlete for one in first.entries if one.noc == host), None) if first else None
