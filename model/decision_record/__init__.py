"""The record of decisions of an allocation: each claim that was granted or refused, and the fact that decides it.

The facts are read off the finished allocation, as the validator reads it; an engine that does not decide claim by
claim (such as a solver) gets its record this way. There is a module for the decisions on each kind of pathway.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from quotaproof.model.allocation import Allocation
from quotaproof.model.decisions import Decision
from quotaproof.model.kept import Held
from quotaproof.model.obstacles import Obstacles
from quotaproof.model.pathways import (
    KINDS,
    LISTED,
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

from . import start_places

STEPS: Mapping[type[Pathway], Callable[[Obstacles, Any], Iterable[Decision]] | Refused] = {
    **steps_in(__name__, lambda module: module.decisions),
    **{kind: Refused(LISTED) for kind in KINDS if issubclass(kind, ListedPathway)},
    RelayPlaces: start_places.decisions,
    ParallelWalk: start_places.decisions,
    # What it gives is on record where it is given: with the pathways that hand start places and quota places out.
    Reallocation: lambda facts, pathway: (),
}
"""The decisions on a pathway, by its kind."""


def record(scenario: Scenario, allocation: Allocation, held: Held | None = None) -> Allocation:
    """Return the allocation with its decisions, in the order of the pathways.

    Parameters
    ----------
    held
        What was held before, if the allocation fills holes after declines; then only new decisions are recorded.

    Raises
    ------
    IncompleteError
        If the standings are not complete.
    """
    scenario.require_complete()
    return replace(allocation, decisions=told_by(Obstacles(scenario, allocation, held)))


def told_by(facts: Obstacles) -> tuple[Decision, ...]:
    """Return the decisions that `record` adds, for an allocation whose facts are at hand already."""
    return tuple(_decisions(facts))


def _decisions(facts: Obstacles) -> Iterator[Decision]:
    tied = {tied.pathway for tied in facts.allocation.tied}
    for step, pathway in supported("the record of decisions", facts.rules.pathways, STEPS):
        yield from step(facts, pathway)
        if pathway.identifier in tied:
            return
