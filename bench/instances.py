"""Synthetic scenarios of any size. Nothing here is real data.

Every NOC has a strength; a result is that strength with noise, and an NOC's second and third entries lie behind its
first. Rules are those of Beijing 2022 with their numbers multiplied.
"""

from __future__ import annotations

import itertools
import random
import string
from collections import Counter
from dataclasses import replace

from quotaproof.model.pathways import (
    AnyPathway,
    ParallelWalk,
    QuotaPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    TeamTopUp,
    refuse,
)
from quotaproof.model.results.classifications import Classifications, Result
from quotaproof.model.rules import Event, Readings, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.scenarios import load_scenario

BEIJING = load_scenario("beijing-2022")
NOCS = 23
HOST = "CHN"


def names(number: int) -> list[str]:
    """Return the codes of Beijing 2022, and invented ones after them."""
    known = list(BEIJING.nocs)
    invented = ("".join(letters) for letters in itertools.product(string.ascii_uppercase, repeat=3))
    return (known + [code for code in itertools.islice(invented, number) if code not in known])[:number]


def beijing_size(seed: int, *, caps_bind: bool = True) -> Scenario:
    """Return standings of 23 NOCs in nine events with about 270 ranked entries.

    Parameters
    ----------
    caps_bind
        Whether the walk runs into the caps on athletes (56 each), as it does in most draws; otherwise they are so high
        that it does not.
    """
    scenario = scaled(seed)
    if not caps_bind:
        scenario = replace(scenario, rules=scenario.rules.with_caps({"men": 80, "women": 80, "total": 160}))
    return replace(scenario, identifier=f"synthetic-{seed}{'' if caps_bind else '-roomy'}")


def scaled(seed: int, *, nocs: int = 1, events: int = 1, entries: int = 1) -> Scenario:
    """Return a scenario with a multiple of the NOCs, of the individual events, or of each NOC's entries."""
    rng = random.Random(seed)
    rules = scaled_rules(nocs, events, entries)
    codes = names(NOCS * nocs)
    strength = {noc: rng.gauss(0, 1) for noc in codes}
    orders: dict[str, list[tuple[str, int]]] = {}
    for event in rules.events:
        scored: list[tuple[float, str, int]] = []
        for noc in codes:
            level = strength[noc] + rng.gauss(0, 0.6)
            if event.kind == "relay":
                if level > -1.0:
                    scored.append((level, noc, 1))
                continue
            number = sum(rng.random() < 0.52 + 0.18 * level for _ in range(3 * entries))
            for qualifier in range(1, number + 1):
                level -= abs(rng.gauss(0, 0.7 / entries))
                scored.append((level, noc, qualifier))
        orders[event.identifier] = [(noc, qualifier) for _, noc, qualifier in sorted(scored, reverse=True)]
    return replace(
        BEIJING,
        identifier=f"synthetic-{seed}-{nocs}-{events}-{entries}",
        rules=rules,
        readings=Readings(remaining_ties="men-first"),
        standings=Standings.of(orders),
        facts=(),
        published=None,
    )


def long_ranking(seed: int, rows: int) -> Scenario:
    """Return standings of Beijing's size in which men's 500 m ranks so many entries, three of each NOC."""
    scenario = scaled(seed)
    codes = names(-(-rows // 3))
    own = {event: list(ranking.claims()) for event, ranking in scenario.standings.rankings.items()}
    own["men-500"] = [(code, qualifier) for qualifier in (1, 2, 3) for code in codes][:rows]
    return replace(scenario, identifier=f"synthetic-{seed}-of-{rows}-rows", standings=Standings.of(own))


def scaled_rules(nocs: int = 1, events: int = 1, entries: int = 1) -> Rules:
    """Return the rules of Beijing 2022 for a multiple of NOCs, individual events or entries per NOC."""
    made: list[Event] = []
    copies: dict[str, list[str]] = {}
    for event in BEIJING.rules.events:
        individual = event.kind == "individual"
        number = events if individual else 1
        copies[event.identifier] = [
            event.identifier if n == 0 else f"{event.identifier}-{n + 1}" for n in range(number)
        ]
        made += [
            replace(
                event,
                identifier=identifier,
                start_places=event.start_places * nocs * (entries if individual else 1),
                noc_cap=event.noc_cap * (entries if individual else 1),
            )
            for identifier in copies[event.identifier]
        ]
    pathways: list[AnyPathway] = []
    for pathway in BEIJING.rules.pathways:
        match pathway:
            case RelayPlaces() | ParallelWalk():
                pathways.append(replace(pathway, events=tuple(e for one in pathway.events for e in copies[one])))
            case QuotaPlaces():
                bonus = None if pathway.bonus_from is None else pathway.bonus_from * events * entries
                pathways.append(replace(pathway, relay_athletes=pathway.relay_athletes * entries, bonus_from=bonus))
            case Remainder():
                own = None if pathway.individual_places is None else pathway.individual_places * events * entries
                pathways.append(replace(pathway, quota_places=pathway.quota_places * entries, individual_places=own))
            case TeamTopUp() | Reallocation():
                pathways.append(pathway)
            case _:
                refuse("an enlarged instance", pathway)
    size = nocs * entries
    return replace(
        BEIJING.rules,
        events=tuple(made),
        total=BEIJING.rules.total * size,
        gender_caps={gender: cap * size for gender, cap in BEIJING.rules.gender_caps.items()},
        host_events=tuple(event for one in BEIJING.rules.host_events for event in copies[one]),
        pathways=tuple(pathways),
    )


def results_of(scenario: Scenario) -> Classifications:
    """Return results at all meets of the rules that give standings much like the scenario's: its ranks with noise."""
    rng = random.Random(scenario.identifier)
    results: list[Result] = []
    for event, ranking in scenario.standings.rankings.items():
        for meet in scenario.rules.soqc.meets if scenario.rules.soqc is not None else ():
            noisy = sorted((rank + rng.gauss(0, 6), noc) for rank, (noc, _) in enumerate(ranking.claims(), 1))
            qualifiers: Counter[str] = Counter()
            for position, (_, noc) in enumerate(noisy, 1):
                qualifiers[noc] += 1
                results.append(Result(meet, event, noc, qualifiers[noc], position))
    return Classifications(tuple(results))


def number_of_entries(scenario: Scenario) -> int:
    """Return the ranked entries of all events."""
    return sum(len(ranking.entries) for ranking in scenario.standings.rankings.values())
