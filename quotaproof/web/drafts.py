"""An upload and what is known of it: what was sent and when, how it is to be read, and what came of that."""

from __future__ import annotations

import csv
import re
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from quotaproof.importing.columns import Layout
from quotaproof.importing.outcome import Remarks
from quotaproof.importing.outline import Outline, outline
from quotaproof.model.errors import InputError
from quotaproof.model.files import csv_text
from quotaproof.model.quantities import counted
from quotaproof.model.rules import Rules
from quotaproof.model.rules_file import load_rules
from quotaproof.model.scenario_folder import PUBLISHED, RULES, SCENARIO, SOURCES, toml_text
from quotaproof.pages import Cell, Grid, Page
from quotaproof.pages.page import Deadline

from .correction_views import Note, NoteLink, RowInputs, TableView, views_of
from .correction_words import in_the_files
from .corrections import (
    CorrectedPage,
    CorrectionLine,
    Corrections,
    RuledEvent,
    corrected,
    events_of,
    lines_of,
    text_of_cell,
)
from .formats import CHANGED
from .limits import Limits
from .plain_json import from_json, to_json
from .problems import MissingRulesError, RequestError, TooLargeError
from .uploads import PageParts, SentParts, imported, is_import, is_record, page_parts, read_upload, with_few_lines

MOST_WORDS = 300
"""Most characters of a change in `scenario.toml`; the files of an upload say it in full."""

MOST_SOURCES = 20
"""Most changes that `scenario.toml` lists; `SOURCES.md` has all."""

STATE = "state.json"

HEADING = f"## {CHANGED}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an upload is to be read.

    Attributes
    ----------
    base
        The scenario whose rules apply where the upload has none; empty for those that it has or names.
    keep
        Whether the other files of the base stay as well.
    host
        The host of an import (an IOC code, or `none`); empty for that of the rules.
    title
        What its sender calls it; empty for the title that it has.
    """

    base: str = ""
    keep: bool = False
    host: str = ""
    title: str = ""
    corrections: Corrections = field(default_factory=Corrections)


@dataclass(frozen=True, slots=True)
class DraftReading:
    """What came of reading an upload.

    Attributes
    ----------
    files
        The files of the scenario; empty if it was refused.
    problem
        Why it was refused.
    tables, notes, changes
        The tables that may be corrected, what there is to say of them, and what was changed.
    rules
        Where the rules come from: the id of a scenario, or nothing if nobody knows yet.
    events
        The events of these rules.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    problem: RequestError | None = None
    tables: tuple[TableView, ...] = ()
    notes: tuple[Note, ...] = ()
    changes: tuple[CorrectionLine, ...] = ()
    rules: str = ""
    events: tuple[RuledEvent, ...] = ()
    imported: bool = False
    lines: Mapping[int, str] = field(default_factory=dict)
    """Line of `published.csv` -> row of the table, where the upload is a scenario folder."""

    lacks_rules: bool = False
    """Whether all that is missing are rules, so that choosing them is enough."""

    @property
    def correctable(self) -> bool:
        """Whether there is a table that can be corrected, or rules to choose, so that nothing need be sent again."""
        return bool(self.tables) or self.lacks_rules

    @property
    def altering(self) -> tuple[CorrectionLine, ...]:
        """Those changes that make other data of it."""
        return tuple(line for line in self.changes if line.alters)

    @property
    def doubtful(self) -> tuple[Note, ...]:
        """What was refused, not understood or guessed, and what else is said of single cells: most doubtful first."""
        return tuple(note for note in self.notes if note.kind in ("refused", "unclear", "guessed") or note.links)


@dataclass(frozen=True, slots=True)
class DraftState:
    """How an upload is to be read, and what came of it."""

    wanted: Wanted
    reading: DraftReading


