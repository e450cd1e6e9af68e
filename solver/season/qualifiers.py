"""The model of results where an NOC's k-th best position counts for its k-th qualifier (short track).

Per gender: a position at a meet held becomes the share of the field that it beat, and `strengths` explains that by the
NOC, its k-th entry, that entry over one distance, the NOC at one meet, and noise, which is wider for some k than for
others; a relay shares its NOC's effect and has one of its own. At a meet to come strengths are drawn from what is known
of them, a new effect of NOC and meet and new noise are added, and who starts is drawn by `attendance`. The noise is a
contaminated normal one: one result in ten is three times as wide, which is how falls and penalties show. The order of
all starts is the order of these figures, and an NOC's best position is its first qualifier's, as in the rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from quotaproof.model.errors import IncompleteError
from quotaproof.model.results.classifications import Result
from quotaproof.model.same_values import WithArrays

from .arrays import Booleans, Floats, Wholes
from .attendance import Attendance, attendance
from .season import Season
from .strengths import Effect, Fit, field_share, fit, noise

Positions = npt.NDArray[np.int16]
"""(S, N, K) positions of an NOC's entries at one meet, best first; 0 for no start."""

CORRECTIONS, TRIALS = 4, 500
"""Rounds, and drawn meets in each, by which the gain of numbering afterwards is found."""

USUAL = {
    "noc": 0.45,
    "entry": 0.22,
    "entry-event": 0.05,
    "noc-meet": 0.04,
    "relay": 0.15,
    "relay-noise": 0.35,
    "noise": 0.24,
}
"""Variances fixed in advance, of figures whose variance is 1 in all."""


class ResultModel(Protocol):
    """What draws the results of the meets to come."""

    @property
    def nocs(self) -> tuple[str, ...]:
        """All NOCs that may have results, sorted."""

    @property
    def entries(self) -> Mapping[str, int]:
        """Event -> entries that an NOC has at most."""

    def draw(self, rng: np.random.Generator, number: int) -> dict[tuple[str, str], Positions]:
        """Return (event, meet) -> positions, for all meets to come, in `number` seasons."""


@dataclass(frozen=True, eq=False)
class GenderModel(WithArrays):
    """The results of the events of one gender.

    Attributes
    ----------
    events, nocs
        Identifiers.
    meets
        Per event the meets to come.
    entries
        (E,) entries that an NOC may have.
    slots
        Per event (N, K) the number of the strength of each entry.
    numbered
        Per event (K,) what entries numbered 1 ... K share.
    """

    events: tuple[str, ...]
    nocs: tuple[str, ...]
    meets: tuple[tuple[str, ...], ...]
    entries: tuple[int, ...]
    slots: tuple[Wholes, ...]
    numbered: tuple[Floats, ...]
    fit: Fit
    attendance: Attendance

    def draw(self, rng: np.random.Generator, number: int) -> dict[tuple[str, str], Positions]:
        """Return (event, meet) -> positions."""
        strengths = self.fit.draw(rng, number)
        here = np.broadcast_to(self.attendance.here, (number, len(self.nocs)))
        found: dict[tuple[str, str], Positions] = {}
        for meet in dict.fromkeys(meet for own in self.meets for meet in own):
            here, starts = self.attendance.draw(rng, number, here)
            shared = rng.standard_normal((number, len(self.nocs)), dtype=np.float32)
            shared *= np.float32(self.fit.variances["noc-meet"] ** 0.5)
            for event, identifier in enumerate(self.events):
                if meet not in self.meets[event]:
                    continue
                team = bool(self.attendance.team[event])
                figures = noise(rng, (number, *self.slots[event].shape))
                figures *= _spread(self.fit, figures.shape[2], team=team)
                figures += strengths[:, self.slots[event]]
                figures += self.numbered[event].astype(np.float32)
                if not team:
                    figures += shared[:, :, None]
                started = np.arange(self.entries[event]) < starts[:, event, :, None]
                found[identifier, meet] = positions_of(figures, started)
        return found


@dataclass(frozen=True)
class QualifierModel:
    """All genders together; a mixed relay is a gender of its own."""

    parts: tuple[GenderModel, ...]
    nocs: tuple[str, ...]
    entries: Mapping[str, int]

    def draw(self, rng: np.random.Generator, number: int) -> dict[tuple[str, str], Positions]:
        """Return (event, meet) -> positions, for all NOCs."""
        found: dict[tuple[str, str], Positions] = {}
        for part in self.parts:
            where = [self.nocs.index(noc) for noc in part.nocs]
            for key, own in part.draw(rng, number).items():
                found[key] = np.zeros((number, len(self.nocs), own.shape[2]), dtype=np.int16)
                found[key][:, where] = own
        return found


