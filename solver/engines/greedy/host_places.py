"""The host's start place in events in which it has none."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from quotaproof.model.allocation import InReserve, Placed
from quotaproof.model.pathways import HostPlaces, RankingPlaces, ReserveList
from quotaproof.model.results.ranked_lists import ListedEntry

from .listed_state import ListedState


def step(state: ListedState, pathway: HostPlaces) -> None:
    """The host's best entry takes the last place, or comes on top."""
    host = state.scenario.host
    for event in pathway.events:
        if host is None or event in state.open or state.number(event, host):
            continue
        candidates = _candidates(state, pathway, event, host)
        torn = state.torn_reserve.get(event, set()) if pathway.on_reserve_list else set()
        placed = state.entries.setdefault(event, [])
        if pathway.mode == "replace-last" and not placed:
            continue
        equal = _equal(state, event, placed) if pathway.mode == "replace-last" else []
        uncertain = _uncertain(candidates, torn, state, event, host)
        if uncertain or (candidates and len(equal) > 1):
            state.leave_open(pathway.identifier, event, uncertain or [(noc, rank) for noc, _, rank in equal])
            for noc, other, _ in equal:
                placed[:] = [one for one in placed if one.athlete != other]
                state.take(event, noc)
            continue
        if not candidates:
            continue
        athlete = candidates[0].athlete
        line = state.reserve.get(event, [])
        name = state.name(event, athlete)
        if pathway.mode == "additional":
            line[:] = [one for one in line if one.athlete != athlete]
            state.tell(pathway.identifier, event, host, None, "host-added", {"name": name}, granted=True)
        else:
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


def _candidates(state: ListedState, pathway: HostPlaces, event: str, host: str) -> list[ListedEntry]:
    """The host's entries, best first: those on the reserve list, or in the first list of the event."""
    on_list = [one.athlete for one in state.reserve.get(event, ()) if one.noc == host]
    for by in state.rules.pathways:
        if isinstance(by, ReserveList) and event in by.ranking and pathway.on_reserve_list:
            groups = state.groups(event, by.ranking[event])
            return [one for group in groups for one in group if one.athlete in on_list]
    ranking = next((name for own, name in state.scenario.lists if own == event), "")
    return [one for group in state.groups(event, ranking) for one in group if one.noc == host]


def _uncertain(
    candidates: Sequence[ListedEntry], torn: Collection[str], state: ListedState, event: str, host: str
) -> list[tuple[str, int]]:
    """What a tie leaves open of who the host's best entry is: the host and the rank, or nothing."""
    if not candidates:
        names = {e.athlete: e for (own, _), one in state.scenario.lists.items() if own == event for e in one.entries}
        return [(host, names[athlete].rank) for athlete in sorted(torn) if names[athlete].noc == host][:1]
    best = candidates[0]
    shared = len(candidates) > 1 and candidates[1].rank == best.rank
    return [(host, best.rank)] if shared or best.athlete in torn else []
