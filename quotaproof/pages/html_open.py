"""What is open while an HTML page is read: elements, and tables with the rows that have come."""

from __future__ import annotations

from dataclasses import dataclass, field

from .drawn import DrawnCells
from .page import Spanned
from .styles import WHITE


@dataclass(slots=True)
class OpenTable:
    """A table whose end has not come."""

    headings: tuple[str, ...]
    rows: list[list[Spanned]] = field(default_factory=list)
    caption: str = ""
    row_shade: str = ""
    hidden: int = 0
    drawn: DrawnCells = field(default_factory=DrawnCells)


@dataclass(slots=True)
class OpenElement:
    """An element that is open, and what ends with it; `means` is the element of a table that it stands for.

    `ink` is the colour of its text, and `behind` that of what is behind it, as far as they are known.
    """

    tag: str
    means: str
    unseen: bool
    struck: bool
    note: bool = False
    around: bool = False
    """Whether it strikes out the cells that are in it."""

    small: bool = False
    spoken: bool = False
    shown: str = ""
    """How a style lays it out."""

    apart: str = ""
    """What comes between it and what is beside it."""

    icon: str = ""
    blank: str = ""
    size: int = 0
    veiled: bool = False
    hidden: bool = False
    ink: str = ""
    behind: str = WHITE
