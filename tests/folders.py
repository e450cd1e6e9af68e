"""Scenarios of the tests as folders, for what reads files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import tomli_w

from quotaproof.model.pathways import (
    ParallelWalk,
    Pathway,
    QuotaPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    TeamTopUp,
)
from quotaproof.model.rules import GENDERS, Event, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_folder import scenario_text
from quotaproof.scenarios import load_scenario


def save(scenario: Scenario, folder: Path) -> Scenario:
    """Write a scenario with complete standings into a new folder, and return it as it is loaded from there."""
    folder.mkdir(parents=True)
    (folder / "rules.toml").write_text(rules_toml(scenario.rules), encoding="utf-8")
    (folder / "standings.csv").write_text(scenario.standings.to_csv(), encoding="utf-8")
    text = scenario_text(
        title=scenario.title,
        games=scenario.games,
        host=scenario.host,
        complete=list(scenario.standings.rankings),
        readings=scenario.readings.to_dict(),
        aliases=scenario.aliases,
    )
    (folder / "scenario.toml").write_text(text, encoding="utf-8")
    loaded = load_scenario(folder)
    assert (loaded.rules.events, loaded.host, loaded.readings) == (
        scenario.rules.events,
        scenario.host,
        scenario.readings,
    )
    assert loaded.standings == scenario.standings
    assert loaded.aliases == scenario.aliases
    return loaded


def rules_toml(rules: Rules) -> str:
    """Rules as the text of a rule file; the readings keep their defaults."""
    caps: dict[str, int | str] = {"athletes": rules.total}
    caps |= {gender: rules.gender_caps[gender] for gender in GENDERS}
    caps |= {"athletes-counted": rules.athletes_counted} if rules.athletes_counted else {}
    return "\n".join(
        [
            _table({"title": rules.title}),
            "[total]\n" + _table(caps),
            "[host]\n" + _table({"events": list(rules.host_events), "clause": rules.host_clause}),
            *("[[events]]\n" + _event(event) for event in rules.events),
            *("[[pathways]]\n" + _pathway(pathway) for pathway in rules.pathways),
        ]
    )


def _event(event: Event) -> str:
    table: dict[str, object] = {
        "id": event.identifier,
        "gender": event.gender,
        "kind": event.kind,
        "start-places": event.start_places,
    }
    if event.kind == "individual":
        table["per-noc"] = event.noc_cap
    text = _table(table)
    return text + f"team = {{ men = {event.team['men']}, women = {event.team['women']} }}\n" if event.team else text


def _pathway(pathway: Pathway) -> str:
    table: dict[str, object] = {"id": pathway.identifier, "title": pathway.title, "clause": pathway.clause}
    match pathway:
        case RelayPlaces():
            table |= {"kind": "relay-places", "events": list(pathway.events)}
        case ParallelWalk():
            table |= {"kind": "parallel-walk", "events": list(pathway.events)}
        case QuotaPlaces():
            table |= {"kind": "quota-places", "relay-athletes": pathway.relay_athletes}
            table |= {"bonus-from": pathway.bonus_from} if pathway.bonus_from is not None else {}
        case TeamTopUp():
            table |= {"kind": "team-top-up", "event": pathway.event}
        case Remainder():
            table |= {"kind": "remainder", "quota-places": pathway.quota_places, "relay-only": pathway.relay_only}
            table |= {"individual-places": pathway.individual_places} if pathway.individual_places is not None else {}
        case Reallocation():
            table |= {"kind": "reallocation", "repeats": list(pathway.repeats)}
            table |= {"until": pathway.until} if pathway.until else {}
    return _table(table)


def _table(values: Mapping[str, object]) -> str:
    return tomli_w.dumps(values)
