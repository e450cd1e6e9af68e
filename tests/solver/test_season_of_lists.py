"""What is certain and possible where places go down ranked lists, against the enumeration of outcomes.

`QUOTAPROOF_SEASONS=300 pytest tests/solver/test_season_of_lists.py` draws three hundred seasons of each kind.
"""

from __future__ import annotations

import itertools
import os
import random
from collections import Counter
from dataclasses import replace

import pytest
from listed_outcomes import EnumeratedLists, outcomes, races, settled, starters, tiny_season

from quotaproof.model.results.listed_file import standings_of_lists
from quotaproof.model.results.race_results import RaceResult
from quotaproof.solver.engines import engine
from quotaproof.solver.season.bounds_search import bounds
from quotaproof.solver.season.lists.list_needs import needs_of_lists
from quotaproof.solver.season.lists.list_outcomes import with_results
from quotaproof.solver.season.lists.open_lists import open_lists
from quotaproof.solver.season.outcomes import ListedOutcome
from quotaproof.solver.season.season import Season

SEASONS = int(os.environ.get("QUOTAPROOF_SEASONS", "12"))
"""Tiny seasons of each kind; 300 were tried once."""


def check_outcome(tiny: Season, outcome: ListedOutcome) -> None:
    """An outcome is one of those that are spoken of: who may race, ranks without a gap, times in the order of ranks."""
    by_race: dict[tuple[str, str], list[tuple[str | None, int, str, str, int | None]]] = {}
    for row in outcome.results:
        assert row.rank is not None
        own = by_race.setdefault((row.meet, row.event), [])
        own.append((row.division, row.rank, row.noc, row.athlete, row.time))
    assert set(by_race) == set(races(tiny))
    for (_, event), rows in by_race.items():
        field = starters(tiny, event)
        names = [(noc, athlete) for _, _, noc, athlete, _ in rows]
        assert len(set(names)) == len(names)
        for noc in {noc for noc, _ in names}:
            new = [one for one in names if one[0] == noc and one not in field]
            assert len(new) <= tiny.scenario.rules.event(event).noc_cap
        for division in {row[0] for row in rows}:
            here = sorted(row[1:] for row in rows if row[0] == division)
            assert [row[0] for row in here] == list(range(1, len(here) + 1))
            times = [row[3] for row in here if row[3] is not None]
            assert times == sorted(times)


def compared(seed: int, left: int) -> Counter[str]:
    """Compare the bounds of a tiny season with its outcomes, and count how many are exact."""
    rng = random.Random(seed)
    tiny = tiny_season(rng, left)
    truth, found = EnumeratedLists(tiny, rng), bounds(tiny)
    assert set(found.places) == set(truth.places)
    counted: Counter[str] = Counter(seasons=1, enumerated=truth.all)
    for key, (least, most) in truth.places.items():
        one = found.places[key]
        assert one.certain.number <= least, (seed, key, least, one)
        assert one.possible.number >= most, (seed, key, most, one)
        for bound, exact in ((one.certain, least), (one.possible, most)):
            counted["exact" if bound.exact else "proved"] += 1
            if truth.all:
                counted["equal"] += bound.number == exact
                counted["compared"] += 1
                if bound.exact:
                    assert bound.number == exact, (seed, key, bound, exact)
    for own, (least, most) in truth.athletes.items():
        quota = found.athletes[own]
        assert quota.certain.number <= least and most <= quota.possible.number, (seed, own, least, most, quota)
    for outcome in found.outcomes:
        assert isinstance(outcome.outcome, ListedOutcome)
        check_outcome(tiny, outcome.outcome)
        assert engine("greedy").allocate(with_results(tiny, outcome.outcome)).places == outcome.allocation.places
    return counted


