"""Decisions on quota places left over."""

from __future__ import annotations

from collections.abc import Iterator

from quotaproof.model.decisions import Decision
from quotaproof.model.kept import most_athletes
from quotaproof.model.obstacles import Obstacles
from quotaproof.model.pathways import Remainder
from quotaproof.model.pathways.remainder import fits
from quotaproof.model.rules import GENDERS, Gender

from .line import in_line


def decisions(facts: Obstacles, pathway: Remainder) -> Iterator[Decision]:
    """Yield the decisions of the line of those who meet the condition."""
    if not facts.repeated(pathway):
        return
    until = facts.until(pathway)
    waiting: list[tuple[str, Gender]] = [
        (noc, gender)
        for gender in GENDERS
        for noc in facts.nocs
        if until.get((noc, gender), 0) < most_athletes(facts.held, noc, gender)
        and fits(
            pathway,
            until.get((noc, gender), 0),
            facts.individual(noc, gender),
            has_relay=facts.has_relay(noc, gender),
        )
    ]
    got = {key: bool(facts.new(pathway.identifier, *key)) for key in waiting}
    given = facts.before(pathway)
    yield from in_line(facts, pathway.identifier, waiting, got, given, "next")
