"""Quota places that were given back alone: those that a table shows, and those that are on record.

Where some are on record, the record is answered first, row by row, and the table is held against what that gives.
Further declines are looked for after it, in one order; nothing is proved of others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import InputError, SolverError
from quotaproof.model.later_changes import ReturnedPlaces
from quotaproof.model.pathways import Reallocation
from quotaproof.model.published import ATHLETES, Published
from quotaproof.model.row_consistency import least_athletes
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.solver.declines import AnsweredDecline, after_declines, continued, declines_of, in_order
from quotaproof.solver.engines import Engine

from .decline_orders import same_places, shortest_order
from .findings import Finding
from .needed_changes import Explained, NeededChange, change_on_record, undone
from .ranked_entries import RankedEntry, gains, ranks_of
from .record_matching import with_status, wrong_takers


def explained_from_record(
    scenario: Scenario, first: Allocation, table: Published, by: Engine, quick: Engine, *, athletes: bool
) -> Explained | None:
    """Return the record, and what is needed beyond it, if they turn what the rules give into a table; otherwise None.

    Parameters
    ----------
    first, table, by, quick, athletes
        As in `explained`.
    """
    plain = undone(scenario)
    recorded = declines_of(scenario)
    try:
        base = after_declines(plain, first, recorded, by, "sequential")
    except InputError:  # the record contradicts the rules, which is a finding of its own
        return None
    if base.allocation.status == "tie":
        return None
    found, _ = shortest_order(base.scenario, base.allocation, table, quick, proof=False, at_most=base.at_most)
    if found is None:
        return None
    final = continued(base, found, by, "sequential").allocation if found else base.allocation
    if not same_places(final, table):
        raise SolverError("two engines disagree on what a table's declines lead to; please report this")
    sent = returns(scenario, final, table) if athletes else ()
    if sent is None:
        return None
    further, _ = with_status(replace(plain, declines=()), base.allocation, final, found)
    changes = (
        *_recorded(scenario, first, base.allocation, base.steps),
        *(change_on_record(one) for one in scenario.invitations),
        *further,
        *sent,
    )
    wrong = tuple(_wrong_takers(scenario, first, base.allocation))
    moved_by = _moved_by(scenario, base.steps)
    return Explained(changes, False, (*recorded, *found), final, base.allocation, wrong, moved_by)


def _recorded(
    scenario: Scenario, first: Allocation, base: Allocation, steps: tuple[AnsweredDecline, ...]
) -> Iterator[NeededChange]:
    """The rows of the record as changes, in the order in which they act."""
    ranks = ranks_of(scenario)
    for row, step in zip(in_order(scenario), steps, strict=True):
        change = change_on_record(row)
        if isinstance(row, ReturnedPlaces):
            yield change
            continue
        (event, noc, number), *_ = step.given_back
        has = step.before.number(noc, event)
        entries = tuple(RankedEntry(noc, k, ranks.get((event, noc, k))) for k in range(has - number + 1, has + 1))
        takers = gains(ranks, first.places[event], base.places[event], event)
        yield replace(change, number=number, entries=entries, taken_by=takers)


def _wrong_takers(scenario: Scenario, first: Allocation, base: Allocation) -> Iterator[Finding]:
    ranks = ranks_of(scenario)
    for event in first.places:
        record = [one for one in scenario.declined_entries if one.event == event]
        yield from wrong_takers(scenario, event, record, gains(ranks, first.places[event], base.places[event], event))


def _moved_by(scenario: Scenario, steps: tuple[AnsweredDecline, ...]) -> dict[tuple[str, str], tuple[int, ...]]:
    """(NOC, column) -> the rows of the record, from 1, after which its number is another."""
    moved: dict[tuple[str, str], tuple[int, ...]] = {}
    numbers = {id(row): number for number, row in enumerate(scenario.declines, 1)}
    for row, step in zip(in_order(scenario), steps, strict=True):
        for noc, column, _, _ in step.before.differing(step.after):
            moved[noc, column] = (*moved.get((noc, column), ()), numbers[id(row)])
    return moved


def impossible_record(scenario: Scenario, first: Allocation, by: Engine) -> Iterator[Finding]:
    """Yield why the rows of the record are not possible one after the other, if they are not."""
    try:
        after_declines(undone(scenario), first, declines_of(scenario), by, "sequential")
    except InputError as error:
        yield Finding(
            "record", None, ATHLETES, None, None, f"the record in declines.csv is not possible: {error.problem}"
        )


def returns(scenario: Scenario, final: Allocation, table: Published) -> tuple[NeededChange, ...] | None:
    """Return the quota places that were given back alone, or None if the athletes column cannot come from that."""
    found: list[NeededChange] = []
    rules = scenario.rules
    given_on = any(isinstance(pathway, Reallocation) and pathway.repeats for pathway in rules.pathways)
    for noc in sorted({*table.nocs, *final.athletes}):
        has, printed = final.athletes.get(noc, (0, 0)), table.number(noc, ATHLETES)
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
