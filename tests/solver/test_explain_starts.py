"""Why not more start places: the theory of one ranking against its naive twins, and against the allocation."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import draw
import pytest
import ranking_twin
from explained import allocated
from ranking_twin import Question
from tiny import READINGS, tiny

from quotaproof.model.allocation import Allocation
from quotaproof.model.pathways import ParallelWalk, QuotaPlaces, RelayPlaces
from quotaproof.model.rules import Event, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines import greedy
from quotaproof.solver.explain.reasons import reason
from quotaproof.solver.explain.starts import StartTheory, start_pathway
from quotaproof.solver.explain.target import Target, most_places

MOST_FILLINGS = 220


def targets(scenario: Scenario, allocation: Allocation) -> Iterator[Target]:
    """Every target that is just true and every one that is just false; a host's guaranteed place is never asked for."""
    for event in scenario.rules.events:
        if start_pathway(scenario.rules, event.identifier) is None:
            continue
        for noc in scenario.nocs:
            has = allocation.places[event.identifier].get(noc, 0)
            guaranteed = noc == scenario.host and scenario.is_host_event(event.identifier)
            for least in range(
                max(has, 1 + guaranteed), 1 + min(has + 1, most_places(scenario.rules, event.identifier))
            ):
                yield Target(noc, event.identifier, least)


def assert_exact(scenario: Scenario, sample: int | None = None) -> set[str]:
    """All facts and clauses together exclude exactly what the allocation does not have; return what was met."""
    allocation = allocated(scenario)
    if allocation is None:
        return set()
    asked = list(targets(scenario, allocation))
    met: set[str] = set()
    for target in (
        asked if sample is None else random.Random(scenario.identifier).sample(asked, min(sample, len(asked)))
    ):
        theory = StartTheory(scenario, allocation, target)
        has = allocation.places[target.column].get(target.noc, 0)
        assert theory.possible(range(len(theory.elements))) == (has >= target.least), (scenario, target)
        refused = {d.kind for d in allocation.decisions if (d.noc, d.event) == (target.noc, target.column)}
        if has < target.least:
            met |= {f"{scenario.rules.event(target.column).kind} {kind}" for kind in refused} or {"no entry"}
            met |= {"host"} if target.noc == scenario.host else set()
    return met


@pytest.mark.parametrize("readings", READINGS[::3], ids=lambda readings: "-".join(readings.values()))
def test_all_facts_together_exclude_exactly_what_a_tiny_allocation_does_not_have(readings: dict[str, str]) -> None:
    for seed in range(9):
        assert_exact(tiny(seed, readings), sample=8)


@pytest.mark.parametrize("kind", ["realistic", "roomy", "wild"])
def test_all_facts_together_exclude_exactly_what_a_drawn_allocation_does_not_have(kind: str) -> None:
    for seed in range(4):
        assert_exact(getattr(draw, kind)(seed), sample=12)


def test_every_kind_of_refusal_is_met() -> None:
    """Agreement says little about what is never drawn. (Who is at its NOC's cap has all that can be asked for.)"""
    met: set[str] = set()
    for readings in READINGS[:1] + READINGS[7:8] + READINGS[-1:]:
        for seed in range(8):
            met |= assert_exact(tiny(seed, readings), sample=10)
    assert met >= {
        "no entry",
        "host",
        *(f"relay {kind}" for kind in ("event-full", "host-kept", "gender-cap", "total-cap")),
        *(f"individual {kind}" for kind in ("event-full", "host-kept", "gender-cap", "total-cap", "ranked")),
    }


# Naive twins ----------------------------------------------------------------------------------------------------------


def questions(seeds: range) -> Iterator[tuple[random.Random, Question, StartTheory]]:
    for seed in seeds:
        for readings in READINGS[seed % 6 :: 6]:
            scenario = tiny(seed, readings)
            allocation = allocated(scenario)
            if allocation is None:
                continue
            rng = random.Random(f"{seed} {sorted(readings.items())}")
            asked = list(targets(scenario, allocation))
            for target in rng.sample(asked, min(4, len(asked))):
                question = Question(scenario, allocation, target)
                if question.ranks <= ranking_twin.MOST_RANKS:
                    yield rng, question, StartTheory(scenario, allocation, target)


@pytest.mark.parametrize("seeds", [range(start, start + 5) for start in range(0, 20, 5)], ids=str)
def test_with_some_elements_a_target_is_possible_exactly_if_the_twin_says_so(seeds: range) -> None:
    for rng, question, theory in questions(seeds):
        for share in (0.5, 0.8, 0.95):
            chosen = [n for n in range(len(theory.elements)) if rng.random() < share]
            keys = [theory.elements[n].key for n in chosen]
            assert theory.possible(chosen) == ranking_twin.possible(question, keys), (question.target, keys)


