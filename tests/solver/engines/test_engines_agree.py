"""The two engines know nothing of each other; whatever the standings, they say the same, down to each decision."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import draw
import pytest

from quotaproof.model.allocation import Allocation
from quotaproof.model.decisions import SENTENCES
from quotaproof.model.errors import InputError, LimitError
from quotaproof.model.scenario import Scenario
from quotaproof.model.validation import violations
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.cpsat import engine, state
from quotaproof.solver.engines.cpsat.status import Settings
from quotaproof.solver.engines.cpsat.tiers import Stages

Draw = Callable[[int], Scenario]

BOTH_ENGINES = [(draw.realistic, 40), (draw.roomy, 40), (draw.wild, 204), (draw.tied, 18)]
"""Draws, and how many of them both engines allocate."""
GREEDY_ONLY = [(draw.realistic, 80), (draw.roomy, 200), (draw.wild, 2680), (draw.tied, 40)]
"""Draws, and how many of them the greedy engine and the validator see (CP-SAT takes ten times as long)."""


def chunks(draws: list[tuple[Draw, int]], size: int) -> list[object]:
    """Cut each draw's seeds into chunks, so that workers share them."""
    return [
        pytest.param(function, range(start, min(start + size, number)), id=f"{function.__name__}-{start}")
        for function, number in draws
        for start in range(0, number, size)
    ]


def award_sums(allocation: Allocation) -> Counter[tuple[str, str, str]]:
    sums: Counter[tuple[str, str, str]] = Counter()
    for award in allocation.awards:
        sums[award.pathway, award.noc, award.gender] += award.number
    return sums


def decisions(allocation: Allocation) -> set[str]:
    return {json.dumps(decision.to_dict(allocation.rules), sort_keys=True) for decision in allocation.decisions}


def assert_engines_agree(scenario: Scenario) -> tuple[Allocation, Allocation]:
    by_greedy, by_cp_sat = greedy.allocate(scenario), engine.allocate(scenario)
    assert (by_greedy.engine, by_cp_sat.engine) == ("greedy", "cp-sat")
    assert by_greedy.status == by_cp_sat.status
    assert by_greedy.unique == by_cp_sat.unique
    assert set(by_greedy.tied) == set(by_cp_sat.tied)
    assert by_greedy.places == by_cp_sat.places
    assert award_sums(by_greedy) == award_sums(by_cp_sat)
    assert len(by_greedy.decisions) == len(by_cp_sat.decisions)
    assert decisions(by_greedy) == decisions(by_cp_sat)
    assert violations(scenario, by_greedy) == []
    assert violations(scenario, by_cp_sat) == []
    return by_greedy, by_cp_sat


@pytest.mark.parametrize(("draws", "seeds"), chunks(BOTH_ENGINES, 6))
def test_the_engines_agree(draws: Draw, seeds: range) -> None:
    for seed in seeds:
        assert_engines_agree(draws(seed))


@pytest.mark.parametrize(("draws", "seeds"), chunks(GREEDY_ONLY, 80))
def test_the_validator_accepts_what_greedy_gives(draws: Draw, seeds: range) -> None:
    for seed in seeds:
        scenario = draws(seed)
        allocation = greedy.allocate(scenario)
        assert violations(scenario, allocation) == []
        assert (allocation.status == "tie") == bool(allocation.tied)
        assert allocation.unique == (allocation.status == "optimal")


def test_the_draws_meet_every_kind_of_decision_and_both_kinds_of_tie() -> None:
    """Agreement says little about what is never drawn."""
    kinds: Counter[str] = Counter()
    tied_in: set[bool] = set()
    for draws, number in ((draw.roomy, 40), (draw.wild, 150), (draw.tied, 40)):
        for seed in range(number):
            allocation = greedy.allocate(draws(seed))
            kinds.update(decision.kind for decision in allocation.decisions)
            tied_in |= {tied.pathway is None for tied in allocation.tied}
    assert tied_in == {True, False}
    assert set(kinds) == set(SENTENCES) - {"declined", "needed", "needed-had"}  # these come with declines


def test_sochi_differs_from_the_published_table_in_two_cells() -> None:
    scenario = load_scenario("sochi-2014")
    assert scenario.published is not None
    for allocation in assert_engines_agree(scenario):
        differences = {
            (noc, column): (allocation.to_published().cells.get(noc, {}).get(column, 0), row[column])
            for noc, row in scenario.published.cells.items()
            for column in scenario.published.columns
            if allocation.to_published().cells.get(noc, {}).get(column, 0) != row[column]
        }
        assert differences == {("KAZ", "men-1000"): (1, 0), ("HUN", "men-1000"): (2, 3)}
        assert set(allocation.nocs) <= set(scenario.published.nocs)
        assert allocation.totals == (60, 56)


