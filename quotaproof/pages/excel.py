"""An Excel workbook as a page: one section per sheet, values only; no formula is computed and no link followed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from quotaproof.extras import library
from quotaproof.model.errors import InputError

from .archive import check_archive, names_in
from .frame import shown as shown_value
from .number_format import shown_by
from .page import Budget, Cell, Grid, Headings, Page, tidy
from .sheet import PADDED, tables
from .styles import WHITE, Unseen, is_small_mark

MOST_SHEETS = 50
MOST_ROWS, MOST_COLUMNS = 5_000, 100
MOST_MERGED = 5_000
RAISED = ("superscript", "subscript")
"""Fonts of footnote marks."""


def page_of_workbook(data: bytes) -> Page:
    """Return the page of an `.xlsx` file.

    A cell with a formula has the value that was last computed for it; where none was saved, that is said of it. The
    value of merged cells counts for each of them.

    Raises
    ------
    InputError
        If openpyxl is not installed, the file is no workbook, or it would unpack to more than is read.
    """
    check_archive(data)
    openpyxl = library("openpyxl", "import")
    headings, budget = Headings(), Budget()
    grids: list[Grid] = []
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False, rich_text=True)
        formulas = None
        if has_formulas(data):  # a value and its formula are two ways to load a workbook
            formulas = openpyxl.load_workbook(io.BytesIO(data), data_only=False, keep_links=False)
        hidden = [sheet.sheet_state != "visible" for sheet in book.worksheets]
        for number, place in enumerate(shown_first(hidden)):
            sheet = book.worksheets[place]
            name = str(sheet.title)
            if not begun(number, name, hidden[place], headings, budget):
                continue
            _aside(sheet, budget)
            pale = Unseen(f"sheet {name!r}")
            own = formulas.worksheets[place] if formulas is not None else None
            records = list(_records(sheet, own, budget, pale))
            pale.say(budget)
            merge(records, [_range(one) for one in list(sheet.merged_cells.ranges)[:MOST_MERGED]], budget)
            grids += tables(records, headings, budget)
        if _has_part(data, ("xl/drawings/drawing", "xl/ctrlProps/"), (b"<xdr:txBody", b"objectType=")):
            budget.note("unclear", "drawings", "the workbook has texts in boxes, or boxes to tick, which are not read")
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"the workbook is damaged or no Excel workbook ({type(error).__name__})") from error
    pictures = sum(name.startswith(("xl/media/", "xl/charts/chart")) for name in names_in(data))
    if pictures:
        budget.note("unclear", "pictures", f"the workbook has {pictures} of them or of charts, which are not read")
    return Page("", tuple(grids), "xlsx", tuple(budget.asides))


def shown_first(hidden: Sequence[bool]) -> list[int]:
    """Return the places of sheets in the order in which they are read: one that is hidden never goes before others."""
    return sorted(range(len(hidden)), key=lambda place: hidden[place])


def begun(number: int, name: str, hidden: bool, headings: Headings, budget: Budget) -> bool:
    """Begin a sheet, and say that it is hidden; return whether it is one of those that are read."""
    if number >= MOST_SHEETS:
        budget.note("ignored", f"sheet {name!r}", f"at most {MOST_SHEETS} sheets are read")
        return False
    if hidden:
        budget.note("guessed", f"sheet {name!r}", "it is hidden, and read as if it were not")
    headings.add(2, name)
    return True


def note_hidden(place: str, rows: Sequence[object], columns: Sequence[object], budget: Budget) -> None:
    """Say which rows and columns with something in them are hidden."""
    for kind, names in (("rows", rows), ("columns", columns)):
        if names:
            shown = ", ".join(map(str, names[:40]))
            budget.note("guessed", place, f"hidden {kind} are read as if they were not: {shown}")


def shorten(record: list[Cell]) -> None:
    """Take the empty cells at the end of a row away, unless they have a colour."""
    while record and record[-1].empty and not record[-1].shade:
        record.pop()


def _aside(sheet: Any, budget: Budget) -> None:
    """Say which rows and columns with something in them are hidden, what comments say, and what numbers hide."""
    place = f"sheet {sheet.title!r}"
    cells = [cell for cell in sheet._cells.values() if cell.value is not None]
    rows = sorted({cell.row for cell in cells if _is_hidden(sheet.row_dimensions[cell.row], "height")})
    hidden = {
        number
        for dimension in sheet.column_dimensions.values()
        if _is_hidden(dimension, "width")
        for number in range(dimension.min or 0, (dimension.max or 0) + 1)
    }
    columns = sorted({cell.column_letter for cell in cells if cell.column in hidden})
    note_hidden(place, rows, columns, budget)
    for cell in sheet._cells.values():
        if cell.comment is not None:
            words = f"a comment at {shown_value(cell.value)[:40]!r} is not read: {tidy(str(cell.comment.text))[:300]!r}"
            own = cell.comment.author == "quotaproof"  # a note of a report, which the next one writes again
            budget.note("ignored" if own else "unclear", f"{place}, {cell.coordinate}", words)


def _is_hidden(dimension: Any, size: str) -> bool:
    """Whether a row or column is hidden, or has no size."""
    return bool(dimension.hidden) or getattr(dimension, size) == 0


def _disguised(cell: Any) -> tuple[str, str]:
    """Return a number's text as its format shows it, if that is another, and what is unclear of it."""
    form, value = str(cell.number_format or ""), cell.value
    if isinstance(value, bool) or not isinstance(value, int | float) or not form or value < 0:
        return "", ""
    text = shown_by(value, form)
    if text is not None and value > 1 and not any(map(str.isdecimal, text)):  # a sign, which counts as one place
        return "", f"the number {value} that its format {form!r} hides"
    if text is not None:
        return text, "" if text or not value else f"the number {value} that its format {form!r} hides"
    if "%" in form:
        return f"{value * 100:g}%", ""
    return "", f"the number {value} shown in the format {form[:40]!r}"


