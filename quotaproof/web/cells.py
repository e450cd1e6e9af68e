"""Tables of cells with words beside every number, as the templates show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from quotaproof.model.published import ATHLETES, TOTAL
from quotaproof.model.rules import GENDERS

from . import wording
from .languages import gettext

AnswerDocument = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column of a quota table: `label` in full, `short` under its group's heading."""

    identifier: str
    label: str
    short: str
    group: str


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A number in a table.

    Attributes
    ----------
    other
        Another number beside it: what it must be, or the one counted.
    words
        What a screen reader says instead of marks; empty if the number says all.
    mark
        `wrong`, `maybe`, `gain`, `loss`, or empty.
    """

    column: str
    number: int | None
    other: int | None = None
    words: str = ""
    mark: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """An NOC's cells, or those of all."""

    noc: str
    cells: tuple[ShownCell, ...]
    changed: bool = False


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A quota table ready to be shown; `groups` are (heading, number of columns), `printed` if the totals are so."""

    columns: tuple[ShownColumn, ...]
    rows: tuple[ShownRow, ...]
    total: ShownRow | None = None
    printed: bool = False

    @property
    def groups(self) -> list[tuple[str, int]]:
        """Headings over the columns, each with how many it spans."""
        return spans(self.columns)

    @property
    def marked(self) -> list[ShownCell]:
        """All cells with a mark."""
        return [cell for row in (*self.rows, *([self.total] if self.total else [])) for cell in row.cells if cell.mark]


def spans(columns: Sequence[ShownColumn]) -> list[tuple[str, int]]:
    """Return the headings over columns, each with how many it spans."""
    return [(group, len(list(own))) for group, own in groupby(column.group for column in columns)]


def columns_of(scenario: AnswerDocument, *more: str) -> tuple[ShownColumn, ...]:
    """Return the events as columns, then `more` (`men`, `women`, `athletes`)."""
    events = (
        ShownColumn(event["id"], event["label"], wording.column_name(event), wording.gender_name(event["gender"]))
        for event in scenario["events"]
    )
    labels = ((name, wording.athletes_name(name)) for name in more)
    return (*events, *(ShownColumn(name, label, label, wording.quota_places()) for name, label in labels))


def names_of(scenario: AnswerDocument) -> dict[str, str]:
    """Return event, gender or athlete -> words, for sentences and pictures."""
    quotas = {"men": gettext("men's quota"), "women": gettext("women's quota")}
    events = {event["id"]: event["label"] for event in scenario["events"]}
    return {**scenario["athletes"], **{gender: quotas[gender] for gender in GENDERS}, **events}


def cells_of(allocation: AnswerDocument) -> dict[str, dict[str, int]]:
    """Return NOC -> column -> number, with men, women and athletes where they are known."""
    cells: dict[str, dict[str, int]] = {}
    for event, places in allocation["places"].items():
        for noc, number in places.items():
            cells.setdefault(noc, {})[event] = number
    for noc, numbers in allocation.get("athletes", {}).items():
        cells.setdefault(noc, {}).update({ATHLETES if name == "total" else name: n for name, n in numbers.items()})
    return dict(sorted(cells.items()))


def number_in(cells: Mapping[str, Mapping[str, int]], noc: str, column: str) -> int:
    """Return the number of an NOC in a column; 0 where it has no cell."""
    return cells.get(noc, {}).get(column, 0)


def plain_table(columns: Sequence[ShownColumn], cells: Mapping[str, Mapping[str, int]]) -> ShownTable:
    """Return a table of numbers without marks, and their totals."""
    rows = tuple(
        ShownRow(noc, tuple(ShownCell(column.identifier, row.get(column.identifier, 0)) for column in columns))
        for noc, row in cells.items()
    )
    return ShownTable(tuple(columns), rows, total_row(columns, cells))


def total_row(columns: Sequence[ShownColumn], cells: Mapping[str, Mapping[str, int]]) -> ShownRow:
    """Return the row of totals."""
    names = [column.identifier for column in columns]
    return ShownRow(TOTAL, tuple(ShownCell(name, sum(row.get(name, 0) for row in cells.values())) for name in names))
