"""The table from which questions about unknown standings start: the published one, or its one smallest repair."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from quotaproof.model.errors import InputError, LimitError
from quotaproof.model.published import Published, row_name
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines.cpsat.status import DEFAULT, Settings
from quotaproof.solver.telling import tell
from quotaproof.solver.unknown.reachability import Reach

from .findings import outside_any_counting
from .later_changes import on_record, record_findings, without_invitations
from .repair import repair


def as_counted(scenario: Scenario, settings: Settings = DEFAULT) -> Scenario:
    """Return a scenario with unknown standings as `verify` judges its table.

    Where nothing says how athletes are counted, and only another way than by quota places gives the table, its rules
    are those that leave this open.

    Raises
    ------
    LimitError
        If the solver's effort limit was reached.
    """
    key = ("as counted", settings)
    if key not in scenario.memo:
        scenario.memo[key] = _as_counted(scenario, settings)
    found: Scenario = scenario.memo[key]
    return found


def _as_counted(scenario: Scenario, settings: Settings) -> Scenario:
    table, rules = scenario.published, scenario.rules
    if table is None or rules.by_lists or not rules.leaves_counting_open or on_record(scenario):
        return scenario
    if outside_any_counting(scenario, table) or Reach(scenario, table, settings).completion() is not None:
        return scenario
    open_ = replace(scenario, rules=replace(rules, athletes_counted="between"))
    return scenario if Reach(open_, table, settings).completion() is None else open_


def explained_table(
    scenario: Scenario, settings: Settings = DEFAULT, *, leaves_out_invited: bool = False
) -> tuple[Published, bool]:
    """Return the published table if some standings give it, or else its one smallest repair; and whether it is that.

    Parameters
    ----------
    leaves_out_invited
        Whether what is on record of invitations, which are outside the rules, is left out; otherwise it is refused.

    Raises
    ------
    InputError
        If there is no published table, or neither it nor exactly one smallest repair is reachable; if declines are on
        record, or invitations that the table contradicts.
    LimitError
        If the solver's effort limit was reached.
    """
    left_out = leaves_out_invited and bool(scenario.invitations)
    key = ("explained table", settings, left_out)
    if key not in scenario.memo:
        scenario.memo[key] = _explained_table(scenario, settings, left_out)
    found: tuple[Published, bool] = scenario.memo[key]
    return found


def _explained_table(scenario: Scenario, settings: Settings, left_out: bool) -> tuple[Published, bool]:
    table = scenario.published
    if table is None:
        raise InputError("the scenario has no published table", file="published.csv")
    if scenario.declines and left_out:
        raise InputError(
            "with unknown standings what-ifs start from a table without declines on record, since what these left to "
            "others is not known; use verify, which judges the table with them",
            file="declines.csv",
        )
    if on_record(scenario) and not left_out:
        raise InputError(
            "with unknown standings what-ifs and explanations start from a table without later changes, and this "
            "scenario has some on record in declines.csv or invitations.csv; use verify, which judges the table with "
            "them"
        )
    if left_out:
        if any(record_findings(scenario, table)):
            raise InputError(
                "the published table and the invitations on record contradict each other, so nothing can start from "
                "it; see verify",
                file="invitations.csv",
            )
        table = without_invitations(scenario, table)
    tell("whether any standings give the table")
    reach = Reach(scenario, table, settings)
    if reach.completion() is not None:
        return table, False
    found = repair(scenario, table, _until_the_second(reach), settings)
    if len(found.repairs) != 1 or not found.complete:
        raise InputError(
            "the published table is not what the rules give, and its repair is not unique; see verify",
            file="published.csv",
        )
    return table.with_cells({(c.noc, c.column): c.repaired for c in found.repairs[0]}), True


def _until_the_second(reach: Reach) -> Callable[[Published], bool]:
    """Judge tables by some that reaches them, until a second one is: then no repair is the only one."""
    found: list[Published] = []

    def judge(table: Published) -> bool:
        if reach.of(table).completion() is None:
            return False
        found.append(table)
        if len(found) > 1:
            raise LimitError("a second repair ends the search: the first is not the only one")
        return True

    return judge


def require_names(table: Published) -> None:
    """Raise InputError if a row of a published table has no NOC: what is asked of NOCs needs to know who they are."""
    for noc in table.unnamed:
        problem = f"{row_name(noc)} has no NOC; only verify and report work with such rows, so name them"
        raise InputError(problem, file="published.csv")
