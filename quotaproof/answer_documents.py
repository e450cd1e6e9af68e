"""What the answers about files are as JSON: whether a certificate is accepted, and what an import did."""

from __future__ import annotations

from typing_extensions import TypedDict  # pydantic reads that of `typing` from Python 3.12 on only

from quotaproof.importing.outcome import ImportRemarkKind


class CheckDocument(TypedDict):
    """Whether a certificate is accepted, and in sentences why not."""

    certificate: str
    scenario: str
    accepted: bool
    problems: list[str]


class ImportRemarkDocument(TypedDict):
    """One thing to know of an import."""

    kind: ImportRemarkKind
    subject: str
    message: str


class ImportReportDocument(TypedDict):
    """What an import did.

    `totals` is column -> the total that is printed, `lists` event -> the entries of its list, `criteria` event -> the
    rows of its criteria.
    """

    source: str
    format: str
    title: str
    rules: str
    folder: str | None
    nocs: int
    unknown_nocs: int
    totals: dict[str, int]
    lists: dict[str, int]
    criteria: dict[str, int]
    remarks: list[ImportRemarkDocument]
