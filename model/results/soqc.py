"""How results at meets become an SOQC: the points table, the meets that count, and what breaks a tie.

These are plain frozen values; `soqc_file` reads them from the table `[soqc]` of a rule file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

SoqcTies = Literal["sum-of-positions", "best-result"]
"""The criteria that rules may be read to put first: the values of the reading `soqc-ties`."""

TiePositions = Literal["counting", "all"]
"""The meets whose positions may be added and compared: the values of the reading `tie-positions`."""

TieCriterion = Literal[SoqcTies, "best-position", "draw"]
CRITERIA: tuple[TieCriterion, ...] = get_args(TieCriterion)
TIES: tuple[TieCriterion, ...] = ("sum-of-positions", "best-position", "draw")
"""What tells equal points apart where a rule file does not say."""


@dataclass(frozen=True, slots=True)
class SoqcOverride:
    """What is different for some events, some meets, or some events at some meets.

    Attributes
    ----------
    events, meets
        Where it applies; empty for all of them.
    points, factor, counting
        As in `Soqc`; None leaves it as it is. `counting` needs `meets` to be empty.
    cancelled
        Whether the events are not held at these meets at all.
    """

    events: tuple[str, ...] = ()
    meets: tuple[str, ...] = ()
    points: tuple[int, ...] | None = None
    factor: int | None = None
    counting: int | None = None
    cancelled: bool = False

    def applies(self, event: str, meet: str | None = None) -> bool:
        """Return whether it applies to an event at a meet, or to an event at all meets (None)."""
        return (not self.events or event in self.events) and (not self.meets or meet in self.meets)


@dataclass(frozen=True, slots=True)
class Soqc:
    """The rule by which an SOQC is computed from classifications.

    An NOC's k-th best position at each meet counts for its k-th qualifier. Of the points at all meets the best
    `counting` are added. Equal points are distinguished by the criteria `ties`, in order. Where the rule file leaves
    that open, the reading `soqc-ties` names the criterion that comes first, and the reading `tie-positions` the meets
    whose positions are added and compared (`Rules.tie_criteria`, `Rules.tie_positions`).

    Attributes
    ----------
    meets
        The qualifying meets, in order of time.
    points
        Points for the positions 1, 2, ...; 0 for those behind.
    counting
        Number of meets that count (an NOC's best ones), None for all.
    factor
        Number by which all points are multiplied.
    missed_position
        What a meet without a result counts where positions are added.
    ties
        `sum-of-positions` (lower is better), `best-result` (the points of the best single result, more is better),
        `best-position` (lower is better), `draw`.
    """

    clause: str
    meets: tuple[str, ...]
    points: tuple[int, ...]
    counting: int | None = None
    factor: int = 1
    missed_position: int = 999
    ties: tuple[TieCriterion, ...] = TIES
    overrides: tuple[SoqcOverride, ...] = field(default=())

    def held(self, event: str) -> tuple[str, ...]:
        """Return the meets at which an event is held."""
        return tuple(
            meet for meet in self.meets if not any(one.cancelled and one.applies(event, meet) for one in self.overrides)
        )

    def counted(self, event: str) -> int:
        """Return how many of an event's meets count."""
        number = self.counting
        for one in self.overrides:
            if one.counting is not None and one.applies(event):
                number = one.counting
        held = len(self.held(event))
        return held if number is None else min(number, held)

    def points_for(self, event: str, meet: str, position: int) -> int:
        """Return the points for a position (from 1) in an event at a meet."""
        points, factor = self.points, self.factor
        for one in self.overrides:
            if one.applies(event, meet):
                points = points if one.points is None else one.points
                factor = factor if one.factor is None else one.factor
        return points[position - 1] * factor if position <= len(points) else 0
