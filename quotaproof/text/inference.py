"""What `infer` answers as text: ranges as a table, why numbers are determined, facts that conflict."""

from __future__ import annotations

from collections import defaultdict

from quotaproof.model.files import csv_text
from quotaproof.model.published import ATHLETES
from quotaproof.model.quantities import counted, joined, spelled
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario_folder import KNOWN
from quotaproof.model.standings.facts import Fact
from quotaproof.solver.infer.answer import CellRange, Inference
from quotaproof.solver.infer.phrases import fact_words
from quotaproof.solver.infer.question import STATE_WORDS
from quotaproof.solver.infer.theory import ANY_OTHER
from quotaproof.solver.infer.why import Why

from .grid import blocks_with_names, bullet_of, grid, label, names_below, paragraphs, toned


def inference(result: Inference, form: str, *, color: bool = False) -> str:
    """Return an inference: as CSV its ranges (or its conflicts, where facts conflict), otherwise everything."""
    if form == "csv":
        return _conflicts_csv(result) if not result.consistent else _ranges_csv(result)
    markdown, bullet = form == "markdown", bullet_of(form)
    blocks = [f"{'## ' if markdown else ''}{result.scenario.title}: {_verdict(result)}"]
    if not markdown:
        blocks[0] = toned(blocks[0], "good" if result.consistent else "bad", color=color)
    blocks += [STATE_WORDS[result.state], *others_said(result), *_readings(result)]
    if result.consistent:
        blocks.append(range_table(result, form, color=color))
        told = [*range_legend(result), *range_names(result), *_whys(result, bullet)]
    else:
        told = conflict_blocks(result, bullet)
    told = blocks_with_names([*told, *_next(result), *set_aside_blocks(result, bullet)], result.scenario, result.cells)
    return paragraphs([*blocks, *told], form)


def _verdict(result: Inference) -> str:
    number = len(result.question.statements)
    if not result.consistent:
        return f"the {counted(number, 'fact')} cannot all be true"
    cells = sum(len(row) for row in result.cells.values())
    return (
        f"the {counted(number, 'fact')} can all be true; {len(result.determined)} of {counted(cells, 'number')} "
        "of the table follow"
    )


def others_said(result: Inference) -> list[str]:
    """Return who has a row in the table."""
    if result.question.lists_everybody:
        return ["The table lists all NOCs that have anything."]
    named = f"the row {ANY_OTHER} is what any one of them can have"
    return [f"NOCs that no fact names may have places too, as many NOCs as there is room for; {named}."]


def _readings(result: Inference) -> list[str]:
    tried = result.question.readings
    names = list(tried[0]) if tried else []
    if not names:
        return []
    values = "; ".join(f"{name} {joined(sorted({one[name] for one in tried}), 'or')}" for name in names)
    return [f"Each number is in its range if one way to read the open clauses allows it: {values}."]


def shown_range(one: CellRange) -> str:
    """Return a range: `2`, or `1–3`."""
    return str(one.lowest) if one.determined else f"{one.lowest}–{one.highest}"


def range_table(result: Inference, form: str, *, color: bool) -> str:
    """Return what each number can be, as a table."""
    header = ["NOC", *(_short(column) for column in result.question.columns)]
    rows = [
        [result.scenario.shown(noc), *(_cell(row[column]) for column in result.question.columns)]
        for noc, row in (*result.cells.items(), *([(ANY_OTHER, result.any_other_noc)] if result.any_other_noc else []))
    ]
    return grid(header, rows, form, color=color)


def _cell(one: CellRange) -> str:
    return shown_range(one) + ("" if one.proved else "*")


def _short(column: str) -> str:
    if column in GENDERS or column == ATHLETES:
        return column
    gender, _, rest = column.partition("-")
    first = "Mx" if gender == "mixed" else gender[0].upper()
    return f"{first}{rest}" if rest[:1].isdecimal() else f"{first} {rest}"


def range_legend(result: Inference) -> list[str]:
    """Return what the ranges in the table mean."""
    lines = ["A single number is certain; 1–3 means: one is certain, three are possible."]
    if not result.proved:
        loose = sum(not one.proved for row in result.cells.values() for one in row.values())
        lines.append(
            f"* Not proved ({counted(loose, 'number')}): nothing lies outside the range, and whether both of its ends "
            "can come out is not known."
        )
    return lines


def range_names(result: Inference) -> list[str]:
    """Return the names of the NOCs of the table, as a sentence below it."""
    names = names_below(result.cells, result.scenario.shown)
    return [names] if names else []


def _whys(result: Inference, bullet: str) -> list[str]:
    together: dict[tuple[tuple[str, ...], str], list[str]] = defaultdict(list)
    for noc, column in result.determined:
        why = result.cells[noc][column].why
        if why is None or (len(why.facts) == 1 and all(rule.kind == "per-noc" for rule in why.rules)):
            continue
        number = result.cells[noc][column].lowest
        facts = tuple(_with_source(result, why)) or ("the rules alone",)
        what = f"{result.scenario.shown(noc)} {column_words(result, column)} {number}"
        together[facts, _rules(why)].append(what)
    if not together:
        return []
    lines = [
        f"{bullet}{joined(what)}: {'; '.join(facts)}{rules}"
        for (facts, rules), what in sorted(together.items(), key=lambda one: (len(one[0][0]), one[1]))
    ]
    blocks = ["What follows from several facts, or from a fact and the rules (none of those named can be left out):"]
    blocks.append("\n".join(lines))
    if not result.whys_complete:
        blocks.append("The effort did not suffice to say why for the others.")
    return blocks


