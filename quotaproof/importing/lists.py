"""Ranked lists: an event's ranking, with second and third qualifiers, struck entries and those that came in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from quotaproof.model.errors import InputError
from quotaproof.model.published import UNNAMED
from quotaproof.model.rules import Event, Rules
from quotaproof.pages import Cell, Grid

from .cells import without_notes
from .columns import event_of, words_of
from .headers import header_of
from .nocs import Named, noc_in, noc_of_cells
from .outcome import Remarks, listed
from .splitting import SHORT
from .vocabulary import letters_for_genders

RANK = re.compile(
    r"(?:t|=)?\s{0,3}(\d{1,3})\s{0,3}(?:[.=)ºª°]|st|nd|rd|th|er|re|ère|e|ème|位|위|-?й|-?е|-?я)?", re.IGNORECASE
)
MEDAL = re.compile(
    r"(?:(?P<first>🥇|gold)|(?P<second>🥈|silver)|(?P<third>🥉|bronze)).{0,20}"
    r"|(?P<place>[1-3])(?:st|nd|rd) place.{0,30}"
)
"""A sign, or a picture's text, for one of the first three ranks."""

AS_ABOVE = frozenset({"", "-", "–", "—", "=", "〃", '"', "''", "„", "″"})
"""What may be in place of the rank of an entry that shares the one above it."""

MOST_RANK = 999
WELL_KNOWN = frozenset({"name", "time", "points", "date", "division", "rank", "number"})
"""Columns that a list may have and that are not kept; of others every cell is named."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One entry of a list; `rank` as written, so that equal ranks are ties."""

    rank: int
    named: Named
    points: int | None = None


@dataclass(frozen=True, slots=True)
class ReadList:
    """The list of one event."""

    event: Event
    rows: tuple[ListRow, ...]
    place: str


@dataclass(frozen=True, slots=True)
class ListColumns:
    """Where a list has its ranks and entries, and what else it says of them; `others` are columns that are not kept."""

    depth: int
    rank: int
    entries: Mapping[int, Event]
    qualifier: int | None = None
    points: int | None = None
    others: Mapping[int, str] = field(default_factory=dict)


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


def context_of(grid: Grid) -> list[str]:
    """Return the headings above a table, innermost first."""
    return [*reversed(header_of(grid).titles), grid.caption, *reversed(grid.headings)]


def read_lists(grid: Grid, rules: Rules, legend: Mapping[str, int], remarks: Remarks) -> tuple[ReadList, ...]:
    """Return the ranked lists of a table: one, or one per column; none if it is no such table.

    Raises
    ------
    InputError
        If ranks go down.
    """
    columns = list_columns(grid, rules)
    if columns is None or not columns.entries:
        return ()
    remarks.use(cell for row in grid.rows[: columns.depth] for cell in row)
    _name_others(grid, columns, remarks)
    return tuple(_read_list(grid, column, event, columns, legend, remarks) for column, event in columns.entries.items())


LONG = ("event", "gender", "rank", "noc", "qualifier", "points")
"""Columns of a table that has the lists of all events below each other."""


def _role_of(title: str) -> str:
    """Which of these columns a header is of; the header itself if it is of none."""
    words = words_of(title)
    named = next((role for role in ("meet", "time", *LONG) if role in words), "noc" if "code" in words else "")
    return named or title.lower()


def read_long_list(grid: Grid, rules: Rules, remarks: Remarks) -> tuple[ReadList, ...]:
    """Return the lists of a table that has all of them below each other: event, rank, noc, qualifier[, points].

    Raises
    ------
    InputError
        If an event is none of the rules', or ranks go down.
    """
    names = [_role_of(cell.text) for cell in grid.rows[0]] if grid.rows else []
    if not {"event", "rank", "noc"} <= set(names) or {"meet", "time"} & set(names):
        return ()
    at = {name: names.index(name) for name in names}
    of_gender = at.get("gender", len(names))
    genders = dict.fromkeys(row[of_gender].text for row in grid.rows[1:] if of_gender < len(row))
    letters = SHORT | letters_for_genders(tuple(genders))
    remarks.use(grid.rows[0])
    found: dict[str, list[tuple[Cell, ...]]] = {}
    for row in grid.rows[1:]:
        text = row[at["event"]].text if at["event"] < len(row) else ""
        remarks.use(row[at["event"] : at["event"] + 1])
        gender = row[of_gender].text if of_gender < len(row) else ""
        gender = letters.get(gender.strip().casefold(), gender)
        remarks.use(row[of_gender : of_gender + 1])
        event = event_of(rules, text, [gender] if gender else ()) or event_of(rules, f"{gender} {text}")
        if event is None:
            words = f"{f'{gender} {text}'.strip()[:60]!r} is no event of the rules ({grid.place})"
            raise InputError(remarks.refuse(words, row[at["event"] : at["event"] + 1]))
        found.setdefault(event.identifier, []).append(row)
    others = {at[name]: name for name in names if name not in LONG}
    lists: list[ReadList] = []
    for identifier, rows in found.items():
        event = rules.event(identifier)
        columns = ListColumns(0, at["rank"], {at["noc"]: event}, at.get("qualifier"), at.get("points"), others)
        sub = Grid(tuple(rows), grid.headings, grid.caption)
        _name_others(sub, columns, remarks)
        lists.append(_read_list(sub, at["noc"], event, columns, {}, remarks))
    return tuple(lists)


