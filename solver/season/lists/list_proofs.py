"""What is proved of start places and quota places down ranked lists, by event and NOC."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from cachetools import cachedmethod

from quotaproof.model.pathways import NocQuota, QuotaCap
from quotaproof.model.results.ranked_lists import UNRANKED
from quotaproof.model.rules import Gender
from quotaproof.solver.season.season import Season

from .getting_ahead import EQUALITIES, GettingAhead, Mark, Runner
from .open_lists import OpenList, Racer, nocs_of, open_lists

RacePlan = tuple[tuple[Racer, ...], ...]
"""Per race that counts for a list, who takes its best ranks, best first."""


@dataclass(frozen=True, slots=True)
class ProvedNumber:
    """A number of places that is proved, and the races by which it may be attained, if any were found.

    Attributes
    ----------
    by_points
        Of these places, those that are proved down the list of points alone.
    """

    number: int
    by_points: int
    plan: RacePlan | None = None


@dataclass(frozen=True, slots=True)
class Withstood:
    """Whether a list of points gives so many places in every outcome.

    Attributes
    ----------
    safe
        It is proved that it does.
    surely_not
        It is proved that it does not; where neither is, nothing is known.
    plan
        The races in which it does not, or perhaps does not.
    """

    safe: bool = False
    surely_not: bool = False
    plan: RacePlan | None = None


class ListProofs:
    """The proofs of one season.

    Attributes
    ----------
    ended
        Whether time was over before all was proved; the rest is what caps say.
    """

    def __init__(self, season: Season, ends: float | None = None) -> None:
        self.season, self.rules, self.nocs = season, season.scenario.rules, nocs_of(season)
        self.lists: Mapping[str, OpenList] = open_lists(season)
        self.ended = False
        self._ends = ends
        self._reach = {
            name: GettingAhead([[rank.points for rank in race.ranks] for race in one.races])
            for name, one in self.lists.items()
        }
        self._certain: dict[object, ProvedNumber] = {}
        self._possible: dict[object, ProvedNumber] = {}

    def over(self) -> bool:
        """Return whether time is over; from then on nothing further is proved."""
        if self._ends is not None and time.monotonic() > self._ends:
            self.ended = True
        return self.ended

    def settled(self, event: str) -> bool:
        """Return whether no race to come changes who has a place in an event."""
        one = self.lists[event]
        return not one.races and not one.reduced

    # Certain ----------------------------------------

    @cachedmethod(lambda self: self._certain)
    def certain(self, event: str, noc: str) -> ProvedNumber:
        """Return the start places that an NOC has in every outcome."""
        if self.over():
            return ProvedNumber(0, 0)
        one, down, plan = self.lists[event], 0, None
        mine = one.on_points(noc)
        for number in range(1, min(one.cap(noc), len(mine)) + 1):
            entry = mine[number - 1]
            found = self.withstands(one, noc, number, Mark(entry.points, self.best_of(one, entry)), entry.rank)
            if not found.safe:
                plan = found.plan
                break
            down = number
        else:
            plan = None
        number = max(down, self._left_by_caps(one, noc), self._by_old_times(one, noc))
        if one.replaced and noc != one.host and not one.certain_last:
            number, down = max(0, number - 1), max(0, down - 1)
        if one.host_anyway and noc == one.host and one.racers[noc] and (mine or one.on_times(noc)) and one.cap(noc):
            number = max(number, 1) if self._somebody_placed(one) else number
        if noc == one.host and not number and self._in_reserve(one, noc):
            number = 1
        return ProvedNumber(0 if one.reduced else number, 0 if one.reduced else down, plan)

    def _in_reserve(self, one: OpenList, noc: str) -> bool:
        """Whether the host, where it has no place, is on the reserve list by points in any case, and so takes the last.

        Who is ahead of it within the caps has a place or is in front of it on that list.
        """
        mine = one.on_points(noc)
        if not mine or not one.host_may or one.time_places or not one.certain_last or not one.cap(noc):
            return False
        mark, length = Mark(mine[0].points, self.best_of(one, mine[0])), one.point_places + one.reserve_length
        return self.withstands(one, noc, 1, mark, mine[0].rank, places=length).safe

    @staticmethod
    def _somebody_placed(one: OpenList) -> bool:
        """Whether the host's entry is on the event's first list, by which it is found."""
        first = one.by_points or one.by_times
        if first is None or one.host is None:
            return False
        return bool(one.on_points(one.host) if first is one.by_points else one.on_times(one.host))

    @staticmethod
    def best_of(one: OpenList, entry: Racer) -> int | None:
        """Return the points of an entry's best result, if they decide between equal points."""
        return entry.best if one.best_results_decide else None

    def withstands(
        self,
        one: OpenList,
        noc: str,
        number: int,
        mark: Mark,
        rank: int,
        reach: GettingAhead | None = None,
        places: int | None = None,
    ) -> Withstood:
        """Return whether the list of points gives an NOC so many places in every outcome.

        Parameters
        ----------
        mark, rank
            What its entry of this number comes to if it races no more, and the rank in the list so far.
        reach
            The races, if they are not those of the event.
        places
            The places, if they are not those down the list of points.
        """
        reach = reach or self._reach[one.identifier]
        # So many others ahead refuse it a place down this list.
        room = (one.point_places if places is None else places) - number + 1
        if room <= 0:
            return Withstood(surely_not=True)
        host_may = one.replaced and noc != one.host and not one.time_places
        for equality in EQUALITIES:
            for host_last in (False, True) if host_may else (False,):
                ahead, runners = self._others(one, noc, rank, host_last=host_last)
                have = [Runner(racer.kept, racer.best) for racer in runners]
                found = reach.ask(have, mark, room - ahead, equality)
                if found.verdict != "no":
                    plan = _plan([runners[n] for n in found.chosen], found.ranks) if found.ranks else None
                    # The host takes the last place only if it is on the reserve list, which nothing here makes sure.
                    surely_not = equality == "surely" and found.verdict == "yes" and not host_last
                    return Withstood(surely_not=surely_not, plan=plan)
        return Withstood(safe=True)

    @staticmethod
    def _others(one: OpenList, noc: str, rank: int, *, host_last: bool) -> tuple[int, list[Racer]]:
        """How many others within their caps are ahead of a rank, and who may get ahead besides.

        Parameters
        ----------
        host_last
            Whether the host, instead of getting ahead, takes the last place.
        """
        ahead = 0
        runners: list[Racer] = []
        for other in one.nocs:
            if other == noc:
                continue
            already = [racer for racer in one.racers[other] if racer.rank != UNRANKED and racer.rank <= rank]
            counted = min(one.cap(other), len(already))
            if host_last and other == one.host and not counted:
                ahead += min(1, one.cap(other))
                continue
            ahead += counted
            others = sorted((r for r in one.racers[other] if r not in already), key=lambda r: (-r.kept, -r.best))
            runners += others[: one.cap(other) - counted]
        return ahead, runners

    @staticmethod
    def _left_by_caps(one: OpenList, noc: str) -> int:
        """Places that no others may have: all others together have too few by their caps per NOC."""
        listed = [
            racer
            for racer in one.racers.get(noc, ())
            if (racer.rank != UNRANKED or not one.point_places) and (racer.time is not None or not one.time_places)
        ]
        all_places = one.point_places + one.time_places
        others = sum(one.cap(other) for other in one.nocs if other != noc)
        return max(0, min(one.cap(noc), len(listed), all_places - others))

    @staticmethod
    def _by_old_times(one: OpenList, noc: str) -> int:
        """Places by times where no time over the event is to come."""
        if one.own_races or not one.time_places:
            return 0
        mine, found = one.on_times(noc), 0
        for number, entry in enumerate(mine[: one.cap(noc)], 1):
            ahead = 0
            for other in one.nocs:
                if other != noc:
                    faster = sum((racer.time or 0) <= (entry.time or 0) for racer in one.on_times(other))
                    free = int(one.replaced and other == one.host)  # it may take the last place
                    ahead += min(one.cap(other), max(faster, free))
            if ahead + number > one.time_places:
                break
            found = number
        return found

    # Possible ----------------------------------------

    @cachedmethod(lambda self: self._possible)
    def possible(self, event: str, noc: str) -> ProvedNumber:
        """Return the most start places that an NOC can reach."""
        one = self.lists[event]
        cap = one.cap(noc)
        if self.over():
            return ProvedNumber(cap, cap)
        down, plan = 0, None
        for number in range(min(cap, one.point_places), 0, -1):
            reached, plan = self._may_have(one, noc, number)
            if reached:
                down = number
                break
        number = min(cap, down + (one.time_places if one.own_races else self._may_have_by_old_times(one, noc)))
        if one.host_may and noc == one.host:
            number = max(number, min(1, cap))
        return ProvedNumber(number, down, plan)

    def _may_have(self, one: OpenList, noc: str, number: int) -> tuple[bool, RacePlan | None]:
        """Whether the list of points can give an NOC so many places: it races, and nobody else does."""
        counted = self.in_front(one, noc)
        beaten = one.point_places - number  # so many others may stay ahead
        mine = sorted(one.racers[noc], key=lambda r: (r.rank, -r.kept, -r.best))
        if len(counted) <= beaten:
            listed = len(one.on_points(noc)) if not one.races else len(mine)
            return listed >= number, None
        last = counted[beaten]
        already = [racer for racer in mine if racer.rank <= last.rank]
        missing = number - len(already)
        runners = [racer for racer in mine if racer not in already]
        have = [Runner(racer.kept, racer.best) for racer in runners]
        mark = Mark(last.points, self.best_of(one, last))
        for equality in EQUALITIES:
            found = self._reach[one.identifier].ask(have, mark, missing, equality)
            if found.verdict != "no":
                return True, _plan([runners[n] for n in found.chosen], found.ranks) if found.ranks else None
        return False, None

    @staticmethod
    def in_front(one: OpenList, noc: str) -> list[Racer]:
        """Return who of other NOCs, within their caps, is on the list of points so far, best first."""
        counted = [racer for other in one.nocs if other != noc for racer in one.on_points(other)[: one.cap(other)]]
        return sorted(counted, key=lambda racer: racer.rank)

    @staticmethod
    def _may_have_by_old_times(one: OpenList, noc: str) -> int:
        """Places by times that an NOC can have at most where no time over the event is to come.

        Of those who are faster, as many of an NOC as its cap allows have a place down one list or the other. So an
        entry has none by its time if they are as many as there are places.
        """
        found = 0
        for entry in one.on_times(noc):
            ahead = 0
            for other in one.nocs:
                if other != noc:
                    faster = sum((racer.time or 0) < (entry.time or 0) for racer in one.on_times(other))
                    ahead += min(one.cap(other), faster)
            found += ahead < one.point_places + one.time_places
        return min(found, one.time_places)

    # Quota places ----------------------------------------

    @property
    def quota(self) -> NocQuota | None:
        """The pathway that gives quota places by start places."""
        return next((one for one in self.season.scenario.pathways if isinstance(one, NocQuota)), None)

    def athletes(self, noc: str, gender: Gender) -> tuple[int, int]:
        """Return the quota places of an NOC that are proved to be the least and the most."""
        quota = self.quota
        if quota is None:
            return 0, 0
        numbers = [cap.athletes for cap in quota.caps]
        names = [event.identifier for event in self.rules.individual(gender)]
        least = sum(self.certain(name, noc).number for name in names)
        most = sum(self.possible(name, noc).number for name in names)
        if numbers != sorted(numbers, reverse=True):  # then more places may have a lower cap
            return min(least, *numbers), min(most, max(numbers))
        surely = next(cap for cap in quota.caps if self._applies(cap, noc, gender, surely=True))
        perhaps = next(cap for cap in quota.caps if self._applies(cap, noc, gender, surely=False))
        return min(least, surely.athletes), min(most, perhaps.athletes)

    def _applies(self, cap: QuotaCap, noc: str, gender: Gender, *, surely: bool) -> bool:
        """Whether the condition of a cap holds in every outcome, or in some as far as is proved."""

        def proved(name: str) -> ProvedNumber:
            return self.certain(name, noc) if surely else self.possible(name, noc)

        teams = [e.identifier for e in self.rules.events if e.kind == "relay" and e.gender == gender]
        if cap.team and not any(proved(name).number for name in teams):
            return False
        if cap.each_event is None:
            return True
        for event in self.rules.individual(gender):
            one, found = self.lists[event.identifier], proved(event.identifier)
            number = found.number
            if cap.by and one.by_points is not None and set(cap.by) == {one.by_points[0]}:
                number = found.by_points
            elif cap.by and surely:
                number = 0
            if number < (event.noc_cap if cap.each_event == "the-maximum" else 1):
                return False
        return True


def _plan(racers: list[Racer], ranks: tuple[tuple[int, ...], ...]) -> RacePlan:
    """Per race those racers in the order of the ranks they take."""
    return tuple(tuple(racers[n] for n in sorted(range(len(racers)), key=lambda n: own[n])) for own in ranks)
