"""Check a certificate of an allocation against a scenario folder, with the standard library and nothing else.

An accepted certificate proves that under the readings it names, and with tied entries that no draw settles in the order
of the file, the rules and standings of the folder give exactly the places and quota places it states, and no others:

1. Its digests are those of the folder's rules and standings, and no decline is recorded there.
2. Every tier lists exactly the claims that the rules give it, in their order: the ranked entries row by row; the NOCs
   that lack a team; the teams; those in line for a quota place that is left over.
3. At each granted claim all caps hold, for the claims granted before it, this claim and the host's guaranteed places.
4. At each refused claim the fact it names is true with its figures: one of these caps would break.
5. Quota places that follow from start places, host places, places, totals and the value of each tier are what the
   granted claims give.

By 3 and 4 each tier has the lexicographically largest value, for these caps only ever bind harder as places are added
(docs/certificate.md). Claims that share a place in line are refused only for what was taken before all of them, so the
allocation is the only one. Each claim is looked at once, with running counters. Run it as `quotaproof check FILE
SCENARIO` or by itself, `python check.py FILE FOLDER`; exit code 0 is accepted, 1 rejected, 2 bad input.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SHOWN, LARGEST, UNRANKED, GENDERS = 20, 50_000_000, 10**9, ("men", "women")
READINGS = {
    "gender-cap": ("nominal", "walk", "hard"),
    "remaining-ties": ("refuse", "men-first", "women-first"),
    "fifth-in-walk": ("yes", "no"),
    "declines": ("sequential", "rerun"),
}
STAGES = {"relay-places": 0, "parallel-walk": 0, "quota-places": 1, "team-top-up": 2, "remainder": 2, "reallocation": 3}
DEFAULTS = {"quota-places": {"bonus-from": None}, "remainder": {"individual-places": None, "relay-only": True}}


class BadInputError(Exception):
    """The certificate or the scenario cannot be read at all."""


class _StopError(Exception):
    """The certificate departs so far from what it must be that no more can be compared."""


def check(file: Path, folder: Path) -> list[str]:
    """Return why a certificate is rejected for a scenario folder, one sentence each; empty if it is accepted.

    Raises
    ------
    BadInputError
        If the file is no certificate, or the folder no scenario with complete standings.
    """
    document = _certificate(file)
    try:
        rules = _rules(folder)
        rankings, ties = _standings(folder, rules["events"])
        declined = (folder / "declines.csv").exists() and any(_rows(folder / "declines.csv"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, csv.Error) as error:
        raise BadInputError(f"{folder} is not a scenario with complete standings ({error})") from error
    problems = ["the scenario records declines, and a certificate is of a first allocation"] if declined else []
    return problems + _Walk(document, rules, rankings).problems(folder.resolve().name, ties)


def _certificate(file: Path) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError("a key stands twice")
        return dict(pairs)

    try:
        if file.stat().st_size > LARGEST:
            raise BadInputError(f"{file} is larger than {LARGEST:,} bytes")
        document = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=once)
    except (OSError, ValueError, RecursionError) as error:
        raise BadInputError(f"{file} cannot be read as JSON ({error})") from error
    if not isinstance(document, dict) or document.get("format") != "quotaproof-certificate":
        raise BadInputError(f"{file} is not a certificate")
    if document.get("version") != 1:
        raise BadInputError(f"{file} has another version of the format than 1")
    return document


def digest(value: object) -> str:
    """Return the SHA-256 of a value as JSON with sorted keys, without spaces."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _rules(folder: Path) -> dict[str, Any]:
    """Return the rules in force, but for the readings; refuse what the proof does not cover."""
    scenario = tomllib.loads((folder / "scenario.toml").read_text(encoding="utf-8-sig"))
    table = tomllib.loads((folder / scenario.get("rules", "rules.toml")).read_text(encoding="utf-8-sig"))
    events = [{"per-noc": 1, "team": None, **event} for event in table["events"]]
    text = ("title", "clause", "uses")
    pathways = [{k: v for k, v in pathway.items() if k not in text} for pathway in table["pathways"]]
    pathways = [{**DEFAULTS.get(pathway["kind"], {}), **pathway} for pathway in pathways]
    quota = [pathway for pathway in pathways if pathway["kind"] == "quota-places"]
    numbers = [*table["total"].values(), *(e[cap] for e in events for cap in ("start-places", "per-noc"))]
    stages = [STAGES[pathway["kind"]] for pathway in pathways]
    given = [event for p in pathways for event in (*p.get("events", ()), *([p["event"]] if "event" in p else ()))]
    relays: Counter[str] = Counter(event["gender"] for event in events if event["kind"] == "relay")
    if any(type(number) is not int or number < 0 for number in numbers) or max(relays.values(), default=0) > 1:
        raise ValueError("a cap must be a whole number, and there is at most one relay per gender")
    if stages != sorted(stages) or len(quota) != 1 or sorted(given) != sorted(event["id"] for event in events):
        raise ValueError("pathways must give each event once, and stand in the order of their kinds")
    settled: set[str] = set()  # genders whose relay is given already, or that have none
    for pathway in pathways[: stages.count(0)]:
        own = [event for event in events if event["id"] in pathway["events"]]
        if pathway["kind"] == "relay-places":
            settled |= {event["gender"] for event in own}
        elif any(e["per-noc"] > quota[0]["relay-athletes"] and e["gender"] in relays.keys() - settled for e in own):
            raise ValueError("a relay that comes after the walk may lower an NOC's need, which the proof does not cover")
    total, host = table["total"], {"host": scenario.get("host"), "host-events": table["host"]["events"]}
    return {"events": events, "total": total, **host, "pathways": pathways}


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8-sig") as stream:
        lines = (line for line in stream if line.strip(" \t\n,") and not line.lstrip().startswith("#"))
        for row in csv.DictReader(lines, strict=True):
            yield {name.strip(): (text or "").strip() for name, text in row.items()}


