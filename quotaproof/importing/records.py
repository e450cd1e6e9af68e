"""What a report of quotaproof adds to its tables: the scenario, what is known and on record, differences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from quotaproof.model.aliases import Alias
from quotaproof.model.errors import InputError
from quotaproof.model.files import NOC_PATTERN
from quotaproof.model.later_changes import DeclinedEntry, DeclineRow, Invitation, ReturnedPlaces
from quotaproof.model.published import ATHLETES, TOTAL, unnamed_row
from quotaproof.model.rules import GENDERS, Rules
from quotaproof.model.standings.facts import EVERYTHING, PER_GENDER, Fact, FactKind, Remark, RemarkKind
from quotaproof.pages import Cell, Grid

from .columns import event_of
from .nocs import noc_in, noc_of_cells
from .outcome import Remarks

ABOUT = "About this scenario"
FACTS = ("Event", "Fact", "NOC", "Qualifier", "Value", "Source")
DECLINES = ("Event", "Declined by", "Qualifier", "Date", "Source", "Taken by")
REMARKS = ("Event", "Remark", "NOC", "Value", "Source")
RETURNED = ("Gender", "Returned by", "Quota places", "Date", "Source")
INVITATIONS = ("Event", "Invited", "Number", "Date", "Source")
DIFFERENCES = ("Row", "Column", "Published", "Here", "Why")
NO_ROW = "no row"
"""Written for a published number where the published table has no such row."""

NOT_PRINTED = "not printed"
NOT_KNOWN = "?"
"""Written for a published number that is not known."""

STARTS_AS = "Starts as "
"""The text in a report before the code of an alias."""

EACH_AT_MOST = ", each with at most "
IN_AN_EVENT = " in an event"
"""The text around the most start places of each federation."""

UNREADABLE = "Row without an NOC"
"""The text in a report before the number of a published row and the NOC that it is taken for there."""

TAKEN_FOR = ", taken for "
BY_THE_RULES = "by the rules"
"""What a report says of its quota table if no table was published."""


@dataclass(slots=True)
class Records:
    """What such tables of a page say.

    Attributes
    ----------
    about
        Of the scenario: a word such as `Host` -> the text behind it, one or several times.
    published
        (row, column) -> the published number where the quota table shows another; None where it has no such row.
        A row is an NOC, `TOTAL` or the place of an unnamed one.
    unknown
        (row, column) of the published cells that are not known, where the quota table shows a number.
    files
        The numbers of the files that are reports.
    """

    about: dict[str, list[str]] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    declines: list[DeclineRow] = field(default_factory=list)
    invitations: list[Invitation] = field(default_factory=list)
    published: dict[tuple[str, str], int | None] = field(default_factory=dict)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    files: set[int] = field(default_factory=set)

    def first(self, word: str) -> str | None:
        """Return the first thing that is said under a word."""
        return next(iter(self.about.get(word, ())), None)


def stated_alias(code: str, text: str) -> Alias | None:
    """Return a code under which federations start as a report states it; None if the text has another form.

    Examples
    --------
    >>> stated_alias("AIN", "RUS, BLR, each with at most 1 in an event (a clause; a page)").federations
    ('RUS', 'BLR')
    """
    names, found, rest = text.removesuffix(")").partition(" (")
    names, _, most = names.removesuffix(IN_AN_EVENT).partition(EACH_AT_MOST)
    clause, separator, source = rest.rpartition("; ")
    federations = names.split(", ")
    if not (found and separator and all(map(NOC_PATTERN.fullmatch, (code, *federations)))):
        return None
    if most and not re.fullmatch(r"[0-9]{1,4}", most):
        return None
    return Alias(code, tuple(federations), int(most) if most else None, clause, source)


def unreadable_rows(values: Sequence[str]) -> dict[str, str]:
    """Return NOC -> row of the published table, where a report says which rows without an NOC it takes for whose.

    Examples
    --------
    >>> unreadable_rows(["15, taken for KAZ"])
    {'KAZ': '?15'}
    """
    found = {}
    for value in values:
        number, _, noc = value.partition(TAKEN_FOR)
        if not re.fullmatch(r"[1-9][0-9]{0,3}", number) or not NOC_PATTERN.fullmatch(noc):
            raise InputError(f"{UNREADABLE}: {value[:60]!r} is not the number of a row and an NOC")
        found[noc] = unnamed_row(int(number))
    return found


def is_record(grid: Grid) -> bool:
    """Return whether a table is one of these."""
    return bool(grid.rows) and (
        _header(grid) in (FACTS, REMARKS, DECLINES, RETURNED, INVITATIONS, DIFFERENCES) or _is_about(grid)
    )


def read_about(grid: Grid, records: Records, remarks: Remarks) -> None:
    """Read what a table says of the scenario, if it is the table for that; the rules need not be known."""
    if not (grid.rows and _is_about(grid)):
        return
    records.files.add(grid.file)
    for row in grid.rows[1:]:
        if len(row) > 1 and row[0].text:
            remarks.use(row[:2])
            records.about.setdefault(row[0].text, []).append(row[1].text.replace("\n", " "))


def read_records(grid: Grid, rules: Rules, records: Records, remarks: Remarks) -> None:
    """Read the facts, declines and differences of a table, if it has any.

    Raises
    ------
    InputError
        If an event, a fact or a number in it is not one.
    """
    header = _header(grid) if grid.rows else ()
    remarks.use(cell for row in grid.rows for cell in row[: len(header)])
    for row in _rows(grid):
        if header == FACTS:
            records.facts.append(_fact(row, rules, remarks))
        elif header == REMARKS:
            records.remarks.append(_remark(row, rules))
        elif header == DECLINES:
            noc, taker = (noc_in(row[name], "declines", remarks).noc for name in ("Declined by", "Taken by"))
            texts = row["Date"].text, row["Source"].text
            records.declines.append(DeclinedEntry(_event(row, rules), noc, _integer(row, "Qualifier"), *texts, taker))
        elif header == RETURNED:
            records.declines.append(_returned(row, rules, remarks))
        elif header == INVITATIONS:
            records.invitations.append(_invitation(row, rules, remarks))
        elif header == DIFFERENCES and row["Published"].text == NOT_KNOWN:
            records.unknown.append(_cell(row, rules, remarks))
        elif header == DIFFERENCES:
            records.published[_cell(row, rules, remarks)] = _integer(row, "Published")


def _is_about(grid: Grid) -> bool:
    return bool(grid.rows[0]) and grid.rows[0][0].text == ABOUT


def _header(grid: Grid) -> tuple[str, ...]:
    return tuple(cell.text for cell in grid.rows[0])


def _rows(grid: Grid) -> Iterator[Mapping[str, Cell]]:
    names = _header(grid) if grid.rows else ()
    for row in grid.rows[1:]:
        yield {name: row[n] if n < len(row) else Cell() for n, name in enumerate(names)}


def _event(row: Mapping[str, Cell], rules: Rules, column: str = "Event") -> str:
    event = event_of(rules, row[column].text)
    if event is None:
        raise InputError(f"{row[column].text[:60]!r} is no event of the rules")
    return event.identifier


def _integer(row: Mapping[str, Cell], column: str) -> int | None:
    text = row[column].text
    if text in ("", "?", NO_ROW, NOT_PRINTED):
        return None
    if not re.fullmatch(r"\d{1,6}", text):
        raise InputError(f"{column}: {text[:60]!r} is no number")
    return int(text)


def _fact(row: Mapping[str, Cell], rules: Rules, remarks: Remarks) -> Fact:
    kind: FactKind | None = next((one for one in get_args(FactKind) if one == row["Fact"].text), None)
    if kind is None:
        raise InputError(f"{row['Fact'].text[:60]!r} is no kind of fact")
    source = row["Source"].text or "the page"
    event = row["Event"].text
    if kind in PER_GENDER and event not in (*GENDERS, EVERYTHING):
        raise InputError(f"{event[:60]!r} is neither men, women nor {EVERYTHING}")
    if kind not in PER_GENDER and not (kind == "column-total" and event in (*GENDERS, EVERYTHING)):
        event = _event(row, rules)
    noc = noc_in(row["NOC"], "known facts", remarks).noc
    qualifier = _integer(row, "Qualifier") or 1
    if kind == "ahead-of":
        return Fact(event, kind, noc, 0, source, qualifier, noc_in(row["Value"], "known facts", remarks).noc)
    return Fact(event, kind, noc, _integer(row, "Value") or 0, source, qualifier)


def _remark(row: Mapping[str, Cell], rules: Rules) -> Remark:
    kind: RemarkKind | None = next((one for one in get_args(RemarkKind) if one == row["Remark"].text), None)
    if kind is None:
        raise InputError(f"{row['Remark'].text[:60]!r} is no kind of remark")
    event = EVERYTHING if row["Event"].text == EVERYTHING else _event(row, rules)
    return Remark(event, kind, noc_of_cells([row["NOC"]]), row["Value"].text, row["Source"].text or "the page")


def _invitation(row: Mapping[str, Cell], rules: Rules, remarks: Remarks) -> Invitation:
    noc, text = noc_in(row["Invited"], "invitations", remarks).noc, row["Event"].text
    number = re.fullmatch(r"([+−-]?)(\d{1,3})", row["Number"].text)
    if noc is None or number is None:
        raise InputError(f"an invitation names no NOC or number: {text[:60]!r}")
    sign = -1 if number[1] in ("-", "−") else 1
    column = text if text in GENDERS else _event(row, rules)
    return Invitation(column, noc, sign * int(number[2]), row["Date"].text, row["Source"].text)


def _returned(row: Mapping[str, Cell], rules: Rules, remarks: Remarks) -> ReturnedPlaces:
    noc, gender = noc_in(row["Returned by"], "declines", remarks).noc, row["Gender"].text
    number = _integer(row, "Quota places")
    if noc is None or number is None or not rules.is_quota_column(gender):
        raise InputError(f"returned quota places without an NOC, a gender or a number: {gender[:60]!r}")
    return ReturnedPlaces(gender, noc, number, row["Date"].text, row["Source"].text)


def _cell(row: Mapping[str, Cell], rules: Rules, remarks: Remarks) -> tuple[str, str]:
    name, column = row["Row"].text, row["Column"].text
    where = ATHLETES if column == ATHLETES else _event(row, rules, "Column")
    if name == TOTAL:
        return TOTAL, where
    numbered = re.fullmatch(r"\? \(row (\d{1,4})\)", name)
    if numbered:
        return f"?{numbered[1]}", where
    noc = noc_in(row["Row"], "differences", remarks).noc
    if noc is None:
        raise InputError(f"{name[:60]!r} in the table of differences is no row of the quota table")
    return noc, where
