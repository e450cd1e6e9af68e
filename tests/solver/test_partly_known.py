"""Verify a table that is known in part against enumeration: verdict, witness, conflicts, cells to change."""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import pytest
from inferring import OTHERS, Completed, completions, draw, holds, naive_conflicts, numbers_of, totals_of, work

from quotaproof.api import verify
from quotaproof.model.errors import InputError
from quotaproof.model.published import ATHLETES, TOTAL, CellName, Published
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import EVERYTHING, Fact
from quotaproof.scenarios import load_scenario
from quotaproof.solver.effort import Effort
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.cpsat.status import QUICK
from quotaproof.solver.infer.cells_to_change import cells_to_change
from quotaproof.solver.infer.found_table import FoundTable
from quotaproof.solver.infer.oracle import Oracle
from quotaproof.solver.infer.partly_known import PartlyKnown, verify_partly_known

NUMBER = int(os.environ.get("QUOTAPROOF_PARTLY", "8"))
"""Scenarios of each kind; 100 were tried once. Set QUOTAPROOF_PARTLY for more."""

SEEDS = [seed for seed in range(20 * NUMBER) if work(draw(seed)) <= 800][:NUMBER]


@cache
def judged(seed: int) -> PartlyKnown:
    """What is said of the facts of a draw."""
    return verify_partly_known(draw(seed))


@cache
def judged_table(seed: int) -> PartlyKnown:
    """What is said of a table that takes their place."""
    return verify_partly_known(with_table(seed)[0])


def chosen(scenario: Scenario) -> Mapping[str, str]:
    return {name: value for name, value in scenario.readings.to_dict().items() if name != "declines"}


@cache
def with_table(seed: int) -> tuple[Scenario, list[Completed]]:
    """A scenario with a table in place of facts, some cells unknown, half of the time one or two wrong."""
    rng = random.Random(f"partly {seed}")
    scenario = replace(draw(seed), facts=())
    named = replace(draw(seed), facts=draw(seed).facts)
    everything = [
        one
        for one in completions(named, [chosen(scenario)])
        if not any(number for (noc, _), number in one.numbers.items() if noc in OTHERS)
    ]
    one = rng.choice(everything)
    columns = (*(event.identifier for event in scenario.rules.events), ATHLETES)
    cells = {noc: {column: one.numbers.get((noc, column), 0) for column in columns} for noc in named.nocs}
    totals = {c: one.totals[EVERYTHING if c == ATHLETES else c] for c in columns if rng.random() < 0.3}
    names = [(noc, column) for noc in cells for column in columns]
    unknown = frozenset(cell for cell in names if rng.random() < 0.4)
    known = [cell for cell in names if cell not in unknown]
    for noc, column in rng.sample(known, min(len(known), rng.choice([0, 0, 1, 2]))):
        cells[noc][column] = max(0, cells[noc][column] + rng.choice([-1, 1]))
    for noc, column in unknown:
        cells[noc][column] = 0
    return replace(scenario, partial=Published(columns, cells, totals, unknown)), everything


def replayed(scenario: Scenario, found: FoundTable) -> Completed:
    """What greedy gives for the rankings of a found table; no solver is asked."""
    assert found.standings is not None
    plain = replace(scenario, facts=(), partial=None)
    read = replace(plain, readings=plain.readings.with_values(found.readings), standings=found.standings)
    allocation = greedy.allocate(read)
    assert allocation.status == "optimal"
    orders = {event: tuple(r.claims()) for event, r in found.standings.rankings.items()}
    numbers = numbers_of(plain, allocation)
    assert all(numbers.get(cell, 0) == number for cell, number in found.cells.items() if cell[0] in scenario.nocs)
    return Completed(orders, numbers, totals_of(plain, allocation))


@pytest.mark.parametrize("seed", SEEDS)
def test_facts_alone_are_judged_as_enumeration_does(seed: int) -> None:
    scenario = draw(seed)
    tables = completions(scenario, [chosen(scenario)])
    result = judged(seed)
    statements = result.inference.question.statements
    left = [one for one in tables if all(holds(scenario, fact, one) for fact in statements)]
    assert (result.verdict, result.consistent) == (("as-the-rules-give", True) if left else ("not", False))
    if result.table is None:
        return
    witness = replayed(scenario, result.table)
    assert all(holds(scenario, fact, witness) for fact in statements)
    for noc, column in result.determined:
        assert len({one.numbers.get((noc, column), 0) for one in left}) == 1


