"""The answers of consecutive points: how each ended, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quotaproof.model.same_values import WithArrays
from quotaproof.solver.engines.batch.rankings import Numbers

from .plan import Points

STATUSES = ("optimal", "tie", "impossible", "unknown")
OPTIMAL, TIE, IMPOSSIBLE, UNKNOWN = range(4)
"""How a point ended: with an allocation; with an unsettled tie (what is certain is given); not at all because the rules
or what an NOC has do not allow the question; or not at all because a limit was reached."""


@dataclass(eq=False)
class Answers(WithArrays):
    """The answers of consecutive points.

    Attributes
    ----------
    before, cells
        (P, E + 2, N) start places of each event, then quota places of men and women: what the standings give with
        nothing changed, and what they give at the point (nothing changed where there is no answer).
    status
        (P,) a place in `STATUSES`.
    proved
        (P,) whether CP-SAT has proved it.
    problems
        Place of a point in the chunk -> in one sentence, why there is no answer or no proof.
    """

    points: Points
    before: Numbers
    cells: Numbers
    status: npt.NDArray[np.int8]
    proved: npt.NDArray[np.bool_]
    problems: dict[int, str]

    def put(self, place: int, told: Told) -> None:
        """Take what an engine says of the point at a place of the chunk."""
        self.status[place] = told.status
        self.cells[place] = self.before[place] if told.cells is None else told.cells
        if told.problem:
            self.problems[place] = told.problem


@dataclass(frozen=True, eq=False)
class Told(WithArrays):
    """What an engine says of one point: status and cells, or why there are none."""

    status: int
    cells: Numbers | None
    problem: str = ""
