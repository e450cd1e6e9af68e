"""How good a forecast of start places was: Brier score, logarithmic loss and reliability, cell by cell.

A cell is an event and an NOC; a forecast of it is a chance for each number of start places from 0 to the most it may
have, and what came is one of these numbers.

References: Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78 (1950);
Good, "Rational decisions", Journal of the Royal Statistical Society B 14 (1952).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import Booleans, Floats, Wholes

LEAST = 1e-4
"""Every number of start places has this share of a forecast that is spread evenly, so that no loss is infinite."""


@dataclass(frozen=True)
class Scores:
    """Means over cells.

    Attributes
    ----------
    brier
        The squares of all chances' distances from what came (1 for the number that came, 0 for others), summed in
        a cell: from 0, right and certain, to 2, wrong and certain.
    log_loss
        Minus the natural logarithm of the chance that was given to what came.
    cells
        How many there are.
    """

    brier: float
    log_loss: float
    cells: int

    def better_than(self, other: Scores) -> bool:
        """Return whether both figures are lower."""
        return self.brier < other.brier and self.log_loss < other.log_loss


@dataclass(frozen=True)
class Bin:
    """Chances of about the same size: how many there are, their mean, and how often it came."""

    number: int
    mean: float
    share: float


def scores(forecast: Floats, came: Sequence[int] | Wholes) -> Scores:
    """Return the scores of a forecast.

    Parameters
    ----------
    forecast
        (cells, numbers) chances; each row adds up to 1.
    came
        (cells,) the number that came.
    """
    result = np.asarray(came, dtype=np.int64)
    truth = np.zeros_like(forecast)
    truth[np.arange(len(result)), result] = 1
    brier = float(((forecast - truth) ** 2).sum(axis=1).mean())
    # A chance of 0 for what came is an infinite loss, and no error.
    with np.errstate(divide="ignore"):
        log_loss = float(-np.log(forecast[np.arange(len(result)), result]).mean())
    return Scores(brier, log_loss, len(result))


def smoothed(forecast: Floats, allowed: Booleans, share: float) -> Floats:
    """Return a forecast of which a share is spread evenly over the numbers that a cell may have."""
    even = allowed / allowed.sum(axis=1, keepdims=True)
    return np.asarray((1 - share) * forecast + share * even)


def best_share(forecast: Floats, allowed: Booleans, came: Wholes) -> float:
    """Return the share to spread evenly with which the loss is least, known only when all has come.

    A forecast that had to guess its share can do no better.
    """
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda share: scores(smoothed(forecast, allowed, share), came).log_loss, bounds=(LEAST, 0.999), method="bounded"
    )
    return float(found.x)


def reliability(forecast: Floats, allowed: Booleans, came: Wholes, bins: int = 10) -> tuple[Bin, ...]:
    """Return how often what was given some chance came: that a cell has at least 1, 2, ... places.

    Chances of a cell's single numbers would be many small ones; "at least" is what is asked before a meet. Numbers that
    a cell cannot have are left out. Chances below 0.5 % and above 99.5 % are bins of their own.
    """
    least = np.cumsum(forecast[:, ::-1], axis=1)[:, ::-1][:, 1:]
    happened = np.asarray(came)[:, None] >= np.arange(1, forecast.shape[1])[None, :]
    chances, results = least[allowed[:, 1:]], happened[allowed[:, 1:]]
    edges = np.concatenate([[-np.inf, 0.005], np.linspace(0, 1, bins + 1)[1:-1], [0.995, np.inf]])
    where = np.digitize(chances, edges) - 1
    found: list[Bin] = []
    for one in range(len(edges) - 1):
        own = where == one
        if own.any():
            found.append(Bin(int(own.sum()), float(chances[own].mean()), float(results[own].mean())))
    return tuple(found)
