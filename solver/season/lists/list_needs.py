"""What an NOC needs at the next meet for a place down ranked lists: the worst rank in the first division.

An NOC's k-th place is certain with rank r if it is so in every outcome in which its k best by points so far all come in
at r or better. The worst of these is that they take the ranks r - k + 1 to r, its k-th best the last of them. It is
possible with r if it is so in some outcome in which they do and no others of the NOC race: they win all that is to come
later, and those in front of them at the next meet are others whose results do no harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quotaproof.model.results.ranked_lists import UNRANKED
from quotaproof.solver.season.bounds import Bounds
from quotaproof.solver.season.needs import Need
from quotaproof.solver.season.outcomes import ListedOutcome
from quotaproof.solver.season.season import Season

from .getting_ahead import EQUALITIES, Equality, GettingAhead, Mark, Runner
from .list_outcomes import allocated
from .list_proofs import ListProofs
from .open_lists import OpenList, Racer, RaceToCome

SEVERAL = "there are several races at that meet"
NOT_EXACT = "no rank is known that is enough while the next one is not"
TAKEN_BACK = "places may be taken back"
HOST_LAST = "the host may take the last place"
AS_HOST = "it may have the place as the host"
IN_FRONT = "whoever is in front may get ahead by that"
BOTH_LISTS = "it depends on both lists together"


def needs_of_lists(season: Season, noc: str, events: Sequence[str], found: Bounds) -> tuple[Need, ...]:
    """Return what each place of an NOC needs in some events that have a race to come."""
    proofs = ListProofs(season)
    now = allocated(season, ListedOutcome())
    left_open = {one.event for one in now.tied}
    needed: list[Need] = []
    for event in events:
        one = proofs.lists[event]
        if one.races:
            so_far = 0 if event in left_open else now.places[event].get(noc, 0)
            asking = _Needs(proofs, one, noc, found.places[event, noc].certain.number, so_far)
            needed += [asking.of(number) for number in range(1, one.cap(noc) + 1)]
    return tuple(needed)


class _Needs:
    """What the places of an NOC in one event need."""

    def __init__(self, proofs: ListProofs, one: OpenList, noc: str, sure: int, so_far: int) -> None:
        self.proofs, self.one, self.noc, self.sure = proofs, one, noc, sure
        self.so_far = so_far
        self.meet = one.races[0].meet
        self.next = tuple(race for race in one.races if race.meet == self.meet)
        self.later = one.races[len(self.next) :]
        self.mine = sorted(one.racers[noc], key=lambda racer: (racer.rank, -racer.kept))
        first = self.next[0].ranks[0].division if self.next[0].ranks else self.next[0].last
        self.points = [rank.points for rank in self.next[0].ranks if rank.division == first]

    def of(self, number: int) -> Need:
        """Return what the place of this number needs."""
        last = len(self.points) + number
        certain, certain_refused = self._certain_at(number, last) if number > self.sure else (last, None)
        anyway, possible, refused, by_time = self._possible_at(number, last)
        return Need(
            event=self.one.identifier,
            noc=self.noc,
            qualifier=number,
            meet=self.meet,
            certain_anyway=number <= self.sure,
            certain_at=certain,
            by_ranking_at=certain,
            possible_anyway=anyway,
            possible_at=possible,
            last=last,
            certain_refused=certain_refused,
            possible_refused=refused,
            by_time=by_time,
        )

    # Certain ----------------------------------------

    def _certain_at(self, number: int, last: int) -> tuple[int | None, str | None]:
        if self.one.reduced:
            return None, TAKEN_BACK
        if self._as_host(number):
            return None, AS_HOST
        if len(self.next) > 1:
            return None, SEVERAL
        if self.one.time_places and not any(self._may_be_slower(race) for race in self.one.own_races):
            return None, BOTH_LISTS
        rank = number - 1
        while rank < last and self._withstands(number, rank + 1, strictly=False):
            rank += 1
        if rank < last and not self._withstands(number, rank + 1, strictly=True):
            return None, NOT_EXACT
        return (rank if rank >= number else None), None

    def _as_host(self, number: int) -> bool:
        """Whether the place may be one that only the host has."""
        return number == 1 and self.noc == self.one.host and self.one.host_may

    def _may_be_slower(self, race: RaceToCome) -> bool:
        """Whether others can be faster in a race over the event, though the NOC comes in first at the next meet."""
        return race not in self.next or len({rank.division for rank in race.ranks}) > 1

    def _points(self, rank: int) -> int:
        return self.points[rank - 1] if rank <= len(self.points) else 0

    def _withstands(self, number: int, rank: int, *, strictly: bool) -> bool:
        """Whether a rank is proved to be enough; `strictly`: whether it is proved not to be."""
        own = self.mine[number - 1]
        points, best = own.points + self._points(rank), max(own.best, self._points(rank))
        mark = Mark(points, best if self.one.best_results_decide else None)
        ahead = [
            racer.rank
            for racers in self.one.racers.values()
            for racer in racers
            if racer.rank != UNRANKED and self._is_ahead(racer, mark, strictly=strictly)
        ]
        taken = range(rank - number, rank)
        free = [rank.points for rank in self.next[0].ranks]
        for place in taken:
            if self._points(place + 1):
                free.remove(self._points(place + 1))
        reach = GettingAhead([free, *([rank.points for rank in race.ranks] for race in self.later)])
        found = self.proofs.withstands(self.one, self.noc, number, mark, max(ahead, default=0), reach)
        return found.surely_not if strictly else found.safe

    @staticmethod
    def _is_ahead(racer: Racer, mark: Mark, *, strictly: bool) -> bool:
        theirs, ours = (racer.points, racer.best), (mark.points, mark.best or 0)
        if mark.best is None:
            theirs, ours = (racer.points, 0), (mark.points, 0)
        return theirs > ours or (theirs == ours and not strictly)

    # Possible ----------------------------------------

    def _possible_at(self, number: int, last: int) -> tuple[bool, int | None, str | None, bool]:
        """Whether it is possible without a result, with which rank, why nothing is said, and whether a time will do."""
        one, later = self.one, replace(self.one, races=self.later)
        if number <= max(self.sure, self.so_far):
            # As things stand now it has the place, and so it has if only another one races who has a place anyway.
            return True, last, None, False
        if number <= one.time_places and later.own_races:
            return True, last, None, False
        if number <= one.time_places and one.own_races:
            return False, None, None, True
        if self._as_host(number):
            return False, None, AS_HOST, False
        if one.time_places:
            return False, None, BOTH_LISTS, False
        if number > one.point_places:
            return False, None, None, False
        if len(self.next) > 1:
            return False, None, SEVERAL, False
        counted = self.proofs.in_front(one, self.noc)
        ahead = counted[: one.point_places - number]
        if one.replaced and self.noc != one.host and one.host not in {racer.noc for racer in ahead}:
            return False, None, HOST_LAST, False
        without = [self._reaches(number, (), counted, equality) for equality in EQUALITIES]
        rank = [self._worst_with(number, last, counted, equality) for equality in EQUALITIES]
        if without[0]:
            return True, last, None, False
        if without[1] or rank[0] != rank[1]:
            return False, None, NOT_EXACT, False
        if rank[0] is not None and rank[0] - number > self._harmless(ahead):
            return False, None, IN_FRONT, False
        return False, rank[0], None, False

    def _worst_with(self, number: int, last: int, counted: Sequence[Racer], equality: Equality) -> int | None:
        """The worst rank with which it is possible, going up from the best; None if it is not even with that."""
        found = None
        for rank in range(number, last + 1):
            if not self._reaches(number, (self._ranks(number, rank),), counted, equality):
                break
            found = rank
        return found

    def _ranks(self, number: int, rank: int) -> list[int]:
        return [self._points(place) for place in range(rank - number + 1, rank + 1)]

    def _reaches(
        self, number: int, first: Sequence[Sequence[int]], counted: Sequence[Racer], equality: Equality
    ) -> bool:
        """Whether so many of the NOC can be ahead of those who must stay behind, after some ranks at the next meet."""
        one = self.one
        beaten = one.point_places - number
        starting = self.mine[:number]
        if len(counted) <= beaten:
            return all(racer.rank != UNRANKED for racer in starting) or bool(first) or bool(self.later)
        behind = counted[beaten]
        missing = [
            racer
            for racer in starting
            if racer.rank > behind.rank or (racer.rank == behind.rank and equality == "surely")
        ]
        reach = GettingAhead([*first, *([rank.points for rank in race.ranks] for race in self.later)])
        mark = Mark(behind.points, self.proofs.best_of(one, behind))
        have = [Runner(racer.kept, racer.best) for racer in missing]
        return reach.ask(have, mark, len(missing), equality).verdict == "yes"

    def _harmless(self, ahead: Sequence[Racer]) -> int:
        """How many others may be in front at the next meet and change nothing: they are ahead, or their NOC is full."""
        found = 0
        for other in self.one.nocs:
            own = sum(racer.noc == other for racer in ahead)
            found += len(self.one.racers[other]) if own >= self.one.cap(other) > 0 and other != self.noc else own
        return found
