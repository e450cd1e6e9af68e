"""Start places taken back until the quota places fit the total."""

from __future__ import annotations

from itertools import cycle

from quotaproof.model.allocation import Award
from quotaproof.model.decisions import Figures
from quotaproof.model.errors import InputError
from quotaproof.model.pathways import NocQuota, RankingPlaces, ReduceToTotal
from quotaproof.model.rules import GENDERS, Gender

from .listed_state import ListedState
from .noc_quota import quota


def step(state: ListedState, pathway: ReduceToTotal) -> None:
    """The last place of the next event of the cycle goes, while its gender has too many quota places."""
    quotas = next(one for one in state.rules.pathways if isinstance(one, NocQuota))
    totals = {gender: _total(state, quotas, gender) for gender in GENDERS}
    turns = cycle(pathway.cycle)
    while any(_goes_on(state, pathway, gender, totals[gender]) for gender in GENDERS):
        event = next(turns)
        gender = state.gender(event)
        placed = state.entries.get(event)
        if gender is None or not placed or totals[gender] <= state.rules.gender_caps[gender]:
            continue
        _require_order(state, pathway, event)
        last = placed.pop()
        state.take(event, last.noc)
        state.taken_back.setdefault(event, []).append(last)
        cap = state.rules.gender_caps[gender]
        figures: Figures = {"name": state.name(event, last.athlete), "cap": cap}
        state.tell(pathway.identifier, event, last.noc, None, "taken-back", figures, granted=False)
        totals[gender] = _total(state, quotas, gender)
    state.awards[:] = [
        Award(quotas.identifier, noc, gender, number)
        for gender in GENDERS
        for noc, (number, _) in sorted(quota(state, quotas, gender).items())
    ]


def _require_order(state: ListedState, pathway: ReduceToTotal, event: str) -> None:
    """Raise InputError if the last place of an event shares its rank with another that is there, or has been taken."""
    placed = state.entries[event]
    by = next(one for one in state.rules.pathways if one.identifier == placed[-1].pathway)
    if not isinstance(by, RankingPlaces):
        return  # the host's place on top of the list has no rank beside others
    own = {one.athlete for one in (*placed, *state.taken_back.get(event, ())) if one.pathway == by.identifier}
    for group in state.groups(event, by.ranking):
        among = [entry for entry in group if entry.athlete in own]
        if len(among) > 1 and placed[-1].athlete in {entry.athlete for entry in among}:
            names = sorted(entry.label for entry in among)
            raise InputError(pathway.nobody_knows(names, group[0].rank, state.rules.event(event).label))


def _total(state: ListedState, quotas: NocQuota, gender: Gender) -> int:
    return sum(number for number, _ in quota(state, quotas, gender).values())


def _goes_on(state: ListedState, pathway: ReduceToTotal, gender: Gender, total: int) -> bool:
    """Whether a gender has too many quota places, and an event of the cycle a place to take back."""
    left = any(state.entries.get(event) and state.gender(event) == gender for event in pathway.cycle)
    return left and total > state.rules.gender_caps[gender]
