"""Ties in the standings: only those on which a refusal depends are tried in every order, and no other can matter."""

from __future__ import annotations

import itertools
import os
import random
from dataclasses import replace
from types import ModuleType

import brute
import draw
import pytest
from test_batch import with_reallocation
from tiny import READINGS, tiny

from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import InputError
from quotaproof.model.kept import Held, hold
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Ranking, Standings
from quotaproof.solver.engines import Engine, engine, greedy
from quotaproof.solver.engines.cpsat import engine as cpsat
from quotaproof.solver.engines.deciding_ties import deciding

TINY = int(os.environ.get("QUOTAPROOF_TIED_SCENARIOS", "300"))
ENGINES = [engine("greedy"), engine("cp-sat")]


def with_ties(scenario: Scenario, seed: int, most: int = 3) -> Scenario:
    """The scenario with up to `most` ties of two or three entries, several of one NOC among them."""
    rng = random.Random(f"ties of tiny {seed}")
    rankings = dict(scenario.standings.rankings)
    for _ in range(rng.randint(1, most)):
        event = rng.choice(sorted(rankings))
        ranking, size = rankings[event], rng.choice([2, 2, 3])
        if len(ranking.entries) < size:
            continue
        start = rng.randint(1, len(ranking.entries) - size + 1)
        group = tuple(range(start, start + size))
        if not any(set(group) & set(other) for other in ranking.tied):
            rankings[event] = replace(ranking, tied=tuple(sorted((*ranking.tied, group))))
    return replace(scenario, standings=Standings(rankings))


def every_order(scenario: Scenario) -> list[Scenario]:
    """The scenario in all orders of all its ties."""
    groups = scenario.standings.tied_groups()
    return [replace(scenario, standings=settled) for settled in scenario.standings.settled(groups)]


def assert_certain(allocation: Allocation, orders: list[brute.Answer]) -> None:
    """The allocation is what all orders give or, if they differ, what is common to all."""
    same = all(
        (one.places, one.awards, one.tied) == (orders[0].places, orders[0].awards, orders[0].tied) for one in orders
    )
    assert any(tied.pathway is None for tied in allocation.tied) == (not same)
    for event, places in allocation.places.items():
        for noc in {noc for one in orders for noc in one.places[event]}:
            assert places.get(noc, 0) == min(one.places[event].get(noc, 0) for one in orders)
    sums: dict[tuple[str, str, str], int] = {}
    for award in allocation.awards:
        key = (award.pathway, award.noc, award.gender)
        sums[key] = sums.get(key, 0) + award.number
    for key in {key for one in orders for key in one.awards} | set(sums):
        assert sums.get(key, 0) == min(one.awards.get(key, 0) for one in orders)


def test_tiny_scenarios_with_ties_are_what_enumeration_of_all_orders_gives() -> None:
    spared = mattered = tried = 0
    for seed in range(TINY):
        scenario = with_ties(tiny(seed, READINGS[seed % len(READINGS)]), seed)
        answers = [brute.answer(one) for one in every_order(scenario)]
        known = [answer for answer in answers if answer is not None]
        if len(known) < len(answers):
            with pytest.raises(InputError, match="guaranteed places need"):
                ENGINES[0].allocate(scenario)
            continue
        for by in ENGINES if seed % 10 == 0 else ENGINES[:1]:
            assert_certain(by.allocate(scenario), known)
        groups = scenario.standings.tied_groups()
        first = every_order(scenario)[0]
        undecided = deciding(first, ENGINES[0].allocate(first), groups)
        same = all(
            (one.places, one.awards, one.tied) == (known[0].places, known[0].awards, known[0].tied) for one in known
        )
        spared += same and not undecided
        tried += same and bool(undecided)
        mattered += not same
    # The argument is worth having: of the ties that decide nothing, most are seen to do so without trying any order.
    assert spared > 3 * tried > 0
    assert mattered > TINY // 20


