"""Which changes turn what the rules give into a published table: the fewest, whether only these do, what is on record.

A published table is often the last of several. With complete standings it is known what the rules give, and what must
have happened since: an NOC that has, or is offered, more than the table says gave the rest back, and athletes that are
missing were not sent. Nobody loses a place it does not give back while holes are filled, and nobody gets again what it
gave back, so each decline here is forced wherever it comes up; only who is offered what may depend on the order, by the
caps on athletes. So all orders are tried, the shortest first.

A place given back goes to the next in line. Who ranks ahead of a taker and has no place was offered it and did not take
it. A hole that nobody behind takes is not explained by declines of everybody behind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Decline
from quotaproof.model.errors import SolverError
from quotaproof.model.later_changes import DeclinedEntry, Invitation
from quotaproof.model.pathways import Reallocation, Remainder, TeamTopUp
from quotaproof.model.published import ATHLETES, Published
from quotaproof.model.row_consistency import least_athletes
from quotaproof.model.rules import GENDERS, Gender, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.solver.declines import Course, after_declines, answered
from quotaproof.solver.documents import NeededChangeDocument, RankedEntryDocument
from quotaproof.solver.engines import Engine

from .findings import Finding, label_of

Status = Literal["on-record", "computed", "no-record"]
Kind = Literal["decline", "return", "invitation", "withheld"]
Claim = tuple[str, int]
Given = tuple[str, str, int]
"""(NOC, event, number of start places)."""

MOST_DECLINES = 40
"""Declines beyond which a table is not explained by declines."""
MOST_STATES = 2000
"""States of the table between the declines that are looked at for the proof; beyond them there is none."""


@dataclass(frozen=True, slots=True)
class RankedEntry:
    """An entry of an event's ranking; qualifier and rank are None where nobody published them."""

    noc: str
    qualifier: int | None = None
    rank: int | None = None

    def to_dict(self) -> RankedEntryDocument:
        """Return the entry with the JSON keys of the command line."""
        return {"noc": self.noc, "qualifier": self.qualifier, "rank": self.rank}


@dataclass(frozen=True, slots=True)
class NeededChange:
    """One change that leads from what the rules give to the published table.

    Attributes
    ----------
    kind
        `decline` of start places, `return` of quota places, `invitation` (outside the rules), or `withheld`: places not
        given though the rules give them, outside the rules too.
    noc
        None where nobody published it and it cannot be computed.
    event
        An event; for quota places `men`, `women`, or `athletes` if the table does not say which.
    status
        `on-record` (named in declines.csv or invitations.csv), `computed` (the record leaves open who, and the
        standings prove it) or `no-record` (the table needs it, and nothing on record has it).
    offered
        Whether the place is one that the NOC was offered, being next in line, and not one it had by the rules.
    entries
        Those that have no place by it, if the standings are known.
    taken_by
        Those that have the event's places given back in the end, best first.
    needed
        For changes on record, whether the table is impossible without it (proved); None if not known.
    """

    kind: Kind
    noc: str | None
    event: str
    number: int
    status: Status
    offered: bool = False
    entries: tuple[RankedEntry, ...] = ()
    taken_by: tuple[RankedEntry, ...] = ()
    date: str = ""
    source: str = ""
    needed: bool | None = None

    @property
    def outside_the_rules(self) -> bool:
        """Whether no clause of the rules provides for it."""
        return self.kind in ("invitation", "withheld")

    def to_dict(self) -> NeededChangeDocument:
        """Return the change with the JSON keys of the command line."""
        return {
            "kind": self.kind,
            "noc": self.noc,
            "event": self.event,
            "number": self.number,
            "status": self.status,
            "outside_the_rules": self.outside_the_rules,
            "offered": self.offered,
            "entries": [entry.to_dict() for entry in self.entries],
            "taken_by": [entry.to_dict() for entry in self.taken_by],
            "date": self.date or None,
            "source": self.source,
        }


@dataclass(frozen=True)
class Explained:
    """A table explained: the changes in order, and what on record contradicts them.

    Attributes
    ----------
    unique
        Whether it is proved that there is no explanation with fewer declines, and no other with as many.
    declines
        Those among them, in an order in which they lead to the table.
    final
        The allocation after them, without invitations and with the quota places that were given back alone.
    by_record
        The allocation after those of them that are on record, or computed from it; without invitations.
    """

    changes: tuple[NeededChange, ...]
    unique: bool
    declines: tuple[Decline, ...]
    final: Allocation
    by_record: Allocation
    contradictions: tuple[Finding, ...] = ()

    @property
    def from_record(self) -> bool:
        """Whether the record has every change, if perhaps not who made it."""
        return not self.contradictions and all(change.status != "no-record" for change in self.changes)