def _records(sheet: Any, formulas: Any, budget: Budget, pale: Unseen) -> Iterator[list[Cell]]:
    """The rows of a sheet; a cell far outside is named and no reason to go there."""
    rows, columns = min(sheet.max_row or 0, MOST_ROWS), min(sheet.max_column or 0, MOST_COLUMNS)
    far = [cell for cell in sheet._cells.values() if cell.row > rows or cell.column > columns]
    shown = ", ".join(f"{cell.coordinate}: {shown_value(cell.value)[:30]!r}" for cell in far if cell.value is not None)
    if shown:
        words = f"cells below row {MOST_ROWS:,} or right of column {MOST_COLUMNS} are not read: {shown[:200]}"
        budget.note("ignored", f"sheet {sheet.title!r}", words)
    for row in range(1, rows + 1):
        own = [sheet._cells.get((row, column)) for column in range(1, columns + 1)]
        record = [Cell() if cell is None else _cell(cell, formulas) for cell in own]
        shorten(record)
        for cell in own:
            if cell is not None and cell.value is not None and _is_pale(cell):
                pale.see(cell.coordinate, shown_value(cell.value))
        budget.spend(len(record) + 1)
        yield [*record, PADDED]


def has_formulas(data: bytes) -> bool:
    """Return whether a sheet of a workbook has a formula."""
    return _has_part(data, ("xl/worksheets/",), (b"<f",))


