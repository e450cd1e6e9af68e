"""What holds of every what-if on complete standings, whatever is drawn."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import permutations

import draw
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import ChooseReading, Decline, Exclude, HostTo, MoveEntry, SetCap, parse_decline
from quotaproof.model.errors import InputError
from quotaproof.model.later_changes import DeclinedEntry
from quotaproof.model.rules import GENDERS, Declines, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Entry, Ranking, Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver.declines import after_declines
from quotaproof.solver.engines import engine, greedy
from quotaproof.solver.whatif.consequences import WhatIf
from quotaproof.solver.whatif.moves import Move
from quotaproof.solver.whatif.whatif import whatif

SOCHI = load_scenario("sochi-2014")
GREEDY = engine("greedy")
MODES: tuple[Declines, Declines] = ("sequential", "rerun")

scenarios = st.one_of(
    st.builds(draw.realistic, st.integers(0, 400)),
    st.builds(draw.wild, st.integers(0, 400)),
    st.builds(draw.roomy, st.integers(0, 400)),
)


def column(allocation: Allocation, noc: str, name: str) -> int:
    if name in GENDERS:
        return allocation.athletes.get(noc, (0, 0))[GENDERS.index("men" if name == "men" else "women")]
    return allocation.places[name].get(noc, 0)


def columns(rules: Rules) -> list[str]:
    return [*(event.identifier for event in rules.events), *GENDERS]


def allocated(scenario: Scenario) -> Allocation:
    first = greedy.allocate(scenario)
    assume(first.status == "optimal" and first.nocs)
    return first


@st.composite
def declines(data: st.DrawFn, most: int = 1) -> tuple[Scenario, Allocation, list[Decline]]:
    """A scenario, its allocation, and declines of different NOCs that have what they give back."""
    scenario = data(scenarios)
    first = allocated(scenario)
    holders = sorted({noc for places in first.places.values() for noc in places})
    assume(holders)
    chosen: list[Decline] = []
    for noc in data(st.lists(st.sampled_from(holders), min_size=1, max_size=most, unique=True)):
        event = data(st.sampled_from([event for event, places in first.places.items() if places.get(noc)]))
        gender = scenario.rules.event(event).gender
        options = [Decline(noc), Decline(noc, event)]
        options += [Decline(noc, event, k) for k in range(1, first.places[event][noc] + 1)]
        options += [Decline(noc, gender=gender)] if gender != "mixed" else []
        chosen.append(data(st.sampled_from(options)))
    return scenario, first, chosen


def answered(scenario: Scenario, chosen: list[Decline], mode: Declines, *, compare: bool = False) -> WhatIf:
    try:
        result = whatif(scenario, chosen, mode, "greedy", compare=compare)
    except InputError:
        assume(False)
        raise
    assume(result.after.status == "optimal")
    return result


@settings(max_examples=60)
@given(declines(most=3))
def test_in_sequential_mode_nobody_but_the_decliners_loses_anything(
    drawn: tuple[Scenario, Allocation, list[Decline]],
) -> None:
    scenario, first, chosen = drawn
    after = after_declines(scenario, first, chosen, GREEDY, "sequential").allocation
    assume(after.status == "optimal")
    decliners = {decline.noc for decline in chosen}
    for noc in set(first.nocs) - decliners:
        for name in columns(scenario.rules):
            assert column(after, noc, name) >= column(first, noc, name), (noc, name)


@settings(max_examples=40)
@given(declines(), st.sampled_from(MODES))
def test_a_decliner_does_not_get_back_what_it_gave_back(
    drawn: tuple[Scenario, Allocation, list[Decline]], mode: Declines
) -> None:
    scenario, first, chosen = drawn
    outcome = after_declines(scenario, first, chosen, GREEDY, mode)
    for event, noc, number in outcome.steps[0].given_back:
        assert column(outcome.allocation, noc, event) <= column(first, noc, event) - number


@settings(max_examples=40)
@given(declines(most=3), st.sampled_from(MODES))
def test_all_caps_hold_after_declines(drawn: tuple[Scenario, Allocation, list[Decline]], mode: Declines) -> None:
    scenario, _, chosen = drawn
    after = answered(scenario, chosen, mode).after
    assert sum(after.totals) <= scenario.rules.total
    for event in scenario.rules.events:
        places = after.places[event.identifier]
        assert sum(places.values()) <= event.start_places
        assert all(0 < number <= event.noc_cap for number in places.values())
    if scenario.readings.gender_cap == "hard":
        for gender, total in zip(GENDERS, after.totals, strict=True):
            assert total <= scenario.rules.gender_caps[gender]


def net_of(moves: tuple[Move, ...]) -> dict[tuple[str, str], int]:
    net: Counter[tuple[str, str]] = Counter()
    for move in moves:
        if move.taker:
            net[move.taker, move.event] += 1
        if move.giver:
            net[move.giver, move.event] -= 1
    return {cell: number for cell, number in net.items() if number}


@settings(max_examples=40)
@given(declines(most=3), st.sampled_from(MODES), st.booleans())
def test_the_net_effect_is_the_sum_of_the_moves(
    drawn: tuple[Scenario, Allocation, list[Decline]], mode: Declines, with_cap: bool
) -> None:
    scenario, _, chosen = drawn
    changes = [*chosen, SetCap("total", scenario.rules.total + 2)] if with_cap else chosen
    try:
        result = whatif(scenario, changes, mode, "greedy", compare=False)
    except InputError:
        assume(False)
        raise
    assume(result.after.status == "optimal")
    effect = {(noc, name): number for noc, row in result.net_effect.items() for name, number in row.items()}
    assert effect == net_of(result.moves)
    assert {(gain.noc, gain.column): gain.number for gain in result.gains} == {
        cell: number for cell, number in effect.items() if number > 0
    }
    if not with_cap:
        assert result.moves == tuple(move for _, moves in result.steps for move in moves)


@settings(max_examples=40)
@given(declines(most=2), st.sampled_from(MODES))
def test_every_place_that_is_given_is_taken_or_free(
    drawn: tuple[Scenario, Allocation, list[Decline]], mode: Declines
) -> None:
    """Per column: what changes hands, what was free before and what is free now add up."""
    scenario, first, chosen = drawn
    result = answered(scenario, chosen, mode)
    outcome = after_declines(scenario, first, chosen, GREEDY, mode)
    for step, (_, moves) in zip(outcome.steps, result.steps, strict=True):
        for name in columns(scenario.rules):
            own = [move for move in moves if move.event == name]
            assert all(move.kind == ("quota-place" if name in GENDERS else "start-place") for move in own)
            given = sum(move.giver is not None for move in own)
            taken = sum(move.taker is not None for move in own)
            assert all(move.giver or move.taker for move in own)
            assert sum(move.taker is None for move in own) == max(0, given - taken)
            nocs = {*step.before.nocs, *step.after.nocs}
            more = sum(column(step.after, n, name) - column(step.before, n, name) for n in nocs)
            assert taken - given == more


@settings(max_examples=30)
@given(declines(), st.sampled_from(MODES))
def test_each_start_place_taken_cites_the_clause_that_gives_it(
    drawn: tuple[Scenario, Allocation, list[Decline]], mode: Declines
) -> None:
    scenario, _, chosen = drawn
    clauses = {f"{pathway.identifier}: {pathway.clause}" for pathway in scenario.rules.pathways}
    cited = {
        move.clause
        for move in answered(scenario, chosen, mode).moves
        if move.taker is not None and (move.kind == "start-place" or mode == "sequential")
    }
    assert cited <= clauses


def test_each_quota_place_taken_after_an_exclusion_cites_the_clause_that_gives_it() -> None:
    result = whatif(SOCHI, [Exclude("KOR")], engine="greedy")
    assert [(m.event, m.taker) for m in result.moves if m.taker is not None and not m.clause] == []


def test_an_noc_whose_decline_is_on_record_can_be_excluded() -> None:
    recorded = replace(SOCHI, declines=(DeclinedEntry("men-1000", "KAZ", 1, "2014-01-10"),))
    result = whatif(recorded, [Exclude("KAZ")], engine="greedy")
    assert "KAZ" not in result.after.nocs


@settings(max_examples=30)
@given(scenarios, st.data(), st.sampled_from(MODES))
def test_declining_what_one_does_not_have_is_refused(scenario: Scenario, data: st.DataObject, mode: Declines) -> None:
    first = allocated(scenario)
    event = data.draw(st.sampled_from([event.identifier for event in scenario.rules.events]))
    noc = data.draw(st.sampled_from(sorted({*scenario.nocs, "XYZ"})))
    has = first.places[event].get(noc, 0)
    with pytest.raises(InputError) as caught:
        whatif(scenario, [Decline(noc, event, has + 1)], mode, "greedy", compare=False)
    assert str(caught.value).startswith(f"{noc} has ")
    assert str(caught.value).count("\n") == 0


@settings(max_examples=30)
@given(scenarios, st.data())
def test_what_changes_nothing_has_no_effect(scenario: Scenario, data: st.DataObject) -> None:
    """A cap at its present value, a reading as it is, the same host, an entry at its own rank."""
    allocated(scenario)
    rules = scenario.rules
    event = data.draw(st.sampled_from(rules.events))
    ranking = scenario.standings.rankings[event.identifier].entries
    same: list[SetCap | ChooseReading | HostTo | MoveEntry] = [
        SetCap("total", rules.total),
        SetCap("men", rules.gender_caps["men"]),
        SetCap(event.identifier, event.start_places),
        SetCap(f"{event.identifier}:noc", event.noc_cap),
        ChooseReading("gender-cap", scenario.readings.gender_cap),
        HostTo(scenario.host),
    ]
    if ranking:
        rank = data.draw(st.integers(1, len(ranking)))
        entry = ranking[rank - 1]
        same.append(MoveEntry(str(entry.noc), event.identifier, rank, entry.qualifier or 1))
    change = data.draw(st.sampled_from(same))
    result = whatif(scenario, [change], engine="greedy")
    assert result.before.same_places(result.after)
    assert result.moves == ()
    assert result.net_effect == {}


@settings(max_examples=25)
@given(scenarios)
def test_excluding_an_noc_that_is_ranked_last_everywhere_changes_nothing(scenario: Scenario) -> None:
    """Appended behind everybody in full events, it stands in nobody's way."""
    first = allocated(scenario)
    full = [e for e in scenario.rules.events if sum(first.places[e.identifier].values()) == e.start_places]
    rankings = dict(scenario.standings.rankings)
    for event in full:
        if event.gender != "mixed":
            entries = rankings[event.identifier].entries
            rankings[event.identifier] = Ranking((*entries, Entry("XYZ", 1)))
    assume(any(event.gender != "mixed" for event in full))
    longer = replace(scenario, standings=Standings(rankings))
    assume(longer.host != "XYZ")
    result = whatif(longer, [Exclude("XYZ")], engine="greedy")
    assert result.before.same_places(result.after)
    assert result.moves == ()


