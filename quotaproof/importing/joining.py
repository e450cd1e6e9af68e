"""Tables that a page breaks into pieces: rows without a header of their own belong to the table above them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from quotaproof.nations import noc_of
from quotaproof.pages import Cell, Grid, Page

from .headers import header_of, is_header
from .splitting import split


def joined(page: Page) -> Page:
    """Return a page in which rows that follow a table of the same section, after a gap, are part of it again.

    A table with a column per NOC is turned, so that it has a row per NOC. Rows over which the name of an NOC spans are
    one, where they do not say two things in a column.
    """
    grids: list[Grid] = []
    parts = (part for whole in page.grids for part in split(turned(whole)))
    for grid in (replace(part, rows=_folded(part.rows)) for part in parts):
        before = grids[-1] if grids else None
        if before is not None and _continues(before, grid):
            caption = () if not grid.caption or grid.caption == before.caption else ((Cell(grid.caption),),)
            grids[-1] = replace(before, rows=(*before.rows, *caption, *grid.rows))
        else:
            grids.append(grid)
    return replace(page, grids=tuple(grids))


def _folded(rows: Sequence[tuple[Cell, ...]]) -> tuple[tuple[Cell, ...], ...]:
    """Rows, those made one that share the cell which names their NOC and fit into each other."""
    found: list[tuple[Cell, ...]] = []
    for row in rows:
        if found and any(one is other and _names_noc(one) for one, other in zip(found[-1], row, strict=False)):
            pairs = list(itertools.zip_longest(found[-1], row, fillvalue=Cell()))
            if all(one is other or _is_blank(one) or _is_blank(other) for one, other in pairs):
                found[-1] = tuple(other if _is_blank(one) else one for one, other in pairs)
                continue
        found.append(row)
    return tuple(found)


def _is_blank(cell: Cell) -> bool:
    return cell.empty and not cell.notes and not cell.shade


def _continues(before: Grid, grid: Grid) -> bool:
    """Whether a table has no header and fits below another: as many columns, and rows with an NOC or numbers."""
    if grid.headings != before.headings or header_of(grid).depth or not header_of(before).depth:
        return False
    width = _width(before.rows)
    return _width(grid.rows) == width and any(_is_data(row) for row in grid.rows) and not is_header(grid.rows[0])


def _is_data(row: Sequence[Cell]) -> bool:
    return any(noc_of(cell.text) for cell in row) or sum(cell.text.isdecimal() for cell in row) > 1


def _names_noc(cell: Cell) -> bool:
    """Whether a cell names an NOC, by its text or, without one, by a flag."""
    return any(noc_of(text) for text in ([cell.text] if cell.text else cell.names))


def _width(rows: Sequence[Sequence[Cell]]) -> int:
    return max(map(len, rows), default=0)


def turned(grid: Grid) -> Grid:
    """Return a table with rows for columns if its first row has NOCs and its first column has not; else the same."""
    for number, row in enumerate(grid.rows[:3]):
        nocs = sum(map(_names_noc, row[1:]))
        first = [other[0] for other in grid.rows[number + 1 :] if other and not other[0].empty]
        if nocs < 2 or nocs * 2 < sum(not cell.empty for cell in row[1:]) or len(first) < 2:
            continue
        if any(_names_noc(cell) for other in grid.rows[number + 1 :] for cell in other):
            return grid
        width = _width(grid.rows)
        whole = [(*other, *[Cell()] * (width - len(other))) for other in grid.rows[number:]]
        above = tuple(cell.text for other in grid.rows[:number] for cell in other if cell.text)
        turned_rows = tuple(tuple(other[column] for other in whole) for column in range(width))
        return replace(grid, rows=turned_rows, caption=" > ".join((*above, *([grid.caption] if grid.caption else []))))
    return grid
