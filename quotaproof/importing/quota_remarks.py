"""What there is to say of a quota table besides its numbers: guesses, cells of several NOCs, strange words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quotaproof.pages import Cell, Grid

from .cells import DASHES
from .columns import Layout
from .outcome import Remarks
from .roles import OTHER
from .vocabulary import meanings

NAMED = 3
"""Cells read by one guess that have a remark of their own; the others share one."""


def guessed_cells(guesses: Mapping[str, Sequence[tuple[str, Cell]]], remarks: Remarks) -> None:
    """Say which cells are read by a guess: `guesses` has the words of each with the cells and where they are."""
    for words, places in guesses.items():
        for where, cell in places[:NAMED]:
            remarks.add("guessed", where, words, 3, [cell])
        if len(places) > NAMED:
            rows = (where.removeprefix("row ").replace(" of the quota table", "") for where, _ in places[NAMED:])
            subject = f"{len(places) - NAMED} more cells (rows {', '.join(rows)[:1500]})"
            remarks.add("guessed", subject, words, 3, [cell for _, cell in places[NAMED:]])


def shared_cells(grid: Grid, layout: Layout, counted: Sequence[tuple[int, str]], place: str, remarks: Remarks) -> None:
    """Say which cells span the rows of several NOCs: the value counts for each of them."""
    below: dict[tuple[int, int], int] = {}
    for row in grid.rows[layout.first_row :]:
        for at, role in counted:
            if at < len(row) and row[at].text and row[at] is not row[at - 1]:
                key = (id(row[at]), at)
                below[key] = below.get(key, 0) + 1
                if below[key] == 2:
                    words = f"one cell with {row[at].text[:20]!r} spans several rows; it counts for each of them"
                    remarks.add("guessed", f"{place}, {role}", words, 3, [row[at]])


def strange_words(grid: Grid, layout: Layout, named: Sequence[Sequence[Cell]]) -> list[str]:
    """Return the texts of a header that say more than which column is which: titles, and cells with unknown words.

    `named` are the rows that name an NOC, of which alone it is told what they have in columns that are not read.
    """
    known = {  # what stands below these is named with them
        title
        for at, (title, role) in enumerate(zip(layout.titles, layout.columns, strict=False))
        if role == OTHER and any(at < len(row) and row[at].text not in ("", *DASHES) for row in named)
    }
    texts = dict.fromkeys(
        cell.shown for row in grid.rows[: layout.first_row] for cell in row if not cell.empty and cell.text not in known
    )
    return [repr(text) for text in texts if meanings(text)[1]]
