"""Allocate with CP-SAT: start places, then quota places, then the validator's word on the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from quotaproof.model.allocation import Allocation
from quotaproof.model.decision_record import told_by
from quotaproof.model.errors import InputError, SolverError
from quotaproof.model.kept import Held, reallocation
from quotaproof.model.obstacles import Obstacles
from quotaproof.model.pathways import (
    EngineStep,
    NocQuota,
    ParallelWalk,
    Pathway,
    Reallocation,
    Refused,
    RelayPlaces,
    Steps,
    steps_in,
    supported,
)
from quotaproof.model.rules import GENDERS, Gender
from quotaproof.model.scenario import Scenario
from quotaproof.model.validation import Violation, found_by, found_in_record, judged
from quotaproof.solver.engines.ties import settle

from . import listed_reallocation, start_places
from .listed_state import ListedState
from .state import State, TieError
from .status import DEFAULT, Settings

NAME = "engine cp-sat"


def answered_by_fill(state: State, pathway: Reallocation) -> None:
    """Declined places: `fill` begins with what is kept, and every other step knows that."""


STEPS: Mapping[type[Pathway], EngineStep | Refused] = {
    **steps_in(__package__, lambda module: module.step),
    RelayPlaces: start_places.step,
    ParallelWalk: start_places.step,
    Reallocation: answered_by_fill,
}
"""What the engine does at a pathway, by its kind: the `step` of the module named after it, unless kinds share one."""


def allocate(scenario: Scenario, settings: Settings = DEFAULT) -> Allocation:
    """Return the allocation that the rules give for complete standings, proved optimal in every tier.

    Raises
    ------
    IncompleteError
        If the standings are not complete.
    InputError
        If the caps leave no room for the host's guaranteed places.
    LimitError
        If the solver's effort limit, or the number of orders of tied entries, is exceeded.
    SolverError
        If CP-SAT answers anything but OPTIMAL, or the validator finds a violation in what it answers.
    """
    scenario.require_complete()
    steps = supported(NAME, scenario.pathways, STEPS)
    if scenario.rules.by_lists:
        return _allocation(ListedState(scenario, settings), steps)
    _require_room_for_host(scenario)
    return settle(scenario, lambda settled: _allocation(State(settled, settings), steps))


def fill(scenario: Scenario, held: Held, settings: Settings = DEFAULT) -> Allocation:
    """Return the allocation after the holes around what is held are filled (pathway of kind reallocation).

    Raises
    ------
    InputError
        If the rules have no reallocation pathway.
    IncompleteError, LimitError, SolverError
        As `allocate`.
    """
    scenario.require_complete()
    steps = supported(NAME, scenario.pathways, STEPS)
    reallocation(scenario.rules)
    if scenario.rules.by_lists:
        state = listed_reallocation.refilled(ListedState(scenario, settings), held)
        return _allocation(state, [(step, kind) for step, kind in steps if isinstance(kind, NocQuota)], held)
    _require_room_for_host(scenario)
    return settle(scenario, lambda settled: _allocation(State(settled, settings, held), steps), held)


def _allocation(state: State | ListedState, steps: Steps, held: Held | None = None) -> Allocation:
    """Return what the steps give, in which the validator has found nothing wrong."""
    try:
        for step, pathway in steps:
            step(state, pathway)
    except TieError:
        pass
    allocation = Allocation(
        scenario=state.scenario.identifier,
        rules=state.rules,
        engine="cp-sat",
        status="tie" if state.tied else "optimal",
        unique=not state.tied,
        places={event: dict(sorted(numbers.items())) for event, numbers in state.places.items()},
        awards=tuple(state.awards),
        tied=tuple(state.tied),
        optima=tuple(state.optima),
    )
    if isinstance(state, ListedState):
        allocation = replace(
            allocation,
            decisions=tuple(state.decisions),
            optima=tuple(state.optima) if not state.tied else (),
            entries={event: tuple(placed) for event, placed in state.entries.items()},
            reserve={event: tuple(line) for event, line in state.reserve.items()},
            taken_back={event: tuple(placed) for event, placed in state.taken_back.items()},
        )
        _require_none(judged(state.scenario, allocation, held))
        return allocation
    facts = Obstacles(state.scenario, allocation, state.held)
    _require_none(found_by(facts))
    decisions = told_by(facts)
    if untrue := found_in_record(facts, decisions):
        raise SolverError(f"the validator rejects the record of what CP-SAT answered: {untrue[0]}")
    return replace(allocation, decisions=decisions)


def _require_none(found: Sequence[Violation]) -> None:
    if found:
        raise SolverError(f"the validator rejects what CP-SAT answered: {found[0]}")


def _require_room_for_host(scenario: Scenario) -> None:
    """The host's guaranteed places must fit the caps before anything else."""
    if scenario.host is None:
        return
    needs = {gender: _athletes_of_host(scenario, gender) for gender in GENDERS}
    if scenario.readings.gender_cap != "nominal":
        for gender, cap in scenario.rules.gender_caps.items():
            if needs[gender] > cap:
                raise InputError(f"the host's guaranteed places need {needs[gender]} {gender}, and the cap is {cap}")
    if sum(needs.values()) > scenario.rules.total:
        total = scenario.rules.total
        raise InputError(f"the host's guaranteed places need {sum(needs.values())} athletes, and the cap is {total}")
    for event in scenario.rules.events:
        if scenario.is_host_event(event.identifier) and min(event.start_places, event.noc_cap) < 1:
            raise InputError(f"{event.identifier} has no start place to keep for the host")


def _athletes_of_host(scenario: Scenario, gender: Gender) -> int:
    """Athletes that the host's guaranteed places need."""
    quota = scenario.rules.quota_places
    relay = scenario.rules.relay(gender)
    individual = sum(scenario.is_host_event(event.identifier) for event in scenario.rules.individual(gender))
    if relay is None or not scenario.is_host_event(relay.identifier):
        return min(individual, 1)
    counts_bonus = quota.bonus_from is not None and scenario.readings.fifth_in_walk == "yes"
    return quota.relay_athletes + int(counts_bonus and individual >= (quota.bonus_from or 0))
