"""What is certain and possible in a season, against the enumeration of all outcomes."""

from __future__ import annotations

import itertools
import os
import random
from collections import Counter
from dataclasses import replace

import pytest
from seasons import MOST_OUTCOMES, Enumerated, rankings_of, season, starting_orders

from quotaproof.model.errors import InputError
from quotaproof.model.standings.rankings import Ranking, Standings
from quotaproof.solver.engines import engine
from quotaproof.solver.season.athlete_caps import AthleteCaps
from quotaproof.solver.season.bounds_search import bounds
from quotaproof.solver.season.needs import needs
from quotaproof.solver.season.open_event import OpenEvent
from quotaproof.solver.season.outcomes import completed
from quotaproof.solver.season.season import Season

SEASONS = int(os.environ.get("QUOTAPROOF_SEASONS", "8"))
"""Tiny seasons of each kind; 300 were tried once."""


def compared(seed: int, *, capped: bool, left: int = 1) -> Counter[str] | None:
    """Compare the bounds of a tiny season with its enumeration, and count how many are exact."""
    tiny = season(random.Random(seed), capped=capped, left=left)
    try:
        truth = Enumerated(tiny)
    except InputError:  # the caps leave no room for the host
        return None
    if truth.number > MOST_OUTCOMES:
        return None
    found = bounds(tiny)
    assert set(found.places) == set(truth.places)
    counted: Counter[str] = Counter()
    for key, (least, most) in truth.places.items():
        one = found.places[key]
        assert one.certain.number <= least <= (one.certain.attained or 0), (key, least, one)
        assert (one.possible.attained or 0) <= most <= one.possible.number, (key, most, one)
        for bound, exact in ((one.certain, least), (one.possible, most)):
            counted["exact" if bound.exact else "proved"] += 1
            counted["equal"] += bound.number == exact
    for own, (least, most) in truth.athletes.items():
        quota = found.athletes[own]
        assert quota.certain.number <= least <= (quota.certain.attained or 0), (own, least, quota)
        assert (quota.possible.attained or 0) <= most <= quota.possible.number, (own, most, quota)
        counted["quota exact"] += quota.certain.exact + quota.possible.exact
        counted["quota"] += 2
    for one in found.outcomes:
        scenario = completed(tiny, one.outcome)
        assert not scenario.standings.tied_groups()
    return counted


@pytest.mark.parametrize("left", [0, 1, 2])
def test_without_caps_on_athletes_every_bound_is_exact_and_what_enumeration_gives(left: int) -> None:
    total: Counter[str] = Counter()
    for seed in range(SEASONS):
        total += compared(seed, capped=False, left=left) or Counter()
    assert total["exact"] > 4 * SEASONS
    if left < 2:
        assert total["proved"] == 0


def test_with_caps_on_athletes_enumeration_lies_within_and_most_bounds_are_exact() -> None:
    total: Counter[str] = Counter()
    for seed in range(1000, 1000 + SEASONS):
        total += compared(seed, capped=True) or Counter()
    assert total["exact"] > 0.9 * (total["exact"] + total["proved"])


def worst_positions(tiny: Season, event: str) -> dict[tuple[str, int], tuple[int | None, int | None, bool | None]]:
    """By enumeration: the worst position that makes an NOC's k-th place certain, keeps it possible; if without one."""
    scenario = tiny.scenario
    own = scenario.rules.event(event)
    race = OpenEvent.of(tiny, event)
    meets = tiny.left(event)
    orders = list(starting_orders(dict(race.starters)))
    at: dict[tuple[str, int, int | None], list[bool]] = {}
    memo: dict[Ranking, dict[str, int]] = {}
    bare = replace(scenario, rules=replace(scenario.rules, events=(own,)))
    for chosen in itertools.product(orders, repeat=len(meets)):
        for ranking in rankings_of(tiny, event, dict(zip(meets, chosen, strict=True))):
            if ranking not in memo:
                alone = replace(bare, standings=Standings({event: ranking}))
                memo[ranking] = dict(engine("greedy").allocate(alone).places[event])
            places = memo[ranking]
            for noc in race.nocs:
                for qualifier in range(1, min(own.noc_cap, race.starters[noc]) + 1):
                    mine = [position for position, other in enumerate(chosen[0], 1) if other == noc]
                    position = mine[qualifier - 1] if len(mine) >= qualifier else None
                    at.setdefault((noc, qualifier, position), []).append(places.get(noc, 0) >= qualifier)
    found: dict[tuple[str, int], tuple[int | None, int | None, bool | None]] = {}
    for noc, qualifier in sorted({key[:2] for key in at}):
        positions = sorted(key[2] for key in at if key[:2] == (noc, qualifier) and key[2] is not None)
        sure = list(itertools.takewhile(lambda p, n=noc, q=qualifier: all(at[n, q, p]), positions))
        may = list(itertools.takewhile(lambda p, n=noc, q=qualifier: any(at[n, q, p]), positions))
        found[noc, qualifier] = (
            sure[-1] if sure else None,
            may[-1] if may else None,
            any(at[noc, qualifier, None]) if (noc, qualifier, None) in at else None,
        )
    return found


@pytest.mark.parametrize("left", [1, 2])
def test_what_an_noc_needs_is_the_worst_position_that_enumeration_finds(left: int) -> None:
    asked = equal = 0
    for seed in range(SEASONS):
        tiny = season(random.Random(seed), capped=False, left=left, distances=1, relay=False)
        event = tiny.events[0]
        race = OpenEvent.of(tiny, event)
        found = bounds(tiny)
        caps = AthleteCaps(tiny, {event: race})
        for (noc, qualifier), (sure, may, anyway) in worst_positions(tiny, event).items():
            certain = found.places[event, noc].certain.number >= qualifier
            need = needs(race, noc, qualifier, caps, certain=certain)
            proved = need.by_ranking_at or 0
            assert proved <= (sure or 0), (seed, noc, qualifier, need, sure)
            equal += proved == (sure or 0)
            assert need.certain_at == need.by_ranking_at
            if anyway is not None:
                assert need.possible_anyway == anyway
            if not need.possible_anyway:
                assert need.possible_at == may, (seed, noc, qualifier, need, may)
            asked += 1
    assert asked > SEASONS
    # With more than one meet to come equal points count against the NOC, so that a little less is proved.
    assert equal == asked if left == 1 else equal > 0.9 * asked
