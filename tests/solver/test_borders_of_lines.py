"""Borders of lines for quota places: the validator accepts the tie that the rules leave open, and no other."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from test_declines import violations_of_steps

from quotaproof.model.allocation import Allocation, Award, Tied
from quotaproof.model.changes import Decline
from quotaproof.model.errors import InputError
from quotaproof.model.kept import hold
from quotaproof.model.pathways import ParallelWalk, QuotaPlaces, Reallocation, RelayPlaces, Remainder
from quotaproof.model.rules import GENDERS, Event, Readings, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.model.validation import violations
from quotaproof.solver.declines import after_declines
from quotaproof.solver.engines import engine, greedy
from quotaproof.solver.engines.cpsat import engine as cpsat

NOCS = ("AAA", "BBB", "CCC", "DDD")
OTHER_WAY_ROUND = {"P1": "Z", "P2": "Y", "P3": "X", "P5": "W", "P6": "V"}
"""Names of pathways that are not in their order."""


def in_line(seed: int) -> Scenario:
    """More who ask for a quota place than there is room for, many with one place in line, in either gender."""
    rng = random.Random(f"in line {seed}")
    orders: dict[str, list[tuple[str, int]]] = {}
    for gender in GENDERS:
        walk = [noc for noc in NOCS for _ in range(rng.choice([0, 1, 1, 2]))]
        rng.shuffle(walk)
        orders[f"{gender}-500"] = [(noc, walk[: row + 1].count(noc)) for row, noc in enumerate(walk)]
        orders[f"{gender}-relay"] = [(noc, 1) for noc in rng.sample(NOCS, rng.choice([0, 1, 2, 2]))]
    rules = Rules(
        title="in line",
        events=tuple(
            Event(f"{gender}-{name}", gender, kind, places, most)
            for gender in GENDERS
            for name, kind, places, most in (("500", "individual", rng.randint(2, 9), 2), ("relay", "relay", 2, 1))
        ),
        total=rng.randint(6, 15),
        gender_caps={"men": rng.randint(5, 8), "women": rng.randint(5, 8)},
        host_events=(),
        host_clause="host",
        pathways=(
            RelayPlaces("P1", "relays", "one", ("men-relay", "women-relay")),
            ParallelWalk("P2", "walk", "two", ("men-500", "women-500")),
            QuotaPlaces("P3", "quota", "three", 2, rng.choice([1, 2])),
            Remainder("P5", "some", "five", 1, rng.choice([None, 1]), relay_only=False),
            Remainder("P6", "any", "six", 2, None, relay_only=False),
            Reallocation("P7", "reallocation", "seven", ("P5", "P6")),
        ),
    )
    if seed % 2:
        pathways = tuple(replace(one, identifier=OTHER_WAY_ROUND[one.identifier]) for one in rules.pathways[:-1])
        again = Reallocation("A", "reallocation", "seven", (OTHER_WAY_ROUND["P5"], OTHER_WAY_ROUND["P6"]))
        rules = replace(rules, pathways=(*pathways, again))
    readings = Readings(rng.choice(["walk", "hard", "hard", "nominal"]), "refuse", rng.choice(["yes", "no", "no"]))
    standings = Standings.of(orders)
    return Scenario(f"in-line-{seed}", "in line", "none", None, rules, readings, standings=standings)


def drawn(number: int) -> Iterator[tuple[Scenario, Allocation]]:
    for scenario in map(in_line, range(number)):
        try:
            yield scenario, greedy.allocate(scenario)
        except InputError:
            continue


def other_ties(scenario: Scenario, right: Allocation) -> Iterator[Allocation]:
    """One more, one fewer or another said to be tied there, and two who are on any other pathway."""
    relays = {gender: f"{gender}-relay" for gender in GENDERS}
    who = [(noc, gender) for noc in NOCS for gender in GENDERS]
    said = {(one.noc, one.gender) for one in right.tied}
    rank = right.tied[0].rank if right.tied else None
    for pathway in [one.identifier for one in scenario.rules.pathways if isinstance(one, QuotaPlaces | Remainder)]:
        own = bool(right.tied) and right.tied[0].pathway == pathway
        sets = [said ^ {one} for one in who] + [said ^ {one, other} for one, other in itertools.combinations(who, 2)]
        for names in sets if own else map(set, itertools.combinations(who, 2)):
            if names:
                tied = tuple(Tied(pathway, relays[gender], noc, gender, rank) for noc, gender in sorted(names))  # type: ignore[index, arg-type, type-var]
                yield replace(right, status="tie", unique=False, tied=tied, decisions=())


def decided(right: Allocation) -> Iterator[Allocation]:
    """The same with a place for some of the tied, as if that were all."""
    yield replace(right, status="optimal", unique=True, tied=(), decisions=())
    for number in range(1, len(right.tied) + 1):
        for some in itertools.combinations(right.tied, number):
            more = tuple(Award(str(one.pathway), one.noc, one.gender, 1) for one in some if one.gender)
            yield replace(right, status="optimal", unique=True, tied=(), awards=(*right.awards, *more), decisions=())


def other_records(right: Allocation) -> Iterator[Allocation]:
    """A record without one decision, with one twice, one turned, and with other figures for what decides a line."""
    told = right.decisions
    for n, one in enumerate(told):
        yield replace(right, decisions=(*told[:n], *told[n + 1 :]))
        yield replace(right, decisions=(*told, one))
        yield replace(right, decisions=(*told[:n], one._replace(granted=not one.granted), *told[n + 1 :]))
        for name, value in one.figures.items():
            figures = one.figures | {name: value + 1 if isinstance(value, int) else f"{value}, CAN women"}
            yield replace(right, decisions=(*told[:n], one._replace(figures=figures), *told[n + 1 :]))


def test_the_validator_accepts_the_tie_of_a_line_that_is_left_open_and_no_other() -> None:
    seen: Counter[object] = Counter()
    for scenario, right in drawn(80):
        assert set(cpsat.allocate(scenario).tied) == set(right.tied)
        assert violations(scenario, right) == violations(scenario, replace(right, decisions=())) == []
        wrong = list(other_ties(scenario, right))
        if right.status == "tie":
            wrong += [*decided(right), *other_records(right), *other_awards(scenario, right)]
            places = [one.identifier for one in scenario.rules.pathways]
            seen["pathway", places.index(str(right.tied[0].pathway))] += 1
            seen[len({one.gender for one in right.tied}), scenario.readings.gender_cap == "hard"] += 1
        for one in wrong:
            assert violations(scenario, one), (scenario.identifier, one.tied, one.awards)
    assert min(seen.values()) > 1, seen
    assert len(seen) >= 6, seen


def other_awards(scenario: Scenario, right: Allocation) -> Iterator[Allocation]:
    """One quota place more or less, or by another pathway."""
    names = [one.identifier for one in scenario.rules.pathways if isinstance(one, QuotaPlaces | Remainder)]
    for n, award in enumerate(right.awards):
        others = (*right.awards[:n], *right.awards[n + 1 :])
        fewer = award._replace(number=award.number - 1)
        yield replace(right, awards=(*others, *([fewer] if fewer.number else [])), decisions=())
        for name in names:
            more = award._replace(pathway=name, number=1)
            yield replace(right, awards=(*right.awards, more), decisions=())
            if name != award.pathway:
                yield replace(right, awards=(*others, *([fewer] if fewer.number else []), more), decisions=())


def test_the_validator_accepts_what_follows_from_a_decline_and_nothing_that_differs_a_little() -> None:
    by, found = Counter[str](), 0
    for scenario, first in drawn(24):
        if first.status == "tie":
            continue
        for event, places in first.places.items():
            for noc in places:
                declines = [Decline(noc, event)]
                one = after_declines(scenario, first, declines, engine("greedy"), "sequential")
                assert violations_of_steps(scenario, one) == [], scenario.identifier
                bonus = scenario.readings.fifth_in_walk == "yes"
                given_back = one.steps[0].given_back
                held = hold(scenario.rules, first, given_back, {(event, noc): 0}, counts_bonus=bonus)
                for wrong in other_awards(scenario, one.allocation):
                    assert violations(scenario, wrong, held), (scenario.identifier, event, noc, wrong.awards)
                    found += 1
                by[one.allocation.status] += 1
    assert found > 2000, (found, by)


def test_what_start_places_need_is_no_longer_kept_by_later_pathways() -> None:
    """AAA's and BBB's one place brings three quota places each; AAA's second needs one that a later pathway gave."""
    drawn_once = in_line(0)
    order = {"men-500": [("AAA", 1), ("BBB", 1), ("AAA", 2)]}
    others = ("women-500", "men-relay", "women-relay")
    men = replace(drawn_once.rules.event("men-500"), start_places=2)
    events = tuple(men if one.identifier == "men-500" else one for one in drawn_once.rules.events)
    rules = replace(drawn_once.rules, events=events, total=20, gender_caps={"men": 20, "women": 20})
    rules = replace(
        rules,
        pathways=(
            *rules.pathways[:3],
            Remainder("P5", "some", "five", 1, None, relay_only=False),
            *rules.pathways[4:],
        ),
    )
    scenario = replace(drawn_once, rules=rules, standings=Standings.of(dict.fromkeys(others, ()) | order))
    first = greedy.allocate(scenario)
    assert set(first.awards) == {Award(p, noc, "men", 1) for p in ("P3", "P5", "P6") for noc in ("AAA", "BBB")}
    for name in ("greedy", "cp-sat"):
        one = after_declines(scenario, first, [Decline("BBB", "men-500")], engine(name), "sequential")
        assert set(one.allocation.awards) == {Award("P3", "AAA", "men", 2), Award("P5", "AAA", "men", 1)}
        assert violations_of_steps(scenario, one) == []
