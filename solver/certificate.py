"""The certificate of an allocation: each tier's claims in order, granted or refused for a fact, for anybody to check.

The decisions on record are translated one by one; nothing is decided here. `quotaproof.checker` reads the result with
none of this code. docs/certificate.md describes the format and what it proves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from quotaproof.model.allocation import Allocation
from quotaproof.model.decisions import Decision
from quotaproof.model.documents import values_of
from quotaproof.model.errors import InputError
from quotaproof.model.files import read_rows
from quotaproof.model.pathways import (
    AnyPathway,
    ParallelWalk,
    QuotaPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    TeamTopUp,
    refuse,
    require_known,
)
from quotaproof.model.rules import GENDERS, SOQC_READINGS, Gender
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_folder import STANDINGS
from quotaproof.model.scenario_loading import load_folder
from quotaproof.model.stated_types import typed
from quotaproof.model.validation import violations

from .certificate_of_lists import digests, listed_document

FORMAT, VERSION = "quotaproof-certificate", 1
NO_BETTER = "each 0 of a value is a claim whose fact shows used + more > cap, and caps only bind harder later"
"""Why no tier has a better value; docs/certificate.md has the argument in full."""

READINGS = ("gender-cap", "remaining-ties", "fifth-in-walk")
"""The readings that decide an allocation before declines."""

ENTITLED = ("relay", "relay-bonus", "largest")
"""Kinds of decisions that give what start places entitle to; that is no choice, so they are no claims."""

COMPARED = ("rules", "host", "standings", "lists", "aliases")
"""What a scenario must have as its folder has it."""

LINE_WIDTH = 120

CertificateDocument = dict[str, Any]
DecidingFact = dict[str, int | str]


@typed
def certificate(scenario: Scenario, allocation: Allocation) -> CertificateDocument:
    """Return a document that lets anybody check an allocation without an engine (docs/certificate.md), for JSON.

    The validator has its say first, so that nothing is certified that was allocated under other readings or rules. The
    size is linear in the standings.

    Parameters
    ----------
    scenario
        As its folder has it, because that is what a certificate is checked against; readings may have been chosen.
    allocation
        What an engine gives for this scenario and its readings.

    Raises
    ------
    InputError
        If the allocation has a tie, or is not what the scenario's rules give; if the scenario records declines,
        differs from its folder or has no `standings.csv`.
    IncompleteError
        If the standings are not complete.
    """
    if not scenario.rules.by_lists:
        require_known("the certificate", scenario.rules.pathways)
    folder = certifiable_folder(scenario)
    if allocation.status == "tie":
        raise InputError("a tie has no certificate, because the rules leave a choice")
    found = violations(scenario, allocation) if allocation.rules == scenario.rules else ["other rules"]
    if found or not allocation.decisions:
        reason = found[0] if found else "it has no decisions on record"
        raise InputError(f"there is no certificate, because the allocation is not one of this scenario ({reason})")
    return translated(scenario, allocation, folder)


def translated(scenario: Scenario, allocation: Allocation, folder: Path) -> CertificateDocument:
    """Return what an allocation's decisions say as a certificate, right or wrong; the digests are those of `folder`."""
    if scenario.rules.by_lists:
        return listed_document(scenario, allocation, folder)
    return _Certificate(scenario, allocation, folder).document()


def certifiable_folder(scenario: Scenario) -> Path:
    """Return the folder that a certificate of the scenario's allocation is checked against.

    Raises
    ------
    InputError, IncompleteError
        As `certificate`, unless there can be one.
    """
    scenario.require_complete()
    if not scenario.readings.ranks_like(scenario.filed_readings):
        raise InputError(
            f"a certificate is of the standings in {STANDINGS}, which are those under {_soqc_words(scenario)}; for "
            "another reading make a folder with that reading in its scenario.toml and the file that "
            "`quotaproof standings SCENARIO --reading NAME=VALUE --format csv --out FILE` writes"
        )
    if scenario.declines:
        raise InputError("the scenario records declines, and there is no certificate of an allocation after declines")
    if scenario.folder is None:
        raise InputError("a certificate is checked against a scenario folder, and this scenario was loaded from none")
    stored = load_folder(scenario.folder)
    changed = scenario.waived or scenario.abstains or scenario.excluded or stored.declines
    if changed or any(getattr(scenario, name) != getattr(stored, name) for name in COMPARED):
        raise InputError("the scenario differs from its folder, which a certificate is checked against")
    require_standings_file(stored)
    return scenario.folder


