"""Rows of a quota table that have sums: the printed totals, and what is beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from quotaproof.model.quantities import counted as in_words
from quotaproof.pages import Cell

from .cells import ReadPlaces, read_places, without_notes
from .columns import Layout
from .outcome import Remarks, listed
from .parts import Part
from .roles import NUMBER, OTHER, SUM
from .vocabulary import meanings

COUNTED = re.compile(r"\(\s{0,3}\d{1,4}\s{0,3}\)")
"""A total in brackets was counted by whoever made the page, and not printed in the table."""

SUB = re.compile(r"\b(?:sub|zwischen)(?=\w)", re.IGNORECASE)
"""What makes the word for a total one for a part of it."""

CountedColumns = Sequence[tuple[int, str]]
"""(number, role) of each column of places or athletes."""


def sums_of(part: Part, counted: CountedColumns, start: int) -> dict[str, int]:
    """Return the sums of the rows from `start` on, for the columns of which all cells are known."""
    rows = list(part.cells.items())[start:]
    return {
        role: sum(row[role] for _, row in rows)
        for _, role in counted
        if not any((noc, role) in part.unknown for noc, _ in rows)
    }


def is_subtotal_of_one(part: Part, values: Mapping[str, ReadPlaces], start: int, text: str) -> bool:
    """Return whether a row that says that it is a total has the numbers of the one row of its group."""
    rows = list(part.cells.items())[start:]
    if len(rows) != 1 or "total" not in meanings(SUB.sub("", text))[0]:
        return False
    noc, own = rows[0]
    return not any((noc, role) in part.unknown for role in own) and own == {
        role: value.number for role, value in values.items()
    }


def is_sum(
    part: Part,
    counted: CountedColumns,
    values: Mapping[str, ReadPlaces],
    start: int,
    besides: Sequence[Mapping[str, int]] = (),
) -> bool:
    """Return whether numbers are the sums of the rows from `start` on, of two at least.

    Parameters
    ----------
    besides
        Numbers of rows that are no NOC's; sums may have them or not.
    """
    numbers = {role: value.number for role, value in values.items() if value.number}
    is_read = all(value.number is not None for value in values.values())
    if len(part.cells) - start < 2 or not numbers or not is_read:
        return False
    sums = sums_of(part, counted, start)
    printed = len(numbers)
    numbers = {role: number for role, number in numbers.items() if role in sums}
    if len(numbers) * 2 < printed:
        return False  # most columns have cells that are not known, so that the others may be equal by chance
    more = {role: sum(row.get(role, 0) for row in besides) for role in sums}
    for added in ({}, more) if any(more.values()) else ({},):
        right = sum(sums[role] + added.get(role, 0) == number for role, number in numbers.items())
        # A total that is not printed is no contradiction; nor is one that is wrong among many, which is reported later.
        if numbers and (
            right == len(numbers) or (len(numbers) >= 4 and right >= 0.75 * len(numbers) and sum(sums.values()) > 9)
        ):
            return True
    return False


def read_subtotal(
    part: Part, layout: Layout, counted: CountedColumns, row: Sequence[Cell], text: str, start: int, remarks: Remarks
) -> None:
    """Say that a row has the sums of those above it, and where it has not."""
    remarks.use(row)
    rows = len(part.cells) - start
    sums = sums_of(part, counted, start)
    wrong = []
    for at, role in counted:
        if at < len(row) and not row[at].empty and read_places(row[at]).number != sums.get(role):
            what = f"sum {sums[role]}" if role in sums else "with cells that are not known"
            wrong.append(f"{role} {row[at].shown!r} ({what})")
    words = f"{text[:60]!r} has the sums of the {in_words(rows, 'row')} above it; it is no NOC"
    if wrong:
        remarks.add("difference", part.place, f"{words}; but {listed(wrong)}", cells=row)
    else:
        remarks.add("read", part.place, words)
    say_beside(part, layout, row, f"the row {text[:60]!r}", remarks)


def say_beside(part: Part, layout: Layout, row: Sequence[Cell], where: str, remarks: Remarks) -> None:
    """List what a row of sums has in columns that are not read."""
    others = [
        cell.shown
        for at, cell in enumerate(row)
        if not cell.empty and (at >= len(layout.columns) or layout.columns[at] in (NUMBER, OTHER, SUM))
    ]
    if others:
        remarks.add("ignored", part.place, f"in {where}: {listed(others)}")


def read_totals(
    part: Part,
    layout: Layout,
    counted: CountedColumns,
    row: Sequence[Cell],
    text: str,
    nocs: int | None,
    remarks: Remarks,
) -> None:
    """Take the printed totals of a row."""
    remarks.use(row)
    part.printed_nocs = part.printed_nocs if nocs is None else nocs
    remarks.add("read", part.place, f"the row {text[:100]!r} is that of the totals")
    for number, role in counted:
        shown = without_notes(row[number].text)[0] if number < len(row) else ""
        if number < len(row) and row[number].unclear:
            remarks.add("unclear", part.place, f"total of {role}: {row[number].unclear[0]}; not read", 2)
        if not shown or COUNTED.fullmatch(shown):
            continue
        value = re.fullmatch(r"(\d{1,4})(?:[.,]0{1,2})?", shown.replace("\u202f", "").replace(" ", ""))
        if value is None:
            if read_places(row[number]).number != 0:
                words = f"total of {role}: {shown[:40]!r} is no number; not read"
                remarks.add("unclear", part.place, words, 2, [row[number]])
        elif role in part.totals:
            if part.totals[role] != int(value[1]):
                words = f"a second total of {role}, {value[1]} in the row {text[:40]!r}; {part.totals[role]} counts"
                remarks.add("difference", part.place, words)
        else:
            part.totals[role] = int(value[1])
    if len(row) < len(layout.columns):
        words = f"the total row has {len(row)} of {len(layout.columns)} cells"
        remarks.add("guessed", part.place, f"{words}; they are taken from the left", 3)
    say_beside(part, layout, row, "the total row", remarks)
