"""Later changes on record as text: the changes, and what they explain of a published table."""

from __future__ import annotations

from quotaproof.model.record import DeclinedEntry
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.solver.findings import in_words
from quotaproof.solver.recorded import Recorded
from quotaproof.solver.verify import Verification

from .grid import label


def recorded_blocks(result: Verification, scenario: Scenario, bullet: str) -> list[str]:
    """Return the changes on record, numbered, and the deviations from the rules with the numbers that explain them."""
    if not result.changes:
        return []
    proof = {
        True: "without it the table is impossible",
        False: "the table alone does not show it",
        None: "",
    }
    lines = []
    for number, recorded in enumerate(result.changes, 1):
        one = recorded.change
        when = f"{one.date}, " if one.date else ""
        shown = proof[recorded.needed]
        lines.append(f"{bullet}({number}) {when}{_change(one, scenario)}{f'; {shown}' if shown else ''}.")
        if one.source:
            lines[-1] += f" Source: {one.source.rstrip('.')}."
    blocks = ["Later changes on record:", "\n".join(lines)]
    if result.deviations:
        lines = []
        for deviation in result.deviations:
            numbers = ", ".join(f"({number})" for number in deviation.explained_by)
            lines.append(f"{bullet}{deviation.message}. Explained by {numbers}.")
        blocks += ["Where the table is not what the rules alone give, and what explains it:", "\n".join(lines)]
    if result.consistent:
        blocks.append("Nothing else deviates.")
    return blocks


def _change(one: Recorded, scenario: Scenario) -> str:
    if isinstance(one, DeclinedEntry):
        who = one.noc or "an NOC that is not known"
        taken = f"{one.taken_by} took it" if one.taken_by else "who took it is not known"
        return f"{who} gave back a start place in the {label(scenario, one.event)}, and {taken}"
    number = abs(one.number)
    kind = "quota place" if one.column in GENDERS else "start place"
    what = f"{in_words(number)} {kind}{'s' if number != 1 else ''}"
    where = f"among the {one.column}" if one.column in GENDERS else f"in the {label(scenario, one.column)}"
    verb = "was invited to" if one.number > 0 else "was not invited for"
    return f"{one.noc} {verb} {what} {where}, outside the rules"
