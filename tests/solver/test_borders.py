"""Borders: what greedy gives but for one claim breaks one border, and everybody who judges an allocation says so.

The engine lies once: it refuses a claim that nothing excludes, or grants one that a single border excludes, and
goes on from there as the rules say. Caps on athletes are as tight as they can be, so that most claims meet one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import unknowns
from certified import first, problems

from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import InputError
from quotaproof.model.pathways import QuotaPlaces
from quotaproof.model.rules import Readings
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.model.validation import violations
from quotaproof.solver.certificate import translated
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.cpsat import engine as cpsat
from quotaproof.solver.engines.greedy import start_places
from quotaproof.solver.engines.greedy.state import State
from quotaproof.solver.unknown.reachability import Reach

CHUNKS = [range(start, start + 5) for start in range(0, 25, 5)]
HONEST: dict[str, Any] = {"_blocked": start_places._blocked, "room": State.room}


def crowded(seed: int) -> Scenario:
    """Four NOCs with more entries than the caps on athletes allow.

    The caps are the lowest under which relays and one individual entry always have room, as the priority form asks.
    """
    rng = random.Random(f"crowded {seed}")
    rules = unknowns.tiny_rules(rng)
    quota = rules.quota_places
    bonus = rng.choice([2, 3, 4])
    pathways = tuple(replace(p, bonus_from=bonus) if isinstance(p, QuotaPlaces) else p for p in rules.pathways)
    room = quota.relay_athletes * rules.event("men-relay").start_places + 4
    caps = {"men": room, "women": room, "total": rng.choice([2 * room, 40])}
    for event in rules.events:
        if event.kind == "individual":
            caps |= {event.identifier: rng.randint(4, 7), f"{event.identifier}:noc": 3}
    readings = Readings(rng.choice(["walk", "hard", "nominal"]), "men-first", rng.choice(["yes", "yes", "no"]))
    orders = {event.identifier: unknowns._order(rng, event, unknowns.NOCS, others=False) for event in rules.events}
    return Scenario(
        identifier=f"crowded-{seed}",
        title="crowded",
        games="none",
        host=rng.choice([None, *unknowns.NOCS]),
        rules=replace(rules, pathways=pathways).with_caps(caps),
        readings=readings,
        standings=Standings.of(orders),
    )


def allocated(scenario: Scenario) -> Allocation | None:
    try:
        allocation = greedy.allocate(scenario)
    except InputError:  # no room for the host
        return None
    return allocation if allocation.status == "optimal" else None


def but_for_one_claim(scenario: Scenario, right: Allocation) -> Iterator[Allocation]:
    """What greedy gives if it lies of one claim, the first, the second and so on, each table once."""
    seen = [right.to_published().cells]
    for owner, name in ((start_places, "_blocked"), (State, "room")):
        for turn in count(1):
            asked = 0

            def answer(*words: Any, name: str = name, turn: int = turn) -> Any:
                nonlocal asked
                asked += 1
                kind, figures = HONEST[name](*words)
                if asked != turn:
                    return kind, figures
                lie = ("noc-cap", {"cap": 1}) if name == "_blocked" else ("no-quota-place", {"total": 1, "cap": 1})
                return lie if kind is None else (None, {})

            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(owner, name, answer)
                wrong = allocated(scenario)
            if asked < turn:
                break
            if wrong is not None and wrong.to_published().cells not in seen:
                seen.append(wrong.to_published().cells)
                yield wrong


@pytest.mark.parametrize("seeds", CHUNKS, ids=str)
def test_the_priority_form_reaches_what_greedy_gives_and_nothing_but_for_one_claim(seeds: range) -> None:
    number = 0
    for scenario in map(crowded, seeds):
        right = allocated(scenario)
        if right is None:
            continue
        assert Reach(scenario, unknowns.table_of(right, unknowns.NOCS)).completion() is not None
        for wrong in but_for_one_claim(scenario, right):
            table = unknowns.table_of(wrong, unknowns.NOCS)
            assert Reach(scenario, table).completion() is None, (scenario, table)
            number += 1
    assert number > 20


@pytest.mark.parametrize("seeds", CHUNKS, ids=str)
def test_the_validator_accepts_what_greedy_gives_and_nothing_but_for_one_claim(seeds: range) -> None:
    """Judged by its places alone, and with the record of the engine that lied."""
    number = 0
    for scenario in map(crowded, seeds):
        right = allocated(scenario)
        if right is None:
            continue
        assert violations(scenario, right) == []
        assert cpsat.allocate(scenario).places == right.places
        for wrong in but_for_one_claim(scenario, right):
            assert violations(scenario, replace(wrong, decisions=())) != []
            assert violations(scenario, wrong) != []
            number += 1
    assert number > 20


def test_the_checker_accepts_what_greedy_gives_and_nothing_but_for_one_claim(tmp_path: Path) -> None:
    number = 0
    for one in first(30, tmp_path):
        assert problems(one.document, one.folder) == []
        for wrong in but_for_one_claim(one.scenario, one.allocation) if one.tiny else ():
            found = problems(translated(one.scenario, wrong, one.folder), one.folder)
            assert isinstance(found, list)
            assert found
            number += 1
    assert number > 200
