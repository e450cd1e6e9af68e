"""What a reduction is as JSON: the keys of the command line and of `to_dict`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict  # pydantic reads that of `typing` from Python 3.12 on only

from quotaproof.model.documents import AthletesDocument
from quotaproof.model.rules import Gender

Starter = Literal["anybody", "classified", "winners"]
"""Who may start for an NOC in an event: any athlete of it; who is in a ranked list of the event; who won a place."""


class CycleStepDocument(TypedDict):
    """A start place taken back; `men` and `women` are the quota places after it."""

    step: int
    turn: int
    event: str
    gender: Gender
    place: int
    noc: str
    athlete: str
    name: str
    pathway: str
    quota_before: int
    quota_after: int
    men: int
    women: int
    reason: str


class CycleDocument(TypedDict):
    """Whom the cycle would cut; `fits_after` has the step after which a gender fits."""

    events: list[str]
    fits: bool
    steps: list[CycleStepDocument]
    without_effect: int
    fits_after: dict[Gender, int | None]
    athletes: dict[str, AthletesDocument]
    totals: AthletesDocument


class SentDocument(TypedDict):
    """An athlete who is sent, and the events; without a name where anybody may start."""

    noc: str
    athlete: str | None
    name: str | None
    events: list[str]


class ShortDocument(TypedDict):
    """An NOC that cannot fill all its places: how many it can, and how many it has."""

    filled: int
    places: int


class FillingDocument(TypedDict):
    """How few athletes of a gender fill the places; `sent` is such a choice, `sent_at_cap` one within the cap."""

    gender: Gender
    starters: Starter
    places: int
    quota_places: int
    filled: int
    fewest: int
    cap: int
    filled_at_cap: int
    unfilled_at_cap: int
    per_noc: dict[str, int]
    short: dict[str, ShortDocument]
    sent: list[SentDocument]
    sent_at_cap: list[SentDocument]


class ReductionDocument(TypedDict):
    """An exploration, not what happened: more quota places follow than athletes may start."""

    scenario: str
    exploration: str
    caps: dict[Gender, int]
    qualified: AthletesDocument
    cycle: CycleDocument | None
    fillings: list[FillingDocument]
