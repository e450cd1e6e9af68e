"""Places given back after the deadline of the rules: nobody is offered them, and they stay free.

So no engine is asked. From then on the caps are lower by as many, so that no later decline brings such a place up
again: an event has fewer start places, and the total and the caps per gender leave as much room as they did before.
"""

from __future__ import annotations

from dataclasses import replace

from quotaproof.model.allocation import Allocation
from quotaproof.model.kept import Held, entitled, row_of
from quotaproof.model.rules import GENDERS, Gender
from quotaproof.model.scenario import Scenario


def left_free(present: Allocation, held: Held) -> Allocation:
    """Return the allocation of what is held alone."""
    return replace(present, places=held.places, awards=held.awards, decisions=(), optima=())


def _needed(scenario: Scenario, allocation: Allocation, gender: Gender) -> int:
    """The athletes that all start places need, as the walk counts them."""
    counts_bonus = scenario.readings.fifth_in_walk == "yes"
    rows = (row_of(allocation.places, noc) for noc in allocation.nocs)
    return sum(entitled(scenario.rules, row, gender, counts_bonus=counts_bonus) for row in rows)


def without_free_places(scenario: Scenario, before: Allocation, after: Allocation) -> Scenario:
    """Return the scenario with caps that are lower by the places which stay free."""
    rules = scenario.rules
    caps: dict[str, int] = {}
    for event in rules.events:
        free = sum(before.places[event.identifier].values()) - sum(after.places[event.identifier].values())
        caps[event.identifier] = event.start_places - free
    free_athletes = [old - new for old, new in zip(before.totals, after.totals, strict=True)]
    caps["total"] = max(0, rules.total - sum(free_athletes))
    for gender, free in zip(GENDERS, free_athletes, strict=True):
        match scenario.readings.gender_cap:
            case "hard":
                caps[gender] = max(0, rules.gender_caps[gender] - free)
            case "walk":  # bounds what start places need, and quota places left over may exceed it
                need = _needed(scenario, before, gender) - _needed(scenario, after, gender)
                caps[gender] = max(0, rules.gender_caps[gender] - need)
            case "nominal":
                pass
    return replace(scenario, rules=rules.with_caps(caps))
