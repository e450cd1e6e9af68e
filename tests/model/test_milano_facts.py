"""Milano Cortina 2026: every fact of the list of press reports is in known.csv, with its value and its source."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from quotaproof.model.files import read_rows
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_loading import load_folder
from quotaproof.model.standings.facts import ALL_PLACES, EVERYTHING, Fact, Remark
from quotaproof.scenarios import FOLDER

LIST = Path(__file__).parents[1] / "data" / "milano-cortina-2026-facts.csv"
SCENARIO = FOLDER / "milano-cortina-2026"
KINDS = {"start-places-final": "start-places", "start-places-at-least": "qualified"}
FULL = {"all nine events full": "9"}
HOLDS = ("qualified", "start-places")
EARLIER = "Interia Sport, 3 January 2026"

Given = tuple[str, str, str, str, str, str]


def given() -> list[Given]:
    """The list of reports, in the words of known.csv: event, fact, NOC, value, source, qualifier."""
    rows: list[Given] = []
    with LIST.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            kth = re.fullmatch(r"rank-qualifier-([0-9])", row["fact"])
            kind = "rank" if kth else KINDS.get(row["fact"], row["fact"])
            value = FULL[row["value"]] if kind == ALL_PLACES else row["value"]
            rows.append((row["event"], kind, row["noc"], value, row["source"], kth[1] if kth else ""))
    return rows


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_folder(SCENARIO)


def test_every_report_has_its_row_and_the_other_rows_are_of_one_report() -> None:
    rows = Counter(
        tuple(row.values[name] for name in ("event", "fact", "noc", "value", "source", "qualifier"))
        for row in read_rows(SCENARIO / "known.csv", ("event", "fact", "noc", "value", "source"), ("qualifier",))
    )
    listed = Counter(given())
    assert sum(listed.values()) == 72
    assert not listed - rows
    others = list((rows - listed).elements())
    assert len(others) == 6
    assert all(row[2] == "POL" and row[4].startswith(EARLIER) for row in others)


@pytest.mark.parametrize("row", given(), ids=lambda row: f"{row[2]} {row[1]} {row[0]}")
def test_every_report_is_a_fact_or_a_remark(scenario: Scenario, row: Given) -> None:
    event, kind, noc, value, source, qualifier = row
    if kind == ALL_PLACES:
        most = {one.identifier: one.noc_cap for one in scenario.rules.events}
        found = {f.event: f.value for f in scenario.facts if (f.noc, f.kind, f.source) == (noc, "start-places", source)}
        assert found == most
    elif kind in {remark.kind for remark in scenario.remarks}:
        assert Remark(event, kind, noc or None, value, source) in scenario.remarks  # type: ignore[arg-type]
    else:
        fact = Fact(event, kind, noc, int(value), source, int(qualifier or 1))  # type: ignore[arg-type]
        assert fact in scenario.facts


def test_nothing_is_used_of_what_december_and_provisional_reports_say(scenario: Scenario) -> None:
    held = {(f.event, f.noc): f.value for f in scenario.facts if f.kind == "start-places"}
    assert held["women-1500", "POL"] == 3
    assert [held[f"men-{distance}", "KOR"] for distance in (500, 1000, 1500)] == [2, 3, 3]
    assert "AIN" not in scenario.nocs
    assert {remark.noc for remark in scenario.remarks if remark.kind == "start-places-provisional"} == {"AIN"}
    december = {r.event: r.value for r in scenario.remarks if r.kind == "start-places-december"}
    assert len(december) == 6
    assert set(december.values()) == {"2"}


def test_the_facts_leave_one_place_of_the_womens_relay_open(scenario: Scenario) -> None:
    in_relay = {
        event: {f.noc for f in scenario.facts if f.event == event and f.kind in HOLDS and f.value}
        | {f.noc for f in scenario.facts if f.event == event and f.kind == "rank" and f.value <= 8}
        for event in ("men-relay", "women-relay")
    }
    ten = {f.noc for f in scenario.facts if (f.kind, f.event, f.value) == ("athletes", EVERYTHING, 10)}
    assert in_relay["men-relay"] | ten == {"ITA", "KOR", "NED", "CAN", "CHN", "JPN", "HUN", "BEL"}
    assert in_relay["women-relay"] | ten == {"ITA", "KOR", "NED", "CAN", "CHN", "JPN", "FRA"}


def test_sources_name_every_noc_and_say_what_is_not_used(scenario: Scenario) -> None:
    text = (SCENARIO / "SOURCES.md").read_text(encoding="utf-8")
    named = {noc for fact in scenario.facts for noc in [fact.noc] if noc} | {r.noc for r in scenario.remarks if r.noc}
    assert all(re.search(rf"\b{noc}\b", text) for noc in named)
    assert "### What is kept as a remark and not used" in text
    assert "### What contradicts something" in text
