"""Quota places left over."""

from __future__ import annotations

from quotaproof.model.kept import most_athletes
from quotaproof.model.pathways import Remainder
from quotaproof.model.rules import GENDERS

from .line import Candidate, in_line
from .state import State


def step(state: State, pathway: Remainder) -> None:
    """One more for each NOC and gender that meets the condition, in line, while any are left."""
    if not state.repeated(pathway):
        return
    candidates: list[Candidate] = []
    for gender in GENDERS:
        relay = state.relay[gender]
        for noc, number in sorted(state.athletes[gender].items()):
            individual = state.individual_places(noc, gender)
            has_relay = relay is not None and noc in state.places[relay]
            if number >= most_athletes(state.held, noc, gender):
                continue
            if number != pathway.quota_places or (pathway.relay_only and not has_relay):
                continue
            if pathway.individual_places in (None, individual):
                candidates.append(Candidate(noc, gender, state.rank(relay, noc), individual))
    in_line(state, pathway.identifier, candidates, "next")