def _soqc_words(scenario: Scenario) -> str:
    own = scenario.filed_readings.to_dict()
    return " and ".join(f"{name}={own[name]}" for name in SOQC_READINGS if scenario.why_closed(name) is None)


def require_standings_file(scenario: Scenario) -> None:
    """Raise InputError if a folder's SOQCs are computed from results, which a certificate does not cover.

    Ranked lists may be: their certificate covers that too.
    """
    folder = scenario.folder
    if folder is not None and not scenario.rules.by_lists and not (folder / STANDINGS.name).exists():
        raise InputError(
            f"a certificate is of standings in a file, and this scenario has only results; write {STANDINGS.name} "
            "first with `quotaproof standings SCENARIO --format csv --out FILE`",
            file=folder,
        )


def to_text(document: Mapping[str, Any]) -> str:
    """Return a certificate as JSON text in which each claim has a line of its own."""
    return f"{_indented(document, '')}\n"


def _indented(value: object, margin: str) -> str:
    """Return JSON with a line for each item, but on one line what is short, a claim or a row of numbers."""
    flat = json.dumps(value, ensure_ascii=False)
    short = len(margin) + len(flat) <= LINE_WIDTH
    if isinstance(value, dict) and not (short or "granted" in value or all(isinstance(n, int) for n in value.values())):
        items = [f"{json.dumps(key)}: {_indented(item, margin + '  ')}" for key, item in value.items()]
    elif isinstance(value, list) and not short:
        items = [_indented(item, margin + "  ") for item in value]
    else:
        return flat
    lines = ",\n".join(f"{margin}  {item}" for item in items)
    return f"{flat[0]}\n{lines}\n{margin}{flat[-1]}"


class _Certificate:
    """One certificate in the making."""

    def __init__(self, scenario: Scenario, allocation: Allocation, folder: Path) -> None:
        self.scenario = scenario
        self.rules = scenario.rules
        require_known("the certificate", self.rules.pathways)
        self.allocation = allocation
        self.folder = folder
        chosen = scenario.readings.to_dict()
        self.readings = {name: chosen[name] for name in READINGS}

    def document(self) -> CertificateDocument:
        tiers: list[CertificateDocument] = []
        claims: list[CertificateDocument] = []
        for pathway in self.rules.pathways:
            for name, own in self._tiers(pathway).items():
                tier = f"{pathway.identifier}/{name}"
                value = "".join("1" if claim["granted"] else "0" for claim in own)
                tiers.append({"tier": tier, "clause": pathway.clause, "value": value})
                claims += [{"tier": tier, **claim} for claim in own]
        men, women = self.allocation.totals
        return {
            "format": FORMAT,
            "version": VERSION,
            "scenario": self.scenario.identifier,
            "engine": self.allocation.engine,
            "host": self.scenario.host,
            "readings": self.readings,
            "digests": digests(self.scenario, self.folder, self.readings),
            "ties": self._ties(),
            "unique": self.allocation.unique,
            "totals": {"men": men, "women": women, "total": men + women},
            "athletes": {
                gender: {noc: both[index] for noc, both in self.allocation.athletes.items() if both[index]}
                for index, gender in enumerate(GENDERS)
            },
            "entitled": {gender: self._entitled(gender) for gender in GENDERS},
            "places": {event: dict(numbers) for event, numbers in self.allocation.places.items()},
            "tiers": tiers,
            "no_better_value": NO_BETTER,
            "claims": claims,
        }

    def _ties(self) -> list[list[str]]:
        """Return the entries whose tie no draw settles, [event, rank, NOC], in the order of the file: the one used."""
        if not self.scenario.standings.tied_groups():
            return []
        rows = [row.values for row in read_rows(self.folder / STANDINGS.name, STANDINGS.required, STANDINGS.optional)]
        undrawn = [row for row in rows if "=" in row["rank"] and not row.get("draw", "").strip()]
        return [[row[name].strip() for name in ("event", "rank", "noc")] for row in undrawn]

    def _entitled(self, gender: Gender) -> dict[str, int]:
        """Return the quota places that follow from start places."""
        given = (d for d in self.allocation.decisions if d.gender == gender and d.kind in ENTITLED)
        return {decision.noc: _figure(decision, "athletes") for decision in given}

    def _tiers(self, pathway: AnyPathway) -> dict[str, list[CertificateDocument]]:
        """Return a pathway's tiers in order: name -> claims."""
        own = [d for d in self.allocation.decisions if d.pathway == pathway.identifier and d.kind not in ENTITLED]
        match pathway:
            case RelayPlaces() | ParallelWalk():
                return {"start-places": [_start_place(decision) for decision in own]}
            case QuotaPlaces():
                if pathway.bonus_from is None or self.readings["fifth-in-walk"] == "yes":
                    return {}
                return {"bonus": [_quota_place(decision) for decision in own]}
            case TeamTopUp():
                return {
                    "top-up": [self._top_up(decision, pathway) for decision in own if decision.event is None],
                    "teams": list(self._teams([decision for decision in own if decision.event is not None])),
                }
            case Remainder():
                return {"remainder": [_quota_place(decision) for decision in own]}
            case Reallocation():
                return {}
            case _:
                return refuse("the certificate", pathway)

    def _top_up(self, decision: Decision, pathway: TeamTopUp) -> CertificateDocument:
        team = self.rules.event(pathway.event).team
        lacks = [gender for gender in GENDERS for _ in range(team[gender] - _figure(decision, gender))]
        return {
            "for": pathway.event,
            "rank": decision.figures["rank"],
            "noc": decision.noc,
            "gender": lacks[0],
            "lacks": len(lacks),
            "granted": decision.granted,
            "fact": _fact("lacks-more", 0, len(lacks), 1) if decision.kind == "lacks-more" else _blocked(decision),
        }

    def _teams(self, decisions: list[Decision]) -> Iterator[CertificateDocument]:
        """Yield the entries to the mixed relay; until the host has its turn, its guaranteed place is kept.

        Teams outside the ranking share the last place in line, so none of them comes behind another's turn.
        """
        host_waits = any(decision.kind == "enters-host" for decision in decisions)
        for decision in decisions:
            if decision.kind == "enters-host" and decision.figures["rank"] is not None:
                host_waits = False
            places = _figure(decision, "places")
            kind = "host-kept" if host_waits else "event-full"
            yield {
                "event": decision.event,
                "rank": decision.figures["rank"],
                "noc": decision.noc,
                "gender": "mixed",
                "granted": decision.granted,
                "fact": None if decision.granted else _fact(kind, places, 1, places),
            }


