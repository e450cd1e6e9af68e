"""Start places in relays and in individual events: the entries of all rankings, one after the other, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from quotaproof.model.decisions import Decision, Figures
from quotaproof.model.kept import reallocation
from quotaproof.model.pathways import ParallelWalk, RelayPlaces
from quotaproof.model.rules import Event

from .state import State


def step(state: State, pathway: RelayPlaces | ParallelWalk) -> None:
    """Each entry has its place unless something excludes it; at the end the host, where it is not ranked."""
    if state.held is not None and state.held.quota_only:
        return
    events = [state.rules.event(event) for event in pathway.events]
    passed: dict[tuple[str, str], int] = {}
    for rank, event, noc, qualifier in _rows(state, events):
        key = (event.identifier, noc)
        passed[key] = passed.get(key, 0) + 1
        if state.held is None:
            _claim(state, pathway.identifier, event, noc, qualifier, rank)
        elif passed[key] > state.held.number(*key):
            _claim(state, reallocation(state.rules).identifier, event, noc, qualifier, rank)
    for event in events:
        host = state.scenario.host
        if host is not None and state.host_lacks(event.identifier):
            state.give(event, host)
            state.decisions.append(
                Decision(pathway.identifier, event.identifier, host, event.own_gender, None, True, "host", {})
            )


def _rows(state: State, events: Sequence[Event]) -> Iterator[tuple[int, Event, str, int]]:
    """Rank 1 of each event, then rank 2 of each, and so on."""
    lists = [(event, state.claims[event.identifier]) for event in events]
    for row in range(max((len(claims) for _, claims in lists), default=0)):
        for event, claims in lists:
            if row < len(claims):
                yield row + 1, event, *claims[row]


def _claim(state: State, pathway: str, event: Event, noc: str, qualifier: int, rank: int) -> None:
    kind, figures = _blocked(state, event, noc)
    if kind is None:
        state.give(event, noc)
        kind, figures = "ranked", {"number": state.taken[event.identifier], "places": event.start_places}
    granted = kind == "ranked"
    state.decisions.append(
        Decision(pathway, event.identifier, noc, event.own_gender, qualifier, granted, kind, {"rank": rank, **figures})
    )


def _blocked(state: State, event: Event, noc: str) -> tuple[str | None, Figures]:
    """What excludes one more place for an NOC, if anything."""
    identifier = event.identifier
    if state.held is not None and state.places[identifier].get(noc, 0) >= state.held.at_most.get((identifier, noc), 99):
        return "declined", {}
    if state.places[identifier].get(noc, 0) >= (most := state.scenario.noc_cap(event, noc)):
        return "noc-cap", {"cap": most}
    kept = state.host_lacks(identifier) and noc != state.scenario.host
    if state.taken[identifier] + kept >= event.start_places:
        if kept:
            return "host-kept", {"places": event.start_places, "host": state.scenario.host}
        return "event-full", {"places": event.start_places}
    gender = event.own_gender
    before, had = state.needs[gender].get(noc, 0), state.kept_by(noc, gender)
    after = state.need(state.with_one(event, noc), noc, gender)
    cap = state.caps_in_walk.get(gender)
    if after > before and cap is not None and state.needed[gender] + after - before > cap:
        return "gender-cap", {"needed": state.needed[gender], "more": after - before, "cap": cap}
    more = max(after, had) - max(before, had)
    if more > 0:
        cap = state.caps_afterwards.get(gender)
        if cap is not None and state.given_so_far[gender] + more > cap:
            return "gender-cap", {"needed": state.given_so_far[gender], "more": more, "cap": cap}
        needed = sum(state.given_so_far.values())
        if needed + more > state.rules.total:
            return "total-cap", {"needed": needed, "more": more, "cap": state.rules.total}
    return None, {}
