"""Which changes turn what the rules give into a published table: the fewest, whether only these do, what is on record.

A published table is often the last of several. What differs from the rules alone is explained by declines of start
places (`decline_orders`), as far as they are on record (`record_matching`), and by athletes that were not sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Decline
from quotaproof.model.errors import LimitError, SolverError
from quotaproof.model.published import Published
from quotaproof.model.scenario import Scenario
from quotaproof.solver.declines import Course, after_declines, answered
from quotaproof.solver.engines import Engine, engine

from .decline_orders import SearchEffort, same_places, shortest_order
from .later_changes import without_invitations
from .needed_changes import Explained, NeededChange, change_on_record, undone
from .record_matching import with_status
from .returned_places import explained_from_record, returns
from .row_matching import best_names


def explained(
    scenario: Scenario,
    first: Allocation,
    table: Published,
    by: Engine,
    quick: Engine,
    *,
    athletes: bool = True,
    proof: bool = True,
    effort: SearchEffort | None = None,
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
    effort
        What trying the orders may take, perhaps shared with other tables.

    Raises
    ------
    LimitError
        If it is used up before it is known whether declines explain the table.
    """
    if scenario.acts_in_turn:
        return explained_from_record(scenario, first, table, by, quick, athletes=athletes)
    plain = undone(scenario)
    found, unique = shortest_order(plain, first, table, quick, proof=proof, effort=effort)
    if found is None:
        return None
    final = after_declines(plain, first, found, by, "sequential").allocation if found else first
    if not same_places(final, table):
        raise SolverError("two engines disagree on what a table's declines lead to; please report this")
    sent = returns(scenario, final, table) if athletes else ()
    if sent is None:
        return None
    changes, contradictions = with_status(scenario, first, final, found)
    invited = tuple(change_on_record(one) for one in scenario.invitations)
    ordered = sorted(
        (*changes, *invited, *sent), key=lambda one: ("on-record", "computed", "no-record").index(one.status)
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


def explained_by_changes(scenario: Scenario, by: Engine | None = None) -> Explained | None:
    """Return the changes that lead from what complete standings give to the published table, or None if none do.

    `by` is the engine whose word counts, CP-SAT if not given.

    Raises
    ------
    LimitError
        If that is not known within the effort for the search.
    """
    if scenario.published is None:
        return None
    by = by or engine("cp-sat")
    key = ("explained", by.name, by.settings)
    if key not in scenario.memo:
        first = by.allocate(undone(scenario))
        found: Explained | LimitError | None = None
        if first.status != "tie":
            table = without_invitations(scenario, scenario.published)
            try:
                found = explained_as_counted(scenario, first, table.renamed(best_names(table, first)), by)
            except LimitError as error:
                found = error
        scenario.memo[key] = found
    kept: Explained | LimitError | None = scenario.memo[key]
    if isinstance(kept, LimitError):
        raise kept
    return kept


def explained_as_counted(
    scenario: Scenario,
    first: Allocation,
    table: Published,
    by: Engine,
    *,
    proof: bool = True,
    effort: SearchEffort | None = None,
) -> Explained | None:
    """Return what `explained` does, with the athletes column where the rules say how it is counted."""
    athletes, quick = scenario.rules.fixes_athletes, engine("greedy")
    return explained(scenario, first, table, by, quick, athletes=athletes, proof=proof, effort=effort)
