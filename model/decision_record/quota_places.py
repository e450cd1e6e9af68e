"""Decisions on quota places that follow from start places."""

from __future__ import annotations

from collections.abc import Iterator

from quotaproof.model.decisions import Decision, Figures
from quotaproof.model.kept import reallocation
from quotaproof.model.obstacles import Obstacles
from quotaproof.model.pathways import QuotaPlaces
from quotaproof.model.rules import GENDERS, Gender

from .line import in_line


def decisions(facts: Obstacles, pathway: QuotaPlaces) -> Iterator[Decision]:
    """Yield who has how many, then the line for one more; after declines, who needs more than it had."""
    return _first(facts, pathway) if facts.held is None else _after_declines(facts, pathway)


def _first(facts: Obstacles, pathway: QuotaPlaces) -> Iterator[Decision]:
    waiting: list[tuple[str, Gender]] = []
    for gender in GENDERS:
        for noc in facts.nocs:
            number = facts.got.get((pathway.identifier, noc, gender), 0)
            if not number:
                continue
            individual = facts.individual(noc, gender)
            kind = "largest"
            if facts.has_relay(noc, gender):
                kind = "relay"
                if pathway.bonus_from is not None and individual >= pathway.bonus_from:
                    if facts.scenario.readings.fifth_in_walk == "yes":
                        kind = "relay-bonus"
                    else:
                        waiting.append((noc, gender))
                        number = pathway.relay_athletes
            figures: Figures = {"athletes": number, "base": pathway.relay_athletes, "individual": individual}
            yield Decision(pathway.identifier, None, noc, gender, None, True, kind, figures)
    got = {
        (noc, gender): facts.got[pathway.identifier, noc, gender] > pathway.relay_athletes for noc, gender in waiting
    }
    given = facts.before(pathway)
    for gender in GENDERS:
        given[gender] += sum(n for (p, _, g), n in facts.got.items() if (p, g) == (pathway.identifier, gender)) - sum(
            granted for (_, g), granted in got.items() if g == gender
        )
    yield from in_line(facts, pathway.identifier, waiting, got, given, "bonus-granted")


def _after_declines(facts: Obstacles, pathway: QuotaPlaces) -> Iterator[Decision]:
    """Who needs more quota places for its start places than it had on this pathway."""
    for gender in GENDERS:
        for noc in facts.nocs:
            own = facts.held.awards_of(noc, gender) if facts.held else ()
            had = sum(award.number for award in own)
            before = sum(award.number for award in own if award.pathway == pathway.identifier)
            number = facts.got.get((pathway.identifier, noc, gender), 0)
            if number > before:
                kind = "needed" if number > had else "needed-had"
                granting = reallocation(facts.rules).identifier
                figures: Figures = {"athletes": number, "had": had}
                yield Decision(granting, None, noc, gender, None, True, kind, figures)
