"""A verification as text."""

from __future__ import annotations

from collections import defaultdict

from quotaproof.model.files import csv_text
from quotaproof.model.published import UNNAMED, is_unnamed, row_name
from quotaproof.model.scenario import Scenario
from quotaproof.solver.findings import in_words, label_of
from quotaproof.solver.verify import Verification

from .grid import joined, wrap
from .recorded import recorded_blocks
from .tables import quota_table


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
    blocks += recorded_blocks(result, scenario, bullet)
    blocks += _unnamed_blocks(result, scenario)
    blocks += _repair_blocks(result, scenario, bullet)
    blocks += _explanation_blocks(result, scenario, bullet)
    if result.totals is not None:
        subject = "The repaired table" if result.judged == "repaired" else "The table"
        men, women = result.totals
        blocks.append(f"{subject} has {men} men and {women} women, {men + women} athletes.")
    blocks += _reading_blocks(result, scenario, bullet)
    blocks += _implied_blocks(result, scenario, bullet)
    blocks += _remark_blocks(scenario)
    marks = {
        (change.noc, change.column): f" -> {change.repaired}"
        for changes in (result.repairs if len(result.repairs) == 1 else ())
        for change in changes
    }
    title = "Published table" + (", repaired cells marked" if marks else "")
    table = quota_table(scenario.published, form, marks, shown=scenario.shown, color=color)
    wrapped = "\n\n".join(wrap(block) if form == "table" else block for block in blocks)
    return f"{wrapped}\n\n{'### ' if form == 'markdown' else ''}{title}\n\n{table}"


def _remark_blocks(scenario: Scenario) -> list[str]:
    """That there is more in known.csv than was used."""
    if not scenario.remarks:
        return []
    number = len(scenario.remarks)
    kinds = ", ".join(dict.fromkeys(remark.kind for remark in scenario.remarks))
    return [f"Not used: {number} remark{'s' if number > 1 else ''} of known.csv ({kinds})."]


def _verdict(result: Verification) -> str:
    give = "the rules and the later changes on record give" if result.changes else "the rules give"
    if result.consistent and result.complete:
        return f"the published table is what {give}."
    if result.consistent:
        return f"the published table is consistent. There are standings under which {give} exactly this table."
    if result.complete:
        return f"the published table differs from what {give}."
    if any(reachable for _, reachable in result.readings):
        return "the published table does not follow from the rules as they are read here; under other readings it does."
    if any(finding.kind == "record" for finding in result.findings):
        return "the published table and the later changes on record contradict each other."
    with_changes = " and the later changes on record" if result.changes else ""
    return f"the published table is wrong. No standings whatever give it under the rules{with_changes}."


def _rows(names: list[str] | tuple[str, ...]) -> str:
    """NOCs in a row, and unnamed rows as `rows 3, 4 and 13`."""
    nocs = [noc for noc in names if not is_unnamed(noc)]
    rows = sorted((noc.removeprefix(UNNAMED) for noc in names if is_unnamed(noc)), key=int)
    if rows:
        nocs.append(f"row{'s' if len(rows) > 1 else ''} {joined(rows)}")
    return joined(nocs)


def _unnamed_blocks(result: Verification, scenario: Scenario) -> list[str]:
    number = len(result.unnamed)
    if not number:
        return []
    subject = "One row of the table has" if number == 1 else f"{in_words(number).capitalize()} rows of the table have"
    words = [f"{subject} no NOC. Rows are counted from the top; each is taken for an NOC of its own."]
    if result.named:
        best = ", ".join(f"row {row.removeprefix(UNNAMED)} {noc}" for row, noc in result.named.items())
        words.append(f"They fit the rules best as: {best}.")
    elif result.host_rows:
        hosts = [row.removeprefix(UNNAMED) for row in result.host_rows]
        choice = f"row {hosts[0]}" if len(hosts) == 1 else f"one of the rows {joined(hosts)}"
        words.append(f"The host {scenario.host} must be {choice}.")
    return [" ".join(words)]


def _repair_blocks(result: Verification, scenario: Scenario, bullet: str) -> list[str]:
    if result.consistent or result.complete:
        return []
    if not result.repairs and any(finding.kind == "record" for finding in result.findings):
        return ["No repair is looked for while the record and the table contradict each other."]
    if not result.repairs:
        number = in_words(result.repairs_at_least)
        return [f"At least {number} cells must change (proved); the search for a repair ended at its limit of effort."]
    size = len(result.repairs[0])
    cells = "cell" if size == 1 else "cells"
    blocks: list[str] = []
    if len(result.repairs) == 1 and result.repairs_complete:
        changes = "; ".join(
            f"{row_name(c.noc)}, {label_of(scenario, c.column)}, from {c.published} to {c.repaired}"
            for c in result.repairs[0]
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
                    f"{row_name(c.noc)}, {label_of(scenario, c.column)}, from {c.published} to {c.repaired}"
                    for c in changes
                )
                for changes in result.repairs
            )
        )
    if result.why_only:
        column = result.repairs[0][0].column
        blocks.append(f"Why not the {label_of(scenario, column)} of another NOC? Without it, by its own row:")
        blocks.append("\n".join(f"{bullet}{row_name(noc)}: {reason}." for noc, reason in result.why_only.items()))
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
        lines.append(f"{bullet}{where}: {_rows(ahead)} before {_rows(late)}.")
    return [
        "What the table implies on unknown standings, beyond the known facts (what follows from these is left out):",
        "\n".join(lines),
    ]