@pytest.mark.parametrize("left", [1, 2])
def test_every_outcome_lies_within_the_bounds_and_exact_ones_are_what_enumeration_gives(left: int) -> None:
    total: Counter[str] = Counter()
    for seed in range(1000 * left, 1000 * left + SEASONS):
        total += compared(seed, left)
    print(dict(total))
    assert total["exact"] > 0.9 * (total["exact"] + total["proved"]), total
    assert total["equal"] > 0.95 * total["compared"], total
    assert total["enumerated"] or left > 1, total


WorstRanks = dict[tuple[str, int], tuple[int, int | None, int | None]]
"""(NOC, k) -> the last rank of its k best in the first division, the worst that is safe, and the worst that will do if
no others of the NOC race."""


def worst_ranks(tiny: Season, found: list[tuple[RaceResult, ...]]) -> WorstRanks:
    """What an NOC's places need, by enumeration."""
    event = tiny.events[0]
    known = open_lists(tiny)[event]
    best = {noc: known.on_points(noc) for noc in dict.fromkeys(noc for noc, _ in starters(tiny, event))}
    had: dict[tuple[str, int, int], list[bool]] = {}
    alone: dict[tuple[str, int, int], list[bool]] = {}
    for rows in found:
        ranks = {row.athlete: row.rank or 0 for row in rows if row.division != "B"}
        scenario = with_results(tiny, ListedOutcome(rows))
        for lists in settled(dict(scenario.lists)):
            own = replace(scenario, lists=lists, standings=standings_of_lists(lists))
            places = engine("greedy").allocate(own).places[event]
            for noc, mine in best.items():
                for number in range(1, min(len(mine), tiny.scenario.rules.event(event).noc_cap) + 1):
                    at = [ranks.get(racer.athlete) for racer in mine[:number]]
                    if None not in at:
                        last = max(rank for rank in at if rank is not None)
                        had.setdefault((noc, number, last), []).append(places.get(noc, 0) >= number)
                        if sum(row.noc == noc for row in rows) == number:
                            alone.setdefault((noc, number, last), []).append(places.get(noc, 0) >= number)
    truth: WorstRanks = {}
    for noc, number in sorted({key[:2] for key in had}):
        ranks_there = sorted(key[2] for key in had if key[:2] == (noc, number))
        safe = list(itertools.takewhile(lambda rank, n=noc, k=number: all(had[n, k, rank]), ranks_there))
        will_do = list(itertools.takewhile(lambda rank, n=noc, k=number: any(alone.get((n, k, rank), ())), ranks_there))
        truth[noc, number] = (ranks_there[-1], safe[-1] if safe else None, will_do[-1] if will_do else None)
    return truth


def test_what_a_place_down_lists_needs_is_the_worst_rank_that_enumeration_finds() -> None:
    asked: Counter[str] = Counter()
    for seed in range(2 * SEASONS):
        rng = random.Random(seed)
        tiny = tiny_season(rng, 1, small=seed % 4 > 0)
        if len(tiny.events) > 1:
            continue
        found, everything = outcomes(tiny, rng, 2_000)
        if not everything:
            continue
        truth, bound = worst_ranks(tiny, found), bounds(tiny)
        for noc in bound.season.scenario.nocs:
            for need in needs_of_lists(tiny, noc, tiny.events, bound):
                last, safe, will_do = truth.get((noc, need.qualifier), (0, None, None))
                if not last:
                    continue
                if not need.certain_anyway and need.certain_refused is None:
                    assert min(need.certain_at or 0, last) == (safe or 0), (seed, noc, need, truth)
                    asked["certain"] += 1
                if not need.possible_anyway and need.possible_refused is None and not need.by_time:
                    assert min(need.possible_at or 0, last) == (will_do or 0), (seed, noc, need, truth)
                    asked["possible"] += 1
                asked["refused"] += need.certain_refused is not None
                if need.by_time:
                    assert will_do is not None, (seed, noc, need)
    print(dict(asked))
    assert asked["certain"] > SEASONS / 5, asked
    assert asked["possible"] or SEASONS < 100, asked