def _standings(folder: Path, events: list[dict[str, Any]]) -> tuple[dict[str, list[list[Any]]], list[dict[str, Any]]]:
    """Return event -> [NOC, qualifier] in order, and the ties that no draw settles, in the order of the file."""
    found: dict[str, dict[int, list[tuple[int, bool, list[Any]]]]] = {event["id"]: {} for event in events}
    for row in _rows(folder / "standings.csv"):
        numbers = (row["rank"].removesuffix("="), row["qualifier"], row.get("draw") or "0")
        if not all(re.fullmatch("[0-9]{1,9}", text) for text in numbers) or not re.fullmatch("[A-Z]{3}", row["noc"]):
            raise ValueError(f"standings.csv: {','.join(row.values())} is not an entry with rank, NOC and qualifier")
        rank, qualifier, draw = map(int, numbers)
        found[row["event"]].setdefault(rank, []).append((draw, row["rank"][-1] == "=", [row["noc"], qualifier]))
    rankings: dict[str, list[list[Any]]] = {}
    ties: list[dict[str, Any]] = []
    for event, by_rank in found.items():
        order: list[list[Any]] = []
        for rank in sorted(by_rank):
            group = sorted(by_rank[rank], key=lambda entry: entry[0])  # stable: undrawn entries keep the file's order
            draws, fits = [draw for draw, _, _ in group], all(shared == (len(group) > 1) for _, shared, _ in group)
            if rank != len(order) + 1 or not fits or (any(draws) and draws != list(range(1, len(group) + 1))):
                raise ValueError(f"standings.csv: rank {rank} of {event} has a gap before it, or a tie that is not one")
            entries = [entry for _, _, entry in group]
            if len(group) > 1 and draws[0] == 0:
                ties.append({"event": event, "rank": rank, "order": entries})
            order += entries
        seen: Counter[str] = Counter()
        for noc, qualifier in order:
            seen[noc] += 1
            if qualifier != seen[noc]:
                raise ValueError(f"standings.csv: qualifier {qualifier} of {noc} in {event} is out of sequence")
        if not order:
            raise ValueError(f"standings.csv: the ranking of {event} is unknown")
        rankings[event] = order
    return rankings, ties


class _Walk:
    """The claims of a certificate, one by one; the host's guaranteed places are counted from the beginning."""

    def __init__(self, document: dict[str, Any], rules: dict[str, Any], rankings: dict[str, list[list[Any]]]) -> None:
        self.document, self.rules, self.rankings = document, rules, rankings
        self.found: list[str] = []
        self.events = {event["id"]: event for event in rules["events"]}
        self.relay = {event["gender"]: event["id"] for event in rules["events"] if event["kind"] == "relay"}
        self.rank = {event: {e[0]: r for r, e in reversed([*enumerate(o, 1)])} for event, o in rankings.items()}
        self.quota = next(pathway for pathway in rules["pathways"] if pathway["kind"] == "quota-places")
        self.readings = document.get("readings")
        self.taken: Counter[str] = Counter()  # event -> start places, those kept for the host included
        self.count: Counter[tuple[str, str]] = Counter()  # (event, NOC) -> the same
        self.individual: Counter[tuple[str, str]] = Counter()  # (NOC, gender) -> individual start places
        self.largest: Counter[tuple[str, str]] = Counter()  # (NOC, gender) -> most of them in one event
        self.needed: Counter[str] = Counter()  # gender -> athletes that start places need
        self.athletes: Counter[tuple[str, str]] = Counter()  # (NOC, gender) -> quota places
        self.given: Counter[str] = Counter()  # gender -> quota places
        self.kept: dict[str, None] = {}  # host events in which the host has no start place yet
        self.tiers: list[dict[str, Any]] = []
        self.places: dict[str, dict[str, int]] = {event: {} for event in self.events}
        self.awards: dict[str, dict[str, dict[str, int]]] = {p["id"]: {} for p in rules["pathways"] if self._gives(p)}

    @staticmethod
    def _gives(pathway: dict[str, Any]) -> bool:
        return STAGES[pathway["kind"]] in (1, 2)

    def problems(self, name: str, ties: list[dict[str, Any]]) -> list[str]:
        try:
            self._tiers()
            self._rest(name, ties)
        except _StopError as stop:
            self.found.append(str(stop))
        return self.found
