"""Many seasons at once: the results of the meets to come are drawn, ranked by the rules, and allocated.

Seasons go in chunks of a fixed size, each with random numbers of its own, so that memory does not grow with their
number and one process gives the numbers of two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial, reduce
from itertools import accumulate
from typing import Protocol

import numpy as np
import numpy.typing as npt

from quotaproof.model.errors import InputError
from quotaproof.model.results.ranking_rules import RankingRule
from quotaproof.model.same_values import WithArrays
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.solver.engines.batch import Batch, BatchResult, allocate_batch, settled_by_chance
from quotaproof.solver.processes import in_any_order, number_of

from .arrays import Wholes
from .athlete_fit import athlete_model
from .athletes import AthleteModel
from .list_walk import EventLists, Walk
from .lists_of_draws import lists_of
from .qualifiers import ResultModel, qualifier_model
from .rankings_of_draws import Scorer
from .season import Season

CHUNK = 250
"""Seasons that are drawn at once; with more, their arrays leave the processor's cache."""

TOGETHER = 16
"""Chunks that a process draws before it answers."""

TellDrawn = Callable[[int, int], None]
"""Told how many seasons are done, and how many there are."""


@dataclass(frozen=True, eq=False)
class Seasons(WithArrays):
    """What some drawn seasons gave.

    Attributes
    ----------
    places
        (S, E, N) start places.
    athletes
        (S, 2, N) quota places of men and women.
    ties
        How many neighbours in a ranking only chance could put in order.
    open
        In how many seasons a tie between NOCs that no ranking has left a place open.
    """

    places: npt.NDArray[np.int16]
    athletes: npt.NDArray[np.int16]
    ties: int
    open: int


@dataclass(frozen=True, eq=False)
class Tally(WithArrays):
    """How many seasons gave so many places.

    Attributes
    ----------
    places
        (E, N, numbers) seasons in which an NOC has 0, 1, ... start places.
    athletes
        (2, N, numbers) the same of quota places.
    """

    seasons: int
    places: Wholes
    athletes: Wholes
    ties: int
    open: int

    @classmethod
    def of(cls, seasons: Seasons, most_places: int) -> Tally:
        """Count some seasons."""
        most_athletes = int(seasons.athletes.max(initial=0))
        return cls(
            len(seasons.places),
            _histogram(seasons.places, most_places),
            _histogram(seasons.athletes, most_athletes),
            seasons.ties,
            seasons.open,
        )

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.seasons + other.seasons,
            self.places + other.places,
            _added(self.athletes, other.athletes),
            self.ties + other.ties,
            self.open + other.open,
        )


class Simulator(Protocol):
    """What draws seasons. It goes to other processes, so it holds no scenario with its results."""

    @property
    def nocs(self) -> tuple[str, ...]:
        """The NOCs, as they are numbered."""

    def draw(self, rng: np.random.Generator, number: int) -> Seasons:
        """Draw `number` seasons."""


@dataclass(frozen=True)
class QualifierSimulator:
    """Seasons whose places go by SOQCs of qualifiers, allocated by the batch engine."""

    model: ResultModel
    scorer: Scorer
    template: Scenario

    @property
    def nocs(self) -> tuple[str, ...]:
        """The NOCs, as they are numbered."""
        return self.model.nocs

    def draw(self, rng: np.random.Generator, number: int) -> Seasons:
        """Draw `number` seasons."""
        ranked = self.scorer.rank(self.model.draw(rng, number), number, rng)
        batch = Batch.from_array(self.template, ranked.entries, self.model.nocs)
        result: BatchResult = settled_by_chance(allocate_batch(batch), rng)
        return Seasons(result.places, result.athletes, int(ranked.ties.sum()), int(np.count_nonzero(result.status)))


@dataclass(frozen=True)
class ListSimulator:
    """Seasons whose places go down ranked lists of athletes or teams."""

    model: AthleteModel
    template: Scenario
    meets: tuple[str, ...]
    rankings: tuple[RankingRule, ...]

    @property
    def nocs(self) -> tuple[str, ...]:
        """The NOCs, as they are numbered."""
        return self.model.nocs

    def draw(self, rng: np.random.Generator, number: int) -> Seasons:
        """Draw `number` seasons."""
        drawn = self.model.draw(rng, number)
        lists = lists_of(self.model, drawn, self.rankings, self.meets, number, rng)
        where = {noc: index for index, noc in enumerate(self.nocs)}
        of_events: dict[str, EventLists] = {}
        for group in self.model.groups:
            nocs = np.array([where[noc] for noc in group.nocs], dtype=np.int64)
            for event in group.events:
                orders = {name: order for (own, name), order in lists.orders.items() if own == event}
                of_events[event] = EventLists(nocs, orders)
        host = where.get(self.template.host) if self.template.host is not None else None
        walk = Walk(self.template.rules, self.template.pathways, host, len(self.nocs), of_events, number)
        walk.run()
        return Seasons(walk.places, walk.athletes, int(lists.ties.sum()), 0)


