"""The table `[soqc]` of a rule file: its schema and the reading of it into a `Soqc`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from quotaproof.model.files import not_among
from quotaproof.model.toml_schema import Identifier, TomlTable, Words

from .soqc import TIES, Soqc, SoqcOverride, TieCriterion

PointsPerRank = Annotated[list[Annotated[int, Field(ge=0, le=1_000_000)]], Field(min_length=1, max_length=1000)]
Factor = Annotated[int, Field(ge=1, le=1_000)]
MeetNumber = Annotated[int, Field(ge=1, le=1_000)]


class SoqcOverrideTable(TomlTable):
    """What is different for some events, some meets, or some events at some meets; later ones win."""

    events: Annotated[list[Identifier], Field(min_length=1)] | None = None
    meets: Annotated[list[Identifier], Field(min_length=1)] | None = None
    points: PointsPerRank | None = None
    factor: Factor | None = None
    counting_meets: MeetNumber | None = None
    cancelled: Literal[True] | None = None


class SoqcTable(TomlTable):
    """How the SOQC is computed from results at meets."""

    clause: Words
    meets: Annotated[list[Identifier], Field(min_length=1, max_length=1000)]
    points: PointsPerRank
    counting_meets: MeetNumber | None = None
    factor: Factor = 1
    missed_position: Annotated[int, Field(ge=2, le=1_000_000)] = 999
    ties: list[TieCriterion] = Field(default_factory=lambda: list(TIES))
    overrides: list[SoqcOverrideTable] = Field(default_factory=list)


def soqc_of(table: SoqcTable, events: Collection[str], wrong: Any) -> Soqc:
    """Return the rule that a table states.

    Parameters
    ----------
    events
        The identifiers of the rule file's events.
    wrong
        Makes the error for a problem and its place in the file.

    Raises
    ------
    InputError
        If it names an event or meet that is not there, a worse position has more points than a better one, or more
        meets are to count than there are.
    """

    def known(names: Sequence[str], what: str, among: Collection[str], *where: str | int) -> None:
        for name in names:
            if name not in among:
                raise wrong(not_among(name, among, f"not {what}; known are"), *where)
            if list(names).count(name) > 1:
                raise wrong(f"{name} appears twice", *where)

    def falling(points: Sequence[int], *where: str | int) -> tuple[int, ...]:
        for position in range(1, len(points)):
            if points[position] > points[position - 1]:
                raise wrong(
                    f"position {position + 1} has {points[position]} points, more than position {position} with "
                    f"{points[position - 1]}",
                    *where,
                )
        return tuple(points)

    def at_most_all(number: int | None, *where: str | int) -> None:
        if number is not None and number > len(table.meets):
            raise wrong(f"{number} meets are to count, but there are {len(table.meets)}", *where)

    known(table.meets, "a meet", table.meets, "soqc", "meets")
    at_most_all(table.counting_meets, "soqc", "counting-meets")
    known(table.ties, "a criterion", table.ties, "soqc", "ties")
    if "draw" in table.ties[:-1]:
        raise wrong("a draw leaves no tie, so it must come last", "soqc", "ties")
    overrides: list[SoqcOverride] = []
    for number, one in enumerate(table.overrides):
        where = ("soqc", "overrides", number)
        known(one.events or (), "an event", events, *where, "events")
        known(one.meets or (), "a meet", table.meets, *where, "meets")
        at_most_all(one.counting_meets, *where, "counting-meets")
        if one.events is None and one.meets is None:
            raise wrong("an override names the events or the meets for which it is meant", *where)
        if (one.points, one.factor, one.counting_meets, one.cancelled) == (None, None, None, None):
            raise wrong("an override states points, factor, counting-meets or cancelled = true", *where)
        if one.counting_meets is not None and one.meets is not None:
            raise wrong("how many meets count is said of events, not of single meets", *where, "counting-meets")
        if one.cancelled and one.meets is None:
            raise wrong("an override that cancels names the meets at which the events are not held", *where)
        points = None if one.points is None else falling(one.points, *where, "points")
        overrides.append(
            SoqcOverride(
                tuple(one.events or ()),
                tuple(one.meets or ()),
                points,
                one.factor,
                one.counting_meets,
                one.cancelled or False,
            )
        )
    soqc = Soqc(
        clause=table.clause,
        meets=tuple(table.meets),
        points=falling(table.points, "soqc", "points"),
        counting=table.counting_meets,
        factor=table.factor,
        missed_position=table.missed_position,
        ties=tuple(table.ties),
        overrides=tuple(overrides),
    )
    for event in events:
        if not soqc.held(event):
            raise wrong(f"all meets of {event} are cancelled", "soqc", "overrides")
    return soqc
