"""The computing of an SOQC from classifications: sums of points, the order of equal points, and draws."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from quotaproof.model.dataframes import rows_of_frame
from quotaproof.model.errors import InputError
from quotaproof.model.rules import Readings, Rules
from quotaproof.model.scenario_folder import CLASSIFICATIONS, DRAWS
from quotaproof.model.standings.rankings import Entry, Ranking

from .classifications import Classifications, Draw, classifications_of
from .classified import OWN, Classified, Score
from .soqc import Soqc, TieCriterion, TiePositions

if TYPE_CHECKING:
    import pandas as pd

EventClaim = tuple[str, str, int]
"""(event, NOC, qualifier)."""


def standings_of(
    classifications: Classifications, rules: Rules, readings: Readings, drawn_under: Readings | None = None
) -> Classified:
    """Return the standings that results give under the table `[soqc]` of the rules.

    Parameters
    ----------
    readings
        How the rules are read; those of an SOQC matter here.
    drawn_under
        The readings under which recorded draws were held, if not these. A draw then settles a tie only between entries
        that were drawn together, and one that settles none is passed over.

    Raises
    ------
    InputError
        If the rules have no such table, or a recorded draw does not belong to a tie.
    """
    soqc = _soqc_of(rules)
    draws = {(draw.event, draw.noc, draw.qualifier): draw for draw in classifications.draws}
    ties = TieRule(rules.tie_criteria(readings), rules.tie_positions(readings))
    elsewhere = drawn_under is not None and not readings.ranks_like(drawn_under)
    if draws and elsewhere and drawn_under is not None:
        ties = replace(ties, together=_together(standings_of(classifications, rules, drawn_under)))
    scores: dict[str, tuple[Score, ...]] = {}
    rankings: dict[str, Ranking] = {}
    reasons: dict[str, str] = {}
    settled: set[EventClaim] = set()
    for event in (event.identifier for event in rules.events):
        if event not in classifications.by_event:
            continue
        scores[event] = found = _scores(event, classifications, soqc, ties, draws)
        settled |= {(event, score.noc, score.qualifier) for score in found if score.draw is not None}
        reason = classifications.why_open(event, rules)
        if reason is not None:
            reasons[event] = reason
            continue
        entries = tuple(Entry(score.noc, score.qualifier, score.points) for score in found)
        groups = itertools.groupby((score for score in found if score.tied), key=lambda score: score.shared)
        rankings[event] = Ranking(entries, tuple(tuple(score.rank for score in group) for _, group in groups))
    for key, draw in draws.items():
        if key not in settled and key[0] not in reasons and not elsewhere:
            raise draw.row.error(
                "draw", f"{draw.noc}'s qualifier {draw.qualifier} in {draw.event} is in no tie that a draw could settle"
            )
    return Classified(rankings, scores, {event: soqc.held(event) for event in scores}, reasons)


def _soqc_of(rules: Rules) -> Soqc:
    if rules.soqc is None:
        raise InputError("the rule file does not say how standings are computed; it has no table [soqc]")
    return rules.soqc


def standings_from_frame(
    frame: pd.DataFrame, rules: Rules, readings: Readings, draws: pd.DataFrame | None = None
) -> Classified:
    """Return the standings that a frame of classifications gives.

    Parameters
    ----------
    frame
        With the columns meet, event, noc, qualifier, position and perhaps certain.
    readings
        How the rules are read.
    draws
        With the columns event, noc, qualifier, draw.

    Raises
    ------
    InputError
        As for a `classifications.csv`; lines count the rows of the frame from 1.
    """
    rows = rows_of_frame(frame, "frame of classifications", CLASSIFICATIONS.required, CLASSIFICATIONS.optional)
    drawn = [] if draws is None else rows_of_frame(draws, "frame of draws", DRAWS.required, DRAWS.optional)
    return standings_of(classifications_of(rows, rules, drawn), rules, readings)


@dataclass(frozen=True, slots=True)
class TieRule:
    """How equal points are distinguished.

    Attributes
    ----------
    criteria
        In their order.
    positions
        The meets whose positions are added and compared.
    together
        (event, NOC, qualifier) -> the tie that it was drawn in, where draws were held under other readings; None where
        they belong to the very ties that these criteria leave.
    """

    criteria: tuple[TieCriterion, ...]
    positions: TiePositions
    together: Mapping[EventClaim, int] | None = None


def _together(drawn: Classified) -> dict[EventClaim, int]:
    """Which entries were drawn with each other: those of an event that share a first rank."""
    return {
        (one.event, one.noc, one.qualifier): one.shared
        for one in drawn.rows()
        if one.draw is not None and one.shared is not None
    }


@dataclass(frozen=True, slots=True)
class Summed:
    """What an entry's positions at the meets of an event come to; `key` tells equal points apart, smallest first."""

    points: int
    counting: tuple[bool, ...]
    sum_of_positions: int
    best_position: int
    best_result: int
    key: tuple[int, ...]

    @property
    def order(self) -> tuple[int, ...]:
        """What the list is sorted by, smallest first; a draw decides between entries that are equal in it."""
        return (-self.points, *self.key)


