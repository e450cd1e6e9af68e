"""Later changes on record, and which deviations of a published table from the rules they explain.

A published table is often the last of several: entries were declined and given on, and organisers invited athletes
outside the rules. `verify` judges the table without the invitations, with the declines as constraints. Here the record
is held against the table itself: what deviates from the rules alone, what on record explains it, and whether the table
could be right without that part of the record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from quotaproof.model.allocation import Allocation
from quotaproof.model.documents import document_of
from quotaproof.model.errors import InputError, LimitError
from quotaproof.model.later_changes import DeclinedEntry, DeclineRow, Invitation, overlay
from quotaproof.model.published import ATHLETES, TOTAL, Published
from quotaproof.model.quantities import in_words, spelled
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.solver.documents import RecordedChangeDocument

from .findings import Finding, cap_findings, cell_findings, label_of, row_findings
from .needed_changes import Explained, change_on_record
from .repair import RepairedCell

Recorded = DeclineRow | Invitation
MOST_LEFT_OUT = 20
"""Changes on record of which each is left out in turn; of more than these it is not asked whether they are needed."""


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """One change on record.

    Attributes
    ----------
    needed
        Whether the table is impossible without it, all others on record as they are (proved); None if not known.
    could_be
        For a decline of an NOC that nobody published: the NOCs of which it must be one, as the standings prove.
    """

    change: Recorded
    needed: bool | None = None
    could_be: tuple[str, ...] = ()

    def to_dict(self) -> RecordedChangeDocument:
        """Return the change with the JSON keys of the command line."""
        one = self.change
        if not isinstance(one, DeclinedEntry):
            told = change_on_record(one, self.needed)
            return document_of(RecordedChangeDocument, told, column=told.event, date=told.date or None, taken_by=None)
        document: RecordedChangeDocument = {
            "kind": "decline",
            "column": one.event,
            "noc": one.noc,
            "number": 1,
            "taken_by": one.taken_by,
            "date": one.date or None,
            "source": one.source,
            "needed": self.needed,
            "status": "computed" if self.could_be else "on-record",
        }
        if self.could_be:
            document["could_be"] = list(self.could_be)
        return document


@dataclass(frozen=True, slots=True)
class Deviation:
    """Where the table is not what the rules alone give, and the changes on record that explain it.

    `expected` is what the rules have: a cap, or the number before the changes; None if that is not one number.
    `explained_by` counts the changes from 1, in their order on record.
    """

    noc: str | None
    column: str
    published: int
    expected: int | None
    message: str
    explained_by: tuple[int, ...]


def on_record(scenario: Scenario) -> tuple[Recorded, ...]:
    """Return the scenario's later changes: declines, then invitations."""
    return (*scenario.declines, *scenario.invitations)


def without_invitations(scenario: Scenario, table: Published) -> Published:
    """Return a published table as it would be without invitations; its totals too."""
    cells: dict[tuple[str, str], int] = {}
    for (noc, column), number in overlay(scenario.invitations).items():
        if noc in table.cells:
            cells[noc, column] = max(0, table.cells[noc][column] - number)
    for column, total in table.totals.items():
        added = sum(table.cells[noc][c] - number for (noc, c), number in cells.items() if c == column)
        if added:
            cells[TOTAL, column] = max(0, total - added)
    return table.with_cells(cells)


def record_findings(scenario: Scenario, table: Published) -> Iterator[Finding]:
    """Yield what is on record and not in the table: places by invitation, or taken after a decline."""
    for (noc, column), number in overlay(scenario.invitations).items():
        published = table.number(noc, column)
        if published < number:
            message = (
                f"{noc}, {label_of(scenario, column)}: {number} by invitation on record, but the table says {published}"
            )
            yield Finding("record", noc, column, published, number, message)
    for decline in scenario.declined_entries:
        taker = decline.taken_by
        if taker is not None and not table.number(taker, decline.event):
            message = (
                f"{taker}, {label_of(scenario, decline.event)}: it is on record to have taken a declined place, but the"
                " table has none"
            )
            yield Finding("record", taker, decline.event, 0, 1, message)


def deviations(scenario: Scenario, table: Published) -> tuple[Deviation, ...]:
    """Return where a table deviates from the rules alone as far as that shows, each with the changes that explain it.

    That is: what breaks a cap or a row of the table and no longer does so without the invitations, and each cell that a
    decline changed for certain.
    """
    base = without_invitations(scenario, table)
    changes = on_record(scenario)
    remaining = {(f.kind, f.noc, f.column) for f in (*cap_findings(scenario, base), *row_findings(scenario, base))}
    found: list[Deviation] = []
    for finding in (*cap_findings(scenario, table), *row_findings(scenario, table)):
        if (finding.kind, finding.noc, finding.column) in remaining or finding.published is None:
            continue
        why = _invitations_for(changes, finding.noc, finding.column)
        found.append(Deviation(finding.noc, finding.column, finding.published, finding.expected, finding.message, why))
    found += _moved(scenario, base, table, changes)
    return tuple(found)


