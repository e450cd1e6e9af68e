"""Quota places left over, in the order of the relay rankings."""

from __future__ import annotations

from quotaproof.model.kept import most_athletes
from quotaproof.model.pathways import Remainder

from .state import State


def step(state: State, pathway: Remainder) -> None:
    """One more for each NOC and gender that meets the condition, in line."""
    if not state.repeated(pathway):
        return
    asking = [
        (noc, gender)
        for (noc, gender), number in state.athletes.items()
        if number == pathway.quota_places < most_athletes(state.held, noc, gender)
        and (state.has_relay(noc, gender) or not pathway.relay_only)
        and pathway.individual_places in (None, state.individual.get((noc, gender), 0))
    ]
    state.in_line(f"{pathway.identifier}/line", pathway.identifier, state.by_order(asking))
