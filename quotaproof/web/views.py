"""What the templates show: documents turned into tables of cells with words beside every number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup

from .changes import Asked, caps_of

TOTAL, ATHLETES = "TOTAL", "athletes"
GENDERS = ("men", "women")
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a quota table: `label` in full, `short` under its group's heading."""

    identifier: str
    label: str
    short: str
    group: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A number in a table.

    Attributes
    ----------
    other
        Another number that stands beside it: what it must be, or the one counted.
    words
        What a screen reader says instead of marks; empty if the number says all.
    mark
        `wrong`, `maybe`, `gain`, `loss`, or empty.
    """

    column: str
    number: int | None
    other: int | None = None
    words: str = ""
    mark: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """An NOC's cells, or those of all."""

    noc: str
    cells: tuple[Cell, ...]
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A quota table ready to be shown; `groups` are (heading, number of columns)."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None

    @property
    def groups(self) -> list[tuple[str, int]]:
        """Headings over the columns, each with how many it spans."""
        return _groups(self.columns)

    @property
    def marked(self) -> list[Cell]:
        """All cells with a mark."""
        return [cell for row in (*self.rows, *([self.total] if self.total else [])) for cell in row.cells if cell.mark]


@dataclass(frozen=True, slots=True)
class Ticks:
    """The places of an NOC in an event, each ticked or not."""

    column: Column
    ticked: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class TickRow:
    """What an NOC may give back: all of it, or place by place."""

    noc: str
    excluded: bool
    everything: bool
    ticks: tuple[Ticks, ...]


@dataclass(frozen=True, slots=True)
class Cap:
    """A cap that may be set: its name, words, the value in force and the one of the rules."""

    name: str
    label: str
    value: str
    rules: int


@dataclass(frozen=True, slots=True)
class Fields:
    """What the form for changes holds."""

    columns: tuple[Column, ...]
    rows: tuple[TickRow, ...]
    caps: tuple[tuple[str, tuple[Cap, ...]], ...]
    readings: tuple[Document, ...]
    host: str
    moves: tuple[str, ...] = field(default=())

    @property
    def groups(self) -> list[tuple[str, int]]:
        """Headings over the columns, each with how many it spans."""
        return _groups(self.columns)


def _groups(columns: Sequence[Column]) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for column in columns:
        if found and found[-1][0] == column.group:
            found[-1] = (column.group, found[-1][1] + 1)
        else:
            found.append((column.group, 1))
    return found


def columns_of(scenario: Document, *more: str) -> tuple[Column, ...]:
    """Return the events as columns, then `more` (`men`, `women`, `athletes`)."""
    found: list[Column] = []
    for event in scenario["events"]:
        gender = event["gender"]
        short = event["id"].removeprefix(f"{gender}-").replace("-", " ")
        found.append(Column(event["id"], event["label"], f"{short} m" if short.isdigit() else short, gender.title()))
    found += [Column(name, name, name, "Quota places") for name in more]
    return tuple(found)


def names_of(scenario: Document) -> dict[str, str]:
    """Return event or gender -> words, for sentences and pictures."""
    return {event["id"]: event["label"] for event in scenario["events"]} | {g: f"{g}'s quota" for g in GENDERS}


# The quota table -----------------------------------------


def quota_table(scenario: Document, allocation: Document | None, verification: Document | None) -> Table | None:
    """Return the published table with its differences marked, or the allocation if nothing was published.

    What differs is known without a proof where an allocation is there, or a printed total is not its sum; otherwise
    `verification` says it.
    """
    published = scenario["published"]
    columns = columns_of(scenario, ATHLETES)
    given = _cells_of(allocation) if allocation is not None and allocation["status"] == "optimal" else None
    if published is None:
        return _plain(columns, _cells_of(allocation)) if allocation is not None else None
    expected, maybe = _expected(published, given, verification)
    rows: list[Row] = []
    nocs = [*published["cells"], *(noc for noc in (given or {}) if noc not in published["cells"])]
    for noc in nocs:
        own = published["cells"].get(noc, {})
        cells = [
            _cell(column.identifier, own.get(column.identifier, 0), (noc, column.identifier), expected, maybe)
            for column in columns
        ]
        rows.append(Row(noc, tuple(cells), any(cell.mark for cell in cells)))
    return Table(columns, tuple(rows), _total(columns, published, expected))


def _expected(
    published: Document, given: Mapping[str, Mapping[str, int]] | None, verification: Document | None
) -> tuple[dict[tuple[str, str], int], set[tuple[str, str]]]:
    """Return what cells must be, and the cells of which some must change."""
    repairs = verification["repairs"] if verification is not None else []
    if len(repairs) == 1:
        return {(c["noc"], c["column"]): c["repaired"] for c in repairs[0]}, set()
    maybe = {(c["noc"], c["column"]) for changes in repairs for c in changes}
    if given is None:
        return {}, maybe
    cells = published["cells"]
    return {
        (noc, column): given.get(noc, {}).get(column, 0)
        for noc in {*cells, *given}
        for column in published["columns"]
        if given.get(noc, {}).get(column, 0) != cells.get(noc, {}).get(column, 0)
    }, maybe


