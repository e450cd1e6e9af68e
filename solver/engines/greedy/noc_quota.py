"""Quota places of an NOC: the sum of its start places, up to a cap."""

from __future__ import annotations

from quotaproof.model.allocation import Award
from quotaproof.model.decisions import Decision
from quotaproof.model.pathways import NocQuota, QuotaCap
from quotaproof.model.rules import GENDERS, Gender

from .listed_state import ListedState
from .state import TieError


def step(state: ListedState, pathway: NocQuota) -> None:
    """An NOC and gender after the other; nothing while a tie leaves start places open."""
    if state.open:
        raise TieError
    for gender in GENDERS:
        for noc, (number, individual) in sorted(quota(state, pathway, gender).items()):
            state.awards.append(Award(pathway.identifier, noc, gender, number))
            kind = "quota-sum" if number == individual else "quota-capped"
            figures = {"athletes": number, "individual": individual}
            state.decisions.append(Decision(pathway.identifier, None, noc, gender, None, True, kind, {**figures}))


def quota(state: ListedState, pathway: NocQuota, gender: Gender) -> dict[str, tuple[int, int]]:
    """Return NOC -> (quota places, individual start places) for a gender, where there are any."""
    events = [event.identifier for event in state.rules.individual(gender)]
    found: dict[str, tuple[int, int]] = {}
    for noc in {noc for event in events for noc in state.places[event]}:
        individual = sum(state.number(event, noc) for event in events)
        cap = next(cap for cap in pathway.caps if _applies(state, cap, noc, gender))
        found[noc] = (min(individual, cap.athletes), individual)
    return found


def _applies(state: ListedState, cap: QuotaCap, noc: str, gender: Gender) -> bool:
    if cap.team:
        teams = [event for event in state.rules.events if event.kind == "relay" and event.gender == gender]
        if not any(state.number(event.identifier, noc) for event in teams):
            return False
    if cap.each_event is None:
        return True
    for event in state.rules.individual(gender):
        placed = state.entries.get(event.identifier, ())
        number = sum(one.noc == noc and (not cap.by or one.pathway in cap.by) for one in placed)
        if number < (event.noc_cap if cap.each_event == "the-maximum" else 1):
            return False
    return True
