"""An SOQC computed from classifications: points, ranks, and for every tie on points what broke it, if anything did."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from quotaproof.model.documents import values_of
from quotaproof.model.scenario_folder import STANDINGS
from quotaproof.model.standings.rankings import Standings

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
        What tells equal points apart, over the meets that the rules take for it; a meet missed counts as they say.
    best_result
        Points of the best single result, which tells equal points apart as well.
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
    best_result: int
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
        further = ("points", "tie_broken_by", *(["draw"] if drawn else []))
        lines = [
            [s.event, s.place, s.noc, s.qualifier, s.points, s.tie_broken_by or "", *([s.draw or ""] if drawn else [])]
            for s in rows
        ]
        return STANDINGS.csv_text(lines, further)

    def to_dict(self) -> list[dict[str, object]]:
        """Return the entries with the JSON keys of the command line."""
        return [
            {
                **values_of(score, "event", "rank", "place", "noc", "qualifier", "points"),
                "positions": dict(zip(self.meets[score.event], score.positions, strict=True)),
                **values_of(score, "sum_of_positions", "best_position", "best_result"),
                **values_of(score, "tie_broken_by", "tied", "draw", "certain"),
            }
            for score in self.rows()
        ]

    def to_frame(self) -> pd.DataFrame:
        """Return the entries as a frame.

        Its columns are event, rank, noc, qualifier, points, sum_of_positions, best_position, best_result,
        tie_broken_by, tied, then the positions at each meet.
        """
        import pandas as pd

        meets = list(dict.fromkeys(meet for held in self.meets.values() for meet in held))
        columns = ["event", "rank", "noc", "qualifier", "points", "sum_of_positions", "best_position"]
        columns += ["best_result", "tie_broken_by", "tied"]
        rows = [
            {
                **{name: getattr(score, name) for name in columns},
                **dict(zip(self.meets[score.event], score.positions, strict=True)),
            }
            for score in self.rows()
        ]
        return pd.DataFrame(rows, columns=[*columns, *meets]).astype(dict.fromkeys(meets, "Int64"))
