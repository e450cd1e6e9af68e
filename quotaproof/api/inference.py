"""What follows from single facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from quotaproof.model.errors import InputError
from quotaproof.model.scenario import Scenario
from quotaproof.model.stated_types import typed
from quotaproof.solver.telling import LOADING, tell

if TYPE_CHECKING:
    from quotaproof.solver.infer import Inference


@typed
def infer(
    scenario: Scenario,
    state: str | None = None,
    readings: Mapping[str, str] | None = None,
    *,
    reasons: bool = True,
    ask: bool = False,
    limit: float | None = None,
    report: Callable[[str], None] | None = None,
) -> Inference:
    """Return what each number of a scenario's table can be, or which of its facts cannot all be true.

    Parameters
    ----------
    scenario
        With facts in known.csv, a published table with unknown cells, or both. To load facts that contradict each other
        in so many words, use ``load_scenario(..., contradictions=True)``.
    state
        ``"december"``: the table as first allocated; ``"final"``: after reallocations that are on no record. If not
        given: `final` where known.csv tells of some, otherwise `december`.
    readings
        Readings to choose; of the others every value is tried, and a number is in a range if one of them allows it.
    reasons
        Whether to say why a number is determined, by a minimal set of facts and rules.
    ask
        Whether to look for the unknown number that would determine most.
    limit
        Effort for each part of the answer, in deterministic seconds.
    report
        Told what is being done.

    Raises
    ------
    InputError
        For rules by ranked lists, changes on record, an unknown state or reading.
    LimitError
        If the effort was spent before it was known whether the facts can all be true.
    """
    tell(LOADING)
    from quotaproof.solver.infer.infer import EFFORT
    from quotaproof.solver.infer.infer import infer as solve
    from quotaproof.solver.infer.question import STATES

    chosen = next((one for one in STATES if one == state), None)
    if state is not None and chosen is None:
        raise InputError(f"{state!r} is not a state of a table; states are {' and '.join(STATES)}")
    return solve(
        scenario, chosen, readings, reasons=reasons, ask=ask, limit=EFFORT if limit is None else limit, report=report
    )