def column_words(result: Inference, column: str) -> str:
    """Return a column in words."""
    return "quota places" if column == ATHLETES else label(result.scenario, column)


def _rules(why: Why) -> str:
    if why.in_full:
        return ", and all pathways in their order."
    kinds = dict.fromkeys(_RULES[rule.kind] for rule in why.rules)
    return f". Rules: {joined(list(kinds))}." if kinds else "."


_RULES = {
    "places": "the start places of an event",
    "per-noc": "the cap per NOC",
    "total": "the quota places in all",
    "gender-cap": "the cap per gender",
    "needed": "the athletes that start places need",
    "given": "the athletes that start places give",
}


def _with_source(result: Inference, why: Why) -> list[str]:
    return [
        f"{fact_words(result.scenario, fact)} ({_lines(result, why, number)})" for number, fact in enumerate(why.facts)
    ]


def _lines(result: Inference, why: Why, number: int) -> str:
    sources = result.question.sources[why.facts[number]]
    files = dict.fromkeys(one.file for one in sources)
    parts = []
    for file in files:
        lines = list(dict.fromkeys(str(one.line) for one in sources if one.file == file))
        where = "line" if file == KNOWN.name else f"{file}, line"
        parts.append(f"{where} {joined(lines)}")
    return ", ".join(parts)


def conflict_blocks(result: Inference, bullet: str) -> list[str]:
    """Return all sets of facts that cannot all be true, each fact with its line and source."""
    if not result.conflicts:
        return ["The effort limit was reached before it was known which of them contradict each other."]
    how_many = spelled(len(result.conflicts), "set")
    limit = "" if result.conflicts_complete else " The effort limit was reached: there may be others, and shorter ones."
    start = f"{how_many[0].upper()}{how_many[1:]} of facts cannot all be true, the shortest first"
    blocks = [f"{start}; without any one of its facts the others of a set can.{limit}"]
    told: set[Fact] = set()
    for number, one in enumerate(result.conflicts, 1):
        blocks.append(f"{number}. {counted(len(one.facts), 'fact')}{_rules(one)}")
        lines = []
        for place, fact in enumerate(one.facts):
            sources = dict.fromkeys(source.source for source in result.question.sources[fact])
            # The source of a fact is told where it first comes up; afterwards its line will do.
            source = "" if fact in told else f": {'; '.join(sources)}"
            told.add(fact)
            lines.append(f"{bullet}{fact_words(result.scenario, fact)} ({_lines(result, one, place)}){source}")
        blocks.append("\n".join(lines))
    return blocks


def _next(result: Inference) -> list[str]:
    found = result.next_question
    if found is None:
        return []
    answers = ", ".join(f"{number} if it is {answer}" for answer, number in sorted(found.determined.items()))
    sure = (
        "no other determines more"
        if found.best
        else f"the effort sufficed for {found.tried} of {found.candidates} open numbers, and another may determine more"
    )
    number = f"{result.scenario.shown(found.noc)}, {column_words(result, found.column)}"
    worth = f"Of the numbers that are open it determines {answers}, itself included; {sure}."
    measure = "(Measured by how many numbers an answer determines in the worst case, then on average over the answers.)"
    return [f"What to ask for next: {number}. {worth} {measure}"]


def set_aside_blocks(result: Inference, bullet: str) -> list[str]:
    """Return what of known.csv is not used, and why."""
    together: dict[str, list[str]] = defaultdict(list)
    for one in result.set_aside:
        together[one.why].append(str(one.line) if one.line else one.kind)
    if not together:
        return []
    lines = [f"{bullet}{why}: line {joined(list(dict.fromkeys(rows)))}" for why, rows in together.items()]
    return ["Rows of known.csv that are not used:", "\n".join(lines)]


def _ranges_csv(result: Inference) -> str:
    rows: list[tuple[object, ...]] = []
    others = [(ANY_OTHER, result.any_other_noc)] if result.any_other_noc else []
    for noc, row in (*result.cells.items(), *others):
        for column, one in row.items():
            rows.append((noc, column, one.lowest, one.highest, int(one.determined), int(one.proved)))
    return csv_text(("noc", "column", "lowest", "highest", "determined", "proved"), rows)


def _conflicts_csv(result: Inference) -> str:
    rows: list[tuple[object, ...]] = []
    for number, one in enumerate(result.conflicts, 1):
        for fact in one.facts:
            for source in result.question.sources[fact]:
                rows.append((number, source.file, source.line, fact_words(result.scenario, fact), source.source))
    return csv_text(("conflict", "file", "line", "says", "source"), rows)