def _start_place(decision: Decision) -> CertificateDocument:
    return {
        "event": decision.event,
        "rank": decision.figures.get("rank"),
        **values_of(decision, "noc", "qualifier", "gender", "granted"),
        "fact": _blocked(decision),
    }


def _quota_place(decision: Decision) -> CertificateDocument:
    return {
        "rank": decision.figures["rank"],
        **values_of(decision, "noc", "gender", "granted"),
        "fact": _blocked(decision),
    }


def _blocked(decision: Decision) -> DecidingFact | None:
    """Return the cap that a refused claim would break."""
    if decision.granted:
        return None
    match decision.kind:
        case "noc-cap":
            cap = _figure(decision, "cap")
            return _fact("noc-cap", cap, 1, cap)
        case "event-full" | "host-kept":
            places = _figure(decision, "places")
            return _fact(decision.kind, places, 1, places)
        case "gender-cap" | "total-cap":
            more = _figure(decision, "more")
            return _fact(decision.kind, _figure(decision, "needed"), more, _figure(decision, "cap"))
        case "top-up-unranked":
            return _fact("unranked", 0, 1, 0)
        case "teams-full":
            return _fact("teams-full", _figure(decision, "teams"), 1, _figure(decision, "places"))
        case "no-quota-place" | "gender-full":
            kind = "total-cap" if decision.kind == "no-quota-place" else "gender-cap"
            return _fact(kind, _figure(decision, "total"), 1, _figure(decision, "cap"))
    raise InputError(f"a claim refused as {decision.kind!r} is none of an allocation before declines")


def _fact(kind: str, used: int, more: int, cap: int) -> DecidingFact:
    """Return a cap as a certificate states it: what is used of it, and what a claim would add."""
    return {"kind": kind, "used": used, "more": more, "cap": cap}


def _figure(decision: Decision, name: str) -> int:
    return int(decision.figures[name] or 0)
