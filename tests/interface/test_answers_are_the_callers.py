"""What a caller does to an answer changes nothing but that answer: the next one, of the same scenario, is as before."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

import quotaproof
from quotaproof.model.scenario import Scenario
from quotaproof.scenarios import load_scenario

ASKED: dict[str, Callable[[Scenario], object]] = {
    "allocate": quotaproof.allocate,
    "allocate by greedy": lambda scenario: quotaproof.allocate(scenario, engine="greedy"),
    "verify": quotaproof.verify,
    "whatif": lambda scenario: quotaproof.whatif(scenario, ["KAZ:men-1000=1"]),
    "explain": lambda scenario: quotaproof.explain(scenario, "KAZ", "men-1000"),
    "reserve": lambda scenario: quotaproof.reserve(scenario, "men-1000"),
    "compare": lambda scenario: quotaproof.compare(scenario, scenario),
    "standings_from": quotaproof.standings_from,
}


def spoil(answer: object, scenario: Scenario, seen: set[int]) -> int:
    """Empty every mapping and list of an answer, but for those of the scenario that was asked about."""
    if id(answer) in seen or isinstance(answer, Scenario | str | int | float | type(None)):
        return 0
    seen.add(id(answer))
    if isinstance(answer, dict | list):
        inner = list(answer.values()) if isinstance(answer, dict) else list(answer)
        number = sum(spoil(one, scenario, seen) for one in inner) + bool(answer)
        answer.clear()
        return number
    if isinstance(answer, tuple):
        return sum(spoil(one, scenario, seen) for one in answer)
    if dataclasses.is_dataclass(answer):
        names = [field.name for field in dataclasses.fields(answer)]
        return sum(spoil(getattr(answer, name), scenario, seen) for name in names)
    return 0


def parts_of(one: object, found: set[int]) -> set[int]:
    """The parts of a scenario, which are its own."""
    if id(one) in found or isinstance(one, str | int | float | type(None)):
        return found
    found.add(id(one))
    inner: list[object] = []
    if isinstance(one, dict):
        inner = list(one.values())
    elif isinstance(one, list | tuple | frozenset):
        inner = list(one)
    elif dataclasses.is_dataclass(one):
        inner = [getattr(one, field.name) for field in dataclasses.fields(one) if field.name != "memo"]
    for other in inner:
        parts_of(other, found)
    return found


@pytest.mark.parametrize("name", ASKED)
def test_an_answer_that_is_spoilt_spoils_no_other(name: str) -> None:
    scenario = load_scenario("sochi-2014")
    ask = ASKED[name]
    expected = repr(ask(load_scenario("sochi-2014")))
    spoilt = spoil(ask(scenario), scenario, parts_of(scenario, set()))
    assert spoilt or name in ("verify", "explain", "reserve", "compare")
    assert repr(ask(scenario)) == expected
    assert repr(ask(load_scenario("sochi-2014"))) == expected
