"""Verify a table of incomplete standings: whether some completion gives it, and if not, the smallest repairs.

Local checks (totals, caps, rows) say in words what the repair proves.
"""

from __future__ import annotations

from collections.abc import Mapping

from quotaproof.model.errors import LimitError
from quotaproof.model.published import Published
from quotaproof.model.quantities import spelled
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.solver.documents import Verdict
from quotaproof.solver.engines.cpsat.status import Settings
from quotaproof.solver.telling import tell
from quotaproof.solver.unknown.precedences import Precedence, implied
from quotaproof.solver.unknown.reachability import Reach, possible_totals
from quotaproof.solver.unknown.row_names import possible_hosts

from .findings import (
    Finding,
    cap_findings,
    counting_findings,
    repair_finding,
    row_findings,
    total_findings,
    why_only_here,
)
from .later_changes import checked, deviations, in_terms_of_the_table, noted, record_findings, without_invitations
from .needed_changes import change_on_record
from .repair import Repairs, repair
from .under_readings import combinations
from .verification import Verification, unjudged

MOST_UNDECIDED = 2
"""Ways to read the rules that may end at the solver's limit; those after them are not tried."""


def verify_incomplete(scenario: Scenario, printed: Published, settings: Settings) -> Verification:
    """Return what `verify` answers where standings are missing."""
    table = without_invitations(scenario, printed)
    recorded = list(record_findings(scenario, printed))
    miscounted = [finding.kind for finding in counting_findings(scenario, table)]
    local = (*cap_findings(scenario, table), *row_findings(scenario, table))
    findings = [*recorded, *total_findings(scenario, printed), *(noted(scenario, finding) for finding in local)]
    reach = Reach(scenario, table, settings)
    tell("whether any standings give the table")
    witness = reach.completion()
    unknown: list[str] = []
    possible = _reachable_under(scenario, reach, unknown)
    repaired: tuple[tuple[Mapping[str, str], bool], ...] = ()
    totals_hold = not any(finding.kind == "column-total" for finding in findings)
    consistent = witness is not None and totals_hold and not recorded and not miscounted
    changes = checked(
        scenario, printed, lambda other, base: Reach(other, base, settings).completion() is not None, consistent
    )
    explanation = tuple(change_on_record(one.change, one.needed) for one in changes) if consistent else ()
    verdict: Verdict = "not" if not consistent else "with-changes" if explanation else "as-the-rules-give"
    repairs = Repairs((), complete=True, at_least=0)
    judged, judged_name, why_only = table, "published", {}
    if not consistent and not recorded and not miscounted:
        tell("the smallest repairs")
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
                f"{spelled(len(repairs.repairs), 'way')} to change {spelled(repairs.size or 0, 'cell')} would mend it"
                if repairs.complete
                else f"at least {spelled(repairs.at_least, 'cell')} must change"
            )
            findings.append(Finding("unreachable", None, "table", None, None, message))
        if judged is not table:
            reach = reach.of(judged)
            witness = reach.completion()
            repaired = _reachable_under(scenario, reach, unknown)
    must: tuple[Precedence, ...] = ()
    if witness is not None and not reach.one_place_each:
        try:
            must = implied(scenario, judged, settings)
        except LimitError:
            unknown.append("what the table says of rankings that nobody published")
    return Verification(
        scenario=scenario.identifier,
        title=scenario.title,
        verdict=verdict,
        findings=tuple(findings),
        repairs=tuple(in_terms_of_the_table(scenario, printed, changes) for changes in repairs.repairs),
        repairs_complete=repairs.complete,
        repairs_at_least=0 if consistent else max(repairs.at_least, miscounted.count("row"), int(bool(miscounted))),
        readings=possible,
        chosen=scenario.chosen_readings(),
        implied=must,
        judged=judged_name,
        totals=_totals(scenario, judged) if witness is not None else None,
        witness=witness,
        why_only=why_only,
        repaired_readings=repaired,
        explanation=explanation,
        changes=changes,
        deviations=deviations(scenario, printed) if consistent else (),
        unjudged=unjudged(scenario),
        unnamed=table.unnamed,
        host_rows=possible_hosts(scenario, judged),
        unknown=tuple(unknown),
    )


def _reachable_under(
    scenario: Scenario, reach: Reach, unknown: list[str]
) -> tuple[tuple[Mapping[str, str], bool], ...]:
    """Return whether the table is reachable under each way to read the rules; what is not decided goes to `unknown`."""
    found: list[tuple[Mapping[str, str], bool]] = []
    undecided: list[str] = []
    ways = tuple(combinations(scenario))
    for number, values in enumerate(ways, 1):
        tell(f"way {number} of {len(ways)} to read the rules")
        try:
            if len(undecided) < MOST_UNDECIDED:
                miscounted = any(counting_findings(scenario.with_readings(values), reach.table))
                found.append((values, not miscounted and reach.completion(values) is not None))
                continue
        except LimitError:
            pass
        undecided.append(", ".join(f"{name}={value}" for name, value in values.items()))
    if undecided:
        unknown.append(f"whether the table can come out with {'; with '.join(undecided)}")
    return tuple(found)


def _totals(scenario: Scenario, table: Published) -> tuple[int, int] | None:
    """Men and women of a table and those by invitation, if its rows leave only one possibility.

    Numbers that are counted in another way than by quota places say nothing of men and women.
    """
    if not scenario.rules.fixes_athletes:
        return None
    options = possible_totals(scenario, table)
    if len(options) != 1:
        return None
    men, women = next(iter(options))
    invited = {gender: sum(one.number for one in scenario.invitations if one.column == gender) for gender in GENDERS}
    return men + invited["men"], women + invited["women"]
