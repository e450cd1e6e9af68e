"""Infer against enumeration: ranges, conflicts and reasons on tiny scenarios with random facts, some of them wrong."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

import pytest
from inferring import completions, draw, holds, naive_conflicts, ranges_of, work

from quotaproof.model.standings.facts import Fact
from quotaproof.solver.infer import infer

NUMBER = int(os.environ.get("QUOTAPROOF_INFER", "8"))
"""Scenarios; 300 were tried once. Set QUOTAPROOF_INFER for more."""

SEEDS = [seed for seed in range(20 * NUMBER) if work(draw(seed)) <= 800][:NUMBER]


@pytest.mark.parametrize("seed", SEEDS)
def test_ranges_conflicts_and_reasons_are_those_of_enumeration(seed: int) -> None:
    scenario = draw(seed)
    chosen = {name: value for name, value in scenario.readings.to_dict().items() if name != "declines"}
    tables = completions(scenario, [chosen])
    result = infer(scenario, "december")
    statements = result.question.statements

    def consistent(facts: Sequence[Fact]) -> bool:
        return any(all(holds(scenario, fact, one) for fact in facts) for one in tables)

    assert result.proved
    assert result.consistent == consistent(statements)
    if not result.consistent:
        assert [one.facts for one in result.conflicts] == naive_conflicts(statements, consistent)
        return
    left = [one for one in tables if all(holds(scenario, fact, one) for fact in statements)]
    expected = ranges_of(scenario, left)
    found = {(noc, c): (r.lowest, r.highest) for noc, row in result.cells.items() for c, r in row.items()}
    found |= {("OTHER", c): (r.lowest, r.highest) for c, r in result.any_other_noc.items()}
    assert found == expected
    for noc, column in result.determined:
        why = result.cells[noc][column].why
        assert why is not None
        value = result.cells[noc][column].lowest

        def leaves_another(facts: Sequence[Fact], cell: tuple[str, str] = (noc, column), number: int = value) -> bool:
            return any(
                one.numbers.get(cell, 0) != number and all(holds(scenario, fact, one) for fact in facts)
                for one in tables
            )

        assert not leaves_another(why.facts)
        if why.in_full:
            for fact in why.facts:
                assert leaves_another([other for other in why.facts if other != fact])


def test_next_question_is_the_best_by_enumeration() -> None:
    tried = 0
    for seed in SEEDS[:20]:
        scenario = draw(seed)
        chosen = {name: value for name, value in scenario.readings.to_dict().items() if name != "declines"}
        result = infer(scenario, "december", reasons=False, ask=True)
        asked = result.next_question
        if asked is None:
            continue
        tables = [
            one
            for one in completions(scenario, [chosen])
            if all(holds(scenario, fact, one) for fact in result.question.statements)
        ]
        open_cells = [(noc, c) for noc, row in result.cells.items() for c, one in row.items() if not one.determined]
        worth = {}
        for cell in open_cells:
            answers: dict[int, int] = {}
            for answer in {one.numbers.get(cell, 0) for one in tables}:
                having = [one for one in tables if one.numbers.get(cell, 0) == answer]
                answers[answer] = sum(len({one.numbers.get(c, 0) for one in having}) == 1 for c in open_cells)
            worth[cell] = min(answers.values()), sum(answers.values()) / len(answers)
        determined = asked.determined.values()
        assert (min(determined), sum(determined) / len(determined)) == worth[asked.noc, asked.column]
        assert max(worth.values()) == worth[asked.noc, asked.column]
        tried += 1
    assert tried


def test_readings_left_open_are_all_tried() -> None:
    """Where the rule file leaves a clause open, the range is that of all ways to read it together."""
    from quotaproof.model.rules import Reading

    values = {"gender-cap": ("walk", "nominal", "hard"), "fifth-in-walk": ("yes", "no")}
    readings = tuple(Reading(name, "how?", "clause", options, options[0]) for name, options in values.items())
    compared = 0
    for seed in SEEDS[:4]:
        scenario = draw(seed)
        scenario = replace(scenario, rules=replace(scenario.rules, readings=readings))
        ways = [
            {"gender-cap": cap, "fifth-in-walk": fifth, "remaining-ties": scenario.readings.remaining_ties}
            for cap in values["gender-cap"]
            for fifth in values["fifth-in-walk"]
        ]
        result = infer(scenario, "december", reasons=False)
        assert len(result.question.readings) == len(ways)
        left = [
            one
            for one in completions(scenario, ways)
            if all(holds(scenario, fact, one) for fact in result.question.statements)
        ]
        assert result.consistent == bool(left)
        if result.consistent:
            expected = ranges_of(scenario, left)
            found = {(noc, c): (r.lowest, r.highest) for noc, row in result.cells.items() for c, r in row.items()}
            assert found == {cell: one for cell, one in expected.items() if cell[0] != "OTHER"}
            compared += 1
    assert compared
