"""One NOC in a scenario: what it has, what was close on both sides, and how far it is from its next place."""

from __future__ import annotations

from collections.abc import Mapping

from typing_extensions import TypedDict

from quotaproof.event_lists import EntryDocument, event_lists
from quotaproof.model.errors import InputError
from quotaproof.model.scenario import Scenario
from quotaproof.nations import flag_of, name_of

CLOSE = 5
"""How many entries are shown of those that were close."""


class NationRow(TypedDict):
    """An NOC and its numbers; None where nobody published one."""

    noc: str
    name: str
    flag: str
    cells: dict[str, int]


class NationEntry(TypedDict):
    """An entry of an NOC in the ranking of an event; `ahead` are the NOCs before it in line, where it waits."""

    event: str
    label: str
    ranking: str
    entry: EntryDocument
    ahead: list[str]


class NationDocument(TypedDict):
    """Everything that a nation's page shows."""

    noc: str
    name: str
    flag: str
    cells: dict[str, int]
    table: str
    entries: list[NationEntry]
    last_in: list[NationEntry]
    first_out: list[NationEntry]


def nations(scenario: Scenario) -> list[NationRow]:
    """Return all NOCs of a scenario with their numbers, by name."""
    cells, _ = _cells(scenario)
    found = {*cells, *scenario.nocs}
    rows: list[NationRow] = [
        {"noc": noc, "name": name_of(noc), "flag": flag_of(noc), "cells": dict(cells.get(noc, {}))}
        for noc in found
        if noc.isalpha()
    ]
    return sorted(rows, key=lambda row: row["name"])


def nation(scenario: Scenario, noc: str) -> NationDocument:
    """Return what there is to say about an NOC.

    Raises
    ------
    InputError
        If the scenario knows nothing of it.
    """
    cells, table = _cells(scenario)
    if noc not in cells and noc not in scenario.nocs:
        raise InputError(f"{noc} is in no ranking, table or fact of this scenario")
    entries: list[NationEntry] = []
    for event in event_lists(scenario):
        for ranked in event["lists"]:
            for entry in ranked["entries"]:
                if entry["noc"] == noc:
                    ahead = [one["noc"] for one in event["next"] if (one["turn"] or 0) < (entry["turn"] or 0)]
                    entries.append(
                        {
                            "event": event["event"],
                            "label": event["label"],
                            "ranking": ranked["ranking"],
                            "entry": entry,
                            "ahead": ahead,
                        }
                    )
    held = [one for one in entries if one["entry"]["standing"] in ("in", "host")]
    close = [
        one for one in held if one["entry"]["behind"].endswith("ahead") or one["entry"]["behind"].startswith("level")
    ]
    return {
        "noc": noc,
        "name": name_of(noc),
        "flag": flag_of(noc),
        "cells": dict(cells.get(noc, {})),
        "table": table,
        "entries": entries,
        "last_in": sorted(close, key=lambda one: _figure(one["entry"]))[:CLOSE],
        "first_out": sorted(
            (one for one in entries if one["entry"]["turn"]), key=lambda one: one["entry"]["turn"] or 0
        )[:CLOSE],
    }


def _figure(entry: EntryDocument) -> float:
    """How many points an entry is ahead."""
    first = entry["behind"].partition(" ")[0]
    return float(first) if first.replace(".", "").isdecimal() else 0.0


def _cells(scenario: Scenario) -> tuple[Mapping[str, Mapping[str, int]], str]:
    """NOC -> column -> number, and which table that is: `published`, `rules`, or empty if there is none."""
    if scenario.published is not None:
        return scenario.published.cells, "published"
    if scenario.standings.incomplete_events(scenario.rules):
        return {}, ""
    from quotaproof.solver.engines import engine

    return engine("greedy").allocate(scenario).to_published().cells, "rules"
