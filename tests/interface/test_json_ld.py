"""Standings and places as JSON-LD, and the code of an event in the Olympic Data Feed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import quotaproof
from quotaproof.api import report
from quotaproof.model.errors import InputError
from quotaproof.model.rules_file import load_rules
from quotaproof.scenarios import FOLDER

CODE = "STKW500M" + 26 * "-"
CLASSES = {"Athlete", "Competition", "CompetitionPhase", "CompetitorParticipation", "IndividualParticipation", "Team"}
PROPERTIES = {
    "competitionType",
    "nationality",
    "parent",
    "participation",
    "participationBy",
    "phaseInCompetition",
    "rank",
    "score",
}
"""What of the IPTC Sport Schema 1.1 is used, as its ontology and SHACL shapes have it."""


def nodes(name: str, **words: Any) -> dict[str, dict[str, Any]]:
    document = json.loads(report(quotaproof.load_scenario(name), "json-ld", **words))
    assert document["@context"]["sport"] == "https://sportschema.org/ontologies/main/"
    found = {node["@id"]: node for node in document["@graph"]}
    assert len(found) == len(document["@graph"])
    return found


@pytest.mark.parametrize("name", ["sochi-2014", "beijing-2022", "speed-skating-2026-after-two", "figure-skating-2018"])
def test_terms_are_those_of_the_schema_and_references_lead_somewhere(name: str) -> None:
    found = nodes(name)
    for node in found.values():
        assert node["@type"].removeprefix("sport:") in CLASSES
        for key, value in node.items():
            prefix, _, term = key.partition(":")
            if prefix == "sport":
                assert term in PROPERTIES
            if term in ("rank", "score"):
                assert isinstance(value, str)
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict) and term != "competitionType":
                    assert one["@id"] in found


def test_places_are_those_of_the_published_table() -> None:
    published = quotaproof.load_scenario("sochi-2014").published
    found = nodes("sochi-2014", table="published")
    assert published is not None
    root = "urn:quotaproof:scenario:sochi-2014"
    for noc, row in published.cells.items():
        for event in published.columns[:-1]:
            node = found.get(f"{root}:{event}:places:{noc}", {})
            assert node.get("quotaproof:startPlaces", 0) == row[event]
        assert found[f"{root}:quota-places:{noc}"]["quotaproof:quotaPlaces"] == row["athletes"]


def test_rankings_are_whole() -> None:
    scenario = quotaproof.load_scenario("sochi-2014")
    found = nodes("sochi-2014")
    for event, ranking in scenario.standings.rankings.items():
        phase = found[f"urn:quotaproof:scenario:sochi-2014:{event}:ranking"]
        entries = [found[one["@id"]] for one in phase["sport:participation"]]
        assert [one["sport:participationBy"]["@id"].rpartition(":")[2] for one in entries] == [
            entry.noc for entry in ranking.entries
        ]


def test_a_named_athlete_takes_part_with_points_or_time() -> None:
    found = nodes("speed-skating-2026-after-two")
    root = "urn:quotaproof:scenario:speed-skating-2026-after-two:men-500"
    by_points, by_times = (found[f"{root}:{name}:1"] for name in ("points", "times"))
    athlete = found[by_points["sport:participationBy"]["@id"]]
    assert (athlete["@type"], by_points["sport:rank"]) == ("sport:Athlete", "1")
    assert by_points["sport:score"].isdigit()
    assert "." in by_times["sport:score"] or "," in by_times["sport:score"]


def with_code(folder: Path, code: str) -> Path:
    text = (FOLDER / "sochi-2014" / "rules.toml").read_text()
    file = folder / "rules.toml"
    file.write_text(text.replace('id = "women-500"\n', f'id = "women-500"\nrsc = "{code}"\n', 1))
    return file


def test_a_code_of_the_rule_file_is_printed(tmp_path: Path) -> None:
    rules = load_rules(with_code(tmp_path, CODE))
    assert rules.event("women-500").rsc == CODE
    scenario = replace(quotaproof.load_scenario("sochi-2014"), rules=rules)
    found = json.loads(str(report(scenario, "json-ld")))["@graph"]
    assert [node["quotaproof:rsc"] for node in found if "quotaproof:rsc" in node] == [CODE]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("STKW500M", "rsc"),
        (CODE + "-", "rsc"),
        ("STKW500M--------------HEAT000100--", "rsc"),
        (CODE.replace("W", "M", 1), "has W behind the discipline"),
    ],
)
def test_a_code_of_another_form_or_gender_is_refused(tmp_path: Path, code: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        load_rules(with_code(tmp_path, code))


def test_headings_in_another_language_are_refused() -> None:
    with pytest.raises(InputError, match="JSON-LD has no headings"):
        report(quotaproof.load_scenario("sochi-2014"), "json-ld", language="de")