@pytest.mark.parametrize("seeds", [range(start, start + 5) for start in range(0, 20, 5)], ids=str)
def test_some_ranks_exclude_a_target_exactly_if_no_ranking_that_has_them_gives_it(seeds: range) -> None:
    """The strongest twin: the greedy reference on every ranking that agrees with the known ranks."""
    judged = 0
    for rng, question, theory in questions(seeds):
        if theory.by_record:
            continue
        numbers = {element.key: n for n, element in enumerate(theory.elements)}
        clauses = [n for n, element in enumerate(theory.elements) if element.key[0] not in ("rank", "no-further")]
        for share in (0.4, 0.7):
            known = [rank for rank in range(1, len(question.claims) + 1) if rng.random() < share]
            if (3 + len(question.scenario.nocs)) ** (len(question.claims) - len(known)) > MOST_FILLINGS:
                continue
            further = rng.random() < 0.5
            chosen = [*clauses, *(numbers["rank", question.target.column, str(rank)] for rank in known)]
            if not further:
                chosen.append(numbers["no-further", question.target.column])
            expected = ranking_twin.some_ranking_gives(question, known, further=further)
            assert theory.possible(chosen) == expected, (question.target, known, further)
            judged += 1
    assert judged > 20


# Single cases ---------------------------------------------------------------------------------------------------------


def small(men: int, host: str | None = None, places: int = 2) -> Scenario:
    """A relay of four and a 500 m for the men, with a cap on men."""
    rules = Rules(
        "small",
        (Event("men-500", "men", "individual", places, 2), Event("men-relay", "men", "relay", 2, 1)),
        30,
        {"men": men, "women": 10},
        ("men-500",) if host else (),
        "the host has one",
        (
            RelayPlaces("P1", "relays", "one", ("men-relay",)),
            ParallelWalk("P2", "walk", "two", ("men-500",)),
            QuotaPlaces("P3", "quota", "three", 4),
        ),
    )
    return Scenario("small", "small", "none", host, rules)


def test_a_relay_refused_for_a_cap_needs_all_its_athletes_and_not_one_more() -> None:
    """Two relays need eight men, and seven are allowed: BBB needs four, though a fifth man would be allowed."""
    orders = {"men-relay": [("AAA", 1), ("BBB", 1)], "men-500": []}
    scenario = replace(small(7), standings=Standings.of(orders))
    found = reason(StartTheory(scenario, greedy.allocate(scenario), Target("BBB", "men-relay", 1)))
    assert found is not None
    needs = {e.data["noc"]: e.data["needs"] for e in found.elements if "needs" in e.data}
    assert needs == {"AAA": 4, "BBB": 4}
    assert [e.data["cap"] for e in found.elements if e.kind == "cap" and "athletes" in e.key] == [7]


def test_who_is_behind_a_host_is_refused_by_the_host_clause_and_not_by_its_rank_alone() -> None:
    """HHH is last and has the second place as host; without that clause AAA's second entry would have it."""
    orders = {"men-relay": [], "men-500": [("AAA", 1), ("AAA", 2), ("HHH", 1)]}
    scenario = replace(small(10, "HHH"), standings=Standings.of(orders))
    theory = StartTheory(scenario, greedy.allocate(scenario), Target("AAA", "men-500", 2))
    found = reason(theory)
    assert found is not None
    assert {e.pathway for e in found.elements if e.kind == "clause"} >= {"host"}
    host = next(n for n, e in enumerate(theory.elements) if e.key[0] == "host")
    assert theory.possible([n for n in range(len(theory.elements)) if n != host])


def test_a_rank_says_who_is_there_and_nothing_of_the_others_of_its_noc() -> None:
    orders = {"men-relay": [], "men-500": [("BBB", 1), ("BBB", 2), ("AAA", 1)]}
    scenario = replace(small(10), standings=Standings.of(orders))
    found = reason(StartTheory(scenario, greedy.allocate(scenario), Target("AAA", "men-500", 1)))
    assert found is not None
    texts = [element.text for element in found.elements if element.kind == "rank"]
    assert texts == ["rank 1 of the men's 500 m is held by BBB", "rank 2 of the men's 500 m is held by BBB"]


def test_an_noc_without_another_entry_has_that_as_its_reason_alone() -> None:
    """TPE has one entry in Sochi's men's 500 m, and one start place; nothing else needs to be known."""
    sochi = load_scenario("sochi-2014")
    found = reason(StartTheory(sochi, greedy.allocate(sochi), Target("TPE", "men-500", 2)))
    assert found is not None
    assert [element.text for element in found.elements] == ["TPE has no other entry in the men's 500 m"]