def undone(scenario: Scenario) -> Scenario:
    """Return the scenario without anything that is on record of later changes."""
    if not scenario.declines and not scenario.invitations:
        return scenario
    return replace(scenario, declines=(), invitations=())


def explained(
    scenario: Scenario,
    first: Allocation,
    table: Published,
    by: Engine,
    quick: Engine,
    *,
    athletes: bool = True,
    proof: bool = True,
) -> Explained | None:
    """Return the fewest changes that turn what the rules give into a table, or None if declines and returns cannot.

    Parameters
    ----------
    first
        What the rules alone give; without an unsettled tie.
    table
        Without the invitations on record.
    by, quick
        The engine whose word counts, and the one that tries all orders.
    athletes
        Whether the athletes column is explained too.
    proof
        Whether all orders are tried, so that `unique` is known.
    """
    plain = undone(scenario)
    found, unique = _orders(plain, first, table, quick, proof=proof)
    if found is None:
        return None
    final = after_declines(plain, first, found, by, "sequential").allocation if found else first
    if not _same_places(final, table):
        raise SolverError("two engines disagree on what a table's declines lead to; please report this")
    returns = _returns(scenario, final, table) if athletes else ()
    if returns is None:
        return None
    changes, contradictions = _with_status(scenario, first, final, found)
    invited = tuple(change_on_record(one) for one in scenario.invitations)
    ordered = sorted(
        (*changes, *invited, *returns), key=lambda one: ("on-record", "computed", "no-record").index(one.status)
    )
    by_record = _by_record(plain, first, final, found, changes, quick)
    return Explained(tuple(ordered), unique, found, final, by_record, contradictions)


def _by_record(
    scenario: Scenario,
    first: Allocation,
    final: Allocation,
    declines: Sequence[Decline],
    changes: Sequence[NeededChange],
    by: Engine,
) -> Allocation:
    """What the declines on record lead to without the others; one of a place that only those others offer is none."""
    course = Course(scenario, first)
    for decline in declines:
        event, noc = str(decline.event), decline.noc
        surplus = course.present.places[event].get(noc, 0) - final.places[event].get(noc, 0)
        number = min(_recorded(changes, noc, event), surplus)
        if number > 0:
            course = answered(course, replace(decline, number=number), by, "sequential")
    return course.present


def _recorded(changes: Sequence[NeededChange], noc: str, event: str) -> int:
    """Start places of an event that an NOC gave back by the record."""
    return sum(c.number for c in changes if (c.noc, c.event) == (noc, event) and c.status != "no-record")


def change_on_record(one: DeclinedEntry | Invitation, needed: bool | None = None) -> NeededChange:
    """Return a change on record, as it is told there."""
    if isinstance(one, Invitation):
        kind: Kind = "invitation" if one.number > 0 else "withheld"
        return NeededChange(
            kind, one.noc, one.column, abs(one.number), "on-record", date=one.date, source=one.source, needed=needed
        )
    taken = (RankedEntry(one.taken_by),) if one.taken_by else ()
    return NeededChange("decline", one.noc, one.event, 1, "on-record", False, (), taken, one.date, one.source, needed)


# The declines -----------------------------------------


def _orders(
    scenario: Scenario, first: Allocation, table: Published, by: Engine, *, proof: bool
) -> tuple[tuple[Decline, ...] | None, bool]:
    """The declines of a shortest order that leads to the table's start places, and whether only they do (proved)."""
    if _same_places(first, table):
        return (), True
    rules = scenario.rules
    if not any(isinstance(pathway, Reallocation) for pathway in rules.pathways):
        return None, True
    if not proof:
        found = _one_order(scenario, first, table, by)
        if found is not None:
            return found, False
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
class _Search:
    """What a search found: the declines, whether only they do (proved), and the most men and women on the way."""

    declines: tuple[Decline, ...] | None
    proved: bool
    most: tuple[int, int]


def _search(scenario: Scenario, first: Allocation, table: Published, by: Engine) -> _Search:
    """Try all orders of the declines, the shortest first."""
    most = list(first.totals)
    if _same_places(first, table):
        return _Search((), True, first.totals)
    line = _Line(scenario, first, table)
    level = [Course(scenario, first)]
    seen: set[object] = set()
    complete = True
    for _ in range(MOST_DECLINES):
        following: list[Course] = []
        ends: dict[frozenset[tuple[str, str]], tuple[Decline, ...]] = {}
        for course in level:
            for decline in line.surplus(course):
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
                    return _Search(_one_order(scenario, first, table, by), False, (most[0], most[1]))
                if _same_places(after.present, table):
                    declines = tuple(step.decline for step in after.steps)
                    ends.setdefault(frozenset(after.at_most), declines)
                following.append(after)
        if ends:
            return _Search(next(iter(ends.values())), complete and len(ends) == 1, (most[0], most[1]))
        if not following:
            return _Search(None, complete, (most[0], most[1]))
        level = following
    return _Search(None, False, (most[0], most[1]))


