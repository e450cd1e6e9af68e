"""The neutral form of a report: sections of paragraphs and tables, with cells that know what they mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from quotaproof.model.published import UNNAMED, is_unnamed
from quotaproof.model.scenario import Scenario
from quotaproof.nations import name_of

TableKind = Literal["quota", "criteria", "list", "ranked", "record"]


@dataclass(frozen=True, slots=True)
class Item:
    """A cell.

    Attributes
    ----------
    text
        Its content, behind the names of its NOCs.
    nocs
        The NOCs that it names: codes, `?15` for an unnamed row, `?` for one that is unknown.
    qualifier
        In a ranking, which of its NOC's qualifiers it is, to be marked; 0 where nobody knows; None for no mark.
    struck
        Whether it is struck out: a declined entry.
    note
        Why its content is not what was published; empty if it is.
    number
        Whether it is a number, to be set flush right.
    names
        What its NOCs are called, in their order; their English names if empty.
    """

    text: str = ""
    nocs: tuple[str, ...] = ()
    qualifier: int | None = None
    struck: bool = False
    note: str = ""
    number: bool = False
    names: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        """What stands for each of its NOCs in running text."""
        return tuple(map(noc_text, self.nocs, self.names or map(name_of, self.nocs)))

    @property
    def suffix(self) -> str:
        """The mark of the qualifier, as text."""
        return "" if self.qualifier is None else f"({self.qualifier or '?'})"


def noc_item(scenario: Scenario, noc: str, *, qualifier: int | None = None, struck: bool = False) -> Item:
    """Return a cell with an NOC, or with the code and the federation of one that starts under an alias."""
    shown = scenario.shown(noc)
    if shown == noc:
        return Item(nocs=(noc,), qualifier=qualifier, struck=struck)
    mark = "" if qualifier is None else f" ({qualifier or '?'})"
    return Item(f"{shown}{mark}", struck=struck)


@dataclass(frozen=True, slots=True)
class Head:
    """A cell of a header, over one or more columns and rows."""

    text: str
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: a common one, the first behind the cut, or one of totals."""

    items: tuple[Item, ...]
    kind: Literal["row", "behind-cut", "total"] = "row"


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table.

    Attributes
    ----------
    header
        Rows of header cells, the last with one cell per column (where spans from above do not fill it).
    kind
        `quota`, `criteria`, `list` (of qualifiers), `ranked` (of named entries, or of NOCs with their places) or
        `record` (of facts, declines, differences, the scenario itself).
    """

    header: tuple[tuple[Head, ...], ...]
    lines: tuple[Line, ...]
    caption: str
    kind: TableKind = "record"

    @property
    def width(self) -> int:
        """The number of columns."""
        return sum(head.columns for head in self.header[0])

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes on its cells, each once."""
        return tuple(dict.fromkeys(item.note for line in self.lines for item in line.items if item.note))

    @property
    def number_columns(self) -> tuple[bool, ...]:
        """For each column whether it holds nothing but numbers."""
        return tuple(
            bool(self.lines) and all(line.items[column].number for line in self.lines) for column in range(self.width)
        )

    def flat_header(self) -> tuple[str, ...]:
        """Return one text per column: all text above it."""
        columns: list[list[str]] = [[] for _ in range(self.width)]
        taken: set[tuple[int, int]] = set()
        for level, heads in enumerate(self.header):
            column = 0
            for head in heads:
                while (level, column) in taken:
                    column += 1
                for step in range(head.columns):
                    columns[column + step].append(head.text)
                    taken |= {(level + down, column + step) for down in range(head.rows)}
                column += head.columns
        return tuple(" ".join(texts) for texts in columns)


def plain_table(names: Iterable[str], lines: Iterable[Line], caption: str, kind: TableKind = "record") -> ReportTable:
    """Return a table with one row of headers, each over one column."""
    return ReportTable((tuple(map(Head, names)),), tuple(lines), caption, kind)


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its heading, then paragraphs, then tables (which may be side by side)."""

    title: str
    level: int
    paragraphs: tuple[str, ...] = ()
    tables: tuple[ReportTable, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A report.

    Attributes
    ----------
    games
        The Games as flag templates name them, such as `2022 Winter`; empty if the scenario does not tell.
    records
        Sections for those who check it: facts, declines, differences, the scenario itself.
    language
        Of its headings.
    """

    title: str
    games: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    records: tuple[Section, ...]
    language: str = "en"

    @property
    def all_sections(self) -> tuple[Section, ...]:
        """All sections in reading order."""
        return (*self.sections, *self.records)


def noc_text(noc: str, name: str) -> str:
    """Return what stands for an NOC in running text: `Kazakhstan (KAZ)`, `?`, or `? (row 15)`."""
    if noc == UNNAMED:
        return UNNAMED
    if is_unnamed(noc):
        return f"{UNNAMED} (row {noc.removeprefix(UNNAMED)})"
    return noc if name == noc else f"{name} ({noc})"


def words_of(item: Item) -> str:
    """Return a cell as plain text: its NOCs, the mark of the qualifier, its text."""
    names = ", ".join(item.shown)
    return " ".join(part for part in (names, item.suffix, item.text) if part)
