"""Quota places left over."""

from __future__ import annotations

from collections.abc import Iterator

from quotaproof.model.allocation import Tied
from quotaproof.model.kept import most_athletes
from quotaproof.model.obstacles import Waiting
from quotaproof.model.pathways import Remainder
from quotaproof.model.quantities import counted
from quotaproof.model.rules import GENDERS

from .check import Check, Due
from .line import due_in_line, line, only_kept, tied_in_line


def check_places(check: Check, pathway: Remainder) -> None:
    """Nobody has one without meeting the condition, and the line was kept."""
    if only_kept(check, pathway):
        return
    waiting = _waiting(check, pathway)
    _only_who_asks(check, pathway, waiting)
    line(check, pathway.identifier, waiting, check.facts.before(pathway))


def _only_who_asks(check: Check, pathway: Remainder, waiting: list[Waiting]) -> None:
    asking = {(one.noc, one.gender) for one in waiting}
    for (noc, gender), got in check.facts.now(pathway.identifier).items():
        if got > ((noc, gender) in asking):
            check.add(
                pathway.identifier, noc, gender, f"{counted(got, 'quota place')} that the condition does not give"
            )


def tied(check: Check, pathway: Remainder) -> set[Tied]:
    """Return the real tie where one is said to be."""
    waiting = _waiting(check, pathway)
    _only_who_asks(check, pathway, waiting)
    return tied_in_line(check, pathway.identifier, waiting, check.facts.before(pathway))


def due(check: Check, pathway: Remainder) -> Iterator[Due]:
    """Yield the decisions of the line."""
    if check.facts.repeated(pathway):
        yield from due_in_line(check, pathway, _waiting(check, pathway), check.facts.before(pathway), "next")


def _waiting(check: Check, pathway: Remainder) -> list[Waiting]:
    """Everybody who meets the condition."""
    facts, until, now = check.facts, check.facts.until(pathway), check.facts.now(pathway.identifier)
    return [
        Waiting(facts.order(noc, gender), noc, gender, now.get((noc, gender), 0) > 0)
        for gender in GENDERS
        for noc in facts.nocs
        if until.get((noc, gender), 0) == pathway.quota_places < most_athletes(facts.held, noc, gender)
        and (facts.has_relay(noc, gender) or not pathway.relay_only)
        and pathway.individual_places in (None, facts.individual(noc, gender))
    ]
