"""Tiny seasons of SOQCs, and models of results whose chances are known without drawing."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from quotaproof.model.pathways import ParallelWalk, QuotaPlaces, RelayPlaces
from quotaproof.model.results.classifications import Classifications, Result
from quotaproof.model.results.scoring import standings_of
from quotaproof.model.results.soqc import Soqc
from quotaproof.model.rules import Event, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.solver.engines import greedy
from quotaproof.solver.season.odds import Odds
from quotaproof.solver.season.qualifiers import Positions, positions_of
from quotaproof.solver.season.season import Season

NOCS = ("AAA", "BBB", "CCC")
ENTRIES = {"men-500": {"AAA": 2, "BBB": 1, "CCC": 1}, "men-relay": {"AAA": 1, "BBB": 1, "CCC": 1}}
"""Entries that start at every meet."""


def beyond_what_is_proved(odds: Odds) -> int:
    """Return how many drawn numbers of start places no outcome can give."""
    found = 0
    for index, event in enumerate(odds.scenario.rules.events):
        for noc, limits in ((noc, odds.proved.get((event.identifier, noc))) for noc in odds.nocs):
            if limits is not None:
                counts = odds.tally.places[index, odds.number[noc]]
                found += int(counts[: limits[0]].sum() + counts[limits[1] + 1 :].sum())
    return found


def tiny_season(places: int = 2, counting: int | None = None) -> Season:
    """A season of two meets of which one has been held: four entries over 500 m, three relays."""
    rules = Rules(
        title="tiny",
        events=(
            Event("men-500", "men", "individual", places, 2),
            Event("men-relay", "men", "relay", 1, 1),
            Event("women-500", "women", "individual", 1, 1),
        ),
        total=4,
        gender_caps={"men": 3, "women": 1},
        host_events=(),
        host_clause="none",
        pathways=(
            RelayPlaces("P1", "relays", "one", events=("men-relay",)),
            ParallelWalk("P2", "walk", "two", events=("men-500", "women-500")),
            QuotaPlaces("P3", "quota", "three", 2, bonus_from=None),
        ),
        soqc=Soqc("soqc", ("first", "second"), (5, 3, 2, 1), counting),
    )
    first = {"men-500": ("AAA", "BBB", "AAA", "CCC"), "men-relay": ("BBB", "AAA", "CCC")}
    results = results_of("first", first)
    results += (Result("first", "women-500", "AAA", 1, 1), Result("second", "women-500", "AAA", 1, 1))
    held = tuple(result for result in results if result.meet == "first")
    scenario = Scenario(
        identifier="tiny", title="tiny", games="none", host=None, rules=rules, classifications=Classifications(held)
    )
    return Season(scenario, ("first", "second"), ("first",), ("second",))


def results_of(meet: str, orders: Mapping[str, Sequence[str]]) -> tuple[Result, ...]:
    """Results of a meet from NOCs in order."""
    found: list[Result] = []
    for event, order in orders.items():
        seen: Counter[str] = Counter()
        for position, noc in enumerate(order, 1):
            seen[noc] += 1
            found.append(Result(meet, event, noc, seen[noc], position))
    return tuple(found)


@dataclass(frozen=True)
class AnyOrder:
    """All orders of the entries of each event are equally likely; women's 500 m has its one entry."""

    nocs: tuple[str, ...] = NOCS

    @property
    def entries(self) -> dict[str, int]:
        """Entries of an NOC at most."""
        return {"men-500": 2, "men-relay": 1, "women-500": 1}

    def draw(self, rng: np.random.Generator, number: int) -> dict[tuple[str, str], Positions]:
        """Draw orders."""
        found: dict[tuple[str, str], Positions] = {}
        for event, most in self.entries.items():
            own = ENTRIES.get(event, {"AAA": 1})
            starts = np.array([own.get(noc, 0) for noc in self.nocs])
            started = np.broadcast_to(np.arange(most) < starts[:, None], (number, len(self.nocs), most))
            figures = rng.random(started.shape, dtype=np.float32)
            found[event, "second"] = positions_of(figures, started)
        return found


def outcomes(season: Season) -> Iterator[Scenario]:
    """All outcomes of the second meet, each as often as it is likely, with ties in every order."""
    scenario = season.scenario
    known = scenario.classifications
    assert known is not None
    orders = {
        event: list(itertools.permutations([noc for noc, number in own.items() for _ in range(number)]))
        for event, own in ENTRIES.items()
    }
    for chosen in itertools.product(*orders.values()):
        later = results_of("second", {**dict(zip(orders, chosen, strict=True)), "women-500": ("AAA",)})
        yield replace(scenario, classifications=Classifications(known.results + later))


def exact(season: Season) -> tuple[dict[tuple[str, str], dict[int, Fraction]], dict[str, dict[int, Fraction]]]:
    """Chances of start places by event and NOC, and of men by NOC: ties drawn, all orders equally likely."""
    places: dict[tuple[str, str], Counter[int]] = {}
    men: dict[str, Counter[int]] = {noc: Counter() for noc in NOCS}
    total = 0
    weights: Counter[Fraction] = Counter()
    for scenario in outcomes(season):
        total += 1
        classifications = scenario.classifications
        assert classifications is not None
        ranked = standings_of(classifications, scenario.rules, scenario.readings)
        settled = _settled({event: ranked.scores[event] for event in ranked.scores})
        weight = Fraction(1, len(settled))
        for orders in settled:
            given = greedy.allocate(replace(scenario, standings=Standings.of(orders)))
            weights[weight] += 1
            for event in scenario.rules.events:
                for noc in NOCS:
                    own = places.setdefault((event.identifier, noc), Counter())
                    own[given.places[event.identifier].get(noc, 0)] += weight  # type: ignore[assignment]
            athletes: Counter[str] = Counter()
            for award in given.awards:
                if award.gender == "men":
                    athletes[award.noc] += award.number
            for noc in NOCS:
                men[noc][athletes[noc]] += weight  # type: ignore[assignment]
    return (
        {key: {n: Fraction(w) / total for n, w in own.items()} for key, own in places.items()},
        {noc: {n: Fraction(w) / total for n, w in own.items()} for noc, own in men.items()},
    )


def _settled(scores: Mapping[str, Sequence[object]]) -> list[dict[str, list[tuple[str, int]]]]:
    """All orders of what is tied, event by event."""
    by_event: list[list[list[tuple[str, int]]]] = []
    for own in scores.values():
        groups: list[list[tuple[str, int]]] = []
        before: object = None
        for score in own:
            entry = (score.noc, score.qualifier)  # type: ignore[attr-defined]
            shared = score.shared if score.tied else None  # type: ignore[attr-defined]
            if shared is not None and shared == before:
                groups[-1].append(entry)
            else:
                groups.append([entry])
            before = shared
        options = [list(itertools.permutations(group)) for group in groups]
        by_event.append([[one for part in chosen for one in part] for chosen in itertools.product(*options)])
    return [dict(zip(scores, chosen, strict=True)) for chosen in itertools.product(*by_event)]


def with_drawn(
    known: Classifications | None, nocs: Sequence[str], drawn: Mapping[tuple[str, str], Positions], one: int
) -> Classifications:
    """Return the results that are known with those of one of the drawn seasons.

    `drawn` is (event, meet) -> (S, N, K) positions of each NOC's K-th in S seasons, 0 where there is none.
    """
    later = [
        Result(meet, event, noc, k + 1, int(position))
        for (event, meet), own in drawn.items()
        for noc, row in zip(nocs, own[one], strict=True)
        for k, position in enumerate(row)
        if position
    ]
    return Classifications((known.results if known else ()) + tuple(later))