def simulator(season: Season, model: ResultModel | None = None) -> Simulator:
    """Return what draws the rest of a season.

    Parameters
    ----------
    model
        What draws results, where places go by SOQCs; the one fitted to the meets held if None.
    """
    scenario = season.scenario
    template = replace(scenario, classifications=None, results=None, lists={}, standings=Standings(), listed=None)
    if season.by_lists:
        rules = scenario.rules
        return ListSimulator(athlete_model(season), template, season.meets, tuple(rules.rankings))
    fitted = qualifier_model(season) if model is None else model
    return QualifierSimulator(fitted, Scorer(season, fitted), template)


def simulate(
    drawing: Simulator, scenario: Scenario, samples: int, seed: int, jobs: int = 1, report: TellDrawn | None = None
) -> Tally:
    """Draw seasons and count what they give.

    Parameters
    ----------
    jobs
        Processes; -1: one per core, 1: this one alone. It makes no difference to the numbers.

    Raises
    ------
    InputError
        If there are no samples or no processes.
    """
    if samples < 1:
        raise InputError(f"{samples} is no number of samples; draw 1 season or more")
    if seed < 0:
        raise InputError(f"{seed} is no seed; use 0 or a whole number above")
    if jobs == 0 or jobs < -1:
        raise InputError(f"{jobs} is no number of processes; use 1 or more, or -1 for one per core")
    most = max(event.noc_cap for event in scenario.rules.events)
    sizes = [min(CHUNK, samples - first) for first in range(0, samples, CHUNK)]
    tasks = [Chunks(first, tuple(sizes[first : first + TOGETHER])) for first in range(0, len(sizes), TOGETHER)]
    for total in accumulate(_tallies(drawing, tasks, seed, most, jobs), Tally.__add__):
        if report is not None:
            report(total.seasons, samples)
    return total


@dataclass(frozen=True)
class Chunks:
    """Some chunks: the number of the first, and their sizes."""

    first: int
    sizes: tuple[int, ...]


def tally_of(drawing: Simulator, task: Chunks, seed: int, most: int) -> Tally:
    """Draw some chunks and count them; the random numbers of each depend on the seed and its number alone."""
    drawn = (drawing.draw(np.random.default_rng((seed, number)), n) for number, n in enumerate(task.sizes, task.first))
    return reduce(Tally.__add__, (Tally.of(seasons, most) for seasons in drawn))


def _tallies(drawing: Simulator, tasks: list[Chunks], seed: int, most: int, jobs: int) -> Iterator[Tally]:
    """Yield the counts of tasks as they come, in any order."""
    work = partial(tally_of, drawing, seed=seed, most=most)
    processes = number_of(jobs, len(tasks))
    # With several, one task here first: what numba compiles is kept on disk then, and the processes need not.
    first = tasks[:1] if processes > 1 else []
    for task in first:
        yield work(task)
    yield from in_any_order(work, tasks[len(first) :], processes)


def _histogram(numbers: npt.NDArray[np.int16], most: int) -> Wholes:
    """(S, A, B) numbers as (A, B, most + 1) counts."""
    cells = numbers.shape[1] * numbers.shape[2]
    keys = np.arange(cells) * (most + 1) + np.clip(numbers, 0, most).reshape(len(numbers), cells)
    counts = np.bincount(keys.ravel(), minlength=cells * (most + 1))
    return counts.reshape(*numbers.shape[1:], most + 1).astype(np.int64)


def _added(one: Wholes, other: Wholes) -> Wholes:
    """Sum of two counts of which one may know larger numbers."""
    most = max(one.shape[2], other.shape[2])
    padded = [np.pad(counts, ((0, 0), (0, 0), (0, most - counts.shape[2]))) for counts in (one, other)]
    return np.asarray(padded[0] + padded[1])
