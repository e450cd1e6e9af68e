"""What later changes on record explain of a published table whose standings are unknown, as text."""

from __future__ import annotations

from quotaproof.solver.verify.verification import Verification


def recorded_blocks(result: Verification, bullet: str) -> list[str]:
    """Return the deviations from the rules, with the numbers of the changes on record that explain them."""
    if not result.deviations or result.complete:
        return []
    lines = []
    for deviation in result.deviations:
        numbers = ", ".join(f"({number})" for number in deviation.explained_by)
        lines.append(f"{bullet}{deviation.message}. Explained by {numbers}.")
    blocks = ["Where the table is not what the rules alone give, and which change explains it:", "\n".join(lines)]
    if result.consistent:
        blocks.append("Nothing else deviates.")
    return blocks
