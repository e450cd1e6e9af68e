"""Other ways to solve an allocation, each from the rules and not from quotaproof's engines.

A peer answers a scenario with complete standings without ties, in the default reading of everything but `gender-cap`
and `remaining-ties`; `unknown_standings` answers what is asked of unknown ones. It is as good as its author could make
it in a page; its answer is compared with the greedy reference, or with ours, before its time counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from quotaproof.model.allocation import Allocation
from quotaproof.model.pathways import require_known
from quotaproof.model.rules import GENDERS, Gender
from quotaproof.model.scenario import Scenario


@dataclass(frozen=True)
class Answer:
    """What a peer found, and the seconds it took to state the problem and to solve it."""

    places: Mapping[str, Mapping[str, int]]
    athletes: Mapping[tuple[str, Gender], int] = field(default_factory=dict)
    build: float = 0.0
    solve: float = 0.0


def require_supported(scenario: Scenario) -> None:
    """Raise ValueError for what the peers do not model."""
    require_known("a peer", scenario.rules.pathways)
    if scenario.readings.fifth_in_walk != "yes":
        raise ValueError("the peers know only the reading fifth-in-walk=yes")
    if scenario.standings.tied_groups() or scenario.abstains or scenario.waived:
        raise ValueError("the peers know neither ties in the standings nor declines")
    scenario.require_complete()


def differences(answer: Answer, allocation: Allocation) -> list[str]:
    """Return where a peer's answer is not the allocation."""
    found: list[str] = []
    for event in allocation.rules.events:
        name = event.identifier
        own = {noc: number for noc, number in answer.places.get(name, {}).items() if number}
        if own != dict(allocation.places[name]):
            found.append(f"{name}: {sorted(set(own.items()) ^ set(allocation.places[name].items()))}")
    right = {
        (noc, gender): number
        for noc, pair in allocation.athletes.items()
        for gender, number in zip(GENDERS, pair, strict=True)
        if number
    }
    if (own_ := {key: number for key, number in answer.athletes.items() if number}) != right:
        found.append(f"athletes: {sorted(set(own_.items()) ^ set(right.items()))}")
    return found
