"""What if: changes to a scenario, and who gains and loses by them.

Declines are answered in one of two modes, and compared with the other; every other change alters the scenario and
allocates again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Change, ChooseReading, Decline, Withdraw, apply
from quotaproof.model.errors import InputError
from quotaproof.model.pathways import require_known
from quotaproof.model.rules import Declines
from quotaproof.model.scenario import Scenario
from quotaproof.model.start import Start
from quotaproof.solver.declines import AnsweredDecline, continued
from quotaproof.solver.engines import engine as engine_of
from quotaproof.solver.listed_declines import named

from .consequences import Gain, WhatIf
from .listed_moves import listed_moves, listed_moves_of
from .modes_and_orders import ModeDifference, Orders, compare_modes, compare_orders
from .moves import Move, moves_between, moves_of_decline
from .starting_table import starting_table


def whatif(
    scenario: Scenario,
    changes: Sequence[Change],
    mode: Declines | None = None,
    engine: str = "cp-sat",
    *,
    compare: bool = True,
    start: Start = "rules",
) -> WhatIf:
    """Return what changes do to a scenario with complete standings.

    Parameters as of `whatif` in Python; with `compare` the other mode and, for two to six declines, every order are
    tried too.

    Raises
    ------
    InputError
        If there is no change, or one that the scenario does not allow (such as declining what an NOC does not have), or
        it cannot start from the published table.
    IncompleteError
        If the standings are not complete.
    LimitError, SolverError
        As the engine raises them.
    """
    require_known("whatif", scenario.rules.pathways, by_lists=True)
    if not changes:
        raise InputError("there is nothing to change; name a decline, an exclusion or another change")
    by = engine_of(engine)
    changed = apply(scenario, changes)
    declines = [named(change, scenario) for change in changes if isinstance(change, Decline | Withdraw)]
    chosen: Declines = mode or changed.readings.declines
    started = starting_table(scenario, by, start, changes)
    before = started.before.allocation
    # Where the record was undone, who was invited is still to be told from who has nothing.
    invited = replace(started.base.scenario, invitations=changed.invitations)
    base = replace(started.base, scenario=invited)
    moves: list[Move] = []
    structural = [change for change in changes if not isinstance(change, Decline | Withdraw | ChooseReading)]
    if structural or any(isinstance(change, ChooseReading) for change in changes):
        moves += _moves(scenario, before, base.allocation)
    outcome = continued(base, declines, by, chosen) if declines else base
    answered = outcome.steps if declines else ()
    steps = tuple((str(step.decline), tuple(_moves_of(changed, step, chosen))) for step in answered)
    moves += [move for _, own in steps for move in own]
    differences: tuple[ModeDifference, ...] = ()
    refused, order = "", Orders()
    if declines and compare:
        differences, refused = compare_modes(base, declines, by, chosen, outcome)
        order = compare_orders(base, declines, by, chosen, outcome)
    return WhatIf(
        scenario=scenario.identifier,
        changes=tuple(map(str, changes)),
        mode=chosen,
        before=before.copied(),  # the scenario keeps its own for the next question
        after=outcome.allocation.copied(),
        moves=tuple(moves),
        steps=steps,
        differences=differences,
        mode_refused=refused,
        order=order,
        gains=tuple(
            Gain(noc, column, new - old) for noc, column, old, new in before.differing(outcome.allocation) if new > old
        ),
        start=start,
        start_changes=started.changes,
        published_differs=started.differs,
        undone_first=started.undone if start == "rules" or not started.differs else None,
        invited=started.invited,
    )


def _moves(scenario: Scenario, before: Allocation, after: Allocation) -> list[Move]:
    if scenario.rules.by_lists:
        return listed_moves(scenario, before, after)
    return moves_between(scenario.rules, before, after)


def _moves_of(scenario: Scenario, step: AnsweredDecline, mode: Declines) -> list[Move]:
    if scenario.rules.by_lists:
        return listed_moves_of(scenario, step)
    return moves_of_decline(step, scenario.rules, mode)
