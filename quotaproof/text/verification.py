"""A verification as text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from quotaproof.model.files import csv_text
from quotaproof.model.pathways import Reallocation
from quotaproof.model.published import ATHLETES, UNNAMED, is_unnamed, row_name
from quotaproof.model.quantities import counted, in_words, joined, men_and_women, spelled
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.reading_words import meaning_of
from quotaproof.solver.infer.partly_known import PartlyKnown
from quotaproof.solver.verify.findings import changed_by, label_of
from quotaproof.solver.verify.list_verification import ListVerification
from quotaproof.solver.verify.repair import RepairedCell
from quotaproof.solver.verify.verification import Verification

from .changes import change_lines
from .grid import blocks_with_names, bullet_of, names_below, paragraphs, toned, wrap
from .list_verification import list_verification
from .partly_known import partly_known
from .reading_outcomes import outcome, under_words
from .tables import quota_table

VERDICTS = {
    "as-the-rules-give": "the published table is what the rules give.",
    "with-changes": "the published table is right with these changes.",
    "not": "the published table is not what the rules give.",
}

UNJUDGED = {
    None: "The athletes column is not judged: it may count as many athletes as an NOC's largest event has, one for "
    "each start place, or any number in between, and nothing says which. The rule file can say it (table [total], "
    "athletes-counted).",
    "between": "The athletes column is judged only within limits, as the rule file says (athletes-counted): no fewer "
    "than an NOC's largest event has, and no more than all of its start places are for.",
    "unchecked": "The athletes column is not judged, as the rule file says (athletes-counted).",
}
"""What is said of a column of athletes that is not compared with what the rules give, by `athletes-counted`."""


def verification(
    result: Verification | ListVerification | PartlyKnown, scenario: Scenario, form: str, *, color: bool = False
) -> str:
    """Return what `verify` answers, whatever is known of the table."""
    if isinstance(result, PartlyKnown):
        return partly_known(result, form, color=color)
    if isinstance(result, ListVerification):
        return list_verification(result, scenario, form, color=color)
    return _of_table(result, scenario, form, color=color)


def _of_table(result: Verification, scenario: Scenario, form: str, *, color: bool = False) -> str:
    """Return a verification: as CSV its findings, otherwise sentences and the marked table."""
    if form == "csv":
        header = ("kind", "noc", "column", "published", "expected", "message")
        return csv_text(header, ([getattr(finding, name) for name in header] for finding in result.findings))
    if scenario.published is None and result.filled is not None:
        scenario = replace(scenario, published=result.filled)
    if scenario.published is None:
        raise ValueError("a verification belongs to a scenario with a published table")
    heading = "## " if form == "markdown" else ""
    bullet = bullet_of(form)
    blocks: list[str] = [f"{heading}{result.title}: {_verdict(result)}"]
    blocks += _change_blocks(result, scenario, bullet)
    blocks += _basis_blocks(result, scenario)
    if result.findings:
        if result.verdict == "with-changes":
            blocks.append("Where the table is not what the rules and the changes on record give:")
        blocks.append("\n".join(f"{bullet}{finding.message}." for finding in result.findings))
    if result.unknown_cells:
        cells = [f"{noc} {number} in {label_of(scenario, column)}" for noc, column, number in result.unknown_cells]
        blocks.append(f"Cells of the table are not known. What the rules give there is filled in: {joined(cells)}.")
    blocks += recorded_blocks(result, bullet)
    blocks += _unnamed_blocks(result, scenario)
    blocks += _repair_blocks(result, scenario, bullet)
    blocks += _totals_blocks(result, scenario)
    blocks += _reading_blocks(result, scenario, bullet)
    blocks += _implied_blocks(result, scenario, bullet)
    blocks += [f"Not decided within the effort of the solver, so unknown: {one}." for one in result.unknown]
    blocks += _remark_blocks(scenario)
    blocks = blocks_with_names(blocks, scenario)
    marks, title = _marks(result)
    table = quota_table(scenario.published, form, marks, shown=scenario.shown, color=color)
    names = names_below(scenario.published.cells, scenario.shown, " ".join(blocks)) if form == "table" else ""
    if form == "table":
        blocks[0] = toned(blocks[0], "bad" if result.verdict == "not" else "good", color=color)
    text = f"{paragraphs(blocks, form)}\n{'### ' if form == 'markdown' else ''}{title}\n\n{table}"
    return f"{text}\n{wrap(names)}\n" if names else text


def _verdict(result: Verification) -> str:
    if result.verdict == "not" and result.declines_unknown:
        return "the published table is not what the rules alone give; whether it is with declines is not known."
    return VERDICTS[result.verdict]


def _remark_blocks(scenario: Scenario) -> list[str]:
    """That there is more in known.csv than was used."""
    if not scenario.remarks:
        return []
    number = len(scenario.remarks)
    kinds = ", ".join(dict.fromkeys(remark.kind for remark in scenario.remarks))
    return [f"Not used: {counted(number, 'remark')} of known.csv ({kinds})."]


def _marks(result: Verification) -> tuple[dict[tuple[str, str], str], str]:
    """What is written beside cells of the table, and the table's title."""
    if result.verdict == "with-changes" and result.complete:
        cells = [(f.noc, f.column, f.expected) for f in result.findings]
        cells += [(d.noc, d.column, d.expected) for d in result.deviations]
        marks = {(str(noc), column): f" ({expected})" for noc, column, expected in cells}
        return marks, "Published table, in brackets what the rules alone give"
    if len(result.repairs) != 1:
        return {}, "Published table"
    return {(c.noc, c.column): f" -> {c.repaired}" for c in result.repairs[0]}, "Published table, repaired cells marked"


