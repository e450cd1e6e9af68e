"""Tables in long form, one row per NOC and event, turned into a quota table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quotaproof.model.errors import InputError
from quotaproof.model.published import ATHLETES
from quotaproof.model.rules import Rules
from quotaproof.pages import Cell, Grid

from .cells import read_places
from .columns import Layout, event_of, words_of
from .headers import header_of
from .named_columns import NamedColumns
from .nocs import noc_in, noc_of_cells
from .outcome import Remarks
from .parts import Part, is_total_name
from .regions import region_of
from .roles import NOC
from .splitting import SHORT
from .vocabulary import letters_for_genders

EVENT, GENDER, PLACES = "event", "gender", "places"
NUMBERS = frozenset({"places", "athletes", "total"})
"""Words above a column of numbers."""


def long_columns(grid: Grid, named: NamedColumns) -> dict[str, int] | None:
    """Return where a table in long form has NOC, event, perhaps gender, and places; None if it is none."""
    header = header_of(grid)
    if len(header.rows) != 1 or named:
        return None
    found: dict[str, int] = {}
    titles = [words_of(column.words) for column in header.columns]
    numbers = [n for n, words in enumerate(titles) if words & NUMBERS and not words & {"noc", "event"}]
    nocs = next((n for n, words in enumerate(titles) if words & {"noc", "code"}), None)
    if len(numbers) == 2 and nocs is not None:
        # A number that is the same in all rows of an NOC is that of its athletes.
        same = [n for n in numbers if _is_of_nocs(grid.rows[header.depth :], nocs, n)]
        if len(same) == 1:
            found[ATHLETES] = same[0]
            found[PLACES] = next(n for n in numbers if n != same[0])
    for number, words in enumerate(titles):
        if words & {"rank", "meet", "time", "points"} or "fact" in words:
            return None
        for role, names in ((NOC, {"noc", "code"}), (EVENT, {"event"}), (GENDER, {"gender"}),
                            (PLACES, NUMBERS)):  # fmt: skip
            if words & names and role not in found and not (role == PLACES and words & {"noc", "event"}):
                found[role] = number
                break
    return found if {NOC, EVENT, PLACES} <= set(found) else None


def _is_of_nocs(rows: Sequence[Sequence[Cell]], noc: int, at: int) -> bool:
    """Whether a column has the same text in all rows of each NOC, of which some have several."""
    texts: dict[str, list[str]] = {}
    for row in rows:
        if max(noc, at) < len(row):
            texts.setdefault(row[noc].text, []).append(row[at].text)
    return any(len(own) > 1 for own in texts.values()) and all(len(set(own)) == 1 for own in texts.values())


def read_long_form(grid: Grid, at: Mapping[str, int], rules: Rules, remarks: Remarks) -> Part:
    """Return the quota table that a table in long form is.

    Raises
    ------
    InputError
        If a row names no event of the rules or no NOC, holds no number, or comes twice.
    """
    place = f"quota table ({grid.place})"
    header = header_of(grid)
    columns = (NOC, *(event.identifier for event in rules.events))
    part = Part(place, Layout(columns, header.depth, columns))
    remarks.use(cell for row in grid.rows[: header.depth] for cell in row)
    seen: set[tuple[str, str]] = set()
    genders = dict.fromkeys(row[at[GENDER]].text for row in grid.rows if GENDER in at and at[GENDER] < len(row))
    letters = SHORT | letters_for_genders(tuple(genders))
    athletes: dict[str, int] = {}
    for number, row in enumerate(grid.rows[header.depth :], 1):
        remarks.deadline.check()
        cells = {role: row[column] if column < len(row) else Cell() for role, column in at.items()}
        where = f"row {number} of the {place}"
        if is_total_name(cells[NOC].text)[0]:
            shown = " | ".join(cell.shown for cell in row)[:100]
            remarks.add("ignored", place, f"row {number} is of totals: {shown}")
            remarks.use(row)
            continue
        if region_of(cells[NOC].text) and noc_of_cells([cells[NOC]], sure=True) is None:
            shown = " | ".join(cell.shown for cell in row if not cell.empty)[:100]
            words = f"row {number} is of no NOC, so its number is not kept: {shown}"
            remarks.add("unclear", place, words, 4, row)
            remarks.use(row)
            continue
        noc = noc_in(cells[NOC], where, remarks).noc
        text = cells[EVENT].text
        gender = cells[GENDER].text if GENDER in cells else ""
        gender = letters.get(gender.strip().casefold(), gender)
        if ATHLETES in cells and noc is not None:
            _athletes_beside(cells[ATHLETES], noc, where, athletes, remarks)
        event = event_of(rules, text, [gender]) or event_of(rules, f"{gender} {text}")
        places = read_places(cells[PLACES], relay=True)
        if noc is None:
            raise InputError(remarks.refuse(f"{where}: {cells[NOC].shown!r} is no NOC", [cells[NOC]]))
        if words_of(text) & {"athletes", "total"} and event is None and places.number is not None:
            athletes[noc] = athletes.get(noc, 0) + places.number
            if places.sure == "guess" or cells[PLACES].struck is not None:
                words = f"{cells[PLACES].shown!r} is read as {places.number}"
                remarks.add("guessed", f"{where} ({noc}), athletes", words, 3, [cells[PLACES]])
            remarks.use(row)
            continue
        if event is None:
            words = f"{where} ({noc}): {f'{gender} {text}'.strip()[:60]!r} is no event of the rules"
            raise InputError(remarks.refuse(words, [cells[EVENT]]))
        if places.sure == "unknown":
            words = f"{cells[PLACES].shown!r} says that it is not known; written ? in the table"
            remarks.add("missing", f"{where} ({noc}), {event.identifier}", words, 1, [cells[PLACES]])
            part.unknown.add((noc, event.identifier))
        elif places.number is None:
            raise InputError(remarks.refuse(f"{where} ({noc}), {event.identifier}: {places.why}", [cells[PLACES]]))
        struck = (cells[PLACES].struck or "").strip()
        if struck:
            words = f"{struck[:20]!r} is struck out; {places.number} counts"
            remarks.add("guessed", f"{where} ({noc}), {event.identifier}", words, 2, [cells[PLACES]])
        if places.sure == "guess":
            remarks.add(
                "guessed",
                where,
                f"{cells[PLACES].shown!r} is read as {places.number}: {places.why}",
                3,
                [cells[PLACES]],
            )
        if (noc, event.identifier) in seen:
            words = f"{where}: {noc} has a row of {event.identifier} above already"
            raise InputError(remarks.refuse(words, cells.values()))
        seen.add((noc, event.identifier))
        number_of = places.number or 0
        part.cells.setdefault(noc, dict.fromkeys(columns[1:], 0))[event.identifier] = number_of
        remarks.use(cells.values())
        if number_of > event.noc_cap:
            words = f"{number_of} is more than the {event.noc_cap} that an NOC may have there"
            remarks.add("guessed", f"{where} ({noc}), {event.identifier}", words, 4, [cells[PLACES]])
    if athletes or ATHLETES in at:
        part.layout = Layout((*columns, ATHLETES), header.depth, (*columns, ATHLETES))
        for noc, cells_of in part.cells.items():
            cells_of[ATHLETES] = athletes.get(noc, 0)
    return part


def _athletes_beside(cell: Cell, noc: str, where: str, athletes: dict[str, int], remarks: Remarks) -> None:
    """Take the athletes of an NOC that each of its rows has; they must be the same in all."""
    own = read_places(cell)
    if own.number is None:
        raise InputError(remarks.refuse(f"{where} ({noc}), athletes: {own.why}", [cell]))
    if athletes.setdefault(noc, own.number) != own.number:
        words = f"{where}: {noc} has {cell.shown} athletes there, and {athletes[noc]} in a row above"
        raise InputError(remarks.refuse(words, [cell]))
