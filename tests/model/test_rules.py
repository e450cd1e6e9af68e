"""Rules: what the files of each Games say, caps, readings, and the order in which pathways may use each other."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaproof.model.errors import InputError
from quotaproof.model.pathways import (
    KINDS,
    ListedPathway,
    ParallelWalk,
    Pathway,
    QuotaPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    TeamTopUp,
)
from quotaproof.model.rules import GENDERS, READING_VALUES, Event, Readings, Rules
from quotaproof.model.rules_file import load_rules, rules_schema
from quotaproof.model.scenario_loading import scenario_schema
from quotaproof.scenarios import FOLDER

BEIJING = load_rules(FOLDER / "beijing-2022" / "rules.toml")
SOCHI = load_rules(FOLDER / "sochi-2014" / "rules.toml")

INDIVIDUAL = {"500": 32, "1000": 32, "1500": 36}


# What the files say --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rules", [BEIJING, SOCHI], ids=["beijing-2022", "sochi-2014"])
def test_caps_of_the_events(rules: Rules) -> None:
    for gender in GENDERS:
        for distance, places in INDIVIDUAL.items():
            event = rules.event(f"{gender}-{distance}")
            assert event == Event(f"{gender}-{distance}", gender, "individual", places, 3)
        assert rules.event(f"{gender}-relay") == Event(f"{gender}-relay", gender, "relay", 8, 1)


def test_beijing_has_a_mixed_relay_and_112_quota_places() -> None:
    assert (BEIJING.total, dict(BEIJING.gender_caps)) == (112, {"men": 56, "women": 56})
    assert BEIJING.event("mixed-relay") == Event("mixed-relay", "mixed", "relay", 12, 1, {"men": 2, "women": 2})
    assert set(BEIJING.host_events) == {event.identifier for event in BEIJING.events}
    assert BEIJING.quota_places.relay_athletes == 4
    assert BEIJING.quota_places.bonus_from == 8


def test_sochi_has_no_mixed_relay_and_120_quota_places() -> None:
    assert (SOCHI.total, dict(SOCHI.gender_caps)) == (120, {"men": 60, "women": 60})
    assert len(SOCHI.events) == 8
    assert set(SOCHI.host_events) == {event.identifier for event in SOCHI.events}
    assert SOCHI.quota_places.relay_athletes == 5
    assert SOCHI.quota_places.bonus_from is None


def test_pathways_come_in_the_order_of_the_file() -> None:
    kinds = [RelayPlaces, ParallelWalk, QuotaPlaces, TeamTopUp, Remainder, Remainder, Reallocation]
    assert [type(pathway) for pathway in BEIJING.pathways] == kinds
    assert [pathway.identifier for pathway in BEIJING.pathways] == [f"P{number}" for number in range(1, 8)]
    assert [type(pathway) for pathway in SOCHI.pathways] == [RelayPlaces, ParallelWalk, QuotaPlaces, Reallocation]


def test_the_remaining_quota_places_of_beijing() -> None:
    seven, four = (pathway for pathway in BEIJING.pathways if isinstance(pathway, Remainder))
    assert (seven.quota_places, seven.individual_places, seven.relay_only) == (4, 7, True)
    assert (four.quota_places, four.individual_places, four.relay_only) == (4, None, False)
    reallocation = BEIJING.pathways[-1]
    assert isinstance(reallocation, Reallocation)
    assert reallocation.repeats == ("P4", "P5", "P6")


@pytest.mark.parametrize("rules", [BEIJING, SOCHI], ids=["beijing-2022", "sochi-2014"])
def test_every_pathway_and_reading_cites_a_clause(rules: Rules) -> None:
    assert all(pathway.clause and pathway.title for pathway in rules.pathways)
    assert all(reading.clause and reading.question for reading in rules.readings)
    assert rules.host_clause


def test_the_defaults_of_the_readings() -> None:
    assert {reading.name: reading.default for reading in BEIJING.readings} == {
        "gender-cap": "walk",
        "remaining-ties": "refuse",
        "fifth-in-walk": "yes",
        "declines": "sequential",
        "soqc-ties": "best-result",
        "tie-positions": "counting",
    }
    for reading in (*BEIJING.readings, *SOCHI.readings):
        assert set(reading.values) == set(READING_VALUES[reading.name])
        assert reading.default == Readings().to_dict()[reading.name]


# Finding events ------------------------------------------------------------------------------------------------------


def test_an_unknown_event_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match="'men-3000' is not an event; events are men-500, men-1000"):
        BEIJING.event("men-3000")


def test_relays_and_individual_events_of_a_gender() -> None:
    assert BEIJING.relay("women") == BEIJING.event("women-relay")
    assert [event.identifier for event in BEIJING.individual("men")] == ["men-500", "men-1000", "men-1500"]


def test_rules_may_do_without_a_relay() -> None:
    events = tuple(event for event in SOCHI.events if event.identifier != "men-relay")
    rules = Rules("x", events, 1, {"men": 1, "women": 1}, (), "x", SOCHI.pathways)
    assert rules.relay("men") is None
    assert rules.relay("women") is not None


# Caps ----------------------------------------------------------------------------------------------------------------

cap_names = st.sampled_from(
    ["total", "men", "women", *(event.identifier for event in BEIJING.events), "men-500:noc", "women-relay:noc"]
)


def cap(rules: Rules, name: str) -> int:
    event, _, per_noc = name.partition(":")
    if name == "total":
        return rules.total
    if name in ("men", "women"):
        return rules.gender_caps["men" if name == "men" else "women"]
    return rules.event(event).noc_cap if per_noc else rules.event(event).start_places


@given(st.dictionaries(cap_names, st.integers(0, 10_000)))
def test_caps_that_are_set_hold_and_others_stay(caps: dict[str, int]) -> None:
    before = load_rules(FOLDER / "beijing-2022" / "rules.toml")
    changed = before.with_caps(caps)
    for name in ("total", "men", "women", "mixed-relay", "men-500", "men-500:noc", "women-relay:noc", *caps):
        assert cap(changed, name) == caps.get(name, cap(BEIJING, name))
    assert before == BEIJING
    assert [event.identifier for event in changed.events] == [event.identifier for event in BEIJING.events]
    assert changed.with_caps(caps) == changed
    assert changed.with_caps({name: cap(BEIJING, name) for name in caps}) == BEIJING


@pytest.mark.parametrize("name", ["men-3000", "men-500:all", "total:noc", "men:noc", ":noc", "", "Total"])
def test_what_is_no_cap_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="is not a cap; caps are total, men, women, men-500"):
        BEIJING.with_caps({name: 3})


@pytest.mark.parametrize("value", [-1, 10_001, 999_999])
@pytest.mark.parametrize("name", ["total", "men", "men-500", "men-500:noc"])
def test_a_cap_that_no_rule_file_may_have_is_refused(name: str, value: int) -> None:
    assert BEIJING.with_caps({name: 10_000})
    with pytest.raises(InputError, match=f"cap {name} cannot be {value}; use a whole number from 0 to 10,000"):
        BEIJING.with_caps({name: value})


# Readings ------------------------------------------------------------------------------------------------------------

some_readings = st.fixed_dictionaries({}, optional={name: st.sampled_from(v) for name, v in READING_VALUES.items()})


@given(some_readings, some_readings)
def test_readings_that_are_chosen_hold_and_others_stay(first: dict[str, str], second: dict[str, str]) -> None:
    readings = Readings.of(first)
    assert readings.to_dict() == {**Readings().to_dict(), **first}
    assert readings.with_values(second).to_dict() == {**readings.to_dict(), **second}
    assert Readings.of(readings.to_dict()) == readings


@pytest.mark.parametrize("name", ["gender_cap", "Gender-cap", "cap", ""])
def test_an_unknown_reading_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"is not a reading.*; readings are gender-cap, remaining-ties"):
        Readings().with_values({name: "walk"})


@pytest.mark.parametrize("name", list(READING_VALUES))
def test_an_unknown_value_is_refused(name: str) -> None:
    values = ", ".join(READING_VALUES[name])
    with pytest.raises(InputError, match=f"'perhaps' is no value of reading {name}; use {values}"):
        Readings.of({name: "perhaps"})


# Pathways use each other ---------------------------------------------------------------------------------------------

PATHWAYS = [pathway.identifier for pathway in BEIJING.pathways]
TEXT = (FOLDER / "beijing-2022" / "rules.toml").read_text(encoding="utf-8")


def with_uses(uses: dict[str, list[str]]) -> str:
    text = re.sub(r"^uses = .*\n", "", TEXT, flags=re.MULTILINE)
    for name, used in uses.items():
        text = text.replace(f'id = "{name}"\n', f'id = "{name}"\nuses = {json.dumps(used)}\n')
    return text


def reaches(uses: dict[str, list[str]], start: str, goal: str) -> bool:
    seen: set[str] = set()
    ahead = set(uses.get(start, ()))
    while ahead - seen:
        seen |= ahead
        ahead = {used for name in ahead for used in uses.get(name, ())}
    return goal in seen


@given(
    st.dictionaries(
        st.sampled_from(PATHWAYS), st.lists(st.sampled_from([*PATHWAYS, "P9"]), max_size=2, unique=True), max_size=4
    )
)
def test_a_pathway_may_use_those_above_it_and_no_others(tmp_path: Path, uses: dict[str, list[str]]) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(with_uses(uses), encoding="utf-8")
    with_repeats = {**uses, "P7": [*uses.get("P7", ()), "P4", "P5", "P6"]}
    if any("P9" in used for used in uses.values()):
        problem = "pathway P9 is not defined"
    elif any(reaches(with_repeats, name, name) for name in PATHWAYS):
        problem = "pathways use each other in a cycle|comes after it"
    elif any(PATHWAYS.index(one) >= PATHWAYS.index(name) for name, used in uses.items() for one in used):
        problem = "comes after it"
    else:
        assert load_rules(path) == BEIJING
        return
    with pytest.raises(InputError, match=problem) as caught:
        load_rules(path)
    number, key = re.fullmatch(r"pathways\.(\d)\.(uses|repeats)", str(caught.value.field)).groups()  # type: ignore[union-attr]
    assert caught.value.line is not None
    assert path.read_text(encoding="utf-8").split("\n")[caught.value.line - 1].startswith(f"{key} =")
    assert PATHWAYS[int(number) - 1] in with_repeats


def test_a_long_cycle_is_found(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    chain = {name: [PATHWAYS[number]] for number, name in enumerate([*PATHWAYS[1:6], "P1"])}
    path.write_text(with_uses(chain), encoding="utf-8")
    with pytest.raises(InputError, match="in a cycle, P1 -> P6 -> P5 -> P4 -> P3 -> P2 -> P1"):
        load_rules(path)


# The schema ----------------------------------------------------------------------------------------------------------


def test_the_schema_names_the_keys_and_kinds_of_the_file() -> None:
    schema = rules_schema()
    text = json.dumps(schema)
    assert set(schema["required"]) == {"title", "total", "host", "events"}
    for word in ("start-places", "per-noc", "relay-athletes", "individual-places", "relay-only"):
        assert f'"{word}"' in text
    for kind in ("relay-places", "parallel-walk", "quota-places", "team-top-up", "remainder", "reallocation"):
        assert f'"const": "{kind}"' in text
    assert "start_places" not in text
    assert not re.search(r"identifier", text.replace("Identifier", ""))


def parts_for_ranked_lists() -> dict[str, dict[str, Any]]:
    """The parts of the schema that rules with ranked lists are written by, by their name."""
    schema = rules_schema()["$defs"]
    kinds = [kind for kind in KINDS if issubclass(kind, ListedPathway)]
    names = {f"{kind.__name__}Table" for kind in kinds}
    names |= {"RankingTable", "ResultsTable", "PointsTableTable", "QuotaCapTable", "TierTable", "EntryTierTable"}
    return {name: schema[name] for name in sorted({*names, "WorthTable"})}


def test_every_key_for_ranked_lists_is_described_in_the_schema_and_on_the_page() -> None:
    page = (FOLDER.parent / "docs" / "rule-file.md").read_text(encoding="utf-8")
    parts = parts_for_ranked_lists()
    assert len(parts) == 9 + 7
    for name, part in parts.items():
        for key, about in part["properties"].items():
            assert key == "kind" or len(about["description"]) > 10, f"{name}: {key}"
            assert re.search(rf"(?m)[`{{ ]{key}[` =]|^{key} =|_{key}_", page), f"{name}: {key} is not on the page"
        if "kind" in part["properties"]:
            assert f"`{part['properties']['kind']['const']}`" in page
            for shared in ("id", "title", "clause", "uses"):
                assert part["properties"][shared]["description"]


def test_a_description_is_that_of_its_own_field() -> None:
    parts = rules_schema()["$defs"]
    assert parts["RankingPlacesTable"]["properties"]["places"]["description"].startswith("Event -> number")
    assert parts["RankingPlacesTable"]["properties"]["uses"]["description"].startswith("The pathways before it")
    assert parts["HostPlacesTable"]["properties"]["on-reserve-list"]["description"].startswith("Whether its entry")
    assert "description" not in parts["ParallelWalkTable"]["properties"]["events"]


def test_the_schema_of_a_scenario_names_its_keys() -> None:
    schema = scenario_schema()
    assert set(schema["required"]) == {"title", "games"}
    assert set(schema["properties"]) == {
        "title",
        "games",
        "host",
        "rules",
        "dates",
        "complete",
        "readings",
        "aliases",
        "sources",
        "published-lists",
        "meets",
    }


def test_a_pathway_is_a_plain_value() -> None:
    pathway = Pathway("P1", "Relays", "clause")
    with pytest.raises(AttributeError):
        pathway.clause = "other"  # type: ignore[misc]
