"""Start places in relays and in individual events: a claim is granted exactly if nothing excludes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from quotaproof.model.decisions import Figures
from quotaproof.model.pathways import ParallelWalk, RelayPlaces
from quotaproof.model.quantities import counted

from .check import Check, Due


def check_places(check: Check, pathway: RelayPlaces | ParallelWalk) -> None:
    """Who has a place could be given it, who has none could not, and nobody lost one that it kept."""
    for claim in check.facts.claims(pathway):
        if claim.granted != bool(claim.obstacles):
            continue
        where = (check.facts.granting(pathway), claim.noc, claim.event)
        if claim.granted:
            check.add(*where, f"qualifier {claim.qualifier} has a start place although {claim.words()}")
        else:
            check.add(*where, f"qualifier {claim.qualifier} has no start place although nothing excludes it")
    held = check.facts.held
    for event in pathway.events if held is not None and held.quota_only else ():
        for noc, number in check.allocation.places.get(event, {}).items():
            if number > check.facts.held_number(event, noc):
                check.add(None, noc, event, "it gained a start place, and only quota places were given back")
    for event in pathway.events:
        for noc, number in (check.facts.held.places.get(event, {}) if check.facts.held else {}).items():
            if check.facts.places(event, noc) < number:
                check.add(
                    None, noc, event, f"it had {counted(number, 'start place')} and lost one that it did not give back"
                )


def due(check: Check, pathway: RelayPlaces | ParallelWalk) -> Iterator[Due]:
    """Yield the decisions on claims in the order of the walk, then those on hosts that are not ranked."""
    granting, facts = check.facts.granting(pathway), check.facts
    places = {event: check.rules.event(event).start_places for event in pathway.events}
    genders = {event: check.rules.event(event).own_gender for event in pathway.events}
    claims = facts.claims(pathway)
    for turn, (event, noc, qualifier, rank, number, granted, obstacles) in enumerate(claims):
        subject = (granting, event, noc, genders[event], qualifier, False)
        if granted:
            reasons: Mapping[str, Figures] = {"ranked": {"rank": rank, "number": number, "places": places[event]}}
        else:
            reasons = {kind: {"rank": rank, **figures} for kind, figures in obstacles.items()}
        yield subject, (turn,), granted, reasons
    host = check.scenario.host
    for event in pathway.events:
        if host is None or not facts.guaranteed(event, host) or facts.held_number(event, host):
            continue
        if host not in facts.ranks.get(event, {}):
            yield (pathway.identifier, event, host, genders[event], None, False), (len(claims),), True, {"host": {}}