def differences(
    scenario: Scenario, printed: Published, first: Allocation, found: Explained
) -> tuple[list[Finding], tuple[Deviation, ...]]:
    """Return where a table that changes explain is not what the rules alone give.

    A cell that the changes on record give is a deviation, with their numbers; any other is a finding.
    """
    record = on_record(scenario)
    told = found.by_record.to_published()
    invited = overlay(scenario.invitations)
    findings: list[Finding] = []
    explained_cells: list[Deviation] = []
    for finding in cell_findings(scenario, printed, first):
        noc, column = str(finding.noc), finding.column
        if told.number(noc, column) + invited.get((noc, column), 0) != finding.published:
            findings.append(finding)
            continue
        moved = {event for event in found.final.places if _moved_in(noc, event, found)}
        columns = moved & {column} if column != ATHLETES else moved
        numbers = tuple(
            number
            for number, one in enumerate(record, 1)
            if number in _moving(found, noc, column)
            or (not found.moved_by and isinstance(one, DeclinedEntry) and one.event in columns)
            or (isinstance(one, Invitation) and (one.noc, column) in ((noc, one.column), (noc, ATHLETES)))
        )
        explained_cells.append(
            Deviation(noc, column, finding.published or 0, finding.expected, finding.message, numbers)
        )
    return findings, tuple(explained_cells)


def _moving(found: Explained, noc: str, column: str) -> set[int]:
    """Rows of the record that change a cell, where quota places were given back alone; athletes are both genders'."""
    columns = GENDERS if column == ATHLETES else (column,)
    return {number for one in columns for number in found.moved_by.get((noc, one), ())}


def _moved_in(noc: str, event: str, found: Explained) -> bool:
    return any(
        c.kind == "decline" and c.event == event and noc in (c.noc, *(taker.noc for taker in c.taken_by))
        for c in found.changes
    )


def _invitations_for(changes: Sequence[Recorded], noc: str | None, column: str) -> tuple[int, ...]:
    """Numbers of the invitations that bear on a cell, or on a column if no NOC is named."""
    return tuple(
        number
        for number, one in enumerate(changes, 1)
        if isinstance(one, Invitation)
        and noc in (None, one.noc)
        and (column in (ATHLETES, one.column) or (column == ATHLETES and one.column in GENDERS))
    )


def _moved(scenario: Scenario, base: Published, table: Published, changes: Sequence[Recorded]) -> Iterator[Deviation]:
    """Cells that were other numbers in the first allocation: of who declined, and of who took a place."""
    before: dict[tuple[str, str], int] = {}
    why: dict[tuple[str, str], list[int]] = {}
    for number, one in enumerate(changes, 1):
        if isinstance(one, DeclinedEntry):
            for noc, more in ((one.noc, 1), (one.taken_by, -1)):
                if noc is not None:
                    before[noc, one.event] = before.get((noc, one.event), 0) + more
                    why.setdefault((noc, one.event), []).append(number)
    for (noc, event), more in before.items():
        published = table.number(noc, event)
        first = base.number(noc, event) + more
        if first == published:
            continue
        what = "gave back" if more > 0 else "took"
        places = f"{'a start place' if abs(more) == 1 else spelled(abs(more), 'start place')}"
        message = (
            f"{noc}, {label_of(scenario, event)}: {first} by the rules at first; it {what} {places}, and the table "
            f"says {published}"
        )
        yield Deviation(noc, event, published, first, message, tuple(why[noc, event]))


def checked(
    scenario: Scenario, printed: Published, reachable: Callable[[Scenario, Published], bool], consistent: bool
) -> tuple[RecordedChange, ...]:
    """Return the later changes on record; for a consistent table with the answer whether it is impossible without each.

    Parameters
    ----------
    reachable
        Whether a scenario can give a table that is free of invitations.
    """
    changes: list[RecordedChange] = []
    for number, change in enumerate(on_record(scenario), 1):
        needed: bool | None = None
        if consistent and number <= MOST_LEFT_OUT:
            other = without_change(scenario, number)
            # Without it the others may not be possible, or beyond model or effort.
            with suppress(InputError, LimitError):
                needed = not reachable(other, without_invitations(other, printed))
        changes.append(RecordedChange(change, needed))
    return tuple(changes)


def without_change(scenario: Scenario, number: int) -> Scenario:
    """Return the scenario without one change on record, counted from 1 as in `on_record`."""
    declines, invitations = scenario.declines, scenario.invitations
    if number <= len(declines):
        return replace(scenario, declines=declines[: number - 1] + declines[number:])
    number -= len(declines)
    return replace(scenario, invitations=invitations[: number - 1] + invitations[number:])


def noted(scenario: Scenario, finding: Finding) -> Finding:
    """Return a finding on the table without invitations, with a note where that is not the table as printed."""
    cells = overlay(scenario.invitations)
    touched = [
        number for (noc, column), number in cells.items() if column == finding.column and finding.noc in (None, noc)
    ]
    if not touched:
        return finding
    less, more = sum(n for n in touched if n > 0), -sum(n for n in touched if n < 0)
    parts = [f"without {in_words(less)} by invitation"] if less else []
    parts += [f"with {in_words(more)} that were withheld"] if more else []
    return replace(finding, message=f"{finding.message} ({' and '.join(parts)})")


def in_terms_of_the_table(
    scenario: Scenario, table: Published, changes: Sequence[RepairedCell]
) -> tuple[RepairedCell, ...]:
    """Return changes of a table without invitations as changes of the table with them."""
    base = without_invitations(scenario, table)
    numbers = {(noc, column): number for noc, column, number in table.all_cells()}
    own = {(noc, column): number for noc, column, number in base.all_cells()}

    def restored(one: RepairedCell) -> RepairedCell:
        # An NOC that the rules give something need not have a row.
        printed, judged = (cells.get((one.noc, one.column), 0) for cells in (numbers, own))
        return replace(one, published=printed, repaired=one.repaired + printed - judged)

    return tuple(map(restored, changes))
