"""A pandas frame as a page of one table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from quotaproof.model.errors import InputError

from .page import Budget, Cell, Grid, Page, tidy

if TYPE_CHECKING:
    import pandas as pd


def page_of_frame(frame: pd.DataFrame) -> Page:
    """Return the page of a frame: its columns are the header, and an index with a name is the first column.

    Raises
    ------
    InputError
        If it is no frame, or larger than any quota table.
    """
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        raise InputError(f"a {type(frame).__name__} cannot be imported; give the path of a file or a pandas frame")
    Budget().spend(frame.shape[0] * (frame.shape[1] + frame.index.nlevels))
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    columns: Iterable[object] = frame.columns  # those of several levels are tuples, which its type does not say
    names = [column if isinstance(column, tuple) else (column,) for column in columns]
    depth = max((len(name) for name in names), default=0)
    header = [
        tuple(Cell(shown(name[level]) if level < len(name) else "", header=True) for name in names)
        for level in range(depth)
    ]
    rows = [
        tuple(Cell(shown(None if pd.api.types.is_scalar(value) and pd.isna(value) else value)) for value in record)
        for record in frame.itertuples(index=False, name=None)
    ]
    return Page("", (Grid((*header, *rows)),), "frame")


def shown(value: object) -> str:
    """Return a value of a sheet or frame as a reader sees it.

    Whole numbers have no point, a truth value is X or no, and None is nothing.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "X" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return tidy(str(value)[:5000])
