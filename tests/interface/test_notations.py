"""The table of notations in docs/import.md is what the import does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from quotaproof.importing.cells import conflict, read_places, without_notes
from quotaproof.pages import Cell
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
    assert ("refused" if places.number is None else str(places.number)) == number
    guessed = places.sure == "guess" or cell.struck is not None
    assert guessed == (said == "listed as a guess")
    assert (said == "the footnote mark is listed") == (bool(places.notes) and not guessed and number != "refused")
    assert bool(places.why) == (places.sure != "plain")


def test_the_table_has_every_kind_of_notation() -> None:
    assert len(notations()) > 90
    assert {number for _, number, _ in notations()} == {"0", "1", "2", "3", "refused"}


def test_a_star_alone_is_a_mark_of_a_relay_only() -> None:
    assert read_places(Cell("*"), relay=True).number == 1
    assert read_places(Cell("*")).number is None


def test_signs_that_contradict_each_other() -> None:
    assert conflict({"tick": "✓", "x": "×"}).startswith("✓ and × are in one column")
    assert conflict({"tick": "✓", "cross": "✗"}) == ""


def test_footnote_marks_at_the_end_of_a_text() -> None:
    assert without_notes("Canada[a] *") == ("Canada", ("[a]", "*"))
    assert without_notes("Bosnia") == ("Bosnia", ())