@settings(max_examples=12)
@given(declines(most=3), st.sampled_from(MODES))
def test_the_order_of_declines_is_said_to_matter_exactly_if_some_order_gives_another_result(
    drawn: tuple[Scenario, Allocation, list[Decline]], mode: Declines
) -> None:
    scenario, first, chosen = drawn
    result = answered(scenario, chosen, mode, compare=True)
    if len(chosen) == 1:
        assert result.order.matters is None
        assert result.order.other == ()
        return
    by_words = {str(decline): decline for decline in chosen}
    others: list[Allocation | None] = []
    for order in permutations(chosen):
        try:
            others.append(after_declines(scenario, first, order, GREEDY, mode).allocation)
        except InputError:
            others.append(None)
    differs = any(other is None or not other.same_places(result.after) for other in others)
    assert result.order.matters is differs
    named = [by_words[words] for words in result.order.other]
    if not differs:
        assert result.order.other == ()
        return
    assert sorted(map(str, named)) == sorted(map(str, chosen))
    assert named != chosen
    if not result.order.refused:
        there = after_declines(scenario, first, named, GREEDY, mode).allocation
        assert not there.same_places(result.after)
        assert {(d.noc, d.column): (d.here, d.there) for d in result.order.differences} == {
            (noc, name): (column(result.after, noc, name), column(there, noc, name))
            for noc in {*result.after.nocs, *there.nocs}
            for name in columns(scenario.rules)
            if column(result.after, noc, name) != column(there, noc, name)
        }
    else:
        assert all(other is None or other.same_places(result.after) for other in others), "a possible one is preferred"
        with pytest.raises(InputError):
            after_declines(scenario, first, named, GREEDY, mode)


