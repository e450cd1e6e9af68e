"""Effort: how much work a question may take, in the solver's deterministic seconds, and who is told of progress."""

from __future__ import annotations

from dataclasses import dataclass

from quotaproof.model.errors import LimitError
from quotaproof.solver.telling import TellProgress, tell

PREPARING = 3e-6
"""What a solve counts at least for each constraint: making its model takes time that the solver does not see."""


@dataclass(slots=True)
class Effort:
    """Work that is left.

    Attributes
    ----------
    limit
        Deterministic seconds in all; the same on every machine.
    spent
        What is spent.
    report
        Told what is being done; if it is None, whoever listens to all that is said.
    """

    limit: float
    spent: float = 0.0
    report: TellProgress | None = None

    def next_limit(self, most: float) -> float:
        """Return what the next solve may take.

        Raises
        ------
        LimitError
            If nothing is left.
        """
        if self.spent >= self.limit:
            raise LimitError("the effort limit was reached, so the result is unknown")
        return min(most, self.limit - self.spent)

    def spend(self, amount: float, constraints: int) -> None:
        """Take note of a solve of a model with so many constraints."""
        self.spent += max(amount, PREPARING * constraints)

    def tell(self, what: str) -> None:
        """Say what is being done."""
        (self.report or tell)(what)
