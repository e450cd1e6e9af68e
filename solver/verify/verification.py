"""Verify: whether a published table is what the rules give, and if not, which cells differ.

With complete standings the table is compared with the allocation. With incomplete ones the question is whether some
completion gives the table; then local checks (totals, caps, rows) say in words what the repair proves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING, Literal

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Decline
from quotaproof.model.documents import AthletesDocument
from quotaproof.model.errors import InputError
from quotaproof.model.later_changes import DeclinedEntry, Invitation
from quotaproof.model.published import ATHLETES, TOTAL, Published, row_name
from quotaproof.model.remedies import no_table
from quotaproof.model.row_consistency import possible_athletes
from quotaproof.model.rules import GENDERS, SOQC_READINGS
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.solver.declines import after_declines
from quotaproof.solver.documents import VerificationDocument
from quotaproof.solver.engines import Engine, engine
from quotaproof.solver.engines.cpsat.status import DEFAULT, Settings
from quotaproof.solver.unknown.precedences import Precedence, implied
from quotaproof.solver.unknown.reachability import Reach
from quotaproof.solver.unknown.row_names import possible_hosts

from .findings import (
    Finding,
    cap_findings,
    cell_findings,
    in_words,
    outside_any_counting,
    repair_finding,
    row_findings,
    total_findings,
    why_only_here,
)
from .later_changes import (
    Deviation,
    RecordedChange,
    checked,
    deviations,
    differences,
    in_terms_of_the_table,
    noted,
    on_record,
    record_findings,
    without_invitations,
)
from .needed_changes import Explained, NeededChange, change_on_record, explained, undone
from .repair import Change, Repairs, repair
from .row_matching import best_names

if TYPE_CHECKING:
    import pandas as pd

Verdict = Literal["as-the-rules-give", "with-changes", "not"]


@dataclass(frozen=True, slots=True)
class UnderReadings:
    """What becomes of a published table where the rules are read in one way, and the standings are complete.

    Attributes
    ----------
    readings
        Reading -> value, of those that are tried.
    reachable
        Whether the rules and the changes on record give the table.
    differences
        Cells that are not what the rules alone give, invitations left out; None where a tie leaves that open.
    further_declines
        Start places that were given back, or offered and not taken, though nothing on record has it, if declines and
        returns explain the table; None if they do not, or a tie leaves that open.
    """

    readings: Mapping[str, str]
    reachable: bool
    differences: int | None
    further_declines: int | None

    def to_dict(self) -> dict[str, str | bool | int | None]:
        """Return it with the JSON keys of the command line."""
        return {
            **self.readings,
            "reachable": self.reachable,
            "differences": self.differences,
            "further_declines": self.further_declines,
        }


@dataclass(frozen=True)
class Verification:
    """What `verify` found.

    Attributes
    ----------
    verdict
        `as-the-rules-give`; `with-changes`, if what the rules give and later changes (declines, returns, invitations)
        give the table; otherwise `not`. With unknown standings it is enough that some give the table.
    consistent
        Whether the table is as the rules give, or with changes that are all on record.
    findings
        What is wrong; for a table that changes explain, where it differs by changes on no record.
    repairs
        All smallest sets of cells to change where nothing legitimate explains the table; `repairs_complete` says that
        this is proved. With complete standings it is what the rules give there.
    readings
        For each combination of readings whether it can give the published table, with no changes but those on record.
    under_readings
        With complete standings the same with what differs, and the declines it takes; otherwise empty.
    repaired_readings
        The same for the repaired table, if the table is inconsistent and has exactly one smallest repair (then
        `judged` is `repaired`); otherwise empty.
    implied
        Who must rank before whom in the unknown rankings for the judged table to come out.
    repairs_at_least
        Cells that must change at least (proved), 0 if nothing needs to be repaired.
    explanation
        For `with-changes`: the changes. With complete standings the fewest that lead to the table.
    explanation_unique
        Whether it is proved that there are no fewer declines that do and no others; None if there is nothing to
        explain, or the standings are unknown.
    why_only
        For a one-cell repair, why no other cell of its column will do: NOC -> sentence.
    changes
        Later changes on record.
    deviations
        Where the table is not what the rules alone give, explained by the changes on record; what they do not explain
        is in `findings`.
    unjudged
        Columns that cannot be judged: `athletes`, where nothing says how a table counts them.
    unnamed
        Rows of the table whose NOC is unknown, by their place there (`?15`).
    host_rows
        With incomplete standings: those of them that can be the host's, if it has no row under its name.
    named
        With complete standings: row -> NOC, the naming under which the fewest cells differ.
    """

    scenario: str
    title: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    repairs: tuple[tuple[Change, ...], ...]
    repairs_complete: bool
    repairs_at_least: int
    readings: tuple[tuple[Mapping[str, str], bool], ...]
    chosen: Mapping[str, str]
    implied: tuple[Precedence, ...]
    judged: str
    totals: tuple[int, int] | None
    witness: Standings | None = None
    why_only: Mapping[str, str] = field(default_factory=dict)
    repaired_readings: tuple[tuple[Mapping[str, str], bool], ...] = ()
    explanation: tuple[NeededChange, ...] = ()
    explanation_unique: bool | None = None
    complete: bool = False
    changes: tuple[RecordedChange, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    unjudged: tuple[str, ...] = ()
    under_readings: tuple[UnderReadings, ...] = ()
    unnamed: tuple[str, ...] = ()
    host_rows: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)

    @property
    def consistent(self) -> bool:
        """Whether the table is as the rules give, or with changes that are all on record."""
        return self.verdict == "as-the-rules-give" or (
            self.verdict == "with-changes" and all(change.status == "on-record" for change in self.explanation)
        )

    def to_dict(self) -> VerificationDocument:
        """Return the verification with the JSON keys of the command line."""
        totals: AthletesDocument | None = None
        if self.totals is not None:
            totals = {"men": self.totals[0], "women": self.totals[1], "total": sum(self.totals)}
        document: VerificationDocument = {
            "scenario": self.scenario,
            "verdict": self.verdict,
            "consistent": self.consistent,
            "standings": "complete" if self.complete else "incomplete",
            "explanation": [change.to_dict() for change in self.explanation],
            "explanation_unique": self.explanation_unique,
            "findings": [finding.to_dict() for finding in self.findings],
            "repairs": [
                [{"noc": c.noc, "column": c.column, "published": c.published, "repaired": c.repaired} for c in changes]
                for changes in self.repairs
            ],
            "repairs_complete": self.repairs_complete,
            "repairs_at_least": self.repairs_at_least,
            "why_only": dict(self.why_only),
            "readings": [one.to_dict() for one in self.under_readings]
            or [{**values, "reachable": reachable} for values, reachable in self.readings],
            "repaired_readings": [{**values, "reachable": reachable} for values, reachable in self.repaired_readings],
            "chosen_readings": dict(self.chosen),
            "changes": [change.to_dict() for change in self.changes],
            "deviations": [deviation.to_dict() for deviation in self.deviations],
            "unjudged": list(self.unjudged),
            "judged": self.judged,
            "totals": totals,
            "implied": [precedence.to_dict() for precedence in self.implied],
        }
        if self.unnamed:
            rows, host_rows = list(self.unnamed), list(self.host_rows)
            document["unnamed"] = {"rows": rows, "host_rows": host_rows, "named": dict(self.named)}
        return document

    def to_frame(self) -> pd.DataFrame:
        """Return the findings as a frame with the columns kind, noc, column, published, expected, message."""
        import pandas as pd

        columns = ["kind", "noc", "column", "published", "expected", "message"]
        frame = pd.DataFrame([finding.to_dict() for finding in self.findings], columns=columns)
        return frame.astype({"published": "Int64", "expected": "Int64"})


def verify(scenario: Scenario, settings: Settings = DEFAULT) -> Verification:
    """Verify the scenario's published table.

    Raises
    ------
    InputError
        If the scenario has no published table.
    LimitError
        If the solver's effort limit was reached before it was known whether the table is reachable.
    """
    if scenario.published is None:
        raise InputError(f"the scenario has no published table to verify; {no_table(scenario)}", file="published.csv")
    judge = _verify_incomplete if scenario.standings.incomplete_events(scenario.rules) else _verify_complete
    result = judge(scenario, scenario.published, settings)
    if result.verdict != "not" or not scenario.rules.leaves_counting_open:
        return result
    if outside_any_counting(scenario, scenario.published):
        return result
    # Nothing says how athletes are counted, and some way to count them may well give this column.
    rules = replace(scenario.rules, athletes_counted="between")
    lenient = judge(replace(scenario, rules=rules), scenario.published, settings)
    return result if lenient.verdict == "not" else lenient


def _unjudged(scenario: Scenario) -> tuple[str, ...]:
    return () if scenario.rules.fixes_athletes else (ATHLETES,)


# Complete standings ----------------------------------------


def _verify_complete(scenario: Scenario, printed: Published, settings: Settings) -> Verification:
    base = without_invitations(scenario, printed)
    by = engine("cp-sat", settings)
    first = by.allocate(undone(scenario))
    tie = first.status == "tie"
    names = {} if tie else best_names(base, first)
    table, named = base.renamed(names), printed.renamed(names)
    contradictions = list(record_findings(scenario, named))
    totals = list(total_findings(scenario, named))
    found = None if tie else _explained(scenario, first, table, by)
    contradictions += found.contradictions if found is not None else ()
    cells: list[Finding] = []
    repairs: tuple[tuple[Change, ...], ...] = ()
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
        target = None if found is not None and not contradictions else _nearest(scenario, first, table, by)
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
    tried = tuple(_under(scenario, values, base, settings) for values in _combinations(scenario))
    return Verification(
        scenario=scenario.identifier,
        title=scenario.title,
        verdict=verdict,
        findings=findings,
        repairs=repairs,
        # Other namings of the rows may differ in as few cells.
        repairs_complete=not tie and not (printed.unnamed and findings),
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
            for one in checked(scenario, named, lambda other, base: _gives(other, base, settings), consistent)
        ),
        deviations=differs,
        unjudged=_unjudged(scenario),
        unnamed=printed.unnamed,
        named=names,
    )


def _could_be(change: DeclinedEntry | Invitation, explanation: tuple[NeededChange, ...]) -> tuple[str, ...]:
    """The NOCs of which one must have made a change on record that leaves it open."""
    if isinstance(change, Invitation) or change.noc is not None:
        return ()
    return tuple(
        str(one.noc)
        for one in explanation
        if one.kind == "decline" and one.event == change.event and not one.offered and one.status == "computed"
    )


def explained_by_changes(scenario: Scenario, by: Engine | None = None) -> Explained | None:
    """Return the changes that lead from what complete standings give to the published table, or None if none do.

    `by` is the engine whose word counts, CP-SAT if not given.
    """
    if scenario.published is None:
        return None
    by = by or engine("cp-sat")
    key = ("explained", by.name, by.settings)
    if key not in scenario.memo:
        first = by.allocate(undone(scenario))
        found = None
        if first.status != "tie":
            table = without_invitations(scenario, scenario.published)
            found = _explained(scenario, first, table.renamed(best_names(table, first)), by)
        scenario.memo[key] = found
    kept: Explained | None = scenario.memo[key]
    return kept


def _explained(
    scenario: Scenario, first: Allocation, table: Published, by: Engine, *, proof: bool = True
) -> Explained | None:
    athletes = scenario.rules.fixes_athletes
    return explained(scenario, first, table, by, engine("greedy"), athletes=athletes, proof=proof)


def _all_athletes(scenario: Scenario, found: Explained) -> tuple[int, int] | None:
    """Men and women of the table, unless it does not say of whom fewer were sent."""
    if not scenario.rules.fixes_athletes or any(change.event == ATHLETES for change in found.changes):
        return None
    numbers = dict(zip(GENDERS, found.final.totals, strict=True))
    for change in found.changes:
        if change.event in GENDERS:
            sign = 1 if change.kind == "invitation" else -1
            numbers["men" if change.event == "men" else "women"] += sign * change.number
    return numbers["men"], numbers["women"]


def _nearest(scenario: Scenario, first: Allocation, table: Published, by: Engine) -> Allocation:
    """What the rules and the declines on record give; in events whose column changes explain, what these give.

    That is what a table is held against where it cannot be explained as a whole.
    """
    plain = undone(scenario)
    declines = [d for d in scenario.declines if d.noc is not None]
    try:
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
        found = explained(plain, first, trial, by, engine("greedy"), athletes=False, proof=False)
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


def _gives(scenario: Scenario, table: Published, settings: Settings) -> bool:
    """Whether the rules and the changes on record give a table that is free of invitations."""
    return _under(scenario, {}, table, settings).reachable


def _under(scenario: Scenario, readings: Mapping[str, str], table: Published, settings: Settings) -> UnderReadings:
    """What becomes of a table that is free of invitations where some readings are chosen."""
    scenario = scenario.with_readings(readings)
    by = engine("cp-sat", settings)
    first = by.allocate(undone(scenario))
    if first.status == "tie":
        return UnderReadings(readings, Reach(scenario, table, settings).completion() is not None, None, None)
    table = table.renamed(best_names(table, first))
    differences = len(list(cell_findings(scenario, table, first)))
    found = _explained(scenario, first, table, by, proof=False)
    if found is None:
        return UnderReadings(readings, False, differences, None)
    further = sum(one.number for one in found.changes if (one.kind, one.status) == ("decline", "no-record"))
    return UnderReadings(readings, found.from_record, differences, further)


def under_ranking_readings(scenario: Scenario, settings: Settings = DEFAULT) -> tuple[UnderReadings, ...]:
    """Return what becomes of the published table under each way to rank the results, other readings as chosen.

    Empty if there is no published table, if the rules leave no such reading open, or if standings are missing.
    """
    names = [reading.name for reading in scenario.open_readings if reading.name in SOQC_READINGS]
    if scenario.published is None or not names or scenario.standings.incomplete_events(scenario.rules):
        return ()
    base = without_invitations(scenario, scenario.published)
    return tuple(_under(scenario, values, base, settings) for values in _combinations(scenario, names))


def _changes(scenario: Scenario, table: Published, allocation: Allocation | None) -> tuple[Change, ...]:
    """The repair that complete standings allow: the cells that differ from an allocation, and printed totals.

    Without an allocation the cells are right, and only totals that are not their columns' sums are mended.
    """
    if allocation is None:
        sums = {column: table.column_sum(column) for column in table.totals}
        changes: list[Change] = []
    else:
        sums = dict(allocation.to_published().totals)
        changes = [
            Change(f.noc or TOTAL, f.column, f.published or 0, f.expected or 0)
            for f in cell_findings(scenario, table, allocation)
        ]
    for column, total in table.totals.items():
        if total != sums[column]:
            changes.append(Change(TOTAL, column, total, sums[column]))
    return tuple(changes)


def explained_table(scenario: Scenario, settings: Settings = DEFAULT) -> tuple[Published, bool]:
    """Return the published table if some standings give it, or else its one smallest repair; and whether it is that.

    Raises
    ------
    InputError
        If there is no published table, or neither it nor exactly one smallest repair is reachable.
    LimitError
        If the solver's effort limit was reached.
    """
    key = ("explained table", settings)
    if key not in scenario.memo:
        scenario.memo[key] = _explained_table(scenario, settings)
    found: tuple[Published, bool] = scenario.memo[key]
    return found


def _explained_table(scenario: Scenario, settings: Settings) -> tuple[Published, bool]:
    table = scenario.published
    if table is None:
        raise InputError("the scenario has no published table", file="published.csv")
    if on_record(scenario):
        raise InputError(
            "with unknown standings what-ifs and explanations start from a table without later changes, and this "
            "scenario has some on record in declines.csv or invitations.csv; use verify, which judges the table with "
            "them"
        )
    reach = Reach(scenario, table, settings)
    if reach.completion() is not None:
        return table, False
    found = repair(scenario, table, lambda other: reach.of(other).completion() is not None, settings)
    if len(found.repairs) != 1 or not found.complete:
        raise InputError(
            "the published table is not what the rules give, and its repair is not unique; see verify",
            file="published.csv",
        )
    return table.with_cells({(c.noc, c.column): c.repaired for c in found.repairs[0]}), True


def require_names(table: Published) -> None:
    """Raise InputError if a row of a published table has no NOC: what is asked of NOCs needs to know who they are."""
    for noc in table.unnamed:
        problem = f"{row_name(noc)} has no NOC; only verify and report work with such rows, so name them"
        raise InputError(problem, file="published.csv")


# Incomplete standings ----------------------------------------


def _verify_incomplete(scenario: Scenario, printed: Published, settings: Settings) -> Verification:
    table = without_invitations(scenario, printed)
    recorded = list(record_findings(scenario, printed))
    local = (*cap_findings(scenario, table), *row_findings(scenario, table))
    findings = [*recorded, *total_findings(scenario, printed), *(noted(scenario, finding) for finding in local)]
    reach = Reach(scenario, table, settings)
    witness = reach.completion()
    possible = _reachable_under(scenario, reach)
    repaired: tuple[tuple[Mapping[str, str], bool], ...] = ()
    totals_hold = not any(finding.kind == "column-total" for finding in findings)
    consistent = witness is not None and totals_hold and not recorded
    changes = checked(
        scenario, printed, lambda other, base: Reach(other, base, settings).completion() is not None, consistent
    )
    explanation = tuple(change_on_record(one.change, one.needed) for one in changes) if consistent else ()
    verdict: Verdict = "not" if not consistent else "with-changes" if explanation else "as-the-rules-give"
    repairs = Repairs((), complete=True, at_least=0)
    judged, judged_name, why_only = table, "published", {}
    if not consistent and not recorded:
        repairs = repair(scenario, table, lambda other: reach.of(other).completion() is not None)
        if len(repairs.repairs) == 1 and repairs.complete:
            only = repairs.repairs[0]
            judged = table.with_cells({(c.noc, c.column): c.repaired for c in only})
            judged_name = "repaired"
            findings += [repair_finding(scenario, change) for change in in_terms_of_the_table(scenario, printed, only)]
            if len(only) == 1:
                why_only = why_only_here(scenario, table, only[0])
        elif not findings:
            message = "no standings give this table under the chosen readings; " + (
                f"{in_words(len(repairs.repairs))} ways to change {in_words(repairs.size or 0)} cells would mend it"
                if repairs.complete
                else f"at least {in_words(repairs.at_least)} cells must change"
            )
            findings.append(Finding("unreachable", None, "table", None, None, message))
        if judged is not table:
            reach = reach.of(judged)
            witness = reach.completion()
            repaired = _reachable_under(scenario, reach)
    return Verification(
        scenario=scenario.identifier,
        title=scenario.title,
        verdict=verdict,
        findings=tuple(findings),
        repairs=tuple(in_terms_of_the_table(scenario, printed, changes) for changes in repairs.repairs),
        repairs_complete=repairs.complete,
        repairs_at_least=0 if consistent else repairs.at_least,
        readings=possible,
        chosen=scenario.chosen_readings(),
        implied=implied(scenario, judged, settings) if witness is not None and not reach.one_place_each else (),
        judged=judged_name,
        totals=_totals(scenario, judged) if witness is not None else None,
        witness=witness,
        why_only=why_only,
        repaired_readings=repaired,
        explanation=explanation,
        changes=changes,
        deviations=deviations(scenario, printed) if consistent else (),
        unjudged=_unjudged(scenario),
        unnamed=table.unnamed,
        host_rows=possible_hosts(scenario, judged),
    )


def _reachable_under(scenario: Scenario, reach: Reach) -> tuple[tuple[Mapping[str, str], bool], ...]:
    return tuple((values, reach.completion(values) is not None) for values in _combinations(scenario))


def _combinations(scenario: Scenario, names: Collection[str] | None = None) -> Iterator[dict[str, str]]:
    """Every combination of the readings that the rule file leaves open and that bear on a first allocation."""
    tried = [one for one in scenario.open_readings if (one.name in names if names else one.name != "declines")]
    for values in product(*(reading.values for reading in tried)):
        yield dict(zip((reading.name for reading in tried), values, strict=True))


def _totals(scenario: Scenario, table: Published) -> tuple[int, int] | None:
    """Men and women of a table and those by invitation, if its rows leave only one possibility."""
    options = {(0, 0)}
    for row in table.cells.values():
        fitting = [
            state for state in possible_athletes(scenario.rules, scenario.readings, row) if sum(state) == row[ATHLETES]
        ]
        options = {(men + m, women + w) for men, women in options for m, w in fitting}
    if len(options) != 1:
        return None
    men, women = next(iter(options))
    invited = {gender: sum(one.number for one in scenario.invitations if one.column == gender) for gender in GENDERS}
    return men + invited["men"], women + invited["women"]
