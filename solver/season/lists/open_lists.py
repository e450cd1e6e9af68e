"""An event whose places go down ranked lists, with races to come: who may race, and for which points."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from quotaproof.model.errors import UnsupportedError
from quotaproof.model.pathways import (
    HostPlaces,
    NocQuota,
    RankingPlaces,
    Reallocation,
    ReduceToTotal,
    ReserveList,
)
from quotaproof.model.results.ranked_lists import UNRANKED
from quotaproof.model.results.ranking_rules import BEST_RESULTS, RankingRule
from quotaproof.model.rules import Event
from quotaproof.solver.season.programme import programme
from quotaproof.solver.season.season import Season

PROVED = (RankingPlaces, ReserveList, HostPlaces, NocQuota, ReduceToTotal, Reallocation)
"""The kinds of pathway of which something is proved here."""


@dataclass(frozen=True, slots=True)
class RaceRank:
    """A rank that one athlete takes in a race to come."""

    points: int
    division: str | None
    rank: int


@dataclass(frozen=True)
class RaceToCome:
    """A race to come.

    Attributes
    ----------
    ranks
        All ranks with points in all divisions, those with most points first; of one division in their order.
    last
        The division in which there are further ranks, all without points.
    """

    meet: str
    event: str
    number: int
    ranks: tuple[RaceRank, ...]
    last: str | None

    def rank(self, place: int) -> RaceRank:
        """Return the place-th best rank, from 0."""
        if place < len(self.ranks):
            return self.ranks[place]
        first = sum(one.division == self.last for one in self.ranks)
        return RaceRank(0, self.last, first + place - len(self.ranks) + 1)


@dataclass(frozen=True, slots=True)
class Racer:
    """An athlete or team that may race.

    Attributes
    ----------
    points
        Its points in the list so far.
    kept
        The most of them that may count in the end; more than `points` where only an entry's best meets count.
    best
        Points of its best result so far.
    rank
        Its rank in the list of points so far, behind all others (`UNRANKED`) if it is not on it.
    time
        Its best time over the event so far, in hundredths of a second.
    """

    noc: str
    athlete: str
    name: str
    points: int = 0
    kept: int = 0
    best: int = 0
    rank: int = UNRANKED
    time: int | None = None


@dataclass(frozen=True)
class OpenList:
    """An event whose places go down a list of points, a list of times, or both, and the races that may change them.

    Who may race: of each NOC with a result in any event so far, and of the host, those who raced over the event so far
    (or over one that shares its list), and as many others as the NOC may have start places. An NOC has one team.

    Attributes
    ----------
    by_points, by_times
        The pathway that hands out places down the list, how many, and how the list is made; None if there is none.
    races
        The races to come whose results count for the list of points.
    replaced
        Whether the host, if it is without a place, may take that of the last who has one.
    host_anyway
        Whether the host has a place in any case, once it has an entry.
    certain_last
        Whether the last place is of the list that the reserve list goes by, so that the host takes no place of an
        earlier list.
    host_may
        Whether the host may have a place for being the host.
    reserve_length
        How many are on the reserve list.
    reduced
        Whether places may be taken back until quota places fit the total.
    """

    season: Season
    event: Event
    nocs: tuple[str, ...]
    by_points: tuple[str, int, RankingRule] | None
    by_times: tuple[str, int, RankingRule] | None
    races: tuple[RaceToCome, ...]
    replaced: bool
    host_anyway: bool
    host_may: bool
    certain_last: bool
    reserve_length: int
    reduced: bool

    @property
    def identifier(self) -> str:
        """The id of the event."""
        return self.event.identifier

    @cached_property
    def own_races(self) -> tuple[RaceToCome, ...]:
        """The races to come over the event itself, in which times are skated."""
        return tuple(race for race in self.races if race.event == self.identifier)

    @property
    def point_places(self) -> int:
        """Places down the list of points."""
        return self.by_points[1] if self.by_points is not None else 0

    @property
    def time_places(self) -> int:
        """Places down the list of times."""
        return self.by_times[1] if self.by_times is not None else 0

    @property
    def best_results_decide(self) -> bool:
        """Whether of equal points the better best result decides first."""
        rule = self.by_points[2] if self.by_points is not None else None
        return rule is not None and rule.counting is None and rule.ties[:1] == (BEST_RESULTS,)

    @property
    def host(self) -> str | None:
        """The host."""
        return self.season.scenario.host

    @cached_property
    def sharing(self) -> str:
        """A name of the events that share a list with this one: the first of them."""
        rules = self.season.scenario.rules
        shared = {
            one for rule in rules.rankings if self.identifier in rule.events for one in rule.sources(self.identifier)
        }
        return min({self.identifier, *shared}, key=[event.identifier for event in rules.events].index)

    def cap(self, noc: str) -> int:
        """Return the most start places that an NOC may have."""
        return self.season.scenario.noc_cap(self.event, noc)

    @cached_property
    def racers(self) -> Mapping[str, tuple[Racer, ...]]:
        """NOC -> who may race for it: by the list of points, then those without points, then others."""
        scenario = self.season.scenario
        found: dict[str, dict[str, Racer]] = {noc: {} for noc in self.nocs}
        for part in (self.by_points, self.by_times):
            listed = scenario.lists.get((self.identifier, part[2].identifier)) if part is not None else None
            for entry in listed.entries if listed is not None else ():
                if entry.noc not in found or entry.athlete in found[entry.noc]:
                    continue
                limited = part is not None and part[2].counting is not None
                found[entry.noc][entry.athlete] = Racer(
                    entry.noc,
                    entry.athlete,
                    entry.name,
                    entry.points,
                    sum(one.points for one in entry.results) if limited else entry.points,
                    max((one.points for one in entry.results if one.counts), default=0),
                    entry.rank if part is self.by_points else UNRANKED,
                    entry.time,
                )
        team = self.event.kind == "relay"
        for noc, own in found.items():
            for number in range(1, (0 if own else 1) + 1 if team else self.cap(noc) + 1):
                name = noc.lower() if team else f"{noc.lower()}-invented-{self.sharing}-{number}"
                own[name] = Racer(noc, name, "" if team else f"Invented {number} of {noc} ({self.sharing})")
        return {noc: tuple(own.values()) for noc, own in found.items()}

    def on_points(self, noc: str) -> tuple[Racer, ...]:
        """Return the racers of an NOC that are on the list of points so far, best first."""
        return tuple(one for one in self.racers.get(noc, ()) if one.rank != UNRANKED)

    def on_times(self, noc: str) -> tuple[Racer, ...]:
        """Return the racers of an NOC that have a time so far, fastest first."""
        timed = [one for one in self.racers.get(noc, ()) if one.time is not None]
        return tuple(sorted(timed, key=lambda one: (one.time or 0, one.rank)))


def nocs_of(season: Season) -> tuple[str, ...]:
    """Return the NOCs with a result in any event so far, and the host."""
    scenario = season.scenario
    named = {row.noc for row in scenario.results.rows} if scenario.results is not None else set()
    named |= {scenario.host} if scenario.host is not None else set()
    return tuple(sorted(named - scenario.excluded))


def open_lists(season: Season) -> dict[str, OpenList]:
    """Return each event of a season that goes by ranked lists.

    Raises
    ------
    UnsupportedError
        If the rules have a kind of pathway, or of list, of which nothing is proved here.
    """
    scenario, nocs = season.scenario, nocs_of(season)
    for pathway in scenario.pathways:
        if not isinstance(pathway, PROVED):
            raise UnsupportedError(
                f"what is certain and possible is proved of places down ranked lists of points and of times, and "
                f"{pathway.identifier} is of kind {pathway.kind}"
            )
    ahead = programme(season)
    found: dict[str, OpenList] = {}
    for event in scenario.rules.events:
        name = event.identifier
        given = [one for one in scenario.pathways if isinstance(one, RankingPlaces) and name in one.places]
        rules = [_rule(season, name, one.ranking) for one in given]
        points = [n for n, rule in enumerate(rules) if rule.measure == "points"]
        times = [n for n, rule in enumerate(rules) if rule.measure == "time"]
        if [*points, *times] != list(range(len(given))) or len(points) > 1 or len(times) > 1:
            raise UnsupportedError(
                f"what is certain and possible is proved of places down one list of points, then one of times, and "
                f"those of {name} go otherwise"
            )
        parts = [(one.identifier, one.places[name], rule) for one, rule in zip(given, rules, strict=True)]
        counted = dict.fromkeys((name, *(source for rule in rules for source in rule.sources(name))))
        races = tuple(
            _race(season, one.meet, source, number)
            for one in ahead
            for source in counted
            for number in range(1, one.races.get(source, 0) + 1)
        )
        hosts = [one for one in scenario.pathways if isinstance(one, HostPlaces) and name in one.events]
        reserves = [one for one in scenario.pathways if isinstance(one, ReserveList) and name in one.ranking]
        reserve = [one.ranking[name] for one in reserves]
        found[name] = OpenList(
            season,
            event,
            nocs,
            parts[points[0]] if points else None,
            parts[times[0]] if times else None,
            races,
            replaced=scenario.host is not None and any(one.mode == "replace-last" for one in hosts),
            host_anyway=any(not one.on_reserve_list for one in hosts),
            host_may=bool(hosts),
            certain_last=bool(given) and all(one.on_reserve_list for one in hosts) and reserve == [given[-1].ranking],
            reserve_length=max((one.lengths.get(name, 0) for one in reserves), default=0),
            reduced=any(isinstance(one, ReduceToTotal) and name in one.cycle for one in scenario.pathways),
        )
    return found


def _rule(season: Season, event: str, ranking: str) -> RankingRule:
    return next(rule for rule in season.scenario.rules.rankings if rule.identifier == ranking and event in rule.events)


def _race(season: Season, meet: str, event: str, number: int) -> RaceToCome:
    """A race with the ranks that have points."""
    rules = season.scenario.rules.results
    tables = rules.tables if rules is not None else ()
    applying = [
        one for one in tables if (not one.events or event in one.events) and (not one.meets or meet in one.meets)
    ]
    named: list[str | None] = list(dict.fromkeys(name for one in applying for name in one.divisions))
    longest = max((len(one.points) for one in applying), default=0)
    ranks: list[RaceRank] = []
    for division in named or [None]:
        points = [rules.points(event, division, meet, rank) or 0 for rank in range(1, longest + 1)] if rules else []
        if any(worse > better for better, worse in itertools.pairwise(points)):
            raise UnsupportedError(
                f"points that rise with the rank, as in division {division} of {event}, leave open who is ahead"
            )
        ranks += [RaceRank(one, division, rank) for rank, one in enumerate(points, 1) if one]
    ranks.sort(key=lambda one: -one.points)  # stable, so that a division stays in order
    return RaceToCome(meet, event, number, tuple(ranks), (named or [None])[-1])
