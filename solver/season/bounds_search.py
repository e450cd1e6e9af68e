"""The search for outcomes that attain what is proved, and the bounds that it leaves."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from itertools import product

from quotaproof.model.errors import UnsupportedError
from quotaproof.model.rules import GENDERS, Gender
from quotaproof.solver.engines import engine

from .attained import Attained
from .bounds import Bound, Bounds, Certainty
from .bounds_proofs import Proofs
from .lists.list_bounds import bounds_of_lists
from .outcomes import Memo, Replayed, SeasonOutcome, in_order, replay, with_leaders
from .overtaking import most_ahead
from .season import Season

MeetPositions = dict[tuple[str, str], tuple[str, ...]]
"""(meet, event) -> NOCs in the order of positions."""

FEW = 3
"""NOCs up to which each is asked about by itself."""

Tell = Callable[[int, int], None]
"""Is told how many steps are done, and how many there are."""


def bounds(
    season: Season,
    nocs: Collection[str] = (),
    events: Collection[str] = (),
    tell: Tell | None = None,
    seconds: float | None = None,
) -> Bounds:
    """Return what is certain and possible.

    Parameters
    ----------
    nocs, events
        Those that are asked about; all if empty. Quota places are given where no event is named.
    tell
        Is told how far this is.
    seconds
        Time after which no further proof or outcome is begun: of what is left only caps and the host's places are said,
        and of what is proved no outcome is looked for.

    Raises
    ------
    UnsupportedError
        If the rules have a kind of pathway or of list of which nothing can be proved here.
    """
    if season.by_lists and season.meets_left:
        return bounds_of_lists(season, nocs, events, tell, seconds)
    if not season.meets_left:
        settled = _as_allocated(season, frozenset(nocs), frozenset(events))
        if settled is not None:
            return settled
    ends = None if seconds is None else time.monotonic() + seconds
    return _Search(Proofs(season, ends), frozenset(nocs), frozenset(events), tell or (lambda done, of: None)).answer()


class _Search:
    """What outcomes have shown so far."""

    def __init__(self, proofs: Proofs, nocs: frozenset[str], events: frozenset[str], tell: Tell) -> None:
        self.proofs, self.tell = proofs, tell
        self.season, self.rules = proofs.season, proofs.rules
        self.nocs = tuple(noc for noc in proofs.nocs if not nocs or noc in nocs)
        self.events = tuple(event for event in proofs.races if not events or event in events)
        self.everything = not events
        self.attained = Attained(self.nocs, self.events)
        self._memo: Memo = {}

    # Outcomes ----------------------------------------

    def show(self, outcome: SeasonOutcome) -> Replayed:
        """Replay an outcome, keep what it shows, and return it."""
        return self.attained.add(replay(self.season, outcome, self._memo))

    def best_of(self, noc: str, events: Collection[str]) -> SeasonOutcome:
        """An outcome in which an NOC's entries come in first in some events, and nobody else starts there."""
        positions = {
            (meet, event): (noc,) * min(race.cap(noc), race.starters[noc])
            for event, race in self.proofs.races.items()
            if event in events
            for meet in race.left
        }
        return SeasonOutcome(with_leaders(self.proofs.races, positions, noc), noc, favoured=True)

    def overtaken(self, noc: str, events: Collection[str], spared: Mapping[str, int] | None = None) -> MeetPositions:
        """Positions by which as many others as can be come ahead of an NOC's first entry at risk in each event.

        Parameters
        ----------
        spared
            NOC -> how many of its entries cost nothing, as of `most_ahead`; None if it does not matter what they cost.
        """
        positions: MeetPositions = {}
        for event in events:
            race = self.proofs.races[event]
            number = max(1, min(self.proofs.certain(event, noc) + 1, race.cap(noc)))
            order = race.worst((noc, number))
            if order is not None:
                enough = race.event.start_places - number + 1
                needed = None if spared is None and len(race.left) == 1 else enough
                # With several meets to come it is asked only whether enough can be ahead, whatever they cost.
                if spared is None or len(race.left) > 1:
                    lineups = self.proofs.ahead[event].ahead(noc, order, needed).lineups
                else:
                    lineups = most_ahead(race, noc, order, needed, sparing=spared).lineups
                positions |= {(m, event): in_order(one) for m, one in zip(race.left, lineups, strict=True)}
        return positions

    def few_athletes(self, noc: str, event: str, *, frugal: bool) -> MeetPositions:
        """Positions by which enough others come ahead of an NOC's first entry at risk, with as few athletes as can be.

        Those come first whose NOC needs no further athlete for it, so that no cap refuses them.

        Parameters
        ----------
        frugal
            Whether NOCs that have the relay so far come in first over all other distances, where they need nobody.
        """
        gender = self.proofs.races[event].event.own_gender
        relay = self.rules.relay(gender)
        teams = [one for one in self.so_far.get(relay.identifier, {}) if one != noc] if relay is not None else []
        positions: MeetPositions = {}
        for other in self.rules.individual(gender):
            race = self.proofs.races[other.identifier]
            if frugal and other.identifier != event and teams:
                most = max(race.starters[team] for team in teams)
                order = tuple(t for place in range(most) for t in teams if place < race.starters[t])
                positions |= {(meet, other.identifier): order for meet in race.left}
        so_far = replay(self.season, self.without(noc, positions), self._memo).allocation.places
        events = [other.identifier for other in self.rules.individual(gender)]
        spared = {one: max(so_far[other].get(one, 0) for other in events) for one in self.proofs.races[event].nocs}
        spared |= dict.fromkeys(teams, self.rules.quota_places.relay_athletes)
        return positions | self.overtaken(noc, [event], spared)

    @cached_property
    def so_far(self) -> Mapping[str, Mapping[str, int]]:
        """Event -> NOC -> start places, if only the leaders start at the meets to come."""
        return replay(self.season, SeasonOutcome(with_leaders(self.proofs.races, {})), self._memo).allocation.places

    def many_athletes(self, noc: str, gender: Gender, number: int) -> MeetPositions:
        """Positions by which an NOC has no relay, and others need as many athletes as they can before its turn."""
        room, relay = self.proofs.caps.room(gender), self.rules.relay(gender)
        if room is None:
            return {}
        positions: MeetPositions = {}
        nocs: frozenset[str] | None = None
        if relay is not None and relay.identifier in self.proofs.by_ranking:
            positions = self.overtaken(noc, [relay.identifier])
            shown = self.show(self.without(noc, positions))
            nocs = frozenset(shown.allocation.places[relay.identifier])
            if noc in nocs:
                return {}
        row, athletes = self.proofs.first_row(noc, gender, number), room - number + 1
        distances = [self.proofs.races[event.identifier] for event in self.rules.individual(gender)]
        fixed = {race.identifier: key for race in distances if (key := race.worst((noc, number))) is not None}
        found = self.proofs.caps.others(gender, noc, number, row, athletes, nocs, fixed=fixed)
        for other, lineups in found.lineups.items():
            for meet, lineup in zip(self.proofs.races[other].left, lineups, strict=True):
                positions[meet, other] = in_order(lineup)
        return positions

    def without(self, noc: str, positions: MeetPositions) -> SeasonOutcome:
        """An outcome with some positions, in which an NOC is not there."""
        return SeasonOutcome(with_leaders(self.proofs.races, positions, noc), noc)

    # All of it ----------------------------------------

    def answer(self) -> Bounds:
        """Prove the numbers, and look for outcomes that attain them."""
        cells = [(event, noc) for noc in self.nocs for event in self.events]
        done, steps = 0, 2 * len(cells) + 2 * len(self.nocs)

        def went(number: int) -> None:
            nonlocal done
            done += number
            self.tell(min(done, steps), steps)

        for event in self.events if len(self.nocs) > FEW else ():
            self.proofs.halve(event)
        for event, noc in cells:
            self.proofs.certain(event, noc), self.proofs.possible(event, noc)
            went(1)
        for noc in self.nocs:
            if self.proofs.over():
                break
            ranked = [event for event in self.events if event in self.proofs.by_ranking]
            self.show(self.best_of(noc, self.proofs.by_ranking))
            self.show(self.without(noc, self.overtaken(noc, ranked)))
            went(2)
        for event, noc in cells:
            if self.proofs.over():
                break
            self._look_further(event, noc)
            went(1)
        return self._result(cells)

    def _look_further(self, event: str, noc: str) -> None:
        """Try outcomes that are made for one cell."""
        key, lowest = (event, noc), self.proofs.certain(event, noc)
        if event not in self.proofs.by_ranking:
            return
        if self.attained.most[key][0] < self.proofs.possible(event, noc):
            self.show(self.best_of(noc, [event]))
        if self.attained.least[key][0] > lowest:
            self.show(self.without(noc, self.overtaken(noc, [event])))
        race = self.proofs.races[event]
        if race.event.kind == "relay":
            return
        for frugal in (False, True):
            if self.attained.least[key][0] > lowest:
                self.show(self.without(noc, self.few_athletes(noc, event, frugal=frugal)))
        if self.attained.least[key][0] == lowest:
            return
        # A cap on athletes may refuse it a place, if it has no relay and others need many athletes.
        many = self.many_athletes(noc, race.event.own_gender, lowest + 1)
        if many:
            self.show(self.without(noc, many))
            if self.attained.least[key][0] > lowest:
                self.show(self.without(noc, many | self.overtaken(noc, [event])))

    def _result(self, cells: Collection[tuple[str, str]]) -> Bounds:
        certain, possible = self.proofs.certain, self.proofs.possible
        places = {key: self.attained.certainty(key, certain(*key), possible(*key)) for key in cells}
        asked = product(self.nocs, GENDERS) if self.everything and self.rules.gives_quota_places else ()
        athletes = {key: self.attained.certainty(key, *self.proofs.athletes(*key)) for key in asked}
        return Bounds(self.season, places, athletes, tuple(self.attained.replayed), self.proofs.ended, self.proofs.caps)


def _as_allocated(season: Season, nocs: frozenset[str], events: frozenset[str]) -> Bounds | None:
    """What is certain where the season is over and no tie leaves anything open: what is allocated; None elsewhere."""
    allocation = engine("greedy").allocate(season.scenario)
    if allocation.status != "optimal":
        if season.by_lists:
            raise UnsupportedError("a tie in the ranked lists leaves places open, which allocate shows")
        return None
    replayed = Replayed(SeasonOutcome(), allocation)
    athletes = replayed.athletes()
    named = [noc for noc in season.scenario.nocs if not nocs or noc in nocs]

    def settled(number: int) -> Certainty:
        return Certainty(Bound(number, number, 0), Bound(number, number, 0))

    return Bounds(
        season,
        {(e, n): settled(replayed.places(e, n)) for n in named for e in season.events if not events or e in events},
        {} if events else {(n, gender): settled(athletes.get((n, gender), 0)) for n in named for gender in GENDERS},
        (replayed,),
    )
