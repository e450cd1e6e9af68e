"""More athletes qualify than may start: the cycle and the fewest athletes, each beside a twin of other reasoning."""

from __future__ import annotations

import itertools
import os
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import highspy
import pytest

from quotaproof import Scenario, allocate, load_scenario, reduce
from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import InputError, SolverError, UnsupportedError
from quotaproof.model.pathways import NocQuota, RankingPlaces, ReduceToTotal
from quotaproof.model.rules import GENDERS, Gender
from quotaproof.solver.engines import engine
from quotaproof.solver.reduce import fewest_athletes
from quotaproof.solver.reduce.cycle import without_cycle
from quotaproof.solver.reduce.fewest_athletes import STARTERS, Demand, demand, filling
from tests.listed import event, long_track_like, ranked, scenario

SEASONS = int(os.environ.get("QUOTAPROOF_REDUCED", "40"))
LONG_TRACK = load_scenario("speed-skating-2026")
CYCLE = (
    "women-500",
    "men-500",
    "men-1000",
    "women-1000",
    "women-1500",
    "men-1500",
    "men-mass-start",
    "women-mass-start",
)
"""As told by the press (SOURCES.md of the scenario)."""

GREEDY = (engine("greedy"),)


# The cycle ---------------------------------------------


def quota_of(noc: str, gender: Gender, entries: dict[str, list[tuple[str, str]]], given: Scenario) -> int:
    """The quota places of an NOC, from who has the places: (NOC, pathway) by event."""
    quotas = next(one for one in given.rules.pathways if isinstance(one, NocQuota))
    events = [one for one in given.rules.events if one.gender == gender]
    own = {e.identifier: [by for who, by in entries.get(e.identifier, []) if who == noc] for e in events}
    single = [e for e in events if e.kind == "individual"]
    number = sum(len(own[e.identifier]) for e in single)
    for cap in quotas.caps:
        if cap.team and not any(own[e.identifier] for e in events if e.kind == "relay"):
            continue
        counted = {e: [by for by in own[e.identifier] if not cap.by or by in cap.by] for e in single}
        needed = {None: lambda _: 0, "a-place": lambda _: 1, "the-maximum": lambda e: e.noc_cap}[cap.each_event]
        if all(len(counted[e]) >= needed(e) for e in single):
            return min(number, cap.athletes)
    raise AssertionError


def walked(given: Scenario, allocation: Allocation, cycle: Sequence[str]) -> Iterator[tuple[str, str, int, int]]:
    """Yield (event, NOC, men, women) for each place that goes, as one would do it on paper."""
    entries = {e: [(one.noc, one.pathway) for one in placed] for e, placed in allocation.entries.items()}
    nocs = sorted({noc for placed in entries.values() for noc, _ in placed})

    def totals() -> list[int]:
        return [sum(quota_of(noc, gender, entries, given) for noc in nocs) for gender in GENDERS]

    caps, idle = given.rules.gender_caps, 0
    for name in itertools.cycle(cycle):
        gender = given.rules.event(name).own_gender
        idle += 1
        if totals()[GENDERS.index(gender)] > caps[gender] and entries.get(name):
            noc, _ = entries[name].pop()
            yield name, noc, *totals()
            idle = 0
        if idle > len(cycle):
            return


def test_steps_of_the_cycle_are_those_on_paper_on_drawn_seasons() -> None:
    rng = random.Random(82)
    cut = without = unfit = 0
    for _ in range(SEASONS):
        drawn = long_track_like(rng, ties=False)
        names = [one.identifier for one in drawn.rules.events if one.kind == "individual"]
        cycle = rng.sample(names, rng.randint(1, len(names)))
        found = reduce(drawn, cycle=cycle)
        assert found.cycle is not None
        steps = [(step.event, step.noc, *step.totals) for step in found.cycle.steps]
        assert steps == list(walked(drawn, found.allocation, cycle))
        caps = drawn.rules.gender_caps
        assert found.cycle.fits == all(n <= caps[g] for g, n in zip(GENDERS, found.cycle.after.totals, strict=True))
        cut += len(steps)
        without += found.cycle.without_effect
        unfit += not found.cycle.fits
    assert cut and without and unfit


