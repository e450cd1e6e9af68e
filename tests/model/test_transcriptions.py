"""Published tables of real scenarios are compared, cell by cell, with figures taken from their pages by program."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import pytest

from quotaproof.scenarios import FOLDER, real_identifiers

DATA = Path(__file__).parent.parent / "data"
sys.path.insert(0, str(DATA))

from make_published_pages import COLUMNS, main, rows_of  # noqa: E402

WITH_A_TABLE = [name for name in real_identifiers() if (FOLDER / name / "published.csv").exists()]
SIZES = {"beijing-2022": (24, 10), "pyeongchang-2018": (23, 9), "sochi-2014": (26, 9)}
"""Rows with the total row, and columns."""


def cells(text: str) -> dict[tuple[str, str], str]:
    """Row and column -> what stands there, as written."""
    return {
        (row["noc"], column): number
        for row in csv.DictReader(io.StringIO(text))
        for column, number in row.items()
        if column != "noc"
    }


@pytest.mark.parametrize("scenario", WITH_A_TABLE)
def test_a_published_table_is_that_of_its_page_in_every_cell(scenario: str) -> None:
    ours = cells((FOLDER / scenario / "published.csv").read_text(encoding="utf-8"))
    page = cells((DATA / f"{scenario}-page.csv").read_text(encoding="utf-8"))
    assert {key: (ours.get(key), page.get(key)) for key in {*ours, *page} if ours.get(key) != page.get(key)} == {}
    rows, columns = SIZES[scenario]
    assert len(ours) == rows * columns


def test_one_changed_cell_would_be_seen() -> None:
    """The cell that an earlier copy of ours had wrong."""
    page = cells((DATA / "beijing-2022-page.csv").read_text(encoding="utf-8"))
    altered = cells((FOLDER / "altered-beijing-2022" / "published.csv").read_text(encoding="utf-8"))
    assert {key for key in page if altered[key] != page[key]} == {("KAZ", "men-relay")}


# The script ----------------------------------------


def bars(*rows: str) -> str:
    return "".join(f"| {row} |\n" for row in rows)


def small(monkeypatch: pytest.MonkeyPatch, columns: tuple[str, ...]) -> None:
    monkeypatch.setitem(COLUMNS, "beijing-2022", columns)
    monkeypatch.setitem(sys.modules["make_published_pages"].NOCS, "beijing-2022", "CAN ITA")


def test_rows_between_bars_are_read_with_marks_gaps_and_struck_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch, ("men-500", "men-relay", "athletes"))
    struck = "<s></s> | <s>1</s> | | <s>1</s>"
    text = bars(
        "Nation | Men | Athletes", " | 2 | X | 10", struck, " | <s>1</s> | | 3", "Total: 2 NOCs | 2 | 1 | 13 (8/5)"
    )
    assert rows_of("beijing-2022", text) == [
        ["CAN", "2", "1", "10"],
        ["ITA", "0", "0", "3"],
        ["TOTAL", "2", "1", "13"],
    ]
    text = text.replace("13 (8/5)", "")
    assert rows_of("beijing-2022", text)[-1] == ["TOTAL", "2", "1", ""]


@pytest.mark.parametrize(
    ("row", "says"),
    [(" | 2 | X", "3 cells are meant, not 2"), (" | 2 | O | 10", "'O' is neither"), ("", "3 rows are meant")],
)
def test_what_is_not_understood_is_refused(row: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch, ("men-500", "men-relay", "athletes"))
    with pytest.raises(ValueError, match=says):
        rows_of("beijing-2022", bars(" | 2 | X | 10", row, "Total: 2 NOCs | 2 | 1 | 13"))


def test_rows_whose_figures_run_together_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules["make_published_pages"].NOCS, "sochi-2014", "CAN GBR HUN")
    page = tmp_path / "page.txt"
    page.write_text(" Canada333X333X10\n Great Britain2312125\n Hungary233112X8\nTotal: 3 NOCs 7 9 7 1 6 5 7 2 23\n")
    main(["sochi-2014", str(page), "--out", str(tmp_path)])
    assert (tmp_path / "sochi-2014-page.csv").read_text().splitlines()[1:] == [
        "CAN,3,3,3,1,3,3,3,1,10",
        "GBR,2,3,1,0,2,1,2,0,5",
        "HUN,2,3,3,0,1,1,2,1,8",
        "TOTAL,7,9,7,1,6,5,7,2,23",
    ]
