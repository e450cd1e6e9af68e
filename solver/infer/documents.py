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
