"""Answers are values: a copy, and what comes back from another process, is the same as what was copied."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import inspect
import pickle
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

import quotaproof
import quotaproof.solver
from quotaproof import load_scenario
from quotaproof.model.same_values import WithArrays, same

ANSWERS: dict[str, Callable[[], Any]] = {
    "scenario": lambda: load_scenario("speed-skating-2026-after-two"),
    "allocation": lambda: quotaproof.allocate(load_scenario("sochi-2014")),
    "verification": lambda: quotaproof.verify(load_scenario("figure-skating-2018")),
    "explanation": lambda: quotaproof.explain(load_scenario("sochi-2014"), "JPN", "men-500", "men-500>=3"),
    "reserve": lambda: quotaproof.reserve(load_scenario("sochi-2014"), "men-500"),
    "comparison": lambda: quotaproof.compare(load_scenario("sochi-2014"), load_scenario("sochi-2014")),
    "season": lambda: quotaproof.season(load_scenario("sochi-2014"), "1", nocs=("JPN",), samples=20, seconds=0.1),
    "season of lists": lambda: quotaproof.season(
        load_scenario("speed-skating-2026-after-two"), nocs=("JPN",), samples=5, seconds=0.1
    ),
    "backtest": lambda: quotaproof.backtest([load_scenario("sochi-2014")], samples=5),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_copy_of_an_answer_is_the_same_answer(name: str) -> None:
    answer = ANSWERS[name]()
    for copied in (copy.copy(answer), copy.deepcopy(answer), pickle.loads(pickle.dumps(answer))):
        assert copied == answer


def test_other_odds_are_another_answer() -> None:
    season = ANSWERS["season"]()
    tally = season.odds.tally
    places = tally.places.copy()
    places[0, 0, 0] += 1
    other = replace(season, odds=replace(season.odds, tally=replace(tally, places=places)))
    assert other != season
    assert replace(season, odds=None) != season


@pytest.mark.parametrize("name", [name for name, make in ANSWERS.items() if name not in ("scenario", "reserve")])
def test_what_is_done_to_a_document_does_not_change_the_answer(name: str) -> None:
    answer = ANSWERS[name]()
    document = answer.to_dict()
    before = copy.deepcopy(document)
    _empty(document)
    assert answer.to_dict() == before


def _empty(value: Any) -> None:
    if isinstance(value, dict | list):
        for inside in value.values() if isinstance(value, dict) else value:
            _empty(inside)
        value.clear()


def test_every_dataclass_with_arrays_compares_what_is_in_them() -> None:
    found = []
    for told in pkgutil.walk_packages(quotaproof.solver.__path__, "quotaproof.solver."):
        module = importlib.import_module(told.name)
        for kind in vars(module).values():
            if inspect.isclass(kind) and kind.__module__ == told.name and dataclasses.is_dataclass(kind):
                words = re.findall(r"\w+", " ".join(str(one.type) for one in dataclasses.fields(kind)))
                aliases = (getattr(vars(module).get(word), "__origin__", None) for word in words)
                if "NDArray" in words or np.ndarray in aliases:
                    found.append(kind)
    assert len(found) > 20
    assert [kind for kind in found if kind.__eq__ is not WithArrays.__eq__] == []


@dataclass(frozen=True, eq=False)
class Held(WithArrays):
    """Arrays in all that can hold some."""

    one: Any


def test_arrays_are_the_same_where_all_of_them_is() -> None:
    def arrays(*numbers: int) -> list[Any]:
        array = np.array(numbers)
        return [array, (array, 1), [array], {"a": array}, Held(array), (Held((array,)),)]

    for first, again in zip(arrays(1, 2), arrays(1, 2), strict=True):
        assert same(first, again)
        assert Held(first) == Held(again)
    for others in (arrays(1, 3), arrays(1), arrays(1, 2, 3)):
        for first, other in zip(arrays(1, 2), others, strict=True):
            assert not same(first, other)
            assert Held(first) != Held(other)
    assert not same(np.array([1]), [1])
    assert not same({"a": 1}, {"b": 1})
    assert Held(1) != 1
