r"""Quota places of an NOC: the sum of its start places, up to a cap.

For NOC n and a gender, u[n,k] is 1 where it has a k-th quota place, and b[n,c] where cap c applies:

    sum over k of u[n,k]  <=  its individual start places
    sum over k of u[n,k]  <=  athletes of cap c,   if b[n,c]
    sum over c of b[n,c]  =  1
    b[n,c]  =  0   where the condition of c fails, or that of an earlier cap holds

The tier is u, NOC after NOC.
"""

from __future__ import annotations

from quotaproof.model.allocation import Award
from quotaproof.model.decisions import Decision
from quotaproof.model.pathways import NocQuota, QuotaCap
from quotaproof.model.rules import GENDERS, Gender

from .listed_state import ListedState
from .state import TieError
from .tiers import Stages


def step(state: ListedState, pathway: NocQuota) -> None:
    """One model for each gender; nothing while a tie leaves start places open."""
    if state.open:
        raise TieError
    for gender in GENDERS:
        sums = individual(state, gender)
        for noc, number in solved(state, pathway, gender, sums, f"{pathway.identifier}/{gender}").items():
            state.awards.append(Award(pathway.identifier, noc, gender, number))
            kind = "quota-sum" if number == sums[noc] else "quota-capped"
            figures = {"athletes": number, "individual": sums[noc]}
            state.decisions.append(Decision(pathway.identifier, None, noc, gender, None, True, kind, {**figures}))


def individual(state: ListedState, gender: Gender) -> dict[str, int]:
    """Return NOC -> individual start places in a gender, NOCs sorted."""
    sums: dict[str, int] = {}
    for event in state.rules.individual(gender):
        for noc, number in state.places[event.identifier].items():
            sums[noc] = sums.get(noc, 0) + number
    return dict(sorted(sums.items()))


def solved(state: ListedState, pathway: NocQuota, gender: Gender, sums: dict[str, int], name: str) -> dict[str, int]:
    """Return NOC -> quota places."""
    if not sums:
        return {}
    stages = Stages(state.settings)
    model = stages.model
    u = {noc: model.booleans(number) for noc, number in sums.items()}
    for noc, own in u.items():
        b = model.booleans(len(pathway.caps))
        model.linear(b, [1] * len(b), 1, 1)
        before = False
        for literal, cap in zip(b, pathway.caps, strict=True):
            holds = _holds(state, cap, noc, gender)
            if before or not holds:
                model.limit(literal, 0, 0)
            before = before or holds
            model.linear(own, [1] * len(own), 0, cap.athletes, [literal])
    values = stages.maximise([variable for own in u.values() for variable in own], name)
    state.optima += stages.optima
    found: dict[str, int] = {}
    start = 0
    for noc, own in u.items():
        found[noc] = sum(values[start : start + len(own)])
        start += len(own)
    return found


def _holds(state: ListedState, cap: QuotaCap, noc: str, gender: Gender) -> bool:
    """Whether the condition of a cap holds for an NOC in a gender."""
    teams = [event.identifier for event in state.rules.events if (event.kind, event.gender) == ("relay", gender)]
    if cap.team and not any(state.places[team].get(noc) for team in teams):
        return False
    for event in state.rules.individual(gender) if cap.each_event else ():
        own = [one for one in state.entries.get(event.identifier, ()) if one.noc == noc]
        counted = sum(not cap.by or one.pathway in cap.by for one in own)
        if counted < (event.noc_cap if cap.each_event == "the-maximum" else 1):
            return False
    return True
