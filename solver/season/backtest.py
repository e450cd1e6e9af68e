"""What the odds of seasons that are over would have been, against what came and two simple forecasts.

A season is cut off after some meets, the odds are fitted to the results until then, and every cell, an NOC in an event,
is scored against the start places that follow from all results. NOCs are those with a result until then or a place in
the end. The two other forecasts:

- *as things stand*: the allocation that the results so far give;
- *share so far*: each start place of an event is the NOC's with a chance that is its share of all points so far, one
  place independent of another, and what is beyond its cap counts as its cap.

Both know nothing of chance, and a number of places that they rule out and that comes costs an infinite loss. So a part
of each is spread evenly over the numbers a cell may have: the part with which its loss in this very row is least.
Nobody could have known that part before; no forecast of their kind does better.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from quotaproof.model.documents import document_of
from quotaproof.model.errors import InputError
from quotaproof.model.results.scoring import standings_of
from quotaproof.model.same_values import WithArrays
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.solver.engines import greedy

from .arrays import Booleans, Floats, Wholes
from .odds import SAMPLES, Odds, odds_of
from .scores import LEAST, Bin, Scores, best_share, reliability, scores, smoothed
from .season import Season, cut_off
from .season_documents import BacktestDocument, ForecastDocument, ScoresDocument


@dataclass(frozen=True, eq=False)
class Cells(WithArrays):
    """The cells of a row: events and NOCs, the numbers they may have, what came, and what the odds were."""

    names: tuple[tuple[str, str], ...]
    allowed: Booleans
    came: Wholes
    odds: Floats


@dataclass(frozen=True)
class Forecast:
    """A season that is over, forecast after some of its meets.

    Attributes
    ----------
    odds, now, share
        Scores of the odds, of the allocation as things stood, and of shares of points so far.
    spread_now, spread_share
        The parts of these that were spread evenly.
    expected
        The Brier score that the odds themselves expect.
    """

    season: Season
    cells: Cells
    odds: Scores
    now: Scores
    share: Scores
    spread_now: float
    spread_share: float
    expected: float

    @property
    def beats_both(self) -> bool:
        """Whether both scores of the odds are better than those of the two other forecasts."""
        return self.odds.better_than(self.now) and self.odds.better_than(self.share)

    def to_dict(self) -> ForecastDocument:
        """Return the row with the JSON keys of the command line."""
        return document_of(
            ForecastDocument,
            self,
            scenario=self.season.scenario.identifier,
            meets_held=self.season.meets_held,
            meets_left=self.season.meets_left,
            cells=self.odds.cells,
            odds=document_of(ScoresDocument, self.odds, expected_brier=self.expected),
            now=document_of(ScoresDocument, self.now, spread=self.spread_now),
            share=document_of(ScoresDocument, self.share, spread=self.spread_share),
        )


@dataclass(frozen=True)
class Backtest:
    """Rows, and how reliable the odds of all of them together were.

    Attributes
    ----------
    rows
        One for each season and number of meets held.
    samples, seed
        How many seasons were drawn for each row, and from which seed.
    """

    rows: tuple[Forecast, ...]
    samples: int
    seed: int

    @property
    def reliability(self) -> tuple[Bin, ...]:
        """How often what was given some chance came, over all rows."""
        width = max(row.cells.odds.shape[1] for row in self.rows)
        return reliability(
            np.concatenate([_wide(row.cells.odds, width) for row in self.rows]),
            np.concatenate([_wide(row.cells.allowed, width) for row in self.rows]),
            np.concatenate([row.cells.came for row in self.rows]),
        )

    def to_dict(self) -> BacktestDocument:
        """Return all rows with the JSON keys of the command line."""
        reliability = [{"number": one.number, "chance": one.mean, "came": one.share} for one in self.reliability]
        return document_of(BacktestDocument, self, reliability=reliability)


def backtest(
    seasons: Sequence[tuple[Scenario, int | str]],
    samples: int = SAMPLES,
    seed: int = 0,
    jobs: int = 1,
    report: Callable[[int, int], None] | None = None,
) -> Backtest:
    """Forecast seasons that are over.

    Parameters
    ----------
    seasons
        Scenarios with the results of all their meets, and after which meet each is forecast.
    report
        Told how many drawn seasons are done, of all.

    Raises
    ------
    InputError
        If a season is not over, or is forecast after its last meet.
    """
    rows: list[Forecast] = []
    for number, (scenario, after) in enumerate(seasons):
        first = number * samples

        def tell(done: int, of: int, first: int = first) -> None:
            if report is not None:
                report(first + done, samples * len(seasons))

        rows.append(_row(scenario, after, samples, seed, jobs, tell))
    if not rows:
        raise InputError("there is no season to forecast; name one that is over")
    return Backtest(tuple(rows), samples, seed)


def cut_offs(scenario: Scenario) -> tuple[str, ...]:
    """Return the meets after which a season that is over can be forecast: all but the last."""
    return cut_off(scenario).meets_held[:-1]


def _row(
    scenario: Scenario, after: int | str, samples: int, seed: int, jobs: int, report: Callable[[int, int], None]
) -> Forecast:
    over, season = cut_off(scenario), cut_off(scenario, after)
    if over.meets_left:
        raise InputError(
            f"{scenario.identifier} is not over, since there are no results of {', '.join(over.meets_left)}; "
            "a backtest needs what came"
        )
    if not season.meets_left:
        raise InputError(f"after {season.meets_held[-1]} nothing of {scenario.identifier} is left to forecast")
    truth = places_now(over)
    own = odds_of(season, samples, seed, jobs, report=report)
    nocs = tuple(sorted(set(own.nocs) | {noc for given in truth.values() for noc in given}))
    cells = _cells(season, own, nocs, truth)
    forecast = smoothed(cells.odds, cells.allowed, LEAST)
    now, points = places_now(season), _points(season)
    stands, shares = np.zeros_like(forecast), np.zeros_like(forecast)
    for index, (event, noc) in enumerate(cells.names):
        stands[index, now[event].get(noc, 0)] = 1
        most = int(np.flatnonzero(cells.allowed[index])[-1])
        total = sum(points[event].values())
        share = points[event].get(noc, 0) / total if total else 0.0
        by_share = _binomial(scenario.rules.event(event).start_places, share, most)
        shares[index, : len(by_share)] = by_share
    parts = [best_share(one, cells.allowed, cells.came) for one in (stands, shares)]
    return Forecast(
        season,
        replace(cells, odds=forecast),
        scores(forecast, cells.came),
        scores(smoothed(stands, cells.allowed, parts[0]), cells.came),
        scores(smoothed(shares, cells.allowed, parts[1]), cells.came),
        parts[0],
        parts[1],
        float((1 - (forecast**2).sum(axis=1)).mean()),
    )


def _cells(season: Season, own: Odds, nocs: Sequence[str], truth: Mapping[str, Mapping[str, int]]) -> Cells:
    rules = season.scenario.rules
    width = 1 + max(event.noc_cap for event in rules.events)
    names = tuple((event.identifier, noc) for event in rules.events for noc in nocs)
    rows = np.zeros((len(names), width))
    allowed = np.zeros(rows.shape, dtype=np.bool_)
    for index, (event, noc) in enumerate(names):
        chances = own.places(event, noc)
        rows[index, : len(chances)] = chances
        allowed[index, : len(chances)] = True
    came = np.array([truth[event].get(noc, 0) for event, noc in names], dtype=np.int64)
    return Cells(names, allowed, came, rows)


def places_now(season: Season) -> dict[str, dict[str, int]]:
    """Return event -> NOC -> the start places that the results so far give; an open tie is in the order shown."""
    scenario = season.scenario
    if not season.by_lists and scenario.classifications is not None:
        found = standings_of(scenario.classifications, scenario.rules, scenario.readings).scores
        orders = {event: [(score.noc, score.qualifier) for score in own] for event, own in found.items()}
        scenario = replace(scenario, standings=Standings.of(orders))
    given = greedy.allocate(scenario).places
    return {event.identifier: dict(given.get(event.identifier, {})) for event in scenario.rules.events}


def _points(season: Season) -> dict[str, dict[str, int]]:
    """Event -> NOC -> points so far."""
    scenario = season.scenario
    found: dict[str, dict[str, int]] = {event.identifier: {} for event in scenario.rules.events}
    if season.by_lists:
        by_points = {rule.identifier for rule in scenario.rules.rankings if rule.measure == "points"}
        for (event, ranking), own in scenario.lists.items():
            for entry in own.entries if ranking in by_points else ():
                found[event][entry.noc] = found[event].get(entry.noc, 0) + entry.points
    elif scenario.classifications is not None:
        ranked = standings_of(scenario.classifications, scenario.rules, scenario.readings)
        for score in ranked.rows():
            found[score.event][score.noc] = found[score.event].get(score.noc, 0) + score.points
    return found


def _binomial(places: int, share: float, most: int) -> Floats:
    """The chances of 0 ... most of so many places, each with a chance that is the share; more count as the most."""
    from scipy.stats import binom

    chances = np.asarray(binom.pmf(np.arange(places + 1), places, share), dtype=np.float64)
    most = min(most, places)
    return np.append(chances[:most], chances[most:].sum())


def _wide(rows: npt.NDArray[np.generic], width: int) -> npt.NDArray[np.generic]:
    return np.pad(rows, ((0, 0), (0, width - rows.shape[1])))
