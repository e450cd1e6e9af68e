"""Declines in a batch: in every element one after the other, in either mode.

The bookkeeping (what is given back, what is kept) follows `solver.declines` and `model.kept`; who gets what is left to
the batch engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from quotaproof.model.changes import Decline
from quotaproof.model.errors import UnsupportedError
from quotaproof.model.kept import reallocation
from quotaproof.model.pathways import (
    ParallelWalk,
    QuotaPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    TeamTopUp,
    refuse,
)
from quotaproof.model.rules import GENDERS, Declines
from quotaproof.model.same_values import WithArrays

from . import allocate_batch, fill_batch
from .program import NAME, NONE
from .rankings import Batch, Numbers, closed_up
from .result import FIRST_STAMP, NO_ROOM, OPTIMAL, BatchHeld, BatchResult, BatchState

Indices = npt.NDArray[np.intp]
Truths = npt.NDArray[np.bool_]

NO_LIMIT = np.iinfo(np.int16).max

NOTHING = 3
"""Status of an element in which an NOC declines what it does not have; its arrays hold what was there before that."""


@dataclass(frozen=True, eq=False)
class AfterDeclines(WithArrays):
    """The elements of a batch after declines.

    Attributes
    ----------
    state
        As the last decline left it.
    status
        (B,) `OPTIMAL`, `TIE` (later declines were not answered), `NO_ROOM` or `NOTHING`.
    has
        (B,) where an NOC declines what it does not have: the start places it has in the event (0 if no single event
        was named), else 0.
    failed
        (B,) the number of the decline that could not be answered, or -1.
    """

    state: BatchState
    status: npt.NDArray[np.int8]
    has: Numbers
    failed: npt.NDArray[np.int8]

    @property
    def cells(self) -> Numbers:
        """(B, E + 2, N): start places of each event, then quota places of men and of women."""
        return np.concatenate([self.state.places, self.state.awards.sum(axis=1, dtype=np.int16)], axis=1)


def after_declines(
    batch: Batch, first: BatchResult, declines: Sequence[Sequence[Decline]], mode: Declines
) -> AfterDeclines:
    """Return what declines make of a first allocation.

    Parameters
    ----------
    batch, first
        The elements, and their allocation.
    declines
        Per element, the same number for each, in their order; each declines all, a gender, an event or a number of an
        event.
    """
    reallocation(batch.program.rules)
    if any(decline.of_quota_places for own in declines for decline in own):
        raise UnsupportedError(
            "the batch engine does not give quota places alone back; ask the greedy or cp-sat engine"
        )
    if any(batch.program.rules.too_late(decline.date) for own in declines for decline in own):
        raise UnsupportedError(
            "the batch engine leaves no place free that was given back too late; ask the greedy or cp-sat engine"
        )
    return _Answer(batch, first, mode).answer(declines)


class _Answer:
    def __init__(self, batch: Batch, first: BatchResult, mode: Declines) -> None:
        self.batch, self.mode = batch, mode
        self.program = batch.program
        self.size = len(batch)
        self.events = self.program.rules.events
        self.state = BatchState(first.state.places.copy(), first.state.awards.copy(), first.state.stamps.copy())
        self.status = first.status.copy()
        self.has = np.zeros(self.size, dtype=np.int16)
        self.failed = np.full(self.size, NONE, dtype=np.int8)
        self.at_most = np.full((self.size, len(self.events), len(batch.nocs)), NO_LIMIT, dtype=np.int16)
        self.guaranteed = np.repeat(batch.guaranteed, self.size if len(batch.guaranteed) == 1 else 1, axis=0)

    def answer(self, declines: Sequence[Sequence[Decline]]) -> AfterDeclines:
        for step in range(max(map(len, declines), default=0)):
            own = [element[step] for element in declines]
            rows = np.flatnonzero(self.status == OPTIMAL)
            if rows.size:
                self._decline(step, rows, [own[row] for row in rows])
        return AfterDeclines(self.state, self.status, self.has, self.failed)

    def _decline(self, step: int, rows: Indices, declines: Sequence[Decline]) -> None:
        number = {noc: n for n, noc in enumerate(self.batch.nocs)}
        nocs = np.array([number.get(decline.noc, NONE) for decline in declines], dtype=np.intp)
        concerned = np.array([self._concerned(decline) for decline in declines], dtype=np.bool_)
        wanted = np.array([decline.number or 0 for decline in declines], dtype=np.int16)
        single = np.array([decline.event is not None for decline in declines], dtype=np.bool_)
        has = np.where((nocs >= 0)[:, None], self.state.places[rows, :, nocs], 0) * concerned
        given = np.where((wanted > 0)[:, None], np.where(has > 0, wanted[:, None], 0), has)
        most = has.sum(axis=1, dtype=np.int16)
        cannot = (most == 0) | (wanted > most)
        self.status[rows[cannot]] = NOTHING
        self.has[rows[cannot]] = most[cannot]
        self.failed[rows[cannot]] = step
        able = ~cannot
        rows, nocs, concerned, given, has, single = (
            array[able] for array in (rows, nocs, concerned, given, has, single)
        )
        if not rows.size:
            return
        limits = self.at_most[rows, :, nocs]
        limits = np.where(given > 0, has - given, limits)
        self.at_most[rows, :, nocs] = np.where(concerned & ~single[:, None], 0, limits)
        self._waive(rows, nocs)
        if self.mode == "sequential":
            self._fill(step, rows, nocs, given)
        else:
            self._rerun(rows)

    def _concerned(self, decline: Decline) -> list[bool]:
        if decline.event is not None:
            return [event.identifier == decline.event for event in self.events]
        return [decline.gender in (None, event.gender) for event in self.events]

    def _waive(self, rows: Indices, nocs: Indices) -> None:
        """A host that gives a guaranteed place back waives the guarantee."""
        host = self.batch.host_number
        own = rows[nocs == host] if host >= 0 else rows[:0]
        if not own.size:
            return
        may = np.array([self.program.rules.is_hosted(event.identifier) for event in self.events])
        sure = self.guaranteed[own] * ~((self.at_most[own, :, host] == 0) & may)
        for team in self.program.teams:
            for relay in self.program.relay[self.program.relay != NONE]:
                sure[:, team] &= sure[:, relay]
        self.guaranteed[own] = sure

    def _fill(self, step: int, rows: Indices, nocs: Indices, given: Numbers) -> None:
        held = BatchHeld(self._hold(rows, nocs, given), self.at_most[rows], FIRST_STAMP + 1 + step)
        batch = replace(self.batch.take(rows), guaranteed=self.guaranteed[rows])
        self._put(rows, fill_batch(batch, held))

    def _rerun(self, rows: Indices) -> None:
        """Allocate again without the declined entries: of each NOC and event, all behind those it keeps."""
        part = self.batch.take(rows)
        limits = self.at_most[rows]
        gone = np.zeros(part.entries.shape, dtype=np.bool_)
        for noc in np.flatnonzero((limits < NO_LIMIT).any(axis=(0, 1))):
            own = part.entries == noc
            gone |= own & (np.cumsum(own, axis=2) > limits[:, :, noc, None])
        entries = closed_up(part.entries, gone)
        abstains = np.repeat(part.abstains, len(rows) if len(part.abstains) == 1 else 1, axis=0)
        for team in self.program.teams:
            abstains = abstains | (limits[:, team] == 0)
        changed = replace(part, entries=entries, guaranteed=self.guaranteed[rows], abstains=abstains.astype(np.uint8))
        self._put(rows, allocate_batch(changed))

    def _put(self, rows: Indices, result: BatchResult) -> None:
        self.status[rows] = result.status
        done = result.status != NO_ROOM
        rows, state = rows[done], result.state.take(np.flatnonzero(done))
        self.state.places[rows], self.state.awards[rows], self.state.stamps[rows] = (
            state.places,
            state.awards,
            state.stamps,
        )

    # What is kept ----------------------------------------

    def _hold(self, rows: Indices, nocs: Indices, given: Numbers) -> BatchState:
        """What is kept of each element: all but what the decliner gave back and has no claim to any more."""
        state = self.state.take(rows)
        every = np.arange(len(rows))
        places = state.places[every, :, nocs] - given
        had, stamps = state.awards[every, :, :, nocs], state.stamps[every, :, :, nocs]
        kept = self._kept(places, had, stamps)
        athletes = kept.sum(axis=1)
        for team in self.program.teams:
            needs = [self.events[team].team[gender] for gender in GENDERS]
            places[:, team] *= (athletes[:, 0] >= needs[0]) & (athletes[:, 1] >= needs[1])
        state.places[every, :, nocs] = places
        state.awards[every, :, :, nocs] = kept
        # What a decliner keeps is listed anew, pathway by pathway.
        state.stamps[every, :, :, nocs] = 0
        return state

    def _kept(self, places: Numbers, had: Numbers, stamps: Numbers) -> Numbers:
        """(B, Q, 2): the quota places a decliner keeps, given its start places left (B, E)."""
        kept = np.zeros_like(had)
        athletes = np.zeros((len(had), 2), dtype=np.int16)
        numbers = {pathway: number for number, pathway in enumerate(self.program.quota_pathways)}
        for pathway in self.program.rules.pathways:
            number = numbers.get(pathway.identifier, NONE)
            match pathway:
                case QuotaPlaces():
                    for g in range(len(GENDERS)):
                        kept[:, number, g] = np.minimum(had[:, number, g], self._entitled(places, g))
                        athletes[:, g] += kept[:, number, g]
                case TeamTopUp():
                    self._keep_top_up(pathway, kept[:, number], had[:, number], stamps[:, number], athletes)
                case Remainder():
                    for g in range(len(GENDERS)):
                        fits = self._fits(pathway, places, g, athletes[:, g])
                        kept[:, number, g] = had[:, number, g] * fits
                        athletes[:, g] += kept[:, number, g]
                case RelayPlaces() | ParallelWalk() | Reallocation():
                    pass
                case _:
                    refuse(NAME, pathway)
        return kept

    def _entitled(self, places: Numbers, g: int) -> Numbers:
        athletes, bonus = (int(number) for number in self.program.numbers[:2])
        individual = self._individual(places, g)
        largest: Numbers = individual.max(axis=1, initial=0)
        relay = int(self.program.relay[g])
        if relay == NONE:
            return largest
        team = athletes + (individual.sum(axis=1) >= bonus if bonus != NONE else np.zeros(len(places), dtype=np.bool_))
        found: Numbers = np.where(places[:, relay] > 0, team, largest).astype(np.int16)
        return found

    def _individual(self, places: Numbers, g: int) -> Numbers:
        own = self.program.individual[g]
        return places[:, own[own != NONE]]

    def _keep_top_up(self, pathway: TeamTopUp, kept: Numbers, had: Numbers, stamps: Numbers, athletes: Numbers) -> None:
        """A quota place for a mixed relay is kept if the NOC would still lack just that athlete."""
        needs = self.program.rules.event(pathway.event).team
        team = [needs[gender] for gender in GENDERS]
        # If there are two, the one given first comes first.
        earlier = np.where(stamps[:, 1] < stamps[:, 0], 1, 0)
        for turn in range(2):
            for g in range(len(GENDERS)):
                lacks = [np.maximum(0, team[other] - athletes[:, other]) for other in range(len(GENDERS))]
                fits = (sum(lacks) == 1) & (lacks[g] == 1) & ((earlier if turn == 0 else 1 - earlier) == g)
                kept[:, g] += had[:, g] * fits
                athletes[:, g] += had[:, g] * fits

    def _fits(self, pathway: Remainder, places: Numbers, g: int, athletes: Numbers) -> Truths:
        fits: Truths = athletes == pathway.quota_places
        relay = int(self.program.relay[g])
        if pathway.relay_only:
            fits &= places[:, relay] > 0 if relay != NONE else np.bool_(False)
        if pathway.individual_places is not None:
            fits &= self._individual(places, g).sum(axis=1) == pathway.individual_places
        return fits
