"""Compare two quota tables: cell by cell, and by the changes that lead from the first to the second."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import InputError, SolverError
from quotaproof.model.pathways import Reallocation
from quotaproof.model.published import ATHLETES, TOTAL, Published
from quotaproof.model.quantities import counted
from quotaproof.model.scenario import Scenario
from quotaproof.solver.declines import Course, answered
from quotaproof.solver.engines import engine
from quotaproof.solver.telling import tell
from quotaproof.solver.verify.decline_orders import SearchEffort
from quotaproof.solver.verify.needed_changes import NeededChange, undone

from .comparison import CellDifference, Comparison, Side
from .explanations import FewestChanges, Passage, fewest


@dataclass(frozen=True, slots=True)
class _Explained:
    """Explanations, whether they are proved to be all, why there are none, and whether the effort ended before."""

    ways: tuple[tuple[NeededChange, ...], ...] | None = None
    complete: bool | None = None
    reason: str | None = None
    limit_reached: bool = False


def compare(a: Side, b: Side) -> Comparison:
    """Return where two tables differ, and the fewest changes that lead from the first to the second.

    Raises
    ------
    InputError
        If a table has rows without an NOC, or the tables have no column in common.
    LimitError
        If a solver limit was reached.
    """
    for side in (a, b):
        if side.table.unnamed:
            rows = counted(len(side.table.unnamed), "row")
            raise InputError(
                f"{side.name} has {rows} without an NOC, so it is not known which rows are the same; name them"
            )
    shared = [column for column in a.table.columns if column in b.table.columns]
    if not set(shared) - {ATHLETES}:
        raise InputError(f"{a.name} and {b.name} have no event in common, so there is nothing to compare")
    differences = tuple(_differences(a, b, shared))
    only_in_a = tuple(column for column in a.table.columns if column not in shared)
    only_in_b = tuple(column for column in b.table.columns if column not in shared)
    remarks = [*_remarks(a), *_remarks(b)]
    if a.scenario.host != b.scenario.host:
        remarks.append(f"The hosts differ: {a.scenario.host or 'none'} and {b.scenario.host or 'none'}")
    basis: Scenario | None = None
    explained = _Explained()
    if any(one.noc != TOTAL for one in differences) and not (only_in_a or only_in_b):
        basis, reason = _basis(a, b)
        explained = _Explained(reason=reason)
        if basis is not None:
            if not basis.rules.fixes_athletes:
                remarks.append("Nothing says how the athletes are counted, so that column is not explained")
            explained = _explained(basis, a, b)
    elif only_in_a or only_in_b:
        reason = "the tables have not the same columns, so no changes under one set of rules lead from one to the other"
        explained = _Explained(reason=reason)
    return Comparison(
        a,
        b,
        differences,
        only_in_a,
        only_in_b,
        explained.ways,
        explained.complete,
        basis,
        explained.reason,
        tuple(remarks),
        explained.limit_reached,
    )


def _differences(a: Side, b: Side, shared: list[str]) -> Iterator[CellDifference]:
    for noc, column, here, there in a.table.differing(b.table):
        if column in shared:
            yield CellDifference(noc, column, here, there)
    for column in shared:
        if column in a.table.totals and column in b.table.totals:
            here, there = a.table.totals[column], b.table.totals[column]
            if here != there:
                yield CellDifference(TOTAL, column, here, there)


def _remarks(side: Side) -> Iterator[str]:
    """Printed totals that are not the sums of their columns."""
    for column, total in side.table.totals.items():
        if total != (own := side.table.column_sum(column)):
            what = side.label(column)
            yield f"Printed as the total of {what} in {side.name}: {total}; the column's sum is {own}"


def _basis(a: Side, b: Side) -> tuple[Scenario | None, str | None]:
    """The scenario that both tables are to come from, or why there is none."""
    if a.scenario.rules.by_lists or b.scenario.rules.by_lists:
        return None, "where places go down ranked lists, no declines are searched for that lead to a table"
    if any(
        getattr(a.scenario.rules, name) != getattr(b.scenario.rules, name) for name in ("events", "pathways", "total")
    ):
        return (
            None,
            "the tables follow different rules, so no changes under one set of rules lead from one to the other",
        )
    known = [side for side in (b, a) if not side.scenario.standings.incomplete_events(side.scenario.rules)]
    if not known:
        return None, "the standings are not known in full, so it is not known who is next when a place is given back"
    if len(known) == 2:
        first, second = a.scenario, b.scenario
        if (first.standings, first.host, first.readings) != (second.standings, second.host, second.readings):
            return (
                None,
                "the tables have different standings, host or readings, so declines are not what tells them apart",
            )
    for side in (a, b):
        if side.scenario.acts_in_turn:
            how = "quota places are on record to have been given back alone"
            if not side.scenario.returned:
                how = "places are on record to have been given back after the deadline"
            return None, f"{how}, and no explanation is searched for then"
    return known[0].scenario, None


def _explained(scenario: Scenario, a: Side, b: Side) -> _Explained:
    plain = undone(scenario)
    first = engine("cp-sat").allocate(plain)
    if first.status == "tie":
        reason = "a tie that nothing settles leaves open what the rules give, so no changes are searched for"
        return _Explained(reason=reason)
    quick, effort = engine("greedy"), SearchEffort()
    start = Course(plain, first)
    if a.shows == "rules":
        origins = FewestChanges((Passage(start, (), {}),), proved=True)
    else:
        origins = fewest(scenario, start, a.table, quick, effort)
    found: list[Passage] = []
    proved, limit_reached = origins.proved, origins.limit_reached
    for origin in origins.ways:
        table, lost = _without(origin, b)
        if lost:
            continue
        answer = fewest(scenario, origin.course, table, quick, effort)
        found += answer.ways
        proved &= answer.proved
        limit_reached |= answer.limit_reached
    least = min((way.number for way in found), default=0)
    ways = {
        frozenset((c.kind, c.noc, c.event, c.number) for c in way.changes): way.changes
        for way in found
        if way.number == least
    }
    if ways:
        _confirm(plain, first, [way for way in found if way.number == least])
        return _Explained(tuple(ways.values()), proved, limit_reached=limit_reached)
    what = a.name if not origins.ways else b.name
    from_ = "the rules" if not origins.ways else a.name
    said = "is proved" if proved else "is not proved"
    lead = f"lead from {from_} to {what}"
    reason = f"no declines, returns and invitations were found that {lead}; that there are none {said}"
    if limit_reached:
        reason += ", since the search ended at its limit"
    if any(isinstance(pathway, Reallocation) and pathway.repeats for pathway in scenario.rules.pathways):
        reason += " (quota places that were given back alone and went to others are not among what is tried)"
    return _Explained((), proved, reason, limit_reached)


def _confirm(plain: Scenario, first: Allocation, ways: Sequence[Passage]) -> None:
    """Let the other engine answer the same declines: it must come to the same."""
    by = engine("cp-sat")
    for number, way in enumerate(ways, 1):
        tell(f"explanations confirmed by the other engine: {number - 1} of {len(ways)}")
        course = Course(plain, first)
        for step in way.course.steps:
            course = answered(course, step.decline, by, "sequential")
        if not course.present.same_places(way.course.present):
            raise SolverError("two engines disagree on what a table's declines lead to; please report this")


def _without(origin: Passage, b: Side) -> tuple[Published, bool]:
    """The second table without what the first has by invitation or lacks by a return, and whether it lacks some."""
    added = dict(origin.invited)
    for change in origin.changes:
        if change.kind == "return" and change.noc is not None:
            added[change.noc, ATHLETES] = added.get((change.noc, ATHLETES), 0) - change.number
    cells = {(noc, column): b.table.number(noc, column) - number for (noc, column), number in added.items()}
    return b.table.with_cells({cell: max(0, number) for cell, number in cells.items()}), any(
        number < 0 for number in cells.values()
    )
