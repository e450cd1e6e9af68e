"""The validator judges every decision on record of an allocation by ranked lists: faults that are sown are found."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from quotaproof.model.allocation import Allocation
from quotaproof.model.decisions import LISTED_SENTENCES, Decision
from quotaproof.model.scenario import Scenario
from quotaproof.model.validation import violations
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines import greedy
from tests.listed import DRAWS

DECIDING = {
    "ranking-places": {"listed", "listed-has-place", "listed-noc-cap", "listed-full", "listed-tie"},
    "reserve-list": {"in-reserve"},
    "host-places": {"host-replaces", "host-replaced", "host-added"},
    "noc-quota": {"quota-sum", "quota-capped"},
    "reduce-to-total": {"taken-back"},
    "sum-of-best": {"best-sum", "best-single", "best-cut", "best-none", "single-none"},
    "fill-by-rank": {"next-noc", "next-full"},
    "rank-tiers": {"rank-tier", "rank-none"},
    "kth-entry-tiers": {"kth-entry", "kth-none"},
}
"""Kind of pathway -> its kinds of decision."""

Seeds = range(60)


def faults(record: tuple[Decision, ...], place: int) -> Iterator[tuple[Decision, ...]]:
    """Records in which one decision is false, missing, said twice or out of its turn."""
    one = record[place]

    def instead(other: Decision) -> tuple[Decision, ...]:
        return (*record[:place], other, *record[place + 1 :])

    if len(record) > 1:  # what has no record at all is judged by its places alone
        yield (*record[:place], *record[place + 1 :])
    yield (*record[:place], one, *record[place:])
    if place + 1 < len(record):
        yield (*record[:place], record[place + 1], one, *record[place + 2 :])
    yield instead(one._replace(granted=not one.granted))
    yield instead(one._replace(noc="ZZZ"))
    yield instead(one._replace(qualifier=(one.qualifier or 0) + 1))
    yield instead(one._replace(kind=next(kind for kind in LISTED_SENTENCES if kind != one.kind)))
    for name, value in one.figures.items():
        other = value + 1 if isinstance(value, int) else f"not {value}"
        yield instead(one._replace(figures={**one.figures, name: other}))
        yield instead(one._replace(figures={key: own for key, own in one.figures.items() if key != name}))


@pytest.mark.parametrize("ties", [False, True], ids=["settled", "tied"])
@pytest.mark.parametrize("draw", DRAWS)
def test_a_false_record_is_rejected(draw: str, ties: bool) -> None:
    met: Counter[str] = Counter()
    for seed in Seeds:
        rng = random.Random(seed)
        given = DRAWS[draw](rng, ties=ties)
        right = greedy.allocate(given)
        assert violations(given, right) == []
        fresh = [n for n, one in enumerate(right.decisions) if met[one.kind] < 6]
        for place in rng.sample(fresh, min(6, len(fresh))):
            met[right.decisions[place].kind] += 1
            for record in faults(right.decisions, place):
                assert violations(given, replace(right, decisions=record)), (seed, place, record[place : place + 1])
    expected = {
        pathway.kind for seed in Seeds for pathway in DRAWS[draw](random.Random(seed), ties=ties).rules.pathways
    }
    for kind in expected - ({"reduce-to-total"} if ties else set()):  # no place goes where ranks are shared
        assert DECIDING[kind] & met.keys(), kind
        if not ties:
            assert met.keys() >= DECIDING[kind] - {"listed-tie"}, kind


def rejected(given: Scenario, right: Allocation, kind: str) -> int:
    places = [n for n, one in enumerate(right.decisions) if one.kind == kind][:1]
    found = [violations(given, replace(right, decisions=f)) for n in places for f in faults(right.decisions, n)]
    assert all(found)
    return len(found)


@pytest.mark.parametrize("scenario", ["speed-skating-2026", "figure-skating-2018"])
def test_a_false_record_of_a_real_season_is_rejected(scenario: str) -> None:
    given = load_scenario(scenario)
    if scenario == "speed-skating-2026":
        given = given.with_readings({"reduction": "press-cycle"})
    right = greedy.allocate(given)
    assert violations(given, right) == []
    kinds = {one.kind for one in right.decisions}
    assert sum(rejected(given, right, kind) for kind in sorted(kinds)) > 50


def test_an_entry_of_a_reserve_list_is_of_its_noc_and_says_whether_its_order_is_open() -> None:
    """Also where the host has a place, and who was replaced heads the list."""
    number = 0
    for seed in Seeds:
        given = DRAWS["long-track"](random.Random(seed), ties=True)
        right = greedy.allocate(given)
        for event, line in right.reserve.items():
            for place, one in enumerate(line):
                for other in (one._replace(noc="ZZZ"), one._replace(tied=not one.tied)):
                    changed = (*line[:place], other, *line[place + 1 :])
                    assert violations(given, replace(right, reserve={**right.reserve, event: changed})), (seed, event)
                    number += 1
    assert number > 80


def test_a_tie_that_is_none_is_rejected() -> None:
    """With NOCs exchanged, left out, or more of them, in every event in which a tie leaves something open."""
    number = 0
    for draw in DRAWS:
        for seed in Seeds:
            given = DRAWS[draw](random.Random(seed), ties=True)
            found = greedy.allocate(given)
            for place, one in enumerate(found.tied):
                rest = (*found.tied[:place], *found.tied[place + 1 :])
                alone = all(
                    (o.pathway, o.event, o.noc, o.rank) != (one.pathway, one.event, one.noc, one.rank) for o in rest
                )
                changes = [(*rest, one._replace(noc="ZZZ")), (*found.tied, one._replace(noc="ZZZ"))]
                for tied in [*changes, *([rest] if alone else [])]:
                    assert violations(given, replace(found, tied=tied)), (draw, seed, tied)
                    number += 1
    assert number > 100
