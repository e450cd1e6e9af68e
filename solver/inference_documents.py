"""What `infer` answers as JSON: the keys of the command line and of `to_dict`."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict  # pydantic reads that of `typing` from Python 3.12 on only


class FactSourceDocument(TypedDict):
    """Where a fact is written, and where that was read."""

    file: str
    line: int | None
    source: str


class FactDocument(TypedDict):
    """A fact: its fields as in known.csv, what it says in words, and every line that says it."""

    fact: str
    event: str
    noc: str | None
    value: int | str
    qualifier: int
    says: str
    sources: list[FactSourceDocument]


class ConflictDocument(TypedDict):
    """Facts and rules; `pathways` has the clauses of all pathways where these are needed in their order."""

    facts: list[FactDocument]
    rules: list[str]
    pathways: list[str]


class RangeDocument(TypedDict):
    """What a number can be; `reached` only where an end of the range is not shown to be reached."""

    lowest: int
    highest: int
    determined: bool
    reached: NotRequired[list[int]]
    why: NotRequired[ConflictDocument]


class FoundTableDocument(TypedDict):
    """A table that the rules give: NOC -> column -> number; event -> NOCs in order, empty if only proved to exist."""

    table: dict[str, dict[str, int]]
    readings: dict[str, str]
    rankings: dict[str, list[str]]


class SetAsideDocument(TypedDict):
    """Something in known.csv that is not used, and why."""

    line: int | None
    fact: str
    noc: str | None
    column: str
    value: str
    why: str


class NextQuestionDocument(TypedDict):
    """The unknown number that would determine most: answer -> how many open numbers that determines."""

    noc: str
    column: str
    determined: dict[str, int]
    measure: str
    tried: int
    candidates: int
    best: bool


class CellToChangeDocument(TypedDict):
    """A published cell, and what it can be once all cells of its set are taken back."""

    noc: str
    column: str
    published: int
    lowest: int
    highest: int


class DeterminedCellDocument(TypedDict):
    """A number that no fact says, and that can have one value only; an unknown cell with what the rules give there."""

    noc: str
    column: str
    number: int


class PartlyKnownDocument(TypedDict):
    """What verify says of a table that is known in part.

    `completion` is a table with all facts that the rules give (null if there is none); `cells_to_change` the smallest
    sets of published cells without which the facts can all be true; the others are as in the answer of `infer`.
    """

    state: Literal["december", "final"]
    state_means: str
    facts: int
    unknown_cells: list[list[str]]
    completion: FoundTableDocument | None
    determined: list[DeterminedCellDocument]
    cells: dict[str, dict[str, RangeDocument]]
    any_other_noc: dict[str, RangeDocument]
    conflicts: list[ConflictDocument]
    conflicts_complete: bool
    cells_to_change: list[list[CellToChangeDocument]]
    cells_to_change_complete: bool
    set_aside: list[SetAsideDocument]


class PartlyKnownStartDocument(TypedDict):
    """What a what-if starts from where the table is known in part.

    `tables` is null if numbers were bounded instead; `necessary_complete` says that no further gain is certain.
    """

    state: Literal["december", "final"]
    state_means: str
    facts: int
    tables: int | None
    necessary_complete: bool


class CertainPossibleDocument(TypedDict):
    """What a cell is at least and at most; `completion` is a table of the rules with the most, if one was found."""

    column: str
    certain: int
    possible: int
    why_not_fewer: ConflictDocument | None
    why_not_more: ConflictDocument | None
    completion: FoundTableDocument | None


class InferenceDocument(TypedDict):
    """The answer of `infer`; ranges as NOC -> column, `conflicts` shortest first."""

    scenario: str
    state: Literal["december", "final"]
    state_means: str
    consistent: bool
    proved: bool
    readings: list[dict[str, str]]
    facts: int
    cells: dict[str, dict[str, RangeDocument]]
    any_other_noc: dict[str, RangeDocument]
    conflicts: list[list[FactDocument]]
    conflicts_break: list[ConflictDocument]
    conflicts_complete: bool
    set_aside: list[SetAsideDocument]
    next_question: NextQuestionDocument | None
