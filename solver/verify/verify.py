"""Verify: whether a published table is what the rules give, and if not, which cells are wrong.

With complete standings the table is compared with the allocation. With incomplete ones the question is whether some
completion gives the table.
"""

from __future__ import annotations

from dataclasses import replace

from quotaproof.model.errors import InputError
from quotaproof.model.remedies import no_table
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines.cpsat.status import DEFAULT, Settings

from .complete_standings import verify_complete
from .findings import outside_any_counting
from .incomplete_standings import verify_incomplete
from .verification import Verification


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
    judge = verify_incomplete if scenario.standings.incomplete_events(scenario.rules) else verify_complete
    result = judge(scenario, scenario.published, settings)
    if result.verdict != "not" or not scenario.rules.leaves_counting_open:
        return result
    if outside_any_counting(scenario, scenario.published):
        return result
    # Nothing says how athletes are counted, and some way to count them may well give this column.
    rules = replace(scenario.rules, athletes_counted="between")
    lenient = judge(replace(scenario, rules=rules), scenario.published, settings)
    return result if lenient.verdict == "not" else lenient
