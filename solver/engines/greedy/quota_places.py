"""Quota places that follow from start places."""

from __future__ import annotations

from quotaproof.model.allocation import Award
from quotaproof.model.decisions import Decision, Figures
from quotaproof.model.kept import Held, reallocation
from quotaproof.model.pathways import QuotaPlaces
from quotaproof.model.rules import GENDERS

from .line import Candidate, in_line
from .state import State


def step(state: State, pathway: QuotaPlaces) -> None:
    """A relay NOC has a fixed number, or one more; another NOC the largest number of its start places.

    Where `fifth-in-walk` is no, the one more is asked for in line.
    """
    if state.held is not None:
        _after_declines(state, pathway, state.held)
        return
    asking: list[Candidate] = []
    for gender in GENDERS:
        relay = state.relay[gender]
        for noc in sorted(state.needs[gender]):
            individual = state.individual_places(noc, gender)
            if relay is None or not state.places[relay].get(noc):
                number, kind = state.needs[gender][noc], "largest"
            elif pathway.bonus_from is None or individual < pathway.bonus_from:
                number, kind = pathway.relay_athletes, "relay"
            elif state.scenario.readings.fifth_in_walk == "yes":
                number, kind = pathway.relay_athletes + 1, "relay-bonus"
            else:
                number, kind = pathway.relay_athletes, "relay"
                asking.append(Candidate(noc, gender, state.rank(relay, noc), individual))
            if number:
                figures: Figures = {
                    "athletes": number,
                    "base": pathway.relay_athletes,
                    "individual": individual,
                }
                state.award(pathway.identifier, noc, gender, number, kind, figures)
    in_line(state, pathway.identifier, asking, "bonus-granted")


def _after_declines(state: State, pathway: QuotaPlaces, held: Held) -> None:
    """Quota places after a decline: what the start places give, and at least what is held."""
    for gender in GENDERS:
        for noc in sorted({*state.needs[gender], *state.kept[gender]}):
            own = held.awards_of(noc, gender)
            by_pathway = sum(award.number for award in own if award.pathway == pathway.identifier)
            number = max(state.needs[gender].get(noc, 0), by_pathway)
            rest = max(0, state.kept_by(noc, gender) - number)
            if number:
                state.count_award(Award(pathway.identifier, noc, gender, number))
                if number > by_pathway:
                    figures: Figures = {"athletes": number, "had": state.kept_by(noc, gender)}
                    identifier = reallocation(state.rules).identifier
                    kind = "needed" if number > state.kept_by(noc, gender) else "needed-had"
                    state.decisions.append(Decision(identifier, None, noc, gender, None, True, kind, figures))
            for award in own:
                if award.pathway != pathway.identifier and rest:
                    state.count_award(award._replace(number=min(rest, award.number)))
                    rest -= min(rest, award.number)
