"""Which questions about unknown standings a what-if can answer; others are refused in one sentence."""

from __future__ import annotations

from quotaproof.model.errors import InputError
from quotaproof.model.kept import reallocation
from quotaproof.model.pathways import require_known
from quotaproof.model.published import Published
from quotaproof.model.scenario import Scenario
from quotaproof.solver.unknown.reachability import cap_binds

ELSE = "use verify, which judges the table itself"
"""What can still be asked where a what-if is not modelled."""


def require_modelled(scenario: Scenario, table: Published) -> None:
    """Raise InputError for what a what-if with unknown standings does not model."""
    require_known("whatif", scenario.rules.pathways)
    reallocation(scenario.rules)
    if scenario.readings.fifth_in_walk == "no":
        raise InputError(f"with unknown standings what-if is modelled for fifth-in-walk=yes only; {ELSE}")
    if cap_binds(scenario, table):
        raise InputError(
            f"the table uses up a cap on athletes, and what-if with unknown standings does not model that; {ELSE}"
        )
    for event in scenario.rules.events:
        if event.kind == "individual" and event.identifier in scenario.standings.rankings:
            raise InputError(
                f"part of the ranking of {event.identifier} is known; what-if is modelled for complete standings, "
                f"or for individual rankings of which at most single facts are known; {ELSE}"
            )
    for fact in scenario.facts:
        if fact.event not in {event.identifier for event in scenario.rules.events}:
            continue
        held = table.number(fact.noc or "", fact.event)
        beyond = fact.kind in ("ranked", "ahead-of") or (fact.kind == "rank" and fact.qualifier > held)
        found = scenario.rules.event(fact.event)
        if found.kind == "relay" and fact.kind in ("declined-rank", "came-in-rank"):
            raise InputError(
                f"the fact {fact.kind} in {fact.event} says that somebody gave a place back before, and whose places "
                f"came free then is not modelled, so what-if with unknown standings cannot be answered; {ELSE}"
            )
        if found.kind == "individual" and beyond:
            raise InputError(
                f"the fact {fact.kind} of {fact.noc} in {fact.event} is about the reserve list, "
                f"which what-if with unknown standings takes to be wholly unknown; {ELSE}"
            )