def test_long_track_is_cut_to_82_and_82_step_by_step() -> None:
    found = reduce(LONG_TRACK, cycle=CYCLE)
    assert found.cycle is not None
    steps = found.cycle.steps
    assert found.allocation.totals == (105, 111)
    assert [(step.event, step.noc, *step.totals) for step in steps] == list(walked(LONG_TRACK, found.allocation, CYCLE))
    assert found.cycle.after.totals == (82, 82)
    assert [step.place for step in steps[:9]] == [28, 28, 28, 28, 28, 28, 24, 24, 27]
    # ITA's host place goes as the last; with it the place in every event that eight athletes need.
    assert (steps[1].noc, steps[1].quota) == ("ITA", (8, 7))
    assert "a lower cap" in steps[1].reason
    # KOR had eight individual places and seven quota places.
    assert (steps[0].noc, steps[0].lowers, steps[0].quota) == ("KOR", False, (7, 7))
    assert "no athlete less" in steps[0].reason
    assert found.cycle.without_effect == sum(step.quota[0] == step.quota[1] for step in steps)
    for gender, total in zip(GENDERS, (0, 1), strict=True):
        down = found.cycle.down_at(gender)
        assert down is not None
        assert steps[down - 1].totals[total] == 82 < steps[down - 2].totals[total]
        assert all(step.gender != gender for step in steps[down:])
    lost = found.cycle.lost()
    assert [sum(numbers[total] for numbers in lost.values()) for total in (0, 1)] == [105 - 82, 111 - 82]


def test_a_gender_that_fits_is_passed_over() -> None:
    found = reduce(LONG_TRACK, men=105, women=110, cycle=CYCLE)
    assert found.cycle is not None
    assert [step.event for step in found.cycle.steps] == ["women-500", "women-1000"]
    assert found.cycle.down_at("men") is None
    assert reduce(LONG_TRACK, men=105, women=111, cycle=CYCLE).cycle.steps == ()  # type: ignore[union-attr]


def test_a_cycle_that_the_rules_state_is_taken_and_needs_not_be_named() -> None:
    stated = LONG_TRACK.rules.pathways
    pathways = (*stated[:-1], ReduceToTotal("P9", "t", "c", CYCLE), stated[-1])
    ruled = replace(LONG_TRACK, rules=replace(LONG_TRACK.rules, pathways=pathways))
    found, named = reduce(ruled), reduce(LONG_TRACK, cycle=CYCLE)
    assert found.to_dict() == named.to_dict()
    assert reduce(LONG_TRACK, cycle=()).cycle is None


def test_engines_that_take_back_other_places_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from quotaproof.solver.reduce import reduce as solve

    first, second = engine("cp-sat"), engine("greedy")

    def other(given: Scenario) -> Allocation:
        pathways = tuple(
            replace(one, cycle=tuple(reversed(one.cycle))) if isinstance(one, ReduceToTotal) else one
            for one in given.rules.pathways
        )
        return second.allocate(replace(given, rules=replace(given.rules, pathways=pathways)))

    with pytest.raises(SolverError, match="other places"):
        solve(LONG_TRACK, cycle=CYCLE, engines=(first, replace(second, allocate=other)))


