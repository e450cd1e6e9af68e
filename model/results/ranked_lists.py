"""Ranked lists from race results: sums of points, best times or ranks, with what counted and what broke each tie."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from quotaproof.model.documents import values_of
from quotaproof.model.errors import InputError
from quotaproof.model.near_words import asked
from quotaproof.model.quantities import meet_words

from .race_results import RaceResult, RaceResults, time_text
from .ranking_rules import BEST_RESULTS, BEST_TIME, LATEST_MEET, OTHER_RANKING, SHARED_RANK, RankingRule, ResultRules

SLOWEST = 10**9
"""A time behind every other, for who has none."""

UNRANKED = 10**9


@dataclass(frozen=True, slots=True)
class Counted:
    """A result and what it counts for: its points by the rules, and whether they are part of the sum."""

    result: RaceResult
    points: int
    counts: bool


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """An athlete or team in a ranked list.

    Attributes
    ----------
    rank
        From 1; in a tie that nothing settles, and where a rank is shared, the first rank of the group.
    number
        The NOC's how-manieth entry of the list this is, from 1.
    points
        The sum of the points that count.
    time
        The best time over the event's own distance in hundredths of a second, or None.
    results
        All its results that the list looks at, in the order of the meets.
    tie_broken_by
        The criterion that tells it from all others with equal points (or time); None where there are none, or nothing
        does.
    tied
        Whether it is in a tie that nothing settles.
    stated_division
        The division that a file of lists states, where the list came without results.
    """

    rank: int
    noc: str
    athlete: str
    name: str
    number: int
    points: int
    time: int | None
    results: tuple[Counted, ...]
    tie_broken_by: str | None = None
    tied: bool = False
    stated_division: str | None = None

    @property
    def best_rank(self) -> int:
        """The best rank in a race; where the list came without results, the rank in it."""
        return min((one.result.rank for one in self.results if one.result.rank is not None), default=self.rank)

    @property
    def division(self) -> str | None:
        """The division of the race in which it had its best rank; where the list came without results, as stated."""
        ranked = [one.result for one in self.results if one.result.rank is not None]
        return min(ranked, key=lambda result: result.rank or 0).division if ranked else self.stated_division

    @property
    def label(self) -> str:
        """The name; where none is given the NOC of its team, or the id."""
        return self.name or (self.noc if self.athlete == self.noc.casefold() else self.athlete)


@dataclass(frozen=True)
class RankedList:
    """One list of one event, best first; entries that share a rank are in the order of NOC and athlete."""

    event: str
    ranking: str
    entries: tuple[ListedEntry, ...]

    def rank_of(self, athlete: str) -> int:
        """Return the rank of an athlete, behind all others for one that is not in the list."""
        return next((entry.rank for entry in self.entries if entry.athlete == athlete), UNRANKED)


@dataclass(frozen=True, slots=True)
class PointsDifference:
    """A result whose printed points are not those of the tables."""

    result: RaceResult
    by_table: int

    def message(self, event: str) -> str:
        """Return the difference as a sentence.

        Parameters
        ----------
        event
            The event in words.
        """
        one = self.result
        printed = "no points are" if one.points is None else f"{one.points} points are"
        division = f", division {one.division}" if one.division else ""
        rank = f"rank {one.rank}" if one.rank else "not ranked"
        where = f"{event} at {meet_words(one.meet)}{division}"
        who = f"{one.name or one.athlete} ({one.noc})"
        return f"{where}: {who}, {rank}: {printed} printed; by the table it is {self.by_table}"


def points_of(result: RaceResult, rules: ResultRules) -> int:
    """Return the points of a result by the tables of the rules, or as printed where no table applies."""
    points = rules.points(result.event, result.division, result.meet, result.rank)
    return (result.points or 0) if points is None else points


def points_differences(results: RaceResults, rules: ResultRules) -> tuple[PointsDifference, ...]:
    """Return the results whose printed points are not those of the tables, in file order.

    Where nothing is printed for a rank without points, nothing differs.
    """
    found: list[PointsDifference] = []
    for result in results.rows:
        points = rules.points(result.event, result.division, result.meet, result.rank)
        if points is not None and points != (result.points or 0):
            found.append(PointsDifference(result, points))
    return tuple(found)


def ranked_lists(
    results: RaceResults, rules: ResultRules, rankings: Sequence[RankingRule]
) -> dict[tuple[str, str], RankedList]:
    """Return all ranked lists: (event, ranking) -> list.

    Parameters
    ----------
    results
        Rows of meets that the rules do not name are refused.
    rankings
        In an order in which a list comes after those that its ties ask.

    Raises
    ------
    InputError
        If a result is of a meet that the rules do not name.
    """
    for result in results.rows:
        if result.meet not in rules.meets:
            known = f"{asked(result.meet, rules.meets)}; those are {', '.join(rules.meets)}"
            raise result.row.error("meet", f"{result.meet} is not a meet of the rules{known}")
    lists: dict[tuple[str, str], RankedList] = {}
    for rule in rankings:
        for event in rule.events:
            lists[event, rule.identifier] = _list(event, rule, results, rules, lists)
    return lists


def _list(
    event: str,
    rule: RankingRule,
    results: RaceResults,
    rules: ResultRules,
    lists: Mapping[tuple[str, str], RankedList],
) -> RankedList:
    sources = rule.sources(event)
    by_athlete: dict[str, list[RaceResult]] = {}
    for result in results.rows:
        if result.event in sources:
            by_athlete.setdefault(result.athlete, []).append(result)
    entries = [entry for own in by_athlete.values() if (entry := _entry(event, rule, own, rules)) is not None]
    keys = {entry.athlete: _key(event, rule, entry, rules, lists) for entry in entries}
    entries.sort(key=lambda entry: (keys[entry.athlete], entry.noc, entry.athlete))
    ranked: list[ListedEntry] = []
    numbers: dict[str, int] = {}
    for first, group in _groups(entries, keys):
        for entry in group:
            number = numbers[entry.noc] = numbers.get(entry.noc, 0) + 1
            tied = len(group) > 1 and SHARED_RANK not in rule.ties
            near = entries[max(0, len(ranked) - 1) : len(ranked) + 2]
            broken = None if len(group) > 1 else _broken_by(entry, rule, near, keys)
            ranked.append(replace(entry, rank=first, number=number, tied=tied, tie_broken_by=broken))
    return RankedList(event, rule.identifier, tuple(ranked))


def _groups(
    entries: Sequence[ListedEntry], keys: Mapping[str, tuple[object, ...]]
) -> Iterator[tuple[int, list[ListedEntry]]]:
    """Entries that nothing tells apart, with the rank of the first."""
    first = 1
    for _, equal in itertools.groupby(entries, key=lambda entry: keys[entry.athlete]):
        group = list(equal)
        yield first, group
        first += len(group)


def _entry(event: str, rule: RankingRule, own: Sequence[RaceResult], rules: ResultRules) -> ListedEntry | None:
    """An athlete's results and what they come to; None for who has no result by this measure."""
    own = sorted(own, key=lambda result: (rules.meets.index(result.meet), result.event, result.race))
    points = {result: points_of(result, rules) for result in own}
    counting = _counting(rule, own, points, rules)
    times = [result.time for result in own if result.event == event and result.time is not None]
    if rule.measure == "time" and not times:
        return None
    if rule.measure != "time" and all(result.rank is None for result in own):
        return None
    last = own[-1]
    return ListedEntry(
        rank=0,
        noc=last.noc,
        athlete=last.athlete,
        name=last.name,
        number=0,
        points=sum(points[result] for result in counting),
        time=min(times, default=None),
        results=tuple(Counted(result, points[result], result in counting) for result in own),
    )


