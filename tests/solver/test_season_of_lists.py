"""What is certain and possible where places go down ranked lists, against the enumeration of outcomes.

`QUOTAPROOF_SEASONS=300 pytest tests/solver/test_season_of_lists.py` draws three hundred seasons of each kind.
"""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest
from listed_outcomes import EnumeratedLists, races, starters, tiny_season

from quotaproof.solver.engines import engine
from quotaproof.solver.season.bounds_search import bounds
from quotaproof.solver.season.lists.list_outcomes import with_results
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
