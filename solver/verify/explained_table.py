"""The table from which questions about unknown standings start: the published one, or its one smallest repair."""

from __future__ import annotations

from quotaproof.model.errors import InputError
from quotaproof.model.published import Published, row_name
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines.cpsat.status import DEFAULT, Settings
from quotaproof.solver.unknown.reachability import Reach

from .later_changes import on_record
from .repair import repair


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
