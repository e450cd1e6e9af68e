"""What a comparison is as JSON: the keys of the command line and of `to_dict`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict  # pydantic reads that of `typing` from Python 3.12 on only

from quotaproof.solver.documents import NeededChangeDocument

Shows = Literal["published", "rules"]
"""What table of a scenario is compared: the published one, or what the rules alone give."""


class SideDocument(TypedDict):
    """One of the tables: what it is called, the id of its scenario, and which of its tables it is."""

    name: str
    scenario: str
    table: Shows


class CellDifferenceDocument(TypedDict):
    """A cell in which the tables differ; `noc` is TOTAL for printed totals."""

    noc: str
    column: str
    a: int
    b: int


class ComparisonDocument(TypedDict):
    """Two tables compared; `explanations` is null where none can be computed, and `reason` says why."""

    a: SideDocument
    b: SideDocument
    same: bool
    differences: list[CellDifferenceDocument]
    only_in_a: list[str]
    only_in_b: list[str]
    explanations: list[list[NeededChangeDocument]] | None
    explanations_complete: bool | None
    changes: int | None
    reason: str | None
    remarks: list[str]
    limit_reached: bool
