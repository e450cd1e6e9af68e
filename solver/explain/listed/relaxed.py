"""What would be so without some of the facts and clauses: an event's lists gone down again by the greedy reference."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from quotaproof.model.allocation import Allocation
from quotaproof.model.athletes import Athlete
from quotaproof.model.pathways import (
    AnyPathway,
    FillByRank,
    HostPlaces,
    RankingPlaces,
    ReduceToTotal,
    SumOfBest,
)
from quotaproof.model.results.ranked_lists import ListedEntry, RankedList
from quotaproof.model.rules import CAP_LIMIT
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines import greedy
from quotaproof.solver.explain.target import Target

NOBODY_ELSE = "???"
"""An NOC of its own, for an athlete to whom the cap of its NOC is not to apply."""

FULL, CAP, HOST, TAKEN_BACK, RESULTS = "full", "noc-cap", "host", "taken-back", "results"
"""What can be left open: that a pathway's places end, an NOC's cap, the host's place, the total, an NOC's results."""

Key = tuple[str, ...]


@dataclass(frozen=True)
class EventWorld:
    """An event with a question about it, in which facts and clauses can be left open."""

    scenario: Scenario
    target: Target
    athlete: Athlete | None = None

    @property
    def event(self) -> str:
        """The event asked about."""
        return self.target.column

    @property
    def alone(self) -> bool:
        """Whether nothing outside the event bears on it."""
        return not any(isinstance(pathway, ReduceToTotal) for pathway in self.scenario.pathways)

    def possible(self, left_open: Collection[Key]) -> bool:
        """Return whether the target is so when these are left open."""
        return self.holds(self.relaxed(left_open))

    def holds(self, scenario: Scenario) -> bool:
        """Return whether the target is so in a changed scenario; a tie that might make it so is not enough."""
        found = greedy.allocate(scenario)
        if self.athlete is not None:
            return any(one.athlete == self.athlete.identifier for one in found.entries.get(self.event, ()))
        return found.number(self.target.noc, self.event) >= self.target.least

    def relaxed(self, left_open: Collection[Key]) -> Scenario:
        """Return the scenario with these left open, the lists of other events left out where they have no say."""
        scenario = self.scenario
        if self.alone:
            own = {key: one for key, one in scenario.lists.items() if key[0] == self.event}
            scenario = replace(scenario, lists=own)
        for key in left_open:
            scenario = self._without(scenario, key)
        return scenario

    def _without(self, scenario: Scenario, key: Key) -> Scenario:
        match key[0]:
            case "full":
                return self._pathways(
                    scenario, lambda one: _unbounded(one, self.event) if one.identifier == key[1] else one
                )
            case "host":
                return self._pathways(
                    scenario, lambda one: _not_in(one, self.event) if isinstance(one, HostPlaces) else one
                )
            case "taken-back":
                left = tuple(one for one in scenario.rules.pathways if not isinstance(one, ReduceToTotal))
                return replace(scenario, rules=replace(scenario.rules, pathways=left))
            case "noc-cap":
                return self.with_entries(scenario, self._own_noc)
            case _:
                return self.with_entries(scenario, self._best_results)

    def _pathways(self, scenario: Scenario, change: Callable[[AnyPathway], AnyPathway]) -> Scenario:
        changed = tuple(map(change, scenario.rules.pathways))
        return replace(scenario, rules=replace(scenario.rules, pathways=changed))

    def with_entries(
        self, scenario: Scenario, change: Callable[[str, tuple[ListedEntry, ...]], tuple[ListedEntry, ...]]
    ) -> Scenario:
        """Return the scenario with other entries in the event's lists; `change` has the list's name and its entries."""
        lists: Mapping[tuple[str, str], RankedList] = {
            key: replace(one, entries=change(key[1], one.entries)) if key[0] == self.event else one
            for key, one in scenario.lists.items()
        }
        return replace(scenario, lists=lists)

    def _own_noc(self, ranking: str, entries: tuple[ListedEntry, ...]) -> tuple[ListedEntry, ...]:
        own = self.athlete.identifier if self.athlete is not None else ""
        return tuple(replace(entry, noc=NOBODY_ELSE) if entry.athlete == own else entry for entry in entries)

    def _best_results(self, ranking: str, entries: tuple[ListedEntry, ...]) -> tuple[ListedEntry, ...]:
        """All entries of the NOC as good as a first rank."""
        noc = self.target.noc
        return tuple(replace(entry, rank=1, results=()) if entry.noc == noc else entry for entry in entries)


def _unbounded(pathway: AnyPathway, event: str) -> AnyPathway:
    """A pathway whose places do not end in an event."""
    if isinstance(pathway, RankingPlaces | SumOfBest | FillByRank):
        return replace(pathway, places={**pathway.places, event: CAP_LIMIT})
    return pathway


def _not_in(pathway: HostPlaces, event: str) -> HostPlaces:
    return replace(pathway, events=tuple(one for one in pathway.events if one != event))


def entries_left(scenario: Scenario, allocation: Allocation, target: Target, athlete: Athlete | None) -> list[str]:
    """Return the athletes asked about who are in a list of the event and have no place, in the order of the lists."""
    placed = {one.athlete for one in allocation.entries.get(target.column, ())}
    found: dict[str, None] = {}
    for (event, _), one in scenario.lists.items():
        for entry in one.entries if event == target.column else ():
            mine = entry.noc == target.noc if athlete is None else entry.athlete == athlete.identifier
            if mine and entry.athlete not in placed:
                found[entry.athlete] = None
    return list(found)
