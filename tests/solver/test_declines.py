"""Declines, one after the other: both engines fill the holes alike, in both modes, and the validator agrees."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import draw
import pytest

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Decline, parse_decline
from quotaproof.model.errors import InputError
from quotaproof.model.kept import hold
from quotaproof.model.later_changes import DeclinedEntry
from quotaproof.model.pathways import Reallocation
from quotaproof.model.rules import Declines
from quotaproof.model.scenario import Scenario
from quotaproof.model.validation import violations
from quotaproof.scenarios import load_scenario
from quotaproof.solver.declines import Outcome, after_declines, allocate_with_declines
from quotaproof.solver.engines import engine

Draw = Callable[[int], Scenario]

ENGINES = {name: engine(name) for name in ("greedy", "cp-sat")}
MODES: tuple[Declines, Declines] = ("sequential", "rerun")
DRAWS: list[tuple[Draw, int]] = [(draw.realistic, 20), (draw.wild, 32), (draw.roomy, 12)]
SOCHI = load_scenario("sochi-2014")


def drawn_declines(seed: int, scenario: Scenario, first: Allocation) -> list[Decline]:
    """One to three declines of different NOCs: of everything, an event, some places of an event, or a gender."""
    rng = random.Random(f"declines of {seed}")
    holders = sorted({noc for places in first.places.values() for noc in places})
    declines: list[Decline] = []
    for noc in rng.sample(holders, min(len(holders), rng.randint(1, 3))):
        event = rng.choice([event for event, places in first.places.items() if places.get(noc)])
        gender = scenario.rules.event(event).gender
        options = [Decline(noc), Decline(noc, event), Decline(noc, event, rng.randint(1, first.places[event][noc]))]
        if gender != "mixed":
            options.append(Decline(noc, gender=gender))
        declines.append(rng.choice(options))
    return declines


def violations_of_steps(scenario: Scenario, outcome: Outcome) -> list[str]:
    """What the validator finds in each step, from what stood before it; the bookkeeping is done here once more."""
    found: list[str] = []
    at_most: dict[tuple[str, str], int] = {}
    rules = scenario.rules
    for step in outcome.steps:
        noc = step.decline.noc
        for event, _, number in step.given_back:
            at_most[event, noc] = step.before.places[event][noc] - number
        if step.decline.event is None:
            at_most |= {(e.identifier, noc): 0 for e in rules.events if step.decline.gender in (None, e.gender)}
        if noc == scenario.host:
            waived = {event for event in rules.host_events if at_most.get((event, noc)) == 0}
            scenario = replace(scenario, waived=scenario.waived | waived)
        counts_bonus = scenario.readings.fifth_in_walk == "yes"
        held = hold(rules, step.before, step.given_back, at_most, counts_bonus=counts_bonus)
        found += map(str, violations(scenario, step.after, held))
    return found


def told(allocation: Allocation) -> dict[str, object]:
    """Everything an allocation says, but for the engine's name and the order of its decisions."""
    awards: Counter[tuple[str, str, str]] = Counter()
    for award in allocation.awards:
        awards[award.pathway, award.noc, award.gender] += award.number
    decisions = [json.dumps(decision.to_dict(allocation.rules), sort_keys=True) for decision in allocation.decisions]
    return {
        "status": allocation.status,
        "tied": set(allocation.tied),
        "places": allocation.places,
        "awards": awards,
        "decisions": sorted(decisions),
    }


def outcomes(scenario: Scenario, declines: list[Decline], mode: Declines) -> list[Outcome | str]:
    """What each engine makes of the declines, or its error's words."""
    found: list[Outcome | str] = []
    for by in ENGINES.values():
        try:
            found.append(after_declines(scenario, by.allocate(scenario), declines, by, mode))
        except InputError as error:
            found.append(str(error))
    return found


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("function", "seeds"),
    [
        pytest.param(function, range(start, start + 4), id=f"{function.__name__}-{start}")
        for function, number in DRAWS
        for start in range(0, number, 4)
    ],
)
def test_the_engines_agree_step_by_step_and_the_validator_finds_nothing(
    function: Draw, seeds: range, mode: Declines
) -> None:
    for seed in seeds:
        scenario = function(seed)
        first = ENGINES["greedy"].allocate(scenario)
        if first.status == "tie":
            continue
        by_greedy, by_cp_sat = outcomes(scenario, drawn_declines(seed, scenario, first), mode)
        if isinstance(by_greedy, str) or isinstance(by_cp_sat, str):
            assert by_greedy == by_cp_sat
            continue
        for one, other in zip(by_greedy.steps, by_cp_sat.steps, strict=True):
            assert one.given_back == other.given_back
            assert told(one.after) == told(other.after)
        assert by_greedy.scenario == by_cp_sat.scenario
        if mode == "sequential":
            assert violations_of_steps(scenario, by_greedy) == []
            assert violations_of_steps(scenario, by_cp_sat) == []


