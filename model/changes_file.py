"""A file of changes: `[[change]]` tables with one change each, and perhaps a mode."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from .changes import (
    Change,
    Exclude,
    ReplaceStandings,
    parse_cap,
    parse_decline,
    parse_disqualification,
    parse_host,
    parse_move,
    parse_reading,
    parse_withdrawal,
)
from .dates import is_date
from .errors import InputError
from .files import NOC_PATTERN, read_toml, shown, toml_line
from .rules import Rules
from .toml_schema import TomlTable, parse_table


class ChangeTable(TomlTable):
    """One `[[change]]` of a changes file: exactly one of the keys, and a date for a decline."""

    decline: str | None = None
    withdraw: str | None = None
    date: str = ""
    exclude: Annotated[str, Field(pattern=rf"^{NOC_PATTERN.pattern}$")] | None = None
    host: str | None = None
    set: str | None = None
    reading: str | None = None
    standings: str | None = None
    move: str | None = None
    disqualify: str | None = None


class ChangesTable(TomlTable):
    """A changes file: an ordered list of changes, written as on the command line, and the mode."""

    mode: Literal["sequential", "rerun"] | None = None
    change: list[ChangeTable] = Field(default_factory=list)


def load_changes(path: Path, rules: Rules) -> tuple[list[Change], str | None]:
    """Return the changes of a TOML file, in order, and the mode if it names one.

    Raises
    ------
    InputError
        With file, line and field.
    """
    data, text = read_toml(path)
    table = parse_table(ChangesTable, data, path, text)
    changes: list[Change] = []
    for number, row in enumerate(table.change):
        given = {name: value for name, value in row.model_dump().items() if value not in (None, "") and name != "date"}
        line = toml_line(text, ("change", number))
        if len(given) != 1:
            raise InputError(
                "a change must have exactly one of decline, withdraw, exclude, host, set, reading, standings, move, "
                "disqualify",
                file=path,
                line=line,
                field=f"change.{number + 1}",
            )
        ((name, value),) = given.items()
        if row.date and not is_date(row.date):
            problem = f"{shown(row.date)} is not a date; write YYYY-MM-DD or leave it out"
            line = toml_line(text, ("change", number, "date"))
            raise InputError(problem, file=path, line=line, field=f"change.{number + 1}.date")
        try:
            changes.append(_from_words(name, value, row.date, rules, path))
        except InputError as error:
            if error.file is not None:
                raise
            line = toml_line(text, ("change", number, name))
            raise InputError(error.problem, file=path, line=line, field=f"change.{number + 1}.{name}") from error
    return changes, table.mode


def _from_words(name: str, value: str, date: str, rules: Rules, path: Path) -> Change:
    match name:
        case "decline":
            return replace(parse_decline(value, rules), date=date)
        case "withdraw":
            return parse_withdrawal(value, rules)
        case "exclude":
            return Exclude(value)
        case "host":
            return parse_host(value)
        case "set":
            return parse_cap(value)
        case "move":
            return parse_move(value, rules)
        case "disqualify":
            return parse_disqualification(value, rules)
        case "standings":
            return ReplaceStandings(path.parent / value)
        case _:
            return parse_reading(value)
