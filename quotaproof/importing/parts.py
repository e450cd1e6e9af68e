"""What one table of a page gives of the quota table: all of it, or the part of a gender, a sheet or an event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .cells import ReadPlaces
from .columns import Layout
from .vocabulary import meanings


@dataclass(slots=True)
class Part:
    """What one table of a page says.

    Attributes
    ----------
    cells
        NOC -> role -> number; a role is an event, `athletes`, or a gender for its athletes.
    unknown
        (NOC, role) of the cells that say that they are not known; they hold 0.
    totals
        Role -> printed total.
    printed_nocs
        Number of NOCs of which the total row speaks.
    left_out
        Rows that could not be read and are named in a remark.
    """

    place: str
    layout: Layout
    cells: dict[str, dict[str, int]] = field(default_factory=dict)
    unknown: set[tuple[str, str]] = field(default_factory=set)
    totals: dict[str, int] = field(default_factory=dict)
    printed_nocs: int | None = None
    left_out: int = 0

    def add(self, noc: str, values: Mapping[str, ReadPlaces]) -> None:
        """Add a row."""
        self.cells[noc] = {role: value.number or 0 for role, value in values.items()}
        self.unknown.update((noc, role) for role, value in values.items() if value.sure == "unknown")


def is_total_name(text: str) -> tuple[bool, int | None]:
    """Return whether a row's name says that it is the total, and of how many NOCs it speaks."""
    known, rest = meanings(text.replace(":", " "))
    number = next((int(word) for word in sorted(known) if word.isdecimal() and len(word) < 5), None)
    words = {word for word in known if not word.isdecimal()}
    if "total" in words and words <= {"total", "noc", "athletes", "places", "team"}:
        return not rest or len(rest) <= 2, number if "noc" in words else None
    return number is not None and words == {"noc"} and not rest, number
