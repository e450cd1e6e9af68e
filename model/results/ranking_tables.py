"""The tables `[results]` and `[[rankings]]` of a rule file: their schema and the reading of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from quotaproof.model.files import not_among, shown
from quotaproof.model.near_words import asked
from quotaproof.model.toml_schema import Identifier, TomlTable, Words

from .ranking_rules import (
    BEST_RESULTS,
    BEST_TIME,
    LATEST_MEET,
    OTHER_RANKING,
    SHARED_RANK,
    PointsTable,
    RankingRule,
    ResultRules,
)

RacePoints = Annotated[list[Annotated[int, Field(ge=0, le=1_000_000)]], Field(min_length=1, max_length=1000)]
CRITERIA = (BEST_RESULTS, BEST_TIME, LATEST_MEET, SHARED_RANK)


class PointsTableTable(TomlTable):
    """Points by rank in a race, for some events, divisions and meets; the first table that applies is taken."""

    points: RacePoints
    """Points for rank 1, 2, 3 and so on; 0 behind them."""
    events: Annotated[list[Identifier], Field(min_length=1)] = Field(default_factory=list)
    """Where it applies; everywhere if left out."""
    divisions: Annotated[list[Words], Field(min_length=1)] = Field(default_factory=list)
    """Divisions in which it applies; all if left out."""
    meets: Annotated[list[Identifier], Field(min_length=1)] = Field(default_factory=list)
    """Meets at which it applies; all if left out."""


class ResultsTable(TomlTable):
    """The meets whose results count, in order of time, and the points for them."""

    clause: Words
    """The text that it follows."""
    meets: Annotated[list[Identifier], Field(min_length=1, max_length=1000)]
    """The meets that count, as `results.csv` names them, in order of time."""
    points: list[PointsTableTable] = Field(default_factory=list)
    """Tables of points; of those that fit a race the first is taken. Without any the points of `results.csv` count."""


class RankingTable(TomlTable):
    """A ranked list of some events, made from results."""

    identifier: Identifier = Field(alias="id")
    """Its id, such as `points`; an event may have several lists, and several events lists of the same id."""
    clause: Words
    """The text that it follows."""
    events: Annotated[list[Identifier], Field(min_length=1)]
    """The events that have such a list."""
    results: Annotated[list[Identifier], Field(min_length=1)] = Field(default_factory=list)
    """Events whose results all of them share, such as two distances with one list; each has its own if left out."""
    measure: Literal["points", "time", "rank"]
    """`points` (the sum, more is better), `time` (the best over the own distance), `rank` (the best in a race)."""
    per_meet: Literal["sum", "best"] = "sum"
    """Of several results at a meet all count (`sum`), or the better one (`best`)."""
    counting_meets: Annotated[int, Field(ge=1, le=1000)] | None = None
    """How many meets count for points, the best ones; all if left out."""
    ties: list[Words] = Field(default_factory=list)
    """What tells equals apart, in order: `best-results`, `best-time`, `latest-meet`, `ranking:ID`, `shared-rank`."""


def result_rules_of(table: ResultsTable, events: Collection[str], wrong: Any) -> ResultRules:
    """Return the rule that a table `[results]` states.

    Parameters
    ----------
    wrong
        Makes the error for a problem and its place.

    Raises
    ------
    InputError
        If it names an event or meet that is not there, or a worse rank has more points than a better one.
    """
    _known(table.meets, "a meet", table.meets, wrong, "results", "meets")
    for number, one in enumerate(table.points):
        where = ("results", "points", number)
        _known(one.events, "an event", events, wrong, *where, "events")
        _known(one.meets, "a meet", table.meets, wrong, *where, "meets")
        for rank in range(1, len(one.points)):
            if one.points[rank] > one.points[rank - 1]:
                raise wrong(
                    f"rank {rank + 1} has {one.points[rank]} points, more than rank {rank} with {one.points[rank - 1]}",
                    *where,
                    "points",
                )
    tables = tuple(
        PointsTable(tuple(one.points), tuple(one.events), tuple(one.divisions), tuple(one.meets))
        for one in table.points
    )
    return ResultRules(tuple(table.meets), table.clause, tables)


def ranking_rules_of(
    tables: Sequence[RankingTable], events: Collection[str], results: ResultRules | None, wrong: Any
) -> tuple[RankingRule, ...]:
    """Return the rules that the tables `[[rankings]]` state, each after those that its ties ask.

    Raises
    ------
    InputError
        If one names an event, a list or a criterion that is not there, an event has two lists of a name, lists ask each
        other in a circle, or more meets are to count than there are.
    """
    made: dict[tuple[str, str], int] = {}
    for number, table in enumerate(tables):
        where = ("rankings", number)
        _known(table.events, "an event", events, wrong, *where, "events")
        _known(table.results, "an event", events, wrong, *where, "results")
        if table.counting_meets is not None and table.measure != "points":
            best = "time" if table.measure == "time" else "rank"
            raise wrong(f"a list by {table.measure} takes the best {best} of all meets", *where, "counting-meets")
        if table.counting_meets is not None and results is not None and table.counting_meets > len(results.meets):
            problem = f"{table.counting_meets} meets are to count, but there are {len(results.meets)}"
            raise wrong(problem, *where, "counting-meets")
        for event in table.events:
            if (event, table.identifier) in made:
                raise wrong(f"{event} has a list {table.identifier} already", *where, "events")
            made[event, table.identifier] = number
    ordered: list[int] = []

    def visit(number: int, asking: tuple[int, ...]) -> None:
        if number in asking:
            raise wrong("these lists break their ties by each other, in a circle", "rankings", number, "ties")
        if number in ordered:
            return
        table = tables[number]
        for criterion in table.ties:
            if criterion.startswith(OTHER_RANKING):
                for event in table.events:
                    other = made.get((event, criterion.removeprefix(OTHER_RANKING)))
                    if other is None:
                        lists = ", ".join(sorted({name for own, name in made if own == event}))
                        raise wrong(
                            f"{shown(criterion)}: {event} has no such list; it has {lists}", "rankings", number, "ties"
                        )
                    visit(other, (*asking, number))
            elif criterion not in CRITERIA:
                known = ", ".join((*CRITERIA, f"{OTHER_RANKING}<id>"))
                meant = asked(criterion, CRITERIA)
                raise wrong(f"{shown(criterion)} is not a criterion{meant}; use {known}", "rankings", number, "ties")
        if SHARED_RANK in table.ties[:-1]:
            raise wrong("a shared rank leaves no tie, so it must come last", "rankings", number, "ties")
        ordered.append(number)

    for number in range(len(tables)):
        visit(number, ())
    return tuple(
        RankingRule(
            identifier=tables[number].identifier,
            events=tuple(tables[number].events),
            measure=tables[number].measure,
            clause=tables[number].clause,
            results=tuple(tables[number].results),
            per_meet=tables[number].per_meet,
            counting=tables[number].counting_meets,
            ties=tuple(tables[number].ties),
        )
        for number in ordered
    )


def _known(names: Sequence[str], what: str, among: Collection[str], wrong: Any, *where: str | int) -> None:
    for name in names:
        if name not in among:
            raise wrong(not_among(name, among, f"not {what}; known are"), *where)
        if list(names).count(name) > 1:
            raise wrong(f"{name} is named twice", *where)