# In 35 an NOC has more start places in an event than a relay NOC has athletes.
@pytest.mark.parametrize("seed", [*SEEDS, 35])
def test_tables_with_unknown_cells_are_judged_as_enumeration_does(seed: int) -> None:
    scenario, tables = with_table(seed)
    result = judged_table(seed)
    statements = result.inference.question.statements

    def consistent(facts: Sequence[Fact]) -> bool:
        return any(all(holds(scenario, fact, one) for fact in facts) for one in tables)

    assert result.consistent == consistent(statements)
    if result.table is not None:
        witness = replayed(scenario, result.table)
        assert all(holds(scenario, fact, witness) for fact in statements)
        assert result.to_dict()["findings"] == [] and result.to_change == ()
        return
    assert [one.facts for one in result.inference.conflicts] == naive_conflicts(statements, consistent)
    assert result.to_change_complete
    found = {
        frozenset(((c.noc, c.column), c.lowest, c.highest) for c in one if c.noc != TOTAL): one
        for one in result.to_change
    }
    assert found.keys() == naive_changes(statements, tables, scenario)
    unknown = scenario.partial.unknown if scenario.partial is not None else ()
    assert not {(c.noc, c.column) for one in result.to_change for c in one} & set(unknown)


def naive_changes(
    statements: Sequence[Fact], tables: Sequence[Completed], scenario: Scenario
) -> set[frozenset[tuple[CellName, int, int]]]:
    """The smallest sets of cells to change by trying all sets, with what each can be; printed totals left out."""
    for size in range(1, len(statements) + 1):
        found = set()
        for one in itertools.combinations(statements, size):
            kept = [fact for fact in statements if fact not in one]
            left = [table for table in tables if all(holds(scenario, fact, table) for fact in kept)]
            if left:
                values = set()
                for fact in one:
                    if fact.noc is not None:
                        cell = fact.noc, ATHLETES if fact.event == EVERYTHING else fact.event
                        numbers = [table.numbers.get(cell, 0) for table in left]
                        values.add((cell, min(numbers), max(numbers)))
                found.add(frozenset(values))
        if found:
            return found
    return set()


def test_the_draws_have_every_verdict() -> None:
    """Otherwise the comparisons above show little."""
    verdicts = {answer(seed).verdict for answer in (judged, judged_table) for seed in SEEDS}
    assert verdicts == {"as-the-rules-give", "not"}


def test_milano_has_a_table_with_all_facts_whose_rankings_are_replayed() -> None:
    scenario = load_scenario("milano-cortina-2026")
    result = verify(scenario)
    assert isinstance(result, PartlyKnown) and result.verdict == "as-the-rules-give"
    assert result.table is not None
    witness = replayed(scenario, result.table)
    assert all(
        holds(scenario, fact, witness)
        for fact in result.inference.question.statements
        if fact.noc not in {noc for alias in scenario.aliases for noc in (alias.code, *alias.federations)}
    )
    assert ("USA", "women-relay") in result.determined


def test_where_not_all_conflicts_are_found_one_smallest_set_of_cells_is() -> None:
    compared = 0
    for seed in SEEDS:
        result = judged_table(seed)
        if result.consistent:
            continue
        oracle = Oracle(result.inference.question, QUICK, Effort(60))
        sets, complete = cells_to_change(oracle, replace(result.inference, conflicts_complete=False), 60)
        assert not complete and len(sets) == 1 and sets[0] in result.to_change
        compared += 1
    assert compared


def test_a_full_table_is_not_known_in_part() -> None:
    assert not load_scenario("beijing-2022").is_partly_known
    with pytest.raises(InputError, match="no table to verify"):
        verify_partly_known(load_scenario("sochi-2014"))


def test_facts_on_single_entries_are_no_table_to_verify() -> None:
    """The facts on Beijing are ranks, and that Japan's men qualified; one number of the table makes the difference."""
    unpublished = replace(load_scenario("beijing-2022"), published=None)
    assert {fact.kind for fact in unpublished.facts} >= {"rank", "qualified"}
    assert not unpublished.is_partly_known
    with pytest.raises(InputError, match="no published table to verify; use infer"):
        verify(unpublished)
    number = Fact("men-500", "start-places", "HKG", 1, "")
    assert replace(unpublished, facts=(*unpublished.facts, number)).is_partly_known
