"""How many entries can be ahead with several meets to come: what one question showed answers others of the event.

With a worse order to beat, more entries can be ahead of it. So an outcome that was found for one order shows how many
can be ahead of any worse one, and what is proved of one holds of any better one. Before either, points are counted:
what is given at the meets to come is not enough for more entries than the cheapest of them can share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cachetools import cachedmethod

from quotaproof.model.standings.rankings import Claim

from .open_event import MeetPosition, OpenEvent, SortKey, worst_position
from .outcomes import in_order
from .overtaking import Lineup, MostAhead, most_ahead


@dataclass(frozen=True, slots=True)
class ShownOutcome:
    """An outcome of an event that was found, and what each entry is ranked by in it, within its NOC's cap."""

    lineups: tuple[Lineup, ...]
    orders: Mapping[Claim, SortKey]


@dataclass
class SharedAhead:
    """What is known of the entries that can be ahead in one event.

    Attributes
    ----------
    shown
        Outcomes that were found.
    proved
        (An order, the NOC left out, how many entries of other NOCs are ahead of it at most).
    open
        (An order, a number) of which the solver did not find out whether so many can be ahead. Of a worse order the
        contrary would be harder to prove, so it is not asked again.
    """

    race: OpenEvent
    shown: list[ShownOutcome] = field(default_factory=list)
    proved: list[tuple[SortKey, str, int]] = field(default_factory=list)
    open: list[tuple[SortKey, int]] = field(default_factory=list)
    _known: dict[tuple[str, SortKey, int], MostAhead] = field(default_factory=dict)
    _most: dict[object, int] = field(default_factory=dict)

    def ahead(self, noc: str, order: SortKey, needed: int | None = None) -> MostAhead:
        """Return how many eligible entries of other NOCs can be ahead of an order at most, as `most_ahead` does."""
        if len(self.race.left) <= 1:
            return most_ahead(self.race, noc, order, needed)
        if needed is None:
            return MostAhead(self.most(noc, order), self._nothing)
        key = (noc, order, needed)
        if key not in self._known:
            self._known[key] = self._ahead(noc, order, needed)
        return self._known[key]

    @property
    def _nothing(self) -> tuple[Lineup, ...]:
        return tuple(() for _ in self.race.left)

    def _ahead(self, noc: str, order: SortKey, needed: int) -> MostAhead:
        if (most := self.most(noc, order)) < needed:
            return MostAhead(most, self._nothing)
        for worse, other, bound in self.proved:
            more = 0 if other == noc else self._of(other, order)
            if order <= worse and bound + more < needed:
                return MostAhead(bound + more, self._nothing)
        for one in self.shown:
            if self._number(one, noc, order) >= needed:
                without = tuple(tuple(entry for entry in lineup if entry[0][0] != noc) for lineup in one.lineups)
                return MostAhead(most, without)
        placed = self._one_by_one(noc, order)
        if self._number(placed, noc, order) >= needed:
            self.shown.append(placed)
            return MostAhead(most, placed.lineups)
        if any(better <= order and number >= needed for better, number in self.open):
            return MostAhead(most, self._nothing)
        found = most_ahead(self.race, noc, order, needed)
        if found.bound < needed:
            self.proved.append((order, noc, found.bound))
        elif any(found.lineups):
            self.shown.append(ShownOutcome(found.lineups, self._orders(found.lineups)))
        else:
            self.open.append((order, needed))
        return found

    def _one_by_one(self, noc: str, order: SortKey) -> ShownOutcome:
        """An outcome in which one entry after the other is placed, each where it takes least, as long as there is room.

        An entry comes ahead by one meet if it can, otherwise by the same position at all of them.
        """
        race, meets = self.race, range(len(self.race.left))
        placed: list[dict[Claim, int]] = [{} for _ in meets]
        ways: list[tuple[int, int, Claim, tuple[int, ...]]] = []  # how many meets, minus the last position, who, where
        for other in race.nocs:
            for qualifier in range(1, min(race.cap(other), race.starters[other]) + 1) if other != noc else ():
                claim = (other, qualifier)
                if (absent := race.absent(claim)) is None or absent > order:
                    for at in (*((meet,) for meet in meets), tuple(meets)):
                        last = self._last(claim, order, at)
                        ways += [(len(at), -last, claim, at)] if last else []
        ahead: set[Claim] = set()
        for _, last, claim, at in sorted(ways):
            if claim in ahead:
                continue
            tried = [dict(one) for one in placed]
            for meet in at:
                for qualifier in range(1, claim[1] + 1):
                    own = (claim[0], qualifier)
                    tried[meet][own] = min(-last, tried[meet].get(own, -last))
            if all(_fits(tried[meet].values()) for meet in at):
                placed = tried
                ahead.add(claim)
        lineups = tuple(tuple(sorted(one.items(), key=lambda entry: (entry[1], entry[0]))) for one in placed)
        return ShownOutcome(lineups, self._orders(lineups))

    def _last(self, claim: Claim, order: SortKey, at: tuple[int, ...]) -> int:
        """The last position at some meets by which an entry is ahead; 0 if none is good enough."""

        def ahead(position: int) -> bool:
            own = self.race.order(claim, [position if meet in at else None for meet in range(len(self.race.left))])
            return own is not None and own <= order

        return worst_position(1, self.race.last, ahead) or 0

    # What an outcome shows ----------------------------------------

    def _orders(self, lineups: tuple[Lineup, ...]) -> dict[Claim, SortKey]:
        """What each entry is ranked by in an outcome."""
        at: dict[Claim, list[MeetPosition]] = {}
        for meet, lineup in enumerate(lineups):
            numbers: dict[str, int] = {}
            for position, noc in enumerate(in_order(lineup), 1):
                numbers[noc] = numbers.get(noc, 0) + 1
                at.setdefault((noc, numbers[noc]), [None] * len(lineups))[meet] = position
        orders: dict[Claim, SortKey] = {}
        for noc in self.race.nocs:
            for qualifier in range(1, self.race.cap(noc) + 1):
                order = self.race.order((noc, qualifier), at.get((noc, qualifier), [None] * len(lineups)))
                if order is not None:
                    orders[noc, qualifier] = order
        return orders

    def _number(self, one: ShownOutcome, noc: str, order: SortKey) -> int:
        """How many entries of other NOCs are ahead in an outcome; without the NOC they are no fewer."""
        ahead = {claim for claim, own in one.orders.items() if own <= order}
        if self.race.host is not None:
            ahead.add((self.race.host, 1))
        return sum(claim[0] != noc for claim in ahead)

    # What is proved without a solver ----------------------------------------

    def _of(self, noc: str, order: SortKey) -> int:
        """How many entries of one NOC can be ahead at most, the host's place among them."""
        number = int(noc == self.race.host)
        for qualifier in range(1, self.race.cap(noc) + 1):
            absent, best = self.race.absent((noc, qualifier)), self.race.best((noc, qualifier))
            if not any(own is not None and own <= order for own in (absent, best)):
                break
            number = max(number, qualifier)
        return number

    @cachedmethod(lambda self: self._most)
    def most(self, noc: str, order: SortKey) -> int:
        """Return how many entries of other NOCs can be ahead, as far as the points to come are enough for them."""
        race = self.race
        ahead = {(race.host, 1)} if race.host is not None and race.host != noc else set()
        needed: list[int] = []
        for other in race.nocs:
            for qualifier in range(1, race.cap(other) + 1) if other != noc else ():
                claim = (other, qualifier)
                absent = race.absent(claim)
                if absent is not None and absent <= order:
                    ahead.add(claim)
                elif claim not in ahead and qualifier <= race.starters[other]:
                    points = self._points_needed(claim, -order[0])
                    needed += [] if points is None else [points]
        to_come = sum(race.points(meet, position) for meet in race.left for position in range(1, race.last + 1))
        number = 0
        for points in sorted(needed):
            to_come -= points
            if to_come < 0:
                break
            number += 1
        return len(ahead) + number

    def _points_needed(self, claim: Claim, target: int) -> int | None:
        """Points that an entry takes of those to come, at least, to have so many; None if it cannot have them.

        Of the meets that count for it some are to come, or none, and the others are its best so far.
        """
        race, qualifier = self.race, claim[1]
        counted = race.season.counted(race.identifier)
        so_far = sorted((race.points(meet, at) for meet, at in race.history.get(claim, {}).items()), reverse=True)
        best = sorted((race.points(meet, qualifier) for meet in race.left), reverse=True)
        ways: list[int] = []
        for number in range(min(len(best), counted) + 1):
            points = max(0, target - sum(so_far[: counted - number]))
            if points <= sum(best[:number]):
                ways.append(points)
        return min(ways, default=None)


def _fits(deadlines: Iterable[int]) -> bool:
    """Whether entries can keep their deadlines at a meet: at most t of them have one up to t."""
    return all(number <= deadline for number, deadline in enumerate(sorted(deadlines), 1))