def rank_in(cell: Cell) -> int | None:
    """Return the rank that a cell has: `2`, `=2`, `T2`, `2.`, `2nd`, `②`, `🥈`; also struck out or with a footnote."""
    text = without_notes(cell.text or cell.struck or " ".join(cell.names))[0]
    medal = MEDAL.fullmatch(text.casefold())
    if medal:
        return int(medal["place"] or (1 if medal["first"] else 2 if medal["second"] else 3))
    found = RANK.fullmatch(unicodedata.normalize("NFKC", text) if len(text) < 4 else text)
    return int(found[1]) if found and 1 <= int(found[1]) <= MOST_RANK else None


def list_columns(grid: Grid, rules: Rules) -> ListColumns | None:
    """Return the columns of a table whose rows have ranks; None if it is no such table."""
    header = header_of(grid)
    depth = header.depth
    if not header.rows or depth >= len(grid.rows):
        return None
    titles = [column.words for column in header.columns]
    rank = next((n for n, title in enumerate(titles) if words_of(title) & {"rank", "number"}), None)
    if rank is None or not any(len(row) > rank and rank_in(row[rank]) for row in grid.rows[depth:]):
        return None
    context = context_of(grid)
    entries: dict[int, Event] = {}
    others: dict[int, str] = {}
    qualifier = points = None
    for column, title in enumerate(titles):
        found = words_of(title)
        if column == rank:
            continue
        event = event_of(rules, title, context)
        named = found & {"noc", "code"}
        if found & {"points"} and points is None:
            points = column
        elif "qualifier" in found and not named:
            qualifier = column
        elif (
            event is not None
            and event not in entries.values()
            and (named or (_own(rules, title, context) and _has_nocs(grid, depth, column)))
        ):
            entries[column] = event
        else:
            others[column] = title
    if not entries:
        # The column of NOCs has no header, or none that is known.
        own = event_of(rules, "", context)
        found_at = next((n for n in others if own is not None and _has_nocs(grid, depth, n)), None)
        if own is not None and found_at is not None:
            entries[found_at] = own
            del others[found_at]
    return ListColumns(depth, rank, entries, qualifier, points, others)


def _own(rules: Rules, text: str, context: Sequence[str]) -> bool:
    """Whether a column's own words, and not only the headings above it, tell which event it is."""
    return bool(words_of(text)) and event_of(rules, text, context) != event_of(rules, "", context)


def _has_nocs(grid: Grid, depth: int, column: int) -> bool:
    """Whether what is in a column are NOCs, or nothing that could tell; numbers are none."""
    cells = [row[column] for row in grid.rows[depth:] if column < len(row) and not row[column].empty]
    numbers = sum(cell.text.replace(".", "").replace(",", "").isdecimal() for cell in cells)
    named = sum(noc_of_cells([cell]) is not None for cell in cells)
    return numbers * 2 <= len(cells) and (named > 0 or not any(cell.text for cell in cells))


def _name_others(grid: Grid, columns: ListColumns, remarks: Remarks) -> None:
    """Say which columns of a list are not kept: names of skaters, times and the like."""
    for column, title in columns.others.items():
        cells = [row[column] for row in grid.rows[columns.depth :] if column < len(row) and not row[column].empty]
        remarks.use(cells)
        texts = [cell for cell in cells if noc_of_cells([cell]) is None or "name" in words_of(title)]
        if texts:
            most = 1 if words_of(title) & WELL_KNOWN else 40
            words = f"the column {title or f'number {column + 1}'!r} is not kept: "
            shown = listed([f"{cell.shown!r}" for cell in texts], most)
            remarks.add("ignored", f"list ({grid.place})", f"{words}{shown}")


