"""The neutral form of a page: its title, and its tables as rows of cells under their headings."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from quotaproof.model.errors import InputError

MOST_COLUMNS = 200
MOST_CELLS = 200_000
"""Cells of all tables of a page, spans filled out; the largest real page has about 3,000."""

MOST_TABLES = 1_000
"""Tables of a page; real ones have up to 50."""

SECONDS = 2.5
"""Time of the processor for reading a page, and as much again for finding out what it means; real ones take one."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as a reader sees it.

    Attributes
    ----------
    text
        What is written and not struck out; line breaks are kept.
    names
        What flags, links and pictures say (a title, a template's argument, a text alternative), in their order.
    struck, struck_names
        The same for what is struck out; `struck` is None if nothing is, and may be empty.
    bold
        Whether something in it is bold.
    header
        Whether the page marks it as a header cell.
    shade
        Its background as the page writes it, in lower case; empty if it has none of its own.
    notes
        Marks of footnotes, and text in superscript: no part of the text.
    unclear
        What is seen in it and cannot be read: a template that is not known, a picture or formula without a text.
    """

    text: str = ""
    names: tuple[str, ...] = ()
    struck: str | None = None
    struck_names: tuple[str, ...] = ()
    bold: bool = False
    header: bool = False
    shade: str = ""
    notes: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing at all is in it, but perhaps a footnote mark."""
        return not (self.text or self.names or self.struck is not None or self.unclear)

    @property
    def shown(self) -> str:
        """What a message shows of it: its text, or whatever else there is."""
        parts = (self.text, *self.names[: 0 if self.text else 1], self.struck or "", *self.unclear, *self.notes)
        return " ".join(" ".join(parts).split())[:60]


EMPTY = Cell()


@dataclass(frozen=True, slots=True)
class ToldColumns:
    """What a table is as whoever sends it says: the role of each column, and how many rows are its header."""

    roles: tuple[str, ...]
    header_rows: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: rows of cells, spans filled out, under the headings above it (outermost first).

    `told` is there if somebody has said what the columns are; then nothing of them is guessed. `file` is the number of
    its file, where there are several.
    """

    rows: tuple[tuple[Cell, ...], ...]
    headings: tuple[str, ...] = ()
    caption: str = ""
    told: ToldColumns | None = None
    file: int = 0

    @property
    def place(self) -> str:
        """The place of the table, in words."""
        return self.above or "the page"

    @property
    def above(self) -> str:
        """What stands above the table; empty if nothing does."""
        return " > ".join(part for part in (*self.headings, self.caption) if part)


@dataclass(frozen=True, slots=True)
class Aside:
    """What there is to say of how a file was read.

    `kind` is `unclear` (seen and not understood), `guessed` (the file does not say so) or `ignored` (left out).
    """

    kind: Literal["unclear", "guessed", "ignored"]
    subject: str
    message: str


@dataclass(frozen=True, slots=True)
class LooseLine:
    """A line of a text that is in no table; it may be prose, or a row that no table takes in."""

    place: str
    text: str


def loose_lines(pieces: Iterable[str]) -> tuple[LooseLine, ...]:
    """Return the lines of what a page has outside of its tables, piece by piece."""
    lines = (line.strip() for line in "".join(pieces).split("\n"))
    return tuple(LooseLine("outside the tables", line) for line in lines if line)


@dataclass(frozen=True, slots=True)
class Page:
    """A page in the order in which it is read; `loose` are the lines of a text that are in none of its tables."""

    title: str
    grids: tuple[Grid, ...]
    form: str
    asides: tuple[Aside, ...] = ()
    loose: tuple[LooseLine, ...] = ()


class Deadline:
    """A limit on the time that this thread works on one page."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._end = time.thread_time() + seconds

    def check(self) -> None:
        """Raise InputError if the time is over."""
        if time.thread_time() > self._end:
            raise InputError(f"it was not read within {self.seconds:g} seconds; it is no quota page, or many in one")


@dataclass(slots=True)
class Headings:
    """The headings above a place of a page."""

    title: str = ""
    _open: list[tuple[int, str]] = field(default_factory=list)

    def add(self, level: int, text: str) -> None:
        """Begin a section; level 1 is the page's title."""
        words = tidy(text)[:1000]
        for mark in ("[edit]", "[edit source]", "[edit | edit source]"):
            words = words.removesuffix(mark).rstrip()
        if level == 1:
            self.title = self.title or words
            self._open.clear()
            return
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        self._open.append((level, words))

    def above(self) -> tuple[str, ...]:
        """Return the headings of the present section, outermost first."""
        return tuple(text for _, text in self._open)


@dataclass(slots=True)
class Spanned:
    """A cell with the rows and columns it spans, not yet on a grid."""

    cell: Cell
    rows: int = 1
    columns: int = 1


@dataclass(slots=True)
class Written:
    """What is written in a cell as it is read, piece by piece; its lists are what they are in a `Cell`."""

    kept: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    struck_names: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    seen_struck: bool = False
    bold: bool = False

    def words(self) -> str:
        """Return what is written and not struck out."""
        return tidy("".join(self.kept))

    def cell(self, *, header: bool, shade: str) -> Cell:
        """Return the cell."""
        return Cell(
            text=self.words(),
            names=tuple(self.names),
            struck=tidy("".join(self.struck)) if self.seen_struck else None,
            struck_names=tuple(self.struck_names),
            bold=self.bold,
            header=header,
            shade=shade,
            notes=tuple(note for note in self.notes if note),
            unclear=tuple(self.unclear),
        )


class Budget:
    """Counts the tables and cells of a page, so that no page fills the memory or takes minutes."""

    def __init__(self, most: int = MOST_CELLS) -> None:
        self.most = most
        self.left = most
        self.tables = MOST_TABLES
        self.deadline = Deadline()
        self.asides: list[Aside] = []

    def begin_table(self) -> None:
        """Count a table.

        Raises
        ------
        InputError
            If the page has more tables than are read.
        """
        self.deadline.check()
        self.tables -= 1
        if self.tables < 0:
            raise InputError(f"it has more than {MOST_TABLES:,} tables; that is no quota page")

    def note(self, kind: Literal["unclear", "guessed", "ignored"], subject: str, message: str) -> None:
        """Keep something that there is to say of how the file was read; beyond 200 only the first are kept."""
        if len(self.asides) < 200:
            self.asides.append(Aside(kind, subject, message))

    def note_hidden_texts(self, texts: Sequence[str], place: str = "the page") -> None:
        """Keep which texts within cells are hidden beside others, such as keys to sort by: no part of them."""
        if texts:
            shown = ", ".join(map(repr, dict.fromkeys(texts)))
            words = f"texts within cells that {place} hides are not read ({len(texts)}): {shown[:600]}"
            self.note("ignored", place, words)

    def spend(self, number: int) -> None:
        """Take some cells off.

        Raises
        ------
        InputError
            If the page has more cells than are read.
        """
        self.left -= number
        if self.left % 64 < number:
            self.deadline.check()
        if self.left < 0:
            raise InputError(f"its tables have more than {self.most:,} cells, spans filled out; that is no quota page")


def laid_out(rows: Sequence[Sequence[Spanned]], budget: Budget) -> tuple[tuple[Cell, ...], ...]:
    """Return rows of cells with every span filled out: a cell is in each place that it covers.

    Spans end at the last row and at `MOST_COLUMNS`; cells beyond are dropped. The cells themselves have been counted.
    """
    laid: list[tuple[Cell, ...]] = []
    hanging: dict[int, tuple[int, Cell]] = {}
    for row in rows:
        line: list[Cell] = []
        waiting = iter(row)
        following: dict[int, tuple[int, Cell]] = {}

        def fill(line: list[Cell] = line, following: dict[int, tuple[int, Cell]] = following) -> None:
            while len(line) in hanging and len(line) < MOST_COLUMNS:
                left, cell = hanging.pop(len(line))
                if left > 1:
                    following[len(line)] = (left - 1, cell)
                line.append(cell)

        for spanned in waiting:
            fill()
            if len(line) >= MOST_COLUMNS and not spanned.cell.empty:
                budget.note(
                    "ignored", f"row {len(laid) + 1}", f"{spanned.cell.shown!r} is beyond column {MOST_COLUMNS}"
                )
            for _ in range(min(max(spanned.columns, 1), MOST_COLUMNS - len(line))):
                if spanned.rows > 1:
                    following[len(line)] = (spanned.rows - 1, spanned.cell)
                line.append(spanned.cell)
        fill()
        # What hangs further right, behind cells that this row does not have.
        if hanging:
            for column in range(len(line), min(max(hanging) + 1, MOST_COLUMNS)):
                left, cell = hanging.pop(column, (0, EMPTY))
                if left > 1:
                    following[column] = (left - 1, cell)
                line.append(cell)
        hanging.clear()
        hanging.update(following)
        budget.spend(max(0, len(line) - len(row)))
        laid.append(tuple(line))
    return tuple(laid)


def span(text: str | None) -> int:
    """Return a rowspan or colspan as written on a page; what is no number counts as 1, and 0 means to the end."""
    number = re.match(r"\s*\+?(\d{1,9})", text or "")
    if number is None:
        return 1
    return int(number[1]) or 10**6


def shade_of(style: str | None, colour: str | None = None) -> str:
    """Return a background from a style attribute or a `bgcolor`, in lower case without blanks."""
    found = re.search(r"background(?:-color)?\s{0,9}:\s{0,9}([^;!]{1,60})", style or "", re.IGNORECASE)
    return re.sub(r"\s+", "", (found[1] if found else colour or "").lower())[:60]


UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202d\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
"""Characters that nobody sees: marks of the direction of writing, what joins letters or keeps them apart, fillers
without a width, variants of a sign, places for a hyphen.

The mark by which a text is shown from its end stays, so that such a number is not understood."""


def tidy(text: str) -> str:
    """Return text with blanks in a row made one, lines trimmed, empty lines and what nobody sees dropped."""
    lines = (" ".join(line.split()) for line in UNSEEN.sub("", text).replace("\u00a0", " ").split("\n"))
    return "\n".join(line for line in lines if line)


def whole(rows: Iterable[tuple[Cell, ...]]) -> tuple[tuple[Cell, ...], ...]:
    """Return the rows in which some cell is not empty."""
    return tuple(row for row in rows if any(not cell.empty or cell.notes for cell in row))
