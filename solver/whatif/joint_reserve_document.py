"""The joint waiting list as JSON: the keys of the command line and of `JointReserve.to_dict`."""

from __future__ import annotations

from typing_extensions import TypedDict  # pydantic reads that of `typing` from Python 3.12 on only

from quotaproof.model.rules import Gender
from quotaproof.model.start import Start
from quotaproof.solver.documents import GainDocument


class PlaceFreeDocument(TypedDict):
    """What the `place`-th free place leads to."""

    place: int
    gains: list[GainDocument]


class NextAthleteDocument(TypedDict):
    """How many places of a column must come free until the NOC has one more athlete of the gender."""

    column: str
    places: int
    gender: Gender
    with_athletes: bool


class TieInLineDocument(TypedDict):
    """The free place of a column for which nothing settles who is next."""

    column: str
    with_athletes: bool
    place: int


JointReserveDocument = TypedDict(
    "JointReserveDocument",
    {
        "scenario": str,
        "from": Start,
        "from_changes": list[str],
        "lines": dict[str, list[PlaceFreeDocument]],
        "lines_with_athletes": dict[str, list[PlaceFreeDocument]],
        "next_athlete": dict[str, list[NextAthleteDocument]],
        "ties": list[TieInLineDocument],
    },
)
"""The joint waiting list: event (or `athletes`; `men`, `women`) -> what each free place leads to; NOC -> its ways."""
