"""Documents turned into tables: what was published with its differences marked, and what a change moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quotaproof.model.published import ATHLETES, TOTAL
from quotaproof.model.rules import GENDERS

from .cells import (
    AnswerDocument,
    ShownCell,
    ShownColumn,
    ShownRow,
    ShownTable,
    cells_of,
    columns_of,
    number_in,
    plain_table,
    total_row,
)
from .languages import gettext

# The quota table -----------------------------------------


def quota_table(
    scenario: AnswerDocument, allocation: AnswerDocument | None, verification: AnswerDocument | None
) -> ShownTable | None:
    """Return the published table with its differences marked, or the allocation if nothing was published.

    What differs is known without a proof where an allocation is there, or a printed total is not its sum; otherwise
    `verification` says it.
    """
    published = scenario["published"]
    columns = columns_of(scenario, ATHLETES)
    given = cells_of(allocation) if allocation is not None and allocation["status"] == "optimal" else None
    if published is None:
        if allocation is None:
            return None
        if allocation["status"] == "optimal" and not allocation["athletes"]:
            # These rules say nothing of quota places.
            columns = tuple(column for column in columns if column.identifier != ATHLETES)
        return plain_table(columns, cells_of(allocation))
    marks = _marks(published, given, verification)
    rows: list[ShownRow] = []
    nocs = [*published["cells"], *(noc for noc in (given or {}) if noc not in published["cells"])]
    for noc in nocs:
        own = published["cells"].get(noc, {})
        cells = [marks.cell(noc, column.identifier, own.get(column.identifier, 0)) for column in columns]
        rows.append(ShownRow(noc, tuple(cells), any(cell.mark for cell in cells)))
    total = _total(columns, published, marks.repaired)
    if total is not None:
        return ShownTable(columns, tuple(rows), total, printed=True)
    return ShownTable(columns, tuple(rows), total_row(columns, published["cells"]))


@dataclass(frozen=True)
class ShownRanges:
    """What each number can be: columns as in the quota table, and by row the ranges.

    Attributes
    ----------
    table
        The columns alone.
    rows
        NOC (empty for any other), name of the row, and for each column (range, least, most, what a screen reader
        says).
    """

    table: ShownTable
    rows: tuple[tuple[str, str, tuple[tuple[str, int, int, str], ...]], ...]


def ranges(scenario: AnswerDocument, inference: AnswerDocument) -> ShownRanges:
    """Return the ranges of an answer of `infer`, with a row for any NOC that nothing names."""
    columns = columns_of(scenario, ATHLETES)
    rows = [(noc, scenario["shown"].get(noc, noc), row) for noc, row in inference["cells"].items()]
    rows += [("", gettext("any other NOC"), inference["any_other_noc"])] if inference["any_other_noc"] else []
    return ShownRanges(
        ShownTable(columns, (), None),
        tuple((noc, name, tuple(_in_range(row[column.identifier]) for column in columns)) for noc, name, row in rows),
    )


def certain_and_possible(
    scenario: AnswerDocument, inference: AnswerDocument, noc: str
) -> list[tuple[ShownColumn, int, int]]:
    """Return what an NOC has for certain and at most, by column; nothing where the facts cannot all be true."""
    if not inference["consistent"]:
        return []
    row: Mapping[str, Mapping[str, int]] = inference["cells"].get(noc) or inference["any_other_noc"] or {}
    columns = columns_of(scenario, *GENDERS, ATHLETES)
    return [(c, row[c.identifier]["lowest"], row[c.identifier]["highest"]) for c in columns if c.identifier in row]


def holders(scenario: AnswerDocument, inference: AnswerDocument | None, event: str) -> list[tuple[str, int, int]]:
    """Return who has start places in an event, by the published table or as far as statements say: at least, at most.

    The most certain first; nobody where nothing is published, or where the statements cannot all be true.
    """
    cells = scenario["published"]["cells"] if scenario["published"] is not None else {}
    found = [(noc, row[event], row[event]) for noc, row in cells.items() if noc.isalpha() and event in row]
    if inference is not None and inference["consistent"]:
        ends = ((noc, row[event]) for noc, row in inference["cells"].items() if event in row)
        found = [(noc, one["lowest"], one["highest"]) for noc, one in ends]
    return sorted((one for one in found if one[2]), key=lambda one: (-one[1], -one[2]))


def _in_range(one: Mapping[str, int]) -> tuple[str, int, int, str]:
    lowest, highest = one["lowest"], one["highest"]
    if lowest == highest:
        return str(lowest), lowest, highest, gettext("%(number)s, certain", number=lowest)
    told = gettext("certain %(lowest)s, possible %(highest)s", lowest=lowest, highest=highest)
    return f"{lowest}–{highest}", lowest, highest, told


@dataclass(frozen=True)
class _Marks:
    """What is said of cells: what they must be, what the rules alone give, and of which some must change."""

    repaired: Mapping[tuple[str, str], int]
    by_rules: Mapping[tuple[str, str], int]
    maybe: set[tuple[str, str]]

    def cell(self, noc: str, column: str, number: int) -> ShownCell:
        key = (noc, column)
        if key in self.repaired:
            other = self.repaired[key]
            words = gettext("published %(number)s, must be %(other)s", number=number, other=other)
            return ShownCell(column, number, other, words, "wrong")
        if key in self.maybe:
            words = gettext("%(number)s, in one of the repairs", number=number)
            return ShownCell(column, number, None, words, "maybe")
        if key in self.by_rules:
            other = self.by_rules[key]
            words = gettext("published %(number)s, by the rules alone %(other)s", number=number, other=other)
            return ShownCell(column, number, None, words, "changed", gettext("rules %(number)s", number=other))
        return ShownCell(column, number)


def _marks(
    published: AnswerDocument, given: Mapping[str, Mapping[str, int]] | None, verification: AnswerDocument | None
) -> _Marks:
    repairs = verification["repairs"] if verification is not None else []
    repaired = {(c["noc"], c["column"]): c["repaired"] for c in repairs[0]} if len(repairs) == 1 else {}
    maybe = {(c["noc"], c["column"]) for changes in repairs for c in changes}
    if given is None:
        return _Marks(repaired, {}, maybe)
    cells = published["cells"]
    unjudged = verification["unjudged"] if verification is not None else []
    by_rules = {
        (noc, column): number_in(given, noc, column)
        for noc in {*cells, *given}
        for column in published["columns"]
        if column not in unjudged and number_in(given, noc, column) != number_in(cells, noc, column)
    }
    return _Marks(repaired, by_rules, maybe)


def _total(
    columns: Sequence[ShownColumn], published: AnswerDocument, expected: Mapping[tuple[str, str], int]
) -> ShownRow | None:
    if not published["totals"]:
        return None
    cells: list[ShownCell] = []
    for column in columns:
        name = column.identifier
        printed = published["totals"].get(name)
        counted = sum(row.get(name, 0) for row in published["cells"].values())
        if (TOTAL, name) in expected:
            other = expected[TOTAL, name]
            words = gettext("printed %(number)s, must be %(other)s", number=printed, other=other)
            cells.append(ShownCell(name, printed, other, words, "wrong"))
        elif printed is not None and printed != counted:
            words = gettext(
                "printed %(number)s, but the column adds up to %(counted)s", number=printed, counted=counted
            )
            note = gettext("counted %(number)s", number=counted)
            cells.append(ShownCell(name, printed, None, words, "wrong", note))
        else:
            cells.append(ShownCell(name, printed))
    return ShownRow(TOTAL, tuple(cells), any(cell.mark for cell in cells))


# After changes -----------------------------------------


def after_changes(scenario: AnswerDocument, result: AnswerDocument) -> ShownTable:
    """Return the table of the NOCs that anything changes for, with gains and losses marked."""
    if result.get("standings") == "incomplete":
        return _possibly(scenario, result)
    gives = result["before"]["athletes"] or result["after"]["athletes"]
    columns = columns_of(scenario, *((*GENDERS, ATHLETES) if gives else ()))
    old, new = cells_of(result["before"]), cells_of(result["after"])
    rows = tuple(
        ShownRow(
            noc,
            tuple(
                _moved(c.identifier, number_in(old, noc, c.identifier), number_in(new, noc, c.identifier))
                for c in columns
            ),
            changed=True,
        )
        for noc in sorted({*old, *new})
        if old.get(noc, {}) != new.get(noc, {})
    )
    return ShownTable(columns, rows, total_row(columns, new))


def _moved(column: str, was: int, now: int) -> ShownCell:
    if was == now:
        return ShownCell(column, now)
    step = f"{now - was:+d}".replace("-", "−")
    numbers = {"now": now, "step": abs(now - was)}
    words = gettext("%(now)s, %(step)s more", **numbers) if now > was else gettext("%(now)s, %(step)s fewer", **numbers)
    return ShownCell(column, now, None, words, "gain" if now > was else "loss", step)


def _possibly(scenario: AnswerDocument, result: AnswerDocument) -> ShownTable:
    """With unknown standings: what everybody has for certain, and up to how much it may be."""
    columns = columns_of(scenario)
    range_of = _more if result["partly_known"] is not None else _range
    old = cells_of(result["before"])
    new = cells_of(result["after"]) if result["after"] is not None else {}
    more: dict[tuple[str, str], int] = {}
    for claim in result["possible"]:
        noc = gettext("others") if claim["noc"] == "OTHER" else claim["noc"]
        more[noc, claim["column"]] = max(more.get((noc, claim["column"]), 0), claim["number"])
    names = [column.identifier for column in columns]
    sure = {(claim["noc"], claim["column"]): claim["number"] for claim in result["necessary"]}
    gained = [gender for gender in GENDERS if any(column == gender for _, column in (*sure, *more))]
    certain = {noc: {name: number_in(new, noc, name) for name in names} for noc in {*old, *new}}
    touched = [
        noc
        for noc in sorted({*old, *new, *(noc for noc, _ in more), *(noc for noc, _ in sure)})
        if any(number_in(old, noc, name) != number_in(certain, noc, name) or (noc, name) in more for name in names)
        or any((noc, gender) in sure or (noc, gender) in more for gender in gained)
    ]
    rows = tuple(
        ShownRow(
            noc,
            (
                *(
                    range_of(name, number_in(old, noc, name), number_in(certain, noc, name), more.get((noc, name), 0))
                    for name in names
                ),
                *(_gained(gender, sure.get((noc, gender), 0), more.get((noc, gender), 0)) for gender in gained),
            ),
            changed=True,
        )
        for noc in touched
    )
    return ShownTable(columns_of(scenario, *gained), rows)


def _gained(column: str, sure: int, possible: int) -> ShownCell:
    """How many quota places more: of how many, is not known by gender before."""
    if possible > sure:
        words = gettext("possibly %(number)s more than before", number=possible)
        return ShownCell(column, None, None, words, "maybe", f"+{possible}")
    if sure:
        return ShownCell(column, None, None, gettext("%(number)s more for certain", number=sure), "gain", f"+{sure}")
    return ShownCell(column, None)


def _more(column: str, was: int, now: int, possible: int) -> ShownCell:
    """Where the table before is known in part: what is certain, and whether it may be one more than before."""
    if possible:
        words = gettext("%(now)s for certain, possibly %(more)s more than before", now=now, more=possible)
        return ShownCell(column, now, None, words, "maybe", f"+{possible}")
    return _moved(column, was, now)


def _range(column: str, was: int, now: int, possible: int) -> ShownCell:
    most = max(now, was + possible) if possible else now
    if most > now:
        words = gettext("%(now)s for certain, possibly %(most)s", now=now, most=most)
        return ShownCell(column, now, None, words, "maybe", gettext("to %(number)s", number=most))
    return _moved(column, was, now)