def _has_part(data: bytes, folders: tuple[str, ...], marks: tuple[bytes, ...]) -> bool:
    """Whether a part of a workbook whose name begins in some way has one of some marks."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.startswith(folders)]
        return any(mark in archive.read(name) for name in names for mark in marks)


def _is_pale(cell: Any) -> bool:
    """Whether a cell or a part of it has the colour of its fill, or is of no size."""
    own = getattr(cell, "font", None)
    parts = cell.value if isinstance(cell.value, list) else ()
    fonts = [own, *(part.font for part in parts if getattr(part, "font", None) is not None)]
    fill = getattr(cell, "fill", None)
    behind = WHITE
    if fill is not None and fill.fill_type is not None:
        behind = _colour(fill.fgColor) if fill.fill_type == "solid" else ""
    inks = {_colour(font.color) for font in fonts if font is not None}
    sizes = (getattr(font, "sz", None) for font in fonts if font is not None)
    return (behind != "" and behind in inks) or any(size is not None and size <= 1 for size in sizes)


def _colour(colour: Any) -> str:
    """A colour of a workbook as six digits, or by its number in the theme; empty if none is said."""
    if colour is None:
        return ""
    if colour.type == "rgb" and isinstance(colour.rgb, str):
        return colour.rgb[-6:].lower()
    if colour.type == "indexed":
        known = library("openpyxl.styles.colors", "import").COLOR_INDEX
        return str(known[colour.indexed])[-6:].lower() if 0 <= colour.indexed < len(known) else ""
    if colour.type == "theme":  # the first two are what is behind a text and the text itself, white and black
        first = {0: WHITE, 1: "000000"}
        return first.get(colour.theme, "") if not colour.tint else f"{colour.theme} {colour.tint:.3f}"
    return ""


def _cell(cell: Any, formulas: Any) -> Cell:
    fill = getattr(cell, "fill", None)
    shade = ""
    if fill is not None and fill.fill_type == "solid" and isinstance(fill.fgColor.rgb, str):
        shade = fill.fgColor.rgb.lower()
    value = cell.value
    if value is None:
        written = formulas._cells.get((cell.row, cell.column)) if formulas is not None else None
        if written is not None and written.data_type == "f":
            text = getattr(written.value, "text", written.value)
            return Cell(
                shade=shade, unclear=(f"the formula {str(text)[:40]} in {cell.coordinate} without a saved value",)
            )
        return Cell(shade=shade) if shade else Cell()
    font = getattr(cell, "font", None)
    if isinstance(value, list):
        return _rich(value, font, shade)
    percent, unclear = _disguised(cell)
    text, bold = percent or shown_value(value), bool(font is not None and font.bold)
    if unclear:
        return Cell(unclear=(unclear,), shade=shade)
    if font is not None and font.strike:
        return Cell(struck=text, bold=bold, shade=shade)
    if font is not None and font.vertAlign in RAISED:
        return Cell(notes=(text,), shade=shade)
    return Cell(text, bold=bold, shade=shade)


def _rich(parts: Sequence[Any], font: Any, shade: str) -> Cell:
    """A cell whose parts have fonts of their own: what is struck or in superscript is no part of its text."""
    kept, struck, notes, bold = "", "", [], bool(font is not None and font.bold)
    crossed = bool(font is not None and font.strike)
    seen = crossed
    sizes = [own.sz for part in parts if (own := getattr(part, "font", None)) is not None and getattr(own, "sz", None)]
    for part in parts:
        own = getattr(part, "font", None)
        text = str(getattr(part, "text", part))
        bold = bold or bool(own is not None and own.b)
        is_small = own is not None and bool(getattr(own, "sz", None)) and own.sz < 0.85 * max(sizes)
        if own is not None and (own.vertAlign in RAISED or (is_small and is_small_mark(kept, text))):
            notes.append(tidy(text))
        elif crossed or (own is not None and own.strike):
            seen = True
            struck += text
        else:
            kept += text
    return Cell(
        tidy(kept[:5000]),
        struck=tidy(struck[:5000]) if seen else None,
        bold=bold,
        shade=shade,
        notes=tuple(note for note in notes if note),
    )


def _range(merged: Any) -> tuple[int, int, int, int]:
    """A merged range as (first row, last row, first column, last column), from 0."""
    return merged.min_row - 1, merged.max_row - 1, merged.min_col - 1, merged.max_col - 1


def merge(records: list[list[Cell]], ranges: Sequence[tuple[int, int, int, int]], budget: Budget) -> None:
    """Put the value of each merged range into all its cells that are within the rows that have any."""
    for top, bottom, left, right in ranges:
        if top >= len(records) or left >= len(records[top]):
            continue
        cell = records[top][left]
        if cell.empty and not cell.notes:
            continue
        for record in records[top : bottom + 1]:
            last = min(right, MOST_COLUMNS - 1)
            budget.spend(last - left + 1)
            padded = bool(record) and record[-1] is PADDED
            if padded:
                record.pop()
            record.extend(Cell() for _ in range(last + 1 - len(record)))
            record[left : last + 1] = [cell] * (last + 1 - left)
            if padded:
                record.append(PADDED)
