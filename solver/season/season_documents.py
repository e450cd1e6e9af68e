"""What the answers of `season` and `backtest` are as JSON: the keys of the command line and of `to_dict`."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict  # pydantic reads that of `typing` from Python 3.12 on only


class BoundDocument(TypedDict):
    """A number of start places that is proved, and that no outcome is known to give; `attained` is what one gives."""

    event: str
    noc: str
    side: str
    bound: int
    attained: int | None


class QuotaBoundsDocument(TypedDict):
    """Quota places of an NOC and gender that are certain and possible, and whether an outcome gives these numbers."""

    certain: int
    certain_exact: bool
    possible: int
    possible_exact: bool


class NeedDocument(TypedDict):
    """The worst positions at the next meet that make an NOC's k-th start place certain, or keep it possible.

    Where places go down ranked lists these are ranks in the first division; a number that is refused has its reason,
    and `possible_by_time` says that a time quick enough makes the place possible.
    """

    event: str
    noc: str
    qualifier: int
    meet: str
    certain_anyway: bool
    certain_at: int | None
    certain_by_ranking_at: int | None
    possible_anyway: bool
    possible_at: int | None
    last_position: int
    certain_refused: str | None
    possible_refused: str | None
    possible_by_time: bool


class SeasonDocument(TypedDict):
    """What is certain, possible and likely before the last meets of a season."""

    scenario: str
    meets_held: list[str]
    meets_left: list[str]
    certain: dict[str, dict[str, int]]
    possible: dict[str, dict[str, int]]
    not_exact: list[BoundDocument]
    quota_places: dict[str, dict[str, QuotaBoundsDocument]]
    bounds_refused: str | None
    limit_reached: bool
    needs: list[NeedDocument]
    odds: dict[str, dict[str, list[float]]]
    athletes: dict[str, dict[str, list[float]]]
    model: str | None
    samples: int
    seed: int | None
    odds_refused: str | None


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
