"""Verify a table that is known in part: whether the facts and the rules allow one, what follows, and what conflicts.

As first allocated, the question is whether some rankings give a table with all facts. After reallocations that are on
no record, what excludes the facts excludes them whatever was given back; that there is a table is shown by one that
the rules give with nothing given back at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from quotaproof.model.documents import document_of
from quotaproof.model.errors import InputError, LimitError
from quotaproof.model.published import CellName
from quotaproof.model.remedies import no_table
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_folder import PUBLISHED
from quotaproof.solver.effort import Effort
from quotaproof.solver.engines.cpsat.status import QUICK
from quotaproof.solver.inference_documents import PartlyKnownDocument
from quotaproof.solver.telling import TellProgress
from quotaproof.solver.verify.findings import Finding, verified

from .answer import Inference
from .cells_to_change import CellToChange, cells_to_change
from .found_table import FoundTable, found_table
from .infer import CONFLICTS, EFFORT, inferred
from .oracle import Oracle
from .question import as_first_allocated, question
from .why import EXACT

if TYPE_CHECKING:
    import pandas as pd

    from quotaproof.solver.documents import Verdict, VerificationDocument


RANGES = 5.0
"""Deterministic seconds for what follows, beside the verdict; `infer` takes as many as it is given."""


@dataclass(frozen=True)
class PartlyKnown:
    """What `verify` found of a table that is known in part.

    Attributes
    ----------
    inference
        What each number can be, or all minimal sets of facts that conflict.
    table
        A table with all facts that the rules give; None if there is none.
    unknown_cells
        Cells of the published table that are not known; none of them counts as a difference.
    to_change
        The smallest sets of published cells to change where facts conflict; `to_change_complete` says that these are
        proved to be all. Empty where facts that are no cells contradict each other.
    """

    scenario: Scenario
    inference: Inference
    table: FoundTable | None
    unknown_cells: tuple[CellName, ...]
    to_change: tuple[tuple[CellToChange, ...], ...] = ()
    to_change_complete: bool = True

    @property
    def verdict(self) -> Verdict:
        """`as-the-rules-give` if the rules give some table with all facts, otherwise `not`."""
        return "not" if self.table is None else "as-the-rules-give"

    @property
    def consistent(self) -> bool:
        """Whether some table with all facts is proved to exist."""
        return self.table is not None

    @property
    def determined(self) -> tuple[CellName, ...]:
        """Numbers that no fact says, and that can have one value only."""
        question = self.inference.question
        events = {event.identifier: event.noc_cap for event in question.scenario.rules.events}
        stated = {
            (fact.noc, fact.column)
            for fact in question.statements
            if fact.kind in EXACT or (fact.kind == "qualified" and fact.value in (0, events[fact.event]))
        }
        return tuple(cell for cell in self.inference.determined if cell not in stated)

    def to_dict(self) -> VerificationDocument:
        """Return the answer with the JSON keys of the command line."""
        found = self.inference
        told = found.to_dict()
        settled = [one for one in self.to_change if all(cell.lowest == cell.highest for cell in one)]
        return verified(
            self,
            scenario=self.scenario.identifier,
            standings="incomplete",
            findings=[
                Finding("conflict", None, "table", None, None, " and ".join(fact["says"] for fact in one))
                for one in told["conflicts"]
            ],
            repairs=[
                [{"noc": c.noc, "column": c.column, "published": c.published, "repaired": c.lowest} for c in one]
                for one in settled
            ],
            repairs_complete=self.to_change_complete and len(settled) == len(self.to_change),
            repairs_at_least=min((len(one) for one in self.to_change), default=0),
            readings=[{**self.table.readings, "reachable": True}] if self.table is not None else [],
            chosen_readings=self.scenario.chosen_readings(),
            judged="partly-known",
            partly_known=document_of(
                PartlyKnownDocument,
                told,
                unknown_cells=self.unknown_cells,
                completion=self.table,
                determined=[
                    {"noc": noc, "column": column, "number": found.cells[noc][column].lowest}
                    for noc, column in self.determined
                ],
                conflicts=told["conflicts_break"],
                cells_to_change=self.to_change,
                cells_to_change_complete=self.to_change_complete,
            ),
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the ranges as a frame; see `Inference.to_frame`."""
        return self.inference.to_frame()


def verify_partly_known(
    scenario: Scenario,
    readings: Mapping[str, str] | None = None,
    *,
    limit: float = EFFORT,
    report: TellProgress | None = None,
) -> PartlyKnown:
    """Return whether the facts and the rules allow a table, what follows, and otherwise what conflicts.

    One reading that allows a table is enough; parameters as of `infer`.

    Raises
    ------
    InputError
        As `infer` does, or if the scenario is not known in part.
    LimitError
        If the effort is spent before it is known whether there is a table, or that cannot be known.
    """
    if not scenario.is_partly_known:
        raise InputError(f"the scenario has no table to verify; {no_table(scenario)}", file=PUBLISHED.name)
    asked = question(scenario, None, readings)
    effort = Effort(limit, report=report)
    oracle = Oracle(asked, QUICK, effort)
    found = inferred(oracle, limit=limit, for_ranges=RANGES)
    unknown = tuple(sorted(scenario.partial.unknown)) if scenario.partial is not None else ()
    if not found.consistent:
        effort.tell("which cells would have to change")
        sets, complete = cells_to_change(oracle, found, min(limit, CONFLICTS))
        return PartlyKnown(scenario, found, None, unknown, sets, complete)
    effort.tell("a table that the rules give with all facts")
    effort.limit = effort.spent + limit
    if asked.state == "december":
        table = found_table(oracle, asked.statements)
    else:
        first = as_first_allocated(asked, frozenset(readings or {}))
        table = found_table(Oracle(first, QUICK, effort), asked.statements)
    if table is None:
        raise LimitError(
            "the verdict is unknown: with nothing given back the rules give no table with all these facts, and whether "
            "reallocations that nobody has on record lead to one is not modelled; infer has the ranges"
        )
    return PartlyKnown(scenario, replace(found, scenario=scenario), table, unknown)
