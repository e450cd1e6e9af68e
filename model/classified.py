"""An SOQC computed from classifications: points, ranks, and for every tie on points what broke it, if anything did."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .classifications import COLUMNS, DRAW_COLUMNS, DRAW_OPTIONAL, OPTIONAL, Classifications, Draw, classifications_of
from .errors import InputError
from .files import csv_text
from .frames import rows_of_frame
from .rules import Rules
from .soqc import Soqc
from .standings import Entry, Ranking, Standings

if TYPE_CHECKING:
    import pandas as pd

OWN = "qualifier"
"""What orders entries of one and the same NOC that are equal in everything: the number of the qualifier."""


@dataclass(frozen=True, slots=True)
class Score:
    """An entry of a computed SOQC.

    Attributes
    ----------
    rank
        The place in the list, from 1. Inside an unsettled tie the order has no meaning: it goes by the positions at the
        first meet, then at the next, then by the code of the NOC.
    shared
        The first rank of the tie on everything but a draw that the entry is in, or None.
    positions
        Position by meet, in the order of the meets; None for a meet missed.
    counting
        Whether each of these meets counts.
    sum_of_positions, best_position
        What tells equal points apart, over the meets that the rule file takes for it; a meet missed counts as it says.
    tie_broken_by
        The last criterion it takes to tell the entry from all others with the same points; None if there are no others,
        or if the tie is not settled.
    tied
        Whether the entry is in a tie that nothing settles.
    draw
        Its number in a recorded draw.
    certain
        Whether all its positions are certain.
    """

    event: str
    rank: int
    shared: int | None
    noc: str
    qualifier: int
    points: int
    positions: tuple[int | None, ...]
    counting: tuple[bool, ...]
    sum_of_positions: int
    best_position: int
    tie_broken_by: str | None
    tied: bool
    draw: int | None
    certain: bool

    @property
    def place(self) -> str:
        """The rank as a `standings.csv` has it: `4`, or `4=` in a tie that nothing or only a draw settles."""
        return str(self.rank) if self.shared is None else f"{self.shared}="


@dataclass(frozen=True)
class Classified(Standings):
    """Standings computed from classifications.

    `rankings` has the events whose ranking is known from the results; `scores` has those too that are open, as far as
    their results go.

    Attributes
    ----------
    scores
        Event -> entries, best first.
    meets
        Event -> the meets at which it is held.
    open
        Event -> why its ranking is not known from these results, for events that have any.
    """

    scores: Mapping[str, tuple[Score, ...]] = field(default_factory=dict)
    meets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    open: Mapping[str, str] = field(default_factory=dict)

    def rows(self) -> tuple[Score, ...]:
        """Return the entries of all events, in the order of the rule file."""
        return tuple(score for scores in self.scores.values() for score in scores)

    def to_csv(self, events: Collection[str] = ()) -> str:
        """Return the standings as a `standings.csv` text, with what broke each tie and without events that are open.

        Parameters
        ----------
        events
            Events to write; all if empty.
        """
        rows = [s for s in self.rows() if s.event not in self.open and (not events or s.event in events)]
        drawn = any(score.draw is not None for score in rows)
        header = ["event", "rank", "noc", "qualifier", "points", "tie_broken_by", *(["draw"] if drawn else [])]
        lines = [
            [s.event, s.place, s.noc, s.qualifier, s.points, s.tie_broken_by or "", *([s.draw or ""] if drawn else [])]
            for s in rows
        ]
        return csv_text(header, lines)

    def to_dict(self) -> list[dict[str, object]]:
        """Return the entries with the JSON keys of the command line."""
        return [
            {
                "event": score.event,
                "rank": score.rank,
                "place": score.place,
                "noc": score.noc,
                "qualifier": score.qualifier,
                "points": score.points,
                "positions": dict(zip(self.meets[score.event], score.positions, strict=True)),
                "sum_of_positions": score.sum_of_positions,
                "best_position": score.best_position,
                "tie_broken_by": score.tie_broken_by,
                "tied": score.tied,
                "draw": score.draw,
                "certain": score.certain,
            }
            for score in self.rows()
        ]

    def to_frame(self) -> pd.DataFrame:
        """Return the entries as a frame.

        Its columns are event, rank, noc, qualifier, points, sum_of_positions, best_position, tie_broken_by, tied, then
        the positions at each meet.
        """
        import pandas as pd

        meets = list(dict.fromkeys(meet for held in self.meets.values() for meet in held))
        columns = ["event", "rank", "noc", "qualifier", "points", "sum_of_positions", "best_position"]
        columns += ["tie_broken_by", "tied"]
        rows = [
            {
                **{name: getattr(score, name) for name in columns},
                **dict(zip(self.meets[score.event], score.positions, strict=True)),
            }
            for score in self.rows()
        ]
        return pd.DataFrame(rows, columns=[*columns, *meets]).astype(dict.fromkeys(meets, "Int64"))


def standings_of(classifications: Classifications, rules: Rules) -> Classified:
    """Return the standings that results give under the table `[soqc]` of the rules.

    Raises
    ------
    InputError
        If the rules have no such table, or a recorded draw does not belong to a tie.
    """
    soqc = rules.soqc
    if soqc is None:
        raise InputError("the rule file does not say how standings are computed; it has no table [soqc]")
    draws = {(draw.event, draw.noc, draw.qualifier): draw for draw in classifications.draws}
    scores: dict[str, tuple[Score, ...]] = {}
    rankings: dict[str, Ranking] = {}
    reasons: dict[str, str] = {}
    settled: set[tuple[str, str, int]] = set()
    for event in (event.identifier for event in rules.events):
        if event not in classifications.by_event:
            continue
        scores[event] = found = _scores(event, classifications, soqc, draws)
        settled |= {(event, score.noc, score.qualifier) for score in found if score.draw is not None}
        reason = classifications.why_open(event, rules)
        if reason is not None:
            reasons[event] = reason
            continue
        entries = tuple(Entry(score.noc, score.qualifier, score.points) for score in found)
        groups = itertools.groupby((score for score in found if score.tied), key=lambda score: score.shared)
        rankings[event] = Ranking(entries, tuple(tuple(score.rank for score in group) for _, group in groups))
    for key, draw in draws.items():
        if key not in settled and key[0] not in reasons:
            raise draw.row.error(
                "draw", f"{draw.noc}'s qualifier {draw.qualifier} in {draw.event} is in no tie that a draw could settle"
            )
    return Classified(rankings, scores, {event: soqc.held(event) for event in scores}, reasons)


def standings_from_frame(frame: pd.DataFrame, rules: Rules, draws: pd.DataFrame | None = None) -> Classified:
    """Return the standings that a frame of classifications gives.

    Parameters
    ----------
    frame
        With the columns meet, event, noc, qualifier, position and perhaps certain.
    draws
        With the columns event, noc, qualifier, draw.

    Raises
    ------
    InputError
        As for a `classifications.csv`; lines count the rows of the frame from 1.
    """
    rows = rows_of_frame(frame, "frame of classifications", COLUMNS, OPTIONAL)
    drawn = [] if draws is None else rows_of_frame(draws, "frame of draws", DRAW_COLUMNS, DRAW_OPTIONAL)
    return standings_of(classifications_of(rows, rules, drawn), rules)


@dataclass(slots=True)
class _Sum:
    """An entry before it is ranked."""

    noc: str
    qualifier: int
    points: int
    positions: tuple[int | None, ...]
    counting: tuple[bool, ...]
    sum_of_positions: int
    best_position: int
    certain: bool
    key: tuple[int, ...] = ()
    order: tuple[object, ...] = ()


def _sums(event: str, classifications: Classifications, soqc: Soqc) -> list[_Sum]:
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
        by_meet = [
            (soqc.points_for(event, meet, positions[meet]), positions[meet])
            if meet in positions
            else (0, soqc.missed_position)
            for meet in held
        ]
        best_first = sorted(range(len(held)), key=lambda meet: (-by_meet[meet][0], by_meet[meet][1], meet))
        counting = set(best_first[: soqc.counted(event)])
        telling = sorted(counting) if soqc.tie_positions == "counting-meets" else range(len(held))
        told = [by_meet[meet][1] for meet in telling]
        one = _Sum(
            noc,
            qualifier,
            sum(by_meet[meet][0] for meet in counting),
            tuple(positions.get(meet) for meet in held),
            tuple(meet in counting for meet in range(len(held))),
            sum(told),
            min(told),
            (noc, qualifier) not in doubtful,
        )
        figures = {"sum-of-positions": one.sum_of_positions, "best-position": one.best_position}
        one.key = tuple(figures[criterion] for criterion in soqc.ties if criterion in figures)
        one.order = (*(position for _, position in by_meet), noc, qualifier)
        sums.append(one)
    return sums


def _scores(
    event: str, classifications: Classifications, soqc: Soqc, draws: Mapping[tuple[str, str, int], Draw]
) -> tuple[Score, ...]:
    sums = sorted(_sums(event, classifications, soqc), key=lambda one: (-one.points, one.key, one.order))
    scores: list[Score] = []
    for points, by_points in itertools.groupby(sums, key=lambda one: one.points):
        equal = list(by_points)
        prefixes = Counter(one.key[:length] for one in equal for length in range(len(one.key) + 1))
        for _, by_key in itertools.groupby(equal, key=lambda one: one.key):
            group = list(by_key)
            own = len({one.noc for one in group}) == 1
            numbers = {} if own else _drawn(event, group, draws)
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
                    broken = _broken_by(one, prefixes, soqc)
                scores.append(
                    Score(
                        event,
                        len(scores) + 1,
                        shared,
                        one.noc,
                        one.qualifier,
                        points,
                        one.positions,
                        one.counting,
                        one.sum_of_positions,
                        one.best_position,
                        broken,
                        tied,
                        numbers.get((one.noc, one.qualifier)),
                        one.certain,
                    )
                )
    return tuple(scores)


def _broken_by(one: _Sum, prefixes: Mapping[tuple[int, ...], int], soqc: Soqc) -> str | None:
    """The criterion at which nobody with the same points is equal any more; None if nobody is from the beginning."""
    length = next(length for length in range(len(one.key) + 1) if prefixes[one.key[:length]] == 1)
    return soqc.ties[length - 1] if length else None


def _drawn(event: str, group: Sequence[_Sum], draws: Mapping[tuple[str, str, int], Draw]) -> dict[tuple[str, int], int]:
    """Return the numbers of a recorded draw among entries that are equal in everything; empty if there was none."""
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