def _one_order(scenario: Scenario, first: Allocation, table: Published, by: Engine) -> tuple[Decline, ...] | None:
    """The declines of the first order that comes to mind, if it leads to the table."""
    line = _Line(scenario, first, table)
    course = Course(scenario, first)
    while len(course.steps) <= MOST_DECLINES and course.present.status != "tie":
        if _same_places(course.present, table):
            return tuple(step.decline for step in course.steps)
        decline = next(line.surplus(course), None)
        if decline is None:
            return None
        course = answered(course, decline, by, "sequential")
    return None


class _Line:
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
                wanted = self.table.cells.get(noc, {}).get(event, 0)
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


def ranks_of(scenario: Scenario) -> dict[tuple[str, str, int], int]:
    """Return (event, NOC, qualifier) -> rank."""
    return {
        (event, entry.noc, entry.qualifier): rank
        for event, ranking in scenario.standings.rankings.items()
        for rank, entry in enumerate(ranking.entries, 1)
        if entry.noc is not None and entry.qualifier is not None
    }


def gains(
    ranks: Mapping[tuple[str, str, int], int], before: Mapping[str, int], after: Mapping[str, int], event: str
) -> tuple[RankedEntry, ...]:
    """Return the entries that have a place in an event afterwards and had none before, best first."""
    found = [
        RankedEntry(noc, k, ranks.get((event, noc, k)))
        for noc, number in after.items()
        for k in range(before.get(noc, 0) + 1, number + 1)
    ]
    return tuple(sorted(found, key=lambda one: (one.rank or 0, one.noc)))


def _column(table: Published, event: str) -> dict[str, int]:
    return {noc: row[event] for noc, row in table.cells.items() if row[event]}


def _same_places(allocation: Allocation, table: Published) -> bool:
    return all(dict(numbers) == _column(table, event) for event, numbers in allocation.places.items())


def _frozen(places: Mapping[str, Mapping[str, int]]) -> frozenset[Given]:
    return frozenset((noc, event, number) for event, numbers in places.items() for noc, number in numbers.items())


# Quota places -----------------------------------------


def _returns(scenario: Scenario, final: Allocation, table: Published) -> tuple[NeededChange, ...] | None:
    """Quota places that were given back alone, or None if the athletes column cannot come from that."""
    found: list[NeededChange] = []
    rules = scenario.rules
    given_on = any(isinstance(pathway, Reallocation) and pathway.repeats for pathway in rules.pathways)
    for noc in sorted({*table.nocs, *final.athletes}):
        has, printed = final.athletes.get(noc, (0, 0)), table.cells.get(noc, {}).get(ATHLETES, 0)
        if sum(has) == printed:
            continue
        least = least_athletes(rules, table.cells.get(noc, {}))
        options = [(men, printed - men) for men in range(least[0], has[0] + 1) if least[1] <= printed - men <= has[1]]
        # A quota place given back goes through the pathways that are repeated, so another NOC's numbers would show it.
        if given_on or not options:
            return None
        column = ATHLETES
        if len(options) == 1:
            less = [gender for gender, old, new in zip(GENDERS, has, options[0], strict=True) if new < old]
            column = less[0] if len(less) == 1 else ATHLETES
        found.append(NeededChange("return", noc, column, sum(has) - printed, "no-record"))
    return tuple(found)


# What is on record -----------------------------------------


def _with_status(
    scenario: Scenario, first: Allocation, final: Allocation, declines: Sequence[Decline]
) -> tuple[tuple[NeededChange, ...], tuple[Finding, ...]]:
    """The declines in the order of the events, each with what the record says of it; and what contradicts it."""
    found: list[NeededChange] = []
    contradictions: list[Finding] = []
    ranks = ranks_of(scenario)
    for event in (event.identifier for event in scenario.rules.events):
        own = [decline for decline in declines if decline.event == event]
        record = [entry for entry in scenario.declines if entry.event == event]
        if not own and not record:
            continue
        takers = gains(ranks, first.places[event], final.places[event], event)
        changes = [_split(ranks, first, final, decline, takers) for decline in own]
        held = sorted((one for pair in changes for one in pair if not one.offered), key=_by_rank)
        passed = sorted((one for pair in changes for one in pair if one.offered), key=_by_rank)
        held, passed, wrong = _matched(scenario, event, record, held, passed, first)
        contradictions += [*wrong, *_wrong_takers(scenario, event, record, takers)]
        found += [*held, *passed]
    return tuple(found), tuple(contradictions)


def _by_rank(change: NeededChange) -> tuple[int, str]:
    return min((entry.rank or 0 for entry in change.entries), default=0), change.noc or ""


