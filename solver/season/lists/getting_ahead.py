"""Whether so many athletes can get ahead of an entry of a list of points, by the ranks of the races to come.

Each rank of a race is one athlete's. The question is whether all of C athletes can have as many points as each lacks.
In one race that is answered by sorting: who needs the best rank takes the first, and so on (Hall's theorem). In several
the C best ranks of each race are C pairs of one athlete and one rank. It cannot be if for some j the j who lack most
lack more than the j best ranks of all races have; it can if giving the best rank to who lacks most, race by race, does
it; and what both leave open is asked of CP-SAT. With equal points the better best result decides, and further criteria
may: `perhaps` counts who is equal by what is looked at, `surely` does not.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import DEFAULT, Linear, attempt, new_solver

EFFORT = 1.0
"""CP-SAT's deterministic seconds for one question; where it is not enough, nothing is proved."""

Equality = Literal["perhaps", "surely"]
EQUALITIES: tuple[Equality, Equality] = ("surely", "perhaps")

AheadVerdict = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Runner:
    """What an athlete has so far: points, and those of its best result."""

    points: int
    best: int


@dataclass(frozen=True, slots=True)
class Mark:
    """What is to be beaten: points, and those of the best result, where that decides between equal points."""

    points: int
    best: int | None


@dataclass(frozen=True, slots=True)
class AllAhead:
    """Whether all can get ahead, and how.

    Attributes
    ----------
    chosen
        The numbers of the athletes, of those that were asked about.
    ranks
        Per race, for each of `chosen`, the place of its rank among the race's ranks, from 0.
    """

    verdict: AheadVerdict
    chosen: tuple[int, ...] = ()
    ranks: tuple[tuple[int, ...], ...] = ()


class GettingAhead:
    """Answers questions about the races of one event, each once."""

    def __init__(self, races: Sequence[Sequence[int]]) -> None:
        """Take the points of each race by rank, the best first; all ranks further down have none."""
        self.races = tuple(tuple(race) for race in races)
        self._known: dict[tuple[int, ...], AllAhead] = {}

    def ask(self, runners: Sequence[Runner], mark: Mark, number: int, equality: Equality) -> AllAhead:
        """Return whether `number` of some athletes can all be ahead of a mark after the races."""
        if number <= 0:
            return AllAhead("yes", (), tuple(() for _ in self.races))
        if number > len(runners) or not self.races:
            return AllAhead("no")
        if len(self.races) == 1:
            return self._one_race(runners, mark, number, equality)
        lacks = [self._lacks(one, mark, equality) for one in runners]
        # Who lacks least can take the place of whoever can be ahead, so only those are asked about.
        chosen = sorted(range(len(runners)), key=lambda n: (lacks[n], n))[:number][::-1]
        needs = tuple(lacks[n] for n in chosen)
        if needs not in self._known:
            self._known[needs] = self._several_races(needs)
        return replace(self._known[needs], chosen=tuple(chosen))

    def _one_race(self, runners: Sequence[Runner], mark: Mark, number: int, equality: Equality) -> AllAhead:
        """With one race the last rank by which each is ahead is known exactly, a better best result included."""
        last = [sum(self._ahead(one, points, mark, equality) for points in self._best(0, number)) for one in runners]
        # Sorted by this deadline, the last of those chosen first: the n-th must come in at n or better.
        chosen = sorted(sorted(range(len(runners)), key=lambda n: (-last[n], n))[:number], key=lambda n: (last[n], n))
        if any(last[n] <= place for place, n in enumerate(chosen)):
            return AllAhead("no")
        return AllAhead("yes", tuple(chosen), (tuple(range(number)),))

    def _best(self, race: int, number: int) -> tuple[int, ...]:
        """The points of so many best ranks of a race."""
        points = self.races[race][:number]
        return points + (0,) * (number - len(points))

    @staticmethod
    def _ahead(runner: Runner, points: int, mark: Mark, equality: Equality) -> bool:
        total = runner.points + points
        if total != mark.points or mark.best is None:
            return total > mark.points or (total == mark.points and equality == "perhaps")
        best = max(runner.best, points)
        return best > mark.best or (best == mark.best and equality == "perhaps")

    def _lacks(self, runner: Runner, mark: Mark, equality: Equality) -> int:
        """The points that an athlete lacks; those that make it equal are enough if its best result may be better."""
        if equality == "perhaps":
            best = max(runner.best, *(race[0] if race else 0 for race in self.races))
            equal = mark.best is None or best >= mark.best
        else:
            equal = mark.best is not None and runner.best > mark.best
        return max(0, mark.points - runner.points + (not equal))

    def _several_races(self, needs: tuple[int, ...]) -> AllAhead:
        """Whether all of some athletes can have the points that they lack, the largest number first."""
        number = len(needs)
        best = [self._best(race, number) for race in range(len(self.races))]
        lacking = there = 0
        for place, need in enumerate(needs):
            lacking, there = lacking + need, there + sum(race[place] for race in best)
            if lacking > there:
                return AllAhead("no")
        ranks: list[tuple[int, ...]] = []
        rest = list(needs)
        for race in best:
            order = sorted(range(number), key=lambda n: (-rest[n], n))
            given = {n: place for place, n in enumerate(order)}
            ranks.append(tuple(given[n] for n in range(number)))
            rest = [rest[n] - race[given[n]] for n in range(number)]
        if all(one <= 0 for one in rest):
            return AllAhead("yes", ranks=tuple(ranks))
        return _solved(needs, best)


def _solved(needs: Sequence[int], races: Sequence[Sequence[int]]) -> AllAhead:
    """The same by CP-SAT: for each athlete, race and number of points, whether it has so many or more there."""
    model = cp_model.CpModel()
    number = len(needs)
    totals: list[Linear] = [0] * number
    steps: list[list[list[tuple[int, cp_model.IntVar]]]] = []
    for points in races:
        levels = sorted(set(points), reverse=True)
        own: list[list[tuple[int, cp_model.IntVar]]] = []
        for n in range(number):
            chain = [(level, model.new_bool_var("")) for level in levels]
            for (_, better), (_, worse) in itertools.pairwise(chain):
                model.add_implication(better, worse)
            below = [*levels[1:], 0]
            totals[n] = totals[n] + sum((level - under) * by for (level, by), under in zip(chain, below, strict=True))
            own.append(chain)
        for place, level in enumerate(levels):
            model.add(sum(chain[place][1] for chain in own) <= sum(one >= level for one in points))
        steps.append(own)
    for total, need in zip(totals, needs, strict=True):
        model.add(total >= need)
    solver = new_solver(replace(DEFAULT, limit=EFFORT))
    status = attempt(model, solver)
    if status == cp_model.INFEASIBLE:
        return AllAhead("no")
    if status == cp_model.UNKNOWN:
        return AllAhead("unknown")
    ranks: list[tuple[int, ...]] = []
    for own in steps:
        reached = [max((level for level, by in chain if solver.boolean_value(by)), default=-1) for chain in own]
        order = sorted(range(number), key=lambda n: (-reached[n], n))
        given = {n: place for place, n in enumerate(order)}
        ranks.append(tuple(given[n] for n in range(number)))
    return AllAhead("yes", ranks=tuple(ranks))
