"""Quota tables of a page put together: one for all, one per gender or sheet; a second is compared with the first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from quotaproof.model.errors import InputError
from quotaproof.model.published import ATHLETES, CellName, Published, row_name, unnamed_row
from quotaproof.model.quantities import counted, joined
from quotaproof.model.row_consistency import possible_athletes
from quotaproof.model.rules import GENDERS, Rules
from quotaproof.nations import codes

from .outcome import ImportRemarkKind, Remarks, listed
from .parts import Part

MOST_NAMED = 12
MOST_ATHLETES = 5
"""Athletes that one start place may need: those of a relay."""


def combined(
    parts: Sequence[Part], rules: Rules, remarks: Remarks, *, is_stated: bool = False
) -> tuple[Published, int | None] | None:
    """Return the quota table of a page and the number of NOCs of which its total row speaks; None if it has none.

    Raises
    ------
    InputError
        If some event has no column, or the athletes of an NOC cannot be read off.
    """
    kept, others = _chosen(_continued(parts, remarks))
    if not kept:
        return None
    events = [event.identifier for event in rules.events]
    missing = [event for event in events if not any(event in part.layout.events for part in kept)]
    if missing:
        raise InputError(without_columns(kept, missing))
    table = _merged(kept, [*events, ATHLETES, *GENDERS], remarks)
    totals: dict[str, int] = {}
    for part in (*kept, *(part for part in others if not part.layout.events)):
        for role, number in part.totals.items():
            totals.setdefault(role, number)
    unknown = _unknown(kept)
    genders = [one for one in GENDERS if one not in events]
    if rules.gives_quota_places or any(role in row for row in table.values() for role in (ATHLETES, *genders)):
        unknown |= _add_athletes(table, unknown, kept, others, rules, totals, remarks, is_stated=is_stated)
    else:
        unknown |= {(noc, ATHLETES) for noc in table}
        words = "no column of it has them, and the rules do not give them; they are not known"
        remarks.add("missing", f"{kept[0].place}, athletes", words)
    left_out = sum(part.left_out for part in kept)
    if left_out and totals:
        remarks.add("ignored", kept[0].place, f"its totals, since {left_out} rows are left out that they count")
        totals = {}
    columns = (*events, ATHLETES)
    cells = {noc: {column: row.get(column, 0) for column in columns} for noc, row in table.items()}
    printed = {column: totals[column] for column in columns if column in totals}
    published = Published(columns, cells, printed, frozenset(cell for cell in unknown if cell[1] in columns))
    for part in others:
        if part.layout.events:
            _compare(part, published, remarks)
    return published, next((part.printed_nocs for part in kept if part.printed_nocs is not None and not left_out), None)


def without_columns(parts: Sequence[Part], missing: Sequence[str]) -> str:
    """Return the sentence that a table has no columns for some events, with what was matched and what was not."""
    matched, unmatched = [], []
    for part in parts:
        for title, role in zip(part.layout.titles, part.layout.columns, strict=False):
            if role:
                matched.append(f"{title!r} is {role}")
            elif title:
                unmatched.append(repr(title))
    left = f"not matched: {', '.join(unmatched[:20])}; " if unmatched else ""
    return (
        f"the {parts[0].place} has no column for {', '.join(missing)}; {left}matched: {', '.join(matched[:30])}. "
        f'Say which is which, such as --columns "{missing[0]}={unmatched[0][1:-1] if unmatched else "..."}"'
    )


def _continued(parts: Sequence[Part], remarks: Remarks) -> list[Part]:
    """Return the parts, of which those with the same columns and other NOCs are one: a table that goes on elsewhere."""
    found: list[Part] = []
    for part in parts:
        roles = {role for role in part.layout.columns if role}
        first = next(
            (
                other
                for other in found
                if part.layout.events
                and {role for role in other.layout.columns if role} == roles
                and any(noc in codes() for noc in part.cells)
                and not {noc for noc in part.cells if noc in codes()} & other.cells.keys()
            ),
            None,
        )
        if first is None:
            found.append(part)
            continue
        words = f"{counted(len(part.cells), 'NOC')} with the same columns as in the {first.place}, so it goes on there"
        remarks.add("guessed", part.place, words, 1)
        above = len(first.cells)
        for number, (noc, row) in enumerate(part.cells.items(), above + 1):
            own = noc if noc in codes() else unnamed_row(number)
            first.cells[own] = row
            first.unknown |= {(own, role) for other, role in part.unknown if other == noc}
        _add_totals(first, part)
        first.left_out += part.left_out
    return found


def _add_totals(first: Part, part: Part) -> None:
    """Take the printed totals of a table in two parts: those of all if there are any, else those of both together."""
    for role in {*first.totals, *part.totals}:
        whole = sum(row.get(role, 0) for row in first.cells.values())
        printed = [own.totals[role] for own in (first, part) if role in own.totals]
        first.totals[role] = whole if whole in printed else sum(printed) if len(printed) == 2 else printed[0]


def _chosen(parts: Sequence[Part]) -> tuple[list[Part], list[Part]]:
    """The parts that make the table, and the others: a part with events that are there already is a second table."""
    kept: list[Part] = []
    others: list[Part] = []
    # A table for all comes before those for some, wherever it is on the page.
    widest = max((len(part.layout.events) for part in parts), default=0)
    for part in sorted(parts, key=lambda part: len(part.layout.events) != widest):
        events = part.layout.events
        if events and part.cells and not any(events & other.layout.events for other in kept):
            kept.append(part)
        else:
            others.append(part)
    return sorted(kept, key=parts.index), others


def _unknown(kept: Sequence[Part]) -> set[CellName]:
    """The cells that say that they are not known, and of which no other table has a number."""
    return {
        (noc, role)
        for part in kept
        for noc, role in part.unknown
        if all((noc, role) in other.unknown or role not in other.cells.get(noc, {}) for other in kept)
    }


def _merged(kept: Sequence[Part], roles: Sequence[str], remarks: Remarks) -> dict[str, dict[str, int]]:
    nocs = dict.fromkeys(noc for part in kept for noc in part.cells)
    table: dict[str, dict[str, int]] = {noc: {} for noc in nocs}
    for part in kept:
        absent = [noc for noc in nocs if noc not in part.cells]
        if absent:
            words = f"{', '.join(absent[:MOST_NAMED])}{' and others' if len(absent) > MOST_NAMED else ''}"
            remarks.add("guessed", part.place, f"no row for {words}, which count as having no places there", 2)
        for noc in nocs:
            row = part.cells.get(noc, {})
            for role in part.layout.columns:
                if role not in roles or ((noc, role) in part.unknown and role in table[noc]):
                    continue
                known_there = role in table[noc] and not any((noc, role) in other.unknown for other in kept)
                if role == ATHLETES and known_there and table[noc][ATHLETES] != row.get(role, 0):
                    own, other = row.get(role, 0), table[noc][ATHLETES]
                    raise InputError(
                        f"{part.place}: {noc} has {counted(own, 'athlete')} there and {other} in another table; say "
                        "which column is whose with --columns, men or women for one gender"
                    )
                table[noc][role] = row.get(role, 0)
    return table


def _add_athletes(
    table: dict[str, dict[str, int]],
    unknown: Collection[CellName],
    kept: Sequence[Part],
    others: Sequence[Part],
    rules: Rules,
    totals: dict[str, int],
    remarks: Remarks,
    *,
    is_stated: bool,
) -> set[CellName]:
    """Fill in the athletes of each NOC, in all, where the table has them per gender or a table beside it has them.

    Return the cells of athletes that nobody can tell.
    """
    place = kept[0].place
    identifiers = {event.identifier for event in rules.events}
    own = [one for one in GENDERS if one not in identifiers]
    for role in (ATHLETES, *own):
        known = {noc: row for noc, row in table.items() if not any((noc, column) in unknown for column in row)}
        if not is_stated and _are_sums(known, role, rules):
            words = f"the column of {role} has the sums of the start places of each row, so it is none of athletes"
            remarks.add("guessed", place, words, 3)
            totals.pop(role, None)
            for row in table.values():
                row.pop(role, None)
    beside = next((part for part in others if not part.layout.events and ATHLETES in part.layout.columns), None)
    have = {role for row in table.values() for role in (ATHLETES, *own) if role in row}
    for gender in own if not set(GENDERS) <= have else ():
        if gender in have:
            shown = listed([f"{row_name(noc)} {row[gender]}" for noc, row in table.items() if row.get(gender)])
            words = f"those of {gender} alone are not kept, since a table has the athletes of both: {shown}"
            remarks.add("unclear", f"{place}, athletes", words, 3)
    if ATHLETES not in have and not set(GENDERS) <= have and beside is not None:
        absent = [noc for noc in table if noc not in beside.cells]
        if absent:
            raise InputError(f"{beside.place}: it has the athletes, but no row for {', '.join(absent[:MOST_NAMED])}")
        for noc, row in table.items():
            row[ATHLETES] = beside.cells[noc].get(ATHLETES, 0)
        return {(noc, role) for noc, role in beside.unknown if role == ATHLETES and noc in table}
    if set(GENDERS) <= have:
        both = {noc: sum(row.get(gender, 0) for gender in GENDERS) for noc, row in table.items()}
        if ATHLETES in have:
            for noc, row in table.items():
                is_known = not any((noc, role) in unknown for role in (ATHLETES, *GENDERS))
                if is_known and row.get(ATHLETES) != both[noc]:
                    words = f"{noc}: men and women add up to {both[noc]}, but {row.get(ATHLETES)} athletes are printed"
                    remarks.add("difference", place, words)
            remarks.add("read", place, "the athletes per gender, compared with those in all and not kept")
        else:
            for noc, row in table.items():
                row[ATHLETES] = both[noc]
            if set(GENDERS) <= set(totals):
                totals.setdefault(ATHLETES, sum(totals[gender] for gender in GENDERS))
            remarks.add(
                "guessed", place, "the athletes of an NOC are those of the men's and women's columns together", 1
            )
            return {(noc, ATHLETES) for noc in table if any((noc, gender) in unknown for gender in GENDERS)}
    elif ATHLETES not in have:
        return _derive(table, unknown, place, rules, remarks)
    return set()


def _are_sums(table: Mapping[str, Mapping[str, int]], role: str, rules: Rules) -> bool:
    """Whether a column has the sum of each row's start places, though an athlete may start in several of the events."""
    events = [event for event in rules.events if role in (ATHLETES, event.gender)]
    single = [event.identifier for event in events if event.kind == "individual"]
    if not table or any(role not in row for row in table.values()):
        return False
    if sum(sum(row.get(event, 0) > 0 for event in single) > 2 for row in table.values()) < 2:
        return False  # with two places at most, one of each gender, both can be the same number; one row is no rule
    return any(
        all(row[role] == sum(row.get(event, 0) for event in own) for row in table.values())
        for own in (single, [event.identifier for event in events])
    )


