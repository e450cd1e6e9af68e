"""A table in which facts hold and that the rules give, with rankings from which the greedy reference gives it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from quotaproof.model.errors import LimitError
from quotaproof.model.published import CellName
from quotaproof.model.standings.facts import Fact
from quotaproof.model.standings.rankings import Standings
from quotaproof.solver.inference_documents import FoundTableDocument

from .oracle import Instead, Oracle, otherwise


@dataclass(frozen=True)
class FoundTable:
    """A table of the rules.

    Attributes
    ----------
    cells
        (NOC, column) -> number, of the NOCs that are asked about and of one that nothing names (`OTHER`).
    readings
        How the open clauses are read.
    standings
        Rankings from which the greedy reference gives this table; None where the model proves that there are some.
    """

    cells: Mapping[CellName, int]
    readings: Mapping[str, str]
    standings: Standings | None

    def to_dict(self) -> FoundTableDocument:
        """Return the table with the JSON keys of the command line."""
        table: dict[str, dict[str, int]] = {}
        for (noc, column), number in self.cells.items():
            table.setdefault(noc, {})[column] = number
        rankings: dict[str, list[str]] = {}
        for event, ranking in (self.standings.rankings if self.standings is not None else {}).items():
            rankings[event] = [str(entry.noc) for entry in ranking.entries]
        return {"table": table, "readings": dict(self.readings), "rankings": rankings}


def found_table(oracle: Oracle, statements: Collection[Fact], other: Instead | None = None) -> FoundTable | None:
    """Return a table that the rules give with some facts and, if asked, a cell that is something else; None if none is.

    The question must be about the table as first allocated.

    Raises
    ------
    LimitError
        If the effort is spent before that is known, or there are tables of a model that is wider than the rules only.
    """
    wider = False
    held = oracle.with_rules(statements)
    for number, theory in enumerate(oracle.theories(statements)):
        base = theory.holding(held)
        base = otherwise(theory, base, other) if other else base
        for model in (theory.narrowed(base), base):
            if model is None or not theory.solves(model):
                continue
            given = theory.given_by_greedy()
            if given or theory.exact:
                standings = theory.witness() if given else None
                return FoundTable(theory.numbers(), oracle.question.readings[number], standings)
            wider = wider or model is base
    if wider:
        raise LimitError("no table was found that the rules give with these facts, nor proved that there is none")
    return None
