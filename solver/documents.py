"""What the answers to questions are as JSON: the keys of the command line, of `to_dict` and of the JSON API.

`to_dict` returns these types, and `document_of` writes by them; the API is described by them.
"""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict  # pydantic reads that of `typing` from Python 3.12 on only

from quotaproof.model.documents import AthletesDocument, TiedDocument
from quotaproof.model.start import Start
from quotaproof.solver.inference_documents import (
    CertainPossibleDocument,
    DeterminedCellDocument,
    PartlyKnownDocument,
    PartlyKnownStartDocument,
)

# verify ------------------------------------------------------------------------------------------------------------


Verdict = Literal["as-the-rules-give", "with-changes", "not"]
ChangeStatus = Literal["on-record", "computed", "no-record"]


class FindingDocument(TypedDict):
    """Something that is wrong with the published table."""

    kind: str
    noc: str | None
    column: str
    published: int | None
    expected: int | None
    message: str


class RepairedCellDocument(TypedDict):
    """A cell of a repair."""

    noc: str
    column: str
    published: int
    repaired: int


class RecordedChangeDocument(TypedDict):
    """A later change on record; `taken_by` only of declines."""

    kind: Literal["decline", "return", "invitation", "withheld"]
    column: str
    noc: str | None
    number: int
    taken_by: NotRequired[str | None]
    date: str | None
    source: str
    needed: bool | None
    status: ChangeStatus
    could_be: NotRequired[list[str]]


class DeviationDocument(TypedDict):
    """A cell that is not what the rules alone give, and the changes on record (from 1) that explain it."""

    noc: str | None
    column: str
    published: int
    expected: int | None
    message: str
    explained_by: list[int]


class RankedEntryDocument(TypedDict):
    """An entry of a ranking; nulls where nobody published them."""

    noc: str
    qualifier: int | None
    rank: int | None


class NeededChangeDocument(TypedDict):
    """A change that leads from what the rules give to the published table, and whether a record has it."""

    kind: Literal["decline", "return", "invitation", "withheld"]
    noc: str | None
    event: str
    number: int
    status: ChangeStatus
    outside_the_rules: bool
    offered: bool
    entries: list[RankedEntryDocument]
    taken_by: list[RankedEntryDocument]
    date: str | None
    source: str


class PrecedenceDocument(TypedDict):
    """Who ranks before whom in every ranking that gives the table."""

    event: str
    before: str
    after: str
    after_event: NotRequired[str]


class UnnamedDocument(TypedDict):
    """Rows of the table without a legible NOC: all, those that can be the host's, and what fits best."""

    rows: list[str]
    host_rows: list[str]
    named: dict[str, str]


class PublishedListDocument(TypedDict):
    """What was verified, where places go down ranked lists."""

    title: str
    source: str
    note: str


class VerificationDocument(TypedDict):
    """Whether the published table is what the rules give, perhaps with changes, and if not, its smallest repairs."""

    scenario: str
    verdict: Verdict
    consistent: bool
    standings: Literal["complete", "incomplete"]
    explanation: list[NeededChangeDocument]
    explanation_unique: bool | None
    findings: list[FindingDocument]
    repairs: list[list[RepairedCellDocument]]
    repairs_complete: bool
    repairs_at_least: int
    why_only: dict[str, str]
    readings: list[dict[str, str | bool | int | None]]
    repaired_readings: list[dict[str, str | bool]]
    chosen_readings: dict[str, str]
    changes: list[RecordedChangeDocument]
    deviations: list[DeviationDocument]
    unjudged: list[str]
    judged: str
    totals: AthletesDocument | None
    implied: list[PrecedenceDocument]
    unknown: NotRequired[list[str]]
    declines_unknown: NotRequired[bool]
    unknown_cells: NotRequired[list[DeterminedCellDocument]]
    unnamed: NotRequired[UnnamedDocument]
    published_list: NotRequired[PublishedListDocument]
    summary: NotRequired[list[str]]
    partly_known: NotRequired[PartlyKnownDocument]


# whatif ------------------------------------------------------------------------------------------------------------

MoveDocument = TypedDict(
    "MoveDocument",
    {
        "kind": str,
        "event": str,
        "from": str | None,
        "to": str | None,
        "clause": str,
        "reason": str,
        "rank": int | None,
        "from_athlete": NotRequired[str],
        "from_name": NotRequired[str],
        "to_athlete": NotRequired[str],
        "to_name": NotRequired[str],
    },
)
"""A place that changes hands; `from` null: it was free, `to` null: it is free now.

Where places are of named entries, the athletes whose it was and is.
"""


class TableDocument(TypedDict):
    """An allocation without its decisions."""

    status: Literal["optimal", "tie"]
    places: dict[str, dict[str, int]]
    athletes: dict[str, AthletesDocument]
    totals: AthletesDocument
    tied: list[TiedDocument]


