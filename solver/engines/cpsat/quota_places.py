"""Quota places that follow from start places; with `fifth-in-walk` = no, one more in line."""

from __future__ import annotations

from quotaproof.model.allocation import Award
from quotaproof.model.kept import most_athletes
from quotaproof.model.pathways import QuotaPlaces
from quotaproof.model.rules import GENDERS, Gender, NocGender

from .state import State


def step(state: State, pathway: QuotaPlaces) -> None:
    """A relay NOC has a fixed number, or one more; another NOC the largest number of its start places."""
    state.count_start_places()
    asking: list[NocGender] = []
    nocs = sorted(set().union(*state.places.values()))
    for gender in GENDERS:
        for noc in nocs:
            number = state.largest.get((noc, gender), 0)
            if state.has_relay(noc, gender):
                number = pathway.relay_athletes
                individual = state.individual.get((noc, gender), 0)
                if pathway.bonus_from is not None and individual >= pathway.bonus_from:
                    if state.scenario.readings.fifth_in_walk == "yes":
                        number += 1
                    elif state.held is None:
                        asking.append((noc, gender))
            _entitled(state, pathway, noc, gender, min(number, most_athletes(state.held, noc, gender)))
    state.in_line(f"{pathway.identifier}/line", pathway.identifier, state.by_order(asking))


def _entitled(state: State, pathway: QuotaPlaces, noc: str, gender: Gender, number: int) -> None:
    """Quota places that follow from start places; after declines, at least what is kept."""
    if state.held is None:
        if number:
            state.awards.append(Award(pathway.identifier, noc, gender, number))
            state.athletes[noc, gender] = number
        return
    own = state.held.awards_of(noc, gender)
    number = max(number, sum(award.number for award in own if award.pathway == pathway.identifier))
    rest = max(0, sum(award.number for award in own) - number)
    if number:
        state.awards.append(Award(pathway.identifier, noc, gender, number))
    for award in own:
        if award.pathway != pathway.identifier and rest:
            state.awards.append(award._replace(number=min(rest, award.number)))
            rest -= min(rest, award.number)
            number += state.awards[-1].number
    if number:
        state.athletes[noc, gender] = number
