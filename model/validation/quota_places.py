"""Quota places that follow from start places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from quotaproof.model.allocation import Award, Tied
from quotaproof.model.decisions import Figures
from quotaproof.model.kept import most_athletes, reallocation
from quotaproof.model.obstacles import Waiting
from quotaproof.model.pathways import QuotaPlaces
from quotaproof.model.quantities import counted
from quotaproof.model.rules import GENDERS, Gender

from .check import Check, Due
from .line import due_in_line, line, tied_in_line


def check_places(check: Check, pathway: QuotaPlaces) -> None:
    """Everybody has what its start places give, and at least what it kept."""
    waiting = _waiting(check, pathway)
    _entitled(check, pathway, waiting)
    line(check, pathway.identifier, waiting, _before(check, pathway, waiting))


def _entitled(check: Check, pathway: QuotaPlaces, waiting: list[Waiting]) -> None:
    extra = {(one.noc, one.gender) for one in waiting if one.granted}
    now = check.facts.now(pathway.identifier)
    for gender in GENDERS:
        for noc in check.facts.nocs:
            number = now.get((noc, gender), 0)
            expected = check.facts.largest(noc, gender)
            if check.facts.has_relay(noc, gender):
                bonus = pathway.bonus_from is not None and check.facts.individual(noc, gender) >= pathway.bonus_from
                in_walk = bonus and check.scenario.readings.fifth_in_walk == "yes"
                expected = pathway.relay_athletes + int(in_walk or (noc, gender) in extra)
            if check.facts.held is not None:
                expected = min(expected, most_athletes(check.facts.held, noc, gender))
                own = check.facts.held.awards_of(noc, gender)
                expected = max(expected, sum(a.number for a in own if a.pathway == pathway.identifier))
            if number != expected:
                message = f"{counted(number, 'quota place')}; the start places give {expected}"
                check.add(pathway.identifier, noc, gender, message)


def tied(check: Check, pathway: QuotaPlaces) -> set[Tied]:
    """Return the real tie where one is said to be."""
    waiting = _waiting(check, pathway)
    _entitled(check, pathway, waiting)
    return tied_in_line(check, pathway.identifier, waiting, _before(check, pathway, waiting))


def due(check: Check, pathway: QuotaPlaces) -> Iterator[Due]:
    """Yield what follows from start places, then the line for one more; after declines, what is more than was kept."""
    facts = check.facts
    for gender in GENDERS:
        for noc in facts.nocs:
            if facts.held is not None:
                yield from _due_after_declines(check, pathway, facts.held.awards_of(noc, gender), noc, gender)
                continue
            individual = facts.individual(noc, gender)
            kind, number = "largest", facts.largest(noc, gender)
            if facts.has_relay(noc, gender):
                kind, number = "relay", pathway.relay_athletes
                bonus = pathway.bonus_from is not None and individual >= pathway.bonus_from
                if bonus and check.scenario.readings.fifth_in_walk == "yes":
                    kind, number = "relay-bonus", pathway.relay_athletes + 1
            if number:
                figures: Figures = {"athletes": number, "base": pathway.relay_athletes, "individual": individual}
                yield (pathway.identifier, None, noc, gender, None, True), (0,), True, {kind: figures}
    waiting = _waiting(check, pathway)
    yield from due_in_line(check, pathway, waiting, _before(check, pathway, waiting), "bonus-granted")


def _due_after_declines(
    check: Check, pathway: QuotaPlaces, kept: Sequence[Award], noc: str, gender: Gender
) -> Iterator[Due]:
    had, number = sum(award.number for award in kept), check.facts.got.get((pathway.identifier, noc, gender), 0)
    if number > sum(award.number for award in kept if award.pathway == pathway.identifier):
        kind, granting = "needed" if number > had else "needed-had", reallocation(check.rules).identifier
        yield (granting, None, noc, gender, None, False), (0,), True, {kind: {"athletes": number, "had": had}}


def _waiting(check: Check, pathway: QuotaPlaces) -> list[Waiting]:
    """Who may ask for one more in line: where that is not part of the walk."""
    facts, now = check.facts, check.facts.now(pathway.identifier)
    if check.scenario.readings.fifth_in_walk == "yes" or facts.held is not None or pathway.bonus_from is None:
        return []
    return [
        Waiting(facts.order(noc, gender), noc, gender, now.get((noc, gender), 0) > pathway.relay_athletes)
        for gender in GENDERS
        for noc in facts.nocs
        if facts.has_relay(noc, gender) and facts.individual(noc, gender) >= pathway.bonus_from
    ]


def _before(check: Check, pathway: QuotaPlaces, waiting: list[Waiting]) -> Mapping[Gender, int]:
    """Quota places when the line begins."""
    before = check.facts.before(pathway)
    return {
        gender: before[gender]
        + check.facts.sum_of(pathway, gender)
        - sum(one.granted and one.gender == gender for one in waiting)
        for gender in GENDERS
    }
