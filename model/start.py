"""Where a question about complete standings starts, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from .quantities import counted

Start = Literal["rules", "published"]
"""From what the rules give, or from the published table."""

STARTS: tuple[Start, ...] = get_args(Start)

FROM_THE_RULES = "This starts from what the rules give"


def start_sentence(
    start: Start, changes: Sequence[str], differs: int | None, undone: str | None = None, *, invited: bool = False
) -> str:
    """Return in words what a question starts from; empty if there is nothing to tell it from.

    Parameters
    ----------
    changes
        Those that turn what the rules give into the published table, in words and in their order.
    differs
        Cells in which the published table is not what the rules give; None if there is none, or it cannot be said.
    undone
        What `undone_sentence` says, if the record leaves open who declined.
    invited
        Whether places were added or withheld by invitation, which no question starts from.
    """
    without = " without changes by invitation" if invited else ""
    if start == "published" and differs:
        return f"This starts from the published table{without}: what the rules give, after {', then '.join(changes)}."
    if differs is None:
        return undone or ""
    if not differs:
        is_it = f"is the published table{without}."
        return f"{undone} That {is_it}" if undone else f"{FROM_THE_RULES}, which {is_it}"
    cells = f"The published table{without} has other numbers in {counted(differs, 'cell')}."
    return f"{undone} {cells}" if undone else f"{FROM_THE_RULES}; t{cells[1:]}"


def undone_sentence(events: Sequence[str]) -> str | None:
    """Return why no change on record is counted in: of these events it leaves open who declined; None if of none."""
    if not events:
        return None
    where = " and the ".join(events)
    return (
        f"{FROM_THE_RULES}; all later changes on record are undone first, since the record leaves open who gave back "
        f"places in the {where}."
    )
