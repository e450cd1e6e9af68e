"""SOQCs of many drawn seasons at once, by the points rules: sums, meets that count, ties, and what is left to chance.

`model.results.scoring` does the same for one season and with a record of why; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quotaproof.model.errors import InputError
from quotaproof.model.same_values import WithArrays

from .arrays import Booleans, Wholes
from .qualifiers import Positions, ResultModel
from .season import Season

BITS = 62
"""Bits of a key by which entries are sorted."""

CHANCE = 10
"""Bits of chance in a key, for entries that nothing tells apart."""


@dataclass(frozen=True, eq=False)
class DrawnRankings(WithArrays):
    """Rankings of S seasons.

    Attributes
    ----------
    entries
        (S, E, R) the number of the NOC at each rank; -1 behind the end.
    ties
        (S,) neighbours of different NOCs that only chance could put in order.
    """

    entries: npt.NDArray[np.int16]
    ties: Wholes


class Scorer:
    """What turns positions at the meets to come into rankings, with the positions of the meets held."""

    def __init__(self, season: Season, model: ResultModel) -> None:
        scenario, soqc = season.scenario, season.scenario.rules.soqc
        if soqc is None:
            raise InputError("the rule file does not say how standings are computed; it has no table [soqc]")
        rules = scenario.rules
        self.events = tuple(event.identifier for event in rules.events)
        self.entries, self.nocs, self.missed = model.entries, model.nocs, soqc.missed_position
        self.meets = {event: season.held(event) + season.left(event) for event in self.events}
        self.counted = {event: season.counted(event) for event in self.events}
        self.criteria = tuple(one for one in rules.tie_criteria(scenario.readings) if one != "draw")
        self.telling = rules.tie_positions(scenario.readings)
        known = scenario.classifications.by_event if scenario.classifications is not None else {}
        number = {noc: index for index, noc in enumerate(model.nocs)}
        self.held: dict[tuple[str, str], Positions] = {}
        self.points: dict[tuple[str, str], npt.NDArray[np.int32]] = {}
        for event in self.events:
            places = model.entries.get(event, 0) * len(model.nocs)
            results = [one for one in known.get(event, ()) if one.noc in number and one.qualifier is not None]
            for meet in soqc.held(event):
                last = max([places, *(one.position for one in results if one.meet == meet)])
                table = [0, *(soqc.points_for(event, meet, position) for position in range(1, last + 1))]
                self.points[event, meet] = np.array(table, dtype=np.int32)
            for result in results:
                own = self.held.setdefault(
                    (event, result.meet), np.zeros((1, len(model.nocs), model.entries[event]), dtype=np.int16)
                )
                own[0, number[result.noc or ""], (result.qualifier or 1) - 1] = result.position

    def rank(self, drawn: Mapping[tuple[str, str], Positions], number: int, rng: np.random.Generator) -> DrawnRankings:
        """Return the rankings of `number` seasons."""
        longest = max(self.entries.values(), default=1) * len(self.nocs)
        entries = np.full((number, len(self.events), longest), -1, dtype=np.int16)
        ties = np.zeros(number, dtype=np.int64)
        for event, identifier in enumerate(self.events):
            if identifier not in self.entries:
                continue
            found, tied = self._event(identifier, drawn, number, rng)
            entries[:, event, : found.shape[1]] = found
            ties += tied
        return DrawnRankings(entries, ties)

    def _event(
        self, event: str, drawn: Mapping[tuple[str, str], Positions], number: int, rng: np.random.Generator
    ) -> tuple[npt.NDArray[np.int16], Wholes]:
        held, counted = self.meets[event], self.counted[event]
        size = self.entries[event] * len(self.nocs)
        points = np.zeros((len(held), number, size), dtype=np.int32)
        positions = np.full((len(held), number, size), self.missed, dtype=np.int32)
        started = np.zeros((number, size), dtype=np.bool_)
        nobody = np.zeros((1, size), dtype=np.int16)
        for index, meet in enumerate(held):
            at = drawn.get((event, meet), self.held.get((event, meet), nobody))
            flat = np.broadcast_to(at.reshape(len(at), size), (number, size))
            points[index] = self.points[event, meet][flat]
            positions[index] = np.where(flat > 0, flat, self.missed)
            started |= flat > 0
        best = points.max(axis=0)
        if counted < len(held):
            # More points first, then the better position; the meet of which of two equal ones counts is all the same.
            base = self.missed + 1
            worth = np.sort(points.astype(np.int64) * base + (self.missed - positions), axis=0)[len(held) - counted :]
            counting_points, counting = worth // base, self.missed - worth % base
        else:
            counting_points, counting = points, positions
        telling = counting if self.telling == "counting" else positions
        total = counting_points.sum(axis=0, dtype=np.int64)
        parts = [total.max(initial=0) - total]
        for criterion in self.criteria:
            if criterion == "sum-of-positions":
                parts.append(telling.sum(axis=0, dtype=np.int64))
            elif criterion == "best-position":
                parts.append(telling.min(axis=0).astype(np.int64))
            elif criterion == "best-result":
                parts.append((best.max(initial=0) - best).astype(np.int64))
            else:
                raise InputError(f"{criterion!r} is not a criterion for equal points")
        order, tied = in_order(parts, started, np.repeat(np.arange(len(self.nocs)), self.entries[event]), rng)
        return order, tied


def in_order(
    parts: Sequence[Wholes],
    started: Booleans,
    nocs: Wholes,
    rng: np.random.Generator,
) -> tuple[npt.NDArray[np.int16], Wholes]:
    """Return the NOCs in order of some figures, smallest first, and how many neighbours only chance put in order.

    Parameters
    ----------
    parts
        Arrays (S, n) of figures from 0, the most important first.
    started
        (S, n) who is ranked at all.
    nocs
        (n,) whose the entries are.
    """
    which, ended, same = sorted_keys(parts, started, rng)
    order = nocs[which].astype(np.int16)
    tied = np.count_nonzero(same & ~ended[:, 1:] & (order[:, 1:] != order[:, :-1]), axis=1)
    order[ended] = -1
    return order, tied


def sorted_keys(
    parts: Sequence[Wholes], started: Booleans, rng: np.random.Generator
) -> tuple[Wholes, Booleans, Booleans]:
    """Sort entries season by season by some figures, smallest first; who is equal in all is put in order by chance.

    Parameters
    ----------
    parts
        Arrays (S, n) of figures from 0, the most important first.
    started
        (S, n) who is ranked at all; the others come last.

    Returns
    -------
    tuple
        (S, n) the entry at each rank; (S, n) whether the rank is behind the end; (S, n - 1) whether an entry and the
        next are equal.
    """
    number, size = started.shape
    key = np.zeros((number, size), dtype=np.int64)
    used = 0
    index_bits = max(1, (size - 1).bit_length())
    for part in parts:
        bits = int(part.max(initial=0)).bit_length()
        if used + bits + CHANCE + index_bits > BITS:
            key = _dense(key)
            used = index_bits
        key = (key << bits) | part
        used += bits
    if used + CHANCE + index_bits > BITS:
        key = _dense(key)
    key = (key << CHANCE) | rng.integers(0, 1 << CHANCE, size=key.shape, dtype=np.int64)
    key = (key << index_bits) | np.arange(size)
    last = np.iinfo(np.int64).max
    # Entries without a place keep their number, so that all are there once.
    key = np.where(started, key, (last >> index_bits << index_bits) | np.arange(size))
    key.sort(axis=1)
    which = key & ((1 << index_bits) - 1)
    behind = key >> (index_bits + CHANCE)
    ended = (key >> index_bits) == (last >> index_bits)
    return which, ended, behind[:, 1:] == behind[:, :-1]


def _dense(key: Wholes) -> Wholes:
    """The same order and the same ties in the smallest numbers, season by season."""
    order = np.argsort(key, axis=1, kind="stable")
    ordered = np.take_along_axis(key, order, axis=1)
    steps = np.zeros_like(key)
    steps[:, 1:] = np.cumsum(ordered[:, 1:] != ordered[:, :-1], axis=1)
    dense = np.empty_like(key)
    np.put_along_axis(dense, order, steps, axis=1)
    return dense
