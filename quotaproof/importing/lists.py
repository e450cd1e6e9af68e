"""Ranked lists: an event's ranking, with second and third qualifiers, struck entries and those that came in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from quotaproof.model.errors import InputError
from quotaproof.model.published import UNNAMED
from quotaproof.model.rules import Event, Rules
from quotaproof.pages import Cell, Grid

from .columns import event_of, words
from .nocs import Named, noc_in
from .outcome import Remarks

RANK_WORDS = frozenset({"rank", "ranking", "pos", "position", "place", "#", "rk"})
RANK = re.compile(r"(?:t|=)?\s*(\d{1,3})\s*[.=)]?", re.IGNORECASE)
ENTRY_WORDS = frozenset({"noc", "nation", "country", "team", "qualifier"})
MOST_RANK = 999


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a list; `rank` as written, so that equal ranks are ties."""

    rank: int
    named: Named
    points: int | None = None


@dataclass(frozen=True, slots=True)
class RankedList:
    """The list of one event."""

    event: Event
    rows: tuple[Row, ...]
    place: str


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where a list has its entries, and what else it says of them."""

    entries: Mapping[int, Event]
    qualifier: int | None = None
    points: int | None = None


def read_legend(grid: Grid) -> dict[str, int]:
    """Return shade -> qualifier, where a table says what the shades of the lists mean."""
    found: dict[str, int] = {}
    for row in grid.rows[:6]:
        text = " ".join(cell.text for cell in row).lower()
        shade = next((cell.shade for cell in row if cell.shade), "")
        number = 2 if re.search(r"\b(second|2nd)\b", text) else 3 if re.search(r"\b(third|3rd)\b", text) else None
        if shade and number and len(row) <= 4 and len(text) < 200:
            found[shade] = number
    return found


def read_lists(grid: Grid, rules: Rules, legend: Mapping[str, int], remarks: Remarks) -> tuple[RankedList, ...]:
    """Return the ranked lists of a table: one, or one per column; none if it is no such table.

    Raises
    ------
    InputError
        If ranks go down.
    """
    depth = _header_depth(grid)
    if depth is None:
        return ()
    columns = _columns(grid, depth, rules)
    return tuple(
        _read_list(grid, depth, column, event, columns, legend, remarks) for column, event in columns.entries.items()
    )


def read_long_list(grid: Grid, rules: Rules, remarks: Remarks) -> tuple[RankedList, ...]:
    """Return the lists of a table that has all of them below each other: event, rank, noc, qualifier[, points].

    Raises
    ------
    InputError
        If an event is none of the rules', or ranks go down.
    """
    names = [cell.text.lower() for cell in grid.rows[0]] if grid.rows else []
    if not {"event", "rank", "noc"} <= set(names):
        return ()
    at = {name: names.index(name) for name in names}
    found: dict[str, list[tuple[Cell, ...]]] = {}
    for row in grid.rows[1:]:
        text = row[at["event"]].text if at["event"] < len(row) else ""
        event = event_of(rules, text)
        if event is None:
            raise InputError(f"{text[:60]!r} is no event of the rules ({grid.place})")
        found.setdefault(event.identifier, []).append(row)
    others = _Columns({}, at.get("qualifier"), at.get("points"))
    lists: list[RankedList] = []
    for identifier, rows in found.items():
        # The rank goes to the front, where `_read_list` looks for it; the old first column takes its place.
        first = at["rank"]
        turned = [(row[first], *row[1:first], row[0], *row[first + 1 :]) for row in rows if len(row) > first]
        sub = Grid(tuple(turned), grid.headings, grid.caption)
        lists.append(_read_list(sub, 0, at["noc"], rules.event(identifier), others, {}, remarks))
    return tuple(lists)


def _header_depth(grid: Grid) -> int | None:
    """Rows of header, if the first column is one of ranks."""
    for depth in range(1, min(4, len(grid.rows))):
        above, below = grid.rows[depth - 1], grid.rows[depth]
        named = {word for row in grid.rows[:depth] for word in (row[0].text.lower().split() if row else ())}
        if above and below and named & RANK_WORDS and RANK.fullmatch(below[0].text):
            return depth
    return None


def _columns(grid: Grid, depth: int, rules: Rules) -> _Columns:
    context = [grid.caption, *reversed(grid.headings)]
    header = [" ".join(_texts(grid.rows[:depth], column)) for column in range(1, max(map(len, grid.rows[:depth])))]
    entries: dict[int, Event] = {}
    qualifier = points = None
    for column, text in enumerate(header, 1):
        found = words(text)
        event = event_of(rules, text, context)
        if found & {"points", "pts"}:
            points = column
        elif found & {"qualifier", "k"} and not found & {"noc", "nation"}:
            qualifier = column
        elif event is None or event in entries.values():
            continue
        elif found & ENTRY_WORDS or _own(rules, text, context):
            entries[column] = event
    return _Columns(entries, qualifier, points)


def _own(rules: Rules, text: str, context: Sequence[str]) -> bool:
    """Whether a column's own words, and not only the headings above it, tell which event it is."""
    return bool(words(text)) and event_of(rules, text, context) != event_of(rules, "", context)