def test_the_draws_meet_what_declines_can_lead_to() -> None:
    """Agreement says little about what is never drawn."""
    seen: set[str] = set()
    ties = 0
    for function, number in DRAWS:
        for seed in range(number):
            scenario = function(seed)
            by = ENGINES["greedy"]
            first = by.allocate(scenario)
            if first.status == "tie":
                ties += 1
                continue
            declines = drawn_declines(seed, scenario, first)
            outcome = after_declines(scenario, first, declines, by, "sequential")
            for step in outcome.steps:
                seen |= {decision.kind for decision in step.after.decisions}
                seen.add("host" if step.decline.noc == scenario.host else "another NOC")
    assert seen >= {"ranked", "declined", "total-cap", "noc-cap", "event-full", "needed", "top-up", "next", "host"}
    assert ties < sum(number for _, number in DRAWS) / 4


def test_a_place_that_nobody_may_take_stays_free() -> None:
    scenario = draw.realistic(3)
    rankings = dict(scenario.standings.rankings)
    by = ENGINES["greedy"]
    short = rankings["men-500"]
    rankings["men-500"] = replace(short, entries=short.entries[:20])
    scenario = replace(scenario, standings=replace(scenario.standings, rankings=rankings))
    first = by.allocate(scenario)
    noc = min(first.places["men-500"])
    after = after_declines(scenario, first, [Decline(noc, "men-500")], by, "sequential").allocation
    assert noc not in after.places["men-500"]
    others = {n: k for n, k in first.places["men-500"].items() if n != noc}
    assert after.places["men-500"] == others


# Sochi: two declines explain the published table ----------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ENGINES)
def test_kazakhstans_place_over_1000_m_goes_to_italy(name: str, mode: Declines) -> None:
    by = ENGINES[name]
    first = by.allocate(SOCHI)
    after = after_declines(SOCHI, first, [parse_decline("KAZ:men-1000", SOCHI.rules)], by, mode).allocation
    changed = {
        (noc, event): after.places[event].get(noc, 0) - first.places[event].get(noc, 0)
        for event in first.places
        for noc in {*first.places[event], *after.places[event]}
        if after.places[event].get(noc, 0) != first.places[event].get(noc, 0)
    }
    assert changed == {("KAZ", "men-1000"): -1, ("ITA", "men-1000"): 1}
    assert after.athletes == first.athletes


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ENGINES)
def test_with_italy_declining_too_hungary_takes_it_and_every_published_cell_comes_out(
    name: str, mode: Declines
) -> None:
    by = ENGINES[name]
    declines = [parse_decline(text, SOCHI.rules) for text in ("KAZ:men-1000", "ITA:men-1000=1")]
    after = after_declines(SOCHI, by.allocate(SOCHI), declines, by, mode).allocation.to_published()
    assert SOCHI.published is not None
    assert after.cells == SOCHI.published.cells


# Declines on record ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ENGINES)
def test_declines_on_record_are_answered_in_the_order_of_their_dates(name: str) -> None:
    recorded = (
        DeclinedEntry("men-1000", "ITA", 2, "2014-01-20"),
        DeclinedEntry("men-1000", "KAZ", 1, "2014-01-10"),
    )
    outcome = allocate_with_declines(replace(SOCHI, declines=recorded), ENGINES[name])
    assert [step.decline.noc for step in outcome.steps] == ["KAZ", "ITA"]
    assert outcome.scenario.declines == ()
    assert SOCHI.published is not None
    assert outcome.allocation.to_published().cells == SOCHI.published.cells


# Errors ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize(
    ("texts", "says"),
    [
        (("GBR:men-1000=3", "GBR:men-1000=1"), "GBR has no start place in the men's 1000 m to decline"),
        (("KAZ:men-1000=2",), "KAZ has 1 start place in the men's 1000 m, so it cannot decline 2"),
        (("AUT:men-1000",), "AUT has no start place in the men's 1000 m to decline"),
        (("AUT:men",), "AUT has no start place among the men to decline"),
        (("NZL",), "NZL has no start place to decline"),
        (("XYZ",), "XYZ has no start place to decline"),
    ],
)
def test_an_noc_cannot_decline_what_it_does_not_have(
    name: str, mode: Declines, texts: tuple[str, ...], says: str
) -> None:
    by = ENGINES[name]
    declines = [parse_decline(text, SOCHI.rules) for text in texts]
    with pytest.raises(InputError) as caught:
        after_declines(SOCHI, by.allocate(SOCHI), declines, by, mode)
    assert says in str(caught.value)


@pytest.mark.parametrize("mode", MODES)
def test_rules_without_a_reallocation_do_not_say_what_a_decline_leads_to(mode: Declines) -> None:
    pathways = tuple(pathway for pathway in SOCHI.rules.pathways if not isinstance(pathway, Reallocation))
    scenario = replace(SOCHI, rules=replace(SOCHI.rules, pathways=pathways))
    by = ENGINES["greedy"]
    with pytest.raises(InputError, match="no pathway of kind reallocation"):
        after_declines(scenario, by.allocate(scenario), [Decline("KAZ")], by, mode)


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(InputError, match="'abacus' is not an engine; engines are cp-sat and greedy"):
        engine("abacus")
