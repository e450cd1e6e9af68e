"""Search of the declines that lead to a table's start places: a shortest order, and the proof that only these do.

With complete standings it is known what the rules give, and what must have happened since: an NOC that has, or is
offered, more than the table says gave the rest back. Nobody loses a place it does not give back while holes are filled,
and nobody gets again what it gave back, so each decline here is forced wherever it comes up; only who is offered what
may depend on the order, by the caps on athletes. So all orders are tried, the shortest first, as far as the effort for
it goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Decline
from quotaproof.model.errors import LimitError
from quotaproof.model.pathways import Reallocation, Remainder, TeamTopUp
from quotaproof.model.published import Published
from quotaproof.model.rules import GENDERS, Gender
from quotaproof.model.scenario import Scenario
from quotaproof.solver.declines import Course, answered
from quotaproof.solver.engines import Engine
from quotaproof.solver.telling import tell

from .ranked_entries import gains, ranks_of

NOBODY_DECLINED: Mapping[tuple[str, str], int] = {}

Given = tuple[str, str, int]
"""(NOC, event, number of start places)."""
MOST_DECLINES = 40
"""Declines beyond which a table is not explained by declines."""
EFFORT = 3000
"""Declines that the search answers at most, for one table under one way to read the rules: a few seconds."""
ENTRIES = 600
"""Ranked entries up to which a decline counts as one; with more it counts as more, since answering it takes longer."""


@dataclass(slots=True)
class SearchEffort:
    """How many declines searches may still answer; several can share it. It is the same on every machine."""

    left: int = field(default_factory=lambda: EFFORT)
    total: int = field(init=False)

    def __post_init__(self) -> None:
        self.total = self.left

    def spend(self, scenario: Scenario) -> None:
        """Use some of it for a decline in a scenario.

        Raises
        ------
        LimitError
            If nothing is left.
        """
        if self.left <= 0:
            raise LimitError("the effort for the search of declines that explain the table is used up")
        entries = sum(len(ranking.entries) for ranking in scenario.standings.rankings.values())
        self.left = max(0, self.left - max(1, -(-entries // ENTRIES)))
        tell(f"declines that explain the table: {self.left} of {self.total} steps left")


def shortest_order(
    scenario: Scenario,
    first: Allocation,
    table: Published,
    by: Engine,
    *,
    proof: bool,
    at_most: Mapping[tuple[str, str], int] = NOBODY_DECLINED,
    effort: SearchEffort | None = None,
) -> tuple[tuple[Decline, ...] | None, bool]:
    """Return the declines of a shortest order that leads to the table's start places, or None if no order does.

    The second value is whether it is proved that only these do.

    Parameters
    ----------
    at_most
        As in `Course`, where `first` is an allocation after other declines. Then nothing is proved.

    Raises
    ------
    LimitError
        If the effort is used up before an order was found, or it was known that there is none.
    """
    effort = effort or SearchEffort()
    if same_places(first, table):
        return (), True
    rules = scenario.rules
    if not any(isinstance(pathway, Reallocation) for pathway in rules.pathways):
        return None, True
    if any(sum(_column(table, event.identifier).values()) > event.start_places for event in rules.events):
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
        searches = [_search(scenario, first, of_one_gender(table, first, gender), by, effort) for gender in GENDERS]
        most = sum(search.most[index] for index, search in enumerate(searches))
        if most <= rules.total:
            if any(search.declines is None for search in searches):
                return None, all(search.proved for search in searches)
            joined = tuple(decline for search in searches for decline in search.declines or ())
            return joined, all(search.proved for search in searches)
    search = _search(scenario, first, table, by, effort)
    return search.declines, search.proved


def of_one_gender(table: Published, first: Allocation, gender: Gender) -> Published:
    """Return the table in the events of one gender, with what an allocation gives in all others."""
    other = [event.identifier for event in first.rules.events if event.gender != gender]
    nocs = {*table.nocs, *first.nocs}
    return table.with_cells({(noc, event): first.number(noc, event) for noc in nocs for event in other})


@dataclass(frozen=True, slots=True)
class _SearchResult:
    """What a search found: the declines, whether only they do (proved), and the most men and women on the way."""

    declines: tuple[Decline, ...] | None
    proved: bool
    most: tuple[int, int]


def _search(scenario: Scenario, first: Allocation, table: Published, by: Engine, effort: SearchEffort) -> _SearchResult:
    """Try the orders of the declines, those that can be the shortest first."""
    if same_places(first, table):
        return _SearchResult((), True, first.totals)
    search = _OrderSearch(scenario, first, table, by, effort)
    try:
        declines, proved = search.run()
    except LimitError:
        declines, proved = _one_order(Course(scenario, first), first, table, by), False
        if declines is None:
            raise
    return _SearchResult(declines, proved, (search.most[0], search.most[1]))


class _OrderSearch:
    """All orders of the declines, by the number that an order has at least.

    An NOC that has more than the table says of an individual event or a relay must decline there, now or later; a place
    of a team of both genders may be lost with others. So an order has at least the declines that were made and those
    that are due, and no step lessens that number. All orders that go on from here with no more than it consist of the
    same declines: one that leads to the table speaks for all of them, and the rest need not be tried.
    """

    def __init__(
        self, scenario: Scenario, first: Allocation, table: Published, by: Engine, effort: SearchEffort
    ) -> None:
        self.table, self.by, self.effort = table, by, effort
        self.givers = Givers(scenario, first, table)
        self.start = Course(scenario, first)
        self.teams = frozenset(event.identifier for event in scenario.rules.events if event.team)
        self.most = list(first.totals)
        self.seen: set[object] = set()
        self.waiting: dict[int, list[Course]] = {}
        self.tied = False

    def run(self) -> tuple[tuple[Decline, ...] | None, bool]:
        """Return the declines of a shortest order, or None if none leads to the table, and whether that is proved."""
        self.waiting[self._at_least(self.start)] = [self.start]
        beyond = False
        while self.waiting:
            number = min(self.waiting)
            if number > MOST_DECLINES:
                beyond = True
                break
            ends: dict[frozenset[tuple[str, str]], tuple[Decline, ...]] = {}
            for course in self.waiting.pop(number):
                end = self._end(course, number)
                if end is not None:
                    ends.setdefault(frozenset(end.at_most), end.declines)
            if ends:
                return next(iter(ends.values())), len(ends) == 1 and not self.tied
        return None, not self.tied and not beyond

    def _at_least(self, course: Course) -> int:
        """The declines of an order that begins with this course."""
        due = sum(
            number > self.table.number(noc, event)
            for event, numbers in course.present.places.items()
            if event not in self.teams
            for noc, number in numbers.items()
        )
        return len(course.steps) + due

    def _end(self, course: Course, number: int) -> Course | None:
        """Return the course gone on with to the table by so many declines in all; None if no order does.

        What takes more waits for its turn.
        """
        if same_places(course.present, self.table):
            return course
        later: list[tuple[int, Course]] = []
        tied = False
        for decline in self.givers.surplus(course):
            self.effort.spend(course.scenario)
            after = answered(course, decline, self.by, "sequential")
            if after.present.status == "tie":
                tied = True
                continue
            key = (places_key(after.present.places), after.present.awards, frozenset(after.at_most.items()))
            if key in self.seen:
                continue
            self.most = [max(old, new) for old, new in zip(self.most, after.present.totals, strict=True)]
            self.seen.add(key)
            least = self._at_least(after)
            if least > number:
                later.append((least, after))
                continue
            end = self._end(after, number)
            if end is not None:
                return end
        self.tied = self.tied or tied
        for least, after in later:
            self.waiting.setdefault(least, []).append(after)
        return None


def _one_order(course: Course, first: Allocation, table: Published, by: Engine) -> tuple[Decline, ...] | None:
    """The declines of the first order that comes to mind, if it leads to the table."""
    givers = Givers(course.scenario, first, table)
    while len(course.steps) <= MOST_DECLINES and course.present.status != "tie":
        if same_places(course.present, table):
            return course.declines
        decline = next(givers.surplus(course), None)
        if decline is None:
            return None
        course = answered(course, decline, by, "sequential")
    return None


class Givers:
    """Who ranks where, who must give something back, and behind whom nobody took a place."""

    def __init__(self, scenario: Scenario, first: Allocation, table: Published) -> None:
        self.first, self.table = first, table
        self.teams = frozenset(event.identifier for event in scenario.rules.events if event.team)
        self.ranks = ranks_of(scenario)
        self.last: dict[str, int] = {}
        for event in first.places:
            takers = [one.rank or 0 for one in gains(self.ranks, first.places[event], _column(table, event), event)]
            self.last[event] = max(takers, default=0)

    def surplus(self, course: Course) -> Iterator[Decline]:
        """Yield who has more than the table says, those with places by the rules alone first; nobody if in vain.

        A team's place that would be declined in vain may still be lost with others, and is not declined.
        """
        offered: list[Decline] = []
        held: list[Decline] = []
        for event, numbers in course.present.places.items():
            for noc, number in numbers.items():
                wanted = self.table.number(noc, event)
                if number <= wanted:
                    continue
                if self.in_vain(event, noc, number):
                    if event in self.teams:
                        continue
                    return
                had = self.first.number(noc, event) > wanted
                (held if had else offered).append(Decline(noc, event, number - wanted))
        yield from held
        yield from offered

    def in_vain(self, event: str, noc: str, number: int) -> bool:
        """Return whether an NOC with so many places was only offered one, and nobody behind has one more."""
        own, last = max(self.table.number(noc, event), self.first.number(noc, event)), self.last[event]
        return any(self.ranks.get((event, noc, k), last) > last for k in range(own + 1, number + 1))


def _column(table: Published, event: str) -> dict[str, int]:
    return {noc: row[event] for noc, row in table.cells.items() if row[event]}


def same_places(allocation: Allocation, table: Published) -> bool:
    """Return whether an allocation has the start places of a table."""
    return all(dict(numbers) == _column(table, event) for event, numbers in allocation.places.items())


def places_key(places: Mapping[str, Mapping[str, int]]) -> frozenset[Given]:
    """Return start places as something to compare and keep in sets."""
    return frozenset((noc, event, number) for event, numbers in places.items() for noc, number in numbers.items())
