"""More athletes qualified than may start: what could become of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from quotaproof.model.scenario import Scenario

if TYPE_CHECKING:
    from quotaproof.solver.reduce import Reduction


def reduce(
    scenario: Scenario, men: int | None = None, women: int | None = None, cycle: Sequence[str] | None = None
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
    from quotaproof.solver.reduce import reduce as solve

    return solve(scenario, men, women, cycle)
