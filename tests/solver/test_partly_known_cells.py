"""Explain cells of a table that is known in part against enumeration: bounds, reasons, witnesses, targets."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence

import pytest
from inferring import completions, draw, holds, ranges_of, work
from test_partly_known import chosen, replayed

from quotaproof.api import explain
from quotaproof.model.errors import InputError
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import Fact
from quotaproof.scenarios import load_scenario
from quotaproof.solver.explain.target import most_places
from quotaproof.solver.infer.certain_possible import CellQuestions
from quotaproof.solver.infer.oracle import Instead

NUMBER = int(os.environ.get("QUOTAPROOF_PARTLY_CELLS", "6"))
"""Scenarios; set QUOTAPROOF_PARTLY_CELLS for more."""

SEEDS = [seed for seed in range(30 * NUMBER) if work(draw(seed)) <= 400][:NUMBER]


@pytest.mark.parametrize("seed", SEEDS)
def test_bounds_reasons_and_witnesses_are_those_of_enumeration(seed: int) -> None:
    scenario = draw(seed)
    tables = completions(scenario, [chosen(scenario)])

    def left(facts: Sequence[Fact]) -> list[int]:
        held = [one for one in tables if all(holds(scenario, fact, one) for fact in facts)]
        return [one.numbers.get((noc, column), 0) for one in held]

    try:
        asked = CellQuestions(scenario)
    except InputError as error:
        assert "cannot all be true" in str(error)
        facts = tuple(dict.fromkeys(scenario.facts))
        assert not any(all(holds(scenario, fact, one) for fact in facts) for one in tables)
        return
    statements = asked.inference.question.statements
    true = [one for one in tables if all(holds(scenario, fact, one) for fact in statements)]
    expected = ranges_of(scenario, true)
    rng = random.Random(seed)
    for noc in scenario.nocs:
        for column in rng.sample(asked.inference.question.columns, 4):
            found = asked.cell(noc, column)
            low, high = expected[noc, column]
            assert (found.range.lowest, found.range.highest) == (low, high)
            if low:
                assert found.why_not_fewer is not None and min(left(found.why_not_fewer.facts)) == low
            assert found.why_not_more is not None and max(left(found.why_not_more.facts)) == high
            assert (found.most is not None) == (low < high)
            if found.most is not None:
                witness = replayed(scenario, found.most)
                assert witness.numbers.get((noc, column), 0) == high
                assert all(holds(scenario, fact, witness) for fact in statements)
            _targets(scenario, asked, noc, column, high, left)


def _targets(scenario: Scenario, asked: CellQuestions, noc: str, column: str, high: int, left: object) -> None:
    """One more than is possible is excluded by the facts that are named."""
    if high >= most_places(scenario.rules, column):
        return
    why = asked.why_not(Instead((noc, column), high, "more"))
    assert why is not None and callable(left) and max(left(why.facts)) <= high


def test_milano_names_the_facts_and_a_table() -> None:
    scenario = load_scenario("milano-cortina-2026")
    relay = explain(scenario, "USA", "women-relay")
    assert relay.judged == "partly-known" and relay.why[0].certain
    assert "USA has 8 quota places" in relay.why[0].text and "men's relay: BEL" in relay.why[0].text
    document = explain(scenario, "HUN", "men", "men>=5").to_dict()
    [cell] = document["partly_known"]
    assert (cell["certain"], cell["possible"]) == (4, 5)
    assert cell["completion"] is not None and cell["completion"]["table"]["HUN"]["men"] == 5
    assert document["why_not"] is not None and document["why_not"]["possible"]
    excluded = explain(scenario, "FRA", "men-relay", "men-relay>=1").why_not
    assert excluded is not None and not excluded.possible
    assert any("BEL has at least 1" in one.text for one in excluded.reasons[0].elements)


def test_what_is_not_answered_is_said() -> None:
    scenario = load_scenario("milano-cortina-2026")
    with pytest.raises(InputError, match="leave --all-reasons out"):
        explain(scenario, "USA", "men", all_reasons=True)
    with pytest.raises(InputError, match="TOTAL is not explained"):
        explain(scenario, "TOTAL", "men")
    with pytest.raises(InputError, match="XXX"):
        explain(scenario, "XXX", "men")