def _derive(
    table: Mapping[str, dict[str, int]], unknown: Collection[CellName], place: str, rules: Rules, remarks: Remarks
) -> set[CellName]:
    """Without a column of athletes: their number by the rules, where the start places of an NOC leave only one.

    Return the cells of the others, which are not known.
    """
    readings, open_rows = rules.default_readings, {noc for noc, _ in unknown}
    numbers = {
        noc: {sum(state) for state in possible_athletes(rules, readings, row)} if noc not in open_rows else set()
        for noc, row in table.items()
    }
    several = [noc for noc, own in numbers.items() if len(own) != 1]
    only = "the only number that the rules allow for the start places of"
    if several:
        shown = f"{', '.join(map(row_name, several[:MOST_NAMED]))}{' and others' if len(several) > MOST_NAMED else ''}"
        words = f"no column of it has them, and the rules do not leave one number for {shown}; written ? in the table"
        words += ", which is then known in part; to verify it as a whole, add a column headed athletes"
        remarks.add("missing", f"{place}, athletes", words, 2)
    for noc, row in table.items():
        row[ATHLETES] = min(numbers[noc]) if noc not in several else 0
    if len(several) < len(table):
        words = f"no column of it has them; they are {only} {'each NOC' if not several else 'each other NOC'}"
        remarks.add("guessed", f"{place}, athletes", words, 4)
    return {(noc, ATHLETES) for noc in several}


