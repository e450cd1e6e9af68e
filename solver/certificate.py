"""The certificate of an allocation: its claims in order, each granted or refused for a fact, for anybody to check.

The decisions on record are translated claim by claim; nothing is decided here. `quotaproof.check` reads the result with
none of this code. docs/certificate.md describes the format and what it proves.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from quotaproof.model.allocation import Allocation
from quotaproof.model.decisions import Decision
from quotaproof.model.errors import InputError
from quotaproof.model.rules import (
    GENDERS,
    ParallelWalk,
    Pathway,
    QuotaPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    Rules,
    TeamTopUp,
)
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings import Standings

FORMAT, VERSION = "quotaproof-certificate", 1
READINGS = ("gender-cap", "remaining-ties", "fifth-in-walk")
"""The readings that decide a first allocation."""

TIERS: dict[type[Pathway], tuple[str, ...]] = {
    RelayPlaces: ("start-places",),
    ParallelWalk: ("start-places",),
    QuotaPlaces: ("quota-places", "bonus"),
    TeamTopUp: ("top-up", "teams"),
    Remainder: ("remainder",),
}
"""The tiers of each kind of pathway, in order."""

FIGURES = {
    "noc-cap": ("cap", "cap"),
    "event-full": ("places", "places"),
    "host-kept": ("places", "places"),
    "not-best": ("places", "places"),
    "gender-cap": ("needed", "cap"),
    "total-cap": ("needed", "cap"),
    "no-quota-place": ("total", "cap"),
    "gender-full": ("total", "cap"),
}
"""Kinds of refusals: the figures that say how much of the cap is used, and what the cap is."""

FULL = ("host-kept", "not-best")
"""Kinds that a certificate calls `event-full`: places kept for the host count as taken."""

Document = dict[str, Any]


def certificate(scenario: Scenario, allocation: Allocation) -> Document:
    """Return the certificate of a scenario's first allocation, ready for JSON; its size is linear in the standings.

    Parameters
    ----------
    allocation
        What an engine gives for this very scenario.

    Raises
    ------
    InputError
        If the allocation has a tie, the scenario has declines or what follows from them, or an NOC may have more
        places in an event than a relay brings athletes (then a relay can lower what it needs; docs/certificate.md).
    """
    if allocation.status != "optimal":
        raise InputError("a tie has no certificate")
    if scenario.declines or scenario.waived or scenario.abstains:
        raise InputError("a certificate is for a first allocation, before declines; this scenario has declines")
    rules = scenario.rules
    for event in rules.events:
        if event.noc_cap > rules.quota_places.relay_athletes:
            raise InputError(
                f"{event.identifier} has more places per NOC than a relay brings athletes, which no certificate covers"
            )
    awards: Document = {}
    for award in allocation.awards:
        by_gender = awards.setdefault(award.pathway, {gender: {} for gender in GENDERS})
        numbers = by_gender[award.gender]
        numbers[award.noc] = numbers.get(award.noc, 0) + award.number
    men, women = allocation.totals
    return {
        "format": FORMAT,
        "version": VERSION,
        "scenario": scenario.identifier,
        "readings": _readings(scenario),
        "digests": {"rules": digest(rules_in_force(scenario)), "standings": digest(orders_in_force(scenario))},
        "ties": _ties(scenario.standings),
        "tiers": _tiers(rules, allocation),
        "unique": allocation.unique,
        "places": {event: dict(numbers) for event, numbers in allocation.places.items()},
        "quota_places": {
            pathway.identifier: {
                gender: dict(sorted(awards.get(pathway.identifier, {}).get(gender, {}).items())) for gender in GENDERS
            }
            for pathway in rules.pathways
            if type(pathway) in TIERS
        },
        "athletes": {
            gender: {noc: both[index] for noc, both in allocation.athletes.items() if both[index]}
            for index, gender in enumerate(GENDERS)
        },
        "totals": {"men": men, "women": women},
    }


def digest(value: object) -> str:
    """Return the SHA-256 of a value as JSON with sorted keys and without spaces."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def rules_in_force(scenario: Scenario) -> Document:
    """Return all of the rules that decides a first allocation, with the keys of the rule file; no titles, no clauses."""
    rules = scenario.rules
    return {
        "events": [
            {
                "id": event.identifier,
                "gender": event.gender,
                "kind": event.kind,
                "start-places": event.start_places,
                "per-noc": event.noc_cap,
                "team": dict(zip(GENDERS, event.team, strict=True)) if event.team else None,
            }
            for event in rules.events
        ],
        "total": {"athletes": rules.total, **{gender: rules.gender_caps[gender] for gender in GENDERS}},
        "host": scenario.host,
        "host-events": list(rules.host_events),
        "pathways": [{"id": pathway.identifier, **_parameters(pathway)} for pathway in rules.pathways],
        "readings": _readings(scenario),
    }


