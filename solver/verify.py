"""Verify: whether a published table is what the rules give, and if not, which cells are wrong.

With complete standings the table is compared with the allocation. With incomplete ones the question is whether some
completion gives the table; then local checks (totals, caps, rows) say in words what the repair proves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Decline
from quotaproof.model.errors import InputError
from quotaproof.model.published import ATHLETES, TOTAL, Published, row_name
from quotaproof.model.rows import possible_athletes
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings import Standings

from .cpsat.engine import allocate, fill
from .cpsat.status import DEFAULT, Settings
from .findings import (
    Finding,
    cap_findings,
    cell_findings,
    in_words,
    repair_finding,
    row_findings,
    total_findings,
    why_only_here,
)
from .implied import Precedence, implied
from .matching import best_names
from .naming import possible_hosts
from .reach import Reach
from .reallocate import Engine, Outcome, allocate_with_declines, continued
from .recorded import (
    Deviation,
    RecordedChange,
    checked,
    deviations,
    in_terms_of_the_table,
    noted,
    on_record,
    record_findings,
    taker_findings,
    without_invitations,
)
from .repair import Change, Repairs, repair

if TYPE_CHECKING:
    import pandas as pd

MOST_DECLINES = 40
"""Declines beyond which a difference is not explained by declines."""


@dataclass(frozen=True)
class Verification:
    """What `verify` found.

    Attributes
    ----------
    consistent
        Whether the printed totals hold and the rules, as the scenario reads them, can give the table.
    repairs
        All smallest sets of cells to change; `repairs_complete` says that this is proved.
    readings
        For each combination of readings whether it can give the published table.
    repaired_readings
        The same for the repaired table, if the table is inconsistent and has exactly one smallest repair (then
        `judged` is `repaired`); otherwise empty.
    implied
        Who must rank before whom in the unknown rankings for the judged table to come out.
    repairs_at_least
        Cells that must change at least (proved), 0 if the table is consistent.
    explanation
        With complete standings: the fewest declines, in their order, that make the table what the rules give.
    why_only
        For a one-cell repair, why no other cell of its column will do: NOC -> sentence.
    changes
        Later changes on record. The table is judged as what the rules and they give.
    deviations
        Where the table is not what the rules alone give, explained by the changes on record; what they do not explain
        is in `findings`.
    unnamed
        Rows of the table whose NOC is unknown, by their place there (`?15`).
    host_rows
        With incomplete standings: those of them that can be the host's, if it has no row under its name.
    named
        With complete standings: row -> NOC, the naming under which the fewest cells differ.
    """

    scenario: str
    title: str
    consistent: bool
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
    explanation: tuple[Decline, ...] = ()
    complete: bool = False
    changes: tuple[RecordedChange, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    unnamed: tuple[str, ...] = ()
    host_rows: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        """Return the verification with the JSON keys of the command line."""
        totals = None
        if self.totals is not None:
            totals = {"men": self.totals[0], "women": self.totals[1], "total": sum(self.totals)}
        unnamed: dict[str, object] = {}
        if self.unnamed:
            unnamed = {"rows": list(self.unnamed), "host_rows": list(self.host_rows), "named": dict(self.named)}
        return {
            "scenario": self.scenario,
            "consistent": self.consistent,
            "standings": "complete" if self.complete else "incomplete",
            "findings": [finding.to_dict() for finding in self.findings],
            "repairs": [
                [{"noc": c.noc, "column": c.column, "published": c.published, "repaired": c.repaired} for c in changes]
                for changes in self.repairs
            ],
            "repairs_complete": self.repairs_complete,
            "repairs_at_least": self.repairs_at_least,
            "why_only": dict(self.why_only),
            "readings": [{**values, "reachable": reachable} for values, reachable in self.readings],
            "repaired_readings": [{**values, "reachable": reachable} for values, reachable in self.repaired_readings],
            "chosen_readings": dict(self.chosen),
            "changes": [change.to_dict() for change in self.changes],
            "deviations": [deviation.to_dict() for deviation in self.deviations],
            "explanation": [{"event": d.event, "noc": d.noc, "number": d.number} for d in self.explanation],
            "judged": self.judged,
            "totals": totals,
            "implied": [
                {"event": p.event, "before": p.before, "after": p.after}
                | ({"after_event": p.after_event} if p.after_event != p.event else {})
                for p in self.implied
            ],
            **({"unnamed": unnamed} if unnamed else {}),
        }

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
        raise InputError("the scenario has no published table to verify", file="published.csv")
    if scenario.standings.incomplete_events(scenario.rules):
        return _verify_incomplete(scenario, scenario.published, settings)
    return _verify_complete(scenario, scenario.published, settings)


# Complete standings ----------------------------------------


def _verify_complete(scenario: Scenario, printed: Published, settings: Settings) -> Verification:
    table = without_invitations(scenario, printed)
    by = Engine("cp-sat", partial(allocate, settings=settings), partial(fill, settings=settings))
    outcome = allocate_with_declines(scenario, by)
    allocation = outcome.allocation
    unnamed, as_printed = printed.unnamed, table
    names = {} if allocation.status == "tie" else best_names(table, allocation)
    table, printed = table.renamed(names), printed.renamed(names)
    findings = [*record_findings(scenario, printed), *taker_findings(scenario, outcome.steps)]
    findings += total_findings(scenario, printed)
    repairs: tuple[tuple[Change, ...], ...] = ()
    explanation: tuple[Decline, ...] = ()
    if allocation.status == "tie":
        reachable = Reach(scenario, table, settings).completion() is not None
        names_of_tied = ", ".join(f"{tied.noc}{f' {tied.gender}' if tied.gender else ''}" for tied in allocation.tied)
        if not reachable:
            message = f"the table is none of those that the unsettled tie of {names_of_tied} leaves open"
            findings.append(Finding("unreachable", None, "table", None, None, message))
    else:
        cells = list(cell_findings(scenario, table, allocation))
        findings += [noted(scenario, finding) for finding in cells]
        changes = _changes(scenario, table, allocation)
        repairs = (in_terms_of_the_table(scenario, printed, changes),) if changes else ()
        if cells:
            explanation = explaining_declines(outcome, table, by)
    consistent = not findings
    return Verification(
        scenario=scenario.identifier,
        title=scenario.title,
        consistent=consistent,
        findings=tuple(findings),
        repairs=repairs,
        # Other namings of the rows may differ in as few cells.
        repairs_complete=allocation.status == "optimal" and not (unnamed and findings),
        repairs_at_least=len(repairs[0]) if repairs else 0,
        readings=tuple(
            (values, _gives(scenario.with_readings(values), as_printed, settings)) for values in _combinations(scenario)
        ),
        chosen=scenario.readings.to_dict(),
        implied=(),
        judged="published",
        totals=allocation.totals if consistent and allocation.status == "optimal" else None,
        explanation=explanation,
        complete=True,
        changes=checked(scenario, printed, lambda other, base: _gives(other, base, settings), consistent),
        deviations=deviations(scenario, printed) if consistent else (),
        unnamed=unnamed,
        named=names,
    )


def explaining_declines(outcome: Outcome, table: Published, by: Engine) -> tuple[Decline, ...]:
    """Return the fewest declines that turn the allocation into the table, or nothing if declines cannot.

    While holes are filled nobody loses a place it does not give back, so an NOC that has, or is offered, more than the
    table says must give the rest back: every decline here is forced, and none is missing when the table is reached.
    """
    declines: list[Decline] = []
    present = outcome
    while len(declines) <= MOST_DECLINES:
        surplus = next(
            (
                Decline(noc, event, number - table.cells.get(noc, {}).get(event, 0))
                for event, numbers in present.allocation.places.items()
                for noc, number in numbers.items()
                if number > table.cells.get(noc, {}).get(event, 0)
            ),
            None,
        )
        if surplus is None:
            return tuple(declines) if not list(cell_findings(outcome.scenario, table, present.allocation)) else ()
        declines.append(surplus)
        present = continued(present, [surplus], by, "sequential")
    return ()


def _gives(scenario: Scenario, table: Published, settings: Settings) -> bool:
    by = Engine("cp-sat", partial(allocate, settings=settings), partial(fill, settings=settings))
    allocation = allocate_with_declines(scenario, by).allocation
    if allocation.status == "tie":
        return Reach(scenario, table, settings).completion() is not None
    return not list(cell_findings(scenario, table.renamed(best_names(table, allocation)), allocation))


def _changes(scenario: Scenario, table: Published, allocation: Allocation) -> tuple[Change, ...]:
    """The one repair that complete standings allow: the allocation itself."""
    given = allocation.to_published()
    changes = [
        Change(f.noc or TOTAL, f.column, f.published or 0, f.expected or 0)
        for f in cell_findings(scenario, table, allocation)
    ]
    for column, total in table.totals.items():
        if total != given.totals[column]:
            changes.append(Change(TOTAL, column, total, given.totals[column]))
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
    table = scenario.published
    if table is None:
        raise InputError("the scenario has no published table", file="published.csv")
    if on_record(scenario):
        raise InputError(
            "with unknown standings what-ifs and explanations start from a table without later changes, and this "
            "scenario has some on record in declines.csv or invitations.csv"
        )
    reach = Reach(scenario, table, settings)
    if reach.completion() is not None:
        return table, False
    found = repair(scenario, table, lambda other: reach.of(other).completion() is not None, settings)
    if len(found.repairs) != 1 or not found.complete:
        raise InputError("the published table is wrong, and its repair is not unique; see verify", file="published.csv")
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
        consistent=consistent,
        findings=tuple(findings),
        repairs=tuple(in_terms_of_the_table(scenario, printed, changes) for changes in repairs.repairs),
        repairs_complete=repairs.complete,
        repairs_at_least=0 if consistent else repairs.at_least,
        readings=possible,
        chosen=scenario.readings.to_dict(),
        implied=implied(scenario, judged, settings) if witness is not None else (),
        judged=judged_name,
        totals=_totals(scenario, judged) if witness is not None else None,
        witness=witness,
        why_only=why_only,
        repaired_readings=repaired,
        changes=checked(
            scenario, printed, lambda other, base: Reach(other, base, settings).completion() is not None, consistent
        ),
        deviations=deviations(scenario, printed) if consistent else (),
        unnamed=table.unnamed,
        host_rows=possible_hosts(scenario, judged),
    )


def _reachable_under(scenario: Scenario, reach: Reach) -> tuple[tuple[Mapping[str, str], bool], ...]:
    return tuple((values, reach.completion(values) is not None) for values in _combinations(scenario))


def _combinations(scenario: Scenario) -> Iterator[dict[str, str]]:
    """Every combination of the readings that the rule file leaves open and that bear on a first allocation."""
    names = [reading for reading in scenario.rules.readings if reading.name != "declines"]
    for values in product(*(reading.values for reading in names)):
        yield dict(zip((reading.name for reading in names), values, strict=True))


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
