"""What a backtest is as JSON: the keys of the command line and of `to_dict`."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict  # pydantic reads that of `typing` from Python 3.12 on only


class ScoresDocument(TypedDict):
    """Scores of a forecast; of the odds also the Brier score they expect, of others the part that is spread evenly."""

    brier: float
    log_loss: float
    expected_brier: NotRequired[float]
    spread: NotRequired[float]


class ForecastDocument(TypedDict):
    """A season that is over, forecast after some of its meets."""

    scenario: str
    meets_held: list[str]
    meets_left: list[str]
    cells: int
    odds: ScoresDocument
    now: ScoresDocument
    share: ScoresDocument
    beats_both: bool


class ReliabilityDocument(TypedDict):
    """Chances of about the same size: how many, their mean, and how often it came."""

    number: int
    chance: float
    came: float


class BacktestDocument(TypedDict):
    """Forecasts of seasons that are over, and how reliable the odds of all of them together were."""

    samples: int
    seed: int
    rows: list[ForecastDocument]
    reliability: list[ReliabilityDocument]
