"""Where a question about complete standings starts, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

Start = Literal["rules", "published"]
"""From what the rules give, or from the published table."""

STARTS: tuple[Start, ...] = get_args(Start)


def start_sentence(start: Start, declines: Sequence[str], differs: int | None) -> str:
    """Return in one sentence what a question starts from; empty if there is no published table to tell it from.

    Parameters
    ----------
    declines
        Those that turn what the rules give into the published table, in words.
    differs
        Cells in which the published table is not what the rules give.
    """
    if differs is None:
        return ""
    if not differs:
        return "This starts from what the rules give, which is the published table."
    if start == "published":
        return f"This starts from the published table: what the rules give, after {', then '.join(declines)}."
    cells = "1 cell" if differs == 1 else f"{differs} cells"
    return f"This starts from what the rules give; the published table has other numbers in {cells}."
