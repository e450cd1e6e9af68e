"""The model of results where places go down ranked lists of athletes or teams (long track).

Events that share a list are one group. Where an event has a list of times, what counts of a race is the logarithm of
the time, measured from the race's median in units of the spread of its faster half, and a fall is brought back to where
a bad race is; in an event without times it is the share of the field that a rank beat, Division B behind Division A.
`strengths` explains these by the athlete, the athlete over one distance, the athlete at one meet, and noise.

At a meet to come an athlete starts with a chance that depends on the division and on whether it started the last time.
Division A has as many as it had; the best of Division B have moved up for the last of Division A, as many as did
between the meets held. Times are drawn on ice of an announced pace, or of a pace drawn for the meet. Athletes who have
not raced yet are not drawn.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quotaproof.model.errors import IncompleteError
from quotaproof.model.results.race_results import RaceResult
from quotaproof.model.results.ranked_lists import points_of
from quotaproof.model.rules import Rules

from .attendance import Prior
from .programme import MeetToCome, programme
from .season import Season
from .strengths import Effect, Fit, Floats, Indices, field_share, fit, noise

FURTHEST = 4.0
"""Units behind the median at which a time counts at most: who falls shows no more than that."""

OUTLYING, ROUNDS = 3.0, 3
"""Usual deviations from what is expected of an athlete beyond which a time counts as no further out, and how often what
is expected is found again. A fall says little about the next race."""

TIMED = {"athlete": 0.9, "athlete-event": 0.1, "athlete-meet": 0.02, "noise": 0.05}
RANKED = {"athlete": 0.5, "athlete-event": 0.1, "athlete-meet": 0.1, "noise": 0.4}
"""Variances fixed in advance, by units of a race."""

STARTS_AGAIN = {"A": Prior(0.95, 40), "B": Prior(0.85, 40)}
STARTS_AFTER_ALL = Prior(0.3, 20)
MOVE_UP = 3
"""How many move up from Division B where the meets held do not show it."""

NO_TIME = 10**8


@dataclass(frozen=True)
class Race:
    """A race of a group: where and what it is, and what it counts by.

    Attributes
    ----------
    event
        Its number in the group.
    points
        Per division (A, B) the points for the ranks 0 (none), 1, 2, ...
    """

    meet: str
    event: int
    number: int
    points: tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]


@dataclass(frozen=True)
class Drawn:
    """Results of a group in S seasons, those held and those drawn.

    Attributes
    ----------
    races
        All races, those held first, each part in order of time.
    points
        Per race (S, n) or (1, n) points.
    times
        Per race (S, n) or (1, n) hundredths of a second; `NO_TIME` for none.
    ranked
        Per race (S, n) or (1, n) whether there is a rank.
    """

    races: tuple[tuple[str, int], ...]
    points: tuple[npt.NDArray[np.int32], ...]
    times: tuple[npt.NDArray[np.int32], ...]
    ranked: tuple[npt.NDArray[np.bool_], ...]


@dataclass(frozen=True)
class GroupModel:
    """The results of events that share a list.

    Attributes
    ----------
    events, athletes, nocs
        The athletes (n) with their NOCs.
    timed
        Whether times are drawn.
    level
        (E,) the logarithm of a usual time over each event at the meets held.
    unit
        The logarithm of time that a unit of strength is.
    slots
        (E, n) the number of each strength.
    before
        (n,) order of the athletes for the next division A, best first.
    started
        (n,) whether each started at the last meet at which the group raced.
    again
        (n,) chance to start for who did the last time.
    size_a, move_up
        (E,) places in Division A, and how many move up after a race.
    """

    events: tuple[str, ...]
    athletes: tuple[str, ...]
    nocs: tuple[str, ...]
    timed: bool
    level: Floats
    unit: float
    slots: Indices
    fit: Fit
    before: Floats
    started: npt.NDArray[np.bool_]
    again: Floats
    after_all: float
    size_a: Indices
    move_up: int
    left: tuple[Race, ...]
    held: Drawn
    ahead: tuple[MeetToCome, ...]

    def draw(self, rng: np.random.Generator, number: int, paces: Mapping[str, npt.NDArray[np.float32]]) -> Drawn:
        """Return the results of `number` seasons.

        Parameters
        ----------
        paces
            Meet -> (S,) the logarithm of its pace.
        """
        shape = (number, len(self.athletes))
        strengths = self.fit.draw(rng, number)
        seeding = np.broadcast_to(self.before.astype(np.float32), shape)
        started: npt.NDArray[np.bool_] = np.broadcast_to(self.started, shape)
        races, points, times, ranked = (
            list(one) for one in (self.held.races, self.held.points, self.held.times, self.held.ranked)
        )
        meet, form = "", np.zeros(shape, dtype=np.float32)
        for race in self.left:
            if race.meet != meet:
                meet = race.meet
                chance = np.where(started, self.again, self.after_all)
                started = rng.random(shape, dtype=np.float32) < chance
                form = rng.standard_normal(shape, dtype=np.float32)
                form *= np.float32(self.fit.variances["athlete-meet"] ** 0.5)
            figures = noise(rng, shape) * np.float32(self.fit.variances["noise"] ** 0.5)
            figures += strengths[:, self.slots[race.event]] + form
            size = int(self.size_a[race.event])
            waiting = np.where(started, seeding, np.inf)
            in_a = started & (_ranks(waiting) <= size)
            in_b = started & ~in_a
            rank_a = np.where(in_a, _ranks(np.where(in_a, -figures, np.inf)), 0)
            rank_b = np.where(in_b, _ranks(np.where(in_b, -figures, np.inf)), 0)
            races.append((race.meet, race.event))
            points.append(race.points[0][rank_a] + race.points[1][rank_b])
            ranked.append(started)
            times.append(self._times(figures, race, paces[race.meet], started))
            up = min(self.move_up, size)
            seeding = np.where(in_a, rank_a + np.where(rank_a > size - up, up, 0), seeding).astype(np.float32)
            seeding = np.where(in_b, rank_b + np.where(rank_b <= up, size - up, size + up), seeding)
        return Drawn(tuple(races), tuple(points), tuple(times), tuple(ranked))

    def _times(
        self,
        figures: npt.NDArray[np.float32],
        race: Race,
        pace: npt.NDArray[np.float32],
        started: npt.NDArray[np.bool_],
    ) -> npt.NDArray[np.int32]:
        if not self.timed:
            return np.full((1, figures.shape[1]), NO_TIME, dtype=np.int32)
        logs = self.level[race.event] + pace[:, None] - self.unit * figures
        hundredths = np.rint(np.exp(np.clip(logs, -10, 13)) * 100).astype(np.int32)
        return np.where(started, hundredths, NO_TIME).astype(np.int32)


@dataclass(frozen=True)
class AthleteModel:
    """All groups, and the meets to come."""

    groups: tuple[GroupModel, ...]
    ahead: tuple[MeetToCome, ...]
    nocs: tuple[str, ...]

    def draw(self, rng: np.random.Generator, number: int) -> list[Drawn]:
        """Return the results of `number` seasons, group by group."""
        paces = {
            one.meet: (np.log(one.pace) + one.pace_spread * rng.standard_normal(number)).astype(np.float32)
            for one in self.ahead
        }
        return [group.draw(rng, number, paces) for group in self.groups]


def _ranks(figures: npt.NDArray[np.floating]) -> npt.NDArray[np.int64]:
    """Return ranks from 1, row by row, the smallest first."""
    order = np.argsort(figures, axis=1)
    ranks = np.empty(figures.shape, dtype=np.int64)
    np.put_along_axis(ranks, order, np.arange(1, figures.shape[1] + 1)[None, :], axis=1)
    return ranks


def athlete_model(season: Season) -> AthleteModel:
    """Return the model that the results of the meets held give.

    Raises
    ------
    IncompleteError
        If there are no results.
    """
    scenario = season.scenario
    if scenario.results is None or not season.meets_held:
        raise IncompleteError("odds need results of at least one meet", file="results.csv")
    rules, ahead = scenario.rules, programme(season)
    groups: list[tuple[str, ...]] = []
    for event in (event.identifier for event in rules.events):
        own = {event, *(other for rule in rules.rankings if event in rule.events for other in rule.sources(event))}
        together = [group for group in groups if own & set(group)]
        groups = [group for group in groups if group not in together]
        merged = own.union(*together)
        groups.append(tuple(one.identifier for one in rules.events if one.identifier in merged))
    made = [_group(season, group, ahead) for group in groups]
    found = tuple(group for group in made if group is not None)
    nocs = {noc for group in found for noc in group.nocs} | ({scenario.host} if scenario.host is not None else set())
    return AthleteModel(found, ahead, tuple(sorted(nocs)))


def _group(season: Season, events: tuple[str, ...], ahead: tuple[MeetToCome, ...]) -> GroupModel | None:
    scenario = season.scenario
    rules, results = scenario.rules, scenario.results
    if results is None or rules.results is None:
        return None
    rows = [row for row in results.rows if row.event in events]
    athletes = tuple(sorted({row.athlete for row in rows}))
    if not athletes:
        return None
    noc_of = {row.athlete: row.noc for row in rows}
    number = {athlete: index for index, athlete in enumerate(athletes)}
    timed = any(rule.measure == "time" and event in rule.events for rule in rules.rankings for event in events)
    by_race: dict[tuple[str, str, int], list[RaceResult]] = {}
    for row in rows:
        by_race.setdefault((row.meet, row.event, row.race), []).append(row)
    races = sorted(by_race, key=lambda key: (season.meets.index(key[0]), events.index(key[1]), key[2]))
    unit, centres = _units(by_race, timed=timed)
    values: list[float] = []
    own: list[tuple[int, int, int, int]] = []
    for index, race in enumerate(races):
        for athlete, value in _figures(by_race[race], centres[race], unit, timed=timed):
            values.append(value)
            own.append((number[athlete], events.index(race[1]), season.meets_held.index(race[0]), index))
    fixed = np.zeros((len(own), len(races)))
    fixed[np.arange(len(own)), [place[3] for place in own]] = 1
    codes = np.array(own, dtype=np.int64).reshape(-1, 4)
    asked = np.array([(n, event) for event in range(len(events)) for n in range(len(athletes))], dtype=np.int64)
    new = np.full(len(asked), -1)
    usual = TIMED if timed else RANKED
    effects = [Effect("athlete", codes[:, 0], asked[:, 0], usual["athlete"])]
    if len({race[1] for race in races}) > 1:
        size = len(events)
        levels, targets = codes[:, 0] * size + codes[:, 1], asked[:, 0] * size + asked[:, 1]
        effects.append(Effect("athlete-event", levels, targets, usual["athlete-event"]))
    form = codes[:, 0] * len(season.meets_held) + codes[:, 2]
    effects.append(Effect("athlete-meet", form, new, usual["athlete-meet"]))
    effects.append(Effect("noise", np.arange(len(own)), new, usual["noise"]))
    fitted, figures = None, np.array(values)
    for _ in range(ROUNDS if timed else 1):
        if fitted is not None:
            expected = fixed @ fitted.fixed + fitted.mean[codes[:, 1] * len(athletes) + codes[:, 0]]
            off = figures - expected
            reach = OUTLYING * 1.4826 * float(np.median(np.abs(off))) + 1e-9
            figures = expected + np.clip(off, -reach, reach)
        fitted = fit(figures, fixed, codes[:, 0], asked[:, 0], effects)
    level = np.zeros(len(events))
    for event, identifier in enumerate(events):
        of_event = [
            centres[race] - unit * float(c)
            for race, c in zip(races, fitted.fixed, strict=True)
            if race[1] == identifier
        ]
        level[event] = float(np.mean(of_event)) if of_event else 6.0
    before, started, size_a, move_up = _divisions(by_race, races, events, number)
    again, after_all = _starts(by_race, races, number, season.meets_held)
    return GroupModel(
        events=events,
        athletes=athletes,
        nocs=tuple(noc_of[athlete] for athlete in athletes),
        timed=timed,
        level=level,
        unit=unit,
        slots=np.arange(len(asked)).reshape(len(events), len(athletes)),
        fit=fitted,
        before=before,
        started=started,
        again=again,
        after_all=after_all,
        size_a=size_a,
        move_up=move_up,
        left=_races_left(rules, events, len(athletes), ahead),
        held=_held(by_race, races, events, number, rules),
        ahead=ahead,
    )


RaceKey = tuple[str, str, int]


def _ranked(rows: Sequence[RaceResult]) -> list[RaceResult]:
    """The rows with a rank, Division A first."""
    return sorted((row for row in rows if row.rank is not None), key=lambda row: (row.division or "A", row.rank or 0))


def _units(by_race: Mapping[RaceKey, Sequence[RaceResult]], *, timed: bool) -> tuple[float, dict[RaceKey, float]]:
    """The unit of strength in logarithms of time, and the median of each race."""
    if not timed:
        return 1.0, dict.fromkeys(by_race, 0.0)
    medians: dict[RaceKey, float] = {}
    spreads: list[float] = []
    for race, rows in by_race.items():
        logs = np.array([np.log(row.time / 100) for row in rows if row.time is not None and row.rank is not None])
        medians[race] = float(np.median(logs)) if logs.size else 0.0
        if logs.size > 3:
            # The faster half: falls are all in the other.
            spreads.append(float(medians[race] - np.quantile(logs, 0.16)))
    return max(float(np.median(spreads)) if spreads else 0.02, 1e-4), medians


def _figures(rows: Sequence[RaceResult], centre: float, unit: float, *, timed: bool) -> list[tuple[str, float]]:
    """Athletes and how much better than the median they were."""
    if timed:
        return [
            (row.athlete, max(-FURTHEST, (centre - float(np.log(row.time / 100))) / unit))
            for row in rows
            if row.time is not None and row.rank is not None
        ]
    ordered = _ranked(rows)
    return [(row.athlete, field_share(place, len(ordered))) for place, row in enumerate(ordered, 1)]


def _divisions(
    by_race: Mapping[RaceKey, Sequence[RaceResult]],
    races: Sequence[RaceKey],
    events: Sequence[str],
    number: Mapping[str, int],
) -> tuple[Floats, npt.NDArray[np.bool_], Indices, int]:
    """Who is in line for Division A, who started the last time, how many it has, and how many move up."""
    sizes: dict[str, int] = {}
    moved: list[int] = []
    before = np.full(len(number), 1e6)
    last_of: dict[str, RaceKey] = {}
    for race in races:
        rows = by_race[race]
        in_a = [row for row in rows if (row.division or "A") == "A"]
        sizes[race[1]] = len(in_a)
        if race[1] in last_of and last_of[race[1]][0] != race[0]:
            was_b = {row.athlete for row in by_race[last_of[race[1]]] if row.division == "B"}
            moved.append(sum(row.athlete in was_b for row in in_a))
        last_of[race[1]] = race
    up = round(float(np.mean(moved))) if moved else MOVE_UP
    for race in races:
        size = sizes[race[1]]
        # Who raced in both divisions is taken as one of Division A.
        for row in sorted(by_race[race], key=lambda row: row.division or "A", reverse=True):
            rank = row.rank or 500
            if (row.division or "A") == "A":
                before[number[row.athlete]] = rank + (up if rank > size - up else 0)
            else:
                before[number[row.athlete]] = rank + (size - up if rank <= up else size + up)
    last_meet = races[-1][0]
    started = np.zeros(len(number), dtype=np.bool_)
    for race in races:
        if race[0] == last_meet:
            started[[number[row.athlete] for row in by_race[race]]] = True
    usual = max(sizes.values())
    return before, started, np.array([sizes.get(event, usual) for event in events]), up


def _starts(
    by_race: Mapping[RaceKey, Sequence[RaceResult]],
    races: Sequence[RaceKey],
    number: Mapping[str, int],
    meets: Sequence[str],
) -> tuple[Floats, float]:
    """Chances to start again for each athlete, and for who did not start the last time."""
    at: dict[str, dict[str, str]] = {}
    for race in races:
        for row in by_race[race]:
            at.setdefault(race[0], {})[row.athlete] = row.division or "A"
    held = [meet for meet in meets if meet in at]
    again = {division: np.zeros(2) for division in STARTS_AGAIN}
    after_all, seen = np.zeros(2), set(at[held[0]])
    for then, now in itertools.pairwise(held):
        for athlete, division in at[then].items():
            again["A" if division == "A" else "B"] += (athlete in at[now], 1)
        for athlete in seen - set(at[then]):
            after_all += (athlete in at[now], 1)
        seen |= set(at[now])
    shares = {division: STARTS_AGAIN[division].with_cases(*cases) for division, cases in again.items()}
    last = {athlete: division for meet in held for athlete, division in at[meet].items()}
    chances = np.array([shares["A" if last[athlete] == "A" else "B"] for athlete in number])
    return chances, STARTS_AFTER_ALL.with_cases(*after_all)


def _races_left(rules: Rules, events: Sequence[str], athletes: int, ahead: Sequence[MeetToCome]) -> tuple[Race, ...]:
    found: list[Race] = []
    for one in ahead:
        for event, identifier in enumerate(events):
            tables = [_table(rules, identifier, division, one.meet, athletes) for division in ("A", "B")]
            found += [
                Race(one.meet, event, n, (tables[0], tables[1])) for n in range(1, one.races.get(identifier, 0) + 1)
            ]
    return tuple(found)


def _table(rules: Rules, event: str, division: str, meet: str, athletes: int) -> npt.NDArray[np.int32]:
    if rules.results is None:
        return np.zeros(athletes + 1, dtype=np.int32)
    points = [rules.results.points(event, division, meet, rank) or 0 for rank in range(1, athletes + 1)]
    return np.array([0, *points], dtype=np.int32)


def _held(
    by_race: Mapping[RaceKey, Sequence[RaceResult]],
    races: Sequence[RaceKey],
    events: Sequence[str],
    number: Mapping[str, int],
    rules: Rules,
) -> Drawn:
    """The results of the meets held; who raced in both divisions has a result in each."""
    places: list[tuple[str, int]] = []
    points, times, ranked = [], [], []
    for race in races:
        for division in sorted({row.division or "" for row in by_race[race]}):
            own = np.zeros((1, len(number)), dtype=np.int32)
            time = np.full((1, len(number)), NO_TIME, dtype=np.int32)
            rank = np.zeros((1, len(number)), dtype=np.bool_)
            for row in by_race[race]:
                if (row.division or "") != division:
                    continue
                where = number[row.athlete]
                own[0, where] = points_of(row, rules.results) if rules.results is not None else 0
                rank[0, where] = row.rank is not None
                if row.time is not None:
                    time[0, where] = row.time
            places.append((race[0], events.index(race[1])))
            points.append(own)
            times.append(time)
            ranked.append(rank)
    return Drawn(tuple(places), tuple(points), tuple(times), tuple(ranked))
