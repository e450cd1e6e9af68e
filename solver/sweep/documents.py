"""What the summary of a sweep is as JSON: the keys of `quotaproof sweep --format json`."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict  # pydantic reads that of `typing` from Python 3.12 on only


class StatusCountsDocument(TypedDict):
    """How many points ended in each way."""

    optimal: int
    tie: int
    impossible: int
    unknown: int


class GainerDocument(TypedDict):
    """In how many points an NOC gains and loses, of those in which it does not itself decline, and places in all."""

    noc: str
    points: int
    gains: int
    loses: int
    start_places: int
    quota_places: int


class ChangedCellDocument(TypedDict):
    """In how many points a cell changes whose NOC does not itself decline."""

    noc: str
    column: str
    points: int


class DeciderDocument(TypedDict):
    """A decline or exclusion, and the places of other NOCs that change with it: in all, and on average."""

    change: str
    points: int
    moved: int
    mean: float


class ComparedModesDocument(TypedDict):
    """How many points were answered in both modes, and in how many of them the answers differ."""

    compared: int
    differ: int


class QuotaRangeDocument(TypedDict):
    """An NOC's quota places over all points with an answer; `any` is the share of those in which it has some."""

    noc: str
    mean: float
    least: int
    most: int
    any: float


class SweepDocument(TypedDict):
    """The summary of a sweep.

    `gains` and `cells` are there if something is declined, excluded or varied, `declines` if something is declined or
    excluded, `modes` if both are compared, and `grid` if it has cells: each with its values by their names, and
    `points`, `men` and `women`.
    """

    scenario: str
    engine: str
    points: int
    status: StatusCountsDocument
    proved: int
    samples: int
    gains: NotRequired[list[GainerDocument]]
    cells: NotRequired[list[ChangedCellDocument]]
    declines: NotRequired[list[DeciderDocument]]
    modes: NotRequired[ComparedModesDocument]
    grid: NotRequired[list[dict[str, float | str]]]
    quota_places: list[QuotaRangeDocument]
