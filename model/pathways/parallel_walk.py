"""Start places in individual events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .pathway import Pathway


@dataclass(frozen=True, slots=True)
class ParallelWalk(Pathway):
    """Start places in individual events: all SOQCs walked side by side, row by row, in the order of `events`."""

    kind: ClassVar[str] = "parallel-walk"
    events: tuple[str, ...] = ()
