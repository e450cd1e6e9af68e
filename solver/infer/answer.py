"""What `infer` answers: the range of every number, why some have only one, and facts that cannot all be true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quotaproof.model.documents import document_of
from quotaproof.model.published import CellName
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import Fact
from quotaproof.solver.inference_documents import (
    ConflictDocument,
    FactDocument,
    InferenceDocument,
    RangeDocument,
    SetAsideDocument,
)

from .next_question import NextQuestion
from .phrases import fact_words
from .question import STATE_WORDS, Question, SetAside, TableState
from .theory import ANY_OTHER
from .why import Why

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class CellRange:
    """What a number can be.

    Attributes
    ----------
    lowest, highest
        Proved: it is neither less nor more.
    reached
        The least and the greatest for which a table was found; None where all ranges are proved and whether a table
        has their ends is not asked (`final`).
    why
        Where there is one value only: what leaves no other. None if that was not worked out.
    """

    lowest: int
    highest: int
    reached: tuple[int, int] | None = None
    why: Why | None = None

    @property
    def determined(self) -> bool:
        """Whether only one value is possible."""
        return self.lowest == self.highest

    @property
    def proved(self) -> bool:
        """Whether both ends are known to be reached, where that is asked."""
        return self.reached in (None, (self.lowest, self.highest))


@dataclass(frozen=True)
class Inference:
    """What follows from single facts.

    Attributes
    ----------
    state
        The state of the table that is asked about.
    consistent
        Whether the facts can all be true under some reading of the rules.
    cells
        NOC -> column -> range; columns are events, `men`, `women` and `athletes`. Empty where the facts conflict.
    any_other_noc
        Column -> range, for any one NOC that nothing names; empty where a table lists all that have anything.
    conflicts
        Minimal sets of facts that cannot all be true, the shortest first, each with the rules that they break.
    conflicts_complete
        Whether these are proved to be all.
    whys_complete
        Whether the effort sufficed to say why for each number that is determined.
    next_question
        The unknown number that would determine most, if asked for.
    """

    scenario: Scenario
    question: Question
    consistent: bool
    cells: Mapping[str, Mapping[str, CellRange]]
    any_other_noc: Mapping[str, CellRange]
    conflicts: tuple[Why, ...] = ()
    conflicts_complete: bool = True
    whys_complete: bool = True
    next_question: NextQuestion | None = None

    @property
    def state(self) -> TableState:
        """The state of the table that is asked about."""
        return self.question.state

    @property
    def set_aside(self) -> tuple[SetAside, ...]:
        """What known.csv has that is not used, and why."""
        return self.question.set_aside

    @property
    def proved(self) -> bool:
        """Whether nothing was left open for want of effort."""
        rows = (*self.cells.values(), self.any_other_noc)
        return self.conflicts_complete and all(one.proved for row in rows for one in row.values())

    @property
    def determined(self) -> tuple[CellName, ...]:
        """The numbers that can have one value only."""
        return tuple((noc, column) for noc, row in self.cells.items() for column, one in row.items() if one.determined)

    def stated(self, noc: str, column: str) -> bool:
        """Return whether a fact alone says a number."""
        why = self.cells[noc][column].why
        return why is not None and len(why.facts) == 1 and not why.rules and not why.in_full

    def to_dict(self) -> InferenceDocument:
        """Return the answer with the JSON keys of the command line."""
        return document_of(
            InferenceDocument,
            self,
            scenario=self.scenario.identifier,
            state_means=STATE_WORDS[self.state],
            readings=self.question.readings,
            facts=len(self.question.statements),
            cells={noc: {column: self._range(one) for column, one in row.items()} for noc, row in self.cells.items()},
            any_other_noc={column: self._range(one) for column, one in self.any_other_noc.items()},
            conflicts=[[self.fact(fact) for fact in one.facts] for one in self.conflicts],
            conflicts_break=[self.conflict(one) for one in self.conflicts],
            set_aside=[document_of(SetAsideDocument, one, fact=one.kind) for one in self.set_aside],
        )

    def fact(self, fact: Fact) -> FactDocument:
        """Return a fact with its sources: every line that says it."""
        sources = self.question.sources[fact]
        return {
            "fact": fact.kind,
            "event": fact.event,
            "noc": fact.noc,
            "value": fact.other or fact.value,
            "qualifier": fact.qualifier,
            "says": fact_words(self.scenario, fact),
            "sources": [{"file": one.file, "line": one.line, "source": one.source} for one in sources],
        }

    def _range(self, one: CellRange) -> RangeDocument:
        return document_of(
            RangeDocument,
            one,
            reached=one.reached if not one.proved else None,
            why=self.conflict(one.why) if one.why is not None else None,
        )

    def conflict(self, one: Why) -> ConflictDocument:
        """Return facts and rules with the JSON keys of the command line."""
        return {
            "facts": [self.fact(fact) for fact in one.facts],
            "rules": [rule.words for rule in one.rules],
            "pathways": [p.clause for p in self.scenario.rules.pathways] if one.in_full else [],
        }

    def to_frame(self) -> pd.DataFrame:
        """Return the ranges as a frame with the columns noc, column, lowest, highest, determined."""
        import pandas as pd

        rows = [(noc, c, r.lowest, r.highest, r.determined) for noc, row in self.cells.items() for c, r in row.items()]
        rows += [(ANY_OTHER, c, r.lowest, r.highest, r.determined) for c, r in self.any_other_noc.items()]
        return pd.DataFrame(rows, columns=["noc", "column", "lowest", "highest", "determined"])
