"""One event of a season with meets to come: who may start there, and what an entry's results would come to."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from quotaproof.model.errors import InputError, UnsupportedError
from quotaproof.model.results.scoring import TieRule, standings_of, summed
from quotaproof.model.rules import Event
from quotaproof.model.standings.rankings import Claim

from .season import Season

MeetPosition = int | None
"""A position at a meet to come, from 1; None for an entry that is not there."""

SortKey = tuple[int, ...]
"""What entries are ranked by, smallest first. Entries with equal orders are in a tie that a draw decides."""


@dataclass(frozen=True)
class OpenEvent:
    """An event whose ranking the meets to come decide.

    An NOC may start any number of entries at each of them, from none to `starters`, and they take the positions 1, 2,
    ... in any order; its best is its qualifier 1, and so on. Somebody starts. NOCs are those with a result in any event
    so far, and the host. `starters` are as many as the NOC may have start places or, where that is more, as many as it
    had at one meet so far.

    A better position never makes an order worse: points do not rise with the position (`soqc_of` refuses such a
    table), of equal points the lower positions count, and each criterion compares what becomes better with them.
    """

    season: Season
    event: Event
    nocs: tuple[str, ...]
    _memo: dict[tuple[Claim, tuple[MeetPosition, ...]], SortKey | None] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    @classmethod
    def of(cls, season: Season, event: str) -> OpenEvent:
        """Return the event of a season whose places go by SOQCs of qualifiers."""
        scenario = season.scenario
        classifications = scenario.classifications
        results = classifications.results if classifications is not None else ()
        named = {result.noc for result in results if result.noc is not None}
        named |= {scenario.host} if scenario.host is not None else set()
        return cls(season, scenario.rules.event(event), tuple(sorted(named - scenario.excluded)))

    @property
    def identifier(self) -> str:
        """The id of the event."""
        return self.event.identifier

    @cached_property
    def left(self) -> tuple[str, ...]:
        """The meets to come."""
        return self.season.left(self.identifier)

    @cached_property
    def history(self) -> Mapping[Claim, Mapping[str, int]]:
        """(NOC, qualifier) -> meet -> position, at the meets so far."""
        known = self.season.scenario.classifications
        found: dict[Claim, dict[str, int]] = {}
        for result in known.by_event.get(self.identifier, ()) if known is not None else ():
            if result.noc is not None and result.qualifier is not None and result.noc in self.nocs:
                found.setdefault((result.noc, result.qualifier), {})[result.meet] = result.position
        return found

    @cached_property
    def starters(self) -> Mapping[str, int]:
        """NOC -> the most entries that it may start at a meet to come."""
        cap = {noc: self.cap(noc) for noc in self.nocs}
        for noc, qualifier in self.history:
            cap[noc] = max(cap[noc], qualifier)
        return cap

    @cached_property
    def last(self) -> int:
        """The last position there can be: nobody is behind what a meet missed counts."""
        soqc = self.season.scenario.rules.soqc
        number = sum(self.starters.values())
        return number if soqc is None else min(number, soqc.missed_position - 1)

    @property
    def ranked(self) -> tuple[Claim, ...]:
        """The entries with results so far."""
        return tuple(self._settled) if not self.left else tuple(self.history)

    def cap(self, noc: str) -> int:
        """Return the most start places that an NOC may have."""
        return self.season.scenario.noc_cap(self.event, noc)

    def beyond(self, noc: str | None) -> int:
        """Return how many entries of other NOCs there may be that their NOCs' caps exclude."""
        return sum(max(0, self.starters[other] - self.cap(other)) for other in self.nocs if other != noc)

    @cached_property
    def host(self) -> str | None:
        """The host, if it has a place in this event in any case."""
        scenario = self.season.scenario
        return scenario.host if scenario.is_host_event(self.identifier) else None

    @cached_property
    def _ties(self) -> TieRule:
        rules, readings = self.season.scenario.rules, self.season.scenario.readings
        return TieRule(rules.tie_criteria(readings), rules.tie_positions(readings))

    @cached_property
    def _settled(self) -> Mapping[Claim, int]:
        """With no meet to come: an entry's rank, the first of its tie where that is open; a recorded draw counts."""
        scenario = self.season.scenario
        ranking = scenario.standings.rankings.get(self.identifier)
        if ranking is None and scenario.classifications is not None:
            found = standings_of(scenario.classifications, scenario.rules, scenario.readings)
            ranking = found.rankings.get(self.identifier)
        if ranking is None:
            return {}
        first = {rank: group[0] for group in ranking.tied for rank in group}
        return {claim: first.get(rank, rank) for rank, claim in enumerate(ranking.claims(), 1)}

    def order(self, claim: Claim, positions: Sequence[MeetPosition]) -> SortKey | None:
        """Return what an entry would be ranked by; None for one without any result, which is in no ranking.

        Parameters
        ----------
        positions
            At the meets to come, in their order.
        """
        if not self.left:
            rank = self._settled.get(claim)
            return None if rank is None else (rank,)
        key = (claim, tuple(positions))
        if key not in self._memo:
            self._memo[key] = self._order(claim, key[1])
        return self._memo[key]

    def _order(self, claim: Claim, positions: tuple[MeetPosition, ...]) -> SortKey | None:
        soqc = self.season.scenario.rules.soqc
        if soqc is None:
            raise UnsupportedError("the rule file does not say how standings are computed; it has no table [soqc]")
        results = dict(self.history.get(claim, {}))
        results |= {meet: at for meet, at in zip(self.left, positions, strict=True) if at is not None}
        return summed(self.identifier, results, soqc, self._ties).order if results else None

    def absent(self, claim: Claim) -> SortKey | None:
        """Return what an entry is ranked by if it is at no meet to come."""
        return self.order(claim, (None,) * len(self.left))

    def worst(self, claim: Claim) -> SortKey | None:
        """Return the worst that an entry can be ranked by: it is not there, unless no other NOC could start."""
        if claim[1] == 1 and all(noc == claim[0] for noc in self.nocs if self.starters[noc]):
            return self.order(claim, (1,) * len(self.left))
        return self.absent(claim)

    def best(self, claim: Claim) -> SortKey | None:
        """Return the best that an entry can be ranked by: its NOC's entries come in first at all meets to come."""
        return self.order(claim, (claim[1],) * len(self.left))

    def leader(self, without: str | None = None) -> str:
        """Return the NOC of the best entry so far, another one than `without` if any other may start."""
        may = [noc for noc in self.nocs if self.starters[noc] and noc != without] or [
            noc for noc in self.nocs if self.starters[noc]
        ]
        if not may:
            raise InputError(f"no NOC may start in {self.identifier}; its cap per NOC is 0")
        return min(may, key=lambda noc: ((order := self.absent((noc, 1))) is None, order or (), noc))

    def points(self, meet: str, position: MeetPosition) -> int:
        """Return the points for a position at a meet."""
        soqc = self.season.scenario.rules.soqc
        return 0 if soqc is None or position is None else soqc.points_for(self.identifier, meet, position)


def worst_position(first: int, last: int, holds: Callable[[int], bool]) -> int | None:
    """Return the worst position for which something holds that holds for every better one, too; None if for none."""
    positions = range(first, last + 1)
    number = bisect(positions, False, key=lambda position: not holds(position))
    return positions[number - 1] if number else None
