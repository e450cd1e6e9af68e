"""Odds where places go down ranked lists: drawn lists and places against those of single seasons."""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from quotaproof.model.errors import IncompleteError, UnsupportedError
from quotaproof.model.results.listed_file import standings_of_lists
from quotaproof.model.results.race_results import RaceResult, RaceResults
from quotaproof.model.results.ranked_lists import ranked_lists
from quotaproof.model.scenario import MeetAhead, Scenario
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines import greedy
from quotaproof.solver.season.athlete_fit import athlete_model
from quotaproof.solver.season.athletes import AthleteModel, GroupModel
from quotaproof.solver.season.lists_of_draws import lists_of
from quotaproof.solver.season.odds import odds_of
from quotaproof.solver.season.programme import KNOWN_PACE, UNKNOWN_PACE, programme
from quotaproof.solver.season.season import Season, cut_off
from quotaproof.solver.season.simulation import ListSimulator, simulator

SHUFFLED = int(os.environ.get("QUOTAPROOF_SHUFFLED", "2"))
"""Seasons whose results are shuffled and compared; 300 were tried once."""


@pytest.fixture(scope="module")
def full() -> Scenario:
    return load_scenario("speed-skating-2026")


@pytest.fixture(scope="module")
def after_two(full: Scenario) -> Season:
    return cut_off(full, 2)


@pytest.fixture(scope="module")
def model(after_two: Season) -> AthleteModel:
    return athlete_model(after_two)


def shuffled(scenario: Scenario, rng: random.Random) -> Scenario:
    """Other athletes have the results of each race and division, and some points are worth another."""
    results, rules = scenario.results, scenario.rules
    assert results is not None and rules.results is not None
    by_race: dict[tuple[str, str, int, str | None], list[RaceResult]] = {}
    for row in results.rows:
        by_race.setdefault((row.meet, row.event, row.race, row.division), []).append(row)
    rows: list[RaceResult] = []
    for own in by_race.values():
        who = list(own)
        rng.shuffle(who)
        rows += [replace(row, noc=o.noc, athlete=o.athlete, name=o.name) for row, o in zip(own, who, strict=True)]
    made = RaceResults(tuple(rows))
    lists = ranked_lists(made, rules.results, rules.rankings)
    return replace(scenario, results=made, lists=lists, standings=standings_of_lists(lists))


@pytest.mark.parametrize("seed", range(SHUFFLED))
def test_lists_and_places_of_a_season_that_is_over_are_those_of_one_season(full: Scenario, seed: int) -> None:
    """With nothing left to draw, the lists are those of the results and the places those of the greedy engine."""
    rng = random.Random(seed)
    scenario = shuffled(full, rng) if seed else full
    if seed % 3 == 1:
        scenario = replace(scenario, host=rng.choice(["NED", "BEL", "NZL"]))
    season = Season(scenario, full.rules.results.meets, full.rules.results.meets, ())  # type: ignore[union-attr]
    drawing = simulator(season)
    assert isinstance(drawing, ListSimulator)
    rng_ = np.random.default_rng(seed)
    lists = lists_of(drawing.model, drawing.model.draw(rng_, 2), scenario.rules.rankings, season.meets, 2, rng_)
    for (event, name), right in scenario.lists.items():
        group = next(one for one in drawing.model.groups if event in one.events)
        order = [group.athletes[n] for n in lists.orders[event, name][0] if n >= 0]
        assert len(order) == len(right.entries), (event, name)
        by_rank: dict[int, list[int]] = {}
        for row, entry in enumerate(right.entries):
            by_rank.setdefault(entry.rank, []).append(row)
        for rows in by_rank.values():
            assert {order[row] for row in rows} == {right.entries[row].athlete for row in rows}, (event, name)
    given = greedy.allocate(scenario)
    undecided = {tied.event for tied in given.tied}
    drawn = drawing.draw(np.random.default_rng(seed), 2)
    compared = 0
    for index, event in enumerate(scenario.rules.events):
        if event.identifier in undecided:
            continue
        own = {noc: int(n) for noc, n in zip(drawing.nocs, drawn.places[0, index], strict=True) if n}
        assert own == dict(given.places[event.identifier]), event.identifier
        compared += 1
    assert compared >= 10
    if given.status == "optimal":
        athletes: Counter[tuple[str, str]] = Counter()
        for award in given.awards:
            athletes[award.noc, award.gender] += award.number
        for number, gender in enumerate(("men", "women")):
            own = {noc: int(n) for noc, n in zip(drawing.nocs, drawn.athletes[0, number], strict=True) if n}
            assert own == {noc: n for (noc, g), n in athletes.items() if g == gender}