def _read_list(
    grid: Grid,
    column: int,
    event: Event,
    columns: ListColumns,
    legend: Mapping[str, int],
    remarks: Remarks,
) -> ReadList:
    place = f"list of {event.identifier} ({grid.place})"
    depth = columns.depth
    rows: list[ListRow] = []
    last = _last_filled(grid, depth, column)
    shared = _shared_ranks(grid.rows[depth:], column, columns)
    for number, line in enumerate(grid.rows[depth:]):
        remarks.deadline.check()
        own_cells = [
            line[at] for at in (columns.rank, columns.qualifier, columns.points) if at is not None and at < len(line)
        ]
        remarks.use(own_cells)
        first = line[columns.rank] if columns.rank < len(line) else Cell()
        rank = rank_in(first)
        if number in shared:
            rank = shared[number]
            shown = " | ".join(cell.shown for cell in line if not cell.empty)[:100]
            words = f"a row without a rank of its own shares rank {rank}, since the next rank leaves room: {shown!r}"
            remarks.add("guessed", place, words, 2, line)
        if rank is None:
            if any(not cell.empty for cell in line):
                shown = " | ".join(cell.shown for cell in line if not cell.empty)[:100]
                is_entry = noc_of_cells(line) is not None
                remarks.add(
                    "unclear" if is_entry else "ignored",
                    place,
                    f"a row without a rank: {shown!r}",
                    2 if is_entry else 0,
                )
                remarks.use(line)
            continue
        cell = line[column] if column < len(line) else None
        if cell is None:
            remarks.add("missing", place, f"rank {rank} has no cell for an NOC")
            cell = Cell()
        if cell.empty and len(columns.entries) > 1 and last is not None and number > last:
            continue  # a shorter list beside a longer one
        named = noc_in(cell, f"{place}, rank {rank}", remarks)
        own = _number(line, columns.qualifier, f"{place}, rank {rank}, qualifier", remarks)
        # Where shades have a meaning, none means a first qualifier; but not where a cell says that it is unknown.
        plain = bool(legend) and not named.shade and not named.open and cell.text != UNNAMED
        by_shade = legend.get(named.shade) or (1 if plain else None)
        if rows and rank < rows[-1].rank:
            words = f"{place}: rank {rank} comes behind rank {rows[-1].rank}"
            raise InputError(remarks.refuse(words, [first]))
        points = _number(line, columns.points, f"{place}, rank {rank}, points", remarks)
        rows.append(ListRow(rank, replace(named, qualifier=own or named.qualifier or by_shade), points))
    return ReadList(event, tuple(rows), place)


def _shared_ranks(rows: Sequence[Sequence[Cell]], column: int, columns: ListColumns) -> dict[int, int]:
    """The rows without a rank that share the one above them -> that rank: the next rank leaves room for just these."""
    found: dict[int, int] = {}
    waiting: list[int] = []
    last = entries = 0
    points = ""
    for number, row in enumerate(rows):
        first = row[columns.rank] if columns.rank < len(row) else Cell()
        rank, own = rank_in(first), _text(row, columns.points)
        if rank is not None:
            if waiting and rank == entries + 1:
                found |= dict.fromkeys(waiting, last)
            waiting.clear()
            last, points = rank, own
            entries = max(entries + 1, rank)
        elif last and first.text in AS_ABOVE and own == points and noc_of_cells(row[column : column + 1]) is not None:
            waiting.append(number)
            entries += 1
    return found


def _text(row: Sequence[Cell], column: int | None) -> str:
    return row[column].text if column is not None and column < len(row) else ""


def _last_filled(grid: Grid, depth: int, column: int) -> int | None:
    """The last row below the header that has something in a column; None if none has."""
    filled = [n for n, row in enumerate(grid.rows[depth:]) if column < len(row) and not row[column].empty]
    return filled[-1] if filled else None


def _number(line: Sequence[Cell], column: int | None, where: str, remarks: Remarks) -> int | None:
    text = line[column].text if column is not None and column < len(line) else ""
    number = re.fullmatch(r"(\d{1,9})(?:\.0{1,3})?", re.sub(r"(?<=\d)[, \u202f](?=\d{3}(?!\d))", "", text[:30]))
    if number is None and text and text != UNNAMED:
        cells = () if column is None else (line[column],)
        remarks.add("unclear", where, f"{text[:40]!r} is no whole number; not read", cells=cells)
    return int(number[1]) if number else None
