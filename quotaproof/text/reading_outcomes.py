"""What becomes of a published table under some readings, in words."""

from __future__ import annotations

from quotaproof.solver.verify.findings import in_words
from quotaproof.solver.verify.verification import UnderReadings


def under_words(one: UnderReadings) -> str:
    """Return what becomes of a table under some readings."""
    if one.reachable:
        return "reachable"
    if one.further_declines is None:
        return "NOT reachable"
    if not one.further_declines:
        return "NOT reachable by what is on record"
    number = one.further_declines
    return f"reachable with {in_words(number)} further decline{'s' if number > 1 else ''}"
