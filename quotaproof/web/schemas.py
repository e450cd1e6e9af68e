"""The shapes of the JSON API's answers, for its description. The answers are those of the command line."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """Base of all shapes: further keys may come in later versions."""

    model_config = ConfigDict(extra="allow")


class Problem(Shape):
    """Why there is no answer, in one sentence."""

    error: str


class Listed(Shape):
    """A scenario that can be asked about."""

    scenario: str
    title: str
    games: str
    host: str | None
    quota_places: int
    complete: bool = Field(description="Whether all standings are known.")
    published: bool = Field(description="Whether there is a published table.")
    uploaded: bool = Field(description="Whether it is an upload of yours.")


class Event(Shape):
    """An event and its caps."""

    id: str
    label: str
    gender: Literal["men", "women", "mixed"]
    kind: Literal["individual", "relay"]
    start_places: int
    noc_cap: int


class Pathway(Shape):
    """One numbered step of the rules."""

    id: str
    title: str
    clause: str


class Reading(Shape):
    """An open clause and how it is read."""

    name: str
    question: str
    clause: str
    values: list[str]
    chosen: str


class Published(Shape):
    """A published table: NOC -> column -> number."""

    columns: list[str]
    cells: dict[str, dict[str, int]]
    totals: dict[str, int]


class Scenario(Shape):
    """Everything a question about a scenario can name."""

    scenario: str
    title: str
    games: str
    host: str | None
    total: int
    gender_caps: dict[str, int]
    events: list[Event]
    nocs: list[str]
    pathways: list[Pathway]
    readings: list[Reading]
    complete: bool
    incomplete_events: list[str]
    published: Published | None
    dates: dict[str, str]
    sources: list[str]


class Athletes(Shape):
    """Quota places of an NOC; men and women where they are known."""

    total: int
    men: int | None = None
    women: int | None = None


class Totals(Shape):
    """Quota places of all."""

    men: int
    women: int
    total: int


class Decision(Shape):
    """A claim granted or refused, and why."""

    pathway: str
    event: str | None
    noc: str
    gender: str | None
    qualifier: int | None
    granted: bool
    clause: str
    reason: str


class Allocation(Shape):
    """What the rules give: event -> NOC -> start places, NOC -> quota places, and every decision."""

    scenario: str
    engine: str
    status: Literal["optimal", "tie"]
    unique: bool
    places: dict[str, dict[str, int]]
    athletes: dict[str, Athletes]
    totals: Totals
    tied: list[dict[str, Any]]
    decisions: list[Decision]


class Finding(Shape):
    """Something that is wrong with the published table."""

    kind: str
    noc: str | None
    column: str
    published: int | None
    expected: int | None
    message: str


class CellChange(Shape):
    """A cell of a repair."""

    noc: str
    column: str
    published: int
    repaired: int


class Verification(Shape):
    """Whether the published table is what the rules give, and if not, its smallest repairs."""

    scenario: str
    consistent: bool
    standings: Literal["complete", "incomplete"]
    findings: list[Finding]
    repairs: list[list[CellChange]]
    repairs_complete: bool
    repairs_at_least: int
    why_only: dict[str, str]
    readings: list[dict[str, str | bool]]
    repaired_readings: list[dict[str, str | bool]]
    chosen_readings: dict[str, str]
    judged: str
    totals: Totals | None
    implied: list[dict[str, Any]]


class Move(Shape):
    """A place that changes hands."""

    kind: Literal["start-place", "quota-place"]
    event: str
    giver: str | None = Field(alias="from")
    to: str | None
    clause: str
    reason: str
    rank: int | None


class Claim(Shape):
    """A gain; `OTHER` is any NOC that the scenario does not name."""

    noc: str
    column: str
    number: int


class WhatIf(Shape):
    """Who gains and loses. With unknown standings: who gains for certain, who may gain, and what comes free.

    `from` is the table that stands before the changes: what the rules give, or the published table.
    """

    scenario: str
    changes: list[str]
    mode: Literal["sequential", "rerun"]
    before: dict[str, Any]
    after: dict[str, Any] | None
    moves: list[Move]
    necessary: list[Claim]
    possible: list[Claim]
    start: Literal["rules", "published"] = Field(alias="from")


class Differs(Shape):
    """A cell whose published number is not the one that is explained."""

    noc: str
    column: str
    published: int | None
    explained: int
    text: str


class Statement(Shape):
    """One thing that is so, and why."""

    subject: str
    text: str
    clauses: dict[str, str]
    certain: bool


class Explanation(Shape):
    """Why an NOC has what it has and, if asked, why not more."""

    scenario: str
    noc: str
    column: str | None
    judged: str
    differs: list[Differs]
    next_least: int | None
    why: list[Statement]
    why_not: dict[str, Any] | None


class Reserve(Shape):
    """An entry without a place; `turn` 1 is next in line, null is blocked."""

    rank: int
    noc: str
    qualifier: int
    turn: int | None
    blocked_by: list[str]
