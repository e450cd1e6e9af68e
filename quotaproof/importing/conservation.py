"""Nothing is lost in silence: every cell of the source was read, or a remark names it.

Whoever reads a table marks the cells that were read or named (`Remarks.use`). What is left over is named here, so that
a reader that forgets a cell is seen at once.
"""

from __future__ import annotations

import re

from quotaproof.model.quantities import counted
from quotaproof.nations import is_known, noc_of
from quotaproof.pages import Grid, Page

from .cells import BOXES, DASHES, LETTERS, TICKS, without_notes
from .outcome import Remarks

MOST_NOTES = 12
MOST_LINES = 20
LONGEST_NAME = 60
LONGEST_ROW = 2_000
CELLS = re.compile(r"[\t|;]| {2,}")


def account(page: Page, remarks: Remarks) -> None:
    """Name every cell of a page that has not been used, by table, row, column and text; and list footnote marks."""
    for aside in page.asides:
        remarks.add(aside.kind, aside.subject, aside.message, 2)
    _loose(page, remarks)
    _ahead(remarks)
    for grid in page.grids:
        _notes(grid, remarks)
        for number, row in enumerate(grid.rows, 1):
            left = [
                f"column {at}: {cell.shown!r}"
                for at, cell in enumerate(row, 1)
                if not cell.empty and not remarks.is_used(cell) and not (at > 1 and cell is row[at - 2])
            ]
            if left:
                more = f" and {len(left) - 10} more" if len(left) > 10 else ""
                cells = [cell for cell in row if not cell.empty and not remarks.is_used(cell)]
                where = f"row {number} of the table ({grid.place})"
                remarks.add("unclear", where, f"not read: {', '.join(left[:10])}{more}", cells=cells)


def leave_out(grid: Grid, why: str, remarks: Remarks) -> None:
    """Name a table as a whole that is not read, with its size and how it begins."""
    remarks.use(cell for row in grid.rows for cell in row)
    width = max(map(len, grid.rows), default=0)
    shown = " | ".join(cell.shown for row in grid.rows[:2] for cell in row if not cell.empty)[:100]
    remarks.add(
        "ignored",
        f"table ({grid.place})",
        f"{why}; {counted(len(grid.rows), 'row')} and {counted(width, 'column')}: {shown!r}",
    )


def _loose(page: Page, remarks: Remarks) -> None:
    """Name the lines of a text that no table takes in and that look like rows; prose is passed over."""
    rows = []
    for number, line in enumerate(page.loose):
        if number % 100 == 0:
            remarks.deadline.check()
        if _is_row(line.text):
            rows.append(line)
    if rows:  # a line between two pieces of a table has become a row of its own
        within = {cell.text for grid in page.grids for row in grid.rows for cell in row}
        rows = [line for line in rows if line.text not in within]
    for line in rows[:MOST_LINES]:
        words = f"it looks like a row and is in no table, so it is not read: {line.text.strip()[:200]!r}"
        remarks.add("unclear", line.place, words, 5)
    if len(rows) > MOST_LINES:
        more = counted(len(rows) - MOST_LINES, "further line")
        remarks.add("unclear", rows[MOST_LINES].place, f"{more} from here on also look like rows in no table", 5)


def _is_row(line: str) -> bool:
    """Whether a line has numbers in several cells, or an NOC with numbers beside it and hardly any other words."""
    if len(line) > LONGEST_ROW:
        return False
    cells = [cell for cell in map(str.strip, CELLS.split(line)) if cell]
    if len(cells) > 2 and sum(map(_is_number, cells)) > 1:
        return True
    names = [""]
    numbers = 0
    for word in CELLS.sub(" ", line).split():
        if _is_number(word.strip(",:")):
            numbers += 1
            names.append("")
        else:
            names[-1] = f"{names[-1]} {word}".strip()
    if numbers < 2:
        return False
    others = [name for name in names if name and not _is_noc(name)]
    return len(others) < sum(map(bool, names)) and sum(len(name.split()) for name in others) <= numbers


def _is_noc(name: str) -> bool:
    noc = noc_of(without_notes(name)[0].strip(",:")) if len(name) <= LONGEST_NAME else None
    return noc is not None and is_known(noc)


def _is_number(text: str) -> bool:
    """Whether a text is a number of places or a mark, perhaps with a footnote."""
    return re.match(r"\(?\d{1,3}(?![\d.:])", text) is not None or text in TICKS | LETTERS | DASHES


def _ahead(remarks: Remarks) -> None:
    """List the numbers ahead of names; they are ranks or numbers of rows only if none is less than the one before."""
    found = dict.fromkeys(remarks.ahead)
    if not found:
        return
    numbers = [int("".join(filter(str.isdecimal, text))) for text, _, _ in found]
    shown = [f"{text!r} ahead of {noc} ({place})" for text, noc, place in found]
    more = f" and {len(shown) - MOST_NOTES} more" if len(shown) > MOST_NOTES else ""
    words = f"taken for ranks or the numbers of rows, and not kept: {', '.join(shown[:MOST_NOTES])}{more}"
    is_sorted = numbers == sorted(numbers)
    remarks.add("ignored" if is_sorted else "unclear", "numbers ahead of names", words, 0 if is_sorted else 3)


def _notes(grid: Grid, remarks: Remarks) -> None:
    seen: dict[int, str] = {}
    for number, row in enumerate(grid.rows, 1):
        for at, cell in enumerate(row, 1):
            text, own = without_notes(cell.text)
            if (cell.notes or (own and cell.text not in BOXES)) and id(cell) not in seen:
                text = text[:30]
                seen[id(cell)] = f"{' '.join((*cell.notes, *own))[:40]} at {text!r} (row {number}, column {at})"
    if seen:
        more = f" and {len(seen) - MOST_NOTES} more" if len(seen) > MOST_NOTES else ""
        words = f"footnote marks are no part of a number or name: {'; '.join([*seen.values()][:MOST_NOTES])}{more}"
        remarks.add("ignored", f"table ({grid.place})", words)
