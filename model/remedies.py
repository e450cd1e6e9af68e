"""What can be asked or done instead, as the end of a sentence that refuses.

A hint names only what the scenario at hand has: a command that would answer, a file that it has or may have, a reading
that its rules have. What answers where standings are unknown, the scenario says itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .errors import IncompleteError

if TYPE_CHECKING:
    from .allocation import Tied
    from .scenario import Scenario


def no_table(scenario: Scenario) -> str:
    """Return what answers or helps where there is no published table to verify."""
    if not scenario.standings.incomplete_events(scenario.rules):
        return "use allocate, which says what the rules give"
    if scenario.partial is not None:
        return "some of its cells are unknown, so use infer, which says what follows from the others"
    if scenario.facts:
        return "use infer, which says what follows from the facts that are known, or add published.csv"
    return "use report, which shows what is known, or add published.csv"


def require_line(scenario: Scenario, event: str = "EVENT") -> None:
    """Require that who is next in line can be known.

    Raises
    ------
    IncompleteError
        If the standings are not complete. Where who gains by a decline can be asked all the same, that is said.
    """
    unknown = scenario.standings.incomplete_events(scenario.rules)
    table = scenario.published is not None and not scenario.rules.by_lists
    if unknown and (scenario.is_partly_known or (table and not (scenario.declines or scenario.invitations))):
        raise IncompleteError(
            "the standings are not known in full, so who is next in line is unknown; use verify, which works with "
            "unknown ones, and where the table can come out, whatif, which says who must gain and who may if an NOC "
            f"gives its places back (--decline NOC:{event})"
        )
    scenario.require_complete()


def unsettled_tie(scenario: Scenario, tied: Iterable[Tied]) -> str:
    """Return how a tie that matters can be settled, by where it is.

    In a ranking: a recorded draw. Between two relays' rankings: the reading `remaining-ties`. Behind a ranking that has
    none of the tied: ranks for them.
    """
    found: list[str] = []
    for one in tied:
        if one.pathway is None:
            found += draw(scenario)
        elif one.rank is None and one.event is not None:
            found.append(f"rank the NOCs that the ranking of {one.event} lacks")
        elif any(reading.name == "remaining-ties" for reading in scenario.rules.readings):
            found.append("choose the reading remaining-ties")
    return " or ".join(dict.fromkeys(found)) or "neither these rules nor a draw on record can settle it"


def draw(scenario: Scenario) -> list[str]:
    """Return how a draw among tied entries of a ranking can be recorded: one way, or none if the rules have no draw."""
    from_file = scenario.listed is not None and scenario.readings.ranks_like(scenario.filed_readings)
    if scenario.classifications is None or from_file:
        return ["record a draw in the column draw of standings.csv"]
    if scenario.rules.soqc is not None and "draw" in scenario.rules.soqc.ties:
        return ["record a draw in draws.csv"]
    return []
