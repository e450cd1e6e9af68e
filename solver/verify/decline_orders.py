"""Search of the declines that lead to a table's start places: a shortest order, and the proof that only these do.

With complete standings it is known what the rules give, and what must have happened since: an NOC that has, or is
offered, more than the table says gave the rest back. Nobody loses a place it does not give back while holes are filled,
and nobody gets again what it gave back, so each decline here is forced wherever it comes up; only who is offered what
may depend on the order, by the caps on athletes. So all orders are tried, the shortest first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Decline
from quotaproof.model.pathways import Reallocation, Remainder, TeamTopUp
from quotaproof.model.published import Published
from quotaproof.model.rules import GENDERS, Gender, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.solver.declines import Course, answered
from quotaproof.solver.engines import Engine

from .ranked_entries import gains, ranks_of

NOBODY_DECLINED: Mapping[tuple[str, str], int] = {}

Given = tuple[str, str, int]
"""(NOC, event, number of start places)."""
MOST_DECLINES = 40
"""Declines beyond which a table is not explained by declines."""
MOST_STATES = 2000
"""States of the table between the declines that are looked at for the proof; beyond them there is none."""


def shortest_order(
    scenario: Scenario,
    first: Allocation,
    table: Published,
    by: Engine,
    *,
    proof: bool,
    at_most: Mapping[tuple[str, str], int] = NOBODY_DECLINED,
) -> tuple[tuple[Decline, ...] | None, bool]:
    """Return the declines of a shortest order that leads to the table's start places.

    The second value is whether it is proved that only these do.

    Parameters
    ----------
    at_most
        As in `Course`, where `first` is an allocation after other declines. Then nothing is proved.
    """
    if same_places(first, table):
        return (), True
    rules = scenario.rules
    if not any(isinstance(pathway, Reallocation) for pathway in rules.pathways):
        return None, True
    if not proof or at_most:
        found = _one_order(Course(scenario, first, at_most=at_most), first, table, by)
        if found is not None:
            return found, False
    if at_most:
        return None, False
    if all(event.gender in GENDERS for event in rules.events) and not any(
        isinstance(pathway, TeamTopUp | Remainder) for pathway in rules.pathways
    ):
        # Men and women share nothing but the total. Where that is out of reach, each gender's orders are its own.
        searches = [_search(scenario, first, _only(table, first, rules, gender), by) for gender in GENDERS]
        most = sum(search.most[index] for index, search in enumerate(searches))
        if most <= rules.total:
            if any(search.declines is None for search in searches):
                return None, all(search.proved for search in searches)
            joined = tuple(decline for search in searches for decline in search.declines or ())
            return joined, all(search.proved for search in searches)
    search = _search(scenario, first, table, by)
    return search.declines, search.proved


def _only(table: Published, first: Allocation, rules: Rules, gender: Gender) -> Published:
    """The table in the events of one gender, and what the rules give in all others."""
    other = [event.identifier for event in rules.events if event.gender != gender]
    return table.with_cells(
        {(noc, event): first.places[event].get(noc, 0) for noc in {*table.nocs, *first.nocs} for event in other}
    )


@dataclass(frozen=True, slots=True)
class _SearchResult:
    """What a search found: the declines, whether only they do (proved), and the most men and women on the way."""

    declines: tuple[Decline, ...] | None
    proved: bool
    most: tuple[int, int]


def _search(scenario: Scenario, first: Allocation, table: Published, by: Engine) -> _SearchResult:
    """Try all orders of the declines, the shortest first."""
    most = list(first.totals)
    if same_places(first, table):
        return _SearchResult((), True, first.totals)
    givers = _Givers(scenario, first, table)
    level = [Course(scenario, first)]
    seen: set[object] = set()
    complete = True
    for _ in range(MOST_DECLINES):
        following: list[Course] = []
        ends: dict[frozenset[tuple[str, str]], tuple[Decline, ...]] = {}
        for course in level:
            for decline in givers.surplus(course):
                after = answered(course, decline, by, "sequential")
                if after.present.status == "tie":
                    complete = False
                    continue
                key = (_frozen(after.present.places), after.present.awards, frozenset(after.at_most.items()))
                if key in seen:
                    continue
                seen.add(key)
                most = [max(old, new) for old, new in zip(most, after.present.totals, strict=True)]
                if len(seen) > MOST_STATES:
                    return _SearchResult(
                        _one_order(Course(scenario, first), first, table, by), False, (most[0], most[1])
                    )
                if same_places(after.present, table):
                    ends.setdefault(frozenset(after.at_most), after.declines)
                following.append(after)
        if ends:
            return _SearchResult(next(iter(ends.values())), complete and len(ends) == 1, (most[0], most[1]))
        if not following:
            return _SearchResult(None, complete, (most[0], most[1]))
        level = following
    return _SearchResult(None, False, (most[0], most[1]))


def _one_order(course: Course, first: Allocation, table: Published, by: Engine) -> tuple[Decline, ...] | None:
    """The declines of the first order that comes to mind, if it leads to the table."""
    givers = _Givers(course.scenario, first, table)
    while len(course.steps) <= MOST_DECLINES and course.present.status != "tie":
        if same_places(course.present, table):
            return course.declines
        decline = next(givers.surplus(course), None)
        if decline is None:
            return None
        course = answered(course, decline, by, "sequential")
    return None


class _Givers:
    """Who ranks where, who must give something back, and behind whom nobody took a place."""

    def __init__(self, scenario: Scenario, first: Allocation, table: Published) -> None:
        self.first, self.table = first, table
        self.ranks = ranks_of(scenario)
        self.last: dict[str, int] = {}
        for event in first.places:
            takers = [one.rank or 0 for one in gains(self.ranks, first.places[event], _column(table, event), event)]
            self.last[event] = max(takers, default=0)

    def surplus(self, course: Course) -> Iterator[Decline]:
        """Yield who has more than the table says, those with places by the rules alone first; nobody if in vain."""
        offered: list[Decline] = []
        held: list[Decline] = []
        for event, numbers in course.present.places.items():
            for noc, number in numbers.items():
                wanted = self.table.number(noc, event)
                if number <= wanted:
                    continue
                own = max(wanted, self.first.places[event].get(noc, 0))
                if any(
                    self.ranks.get((event, noc, k), self.last[event]) > self.last[event]
                    for k in range(own + 1, number + 1)
                ):
                    return
                (held if own > wanted else offered).append(Decline(noc, event, number - wanted))
        yield from held
        yield from offered


def _column(table: Published, event: str) -> dict[str, int]:
    return {noc: row[event] for noc, row in table.cells.items() if row[event]}


def same_places(allocation: Allocation, table: Published) -> bool:
    """Return whether an allocation has the start places of a table."""
    return all(dict(numbers) == _column(table, event) for event, numbers in allocation.places.items())


def _frozen(places: Mapping[str, Mapping[str, int]]) -> frozenset[Given]:
    return frozenset((noc, event, number) for event, numbers in places.items() for noc, number in numbers.items())
