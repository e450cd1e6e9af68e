"""How results become ranked lists: which results count, by points or by times, and what breaks a tie.

These are plain frozen values; `ranking_tables` reads them from the tables `[results]` and `[[rankings]]` of a rule
file. An event may have several lists (`points`, `times`), and several events may share one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Measure = Literal["points", "time", "rank"]
PerMeet = Literal["sum", "best"]
BEST_RESULTS, BEST_TIME, LATEST_MEET, SHARED_RANK = "best-results", "best-time", "latest-meet", "shared-rank"
OTHER_RANKING = "ranking:"
"""What a criterion begins with that asks another list of the event, such as `ranking:points`."""


@dataclass(frozen=True, slots=True)
class PointsTable:
    """Points by rank in a race, for some events and divisions.

    Attributes
    ----------
    events, divisions, meets
        Where it applies; empty for all of them.
    points
        Points for the ranks 1, 2, ...; 0 for those behind.
    """

    points: tuple[int, ...]
    events: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()
    meets: tuple[str, ...] = ()

    def applies(self, event: str, division: str | None, meet: str) -> bool:
        """Return whether a race of this event and division at this meet goes by the table."""
        return (
            (not self.events or event in self.events)
            and (not self.divisions or division in self.divisions)
            and (not self.meets or meet in self.meets)
        )

    def of(self, rank: int | None) -> int:
        """Return the points for a rank, 0 for who was not ranked."""
        return self.points[rank - 1] if rank is not None and rank <= len(self.points) else 0


@dataclass(frozen=True, slots=True)
class ResultRules:
    """The meets whose results count, in order of time, and the tables of points; the first that applies is taken."""

    meets: tuple[str, ...]
    clause: str
    tables: tuple[PointsTable, ...] = ()

    def points(self, event: str, division: str | None, meet: str, rank: int | None) -> int | None:
        """Return the points by the tables, or None where none applies."""
        table = next((one for one in self.tables if one.applies(event, division, meet)), None)
        return None if table is None else table.of(rank)


@dataclass(frozen=True, slots=True)
class RankingRule:
    """One ranked list of some events.

    Attributes
    ----------
    identifier
        Such as `points` or `times`; an event has at most one list of a name.
    events
        The events that have a list made in this way, each of its own unless `results` is given.
    results
        The events whose results all of `events` share; empty where each event's own results count.
    measure
        `points`, more is better, `time`, less is better, or `rank`, the best rank in a race, less is better.
    per_meet
        Of several results of one event at a meet: all count (`sum`), or the better one (`best`).
    counting
        Number of meets that count for points (an entry's best ones), None for all.
    ties
        Criteria for equal points or times, in order: `best-results` (the better best result in points, then the second
        best and so on), `best-time` over the event's own distance, `latest-meet` (the better result at the latest meet,
        then at the one before), `ranking:<id>` (the rank in another list of the event), `shared-rank` (the rank is
        shared; it must come last). What no criterion tells apart is a tie.
    """

    identifier: str
    events: tuple[str, ...]
    measure: Measure
    clause: str
    results: tuple[str, ...] = ()
    per_meet: PerMeet = "sum"
    counting: int | None = None
    ties: tuple[str, ...] = ()

    def sources(self, event: str) -> tuple[str, ...]:
        """Return the events whose results count for the list of an event."""
        return self.results or (event,)
