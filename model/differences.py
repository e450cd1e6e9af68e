"""Differences between computed standings and those of a file, or those under another reading of ties."""

from __future__ import annotations

from dataclasses import dataclass

from quotaproof.model.results.classified import Classified
from quotaproof.model.standings.rankings import Claim, Ranking, Standings

from .documents import values_of
from .quantities import counted


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry on which computed standings and a file do not agree.

    Attributes
    ----------
    computed, given
        Rank and points as text, such as `54= (0 points)`; None where the entry is not in that ranking.
    """

    event: str
    noc: str
    qualifier: int
    computed: str | None
    given: str | None

    def to_dict(self) -> dict[str, object]:
        """Return the difference with the JSON keys of the command line."""
        return values_of(self, "event", "noc", "qualifier", "computed", "given")


@dataclass(frozen=True, slots=True)
class Moved:
    """An entry that has another rank where the results are ranked in another way.

    Attributes
    ----------
    before, rank
        Its ranks (with `=` in a tie), as `Score.place` has them.
    """

    event: str
    noc: str
    qualifier: int
    before: str
    rank: str

    def to_dict(self) -> dict[str, object]:
        """Return the entry with the JSON keys of the command line."""
        return values_of(self, "event", "noc", "qualifier", "before", "rank")


def moved(before: Classified, after: Classified) -> tuple[Moved, ...]:
    """Return the entries whose rank differs between two rankings of the same results, in the order of the second."""
    old = {(score.event, score.noc, score.qualifier): score.place for score in before.rows()}
    return tuple(
        Moved(score.event, score.noc, score.qualifier, old[score.event, score.noc, score.qualifier], score.place)
        for score in after.rows()
        if old[score.event, score.noc, score.qualifier] != score.place
    )


def differences(computed: Classified, given: Standings) -> tuple[Difference, ...]:
    """Return the entries on which computed standings and a file do not agree, best first.

    Ranks must be equal, and so must be what is tied; points where the file has them. Inside a tie the order does not
    matter. An event that only one of them has is passed over, and so is an entry that the file leaves unknown.
    """
    found: list[Difference] = []
    for event, ranking in computed.rankings.items():
        other = given.rankings.get(event)
        if other is None:
            continue
        mine, theirs = _places(ranking), _places(other)
        with_points = any(entry.points is not None for entry in other.entries)
        unknown = sum(entry.noc is None or entry.qualifier is None for entry in other.entries)
        absent = [claim for claim in mine if claim not in theirs]
        for claim in [*mine, *(claim for claim in theirs if claim not in mine)]:
            own, its = mine.get(claim), theirs.get(claim)
            if its is None and len(absent) <= unknown:
                continue
            if own is not None and its is not None and own[0] == its[0] and (its[1] is None or own[1] == its[1]):
                continue
            found.append(Difference(event, *claim, _words(own, with_points), _words(its, with_points)))
    return tuple(found)


def _places(ranking: Ranking) -> dict[Claim, tuple[str, int | None]]:
    """Rank (with `=` in an unsettled tie) and points of each known entry."""
    tied = {rank: f"{group[0]}=" for group in ranking.tied for rank in group}
    return {
        (entry.noc, entry.qualifier): (tied.get(rank, str(rank)), entry.points)
        for rank, entry in enumerate(ranking.entries, 1)
        if entry.noc is not None and entry.qualifier is not None
    }


def _words(place: tuple[str, int | None] | None, with_points: bool) -> str | None:
    if place is None:
        return None
    rank, points = place
    return rank if points is None or not with_points else f"{rank} ({counted(points, 'point')})"
