"""Tiny seasons with a meet or two to come, and all their outcomes by enumeration: a twin of the proved bounds."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace

from quotaproof.model.pathways import AnyPathway, ParallelWalk, QuotaPlaces, RelayPlaces, Remainder
from quotaproof.model.results.classifications import Classifications, Result
from quotaproof.model.results.scoring import standings_of
from quotaproof.model.results.soqc import Soqc, TieCriterion
from quotaproof.model.rules import Event, NocGender, Readings, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Ranking, Standings
from quotaproof.solver.engines import engine
from quotaproof.solver.season.open_event import OpenEvent
from quotaproof.solver.season.season import Season, cut_off

NOCS = ("AAA", "BBB", "CCC")
MOST_OUTCOMES = 1500


def rules(rng: random.Random, *, distances: int, relay: bool, noc_cap: int, capped: bool, meets: int) -> Rules:
    """Rules of one gender with small caps; the caps on athletes bind in many of them, if they are to."""
    names = ("men-500", "men-1000")[:distances]
    events = [Event(name, "men", "individual", rng.randint(1, 3), noc_cap) for name in names]
    events += [Event("men-relay", "men", "relay", rng.randint(1, 2), 1)] if relay else []
    cap = rng.randint(2, 5) if capped else 99
    ties: list[TieCriterion] = ["sum-of-positions", "best-result", "best-position"]
    rng.shuffle(ties)
    pathways: list[AnyPathway] = [RelayPlaces("P1", "relays", "one", events=("men-relay",))] if relay else []
    walked = list(names)
    rng.shuffle(walked)
    pathways += [
        ParallelWalk("P2", "walk", "two", events=tuple(walked)),
        QuotaPlaces("P3", "quota", "three", rng.choice([2, 3]), bonus_from=rng.choice([2, 3, None])),
    ]
    if rng.random() < 0.4:
        pathways.append(Remainder("P4", "rest", "four", rng.choice([1, 2]), None))
    return Rules(
        title="tiny",
        events=tuple(events),
        total=rng.choice([cap, cap + 3]),
        gender_caps={"men": cap, "women": 3},
        host_events=rng.choice([(), names, tuple(event.identifier for event in events)]),
        host_clause="host",
        pathways=tuple(pathways),
        soqc=Soqc(
            clause="sum",
            meets=tuple(f"meet-{number}" for number in range(1, meets + 1)),
            points=rng.choice([(5, 3, 1), (3, 2, 1, 1), (2, 1)]),
            counting=rng.choice([None, None, 1, meets - 1 or 1]),
            missed_position=99,
            ties=(*ties[: rng.randint(0, 3)], "draw"),
        ),
    )


def season(
    rng: random.Random,
    *,
    capped: bool = True,
    left: int = 1,
    distances: int | None = None,
    relay: bool | None = None,
) -> Season:
    """A tiny season of which the last meet, or the last two, are to come."""
    distances = distances or rng.choice([1, 2])
    noc_cap = rng.choice([1, 2]) if distances == 1 else 1
    relay = rng.random() < 0.7 if relay is None else relay
    number = 3 if left < 2 or noc_cap == 1 else 2
    meets = left + rng.choice([1, 1, 2])
    own = rules(rng, distances=distances, relay=relay, noc_cap=noc_cap, capped=capped, meets=meets)
    assert own.soqc is not None
    nocs = NOCS[:number]
    results: list[Result] = []
    for meet in own.soqc.meets[: meets - left]:
        for event in own.events:
            most = 1 if event.kind == "relay" else rng.choice([noc_cap, noc_cap])
            starters = [noc for noc in nocs for _ in range(rng.randint(0, most))] or [nocs[0]]
            rng.shuffle(starters)
            results += _placed(meet, event.identifier, starters)
    scenario = Scenario(
        identifier="synthetic-tiny",
        title="tiny",
        games="none",
        host=rng.choice([None, "AAA", "CCC"]),
        rules=own,
        readings=Readings(
            gender_cap=rng.choice(["walk", "walk", "hard", "nominal"]),
            remaining_ties=rng.choice(["men-first", "women-first", "refuse"]),
            fifth_in_walk=rng.choice(["yes", "no"]),
        ),
        classifications=Classifications(tuple(results)),
    )
    return cut_off(scenario)


def _placed(meet: str, event: str, nocs: list[str] | tuple[str, ...]) -> list[Result]:
    numbers: dict[str, int] = {}
    placed: list[Result] = []
    for position, noc in enumerate(nocs, 1):
        numbers[noc] = numbers.get(noc, 0) + 1
        placed.append(Result(meet, event, noc, numbers[noc], position))
    return placed


def starting_orders(starters: dict[str, int]) -> Iterator[tuple[str, ...]]:
    """Yield every order in which NOCs may come in, each with at most so many entries, and somebody with one."""

    def further(done: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if done:
            yield done
        for noc, most in starters.items():
            if done.count(noc) < most:
                yield from further((*done, noc))

    return further(())


def rankings(tiny: Season, event: str) -> list[Ranking]:
    """Return every ranking of an event that an outcome of its meets to come, and of the draws, can give."""
    scenario = tiny.scenario
    known = scenario.classifications
    assert known is not None
    own = scenario.rules.event(event)
    nocs = sorted(
        {result.noc for result in known.results if result.noc} | ({scenario.host} if scenario.host else set())
    )
    had = {
        noc: max((r.qualifier or 0 for r in known.by_event.get(event, ()) if r.noc == noc), default=0) for noc in nocs
    }
    orders = list(starting_orders({noc: max(own.noc_cap, had[noc]) for noc in nocs}))
    found: dict[Ranking, None] = {}
    for chosen in itertools.product(orders, repeat=len(tiny.left(event))):
        found |= dict.fromkeys(rankings_of(tiny, event, dict(zip(tiny.left(event), chosen, strict=True))))
    return list(found)


def rankings_of(tiny: Season, event: str, outcome: dict[str, tuple[str, ...]]) -> list[Ranking]:
    """Return the rankings that results at the meets to come give, one for each way to draw the ties they leave."""
    known = tiny.scenario.classifications
    assert known is not None
    results = list(known.by_event.get(event, ()))
    for meet, order in outcome.items():
        results += _placed(meet, event, order)
    computed = standings_of(Classifications(tuple(results)), tiny.scenario.rules, tiny.scenario.readings)
    alone = Standings({event: computed.rankings[event]})
    settled = [one.rankings[event] for one in alone.settled(alone.tied_groups())]
    return [Ranking(tuple(replace(entry, points=None) for entry in one.entries)) for one in settled]


class Enumerated:
    """The fewest and the most start places and quota places over all outcomes of a season."""

    def __init__(self, tiny: Season) -> None:
        self.places: dict[tuple[str, str], tuple[int, int]] = {}
        self.athletes: dict[NocGender, tuple[int, int]] = {}
        events = [event.identifier for event in tiny.scenario.rules.events]
        self.number = 1
        for event in events:
            starters = dict(OpenEvent.of(tiny, event).starters)
            self.number = max(self.number, sum(1 for _ in starting_orders(starters)) ** len(tiny.left(event)))
        if self.number > MOST_OUTCOMES:
            return
        of_each = [rankings(tiny, event) for event in events]
        self.number = 1
        for one in of_each:
            self.number *= len(one)
        if self.number > MOST_OUTCOMES:
            return
        results = tiny.scenario.classifications.results if tiny.scenario.classifications else ()
        nocs = {result.noc for result in results if result.noc}
        nocs |= {tiny.scenario.host} if tiny.scenario.host else set()
        for chosen in itertools.product(*of_each):
            standings = Standings(dict(zip(events, chosen, strict=True)))
            allocation = engine("greedy").allocate(replace(tiny.scenario, standings=standings))
            for noc in nocs:
                for event in events:
                    self._count(self.places, (event, noc), allocation.places[event].get(noc, 0))
                given = sum(award.number for award in allocation.awards if (award.noc, award.gender) == (noc, "men"))
                self._count(self.athletes, (noc, "men"), given)

    @staticmethod
    def _count(where: dict, key: tuple, number: int) -> None:  # type: ignore[type-arg]
        least, most = where.get(key, (number, number))
        where[key] = (min(least, number), max(most, number))