class _Sum(NamedTuple):
    """An entry before it is ranked; `order` is that of the list where nothing tells entries apart."""

    noc: str
    qualifier: int
    positions: tuple[int | None, ...]
    certain: bool
    order: tuple[object, ...]
    figures: Summed


def summed(event: str, positions: Mapping[str, int], soqc: Soqc, ties: TieRule) -> Summed:
    """Return what an entry's positions come to.

    Parameters
    ----------
    positions
        Meet -> position; a meet that it lacks was missed.
    """
    held = soqc.held(event)
    by_meet = [
        (soqc.points_for(event, meet, positions[meet]), positions[meet])
        if meet in positions
        else (0, soqc.missed_position)
        for meet in held
    ]
    best_first = sorted(range(len(held)), key=lambda meet: (-by_meet[meet][0], by_meet[meet][1], meet))
    counting = set(best_first[: soqc.counted(event)])
    telling = sorted(counting) if ties.positions == "counting" else range(len(held))
    told = [by_meet[meet][1] for meet in telling]
    best_result = max(points for points, _ in by_meet)
    # Of each figure the lower one is better, so points count down.
    values: dict[TieCriterion, int] = {
        "sum-of-positions": sum(told),
        "best-result": -best_result,
        "best-position": min(told),
    }
    return Summed(
        sum(by_meet[meet][0] for meet in counting),
        tuple(meet in counting for meet in range(len(held))),
        values["sum-of-positions"],
        values["best-position"],
        best_result,
        tuple(values[criterion] for criterion in ties.criteria if criterion in values),
    )


OwnPositions = tuple[int | None, ...]
"""An entry's position at each meet of an event, None where it was missed."""


class ScoredEntry(NamedTuple):
    """An entry of one event as it is ranked, smallest first; entries with the same `order` are equal."""

    order: tuple[int, ...]
    positions: tuple[int, ...]
    noc: str
    qualifier: int
    points: int


class ScoredEntries:
    """The entries of one event by their positions at its meets, without draws, ranked as `standings_of` ranks them.

    What positions come to is added up once, so a ranking in which little changes is soon made.
    """

    def __init__(self, event: str, rules: Rules, readings: Readings) -> None:
        self.event = event
        self._soqc = _soqc_of(rules)
        self._ties = TieRule(rules.tie_criteria(readings), rules.tie_positions(readings))
        self._held = self._soqc.held(event)
        self._sums: dict[OwnPositions, Summed] = {}

    def row(self, noc: str, qualifier: int, own: OwnPositions) -> ScoredEntry:
        """Return an entry with its positions at the meets that the rules name for the event, in their order."""
        figures = self._sums.get(own)
        if figures is None:
            there = {meet: position for meet, position in zip(self._held, own, strict=True) if position is not None}
            figures = self._sums[own] = summed(self.event, there, self._soqc, self._ties)
        positions = tuple(self._soqc.missed_position if position is None else position for position in own)
        return ScoredEntry(figures.order, positions, noc, qualifier, figures.points)

    @staticmethod
    def ranking(rows: Iterable[ScoredEntry]) -> Ranking:
        """Return the ranking of entries that are sorted already."""
        entries: list[Entry] = []
        tied: list[tuple[int, ...]] = []
        for _, equal in itertools.groupby(rows, key=lambda row: row.order):
            group = list(equal)
            if len(group) > 1:
                if all(row.noc == group[0].noc for row in group):
                    group.sort(key=lambda row: row.qualifier)
                else:
                    tied.append(tuple(range(len(entries) + 1, len(entries) + len(group) + 1)))
            entries += [Entry(row.noc, row.qualifier, row.points) for row in group]
        return Ranking(tuple(entries), tuple(tied))