@dataclass(frozen=True, slots=True)
class UploadDraft:
    """An upload of a browser's: what it sent and when, and in short what came of it.

    Attributes
    ----------
    folder
        What was sent, under numbers, and its state; only what is short is in memory.
    names, size
        The names under which its files were sent, and their bytes together.
    title
        The title of the scenario that was made of it last, or what its sender calls it.
    problem
        Why no scenario could be made of it as it is wanted at present.
    changed, doubtful
        How many changes by hand it has, and how much in it was guessed or not understood.
    altered
        Whether the scenario that was made of it last has such changes.
    """

    identifier: str
    folder: Path
    names: tuple[str, ...]
    size: int
    arrived: datetime
    title: str = ""
    problem: RequestError | None = None
    changed: int = 0
    doubtful: int = 0
    altered: bool = False

    @property
    def shown_names(self) -> str:
        """The names of its files, in a row."""
        return ", ".join(self.names)[:200]

    @property
    def parts(self) -> SentParts:
        """What was sent, as (name, content)."""
        return [(name, (self.folder / str(number)).read_bytes()) for number, name in enumerate(self.names)]

    @property
    def state(self) -> DraftState:
        """Its state, as `with_state` has kept it."""
        return from_json(DraftState, (self.folder / STATE).read_bytes())

    def with_state(self, state: DraftState, title: str) -> UploadDraft:
        """Keep a state, and return the upload with what is short of it."""
        reading = replace(state.reading, files={})
        temporary = self.folder / f"{STATE}.new"
        temporary.write_bytes(to_json(DraftState(state.wanted, reading)))
        temporary.replace(self.folder / STATE)
        return replace(
            self,
            title=title or state.wanted.title or self.title,
            problem=reading.problem,
            changed=len(reading.altering),
            altered=bool(reading.altering) if reading.problem is None else self.altered,
            doubtful=len(reading.doubtful),
        )


def keep_parts(folder: Path, parts: SentParts) -> None:
    """Write what was sent into a folder, under numbers: no name that somebody gave is a path here."""
    for number, (_, data) in enumerate(parts):
        (folder / str(number)).write_bytes(data)


def read_draft(parts: SentParts, wanted: Wanted, base: Path | None, limits: Limits) -> DraftReading:
    """Return what comes of reading an upload; nothing is raised, and a problem is part of it."""
    try:
        if is_import([(name, data) for name, data in parts if name or data]):
            return _read_pages(page_parts(parts, limits), wanted, base, limits)
        return _read_files(parts, wanted, base, limits)
    except RequestError as problem:
        return DraftReading(problem=problem)


def _read_pages(sent: PageParts, wanted: Wanted, base: Path | None, limits: Limits) -> DraftReading:
    """Import pages and sheets, with what was corrected in them."""
    remarks = Remarks()
    opened: list[tuple[Page, Outline, CorrectedPage]] = []

    def amend(page: Page, rules: str | None) -> Page:
        opened.append((page, outline(page, rules), corrected(page, wanted.corrections)))
        remarks.deadline = Deadline()  # the same time as on the command line, from here on
        return opened[0][2].page

    files: dict[str, bytes] = {}
    problem: RequestError | None = None
    try:
        files = with_few_lines(imported(sent, base, wanted.keep, wanted.host or None, amend, remarks), limits)
    except RequestError as error:
        if not opened or isinstance(error, TooLargeError):
            raise
        problem = error
    page, read, as_wanted = opened[0]
    changes, events = lines_of(page, wanted.corrections, read), events_of(read)
    tables, notes = views_of(page, wanted.corrections, read, as_wanted, remarks)
    named = "" if RULES.name in sent.own else base.name if base is not None else read.named
    files = _in_its_own_words(files, wanted, changes, events)
    return DraftReading(files, problem, tables, notes, changes, named, events, imported=True)


def _read_files(parts: SentParts, wanted: Wanted, base: Path | None, limits: Limits) -> DraftReading:
    """Take the files of a scenario folder, with what was corrected in its published table."""
    try:
        files = read_upload(parts, base, wanted.keep, limits)
    except MissingRulesError as problem:
        return DraftReading(problem=problem, lacks_rules=True)
    table = _table_of(files.get(PUBLISHED.name, b""))
    if table is None:
        return DraftReading(_in_its_own_words(files, wanted))
    reading, as_wanted = _with_table(DraftReading(), table, _rules_of(files), wanted)
    if wanted.corrections:
        files[PUBLISHED.name] = _as_csv(table[0], as_wanted)
    lines = _lines(files[PUBLISHED.name], as_wanted)
    files = _in_its_own_words(files, wanted, reading.changes, reading.events)
    return replace(reading, files=files, lines=lines)


CsvTable = tuple[list[str], Page]
"""The comments of a CSV file, and its table as a page."""


def _with_table(
    reading: DraftReading, table: CsvTable, rules: Rules | None, wanted: Wanted
) -> tuple[DraftReading, CorrectedPage]:
    """A reading with the published table of a scenario folder to be corrected, and that table as it is wanted."""
    _, page = table
    header = tuple(text_of_cell(cell) for cell in page.grids[0].rows[0])
    width = max(map(len, page.grids[0].rows))
    titles = (*header, *[""] * (width - len(header)))
    read = Outline(rules, "", (Layout(titles, 1, titles),), (True,))
    as_wanted = corrected(page, wanted.corrections)
    tables, _ = views_of(page, wanted.corrections, read, as_wanted, Remarks(), mappable=False)
    changes = lines_of(page, wanted.corrections, read)
    return replace(reading, tables=tables, changes=changes, events=events_of(read)), as_wanted


