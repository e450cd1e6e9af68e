"""The bounds of a season by ranked lists: what is proved, and the outcomes that attain it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import product

from quotaproof.model.rules import GENDERS
from quotaproof.solver.season.attained import Attained
from quotaproof.solver.season.bounds import Bounds
from quotaproof.solver.season.outcomes import ListedOutcome, Replayed
from quotaproof.solver.season.season import Season

from .list_outcomes import allocated, invented, named_starts, starts_of_others, starts_of_winner
from .list_proofs import ListProofs
from .open_lists import Racer, RaceToCome


def bounds_of_lists(
    season: Season,
    nocs: Collection[str],
    events: Collection[str],
    tell: Callable[[int, int], None] | None = None,
    seconds: float | None = None,
) -> Bounds:
    """Return what is certain and possible of places down ranked lists while a meet is to come.

    Parameters and what is raised are those of `bounds`.
    """
    ends = None if seconds is None else time.monotonic() + seconds
    return _ListSearch(ListProofs(season, ends), nocs, events, tell or (lambda done, of: None)).answer()


class _ListSearch:
    """What was found so far."""

    def __init__(
        self, proofs: ListProofs, nocs: Collection[str], events: Collection[str], tell: Callable[[int, int], None]
    ) -> None:
        self.proofs, self.season, self.tell = proofs, proofs.season, tell
        self.nocs = tuple(noc for noc in proofs.nocs if not nocs or noc in nocs)
        self.events = tuple(event for event in proofs.lists if not events or event in events)
        self.everything = not events
        self.attained = Attained(self.nocs, self.events)
        self.now = Replayed(ListedOutcome(), allocated(self.season, ListedOutcome()))
        self.open = {one.event for one in self.now.allocation.tied}

    def proved(self, event: str, noc: str) -> tuple[int, int]:
        """The least and the most start places that are proved."""
        if self.proofs.settled(event) and event not in self.open:
            return (self.now.places(event, noc),) * 2
        return self.proofs.certain(event, noc).number, self.proofs.possible(event, noc).number

    def answer(self) -> Bounds:
        """Prove the numbers, and look for outcomes that attain them."""
        done, steps = 0, 3 * len(self.nocs)
        for noc in self.nocs:
            for event in self.events:
                self.proved(event, noc)
            done += 1
            self.tell(done, steps)
        for noc in self.nocs:
            if not self.proofs.over():
                self._look_for(noc)
            done += 2
            self.tell(done, steps)
        cells = [(event, noc) for noc in self.nocs for event in self.events]
        places = {key: self.attained.certainty(key, *self.proved(*key)) for key in cells}
        asked = product(self.nocs, GENDERS) if self.everything and self.proofs.quota is not None else ()
        athletes = {key: self.attained.certainty(key, *self.proofs.athletes(*key)) for key in asked}
        return Bounds(self.season, places, athletes, tuple(self.attained.replayed), self.proofs.ended)

    def _look_for(self, noc: str) -> None:
        """Try outcomes that are made for one NOC: it wins everything, or is not there and overtaken."""
        for least in (True, False):
            self._show(noc, self.events, least=least)
            for event in self.events:  # events that share a list share their races, which were another event's
                if self._is_missed(event, noc, least=least) and not self.proofs.over():
                    self._show(noc, [event], least=least)

    def _is_missed(self, event: str, noc: str, *, least: bool) -> bool:
        """Whether no outcome is known that attains what is proved of an event."""
        number = self.proved(event, noc)[0 if least else 1]
        known = (self.attained.least if least else self.attained.most).get((event, noc))
        return known is None or known[0] != number

    def _show(self, noc: str, events: Sequence[str], *, least: bool) -> None:
        parts: list[Mapping[RaceToCome, Sequence[Racer]]] = []
        lists = self.proofs.lists
        for event in [*events, *(name for name in lists if name not in events)]:
            one = lists[event]
            if least:
                plan = self.proofs.certain(event, noc).plan if event in events else None
                parts.append(starts_of_others(one, noc, plan))
            else:
                plan = self.proofs.possible(event, noc).plan if event in events else None
                parts.append(starts_of_winner(one, noc, plan))
        outcome = invented(lists, named_starts(parts))
        allocation = allocated(self.season, outcome)
        self.attained.add(
            Replayed(outcome, allocation), {one.event for one in allocation.tied if one.event is not None}
        )
