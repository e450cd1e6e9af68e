"""How close: every answer is replayed by `whatif`, one step less is not enough, and swaps are counted exhaustively.

A hundred answers are drawn; the suite tries some, and all with QUOTAPROOF_FULL=1.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import draw
import pytest
import unknowns
from explained import allocated
from tiny import READINGS, tiny

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Change, MoveEntry, ReplaceStandings, SetCap, apply, parse_cap, parse_move
from quotaproof.model.errors import InputError
from quotaproof.model.published import ATHLETES
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines import greedy
from quotaproof.solver.explain import nearest as close
from quotaproof.solver.explain import swaps
from quotaproof.solver.explain.answer import Distance
from quotaproof.solver.explain.nearest import distances
from quotaproof.solver.explain.replay import holds
from quotaproof.solver.explain.swaps import over_all_rankings
from quotaproof.solver.explain.target import Target, most_places
from quotaproof.solver.whatif.whatif import whatif

FULL = os.environ.get("QUOTAPROOF_FULL") == "1"
ANSWERS = 100 if FULL else 15
SOCHI = load_scenario("sochi-2014")


@cache
def drawn(name: str, seed: int) -> tuple[Scenario, Allocation | None]:
    scenario = SOCHI if name == "sochi" else getattr(draw, name)(seed)
    return scenario, allocated(scenario)


def refusals(seed: int) -> Iterator[tuple[Scenario, Target]]:
    """Draw targets that are just out of reach, of every kind of column."""
    rng = random.Random(f"close {seed}")
    while True:
        scenario, allocation = drawn(rng.choice(["sochi", "realistic", "roomy", "wild"]), rng.randint(0, 12))
        if allocation is None:
            continue
        noc = rng.choice(scenario.nocs)
        column = rng.choice([*(event.identifier for event in scenario.rules.events), *GENDERS, ATHLETES])
        least = allocation.number(noc, column) + 1
        if least <= most_places(scenario.rules, column):
            yield scenario, Target(noc, column, least)


def stated(distance: Distance, scenario: Scenario, folder: Path) -> list[Change]:
    """The changes that the options of the command line state, or the saved standings."""
    changes: list[Change] = []
    for text in distance.changes:
        option, value = text.split(" ")
        changes.append({"--move": parse_move, "--set": lambda v, _: parse_cap(v)}[option](value, scenario.rules))
    if not changes and distance.standings is not None:
        file = folder / "standings.csv"
        file.write_text(distance.standings.to_csv(), encoding="utf-8")
        changes.append(ReplaceStandings(file))
    return changes


def one_step_short(distance: Distance, scenario: Scenario, target: Target) -> bool:
    """Whether the target would be true with one step less of the same change."""
    (text,) = distance.changes
    option, value = text.split(" ")
    if option == "--set":
        cap = parse_cap(value)
        return holds(apply(scenario, [SetCap(cap.name, cap.value - 1)]), target)
    move = parse_move(value, scenario.rules)
    try:
        return holds(apply(scenario, [replace(move, rank=move.rank + 1)]), target)
    except InputError:  # it would stand where it stood
        return False


def answers() -> Iterator[tuple[Scenario, Target, Distance]]:
    found = 0
    for scenario, target in refusals(1):
        for distance in distances(replace(scenario, declines=()), target):
            if distance.amount is not None and (distance.changes or distance.standings is not None):
                yield scenario, target, distance
                found += 1
            if found == ANSWERS:
                return


def test_every_answer_is_true_when_replayed_and_one_step_less_is_not_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not FULL:  # swaps have tests of their own
        monkeypatch.setattr(swaps, "SEARCHES", ())
    measures: set[str] = set()
    for scenario, target, distance in answers():
        changes = stated(distance, scenario, tmp_path)
        assert changes
        replayed = whatif(scenario, changes, None, "greedy", compare=False)
        assert replayed.after.number(target.noc, target.column) >= target.least, (target, distance)
        if distance.measure in ("ranks", "start-places", "quota-places"):
            assert not one_step_short(distance, scenario, target), (target, distance)
            assert distance.amount == distance.at_least
        measures.add(distance.measure)
    assert measures >= {"ranks", "start-places", "quota-places"}


def test_every_smaller_number_of_ranks_or_places_has_been_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """More is not always better: a better rank or a further place may take from an NOC what it had."""
    monkeypatch.setattr(swaps, "SEARCHES", ())
    tried = 0
    for seed in range(12):
        scenario = tiny(seed, READINGS[seed % len(READINGS)])
        try:
            allocation = greedy.allocate(scenario)
        except InputError:
            continue
        for noc in scenario.nocs if allocation.status == "optimal" else ():
            for column in ("men", "women", "men-500", "mixed-relay"):
                target = Target(noc, column, allocation.number(noc, column) + 1)
                if target.least > most_places(scenario.rules, column):
                    continue
                found = {(d.measure, d.where): d.amount for d in distances(scenario, target)}
                for event in close.concerned(scenario, target):
                    expected = least_ranks(scenario, target, event.identifier)
                    assert found.get(("ranks", event.identifier)) == expected, (seed, target, event)
                    tried += expected is not None
                    expected = least_cap(scenario, target, event.identifier, event.start_places, 12)
                    assert found.get(("start-places", event.identifier)) == expected, (seed, target, event)
                    tried += expected is not None
                expected = least_cap(scenario, target, "total", scenario.rules.total, close.MOST_QUOTA_PLACES)
                assert found.get(("quota-places", "total")) == expected, (seed, target)
    assert tried > 30


def least_ranks(scenario: Scenario, target: Target, event: str) -> int | None:
    """The fewest ranks that one entry of the NOC must gain: every entry to every better rank."""
    claims = scenario.standings.rankings[event].claims()
    gains = []
    for rank, (noc, qualifier) in enumerate(claims, 1):
        for better in range(1, rank) if noc == target.noc else ():
            try:
                changed = apply(scenario, [MoveEntry(noc, event, better, qualifier)])
            except InputError:
                continue
            if holds(changed, target):
                gains.append(rank - better)
    return min(gains, default=None)


def least_cap(scenario: Scenario, target: Target, name: str, cap: int, most: int) -> int | None:
    gains = [n for n in range(1, most + 1) if holds(apply(scenario, [SetCap(name, cap + n)]), target)]
    return min(gains, default=None)


# Swaps ----------------------------------------------------------------------------------------------------------------

Orders = Mapping[str, tuple[tuple[str, int], ...]]
EXHAUSTIVE = 2


def swapped(orders: Orders) -> Iterator[dict[str, tuple[tuple[str, int], ...]]]:
    """Every order that one adjacent swap makes; qualifiers of one NOC are never swapped."""
    for event, order in orders.items():
        for row in range(len(order) - 1):
            if order[row][0] != order[row + 1][0]:
                yield {**orders, event: (*order[:row], order[row + 1], order[row], *order[row + 2 :])}


def orders_of(standings: Standings) -> dict[str, tuple[tuple[str, int], ...]]:
    return {event: ranking.claims() for event, ranking in standings.rankings.items()}


def fewest_swaps(scenario: Scenario, target: Target, most: int) -> int | None:
    """The fewest adjacent swaps over all rankings, by trying all of them; None if more than `most` are needed."""
    level: list[Orders] = [orders_of(scenario.standings)]
    seen = {tuple(level[0].items())}
    for number in range(1, most + 1):
        following: list[Orders] = []
        for orders in level:
            for changed in swapped(orders):
                if tuple(changed.items()) in seen:
                    continue
                seen.add(tuple(changed.items()))
                if holds(replace(scenario, standings=Standings.of(changed)), target):
                    return number
                following.append(changed)
        level = following
    return None


def swap_questions(seeds: range) -> Iterator[tuple[int, Scenario, Target]]:
    for seed in seeds:
        rng = random.Random(f"swaps {seed}")
        true = unknowns.truth(rng, 3, loose=seed % 3 == 0, others=False)
        scenario = true.scenario
        allocation = greedy.allocate(scenario)
        pairs = [(noc, column) for noc in true.nocs for column in ("men-500", "men-relay", "women", "mixed-relay")]
        for noc, column in rng.sample(pairs, 3):
            least = allocation.number(noc, column) + 1
            if least <= most_places(scenario.rules, column) and noc in scenario.nocs:
                yield seed, scenario, Target(noc, column, least)


@pytest.mark.parametrize("seeds", [range(8), range(8, 16)], ids=str)
def test_the_fewest_swaps_are_those_of_the_exhaustive_search(seeds: range, tmp_path: Path) -> None:
    counts: set[int | None] = set()
    for seed, scenario, target in swap_questions(seeds):
        expected = fewest_swaps(scenario, target, EXHAUSTIVE)
        found = next(over_all_rankings(scenario, target, None), None)
        if expected is None:
            assert found is None or found.amount is None or found.amount > EXHAUSTIVE, (seed, target)
        elif found is not None and found.amount is not None:
            assert found.amount == found.at_least == expected, (seed, target)
            assert found.standings is not None
            moved = apply(scenario, stated(found, scenario, tmp_path))
            assert orders_of(moved.standings) == orders_of(found.standings)
            assert holds(moved, target), (seed, target)
        else:  # it depends on a tie, and nothing false is said
            assert found is None or found.at_least <= expected, (seed, target)
        counts.add(expected)
    assert len(counts) > 1