def _table_of(data: bytes) -> CsvTable | None:
    """A CSV file as a page, with the comments in it; None if it cannot be read as one."""
    try:
        lines = data.decode("utf-8-sig").splitlines()
        comments = [line for line in lines if line.lstrip().startswith("#")]
        rows = [row for row in csv.reader(line for line in lines if not line.lstrip().startswith("#")) if row]
    except (UnicodeDecodeError, csv.Error):
        return None
    if not rows:
        return None
    return comments, Page("", (Grid(tuple(tuple(map(Cell, row)) for row in rows)),), "csv")


def _as_csv(comments: Sequence[str], table: CorrectedPage) -> bytes:
    """A corrected table as a CSV file, its comments on top."""
    header, *rows = [[cell.text for cell in row] for grid in table.page.grids for row in grid.rows] or [[]]
    return "".join([*(f"{line}\n" for line in comments), csv_text(header, rows)]).encode()


def _lines(data: bytes, table: CorrectedPage) -> dict[int, str]:
    """Line of a CSV file -> key of the row that is there."""
    keys = table.tables[0][1] if table.tables else ()
    lines = enumerate(data.decode("utf-8-sig", "replace").splitlines(), 1)
    return dict(zip((number for number, line in lines if is_record(line)), keys, strict=False))


def _rules_of(files: Mapping[str, bytes]) -> Rules | None:
    """The rules among the files of a scenario; None if they have a fault, which loading them will name."""
    with tempfile.TemporaryDirectory(prefix="quotaproof-") as temporary:
        path = Path(temporary) / RULES.name
        path.write_bytes(files.get(RULES.name, b""))
        try:
            return load_rules(path)
        except InputError:
            return None


def refused(reading: DraftReading, problem: RequestError) -> DraftReading:
    """Return a reading whose files make no scenario; the cell that the problem names is marked."""
    named = re.match(rf"{re.escape(PUBLISHED.name)}, line (\d{{1,6}})(?:, field ([\w-]{{1,60}}))?", problem.sentence)
    key = reading.lines.get(int(named[1])) if named else None
    if named is None or key is None:
        return replace(reading, files={}, problem=problem)
    links: list[NoteLink] = []
    table = reading.tables[0]
    at = [column.number for column in table.columns if column.name.title == named[2]] or [0]
    rows: list[RowInputs] = []
    for row in table.rows:
        cells = list(row.cells)
        if row.key == key:
            cells[at[0]] = replace(cells[at[0]], mark="refused", notes=(1,))
            links.append(NoteLink(cells[at[0]].name, cells[at[0]].value))
        rows.append(replace(row, cells=tuple(cells)))
    note = Note(1, "refused", "", problem.sentence.rstrip("."), tuple(links), 1)
    tables = (replace(table, rows=tuple(rows)), *reading.tables[1:])
    return replace(reading, files={}, problem=problem, tables=tables, notes=(note,) if links else ())


# The scenario's own words ------------------------------------------------------------------------------------------


def _in_its_own_words(
    files: Mapping[str, bytes],
    wanted: Wanted,
    changes: Sequence[CorrectionLine] = (),
    events: Sequence[RuledEvent] = (),
) -> dict[str, bytes]:
    """The files of a scenario that say themselves what was changed by hand, and have the title that was chosen."""
    found = dict(files)
    altering = [line for line in changes if line.alters]
    if not (wanted.title or changes) or SCENARIO.name not in found:
        return found
    try:
        table = tomllib.loads(found[SCENARIO.name].decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return found  # loading it says what is wrong
    title = wanted.title or str(table.get("title", ""))
    if altering:
        title = f"{title[:1000]}, with {counted(len(altering), 'change')} by hand"
    told = [f"{CHANGED}: {in_the_files(line, events)}"[:MOST_WORDS] for line in altering[:MOST_SOURCES]]
    if len(altering) > MOST_SOURCES:
        told.append(f"{CHANGED}: {len(altering) - MOST_SOURCES} more, listed in {SOURCES.name}")
    sources = table.get("sources", [])
    table |= {"title": title, "sources": [*told, *(sources if isinstance(sources, list) else [])]}
    found[SCENARIO.name] = toml_text(table).encode()
    if changes:
        words = [HEADING, "", *(f"- {in_the_files(line, events)}." for line in changes)]
        own = found.get(SOURCES.name, b"").decode("utf-8", "replace").rstrip()
        found[SOURCES.name] = "\n".join([*([own, ""] if own else ["# Sources", ""]), *words, ""]).encode()
    return found
