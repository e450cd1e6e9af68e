"""The JSON documents that only the API has; those of answers are `documents` of the model and of the solver."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict  # pydantic reads that of `typing` from Python 3.12 on only

from quotaproof.model.documents import AthletesDocument
from quotaproof.model.rules import Gender


class Problem(TypedDict):
    """Why there is no answer, in one sentence."""

    error: str


class Listed(TypedDict):
    """A scenario that can be asked about.

    `complete`: all standings are known; `published`: there is a published table; `uploaded`: it is an upload of yours.
    """

    scenario: str
    title: str
    games: str
    host: str | None
    quota_places: int
    complete: bool
    published: bool
    uploaded: bool


class EventDocument(TypedDict):
    """An event and its caps."""

    id: str
    label: str
    gender: Literal["men", "women", "mixed"]
    kind: Literal["individual", "relay", "couple"]
    start_places: int
    noc_cap: int


class PathwayDocument(TypedDict):
    """One numbered step of the rules."""

    id: str
    title: str
    clause: str


class ReadingDocument(TypedDict):
    """An open clause and how it is read."""

    name: str
    question: str
    clause: str
    values: list[str]
    chosen: str


class PublishedDocument(TypedDict):
    """A published table: NOC -> column -> number."""

    columns: list[str]
    cells: dict[str, dict[str, int]]
    totals: dict[str, int]


class PublishedStatementDocument(TypedDict):
    """A single published statement that is taken as true: what it says, its source, its line in the file."""

    says: str
    source: str
    line: int | None


class ScenarioDocument(TypedDict):
    """Everything a question about a scenario can name."""

    scenario: str
    title: str
    games: str
    host: str | None
    total: int
    gender_caps: dict[Gender, int]
    events: list[EventDocument]
    nocs: list[str]
    names: dict[str, str]
    shown: dict[str, str]
    pathways: list[PathwayDocument]
    readings: list[ReadingDocument]
    by_lists: bool
    reserve_events: list[str]
    named_events: list[str]
    athletes: dict[str, str]
    complete: bool
    undone_first: str | None
    meets: list[str]
    meets_held: list[str]
    incomplete_events: list[str]
    published: PublishedDocument | None
    partly_known: bool
    published_lists: list[str]
    on_record: bool
    dates: dict[str, str]
    sources: list[str]
    statements: list[PublishedStatementDocument]


class StartsDocument(TypedDict):
    """What a what-if with complete standings can start from, for the pages.

    `differs` counts the cells in which the published table is not what the rules give. `changes`, `places` and
    `athletes` are those of the published table as a beginning; `refused` says why it is none.
    """

    differs: int | None
    undone_first: str | None
    invited: bool
    changes: list[str]
    places: dict[str, dict[str, int]]
    athletes: dict[str, AthletesDocument]
    refused: str
