"""The changes that turn what the rules give into a published table, as an answer has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Decline
from quotaproof.model.documents import document_of
from quotaproof.model.later_changes import DeclineRow, Invitation, ReturnedPlaces
from quotaproof.model.scenario import Scenario
from quotaproof.solver.documents import ChangeStatus, NeededChangeDocument

from .findings import Finding
from .ranked_entries import RankedEntry

ChangeKind = Literal["decline", "return", "invitation", "withheld"]


@dataclass(frozen=True, slots=True)
class NeededChange:
    """One change that leads from what the rules give to the published table.

    Attributes
    ----------
    kind
        `decline` of start places, `return` of quota places, `invitation` (outside the rules), or `withheld`: places not
        given though the rules give them, outside the rules too.
    noc
        None where nobody published it and it cannot be computed.
    event
        An event; for quota places `men`, `women`, or `athletes` if the table does not say which.
    status
        `on-record` (named in declines.csv or invitations.csv), `computed` (the record leaves open who, and the
        standings prove it) or `no-record` (the table needs it, and nothing on record has it).
    offered
        Whether the place is one that the NOC was offered, being next in line, and not one it had by the rules.
    entries
        Those that have no place by it, if the standings are known.
    taken_by
        Those that have the event's places given back in the end, best first.
    needed
        For changes on record, whether the table is impossible without it (proved); None if not known.
    """

    kind: ChangeKind
    noc: str | None
    event: str
    number: int
    status: ChangeStatus
    offered: bool = False
    entries: tuple[RankedEntry, ...] = ()
    taken_by: tuple[RankedEntry, ...] = ()
    date: str = ""
    source: str = ""
    needed: bool | None = None

    @property
    def outside_the_rules(self) -> bool:
        """Whether no clause of the rules provides for it."""
        return self.kind in ("invitation", "withheld")

    def to_dict(self) -> NeededChangeDocument:
        """Return the change with the JSON keys of the command line."""
        return document_of(NeededChangeDocument, self, date=self.date or None)


@dataclass(frozen=True)
class Explained:
    """A table explained: the changes in order, and what on record contradicts them.

    Attributes
    ----------
    unique
        Whether it is proved that there is no explanation with fewer declines, and no other with as many.
    declines
        Those among them, in an order in which they lead to the table.
    final
        The allocation after them, without invitations and with the quota places that were given back alone.
    by_record
        The allocation after those of them that are on record, or computed from it; without invitations.
    moved_by
        With quota places on record to have been given back alone: (NOC, column) -> the rows of declines.csv, from 1,
        that change its number.
    """

    changes: tuple[NeededChange, ...]
    unique: bool
    declines: tuple[Decline, ...]
    final: Allocation
    by_record: Allocation
    contradictions: tuple[Finding, ...] = ()
    moved_by: Mapping[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)

    @property
    def from_record(self) -> bool:
        """Whether the record has every change, if perhaps not who made it."""
        return not self.contradictions and all(change.status != "no-record" for change in self.changes)


def undone(scenario: Scenario) -> Scenario:
    """Return the scenario without anything that is on record of later changes."""
    if not scenario.declines and not scenario.invitations:
        return scenario
    return replace(scenario, declines=(), invitations=())


def change_on_record(one: DeclineRow | Invitation, needed: bool | None = None) -> NeededChange:
    """Return a change on record, as it is worded there."""
    if isinstance(one, Invitation):
        kind: ChangeKind = "invitation" if one.number > 0 else "withheld"
        return NeededChange(
            kind, one.noc, one.column, abs(one.number), "on-record", date=one.date, source=one.source, needed=needed
        )
    if isinstance(one, ReturnedPlaces):
        return NeededChange(
            "return", one.noc, one.gender, one.number, "on-record", date=one.date, source=one.source, needed=needed
        )
    taken = (RankedEntry(one.taken_by),) if one.taken_by else ()
    return NeededChange("decline", one.noc, one.event, 1, "on-record", False, (), taken, one.date, one.source, needed)