def _cell(
    column: str,
    number: int,
    key: tuple[str, str],
    expected: Mapping[tuple[str, str], int],
    maybe: set[tuple[str, str]],
) -> Cell:
    if key in expected:
        other = expected[key]
        return Cell(column, number, other, f"published {number}, must be {other}", "wrong")
    if key in maybe:
        return Cell(column, number, None, f"{number}, in one of the repairs", "maybe")
    return Cell(column, number)


def _total(columns: Sequence[Column], published: Document, expected: Mapping[tuple[str, str], int]) -> Row | None:
    if not published["totals"]:
        return None
    cells: list[Cell] = []
    for column in columns:
        name = column.identifier
        printed = published["totals"].get(name)
        counted = sum(row.get(name, 0) for row in published["cells"].values())
        if (TOTAL, name) in expected:
            other = expected[TOTAL, name]
            cells.append(Cell(name, printed, other, f"printed {printed}, must be {other}", "wrong"))
        elif printed is not None and printed != counted:
            words = f"printed {printed}, but the column adds up to {counted}"
            cells.append(Cell(name, printed, None, words, "wrong", f"counted {counted}"))
        else:
            cells.append(Cell(name, printed))
    return Row(TOTAL, tuple(cells), any(cell.mark for cell in cells))


def _cells_of(allocation: Document) -> dict[str, dict[str, int]]:
    """Return NOC -> column -> number, with men, women and athletes where they are known."""
    cells: dict[str, dict[str, int]] = {}
    for event, places in allocation["places"].items():
        for noc, number in places.items():
            cells.setdefault(noc, {})[event] = number
    for noc, numbers in allocation.get("athletes", {}).items():
        cells.setdefault(noc, {}).update({ATHLETES if name == "total" else name: n for name, n in numbers.items()})
    return dict(sorted(cells.items()))


def _plain(columns: Sequence[Column], cells: Mapping[str, Mapping[str, int]]) -> Table:
    rows = tuple(
        Row(noc, tuple(Cell(column.identifier, row.get(column.identifier, 0)) for column in columns))
        for noc, row in cells.items()
    )
    return Table(tuple(columns), rows, _sum(columns, cells))


def _sum(columns: Sequence[Column], cells: Mapping[str, Mapping[str, int]]) -> Row:
    names = [column.identifier for column in columns]
    return Row(TOTAL, tuple(Cell(name, sum(row.get(name, 0) for row in cells.values())) for name in names))


# Before and after -----------------------------------------


def before_and_after(scenario: Document, result: Document) -> tuple[Table, Table]:
    """Return two tables of the NOCs that anything changes for, the second with gains and losses marked."""
    if result.get("standings") == "incomplete":
        return _possibly(scenario, result)
    columns = columns_of(scenario, *GENDERS, ATHLETES)
    old, new = _cells_of(result["before"]), _cells_of(result["after"])
    before: list[Row] = []
    after: list[Row] = []
    for noc in sorted({*old, *new}):
        was, now = old.get(noc, {}), new.get(noc, {})
        if was == now:
            continue
        before.append(Row(noc, tuple(Cell(c.identifier, was.get(c.identifier, 0)) for c in columns)))
        after.append(
            Row(
                noc,
                tuple(_moved(c.identifier, was.get(c.identifier, 0), now.get(c.identifier, 0)) for c in columns),
                changed=True,
            )
        )
    return Table(columns, tuple(before), _sum(columns, old)), Table(columns, tuple(after), _sum(columns, new))


def _moved(column: str, was: int, now: int) -> Cell:
    if was == now:
        return Cell(column, now)
    step = f"{now - was:+d}".replace("-", "−")
    words = f"{now}, {abs(now - was)} {'more' if now > was else 'fewer'}"
    return Cell(column, now, None, words, "gain" if now > was else "loss", step)


def _possibly(scenario: Document, result: Document) -> tuple[Table, Table]:
    """With unknown standings: what everybody has for certain, and up to how much it may be."""
    columns = columns_of(scenario)
    old = _cells_of(result["before"])
    new = _cells_of(result["after"]) if result["after"] is not None else {}
    more: dict[tuple[str, str], int] = {}
    for claim in result["possible"]:
        noc = "others" if claim["noc"] == "OTHER" else claim["noc"]
        more[noc, claim["column"]] = max(more.get((noc, claim["column"]), 0), claim["number"])
    names = [column.identifier for column in columns]
    certain = {noc: {name: new.get(noc, {}).get(name, 0) for name in names} for noc in {*old, *new}}
    touched = [
        noc
        for noc in sorted({*old, *new, *(noc for noc, name in more if name in names)})
        if any(
            old.get(noc, {}).get(name, 0) != certain.get(noc, {}).get(name, 0) or (noc, name) in more for name in names
        )
    ]
    before = tuple(Row(noc, tuple(Cell(name, old.get(noc, {}).get(name, 0)) for name in names)) for noc in touched)
    after = tuple(
        Row(
            noc,
            tuple(
                _range(name, old.get(noc, {}).get(name, 0), certain.get(noc, {}).get(name, 0), more.get((noc, name), 0))
                for name in names
            ),
            changed=True,
        )
        for noc in touched
    )
    return Table(columns, before), Table(columns, after)


