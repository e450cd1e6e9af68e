"""The command `reduce`: what it says in each format, and that it is an exploration."""

from __future__ import annotations

import csv
import io
import json

import pytest

from quotaproof.model.errors import InputError
from quotaproof.solver.reduce.reduction import EXPLORATION
from tests.interface.test_listed_cli import answer

CYCLE = "women-500,men-500,men-1000,women-1000,women-1500,men-1500,men-mass-start,women-mass-start"
WORDS = ("reduce", "speed-skating-2026", "--cycle", CYCLE)


def test_json_has_the_steps_and_the_fillings() -> None:
    code, text = answer(*WORDS, "--format", "json")
    document = json.loads(text)
    assert code == 0
    assert document["exploration"] == EXPLORATION
    assert (document["qualified"]["total"], document["caps"]) == (216, {"men": 82, "women": 82})
    steps = document["cycle"]["steps"]
    assert [one["step"] for one in steps] == list(range(1, len(steps) + 1))
    assert document["cycle"]["totals"] == {"men": 82, "women": 82, "total": 164}
    assert document["cycle"]["without_effect"] == sum("no athlete less" in one["reason"] for one in steps)
    free = [one for one in document["fillings"] if one["starters"] == "anybody"]
    assert [(one["gender"], one["fewest"], one["unfilled_at_cap"]) for one in free] == [
        ("men", 45, 0),
        ("women", 44, 0),
    ]
    assert all(sum(one["per_noc"].values()) == one["fewest"] == len(one["sent"]) for one in document["fillings"])


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_a_text_says_first_that_it_is_an_exploration(form: str) -> None:
    _, text = answer(*WORDS, "--format", form)
    assert text.startswith("This is an exploration, and not what happened")
    flat = " ".join(text.split())
    assert "no more than 82 men are left" in flat
    assert "ITA 8 to 7, by a lower cap" in flat
    assert "Austria (AUT)" in flat and "AUT 1 man and 3 women" in flat
    assert "A team needs at least 3 athletes of its NOC." in flat


def test_csv_has_the_steps() -> None:
    _, text = answer(*WORDS, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert (rows[0]["event"], rows[0]["NOC"], rows[-1]["men"], rows[-1]["women"]) == ("women-500", "KOR", "82", "82")


def test_other_numbers_may_start() -> None:
    _, text = answer("reduce", "speed-skating-2026", "--cycle", "men-500", "--men", "80", "--women", "111")
    flat = " ".join(text.split())
    assert "80 men and 111 women may start." in flat
    assert "The men never fit" in flat
    assert "The women fit from the start" in flat


def test_rules_without_quota_places_by_lists_are_refused() -> None:
    with pytest.raises(InputError, match="noc-quota"):
        answer("reduce", "beijing-2022")