@pytest.mark.parametrize("by", ENGINES, ids=lambda by: by.name)
def test_after_a_decline_too_only_ties_that_decide_something_matter(by: Engine) -> None:
    seen: set[bool] = set()
    for seed in range(TINY if by.name == "greedy" else TINY // 10):
        scenario = with_ties(with_reallocation(tiny(seed, READINGS[seed % len(READINGS)]), random.Random(seed)), seed)
        try:
            before = ENGINES[0].allocate(every_order(scenario)[0])
        except InputError:
            continue
        if before.status == "tie":
            continue
        held = held_after_a_decline(scenario, before, seed)
        if held is None:
            continue
        orders = [answer_of(ENGINES[0].fill(one, held)) for one in every_order(scenario)]
        allocation = by.fill(scenario, held)
        assert_certain(allocation, orders)
        seen.add(allocation.status == "tie")
    assert seen == {True, False}


def held_after_a_decline(scenario: Scenario, before: Allocation, seed: int) -> Held | None:
    """What is kept after a drawn NOC gives its places of a drawn event back."""
    having = [(event, noc) for event, numbers in before.places.items() for noc in numbers if noc != scenario.host]
    if not having:
        return None
    event, noc = random.Random(f"decline of {seed}").choice(sorted(having))
    given_back = [(event, noc, before.places[event][noc])]
    bonus = scenario.readings.fifth_in_walk == "yes"
    return hold(scenario.rules, before, given_back, {(event, noc): 0}, counts_bonus=bonus)


def answer_of(allocation: Allocation) -> brute.Answer:
    answer = brute.Answer(places={event: dict(numbers) for event, numbers in allocation.places.items()})
    for award in allocation.awards:
        key = (award.pathway, award.noc, award.gender)
        answer.awards[key] = answer.awards.get(key, 0) + award.number
    answer.tied = {(str(one.pathway), one.noc, one.gender) for one in allocation.tied}
    return answer


def pairs_that_decide_nothing(number: int) -> Scenario:
    """A realistic draw with this many pairs of tied neighbours of different NOCs on one side of every cut.

    All rankings have some: those of individual events down to where the walk reaches its caps on athletes, the relays'.
    """
    scenario = draw.realistic(3)
    allocation = ENGINES[0].allocate(scenario)
    granted = {(d.event, d.figures["rank"]) for d in allocation.decisions if d.granted and d.event is not None}
    rankings: dict[str, Ranking] = dict(scenario.standings.rankings)
    left = number
    for rank in itertools.count(1, 2):
        if rank > max(len(ranking.entries) for ranking in rankings.values()):
            break
        for event, ranking in rankings.items():
            pair = (rank, rank + 1)
            if left == 0 or pair[1] > len(ranking.entries) or event == "mixed-relay":
                continue
            one, other = (ranking.entries[r - 1] for r in pair)
            if one.noc != other.noc and ((event, rank) in granted) == ((event, rank + 1) in granted):
                candidate = replace(ranking, tied=(*ranking.tied, pair))
                changed = replace(scenario, standings=Standings({**rankings, event: candidate}))
                swapped = Standings({**scenario.standings.rankings, event: ranking.reordered(pair, pair[::-1])})
                if ENGINES[0].allocate(replace(scenario, standings=swapped)).same_places(allocation):
                    rankings[event] = changed.standings.rankings[event]
                    left -= 1
    assert left == 0
    return replace(scenario, standings=Standings(rankings))


@pytest.mark.parametrize(("by", "module"), list(zip(ENGINES, (greedy, cpsat), strict=True)), ids=["greedy", "cp-sat"])
def test_forty_tied_pairs_that_decide_nothing_cost_nothing(
    by: Engine, module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = pairs_that_decide_nothing(40)
    runs: list[object] = []
    allocate = vars(module)["_allocation"]

    def counted(state: object, steps: object) -> Allocation:
        runs.append(state)
        allocation: Allocation = allocate(state, steps)
        return allocation

    monkeypatch.setattr(module, "_allocation", counted)
    found = by.allocate(scenario)
    assert found.status == "optimal"
    assert len(runs) == 1
