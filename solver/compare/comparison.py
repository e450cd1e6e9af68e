"""What a comparison of two tables answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quotaproof.model.documents import document_of
from quotaproof.model.published import Published
from quotaproof.model.scenario import Scenario
from quotaproof.solver.verify.needed_changes import NeededChange

from .documents import ComparisonDocument, Shows

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Side:
    """One of the two tables: what it is called, its scenario, which of the scenario's tables it is, and the table."""

    name: str
    scenario: Scenario
    shows: Shows
    table: Published

    def label(self, column: str) -> str:
        """Return an event's label; any other column as it is."""
        labels = {event.identifier: event.label for event in self.scenario.rules.events}
        return labels.get(column, column)


@dataclass(frozen=True, slots=True)
class CellDifference:
    """A cell in which the tables differ; `noc` is TOTAL for totals that both print."""

    noc: str
    column: str
    a: int
    b: int


@dataclass(frozen=True)
class Comparison:
    """Two tables compared.

    Attributes
    ----------
    differences
        Cells in which they differ, in the order of the first table; then totals that both print.
    only_in_a, only_in_b
        Columns that only one of them has.
    explanations
        The fewest changes that lead from the first table to the second, each in one way; several where as few do in
        other ways. Empty if no changes do; None if that cannot be computed, and `reason` says why.
    complete
        Whether it is proved that there are no fewer and no others; None without explanations.
    basis
        The scenario whose standings and rules the explanations rest on.
    remarks
        What else is to be known of the tables, in sentences.
    limit_reached
        Whether the search ended at its limit, so that fewer changes or others are unknown, or whether there are any.
    """

    a: Side
    b: Side
    differences: tuple[CellDifference, ...]
    only_in_a: tuple[str, ...]
    only_in_b: tuple[str, ...]
    explanations: tuple[tuple[NeededChange, ...], ...] | None
    complete: bool | None
    basis: Scenario | None
    reason: str | None
    remarks: tuple[str, ...] = ()
    limit_reached: bool = False

    @property
    def same(self) -> bool:
        """Whether the tables have the same columns and no cell differs."""
        return not (self.differences or self.only_in_a or self.only_in_b)

    @property
    def changes(self) -> int | None:
        """Places given back, returned or by invitation of each explanation; None if there is none."""
        return sum(one.number for one in self.explanations[0]) if self.explanations else None

    def to_dict(self) -> ComparisonDocument:
        """Return the comparison with the JSON keys of the command line."""
        return document_of(
            ComparisonDocument,
            self,
            a={"name": self.a.name, "scenario": self.a.scenario.identifier, "table": self.a.shows},
            b={"name": self.b.name, "scenario": self.b.scenario.identifier, "table": self.b.shows},
            explanations_complete=self.complete,
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the differences as a frame with the columns noc, column, a, b."""
        import pandas as pd

        rows = [(one.noc, one.column, one.a, one.b) for one in self.differences]
        return pd.DataFrame(rows, columns=["noc", "column", "a", "b"])