@settings(max_examples=25)
@given(declines(most=2), st.sampled_from(MODES))
def test_the_differences_between_the_modes_are_those_of_their_results(
    drawn: tuple[Scenario, Allocation, list[Decline]], mode: Declines
) -> None:
    scenario, first, chosen = drawn
    result = answered(scenario, chosen, mode, compare=True)
    try:
        both = {m: after_declines(scenario, first, chosen, GREEDY, m).allocation for m in MODES}
    except InputError:
        assert result.differences == ()
        return
    expected = {
        (noc, name): (column(both["sequential"], noc, name), column(both["rerun"], noc, name))
        for noc in {*both["sequential"].nocs, *both["rerun"].nocs}
        for name in columns(scenario.rules)
        if column(both["sequential"], noc, name) != column(both["rerun"], noc, name)
    }
    assert {(d.noc, d.column): (d.sequential, d.rerun) for d in result.differences} == expected
    assert all(difference.why for difference in result.differences)


@pytest.mark.parametrize("name", ["greedy", "cp-sat"])
def test_the_order_matters_when_a_later_decline_gives_back_what_an_earlier_one_brought(name: str) -> None:
    declined = [parse_decline(text, SOCHI.rules) for text in ("KAZ:men-1000", "ITA:men-1000=1")]
    result = whatif(SOCHI, declined, "sequential", name)
    assert result.order.matters is True
    assert result.order.other == ("decline ITA:men-1000=1", "decline KAZ:men-1000")
    # ITA's one place goes to HUN, and KAZ's then to CZE: ITA wants no more, and HUN has three.
    assert [(d.noc, d.column, d.here, d.there) for d in result.order.differences] == [
        ("CZE", "men-1000", 0, 1),
        ("ITA", "men-1000", 1, 0),
    ]
    assert [(m.giver, m.taker) for m in result.moves] == [("KAZ", "ITA"), ("ITA", "HUN")]
    assert result.net_effect == {"KAZ": {"men-1000": -1}, "HUN": {"men-1000": 1}}


def test_with_nothing_to_change_there_is_no_what_if() -> None:
    with pytest.raises(InputError, match="there is nothing to change"):
        whatif(SOCHI, [])
