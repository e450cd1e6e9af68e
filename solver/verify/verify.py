"""Verify: whether a published table is what the rules give, and if not, which cells are wrong.

With complete standings the table is compared with the allocation. With incomplete ones the question is whether some
completion gives the table.

Cells of a table may be unknown beside complete standings: the rules give them, so the table with what they give there
is judged. Where its known cells are neither that nor explained by changes, unknown cells may be the reason, and the
verdict is unknown.
"""

from __future__ import annotations

from dataclasses import replace

from quotaproof.model.errors import InputError, LimitError
from quotaproof.model.published import Published, row_name
from quotaproof.model.remedies import no_table
from quotaproof.model.scenario import Scenario
from quotaproof.solver.declines import allocate_with_declines
from quotaproof.solver.engines import engine
from quotaproof.solver.engines.cpsat.status import DEFAULT, Settings

from .complete_standings import verify_complete
from .decline_orders import SearchEffort
from .findings import outside_any_counting
from .incomplete_standings import verify_incomplete
from .later_changes import without_invitations
from .under_readings import combinations, under_each
from .verification import UnderReadings, Verification


def verify(scenario: Scenario, settings: Settings = DEFAULT) -> Verification:
    """Verify the scenario's published table.

    Raises
    ------
    InputError
        If the scenario has no published table, or rows of a table with unknown cells have no NOC.
    LimitError
        If the solver's effort limit was reached before it was known whether the table is reachable, or that depends on
        cells that are unknown.
    """
    complete = not scenario.standings.incomplete_events(scenario.rules)
    if scenario.published is None and scenario.partial is not None and complete and not scenario.rules.by_lists:
        return _filled(scenario, scenario.partial, settings)
    if scenario.published is None:
        raise InputError(f"the scenario has no published table to verify; {no_table(scenario)}", file="published.csv")
    judge = verify_complete if complete else verify_incomplete
    result = judge(scenario, scenario.published, settings)
    if result.verdict != "not" or not scenario.rules.leaves_counting_open:
        return result
    if outside_any_counting(scenario, scenario.published):
        return result
    # Nothing says how athletes are counted, and some way to count them may well give this column.
    rules = replace(scenario.rules, athletes_counted="between")
    lenient = judge(replace(scenario, rules=rules), scenario.published, settings)
    return result if lenient.verdict == "not" else lenient


def _filled(scenario: Scenario, partial: Published, settings: Settings) -> Verification:
    """What is said of a table with unknown cells, each as the rules give it."""
    if partial.unnamed:
        raise InputError(
            f"{row_name(partial.unnamed[0])} has no NOC, so what the rules give in its unknown cells is not known; "
            "name the row",
            file="published.csv",
        )
    table = _by_the_rules(scenario, partial, settings)
    result = verify(replace(scenario, published=table, partial=None), settings)
    unknown = tuple((noc, column, table.number(noc, column)) for noc, column in sorted(partial.unknown))
    if result.verdict == "not":
        cells = [f"{one.noc or 'the table'} {one.column}" for one in result.findings]
        raise LimitError(
            f"known cells are not what the rules give ({', '.join(dict.fromkeys(cells))}), and whether changes on no "
            "record explain them depends on cells that are unknown; write what the rules give there, and it is verified"
        )
    # Under another reading the unknown cells may be others.
    effort, undecided = SearchEffort(), list(result.unknown)
    tried: list[UnderReadings] = []
    for values in combinations(scenario):
        own = _by_the_rules(scenario.with_readings(values), partial, settings)
        ways, open_ones = under_each(scenario, (values,), without_invitations(scenario, own), settings, effort)
        tried += ways
        undecided += open_ones
    return replace(
        result,
        filled=table,
        unknown_cells=unknown,
        readings=tuple((one.readings, one.reachable) for one in tried),
        under_readings=tuple(tried),
        unknown=tuple(dict.fromkeys(undecided)),
    )


def _by_the_rules(scenario: Scenario, partial: Published, settings: Settings) -> Published:
    """The table with what the rules, the changes on record and invitations give in its unknown cells."""
    given = allocate_with_declines(scenario, engine("cp-sat", settings)).allocation
    if given.status == "tie":
        raise LimitError("an unsettled tie matters, so what the rules give in the unknown cells is not known")
    numbers = given.to_published()
    invited = dict.fromkeys(partial.unknown, 0)
    for one in scenario.invitations:
        if (one.noc, one.column) in invited:
            invited[one.noc, one.column] += one.number
    cells = {cell: numbers.number(*cell) + more for cell, more in invited.items()}
    return replace(partial.with_cells(cells), unknown=frozenset())
