"""Verify a table of complete standings: compared with the allocation, and with what later changes lead to."""

from __future__ import annotations

from dataclasses import replace

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Decline
from quotaproof.model.errors import InputError, LimitError
from quotaproof.model.later_changes import DeclinedEntry, DeclineRow, Invitation, ReturnedPlaces
from quotaproof.model.published import ATHLETES, TOTAL, Published
from quotaproof.model.rules import GENDERS, is_gender
from quotaproof.model.scenario import Scenario
from quotaproof.solver.declines import after_declines, declines_of
from quotaproof.solver.documents import Verdict
from quotaproof.solver.engines import Engine, engine
from quotaproof.solver.engines.cpsat.status import Settings
from quotaproof.solver.unknown.reachability import Reach

from .decline_orders import SearchEffort
from .explanation import explained, explained_as_counted
from .findings import Finding, cell_findings, counting_findings, total_findings
from .later_changes import (
    Deviation,
    checked,
    differences,
    in_terms_of_the_table,
    noted,
    on_record,
    record_findings,
    without_invitations,
)
from .needed_changes import Explained, NeededChange, change_on_record, undone
from .repair import RepairedCell
from .returned_places import impossible_record
from .row_matching import best_names
from .under_readings import as_read, combinations, under, under_each
from .verification import Verification, unjudged


def verify_complete(scenario: Scenario, printed: Published, settings: Settings) -> Verification:
    """Return what `verify` answers where the standings are complete."""
    base = without_invitations(scenario, printed)
    by = engine("cp-sat", settings)
    first = by.allocate(undone(scenario))
    tie = first.status == "tie"
    names = {} if tie else best_names(base, first)
    table, named = base.renamed(names), printed.renamed(names)
    contradictions = [*record_findings(scenario, named), *counting_findings(scenario, table)]
    totals = list(total_findings(scenario, named))
    unknown: list[str] = []
    found = None
    if not tie:
        try:
            found = explained_as_counted(scenario, first, table, by)
        except LimitError:
            unknown.append("whether declines lead from what the rules give to the table")
    searched = not unknown
    effort = SearchEffort()
    contradictions += found.contradictions if found is not None else ()
    if found is None and not tie and scenario.acts_in_turn:
        contradictions += impossible_record(scenario, first, by)
    cells: list[Finding] = []
    repairs: tuple[tuple[RepairedCell, ...], ...] = ()
    differs: tuple[Deviation, ...] = ()
    if tie:
        reachable = Reach(scenario, table, settings).completion() is not None
        if not reachable:
            names_of_tied = ", ".join(f"{tied.noc}{f' {tied.gender}' if tied.gender else ''}" for tied in first.tied)
            message = f"the table is none of those that the unsettled tie of {names_of_tied} leaves open"
            cells.append(Finding("unreachable", None, "table", None, None, message))
    else:
        reachable = found is not None
    right = reachable and not totals and not contradictions
    if found is not None and right:
        cells, differs = differences(scenario, named, first, found)
    elif not tie:
        target = None if found is not None and not contradictions else _nearest(scenario, first, table, by, effort)
        if target is not None:
            cells = [noted(scenario, finding) for finding in cell_findings(scenario, table, target)]
        changes = _changes(scenario, table, target)
        repairs = (in_terms_of_the_table(scenario, named, changes),) if changes else ()
    findings = (*contradictions, *totals, *cells)
    explanation: tuple[NeededChange, ...] = ()
    if right:
        explanation = found.changes if found is not None else tuple(map(change_on_record, on_record(scenario)))
    verdict: Verdict = "not" if not right else "with-changes" if explanation else "as-the-rules-give"
    consistent = right and all(change.status == "on-record" for change in explanation)
    chosen = as_read(scenario, {}, table, first, found) if searched and not tie else None
    tried, undecided = under_each(scenario, combinations(scenario), base, settings, effort, chosen)
    unknown += undecided
    return Verification(
        scenario=scenario.identifier,
        title=scenario.title,
        verdict=verdict,
        findings=findings,
        repairs=repairs,
        # Other namings of the rows may differ in as few cells.
        repairs_complete=searched and not tie and not (printed.unnamed and findings),
        repairs_at_least=len(repairs[0]) if repairs else 0,
        readings=tuple((one.readings, one.reachable) for one in tried),
        under_readings=tried,
        chosen=scenario.chosen_readings(),
        implied=(),
        judged="published",
        totals=_all_athletes(scenario, found) if right and found is not None else None,
        explanation=explanation,
        explanation_unique=found.unique and not printed.unnamed if explanation and found is not None else None,
        complete=True,
        changes=tuple(
            replace(one, could_be=_could_be(one.change, explanation))
            for one in checked(scenario, named, lambda other, base: _gives(other, base, settings, effort), consistent)
        ),
        deviations=differs,
        unjudged=unjudged(scenario),
        unnamed=printed.unnamed,
        named=names,
        unknown=tuple(unknown),
        declines_unknown=not searched,
    )


