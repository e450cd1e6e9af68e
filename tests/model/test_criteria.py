"""Relays by criterion: rows that follow from rules and table, and printed ones compared with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from quotaproof.model.criteria import (
    Criterion,
    athletes_of,
    compared,
    criteria_csv,
    load_criteria,
    mixed_criteria,
    relay_criteria,
)
from quotaproof.model.errors import InputError
from quotaproof.model.published import Published
from quotaproof.scenarios import load_scenario

BEIJING = load_scenario("beijing-2022")
assert BEIJING.published is not None
TABLE: Published = BEIJING.published
ATHLETES = {noc: athletes_of(BEIJING.rules, BEIJING.readings, row) for noc, row in TABLE.cells.items()}
RELAY = BEIJING.rules.event("men-relay")


def test_men_of_beijing_are_25_and_10_and_4() -> None:
    rows = relay_criteria(BEIJING.rules, TABLE, ATHLETES, "men")
    assert [(row.per_noc, row.athletes, row.number) for row in rows] == [(5, 25, 5), (5, 10, 2), (4, 4, 1)]
    assert rows[2].nocs == ("JPN",)
    assert compared(RELAY, rows, (Criterion("men-relay", "all with five", (), 5, 35), rows[2])) == ()


def test_rules_without_a_bonus_have_one_criterion() -> None:
    sochi = load_scenario("sochi-2014")
    assert sochi.published is not None
    athletes = {noc: athletes_of(sochi.rules, sochi.readings, row) for noc, row in sochi.published.cells.items()}
    (row,) = relay_criteria(sochi.rules, sochi.published, athletes, "women")
    assert (row.text, row.per_noc, row.athletes) == ("Top 8", 5, 40)
    assert mixed_criteria(sochi.rules, sochi.published) == ()


def test_athletes_that_the_table_does_not_tell_are_left_open() -> None:
    unsure = {**ATHLETES, "JPN": None}
    rows = relay_criteria(BEIJING.rules, TABLE, unsure, "men")
    assert [(row.per_noc, row.nocs) for row in rows[1:]] == [(5, ("ITA", "ROC")), (None, ("JPN",))]


def test_the_mixed_relay_has_those_who_lack_one_and_those_known_to_lack_more() -> None:
    rows = {row.text: row.nocs for row in mixed_criteria(BEIJING.rules, TABLE, ("BEL", "KAZ", "EST"))}
    assert rows["Receives an extra quota place to compete in the mixed relay"] == ("KAZ", "POL")
    assert rows["Needs one quota place and does not receive it"] == ("GBR",)
    assert rows["Needs more than one quota place"] == ("BEL", "EST")
    less = replace(
        BEIJING.rules, events=tuple(replace(e, start_places=11) if e.team else e for e in BEIJING.rules.events)
    )
    crowded = mixed_criteria(less, TABLE.with_cells({("FRA", "mixed-relay"): 0}))
    assert Criterion("mixed-relay", "Has a team, but 11 better ones enter", ("FRA",)) in crowded


def test_what_a_printed_table_contradicts() -> None:
    own = relay_criteria(BEIJING.rules, TABLE, ATHLETES, "men")
    nine = (*own, Criterion("men-relay", "more", (), 4, 4))
    assert compared(RELAY, own, nine) == ("the table by criterion counts 9 NOCs; the quota table marks 8",)
    other = (Criterion("men-relay", "all", (), 5, 40),)
    assert compared(RELAY, own, other)[0].startswith("by the quota table the athletes are 4 with 4, 35 with 5 per NOC")
    named = (Criterion("men-relay", "x", ("KAZ", *own[0].nocs, "ITA", "ROC"), 5, 40),)
    told = compared(RELAY, own, named)
    assert "KAZ is in the table by criterion and not marked in the quota table" in told
    assert "JPN is marked in the quota table and not in the table by criterion" in told


def test_the_file_is_read_as_it_was_written_and_faults_are_named(tmp_path: Path) -> None:
    rows = (*relay_criteria(BEIJING.rules, TABLE, ATHLETES, "men"), Criterion("mixed-relay", "Needs more, or less"))
    path = tmp_path / "criteria.csv"
    path.write_text(criteria_csv(rows))
    assert load_criteria(path, BEIJING.rules) == rows
    for before, after, field in (
        ("men-relay", "men-500", "event"), (",25,", ",many,", "athletes"), ("CAN", "Can", "nocs"),
        ('"Needs more, or less"', "", "criterion"),
    ):  # fmt: skip
        path.write_text(criteria_csv(rows).replace(before, after, 1))
        with pytest.raises(InputError) as error:
            load_criteria(path, BEIJING.rules)
        assert (error.value.field, error.value.file) == (field, str(path))
