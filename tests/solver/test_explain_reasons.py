"""Minimal reasons against the enumeration of all subsets, and cores of the solver that cannot be trusted."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from quotaproof.model.errors import LimitError, SolverError
from quotaproof.solver.engines.cpsat.status import Settings
from quotaproof.solver.explain.reasons import FoundReasons, one_reason, reason, reasons, shrink, smallest_first
from quotaproof.solver.explain.theory import Element, Theory

Family = frozenset[frozenset[int]]
MOST_ELEMENTS = 7


class Oracle:
    """Excludes exactly the sets that contain one of a family: the general form of an upward-closed property."""

    def __init__(self, number: int, family: Family) -> None:
        self.number = number
        self.family = family
        self.subsets = [frozenset(s) for size in range(number + 1) for s in itertools.combinations(range(number), size)]

    def possible(self, chosen: Collection[int]) -> bool:
        return not any(excluding <= set(chosen) for excluding in self.family)

    def largest(self, chosen: Collection[int]) -> frozenset[int] | None:
        around = [s for s in self.subsets if set(chosen) <= s and self.possible(s)]
        return max(around, key=len, default=None)

    def minimal(self) -> list[frozenset[int]]:
        """All minimal excluding sets: of all subsets, those that exclude while none inside them does."""
        excluding = [s for s in self.subsets if not self.possible(s)]
        return [s for s in excluding if not any(inside < s for inside in excluding)]


@st.composite
def oracles(draw: st.DrawFn) -> Oracle:
    number = draw(st.integers(0, MOST_ELEMENTS))
    element = st.integers(0, number - 1) if number else st.nothing()
    family = draw(st.frozensets(st.frozensets(element, max_size=number), max_size=5))
    return Oracle(number, family)


@given(oracles())
def test_smallest_first_yields_every_minimal_set_once_and_in_order_of_size(oracle: Oracle) -> None:
    found = [set(s) for s in smallest_first(oracle.number, oracle.largest) if s is not None]
    assert [len(s) for s in found] == sorted(len(s) for s in found)
    assert len(found) == len(set(map(frozenset, found)))
    assert set(map(frozenset, found)) == set(oracle.minimal())


@given(oracles(), st.randoms(use_true_random=False))
def test_sets_that_are_only_maximal_and_not_largest_do_no_harm(oracle: Oracle, rng: object) -> None:
    def maximal(chosen: Collection[int]) -> frozenset[int] | None:
        if not oracle.possible(chosen):
            return None
        around = set(chosen)
        for number in range(oracle.number):
            if oracle.possible(around | {number}):
                around.add(number)
        return frozenset(around)

    found = [frozenset(s) for s in smallest_first(oracle.number, maximal) if s is not None]
    assert sorted(map(sorted, found)) == sorted(map(sorted, oracle.minimal()))


@given(oracles(), st.randoms(use_true_random=False))
def test_shrink_gives_a_minimal_set_out_of_any_that_excludes(oracle: Oracle, rng: object) -> None:
    for seed in oracle.subsets:
        if oracle.possible(seed):
            continue
        found = shrink(sorted(seed), oracle.possible)
        assert set(found) <= seed
        assert frozenset(found) in oracle.minimal()


@given(oracles())
def test_shrink_keeps_what_comes_first(oracle: Oracle) -> None:
    """Of the minimal sets it is the one that does without the last, then without the one before it, and so on."""
    everything = tuple(range(oracle.number))
    if not oracle.possible(everything):
        found = shrink(everything, oracle.possible)
        assert set(found) == min(oracle.minimal(), key=lambda s: sorted(s, reverse=True))


@given(oracles())
def test_shrink_refuses_what_does_not_exclude(oracle: Oracle) -> None:
    everything = tuple(range(oracle.number))
    if oracle.possible(everything):
        with pytest.raises(SolverError, match="do not"):
            shrink(everything, oracle.possible)


# A theory, and a solver that lies ------------------------------------------------------------------------------------


class Family3(Theory):
    """Five elements of which {0, 1}, {1, 2, 3} and {4} ∪ {2} exclude the outcome."""

    FAMILY: Family = frozenset({frozenset({0, 1}), frozenset({1, 2, 3}), frozenset({2, 4})})

    def __init__(self, settings: Settings = Settings()) -> None:  # noqa: B008
        super().__init__(settings)
        for number in range(5):
            self.literal(Element("rank", (str(number),), f"fact {number}"))
        for excluding in sorted(self.FAMILY, key=sorted):
            self.model.add_bool_or(~self.literals[number] for number in excluding)


def numbers(theory: Theory, elements: Sequence[Element]) -> set[int]:
    return {theory.elements.index(element) for element in elements}


def test_a_theory_has_all_its_minimal_reasons_the_smallest_first() -> None:
    theory = Family3()
    found = reasons(theory)
    assert found.complete
    assert [r.size for r in found.reasons] == [2, 2, 3]
    assert {frozenset(numbers(theory, r.elements)) for r in found.reasons} == Family3.FAMILY
    one = reason(theory)
    assert one is not None
    assert numbers(theory, one.elements) == {0, 1}


def test_a_search_that_stops_early_says_so() -> None:
    found = reasons(Family3(), most=2)
    assert [r.size for r in found.reasons] == [2, 2]
    assert not found.complete
    assert not found.limit_reached


def test_reasons_found_before_the_effort_is_spent_are_kept_and_all_minimal() -> None:
    """With a little more effort each time there are more, from none to all, and only the whole is said to be all."""
    whole = Family3()
    reasons(whole)
    sizes = set()
    for step in range(41):
        theory = Family3()
        theory.effort.limit = whole.effort.spent * step / 40
        found = reasons(theory)
        sizes.add(len(found.reasons))
        assert {frozenset(numbers(theory, r.elements)) for r in found.reasons} <= Family3.FAMILY
        assert found.complete == (not found.limit_reached) == (len(found.reasons) == 3 and found.complete)
        assert step or (found.reasons == () and found.limit_reached)
    assert {0, 3} < sizes


def test_nothing_found_within_the_effort_is_not_possible() -> None:
    """A search that ended without a reason says nothing of the outcome."""
    theory = Family3()
    theory.effort.limit = 0.0
    assert one_reason(theory) == FoundReasons((), complete=False, limit_reached=True)


def test_many_corrections_without_a_reason_are_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quotaproof.solver.explain.reasons.MOST_CHECKS", 0)
    assert reasons(Family3()) == FoundReasons((), complete=False, limit_reached=True)


def test_a_first_reason_too_far_to_find_is_a_limit_and_leaves_the_effort_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What bounds the search for a first reason does not bound that for the others."""
    whole = Family3()
    assert reasons(whole).complete
    for step in range(41):
        monkeypatch.setattr("quotaproof.solver.explain.reasons.WITHOUT_ANY", whole.effort.spent * step / 40)
        theory = Family3()
        theory.effort.limit = 1000.0
        found = reasons(theory)
        assert found.complete or (found.reasons == () and found.limit_reached)
        assert found.complete or step < 40
        assert theory.effort.limit == 1000.0


