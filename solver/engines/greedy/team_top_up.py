"""A quota place for NOCs that lack one athlete for the mixed relay, and the entries to it."""

from __future__ import annotations

from collections.abc import Mapping

from quotaproof.model.allocation import Tied
from quotaproof.model.decisions import Decision, Figures
from quotaproof.model.pathways import TeamTopUp
from quotaproof.model.rules import GENDERS, Event, Gender

from .state import State, TieError


def step(state: State, pathway: TeamTopUp) -> None:
    """One quota place for who lacks just one athlete, down the ranking; then all with a team enter, or the best."""
    if not state.repeated(pathway):
        return
    event = state.rules.event(pathway.event)
    team = event.team
    ranking = [noc for noc, _ in state.claims[event.identifier]]
    everyone = sorted({noc for gender in GENDERS for noc in state.athletes[gender]})
    ranked = set(ranking)
    in_order = ranking + [noc for noc in everyone if noc not in ranked]
    lacking = {noc: _lacking(state, noc, team) for noc in in_order}
    teams = [noc for noc in in_order if not lacking[noc] and not _gave_back(state, event.identifier, noc)]
    for rank, noc in enumerate(in_order, 1):
        if not lacking[noc] or _gave_back(state, event.identifier, noc):
            continue
        numbers: Figures = {gender: state.athletes[gender].get(noc, 0) for gender in GENDERS}
        numbers |= {"rank": rank if rank <= len(ranking) else None}
        if sum(lacking[noc].values()) > 1:
            if numbers["men"] or numbers["women"]:
                state.refuse(pathway.identifier, noc, None, "lacks-more", numbers, event.identifier)
            continue
        gender = next(iter(lacking[noc]))
        numbers |= {"lacking": gender}
        room, figures = state.room(gender)
        if rank > len(ranking):
            state.refuse(pathway.identifier, noc, gender, "top-up-unranked", numbers, event.identifier)
        elif len(teams) >= event.start_places:
            numbers |= {"teams": len(teams), "places": event.start_places}
            state.refuse(pathway.identifier, noc, gender, "teams-full", numbers, event.identifier)
        elif room is not None:
            state.refuse(pathway.identifier, noc, gender, room, {**numbers, **figures}, event.identifier)
        else:
            figures = {**numbers, "event": event.identifier}
            state.award(pathway.identifier, noc, gender, 1, "top-up", figures)
            teams.append(noc)
    turn = {noc: place for place, noc in enumerate(in_order)}
    _enter_teams(state, pathway.identifier, event, sorted(teams, key=turn.__getitem__))


def _gave_back(state: State, event: str, noc: str) -> bool:
    if (event, noc) in state.scenario.abstains:
        return True
    return state.held is not None and state.held.at_most.get((event, noc), 1) < 1


def _lacking(state: State, noc: str, team: Mapping[Gender, int]) -> dict[Gender, int]:
    """Athletes an NOC lacks for a team, by gender; empty if none."""
    missing = {gender: team[gender] - state.athletes[gender].get(noc, 0) for gender in GENDERS}
    return {gender: number for gender, number in missing.items() if number > 0}


def _enter_teams(state: State, pathway: str, event: Event, teams: list[str]) -> None:
    """All teams enter, or the best of the ranking with one place kept for the host."""
    crowded = len(teams) > event.start_places
    if crowded:
        _refuse_unranked_tie(state, pathway, event, teams)
    for noc in teams:
        if state.places[event.identifier].get(noc):
            continue
        numbers: Figures = {gender: state.athletes[gender][noc] for gender in GENDERS}
        numbers |= {"rank": state.rank(event.identifier, noc), "places": event.start_places}
        host = noc == state.scenario.host and event.identifier in state.guaranteed
        kept = not host and state.host_lacks(event.identifier)
        if state.taken[event.identifier] + kept >= event.start_places:
            granted, kind = False, "not-best"
        else:
            granted, kind = True, "enters-host" if host else "enters-best" if crowded else "enters"
            state.places[event.identifier][noc] = 1
            state.taken[event.identifier] += 1
        state.decisions.append(Decision(pathway, event.identifier, noc, None, 1, granted, kind, numbers))


def _refuse_unranked_tie(state: State, pathway: str, event: Event, teams: list[str]) -> None:
    """Teams outside the ranking share one rank; stop if some but not all of them would enter."""
    host = state.scenario.host if event.identifier in state.guaranteed else None
    entered = state.places[event.identifier]
    absent = [noc for noc in teams if state.rank(event.identifier, noc) is None]
    unranked = [noc for noc in absent if noc != host and noc not in entered]
    ranked = len(teams) - len(unranked)
    if ranked < event.start_places < len(teams):
        state.tied = [Tied(pathway, event.identifier, noc, None, None) for noc in unranked]
        raise TieError
