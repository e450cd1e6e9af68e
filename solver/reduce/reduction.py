"""More quota places follow from the start places than athletes may start: what could become of it, explored.

Nothing here is what happened: how NOCs or the federation came down to the totals was not published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from quotaproof.model.allocation import Allocation
from quotaproof.model.documents import athletes_document, document_of
from quotaproof.model.errors import InputError, UnsupportedError
from quotaproof.model.pathways import NocQuota
from quotaproof.model.rules import GENDERS, Gender
from quotaproof.model.scenario import Scenario
from quotaproof.model.stated_types import typed
from quotaproof.solver.engines import Engine, engine

from .cycle import CycleOutcome, checked_cycle, cut_by_cycle, stated_cycle, without_cycle
from .documents import ReductionDocument
from .fewest_athletes import Filling, fillings

EXPLORATION = "This is an exploration, and not what happened: how the numbers came down was not published."


@dataclass(frozen=True)
class Reduction:
    """What could become of more quota places than may start.

    Attributes
    ----------
    allocation
        What the rules give before anything is reduced.
    caps
        How many men and women may start.
    cycle
        Whom the cycle would cut; None where neither the rules nor the question name one.
    fillings
        How few athletes fill the start places, by gender and by who may start.
    """

    scenario: Scenario
    allocation: Allocation
    caps: Mapping[Gender, int]
    cycle: CycleOutcome | None
    fillings: tuple[Filling, ...]

    def to_dict(self) -> ReductionDocument:
        """Return the reduction with the JSON keys of the command line."""
        return document_of(
            ReductionDocument,
            self,
            scenario=self.scenario.identifier,
            exploration=EXPLORATION,
            qualified=athletes_document(*self.allocation.totals),
        )


@typed
def reduce(
    scenario: Scenario,
    men: int | None = None,
    women: int | None = None,
    cycle: Sequence[str] | None = None,
    engines: Sequence[Engine] | None = None,
) -> Reduction:
    """Return what could become of more quota places than may start: an exploration, and not what happened.

    Parameters
    ----------
    scenario
        With quota places that follow from the start places of ranked lists.
    men, women
        How many may start; those of the rules if not given.
    cycle
        Individual events whose lowest places go in turn until each gender fits; those of the rules' pathway of kind
        `reduce-to-total` if not given, and no such answer if there is none.
    engines
        Who takes back, all of whom must agree, the first of whom allocates; both engines if not given.

    Returns
    -------
    Reduction
        Step by step whom the cycle would cut; for each gender, and for each answer to who may start for an NOC, the
        smallest number of athletes who fill the start places, and how many places stay empty at least at the cap.

    Raises
    ------
    InputError
        If the rules give no quota places by ranked lists, a cap or the cycle has no meaning, or an
        unsettled tie matters.
    LimitError
        If a solver limit was reached.
    """
    if not any(isinstance(one, NocQuota) for one in scenario.rules.pathways):
        raise UnsupportedError(
            "reduce is for rules whose quota places follow from the start places of ranked lists, by a pathway of kind "
            "noc-quota, and these have none"
        )
    wanted = {str(gender): own for gender, own in zip(GENDERS, (men, women), strict=True) if own is not None}
    rules = scenario.rules.with_caps(wanted)
    whole = without_cycle(replace(scenario, rules=rules))
    events = checked_cycle(whole, stated_cycle(scenario) if cycle is None else cycle)
    both = tuple(engines) if engines is not None else (engine("cp-sat"), engine("greedy"))
    if not both:
        raise InputError("there is no engine to allocate by; give one or more, or none for both", field="engines")
    allocation = both[0].allocate(whole)
    if allocation.status == "tie":
        tied = ", ".join(sorted({f"{one.noc} in {one.event}" for one in allocation.tied}))
        raise InputError(f"an unsettled tie leaves open who has a place ({tied}), so there is nothing to reduce from")
    settings = next((one.settings for one in both if one.settings is not None), None)
    outcome = cut_by_cycle(whole, events, allocation, both) if events else None
    filled = fillings(whole, allocation) if settings is None else fillings(whole, allocation, settings)
    return Reduction(scenario, allocation, rules.gender_caps, outcome, filled)