def positions_of(figures: npt.NDArray[np.float32], started: Booleans) -> Positions:
    """Return the positions that figures give, more is better; an NOC's entries are numbered by them.

    Parameters
    ----------
    figures, started
        (S, N, K).
    """
    number, nocs, entries = figures.shape
    flat = np.where(started, figures, -np.inf).reshape(number, nocs * entries)
    order = np.argsort(-flat, axis=1)
    places = np.empty((number, nocs * entries), dtype=np.int16)
    np.put_along_axis(places, order, np.arange(1, nocs * entries + 1, dtype=np.int16)[None, :], axis=1)
    places = places.reshape(number, nocs, entries)
    last = np.iinfo(np.int16).max
    places[~started] = last
    places.sort(axis=2)
    places[places == last] = 0
    return places


def _spread(fitted: Fit, entries: int, *, team: bool) -> npt.NDArray[np.float32]:
    """The standard deviation of the noise of entries numbered 1, 2, ..."""
    names = ["relay-noise"] if team else [f"noise-{k + 1}" for k in range(entries)]
    return np.sqrt(np.array([fitted.variances[name] for name in names], dtype=np.float32))


def qualifier_model(season: Season) -> QualifierModel:
    """Return the model that the results of the meets held give.

    Raises
    ------
    IncompleteError
        If there are no results.
    """
    scenario = season.scenario
    if scenario.classifications is None or not season.meets_held:
        raise IncompleteError("odds need results of at least one meet", file="classifications.csv")
    known = scenario.classifications.by_event
    parts: list[GenderModel] = []
    for gender in ("men", "women", "mixed"):
        events = [event.identifier for event in scenario.rules.events if event.gender == gender]
        held = [event for event in events if event in season.events]
        results = [r for event in held for r in known.get(event, ()) if r.noc not in scenario.excluded]
        if results:
            parts.append(_gender(season, held, results))
    named = {scenario.host} if scenario.host is not None else set()
    nocs = tuple(sorted({noc for part in parts for noc in part.nocs} | named))
    entries = {event: most for part in parts for event, most in zip(part.events, part.entries, strict=True)}
    return QualifierModel(tuple(parts), nocs, entries)


def _gender(season: Season, events: Sequence[str], results: Sequence[Result]) -> GenderModel:
    rules, held = season.scenario.rules, season.meets_held
    nocs = tuple(sorted({result.noc for result in results if result.noc is not None}))
    number = {noc: index for index, noc in enumerate(nocs)}
    team = np.array([rules.event(event).kind == "relay" for event in events])
    may = np.array([[season.scenario.noc_cap(rules.event(event), noc) for noc in nocs] for event in events])
    for result in results:
        event, noc = events.index(result.event), number[result.noc or ""]
        may[event, noc] = max(may[event, noc], result.qualifier or 0)
    most = [int(own.max()) for own in may]
    counts = np.zeros((len(held), len(events), len(nocs)), dtype=np.int64)
    fields: dict[tuple[str, str], int] = {}
    for result in results:
        meet, event = held.index(result.meet), events.index(result.event)
        counts[meet, event, number[result.noc or ""]] += 1
        key = (result.event, result.meet)
        fields[key] = max(fields.get(key, 0), result.position)
    races = {key: index for index, key in enumerate(fields)}
    longest = max(most)
    values = np.array([field_share(r.position, fields[r.event, r.meet]) for r in results])
    own = [(number[r.noc or ""], (r.qualifier or 1) - 1, events.index(r.event), held.index(r.meet)) for r in results]
    asked = [
        (noc, k, event, -1) for event in range(len(events)) for noc in range(len(nocs)) for k in range(most[event])
    ]
    fixed = np.zeros((len(own), len(races) + longest - 1))
    for row, ((_, k, event, _), result) in enumerate(zip(own, results, strict=True)):
        fixed[row, races[result.event, result.meet]] = 1
        if k and not team[event]:
            fixed[row, len(races) + k - 1] = 1
    fitted = fit(
        values,
        fixed,
        np.array([one[0] for one in own]),
        np.array([one[0] for one in asked]),
        _effects(own, asked, team, longest, len(held)),
    )
    slots: list[Wholes] = []
    first = 0
    for event in range(len(events)):
        size = len(nocs) * most[event]
        slots.append(np.arange(first, first + size).reshape(len(nocs), most[event]))
        first += size
    numbered = np.concatenate([[0.0], fitted.fixed[len(races) :]])
    numbered -= _gained(fitted, numbered, slots, team, counts.max(axis=0))
    was_held = np.array([[event in {e for e, m in fields if m == meet} for event in events] for meet in held])
    return GenderModel(
        tuple(events),
        nocs,
        tuple(season.left(event) for event in events),
        tuple(most),
        tuple(slots),
        tuple(numbered[:k] if not t else np.zeros(1) for k, t in zip(most, team, strict=True)),
        fitted,
        attendance(counts, team, may, was_held),
    )