def _counting(
    rule: RankingRule, own: Sequence[RaceResult], points: Mapping[RaceResult, int], rules: ResultRules
) -> set[RaceResult]:
    """The results whose points are added."""
    chosen: dict[str, list[RaceResult]] = {}
    for meet in rules.meets:
        here = [result for result in own if result.meet == meet]
        if here and rule.per_meet == "best":
            here = [max(here, key=lambda result: (points[result], -here.index(result)))]
        if here:
            chosen[meet] = here
    best = sorted(chosen, key=lambda meet: (-sum(points[r] for r in chosen[meet]), rules.meets.index(meet)))
    kept = best if rule.counting is None else best[: rule.counting]
    return {result for meet in kept for result in chosen[meet]}


def _key(
    event: str,
    rule: RankingRule,
    entry: ListedEntry,
    rules: ResultRules,
    lists: Mapping[tuple[str, str], RankedList],
) -> tuple[object, ...]:
    """What the list is sorted by, smallest first: the measure, then a value per criterion."""
    time = SLOWEST if entry.time is None else entry.time
    measures = {"points": -entry.points, "time": time, "rank": entry.best_rank}
    key: list[object] = [measures[rule.measure]]
    for criterion in rule.ties:
        counted = [one for one in entry.results if one.counts]
        if criterion == BEST_RESULTS:
            # Zeros are put behind, since a result without points is worth as much as none.
            values = sorted((-one.points for one in counted if one.points), key=int)
            key.append((*values, 0))
        elif criterion == BEST_TIME:
            key.append(time)
        elif criterion == LATEST_MEET:
            key.append(tuple(-sum(c.points for c in counted if c.result.meet == m) for m in reversed(rules.meets)))
        elif criterion.startswith(OTHER_RANKING):
            key.append(lists[event, criterion.removeprefix(OTHER_RANKING)].rank_of(entry.athlete))
        elif criterion != SHARED_RANK:
            raise InputError(f"{criterion!r} is not a criterion for ties of rankings")
    return tuple(key)


def _broken_by(
    entry: ListedEntry,
    rule: RankingRule,
    near: Sequence[ListedEntry],
    keys: Mapping[str, tuple[object, ...]],
) -> str | None:
    """The criterion that tells an entry from its neighbours: who shares the beginning of a sorted key is next to it."""
    own = keys[entry.athlete]
    length = next(
        length for length in range(1, len(own) + 1) if sum(keys[e.athlete][:length] == own[:length] for e in near) == 1
    )
    return rule.ties[length - 2] if length > 1 else None


def list_rows(one: RankedList) -> list[dict[str, object]]:
    """Return the entries of a list with the JSON keys of the command line."""
    return [
        {
            "event": one.event,
            "ranking": one.ranking,
            **values_of(entry, "rank", "noc", "athlete", "name", "points"),
            "time": None if entry.time is None else time_text(entry.time),
            **values_of(entry, "tied", "tie_broken_by"),
            "results": [
                {
                    **values_of(counted.result, "meet", "event", "race", "division", "rank"),
                    **values_of(counted, "points", "counts"),
                }
                for counted in entry.results
            ],
        }
        for entry in one.entries
    ]