@pytest.mark.parametrize("seeds", [range(start, start + 15) for start in range(0, 60, 15)], ids=str)
def test_an_unsettled_tie_is_reported_if_and_only_if_its_order_changes_a_place(seeds: range) -> None:
    for seed in seeds:
        scenario = draw.tied(seed)
        every_order = [
            greedy.allocate(replace(scenario, standings=settled))
            for settled in scenario.standings.settled(scenario.standings.tied_groups())
        ]
        allocation = greedy.allocate(scenario)
        matters = any(not other.same_places(every_order[0]) for other in every_order)
        assert matters == any(tied.pathway is None for tied in allocation.tied)
        assert {tied.event for tied in allocation.tied if tied.pathway is None} == events_that_matter(scenario)
        for event, places in allocation.places.items():
            for noc in scenario.nocs:
                assert places.get(noc, 0) == min(other.places[event].get(noc, 0) for other in every_order)
        for noc in scenario.nocs:
            certain = [min(other.athletes.get(noc, (0, 0))[g] for other in every_order) for g in (0, 1)]
            assert allocation.athletes.get(noc, (0, 0)) <= tuple(certain)


def events_that_matter(scenario: Scenario) -> set[str]:
    """Events with a tie that changes a place by its own order, whatever the order of the others."""
    found: set[str] = set()
    groups = scenario.standings.tied_groups()
    for group in groups:
        for rest_settled in scenario.standings.settled([other for other in groups if other != group]):
            allocations = [
                greedy.allocate(replace(scenario, standings=settled)) for settled in rest_settled.settled([group])
            ]
            if any(not other.same_places(allocations[0]) for other in allocations):
                found.add(group[0])
    return found


@pytest.mark.parametrize("allocate", [greedy.allocate, engine.allocate], ids=["greedy", "cp-sat"])
def test_too_many_orders_of_a_tie_that_may_matter_are_not_tried(allocate: Callable[[Scenario], Allocation]) -> None:
    scenario = draw.realistic(3)
    rankings = dict(scenario.standings.rankings)
    around_the_cut = tuple(range(4, 13))
    rankings["men-relay"] = replace(rankings["men-relay"], tied=(around_the_cut,))
    with pytest.raises(LimitError, match="record a draw"):
        allocate(replace(scenario, standings=replace(scenario.standings, rankings=rankings)))


@pytest.mark.parametrize("allocate", [greedy.allocate, engine.allocate], ids=["greedy", "cp-sat"])
@pytest.mark.parametrize(
    ("caps", "problem"),
    [
        ({"men": 3}, "the host's guaranteed places need 4 men, and the cap is 3"),
        ({"total": 7}, "the host's guaranteed places need 8 athletes, and the cap is 7"),
        ({"men-1000:noc": 0}, "men-1000 has no start place to keep for the host"),
        ({"women-relay": 0}, "women-relay has no start place to keep for the host"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_caps_that_leave_the_host_no_room_are_bad_input(
    allocate: Callable[[Scenario], Allocation], caps: dict[str, int], problem: str
) -> None:
    scenario = draw.realistic(1)
    with pytest.raises(InputError, match=problem):
        allocate(replace(scenario, rules=scenario.rules.with_caps(caps)))


@pytest.mark.parametrize("allocate", [greedy.allocate, engine.allocate], ids=["greedy", "cp-sat"])
def test_incomplete_standings_are_not_allocated(allocate: Callable[[Scenario], Allocation]) -> None:
    with pytest.raises(InputError, match="an allocation needs complete standings"):
        allocate(draw.BEIJING)


def test_a_line_for_quota_places_is_solved_only_where_some_have_one_and_others_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Start places need 112 athletes; five NOCs ask for the first line, six (some share a place) for the second."""
    scenario = load_scenario("synthetic-beijing-like")
    solved: list[Stages] = []

    def counted(settings: Settings) -> Stages:
        solved.append(Stages(settings))
        return solved[-1]

    monkeypatch.setattr(state, "Stages", counted)
    numbers = {}
    for total in (112, 113, 116, 117, 118, 122, 123, 124):
        solved.clear()
        allocation, _ = assert_engines_agree(replace(scenario, rules=scenario.rules.with_caps({"total": total})))
        numbers[total] = (len(solved), sum(allocation.totals))
    nothing_to_solve = {total for total, (models, _) in numbers.items() if not models}
    assert nothing_to_solve == {112, 117, 123, 124}
    assert [given for _, given in numbers.values()] == [112, 113, 116, 117, 118, 122, 123, 123]
