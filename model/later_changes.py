"""What happened to an allocation afterwards, as it is on record: declines by the rules, invitations outside them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from quotaproof.model.standings.facts import require_askable
from quotaproof.model.standings.rankings import Standings

from .dates import is_date
from .files import Row, read_rows
from .published import ATHLETES
from .rules import GENDERS, Gender, Rules
from .scenario_folder import DECLINES, INVITATIONS


@dataclass(frozen=True, slots=True)
class DeclinedEntry:
    """A start place an NOC gave back: its qualifier's entry in an event.

    Attributes
    ----------
    noc, qualifier
        None where nobody published them.
    taken_by
        The NOC that got the place in its stead, if that is known.
    """

    event: str
    noc: str | None
    qualifier: int | None
    date: str = ""
    source: str = ""
    taken_by: str | None = None


@dataclass(frozen=True, slots=True)
class ReturnedPlaces:
    """Quota places of a gender that an NOC gave back alone: it sends so many athletes fewer."""

    gender: Gender
    noc: str
    number: int = 1
    date: str = ""
    source: str = ""


DeclineRow = DeclinedEntry | ReturnedPlaces
"""A row of declines.csv."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """Places that the organiser added outside the rules or, if `number` is negative, withheld.

    Nobody else's places depend on them, and withheld places are not given on.

    Attributes
    ----------
    column
        An event (start places), or `men` or `women` (quota places).
    """

    column: str
    noc: str
    number: int
    date: str = ""
    source: str = ""


Overlay = Mapping[tuple[str, str], int]
"""What invitations add to the cells of a published table: (NOC, column) -> number."""


def overlay(invitations: tuple[Invitation, ...]) -> Overlay:
    """Return what invitations add to the cells of a published table."""
    cells: dict[tuple[str, str], int] = {}
    for one in invitations:
        cell = (one.noc, ATHLETES if one.column in GENDERS else one.column)
        cells[cell] = cells.get(cell, 0) + one.number
    return cells


def load_declines(path: Path, rules: Rules, standings: Standings) -> tuple[DeclineRow, ...]:
    """Return the declines of a CSV file with the columns event, noc, qualifier, date, source[, taken-by][, number].

    An NOC that nobody published is `?`, and so is then the qualifier. With `men` or `women` in place of an event a row
    is of `number` quota places.

    Raises
    ------
    InputError
        With file, line and field; also where a complete ranking has no such entry.
    """
    declines: dict[object, DeclineRow] = {}
    open_rows: list[Row] = []
    claims = {event: set(ranking.claims()) for event, ranking in standings.rankings.items() if ranking.complete}
    known = [event.identifier for event in rules.events]
    for row in read_rows(path, DECLINES.required, DECLINES.optional):
        gender = row.text("event")
        if rules.is_quota_column(gender):
            returned = _returned(row, rules, gender)
            if (gender, returned.noc, returned.date) in declines:
                raise row.error("noc", f"{returned.noc} has a second row for {gender} of that date; write their sum")
            declines[gender, returned.noc, returned.date] = returned
            continue
        event = row.choice("event", known)
        if row.text("number") not in ("", "1"):
            raise row.error(
                "number", "a row of an event is one start place; write a row for each, and 1 or nothing here"
            )
        noc = row.noc_or_unknown()
        if noc is None:
            open_rows.append(row)
        qualifier = None
        if noc is not None or row.text("qualifier") not in ("?", ""):
            qualifier = row.integer("qualifier", least=1, most=999)
        if noc is None and qualifier is not None:
            raise row.error("qualifier", "the NOC is unknown, so its qualifier is too; write ? or leave it empty")
        if qualifier is not None:
            require_askable(row, rules.event(event), qualifier)
        if noc is not None and (event, noc, qualifier) in declines:
            raise row.error("qualifier", f"{noc}'s qualifier {qualifier} in {event} is declined twice")
        if noc is not None and event in claims and (noc, qualifier) not in claims[event]:
            raise row.error("qualifier", f"{noc} has no qualifier {qualifier} in {event} to decline")
        taken_by = row.noc("taken-by") if row.text("taken-by") not in ("", "?") else None
        if taken_by is not None and taken_by == noc:
            raise row.error("taken-by", f"{noc} cannot take the place that it gives back")
        key = (event, noc, qualifier) if noc is not None else ("unknown", row.line)
        declines[key] = DeclinedEntry(event, noc, qualifier, _dated(row, rules), row.text("source"), taken_by)
    found = tuple(declines.values())
    if open_rows and any(isinstance(one, ReturnedPlaces) for one in found):
        raise open_rows[0].error(
            "noc", "quota places were given back too, and where these go depends on who declined here; name the NOC"
        )
    if open_rows and any(rules.too_late(one.date) for one in found):
        raise open_rows[0].error(
            "noc",
            "a place was given back after the deadline, and which stays free depends on who declined; name the NOC",
        )
    return found


def _returned(row: Row, rules: Rules, gender: Gender) -> ReturnedPlaces:
    """Return the quota places that a row with a gender in place of an event gives back."""
    noc = row.noc_or_unknown()
    if noc is None:
        raise row.error("noc", "whoever gives a quota place back must be known; name the NOC")
    if row.text("qualifier"):
        raise row.error("qualifier", "a quota place has no qualifier; leave it empty, and write how many as the number")
    if row.text("taken-by") not in ("", "?"):
        raise row.error("taken-by", "where a quota place goes follows from the rules; leave it empty")
    number = row.integer("number", least=1, most=999) if row.text("number") else 1
    return ReturnedPlaces(gender, noc, number, _dated(row, rules), row.text("source"))


def load_invitations(path: Path, rules: Rules) -> tuple[Invitation, ...]:
    """Return the invitations of a CSV file with the columns event, noc, number, date, source.

    Raises
    ------
    InputError
        With file, line and field.
    """
    invitations: dict[tuple[str, str], Invitation] = {}
    known = [*(event.identifier for event in rules.events), *GENDERS]
    for row in read_rows(path, INVITATIONS.required):
        column, noc = row.choice("event", known), row.noc()
        text = row.text("number")
        if not re.fullmatch(r"[+-]?[0-9]{1,3}", text) or int(text) == 0:
            raise row.error(
                "number", f"{text[:40]!r} is not a number of places; write one such as 1, or -1 for a place withheld"
            )
        if (column, noc) in invitations:
            raise row.error("noc", f"{noc} has a second row for {column}; write one with the sum")
        source = row.text("source")
        if not source:
            raise row.error("source", "an invitation needs a source")
        invitations[column, noc] = Invitation(column, noc, int(text), _date(row), source)
    return tuple(invitations.values())


def _dated(row: Row, rules: Rules) -> str:
    """The date of a row; where the rules have a deadline it must be known."""
    date = _date(row)
    if rules.given_on_until and not date:
        raise row.error(
            "date",
            f"the rules give places on until {rules.given_on_until}, so it must be known when this was; add the date",
        )
    return date


def _date(row: Row) -> str:
    date = row.text("date")
    if date and not is_date(date):
        raise row.error("date", f"{date[:40]!r} is not a date; write YYYY-MM-DD or leave it empty")
    return date
