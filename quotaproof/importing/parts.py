"""What one table of a page gives of the quota table: all of it, or the part of a gender, a sheet or an event."""

from __future__ import annotations

from dataclasses import dataclass, field

from .columns import Layout
from .vocabulary import meanings


@dataclass(slots=True)
class Part:
    """What one table of a page says.

    Attributes
    ----------
    cells
        NOC -> role -> number; a role is an event, `athletes`, or a gender for its athletes.
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
    totals: dict[str, int] = field(default_factory=dict)
    printed_nocs: int | None = None
    left_out: int = 0


def is_total_name(text: str) -> tuple[bool, int | None]:
    """Return whether a row's name says that it is the total, and of how many NOCs it speaks."""
    known, rest = meanings(text.replace(":", " "))
    number = next((int(word) for word in sorted(known) if word.isdecimal() and len(word) < 5), None)
    words = {word for word in known if not word.isdecimal()}
    if "total" in words and words <= {"total", "noc", "athletes", "places", "team"}:
        return not rest or len(rest) <= 2, number if "noc" in words else None
    return number is not None and words == {"noc"} and not rest, number
