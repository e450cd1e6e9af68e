"""What each table of a page is: a quota table or part of one, a list, results, a table by criterion, a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from quotaproof.model.criteria import Criterion
from quotaproof.model.errors import InputError
from quotaproof.model.published import ATHLETES, Published
from quotaproof.model.quantities import joined
from quotaproof.model.rules import GENDERS, Rules
from quotaproof.pages import Cell, Grid, Page

from .columns import Layout, quota_layout, words_of
from .combined import combined, report_table
from .conservation import leave_out
from .criteria import read_criteria
from .headers import header_of
from .lists import rank_in, read_legend, read_lists, read_long_list
from .long_form import long_columns, read_long_form
from .named_columns import NamedColumns, of_each
from .noc_lists import list_column, read_noc_lists
from .nocs import noc_of_cells
from .outcome import Remarks
from .own_files import own_file, read_own_file
from .parts import Part
from .quota import read_part
from .rankings import Found, add_list
from .records import Records, is_record, read_records
from .results import Results, read_results, result_columns


@dataclass(slots=True)
class Tables:
    """What the tables of a page are; `files` are those of a scenario folder that were taken over, by name."""

    quota: Published | None = None
    criteria: list[Criterion] = field(default_factory=list)
    found: Found = field(default_factory=Found)
    records: Records = field(default_factory=Records)
    results: Results = field(default_factory=Results)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def nothing(self) -> bool:
        """Whether no table of the page says anything of an allocation."""
        return self.quota is None and not self.found.rankings and not self.results.lines and not self.files


def recognise(page: Page, rules: Rules, tables: Tables, source: str, named: NamedColumns, remarks: Remarks) -> None:
    """Read all tables of a page.

    Raises
    ------
    InputError
        If a table cannot be read, or none says anything by these rules; what its columns are is named.
    """
    legend = {shade: number for grid in page.grids for shade, number in read_legend(grid).items()}
    parts: list[Part] = []
    later: list[tuple[Grid, Layout]] = []
    for grid, own_named in zip(page.grids, of_each(named, page.grids), strict=True):
        remarks.deadline.check()
        layout = quota_layout(grid, rules) if grid.told is not None else None
        if layout is not None:
            parts.append(read_part(grid, layout, rules, remarks, page.form))
            continue
        if is_record(grid):
            read_records(grid, rules, tables.records, remarks)
            continue
        own = own_file(grid)
        if own is not None:
            read_own_file(grid, own, tables.files, remarks)
            continue
        lists = list_column(grid, rules) if not own_named else None
        if lists is not None:
            parts.append(read_noc_lists(grid, *lists, remarks))
            continue
        long_form = long_columns(grid, own_named)
        if long_form is not None:
            parts.append(read_long_form(grid, long_form, rules, remarks))
            continue
        criteria = read_criteria(grid, rules, remarks)
        if criteria:
            tables.criteria += criteria
            continue
        layout = quota_layout(grid, rules, own_named)
        if rules.by_lists and grid.file in tables.records.files and (layout is None or not _has_all(layout, rules)):
            leave_out(grid, "a table of a report on ranked lists, which is not read back", remarks)
            continue
        if layout is not None and layout.events and not is_of_results(layout):
            parts.append(read_part(grid, layout, rules, remarks, page.form))
        elif not _read_rows(grid, rules, legend, tables, source, remarks):
            if layout is not None and _has_athletes(layout):
                later.append((grid, layout))
            else:
                _leave_out(grid, parts, page.form, remarks)
    _beside(later, parts, rules, page.form, remarks)
    # A report and a published.csv say what each column is; the numbers need not bear it out.
    is_stated = bool(tables.records.about) or any(part.layout.titles == part.layout.columns for part in parts)
    made = combined(parts, rules, remarks, is_stated=is_stated)
    if made is not None:
        tables.quota = made[0]
        report_table(made[0], next(part.place for part in parts if part.layout.events), made[1], remarks)
    if tables.nothing:
        raise InputError(_nothing(page, rules, later))
    _report_missing(tables, rules, remarks)


def _read_rows(
    grid: Grid, rules: Rules, legend: Mapping[str, int], tables: Tables, source: str, remarks: Remarks
) -> bool:
    """Read a table as results or as ranked lists; whether it is either."""
    at = result_columns(grid, rules)
    if at is not None:
        read_results(grid, at, rules, remarks, tables.results)
        return True
    lists = read_long_list(grid, rules, remarks) or read_lists(grid, rules, legend, remarks)
    for ranked in lists:
        add_list(tables.found, ranked, source, remarks)
    return bool(lists)


def _has_all(layout: Layout, rules: Rules) -> bool:
    return layout.events == {event.identifier for event in rules.events}


def is_of_results(layout: Layout) -> bool:
    """Return whether a table has ranks and times, points or names, so that its other numbers are none of places."""
    words = frozenset().union(*(words_of(title) for title in layout.titles))
    return "rank" in words and bool(words & {"time", "points", "name"})


def _has_athletes(layout: Layout) -> bool:
    words = frozenset().union(*(words_of(title) for title in layout.titles))
    return "rank" not in words and (
        set(GENDERS) <= set(layout.columns) or (ATHLETES in layout.columns and "athletes" in words)
    )


def _beside(later: list[tuple[Grid, Layout]], parts: list[Part], rules: Rules, form: str, remarks: Remarks) -> None:
    """Read tables of athletes alone if the quota table has none; otherwise leave them out."""
    have = {role for part in parts for role in part.layout.columns}
    needed = bool(parts) and ATHLETES not in have and not set(GENDERS) <= have
    for grid, layout in later:
        if needed:
            parts.append(read_part(grid, layout, rules, remarks, form))
        else:
            leave_out(grid, "a table of athletes beside the quota table", remarks)


def _leave_out(grid: Grid, parts: Sequence[Part], form: str, remarks: Remarks) -> None:
    """Say of a table that it is none that counts; a legend has done its work already.

    Raises
    ------
    InputError
        If they are rows of a quota table that a text has above them, and do not fit its columns.
    """
    if read_legend(grid):
        remarks.use(cell for row in grid.rows for cell in row)
        remarks.add("read", f"table ({grid.place})", "a legend of second and third qualifiers")
        return
    rows = [row for row in grid.rows if _is_of_an_noc(row)]
    if any(part.layout.events for part in parts) and len(rows) > 1 and not header_of(grid).depth:
        shown = " | ".join(cell.shown for cell in rows[0] if not cell.empty)[:100]
        words = (
            f"{len(rows)} rows of NOCs with numbers are below no header and do not fit the columns of the quota table"
        )
        if form == "text":
            words = f"{words} above them: {shown!r} and so on; write each row in one line, below the others"
            raise InputError(remarks.refuse(f"table ({grid.place}): {words}", (cell for row in rows for cell in row)))
        place = f"table ({grid.place})"
        remarks.add("unclear", place, f"{words}: {shown!r} and so on", 5, (cell for row in rows for cell in row))
    leave_out(grid, "neither a quota table nor a list nor results nor a table by criterion", remarks)


def _is_of_an_noc(row: Sequence[Cell]) -> bool:
    """Whether a row names an NOC that is known and has numbers."""
    return noc_of_cells(row, sure=True) is not None and sum(cell.text.isdecimal() for cell in row) > 2


def _nothing(page: Page, rules: Rules, later: list[tuple[Grid, Layout]]) -> str:
    """The sentence that nothing was recognised, with the columns of the largest table and what was made of them."""
    events = ", ".join(event.identifier for event in rules.events)
    first = "no quota table and no ranked list of these rules is in it; a quota table needs a column for the nation, "
    needed = f"one per event ({events}) and one for the athletes"
    filled = [grid for grid in page.grids if grid.rows]
    if not filled:
        return f"{first}{needed}; no table was found at all"
    grid = max(filled, key=lambda grid: len(grid.rows) * max(map(len, grid.rows)))
    layout = next((layout for other, layout in later if other is grid), None)
    titles = [column.words for column in header_of(grid).columns] or [cell.shown for cell in grid.rows[0]]
    roles = layout.columns if layout is not None else ("",) * len(titles)
    words = frozenset().union(*(words_of(title) for title in titles))
    if "rank" in words and words & {"noc", "code"}:
        headers = ", ".join(repr(title[:40]) for title in titles)
        at = next(number for number, title in enumerate(titles) if "rank" in words_of(title))
        cells = [row[at] for row in grid.rows[header_of(grid).depth :] if at < len(row) and not row[at].empty]
        if cells and not any(map(rank_in, cells)):
            first = f"the column {titles[at]!r} of its largest table ({headers})"
            return f"{first} has {cells[0].shown!r}, which is no rank like 1"
        return (
            f"its largest table ({headers}) has ranks and NOCs, but no heading, "
            f"column or file's name says which event it is of, such as {rules.events[0].identifier}"
        )
    shown = ", ".join(
        f"{title[:40]!r} {f'is {role}' if role else 'is not matched'}"
        for title, role in zip(titles, roles, strict=False)
        if title
    )
    told = f"the headers of its largest table: {shown or 'none'}"
    unclear = next((seen for row in grid.rows for cell in row for seen in cell.unclear), "")
    if unclear:
        told = f"{unclear} is seen in its largest table and not understood; {told}"
    return f'{first}{needed}; {told}; others: --rules, --columns "ROLE=HEADER"'


def _report_missing(tables: Tables, rules: Rules, remarks: Remarks) -> None:
    if tables.quota is None:
        remarks.add("missing", "quota table", "the page has none, so there is no table to verify")
    held = {line.event for line in tables.results.lines} | tables.found.rankings.keys()
    missing = [event.label for event in rules.events if event.identifier not in held]
    if missing:
        unknown = "its ranking is unknown" if len(missing) == 1 else "their rankings are unknown"
        every = len(missing) == len(rules.events) > 1
        remarks.add("missing", "standings", f"no list of {'any event' if every else joined(missing)}; {unknown}")