def _gained(fitted: Fit, numbered: Floats, slots: Sequence[Wholes], team: Booleans, starts: Wholes) -> Floats:
    """What entries numbered k gain when an NOC's entries are put in order after the race, on average.

    The entries of the meets held were numbered by their results. Those of a meet to come are drawn first and numbered
    afterwards, which makes first entries better and last ones worse than they were, unless this is taken away.

    Parameters
    ----------
    starts
        (E, N) entries of each NOC.
    """
    gained = np.zeros_like(numbered)
    rng = np.random.default_rng(0)
    for _ in range(CORRECTIONS):
        before, after, cases = np.zeros_like(numbered), np.zeros_like(numbered), np.zeros_like(numbered)
        strengths = fitted.draw(rng, TRIALS)
        for event, slot in enumerate(slots):
            if team[event]:
                continue
            entries = slot.shape[1]
            started = np.arange(entries) < starts[event][:, None]
            own = strengths[:, slot] + numbered[:entries]
            figures = own - gained[:entries] + noise(rng, own.shape) * _spread(fitted, entries, team=False)
            ordered = -np.sort(np.where(started, -figures, np.inf), axis=2)
            before[:entries] += np.where(started, own, 0).sum(axis=(0, 1))
            after[:entries] += np.where(started, ordered, 0).sum(axis=(0, 1))
            cases[:entries] += TRIALS * started.sum(axis=0)
        gained += np.divide(after - before, cases, out=np.zeros_like(gained), where=cases > 0)
    return gained


ResultKey = tuple[int, int, int, int]
"""NOC, number of the entry from 0, event, meet (-1 for one to come)."""


def _effects(
    own: Sequence[ResultKey], asked: Sequence[ResultKey], team: Booleans, entries: int, meets: int
) -> list[Effect]:
    """The effects of results and strengths: which of them share one."""
    each = np.arange(len(own))

    def levels(places: Sequence[ResultKey], *, of_teams: bool | None, code: Sequence[int]) -> Wholes:
        weights = np.array(code, dtype=np.int64)
        found = np.array(places, dtype=np.int64).reshape(-1, 4) @ weights
        if of_teams is not None:
            found[np.array([bool(team[place[2]]) != of_teams for place in places])] = -1
        return found

    def effect(name: str, *, of_teams: bool | None, code: Sequence[int], lasting: bool = True) -> Effect:
        targets = levels(asked, of_teams=of_teams, code=code) if lasting else np.full(len(asked), -1)
        return Effect(name, levels(own, of_teams=of_teams, code=code), targets, USUAL[name])

    def noise_of(name: str, *, of_teams: bool, k: int | None = None) -> Effect:
        which = np.array([bool(team[place[2]]) == of_teams and k in (None, place[1]) for place in own])
        return Effect(
            name, np.where(which, each, -1), np.full(len(asked), -1), USUAL["noise" if k is not None else name]
        )

    return [
        effect("noc", of_teams=None, code=(1, 0, 0, 0)),
        effect("entry", of_teams=False, code=(entries, 1, 0, 0)),
        effect("entry-event", of_teams=False, code=(entries * len(team), len(team), 1, 0)),
        effect("noc-meet", of_teams=False, code=(meets, 0, 0, 1), lasting=False),
        effect("relay", of_teams=True, code=(len(team), 0, 1, 0)),
        noise_of("relay-noise", of_teams=True),
        *(noise_of(f"noise-{k + 1}", of_teams=False, k=k) for k in range(entries)),
    ]
