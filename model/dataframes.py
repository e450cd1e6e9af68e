"""Frames that come in, read as the rows of a file would be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import InputError
from .files import Row, named

if TYPE_CHECKING:
    import pandas as pd


def rows_of_frame(frame: pd.DataFrame, name: str, required: Sequence[str], optional: Sequence[str] = ()) -> list[Row]:
    """Return the rows of a frame as text, as `files.read_rows` returns those of a CSV file.

    A missing value is empty text, and a number without a fraction is written without one. Lines count from 1. Columns
    that are neither required nor optional are passed over, since a frame may carry more than a file.

    Parameters
    ----------
    name
        What messages call the frame.

    Raises
    ------
    InputError
        If a column is missing or appears twice.
    """
    import pandas as pd

    columns = [str(column) for column in frame.columns]
    for column in required:
        if column not in columns:
            raise InputError(
                f"the column is missing; the frame must have {', '.join(required)}", file=name, field=named(column)
            )
    wanted = [column for column in (*required, *optional) if column in columns]
    for column in wanted:
        if columns.count(column) > 1:
            raise InputError("the column appears twice", file=name, field=column)

    def text(value: object) -> str:
        if isinstance(value, bool):
            return str(int(value))
        if value is None or bool(pd.isna(value)):  # type: ignore[call-overload]
            return ""
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value)

    cells = [[text(value) for value in frame.iloc[:, columns.index(column)].tolist()] for column in wanted]
    return [
        Row(Path(name), line, dict(zip(wanted, values, strict=True)))
        for line, values in enumerate(zip(*cells, strict=True), 1)
    ]
