"""The fewest published cells without which facts can all be true, and what these cells can be instead.

The facts can all be true without some of them exactly if these meet every minimal conflict: so the smallest sets of
cells that meet all of them are the smallest that can be changed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from quotaproof.model.errors import LimitError
from quotaproof.model.published import TOTAL, CellName
from quotaproof.model.scenario_folder import PUBLISHED
from quotaproof.model.standings.facts import Fact

from .answer import Inference
from .bounds import bounds
from .oracle import Oracle

MOST_TRIED = 5000
"""Sets that are begun before the search ends, and is not complete."""


@dataclass(frozen=True, slots=True)
class CellToChange:
    """A published cell, and the least and the greatest that it can be once all cells of its set are taken back."""

    noc: str
    column: str
    published: int
    lowest: int
    highest: int


def cells_to_change(
    oracle: Oracle, result: Inference, limit: float
) -> tuple[tuple[tuple[CellToChange, ...], ...], bool]:
    """Return all smallest sets of published cells to change, and whether these are proved to be all.

    There are none where facts that are no cells contradict each other. Where not all conflicts are known, at most one
    set is returned, the smallest for one way to read the rules.
    """
    effort = oracle.effort
    effort.limit = effort.spent + limit
    if not result.conflicts_complete:
        return _one_smallest(oracle, result), False
    conflicts = [[fact for fact in one.facts if _is_cell(result, fact)] for one in result.conflicts]
    if not all(conflicts):
        return (), True
    sets, complete = _meeting_all(conflicts)
    found = []
    try:
        for one in sets:
            left = [fact for fact in result.question.statements if fact not in one]
            found.append(_values(oracle, result, one, left))
    except LimitError:
        complete = False
    return tuple(found), complete


def _one_smallest(oracle: Oracle, result: Inference) -> tuple[tuple[CellToChange, ...], ...]:
    """One set of cells for one way to read the rules, where not all conflicts are known; none if that is too much."""
    statements = result.question.statements
    try:
        kept = oracle.largest([fact for fact in statements if not _is_cell(result, fact)])
        if kept is None:
            return ()
        left = [fact for fact in statements if fact in kept]
        return (_values(oracle, result, tuple(fact for fact in statements if fact not in kept), left),)
    except LimitError:
        return ()


def _is_cell(result: Inference, fact: Fact) -> bool:
    """Whether only the published table says a fact."""
    return all(source.file == PUBLISHED.name for source in result.question.sources[fact])


def _meeting_all(conflicts: Sequence[Sequence[Fact]]) -> tuple[list[tuple[Fact, ...]], bool]:
    """All smallest sets that meet every conflict, in order, and whether the search came to its end."""
    begun: list[tuple[Fact, ...]] = [()]
    seen: set[frozenset[Fact]] = set()
    while begun:
        found = [one for one in begun if all(set(one) & set(conflict) for conflict in conflicts)]
        if found:
            return found, True
        larger = []
        for one in begun:
            first = next(conflict for conflict in conflicts if not set(one) & set(conflict))
            for fact in first:
                key = frozenset((*one, fact))
                if key not in seen:
                    seen.add(key)
                    larger.append((*one, fact))
        if len(seen) > MOST_TRIED:
            return [], False
        begun = larger
    return [], True


def _values(
    oracle: Oracle, result: Inference, taken_back: Collection[Fact], left: list[Fact]
) -> tuple[CellToChange, ...]:
    held = oracle.with_rules(left)
    found = bounds(oracle.theories(left), held, result.question.caps)
    if found is None or found.unproved:
        raise LimitError("the effort did not suffice to say what the cells to change can be")
    return tuple(_cell(fact, result.question.nocs, found.low, found.high) for fact in taken_back)


def _cell(fact: Fact, nocs: Sequence[str], low: dict[CellName, int], high: dict[CellName, int]) -> CellToChange:
    if fact.noc is None:
        # The rows need not all be lowest at once, so a printed total lies within these numbers.
        sums = [sum(ends[noc, fact.column] for noc in nocs) for ends in (low, high)]
        return CellToChange(TOTAL, fact.column, fact.value, sums[0], sums[1])
    cell = fact.noc, fact.column
    return CellToChange(*cell, fact.value, low[cell], high[cell])