def orders_in_force(scenario: Scenario) -> Document:
    """Return each event's ranking as [NOC, qualifier] pairs, in the order used."""
    return {
        event: [list(claim) for claim in ranking.claims()] for event, ranking in scenario.standings.rankings.items()
    }


def _readings(scenario: Scenario) -> dict[str, str]:
    chosen = scenario.readings.to_dict()
    return {name: chosen[name] for name in READINGS}


def _parameters(pathway: Pathway) -> Document:
    match pathway:
        case RelayPlaces():
            return {"kind": "relay-places", "events": list(pathway.events)}
        case ParallelWalk():
            return {"kind": "parallel-walk", "events": list(pathway.events)}
        case QuotaPlaces():
            return {
                "kind": "quota-places",
                "relay-athletes": pathway.relay_athletes,
                "bonus-from": pathway.bonus_from,
            }
        case TeamTopUp():
            return {"kind": "team-top-up", "event": pathway.event}
        case Remainder():
            return {
                "kind": "remainder",
                "quota-places": pathway.quota_places,
                "individual-places": pathway.individual_places,
                "relay-only": pathway.relay_only,
            }
        case Reallocation():
            return {"kind": "reallocation", "repeats": list(pathway.repeats)}
    raise TypeError(f"pathway {pathway.identifier} is of no kind that a certificate knows")


def _ties(standings: Standings) -> list[Document]:
    """Return the ties that no draw settles, in the order used: that of the file."""
    return [
        {
            "event": event,
            "rank": group[0],
            "order": [list(standings.rankings[event].claims()[rank - 1]) for rank in group],
        }
        for event in sorted(standings.rankings)
        for group in standings.rankings[event].tied
    ]


def _tiers(rules: Rules, allocation: Allocation) -> list[Document]:
    by_tier: dict[tuple[str, str], list[Decision]] = {
        (pathway.identifier, tier): [] for pathway in rules.pathways for tier in TIERS.get(type(pathway), ())
    }
    kinds = {pathway.identifier: type(pathway) for pathway in rules.pathways}
    for decision in allocation.decisions:
        by_tier[decision.pathway, _tier(kinds[decision.pathway], decision)].append(decision)
    found: list[Document] = []
    for (pathway, tier), decisions in by_tier.items():
        if tier == "top-up":
            event = next(p.event for p in rules.pathways if isinstance(p, TeamTopUp))
            team = dict(zip(GENDERS, rules.event(event).team or (0, 0), strict=True))
            claims = _top_ups(decisions, team, teams=len(by_tier[pathway, "teams"]))
        else:
            claims = [_claim(decision, _fact(decision)) for decision in decisions]
        value = "".join("1" if claim["granted"] else "0" for claim in claims)
        found.append({"pathway": pathway, "tier": tier, "value": value, "claims": claims})
    return found


def _tier(kind: type[Pathway], decision: Decision) -> str:
    if kind is QuotaPlaces:
        return "quota-places" if decision.kind in ("relay", "relay-bonus", "largest") else "bonus"
    if kind is TeamTopUp:
        return "top-up" if decision.event is None else "teams"
    return TIERS[kind][0]


def _claim(decision: Decision, fact: Document | None, gender: str | None = None) -> Document:
    return {
        "event": decision.event,
        "noc": decision.noc,
        "gender": gender or decision.gender,
        "qualifier": decision.qualifier,
        "granted": decision.granted,
        "fact": fact,
    }


def _fact(decision: Decision) -> Document | None:
    """Return the cap that a refused claim would break: its kind, what is used of it, and the cap."""
    if decision.granted:
        return None
    used, cap = FIGURES[decision.kind]
    kind = "event-full" if decision.kind in FULL else decision.kind
    return {"kind": kind, "used": decision.figures[used], "cap": decision.figures[cap]}


def _top_ups(decisions: Sequence[Decision], team: Mapping[Any, int], teams: int) -> list[Document]:
    """Return the claims of NOCs that lack a team; `teams` counts those that have one in the end."""
    teams -= sum(decision.granted for decision in decisions)
    claims: list[Document] = []
    for decision in decisions:
        figures = decision.figures
        lacking = [gender for gender in GENDERS for _ in range(team[gender] - int(figures[gender] or 0))]
        match decision.kind:
            case "lacks-more":
                fact: Document | None = {"kind": decision.kind, "used": len(lacking), "cap": 1}
            case "top-up-unranked":
                fact = {"kind": decision.kind, "used": 1, "cap": 0}
            case "teams-full":
                fact = {"kind": decision.kind, "used": teams, "cap": figures["places"]}
            case _:
                fact = _fact(decision)
        teams += decision.granted
        claims.append(_claim(decision, fact, lacking[0]))
    return claims
