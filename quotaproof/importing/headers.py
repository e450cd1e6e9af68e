"""Which rows of a table are its header, and the text above each of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quotaproof.nations import noc_of
from quotaproof.pages import Cell, Grid

from .cells import is_open, read_places
from .vocabulary import meanings

MOST_ROWS = 6
"""Rows of a header; more are none."""

KINDS = frozenset(
    {
        "men", "women", "mixed", "relay", "noc", "code", "athletes", "total", "rank", "number", "points", "qualifier",
        "name", "time", "meet", "event", "gender", "places", "individual", "division", "mass", "pursuit", "pairs",
        "dance",
    }
)  # fmt: skip
"""Concepts that make a row one of a header."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the texts above it from the top down, each once."""

    texts: tuple[str, ...]

    @property
    def words(self) -> str:
        """All text above it."""
        return " ".join(" ".join(self.texts).split())


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a table.

    Attributes
    ----------
    titles
        What spans the whole table above its columns.
    depth
        Rows of the table that belong to it.
    rows
        Those of them that are no title.
    """

    titles: tuple[str, ...]
    depth: int
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns by the text right above them."""
        width = max((len(row) for row in self.rows), default=0)
        return tuple(Column(tuple(_texts(self.rows, column))) for column in range(width))

    @property
    def filled(self) -> tuple[Column, ...]:
        """The same where spans are lost: a group's name goes on over the empty cells to its right."""
        width = max((len(row) for row in self.rows), default=0)
        above: list[list[str]] = [[] for _ in range(width)]
        for number, row in enumerate(self.rows):
            group = ""
            for column in range(width):
                text = row[column].text if column < len(row) else ""
                group = text or group
                # Only in a row with others below it does an empty cell belong to the cell left of it.
                goes_on = number < len(self.rows) - 1 and meanings(group)[0] & {"men", "women", "mixed"}
                own = text or (group if goes_on else "")
                if own and own not in above[column]:
                    above[column].append(own)
        return tuple(Column(tuple(texts)) for texts in above)


def header_of(grid: Grid) -> Header:
    """Return the header of a table: the rows before the first that has data."""
    titles: list[str] = []
    rows: list[tuple[Cell, ...]] = []
    depth = 0
    for row in grid.rows[:MOST_ROWS]:
        single = one_text(row)
        if single is not None and not rows and len(row) > 1 and noc_of(single) is None:
            titles.append(single)
        elif single is not None and rows and len(row) > 1:
            break
        elif is_header(row):
            rows.append(row)
        else:
            break
        depth += 1
    if not rows:
        # A table of one text per row, or without a header.
        return Header((), 0, ())
    return Header(tuple(titles), depth, tuple(rows))


def one_text(row: Sequence[Cell]) -> str | None:
    """Return the text of a row that has only one, over its whole width or in its first cell; None if it is none."""
    texts = {cell.text for cell in row if not cell.empty}
    if len(texts) != 1 or any(cell.names and not cell.text for cell in row):
        return None
    text = next(iter(texts))
    filled = sum(not cell.empty for cell in row)
    if is_open(text) and len({id(cell) for cell in row}) > 2:
        return None  # an NOC that nobody can read, of which nothing is known
    return text if text and (filled == len(row) or (filled == 1 and not row[0].empty)) else None


def is_header(row: Sequence[Cell]) -> bool:
    """Whether a row has words of a header, and more of them than numbers; a row that names an NOC has data."""
    words = numbers = known = marked = 0
    for position, cell in enumerate(row):
        if cell.empty:
            continue
        found, _ = meanings(cell.text)
        is_word = bool(found & KINDS) and not (position and _is_value(cell))
        if is_word:
            known += 1
            words += 1
        elif cell.text and _is_value(cell):
            numbers += 1
        elif any(word.isdecimal() and int(word[:9]) >= 400 for word in found):
            known += 1
            words += 1
        else:
            short = position and len(cell.text) == 2  # MR is the men's relay more often than Mauritania
            if not short and any(noc_of(text) for text in (cell.text, *cell.names)):
                return False
            words += 1
        marked += cell.header
    filled = sum(not cell.empty for cell in row)
    if not known:
        return bool(filled) and marked == filled and not numbers
    first = meanings(next((cell.text for cell in row if not cell.empty), ""))[0]
    if "total" in first and numbers >= words - 1 and numbers:
        return False
    return words > numbers


def _is_value(cell: Cell) -> bool:
    """Whether a cell has a number of places, or says that it is not known."""
    return read_places(cell, relay=True).sure != "refused"


def is_repeated(row: Sequence[Cell], header: Sequence[Sequence[Cell]]) -> bool:
    """Whether a row is one of the header's once more, as at the top of a printed page."""
    texts = {at: cell.text for at, cell in enumerate(row) if not cell.empty}
    if len(texts) < 2 or any(at and read_places(row[at]).number is not None for at in texts):
        return False
    return any(
        sum(at < len(own) and own[at].text == text for at, text in texts.items()) >= max(2, len(texts) - 1)
        for own in header
    )


def _texts(rows: Sequence[Sequence[Cell]], column: int) -> list[str]:
    seen: dict[str, None] = {}
    for row in rows:
        text = row[column].text if column < len(row) else ""
        if text:
            seen.setdefault(text)
    return list(seen)
