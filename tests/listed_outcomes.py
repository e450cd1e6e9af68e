"""Tiny seasons of athletes' lists with races to come, and their outcomes by enumeration: a twin of the bounds."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from quotaproof.model.files import Row
from quotaproof.model.pathways import HostPlaces, NocQuota, QuotaCap, RankingPlaces, ReserveList
from quotaproof.model.pathways.pathway import ListedPathway
from quotaproof.model.results.listed_file import standings_of_lists
from quotaproof.model.results.race_results import RaceResult, RaceResults
from quotaproof.model.results.ranked_lists import RankedList, ranked_lists
from quotaproof.model.results.ranking_rules import PointsTable, RankingRule, ResultRules
from quotaproof.model.rules import Event, NocGender, Readings, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines import engine
from quotaproof.solver.season.season import Season, cut_off

MOST_OUTCOMES = 1_200
SAMPLED = 120
FAST, MIDDLE, SLOW = 3_000, 4_500, 6_000
"""Times around those so far: faster than all, between them, and slower than all."""


def tiny_rules(rng: random.Random, meets: int, *, small: bool = False) -> Rules:
    """One or two events of men, with few places down a list of points, a list of times, or both."""
    names = ("men-500", "men-1000")[: 1 if small else rng.choice([1, 1, 2])]
    shared = len(names) == 2 and rng.random() < 0.5
    cap = 1 if small else rng.choice([1, 1, 2])
    points, times = (
        (rng.choice([1, 2]), 0)
        if small
        else rng.choice([(1, 1), (2, 1), (1, 2), (2, 0), (3, 0), (1, 0), (0, 1), (2, 2)])
    )
    ties = ("best-results", "best-time") if times else ("best-results", "latest-meet")
    divisions = rng.choice([(), (), ("A", "B")])
    tables = tuple(
        PointsTable(
            rng.choice([(5, 3, 1), (4, 3, 2, 1), (3, 2, 2)] if name != "B" else [(2, 1), (1,)]),
            (),
            (name,) if name else (),
        )
        for name in divisions or ("",)
    )
    rankings: list[RankingRule] = []
    for name in names if not shared else (names[0],):
        own = names if shared else (name,)
        rankings.append(
            RankingRule(
                "points", own, "points", "points", own if shared else (), rng.choice(["sum", "best"]), None, ties
            )
        )
    rankings.append(RankingRule("times", names, "time", "times", (), "sum", None, ("ranking:points",)))
    pathways: list[ListedPathway] = []
    if points:
        pathways.append(RankingPlaces("P1", "points", "one", "points", dict.fromkeys(names, points)))
    if times:
        pathways.append(RankingPlaces("P2", "times", "two", "times", dict.fromkeys(names, times)))
    if rng.random() < 0.5:
        last = "times" if times else "points"
        pathways.append(ReserveList("P3", "reserve", "three", dict.fromkeys(names, last), dict.fromkeys(names, 2)))
        mode = rng.choice(["replace-last", "replace-last", "additional"])
        pathways.append(HostPlaces("P4", "host", "four", mode, names, True))
    by = ("P1",) if points else ()
    caps = (QuotaCap(3, False, "the-maximum", by), QuotaCap(2, False, "a-place"), QuotaCap(1))
    pathways.append(NocQuota("P5", "quota", "five", caps))
    return Rules(
        title="tiny",
        events=tuple(Event(name, "men", "individual", points + times, cap) for name in names),
        total=99,
        gender_caps={"men": 99, "women": 99},
        host_events=(),
        host_clause="none",
        pathways=tuple(pathways),
        results=ResultRules(tuple(f"meet-{n}" for n in range(1, meets + 1)), "synthetic", tables),
        rankings=tuple(rankings),
    )


def tiny_season(rng: random.Random, left: int, *, small: bool = False) -> Season:
    """A season of which the last meets are to come; each event was raced at the first of two or three.

    Parameters
    ----------
    small
        Whether it has one event with places by points for one athlete of each NOC, so that all outcomes can be tried.
    """
    rules = tiny_rules(rng, left + 1, small=small)
    nocs = ("AAA", "BBB", "CCC")[: 3 if small else rng.choice([2, 2, 3])]
    athletes = [(noc, f"{noc.lower()}-{n}") for noc in nocs for n in range(1, rng.choice([1, 1, 2 - small]) + 1)]
    rows: list[RaceResult] = []
    for event in rules.events:
        order = rng.sample(athletes, rng.randint(1, len(athletes)))
        clock = rng.sample(range(4_000, 5_000), len(order))
        divided = any(table.divisions for table in rules.results.tables) if rules.results else False
        first = rng.randint(1, len(order)) if divided else len(order)
        for division, own in (("A" if divided else None, order[:first]), ("B", order[first:])):
            for rank, ((noc, athlete), time) in enumerate(zip(own, sorted(clock.pop() for _ in own), strict=True), 1):
                rows.append(result("meet-1", event.identifier, division, rank, noc, athlete, time))
    scenario = Scenario(
        identifier="synthetic-tiny",
        title="tiny",
        games="none",
        host=rng.choice([None, "AAA", nocs[-1]]),
        rules=rules,
        readings=Readings(),
        results=RaceResults(tuple(rows)),
    )
    return cut_off(scenario)


def result(
    meet: str, event: str, division: str | None, rank: int, noc: str, athlete: str, time: int | None
) -> RaceResult:
    """A row without anything printed."""
    return RaceResult(meet, event, 1, division, rank, noc, athlete, "", time, None, "", Row(Path("results.csv"), 0, {}))


def races(tiny: Season) -> list[tuple[str, str]]:
    """Meet and event of each race to come: each event was raced once at the meet before."""
    return [(meet, event.identifier) for meet in tiny.meets_left for event in tiny.scenario.rules.events]


def starters(tiny: Season, event: str) -> list[tuple[str, str]]:
    """Who may race over an event: who did (or over one that shares its list), and as many others as the cap."""
    rules = tiny.scenario.rules
    known = tiny.scenario.results.rows if tiny.scenario.results is not None else ()
    shared = {event, *(s for rule in rules.rankings if event in rule.events for s in rule.sources(event))}
    had = dict.fromkeys((row.noc, row.athlete) for row in known if row.event in shared)
    nocs = sorted({row.noc for row in known} | ({tiny.scenario.host} if tiny.scenario.host else set()))
    cap = rules.event(event).noc_cap
    new = [(noc, f"{noc.lower()}-new-{min(shared)}-{n}") for noc in nocs for n in range(1, cap + 1)]
    return [*had, *new]


def _ways(tiny: Season, event: str) -> tuple[bool, tuple[int, ...]]:
    """Whether a race has two divisions, and the paces that there may be."""
    rules = tiny.scenario.rules
    timed = any(isinstance(one, RankingPlaces) and one.ranking == "times" for one in rules.pathways)
    return rules.results is not None and any(one.divisions for one in rules.results.tables), (
        (FAST, MIDDLE, SLOW) if timed else (0,)
    )


def rows_of(
    meet: str, event: str, order: Sequence[tuple[str, str]], first: int | None, paces: Sequence[int]
) -> tuple[RaceResult, ...]:
    """The result of a race: `first` of those in order are in Division A, the others in B; no divisions if None."""
    rows = []
    for place, (noc, athlete) in enumerate(order):
        inside = first is None or place < first
        division = None if first is None else "A" if inside else "B"
        rank = place + 1 if inside else place - (first or 0) + 1
        base = paces[0 if inside else -1]
        rows.append(result(meet, event, division, rank, noc, athlete, base + place if base else None))
    return tuple(rows)


def race_outcomes(tiny: Season, meet: str, event: str) -> Iterator[tuple[RaceResult, ...]]:
    """Yield every result of a race: who starts, in which division and order, and how fast against the times so far."""
    divided, paces = _ways(tiny, event)
    field = starters(tiny, event)
    for number in range(1, len(field) + 1):
        for order in itertools.permutations(field, number):
            for first in range(number + 1) if divided else (None,):
                for pace in itertools.product(paces, repeat=2 if divided else 1):
                    yield rows_of(meet, event, order, first, pace)


def drawn_race(tiny: Season, meet: str, event: str, rng: random.Random) -> tuple[RaceResult, ...]:
    """One such result."""
    divided, paces = _ways(tiny, event)
    field = starters(tiny, event)
    order = rng.sample(field, rng.randint(1, len(field)))
    return rows_of(meet, event, order, rng.randint(0, len(order)) if divided else None, rng.choices(paces, k=2))


def outcomes(tiny: Season, rng: random.Random, most: int = MOST_OUTCOMES) -> tuple[list[tuple[RaceResult, ...]], bool]:
    """Outcomes of all races to come, and whether they are all that there are at these paces; else some are drawn."""
    each: list[list[tuple[RaceResult, ...]]] = []
    number = 1
    for meet, event in races(tiny):
        each.append(list(itertools.islice(race_outcomes(tiny, meet, event), most + 1)))
        number *= len(each[-1])
        if number > most:
            drawn = [[drawn_race(tiny, *race, rng) for race in races(tiny)] for _ in range(SAMPLED)]
            return [tuple(itertools.chain(*one)) for one in drawn], False
    return [tuple(itertools.chain(*one)) for one in itertools.product(*each)], True


def settled(lists: dict[tuple[str, str], RankedList]) -> Iterator[dict[tuple[str, str], RankedList]]:
    """Yield the lists with each tie that nothing settles in every order."""
    ways: list[list[tuple[tuple[str, str], RankedList]]] = []
    for key, one in lists.items():
        groups = [list(group) for _, group in itertools.groupby(one.entries, key=lambda entry: entry.rank)]
        orders = itertools.product(*(itertools.permutations(group) for group in groups))
        ways.append([])
        for order in itertools.islice(orders, 6):
            flat = itertools.chain(*order)
            entries = tuple(replace(entry, rank=rank, tied=False) for rank, entry in enumerate(flat, 1))
            ways[-1].append((key, replace(one, entries=entries)))
    for chosen in itertools.islice(itertools.product(*ways), 12):
        yield dict(chosen)


class EnumeratedLists:
    """The fewest and the most places over outcomes of a season."""

    def __init__(self, tiny: Season, rng: random.Random) -> None:
        self.places: dict[tuple[str, str], tuple[int, int]] = {}
        self.athletes: dict[NocGender, tuple[int, int]] = {}
        scenario = tiny.scenario
        found, self.all = outcomes(tiny, rng)
        nocs = sorted({noc for event in scenario.rules.events for noc, _ in starters(tiny, event.identifier)})
        assert scenario.results is not None and scenario.rules.results is not None
        for rows in found:
            results = RaceResults((*scenario.results.rows, *rows))
            lists = ranked_lists(results, scenario.rules.results, scenario.rules.rankings)
            for own in settled(lists):
                given = engine("greedy").allocate(
                    replace(scenario, results=results, lists=own, standings=standings_of_lists(own))
                )
                assert given.status == "optimal"
                quota = {award.noc: award.number for award in given.awards}
                for noc in nocs:
                    for event in scenario.rules.events:
                        number = given.places[event.identifier].get(noc, 0)
                        self._note(self.places, (event.identifier, noc), number)
                    self._note(self.athletes, (noc, "men"), quota.get(noc, 0))

    @staticmethod
    def _note(found: dict[Any, tuple[int, int]], key: object, number: int) -> None:
        least, most = found.get(key, (number, number))
        found[key] = (min(least, number), max(most, number))