def _compare(part: Part, table: Published, remarks: Remarks) -> None:
    """Name what a second quota table has otherwise."""
    place = f"second {part.place}"
    differing = [
        f"{noc} {role}: {number} for {table.cells.get(noc, {}).get(role, 'no row')}"
        for noc, row in part.cells.items()
        for role, number in row.items()
        if role in table.columns
        and table.cells.get(noc, {}).get(role) != number
        and (noc, role) not in table.unknown | part.unknown
    ]
    if differing:
        more = f" and {len(differing) - MOST_NAMED} more" if len(differing) > MOST_NAMED else ""
        remarks.add("difference", place, f"{'; '.join(differing[:MOST_NAMED])}{more}; the first table counts")
    else:
        remarks.add("ignored", place, "it says the same as the first")


def report_table(table: Published, place: str, printed_nocs: int | None, remarks: Remarks) -> None:
    """Say what the quota table has, and where it contradicts itself."""
    for noc, row in table.cells.items():
        most = MOST_ATHLETES * sum(number for column, number in row.items() if column != ATHLETES)
        if row.get(ATHLETES, 0) > most and not any((noc, column) in table.unknown for column in row):
            words = f"{row[ATHLETES]} is more than {most // MOST_ATHLETES} start places need"
            remarks.add("guessed", f"{place} ({noc}), athletes", f"{words}; is a footnote mark part of it?", 4)
    unnamed = len(table.unnamed)
    events = len(table.columns) - 1
    totals = counted(len(table.totals), "printed total")
    remarks.add("read", place, f"{counted(len(table.cells), 'NOC')} and {counted(events, 'event')}, {totals}")
    if unnamed:
        remarks.add("missing", place, f"the NOC of {unnamed} of {counted(len(table.cells), 'row')}; written ?")
    without = [column for column in table.columns if column not in table.totals]
    if without:
        every = len(without) == len(table.columns)
        remarks.add("missing", place, f"no total is printed for {'any column' if every else joined(without)}")
    for column in table.columns:
        if column in without:
            continue
        if any(role == column for _, role in table.unknown):
            own, total = table.column_sum(column), table.totals[column]
            kind: ImportRemarkKind = "difference" if own > total else "read"
            remarks.add(kind, place, f"the known cells of {column} add up to {own}, and the printed total is {total}")
        elif table.totals[column] != table.column_sum(column):
            own, total = table.column_sum(column), table.totals[column]
            remarks.add("difference", place, f"{column} adds up to {own}, but the printed total is {total}")
    if printed_nocs is not None and printed_nocs != len(table.cells):
        message = (
            f"the total row speaks of {counted(printed_nocs, 'NOC')}; the table has {counted(len(table.cells), 'row')}"
        )
        remarks.add("difference", place, message)
