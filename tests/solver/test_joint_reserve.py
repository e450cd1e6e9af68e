"""The joint waiting list: what it says of free places is what declines, answered one after the other, lead to."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from engines.test_batch import with_reallocation
from tiny import READINGS, tiny

import quotaproof
from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Decline
from quotaproof.model.errors import IncompleteError, InputError, UnsupportedError
from quotaproof.model.kept import entitled, row_of
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.scenarios import load_scenario
from quotaproof.solver.declines import Course, answered
from quotaproof.solver.engines import engine
from quotaproof.solver.whatif.joint_reserve import JointReserve, PlaceFree, joint_reserve

SEEDS = 240
BY = engine("greedy")
SOCHI = load_scenario("sochi-2014")


def drawn(seed: int) -> Scenario:
    return with_reallocation(tiny(seed, READINGS[seed % len(READINGS)]), random.Random(f"repeats of {seed}"))


def replayed(
    scenario: Scenario, base: Allocation, event: str, rng: random.Random
) -> Iterator[tuple[bool, list[PlaceFree], set[str]]]:
    """Yield courses of declines in an event that give back nothing else, or an athlete each too, and what others gain.

    Each decliner has no further entry in the event, so that nobody else moves up by its going.
    """
    entries = [noc for noc, _ in scenario.standings.rankings[event].claims()]
    for with_athletes in (False, True):
        course = Course(scenario, base)
        out: set[str] = set()
        line: list[PlaceFree] = []
        while True:
            holders = [noc for noc, n in course.present.places[event].items() if n >= entries.count(noc)]
            steps = [
                (noc, step)
                for noc in sorted(set(holders) - out - {str(scenario.host)})
                if (step := answered(course, Decline(noc, event, 1), BY, "sequential")).present.status != "tie"
                and freed_only(scenario, course.present, step.present, noc, event, athletes=int(with_athletes))
            ]
            if not steps:
                break
            noc, course = rng.choice(steps)
            out.add(noc)
            before, after = course.steps[-1].before, course.present
            gains = tuple((n, at, new - old) for n, at, old, new in before.differing(after) if new > old)
            line.append(PlaceFree(len(line) + 1, gains))
            if len(line) == 4:
                break
        yield with_athletes, line, out


def freed_only(scenario: Scenario, before: Allocation, after: Allocation, noc: str, event: str, athletes: int) -> bool:
    """Whether the decliner loses this start place, so many athletes that it was entitled to, and nothing else."""
    own = scenario.rules.event(event).own_gender
    lost = {
        column: before.number(noc, column) - after.number(noc, column)
        for column in (*before.places, *GENDERS)
        if before.number(noc, column) != after.number(noc, column)
    }
    bonus = scenario.readings.fifth_in_walk == "yes"
    needs = [entitled(scenario.rules, row_of(one.places, noc), own, counts_bonus=bonus) for one in (before, after)]
    same = {award for award in before.awards if award.noc == noc and award.pathway != "P3"} == {
        award for award in after.awards if award.noc == noc and award.pathway != "P3"
    }
    expected = {event: 1, own: athletes} if athletes else {event: 1}
    return lost == expected and needs[0] - needs[1] == athletes and same


def test_each_free_place_goes_where_a_decline_would_bring_it() -> None:
    compared = {False: 0, True: 0}
    gained = 0
    for seed in range(SEEDS):
        scenario = drawn(seed)
        try:
            base = BY.allocate(scenario)
            found = joint_reserve(scenario)
        except InputError:
            continue
        for event in scenario.rules.events:
            if event.kind != "individual":
                continue
            rng = random.Random(f"course of {seed} {event.identifier}")
            for with_athletes, line, out in replayed(scenario, base, event.identifier, rng):
                lines = found.lines_with_athletes if with_athletes else found.lines
                said = [one.gains for one in lines[event.identifier]] + [()] * len(line)
                end = found.ties.get((event.identifier, with_athletes), len(line) + 1) - 1
                # Who gave something back is in another place of the lines for quota places left over, or in none.
                own = [n for n, gains in enumerate(said) if {noc for noc, _, _ in gains} & out]
                real = [one.gains for one in line][: min([end, *own])]
                assert said[: len(real)] == real, (seed, event.identifier, with_athletes)
                compared[with_athletes] += len(real)
                gained += sum(bool(one) for one in real)
    assert min(compared.values()) > 50
    assert gained > 60


def test_the_way_to_one_more_athlete_is_the_first_place_of_its_line_that_brings_one() -> None:
    several = 0
    for seed in range(SEEDS):
        try:
            found = joint_reserve(drawn(seed))
        except InputError:
            continue
        for noc, ways in found.next_athlete.items():
            assert [way.places for way in ways] == sorted(way.places for way in ways)
            for with_athletes, lines in ((False, found.lines), (True, found.lines_with_athletes)):
                for column, line in lines.items():
                    for gender in GENDERS:
                        bringing = [one.place for one in line for who, at, _ in one.gains if (who, at) == (noc, gender)]
                        said = [
                            way.places
                            for way in ways
                            if (way.column, way.gender, way.with_athletes) == (column, gender, with_athletes)
                        ]
                        assert said == bringing[:1]
                        several += bringing[:1] > [1]
    assert several > 30


def test_the_first_in_line_at_sochi_is_the_next_of_the_reserve_list() -> None:
    found: JointReserve = quotaproof.joint_reserve(SOCHI)
    for event in ("men-500", "men-1000", "women-1500", "women-relay"):
        turns = [one.noc for one in quotaproof.reserve(SOCHI, event, engine="greedy") if one.turn]
        assert [one.gains[0][0] for one in found.lines[event][:1]] == turns[:1]
    assert found.lines["athletes"] == ()  # nothing in these rules hands quota places out alone
    published = quotaproof.joint_reserve(SOCHI, start="published")
    assert published.lines["men-1000"][0].gains == (("CZE", "men-1000", 1),)


def test_where_nothing_settles_who_is_next_the_line_ends_and_that_is_said() -> None:
    found = quotaproof.joint_reserve(SOCHI)
    place = found.ties["women-500", False]
    assert place == 9
    assert [one.place for one in found.lines["women-500"]] == list(range(1, place))


@pytest.mark.parametrize(
    ("scenario", "error", "words"),
    [
        ("beijing-2022", IncompleteError, "unknown"),
        ("figure-skating-2018", UnsupportedError, "the joint waiting list does not support these rules"),
    ],
)
def test_who_is_next_is_refused_where_it_cannot_be_known(scenario: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        quotaproof.joint_reserve(load_scenario(scenario))


def test_rules_that_do_not_say_what_a_decline_leads_to_have_no_joint_list() -> None:
    rules = SOCHI.rules
    without = replace(rules, pathways=tuple(p for p in rules.pathways if p.kind != "reallocation"))
    with pytest.raises(InputError, match="no pathway of kind reallocation"):
        joint_reserve(replace(SOCHI, rules=without, declines=()))
