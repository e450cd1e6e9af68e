"""Who starts at a meet to come: an NOC that was not at the last one may be absent again, and teams shrink or grow.

Shares are those seen from one meet held to the next, pooled over the NOCs of a gender, with a prior fixed in advance
that counts as so many NOCs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from quotaproof.model.same_values import WithArrays

from .arrays import Booleans, Floats, Wholes

FULL = 3
"""Entries of an event from which an NOC counts as a full team, which seldom stays away."""


@dataclass(frozen=True)
class Prior:
    """A share, and the number of cases that it counts as."""

    share: float
    cases: float

    def with_cases(self, number: float, of: float) -> float:
        """Return the share after `number` of `of` cases."""
        return (self.share * self.cases + number) / (self.cases + of)


COMES_FULL = Prior(0.985, 60)
COMES = Prior(0.92, 20)
COMES_BACK = Prior(0.3, 8)
ONE_LESS = Prior(0.06, 40)
ONE_MORE = Prior(0.05, 40)
NOT_IN_EVENT = Prior(0.02, 60)
TEAM_STAYS = Prior(0.96, 30)
TEAM_COMES = Prior(0.06, 20)


@dataclass(frozen=True, eq=False)
class Attendance(WithArrays):
    """Chances to start at the next meet, for the N NOCs and E events of a gender.

    Attributes
    ----------
    here
        (N,) whether it was at the last meet held.
    usual
        (E, N) entries in an event at the last meet it was at.
    most
        (E, N) entries that an NOC may have.
    team
        (E,) whether the event is of teams.
    comes
        (N,) chance to come for who came the last time.
    comes_back, less, more, not_in_event, team_stays, team_comes
        Chances to come back, to have one entry less or more in all events, to have one less in an event, and of a team
        to start again, or to start after all.
    """

    here: Booleans
    usual: Wholes
    most: Wholes
    team: Booleans
    comes: Floats
    comes_back: float
    less: float
    more: float
    not_in_event: float
    team_stays: float
    team_comes: float

    def draw(self, rng: np.random.Generator, number: int, here: Booleans) -> tuple[Booleans, Wholes]:
        """Return who comes, and how many start in each event.

        Parameters
        ----------
        here
            (S, N) who came to the meet before.

        Returns
        -------
        tuple
            (S, N), and (S, E, N).
        """
        shape = (number, len(self.comes))
        came = rng.random(shape, dtype=np.float32) < np.where(here, self.comes, self.comes_back)
        luck = rng.random(shape, dtype=np.float32)
        change = (luck > 1 - self.more).astype(np.int64) - (luck < self.less)
        starts = np.zeros((number, *self.usual.shape), dtype=np.int64)
        for event, usual in enumerate(self.usual):
            own = rng.random(shape, dtype=np.float32)
            if self.team[event]:
                starts[:, event] = own < np.where(usual > 0, self.team_stays, self.team_comes)
            else:
                entries = usual + change - (own < self.not_in_event)
                starts[:, event] = np.clip(entries, 0, self.most[event])
            starts[:, event] *= came
        return came, starts


def attendance(entries: Wholes, team: Booleans, most: Wholes, held: Booleans) -> Attendance:
    """Return the chances that the meets held give.

    Parameters
    ----------
    entries
        (M, E, N) entries at the meets held, in order of time.
    team
        (E,) whether the event is of teams.
    most
        (E, N) entries that an NOC may have.
    held
        (M, E) whether the event was held at the meet.
    """
    there = entries.max(axis=1) > 0
    meets, nocs = there.shape
    largest = np.where(team[None, :, None], 0, entries).max(axis=1)
    usual = np.zeros(entries.shape[1:], dtype=np.int64)
    for event in range(len(usual)):
        for meet in range(meets):
            told = there[meet] & held[meet, event]
            usual[event] = np.where(told, entries[meet, event], usual[event])
        if not held[:, event].any():
            usual[event] = (largest[-1] >= FULL) if team[event] else np.minimum(largest[-1], most[event])
    last = np.zeros(nocs, dtype=np.int64)
    for meet in range(meets):
        last = np.where(there[meet], largest[meet], last)
    full = last >= FULL
    stayed, back, less, more, dropped = (np.zeros(2) for _ in range(5))
    teams, no_teams, stayed_full = np.zeros(2), np.zeros(2), np.zeros(2)
    for before in range(meets - 1):
        now, then = there[before + 1], there[before]
        was_full = largest[before] >= FULL
        stayed_full += _cases(now, then & was_full)
        stayed += _cases(now, then & ~was_full)
        back += _cases(now, ~then & there[:before].any(axis=0))
        both = now & then
        less += _cases(largest[before + 1] < largest[before], both & (largest[before] > 0))
        more += _cases(largest[before + 1] > largest[before], both & (largest[before] < most.max()))
        for event in range(len(usual)):
            if not (held[before, event] and held[before + 1, event]):
                continue
            was, is_now = entries[before, event], entries[before + 1, event]
            if team[event]:
                teams += _cases(is_now > 0, both & (was > 0))
                no_teams += _cases(is_now > 0, both & (was == 0))
            else:
                same = both & (largest[before + 1] == largest[before]) & (was > 0)
                dropped += _cases(is_now < was, same)
    return Attendance(
        here=there[-1],
        usual=usual,
        most=most,
        team=team,
        comes=np.where(full, COMES_FULL.with_cases(*stayed_full), COMES.with_cases(*stayed)),
        comes_back=COMES_BACK.with_cases(*back),
        less=ONE_LESS.with_cases(*less),
        more=ONE_MORE.with_cases(*more),
        not_in_event=NOT_IN_EVENT.with_cases(*dropped),
        team_stays=TEAM_STAYS.with_cases(*teams),
        team_comes=TEAM_COMES.with_cases(*no_teams),
    )


def _cases(which: Booleans, among: Booleans) -> Floats:
    return np.array([np.count_nonzero(which & among), np.count_nonzero(among)], dtype=np.float64)
