"""Explain a cell of a table that is known in part: what is certain at least, what is possible at most, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from quotaproof.model.changes import require_noc
from quotaproof.model.errors import InputError, LimitError
from quotaproof.model.published import CellName
from quotaproof.model.scenario import Scenario
from quotaproof.solver.effort import Effort
from quotaproof.solver.engines.cpsat.status import QUICK
from quotaproof.solver.inference_documents import CertainPossibleDocument
from quotaproof.solver.telling import TellProgress

from .answer import CellRange, Inference
from .found_table import FoundTable, found_table
from .infer import EFFORT, REASONS, inferred
from .oracle import Instead, Oracle
from .question import as_first_allocated, question
from .why import Why, why_by_numbers, why_in_full


@dataclass(frozen=True)
class CertainPossible:
    """What a cell can be.

    Attributes
    ----------
    why_not_fewer, why_not_more
        Minimal facts and rules that leave no fewer than the lowest and no more than the highest; None if there is
        nothing to exclude, or the effort did not suffice.
    most
        A table that the rules give with all facts and the highest number, where that is more than is certain; None if
        none was found: nothing lies beyond the highest, and whether it is reached is then not known.
    """

    noc: str
    column: str
    range: CellRange
    why_not_fewer: Why | None
    why_not_more: Why | None
    most: FoundTable | None

    def to_dict(self, result: Inference) -> CertainPossibleDocument:
        """Return the answer with the JSON keys of the command line."""
        fewer, more = self.why_not_fewer, self.why_not_more
        return {
            "column": self.column,
            "certain": self.range.lowest,
            "possible": self.range.highest,
            "why_not_fewer": result.conflict(fewer) if fewer is not None else None,
            "why_not_more": result.conflict(more) if more is not None else None,
            "completion": self.most.to_dict() if self.most is not None else None,
        }


class CellQuestions:
    """Questions about cells of a table that is known in part; models are made once.

    Raises
    ------
    InputError
        As `infer` does, or if the facts cannot all be true: then nothing is certain or possible.
    LimitError
        If the effort is spent before it is known whether they can.
    """

    def __init__(
        self,
        scenario: Scenario,
        readings: Mapping[str, str] | None = None,
        limit: float = EFFORT,
        report: TellProgress | None = None,
    ) -> None:
        asked = question(scenario, None, readings)
        self.effort = Effort(limit, report=report)
        self.oracle = Oracle(asked, QUICK, self.effort)
        self.inference = inferred(self.oracle, limit=limit)
        if not self.inference.consistent:
            raise InputError(
                "the facts cannot all be true, so no number can be explained; verify names those in conflict"
            )
        first = as_first_allocated(asked, frozenset(readings or {}))
        self.tables = self.oracle if asked.state == "december" else Oracle(first, QUICK, self.effort)

    def require(self, noc: str) -> None:
        """Raise InputError unless the NOC has a row."""
        if noc not in self.inference.cells:
            require_noc(self.inference.scenario, noc)
            raise InputError(f"{noc} has no row in this table")

    def cell(self, noc: str, column: str) -> CertainPossible:
        """Return what a cell can be, and why."""
        one = self.inference.cells[noc][column]
        self.effort.limit = self.effort.spent + REASONS
        fewer = self.why_not(Instead((noc, column), one.lowest, "fewer")) if one.lowest else None
        more = self.why_not(Instead((noc, column), one.highest, "more"))
        most = None if one.determined else self.table((noc, column), one.highest)
        return CertainPossible(noc, column, one, fewer, more, most)

    def columns(self, column: str | None) -> Iterator[str]:
        """Yield the columns that are explained: one, or all."""
        yield from (column,) if column is not None else self.inference.question.columns

    def why_not(self, other: Instead) -> Why | None:
        """Return minimal facts and rules that exclude something; None if the effort does not suffice."""
        try:
            return why_by_numbers(self.oracle, other) or why_in_full(self.oracle, other)
        except LimitError:
            return None

    def table(self, cell: CellName, least: int) -> FoundTable | None:
        """Return a table that the rules give with all facts and at least so many in a cell, if one is found."""
        self.effort.limit = self.effort.spent + REASONS
        try:
            return found_table(self.tables, self.inference.question.statements, Instead(cell, least - 1, "more"))
        except LimitError:
            return None
