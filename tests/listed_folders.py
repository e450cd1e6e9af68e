"""Scenarios with ranked lists as folders, for what reads files: rules, lists or results, and certificates of them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import tomli_w

from quotaproof.model.aliases import Alias
from quotaproof.model.pathways import (
    AnyPathway,
    FillByRank,
    HostPlaces,
    KthEntryTiers,
    NocQuota,
    RankingPlaces,
    RankTiers,
    ReduceToTotal,
    ReserveList,
    SumOfBest,
)
from quotaproof.model.results.listed_file import lists_csv
from quotaproof.model.rules import GENDERS, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_folder import scenario_text
from quotaproof.scenarios import load_scenario
from quotaproof.solver.certificate import certificate
from quotaproof.solver.engines import greedy
from tests.certified import Certified
from tests.listed import DRAWS, NOCS


def rules_toml(rules: Rules) -> str:
    """Return rules by lists as the text of a rule file."""
    document: dict[str, Any] = {
        "title": rules.title,
        "total": {"athletes": rules.total, **{gender: rules.gender_caps[gender] for gender in GENDERS}},
        "host": {"events": [], "clause": rules.host_clause},
        "events": [
            {"id": one.identifier, "gender": one.gender, "kind": one.kind}
            | {"start-places": one.start_places, "per-noc": one.noc_cap}
            for one in rules.events
        ],
        "rankings": [
            {"id": one.identifier, "clause": one.clause, "events": list(one.events), "measure": one.measure}
            for one in rules.rankings
        ],
        "pathways": [
            {"id": one.identifier, "title": one.title, "clause": one.clause, "kind": one.kind, **_own(one)}
            for one in rules.pathways
        ],
        "readings": [
            {
                "name": one.name,
                "question": one.question,
                "clause": one.clause,
                "values": list(one.values),
                "default": one.default,
            }
            for one in rules.readings
        ],
    }
    return tomli_w.dumps(document)


def _own(pathway: AnyPathway) -> Mapping[str, object]:
    match pathway:
        case RankingPlaces() | FillByRank():
            return {"ranking": pathway.ranking, "places": dict(pathway.places)}
        case ReserveList():
            return {"ranking": dict(pathway.ranking), "lengths": dict(pathway.lengths)}
        case HostPlaces():
            own = {"mode": pathway.mode, "events": list(pathway.events)}
            return {**own, "on-reserve-list": pathway.on_reserve_list}
        case NocQuota():
            caps = [
                {"athletes": c.athletes, "team": c.team, "by": list(c.by)}
                | ({"each-event": c.each_event} if c.each_event else {})
                for c in pathway.caps
            ]
            return {"caps": caps}
        case ReduceToTotal():
            return {"cycle": list(pathway.cycle)}
        case SumOfBest():
            tiers = {
                key: [{"at-most": one.at_most, "places": one.places} for one in own]
                for key, own in (("sums", pathway.sums), ("single", pathway.single))
            }
            return {"ranking": pathway.ranking, "places": dict(pathway.places), "best": pathway.best, **tiers}
        case RankTiers():
            tiers_ = [{"at-most": one.at_most, "places": one.places} for one in pathway.tiers]
            return {"ranking": pathway.ranking, "events": list(pathway.events), "tiers": tiers_}
        case KthEntryTiers():
            own_tiers = [{"entry": one.entry, "nocs": one.nocs} for one in pathway.tiers]
            return {"ranking": pathway.ranking, "events": list(pathway.events), "tiers": own_tiers}
    raise AssertionError(pathway)


def save(scenario: Scenario, folder: Path) -> Scenario:
    """Write a scenario into a new folder, and return it as it is loaded from there."""
    folder.mkdir(parents=True)
    (folder / "rules.toml").write_text(rules_toml(scenario.rules), encoding="utf-8")
    (folder / "standings.csv").write_text(lists_csv(scenario.lists), encoding="utf-8")
    text = scenario_text(
        title=scenario.title,
        games=scenario.games,
        host=scenario.host,
        complete=[],
        readings=scenario.readings.to_dict() if scenario.rules.readings else {},
        aliases=scenario.aliases,
    )
    (folder / "scenario.toml").write_text(text, encoding="utf-8")
    loaded = load_scenario(folder)
    assert (loaded.rules.events, loaded.rules.pathways) == (scenario.rules.events, scenario.rules.pathways)
    assert _ranks(loaded) == _ranks(scenario)
    return loaded


def _ranks(scenario: Scenario) -> dict[tuple[str, str], list[tuple[int, str, str, bool]]]:
    """Who is where, those who share a rank sorted: a file has them in the order of their NOCs."""
    return {
        key: sorted((entry.rank, entry.noc, entry.athlete, entry.tied) for entry in one.entries)
        for key, one in scenario.lists.items()
    }


def first(number: int, draw: str, root: Path, *, ties: bool = False, start: int = 0) -> Iterator[Certified]:
    """Yield so many certificates of drawn seasons that have one, of one set of rules."""
    found = 0
    for seed in count(start):
        if found == number:
            return
        rng = random.Random(seed)
        given = DRAWS[draw](rng, ties=ties)
        if draw == "long-track" and rng.random() < 0.3:
            given = replace(given, aliases=(Alias("AIN", (rng.choice(NOCS),), 1, "one each", "a source"),))
        if greedy.allocate(given).status == "tie":
            continue
        loaded = save(given, root / f"{draw}-{ties}-{seed}")
        allocation = greedy.allocate(loaded)
        found += 1
        yield Certified(loaded, allocation, certificate(loaded, allocation))


def copied(document: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of a document."""
    own: dict[str, Any] = json.loads(json.dumps(document))
    return own