def _sums(event: str, classifications: Classifications, soqc: Soqc, ties: TieRule) -> list[_Sum]:
    """Add up each qualifier's points over the meets that count."""
    held = soqc.held(event)
    at: dict[tuple[str, int], dict[str, int]] = {}
    doubtful: set[tuple[str, int]] = set()
    for result in classifications.by_event[event]:
        if result.noc is not None and result.qualifier is not None:
            at.setdefault((result.noc, result.qualifier), {})[result.meet] = result.position
            if not result.certain:
                doubtful.add((result.noc, result.qualifier))
    sums: list[_Sum] = []
    for (noc, qualifier), positions in at.items():
        order = (*(positions.get(meet, soqc.missed_position) for meet in held), noc, qualifier)
        own, certain = tuple(positions.get(meet) for meet in held), (noc, qualifier) not in doubtful
        sums.append(_Sum(noc, qualifier, own, certain, order, summed(event, positions, soqc, ties)))
    return sums


def _scores(
    event: str, classifications: Classifications, soqc: Soqc, ties: TieRule, draws: Mapping[EventClaim, Draw]
) -> tuple[Score, ...]:
    sums = sorted(_sums(event, classifications, soqc, ties), key=lambda one: (one.figures.order, one.order))
    scores: list[Score] = []
    for points, by_points in itertools.groupby(sums, key=lambda one: one.figures.points):
        equal = list(by_points)
        keys = [one.figures.key for one in equal]
        prefixes = Counter(key[:length] for key in keys for length in range(len(key) + 1))
        for _, by_key in itertools.groupby(equal, key=lambda one: one.figures.key):
            group = list(by_key)
            own = len({one.noc for one in group}) == 1
            numbers = {} if own else _drawn(event, group, draws, ties.together)
            if own:
                group.sort(key=lambda one: one.qualifier)
            elif numbers:
                group.sort(key=lambda one: numbers[one.noc, one.qualifier])
            shared = len(scores) + 1 if len(group) > 1 and not own else None
            for one in group:
                tied = shared is not None and not numbers
                broken: str | None = None
                if numbers:
                    broken = "draw"
                elif own and len(group) > 1:
                    broken = OWN
                elif not tied:
                    broken = _broken_by(one.figures.key, prefixes, ties)
                scores.append(
                    Score(
                        event,
                        len(scores) + 1,
                        shared,
                        one.noc,
                        one.qualifier,
                        points,
                        one.positions,
                        one.figures.counting,
                        one.figures.sum_of_positions,
                        one.figures.best_position,
                        one.figures.best_result,
                        broken,
                        tied,
                        numbers.get((one.noc, one.qualifier)),
                        one.certain,
                    )
                )
    return tuple(scores)


def _broken_by(key: tuple[int, ...], prefixes: Mapping[tuple[int, ...], int], ties: TieRule) -> str | None:
    """The criterion at which nobody with the same points is equal any more; None if nobody is from the beginning."""
    length = next(length for length in range(len(key) + 1) if prefixes[key[:length]] == 1)
    return ties.criteria[length - 1] if length else None


def _drawn(
    event: str, group: Sequence[_Sum], draws: Mapping[EventClaim, Draw], together: Mapping[EventClaim, int] | None
) -> dict[tuple[str, int], int]:
    """Return the numbers of a recorded draw among entries that are equal in everything; empty if there was none."""
    if together is not None:
        keys = [(event, one.noc, one.qualifier) for one in group]
        lots = {together.get(key) for key in keys}
        if None in lots or len(lots) > 1:
            return {}
        keys.sort(key=lambda key: draws[key].number)
        return {(noc, qualifier): number for number, (_, noc, qualifier) in enumerate(keys, 1)}
    found: Iterable[Draw | None] = [draws.get((event, one.noc, one.qualifier)) for one in group]
    recorded = [draw for draw in found if draw is not None]
    if not recorded:
        return {}
    if sorted(draw.number for draw in recorded) != list(range(1, len(group) + 1)):
        names = ", ".join(f"{one.noc} {one.qualifier}" for one in group)
        raise recorded[-1].row.error(
            "draw", f"a draw of the {len(group)} tied entries of {event} ({names}) must number them 1 to {len(group)}"
        )
    numbers = {(draw.noc, draw.qualifier): draw.number for draw in recorded}
    for better, worse in itertools.pairwise(sorted(numbers)):
        if better[0] == worse[0] and numbers[better] > numbers[worse]:
            raise recorded[-1].row.error(
                "draw", f"{worse[0]}'s qualifier {worse[1]} is drawn before its qualifier {better[1]}"
            )
    return numbers
