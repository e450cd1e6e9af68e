"""Results as text for people: tables for a terminal, CSV and Markdown."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from quotaproof.model.allocation import Allocation
from quotaproof.model.files import csv_text
from quotaproof.model.published import TOTAL, Published
from quotaproof.model.reserve import Reserve
from quotaproof.model.scenario import Scenario
from quotaproof.solver.findings import in_words, label_of
from quotaproof.solver.recipients import Recipients
from quotaproof.solver.verify import Verification
from quotaproof.solver.whatif import WhatIf

WIDTH = 110
Marks = Mapping[tuple[str, str], str]


def _render(*parts: object, color: bool) -> str:
    buffer = io.StringIO()
    console = Console(
        file=buffer, width=WIDTH, force_terminal=color, color_system="auto" if color else None, highlight=False
    )
    for part in parts:
        console.print(part, markup=False) if isinstance(part, str) else console.print(part)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def _grid(
    header: Sequence[str], rows: Sequence[Sequence[str]], form: str, *, color: bool, last_rule: bool = False
) -> str:
    """A table in one of the formats `table`, `csv`, `markdown`; the first column is left-aligned."""
    if form == "csv":
        return csv_text(header, rows)
    if form == "markdown":
        lines: list[Sequence[str]] = [header, [":--" if n == 0 else "--:" for n in range(len(header))], *rows]
        return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |\n" for line in lines)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, name in enumerate(header):
        table.add_column(name, justify="left" if number == 0 else "right", no_wrap=number == 0)
    for number, row in enumerate(rows):
        if last_rule and number == len(rows) - 1:
            table.add_section()
        table.add_row(*row, end_section=last_rule and number == len(rows) - 2)
    return _render(table, color=color)


def quota_table(published: Published, form: str, marks: Marks | None = None, *, color: bool = False) -> str:
    """Return a quota table; `marks` puts text behind the number of a cell, named (NOC or TOTAL, column)."""
    marks = marks or {}

    def cell(noc: str, column: str, number: int | None) -> str:
        shown = "" if number is None else "" if number == 0 and form == "table" and noc != TOTAL else str(number)
        return shown + marks.get((noc, column), "")

    rows = [
        [noc, *(cell(noc, column, row[column]) for column in published.columns)] for noc, row in published.cells.items()
    ]
    if published.totals:
        totals = published.totals
        rows.append([TOTAL, *(cell(TOTAL, column, totals.get(column)) for column in published.columns)])
    header = ["noc", *published.columns]
    if form == "table":
        header = ["NOC", *(column.replace("-", " ") for column in published.columns)]
    return _grid(header, rows, form, color=color, last_rule=bool(published.totals))


def scenarios(rows: Sequence[Mapping[str, object]], form: str, *, color: bool = False) -> str:
    """Return the list of scenarios."""
    header = ["scenario", "title", "host", "quota places", "standings", "published table"]
    lines = [
        [
            str(row["scenario"]),
            str(row["title"]),
            str(row["host"] or "-"),
            str(row["quota_places"]),
            f"{row['complete_standings']} of {row['events']} events",
            "yes" if row["published"] else "no",
        ]
        for row in rows
    ]
    return _grid(header, lines, form, color=color)


def allocation(result: Allocation, form: str, *, color: bool = False) -> str:
    """Return an allocation as a quota table, in the formats `table` and `markdown` with a line on its totals."""
    table = quota_table(result.to_published(), form, color=color)
    if form == "csv":
        return table
    men, women = result.totals
    lines = [f"{men + women} quota places of {result.rules.total}: {men} men and {women} women."]
    if result.status == "tie":
        lines.append("An unsettled tie matters: the table holds what is certain.")
    elif result.engine == "cp-sat":
        lines.append("Proved optimal in every tier by CP-SAT and accepted by the validator; no other allocation is.")
    else:
        lines.append("By the greedy reference.")
    return f"{table}\n{' '.join(lines)}\n"


def verification(result: Verification, scenario: Scenario, form: str, *, color: bool = False) -> str:
    """Return a verification: as CSV its findings, otherwise sentences and the marked table."""
    if form == "csv":
        header = ("kind", "noc", "column", "published", "expected", "message")
        return csv_text(header, ([finding.to_dict()[name] for name in header] for finding in result.findings))
    if scenario.published is None:
        raise ValueError("a verification belongs to a scenario with a published table")
    heading = "## " if form == "markdown" else ""
    bullet = "- " if form == "markdown" else "  - "
    blocks: list[str] = [f"{heading}{result.title}: {_verdict(result)}"]
    if result.findings:
        blocks.append("\n".join(f"{bullet}{finding.message}." for finding in result.findings))
    blocks += _repair_blocks(result, scenario, bullet)
    blocks += _explanation_blocks(result, scenario, bullet)
    if result.totals is not None:
        subject = "The repaired table" if result.judged == "repaired" else "The table"
        men, women = result.totals
        blocks.append(f"{subject} has {men} men and {women} women, {men + women} athletes.")
    blocks += _reading_blocks(result, scenario, bullet)
    blocks += _implied_blocks(result, scenario, bullet)
    marks = {
        (change.noc, change.column): f" -> {change.repaired}"
        for changes in (result.repairs if len(result.repairs) == 1 else ())
        for change in changes
    }
    title = "Published table" + (", repaired cells marked" if marks else "")
    table = quota_table(scenario.published, form, marks, color=color)
    wrapped = "\n\n".join(_wrap(block) if form == "table" else block for block in blocks)
    return f"{wrapped}\n\n{'### ' if form == 'markdown' else ''}{title}\n\n{table}"


def _wrap(block: str) -> str:
    import textwrap

    lines: list[str] = []
    for line in block.splitlines():
        indent = "    " if line.startswith("  - ") else ""
        lines += textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False) or [""]
    return "\n".join(lines)


def _verdict(result: Verification) -> str:
    if result.consistent and result.complete:
        return "the published table is what the rules give."
    if result.consistent:
        return "the published table is consistent. There are standings under which the rules give exactly this table."
    if result.complete:
        return "the published table differs from what the rules give."
    if any(reachable for _, reachable in result.readings):
        return "the published table does not follow from the rules as they are read here; under other readings it does."
    return "the published table is wrong. No standings whatever give it under the rules."


def _repair_blocks(result: Verification, scenario: Scenario, bullet: str) -> list[str]:
    if result.consistent or result.complete:
        return []
    if not result.repairs:
        number = in_words(result.repairs_at_least)
        return [f"At least {number} cells must change (proved); the search for a repair ended at its limit of effort."]
    size = len(result.repairs[0])
    cells = "cell" if size == 1 else "cells"
    blocks: list[str] = []
    if len(result.repairs) == 1 and result.repairs_complete:
        changes = "; ".join(
            f"{c.noc}, {label_of(scenario, c.column)}, from {c.published} to {c.repaired}" for c in result.repairs[0]
        )
        blocks.append(
            f"Repair: change {in_words(size)} {cells}: {changes}. This is proved to be the only repair of "
            f"{in_words(size)} {cells}: every other has been excluded."
        )
    else:
        proof = "all of them, proved" if result.repairs_complete else "there may be more"
        blocks.append(f"Repairs of {in_words(size)} {cells} ({proof}):")
        blocks.append(
            "\n".join(
                bullet
                + "; ".join(
                    f"{c.noc}, {label_of(scenario, c.column)}, from {c.published} to {c.repaired}" for c in changes
                )
                for changes in result.repairs
            )
        )
    if result.why_only:
        column = result.repairs[0][0].column
        blocks.append(f"Why not the {label_of(scenario, column)} of another NOC? Without it, by its own row:")
        blocks.append("\n".join(f"{bullet}{noc}: {reason}." for noc, reason in result.why_only.items()))
    return blocks


def _explanation_blocks(result: Verification, scenario: Scenario, bullet: str) -> list[str]:
    if not result.explanation:
        return []
    number = len(result.explanation)
    lines = []
    for decline in result.explanation:
        places = f"{in_words(decline.number or 0)} place{'s' if decline.number != 1 else ''}"
        lines.append(f"{bullet}{decline.noc} gives back {places} in the {label_of(scenario, str(decline.event))}.")
    declines = "decline" if number == 1 else "declines, in this order"
    summary = (
        f"The table would be explained by {in_words(number)} {declines} (there is no explanation with fewer; nothing "
        "says that it is what happened):"
    )
    return [summary, "\n".join(lines)]


def _reading_blocks(result: Verification, scenario: Scenario, bullet: str) -> list[str]:
    judged = result.repaired_readings or result.readings
    if not any(reachable for _, reachable in judged):
        return []
    subject = "repaired table" if result.repaired_readings else "table"
    lines: list[str] = []
    for reading in scenario.rules.readings:
        parts = []
        for value in reading.values:
            wanted = {**result.chosen, reading.name: value}
            outcome = next((ok for values, ok in judged if all(wanted[n] == v for n, v in values.items())), None)
            if outcome is not None and reading.name in judged[0][0]:
                chosen = " (chosen)" if result.chosen.get(reading.name) == value else ""
                parts.append(f"{value}{chosen} {'reachable' if outcome else 'NOT reachable'}")
        if parts:
            lines.append(f"{bullet}{reading.name}. {reading.question} {'; '.join(parts)}.")
    number = sum(reachable for _, reachable in judged)
    summary = (
        f"Under which readings of the rules can the {subject} come out? {number} of {len(judged)} combinations of "
        "readings give it; one by one, the others as chosen:"
    )
    return [summary, "\n".join(lines)]


def _implied_blocks(result: Verification, scenario: Scenario, bullet: str) -> list[str]:
    if not result.implied:
        return []
    groups: dict[tuple[str, str, tuple[str, ...]], list[str]] = defaultdict(list)
    before: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for precedence in result.implied:
        before[precedence.event, precedence.after_event, precedence.before].append(precedence.after)
    for (event, other, noc), behind in before.items():
        groups[event, other, tuple(behind)].append(noc)
    lines: list[str] = []
    for (event, other, late), ahead in sorted(groups.items(), key=lambda item: (len(item[0][2]), item[0])):
        own, rival = label_of(scenario, event), label_of(scenario, other)
        where = own if other == event else f"{own}, compared with {rival}"
        lines.append(f"{bullet}{where}: {_names(ahead)} before {_names(late)}.")
    return [
        "What the table implies on unknown standings, beyond the known facts (what follows from these is left out):",
        "\n".join(lines),
    ]


def _names(nocs: Sequence[str]) -> str:
    return nocs[0] if len(nocs) == 1 else f"{', '.join(nocs[:-1])} and {nocs[-1]}"


# What if -----------------------------------------


def whatif(result: WhatIf, scenario: Scenario, form: str, *, color: bool = False) -> str:
    """Return a what-if: as CSV its moves, otherwise the moves, the net effect and what else there is to say."""
    header = ["step", "kind", "event", "from", "to", "rank", "clause"]
    rows = [
        [
            str(number),
            move.kind.replace("-", " "),
            move.event if move.kind == "quota-place" and form == "csv" else _column(scenario, move.event),
            move.giver or ("" if form == "csv" else "(free)"),
            move.taker or ("" if form == "csv" else "(nobody)"),
            "" if move.rank is None else str(move.rank),
            move.clause if form == "csv" else move.clause.partition(":")[0],
        ]
        for number, move in enumerate(result.moves, 1)
    ]
    if form == "csv":
        rows = [[*row[:2], move.event, *row[3:]] for row, move in zip(rows, result.moves, strict=True)]
        return csv_text(header, rows)
    markdown = form == "markdown"
    bullet = "- " if markdown else "  - "
    men, women = result.after.totals
    heading = "## " if markdown else ""
    mode = f" ({result.mode})" if result.steps else ""
    blocks = [f"{heading}{scenario.title}: {'; '.join(result.changes)}{mode}"]
    parts = ["\n\n".join(_wrap(block) if not markdown else block for block in blocks)]
    if result.moves:
        parts.append(_grid(header, rows, form, color=color).rstrip("\n"))
    else:
        parts.append("Nothing changes.")
    effect = [
        f"{bullet}{noc}: " + ", ".join(f"{_column(scenario, column)} {number:+d}" for column, number in columns.items())
        for noc, columns in result.net_effect.items()
    ]
    notes: list[str] = []
    if effect:
        notes += ["Net effect:", "\n".join(effect)]
    old = result.before.totals
    notes.append(
        f"Quota places: {sum(old)} before ({old[0]} men, {old[1]} women), {men + women} after ({men} men, "
        f"{women} women)."
    )
    if result.after.status == "tie":
        notes.append(
            "An unsettled tie matters after these changes, so the result holds only what is certain; choose the "
            "reading remaining-ties or record a draw."
        )
    notes += _mode_notes(result, scenario, bullet)
    if result.order_matters:
        notes.append(f"The order of the declines matters: {'; '.join(result.orders)} has another result.")
    elif result.order_matters is False:
        notes.append("The order of the declines does not matter: every order has the same result.")
    parts += [_wrap(note) if not markdown else note for note in notes]
    return "\n\n".join(parts) + "\n"


def recipients(result: Recipients, scenario: Scenario, form: str, *, color: bool = False) -> str:
    """Return who gains with unknown standings: as CSV the claims, otherwise sentences and a table of who may gain."""
    header = ["claim", "noc", "column", "number", "witness"]
    rows = [["necessary", str(c.noc), c.column, str(c.number), ""] for c in result.necessary] + [
        ["possible", c.noc or "OTHER", c.column, str(c.number), str(c.witness)] for c in result.possible
    ]
    if form == "csv":
        return csv_text(header, rows)
    markdown = form == "markdown"
    bullet = "- " if markdown else "  - "
    table = "the repaired table" if result.repaired else "the published table"
    blocks = [f"{'## ' if markdown else ''}{scenario.title}: {'; '.join(result.changes)}"]
    blocks.append(
        f"The standings are not fully known. What follows holds in every ranking that gives {table}; nobody else loses "
        "what it has."
    )
    freed = [
        f"{bullet}{_column(scenario, column)}: {low if low == high else f'{low} to {high}'}"
        for column, (low, high) in result.freed.items()
    ]
    blocks += ["What comes free:", "\n".join(freed)]
    if result.necessary:
        lines = [f"{bullet}{c.noc}: {_column(scenario, c.column)} +{c.number}" for c in result.necessary]
        blocks += ["Who gains for certain:", "\n".join(lines)]
    else:
        blocks.append(
            "Nobody gains for certain: for each NOC there are rankings in which it gains nothing (a reserve list may "
            "name others first, or end)."
        )
    by_column: dict[str, list[str]] = defaultdict(list)
    for claim in result.possible:
        by_column[claim.column].append(claim.noc or "NOCs not named here")
    if by_column:
        lines = [f"{bullet}{_column(scenario, column)}: {_names(nocs)}" for column, nocs in by_column.items()]
        summary = (
            f"Who may gain ({len(result.possible)} claims, each shown by one of {len(result.witnesses)} witness "
            "standings; all others are proved impossible):"
        )
        blocks += [summary, "\n".join(lines)]
    else:
        blocks.append("Nobody can gain.")
    del color
    return "\n\n".join(block if markdown else _wrap(block) for block in blocks) + "\n"


def _mode_notes(result: WhatIf, scenario: Scenario, bullet: str) -> list[str]:
    if not result.differences:
        return ["The other mode gives the same."] if result.steps else []
    lines = [
        f"{bullet}{d.noc}, {_column(scenario, d.column)}: {d.sequential} when holes are filled, {d.rerun} in a rerun; "
        f"{d.why}."
        for d in result.differences
    ]
    return ["Filling the holes (sequential) and allocating everything again (rerun) differ:", "\n".join(lines)]


def _column(scenario: Scenario, column: str) -> str:
    return f"{column}'s quota" if column in ("men", "women") else scenario.rules.event(column).label


def reserve(entries: Sequence[Reserve], form: str, *, color: bool = False) -> str:
    """Return the reserve list of an event."""
    header = ["rank", "noc", "qualifier", "in line", "still blocked by"]
    rows = [
        [
            str(entry.rank),
            entry.noc,
            str(entry.qualifier),
            "" if entry.turn is None else str(entry.turn),
            "; ".join(entry.blocked_by),
        ]
        for entry in entries
    ]
    return _grid(header, rows, form, color=color)
