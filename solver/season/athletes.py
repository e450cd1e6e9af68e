"""The model of results where places go down ranked lists of athletes or teams (long track).

Events that share a list are one group. Where an event has a list of times, what counts of a race is the logarithm of
the time, measured from the race's median in units of the spread of its faster half, and a fall is brought back to where
a bad race is; in an event without times it is the share of the field that a rank beat, Division B behind Division A.
`strengths` explains these by the athlete, the athlete over one distance, the athlete at one meet, and noise.

At a meet to come an athlete starts with a chance that depends on the division and on whether it started the last time.
Division A has as many as it had; the best of Division B have moved up for the last of Division A, as many as did
between the meets held. Times are drawn on ice of an announced pace, or of a pace drawn for the meet. Athletes who have
not raced yet are not drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quotaproof.model.same_values import WithArrays

from .arrays import Booleans, Floats, Wholes
from .programme import MeetToCome
from .strengths import Fit, noise

NO_TIME = 10**8


@dataclass(frozen=True, eq=False)
class Race(WithArrays):
    """A race of a group: where and what it is, and what it counts by.

    Attributes
    ----------
    event
        Its number in the group.
    points
        Per division (A, B) the points for the ranks 0 (none), 1, 2, ...
    """

    meet: str
    event: int
    number: int
    points: tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]


@dataclass(frozen=True, eq=False)
class Drawn(WithArrays):
    """Results of a group in S seasons, those held and those drawn.

    Attributes
    ----------
    races
        All races, those held first, each part in order of time.
    points
        Per race (S, n) or (1, n) points.
    times
        Per race (S, n) or (1, n) hundredths of a second; `NO_TIME` for none.
    ranked
        Per race (S, n) or (1, n) whether there is a rank.
    """

    races: tuple[tuple[str, int], ...]
    points: tuple[npt.NDArray[np.int32], ...]
    times: tuple[npt.NDArray[np.int32], ...]
    ranked: tuple[Booleans, ...]


@dataclass(frozen=True, eq=False)
class GroupModel(WithArrays):
    """The results of events that share a list.

    Attributes
    ----------
    events, athletes, nocs
        The athletes (n) with their NOCs.
    timed
        Whether times are drawn.
    level
        (E,) the logarithm of a usual time over each event at the meets held.
    unit
        The logarithm of time that a unit of strength is.
    slots
        (E, n) the number of each strength.
    before
        (n,) order of the athletes for the next division A, best first.
    started
        (n,) whether each started at the last meet at which the group raced.
    again
        (n,) chance to start for who did the last time.
    size_a, move_up
        (E,) places in Division A, and how many move up after a race.
    """

    events: tuple[str, ...]
    athletes: tuple[str, ...]
    nocs: tuple[str, ...]
    timed: bool
    level: Floats
    unit: float
    slots: Wholes
    fit: Fit
    before: Floats
    started: Booleans
    again: Floats
    after_all: float
    size_a: Wholes
    move_up: int
    left: tuple[Race, ...]
    held: Drawn
    ahead: tuple[MeetToCome, ...]

    def draw(self, rng: np.random.Generator, number: int, paces: Mapping[str, npt.NDArray[np.float32]]) -> Drawn:
        """Return the results of `number` seasons.

        Parameters
        ----------
        paces
            Meet -> (S,) the logarithm of its pace.
        """
        shape = (number, len(self.athletes))
        strengths = self.fit.draw(rng, number)
        seeding = np.broadcast_to(self.before.astype(np.float32), shape)
        started: Booleans = np.broadcast_to(self.started, shape)
        held = self.held
        races, points, times, ranked = list(held.races), list(held.points), list(held.times), list(held.ranked)
        meet, form = "", np.zeros(shape, dtype=np.float32)
        for race in self.left:
            if race.meet != meet:
                meet = race.meet
                chance = np.where(started, self.again, self.after_all)
                started = rng.random(shape, dtype=np.float32) < chance
                form = rng.standard_normal(shape, dtype=np.float32)
                form *= np.float32(self.fit.variances["athlete-meet"] ** 0.5)
            figures = noise(rng, shape) * np.float32(self.fit.variances["noise"] ** 0.5)
            figures += strengths[:, self.slots[race.event]] + form
            size = int(self.size_a[race.event])
            waiting = np.where(started, seeding, np.inf)
            in_a = started & (_ranks(waiting) <= size)
            in_b = started & ~in_a
            rank_a = np.where(in_a, _ranks(np.where(in_a, -figures, np.inf)), 0)
            rank_b = np.where(in_b, _ranks(np.where(in_b, -figures, np.inf)), 0)
            races.append((race.meet, race.event))
            points.append(race.points[0][rank_a] + race.points[1][rank_b])
            ranked.append(started)
            times.append(self._times(figures, race, paces[race.meet], started))
            up = min(self.move_up, size)
            seeding = np.where(in_a, rank_a + np.where(rank_a > size - up, up, 0), seeding).astype(np.float32)
            seeding = np.where(in_b, rank_b + np.where(rank_b <= up, size - up, size + up), seeding)
        return Drawn(tuple(races), tuple(points), tuple(times), tuple(ranked))

    def _times(
        self,
        figures: npt.NDArray[np.float32],
        race: Race,
        pace: npt.NDArray[np.float32],
        started: Booleans,
    ) -> npt.NDArray[np.int32]:
        if not self.timed:
            return np.full((1, figures.shape[1]), NO_TIME, dtype=np.int32)
        logs = self.level[race.event] + pace[:, None] - self.unit * figures
        hundredths = np.rint(np.exp(np.clip(logs, -10, 13)) * 100).astype(np.int32)
        return np.where(started, hundredths, NO_TIME).astype(np.int32)


@dataclass(frozen=True)
class AthleteModel:
    """All groups, and the meets to come."""

    groups: tuple[GroupModel, ...]
    ahead: tuple[MeetToCome, ...]
    nocs: tuple[str, ...]

    def draw(self, rng: np.random.Generator, number: int) -> list[Drawn]:
        """Return the results of `number` seasons, group by group."""
        paces = {
            one.meet: (np.log(one.pace) + one.pace_spread * rng.standard_normal(number)).astype(np.float32)
            for one in self.ahead
        }
        return [group.draw(rng, number, paces) for group in self.groups]


def _ranks(figures: npt.NDArray[np.floating]) -> Wholes:
    """Return ranks from 1, row by row, the smallest first."""
    order = np.argsort(figures, axis=1)
    ranks = np.empty(figures.shape, dtype=np.int64)
    np.put_along_axis(ranks, order, np.arange(1, figures.shape[1] + 1)[None, :], axis=1)
    return ranks
