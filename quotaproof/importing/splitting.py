"""Tables that hold several: one beside another, one per gender below each other, or a row for each gender of an NOC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from quotaproof.nations import noc_of
from quotaproof.pages import Cell, Grid

from .headers import header_of, is_header, one_text
from .vocabulary import letters_for_genders, meanings

GENDER_WORDS = frozenset({"men", "women", "mixed"})
EVENT_WORDS = frozenset({"relay", "mass", "pursuit", "pairs", "dance"})
SHORTEST = 400
"""Metres of the shortest distance; a smaller number is none."""

SHORT = {"m": "men", "w": "women", "f": "women", "l": "women", "x": "mixed", "d": "women", "м": "men", "ж": "women"}
"""Letters for a gender in a column of genders, where the column itself does not show which language they are of."""


def split(grid: Grid) -> list[Grid]:
    """Return the tables that a table holds; the same alone if it holds no others."""
    return [part for beside in _beside(grid) for below in _sections(beside) for part in _per_gender(below)]


# One beside another ----------------------------------------


def _beside(grid: Grid) -> list[Grid]:
    """Tables that stand side by side: an empty column is between them, or the second has the header of the first."""
    width = max(map(len, grid.rows), default=0)
    blocks = _blocks(grid, width)
    if len(blocks) < 2:
        depth = header_of(grid).depth
        titles = [tuple(row[at].text if at < len(row) else "" for row in grid.rows[:depth]) for at in range(width)]
        half = width // 2
        if not depth or width % 2 or half < 2 or titles[:half] != titles[half:]:
            return [grid]
        blocks = [(0, half), (half, width)]
    if not all(_names_nocs(grid, start, end) for start, end in blocks):
        return [grid]
    found = []
    for start, end in blocks:
        rows = [row[start:end] for row in grid.rows]
        rows = [row for row in rows if any(not cell.empty or cell.notes for cell in row)]
        titles_above = []
        while rows and (text := one_text(rows[0])) is not None and noc_of(text) is None and not is_header(rows[0]):
            titles_above.append(text)
            rows.pop(0)
        while rows and (text := one_text(rows[0])) is not None and meanings(text)[0] <= GENDER_WORDS:
            titles_above.append(text)
            rows.pop(0)
        caption = " > ".join(dict.fromkeys((*([grid.caption] if grid.caption else []), *titles_above)))
        found.append(replace(grid, rows=tuple(rows), caption=caption))
    return found


def _blocks(grid: Grid, width: int) -> list[tuple[int, int]]:
    """Where the groups of columns begin and end that an empty column sets apart."""
    blocks: list[tuple[int, int]] = []
    start = 0
    apart = [row for row in grid.rows if not _is_one_cell(row)]
    for at in range(width + 1):
        if at == width or all(at >= len(row) or row[at].empty for row in apart):
            if at > start:
                blocks.append((start, at))
            start = at + 1
    return blocks


def _is_one_cell(row: Sequence[Cell]) -> bool:
    """Whether a row is one cell that spans all columns, such as a title."""
    return len({id(cell) for cell in row}) == 1 and len(row) > 1


def _names_nocs(grid: Grid, start: int, end: int) -> bool:
    """Whether a group of columns has one of NOCs, and one of something else."""
    if end - start < 2:
        return False
    for at in range(start, end):
        cells = [row[at] for row in grid.rows if at < len(row) and not row[at].empty]
        named = sum(any(noc_of(text) for text in (cell.text, *cell.names)) for cell in cells)
        if named > 1 and named * 2 > len(cells):
            return True
    return False


# One below another ----------------------------------------


def _gender(text: str) -> str:
    """The gender that a text names, if it names nothing else."""
    known, rest = meanings(text)
    return next(iter(known)) if len(known) == 1 and known <= GENDER_WORDS and not rest else ""


def _section(text: str | None) -> frozenset[str]:
    """What a row of one text names, if that is a gender or an event and nothing else."""
    known, rest = meanings(text or "")
    of_event = known & EVENT_WORDS or any(word.isdecimal() and int(word[:9]) >= SHORTEST for word in known)
    is_one = len(known & GENDER_WORDS) == 1 and not rest and (of_event or len(known) == 1)
    return known if is_one else frozenset()


def _sections(grid: Grid) -> list[Grid]:
    """The tables below rows that name a gender or event and nothing else, each with the header of the first."""
    at = [(n, text) for n, row in enumerate(grid.rows) if (text := one_text(row)) is not None and _section(text)]
    if len(at) < 2 or len({_section(text) for _, text in at}) != len(at):
        return [grid]
    above = grid.rows[: at[0][0]]
    header = header_of(replace(grid, rows=above or grid.rows[at[0][0] + 1 :]))
    first = above or grid.rows[at[0][0] + 1 :]
    titles = tuple(first[: header.depth])
    if not titles or (above and len(above) > header.depth):
        return [grid]
    found = []
    for number, (start, text) in enumerate(at):
        end = at[number + 1][0] if number + 1 < len(at) else len(grid.rows)
        rows = grid.rows[start + 1 : end]
        own = rows if rows and is_header(rows[0]) else (*titles, *rows)
        caption = " > ".join(part for part in (grid.caption, text) if part)
        found.append(replace(grid, rows=own, caption=caption))
    return found


# A row per gender ----------------------------------------


def _per_gender(grid: Grid) -> list[Grid]:
    """A table with a row for each NOC and gender as one per gender; the NOC may be written once only."""
    header = header_of(grid)
    body = grid.rows[header.depth :]
    titles = [meanings(column.words)[0] for column in header.columns]
    if len(body) < 2 or any(title & {"rank", "meet"} or title == {"event"} for title in titles):
        return [grid]
    at = next((n for n, title in enumerate(titles) if "gender" in title and not title & {"noc"}), None)
    if at is None:
        at = next((n for n in range(len(titles)) if not titles[n] and _is_of_genders(body, n)), None)
    if at is None or sum(bool(title - {"gender", "noc", "code"}) for title in titles) < 2:
        return [grid]
    texts = dict.fromkeys(row[at].text.strip() for row in body if at < len(row) and row[at].text.strip())
    letters = SHORT | letters_for_genders(tuple(texts))
    genders = {text: letters.get(text.casefold(), "") or _gender(text) for text in texts}
    if len({gender for gender in genders.values() if gender}) < 2:
        return [grid]
    nocs = [n for n, title in enumerate(titles) if title & {"noc", "code"}] or [0]
    shared = _shared(body, at, nocs, titles)
    own_columns = [n for n in range(max(map(len, grid.rows))) if n not in shared]
    of_both = [*nocs, *sorted(shared)]
    parts: dict[str, list[tuple[Cell, ...]]] = {}
    above: tuple[Cell, ...] = ()
    for row in body:
        gender = genders.get(row[at].text.strip(), "") if at < len(row) else ""
        continued = gender and above and all(n < len(row) and row[n].empty for n in nocs)
        own = tuple(above[n] if n in nocs else cell for n, cell in enumerate(row)) if continued else row
        above = own
        parts.setdefault(gender, []).append(own)
    found = []
    for gender, rows in parts.items():
        caption = " > ".join(part for part in (grid.caption, gender) if part)
        own_rows = (_only(row, own_columns) for row in (*grid.rows[: header.depth], *rows))
        found.append(replace(grid, rows=tuple(own_rows), caption=caption))
    if shared:
        # What an NOC has once, beside the rows of both genders, is a table of its own.
        once = [row for n, row in enumerate(body) if not n or not _is_same_noc(body[n - 1], row, nocs)]
        found.append(replace(grid, rows=tuple(_only(row, of_both) for row in (*grid.rows[: header.depth], *once))))
    return sorted(found, key=lambda part: part.caption == grid.caption)


def _only(row: Sequence[Cell], columns: Sequence[int]) -> tuple[Cell, ...]:
    return tuple(row[n] for n in columns if n < len(row))


def _is_same_noc(above: Sequence[Cell], row: Sequence[Cell], nocs: Sequence[int]) -> bool:
    """Whether one cell names the NOC of two rows, or the second has none."""
    own = [(above[n], row[n]) for n in nocs if n < min(len(above), len(row))]
    return any(one is other and not one.empty for one, other in own) or all(other.empty for _, other in own)


def _shared(
    body: Sequence[Sequence[Cell]], at: int, nocs: Sequence[int], titles: Sequence[frozenset[str]]
) -> frozenset[int]:
    """The columns that have one cell for the rows of all genders of each NOC, or athletes in the first of them only."""
    pairs = [(one, other) for one, other in pairwise(body) if _is_same_noc(one, other, nocs)]
    width = min((len(row) for pair in pairs for row in pair), default=0)

    def is_once(n: int) -> bool:
        is_of_athletes = n < len(titles) and bool(titles[n] & {"athletes", "total"})
        return all(
            one[n] is other[n] or (is_of_athletes and other[n].empty and not one[n].empty) for one, other in pairs
        )

    return frozenset(n for n in range(width) if n != at and n not in nocs and is_once(n)) if pairs else frozenset()


def _is_of_genders(body: Sequence[Sequence[Cell]], at: int) -> bool:
    return all(at < len(row) and bool(_gender(row[at].text)) for row in body)
