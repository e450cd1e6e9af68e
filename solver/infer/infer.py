"""Infer: what follows from single facts about a table, and whether they contradict each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from quotaproof.model.errors import LimitError
from quotaproof.model.published import CellName
from quotaproof.model.scenario import Scenario
from quotaproof.solver.effort import Effort
from quotaproof.solver.engines.cpsat.status import QUICK
from quotaproof.solver.telling import TellProgress

from .answer import CellRange, Inference
from .bounds import CellBounds, bounds
from .explaining_sets import all_minimal_sets
from .next_question import NextQuestion, next_question
from .oracle import Instead, Oracle
from .question import Question, TableState, question
from .theory import ANY_OTHER
from .why import Why, rules_against, why_by_numbers, why_in_full

EFFORT = 120.0
"""Deterministic seconds for each part of the answer: the ranges, the conflicts, the reasons, the next question."""

CONFLICTS = 30.0
"""Deterministic seconds at most for the conflicts; a table of many cells can have very many."""

PATIENCE = 0.5
"""Deterministic seconds for one of the many questions about conflicts."""

REASONS = 20.0
"""Deterministic seconds at most for the reasons: where all pathways are needed to see one, it costs much."""


def infer(
    scenario: Scenario,
    state: TableState | None = None,
    readings: Mapping[str, str] | None = None,
    *,
    reasons: bool = True,
    ask: bool = False,
    limit: float = EFFORT,
    report: TellProgress | None = None,
) -> Inference:
    """Return the range of every number of the scenario's table, or which of its facts contradict each other.

    Parameters and errors as of `infer` in Python. A state that is not given is found by `default_state`, and rows of a
    table that may be one NOC or another are refused too.
    """
    asked = question(scenario, state, readings)
    effort = Effort(limit, report=report)
    oracle = Oracle(asked, QUICK, effort)
    return inferred(oracle, reasons=reasons, ask=ask, limit=limit)


def inferred(
    oracle: Oracle, *, reasons: bool = False, ask: bool = False, limit: float = EFFORT, for_ranges: float = EFFORT
) -> Inference:
    """Return the same with the models of an oracle, which others may ask further; errors as there.

    `for_ranges` is the most that is taken for the ranges, twice: for the numbers alone, and under all pathways.
    """
    asked, effort = oracle.question, oracle.effort
    scenario = asked.scenario
    effort.tell("whether the facts can all be true")
    if not oracle.consistent(asked.statements):
        return _conflicts(scenario, asked, oracle, limit)
    held = oracle.with_rules(asked.statements)
    everything = (*oracle.rules, *asked.statements)
    effort.limit = effort.spent + min(limit, for_ranges)
    wide = bounds([oracle.counts], everything, asked.caps)
    found = wide
    if asked.state == "december":
        effort.limit = effort.spent + min(limit, for_ranges)
        found = bounds(oracle.theories(held), held, asked.caps)
    if wide is None or found is None:
        raise LimitError("the facts can all be true, but no table was found")
    ranges = {cell: _range(cell, asked, found, wide) for cell in found.low}
    explained, all_explained = _reasons(asked, oracle, ranges, limit) if reasons else ({}, False)
    effort.limit = effort.spent + limit
    best: NextQuestion | None = next_question(oracle.theories(held), held, found) if ask else None

    def row(noc: str) -> dict[str, CellRange]:
        return {column: replace(ranges[noc, column], why=explained.get((noc, column))) for column in asked.columns}

    return Inference(
        scenario,
        asked,
        consistent=True,
        cells={noc: row(noc) for noc in asked.rows},
        any_other_noc={} if asked.lists_everybody else row(ANY_OTHER),
        whys_complete=all_explained,
        next_question=best,
    )


def _range(cell: CellName, asked: Question, found: CellBounds, wide: CellBounds) -> CellRange:
    """The range of a cell: proved bounds, and what is reached."""
    lowest, highest = found.low[cell], found.high[cell]
    if (cell, False) in found.unproved:
        # What holds of the numbers alone is proved; beyond that only what was seen is known.
        lowest, highest = _limits(cell, wide)
        if asked.state == "final":
            return CellRange(lowest, highest, (found.low[cell], found.high[cell]))
    if asked.state == "final":
        return CellRange(lowest, highest)
    shown = found.shown_low.get(cell), found.shown_high.get(cell)
    reached = (shown[0], shown[1]) if shown[0] is not None and shown[1] is not None else (highest + 1, lowest - 1)
    return CellRange(lowest, highest, reached)


def _limits(cell: CellName, wide: CellBounds) -> tuple[int, int]:
    if (cell, False) in wide.unproved:
        return wide.unproved[cell, False], wide.unproved[cell, True]
    return wide.low[cell], wide.high[cell]


def _reasons(
    asked: Question, oracle: Oracle, ranges: Mapping[CellName, CellRange], limit: float
) -> tuple[dict[CellName, Why], bool]:
    """Why each number that is determined can have no other value, and whether the effort sufficed for all."""
    effort = oracle.effort
    effort.limit = effort.spent + min(limit, REASONS)
    determined = [c for c, one in ranges.items() if one.determined and (c[0] != ANY_OTHER or not asked.lists_everybody)]
    found: dict[CellName, Why] = {}
    try:
        for explain in (why_by_numbers, why_in_full):
            for cell in (cell for cell in determined if cell not in found):
                effort.tell(f"why {len(found) + 1} of {len(determined)} numbers can have no other value")
                reason = explain(oracle, Instead(cell, ranges[cell].lowest))
                if reason is not None:
                    found[cell] = reason
    except LimitError:
        return found, False
    return found, True


def _conflicts(scenario: Scenario, asked: Question, oracle: Oracle, limit: float) -> Inference:
    effort = oracle.effort
    effort.limit = effort.spent + min(limit, CONFLICTS) / 3
    known = oracle.conflicts_of_numbers() if asked.state == "december" else ()
    effort.limit = effort.spent + min(limit, CONFLICTS)
    oracle.patience = PATIENCE
    found = all_minimal_sets(
        asked.statements,
        oracle.largest,
        oracle.consistent,
        told=lambda number: effort.tell(f"{number} sets of facts that cannot all be true"),
        known=known,
    )
    effort.limit = effort.spent + limit + len(found.sets)
    sets = [rules_against(oracle, tuple(fact for fact in asked.statements if fact in one)) for one in found.sets]
    return Inference(
        scenario,
        asked,
        consistent=False,
        cells={},
        any_other_noc={},
        conflicts=tuple(sets),
        conflicts_complete=found.complete,
    )
