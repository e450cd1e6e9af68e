"""Decisions on start places in relays and in individual events."""

from __future__ import annotations

from collections.abc import Iterator

from quotaproof.model.decisions import Decision, Figures
from quotaproof.model.obstacles import Obstacles
from quotaproof.model.pathways import ParallelWalk, RelayPlaces
from quotaproof.model.rules import Gender


def decisions(facts: Obstacles, pathway: RelayPlaces | ParallelWalk) -> Iterator[Decision]:
    """Yield the decisions on claims in the order of the walk, then those on hosts that are not ranked."""
    granting = facts.granting(pathway)
    genders: dict[str, Gender] = {event: facts.rules.event(event).own_gender for event in pathway.events}
    places = {event: facts.rules.event(event).start_places for event in pathway.events}
    for event, noc, qualifier, rank, number, granted, obstacles in facts.claims(pathway):
        figures: Figures
        if granted:
            kind, figures = "ranked", {"rank": rank, "number": number, "places": places[event]}
        else:
            kind, own = next(iter(obstacles.items()), ("ranked", {}))
            figures = {"rank": rank, **own}
        yield Decision(granting, event, noc, genders[event], qualifier, granted, kind, figures)
    host = facts.scenario.host
    for identifier in pathway.events:
        ranked = host in facts.ranks.get(identifier, {})
        kept = host is not None and facts.held_number(identifier, host)
        if host is not None and facts.guaranteed(identifier, host) and not ranked and not kept:
            gender = genders[identifier]
            yield Decision(pathway.identifier, identifier, host, gender, None, True, "host", {})