@pytest.mark.parametrize(
    ("cycle", "words"),
    [
        (["men-team-pursuit"], "an individual event is meant"),
        (["men-500", "men-500"], "twice"),
        (["men-600"], "not an event"),
    ],
)
def test_a_cycle_without_meaning_is_refused(cycle: list[str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        reduce(LONG_TRACK, cycle=cycle)


@pytest.mark.parametrize("name", ["sochi-2014", "figure-skating-2018"])
def test_rules_without_such_quota_places_are_refused(name: str) -> None:
    with pytest.raises(UnsupportedError, match="noc-quota"):
        reduce(load_scenario(name))


def test_a_tie_that_matters_is_refused() -> None:
    one = event("men-500", 2, 2)
    tied = scenario(
        [one],
        [RankingPlaces("P1", "points", "c", "points", {"men-500": 2}), NocQuota("P2", "q", "c", long_caps())],
        [ranked("men-500", "points", ["aaa-1", "bbb-1", "ccc-1"], [1, 2, 2])],
    )
    with pytest.raises(InputError, match="BBB in men-500, CCC in men-500"):
        reduce(tied)


def long_caps():  # type: ignore[no-untyped-def]
    return next(one for one in LONG_TRACK.rules.pathways if isinstance(one, NocQuota)).caps


# The fewest athletes -----------------------------------


def by_trying(asked: Demand, cap: int) -> tuple[int, int]:
    """(Most places filled within the quota of each NOC and the cap, fewest athletes for it): every choice is tried."""
    best = {0: 0}  # athletes -> places
    for noc, athletes in asked.may_start.items():
        own: dict[int, int] = {}
        for size in range(asked.quota[noc] + 1):
            for chosen in itertools.combinations(athletes, size):
                places = 0
                for name, number in asked.places[noc].items():
                    team = next((one for one in asked.teams if one.identifier == name), None)
                    if team is not None:
                        places += number if size >= team.athletes else 0
                    else:
                        able = [one for one in chosen if name in asked.may_start[noc][one]]
                        places += len(able[:number])
                own[size] = max(own.get(size, 0), places)
        together: dict[int, int] = {}
        for (a, b), (c, d) in itertools.product(best.items(), own.items()):
            together[a + c] = max(together.get(a + c, 0), b + d)
        best = together
    most = max(places for athletes, places in best.items() if athletes <= cap)
    return most, min(athletes for athletes, places in best.items() if places == most)


def test_fewest_athletes_are_what_trying_every_choice_gives() -> None:
    rng = random.Random(45)
    seen: Counter[str] = Counter()
    for _ in range(SEASONS):
        drawn = without_cycle(long_track_like(rng, ties=False))
        events = tuple(
            replace(one, athletes=rng.randint(1, 3)) if one.kind == "relay" else one for one in drawn.rules.events
        )
        drawn = replace(drawn, rules=replace(drawn.rules, events=events))
        allocation = engine("greedy").allocate(drawn)
        for gender, starters in itertools.product(GENDERS, STARTERS):
            asked = demand(drawn, allocation, gender, starters)
            found = filling(drawn, allocation, gender, starters)
            assert (found.filled, found.fewest) == by_trying(asked, 99)
            assert found.filled_at_cap == by_trying(asked, found.cap)[0]
            assert found.unfilled_at_cap == found.places - found.filled_at_cap
            holds(drawn, allocation, asked, found)
            seen["short"] += found.filled < found.places
            seen["cap"] += found.filled_at_cap < found.filled
            seen["fewer"] += found.fewest < found.quota_places
    assert len(seen) == 3 and all(seen.values())


def holds(given: Scenario, allocation: Allocation, asked: Demand, found: fewest_athletes.Filling) -> None:
    """The choice that is named does what it says: nobody too much, nowhere too many, only who may."""
    for sent, most, filled in ((found.sent, None, found.filled), (found.sent_at_cap, found.cap, found.filled_at_cap)):
        assert most is None or len(sent) <= most
        number = Counter(one.noc for one in sent)
        assert all(number[noc] <= allocation.number(noc, found.gender) for noc in number)
        used = Counter((one.noc, name) for one in sent for name in one.events)
        assert all(count <= allocation.places[name][noc] for (noc, name), count in used.items())
        teams = sum(
            allocation.places[team.identifier].get(noc, 0)
            for team in asked.teams
            for noc in asked.places
            if number[noc] >= team.athletes
        )
        assert sum(used.values()) + teams == filled
        won = {(one.athlete, name) for name, placed in allocation.entries.items() for one in placed}
        listed = {(one.athlete, name) for (name, _), own in given.lists.items() for one in own.entries}
        for one in sent:
            if found.starters == "anybody":
                assert one.athlete is None
                continue
            pairs = {(one.athlete, name) for name in one.events}
            assert pairs <= (won if found.starters == "winners" else listed)


def by_another_solver(asked: Demand, cap: int | None) -> tuple[int, int]:
    """(Most places filled, fewest athletes for it) by HiGHS, from who starts where instead of how many."""
    most = _highs(asked, cap, None)
    return most, _highs(asked, cap, most)


def _highs(asked: Demand, cap: int | None, filled: int | None) -> int:
    model = highspy.Highs()
    model.silent()
    goes = {(noc, a): model.addBinary() for noc, own in asked.may_start.items() for a in own}
    starts, teams = {}, []
    for noc, own in asked.may_start.items():
        sent = [goes[noc, a] for a in own]
        if sent:
            model.addConstr(sum(sent) <= asked.quota[noc])
        for name, number in asked.places[noc].items():
            team = next((one for one in asked.teams if one.identifier == name), None)
            if team is not None:
                t = model.addBinary()
                teams.append(t)
                model.addConstr(sum(sent) >= team.athletes * t if sent else t <= 0)
                continue
            here = []
            for a, events in own.items():
                if name in events:
                    y = starts[noc, a, name] = model.addBinary()
                    model.addConstr(y <= goes[noc, a])
                    here.append(y)
            if here:
                model.addConstr(sum(here) <= number)
    everybody, places = sum(goes.values()), sum(starts.values()) + sum(teams)
    if cap is not None:
        model.addConstr(everybody <= cap)
    if filled is None:
        model.maximize(places)
    else:
        model.addConstr(places >= filled)
        model.minimize(everybody)
    assert model.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return round(model.getObjectiveValue())


@pytest.mark.parametrize("starters", STARTERS)
@pytest.mark.parametrize("gender", GENDERS)
def test_long_track_is_what_another_solver_gives(gender: Gender, starters: fewest_athletes.Starter) -> None:
    allocation = allocate(LONG_TRACK, "greedy")
    asked = demand(LONG_TRACK, allocation, gender, starters)
    for cap in (82, 60):
        given = replace(LONG_TRACK, rules=LONG_TRACK.rules.with_caps({"men": cap, "women": cap}))
        found = filling(given, allocation, gender, starters)
        holds(given, allocation, asked, found)
        if cap == 82:
            assert (found.filled, found.fewest) == by_another_solver(asked, None)
        assert found.filled_at_cap == by_another_solver(asked, cap)[0]


def test_45_men_and_44_women_could_fill_every_place_if_anybody_may_start_anywhere() -> None:
    """On paper: an NOC needs its largest number of places in an event, and three for a team."""
    allocation = allocate(LONG_TRACK, "greedy")
    found = {one.gender: one for one in reduce(LONG_TRACK).fillings if one.starters == "anybody"}
    for gender, fewest, without_teams in (("men", 45, 44), ("women", 44, 40)):
        rules = LONG_TRACK.rules
        single = [one.identifier for one in rules.events if (one.kind, one.gender) == ("individual", gender)]
        largest = {noc: max(allocation.places[name].get(noc, 0) for name in single) for noc in allocation.nocs}
        team = allocation.places[f"{gender}-team-pursuit"]
        assert sum(largest.values()) == without_teams
        assert sum(max(number, 3 * team.get(noc, 0)) for noc, number in largest.items()) == fewest
        one = found[gender]
        assert (one.fewest, one.filled, one.places, one.unfilled_at_cap) == (fewest, 148, 148, 0)
        assert one.places == 28 * 3 + 20 + 12 + 24 + 8


def test_one_athlete_takes_one_place_of_an_event_only() -> None:
    """AAA's one man is ranked in both events; the second place of the 500 m needs a second man."""
    lists = [ranked("men-500", "points", ["aaa-1", "aaa-2"]), ranked("men-1000", "points", ["aaa-1"])]
    small = scenario(
        [event("men-500", 2, 2), event("men-1000", 1, 2)],
        [
            RankingPlaces("P1", "points", "c", "points", {"men-500": 2, "men-1000": 1}),
            NocQuota("P2", "quota", "c", long_caps()[-1:]),
        ],
        lists,
        caps=(1, 1),
    )
    found = [one for one in reduce(small).fillings if one.gender == "men"]
    assert [(one.fewest, one.filled, one.unfilled_at_cap) for one in found] == [(2, 3, 1)] * 3
    winners = found[-1]
    assert {(one.athlete, one.events) for one in winners.sent} == {
        ("aaa-1", ("men-500", "men-1000")),
        ("aaa-2", ("men-500",)),
    }
    assert [one.athlete for one in winners.sent_at_cap] == ["aaa-1"]


def test_a_choice_that_does_not_fill_what_the_solver_says_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Demand, "filled", lambda self, sent: 1)
    with pytest.raises(SolverError, match="do not fill"):
        reduce(LONG_TRACK)
