"""The odds of a season: how likely each number of start places and quota places is, from drawn seasons.

A chance is the share of drawn seasons, with half a season added that the possible numbers share evenly: what was not
drawn is unlikely, and only what is proved impossible has chance 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from quotaproof.model.errors import InputError
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario

from .arrays import Floats, Wholes
from .qualifiers import ResultModel
from .season import Season
from .simulation import Simulator, Tally, TellDrawn, simulate, simulator

PRIOR = 0.5
"""Seasons that are added to what was drawn, shared by the numbers that are possible."""

SAMPLES = 20_000
"""Seasons drawn where nobody says how many."""

MODEL = "gaussian-rating"
"""The model of results, as documents name it; docs/odds.md has its formula."""

Proved = Mapping[tuple[str, str], tuple[int, int]]
"""(event or gender, NOC) -> the least and the most that is proved."""


@dataclass(frozen=True)
class Odds:
    """Chances of numbers of places.

    Attributes
    ----------
    nocs
        Sorted; the order of the arrays.
    proved
        The least and the most start places (event) or quota places (gender) of NOCs, where that is proved.
    """

    season: Season
    nocs: tuple[str, ...]
    tally: Tally
    seed: int
    proved: Proved = field(default_factory=dict)

    @property
    def scenario(self) -> Scenario:
        """The scenario as it was after the meets held."""
        return self.season.scenario

    @property
    def samples(self) -> int:
        """How many seasons were drawn."""
        return self.tally.seasons

    @cached_property
    def number(self) -> Mapping[str, int]:
        """NOC -> its number in the arrays."""
        return {noc: index for index, noc in enumerate(self.nocs)}

    def places(self, event: str, noc: str) -> Floats:
        """Return the chances of 0, 1, ... start places, up to an NOC's cap in the event.

        Raises
        ------
        InputError
            If the rules have no such event.
        """
        rules = self.scenario.rules
        index = [one.identifier for one in rules.events].index(rules.event(event).identifier)
        most = self.scenario.noc_cap(rules.event(event), noc)
        if noc not in self.number:
            return np.asarray(np.eye(1, most + 1)[0], dtype=np.float64)
        return self._chances(self.tally.places[index, self.number[noc]], most, self.proved.get((event, noc)))

    def athletes(self, gender: str, noc: str) -> Floats:
        """Return the chances of 0, 1, ... quota places of a gender, up to the largest that was drawn or is possible."""
        if gender not in GENDERS:
            raise InputError(f"{gender!r} has no quota places of its own; use {' or '.join(GENDERS)}")
        if noc not in self.number:
            return np.ones(1)
        counts = self.tally.athletes[GENDERS.index(gender), self.number[noc]]
        limits = self.proved.get((gender, noc))
        drawn = int(np.flatnonzero(counts)[-1]) if counts.any() else 0
        return self._chances(counts, drawn if limits is None else max(limits), limits)

    def at_least(self, event: str, noc: str, number: int) -> float:
        """Return the chance of so many start places or more."""
        return float(self.places(event, noc)[number:].sum())

    def expected(self, event: str, noc: str) -> float:
        """Return the expected number of start places."""
        chances = self.places(event, noc)
        return float(chances @ np.arange(len(chances)))

    def error(self, chance: float) -> float:
        """Return the standard error of a chance that so many samples leave."""
        return float(np.sqrt(max(chance * (1 - chance), PRIOR / (self.samples + PRIOR)) / self.samples))

    def _chances(self, counts: Wholes, most: int, limits: tuple[int, int] | None) -> Floats:
        least, largest = (0, most) if limits is None else limits
        numbers = np.arange(max(most, largest) + 1)
        possible = (numbers >= least) & (numbers <= largest)
        drawn = np.zeros(len(numbers))
        drawn[: len(counts)] = counts[: len(numbers)]
        drawn = np.where(possible, drawn + PRIOR / possible.sum(), 0)
        return np.asarray(drawn / drawn.sum())

    def to_dict(self) -> dict[str, dict[str, dict[str, list[float]]]]:
        """Return event -> NOC -> chances, and NOC -> gender -> chances, with the JSON keys of `season`.

        NOCs that have nothing in any drawn season, and of which nothing else is proved possible, are left out.
        """
        odds: dict[str, dict[str, list[float]]] = {}
        for event in self.scenario.rules.events:
            rows = {noc: self.places(event.identifier, noc) for noc in self.nocs}
            odds[event.identifier] = {
                noc: _rounded(row) for noc, row in rows.items() if self._told(event.identifier, noc)
            }
        athletes: dict[str, dict[str, list[float]]] = {}
        for noc in self.nocs:
            rows = {gender: self.athletes(gender, noc) for gender in GENDERS}
            if any(len(row) > 1 for row in rows.values()):
                athletes[noc] = {gender: _rounded(row) for gender, row in rows.items()}
        return {"odds": odds, "athletes": athletes}

    def _told(self, event: str, noc: str) -> bool:
        """Whether an NOC may have a place in an event, by what is proved or by what was drawn."""
        limits = self.proved.get((event, noc))
        if limits is not None:
            return limits[1] > 0
        index = [one.identifier for one in self.scenario.rules.events].index(event)
        return bool(self.tally.places[index, self.number[noc]][1:].any())


def _rounded(chances: Floats) -> list[float]:
    """Chances with eight digits behind the point, so that none that is not 0 becomes 0."""
    return [round(float(chance), 8) for chance in chances]


def percent(chance: float) -> str:
    """Return a chance in per cent; 0 and 100 only where it is exactly that."""
    if chance <= 0 or chance >= 1:
        return "100 %" if chance >= 1 else "0 %"
    if chance < 1e-4:
        return "<0.01 %"
    if chance > 1 - 1e-4:
        return ">99.99 %"
    digits = 2 if min(chance, 1 - chance) < 0.01 else 1
    return f"{100 * chance:.{digits}f} %"


def odds_of(
    season: Season,
    samples: int = SAMPLES,
    seed: int = 0,
    jobs: int = 1,
    proved: Proved | None = None,
    report: TellDrawn | None = None,
    model: ResultModel | None = None,
) -> Odds:
    """Return the odds of a season.

    Parameters
    ----------
    samples
        Seasons to draw.
    jobs
        Processes; -1: one per core, 1: this one alone. It makes no difference to the numbers.
    proved
        The least and the most start places of NOCs by event, and quota places by gender, where that is proved.
    report
        Told of progress.
    model
        What draws results, where places go by SOQCs; the one fitted to the meets held if None.

    Raises
    ------
    IncompleteError
        If there are no results.
    InputError
        If there is no sample or process, or scipy is not installed.
    UnsupportedError
        If the rules have a kind of pathway or list that no season is drawn for.
    """
    require()
    drawing: Simulator = simulator(season, model)
    tally = simulate(drawing, season.scenario, samples, seed, jobs, report)
    return Odds(season, drawing.nocs, tally, seed, dict(proved or {}))


def require() -> None:
    """Raise InputError unless scipy is installed."""
    try:
        import scipy  # noqa: F401
    except ImportError as error:
        raise InputError("odds need scipy; install it with pip install 'quotaproof[odds]'") from error


def slow() -> bool:
    """Return whether the loops of the batch engine run uncompiled, so that drawing takes several times as long."""
    from quotaproof.solver.engines.batch.loops import AVAILABLE

    return not AVAILABLE