def _change_blocks(result: Verification, scenario: Scenario, bullet: str) -> list[str]:
    """The changes that lead to the table, and how far they are proved."""
    if not result.explanation:
        return []
    lines = change_lines(result.explanation, scenario, complete=result.complete)
    if not result.complete:
        lines = [f"({number}) {line}" for number, line in enumerate(lines, 1)]
    blocks = ["\n".join(f"{bullet}{line}" for line in lines)]
    words: list[str] = []
    if result.explanation_unique and any(one.kind == "decline" for one in result.explanation):
        words.append(
            "Proved: no fewer declines lead to the table, and no others; nobody else can have given these places back."
        )
    elif result.explanation_unique is False:
        words.append("These changes lead to the table; that no fewer and no others do is not proved.")
    if any(one.status == "no-record" for one in result.explanation):
        words.append(
            "What is on no record is needed to explain the table; nothing in this scenario says that it happened."
        )
    return [*blocks, " ".join(words)] if words else blocks


def _basis_blocks(result: Verification, scenario: Scenario) -> list[str]:
    """With unknown standings: what the verdict rests on. And what is not judged."""
    blocks: list[str] = []
    if result.consistent and not result.complete:
        totals = "All printed totals hold. " if scenario.published is not None and scenario.published.totals else ""
        with_changes = " and these changes" if result.explanation else ""
        blocks.append(
            f"{totals}The full rankings were not published. There are rankings that agree with all that is known of "
            f"them and from which the rules{with_changes} give exactly this table."
        )
    elif result.verdict == "not" and not result.complete:
        blocks.append(_why_not(result))
    if result.unjudged:
        blocks.append(UNJUDGED[scenario.rules.athletes_counted])
    return blocks


def _why_not(result: Verification) -> str:
    if any(finding.kind == "record" for finding in result.findings):
        return "The table and the later changes on record contradict each other."
    if result.witness is not None and _miscounted(result):
        return "There are rankings that give its start places; its athletes cannot be counted so in any way."
    if any(reachable for _, reachable in result.readings):
        return "The table does not follow from the rules as they are read here; under other readings it does."
    with_changes = " and the later changes on record" if result.changes else ""
    return f"No rankings whatever give it under the rules{with_changes} (proved)."


def _miscounted(result: Verification) -> bool:
    """Whether the column of athletes has numbers that no way to count them gives, and is judged by that alone."""
    return ATHLETES in result.unjudged and any(finding.column == ATHLETES for finding in result.findings)


def _totals_blocks(result: Verification, scenario: Scenario) -> list[str]:
    """Men and women, and the hard cap that they exclude."""
    if result.totals is None:
        return []
    subject = "The repaired table" if result.judged == "repaired" else "The table"
    said = f"{subject} has {men_and_women(result.totals)}, {counted(sum(result.totals), 'athlete')}."
    caps = scenario.rules.gender_caps
    over = [gender for gender, number in zip(GENDERS, result.totals, strict=True) if number > caps[gender]]
    if over and any("hard" in reading.values for reading in scenario.rules.readings if reading.name == "gender-cap"):
        said += (
            f' So "{caps["men"]} men and {caps["women"]} women" cannot be meant as a hard limit on the allocation '
            "(reading gender-cap=hard): the table's own sum excludes it."
        )
    return [said]


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
    if result.verdict != "not":
        return []
    if result.complete:
        return [_complete_repair(result, scenario)] if result.repairs else []
    if not result.repairs and any(finding.kind == "record" for finding in result.findings):
        return ["No repair is looked for while the record and the table contradict each other."]
    if not result.repairs and _miscounted(result):
        return ["No repair is looked for while athletes cannot be counted so in any way."]
    if not result.repairs:
        number = spelled(result.repairs_at_least, "cell")
        return [f"At least {number} must change (proved); the search for a repair ended at its limit of effort."]
    cells = spelled(len(result.repairs[0]), "cell")
    blocks: list[str] = []
    if len(result.repairs) == 1 and result.repairs_complete:
        changes = _repair_words(result.repairs[0], scenario)
        blocks.append(
            f"Repair: change {cells}: {changes}. This is proved to be the only repair of {cells}: every other has been "
            "excluded."
        )
    else:
        proof = "all of them, proved" if result.repairs_complete else "there may be more"
        blocks.append(f"Repairs of {cells} ({proof}):")
        blocks.append("\n".join(f"{bullet}{_repair_words(changes, scenario)}" for changes in result.repairs))
    if result.why_only:
        only = result.repairs[0][0]
        by = changed_by(only)
        mark = only.column != ATHLETES and scenario.rules.event(only.column).noc_cap == 1
        with_it = "With it" if by > 0 else "Without it"
        with_it = with_it if mark else f"With {in_words(abs(by))} {'more' if by > 0 else 'fewer'}"
        blocks.append(f"Why not the {label_of(scenario, only.column)} of another NOC? {with_it}, by its own row:")
        blocks.append("\n".join(f"{bullet}{row_name(noc)}: {reason}." for noc, reason in result.why_only.items()))
    return blocks