FOREIGN = {
    "literals that were never assumed": lambda core: [*core, 10_000, -7],
    "only literals that were never assumed": lambda core: [10_000, 10_001],
    "nothing": lambda core: [],
    "a core that does not exclude": lambda core: core[:1],
    "negated literals": lambda core: [-n - 1 for n in core],
    "everything twice": lambda core: [*core, *core],
}


@pytest.mark.parametrize("lie", FOREIGN)
def test_a_false_core_does_no_harm(lie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = cp_model.CpSolver.sufficient_assumptions_for_infeasibility
    told: list[object] = []

    def false_core(solver: cp_model.CpSolver) -> list[int]:
        told.append(lie)
        return FOREIGN[lie](list(honest(solver)))

    monkeypatch.setattr(cp_model.CpSolver, "sufficient_assumptions_for_infeasibility", false_core)
    theory = Family3()
    found = reason(theory)
    assert told
    assert found is not None
    assert frozenset(numbers(theory, found.elements)) in Family3.FAMILY


@pytest.mark.parametrize("status", [cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN])
def test_a_wrong_answer_under_assumptions_does_no_harm(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """CP-SAT 9.15 has open reports of OPTIMAL with assumptions that are contradictory (#4109)."""
    honest = cp_model.CpSolver.solve

    def wrong(solver: cp_model.CpSolver, model: cp_model.CpModel) -> object:
        found = honest(solver, model)
        return status if model.proto.assumptions else found

    monkeypatch.setattr(cp_model.CpSolver, "solve", wrong)
    theory = Family3()
    found = reason(theory)
    assert found is not None
    assert frozenset(numbers(theory, found.elements)) in Family3.FAMILY


def test_an_invalid_model_is_an_error_and_not_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = cp_model.CpSolver.solve

    def invalid(solver: cp_model.CpSolver, model: cp_model.CpModel) -> object:
        return cp_model.MODEL_INVALID if model.proto.assumptions else honest(solver, model)

    monkeypatch.setattr(cp_model.CpSolver, "solve", invalid)
    with pytest.raises(SolverError, match="MODEL_INVALID"):
        reason(Family3())


def test_an_effort_limit_is_an_error_and_not_a_reason() -> None:
    with pytest.raises(LimitError):
        reason(Family3(Settings(limit=0.0, presolve=False)))


def test_an_outcome_that_is_possible_has_no_reason() -> None:
    theory = Theory()
    theory.literal(Element("rank", ("0",), "fact 0"))
    assert reason(theory) is None
    assert reasons(theory) == one_reason(theory) == FoundReasons((), complete=True)


def test_a_theory_without_elements_can_exclude_by_itself() -> None:
    """Then nothing is to blame: the reason is empty, and it is the only one."""
    theory = Theory()
    theory.model.add_bool_or([])
    one = reason(theory)
    assert one is not None
    assert one.size == 0
    found = reasons(theory)
    assert ([r.size for r in found.reasons], found.complete) == ([0], True)
