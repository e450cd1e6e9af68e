"""Files as programs save them: encodings, separators, workbooks with merged cells and formulas, foreign kinds."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from test_anybodys_tables import EVENTS, HEADER, ROWS, TABLE, html, is_whole, read, table, told

from quotaproof.importing import import_scenario
from quotaproof.importing.run import import_contents
from quotaproof.model.errors import InputError
from quotaproof.pages import Cell, Page
from quotaproof.pages.dialects import unquoted, with_bars, without_alignment
from quotaproof.pages.html import page_of_html
from quotaproof.pages.number_format import shown_by
from quotaproof.pages.source import read_bytes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_csv_file_in_any_encoding_with_any_separator(encoding: str, separator: str) -> None:
    rows = [[f"{row[0]} – Ö", *row[1:]] if row[0] == "Austria" else row for row in ROWS]
    data = table([HEADER, *rows], separator).replace(" – Ö", "").encode(encoding)
    assert is_whole(read("t.csv", data))


def test_a_windows_code_page_is_a_guess_and_a_mark_of_excel_names_the_separator() -> None:
    imported = read("t.csv", table([["País", *HEADER[1:]], *ROWS], ";").encode("cp1252"))
    assert is_whole(imported)
    assert "encoding: taken for Windows-1252, since line 1 is not UTF-8" in told(imported, "guessed")
    assert is_whole(read("t.csv", "sep=;\n" + table([HEADER, *ROWS], ";")))
    comment = read("t.csv", "# by me, for you\n" + table([["#", *HEADER], *([str(n), *r] for n, r in enumerate(ROWS))]))
    assert is_whole(comment)
    assert "line 1: a comment: 'by me, for you'" in told(comment, "ignored")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("closing", ["", '"'])
def test_a_quotation_mark_that_takes_rows_in_is_refused_with_its_line(separator: str, closing: str) -> None:
    """Never closed, or closed rows later: the rows between would be one cell. One within a cell is a sign as others."""
    rows = [[*row] for row in ROWS]
    rows[1][0] = f'"{rows[1][0]}'
    rows[3][-1] += closing
    with pytest.raises(InputError, match="line 3: a quotation mark opens a cell here") as refused:
        read("t.csv", "\n".join(separator.join(row) for row in [HEADER, *rows]))
    assert len(str(refused.value)) < 200
    harmless = table([["a title\nof two lines"], [], HEADER, *ROWS], separator) + '\nas in 5" pictures\n'
    assert is_whole(read("t.csv", harmless))


def test_what_a_row_of_others_has_in_the_column_of_ranks_is_told() -> None:
    rows = [[str(number), *row] for number, row in enumerate(ROWS, 1)]
    imported = read("t.csv", table([["Rank", *HEADER], *rows, ["310", "Others", "4", *[""] * (len(HEADER) - 2)]]))
    assert is_whole(imported)
    assert "in the row 'Others': 1 cell, 310" in told(imported, "ignored")


@pytest.mark.parametrize("name", ["t", "t.txt", "t.md", "pasted-text"])
@pytest.mark.parametrize("layout", ["bars", "no first bar", "tabs", "blanks", "grid"])
def test_text_tables_of_any_layout(layout: str, name: str) -> None:
    rows = [[cell or "-" for cell in row] for row in [HEADER, *ROWS]]
    lines = {
        "bars": [f"| {' | '.join(row)} |" for row in rows],
        "no first bar": [" | ".join(row) for row in rows],
        "tabs": ["\t".join(row) for row in rows],
        "blanks": ["   ".join(cell.ljust(20) for cell in row) for row in rows],
        "grid": [f"| {' | '.join(row)} |\n+{'+'.join(['---'] * len(row))}+" for row in rows],
    }[layout]
    assert is_whole(read(name, "\n".join(lines) + "\n"))


def test_a_page_in_utf_16_and_one_that_does_not_say_its_encoding() -> None:
    assert is_whole(read("t.html", html([HEADER, *ROWS]).encode("utf-16")))
    page = page_of_html("<table><tr><td>Österreich<td>– é</table>".encode("cp1252"))
    assert [cell.text for cell in page.grids[0].rows[0]] == ["Österreich", "– é"]


# Workbooks ----------------------------------------


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def cells(data: bytes, name: str = "t.xlsx") -> list[list[Cell]]:
    return [list(row) for row in read_bytes(data, name).grids[0].rows]


def test_merged_headers_and_cells_of_a_workbook() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Quota places 2014"])
    sheet.append(["Nation", "Men", None, None, None, "Women", None, None, None, "Total"])
    sheet.append([None, 500, 1000, 1500, "Relay", 500, 1000, 1500, "Relay"])
    for area in ("A1:J1", "B2:E2", "F2:I2", "A2:A3", "J2:J3"):
        sheet.merge_cells(area)
    for row in ROWS:
        sheet.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    sheet["K4"], sheet["L40"] = None, None
    assert is_whole(read("t.xlsx", saved(book)))
    sheet["B4"] = 1
    sheet.merge_cells("B4:B5")
    assert "one cell with '1' spans several rows" in told(read("t.xlsx", saved(book)), "guessed")


def over_two_rows(below: int, *, number: int | None = None) -> bytes:
    """The table with the second nation's name merged over two rows, the women's numbers, or more, in the lower one."""
    book = openpyxl.Workbook()
    for row in [HEADER, *ROWS]:
        book.active.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    book.active.insert_rows(4)
    book.active.merge_cells("A3:A4")
    for column in range(below, len(HEADER) + 1):
        book.active.cell(4, column).value = book.active.cell(3, column).value
        book.active.cell(3, column).value = None
    if number is not None:
        book.active["B3"], book.active["B4"] = 3, number
    return saved(book)


@pytest.mark.parametrize("below", [99, 6, 3])
def test_a_nation_over_two_rows_of_a_workbook_is_one(below: int) -> None:
    assert is_whole(read("t.xlsx", over_two_rows(below)))


def test_a_nation_over_two_rows_that_say_two_things_is_refused() -> None:
    with pytest.raises(InputError, match=r"row 3 of the quota table: [A-Z]{3} has a row above already"):
        read("t.xlsx", over_two_rows(99, number=2))


def test_a_number_that_its_format_shows_as_a_sign_is_not_one_place() -> None:
    """Who reads the sheet sees a cross; in the cell is 3."""
    book = openpyxl.Workbook()
    for row in [HEADER, *ROWS]:
        book.active.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    book.active["B3"] = 3
    book.active["B3"].number_format = '"x"'
    with pytest.raises(InputError, match=r"the number 3 that its format '\"x\"' hides is seen and not understood"):
        read("t.xlsx", saved(book))


UNSEEN_SIGNS = "\u061c\u034f\u180e\u200b\u200d\u200f\u2066\u2069\u206a\u3164\ufe0f\ufeff\ufff9\U000e0020\u00ad"


@pytest.mark.parametrize("sign", UNSEEN_SIGNS)
def test_what_nobody_sees_changes_neither_names_nor_headers_nor_numbers(sign: str) -> None:
    book = openpyxl.Workbook()
    for row in [HEADER, *ROWS]:
        book.active.append([f"{sign}{cell[:1]}{sign}{cell[1:]}{sign}" if cell else None for cell in row])
    assert is_whole(read("t.xlsx", saved(book)))


def test_parts_of_a_cell_in_superscript_or_struck_are_no_part_of_its_number() -> None:
    book = openpyxl.Workbook()
    raised = TextBlock(InlineFont(vertAlign="superscript"), "1")
    struck = TextBlock(InlineFont(strike=True), "2")
    book.active.append(["a", CellRichText("3", raised), CellRichText(struck, " 3"), True, False])
    assert cells(saved(book))[0][1:] == [Cell("3", notes=("1",)), Cell("3", struck="2"), Cell("X"), Cell("no")]


def test_a_formula_without_a_saved_value_is_named() -> None:
    book = openpyxl.Workbook()
    for row in [HEADER, *ROWS]:
        book.active.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    book.active["B5"] = "=1+2"
    with pytest.raises(InputError, match=r"\(CAN\), men-500: the formula =1\+2 in B5 without a saved value is seen"):
        read("t.xlsx", saved(book))


def test_a_hidden_sheet_and_a_cell_far_away_are_named() -> None:
    book = openpyxl.Workbook()
    for row in [HEADER, *ROWS]:
        book.active.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    book.active["DA6000"] = "far"
    other = book.create_sheet("Notes")
    other.append(["only", "here"])
    other.sheet_state = "hidden"
    imported = read("t.xlsx", saved(book))
    assert is_whole(imported)
    assert "DA6000: 'far'" in told(imported, "ignored")
    assert "'only | here'" in told(imported, "ignored")
    assert "sheet 'Notes': it is hidden" in told(imported, "guessed")


def ods(rows: list[str]) -> bytes:
    names = "".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" '
        for short, name in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"),
                            ("fo", "xsl-fo-compatible"))
    )  # fmt: skip
    styles = (
        '<office:automatic-styles><style:style style:name="up"><style:text-properties style:text-position="super 58%"/>'
        '</style:style><style:style style:name="gone"><style:text-properties style:text-line-through-style="solid"/>'
        "</style:style></office:automatic-styles>"
    )
    lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    sheet = f'<table:table table:name="S">{lines}</table:table>'
    body = f"<office:body><office:spreadsheet>{sheet}</office:spreadsheet></office:body>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f"<office:document-content {names}>{styles}{body}</office:document-content>")
    return buffer.getvalue()


def cell(text: str) -> str:
    if text.isdigit():
        kind = f'office:value-type="float" office:value="{text}"'
        return f"<table:table-cell {kind}><text:p>{text}</text:p></table:table-cell>"
    return f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" if text else "<table:table-cell/>"


def test_an_open_document_spreadsheet() -> None:
    data = ods(["".join(map(cell, row)) for row in [HEADER, *ROWS]])
    assert is_whole(read("t.ods", data))
    assert is_whole(read("no-name", data))
    first = (
        '<table:table-cell table:number-columns-spanned="2"><text:p>a<text:s/>b</text:p></table:table-cell>'
        "<table:covered-table-cell/>"
        '<table:table-cell><text:p>3<text:span text:style-name="up">1</text:span></text:p></table:table-cell>'
        '<table:table-cell table:style-name="gone"><text:p>4</text:p></table:table-cell>'
        '<table:table-cell table:formula="of:=[.A1]"/>'
        '<table:table-cell office:value-type="float" office:value="2" table:number-columns-repeated="2"/>'
    )
    found = cells(ods([first, '<table:table-cell table:number-columns-repeated="16384"/>']), "t.ods")
    assert found == [[
        Cell("a b"), Cell("a b"), Cell("3", notes=("1",)), Cell(struck="4"),
        Cell(unclear=("the formula of:=[.A1] without a saved value",)), Cell("2"), Cell("2"),
    ]]  # fmt: skip
    with pytest.raises(InputError, match="no OpenDocument spreadsheet"):
        read("t.ods", data[: len(data) // 2] + data[-200:])


# Foreign files ----------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "advice"),
    [
        ("t.pdf", b"%PDF-1.4", "once it is saved as CSV"),
        ("t.txt", b"%PDF-1.4", "once it is saved as CSV"),
        ("t.png", b"\x89PNG", "a picture has no text"),
        ("t", b"\xff\xd8\xff\xe0", "a picture has no text"),
        ("t.doc", b"\xd0\xcf\x11\xe0", "save it as HTML"),
        ("t", b"\xd0\xcf\x11\xe0", "or .xlsx"),
        ("t.docx", b"PK\x03\x04", "save it as HTML"),
        ("t.xls", b"\xd0\xcf\x11\xe0", "save it as .xlsx"),
        ("t.mhtml", b"From: <Saved by Blink>", "save the page as HTML"),
        ("t.zip", b"PK\x03\x04", "unpack it"),
    ],
)
def test_a_file_of_a_foreign_kind_says_what_to_do_with_it(name: str, data: bytes, advice: str) -> None:
    with pytest.raises(InputError, match=f"this format is not read; .*{advice}"):
        import_contents([(name, data)])


def test_a_word_file_without_its_name_is_told_by_what_is_in_it() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(InputError, match="save it as HTML"):
        import_contents([("t", buffer.getvalue())])


# Time ----------------------------------------

SLOW = {
    "an equals sign and blanks": ("t.txt", "= " + " " * 3_000),
    "equals signs and an x": ("t.txt", "=" * 20_000 + "x"),
    "struck in a CSV": ("t.csv", "Nation,x\n" + "<s>" * 20_000 + ",1\n"),
    "bold in a CSV": ("t.csv", "Nation,x\n" + "<b>" * 20_000 + ",1\n"),
    "tildes": ("t.txt", "| " + "~~" * 9_000 + " |\n| a |\n"),
    "dashes of a title": ("t.html", f"<title>{' - a' * 100_000}</title><table><tr><td>x</table>"),
    "brackets": ("t.csv", "Nation,x\n" + "[" * 50_000 + ",1\n" + "(" * 50_000 + ",1\n"),
    "blanks of a style": ("t.html", f"<table><tr><td style='background{' ' * 200_000}'>x</table>"),
    "blanks in a name": ("t.csv", "Nation,Men's 500 m\n" + f"Canada{' ' * 100_000}at,1\n"),
    "backslashes": ("t.txt", "| " + "\\|" * 9_000 + " |\n| b |\n"),
    "many columns": ("t.csv", "Nation," + ",".join(f"Men's {n} m" for n in range(5_000)) + "\n"),
    "nested tables of wikitext": ("t.wiki", "{|\n|\n" * 10_000),
    "nested templates": ("t.wiki", "{{a|" * 20_000),
}  # fmt: skip


@pytest.mark.parametrize("kind", SLOW)
def test_a_file_made_to_be_slow_is_answered_within_five_seconds(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, content = SLOW[kind]
    start = time.thread_time()
    with pytest.raises(InputError):
        import_contents([(name, content.encode())], rules="sochi-2014")
    assert time.thread_time() - start < 5


def test_a_workbook_is_read_without_what_would_take_longer_to_load() -> None:
    code = "import sys\nfrom quotaproof.pages.guarded import main\nmain('xlsx', '3')\nprint(sys.modules['numpy'])"
    book = openpyxl.Workbook()
    book.active.append(["Nation", 1.5])
    done = subprocess.run([sys.executable, "-c", code], input=saved(book), capture_output=True, check=True)
    assert done.stdout.endswith(b"}None\n")
    assert b'"1.5"' in done.stdout


def test_a_page_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("quotaproof.pages.page.Deadline.__init__.__defaults__", (-1.0,))
    path = tmp_path / "t.csv"
    path.write_text(table([HEADER, *ROWS]))
    with pytest.raises(InputError, match="it was not read within -1 seconds"):
        import_scenario(path, rules="sochi-2014")


def test_columns_of_the_table_are_those_of_the_tests() -> None:
    assert (len(EVENTS), len(ROWS[0]), isinstance(read_bytes(b"a,b\n1,2\n", "t.csv"), Page)) == (8, len(HEADER), True)
    assert TABLE.columns[:-1] == EVENTS


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (3, "0", "3"),
        (3, "00", "3"),
        (3, "0.00", "3"),
        (2.5, "0", "2.5"),
        (3, '0" places"', "3 places"),
        (3, "0\\x_)", "3x"),
        (3, "[Red]0", "3"),
        (3, "+0;-0;0", "+3"),
        (0, "+0;-0;0", "0"),
        (3, "(0)", "(3)"),
        (0, '_(* #,##0_);_(* (#,##0);_(* "-"??_)', "-"),
        (0, "0;-0;", ""),
        (3, ";;;", ""),
        (0, "#", ""),
        (1, '[=1]"✓";[=0]"–";General', "✓"),
        (0, '[=1]"✓";[=0]"–";General', "–"),
        (2, '[=1]"✓";[=0]"–";General', "2"),
        (3, '[>=3]"many";[<3]"few"', "many"),
        (2, '[>=3]"many";[<3]"few"', "few"),
        (2, '[>2]"many";[<1]"none"', None),
        (2, '[<>2]"x";[<=2]"y"', "y"),
        (3, "[$€-407] 0", "€ 3"),
        (3, "0-0", None),
        (3, "0,", None),
        (3, "@", "3"),
        (3, "d/m", None),
        (3, "# ?/?", None),
        (3, "0.0%", None),
        (3, "0E+00", None),
        (3, "[h]:mm", None),
        (-3, "0", None),
    ],
)
def test_a_number_is_what_its_format_shows_or_is_not_worked_out(value: float, form: str, shown: str | None) -> None:
    assert shown_by(value, form) == shown


@pytest.mark.parametrize(
    ("line", "with_them"),
    [
        ("^ Nation ^ 500 m ^^", "| Nation | 500 m ||"),
        ("^ Nation | 3 | 2 |", "| Nation | 3 | 2 |"),
        ("2^1 | 3^", "2^1 | 3^"),
        ("^ a note", "^ a note"),
    ],
)
def test_carets_of_a_wiki_are_bars(line: str, with_them: str) -> None:
    assert with_bars(line) == with_them


def test_one_line_with_a_sign_ahead_is_no_quotation() -> None:
    assert unquoted(["> a", "b"]) == ["> a", "b"]
    assert unquoted(["> a", ">> > b", "3 > 2"]) == ["a", "b", "3 > 2"]


def test_signs_of_alignment_stand_right_ahead_of_a_point() -> None:
    assert [without_alignment(part) for part in ("_. a", ">. 3", " 3.", ">3", "<. ", "_.a")] == [
        " a", " 3", " 3.", ">3", " ", "_.a",
    ]  # fmt: skip


def test_a_damaged_drawing_is_a_damaged_workbook() -> None:
    book = openpyxl.Workbook()
    buffer = io.BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/drawings/drawing1.xml", "<xdr:wsDr>some text</xdr:wsDr>")
    data = buffer.getvalue().replace(b"<xdr:wsDr>some", b"<xdr:wsDr>sOme")
    with pytest.raises(InputError, match="the workbook is damaged or no Excel workbook"):
        read_bytes(data, "t.xlsx")


@pytest.mark.parametrize("name", ["t.csv", "t.txt"])
def test_rows_of_bars_alone_are_no_table_to_compare_with(name: str) -> None:
    with pytest.raises(InputError, match="no quota table"):
        import_contents([(name, b"||||\r\r" + b"\xff" * 60 + b"|||||")], rules="sochi-2014")
