"""A record of decisions that is false in anything is rejected; who wrote it has no part in that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import draw
import pytest
from tiny import READINGS, tiny

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Decline
from quotaproof.model.decision_record import record
from quotaproof.model.decisions import SENTENCES, Decision
from quotaproof.model.errors import InputError
from quotaproof.model.kept import Held, hold
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.model.validation import violations
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines import greedy

Case = tuple[Scenario, Allocation, Held | None]
SAME_FIGURES = ({"gender-cap", "total-cap"}, {"no-quota-place", "gender-full"})
"""Refusals that may both be true, with the same figures."""


def cases() -> Iterator[Case]:
    """Yield allocations of every reading with the greedy engine's record, and after a decline."""
    for readings in READINGS:
        for seed in range(30):
            scenario = tiny(seed, readings)
            try:
                yield scenario, greedy.allocate(scenario), None
            except InputError as error:
                assert "guaranteed places need" in str(error)
    for seed in range(3):
        scenario = draw.realistic(seed)
        allocation = greedy.allocate(scenario)
        yield scenario, allocation, None
    sochi = load_scenario("sochi-2014")
    before = greedy.allocate(sochi)
    yield sochi, before, None
    for event, noc in (("men-500", "ITA"), ("women-relay", "HUN"), ("men-1000", "KAZ")):
        if number := before.places[event].get(noc):
            held = hold(sochi.rules, before, [(event, noc, number)], {(event, noc): 0})
            yield sochi, greedy.fill(sochi, held), held


CASES = list(cases())


def found(case: Case, decisions: list[Decision]) -> list[str]:
    scenario, allocation, held = case
    return [str(one) for one in violations(scenario, replace(allocation, decisions=tuple(decisions)), held)]


def each_kind() -> Iterator[tuple[Case, int]]:
    """Yield some decisions of every kind there is, by case and place."""
    seen: Counter[str] = Counter()
    for case in CASES:
        for place, decision in enumerate(case[1].decisions):
            seen[decision.kind] += 1
            if seen[decision.kind] <= 4:
                yield case, place
    assert set(SENTENCES) - set(seen) <= {"needed-had"}, set(SENTENCES) - set(seen)


DECISIONS = list(each_kind())


def test_true_records_are_accepted() -> None:
    for case in CASES:
        assert found(case, list(case[1].decisions)) == []


def test_the_record_written_from_the_facts_is_accepted_and_says_the_same() -> None:
    for scenario, allocation, held in CASES:
        if None in {tied.pathway for tied in allocation.tied}:
            continue
        written = record(scenario, replace(allocation, decisions=()), held).decisions
        assert found((scenario, allocation, held), list(written)) == []
        assert {d[:6] for d in written} == {d[:6] for d in allocation.decisions}


def test_a_wrong_reason_is_rejected() -> None:
    for case, place in DECISIONS:
        decisions = list(case[1].decisions)
        for kind in SENTENCES:
            if kind != decisions[place].kind and {kind, decisions[place].kind} not in SAME_FIGURES:
                forged = [*decisions]
                forged[place] = decisions[place]._replace(kind=kind)
                assert found(case, forged), (decisions[place], kind)


def test_a_wrong_figure_is_rejected() -> None:
    for case, place in DECISIONS:
        decisions = list(case[1].decisions)
        for name, value in decisions[place].figures.items():
            for wrong in (value + 1 if isinstance(value, int) else "XXX", None if value is not None else 1):
                forged = [*decisions]
                forged[place] = decisions[place]._replace(figures={**decisions[place].figures, name: wrong})
                assert found(case, forged), (decisions[place], name, wrong)
        forged = [*decisions]
        forged[place] = decisions[place]._replace(figures={**decisions[place].figures, "unheard-of": 1})
        assert found(case, forged)


def test_a_missing_decision_is_rejected() -> None:
    for case, place in DECISIONS:
        decisions = list(case[1].decisions)
        del decisions[place]
        if decisions:
            assert any("is not on record" in one for one in found(case, decisions))


def test_a_decision_too_many_is_rejected() -> None:
    for case, place in DECISIONS:
        decisions = list(case[1].decisions)
        assert any("on record twice" in one for one in found(case, [*decisions, decisions[place]]))
        stranger = decisions[place]._replace(noc="XXX")
        assert any("nobody had to take" in one for one in found(case, [*decisions, stranger]))


def test_a_decision_that_says_the_contrary_is_rejected() -> None:
    for case, place in DECISIONS:
        decisions = list(case[1].decisions)
        decisions[place] = decisions[place]._replace(granted=not decisions[place].granted)
        assert any("does not agree with the places" in one for one in found(case, decisions))


@pytest.mark.parametrize("field", ["pathway", "event", "gender", "qualifier"])
def test_a_decision_about_something_else_is_rejected(field: str) -> None:
    for case, place in DECISIONS:
        decisions = list(case[1].decisions)
        old = getattr(decisions[place], field)
        gender = GENDERS[1 - GENDERS.index(old)] if old in GENDERS else "men"
        new = {"pathway": "P99", "event": "men-5", "gender": gender, "qualifier": 77}[field]
        decisions[place] = decisions[place]._replace(**{field: new})
        assert found(case, decisions)


def test_reasons_of_two_decisions_that_change_places_are_rejected() -> None:
    tried = 0
    for case, place in DECISIONS:
        decisions = list(case[1].decisions)
        for other in range(place + 1, min(place + 6, len(decisions))):
            one, two = decisions[place], decisions[other]
            if (one.kind, dict(one.figures)) != (two.kind, dict(two.figures)):
                forged = [*decisions]
                forged[place] = one._replace(granted=two.granted, kind=two.kind, figures=two.figures)
                forged[other] = two._replace(granted=one.granted, kind=one.kind, figures=one.figures)
                assert found(case, forged), (one, two)
                tried += 1
    assert tried > 100


def test_decisions_out_of_turn_are_rejected() -> None:
    """Who comes first in a walk or in line comes first on record."""
    tried = 0
    for case in CASES:
        decisions = list(case[1].decisions)
        for place in range(len(decisions) - 1):
            one, two = decisions[place], decisions[place + 1]
            ranks = one.figures.get("rank"), two.figures.get("rank")
            if one.pathway == two.pathway and None not in ranks and ranks[0] != ranks[1]:
                forged = [*decisions]
                forged[place : place + 2] = two, one
                assert any("earlier" in problem for problem in found(case, forged)), (one, two)
                tried += 1
            if tried > 3000:
                return
    assert tried > 100


def test_a_decline_on_record_is_among_the_reasons() -> None:
    """An NOC that gave places back is refused for that, and for nothing else that is not true."""
    sochi = load_scenario("sochi-2014")
    before = greedy.allocate(sochi)
    event = Decline("ITA", "men-1500").event or ""
    number = before.places[event]["ITA"]
    held = hold(sochi.rules, before, [(event, "ITA", number)], {(event, "ITA"): 0})
    after = greedy.fill(sochi, held)
    places = [n for n, d in enumerate(after.decisions) if d.kind == "declined"]
    assert places
    for place in places:
        decisions = list(after.decisions)
        decisions[place] = decisions[place]._replace(kind="noc-cap", figures={**decisions[place].figures, "cap": 3})
        assert found((sochi, after, held), decisions)
