"""A verification of a table that is known in part, as text."""

from __future__ import annotations

from collections import defaultdict

from quotaproof.model.published import row_name
from quotaproof.model.quantities import counted, joined, spelled
from quotaproof.solver.infer.cells_to_change import CellToChange
from quotaproof.solver.infer.partly_known import PartlyKnown
from quotaproof.solver.infer.question import STATE_WORDS

from .grid import blocks_with_names, bullet_of, names_below, paragraphs, toned
from .inference import (
    column_words,
    conflict_blocks,
    inference,
    others_said,
    range_legend,
    range_table,
    set_aside_blocks,
)


def partly_known(result: PartlyKnown, form: str, *, color: bool = False) -> str:
    """Return the verification: as CSV the ranges, or the conflicts, as `infer` has them; otherwise everything."""
    found = result.inference
    if form == "csv":
        return inference(found, form)
    markdown, bullet = form == "markdown", bullet_of(form)
    title = f"{'## ' if markdown else ''}{result.scenario.title}: {_verdict(result)}"
    if not markdown:
        title = toned(title, "good" if result.consistent else "bad", color=color)
    blocks = [title, _basis(result), STATE_WORDS[found.state]]
    if not result.consistent:
        blocks += [*_to_change(result, bullet), *conflict_blocks(found, bullet)]
    else:
        blocks += [*_determined(result, bullet), *others_said(found), range_table(found, form, color=color)]
        blocks += range_legend(found)
    blocks = blocks_with_names([*blocks, *set_aside_blocks(found, bullet)], result.scenario, found.cells)
    if result.consistent:
        names = names_below(found.cells, result.scenario.shown, " ".join(blocks))
        blocks += [names] if names else []
    return paragraphs(blocks, form)


def _verdict(result: PartlyKnown) -> str:
    number = counted(len(result.inference.question.statements), "fact")
    if result.consistent:
        return f"the rules give a table with all of the {number}."
    return f"the rules and the {number} allow no table."


def _basis(result: PartlyKnown) -> str:
    unknown = len(result.unknown_cells)
    are = "is" if unknown == 1 else "are"
    known = "No table is known, only single facts."
    if result.scenario.partial is not None:
        cells = f"Of the published table {spelled(unknown, 'cell')} {are} not known"
        known = f"{cells}; what is not known is no difference."
    if result.table is None:
        return f"{known} Proved: whatever the rankings are, the facts and the rules exclude each other."
    readings = joined([f"{name} {value}" for name, value in result.table.readings.items()])
    by = f" (open clauses read as {readings})" if readings else ""
    shown = (
        "the rules, worked out step by step from rankings at hand, give it"
        if result.table.standings is not None
        else "the model proves that there are rankings for it"
    )
    return f"{known} Proved: there is a table with all facts, and {shown}{by}."


def _determined(result: PartlyKnown, bullet: str) -> list[str]:
    rows: dict[str, list[str]] = defaultdict(list)
    for noc, column in result.determined:
        number = result.inference.cells[noc][column].lowest
        rows[noc].append(f"{column_words(result.inference, column)} {number}")
    if not rows:
        return ["No number follows beyond those that are stated."]
    what = f"{spelled(len(result.determined), 'number')} that no fact states can have one value only:"
    lines = [f"{bullet}{result.scenario.shown(noc)}: {', '.join(cells)}." for noc, cells in rows.items()]
    return [f"{what[0].upper()}{what[1:]}", "\n".join(lines)]


def _to_change(result: PartlyKnown, bullet: str) -> list[str]:
    """Which cells of the published table would have to change, or that no cells will do."""
    if not result.to_change:
        if result.scenario.partial is None:
            return []
        if result.to_change_complete:
            return [
                "Changing cells of the published table is not enough: other facts contradict each other or the rules."
            ]
        return ["Which cells of the published table would have to change is not known: the effort limit was reached."]
    number = spelled(len(result.to_change[0]), "cell")
    lines = "\n".join(f"{bullet}{joined([_cell(result, cell) for cell in one])}." for one in result.to_change)
    ways = "the only way" if len(result.to_change) == 1 else "each of these ways"
    proved = "no fewer cells will do, and no others" if result.to_change_complete else "there may be other ways"
    return [f"{number[0].upper()}{number[1:]} of the published table to change, {ways} ({proved}):", lines]


def _cell(result: PartlyKnown, cell: CellToChange) -> str:
    can = str(cell.lowest) if cell.lowest == cell.highest else f"{cell.lowest} to {cell.highest}"
    where = f"{row_name(cell.noc)}, {column_words(result.inference, cell.column)}"
    return f"{where}: the table says {cell.published}; it can be {can}"
