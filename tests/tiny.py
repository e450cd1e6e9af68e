"""Tiny scenarios under every reading: few enough entries to enumerate, caps that bind, hosts ranked nowhere."""

from __future__ import annotations

import itertools
import random

from quotaproof.model.pathways import ParallelWalk, QuotaPlaces, RelayPlaces, Remainder, TeamTopUp
from quotaproof.model.rules import READING_VALUES, Event, Readings, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings

TEAMS = [{"men": 2, "women": 2}, {"men": 2, "women": 1}, {"men": 1, "women": 1}]
NOCS = ("AAA", "BBB", "CCC", "DDD")
READINGS = [
    dict(zip(("gender-cap", "remaining-ties", "fifth-in-walk"), values, strict=True))
    for values in itertools.product(*(READING_VALUES[n] for n in ("gender-cap", "remaining-ties", "fifth-in-walk")))
]


def tiny_rules(rng: random.Random) -> Rules:
    """Rules of Beijing's kind with small caps, most of which bind in some draw."""
    relays = ("men-relay", "women-relay")
    distances = ["men-500", "men-1000", "women-500"]
    rng.shuffle(distances)
    relay_athletes = rng.choice([2, 2, 3])
    return Rules(
        title="tiny",
        events=(
            Event("men-500", "men", "individual", rng.randint(2, 4), rng.randint(1, 3)),
            Event("men-1000", "men", "individual", rng.randint(2, 4), rng.randint(1, 3)),
            Event("men-relay", "men", "relay", rng.randint(2, 3), 1),
            Event("women-500", "women", "individual", rng.randint(2, 4), rng.randint(1, 3)),
            Event("women-relay", "women", "relay", rng.randint(2, 3), 1),
            Event(
                "mixed-relay",
                "mixed",
                "relay",
                rng.randint(2, 4),
                1,
                team=rng.choice(TEAMS),
            ),
        ),
        total=rng.choice([rng.randint(3, 16), 24]),
        gender_caps={"men": rng.randint(2, 9), "women": rng.randint(2, 9)},
        host_events=rng.choice(
            [
                (*relays, "men-500", "men-1000", "women-500", "mixed-relay"),
                (*relays, "mixed-relay"),
                ("men-500", "women-relay"),
                ("men-500", "men-1000", "women-500"),
            ]
        ),
        host_clause="host",
        pathways=(
            RelayPlaces("P1", "relays", "one", events=relays),
            ParallelWalk("P2", "walk", "two", events=tuple(distances)),
            QuotaPlaces("P3", "quota", "three", relay_athletes, bonus_from=rng.choice([3, 3, None])),
            TeamTopUp("P4", "mixed", "four", event="mixed-relay"),
            Remainder("P5", "some", "five", relay_athletes, rng.choice([1, 2, 3])),
            Remainder("P6", "any", "six", rng.choice([relay_athletes, 2]), None, rng.choice([True, False, False])),
        ),
    )


def tiny(seed: int, readings: dict[str, str]) -> Scenario:
    """A scenario of four NOCs, few enough entries to enumerate, and a host that may be ranked nowhere."""
    rng = random.Random(f"{seed} {sorted(readings.items())}")
    rules = tiny_rules(rng)
    host = rng.choice([None, *NOCS, "HHH"])
    orders: dict[str, list[tuple[str, int]]] = {}
    for event in rules.events:
        share = rng.choice([0.4, 0.75, 0.9])
        nocs = [noc for noc in NOCS if rng.random() < share and (noc != host or rng.random() < 0.6)]
        if event.kind == "individual":
            nocs = [noc for noc in nocs for _ in range(rng.choice([1, 1, 2, 3]))]
        rng.shuffle(nocs)
        orders[event.identifier] = [(noc, nocs[: row + 1].count(noc)) for row, noc in enumerate(nocs)]
    while (entries := sum(len(order) for event, order in orders.items() if event != "mixed-relay")) > 14:
        orders[rng.choice([event for event, order in orders.items() if len(order) >= entries / 6])].pop()
    return Scenario(
        identifier=f"tiny-{seed}",
        title="tiny",
        games="none",
        host=host,
        rules=rules,
        readings=Readings.of(readings),
        standings=Standings.of(orders),
    )
