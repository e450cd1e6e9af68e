"""What computed standings are as JSON: the keys of `quotaproof standings --format json`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict  # pydantic reads that of `typing` from Python 3.12 on only


class ScoreDocument(TypedDict):
    """An entry of an event's ranking; `positions` is meet -> position, null without a result there."""

    event: str
    rank: int
    place: str
    noc: str
    qualifier: int
    points: int
    positions: dict[str, int | None]
    sum_of_positions: int
    best_position: int
    best_result: int
    tie_broken_by: str | None
    tied: bool
    draw: int | None
    certain: bool


class TiedAtACutDocument(TypedDict):
    """One of two neighbours with equal points; `figure` is what tells them apart."""

    rank: int
    noc: str
    qualifier: int
    figure: int | None


class TieAtACutDocument(TypedDict):
    """A broken tie whose order decides who gets something."""

    event: str
    points: int
    broken_by: str
    entries: list[TiedAtACutDocument]


class QualifierDocument(TypedDict):
    """An entry by its NOC and qualifier."""

    noc: str
    qualifier: int


class UnsettledTieDocument(TypedDict):
    """A tie that nothing breaks; `matters` is null where no allocation can tell."""

    event: str
    place: str
    points: int
    entries: list[QualifierDocument]
    matters: bool | None


class RankDifferenceDocument(TypedDict):
    """An entry on which the computed standings and a file do not agree."""

    event: str
    noc: str
    qualifier: int
    computed: str | None
    given: str | None


class MovedDocument(TypedDict):
    """An entry that has another rank under another reading."""

    event: str
    noc: str
    qualifier: int
    before: str
    rank: str


class StandingsDocument(TypedDict):
    """Standings computed from classifications.

    `published_under` has, for each choice of readings, its values by their names, whether the published table follows
    (`reachable`), in how many cells it differs (`differences`) and how many more declines explain that
    (`further_declines`). `open` is event -> why its ranking is not known.
    """

    scenario: str
    status: Literal["settled", "tie", "unknown"]
    readings: dict[str, str]
    rows: list[ScoreDocument]
    published_under: list[dict[str, bool | int | str | None]]
    ties_at_a_cut: list[TieAtACutDocument]
    before_declines: bool
    unsettled: list[UnsettledTieDocument]
    unknown: str | None
    open: dict[str, str]
    differences: list[RankDifferenceDocument]
    moved: list[MovedDocument]


class CountedResultDocument(TypedDict):
    """A result that a ranked list looks at; `counts` says whether it counts."""

    meet: str
    event: str
    race: int
    division: str | None
    rank: int | None
    points: int
    counts: bool


class ListedEntryDocument(TypedDict):
    """An entry of a ranked list."""

    event: str
    ranking: str
    rank: int
    noc: str
    athlete: str
    name: str
    points: int
    time: str | None
    tied: bool
    tie_broken_by: str | None
    results: list[CountedResultDocument]


class ListedStandingsDocument(TypedDict):
    """The ranked lists of a scenario; `points_differences` are sentences on printed points that no table has."""

    scenario: str
    rows: list[ListedEntryDocument]
    points_differences: list[str]
