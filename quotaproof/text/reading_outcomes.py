"""Whether the rules give a published table under some readings, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quotaproof.model.quantities import spelled

if TYPE_CHECKING:
    from quotaproof.solver.verify.verification import UnderReadings


def outcome(*, reachable: bool, subject: str = "table") -> str:
    """Return whether the rules give a table, as the end of a sentence on the rules."""
    return f"the rules give the {subject}" if reachable else f"the rules do not give the {subject}"


def under_words(one: UnderReadings) -> str:
    """Return whether the rules give a table under some readings, and with how many declines that are on no record."""
    if one.reachable or one.further_declines is None:
        return outcome(reachable=one.reachable)
    if not one.further_declines:
        return f"{outcome(reachable=False)} with what is on record"
    return f"{outcome(reachable=True)} with {spelled(one.further_declines, 'further decline')}"
