"""What is certain and possible in a season, against the enumeration of all outcomes."""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest
from seasons import MOST_OUTCOMES, Enumerated, season

from quotaproof.model.errors import InputError
from quotaproof.solver.season.bounds import bounds
from quotaproof.solver.season.outcomes import completed

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
    print(left, dict(total))
    assert total["exact"] > 4 * SEASONS
    if left < 2:
        assert total["proved"] == 0


def test_with_caps_on_athletes_enumeration_lies_within_and_most_bounds_are_exact() -> None:
    total: Counter[str] = Counter()
    for seed in range(1000, 1000 + SEASONS):
        total += compared(seed, capped=True) or Counter()
    print(dict(total))
    assert total["exact"] > 0.9 * (total["exact"] + total["proved"])
