"""What an allocation and a reserve list are as JSON: the keys of the command line, of `to_dict` and of the JSON API.

`to_dict` returns these types, so that the type checker compares them with what is written; the API is described
by them.
"""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict  # pydantic reads that of `typing` from Python 3.12 on only

from .rules import Gender


class AthletesDocument(TypedDict):
    """Quota places by gender, and their sum."""

    men: int
    women: int
    total: int


class TiedDocument(TypedDict):
    """A place in a tie that nothing settles."""

    pathway: str | None
    event: str | None
    noc: str
    gender: Gender | None
    rank: int | None


class TierDocument(TypedDict):
    """What was proved of one tier of the objective."""

    name: str
    size: int
    value: int


class DecisionDocument(TypedDict):
    """A claim granted or refused, and why: in words (`reason`) and in figures (`fact`)."""

    pathway: str
    event: str | None
    noc: str
    gender: Gender | None
    qualifier: int | None
    granted: bool
    clause: str
    reason: str
    fact: dict[str, int | str | None]


class PlacedDocument(TypedDict):
    """A start place of a named entry of a ranked list."""

    noc: str
    athlete: str
    pathway: str


class InReserveDocument(TypedDict):
    """An entry of a reserve list; `tied` where nothing settles its order among some of the others."""

    noc: str
    athlete: str
    tied: NotRequired[bool]


class AllocationDocument(TypedDict):
    """What the rules give: event -> NOC -> start places, NOC -> quota places, and every decision.

    `entries`, `reserve` and `taken_back` are there where places go to the entries of ranked lists.
    """

    scenario: str
    engine: Literal["greedy", "cp-sat", "batch"]
    status: Literal["optimal", "tie"]
    unique: bool
    places: dict[str, dict[str, int]]
    athletes: dict[str, AthletesDocument]
    totals: AthletesDocument
    tied: list[TiedDocument]
    optima: list[TierDocument]
    decisions: list[DecisionDocument]
    entries: NotRequired[dict[str, list[PlacedDocument]]]
    reserve: NotRequired[dict[str, list[InReserveDocument]]]
    taken_back: NotRequired[dict[str, list[PlacedDocument]]]


class ReserveDocument(TypedDict):
    """An entry without a place; `turn` 1 is next in line, null is blocked."""

    rank: int
    noc: str
    qualifier: int
    turn: int | None
    blocked_by: list[str]
    athlete: NotRequired[str]
    name: NotRequired[str]
