"""Quota places given back alone: what is kept, who is next, in both engines and against a naive twin."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace

import pytest
from engines.test_batch import with_reallocation
from tiny import READINGS, tiny

import quotaproof
from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Decline, parse_decline
from quotaproof.model.errors import InputError, UnsupportedError
from quotaproof.model.kept import Held, reallocation
from quotaproof.model.pathways import ParallelWalk, QuotaPlaces, Reallocation, RelayPlaces, Remainder, TeamTopUp
from quotaproof.model.rules import GENDERS, Event, Gender, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.model.validation import violations
from quotaproof.scenarios import load_scenario
from quotaproof.solver.declines import Course, answered
from quotaproof.solver.engines import engine
from quotaproof.solver.engines.batch import Batch, allocate_batch
from quotaproof.solver.engines.batch.declines import after_declines
from quotaproof.solver.whatif.joint_reserve import joint_reserve

SEEDS = 400
GREEDY, CP_SAT = engine("greedy"), engine("cp-sat")
LAST = 10**9


def drawn(seed: int) -> tuple[Scenario, Allocation, Decline] | None:
    """A tiny scenario, its allocation, and an NOC that gives quota places back; None where that is not possible."""
    rng = random.Random(f"returned {seed}")
    scenario = with_reallocation(tiny(seed, READINGS[seed % len(READINGS)]), rng)
    try:
        before = GREEDY.allocate(scenario)
    except InputError:
        return None
    if before.status == "tie" or not before.athletes:
        return None
    noc = rng.choice(sorted(before.athletes))
    gender: Gender = rng.choice([g for g in GENDERS if before.number(noc, g)])
    number = rng.randint(1, min(2, before.number(noc, gender)))
    return scenario, before, Decline(noc, gender=gender, number=number)


def answer(scenario: Scenario, before: Allocation, decline: Decline, by: str = "greedy") -> Course:
    return answered(Course(scenario, before), decline, engine(by), "sequential")


def kept_places(scenario: Scenario, before: Allocation, decline: Decline) -> dict[str, int]:
    """Event -> start places of the decliner that the athletes it still sends can fill, counted here once more."""
    gender = decline.gender
    assert gender is not None
    left = before.number(decline.noc, gender) - int(decline.number or 0)
    kept: dict[str, int] = {}
    for event in scenario.rules.events:
        had = before.number(decline.noc, event.identifier)
        enough = {
            "individual": left if event.kind == "individual" else 0,
            "relay": had if left >= scenario.rules.quota_places.relay_athletes else 0,
        }[event.kind]
        if event.team:
            enough = had if left >= event.team[gender] else 0
        kept[event.identifier] = min(had, enough) if event.gender in (gender, "mixed") else had
    return kept


def test_the_decliner_sends_so_many_fewer_and_keeps_what_they_can_fill() -> None:
    seen: Counter[str] = Counter()
    for seed in range(SEEDS):
        if (case := drawn(seed)) is None:
            continue
        scenario, before, decline = case
        noc, gender = decline.noc, decline.gender
        assert gender is not None
        after = answer(scenario, before, decline).present
        if after.status == "tie":
            continue
        left = before.number(noc, gender) - int(decline.number or 0)
        assert after.number(noc, gender) <= left
        kept = kept_places(scenario, before, decline)
        for event in scenario.rules.events:
            number = after.number(noc, event.identifier)
            assert number >= kept[event.identifier] or event.team
            if event.kind == "individual" and event.gender == gender:
                assert number <= left
        for other in set(before.nocs) - {noc}:
            for column in (*before.places, *GENDERS):
                assert after.number(other, column) >= before.number(other, column)
        same = all(kept[event] == before.number(noc, event) for event in before.places)
        seen["alone" if same else "with start places"] += 1
        seen["somebody gains"] += any(new > old for _, _, old, new in before.differing(after))
    assert min(seen.values()) > 40
    assert len(seen) == 3


def told(allocation: Allocation) -> list[str]:
    """All decisions, in no order."""
    return sorted(json.dumps(one.to_dict(allocation.rules), sort_keys=True) for one in allocation.decisions)


def test_both_engines_and_the_validator_agree_also_when_another_decline_follows() -> None:
    compared = 0
    for seed in range(0, SEEDS, 4):
        if (case := drawn(seed)) is None:
            continue
        scenario, before, decline = case
        rng = random.Random(f"next decline of {seed}")
        courses = {by: answer(scenario, before, decline, by) for by in ("greedy", "cp-sat")}
        for step in range(2):
            one, other = (courses[by].present for by in ("greedy", "cp-sat"))
            assert one.status == other.status
            assert one.same_places(other)
            assert set(one.tied) == set(other.tied)
            assert told(one) == told(other)
            compared += 1
            having = [(e, n) for e, numbers in one.places.items() for n in numbers if n != decline.noc]
            if step or one.status == "tie" or not having:
                break
            event, noc = rng.choice(sorted(having))
            courses = {
                by: answered(course, Decline(noc, event, 1), engine(by), "sequential") for by, course in courses.items()
            }
    assert compared > 100


def naive(scenario: Scenario, held: Held, after: Allocation) -> dict[tuple[str, Gender], int] | None:
    """Quota places after what is kept has gone through the pathways for those left over; None where a tie is met."""
    rules, repeats = scenario.rules, reallocation(scenario.rules).repeats
    athletes: Counter[tuple[str, Gender]] = Counter()
    for award in held.awards:
        athletes[award.noc, award.gender] += award.number
    hard = rules.gender_caps if scenario.readings.gender_cap == "hard" else {}

    def room(gender: Gender) -> bool:
        own = sum(n for (_, g), n in athletes.items() if g == gender)
        return sum(athletes.values()) < rules.total and own < hard.get(gender, LAST)

    def wants(noc: str, gender: Gender) -> bool:
        return athletes[noc, gender] < held.at_most.get((gender, noc), LAST)

    for pathway in rules.pathways:
        if pathway.identifier not in repeats:
            continue
        if isinstance(pathway, TeamTopUp):
            team = rules.event(pathway.event).team
            entering = [n for n in scenario.nocs if held.at_most.get((pathway.event, n), 1) > 0]
            ready = sum(all(athletes[n, g] >= team[g] for g in GENDERS) for n in entering)
            for noc, _ in scenario.standings.rankings[pathway.event].claims():
                lacks = [g for g in GENDERS for _ in range(max(0, team[g] - athletes[noc, g]))]
                short = noc in entering and len(lacks) == 1
                if short and ready < rules.event(pathway.event).start_places and room(lacks[0]):
                    athletes[noc, lacks[0]] += 1
                    ready += 1
        elif isinstance(pathway, Remainder):
            line: dict[tuple[int, bool], list[tuple[str, Gender]]] = {}
            for gender in GENDERS:
                relay = rules.relay(gender)
                assert relay is not None
                order = [noc for noc, _ in scenario.standings.rankings[relay.identifier].claims()]
                for noc in scenario.nocs:
                    places = sum(after.number(noc, e.identifier) for e in rules.individual(gender))
                    if athletes[noc, gender] != pathway.quota_places or not wants(noc, gender):
                        continue
                    if pathway.relay_only and not after.number(noc, relay.identifier):
                        continue
                    if pathway.individual_places in (None, places):
                        rank = order.index(noc) if noc in order else LAST
                        line.setdefault((rank, gender == scenario.readings.later_gender), []).append((noc, gender))
            for _, group in sorted(line.items()):
                if len(group) > 1:
                    return None  # who shares a place in line is another test's matter
                if room(group[0][1]):
                    athletes[group[0]] += 1
    return {key: number for key, number in athletes.items() if number}


def test_a_quota_place_alone_goes_through_the_pathways_for_those_left_over() -> None:
    compared = gained = 0
    for seed in range(5 * SEEDS):
        if (case := drawn(seed)) is None:
            continue
        scenario, before, decline = case
        noc, gender = decline.noc, decline.gender
        assert gender is not None
        if kept_places(scenario, before, decline) != {e: before.number(noc, e) for e in before.places}:
            continue
        left = before.number(noc, gender) - int(decline.number or 0)
        course = answer(scenario, before, decline)
        if course.present.status == "tie" or any(award.noc == noc and award.pathway == "P4" for award in before.awards):
            continue
        awards = [award for award in before.awards if (award.noc, award.gender) != (noc, gender)]
        for award in before.awards:  # the quota places of later pathways go first
            if (award.noc, award.gender) == (noc, gender) and left:
                awards.append(award._replace(number=min(left, award.number)))
                left -= awards[-1].number
        held = Held(before.places, tuple(awards), dict(course.at_most), quota_only=True)
        assert violations(scenario, course.present, held) == []
        expected = naive(scenario, held, course.present)
        if expected is None:
            continue
        found = {
            (n, g): number
            for n, both in course.present.athletes.items()
            for g, number in zip(GENDERS, both, strict=True)
        }
        assert {key: number for key, number in found.items() if number} == expected
        for event in scenario.rules.events:
            if not event.team:
                assert course.present.places[event.identifier] == before.places[event.identifier]
        compared += 1
        gained += any(new > old for _, _, old, new in before.differing(course.present))
    assert compared > 40
    assert gained > 8


def test_the_joint_waiting_list_says_who_gets_a_quota_place_that_is_given_back() -> None:
    compared = 0
    for seed in range(SEEDS):
        if (case := drawn(seed)) is None:
            continue
        scenario, before, decline = case
        if decline.number != 1 or kept_places(scenario, before, decline) != {
            event: before.number(decline.noc, event) for event in before.places
        }:
            continue
        found = joint_reserve(scenario)
        column = str(decline.gender) if scenario.readings.gender_cap == "hard" else "athletes"
        said = next((one.gains for one in found.lines[column] if one.place == 1), ())
        after = answer(scenario, before, decline).present
        if after.status == "tie" or decline.noc in {noc for noc, _, _ in said} or (column, False) in found.ties:
            continue
        lost = {(noc, at) for noc, at, old, new in before.differing(after) if new < old}
        if lost != {(decline.noc, decline.gender)}:
            continue
        assert tuple((n, at, new - old) for n, at, old, new in before.differing(after) if new > old) == said
        compared += 1
    assert compared > 30


def small(**changes: object) -> Scenario:
    """Two athletes for a relay, a third from the third individual place on; what is left goes by relay rank."""
    rules = Rules(
        title="small",
        events=(
            Event("men-500", "men", "individual", 4, 2),
            Event("men-1000", "men", "individual", 4, 2),
            Event("men-relay", "men", "relay", 3, 1),
        ),
        total=7,
        gender_caps={"men": 9, "women": 9},
        host_events=(),
        host_clause="host",
        pathways=(
            RelayPlaces("P1", "relays", "one", ("men-relay",)),
            ParallelWalk("P2", "walk", "two", ("men-500", "men-1000")),
            QuotaPlaces("P3", "quota", "three", 2, 3),
            Remainder("P6", "any", "six", 2),
            Reallocation("P7", "again", "seven", ("P6",)),
        ),
    )
    orders: dict[str, list[tuple[str, int] | str]] = {
        "men-500": [("AAA", 1), ("AAA", 2), ("BBB", 1), ("CCC", 1), ("CCC", 2)],
        "men-1000": [("AAA", 1), ("AAA", 2), ("BBB", 1), ("CCC", 1), ("BBB", 2)],
        "men-relay": ["AAA", "BBB", "CCC"],
    }
    return replace(Scenario("small", "small", "none", None, rules, standings=Standings.of(orders)), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("by", ["greedy", "cp-sat"])
def test_on_paper_a_third_athlete_given_back_goes_to_the_next_by_relay_rank(by: str) -> None:
    """AAA has four places, so three men; BBB and CCC two each, seven in all. AAA sends two, and BBB is next."""
    scenario = small()
    before = engine(by).allocate(scenario)
    assert before.athletes == {"AAA": (3, 0), "BBB": (2, 0), "CCC": (2, 0)}
    course = answer(scenario, before, parse_decline("AAA:men=1", scenario.rules), by)
    assert course.present.athletes == {"AAA": (2, 0), "BBB": (3, 0), "CCC": (2, 0)}
    assert course.present.places == before.places
    # With one man it has no relay and one place in each event: CCC is next in the 500 m, BBB in the 1000 m.
    course = answer(scenario, before, parse_decline("AAA:men=2", scenario.rules), by)
    assert course.present.places["men-relay"] == {"BBB": 1, "CCC": 1}
    assert course.present.places["men-500"] == {"AAA": 1, "BBB": 1, "CCC": 2}
    assert course.present.places["men-1000"] == {"AAA": 1, "BBB": 2, "CCC": 1}
    assert course.present.number("AAA", "men") == 1
    # BBB and CCC have three places each by that, so three men each: all seven are given.
    assert course.present.athletes == {"AAA": (1, 0), "BBB": (3, 0), "CCC": (3, 0)}


@pytest.mark.parametrize("by", ["greedy", "cp-sat"])
def test_who_gave_a_quota_place_back_is_not_given_it_again_by_a_later_decline(by: str) -> None:
    scenario = small()
    before = engine(by).allocate(scenario)
    course = answer(scenario, before, parse_decline("AAA:men=1", scenario.rules), by)
    course = answered(course, Decline("CCC"), engine(by), "sequential")
    assert course.present.number("AAA", "men") == 2
    assert course.present.number("AAA", "men-500") == 2
    assert course.present.number("BBB", "men-1000") == 2


def test_a_gender_without_a_number_is_still_everything_of_it() -> None:
    rules = small().rules
    assert parse_decline("AAA:men", rules) == Decline("AAA", gender="men")
    assert not parse_decline("AAA:men", rules).of_quota_places
    assert str(parse_decline("AAA:men=1", rules)) == "decline AAA:men=1"
    with pytest.raises(InputError, match="the number must be 1 or more"):
        parse_decline("AAA:men=0", rules)


def test_what_cannot_be_given_back_is_refused() -> None:
    scenario = small()
    before = GREEDY.allocate(scenario)
    with pytest.raises(InputError, match="AAA has 3 quota places among the men, so it cannot decline 4"):
        answer(scenario, before, Decline("AAA", gender="men", number=4))
    with pytest.raises(InputError, match="AAA has no quota place among the women"):
        answer(scenario, before, Decline("AAA", gender="women", number=1))
    with pytest.raises(InputError, match="in the mode sequential only"):
        answered(Course(scenario, before), Decline("AAA", gender="men", number=1), GREEDY, "rerun")
    with pytest.raises(InputError, match="a quota place alone that is given back is not modelled"):
        quotaproof.whatif(load_scenario("beijing-2022"), ["FRA:men=1"])
    batch = Batch.of([scenario])
    with pytest.raises(UnsupportedError, match="does not give quota places alone back"):
        after_declines(batch, allocate_batch(batch), [[Decline("AAA", gender="men", number=1)]], "sequential")


def test_the_validator_rejects_a_start_place_for_a_quota_place_and_the_place_given_again() -> None:
    scenario = small()
    before = GREEDY.allocate(scenario)
    course = answer(scenario, before, Decline("AAA", gender="men", number=1))
    awards = (
        *[a for a in before.awards if a.noc != "AAA"],
        *[a._replace(number=2) for a in before.awards if a.noc == "AAA"],
    )
    held = Held(before.places, awards, dict(course.at_most), quota_only=True)
    assert violations(scenario, course.present, held) == []
    again = replace(before, decisions=())
    assert violations(scenario, again, held)
    more = {**course.present.places, "men-500": {"AAA": 2, "BBB": 1, "CCC": 2}}
    found = violations(scenario, replace(course.present, places=more, decisions=()), held)
    assert any("only quota places were given back" in str(one) for one in found)
