"""The model of `athletes`, fitted to the races of the meets held: strengths, divisions, and who starts."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from quotaproof.model.errors import IncompleteError
from quotaproof.model.results.race_results import RaceResult
from quotaproof.model.results.ranked_lists import points_of
from quotaproof.model.rules import Rules

from .arrays import Booleans, Floats, Wholes
from .athletes import NO_TIME, AthleteModel, Drawn, GroupModel, Race
from .attendance import Prior
from .programme import MeetToCome, programme
from .season import Season
from .strengths import Effect, field_share, fit

FURTHEST = 4.0
"""Units behind the median at which a time counts at most: who falls shows no more than that."""

OUTLYING, AGAIN = 3.0, 2
"""Usual deviations from what is expected of an athlete beyond which a time counts as no further out, and how often what
is expected is found again. A fall says little about the next race."""

TIMED = {"athlete": 0.9, "athlete-event": 0.1, "athlete-meet": 0.02, "noise": 0.05}
RANKED = {"athlete": 0.5, "athlete-event": 0.1, "athlete-meet": 0.1, "noise": 0.4}
"""Variances fixed in advance, by units of a race."""

STARTS_AGAIN = {"A": Prior(0.95, 40), "B": Prior(0.85, 40)}
STARTS_AFTER_ALL = Prior(0.3, 20)
MOVE_UP = 3
"""How many move up from Division B where the meets held do not show it."""


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
    figures = np.array(values)
    fitted = fit(figures, fixed, codes[:, 0], asked[:, 0], effects)
    for _ in range(AGAIN if timed else 0):
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
) -> tuple[Floats, Booleans, Wholes, int]:
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
