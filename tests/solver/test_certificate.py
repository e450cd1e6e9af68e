"""What a certificate holds, and what can have none."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import Counter
from dataclasses import replace
from pathlib import Path

import draw
import pytest
from certified import first
from folders import save
from tiny import READINGS, tiny

from quotaproof import checker
from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import IncompleteError, InputError
from quotaproof.model.later_changes import DeclinedEntry
from quotaproof.model.scenario import Scenario
from quotaproof.scenarios import load_scenario
from quotaproof.solver import certificate as module
from quotaproof.solver.certificate import ENTITLED, certificate, to_text
from quotaproof.solver.engines import greedy

SOCHI = load_scenario("sochi-2014")


@pytest.fixture(scope="module")
def sochi() -> Allocation:
    return greedy.allocate(SOCHI)


def test_every_decision_on_record_is_a_claim_or_an_entitlement(tmp_path: Path) -> None:
    for one in first(25, tmp_path):
        decisions = [decision for decision in one.allocation.decisions if decision.kind not in ENTITLED]
        said = Counter(
            (claim["tier"].partition("/")[0], claim.get("event"), claim["noc"], claim["granted"])
            for claim in one.document["claims"]
        )
        assert said == Counter((d.pathway, d.event, d.noc, d.granted) for d in decisions)
        entitled = sum(number for numbers in one.document["entitled"].values() for number in numbers.values())
        granted = sum(claim["granted"] for claim in one.document["claims"] if "event" not in claim)
        assert entitled + granted == one.document["totals"]["total"] == sum(one.allocation.totals)


def test_each_value_is_the_string_of_its_claims_verdicts(tmp_path: Path) -> None:
    for one in first(10, tmp_path):
        for tier in one.document["tiers"]:
            claims = [claim for claim in one.document["claims"] if claim["tier"] == tier["tier"]]
            assert tier["value"] == "".join("1" if claim["granted"] else "0" for claim in claims)
            assert all((claim["fact"] is None) == claim["granted"] for claim in claims)
            facts = [claim["fact"] for claim in claims if claim["fact"]]
            assert all(fact["used"] + fact["more"] > fact["cap"] for fact in facts)


def test_the_digests_are_those_of_the_files(sochi: Allocation) -> None:
    assert SOCHI.folder is not None
    digests = certificate(SOCHI, sochi)["digests"]
    for name, file in (("rules", "rules.toml"), ("standings", "standings.csv")):
        assert digests[name] == hashlib.sha256((SOCHI.folder / file).read_bytes()).hexdigest()


def test_the_text_holds_the_document_with_each_claim_on_a_line_of_its_own(sochi: Allocation) -> None:
    document = certificate(SOCHI, sochi)
    text = to_text(document)
    assert json.loads(text) == document
    lines = [line.strip().rstrip(",") for line in text.splitlines()]
    assert [json.loads(line) for line in lines if line.startswith('{"tier"')] == document["claims"]


def test_the_document_says_why_no_value_is_better_in_the_checkers_words() -> None:
    assert module.NO_BETTER == checker.NO_BETTER
    assert tuple(checker.READINGS) == module.READINGS


def test_a_certificate_grows_no_faster_than_the_standings() -> None:
    """About as many claims as entries; each is of bounded length."""
    document = certificate(SOCHI, greedy.allocate(SOCHI))
    entries = sum(len(ranking.entries) for ranking in SOCHI.standings.rankings.values())
    assert len(document["claims"]) == entries


def unfit(case: str) -> tuple[Scenario, str]:
    """A scenario that can have no certificate, and what is said of it."""
    rankings = dict(SOCHI.standings.rankings)
    tied = {**rankings, "men-500": replace(rankings["men-500"], tied=((1, 2),))}
    match case:
        case "declines":
            recorded = (DeclinedEntry("men-1000", "KAZ", 1),)
            return replace(SOCHI, declines=recorded), "records declines"
        case "no folder":
            return replace(SOCHI, folder=None), "loaded from none"
        case "other caps":
            return replace(SOCHI, rules=SOCHI.rules.with_caps({"men-500": 31})), "differs from its folder"
        case "another host":
            return replace(SOCHI, host="CHN"), "differs from its folder"
        case "a tie that the file does not have":
            return replace(SOCHI, standings=replace(SOCHI.standings, rankings=tied)), "differs from its folder"
        case "an NOC excluded":
            return replace(SOCHI, excluded=frozenset({"KOR"})), "differs from its folder"
        case "a waived host place":
            return replace(SOCHI, waived=frozenset({"men-500"})), "differs from its folder"
    raise ValueError(case)


@pytest.mark.parametrize(
    "case",
    [
        "declines",
        "no folder",
        "other caps",
        "another host",
        "a tie that the file does not have",
        "an NOC excluded",
        "a waived host place",
    ],
)
def test_what_a_folder_does_not_say_has_no_certificate(case: str) -> None:
    scenario, says = unfit(case)
    with pytest.raises(InputError, match=says):
        certificate(scenario, greedy.allocate(replace(scenario, declines=())))


def test_an_allocation_of_something_else_has_no_certificate(sochi: Allocation, tmp_path: Path) -> None:
    seed = next(seed for seed in range(99) if max(greedy.allocate(draw.realistic(seed)).totals) > 56)
    loaded = save(draw.realistic(seed), tmp_path / "synthetic")
    allocation = greedy.allocate(loaded)
    hard = loaded.with_readings({"gender-cap": "hard"})
    moved = {**sochi.places, "men-500": {**sochi.places["men-500"], "KAZ": 1, "NZL": 1}}
    for scenario, given in (
        (SOCHI, allocation),
        (loaded, sochi),
        (hard, allocation),
        (SOCHI, replace(sochi, places=moved)),
        (SOCHI, replace(sochi, decisions=())),
        (SOCHI, replace(sochi, decisions=sochi.decisions[1:])),
    ):
        with pytest.raises(InputError, match="not one of this scenario"):
            certificate(scenario, given)


def test_the_checker_guarantees_the_host_no_team_whose_athletes_nothing_brings(tmp_path: Path) -> None:
    """Rule files of that kind are refused when they are loaded; the checker reads them by itself."""
    checked = 0
    for seed in range(30):
        drawn = tiny(seed, READINGS[seed % len(READINGS)])
        caps = {
            f"{e.identifier}:noc": min(e.noc_cap, drawn.rules.quota_places.relay_athletes) for e in drawn.rules.events
        }
        drawn = replace(drawn, rules=replace(drawn.rules.with_caps(caps), host_events=("men-relay",)), host="AAA")
        if not all(drawn.standings.rankings[event.identifier].entries for event in drawn.rules.events):
            continue
        folder = tmp_path / str(seed)
        scenario = save(drawn, folder)
        try:
            allocation = greedy.allocate(scenario)
        except InputError:
            continue
        if allocation.status != "optimal":
            continue
        document = certificate(scenario, allocation)
        text = (folder / "rules.toml").read_text(encoding="utf-8")
        both = text.replace('"men-relay",\n]', '"men-relay",\n    "mixed-relay",\n]', 1)
        (folder / "rules.toml").write_text(both, encoding="utf-8")
        assert tomllib.loads(both)["host"]["events"] == ["men-relay", "mixed-relay"]
        document["digests"]["rules"] = hashlib.sha256(both.encode()).hexdigest()
        assert checker.check(json.dumps(document), folder) == []
        checked += 1
    assert checked > 10


def test_a_tie_has_no_certificate(tmp_path: Path) -> None:
    scenario = draw.realistic(1)
    rankings = dict(scenario.standings.rankings)
    places = scenario.rules.event("men-500").start_places
    rankings["men-500"] = replace(rankings["men-500"], tied=((places, places + 1),))
    loaded = save(replace(scenario, standings=replace(scenario.standings, rankings=rankings)), tmp_path / "tied")
    allocation = greedy.allocate(loaded)
    assert allocation.status == "tie"
    with pytest.raises(InputError, match="a tie has no certificate"):
        certificate(loaded, allocation)


def test_unknown_standings_have_no_certificate(sochi: Allocation) -> None:
    beijing = load_scenario("beijing-2022")
    with pytest.raises(IncompleteError, match="needs complete standings"):
        certificate(beijing, replace(sochi, rules=beijing.rules))
