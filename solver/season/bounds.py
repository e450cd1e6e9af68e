"""Start places and quota places that an NOC has in every outcome of the meets to come, and those it can still reach.

Each number is proved; where an outcome shows that the number is attained it is exact, and that outcome is its witness.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from quotaproof.model.rules import NocGender

from .athlete_caps import AthleteCaps
from .outcomes import Replayed
from .season import Season

BoundSide = Literal["certain", "possible"]


@dataclass(frozen=True, slots=True)
class Bound:
    """A proved bound on a number of places.

    Attributes
    ----------
    number
        Certain: never fewer. Possible: never more.
    attained
        What the outcome that comes nearest gives; None if none was replayed.
    witness
        Its number among `Bounds.outcomes`.
    """

    number: int
    attained: int | None = None
    witness: int | None = None

    @property
    def exact(self) -> bool:
        """Whether an outcome gives this very number."""
        return self.attained == self.number


@dataclass(frozen=True, slots=True)
class Certainty:
    """What is certain and what is possible of one number."""

    certain: Bound
    possible: Bound


@dataclass(frozen=True)
class Bounds:
    """What is certain and possible in a season.

    Attributes
    ----------
    places
        (event, NOC) -> start places.
    athletes
        (NOC, gender) -> quota places.
    outcomes
        Outcomes that were replayed and are the witness of something.
    ended
        Whether time was over before all had been tried.
    caps
        The caps on athletes, where there are any to prove something of.
    """

    season: Season
    places: dict[tuple[str, str], Certainty]
    athletes: dict[NocGender, Certainty]
    outcomes: tuple[Replayed, ...]
    ended: bool = False
    caps: AthleteCaps | None = field(default=None, repr=False, compare=False)

    def numbers(self, side: BoundSide) -> dict[str, dict[str, int]]:
        """Return event -> NOC -> the number that is certain or possible, where it is not zero."""
        found: dict[str, dict[str, int]] = {}
        for (event, noc), one in self.places.items():
            number = (one.certain if side == "certain" else one.possible).number
            own = found.setdefault(event, {})
            if number:
                own[noc] = number
        return found