def _could_be(change: DeclineRow | Invitation, explanation: tuple[NeededChange, ...]) -> tuple[str, ...]:
    """The NOCs of which one must have made a change on record that leaves it open."""
    if isinstance(change, Invitation | ReturnedPlaces) or change.noc is not None:
        return ()
    return tuple(
        str(one.noc)
        for one in explanation
        if one.kind == "decline" and one.event == change.event and not one.offered and one.status == "computed"
    )


def _all_athletes(scenario: Scenario, found: Explained) -> tuple[int, int] | None:
    """Men and women of the table, unless it does not say of whom fewer were sent."""
    if not scenario.rules.fixes_athletes or any(change.event == ATHLETES for change in found.changes):
        return None
    numbers = dict(zip(GENDERS, found.final.totals, strict=True))
    for change in found.changes:
        if is_gender(change.event) and not (change.kind == "return" and change.status == "on-record"):
            sign = 1 if change.kind == "invitation" else -1
            numbers[change.event] += sign * change.number
    return numbers["men"], numbers["women"]


def _nearest(scenario: Scenario, first: Allocation, table: Published, by: Engine, effort: SearchEffort) -> Allocation:
    """What the rules and the declines on record give; in events whose column changes explain, what these give.

    That is what a table is held against where it cannot be explained as a whole.
    """
    plain = undone(scenario)
    declines = [d for d in scenario.declined_entries if d.noc is not None]
    try:
        if scenario.acts_in_turn:
            return after_declines(plain, first, declines_of(scenario), by, "sequential").allocation
        given = after_declines(plain, first, [_typed(d) for d in declines], by, "sequential").allocation
    except InputError:  # the record contradicts the rules, which is a finding of its own
        given = first
    kept = {event: dict(numbers) for event, numbers in given.places.items()}
    columns = {event: {noc: row[event] for noc, row in table.cells.items() if row[event]} for event in kept}
    told: list[Decline] = []
    for event in kept:
        trial = first.to_published().with_cells(
            {(noc, event): columns[event].get(noc, 0) for noc in {*first.nocs, *columns[event]}}
        )
        try:
            found = explained(plain, first, trial, by, engine("greedy"), athletes=False, proof=False, effort=effort)
        except LimitError:  # then the column is held against what the record gives
            found = None
        own = () if found is None else found.changes
        if found is not None:
            told += [Decline(str(c.noc), event, c.number) for c in own]
        else:
            told += [_typed(d) for d in declines if d.event == event]
    try:
        return after_declines(plain, first, told, by, "sequential").allocation if told else first
    except InputError:
        return given


def _typed(entry: DeclinedEntry) -> Decline:
    return Decline(str(entry.noc), entry.event, qualifier=entry.qualifier, date=entry.date)


def _gives(scenario: Scenario, table: Published, settings: Settings, effort: SearchEffort) -> bool:
    """Whether the rules and the changes on record give a table that is free of invitations."""
    return under(scenario, {}, table, settings, effort).reachable


def _changes(scenario: Scenario, table: Published, allocation: Allocation | None) -> tuple[RepairedCell, ...]:
    """The repair that complete standings allow: the cells that differ from an allocation, and printed totals.

    Without an allocation the cells are right, and only totals that are not their columns' sums are mended.
    """
    if allocation is None:
        sums = {column: table.column_sum(column) for column in table.totals}
        changes: list[RepairedCell] = []
    else:
        sums = dict(allocation.to_published().totals)
        if not scenario.rules.fixes_athletes:  # then the sum is that of the column, however its athletes are counted
            sums[ATHLETES] = table.column_sum(ATHLETES)
        changes = [
            RepairedCell(f.noc or TOTAL, f.column, f.published or 0, f.expected or 0)
            for f in cell_findings(scenario, table, allocation)
        ]
    for column, total in table.totals.items():
        if total != sums[column]:
            changes.append(RepairedCell(TOTAL, column, total, sums[column]))
    return tuple(changes)
