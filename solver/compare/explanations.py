"""Search of the fewest changes that lead from one table to another: declines, returns and invitations.

Who has more start places than the second table says gave the rest back, for nothing else takes places away; so each
decline is forced, and only their order is open, on which it may depend by the caps on athletes who is offered what. All
orders are tried, each to its end. What the second table has beyond that end came by invitation, outside the rules;
nobody is invited to what it gave back. An NOC that was offered a place did not take it only where one behind it has one
more: a hole that nobody fills is not explained by declines of everybody behind.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from quotaproof.model.changes import Decline
from quotaproof.model.errors import InputError
from quotaproof.model.later_changes import overlay
from quotaproof.model.pathways import Reallocation, Remainder, TeamTopUp
from quotaproof.model.published import ATHLETES, Published
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.solver.declines import AnsweredDecline, Course, answered
from quotaproof.solver.engines import Engine
from quotaproof.solver.verify.decline_orders import Givers, of_one_gender, places_key
from quotaproof.solver.verify.needed_changes import NeededChange
from quotaproof.solver.verify.record_matching import with_status
from quotaproof.solver.verify.returned_places import returns

MOST_STATES = 2000
"""States of the table between declines that are looked at; beyond them nothing is proved."""
MOST_DECLINES = 40
MOST_EXPLANATIONS = 20


@dataclass(frozen=True)
class Passage:
    """One way from a table to another: the course of its declines, and what was added by invitation."""

    course: Course
    changes: tuple[NeededChange, ...]
    invited: Mapping[tuple[str, str], int]

    @property
    def number(self) -> int:
        """Places given back, returned, or by invitation."""
        return sum(change.number for change in self.changes)


@dataclass(frozen=True)
class FewestChanges:
    """The ways with the fewest changes, and whether it is proved that there are no fewer and no others."""

    ways: tuple[Passage, ...]
    proved: bool


def fewest(scenario: Scenario, start: Course, table: Published, by: Engine) -> FewestChanges:
    """Return the fewest changes that lead from what a course has come to to a table.

    Parameters
    ----------
    scenario
        With complete standings, and with what is on record of later changes.
    start
        Declines that have been answered before.
    table
        With an NOC for each row.
    by
        The engine that answers declines.
    """
    orders, proved = _orders(start, table, by)
    found: dict[frozenset[tuple[str, str | None, str, int]], Passage] = {}
    for declines in orders:
        course = start
        for decline in declines:
            course = answered(course, decline, by, "sequential")
        way = _way(scenario, start, course, declines, table)
        if way is not None:
            found.setdefault(frozenset((c.kind, c.noc, c.event, c.number) for c in way.changes), way)
    least = min((way.number for way in found.values()), default=0)
    ways = [way for way in found.values() if way.number == least]
    return FewestChanges(tuple(ways[:MOST_EXPLANATIONS]), proved and len(ways) <= MOST_EXPLANATIONS)


def _orders(start: Course, table: Published, by: Engine) -> tuple[list[tuple[Decline, ...]], bool]:
    """Orders of declines after which nobody has more than the table says; and whether they are all that matter."""
    rules = start.scenario.rules
    pathways = rules.pathways
    if not any(isinstance(pathway, Reallocation) for pathway in pathways):
        return ([()] if not any(_surpluses(start, table)) else []), True
    apart = all(event.gender in GENDERS for event in rules.events)
    if apart and not any(isinstance(pathway, TeamTopUp | Remainder) for pathway in pathways):
        # Men and women share nothing but the total. Where that is out of reach, each gender's orders are its own.
        searches = [_Search(start, of_one_gender(table, start.present, gender), by) for gender in GENDERS]
        if sum(search.most[index] for index, search in enumerate(searches)) <= rules.total:
            pairs = itertools.product(*(search.ends for search in searches))
            joined = [(*men, *women) for men, women in itertools.islice(pairs, MOST_STATES)]
            return joined, all(search.proved for search in searches)
    search = _Search(start, table, by)
    return search.ends, search.proved


def _surpluses(course: Course, table: Published) -> Iterator[Decline]:
    """Who has more start places than the table says."""
    for event, numbers in course.present.places.items():
        for noc, number in numbers.items():
            if number > (wanted := table.number(noc, event)):
                yield Decline(noc, event, number - wanted)


class _Search:
    """All orders in which what is too much is given back.

    `ends` are the orders after which nothing is, one for each set of who gave back what; `most` the most men and women
    on the way; `proved` whether all orders were tried.
    """

    def __init__(self, start: Course, table: Published, by: Engine) -> None:
        self.start, self.table, self.by = start, table, by
        self.givers = Givers(start.scenario, start.present, table)
        self.most = list(start.present.totals)
        self.proved = True
        self.ends: list[tuple[Decline, ...]] = []
        self._try_all()

    def _try_all(self) -> None:
        level: list[Course] = [self.start]
        seen: set[object] = set()
        done = len(self.start.steps)
        while level:
            following: list[Course] = []
            for course in level:
                surplus = list(_surpluses(course, self.table))
                has = course.present.number
                if any(self.givers.in_vain(str(d.event), d.noc, has(d.noc, str(d.event))) for d in surplus):
                    continue
                if not surplus:
                    self.ends.append(_declines(course.steps[done:]))
                for decline in surplus:
                    try:
                        after = answered(course, decline, self.by, "sequential")
                    except InputError:  # the caps leave no room for the host once this is given back
                        self.proved = False
                        continue
                    present = after.present
                    key = (places_key(present.places), present.awards, frozenset(after.at_most.items()))
                    if present.status == "tie" or len(after.steps) - done > MOST_DECLINES or len(seen) > MOST_STATES:
                        self.proved = False
                    elif key not in seen:
                        seen.add(key)
                        self.most = [max(pair) for pair in zip(self.most, present.totals, strict=True)]
                        following.append(after)
            level = following if len(seen) <= MOST_STATES else following[:1]


def _way(
    scenario: Scenario, start: Course, course: Course, declines: Sequence[Decline], table: Published
) -> Passage | None:
    """The changes of declines that leave nothing too much, or None if the rest of the table cannot come about."""
    final = course.present
    more: dict[tuple[str, str], int] = {}
    for event in final.places:
        for noc, row in table.cells.items():
            if row[event] > (has := final.number(noc, event)):
                if (event, noc) in course.at_most:
                    return None
                more[noc, event] = row[event] - has
    sent = final.to_published()
    counted = scenario.rules.fixes_athletes and ATHLETES in table.columns and ATHLETES in sent.columns
    back: tuple[NeededChange, ...] | None = ()
    if counted:
        less = {}
        for noc in {*table.nocs, *sent.nocs}:
            has, printed = final.number(noc, ATHLETES), table.number(noc, ATHLETES)
            if printed > has:
                more[noc, ATHLETES] = printed - has
            elif printed < has:
                less[noc, ATHLETES] = printed
        back = returns(scenario, final, sent.with_cells(less))
    if back is None:
        return None
    gone = {(one.noc, one.event) for one in _declines(start.steps)}
    unnamed = {event for _, event in gone}
    left = tuple(
        one
        for one in scenario.declined_entries
        if (one.noc, one.event) not in gone and not (one.noc is None and one.event in unnamed)
    )
    told, _ = with_status(replace(scenario, declines=left), start.present, final, declines)
    order = ("on-record", "computed", "no-record")
    invited = _invitations(scenario, more)
    changes = sorted((*told, *invited, *back), key=lambda one: order.index(one.status))
    return Passage(course, tuple(changes), more)


def _invitations(scenario: Scenario, more: Mapping[tuple[str, str], int]) -> Iterator[NeededChange]:
    """What was added outside the rules; on record where invitations.csv has as many in that cell."""
    recorded = overlay(scenario.invitations)
    for (noc, column), number in sorted(more.items()):
        own = [
            one
            for one in scenario.invitations
            if one.noc == noc and (one.column == column or (column == ATHLETES and one.column in GENDERS))
        ]
        if recorded.get((noc, column), 0) == number:
            for one in own:
                yield NeededChange(
                    "invitation", noc, one.column, one.number, "on-record", date=one.date, source=one.source
                )
        else:
            yield NeededChange("invitation", noc, column, number, "no-record")


def _declines(steps: Sequence[AnsweredDecline]) -> tuple[Decline, ...]:
    """The declines of steps; without ranked lists nobody withdraws by name."""
    return tuple(step.decline for step in steps if isinstance(step.decline, Decline))
