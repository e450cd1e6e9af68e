"""The table of notations in docs/import.md is what the import does."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable
from html import escape
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from quotaproof.importing.cells import conflict, read_places, without_notes
from quotaproof.importing.run import import_contents
from quotaproof.model.errors import InputError
from quotaproof.pages import Cell, guarded
from quotaproof.pages.plain import cell_of

PAGE = Path(__file__).parent.parent.parent / "docs" / "import.md"


def notations() -> list[tuple[str, str, str]]:
    """The rows of the table: what is in the cell, what it is read as, what is said of it."""
    part = PAGE.read_text(encoding="utf-8").partition("## What a cell means")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")][2:]
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [("" if text == "(empty)" else text.strip("`"), number, said) for text, number, said in rows]


@pytest.mark.parametrize(("text", "number", "said"), notations())
def test_a_notation_is_read_as_the_documentation_says(text: str, number: str, said: str) -> None:
    cell = cell_of(text)
    places = read_places(cell)
    read_as = "`?`" if places.sure == "unknown" else "refused" if places.number is None else str(places.number)
    assert read_as == number
    assert (places.sure == "unknown") == (said == "listed as not known")
    guessed = places.sure == "guess" or cell.struck is not None
    assert guessed == (said == "listed as a guess")
    assert (said == "the footnote mark is listed") == (bool(places.notes) and not guessed and number != "refused")
    assert bool(places.why) == (places.sure != "plain")


def test_the_table_has_every_kind_of_notation() -> None:
    assert len(notations()) > 90
    assert {number for _, number, _ in notations()} == {"0", "1", "2", "3", "`?`", "refused"}


def test_a_star_alone_is_a_mark_of_a_relay_only() -> None:
    assert read_places(Cell("*"), relay=True).number == 1
    assert read_places(Cell("*")).number is None


def test_signs_that_contradict_each_other() -> None:
    assert conflict({"tick": "✓", "x": "×"}).startswith("✓ and × are in one column")
    assert conflict({"tick": "✓", "cross": "✗"}) == ""


def test_footnote_marks_at_the_end_of_a_text() -> None:
    assert without_notes("Canada[a] *") == ("Canada", ("[a]", "*"))
    assert without_notes("Bosnia") == ("Bosnia", ())


# In every format ----------------------------------------

EVERY = bool(os.environ.get("QUOTAPROOF_NOTATIONS"))
"""Whether each notation is tried in each format; otherwise each is in one."""

EVENTS = ("500 m", "1000 m", "1500 m", "relay")
HEAD = ["Nation", *(f"{gender} {event}" for gender in ("Men's", "Women's") for event in EVENTS), "Athletes"]
BELOW = [["Canada", "3", "3", "3", "", "3", "3", "3", "", "10"], ["Italy", "2", "2", "2", "", "1", "1", "1", "", "6"]]
ROW = ["Japan", "", "1", "1", "", "1", "1", "1", "", "4"]
"""The notation is in the second column."""


def _rows(text: str) -> list[list[str]]:
    return [HEAD, *BELOW, [ROW[0], text, *ROW[2:]]]


def _csv(text: str) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(_rows(text))
    return buffer.getvalue().encode()


def _html(text: str) -> bytes:
    marked = text if re.search(r"</\w+>", text) else escape(text)
    rows = [[*row[:1], marked if row[0] == ROW[0] else row[1], *row[2:]] for row in _rows(text)]
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<html><body><table>{lines}</table></body></html>".encode()


def _wikitext(text: str) -> bytes:
    rows = ["\n".join(f"| {cell}" for cell in row) for row in _rows(text)[1:]]
    return "\n|-\n".join(["{|\n! " + " !! ".join(HEAD), *rows]).encode() + b"\n|}\n"


def _markdown(text: str) -> bytes:
    first, *others = [f"| {' | '.join(row)} |" for row in _rows(text)]
    return "\n".join([first, "|---" * len(HEAD) + "|", *others]).encode() + b"\n"


def _xlsx(text: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in _rows(text):
        sheet.append(
            [None if cell == "" else int(cell) if cell.isdecimal() and cell.isascii() else cell for cell in row]
        )
    cell = sheet.cell(row=len(BELOW) + 2, column=2)
    marked = re.fullmatch(r"(.*?)<(sup|s|b)>(.*?)</\2>(.*)", text)
    if marked is not None:
        fonts = {"sup": {"vertAlign": "superscript"}, "s": {"strike": True}, "b": {"b": True}}
        parts = [marked[1], TextBlock(InlineFont(**fonts[marked[2]]), marked[3]), marked[4]]
        cell.value = CellRichText(*[part for part in parts if part])
    elif text:
        cell.value = text
        cell.data_type = "s"  # a text is no formula, whatever it begins with
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


WRITERS: dict[str, Callable[[str], bytes]] = {
    "csv": _csv, "html": _html, "wikitext": _wikitext, "md": _markdown, "xlsx": _xlsx,
}  # fmt: skip


@pytest.mark.parametrize("form", WRITERS)
def test_a_notation_is_read_in_a_file_as_the_documentation_says(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Other tests read such files in a process of their own.
    monkeypatch.setattr("quotaproof.pages.guarded.guarded_page", guarded._page)
    wrong = []
    for text, number, said in [*notations()][0 if EVERY else list(WRITERS).index(form) :: 1 if EVERY else len(WRITERS)]:
        name = f"t.{'wiki' if form == 'wikitext' else form}"
        try:
            imported = import_contents([(name, WRITERS[form](text))], rules="sochi-2014")
        except InputError as error:
            shown = re.sub(r"<[^<>]*>", "", text)
            whole = "row 3 of the quota table (JPN), men-500: " in str(error) and shown in str(error)
            if number != "refused" or not whole:
                wrong.append((text, number, f"refused: {error}"))
            continue
        table = imported.scenario.published or imported.scenario.partial
        assert table is not None
        is_open = ("JPN", "men-500") in table.unknown
        listed = f"JPN men-500 {text!r}" in str(imported.report.of("missing"))
        assert is_open == listed
        found = "`?`" if is_open else str(table.cells["JPN"]["men-500"])
        where = "row 3 of the quota table (JPN), men-500"
        guessed = any(
            where in remark.subject and "more than the" not in remark.message
            for remark in imported.report.of("guessed")
        )
        noted = any(
            "footnote marks" in remark.message and "column 2" in remark.message
            for remark in imported.report.of("ignored")
        )
        if found != number or guessed != (said == "listed as a guess") or (said.startswith("the foot") and not noted):
            wrong.append((text, number, found, guessed, noted))
    assert wrong == []
