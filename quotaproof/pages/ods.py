"""An OpenDocument spreadsheet as a page: one section per sheet, values only, read from its `content.xml`."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import replace
from typing import Any

from quotaproof.extras import library
from quotaproof.model.errors import InputError

from .archive import check_archive
from .excel import MOST_COLUMNS, MOST_ROWS, begun, merge, note_hidden, shorten, shown_first
from .page import Budget, Cell, Grid, Headings, Page, tidy
from .sheet import PADDED, tables
from .styles import WHITE, Unseen, colour

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
NO_SIZE = re.compile(r"[01]?(?:\.0*)?(?:pt|px|%)")


def page_of_spreadsheet(data: bytes) -> Page:
    """Return the page of an `.ods` file.

    Raises
    ------
    InputError
        If lxml is not installed, the file is no spreadsheet, or it would unpack to more than is read.
    """
    check_archive(data, "OpenDocument spreadsheet")
    etree = library("lxml.etree", "import")
    headings, budget = Headings(), Budget()
    grids: list[Grid] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
            root = etree.fromstring(archive.read("content.xml"), parser)
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, ValueError, etree.XMLSyntaxError) as error:
        raise InputError("the spreadsheet is damaged or no OpenDocument spreadsheet") from error
    styles = _Styles(root)
    sheets = list(root.iter(f"{TABLE}table"))
    hidden = [sheet.get(f"{TABLE}style-name") in styles.unseen for sheet in sheets]
    for number, place in enumerate(shown_first(hidden)):
        sheet = sheets[place]
        name = sheet.get(f"{TABLE}name", f"Sheet {place + 1}")
        if begun(number, name, hidden[place], headings, budget):
            reader = _Sheet(styles, budget, name)
            records = reader.read(sheet)
            reader.pale.say(budget)
            budget.note_hidden_texts(reader.keys, f"sheet {name!r}")
            grids += tables(records, headings, budget)
    return Page("", tuple(grids), "ods", tuple(budget.asides))


class _Styles:
    """Names of the styles that strike out, embolden, raise, colour or hide a text, or give a cell a colour."""

    def __init__(self, root: Any) -> None:
        self.struck: set[Any] = set()
        self.bold: set[Any] = set()
        self.raised: set[Any] = set()
        self.unseen: set[Any] = set()
        self.shades: dict[Any, str] = {}
        self.inks: dict[Any, str] = {}
        self.hidden: set[Any] = set()
        for style in root.iter(f"{STYLE}style"):
            name = style.get(f"{STYLE}name")
            for text in style.iter(f"{STYLE}text-properties"):
                if text.get(f"{STYLE}text-line-through-style", "none") != "none":
                    self.struck.add(name)
                if text.get(f"{FO}font-weight") == "bold":
                    self.bold.add(name)
                if text.get(f"{FO}color"):
                    self.inks[name] = colour(text.get(f"{FO}color"))
                if text.get(f"{TEXT}display") == "none" or NO_SIZE.fullmatch(text.get(f"{FO}font-size", "")):
                    self.hidden.add(name)
                if not text.get(f"{STYLE}text-position", "0%").startswith("0%"):
                    self.raised.add(name)
            for table in style.iter(f"{STYLE}table-properties"):
                if table.get(f"{TABLE}display") == "false":
                    self.unseen.add(name)
            for cell in style.iter(f"{STYLE}table-cell-properties"):
                shade = cell.get(f"{FO}background-color", "transparent")
                if shade != "transparent":
                    self.shades[name] = shade.lower()


class _Sheet:
    """Reads one sheet."""

    def __init__(self, styles: _Styles, budget: Budget, name: str) -> None:
        self.styles, self.budget, self.name = styles, budget, name
        self.pale = Unseen(f"sheet {name!r}")
        self.keys: list[str] = []
        """Texts that are hidden beside others in a cell."""

    def read(self, sheet: Any) -> list[list[Cell]]:
        records: list[list[Cell]] = []
        ranges: list[tuple[int, int, int, int]] = []
        hidden: list[int] = []
        usual = _usual_styles(sheet)
        for row in sheet.iter(f"{TABLE}table-row"):
            record: list[Cell] = []
            for element in row:
                if element.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
                    continue
                place = f"row {len(records) + 1}, column {len(record) + 1}"
                down, right = (_number(element, f"number-{way}-spanned") for way in ("rows", "columns"))
                if down > 1 or right > 1:
                    ranges.append((len(records), len(records) + down - 1, len(record), len(record) + right - 1))
                own = element.get(f"{TABLE}style-name") or row.get(f"{TABLE}default-cell-style-name")
                times = _number(element, "number-columns-repeated")
                first = len(record)
                styles = [own] if own else (*usual[first : first + times], None)
                made = {style: self.cell(element, style, place) for style in dict.fromkeys(styles[:times])}
                if len(record) + times > MOST_COLUMNS and not all(cell.empty for cell in made.values()):
                    self.budget.note("ignored", f"sheet {self.name!r}", f"cells beyond column {MOST_COLUMNS}")
                # A value that is repeated is one in each of these cells, and not one that spans them.
                for at in range(min(times, MOST_COLUMNS - first)):
                    record.append(replace(made[styles[min(at, len(styles) - 1)]]))
            shorten(record)
            times = _number(row, "number-rows-repeated")
            if record and row.get(f"{TABLE}visibility", "visible") != "visible":
                hidden.append(len(records) + 1)
            if not record:
                times = min(times, 2)  # the empty rows below the last one are repeated up to the end of the sheet
            if len(records) + times > MOST_ROWS:
                self.budget.note("ignored", f"sheet {self.name!r}", f"rows below row {MOST_ROWS:,} are not read")
            for _ in range(min(times, MOST_ROWS - len(records))):
                self.budget.spend(len(record) + 1)
                records.append([*record, PADDED])
        merge(records, ranges, self.budget)
        self._say_hidden(sheet, hidden, records)
        return records

    def _say_hidden(self, sheet: Any, rows: list[int], records: list[list[Cell]]) -> None:
        """Say which rows and columns with something in them are hidden."""
        columns: list[int] = []
        at = 0
        for column in sheet.iter(f"{TABLE}table-column"):
            times = min(_number(column, "number-columns-repeated"), MOST_COLUMNS)
            if column.get(f"{TABLE}visibility", "visible") != "visible":
                columns += [n + 1 for n in range(at, at + times) if any(n < len(r) and not r[n].empty for r in records)]
            at = min(at + times, MOST_COLUMNS)
        note_hidden(f"sheet {self.name!r}", rows, columns, self.budget)

    def cell(self, element: Any, style: str | None, place: str) -> Cell:
        """Return a cell; `style` is the name of its own, or of that of its row or column."""
        shade = self.styles.shades.get(style, "")
        behind = colour(shade) if shade else WHITE
        kind = element.get(f"{OFFICE}value-type")
        hides: tuple[str, ...] = ()
        notes: list[str] = []
        keys = len(self.keys)
        lines = []
        for line in element.iterchildren(f"{TEXT}p"):
            parts: list[str] = []
            self.write(line, parts, notes, behind, place)
            lines.append("".join(parts))
        text = tidy("\n".join(lines))
        if kind == "float":
            value = element.get(f"{OFFICE}value", "")
            if lines and not text and value not in ("", "0"):
                hides = (f"the number {value} that its format hides",)
            # The value of a whole number may have the digits of a footnote or a hidden text in it.
            if not text or not _is_whole(value) or (_same(text, value) and not notes and len(self.keys) == keys):
                text = value.removesuffix(".0") or text
        elif kind == "boolean":
            text = "X" if element.get(f"{OFFICE}boolean-value") == "true" else "no"
        elif kind == "percentage" and "%" not in text:
            text = f"{text}%"
        for comment in element.iterchildren(f"{OFFICE}annotation"):
            said = tidy("\n".join("".join(line.itertext()) for line in comment.iter(f"{TEXT}p")))[:300]
            words = f"a comment at {text[:40]!r} is not read: {said!r}"
            self.budget.note("unclear", f"sheet {self.name!r}, {place}", words)
        unclear = hides
        if hides:
            text = ""
        if next(element.iter(f"{DRAW}image"), None) is not None:
            unclear = ("a picture",)
        if kind is None and not text and element.get(f"{TABLE}formula"):
            unclear = (f"the formula {element.get(f'{TABLE}formula')[:40]} without a saved value",)
        if text and (self.styles.inks.get(style) == behind or style in self.styles.hidden):
            self.pale.see(place, text)
        if not text and not element.get(f"{TABLE}style-name"):
            shade = ""  # that of a column is none of the cells below its last row
        bold = style in self.styles.bold and bool(text)
        if style in self.styles.struck and text:
            return Cell(struck=text, notes=tuple(notes), bold=bold, shade=shade)
        return Cell(text, bold=bold, notes=tuple(notes), unclear=unclear, shade=shade)

    def write(self, element: Any, parts: list[str], notes: list[str], behind: str, place: str) -> None:
        """Write the text of a paragraph; a footnote in it is a note."""
        parts.append(element.text or "")
        for child in element:
            if child.tag == f"{TEXT}s":
                parts.append(" " * min(_number(child, "c", TEXT), 100))
            elif child.tag == f"{TEXT}line-break":
                parts.append("\n")
            elif child.tag == f"{TEXT}note":
                notes.append("note")
            elif child.tag == f"{TEXT}span" and child.get(f"{TEXT}style-name") in self.styles.raised:
                notes.append(tidy("".join(child.itertext())))
            elif child.tag == f"{TEXT}span" and child.get(f"{TEXT}style-name") in self.styles.hidden:
                self.keys.append(tidy("".join(child.itertext()))[:60])
            elif child.tag != f"{OFFICE}annotation" and isinstance(child.tag, str):
                ink = self.styles.inks.get(child.get(f"{TEXT}style-name"), "") if child.tag == f"{TEXT}span" else ""
                if ink and ink == behind:
                    self.pale.see(place, "".join(child.itertext()))
                self.write(child, parts, notes, behind, place)
            parts.append(child.tail or "")


def _is_whole(value: str) -> bool:
    """Whether a value is a number without a fraction, which a format would round away."""
    return re.fullmatch(r"-?\d{1,9}(?:\.0{1,9})?", value) is not None


def _same(text: str, value: str) -> bool:
    """Whether a text is a value as it is stored, but for decimals."""
    return re.sub(r"[.,]0{1,9}$", "", text) == value.partition(".")[0]


def _usual_styles(sheet: Any) -> list[str | None]:
    """The names of the styles that cells of each column have if they name none."""
    found: list[str | None] = []
    for column in sheet.iter(f"{TABLE}table-column"):
        times = min(_number(column, "number-columns-repeated"), MOST_COLUMNS - len(found))
        found += [column.get(f"{TABLE}default-cell-style-name")] * times
    return found


def _number(element: Any, name: str, space: str = TABLE) -> int:
    text = element.get(f"{space}{name}", "1")
    return min(max(int(text), 1), 10**7) if text.isdecimal() and len(text) < 9 else 1