def _range(column: str, was: int, now: int, possible: int) -> Cell:
    most = max(now, was + possible) if possible else now
    if most > now:
        return Cell(column, now, None, f"{now} for certain, possibly {most}", "maybe", f"to {most}")
    return _moved(column, was, now)


# The form -----------------------------------------


def fields(scenario: Document, allocation: Document | None, asked: Asked) -> Fields:
    """Return what the form for changes holds, with what is asked already ticked and filled in."""
    columns = columns_of(scenario)
    held = _cells_of(allocation) if allocation is not None else {}
    if allocation is None and scenario["published"] is not None:
        held = scenario["published"]["cells"]
    declined: dict[str, int | None] = {}
    for words in asked.of("decline"):
        what, equals, number = words.partition("=")
        declined[what] = int(number) if equals and number.isdigit() else None
    excluded = set(asked.of("exclude"))
    nocs = [noc for noc in held if noc.isalpha()] + sorted(excluded - set(held))
    rows = tuple(
        TickRow(
            noc,
            noc in excluded,
            noc in declined,
            tuple(_ticks(column, held.get(noc, {}).get(column.identifier, 0), noc, declined) for column in columns),
        )
        for noc in nocs
    )
    host = next(iter(asked.of("host")), scenario["host"] or "none")
    readings = tuple({**r, "value": asked.chosen.get(r["name"], r["chosen"])} for r in scenario["readings"])
    return Fields(columns, rows, _caps(scenario, asked), readings, host, asked.of("move"))


def _ticks(column: Column, number: int, noc: str, declined: Mapping[str, int | None]) -> Ticks:
    cell = f"{noc}:{column.identifier}"
    given = 0
    if cell in declined:
        stated = declined[cell]
        given = number if stated is None else min(stated, number)
    elif f"{noc}:{column.group.lower()}" in declined:
        given = number
    return Ticks(column, tuple(place < given for place in range(number)))


def _caps(scenario: Document, asked: Asked) -> tuple[tuple[str, tuple[Cap, ...]], ...]:
    names = {event["id"]: event["label"] for event in scenario["events"]}
    caps = {
        name: Cap(name, names.get(name.partition(":")[0], name), asked.caps.get(name, str(value)), value)
        for name, value in caps_of(scenario).items()
    }
    of_noc = tuple(cap for name, cap in caps.items() if name.endswith(":noc"))
    of_event = tuple(cap for name, cap in caps.items() if name in names)
    rest = tuple(cap for cap in caps.values() if cap not in of_noc and cap not in of_event)
    return ("Quota places", rest), ("Start places of an event", of_event), ("Most of one NOC in an event", of_noc)


# Words -----------------------------------------

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(
    ["link", "image", "autolink", "html_inline", "html_block", "reference", "lheading", "hr", "code"]
)


def prose(text: str, level: int = 3) -> Markup:
    """Return an answer's Markdown as HTML, its first line (the title) and its tables left out; headings of a level.

    Neither HTML nor links in it are taken as such: an upload's title is only text.
    """
    blocks = text.strip().split("\n\n")
    kept = [block for block in blocks[1:] if not block.startswith("|")]
    if kept and blocks[-1].startswith("|") and kept[-1].startswith("###"):
        kept.pop()
    plain = (re.sub(r"^#+", "#" * level, block) for block in kept)
    return Markup(_MARKDOWN.render("\n\n".join(plain)))


def in_words(kind: str, words: str, names: Mapping[str, str]) -> str:
    """Return a change as a person would say it, such as "KAZ gives back men's 1000 m"."""
    what, _, value = words.partition("=")
    noc, _, rest = what.partition(":")
    match kind:
        case "decline":
            if rest in GENDERS:
                return f"{noc} gives back everything of its {rest}"
            number = f" ({value} place{'s' if value != '1' else ''})" if value else ""
            return f"{noc} gives back {names.get(rest, rest) or 'everything'}{number}"
        case "exclude":
            return f"{words} is out"
        case "host":
            return "no host" if words == "none" else f"{words} is the host"
        case "set":
            label = f"{names.get(noc, noc)} per NOC" if rest else names.get(noc, noc) if noc not in GENDERS else noc
            return f"{label}: {value} places"
        case "reading":
            return f"{what} is read as {value}"
        case _:
            event, _, qualifier = rest.partition(":")
            entry = f" (qualifier {qualifier})" if qualifier else ""
            return f"{noc}{entry} moves to rank {value} of {names.get(event, event)}"


def verdict(text: str) -> str:
    """Return what an answer's title says behind the scenario's name, such as "the published table is wrong."."""
    first = text.partition("\n")[0].lstrip("# ")
    said = first.rpartition(": ")[2]
    return said[:1].upper() + said[1:]
