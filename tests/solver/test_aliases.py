"""Two federations under one code: a cap of their own in every leg, and rows of their own everywhere."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import brute
import draw
import pytest
import test_needed_changes as needed
from folders import save
from tiny import NOCS, READINGS, tiny

from quotaproof import checker
from quotaproof.api import explain, verify, whatif
from quotaproof.model.aliases import Alias
from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import InputError
from quotaproof.model.rules import Readings
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.model.validation import violations
from quotaproof.solver.certificate import certificate
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.batch import Batch, allocate_batch
from quotaproof.solver.engines.cpsat import engine
from quotaproof.solver.verify import explanation
from quotaproof.solver.whatif.consequences import WhatIf

TWO = Alias("AIN", ("AAA", "BBB"), 1, "at most one per event and federation", "synthetic")


def with_alias(scenario: Scenario, alias: Alias = TWO) -> Scenario:
    return replace(scenario, aliases=(alias,))


def places(allocation: Allocation, noc: str) -> int:
    return max((own.get(noc, 0) for own in allocation.places.values()), default=0)


@pytest.mark.parametrize("readings", READINGS, ids=lambda readings: "-".join(readings.values()))
def test_all_legs_give_what_enumeration_gives(readings: dict[str, str], tmp_path: Path) -> None:
    lower = 0
    for seed in range(24):
        drawn = tiny(seed, readings)
        # A rule file allows no more places per NOC than a relay has athletes.
        most = drawn.rules.quota_places.relay_athletes
        caps = {f"{event.identifier}:noc": min(event.noc_cap, most) for event in drawn.rules.events}
        scenario = with_alias(replace(drawn, rules=drawn.rules.with_caps(caps)))
        expected = brute.answer(scenario)
        if expected is None:
            continue
        without = brute.answer(replace(scenario, aliases=()))
        lower += without is not None and without.places != expected.places
        found = [greedy.allocate(scenario), engine.allocate(scenario)]
        found.append(allocate_batch(Batch.of([scenario])).allocation(0))
        for allocation in found:
            assert allocation.places == expected.places
        for allocation in found[:2]:
            assert violations(scenario, allocation) == []
        stated = all(ranking.entries for ranking in scenario.standings.rankings.values())
        if found[0].status == "optimal" and stated:
            stored = save(replace(scenario, title="synthetic"), tmp_path / str(seed))
            document = certificate(stored, greedy.allocate(stored))
            assert stored.folder is not None
            assert checker.check(json.dumps(document), stored.folder) == []
    assert lower


def test_without_the_alias_validator_and_checker_reject_what_it_forbids(tmp_path: Path) -> None:
    rules = draw.BEIJING.rules
    nocs = [f"{letter}{letter}{letter}" for letter in "ABCDEFGHIJKL"]
    orders = {
        event.identifier: [(noc, k) for k in range(1, 2 if event.kind == "relay" else 4) for noc in nocs]
        for event in rules.events
    }
    plain = replace(
        draw.BEIJING, identifier="synthetic", host=None, standings=Standings.of(orders), facts=(), published=None
    )
    bound = with_alias(plain)
    for allocate in (greedy.allocate, engine.allocate):
        free, allocation = allocate(plain), allocate(bound)
        assert min(places(free, noc) for noc in ("AAA", "BBB")) > 1
        assert {places(allocation, noc) for noc in ("AAA", "BBB")} == {1}
        assert any("the cap per NOC is 1" in text for text in map(str, violations(bound, free)))
        refused = {(d.noc, d.figures["cap"]) for d in allocation.decisions if d.kind == "noc-cap"}
        assert {("AAA", 1), ("BBB", 1)} <= refused
    stored = save(replace(plain, title="synthetic", readings=Readings()), tmp_path / "plain")
    assert stored.folder is not None
    text = json.dumps(certificate(stored, greedy.allocate(stored)))
    assert checker.check(text, stored.folder) == []
    alias = '[[aliases]]\ncode = "AIN"\nfederations = ["AAA", "BBB"]\nper-event = 1\nclause = "c"\nsource = "s"\n'
    file = stored.folder / "scenario.toml"
    file.write_text(file.read_text(encoding="utf-8") + alias, encoding="utf-8")
    assert any("noc-cap" in problem for problem in checker.check(text, stored.folder))


def test_an_alias_without_a_cap_changes_nothing() -> None:
    for seed in range(6):
        scenario = draw.realistic(seed)
        alias = Alias("OAR", scenario.nocs[:1], None, "a name only", "synthetic")
        assert greedy.allocate(replace(scenario, aliases=(alias,))).same_places(greedy.allocate(scenario))


def unknown(scenario: Scenario) -> Scenario:
    """The same with its allocation as the published table, and no standings."""
    table = greedy.allocate(scenario).to_published()
    return replace(scenario, standings=Standings(), published=replace(table, totals={}))


def test_verify_with_unknown_standings_knows_the_cap_of_a_federation() -> None:
    plain = draw.realistic(3)
    first = next(noc for noc in plain.nocs if places(greedy.allocate(plain), noc) == 3 and noc != plain.host)
    alias = Alias("AIN", (first,), 1, "at most one", "synthetic")
    assert verify(unknown(plain)).consistent
    assert verify(unknown(replace(plain, aliases=(alias,)))).consistent
    found = verify(replace(unknown(plain), aliases=(alias,)))
    assert not found.consistent
    own = {(f.noc, f.expected) for f in found.findings if f.kind == "noc-cap"}
    assert own == {(first, 1)}
    assert any("a federation under AIN may have 1" in finding.message for finding in found.findings)


def test_explanations_and_declines_keep_to_the_cap_of_a_federation() -> None:
    plain = draw.realistic(3)
    first = next(noc for noc in plain.nocs if places(greedy.allocate(plain), noc) == 3 and noc != plain.host)
    scenario = replace(plain, aliases=(Alias("AIN", (first,), 1, "at most one", "synthetic"),))
    told = explain(scenario, first, "women-500", "women-500>=2")
    assert told.why_not is not None
    assert not told.why_not.possible
    reasons = " ".join(element.text for reason in told.why_not.reasons for element in reason.elements)
    assert "a federation under AIN may have one start place" in reasons
    before = greedy.allocate(scenario)
    for giver in sorted(before.places["women-500"]):
        answer = whatif(scenario, [f"{giver}:women-500"], engine="greedy")
        assert isinstance(answer, WhatIf)
        assert places(answer.after, first) == 1


def test_the_changes_that_explain_a_table_keep_to_the_cap_of_a_federation() -> None:
    """Next in line is a federation that has all it may have, so the place goes to the one behind it."""
    plain = needed.drawn(0)
    orders = {"men-500": [("AAA", 1), ("BBB", 1), ("CCC", 1), ("BBB", 2), ("CCC", 2)], "men-relay": [("CCC", 1)]}
    alias = Alias("AIN", ("BBB",), 1, "at most one", "synthetic")
    scenario = replace(
        plain, rules=needed.rules(9), standings=Standings.of({**orders, "women-500": []}), aliases=(alias,)
    )
    for taker, lower, takes in (
        ("CCC", scenario, True),
        ("BBB", scenario, False),
        ("BBB", replace(scenario, aliases=()), True),
    ):
        first = greedy.allocate(lower)
        assert first.places["men-500"] == {"AAA": 1, "BBB": 1, "CCC": 1}
        table = first.to_published().with_cells({("AAA", "men-500"): 0, (taker, "men-500"): 2})
        found = explanation.explained(lower, first, table, needed.CPSAT, needed.GREEDY, athletes=False)
        assert (found is not None) == takes
        if found is not None:
            assert [(one.noc, one.event, one.offered) for one in found.changes] == [("AAA", "men-500", False)]
            assert [one.noc for one in found.changes[0].taken_by] == [taker]
            assert found.unique


def test_a_batch_takes_scenarios_of_the_same_aliases_only() -> None:
    scenario = tiny(1, READINGS[0])
    with pytest.raises(InputError, match="must have the same aliases"):
        Batch.of([scenario, with_alias(scenario)])
    assert set(TWO.federations) < set(NOCS)
