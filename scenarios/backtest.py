"""The seasons of `backtest.toml`, which are over, and after how many of their meets they are forecast."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from quotaproof.model.files import read_toml
from quotaproof.model.toml_schema import Identifier, TomlTable, parse_table

from . import FOLDER


class _SeasonTable(TomlTable):
    """One of `[[rows]]`: a season that is over, and after how many meets it is forecast."""

    scenario: Identifier
    after: Annotated[int, Field(ge=1, le=99)]


class _SeasonsTable(TomlTable):
    """The file `backtest.toml`."""

    rows: Annotated[list[_SeasonTable], Field(min_length=1)]


def seasons_over() -> tuple[tuple[str, int], ...]:
    """Return the seasons of `backtest.toml`: ids, and after how many of their meets they are forecast.

    Raises
    ------
    InputError
        If the file has a fault.
    """
    path = FOLDER / "backtest.toml"
    data, text = read_toml(path)
    table = parse_table(_SeasonsTable, data, path, text)
    return tuple((row.scenario, row.after) for row in table.rows)
