"""What explanations say of unknown standings is what all completions that give the table have in common."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest
import unknowns
from unknowns import Completed, Truth

from quotaproof.api import explain
from quotaproof.model.pathways import Remainder, TeamTopUp
from quotaproof.model.rules import GENDERS
from quotaproof.scenarios import load_scenario
from quotaproof.solver.explain.known import ALWAYS, NEVER, SOMETIMES, Known

LENGTH = 5
"""Entries of an unknown ranking: with three NOCs enough for everybody and an OTHER."""

ROOM = 12
"""Athletes that the relays alone may need; with unknown standings a smaller total is not judged."""

MOST_WORK = 2_500
SEEDS = (*range(48), 102, 224)


@cache
def question(seed: int) -> tuple[Truth, unknowns.Scenario, tuple[Completed, ...]] | None:
    """A tiny scenario with unknown standings, and all completions that give its table; None if they are too many."""
    rng = random.Random(seed)
    true = unknowns.truth(rng, 3)
    if seed % 2:
        true = with_few_left(true)
    # Which later places are given hangs on the relays' rankings, so these are forgotten more often than by chance.
    relays = ["men-relay", "women-relay", "mixed-relay"]
    scenario = unknowns.masked(rng, true, rng.sample(relays, rng.choice([1, 1, 2])) if seed % 3 else None)
    if unknowns.work(scenario, true.nocs, LENGTH) > MOST_WORK:
        return None
    given = unknowns.key_of(true.table)
    found = unknowns.completions(scenario, true.nocs, LENGTH)
    same = tuple(one for one in found if unknowns.key_of(unknowns.table_of(one.allocation, true.nocs)) == given)
    return true, scenario, same


def with_few_left(true: Truth) -> Truth:
    """The same rankings under rules that leave few quota places for the pathways behind the first."""
    allocation = unknowns.allocated(true.scenario, true.orders)
    needed = sum(award.number for award in allocation.awards if award.pathway == "P3")
    scenario = replace(true.scenario, rules=true.scenario.rules.with_caps({"total": max(needed + 1, ROOM)}))
    allocation = unknowns.allocated(scenario, true.orders)
    if not unknowns.explains(scenario, true.orders, allocation):
        return true
    return replace(true, scenario=scenario, table=unknowns.table_of(allocation, true.nocs))


@pytest.mark.parametrize("seeds", [SEEDS[start : start + 10] for start in range(0, len(SEEDS), 10)], ids=str)
def test_what_is_known_is_what_all_completions_have_in_common(seeds: tuple[int, ...]) -> None:
    for seed in seeds:
        asked = question(seed)
        if asked is None:
            continue
        true, scenario, same = asked
        if not same:
            continue  # nobody is asked about a table that no standings give
        known = Known(scenario, true.table)
        for noc in true.nocs:
            for index, gender in enumerate(GENDERS):
                numbers = [one.allocation.athletes.get(noc, (0, 0))[index] for one in same]
                ends = known.range(known.stated.number(noc, gender))
                assert ends == (min(numbers), max(numbers)), (seed, noc, gender)
                for pathway in scenario.rules.pathways:
                    if isinstance(pathway, TeamTopUp | Remainder):
                        state = granted(same, pathway.identifier, noc, gender)
                        assert known.granted(pathway.identifier, noc, gender) == state, (seed, noc, gender, pathway)


def granted(same: tuple[Completed, ...], pathway: str, noc: str, gender: str) -> int:
    answers = {
        any((a.pathway, a.noc, a.gender) == (pathway, noc, gender) for a in one.allocation.awards) for one in same
    }
    return SOMETIMES if len(answers) == 2 else ALWAYS if True in answers else NEVER


def test_the_draws_have_places_that_are_given_always_sometimes_and_never() -> None:
    """Agreement says little about what is never drawn."""
    seen: Counter[tuple[str, int]] = Counter()
    for seed in SEEDS:
        asked = question(seed)
        if asked is None:
            continue
        true, scenario, same = asked
        for pathway in scenario.rules.pathways:
            if isinstance(pathway, TeamTopUp | Remainder):
                for noc in true.nocs:
                    for gender in GENDERS:
                        state = granted(same, pathway.identifier, noc, gender)
                        seen[type(pathway).__name__, state] += 1
    # A table counts athletes, so a place for the mixed relay is open only where a later pathway may have given it.
    assert all(seen[kind, state] for kind in ("TeamTopUp", "Remainder") for state in (NEVER, ALWAYS))
    assert seen["Remainder", SOMETIMES]


@pytest.mark.parametrize(
    ("name", "nocs", "whole"),
    [
        (
            "beijing-2022",
            ("JPN",),
            "(P5); then with exactly four quota places, but no quota places were left (P6); JPN is 4th to 8th in the",
        ),
        (
            "synthetic-beijing-like",
            ("AAA", "EEE", "FFF", "III"),
            "No more: AAA was second in line behind EEE men (P5, P6), 3rd in the men's relay ranking, and all 112",
        ),
    ],
)
def test_what_two_pathways_left_over_and_what_is_known_of_a_rank_is_said_once(
    name: str, nocs: tuple[str, ...], whole: str
) -> None:
    texts = [one.text for noc in nocs for one in explain(load_scenario(name), noc).why if one.subject in GENDERS]
    for text in texts:
        assert text.count("No more: ") <= 1
        assert len(re.findall(r"in the \S+ relay ranking", text)) <= 1
    assert any(whole in text for text in texts)