def _split(
    ranks: Mapping[tuple[str, str, int], int],
    first: Allocation,
    final: Allocation,
    decline: Decline,
    takers: tuple[RankedEntry, ...],
) -> list[NeededChange]:
    """One decline as what the NOC had by the rules, and what it was only offered."""
    event, noc, number = str(decline.event), decline.noc, decline.number or 0
    wanted = final.places[event].get(noc, 0)
    had = max(0, first.places[event].get(noc, 0) - wanted)
    parts = [(min(had, number), wanted, False), (number - min(had, number), wanted + had, True)]
    changes: list[NeededChange] = []
    for some, kept, offered in parts:
        if some:
            own = tuple(RankedEntry(noc, k, ranks.get((event, noc, k))) for k in range(kept + 1, kept + some + 1))
            changes.append(NeededChange("decline", noc, event, some, "no-record", offered, own, takers))
    return changes


def _matched(
    scenario: Scenario,
    event: str,
    record: Sequence[DeclinedEntry],
    held: list[NeededChange],
    passed: list[NeededChange],
    first: Allocation,
) -> tuple[list[NeededChange], list[NeededChange], list[Finding]]:
    """An event's declines with their status: named rows first, then rows of which it is open who declined."""
    wrong: list[Finding] = []
    named: list[NeededChange] = []
    rows = sorted((one for one in record if one.noc is not None), key=lambda one: one.qualifier or 0)
    for entry in rows:
        matching = next((one for one in (*held, *passed) if one.noc == entry.noc), None)
        if matching is None:
            if any(one.noc == entry.noc for one in named):
                continue
            number = first.places[event].get(entry.noc or "", 0)
            message = (
                f"{entry.noc}, {label_of(scenario, event)}: it is on record to have given a start place back, but the "
                "table has it as the rules give it"
            )
            wrong.append(Finding("record", entry.noc, event, number, None, message))
            continue
        pool = passed if matching.offered else held
        pool.remove(matching)
        told = matching.number
        if entry.qualifier is not None and not matching.offered:
            told = first.places[event].get(matching.noc or "", 0) - entry.qualifier + 1
        if told > matching.number or told < 1:
            message = (
                f"{entry.noc}, {label_of(scenario, event)}: its qualifier {entry.qualifier} is on record to have given "
                "a start place back, which does not agree with the table"
            )
            wrong.append(Finding("record", entry.noc, event, None, None, message))
            told = matching.number
        mine = replace(matching, number=told, status="on-record", date=entry.date, source=entry.source)
        if told < matching.number:
            left = matching.number - told
            mine = replace(mine, entries=matching.entries[-told:])
            pool.append(replace(matching, number=left, entries=matching.entries[:left]))
        named.append(mine)
    unknown = [one for one in record if one.noc is None]
    if unknown:
        source = "; ".join(dict.fromkeys(one.source for one in unknown if one.source))
        places = sum(one.number for one in held)
        if places < len(unknown) and sum(one.number for one in passed) + places < len(unknown):
            message = (
                f"{label_of(scenario, event)}: more start places are on record to have been given back than the table "
                "shows"
            )
            wrong.append(Finding("record", None, event, len(unknown), places, message))
        elif places <= len(unknown):
            held = [replace(one, status="computed", source=source) for one in held]
    # Who ranks ahead of an NOC that is on record to have taken a place was passed over by the same record.
    on_record = {one.taken_by for one in record if one.taken_by}
    changes = (*named, *held, *passed)
    last = max((one.rank or 0 for c in changes for one in c.taken_by if one.noc in on_record), default=0)
    passed = [
        replace(one, status="computed")
        if one.status == "no-record" and all((entry.rank or last) < last for entry in one.entries)
        else one
        for one in passed
    ]
    own = [one for one in named if not one.offered]
    return [*own, *held], [*(one for one in named if one.offered), *passed], wrong


def _wrong_takers(
    scenario: Scenario, event: str, record: Sequence[DeclinedEntry], takers: Sequence[RankedEntry]
) -> Iterator[Finding]:
    """Yield who is on record to have taken a place that by the rules and the standings went elsewhere."""
    left = Counter(one.noc for one in takers)
    for entry in record:
        if entry.taken_by is None:
            continue
        left[entry.taken_by] -= 1
        if left[entry.taken_by] < 0:
            told = " and ".join(dict.fromkeys(one.noc for one in takers)) or "nobody"
            whose = f"{entry.noc}'s place" if entry.noc else "a place given back"
            message = (
                f"{entry.taken_by}, {label_of(scenario, event)}: it is on record to have taken {whose}, but by the "
                f"rules {told} did"
            )
            yield Finding("record", entry.taken_by, event, None, None, message)
