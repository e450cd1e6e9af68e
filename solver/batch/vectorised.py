"""A batch rank by rank: numpy takes one step of every element at once.

The state of all elements stands in arrays whose last axis is the batch. The steps are those of the greedy reference,
without a record of decisions; `compiled` takes them element by element.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .program import BOTH, ENOUGH, MEN_FIRST, NO_CAP, NONE, QUOTA, REMAINDER, TOP_UP, WALK
from .rankings import Batch, Numbers
from .result import FIRST_STAMP, NO_ROOM, OPTIMAL, TIE, BatchResult, Held, State

Indices = npt.NDArray[np.intp]
Truths = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]

ONE_MORE = 1 << 20
LARGEST = ONE_MORE - 1
TEAM = 1 << 44
"""What start places an NOC has or is guaranteed in a gender, in one number: the largest in an individual event, the sum
of all individual ones (counted in `ONE_MORE`), and whether it has the relay."""

CELLS, LEAST = 200_000, 512
"""Elements times NOCs worked on at a time, and the least number of elements: so many that a step costs more than
calling it (8,000 elements of Beijing's size were three times as fast as 500, and 16,000 no faster)."""


def allocate(batch: Batch, held: Held | None = None) -> BatchResult:
    """Return the allocation of every element; with `held`, after the holes around it are filled."""
    size = max(LEAST, CELLS // (len(batch.nocs) + 1))
    if len(batch) <= size:
        return _Steps(batch, held).run()
    rows = [np.arange(start, min(start + size, len(batch))) for start in range(0, len(batch), size)]
    parts = [_Steps(batch.take(own), None if held is None else held.take(own)).run() for own in rows]
    return BatchResult(
        batch,
        State(*(np.concatenate([getattr(p.state, name) for p in parts]) for name in ("places", "awards", "stamps"))),
        np.concatenate([part.status for part in parts]),
        np.concatenate([part.tied for part in parts]),
        np.concatenate([part.tie_step for part in parts]),
    )


class _Steps:
    """The state of some elements, and the steps that build it.

    NOCs have one number more than there are: what stands behind the end of a ranking counts for it and is ignored.
    """

    def __init__(self, batch: Batch, held: Held | None) -> None:
        self.batch, self.held = batch, held
        self.program = program = batch.program
        self.size, self.nocs = len(batch), len(batch.nocs)
        self.nobody = self.nocs
        self.column: Indices = np.arange(self.size, dtype=np.intp)
        events, wide = len(program.rules.events), (self.nocs + 1, self.size)
        self.entries = np.ascontiguousarray(batch.entries.transpose(1, 2, 0))  # E, R, B
        self.places = np.zeros((events, *wide), dtype=np.int16)
        self.awards = np.zeros((len(program.quota_pathways), 2, *wide), dtype=np.int16)
        self.stamps = np.zeros_like(self.awards)
        self.stamp = FIRST_STAMP if held is None else held.stamp
        self.status = np.full(self.size, OPTIMAL, dtype=np.int8)
        self.open = np.ones(self.size, dtype=np.bool_)
        self.tied = np.zeros((3, *wide), dtype=np.uint8)
        self.tie_step = np.full(self.size, NONE, dtype=np.int8)
        self.host = batch.host_number
        self.guaranteed = np.zeros((events, self.size), dtype=np.bool_)
        if self.host >= 0:
            self.guaranteed[:] = batch.guaranteed.T != 0
        self.abstains = np.zeros(wide, dtype=np.bool_)
        self.abstains[:-1] = batch.abstains.T != 0
        self.kept = np.zeros((2, *wide), dtype=np.int64)
        self.passed = np.zeros_like(self.places) if held else None
        if held is not None:
            self.places[:, :-1] = held.state.places.transpose(1, 2, 0)
            self.held_places = self.places.copy()
            self.held_awards = np.zeros_like(self.awards)
            self.held_awards[:, :, :-1] = held.state.awards.transpose(1, 2, 3, 0)
            self.held_stamps = np.zeros_like(self.awards)
            self.held_stamps[:, :, :-1] = held.state.stamps.transpose(1, 2, 3, 0)
            self.at_most = np.full_like(self.places, ENOUGH)
            self.at_most[:, :-1] = np.minimum(held.at_most, ENOUGH).transpose(1, 2, 0)
            self.kept[:] = self.held_awards.sum(axis=0)
        self.taken = self.places.sum(axis=1, dtype=np.int64)
        self.lacks = self.guaranteed.copy()
        if self.host >= 0:
            self.lacks &= self.places[:, self.host] == 0
        self._begin()
        self.athletes = np.zeros((2, *wide), dtype=np.int64)
        self.sums = np.zeros((2, self.size), dtype=np.int64)

    def _begin(self) -> None:
        """Count start places that stand and the host's guaranteed ones, and the athletes they need."""
        program = self.program
        counted = self.places.copy()
        if self.host >= 0:
            counted[:, self.host] += self.lacks
        self.counts = np.zeros((2, *counted.shape[1:]), dtype=np.int64)
        for g in range(2):
            own = counted[program.individual[g][program.individual[g] != NONE]]
            if len(own):
                self.counts[g] = own.max(axis=0) + own.sum(axis=0, dtype=np.int64) * ONE_MORE
            if program.relay[g] != NONE:
                self.counts[g] |= np.where(counted[program.relay[g]] > 0, TEAM, 0)
        self.needs = self._need(self.counts)
        self.needed = self.needs.sum(axis=1)
        self.given = np.maximum(self.needs, self.kept).sum(axis=1)

    def _need(self, counts: Counts) -> Counts:
        """Athletes that start places need."""
        athletes, bonus = int(self.program.numbers[0]), int(self.program.numbers[2])
        with_relay: Counts | int = athletes
        if bonus != NONE:
            with_relay = athletes + ((counts & ~TEAM) >= bonus * ONE_MORE)
        return np.where(counts >= TEAM, with_relay, counts & LARGEST)

    def run(self) -> BatchResult:
        if self.held is not None and self.host >= 0:
            men, women, total = (int(self.program.numbers[n]) for n in (4, 5, 3))
            full = (self.needed[0] > men) | (self.needed[1] > women) | (self.needed.sum(axis=0) > total)
            self.open &= ~full
            self.status[full] = NO_ROOM
        for number, (kind, pathway, repeated, *_) in enumerate(self.program.steps):
            if self.held is not None and not repeated:
                continue
            if kind == WALK:
                self._walk(self.program.events_of[number])
            elif kind == QUOTA:
                self._quota_places(number, int(pathway))
            elif kind == TOP_UP:
                self._top_up(number, int(pathway))
            elif kind == REMAINDER:
                self._remainder(number, int(pathway))
        return self.result()

    def result(self) -> BatchResult:
        def out(array: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
            return np.ascontiguousarray(np.moveaxis(array[..., :-1, :], -1, 0))

        state = State(*(out(array) for array in (self.places, self.awards, self.stamps)))  # type: ignore[arg-type]
        return BatchResult(self.batch, state, self.status, out(self.tied), self.tie_step)  # type: ignore[arg-type]

    # Start places ----------------------------------------

    def _walk(self, events: npt.NDArray[np.int64]) -> None:
        own = [int(event) for event in events if event != NONE]
        for rank in range(self.entries.shape[1]):
            for event in own:
                self._claim(event, self.entries[event, rank])
        if self.host >= 0:
            for event in own:
                self.places[event, self.host] += self.lacks[event]
                self.taken[event] += self.lacks[event]
                self.lacks[event] = False

    def _claim(self, event: int, noc: Numbers) -> None:
        """One entry of every element: accepted if it fits all caps."""
        program, g = self.program, int(self.program.gender[event])
        fits = noc >= 0
        room = self.taken[event] < program.start_places[event]
        is_host, lacks = None, self.lacks[event]
        if lacks.any():
            # The host's place is kept for it, and counted from the beginning.
            is_host = lacks & (noc == self.host)
            room &= self.taken[event] + lacks - is_host < program.start_places[event]
        fits &= room
        at = np.multiply(noc, self.size, dtype=np.intp)
        at += self.column
        at[noc < 0] = self.nobody * self.size
        places = self.places[event].reshape(-1)
        if self.held is not None and self.passed is not None:
            passed = self.passed[event].reshape(-1)
            passed[at] += 1
            fits &= passed.take(at) > self.held_places[event].reshape(-1).take(at)
            fits &= places.take(at) < self.at_most[event].reshape(-1).take(at)
        if not fits.any():
            return
        had = places.take(at)
        fits &= had < self.batch.noc_cap[event, noc]
        counts, needs, kept = (array[g].reshape(-1) for array in (self.counts, self.needs, self.kept))
        count, before = counts.take(at), needs.take(at)
        if event == program.relay[g]:
            new = count | TEAM
        else:
            largest = np.maximum(count & LARGEST, had + 1)
            new = (count & ~LARGEST) + ONE_MORE
            new |= largest
            if is_host is not None:
                # A place that the host is guaranteed has been counted already.
                new -= is_host * ONE_MORE
        need = self._need(new)
        rise = need - before
        rises = rise > 0
        more, asks = rise, rises
        if self.held is not None:
            keeps = kept.take(at)
            more = np.maximum(need, keeps) - np.maximum(before, keeps)
            asks = more > 0
        in_walk, afterwards = program.numbers[4 + g], program.numbers[6 + g]
        if rises.any():
            if in_walk < NO_CAP:
                fits &= ~rises | (self.needed[g] + rise <= in_walk)
            within = self.given[0] + self.given[1] + more <= program.numbers[3]
            if afterwards < NO_CAP:
                within &= self.given[g] + more <= afterwards
            fits &= ~asks | within
        # Nothing is added where the entry is refused.
        places[at] = had + fits
        self.taken[event] += fits
        counts[at] = np.where(fits, new, count)
        rise *= fits
        needs[at] = before + rise
        self.needed[g] += rise
        self.given[g] += rise if self.held is None else more * fits
        if is_host is not None:
            lacks &= ~(fits & is_host)

    # Quota places ----------------------------------------

    def _award(self, pathway: int, g: int, noc: Indices, elements: Truths) -> None:
        """One quota place for an NOC in each of some elements."""
        columns = np.flatnonzero(elements)
        where = (noc[columns], columns)
        self.stamps[pathway, g][where] = np.where(
            self.awards[pathway, g][where] == 0, self.stamp, self.stamps[pathway, g][where]
        )
        self.awards[pathway, g][where] += 1
        self.athletes[g][where] += 1
        self.sums[g] += elements

    def _quota_places(self, step: int, pathway: int) -> None:
        program = self.program
        if self.held is not None:
            self._quota_places_after(pathway)
            return
        asks = np.zeros(self.needs.shape, dtype=np.bool_)
        for g in range(2):
            number = self.needs[g].copy()
            relay, bonus = int(program.relay[g]), int(program.numbers[1])
            if relay != NONE:
                has = self.places[relay] > 0
                number[has] = program.numbers[0]
                if bonus != NONE:
                    enough = has & (self._individual(g) >= bonus)
                    if program.numbers[2] != NONE:
                        number += enough
                    else:
                        asks[g] = enough
            self._stand(pathway, g, number, np.where(number > 0, self.stamp, 0))
        asks[:, self.nobody] = False
        self._in_line(step, pathway, asks)

    def _stand(self, pathway: int, g: int, number: Counts, stamp: npt.NDArray[np.int64]) -> None:
        number[self.nobody] = 0
        self.awards[pathway, g] += number.astype(np.int16)
        self.stamps[pathway, g] = np.where(number > 0, stamp, self.stamps[pathway, g])
        self.athletes[g] += number
        self.sums[g] += number.sum(axis=0)

    def _quota_places_after(self, pathway: int) -> None:
        """What start places give, and at least what stands, what was given first first."""
        others = [other for other in range(len(self.held_awards)) if other != pathway]
        for g in range(2):
            own = self.held_awards[pathway, g]
            number = np.maximum(self.needs[g], own)
            self._stand(pathway, g, number, np.where(own > 0, self.held_stamps[pathway, g], self.stamp))
            rest = np.maximum(0, self.kept[g] - number)
            stamps = np.where(self.held_awards[others, g] > 0, self.held_stamps[others, g], np.iinfo(np.int16).max)
            order = np.argsort(stamps, axis=0, kind="stable")
            for place in range(len(others)):
                for index, other in enumerate(others):
                    turn = order[place] == index
                    stands = np.where(turn, np.minimum(rest, self.held_awards[other, g]), 0).astype(np.int64)
                    self._stand(other, g, stands, self.held_stamps[other, g])
                    rest -= stands

    def _individual(self, g: int) -> Numbers:
        events = self.program.individual[g]
        found: Numbers = self.places[events[events != NONE]].sum(axis=0, dtype=np.int16)
        return found

    def _left(self) -> Counts:
        return np.asarray(self.program.numbers[3] - self.sums[0] - self.sums[1])

    def _room_of(self, g: int) -> Counts:
        """Quota places left in a gender by its cap alone."""
        return np.asarray(self.program.numbers[6 + g] - self.sums[g])

    def _room(self, g: int) -> Truths:
        found: Truths = (self._left() > 0) & (self._room_of(g) > 0)
        return found

    def _remainder(self, step: int, pathway: int) -> None:
        _, _, _, quota_places, individual_places, relay_only = self.program.steps[step]
        asks = (self.athletes == quota_places) & (self.athletes > 0)
        for g in range(2):
            relay = int(self.program.relay[g])
            if relay_only:
                asks[g] &= self.places[relay] > 0 if relay != NONE else False
            if individual_places != NONE:
                asks[g] &= self._individual(g) == individual_places
        self._in_line(step, pathway, asks)

    def _in_line(self, step: int, pathway: int, asks: Truths) -> None:
        """One quota place for each who asks, by relay rank."""
        asks &= self.open & (self._left() > 0)
        first = self.program.first
        order = (1, 0) if first not in (BOTH, MEN_FIRST) else (0, 1)
        for rank in range(self.entries.shape[1]):
            if not asks.any():
                return
            here = [self._asking_at(g, rank, asks) for g in range(2)]
            if first == BOTH:
                (man, men), (woman, women) = here
                both = men & women
                if both.any():
                    both &= self._room(0) & self._room(1) & (self._left() < 2)
                    self.tied[0, man[both], self.column[both]] = 1
                    self.tied[1, woman[both], self.column[both]] = 1
                    self._end(step, both)
                    asks &= self.open
            for g in order:
                noc, asking = here[g]
                asking = asking & self.open
                if asking.any():
                    asks[g][noc[asking], self.column[asking]] = False
                    self._award(pathway, g, noc, asking & self._room(g))
        for genders in [(0, 1)] if first == BOTH else [(g,) for g in order]:
            self._share(step, pathway, asks, genders)

    def _asking_at(self, g: int, rank: int, asks: Truths) -> tuple[Indices, Truths]:
        relay = int(self.program.relay[g])
        if relay == NONE:
            return self.column, np.zeros(self.size, dtype=np.bool_)
        noc = self.entries[relay, rank].astype(np.intp)
        noc[noc < 0] = self.nobody
        return noc, asks[g].reshape(-1)[noc * self.size + self.column]

    def _share(self, step: int, pathway: int, asks: Truths, genders: tuple[int, ...]) -> None:
        """Those who still ask share a place in line: all of them, or nobody and a tie."""
        if not asks.any():
            return
        asking = {g: asks[g].sum(axis=0, dtype=np.int64) * self._room(g) for g in genders}
        fitting = sum(np.where(n > 0, np.minimum(n, self._room_of(g)), 0) for g, n in asking.items())
        short = fitting > self._left()
        choice = {g: (n > 0) & (short | (n > self._room_of(g))) for g, n in asking.items()}
        ended = np.logical_or.reduce(list(choice.values()))
        for g, tied in choice.items():
            self.tied[g] |= asks[g] & tied
            granted = asks[g] & (asking[g] > 0) & ~ended
            self._stand_new(pathway, g, granted)
            asks[g] = False
        self._end(step, ended)
        asks &= self.open

    def _stand_new(self, pathway: int, g: int, granted: Truths) -> None:
        self.stamps[pathway, g] = np.where(
            granted & (self.awards[pathway, g] == 0), self.stamp, self.stamps[pathway, g]
        )
        self.awards[pathway, g] += granted
        self.athletes[g] += granted
        self.sums[g] += granted.sum(axis=0)

    def _end(self, step: int, elements: Truths) -> None:
        """A tie that nothing breaks ends these elements."""
        self.open &= ~elements
        self.status[elements] = TIE
        self.tie_step[elements] = step

    # Mixed relay ----------------------------------------

    def _top_up(self, step: int, pathway: int) -> None:
        event, men, women = (int(number) for number in self.program.steps[step, 3:])
        wants = ~self.abstains
        if self.held is not None:
            wants &= self.at_most[event] >= 1
        ranks = [np.where(row >= 0, row, self.nobody).astype(np.intp) for row in self.entries[event]]
        ranked = np.zeros(wants.shape, dtype=np.bool_)
        for noc in ranks:
            ranked[noc, self.column] = True
        ranked[self.nobody] = False
        lacking = np.maximum(0, men - self.athletes[0]) + np.maximum(0, women - self.athletes[1])
        known = ranked | (self.athletes[0] > 0) | (self.athletes[1] > 0)
        team = known & wants & (lacking == 0) & self.open
        team[self.nobody] = False
        teams = team.sum(axis=0)
        asks = (lacking == 1) & wants & ranked & self.open
        cap = int(self.program.start_places[event])
        for noc in ranks:
            asking = asks[noc, self.column] & (teams < cap)
            if not asking.any():
                continue
            lacks_man = asking & (self.athletes[0][noc, self.column] < men)
            for g, lacking_one in ((0, lacks_man), (1, asking & ~lacks_man)):
                granted = lacking_one & self._room(g)
                self._award(pathway, g, noc, granted)
                team[noc[granted], self.column[granted]] = True
                teams += granted
        self._enter(step, event, cap, team, ranks, ranked)

    def _enter(self, step: int, event: int, cap: int, team: Truths, ranks: list[Indices], ranked: Truths) -> None:
        certain = self.guaranteed[event]
        loose = team & ~ranked & (self.places[event] == 0)
        if self.host >= 0:
            loose[self.host] &= ~certain
        teams, unranked = team.sum(axis=0), loose.sum(axis=0)
        tie = (teams > cap) & (teams - unranked < cap) & self.open
        self.tied[2] |= loose & tie
        self._end(step, tie)
        lines = [(noc, None) for noc in ranks]
        lines += [
            (np.full(self.size, n, dtype=np.intp), ~ranked[n]) for n in np.flatnonzero((team & ~ranked).any(axis=1))
        ]
        for noc, only in lines:
            enters = team[noc, self.column] & (self.places[event][noc, self.column] == 0) & self.open
            if only is not None:
                enters &= only
            keeps = self.lacks[event] & (noc != self.host)
            enters &= self.taken[event] + keeps < cap
            self.places[event][noc[enters], self.column[enters]] = 1
            self.taken[event] += enters
            self.lacks[event] &= ~(enters & (noc == self.host))
