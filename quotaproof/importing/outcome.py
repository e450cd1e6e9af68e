"""What an import did: remarks on what was read, guessed, missing or contradictory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from quotaproof.model.quantities import counted
from quotaproof.pages.page import Cell, Deadline

if TYPE_CHECKING:
    import pandas as pd

    from quotaproof.model.scenario import Scenario

ImportRemarkKind = Literal["unclear", "guessed", "difference", "missing", "ignored", "read"]
KINDS: tuple[ImportRemarkKind, ...] = get_args(ImportRemarkKind)
MOST_REMARKS = 1_000


@dataclass(frozen=True, slots=True)
class ImportRemark:
    """One thing to know of an import.

    ``kind`` is `unclear` (seen and not understood), `guessed` (the page does not say it), `difference` (the page
    contradicts itself), `missing` (nobody says it), `ignored` (left out) or `read` (taken from the page). Of what is
    guessed, that with the highest `doubt` comes first.
    """

    kind: ImportRemarkKind
    subject: str
    message: str
    doubt: int = field(default=0, compare=False)

    def to_dict(self) -> dict[str, str]:
        """Return the remark with its JSON keys."""
        return {"kind": self.kind, "subject": self.subject, "message": self.message}


def listed(texts: Sequence[str], most: int = 40) -> str:
    """Return texts in a row, with how many more there are."""
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return f"{counted(len(texts), 'cell')}, {', '.join(texts[:most])}{more}"


@dataclass(slots=True)
class Remarks:
    """Remarks as they come up, each once; beyond `MOST_REMARKS` they are only counted.

    They also keep count of the cells of the page: each that ends up in the scenario, or that a remark speaks of, is
    `used`. What is left over at the end was lost by mistake, and is named too (`conservation`).
    """

    deadline: Deadline = field(default_factory=Deadline)
    aliases: dict[str, dict[str, None]] = field(default_factory=dict)
    """Code -> the federations that start under it on the page."""

    faults: list[tuple[str, tuple[Cell, ...]]] = field(default_factory=list)
    """Why the import is refused, with the cells that each sentence is about."""

    ahead: list[tuple[str, str, str]] = field(default_factory=list)
    """(number, NOC, place) of each name of an NOC with a number ahead of it."""

    _all: dict[ImportRemark, list[Cell]] = field(default_factory=dict)
    _more: int = 0
    _used: set[int] = field(default_factory=set)

    def use(self, cells: Iterable[Cell]) -> None:
        """Count cells as read or named. They are distinguished by what they are, not by what is in them."""
        self._used.update(map(id, cells))

    def is_used(self, cell: Cell) -> bool:
        """Whether a cell was read or named."""
        return id(cell) in self._used

    def add(
        self, kind: ImportRemarkKind, subject: str, message: str, doubt: int = 0, cells: Iterable[Cell] = ()
    ) -> None:
        """Add one, unless it has been made; `cells` are those that it is about."""
        remark = ImportRemark(kind, subject, message, doubt)
        if len(self._all) < MOST_REMARKS or remark in self._all:
            self._all.setdefault(remark, []).extend(cells)
        else:
            self._more += 1

    def refuse(self, words: str, cells: Iterable[Cell] = ()) -> str:
        """Keep why the import is refused, and return it."""
        self.faults.append((words, tuple(cells)))
        return words

    def cells_of(self, remark: ImportRemark) -> tuple[Cell, ...]:
        """Return the cells that a remark is about, if it said so."""
        return tuple(self._all.get(remark, ()))

    @property
    def all(self) -> tuple[ImportRemark, ...]:
        """All remarks in the order in which they came up, those of the highest doubt first."""
        more = (ImportRemark("ignored", "report", f"{self._more:,} more remarks"),) if self._more else ()
        return (*sorted(self._all, key=lambda remark: -remark.doubt), *more)


@dataclass(frozen=True)
class ImportReport:
    """What an import read and what it made of it.

    Attributes
    ----------
    source
        The file's name, or `frame`.
    form
        Its format.
    rules
        Where the rules come from: the id of a scenario, or a rule file.
    remarks
        Those of the highest doubt first, then in the order of the page; grouped by kind they are the report.
    nocs, unknown_nocs
        Rows of the quota table, and those of them without an NOC.
    totals
        Printed totals, by column.
    lists
        Event -> length of its ranked list.
    criteria
        Event -> rows of its table by criterion.
    """

    source: str
    form: str
    title: str
    rules: str
    remarks: tuple[ImportRemark, ...]
    nocs: int = 0
    unknown_nocs: int = 0
    totals: Mapping[str, int] = field(default_factory=dict)
    lists: Mapping[str, int] = field(default_factory=dict)
    criteria: Mapping[str, int] = field(default_factory=dict)
    folder: Path | None = None

    def of(self, kind: ImportRemarkKind) -> tuple[ImportRemark, ...]:
        """Return the remarks of one kind."""
        return tuple(remark for remark in self.remarks if remark.kind == kind)

    def to_dict(self) -> dict[str, object]:
        """Return the report with its JSON keys."""
        return {
            "source": self.source,
            "format": self.form,
            "title": self.title,
            "rules": self.rules,
            "folder": None if self.folder is None else str(self.folder),
            "nocs": self.nocs,
            "unknown_nocs": self.unknown_nocs,
            "totals": dict(self.totals),
            "lists": dict(self.lists),
            "criteria": dict(self.criteria),
            "remarks": [remark.to_dict() for remark in self.remarks],
        }

    def to_frame(self) -> pd.DataFrame:
        """Return the remarks as a frame with the columns kind, subject, message."""
        import pandas as pd

        return pd.DataFrame([remark.to_dict() for remark in self.remarks], columns=["kind", "subject", "message"])


@dataclass(frozen=True)
class Imported:
    """An imported scenario and the report on it."""

    scenario: Scenario
    report: ImportReport
