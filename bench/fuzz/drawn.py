"""Tables as people may have them, drawn with a text of its own in every cell; and as files of each format."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape

import openpyxl
from hypothesis import strategies as st

HEADERS = {
    "en": ["Nation", *(f"{g} {e}" for g in ("Men's", "Women's") for e in ("500 m", "1000 m", "1500 m", "relay"))],
    "de": ["Land", *(f"{g} {e}" for g in ("Herren", "Damen") for e in ("500 m", "1000 m", "1500 m", "Staffel"))],
    "fr": ["Pays", *(f"{e} {g}" for g in ("hommes", "femmes") for e in ("500 m", "1000 m", "1500 m", "relais"))],
    "letters": ["NOC", *(f"{e} {g}" for g in ("M", "W") for e in ("500", "1000", "1500", "Relay"))],
}
ATHLETES = {"en": "Athletes", "de": "Athleten", "fr": "Athlètes", "letters": "Total"}
NOCS = ["Canada", "ITA", "Korea", "France (FRA)", "Japan", "🇭🇺 Hungary", "GBR", "Kazakhstan", "POL", "China"]
SPACES = ["\u00a0", "\u200b", "\ufeff", "\u200f", "\t", " ", "\u3000"]
SIGNS = [
    "|",
    "||",
    "!",
    '"',
    "'''",
    "&",
    "<b>",
    "{{x}}",
    "[[a|b]]",
    "\\",
    ";",
    "=",
    "-",
    "~~",
    "`",
    "#",
    "''",
    "[1]",
    "*",
]


@dataclass
class Drawn:
    """A table; `texts` are what its cells have that may not be lost."""

    rows: list[list[str]]
    texts: list[str]
    spans: list[tuple[int, int, int, int]] = field(default_factory=list)


def in_cells(form: str, drawn: Drawn) -> list[str]:
    """Return what may not be lost: in a text, a line of one cell is none of a table but prose."""
    rows = [row for row in drawn.rows if form != "text" or sum(map(bool, row)) > 1]
    return [text for text in drawn.texts if any(text in cell for row in rows for cell in row)]


@st.composite
def tables(draw: st.DrawFn) -> Drawn:
    """Draw a quota table with changes that people make to one."""
    language = draw(st.sampled_from(sorted(HEADERS)))
    nocs = draw(st.lists(st.sampled_from(NOCS), min_size=2, max_size=7, unique=True))
    number = draw(st.integers(101, 200))
    numbers = iter(range(number, number + 199))
    body = [[noc, *(str(next(numbers)) for _ in range(8)), str(next(numbers))] for noc in nocs]
    rows = [[*HEADERS[language], ATHLETES[language]], *body]
    texts = [cell for row in body for cell in row[1:]]
    drawn = Drawn(rows, texts)
    words = (f"Q{first}{second}zx" for first in "abcdefghijk" for second in "abcdefghijk")
    for change in draw(st.lists(st.sampled_from(sorted(CHANGES)), max_size=4)):
        CHANGES[change](draw, drawn, next(words))
    # A later change may have taken away what an earlier one put in.
    drawn.texts = [text for text in drawn.texts if any(text in cell for row in drawn.rows for cell in row)]
    return drawn


def _place(draw: st.DrawFn, drawn: Drawn, first: int = 1) -> tuple[int, int]:
    row = draw(st.sampled_from([n for n, cells in enumerate(drawn.rows) if n >= first and cells]))
    return row, draw(st.integers(0, len(drawn.rows[row]) - 1))


def _replaced(drawn: Drawn, row: int, column: int, text: str) -> None:
    old = drawn.rows[row][column]
    if old in drawn.texts:
        drawn.texts.remove(old)
    drawn.rows[row][column] = text


def _word(draw: st.DrawFn, drawn: Drawn, word: str) -> None:
    row, column = _place(draw, drawn)
    _replaced(drawn, row, column, word)
    drawn.texts.append(word)


def _behind(draw: st.DrawFn, drawn: Drawn, word: str) -> None:
    row, column = _place(draw, drawn)
    between = draw(st.sampled_from([" ", "\n", ", ", " / ", *SPACES]))
    drawn.rows[row][column] += f"{between}{word}"
    drawn.texts.append(word)


def _sign(draw: st.DrawFn, drawn: Drawn, _: str) -> None:
    row, column = _place(draw, drawn)
    sign = draw(st.sampled_from(SIGNS))
    drawn.rows[row][column] = draw(st.sampled_from(["{1}{0}", "{0}{1}", "{0} {1}"])).format(
        drawn.rows[row][column], sign
    )


def _line(draw: st.DrawFn, drawn: Drawn, word: str) -> None:
    row, column = _place(draw, drawn)
    width = len(drawn.rows[0])
    drawn.rows.insert(row, [word if at == column else "" for at in range(width)])
    drawn.texts.append(word)


def _row(draw: st.DrawFn, drawn: Drawn, word: str) -> None:
    row, column = _place(draw, drawn)
    filled = draw(st.lists(st.sampled_from(["", "1", "x", "-"]), min_size=10, max_size=10))
    filled[min(column, 9)] = word
    drawn.rows.insert(row, filled)
    drawn.texts.append(word)


def _blank(draw: st.DrawFn, drawn: Drawn, _: str) -> None:
    row, _column = _place(draw, drawn)
    drawn.rows.insert(row, draw(st.sampled_from([[], [""], [""] * len(drawn.rows[0])])))


def _column(draw: st.DrawFn, drawn: Drawn, word: str) -> None:
    at = draw(st.integers(0, len(drawn.rows[0])))
    title = draw(st.sampled_from(["", "Notes", "Continent", "Rank", "Total", "Date", "2022", "500 m"]))
    row, _ = _place(draw, drawn)
    for number, line in enumerate(drawn.rows):
        line.insert(at, title if number == 0 else word if number == row else "")
    drawn.texts.append(word)


def _far(draw: st.DrawFn, drawn: Drawn, word: str) -> None:
    row, _ = _place(draw, drawn)
    drawn.rows[row] += [""] * draw(st.integers(0, 3)) + [word]
    drawn.texts.append(word)


def _short(draw: st.DrawFn, drawn: Drawn, _: str) -> None:
    row, column = _place(draw, drawn)
    for cell in drawn.rows[row][column + 1 :]:
        if cell in drawn.texts:
            drawn.texts.remove(cell)
    del drawn.rows[row][column + 1 :]


def _header(draw: st.DrawFn, drawn: Drawn, word: str) -> None:
    drawn.rows.insert(0, draw(st.sampled_from([[word], [word, *[""] * 9], [word, "Men", "", "", "", "Women"]])))
    drawn.texts.append(word)


def _again(draw: st.DrawFn, drawn: Drawn, _: str) -> None:
    row, _column = _place(draw, drawn)
    drawn.rows.insert(row, list(drawn.rows[0]))


def _swapped(draw: st.DrawFn, drawn: Drawn, _: str) -> None:
    width = min(map(len, drawn.rows))
    if width > 1:
        one, other = draw(st.integers(0, width - 1)), draw(st.integers(0, width - 1))
        for row in drawn.rows:
            row[one], row[other] = row[other], row[one]


def _totals(draw: st.DrawFn, drawn: Drawn, word: str) -> None:
    name = draw(st.sampled_from(["Total", "Total: 5 NOCs", "Summe", "", word]))
    off = draw(st.sampled_from([0, 0, 1]))
    sums: list[str] = []
    for column in range(1, len(drawn.rows[0])):
        own = [int(row[column]) for row in drawn.rows[1:] if column < len(row) and row[column].isdecimal()]
        sums.append(str(sum(own) + off))
    drawn.rows.append([name, *sums])
    drawn.texts += [word] if name == word else []


def _span(draw: st.DrawFn, drawn: Drawn, _: str) -> None:
    row, column = _place(draw, drawn)
    drawn.spans.append((row, column, draw(st.integers(1, 3)), draw(st.integers(1, 3))))


def _rest(draw: st.DrawFn, drawn: Drawn, _: str) -> None:
    """A row of no NOC, with numbers of its own."""
    row, _column = _place(draw, drawn)
    first = draw(st.integers(310, 380))
    numbers = [str(first + n) for n in range(9)]
    name = draw(st.sampled_from(["Others", "Unused quota", "TBD", "Nicht vergeben", "Europe", "Remaining places"]))
    drawn.rows.insert(row, [name, *numbers])
    drawn.texts += numbers


def _open(draw: st.DrawFn, drawn: Drawn, _: str) -> None:
    row, column = _place(draw, drawn)
    _replaced(drawn, row, column, draw(st.sampled_from(["?", "TBD", "noch offen", "tbc"])))


def _renamed(draw: st.DrawFn, drawn: Drawn, _: str) -> None:
    """A name in another form: in small letters, with its own again, numbered or with a footnote."""
    row, _column = _place(draw, drawn)
    form = draw(st.sampled_from(["{0} / {0}", "1st {0}", "{0}¹", "{0} (cont.)", "{1}"]))
    drawn.rows[row][0] = form.format(drawn.rows[row][0], drawn.rows[row][0].lower())


CHANGES: dict[str, Callable[[st.DrawFn, Drawn, str], None]] = {
    "word": _word, "behind": _behind, "sign": _sign, "line": _line, "row": _row, "blank": _blank, "column": _column,
    "far": _far, "short": _short, "header": _header, "again": _again, "swapped": _swapped, "totals": _totals,
    "span": _span, "rest": _rest, "open": _open, "renamed": _renamed,
}  # fmt: skip


# As files ----------------------------------------


def _one_line(cell: str) -> str:
    return " ".join(cell.splitlines())


def as_csv(drawn: Drawn) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(drawn.rows)
    return buffer.getvalue().encode()


def _spanned(drawn: Drawn) -> list[list[tuple[str, int, int] | None]]:
    """The rows with (cell, rows, columns), None where another spans; a span covers empty cells only."""
    grid: list[list[tuple[str, int, int] | None]] = [[(cell, 1, 1) for cell in row] for row in drawn.rows]
    for row, column, down, right in drawn.spans:
        inside = [(r, c) for r in range(row, row + down) for c in range(column, column + right)]
        free = all(
            r < len(grid)
            and c < len(grid[r])
            and grid[r][c] is not None
            and ((r, c) == (row, column) or not drawn.rows[r][c])
            for r, c in inside
        )
        if free and len(inside) > 1 and row < len(grid) and column < len(grid[row]):
            for r, c in inside:
                grid[r][c] = None
            grid[row][column] = (drawn.rows[row][column], down, right)
    return grid


def as_html(drawn: Drawn) -> bytes:
    lines = []
    for row in _spanned(drawn):
        cells = [
            f'<td rowspan="{one[1]}" colspan="{one[2]}">{escape(one[0]).replace(chr(10), "<br>")}</td>'
            for one in row
            if one is not None
        ]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return f"<html><body><h1>Quota</h1><table>{''.join(lines)}</table></body></html>".encode()


def as_wikitext(drawn: Drawn) -> bytes:
    lines = ["{|"]
    for row in drawn.rows:
        lines += ["|-", *(f"| <nowiki>{_one_line(cell)}</nowiki>" if cell else "|" for cell in row)]
    return "\n".join([*lines, "|}"]).encode()


def as_markdown(drawn: Drawn) -> bytes:
    rows = [[_one_line(cell).replace("\\", "\\\\").replace("|", "\\|") for cell in row] for row in drawn.rows]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|---" * max(len(rows[0]), 1) + "|", *lines[1:]]).encode()


def as_text(drawn: Drawn) -> bytes:
    return "\n".join("\t".join(_one_line(cell).replace("\t", " ") for cell in row) for row in drawn.rows).encode()


def as_xlsx(drawn: Drawn) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for number, row in enumerate(drawn.rows, 1):
        for column, text in enumerate(row, 1):
            if text:
                cell = sheet.cell(row=number, column=column)
                cell.value = int(text) if text.isdecimal() else text
                if not text.isdecimal():
                    cell.data_type = "s"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_ods(drawn: Drawn) -> bytes:
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in drawn.rows)
    space = "urn:oasis:names:tc:opendocument:xmlns"
    names = " ".join(f'xmlns:{one}="{space}:{one}:1.0"' for one in ("office", "table", "text", "style"))
    inside = f'<table:table table:name="Sheet">{lines}</table:table>'
    body = f"<office:body><office:spreadsheet>{inside}</office:spreadsheet></office:body>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f"<office:document-content {names}>{body}</office:document-content>")
    return buffer.getvalue()


def _ods_cell(text: str) -> str:
    parts: Sequence[str] = text.split("\n")
    return (
        f"<table:table-cell>{''.join(f'<text:p>{escape(part)}</text:p>' for part in parts if part)}</table:table-cell>"
    )


WRITERS: dict[str, Callable[[Drawn], bytes]] = {
    "html": as_html, "wikitext": as_wikitext, "csv": as_csv, "markdown": as_markdown, "text": as_text,
    "xlsx": as_xlsx, "ods": as_ods,
}  # fmt: skip
SUFFIXES = {
    "html": "html",
    "wikitext": "wiki",
    "csv": "csv",
    "markdown": "md",
    "text": "txt",
    "xlsx": "xlsx",
    "ods": "ods",
}
