"""Random scenarios for the tests: synthetic standings, realistic and wild. Nothing here is real data."""

from __future__ import annotations

import random
from dataclasses import replace

from quotaproof.model.rules import Readings, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.scenarios import load_scenario

BEIJING = load_scenario("beijing-2022")
NOCS = BEIJING.nocs


def realistic(seed: int, scenario: Scenario = BEIJING) -> Scenario:
    """Standings as a season gives them: strong NOCs rank well everywhere, with noise."""
    rng = random.Random(seed)
    strength = {noc: rng.gauss(0, 1) for noc in NOCS}
    orders: dict[str, list[tuple[str, int]]] = {}
    for event in scenario.rules.events:
        scored = []
        for noc in NOCS:
            level = strength[noc] + rng.gauss(0, 0.6)
            if event.kind == "relay":
                if level > -1.2:
                    scored.append((level, noc, 1))
                continue
            for k in range(1, 1 + sum(rng.random() < 0.75 + 0.2 * level for _ in range(3))):
                level -= abs(rng.gauss(0, 0.7))
                scored.append((level, noc, k))
        orders[event.identifier] = [(noc, k) for _, noc, k in sorted(scored, reverse=True)]
    return replace(scenario, identifier=f"synthetic-{seed}", standings=Standings.of(orders), facts=(), published=None)


def wild(seed: int, rules: Rules | None = None) -> Scenario:
    """Anything the rules allow: other caps, few or many NOCs, hosts nowhere in the rankings, other readings."""
    rng = random.Random(seed)
    base = rules or BEIJING.rules
    nocs = rng.sample(NOCS, rng.randint(4, len(NOCS)))
    caps: dict[str, int] = {}
    if rng.random() < 0.6:
        caps |= {"total": rng.randint(20, 112), "men": rng.randint(10, 56), "women": rng.randint(10, 56)}
    for event in base.events:
        if rng.random() < 0.5:
            caps[event.identifier] = rng.randint(1, event.start_places)
        if event.kind == "individual" and rng.random() < 0.2:
            caps[f"{event.identifier}:noc"] = rng.randint(1, 4)
    readings = Readings(
        gender_cap=rng.choice(["walk", "walk", "nominal", "hard"]),
        remaining_ties=rng.choice(["refuse", "men-first", "women-first"]),
        fifth_in_walk=rng.choice(["yes", "yes", "no"]),
    )
    host = rng.choice([None, *NOCS])
    orders: dict[str, list[tuple[str, int]]] = {}
    for event in base.events:
        ranked = [noc for noc in nocs if rng.random() < 0.8]
        if host is not None and rng.random() < 0.5:
            ranked = [noc for noc in ranked if noc != host]
        most = 1 if event.kind == "relay" else rng.randint(1, 4)
        entries = [noc for noc in ranked for _ in range(rng.randint(1, most))]
        rng.shuffle(entries)
        if host in entries and rng.random() < 0.4:
            entries = [noc for noc in entries if noc != host] + [host]
        seen: dict[str, int] = {}
        order = []
        for noc in entries:
            seen[noc] = seen.get(noc, 0) + 1
            order.append((noc, seen[noc]))
        orders[event.identifier] = order
    return replace(
        BEIJING,
        identifier=f"synthetic-wild-{seed}",
        host=host,
        rules=base.with_caps(caps),
        readings=readings,
        standings=Standings.of(orders),
        facts=(),
        published=None,
    )


def roomy(seed: int) -> Scenario:
    """A realistic draw with more quota places than start places need, so that later pathways decide; any readings."""
    scenario = realistic(seed)
    rng = random.Random(f"room of {seed}")
    readings = Readings(
        gender_cap=rng.choice(["walk", "walk", "nominal", "hard"]),
        remaining_ties=rng.choice(["refuse", "refuse", "men-first", "women-first"]),
        fifth_in_walk=rng.choice(["yes", "no"]),
    )
    rules = scenario.rules.with_caps({"total": rng.randint(112, 122), "mixed-relay": rng.randint(10, 16)})
    return replace(scenario, identifier=f"synthetic-roomy-{seed}", rules=rules, readings=readings)


def tied(seed: int) -> Scenario:
    """A realistic, wild or roomy draw with one or two ties: at the cut of an event, at its top or anywhere.

    A tie is two or three consecutive entries of different NOCs; no more, so that few orders have to be tried.
    """
    scenario = (realistic, wild, roomy)[seed % 3](seed)
    rng = random.Random(f"ties of {seed}")
    rankings = dict(scenario.standings.rankings)
    for _ in range(rng.randint(1, 2)):
        event = rng.choice(scenario.rules.events)
        ranking = rankings[event.identifier]
        size = rng.choice([2, 2, 2, 2, 2, 3])
        last_start = len(ranking.entries) - size + 1
        at_the_cut = event.start_places - rng.randint(0, size)
        start = min(max(rng.choice([at_the_cut, at_the_cut, 1, rng.randint(1, 40)]), 1), last_start)
        group = tuple(range(start, start + size))
        nocs = {ranking.entries[rank - 1].noc for rank in group if rank > 0}
        if start < 1 or len(nocs) < size or any(set(group) & set(other) for other in ranking.tied):
            continue
        rankings[event.identifier] = replace(ranking, tied=tuple(sorted((*ranking.tied, group))))
    return replace(scenario, identifier=f"synthetic-tied-{seed}", standings=Standings(rankings))
