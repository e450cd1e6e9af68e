"""Every function of the interface refuses an argument of another type in a sentence that names it, before it begins."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np
import pytest

import quotaproof
from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import InputError, QuotaError
from quotaproof.model.scenario import Scenario
from quotaproof.scenarios import load_scenario

FUNCTIONS = [name for name in quotaproof.__all__ if isinstance(getattr(quotaproof, name), FunctionType)]
ODD = (object(), b"x", {1: None}, [object()])
PAGE = Path(__file__).parents[1] / "data" / "beijing-2022-page.csv"


@cache
def sochi() -> Scenario:
    return load_scenario("sochi-2014")


@cache
def allocation() -> Allocation:
    return quotaproof.allocate(sochi(), engine="greedy")


def right(name: str) -> dict[str, Any]:
    """Arguments of the right types."""
    found: dict[str, Any] = {}
    for argument, parameter in inspect.signature(getattr(quotaproof, name)).parameters.items():
        match argument:
            case "source" if name == "import_scenario":
                found[argument] = str(PAGE)
            case "scenario" if name in ("check", "load_scenario"):
                found[argument] = "sochi-2014"
            case "scenario" | "a" | "b" | "source":
                found[argument] = sochi()
            case "allocation":
                found[argument] = allocation()
            case "certificate":
                found[argument] = {}
            case "batch":
                pass
            case "changes" if parameter.default is parameter.empty:
                found[argument] = ["KAZ:men-1000"]
            case _ if parameter.default is parameter.empty:
                found[argument] = "KAZ" if argument == "noc" else "men-1000"
    return found


def arguments() -> Iterator[tuple[str, str]]:
    for name in FUNCTIONS:
        for argument in inspect.signature(getattr(quotaproof, name)).parameters:
            yield name, argument


def test_the_functions_of_the_interface_are_all_tried() -> None:
    assert len(FUNCTIONS) >= 20
    assert {"allocate", "certificate", "import_scenario", "joint_reserve", "load_scenario", "sweep"} <= set(FUNCTIONS)


@pytest.mark.parametrize(("name", "argument"), [*arguments()])
def test_an_argument_of_another_type_is_named_with_what_would_be_right(name: str, argument: str) -> None:
    for odd in ODD:
        with pytest.raises(InputError, match="does not fit here; it must be ") as found:
            getattr(quotaproof, name)(**{**right(name), argument: odd})
        assert str(found.value.field).split("[")[0] == argument


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: quotaproof.allocate("sochi-2014"),
            "field scenario: 'sochi-2014' .* a Scenario .as load_",
        ),
        (lambda: quotaproof.standings_from(sochi(), "rules.toml"), "field rules: .* it must be a Rules or None"),
        (lambda: quotaproof.whatif(sochi(), "KAZ:men-1000"), "field changes: .* it must be a list, each item "),
        (lambda: quotaproof.whatif(sochi(), ["KAZ:men-1000", None]), r"field changes\[1\]: None does not fit"),
        (lambda: quotaproof.season(sochi(), nocs="GBR"), "field nocs: 'GBR' does not fit here; it must be a list"),
        (lambda: quotaproof.sweep(sochi(), samples=2.0), "field samples: 2.0 does not fit .* a whole number"),
        (lambda: quotaproof.sweep(sochi(), samples=True), "field samples: True does not fit .* a whole number"),
        (lambda: quotaproof.allocate(sochi(), readings={"gender-cap": None}), r"field readings\['gender-cap'\]: None"),
        (
            lambda: quotaproof.import_scenario(PAGE, form="XXX"),
            "field form: 'XXX' does not fit here; it must be 'html'",
        ),
        (lambda: quotaproof.compare("x" * 5000, sochi()), "neither the folder nor|is no scenario|nor an id"),
        (
            lambda: quotaproof.reduce(load_scenario("speed-skating-2026"), engines=[]),
            "there is no engine to allocate by",
        ),
    ],
)
def test_the_sentence_of_what_people_write(call: Any, sentence: str) -> None:
    with pytest.raises(QuotaError, match=sentence):
        call()


def test_numbers_of_numpy_paths_frames_and_whatever_can_be_gone_through_are_taken() -> None:
    frame = quotaproof.sweep(sochi(), samples=np.int64(2), nocs=iter(()), jobs=1, engine="batch")
    assert len(frame) == 2
    table = sochi().published
    assert table is not None
    assert quotaproof.import_scenario(PAGE).scenario.published is not None
    assert quotaproof.import_scenario([PAGE]).scenario.published is not None
    with pytest.raises(InputError) as found:
        quotaproof.import_scenario(frame)
    assert found.value.field != "source"