def _repair_words(cells: Iterable[RepairedCell], scenario: Scenario) -> str:
    return "; ".join(
        f"{row_name(c.noc)}, {label_of(scenario, c.column)}, from {c.published} to {c.repaired}" for c in cells
    )


def _complete_repair(result: Verification, scenario: Scenario) -> str:
    cells = result.repairs[0]
    given_by = "the record and the rules" if scenario.acts_in_turn else "the rules"
    given = f"change {spelled(len(cells), 'cell')}: {_repair_words(cells, scenario)}. That is what {given_by} give"
    given += " from the known standings"
    if result.declines_unknown:
        return f"If nothing explains the table as it is, {given}; whether declines do is not known."
    words = (
        f"Repair: {given}; neither declines of start places nor athletes who were not sent explain the table as it is."
    )
    if any(isinstance(pathway, Reallocation) and pathway.repeats for pathway in scenario.rules.pathways):
        further = "further " if scenario.returned else ""
        words += f" Whether {further}quota places were given back alone and went to others is not searched for."
    return words


def _reading_blocks(result: Verification, scenario: Scenario, bullet: str) -> list[str]:
    judged = result.repaired_readings or result.readings
    further = [under_words(one) for one in result.under_readings] if not result.repaired_readings else []
    leads = any(one.further_declines is not None for one in result.under_readings)
    if not scenario.open_readings or (not any(reachable for _, reachable in judged) and not leads):
        return []
    subject = "repaired table" if result.repaired_readings else "table"
    lines: list[str] = []
    for reading in scenario.open_readings:
        values_of: dict[str, list[str]] = defaultdict(list)
        for value in reading.values:
            wanted = {**result.chosen, reading.name: value}
            place = next(
                (n for n, (values, _) in enumerate(judged) if all(wanted[k] == v for k, v in values.items())), None
            )
            if place is not None and reading.name in judged[0][0]:
                chosen = " (chosen)" if result.chosen.get(reading.name) == value else ""
                said = further[place] if further else outcome(reachable=judged[place][1], subject=subject)
                values_of[said].append(f"{value}{chosen}")
        if values_of and bullet.startswith(" "):
            own = [_value_line(reading.name, value, said) for said, values in values_of.items() for value in values]
            lines.append("\n".join([f"{bullet}{reading.name}. {reading.question}", *own]))
        elif values_of:
            parts = "; ".join(f"read as {joined(values, 'or')}, {said}" for said, values in values_of.items())
            lines.append(f"{bullet}{reading.name}. {reading.question} {parts[0].upper()}{parts[1:]}.")
    number = sum(reachable for _, reachable in judged)
    summary = f"Under which readings of the rules can the {subject} come out? "
    if number:
        give = "gives" if number == 1 else "give"
        summary += f"{number} of {counted(len(judged), 'combination')} of readings {give} it"
    else:
        summary += "None gives it"
    if leads and number < len(judged):
        summary += (
            " with what is on record. A further decline is a start place that must have been given back, or not taken "
            "when offered, though nothing on record has it. One by one, the others as chosen:"
        )
    else:
        summary += "; one by one, the others as chosen:"
    return [summary, "\n".join(lines)]


def _value_line(name: str, value: str, said: str) -> str:
    """What it means to read a clause so, and what comes of it."""
    meaning = meaning_of(name, value.partition(" ")[0])
    result = f"{said[0].upper()}{said[1:]}."
    return f"      - {value}: {meaning} {result}" if meaning else f"      - {value}: {result}"


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
        "What the table implies on the unpublished rankings, beyond known facts (what follows from these is left out):",
        "\n".join(lines),
    ]


def recorded_blocks(result: Verification, bullet: str) -> list[str]:
    """Return the deviations from the rules, with the numbers of the changes on record that explain them."""
    if not result.deviations or result.complete:
        return []
    lines = []
    for deviation in result.deviations:
        numbers = ", ".join(f"({number})" for number in deviation.explained_by)
        lines.append(f"{bullet}{deviation.message}. Explained by {numbers}.")
    blocks = ["Where the table is not what the rules alone give, and which change explains it:", "\n".join(lines)]
    if result.consistent:
        blocks.append("Nothing else deviates.")
    return blocks
