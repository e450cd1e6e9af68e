"""How wide a text may be, and what to say of columns for which there is no room."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

WIDTH = 110
"""Characters of a line where no terminal says otherwise, and of a sentence at most."""

NARROWEST, WIDEST = 40, 1000


@dataclass(frozen=True)
class TextSize:
    """The lines that a text is written in.

    Attributes
    ----------
    columns
        Characters of a line.
    whole
        Whether tables have all their columns at their full width, however long the lines become.
    elsewhere
        Where columns are that had to be left out, as the end of a sentence.
    """

    columns: int = WIDTH
    whole: bool = False
    elsewhere: str = "JSON and CSV have them"

    @property
    def sentence(self) -> int:
        """Characters of a line of prose: longer ones are hard to read."""
        return min(self.columns, WIDTH)

    @property
    def table(self) -> int:
        """Characters of a line of a table."""
        return WIDEST if self.whole else self.columns


SIZE: ContextVar[TextSize] = ContextVar("size", default=TextSize())  # noqa: B039 - it is frozen


def fitting(columns: int) -> int:
    """Return a number of columns that a text can be written in."""
    return min(max(columns, NARROWEST), WIDEST)