class GainDocument(TypedDict):
    """What an NOC gains in a column."""

    noc: str
    column: str
    number: int


class StepDocument(TypedDict):
    """A decline and the moves that answer it."""

    change: str
    moves: list[MoveDocument]


class ModeDifferenceDocument(TypedDict):
    """A cell that the two ways to answer declines fill differently."""

    noc: str
    column: str
    sequential: int
    rerun: int
    why: str


class OrderDifferenceDocument(TypedDict):
    """A cell that another order of the declines fills differently."""

    noc: str
    column: str
    here: int
    there: int


WhatIfDocument = TypedDict(
    "WhatIfDocument",
    {
        "scenario": str,
        "changes": list[str],
        "mode": Literal["sequential", "rerun"],
        "before": TableDocument,
        "after": TableDocument,
        "moves": list[MoveDocument],
        "net_effect": dict[str, dict[str, int]],
        "necessary": list[GainDocument],
        "possible": list[GainDocument],
        "steps": list[StepDocument],
        "mode_differences": list[ModeDifferenceDocument],
        "other_mode_refused": str | None,
        "order_matters": bool | None,
        "other_order": list[str],
        "other_order_gives": list[OrderDifferenceDocument],
        "other_order_refused": str | None,
        "from": Start,
        "from_changes": list[str],
        "published_differs": int | None,
        "undone_first": str | None,
        "invited": bool,
    },
)
"""Who gains and loses by changes, with complete standings.

`from` is the table before the changes: what the rules give, or the published table without places by
invitation (`invited`), reached by `from_changes`; `published_differs` counts the cells in which it is another.
"""


class RecipientDocument(TypedDict):
    """A gain; the NOC `OTHER` is any that the scenario does not name."""

    noc: str
    column: str
    number: int
    witness: NotRequired[int]


class NumberDocument(TypedDict):
    """Athletes whose gender nobody published."""

    total: int


class PublishedPlacesDocument(TypedDict):
    """A published table, or its repair: event -> NOC -> start places."""

    places: dict[str, dict[str, int]]
    athletes: dict[str, NumberDocument]


class PlacesDocument(TypedDict):
    """What everybody has for certain: event -> NOC -> start places."""

    places: dict[str, dict[str, int]]


class FreedDocument(TypedDict):
    """How many places of a column come free."""

    least: int
    most: int


RecipientsDocument = TypedDict(
    "RecipientsDocument",
    {
        "scenario": str,
        "changes": list[str],
        "mode": Literal["sequential"],
        "standings": Literal["incomplete"],
        "from": Literal["published"],
        "table": Literal["published", "repaired", "partly-known"],
        "invited": bool,
        "before": PublishedPlacesDocument,
        "after": PlacesDocument | None,
        "moves": list[MoveDocument],
        "freed": dict[str, FreedDocument],
        "necessary": list[RecipientDocument],
        "possible": list[RecipientDocument],
        "not_excluded": list[RecipientDocument],
        "witnesses": int,
        "partly_known": PartlyKnownStartDocument | None,
    },
)
"""Who gains for certain by changes, and who may gain, with standings that are not known in full.

Where the table is known in part, `before` has what is certain, and `not_excluded` gains that are neither shown nor
proved impossible; otherwise these are none, and `partly_known` is null.
"""


# explain -----------------------------------------------------------------------------------------------------------


class StatementDocument(TypedDict):
    """One thing that is so, and why."""

    subject: str
    text: str
    clauses: dict[str, str]
    certain: bool


class ElementDocument(TypedDict):
    """A clause or fact of a reason."""

    kind: str
    pathway: str | None
    clause: str | None
    text: str
    data: dict[str, int | str]


class ReasonDocument(TypedDict):
    """Facts and clauses that exclude a target together, none of them to spare."""

    size: int
    text: str
    elements: list[ElementDocument]


class DistanceDocument(TypedDict):
    """The least change of one kind that makes a target true."""

    measure: str
    where: str
    amount: int | None
    at_least: int
    text: str
    changes: list[str]


class WhyNotDocument(TypedDict):
    """What excludes a target, and how close it was."""

    target: str
    possible: bool
    reasons: list[ReasonDocument]
    reasons_complete: bool
    limit_reached: bool
    how_close: list[DistanceDocument]
    note: str


class DiffersDocument(TypedDict):
    """A cell whose published number is not the one that is explained; `published` null: the table has no such row."""

    noc: str
    column: str
    published: int | None
    explained: int
    text: str


class ExplanationDocument(TypedDict):
    """Why an NOC has what it has and, if asked, why not more."""

    scenario: str
    noc: str
    column: str | None
    judged: str
    differs: list[DiffersDocument]
    next_least: int | None
    why: list[StatementDocument]
    why_not: WhyNotDocument | None
    athlete: NotRequired[str]
    name: NotRequired[str]
    partly_known: NotRequired[list[CertainPossibleDocument]]
