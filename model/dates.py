"""Days as files have them: `2022-01-24`, which are in the order of time where they are compared as text."""

from __future__ import annotations

import datetime
import re
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from .errors import InputError
from .files import shown


def is_date(text: str) -> bool:
    """Return whether a text is a day of the calendar, written YYYY-MM-DD.

    Examples
    --------
    >>> is_date("2022-01-24"), is_date("24.1.2022"), is_date("2022-02-30")
    (True, False, False)
    """
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_after(day: str, last: str) -> bool:
    """Return whether a day (empty: no day is known) is after another.

    Raises
    ------
    InputError
        If it is no day, which is neither before nor after another.
    """
    if day and not is_date(day):
        raise InputError(f"{shown(day)} is not a date; write YYYY-MM-DD or leave it empty")
    return day > last


def _checked(text: str) -> str:
    if not is_date(text):
        raise PydanticCustomError("date", "this must be a date written YYYY-MM-DD")
    return text


Day = Annotated[str, AfterValidator(_checked), WithJsonSchema({"type": "string", "format": "date"})]
"""A day in a TOML file."""
