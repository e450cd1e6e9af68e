"""Search of the fewest changes that lead from one table to another: declines, returns and invitations.

Who has more start places than the second table says gave the rest back, for nothing else takes places away; so each
decline is forced, and only their order is open, on which it may depend by the caps on athletes who is offered what.
Orders are tried as far as the effort for it goes, each to its end. What the second table has beyond that end came by
invitation, outside the rules; nobody is invited to what it gave back. An NOC that was offered a place did not take it
only where one behind it has one more: a hole that nobody fills is not explained by declines of everybody behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from quotaproof.model.changes import Decline
from quotaproof.model.later_changes import overlay
from quotaproof.model.published import ATHLETES, Published
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.solver.declines import Course
from quotaproof.solver.engines import Engine
from quotaproof.solver.verify.decline_orders import SearchEffort
from quotaproof.solver.verify.needed_changes import NeededChange
from quotaproof.solver.verify.record_matching import with_status
from quotaproof.solver.verify.returned_places import returns

from .decline_search import DeclineSearch, declines_since

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
    """The ways with the fewest changes, whether they are proved to be that and all, and whether the effort ended."""

    ways: tuple[Passage, ...]
    proved: bool
    limit_reached: bool = False


def fewest(scenario: Scenario, start: Course, table: Published, by: Engine, effort: SearchEffort) -> FewestChanges:
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
    effort
        What the search may take; what comes first to mind is tried in any case.
    """
    search = DeclineSearch(start, table, by, effort)
    found: dict[frozenset[tuple[str, str | None, str, int]], Passage] = {}
    for course in search.courses():
        declines = declines_since(start, course)
        way = _way(scenario, start, course, declines, table)
        if way is None:
            continue
        found.setdefault(frozenset((c.kind, c.noc, c.event, c.number) for c in way.changes), way)
        if search.best is None or way.number < search.best:
            search.best, search.known = way.number, []
        if way.number == search.best and all(change.kind == "decline" for change in way.changes):
            search.known.append(search.costs_at_least(course, table)[1])
    ways = [way for way in found.values() if way.number == search.best]
    proved = search.proved and len(ways) <= MOST_EXPLANATIONS
    return FewestChanges(tuple(ways[:MOST_EXPLANATIONS]), proved, search.limit_reached)


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
    gone = {(one.noc, one.event) for one in start.declines}
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
