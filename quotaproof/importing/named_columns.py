"""Columns of which whoever imports a table says what they are: `--columns "men-500=Herren 500 m,noc=Land"`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from quotaproof.model.errors import InputError
from quotaproof.model.rules import Rules
from quotaproof.pages import Grid

from .headers import MOST_ROWS, Column, Header, header_of
from .roles import OTHER, ROLES, SHARED
from .vocabulary import plain_key

NamedColumns = Sequence[tuple[str, str]]
"""(role, header) of each column of which whoever imports a table says what it is."""


def parse_columns(text: str, rules: Rules) -> NamedColumns:
    """Return each role with its header from a text such as `men-500=Herren 500 m,noc=Land`; the n-th column is `#n`.

    Raises
    ------
    InputError
        If a role is none, or one that only one column can have is named twice.
    """
    found: list[tuple[str, str]] = []
    known = (*(event.identifier for event in rules.events), *ROLES)
    for part in re.split(r",(?=[\w-]{1,60}=)", text):
        role, equals, header = part.partition("=")
        role = role.strip()
        if not equals or role not in known:
            raise InputError(
                f"--columns: {part[:60]!r} names no column; write ROLE=HEADER with one of {', '.join(known)}"
            )
        if role not in SHARED and any(role == own for own, _ in found):
            raise InputError(f"--columns names {role} twice, which only one column can be")
        found.append((role, header.strip()))
    return found


def of_each(named: NamedColumns, grids: Sequence[Grid]) -> list[NamedColumns]:
    """Return for each table of a page those of the named columns that it has; a number is that of the largest's.

    Raises
    ------
    InputError
        If no table has some header.
    """
    if not named:
        return [()] * len(grids)
    headers = [_headers(grid) for grid in grids]
    sizes = [len(grid.rows) * max(map(len, grid.rows), default=0) for grid in grids]
    largest = sizes.index(max(sizes))
    found: list[list[tuple[str, str]]] = [[] for _ in grids]
    for role, text in named:
        at = [n for n, own in enumerate(headers) if _plain(text) in own and not re.fullmatch(r"#\d{1,3}", text)]
        for number in at or [largest]:  # where none has it, the largest table says what its headers are
            found[number].append((role, text))
    return list(found)


def _headers(grid: Grid) -> frozenset[str]:
    """All texts by which a column of a table can be named."""
    header = header_of(grid)
    cells = [cell.text for row in grid.rows[:MOST_ROWS] for cell in row]
    columns = [column.words for way in (header.columns, header.filled) for column in way]
    return frozenset(_plain(text) for text in (*cells, *columns) if text)


def _column(text: str, titles: Sequence[str], columns: Sequence[Column]) -> int:
    """The number of the column with a header, that is `text` itself, its lowest row, or `#3` for the third."""
    if re.fullmatch(r"#\d{1,3}", text) and 0 < int(text[1:]) <= len(titles):
        return int(text[1:]) - 1
    key = _plain(text)
    for candidates in (titles, [column.texts[-1] if column.texts else "" for column in columns]):
        fitting = [n for n, title in enumerate(candidates) if _plain(title) == key]
        if len(fitting) == 1:
            return fitting[0]
        if len(fitting) > 1:
            places = ", ".join(f"#{number + 1}" for number in fitting)
            raise InputError(f"--columns: {text[:60]!r} is above several columns; name one of {places}")
    shown = ", ".join(repr(title) for title in titles if title)
    raise InputError(f"--columns: no column is headed {text[:60]!r}; the headers are {shown[:600]}")


def with_named(header: Header, grid: Grid, named: NamedColumns) -> Header:
    """Return the header with a row that has most of the named headers, though no word of it was known."""
    wanted = {_plain(text) for _, text in named if not text.startswith("#")}
    for number, row in enumerate(grid.rows[:MOST_ROWS]):
        if number >= header.depth and len(wanted & {_plain(cell.text) for cell in row}) * 2 > len(wanted) > 0:
            return Header(header.titles, number + 1, (*header.rows, row))
    return header


def _plain(text: str) -> str:
    return " ".join(plain_key(text).split())


def as_named(roles: list[str], named: NamedColumns, titles: Sequence[str], columns: Sequence[Column]) -> None:
    """Give the columns that are named their roles; what was guessed to have one of these has none."""
    told = {role for role, _ in named}
    roles[:] = [OTHER if own in told else own for own in roles]
    taken: dict[int, str] = {}
    for role, text in named:
        column = _column(text, titles, columns)
        if taken.setdefault(column, role) != role:
            raise InputError(
                f"--columns: {text[:60]!r} is said to be {taken[column]} and {role}; it can be one of them"
            )
        roles[column] = role
