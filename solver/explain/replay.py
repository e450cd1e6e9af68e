"""Replaying: whether a target is true of a scenario's first allocation, by the greedy reference.

Orders of one event's entries are replayed only as far as they matter: behind the last rank that has a place in an event
that is full nobody has one, whoever is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import IncompleteError, InputError
from quotaproof.model.pathways import ParallelWalk
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Claim, Ranking, Standings
from quotaproof.solver.engines import greedy

from .target import Target


def first_allocation(scenario: Scenario) -> Allocation | None:
    """Return the allocation before recorded declines; None if the caps leave no room for the host."""
    try:
        return greedy.allocate(scenario)
    except IncompleteError:
        raise
    except InputError:
        return None


def holds(scenario: Scenario, target: Target) -> bool:
    """Return whether a target is true of the scenario's first allocation; false where only a tie might make it so."""
    allocation = first_allocation(scenario)
    return allocation is not None and allocation.number(target.noc, target.column) >= target.least


Front = tuple[tuple[str, ...], tuple[tuple[int, ...], ...]]
"""Who is at the first ranks, and which of them are shared."""


class TriedOrders:
    """Orders of one event's entries under which a target is not true, each as far as it mattered."""

    def __init__(self, scenario: Scenario, target: Target, event: str) -> None:
        self.scenario = scenario
        self.target = target
        self.event = event
        # The ranking of a relay is also the line for quota places.
        walks = (pathway for pathway in scenario.rules.pathways if isinstance(pathway, ParallelWalk))
        alone = scenario.rules.event(event).kind == "individual"
        self._for_starts = alone and any(event in pathway.events for pathway in walks)
        self._failed: dict[int, set[Front]] = {}
        self.suffices(scenario.standings.rankings[event])

    def suffices(self, ranking: Ranking) -> bool:
        """Return whether the target is true with another order of the event's entries."""
        claims = ranking.claims()
        for ranks, failed in self._failed.items():
            if _front(claims, ranking.tied, ranks) in failed:
                return False
        standings = Standings({**self.scenario.standings.rankings, self.event: ranking})
        allocation = first_allocation(replace(self.scenario, standings=standings))
        if allocation is None:
            return False
        if allocation.number(self.target.noc, self.target.column) >= self.target.least:
            return True
        ranks = self._ranks_that_matter(allocation, len(claims))
        front = _front(claims, ranking.tied, ranks)
        if front is None:
            ranks = len(claims)
            front = _front(claims, ranking.tied, ranks)
        if front is not None:
            self._failed.setdefault(ranks, set()).add(front)
        return False

    def _ranks_that_matter(self, allocation: Allocation, entries: int) -> int:
        """The last rank with a place, if the event is full and its ranking is used for nothing else; or all ranks."""
        places = sum(allocation.places[self.event].values())
        free = self.scenario.rules.event(self.event).start_places - places
        if not self._for_starts or allocation.status != "optimal" or free > 0:
            return entries
        own = (d for d in allocation.decisions if d.event == self.event and d.granted and d.qualifier is not None)
        return max((int(d.figures["rank"] or 0) for d in own), default=entries)


def _front(claims: Sequence[Claim], tied: Sequence[Sequence[int]], ranks: int) -> Front | None:
    """The order of the first ranks; None if one of them is shared with a later one."""
    inside = tuple(tuple(group) for group in tied if group[0] <= ranks)
    if any(group[-1] > ranks for group in inside):
        return None
    # Which of its entries an NOC has where follows from where it has any.
    return tuple(noc for noc, _ in claims[:ranks]), inside
