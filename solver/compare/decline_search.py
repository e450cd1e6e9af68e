"""Search of the orders of declines after which nobody has more start places than a table says.

Who has more in an individual event or a relay must give it back, now or later (a team's place may be lost with others).
So a way costs at least what was given back and what is due, and no step lessens that. What costs no more than it gives
back exactly this: once that is known to lead to the table, other orders of it say nothing new.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from quotaproof.model.changes import Decline
from quotaproof.model.errors import InputError, LimitError
from quotaproof.model.pathways import Reallocation, Remainder, TeamTopUp
from quotaproof.model.published import Published
from quotaproof.model.rules import GENDERS
from quotaproof.solver.declines import Course, answered
from quotaproof.solver.engines import Engine
from quotaproof.solver.verify.decline_orders import MOST_DECLINES, Givers, SearchEffort, of_one_gender, places_key

GivenByNoc = Mapping[tuple[str, str], int]
"""(NOC, event) -> start places given back."""


@dataclass
class DeclineSearch:
    """Courses of declines from `start` after which nobody has more than `table` says.

    Attributes
    ----------
    by
        The engine that answers declines.
    effort
        What the search may take.
    best
        The cost of the best way known; what costs more is left out. Whoever looks at the courses sets it.
    known
        What is given back by ways at that cost that do nothing but give back.
    proved
        Whether all orders that matter were tried.
    limit_reached
        Whether the effort was used up before they were.
    """

    start: Course
    table: Published
    by: Engine
    effort: SearchEffort
    best: int | None = None
    known: list[GivenByNoc] = field(default_factory=list)
    proved: bool = True
    limit_reached: bool = False

    def courses(self) -> Iterator[Course]:
        """Yield each course that ends so; the first that comes to mind whatever the effort."""
        rules = self.start.scenario.rules
        if not any(isinstance(pathway, Reallocation) for pathway in rules.pathways):
            if not any(surpluses(self.start, self.table)):
                yield self.start
            return
        first = self._first()
        if first is not None:
            yield first
        if not self._may_lead_on(self.start):
            return
        try:
            yield from self._apart() if self._falls_apart() else self._all(_Orders(self, self.table))
        except LimitError:
            self.proved, self.limit_reached = False, True

    def costs_at_least(self, course: Course, table: Published) -> tuple[int, GivenByNoc]:
        """Return what a way costs at least that begins with a course, and what it then gives back."""
        teams = {event.identifier for event in course.scenario.rules.events if event.team}
        due: dict[tuple[str, str], int] = {}
        for decline in (*declines_since(self.start, course), *surpluses(course, table)):
            key = (decline.noc, str(decline.event))
            due[key] = due.get(key, 0) + (decline.number or 0)
        made = {(one.noc, str(one.event)): one.number or 0 for one in declines_since(self.start, course)}
        due = {key: number if key[1] not in teams else made.get(key, 0) for key, number in due.items()}
        due = {key: number for key, number in due.items() if number}
        return sum(due.values()), due

    def _may_lead_on(self, course: Course) -> bool:
        """Whether a way that begins with a course may be better than, or as good as and other than what is known."""
        least, due = self.costs_at_least(course, self.table)
        return self.best is None or least < self.best or (least == self.best and due not in self.known)

    def _first(self) -> Course | None:
        """The first order that comes to mind, if it ends."""
        givers = Givers(self.start.scenario, self.start.present, self.table)
        course = self.start
        done = len(course.steps)
        while len(course.steps) - done <= MOST_DECLINES and course.present.status != "tie":
            decline = next(surpluses(course, self.table), None)
            if decline is None:
                return course
            if _in_vain(givers, course, self.table):
                return None
            try:
                course = answered(course, decline, self.by, "sequential")
            except InputError:  # the caps leave no room for the host once this is given back
                return None
        return None

    def _falls_apart(self) -> bool:
        """Whether men and women share nothing but the total."""
        rules = self.start.scenario.rules
        return all(event.gender in GENDERS for event in rules.events) and not any(
            isinstance(pathway, TeamTopUp | Remainder) for pathway in rules.pathways
        )

    def _apart(self) -> Iterator[Course]:
        """Each gender's orders are its own where the total is out of reach."""
        tables = [of_one_gender(self.table, self.start.present, gender) for gender in GENDERS]
        orders = [_Orders(self, table, by_cost=False) for table in tables]
        ends = [list(order.ends()) for order in orders]
        if sum(order.most[index] for index, order in enumerate(orders)) > self.start.scenario.rules.total:
            yield from self._all(_Orders(self, self.table))
            return
        self.proved &= all(order.proved for order in orders)
        for men, women in itertools.product(*ends):
            course = men
            for decline in declines_since(self.start, women):
                self.effort.spend(course.scenario)
                course = answered(course, decline, self.by, "sequential")
            yield course

    def _all(self, orders: _Orders) -> Iterator[Course]:
        yield from orders.ends()
        self.proved &= orders.proved


class _Orders:
    """The orders in which what is too much for a table is given back, one for each state that they come to.

    `most` is the most men and women on the way; `proved` whether all orders were tried. What costs more than is known
    is left out, unless the table is a part of the whole.
    """

    def __init__(self, search: DeclineSearch, table: Published, *, by_cost: bool = True) -> None:
        self.search, self.table, self.by_cost = search, table, by_cost
        self.givers = Givers(search.start.scenario, search.start.present, table)
        self.most = list(search.start.present.totals)
        self.proved = True

    def ends(self) -> Iterator[Course]:
        """Yield the courses after which nobody has more than the table says; LimitError where the effort is over."""
        search, start = self.search, self.search.start
        open_: list[Course] = [start]
        seen: set[object] = set()
        while open_:
            course = open_.pop()
            if (self.by_cost and not search._may_lead_on(course)) or _in_vain(self.givers, course, self.table):
                continue
            surplus = list(surpluses(course, self.table))
            if not surplus:
                yield course
            following: list[Course] = []
            for decline in surplus:
                if len(course.steps) - len(start.steps) >= MOST_DECLINES:
                    self.proved = False
                    break
                search.effort.spend(course.scenario)
                try:
                    after = answered(course, decline, search.by, "sequential")
                except InputError:  # the caps leave no room for the host once this is given back
                    self.proved = False
                    continue
                present = after.present
                key = (places_key(present.places), present.awards, frozenset(after.at_most.items()))
                if present.status == "tie":
                    self.proved = False
                elif key not in seen:
                    seen.add(key)
                    self.most = [max(pair) for pair in zip(self.most, present.totals, strict=True)]
                    following.append(after)
            open_ += reversed(following)


def surpluses(course: Course, table: Published) -> Iterator[Decline]:
    """Yield who has more start places than a table says."""
    for event, numbers in course.present.places.items():
        for noc, number in numbers.items():
            if number > (wanted := table.number(noc, event)):
                yield Decline(noc, event, number - wanted)


def declines_since(start: Course, course: Course) -> tuple[Decline, ...]:
    """Return the declines by which a course went on; without ranked lists nobody withdraws by name."""
    return tuple(step.decline for step in course.steps[len(start.steps) :] if isinstance(step.decline, Decline))


def _in_vain(givers: Givers, course: Course, table: Published) -> bool:
    """Whether somebody is only offered more than the table says, and nobody behind it has one more."""
    has = course.present.number
    return any(
        givers.in_vain(str(one.event), one.noc, has(one.noc, str(one.event))) for one in surpluses(course, table)
    )
