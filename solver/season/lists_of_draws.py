"""Ranked lists of many drawn seasons at once: sums of points, best times, ties, and what is left to chance.

`model.results.ranked_lists` does the same for one season and with a record of why; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quotaproof.model.errors import UnsupportedError
from quotaproof.model.results.ranking_rules import (
    BEST_RESULTS,
    BEST_TIME,
    LATEST_MEET,
    OTHER_RANKING,
    SHARED_RANK,
    RankingRule,
)
from quotaproof.model.same_values import WithArrays

from .arrays import Wholes
from .athletes import NO_TIME, AthleteModel, Drawn, GroupModel
from .rankings_of_draws import sorted_keys

Order = npt.NDArray[np.int16]
"""(S, n) the athlete of a group at each rank; -1 behind the end."""


@dataclass(frozen=True, eq=False)
class DrawnLists(WithArrays):
    """Ranked lists of S seasons.

    Attributes
    ----------
    orders
        (event, ranking) -> order of the athletes of the event's group.
    ties
        (S,) neighbours that only chance could put in order.
    """

    orders: Mapping[tuple[str, str], Order]
    ties: Wholes


def lists_of(
    model: AthleteModel,
    drawn: Sequence[Drawn],
    rankings: Sequence[RankingRule],
    meets: Sequence[str],
    number: int,
    rng: np.random.Generator,
) -> DrawnLists:
    """Return all ranked lists of `number` seasons.

    Parameters
    ----------
    rankings
        In an order in which a list comes after those that its ties ask.
    meets
        All meets, in order of time.
    """
    orders: dict[tuple[str, str], Order] = {}
    ranks: dict[tuple[str, str], Wholes] = {}
    ties = np.zeros(number, dtype=np.int64)
    for rule in rankings:
        for event in rule.events:
            for group, own in zip(model.groups, drawn, strict=True):
                if event in group.events:
                    order, rank, tied = _list(event, rule, group, own, meets, ranks, number, rng)
                    orders[event, rule.identifier], ranks[event, rule.identifier] = order, rank
                    ties += tied
    return DrawnLists(orders, ties)


def _list(
    event: str,
    rule: RankingRule,
    group: GroupModel,
    drawn: Drawn,
    meets: Sequence[str],
    ranks: Mapping[tuple[str, str], Wholes],
    number: int,
    rng: np.random.Generator,
) -> tuple[Order, Wholes, Wholes]:
    shape = (number, len(group.athletes))
    sources = [group.events.index(one) for one in rule.sources(event) if one in group.events]
    own_event = group.events.index(event)
    races = [index for index, (_, of) in enumerate(drawn.races) if of in sources]
    times = np.full(shape, NO_TIME, dtype=np.int32)
    ranked = np.zeros(shape, dtype=np.bool_)
    for index in races:
        ranked |= drawn.ranked[index]
        if drawn.races[index][1] == own_event:
            np.minimum(times, drawn.times[index], out=times)
    if rule.measure == "rank":
        raise UnsupportedError(f"odds are given for lists by points and by times, and {rule.identifier} goes by ranks")
    counted, of_meet = _counted(rule, drawn, races, meets, shape)
    points = sum((one.astype(np.int64) for one in counted), start=np.zeros(shape, dtype=np.int64))
    parts = [_down(points)] if rule.measure == "points" else [times.astype(np.int64)]
    listed = ranked if rule.measure == "points" else times < NO_TIME
    for criterion in rule.ties:
        if criterion == BEST_RESULTS:
            if counted:
                values = -np.sort(-np.stack(counted, axis=2), axis=2)
                parts += [_down(values[:, :, column]) for column in range(values.shape[2])]
        elif criterion == BEST_TIME:
            parts.append(times.astype(np.int64))
        elif criterion == LATEST_MEET:
            for meet in reversed(meets):
                here = [one for one, own in zip(counted, of_meet, strict=True) if own == meet]
                if here:
                    parts.append(_down(sum(here[1:], start=here[0])))
        elif criterion.startswith(OTHER_RANKING):
            parts.append(ranks[event, criterion.removeprefix(OTHER_RANKING)])
        elif criterion != SHARED_RANK:
            raise UnsupportedError(f"{criterion!r} is not a criterion for ties of rankings")
    which, ended, same = sorted_keys(parts, listed, rng)
    order = np.where(ended, -1, which).astype(np.int16)
    rank = np.full(shape, shape[1], dtype=np.int64)
    places = np.broadcast_to(np.arange(shape[1]), shape)
    # Who is equal has the rank of the first.
    shared = np.maximum.accumulate(np.where(np.pad(~same, ((0, 0), (1, 0)), constant_values=True), places, 0), axis=1)
    np.put_along_axis(rank, which, np.where(ended, shape[1], shared), axis=1)
    return order, rank, np.count_nonzero(same & ~ended[:, 1:], axis=1)


def _down(figures: npt.NDArray[np.integer]) -> Wholes:
    """Figures of which more is better, as figures of which less is better."""
    return np.asarray(figures.max(initial=0) - figures, dtype=np.int64)


def _counted(
    rule: RankingRule, drawn: Drawn, races: Sequence[int], meets: Sequence[str], shape: tuple[int, int]
) -> tuple[list[npt.NDArray[np.int32]], list[str]]:
    """The points that count: a column per race, or per meet where its best race counts, with its meet."""
    columns: list[npt.NDArray[np.int32]] = []
    of_meet: list[str] = []
    for meet in meets:
        here = [np.broadcast_to(drawn.points[index], shape) for index in races if drawn.races[index][0] == meet]
        if here and rule.per_meet == "best":
            here = [np.maximum.reduce(here)]
        columns += here
        of_meet += [meet] * len(here)
    held = list(dict.fromkeys(of_meet))
    if rule.counting is not None and rule.counting < len(held):
        sums = np.stack(
            [sum(c.astype(np.int64) for c, own in zip(columns, of_meet, strict=True) if own == meet) for meet in held],
            axis=2,
        )
        best = np.argsort(-sums, axis=2, kind="stable")[:, :, : rule.counting]
        counts = np.zeros(sums.shape, dtype=np.bool_)
        np.put_along_axis(counts, best, values=True, axis=2)
        columns = [np.where(counts[:, :, held.index(m)], c, 0) for c, m in zip(columns, of_meet, strict=True)]
    return columns, of_meet
