"""The executable specification: every violation of the rules by an allocation, found without a solver.

An allocation is right if and only if every claim that was granted could be granted, every claim that was refused could
not, given the places of all claims before it, and every decision on record says so with a true reason. There is a
module for the checks of each kind of pathway; none is shared with an engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from quotaproof.model.allocation import Allocation, Tied
from quotaproof.model.decisions import Decision
from quotaproof.model.kept import Held
from quotaproof.model.obstacles import Obstacles
from quotaproof.model.pathways import (
    KINDS,
    ListedPathway,
    ParallelWalk,
    Pathway,
    Reallocation,
    Refused,
    RelayPlaces,
    steps_in,
    supported,
)
from quotaproof.model.scenario import Scenario

from . import listed, start_places
from .caps import caps, known, nothing_behind_a_tie, tied_in_standings
from .check import Check, Due, Violation
from .listed_reallocation import violations_after
from .record import check_record
from .sound import contradictions, misshapen

__all__ = ["STEPS", "Violation", "found_by", "found_in_record", "judged", "violations"]


class KindChecks(NamedTuple):
    """The checks of a kind of pathway.

    Attributes
    ----------
    places
        Notes what is wrong with its places and quota places.
    tied
        Returns who is really tied, where a tie is said to be, and notes what is wrong with what comes before the tie.
    due
        Returns the decisions that the record must hold.
    """

    places: Callable[[Check, Any], None]
    tied: Callable[[Check, Any], set[Tied]]
    due: Callable[[Check, Any], Iterable[Due]]


def _nobody(check: Check, pathway: Pathway) -> set[Tied]:
    """No tie: the order of a walk is that of the standings, and reallocation hands nothing out itself."""
    return set()


_START_PLACES = KindChecks(start_places.check_places, _nobody, start_places.due)

BY_QUALIFIERS: Mapping[type[Pathway], KindChecks | Refused] = {
    **steps_in(
        __name__,
        lambda module: KindChecks(module.check_places, module.tied, module.due),
        [kind for kind in KINDS if not issubclass(kind, ListedPathway)],
    ),
    RelayPlaces: _START_PLACES,
    ParallelWalk: _START_PLACES,
    # What it gives is judged where it is given: by the pathways that hand start places and quota places out.
    Reallocation: KindChecks(lambda check, pathway: None, _nobody, lambda check, pathway: ()),
}
"""The checks of each kind of pathway that goes by SOQCs of qualifiers."""

STEPS: Mapping[type[Pathway], KindChecks | Callable[[Any, Any], None] | Refused] = {**listed.STEPS, **BY_QUALIFIERS}
"""The checks of each kind of pathway."""


def violations(scenario: Scenario, allocation: Allocation, held: Held | None = None) -> list[Violation]:
    """Return every violation of the scenario's rules and readings, in the order of the pathways; empty if right.

    An allocation with status `tie` is partial: what comes before the tie is judged, and nothing may be behind it.

    Parameters
    ----------
    held
        What was held before, if the allocation fills holes after declines.

    Raises
    ------
    IncompleteError
        If the standings are not complete.
    UnsupportedError
        If the rules have a kind of pathway that the validator does not know.
    """
    scenario.require_complete()
    if found := misshapen(allocation) or judged(scenario, allocation, held):
        return found
    return list(contradictions(scenario.rules, allocation))


def judged(scenario: Scenario, allocation: Allocation, held: Held | None = None) -> list[Violation]:
    """Return what `violations` does, of an allocation as an engine gives it, whose fields are of their types."""
    if scenario.rules.by_lists:
        if held is not None:
            supported(listed.NAME, scenario.pathways, STEPS)
            return violations_after(scenario, allocation, held)
        return listed.violations(scenario, allocation)
    return found_by(Obstacles(scenario, allocation, held))


def found_by(facts: Obstacles) -> list[Violation]:
    """Return what `violations` does, for an allocation whose facts are at hand already."""
    check = Check(facts)
    steps = supported(listed.NAME, facts.rules.pathways, BY_QUALIFIERS)
    known(check)
    caps(check)
    tied = {tied.pathway for tied in facts.allocation.tied}
    if None in tied:
        tied_in_standings(check)
        return check.found
    for number, (step, pathway) in enumerate(steps, 1):
        if pathway.identifier in tied:
            _check_tie(check, pathway, step.tied(check, pathway))
            nothing_behind_a_tie(check, [behind for _, behind in steps[number:]])
            break
        step.places(check, pathway)
    if not check.found and facts.allocation.decisions:
        check.found += found_in_record(facts, facts.allocation.decisions)
    return check.found


def found_in_record(facts: Obstacles, decisions: Iterable[Decision]) -> list[Violation]:
    """Return what is wrong with a record of decisions on an allocation in which `found_by` found nothing."""
    check, tied = Check(facts), {tied.pathway for tied in facts.allocation.tied}
    steps = supported(listed.NAME, facts.rules.pathways, BY_QUALIFIERS)
    end = next((n for n, (_, pathway) in enumerate(steps, 1) if pathway.identifier in tied), len(steps))
    check_record(check, decisions, lambda: (step.due(check, pathway) for step, pathway in steps[:end]))
    return check.found


def _check_tie(check: Check, pathway: Pathway, real: set[Tied]) -> None:
    """A tie must be one: more NOCs in a place of the line than there is room for, and nobody decided behind it."""
    if set(check.allocation.tied) != real:
        names = ", ".join(sorted({f"{one.noc} {one.gender or ''}".strip() for one in check.allocation.tied}))
        check.add(pathway.identifier, None, "table", f"the tie of {names} is not one that the rules leave open")