def _texts(rows: Sequence[Sequence[Cell]], column: int) -> Iterator[str]:
    seen: set[str] = set()
    for row in rows:
        text = row[column].text if column < len(row) else ""
        if text and text not in seen:
            seen.add(text)
            yield text


def _read_list(
    grid: Grid,
    depth: int,
    column: int,
    event: Event,
    columns: _Columns,
    legend: Mapping[str, int],
    remarks: Remarks,
) -> RankedList:
    place = f"list of {event.identifier} ({grid.place})"
    rows: list[Row] = []
    for line in grid.rows[depth:]:
        found = RANK.fullmatch(line[0].text) if line else None
        if not found or not 1 <= int(found[1]) <= MOST_RANK:
            if any(cell.text for cell in line):
                remarks.add("ignored", place, f"a row without a rank: {' '.join(c.text for c in line)[:60]!r}")
            continue
        cell = line[column] if column < len(line) else None
        rank = int(found[1])
        if cell is None:
            remarks.add("missing", place, f"rank {rank} has no cell for an NOC")
            cell = Cell()
        elif cell.empty and column > len(line) - 1:
            continue
        if cell.empty and len(columns.entries) > 1 and _ended(grid, depth, column, line):
            continue  # a shorter list beside a longer one
        named = noc_in(cell, f"{place}, rank {rank}", remarks)
        own = _number(line, columns.qualifier)
        # Where shades have a meaning, none means a first qualifier; but not where a cell says that it is unknown.
        plain = bool(legend) and not named.shade and not named.open and cell.text != UNNAMED
        by_shade = legend.get(named.shade) or (1 if plain else None)
        if rows and rank < rows[-1].rank:
            raise InputError(f"{place}: rank {rank} comes behind rank {rows[-1].rank}")
        rows.append(
            Row(
                rank,
                replace(named, qualifier=own or named.qualifier or by_shade),
                _number(line, columns.points),
            )
        )
    return RankedList(event, tuple(rows), place)


def _ended(grid: Grid, depth: int, column: int, line: Sequence[Cell]) -> bool:
    """Whether a column has nothing any more from a row on, while it had something before."""
    after = False
    filled_before = filled_after = False
    for other in grid.rows[depth:]:
        after = after or other is line
        filled = column < len(other) and not other[column].empty
        filled_before |= filled and not after
        filled_after |= filled and after
    return filled_before and not filled_after


def _number(line: Sequence[Cell], column: int | None) -> int | None:
    text = line[column].text.replace(",", "") if column is not None and column < len(line) else ""
    return int(text) if re.fullmatch(r"\d{1,9}", text) else None
