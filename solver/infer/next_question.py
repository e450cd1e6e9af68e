"""Which single unknown number would determine most, if one could ask for it.

A number is worth as many others as become determined whatever the answer is; then as many as do on average, each
possible answer counting the same. All numbers that are not determined are candidates. The tables seen so far say how
many others a number can determine at most, so the most promising is tried first, and the search ends when no other can
do better.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass

from quotaproof.model.documents import document_of
from quotaproof.model.errors import LimitError
from quotaproof.model.published import CellName
from quotaproof.solver.inference_documents import NextQuestionDocument

from .bounds import CellBounds
from .theory import ANY_OTHER, AssumptionModel

AnswerWorth = tuple[int, float]


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """The unknown number that would determine most.

    Attributes
    ----------
    determined
        Answer -> how many numbers that are open now it would determine, itself included.
    tried, candidates
        How many of the open numbers were tried, and how many there are.
    best
        Whether it is proved that no other determines more.
    """

    noc: str
    column: str
    determined: Mapping[int, int]
    tried: int
    candidates: int
    best: bool

    def to_dict(self) -> NextQuestionDocument:
        """Return it with the JSON keys of the command line."""
        return document_of(
            NextQuestionDocument,
            self,
            determined={str(answer): number for answer, number in self.determined.items()},
            measure="numbers determined whatever the answer is; then on average over the answers",
        )


def next_question(
    theories: Sequence[AssumptionModel], held: Collection[Hashable], found: CellBounds
) -> NextQuestion | None:
    """Return the open number that would determine most, or None if all are determined.

    When the effort is spent, the best of those that were tried; None if none was.
    """
    open_cells = [c for c in found.low if found.low[c] < found.high[c] and c[0] != ANY_OTHER]
    tables = list(found.pool)
    tried: dict[CellName, dict[int, int]] = {}
    best: CellName | None = None
    proved = False
    try:
        while len(tried) < len(open_cells):
            estimates = {c: _worth(_estimate(c, open_cells, tables, found)) for c in open_cells if c not in tried}
            cell = max(estimates, key=lambda c: (estimates[c], -open_cells.index(c)))
            if best is not None and _worth(tried[best]) >= estimates[cell]:
                break
            answers = {}
            for answer in range(found.low[cell], found.high[cell] + 1):
                number = _determined(theories, held, cell, answer, open_cells, tables)
                if number is not None:
                    answers[answer] = number
            tried[cell] = answers
            if best is None or _worth(answers) > _worth(tried[best]):
                best = cell
            theories[0].effort.tell(f"{len(tried)} of {len(open_cells)} open numbers asked for")
        proved = True
    except LimitError:
        pass
    if best is None:
        return None
    return NextQuestion(*best, tried[best], len(tried), len(open_cells), proved)


def _worth(determined: Mapping[int, int]) -> AnswerWorth:
    return min(determined.values()), sum(determined.values()) / len(determined)


def _estimate(
    cell: CellName, open_cells: Sequence[CellName], tables: Sequence[Mapping[CellName, int]], found: CellBounds
) -> dict[int, int]:
    """Answer -> numbers that are the same in all tables seen that have it; no answer determines more."""
    return {
        answer: len(_alike(cell, answer, open_cells, tables)) for answer in range(found.low[cell], found.high[cell] + 1)
    }


def _alike(
    cell: CellName, answer: int, open_cells: Sequence[CellName], tables: Sequence[Mapping[CellName, int]]
) -> dict[CellName, int | None]:
    """Open numbers that are the same in all tables seen with an answer; None where no table has it."""
    having = [table for table in tables if table[cell] == answer]
    if not having:
        return dict.fromkeys(open_cells)
    return {c: having[0][c] for c in open_cells if all(table[c] == having[0][c] for table in having)}


def _determined(
    theories: Sequence[AssumptionModel],
    held: Collection[Hashable],
    cell: CellName,
    answer: int,
    open_cells: Sequence[CellName],
    tables: list[dict[CellName, int]],
) -> int | None:
    """How many open numbers an answer determines, or None if it is impossible; tables that are found are added."""
    alike = _alike(cell, answer, open_cells, tables)
    possible = any(table[cell] == answer for table in tables)
    for theory in theories:
        base = theory.holding(held)
        base.add(theory.cells[cell] == answer)
        while True:
            model = base.clone()
            if possible:
                literals = []
                for other, number in alike.items():
                    literal = model.new_bool_var("")
                    model.add(theory.cells[other] != number).only_enforce_if(literal)
                    literals.append(literal)
                model.maximize(sum(literals))
                model.add_bool_or(literals)
            if not (theory.finds(model) if possible else theory.solves(model)):
                break
            possible = True
            tables.append(theory.numbers())
            alike = _alike(cell, answer, open_cells, tables)
    return len(alike) if possible else None