def test_a_drawn_race_ranks_starters_by_division_and_time(after_two: Season, model: AthleteModel) -> None:
    drawn = model.draw(np.random.default_rng(1), 200)
    group = next(one for one in model.groups if one.events == ("men-1500",))
    own = drawn[model.groups.index(group)]
    races = [index for index, (meet, _) in enumerate(own.races) if meet in after_two.meets_left]
    assert [own.races[index][0] for index in races] == ["heerenveen", "hamar"]
    for index in races:
        points, times, ranked = own.points[index], own.times[index], own.ranked[index]
        assert ((points > 0) <= ranked).all()
        assert ranked.mean() == pytest.approx(float(group.again.mean()), abs=0.15)
        # Division A has 20 with 21 points or more each; its winner has 60, and that of Division B 28.
        assert (np.sort(points, axis=1)[:, -1] == 60).all() and ((points >= 29).sum(axis=1) <= 12).all()
        first = points.argmax(axis=1)
        winners = times[np.arange(200), first]
        assert np.median(winners) / 100 == pytest.approx(103.5, abs=2.5)
    move = np.mean([(own.points[races[0]] == 28)[s] @ (own.points[races[1]] > 28)[s] for s in range(200)])
    assert move > 0.2, "who wins Division B is in Division A at the next meet"


def test_a_fall_says_little_about_the_next_race(after_two: Season, model: AthleteModel) -> None:
    """With a time of two minutes in one of four races over 500 m the strength is nearly what it was."""
    results = after_two.scenario.results
    assert results is not None
    who = "ned-jenning-de-boo"
    place = next(
        i for i, r in enumerate(results.rows) if r.event == "men-500" and r.athlete == who and r.meet == "calgary"
    )
    rows = list(results.rows)
    rows[place] = replace(rows[place], time=12000)
    fallen = replace(after_two, scenario=replace(after_two.scenario, results=RaceResults(tuple(rows))))
    strengths: list[float] = []
    spread = 0.0
    for one in (model, athlete_model(fallen)):
        group = _group(one, "men-500")
        mean = group.fit.mean[group.slots[0]]
        strengths.append(float(mean[group.athletes.index(who)]))
        spread = float(mean.std())
    # Two minutes for 34 seconds are a hundred units of the race; they cost less than the usual spread of athletes.
    assert 0 < strengths[0] - strengths[1] < 0.7 * spread


def _group(model: AthleteModel, event: str) -> GroupModel:
    return next(one for one in model.groups if event in one.events)


def test_the_programme_is_the_announced_one_or_the_last_one(full: Scenario, after_two: Season) -> None:
    announced = programme(after_two)
    assert [one.meet for one in announced] == ["heerenveen", "hamar"]
    assert all(one.pace_spread == KNOWN_PACE for one in announced)
    assert announced[0].races["men-10000"] == 1 and "men-5000" not in announced[0].races
    assert announced[0].pace == pytest.approx(1.026)
    unknown = replace(after_two, scenario=replace(after_two.scenario, meets_ahead=()))
    supposed = programme(unknown)
    assert all((one.pace, one.pace_spread) == (1, UNKNOWN_PACE) for one in supposed)
    assert supposed[0].races["men-10000"] == 1 and "men-5000" not in supposed[0].races
    assert supposed[1].races["men-5000"] == 1 and "men-10000" not in supposed[1].races
    assert supposed[0].races["men-500"] == 2


def test_slower_ice_leaves_the_list_of_times_as_it_is(after_two: Season, model: AthleteModel) -> None:
    """If the ice to come is a tenth slower, the best times over 1000 m stay what they are; if as much faster, none."""
    chances: list[float] = []
    for pace in (1.1, 0.9):
        ahead = tuple(replace(one, pace=pace) for one in after_two.scenario.meets_ahead)
        season = replace(after_two, scenario=replace(after_two.scenario, meets_ahead=ahead))
        other = replace(model, ahead=programme(season))
        group = _group(other, "men-1000")
        own = other.draw(np.random.default_rng(0), 50)[other.groups.index(group)]
        before = np.minimum.reduce(
            [t for t, (m, _) in zip(own.times, own.races, strict=True) if m in season.meets_held]
        )
        after = np.minimum.reduce([np.broadcast_to(t, (50, len(group.athletes))) for t in own.times])
        chances.append(float((after < before).mean()))
    assert chances[0] == 0 and chances[1] > 0.85


def test_odds_of_lists_add_up_and_the_host_is_not_forgotten(after_two: Season) -> None:
    found = odds_of(after_two, 100, seed=1)
    for event in after_two.scenario.rules.events:
        for noc in found.nocs:
            assert found.places(event.identifier, noc).sum() == pytest.approx(1)
        expected = sum(found.expected(event.identifier, noc) for noc in found.nocs)
        assert expected == pytest.approx(event.start_places, abs=0.2)
    again = odds_of(after_two, 100, seed=1)
    assert found.to_dict() == again.to_dict()


def test_what_no_season_is_drawn_for_is_refused(after_two: Season) -> None:
    nothing = replace(after_two, scenario=replace(after_two.scenario, results=None))
    with pytest.raises(IncompleteError, match="at least one meet"):
        odds_of(nothing, 10)
    rules = after_two.scenario.rules
    by_rank = tuple(replace(one, measure="rank") for one in rules.rankings)
    other = replace(after_two, scenario=replace(after_two.scenario, rules=replace(rules, rankings=by_rank)))
    with pytest.raises(UnsupportedError, match="goes by ranks"):
        odds_of(other, 10)
    assert MeetAhead("hamar", "a source").pace is None
