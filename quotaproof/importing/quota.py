"""Quota tables, or parts of one: start places per NOC and event, athletes, printed totals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from quotaproof.model.errors import InputError
from quotaproof.model.published import ATHLETES, row_name, unnamed_row
from quotaproof.model.quantities import counted
from quotaproof.model.rules import GENDERS, Rules
from quotaproof.pages import Cell, Grid

from .cells import DASHES, MOST, ReadPlaces, conflict, read_places, without_notes
from .columns import Layout, words_of
from .headers import is_repeated, one_text
from .nocs import UNKNOWN, noc_in, noc_of_cells
from .outcome import Remarks, listed
from .parts import Part, is_total_name
from .quota_remarks import guessed_cells, shared_cells, strange_words
from .quota_totals import is_subtotal_of_one, is_sum, read_subtotal, read_totals, say_beside, sums_of
from .regions import REGION, REST, WORLD, Regions, region_of
from .roles import IGNORE, NOC, NUMBER, OTHER, SUM

RANKED = re.compile(r"[-–—]?|(?:[=#№T]|T-)?\s?\d{1,4}\s?[.):=T]?", re.IGNORECASE)
"""What may be in a column of ranks or the numbers of rows."""

TIME = re.compile(r"\d{1,4}([./-])\s?\d{1,2}\1\s?\d{1,4}|\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?!\d)")
"""A date or the time of day."""

RIGHT = "write the number of places there, such as 2, nothing if there is none, or ? if it is not known"

MOST_NAMED = 5
"""Faulty cells that a refusal names; of the others it gives the number."""


def read_part(grid: Grid, layout: Layout, rules: Rules, remarks: Remarks, form: str) -> Part:
    """Return what a table says whose layout is known.

    Raises
    ------
    InputError
        If an NOC has two rows, or cells hold something that is no number of start places; rows and columns are named.
    """
    reader = _Reader(grid, layout, rules, remarks, form)
    for row in grid.rows[: layout.first_row]:
        remarks.use(row)
    body = grid.rows[layout.first_row :]
    named = [number for number, row in enumerate(body) if noc_of_cells(reader.names(row)) is not None]
    strange = strange_words(grid, layout, [body[number] for number in named])
    if strange:
        remarks.add("ignored", reader.place, f"in its header, besides what its columns are: {listed(strange)}")
    for number, row in enumerate(body):
        remarks.deadline.check()
        reader.read(row, is_inside=bool(named) and number < named[-1])
    reader.finish()
    return reader.part


class _Reader:
    """Reads the rows of one table."""

    def __init__(self, grid: Grid, layout: Layout, rules: Rules, remarks: Remarks, form: str) -> None:
        self.grid, self.layout, self.rules, self.remarks, self.form = grid, layout, rules, remarks, form
        self.place = f"quota table ({grid.place})"
        self.part = Part(self.place, layout)
        self.counted = [
            (number, role)
            for number, role in enumerate(layout.columns)
            if role not in (NOC, NUMBER, OTHER, SUM, IGNORE)
        ]
        self.relays = {event.identifier for event in rules.events if event.kind == "relay"}
        self.faults: list[str] = []
        self.marks: dict[str, dict[str, str]] = {}
        self.marked: dict[str, list[Cell]] = {}
        self.group_start = 0
        self.regions = Regions(self.place)
        self.number = 0
        self.shades: dict[str, list[tuple[str, Cell]]] = {}
        self.beside: dict[int, list[tuple[str, Cell]]] = {}
        self.guesses: dict[str, list[tuple[str, Cell]]] = {}
        self.sums: dict[int, list[tuple[str, Cell]]] = {}
        self.filled: set[str] = set()
        self.open: list[tuple[str, str, Cell]] = []
        self.pictures: list[str] = []
        self.is_illegible = False

    # Rows ----------------------------------------

    def names(self, row: Sequence[Cell]) -> list[Cell]:
        """Return the cells of a row that may name its NOC."""
        return [row[number] for number in self.layout.at(NOC) if number < len(row)] or [Cell()]

    def read(self, row: Sequence[Cell], *, is_inside: bool) -> None:
        """Read a row; `is_inside` if one with an NOC comes below it."""
        names = self.names(row)
        text = " ".join(without_notes(cell.text)[0] for cell in names if cell.text).strip() or self._leading(row)
        single = one_text(row)
        noc = noc_of_cells(names)
        if single is not None and noc is None:
            self.remarks.use(row)
            if sum(int(number) <= MOST for number in re.findall(r"\d{1,9}", TIME.sub(" ", single))) > 2:
                self._fault(f"{single[:80]!r} is one cell, and has the numbers of a whole row", row)
            words = f"a row with one text only: {single[:200]!r}"
            self.remarks.add("unclear" if re.search(r"\d", single) else "ignored", self.place, words)
            self.group_start = len(self.part.cells)
            return
        is_total, nocs = is_total_name(text)
        if noc is None and is_repeated(row, self.grid.rows[: self.layout.first_row]):
            self.remarks.use(row)
            self.remarks.add("read", self.place, "its header is repeated between its rows")
            above = {cell.text for own in self.grid.rows[: self.layout.first_row] for cell in own}
            other = [repr(cell.shown) for cell in row if not cell.empty and cell.text not in above]
            if other:
                self.remarks.add("ignored", self.place, f"in its repeated header: {listed(other)}")
            return
        region = region_of(text) if noc_of_cells(names, sure=True) is None else ""
        if region in (REGION, REST) and not is_total:
            self.remarks.use(row)
            values = self._values(row)
            self.regions.add(text, values, self._cells(row), len(self.part.cells), is_rest=region == REST)
            say_beside(self.part, self.layout, row, f"the row {text[:60]!r}", self.remarks)
            self.group_start = len(self.part.cells) if region == REGION else self.group_start
            return
        if region == WORLD:
            self._totals(row, text, nocs)
            return
        if noc is None and is_total:
            self._total_by_name(row, text, nocs, is_inside=is_inside)
            return
        if len(row) < len(self.layout.columns):
            self.remarks.use(row)
            who = text or noc or "a row without an NOC"
            shown = " | ".join(cell.shown for cell in row)[:100]
            words = f"{who[:60]}: {len(row)} of {len(self.layout.columns)} cells"
            if noc is not None and self.form != "text":
                self._fault(f"{words} ({shown}); fill in the others", row)
            self.remarks.add("missing", self.place, f"{words}; the row is left out ({shown})", 5, row)
            self.part.left_out += 1
            self.number += 1
            return
        values = self._values(row)
        is_nobody = UNKNOWN.fullmatch(text) is not None and "?" in text
        if noc is None and not is_nobody and not is_inside and self._is_sum(values, 0):
            words = f"the row {text[:60]!r} is taken for the totals, since it has the sums of all rows"
            self.remarks.add("guessed", self.place, words, 1, names)
            self._totals(row, text, nocs)
        elif (
            noc is None
            and not is_nobody
            and (
                self._is_sum(values, self.group_start)
                or (is_inside and self._is_sum(values, 0))
                or is_subtotal_of_one(self.part, values, self.group_start, text)
            )
        ):
            self._subtotal(row, text)
        elif noc is None and text and all(row[number].empty for number, _ in self.counted):
            self.remarks.use(row)
            shown = " ".join(cell.shown for cell in row if not cell.empty)[:100]
            self.remarks.add("ignored", self.place, f"a row without numbers: {shown!r}")
        elif noc is None and self.part.totals and text:
            self.remarks.use(row)
            shown = " | ".join(cell.shown for cell in row)[:150]
            words = f"a row below the totals that names no NOC is not read: {shown}"
            self.remarks.add("unclear", self.place, words, cells=row)
        elif not any(not cell.empty for cell in row):
            self.remarks.use(row)
        else:
            self._places(row, names, values)

    def _leading(self, row: Sequence[Cell]) -> str:
        """The text in front of the numbers, where the column for the NOC has nothing."""
        first = min((number for number, _ in self.counted), default=0)
        return " ".join(cell.text for cell in row[:first] if cell.text and not cell.text.isdecimal())

    def _cells(self, row: Sequence[Cell]) -> dict[str, Cell]:
        """The cells of a row that are of columns of places or athletes, by role."""
        return {role: row[at] if at < len(row) else Cell() for at, role in self.counted}

    def _values(self, row: Sequence[Cell]) -> dict[str, ReadPlaces]:
        return {role: read_places(cell, relay=role in self.relays) for role, cell in self._cells(row).items()}

    def _is_sum(self, values: Mapping[str, ReadPlaces], start: int) -> bool:
        return is_sum(self.part, self.counted, values, start, self.regions.rest)

    def _totals(self, row: Sequence[Cell], text: str, nocs: int | None) -> None:
        read_totals(self.part, self.layout, self.counted, row, text, nocs, self.remarks)

    def _total_by_name(self, row: Sequence[Cell], text: str, nocs: int | None, *, is_inside: bool) -> None:
        """Read a row whose name says that it is a total: of all, or of the rows right above it."""
        values = self._values(row)
        of_all, of_group = self._is_sum(values, 0), self._is_sum(values, self.group_start)
        if self.part.cells and (is_inside or self.group_start) and of_group and (is_inside or not of_all):
            self._subtotal(row, text)
        elif self.part.cells and is_inside:
            self.remarks.use(row)
            shown = " | ".join(cell.shown for cell in row if not cell.empty)[:120]
            words = (
                f"a total in the middle of the table that has not the sums of the rows above it is not read: {shown}"
            )
            self.remarks.add("unclear", self.place, words, 3, row)
        else:
            self._totals(row, text, nocs)

    def _subtotal(self, row: Sequence[Cell], text: str) -> None:
        self.remarks.use(row)
        read_subtotal(self.part, self.layout, self.counted, row, text, self.group_start, self.remarks)
        self.group_start = len(self.part.cells)

    def _places(self, row: Sequence[Cell], names: Sequence[Cell], values: Mapping[str, ReadPlaces]) -> None:
        self.number += 1
        where = f"row {self.number} of the quota table"
        noc = self._noc(names, where) or unnamed_row(len(self.part.cells) + 1)
        if noc in self.part.cells:
            self._fault(f"{where}: {noc} has a row above already", names)
            return
        self.remarks.use(row)
        for at in range(len(self.layout.columns), len(row)):
            if not row[at].empty:
                words = f"{where} ({noc}): {row[at].shown!r} is right of the last column of the header"
                self._fault(words, [row[at]])
        if self._is_packed(row, values):
            self._left_out(row, noc, where)
            return
        for at, role in self.counted:
            self._remark(values[role], row[at], at, role, noc, f"{where} ({noc}), {role}")
            if at and row[at] is row[at - 1] and row[at].text:
                words = f"one cell with {row[at].text[:20]!r} spans several columns; it counts for each of them"
                self.remarks.add("guessed", f"{where} ({noc}), {role}", words, 3, [row[at]])
        self.filled.update(role for at, role in self.counted if not row[at].empty)
        self.part.add(noc, values)
        self._notice(row, noc, values)

    def _noc(self, names: Sequence[Cell], where: str) -> str | None:
        found = [noc_in(cell, where, self.remarks) for cell in names if not cell.empty or len(names) == 1]
        for named in found:
            if named.struck:
                words = f"the name of {named.noc or 'an NOC that is not known'} is struck out, and its row counts"
                self.remarks.add("unclear", where, words, 4, names)
            if named.qualifier is not None:
                words = f"({named.qualifier}) behind {named.noc or 'the name'} is not read"
                self.remarks.add("unclear", where, words, 2, names)
        codes = [named.noc for named in found]
        known = dict.fromkeys(code for code in codes if code is not None)
        if len(known) > 1:
            words = f"its columns name {' and '.join(known)}; the first counts"
            self.remarks.add("difference", where, words, cells=names)
        return next(iter(known), None)

    def _remark(self, value: ReadPlaces, cell: Cell, at: int, role: str, noc: str, where: str) -> None:
        if value.sure == "refused":
            why = f"; the column is headed {self.layout.titles[at]!r}" if at < len(self.layout.titles) else ""
            self._fault(f"{where}: {value.why}{why if role not in self.layout.titles[at] else ''}", [cell])
            self.is_illegible = True
            return
        if value.sure == "unknown":
            self.open.append((noc, role, cell))
        if value.sure == "guess":
            words = f"{cell.shown!r} is read as {value.number}: {value.why}"
            self.guesses.setdefault(words, []).append((where, cell))
        beside = [name for name in cell.names if cell.text and name not in cell.text]
        if beside:
            self.pictures.append(f"{noc} {role} {cell.text[:20]!r} {beside[0][:40]!r}")
        if value.mark and value.number is not None:
            self.marked.setdefault(role, []).append(cell)
            self.marks.setdefault(role, {}).setdefault(value.mark, cell.text)
        if cell.struck is not None and cell.struck.strip():
            self.remarks.add("guessed", where, f"{cell.struck[:20]!r} is struck out; {value.number} counts", 2, [cell])
        cap = self.rules.event(role).noc_cap if role in self.layout.events else None
        if cap is not None and value.number is not None and value.number > cap:
            words = f"{value.number} is more than the {cap} that an NOC may have there; is a footnote mark part of it?"
            self.remarks.add("guessed", where, words, 4, [cell])

    def _is_packed(self, row: Sequence[Cell], values: Mapping[str, ReadPlaces]) -> bool:
        """Whether a row has start places but no athletes, though the table has a column for them."""
        at = [number for number, role in self.counted if role == ATHLETES]
        if not at or not row[at[0]].empty:
            return False
        column = [r[at[0]] for r in self.grid.rows[self.layout.first_row :] if at[0] < len(r)]
        return any(value.number for value in values.values()) and any(not cell.empty for cell in column)

    def _left_out(self, row: Sequence[Cell], noc: str, where: str) -> None:
        shown = " | ".join(cell.shown for cell in row if not cell.empty)[:100]
        if self.form != "text":
            words = f"{where} ({noc}): it has start places and no athletes ({shown}); write how many it has, or 0"
            self._fault(words, row)
            return
        words = f"its empty cells were dropped, so nobody can tell which columns its numbers are of: {shown}; left out"
        self.remarks.add("unclear", f"{where} ({noc})", words, 5, row)
        self.part.left_out += 1

    def _notice(self, row: Sequence[Cell], noc: str, values: Mapping[str, ReadPlaces]) -> None:
        """Note colours without a text, and the content of columns that are not read."""
        shades = [cell.shade for cell in row]
        usual = max(set(shades), key=lambda shade: (shades.count(shade), shade == ""))
        for at, role in self.counted:
            cell = row[at]
            if cell.shade and cell.shade != usual and cell.empty and not values[role].number:
                self.shades.setdefault(cell.shade, []).append((f"{noc} {role}", cell))
        for at, role in enumerate(self.layout.columns):
            if role == SUM:
                self._compare_sum(row[at], at, noc)
            if role == NUMBER and at < len(row) and not RANKED.fullmatch(without_notes(row[at].text)[0]):
                self.beside.setdefault(at, []).append((f"{noc} {row[at].shown!r}", row[at]))
            if role == OTHER and at < len(row) and row[at].text not in ("", *DASHES):
                self.beside.setdefault(at, []).append((f"{noc} {row[at].shown!r}", row[at]))

    def _compare_sum(self, cell: Cell, at: int, noc: str) -> None:
        """Compare a further column of sums with those of the row: of its start places, or its athletes."""
        own = self.part.cells[noc]
        genders = words_of(self.layout.titles[at]) & {"men", "women", "mixed"}
        of_events = [e for e in self.layout.events if not genders or self.rules.event(e).gender in genders]
        single = [e for e in of_events if e not in self.relays]
        fitting = {sum(own[e] for e in of_events), sum(own[e] for e in single)}
        athletes = [one for one in (ATHLETES, *GENDERS) if one in own and one not in self.layout.events]
        fitting |= {own[role] for role in athletes if not genders or role in genders}
        number = read_places(cell).number
        if number not in fitting:
            self.sums.setdefault(at, []).append((f"{noc} {cell.shown!r}", cell))

    def _fault(self, words: str, cells: Iterable[Cell] = ()) -> None:
        self.faults.append(self.remarks.refuse(words, cells))

    # At the end ----------------------------------------

    def finish(self) -> None:
        """Raise InputError for cells that are not understood, and say what was seen besides."""
        sums = sums_of(self.part, self.counted, 0)
        self.regions.finish(self.part.cells, self.part.totals, sums, self.remarks)
        self._say_unknown()
        for role, marks in self.marks.items():
            why = conflict(marks)
            if why:
                self._fault(f"column {role}: {why}", self.marked[role])
        self._empty_columns()
        guessed_cells(self.guesses, self.remarks)
        for guess in self.layout.guesses:
            self.remarks.add("guessed", self.place, guess, 3)
        if self.faults:
            more = len(self.faults) - MOST_NAMED
            named = "; ".join(self.faults[:MOST_NAMED])
            right = f"; {RIGHT}" if self.is_illegible else ""
            raise InputError(f"{named}; and {more} more{right}" if more > 0 else f"{named}{right}")
        if self.part.left_out:
            number = self.part.left_out
            words = (
                f"{counted(number, 'row')} {'is' if number == 1 else 'are'} left out; save the page as HTML, or fill "
            )
            words += f"{'its' if number == 1 else 'their'} cells in, and import it again"
            self.remarks.add("unclear", self.place, words, 6)
        for shade, shaded in self.shades.items():
            words = f"{len(shaded)} empty cells have the colour {shade}, which is seen and not understood: "
            words += f"{', '.join(where for where, _ in shaded[:20])}; they count as no place. Write what it means"
            self.remarks.add("unclear", self.place, words, 5, [cell for _, cell in shaded])
        for at in self.layout.at(SUM):
            title = self.layout.titles[at]
            words = f"the column {title!r} is not kept: its numbers are sums of start places or athletes of their rows"
            wrong = self.sums.get(at, [])
            if wrong:
                shown = listed([where for where, _ in wrong])
                words = f"the column {title!r} is not kept, and is neither sums nor athletes in {shown}"
            self.remarks.add("unclear" if wrong else "read", self.place, words, cells=[cell for _, cell in wrong])
        for at, found in self.beside.items():
            texts = [where for where, _ in found]
            title = self.layout.titles[at] or f"number {at + 1}"
            words = f"the column {title!r} is not read: {listed(texts)}; name it with --columns if it counts"
            is_number = any(text.rpartition(" ")[2].strip("'").isdecimal() for text in texts)
            cells = [cell for _, cell in found] if is_number else []
            self.remarks.add("unclear" if is_number else "ignored", self.place, words, cells=cells)
        shared_cells(self.grid, self.layout, self.counted, self.place, self.remarks)

    def _say_unknown(self) -> None:
        """List the cells that say that they are not known, and what pictures and links beside numbers say."""
        if self.pictures:
            words = "what pictures and links beside numbers say is not read"
            self.remarks.add("ignored", self.place, f"{words}: {listed(self.pictures)}")
        shown = [f"{row_name(noc)} {role} {cell.shown!r}" for noc, role, cell in self.open]
        if shown:
            words = f"not known, and written ? in the table, which is then known in part: {listed(shown)}"
            self.remarks.add("missing", self.place, words, 1, [cell for _, _, cell in self.open])

    def _empty_columns(self) -> None:
        """Say which columns have nothing in any row; one of athletes is then as good as absent."""
        for at, role in self.counted:
            if role in self.filled or not self.part.cells:
                continue
            title = self.layout.titles[at] or f"number {at + 1}"
            if role in self.layout.events:
                self.remarks.add("guessed", self.place, f"the column {title!r} is empty; nobody has a place there", 2)
                continue
            self.remarks.add("missing", self.place, f"the column {title!r} is empty, as if there were none")
            columns = tuple(IGNORE if own == role else own for own in self.part.layout.columns)
            self.part.layout = replace(self.part.layout, columns=columns)
            for row in self.part.cells.values():
                row.pop(role, None)
