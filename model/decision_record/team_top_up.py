"""Decisions on quota places for the mixed relay, and on the entries to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from quotaproof.model.decisions import Decision, Figures
from quotaproof.model.obstacles import LAST, Obstacles
from quotaproof.model.pathways import TeamTopUp
from quotaproof.model.pathways.team_top_up import lacking
from quotaproof.model.rules import GENDERS, Gender

from .line import no_room


def decisions(facts: Obstacles, pathway: TeamTopUp) -> Iterator[Decision]:
    """Yield the decisions on who lacks athletes, down the ranking, then those on the teams' entries."""
    if facts.repeated(pathway):
        yield from _top_up(facts, pathway)
        if all(tied.pathway != pathway.identifier for tied in facts.allocation.tied):
            yield from _teams(facts, pathway)


def _top_up(facts: Obstacles, pathway: TeamTopUp) -> Iterator[Decision]:
    event = facts.rules.event(pathway.event)
    ranks = facts.ranks.get(event.identifier, {})
    given = facts.before(pathway)
    until = facts.until(pathway)
    had = {noc: {gender: until.get((noc, gender), 0) for gender in GENDERS} for noc in facts.nocs}
    lacks = {noc: lacking(event.team, had[noc]) for noc in facts.nocs}
    wants = {noc: not facts.gave_back(event.identifier, noc) for noc in facts.nocs}
    entered = facts.allocation.places.get(event.identifier, {})
    teams = sum(not missing and (wants[noc] or noc in entered) for noc, missing in lacks.items())
    for noc in sorted(facts.nocs, key=lambda noc: (ranks.get(noc, LAST), noc)):
        if not lacks[noc] or not any(had[noc].values()) or not wants[noc]:
            continue
        figures: Figures = {**_by_name(had[noc]), "rank": ranks.get(noc), "event": event.identifier}
        if sum(lacks[noc].values()) > 1:
            yield Decision(pathway.identifier, None, noc, None, None, False, "lacks-more", figures)
            continue
        (gender,) = lacks[noc]
        figures["lacking"] = gender
        granted = bool(facts.new(pathway.identifier, noc, gender))
        if noc not in ranks:
            kind = "top-up-unranked"
        elif granted:
            kind = "top-up"
            teams += 1
            given[gender] += 1
        elif teams >= event.start_places:
            kind = "teams-full"
            figures |= {"teams": teams, "places": event.start_places}
        else:
            kind, numbers = no_room(facts, gender, given)
            figures |= numbers
        yield Decision(pathway.identifier, None, noc, gender, None, granted, kind, figures)


def _teams(facts: Obstacles, pathway: TeamTopUp) -> Iterator[Decision]:
    event = facts.rules.event(pathway.event)
    ranks = facts.ranks.get(event.identifier, {})
    until, now = facts.until(pathway), facts.now(pathway.identifier)
    numbers = {
        noc: {gender: until.get((noc, gender), 0) + now.get((noc, gender), 0) for gender in GENDERS}
        for noc in facts.nocs
    }
    teams = [
        noc
        for noc in facts.nocs
        if not lacking(event.team, numbers[noc])
        and (facts.places(event.identifier, noc) or not facts.gave_back(event.identifier, noc))
    ]
    crowded = len(teams) > event.start_places
    for noc in sorted(teams, key=lambda noc: (ranks.get(noc, LAST), noc)):
        if facts.held_number(event.identifier, noc):
            continue
        granted = bool(facts.allocation.places.get(event.identifier, {}).get(noc))
        kind = "enters-best" if crowded else "enters"
        if not granted:
            kind = "not-best"
        elif facts.guaranteed(event.identifier, noc):
            kind = "enters-host"
        figures: Figures = {**_by_name(numbers[noc]), "rank": ranks.get(noc), "places": event.start_places}
        yield Decision(pathway.identifier, event.identifier, noc, None, 1, granted, kind, figures)


def _by_name(numbers: Mapping[Gender, int]) -> Figures:
    return {str(gender): number for gender, number in numbers.items()}
