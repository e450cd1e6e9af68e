"""What `verify` answers: the verdict on a published table, with findings, repairs and explanations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from quotaproof.model.documents import athletes_document, document_of
from quotaproof.model.published import ATHLETES, Published
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings
from quotaproof.solver.documents import Verdict, VerificationDocument
from quotaproof.solver.unknown.precedences import Precedence

from .findings import Finding
from .later_changes import Deviation, RecordedChange
from .needed_changes import NeededChange
from .repair import RepairedCell

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class UnderReadings:
    """What becomes of a published table where the rules are read in one way, and the standings are complete.

    Attributes
    ----------
    readings
        Reading -> value, of those that are tried.
    reachable
        Whether the rules and the changes on record give the table.
    differences
        Cells that are not what the rules alone give, invitations left out; None where a tie leaves that open.
    further_declines
        Start places that were given back, or offered and not taken, though nothing on record has it, if declines and
        returns explain the table; None if they do not, or a tie leaves that open.
    """

    readings: Mapping[str, str]
    reachable: bool
    differences: int | None
    further_declines: int | None

    def to_dict(self) -> dict[str, str | bool | int | None]:
        """Return it with the JSON keys of the command line."""
        return {
            **self.readings,
            "reachable": self.reachable,
            "differences": self.differences,
            "further_declines": self.further_declines,
        }


@dataclass(frozen=True)
class Verification:
    """What `verify` found.

    Attributes
    ----------
    verdict
        `as-the-rules-give`; `with-changes`, if what the rules give and later changes (declines, returns, invitations)
        give the table; otherwise `not`. With unknown standings it is enough that some give the table.
    consistent
        Whether the table is as the rules give, or with changes that are all on record.
    findings
        What is wrong; for a table that changes explain, where it differs by changes on no record.
    repairs
        All smallest sets of cells to change where nothing legitimate explains the table; `repairs_complete` says that
        this is proved. With complete standings it is what the rules give there.
    readings
        For each combination of readings whether it can give the published table, with no changes but those on record.
    under_readings
        With complete standings the same with what differs, and the declines it takes; otherwise empty.
    repaired_readings
        The same for the repaired table, if the table is inconsistent and has exactly one smallest repair (then
        `judged` is `repaired`); otherwise empty.
    witness
        With incomplete standings: rankings that give the judged table, of the relays and of the events on which
        something is known. A rank on record as declined holds who stood there, or nobody if that may be anyone.
    implied
        Who must rank before whom in the unknown rankings for the judged table to come out.
    repairs_at_least
        Cells that must change at least (proved), 0 if nothing needs to be repaired.
    chosen
        Reading -> the value under which the table was judged.
    totals
        Men and women among the athletes of the judged table, in quota places; None where it does not follow how many.
    explanation
        For `with-changes`: the changes. With complete standings the fewest that lead to the table.
    explanation_unique
        Whether it is proved that there are no fewer declines that do and no others; None if there is nothing to
        explain, or the standings are unknown.
    why_only
        For a one-cell repair, why no other cell of its column will do: NOC -> sentence.
    changes
        Later changes on record.
    deviations
        Where the table is not what the rules alone give, explained by the changes on record; what they do not explain
        is in `findings`.
    unjudged
        Columns that are not compared with what the rules give: `athletes`, where nothing says how a table counts them,
        or the rule file allows several ways.
    unnamed
        Rows of the table whose NOC is unknown, by their place there (`?15`).
    unknown
        What was not decided within the effort of the solver, each as a clause; everything else holds.
    declines_unknown
        With complete standings: whether the search for declines that explain the table ended at its limit without any;
        then the verdict `not` means that the rules alone do not give it.
    host_rows
        With incomplete standings: those of them that can be the host's, if it has no row under its name.
    named
        With complete standings: row -> NOC, the naming under which the fewest cells differ.
    filled, unknown_cells
        Where cells of the table are unknown beside complete standings: the table that was judged, and each such cell
        (NOC, column) with what the rules give there.
    """

    scenario: str
    title: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    repairs: tuple[tuple[RepairedCell, ...], ...]
    repairs_complete: bool
    repairs_at_least: int
    readings: tuple[tuple[Mapping[str, str], bool], ...]
    chosen: Mapping[str, str]
    implied: tuple[Precedence, ...]
    judged: str
    totals: tuple[int, int] | None
    witness: Standings | None = None
    why_only: Mapping[str, str] = field(default_factory=dict)
    repaired_readings: tuple[tuple[Mapping[str, str], bool], ...] = ()
    explanation: tuple[NeededChange, ...] = ()
    explanation_unique: bool | None = None
    complete: bool = False
    changes: tuple[RecordedChange, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    unjudged: tuple[str, ...] = ()
    under_readings: tuple[UnderReadings, ...] = ()
    unnamed: tuple[str, ...] = ()
    host_rows: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    declines_unknown: bool = False
    filled: Published | None = None
    unknown_cells: tuple[tuple[str, str, int], ...] = ()

    @property
    def consistent(self) -> bool:
        """Whether the table is as the rules give, or with changes that are all on record."""
        return self.verdict == "as-the-rules-give" or (
            self.verdict == "with-changes" and all(change.status == "on-record" for change in self.explanation)
        )

    def to_dict(self) -> VerificationDocument:
        """Return the verification with the JSON keys of the command line."""
        unnamed = {"rows": list(self.unnamed), "host_rows": list(self.host_rows), "named": dict(self.named)}
        unknown_cells = [{"noc": noc, "column": column, "number": number} for noc, column, number in self.unknown_cells]
        return document_of(
            VerificationDocument,
            self,
            standings="complete" if self.complete else "incomplete",
            readings=[one.to_dict() for one in self.under_readings]
            or [{**values, "reachable": reachable} for values, reachable in self.readings],
            repaired_readings=[{**values, "reachable": reachable} for values, reachable in self.repaired_readings],
            chosen_readings=self.chosen,
            totals=athletes_document(*self.totals) if self.totals is not None else None,
            unknown_cells=unknown_cells if self.filled is not None else None,
            unnamed=unnamed if self.unnamed else None,
            unknown=self.unknown or None,
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the findings as a frame with the columns kind, noc, column, published, expected, message."""
        import pandas as pd

        columns = ["kind", "noc", "column", "published", "expected", "message"]
        frame = pd.DataFrame([asdict(finding) for finding in self.findings], columns=columns)
        return frame.astype({"published": "Int64", "expected": "Int64"})


def unjudged(scenario: Scenario) -> tuple[str, ...]:
    """Return the columns that cannot be judged."""
    return () if scenario.rules.fixes_athletes else (ATHLETES,)
