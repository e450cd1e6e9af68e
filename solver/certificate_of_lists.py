"""The certificate of an allocation by ranked lists: the lists, and each decision with the fact that decides it.

The decisions on record are translated one by one; nothing is decided here. `quotaproof.checker_lists` reads the result
with none of this code. docs/certificate.md describes the format and what it proves.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from quotaproof.model.allocation import Allocation, Placed
from quotaproof.model.decisions import Decision
from quotaproof.model.files import read_text
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_folder import RESULTS, STANDINGS

FORMAT, VERSION = "quotaproof-certificate-of-lists", 1

SHOWN_ONLY = ("name", "replaced")
"""Figures of decisions that are names for people; who is meant is said by an id elsewhere."""


def listed_document(scenario: Scenario, allocation: Allocation, folder: Path) -> dict[str, Any]:
    """Return what an allocation's decisions say as a certificate, right or wrong; the digests are those of `folder`."""
    men, women = allocation.totals
    stated = [reading.name for reading in scenario.rules.readings]
    chosen = scenario.readings.to_dict()
    readings = {name: chosen[name] for name in stated}
    lists: dict[str, dict[str, list[list[int | str]]]] = {}
    for (event, ranking), one in scenario.lists.items():
        lists.setdefault(event, {})[ranking] = [[entry.rank, entry.noc, entry.athlete] for entry in one.entries]
    return {
        "format": FORMAT,
        "version": VERSION,
        "scenario": scenario.identifier,
        "engine": allocation.engine,
        "host": scenario.host,
        "readings": readings,
        "digests": digests(scenario, folder, readings),
        "ties": [
            [*key, entry.rank, entry.noc, entry.athlete]
            for key, one in scenario.lists.items()
            for entry in one.entries
            if entry.tied
        ],
        "unique": allocation.unique,
        "totals": {"men": men, "women": women, "total": men + women},
        "athletes": {
            gender: {noc: both[index] for noc, both in allocation.athletes.items() if both[index]}
            for index, gender in enumerate(GENDERS)
        },
        "places": {event: dict(numbers) for event, numbers in allocation.places.items()},
        "entries": _placed(allocation.entries),
        "reserve": {
            event: [{"noc": one.noc, "athlete": one.athlete, "tied": one.tied} for one in line]
            for event, line in allocation.reserve.items()
            if line
        },
        "taken_back": _placed(allocation.taken_back),
        "claims": [_claim(decision) for decision in allocation.decisions],
        "lists": lists,
    }


def digests(scenario: Scenario, folder: Path, readings: Mapping[str, str]) -> dict[str, str]:
    """Return the SHA-256 of each text, its lines ended by a line feed; readings are JSON with sorted keys."""
    ranked = STANDINGS if (folder / STANDINGS.name).exists() else RESULTS
    texts = {"readings": json.dumps(readings, sort_keys=True)}
    for name, file in (("rules", scenario.rules_name), (ranked.name.removesuffix(".csv"), ranked.name)):
        texts[name] = read_text(folder / file).replace("\r\n", "\n").replace("\r", "\n")
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sorted(texts.items())}


def _placed(entries: Mapping[str, Sequence[Placed]]) -> dict[str, list[dict[str, str]]]:
    return {event: [one._asdict() for one in placed] for event, placed in entries.items() if placed}


def _claim(decision: Decision) -> dict[str, Any]:
    figures = {name: value for name, value in decision.figures.items() if name not in SHOWN_ONLY}
    return {
        "pathway": decision.pathway,
        "event": decision.event,
        "noc": decision.noc,
        "gender": decision.gender,
        "entry": decision.qualifier,
        "granted": decision.granted,
        "fact": {"kind": decision.kind, **figures},
    }
