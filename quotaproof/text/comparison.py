"""Two quota tables compared, as text."""

from __future__ import annotations

from quotaproof.model.quantities import counted, joined
from quotaproof.solver.compare.comparison import Comparison

from .changes import change_lines
from .grid import blocks_with_names, bullet_of, grid, noc_with_name, paragraphs, toned


def comparison(result: Comparison, form: str, *, color: bool = False) -> str:
    """Return a comparison: as CSV the cells that differ, otherwise with the changes that lead from one to the other."""
    if form == "csv":
        rows = [[one.noc, one.column, str(one.a), str(one.b)] for one in result.differences]
        return grid(["noc", "column", "a", "b"], rows, form, color=color)
    blocks = [f"{'## ' if form == 'markdown' else ''}A: {result.a.name}. B: {result.b.name}.", _said(result)]
    if form != "markdown":
        blocks[1] = toned(blocks[1], "good" if result.same else "bad", color=color)
    if result.differences:
        rows = [
            [noc_with_name(one.noc), result.a.label(one.column), str(one.a), str(one.b), f"{one.b - one.a:+d}"]
            for one in result.differences
        ]
        blocks.append(grid(["NOC", "column", "A", "B", "B - A"], rows, form, color=color))
    told = [*_explained(result, form), *(f"{one}." for one in result.remarks)]
    return paragraphs([*blocks, *blocks_with_names(told, result.basis or result.a.scenario)], form)


def _said(result: Comparison) -> str:
    """Whether the tables are the same, and if not, how many cells differ."""
    if result.same:
        return "The tables are the same."
    words = [f"The tables differ in {counted(len(result.differences), 'cell')}."] if result.differences else []
    for name, table, columns in (("A", result.a, result.only_in_a), ("B", result.b, result.only_in_b)):
        if columns:
            which = joined(map(table.label, columns))
            words.append(f"Only {name} has {'the column' if len(columns) == 1 else 'the columns'} {which}.")
    return " ".join(words)


def _explained(result: Comparison, form: str) -> list[str]:
    if result.reason is not None:
        return [f"No changes explain the differences: {result.reason}."]
    if not result.explanations or result.basis is None:
        return []
    bullet = bullet_of(form)
    number = counted(result.changes or 0, "place")
    proof = "proved to be the fewest" if result.complete else "that there are no fewer and no others is not proved"
    ways = result.explanations
    if len(ways) == 1:
        only = ", and no others of as few do" if result.complete else ""
        heads = [f"These changes lead from A to B ({number} given back, not taken or by invitation; {proof}{only}):"]
    else:
        each = f"each with {number} given back, not taken or by invitation"
        all_ = ", and these are all" if result.complete else ""
        head = f"{counted(len(ways), 'explanation')} lead from A to B, {each} ({proof}{all_}). The first:"
        heads = [head, *["Or:"] * (len(ways) - 1)]
    blocks: list[str] = []
    for head, changes in zip(heads, ways, strict=True):
        lines = change_lines(changes, result.basis, complete=True)
        blocks += [head, "\n".join(f"{bullet}{line}" for line in lines)]
    return blocks
