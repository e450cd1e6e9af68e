"""Orders that are not replayed: they differ behind the last place of a full event only, or are ranked from kept sums.

Some are drawn; with QUOTAPROOF_ORDERS=1000 the suite draws more.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import replace

import draw
import pytest
from explained import allocated

from quotaproof.model.results.classifications import Classifications, Result
from quotaproof.model.results.scoring import standings_of
from quotaproof.model.standings.rankings import Ranking, Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver.explain import points, replay
from quotaproof.solver.explain.replay import TriedOrders, holds
from quotaproof.solver.explain.target import Target, most_places

NUMBER = int(os.environ.get("QUOTAPROOF_ORDERS", "12"))
SOCHI = load_scenario("sochi-2014")


@pytest.mark.parametrize("kind", ["sochi", "realistic", "roomy", "wild", "tied"])
def test_an_order_that_is_not_replayed_fails_as_one_that_is(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where ties are open, events are not full, and places are kept for the host."""
    replayed, judged = Counter[bool](), 0
    honest = replay.first_allocation
    for seed in range(NUMBER):
        rng = random.Random(f"orders {kind} {seed}")
        scenario = SOCHI if kind == "sochi" else getattr(draw, kind)(seed)
        scenario = replace(scenario, declines=())
        allocation = allocated(scenario)
        if allocation is None:
            continue
        event = rng.choice([one.identifier for one in scenario.rules.events if one.kind != "team"])
        noc, column = rng.choice(scenario.nocs), rng.choice([event, "men", "women", "athletes"])
        least = allocation.number(noc, column) + 1
        if least > most_places(scenario.rules, column):
            continue
        target = Target(noc, column, least)
        tried, asked = TriedOrders(scenario, target, event), []
        monkeypatch.setattr(replay, "first_allocation", lambda one, asked=asked: asked.append(one) or honest(one))
        for _ in range(12):
            ranking = shuffled(rng, scenario.standings.rankings[event])
            asked.clear()
            suffices = tried.suffices(ranking)
            replayed[bool(asked)] += 1
            other = replace(scenario, standings=Standings({**scenario.standings.rankings, event: ranking}))
            assert suffices == holds(other, target), (seed, target, event)
            judged += 1
        monkeypatch.setattr(replay, "first_allocation", honest)
    assert judged
    assert replayed[True]
    assert replayed[False]


def shuffled(rng: random.Random, ranking: Ranking) -> Ranking:
    """The ranking with the entries of some neighbouring ranks exchanged, and perhaps two of them tied."""
    order = list(ranking.claims())
    if len(order) < 2:
        return ranking
    first = rng.randrange(len(order) - 1)
    part = order[first : first + rng.randint(2, 6)]
    rng.shuffle(part)
    order[first : first + len(part)] = part
    # The better entries of an NOC come first.
    numbers = Counter[str]()
    claims = []
    for noc, _ in order:
        numbers[noc] += 1
        claims.append((noc, numbers[noc]))
    whole = Standings.of({"event": claims}).rankings["event"]
    rank = rng.randint(1, len(claims) - 1)
    if rng.random() < 0.3 and claims[rank - 1][0] != claims[rank][0]:
        return replace(whole, tied=((rank, rank + 1),))
    return whole


def test_rankings_from_kept_sums_are_those_of_all_results() -> None:
    """Every better position of some results at every meet of Sochi, computed from the results as a whole."""
    assert SOCHI.classifications is not None
    rng = random.Random("kept sums")
    for event in SOCHI.rules.events:
        results = SOCHI.classifications.by_event[event.identifier]
        table = points._Positions(SOCHI, event, results)
        for own in rng.choices([one for one in results if one.noc is not None and one.position > 1], k=NUMBER):
            better = dict(table.better(own))
            assert list(better) == list(range(own.position - 1, 0, -1))
            for position in rng.sample(list(better), min(5, len(better))):
                assert better[position] == ranked(event.identifier, results, own, position)


def ranked(event: str, results: tuple[Result, ...], own: Result, position: int) -> Ranking:
    """The ranking that all results of an event give with one of them at a better position."""
    moved = []
    for one in results:
        if one.meet == own.meet and one is not own and position <= one.position < own.position:
            moved.append(replace(one, position=one.position + 1))
        elif one.meet == own.meet:
            moved.append(replace(one, position=position if one is own else one.position))
    numbers = Counter[str | None]()
    renumbered = []
    for one in sorted(moved, key=lambda one: (one.position, one.qualifier or 0)):
        numbers[one.noc] += 1
        renumbered.append(replace(one, qualifier=numbers[one.noc]))
    others = [one for one in results if one.meet != own.meet]
    changed = Classifications((*others, *renumbered))
    return standings_of(changed, SOCHI.rules, SOCHI.readings).rankings[event]
