"""Random scenarios in folders of their own, with the certificates of their allocations. All of it is synthetic."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import draw
from folders import save
from tiny import READINGS, tiny

from quotaproof import checker
from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import InputError
from quotaproof.model.pathways import ParallelWalk, Pathway, RelayPlaces, Remainder, TeamTopUp
from quotaproof.model.scenario import Scenario
from quotaproof.scenarios import load_scenario
from quotaproof.solver.certificate import certificate
from quotaproof.solver.engines import greedy

SOCHI = load_scenario("sochi-2014")
LARGE_EVERY = 25
"""One draw in so many is of the size of a real Games."""


@dataclass(frozen=True)
class Certified:
    """A scenario as it was loaded from its folder, what the rules give, and the certificate of it."""

    scenario: Scenario
    allocation: Allocation
    document: dict[str, Any]

    @property
    def folder(self) -> Path:
        assert self.scenario.folder is not None
        return self.scenario.folder

    @property
    def tiny(self) -> bool:
        return len(self.document["claims"]) < 100

    @property
    def text(self) -> str:
        return json.dumps(self.document)

    def copy(self) -> dict[str, Any]:
        copied: dict[str, Any] = json.loads(self.text)
        return copied


def certified(
    seeds: range, root: Path, allocate: Callable[[Scenario], Allocation] = greedy.allocate
) -> Iterator[Certified]:
    """Yield a certificate for each seed whose scenario has one (the host's places may not fit; a tie may matter)."""
    for seed in seeds:
        drawn = scenario(seed)
        if drawn is None:
            continue
        loaded = save(drawn, root / str(seed) / drawn.identifier)
        try:
            allocation = allocate(loaded)
        except InputError as error:
            assert "guaranteed places need" in str(error)
            continue
        if allocation.status == "optimal":
            yield Certified(loaded, allocation, certificate(loaded, allocation))


def scenario(seed: int) -> Scenario | None:
    """A large or a tiny scenario, under any reading; None if a rule file or a standings file could not state it."""
    if seed % LARGE_EVERY == 0:
        draws = (draw.roomy, draw.wild, draw.tied, draw.realistic, lambda seed: draw.wild(seed, SOCHI.rules))
        drawn = draws[seed // LARGE_EVERY % len(draws)](seed)
    else:
        drawn = varied(tiny(seed, READINGS[seed % len(READINGS)]), random.Random(f"variety of {seed}"))
    stated = all(drawn.standings.rankings[event.identifier].entries for event in drawn.rules.events)
    return drawn if stated else None


def varied(drawn: Scenario, rng: random.Random) -> Scenario:
    """Perhaps pathways in another order that the rules allow too, perhaps a tie; caps as a rule file may have them."""
    rules = drawn.rules
    most = rules.quota_places.relay_athletes
    starts: list[Pathway] = []
    for pathway in rules.pathways:
        if isinstance(pathway, ParallelWalk) and rng.random() < 0.3:
            for gender in ("men", "women"):
                own = tuple(event for event in pathway.events if event.startswith(f"{gender}-"))
                starts.append(replace(pathway, identifier=f"{pathway.identifier}.{gender}", events=own))
        elif isinstance(pathway, RelayPlaces | ParallelWalk):
            starts.append(pathway)
    left_over = [pathway for pathway in rules.pathways if isinstance(pathway, TeamTopUp | Remainder)]
    if rng.random() < 0.3:
        rng.shuffle(starts)
    if rng.random() < 0.3:
        rng.shuffle(left_over)
    rules = replace(rules, pathways=(*starts, rules.quota_places, *left_over))
    caps = {f"{event.identifier}:noc": min(event.noc_cap, most) for event in rules.events}
    drawn = replace(drawn, rules=rules.with_caps(caps))
    return with_tie(drawn, rng) if rng.random() < 0.3 else drawn


def with_tie(drawn: Scenario, rng: random.Random) -> Scenario:
    """A tie that no draw settles, of two entries of different NOCs, if the event drawn has such neighbours."""
    event = rng.choice(sorted(drawn.standings.rankings))
    ranking = drawn.standings.rankings[event]
    pairs = enumerate(pairwise(ranking.entries), 1)
    ranks = [rank for rank, (upper, lower) in pairs if upper.noc != lower.noc]
    if not ranks:
        return drawn
    rank = rng.choice(ranks)
    rankings = {**drawn.standings.rankings, event: replace(ranking, tied=((rank, rank + 1),))}
    return replace(drawn, standings=replace(drawn.standings, rankings=rankings))


def first(number: int, root: Path, start: int = 0) -> list[Certified]:
    """The first so many certificates of the seeds from `start`."""
    found: list[Certified] = []
    for seed in count(start):
        found += certified(range(seed, seed + 1), root)
        if len(found) == number:
            return found
    raise AssertionError("count has no end")


LABELS = ("scenario", "engine")
"""Where a certificate says it comes from; nothing is proved of it."""


def meaning(document: dict[str, Any]) -> str:
    """All that a certificate says but for labels; of several caps that bind, any may be named."""
    said = {key: value for key, value in document.items() if key not in LABELS}
    said["claims"] = [{key: value for key, value in claim.items() if key != "fact"} for claim in document["claims"]]
    return json.dumps(said, sort_keys=True)


def problems(document: object, folder: Path) -> list[str] | str:
    """What the checker finds in a document or its text, or the one sentence with which it calls the input bad."""
    try:
        return checker.check(document if isinstance(document, str) else json.dumps(document), folder)
    except ValueError as error:
        assert str(error)
        return str(error)
