"""Cells that are explained with another number than the published one."""

from __future__ import annotations

from quotaproof.model.allocation import Allocation
from quotaproof.model.later_changes import overlay
from quotaproof.model.published import ATHLETES, TOTAL, Published
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.solver.declines import undone_first
from quotaproof.solver.verify.findings import label_of
from quotaproof.solver.verify.row_matching import best_names

from .answer import Differs


def differences_from_allocation(
    scenario: Scenario, allocation: Allocation, noc: str, column: str | None
) -> tuple[Differs, ...]:
    """Return the cells of an NOC in which the published table is not the allocation that is explained.

    A published table tells of athletes, not of men and women: for a gender its athletes are compared.
    """
    if scenario.published is None:
        return ()
    published = scenario.published.renamed(best_names(scenario.published, allocation))
    # Where the record leaves open who declined, the allocation is that of the rules alone.
    with_record = scenario.declines and undone_first(scenario) is None
    by = "the rules and the declines on record give" if with_record else "the rules give"
    return _differing(scenario, published, allocation.to_published(), noc, column, by)


def differences_from_repair(
    scenario: Scenario, repaired: Published, noc: str, column: str | None
) -> tuple[Differs, ...]:
    """Return the cells of an NOC in which the published table is not its repair, which is explained."""
    if scenario.published is None:
        return ()
    return _differing(scenario, scenario.published, repaired, noc, column, "its one smallest repair has")


def _differing(
    scenario: Scenario, published: Published, explained: Published, noc: str, column: str | None, by: str
) -> tuple[Differs, ...]:
    columns = published.columns if column is None else (ATHLETES,) if column in GENDERS else (column,)
    invited = overlay(scenario.invitations)
    found: list[Differs] = []
    for name in columns:
        if noc == TOTAL:
            given, row = explained.column_sum(name), {name: published.column_sum(name)}
        else:
            given, row = explained.number(noc, name), dict(published.cells.get(noc, {}))
        has = row.get(name)
        if has == given or (has is None and not given):
            continue
        extra = invited.get((noc, name), 0)
        note = f" ({extra:+d} by invitation)" if extra else ""
        part = f"the {column} of the" if column in GENDERS else "the"
        found.append(Differs(noc, name, f"{label_of(scenario, name)}{note}", has, given, by, part))
    return tuple(found)
