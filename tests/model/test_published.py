"""A published table: reading, writing, changing cells, and what is known of the tables that ship."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaproof.model.files import write_text
from quotaproof.model.published import ATHLETES, TOTAL, Published, load_published
from quotaproof.model.rules_file import load_rules
from quotaproof.scenarios import FOLDER

RULES = load_rules(FOLDER / "beijing-2022" / "rules.toml")
COLUMNS = (*(event.identifier for event in RULES.events), ATHLETES)
BEIJING = load_published(FOLDER / "beijing-2022" / "published.csv", RULES)
SOCHI = load_published(FOLDER / "sochi-2014" / "published.csv", load_rules(FOLDER / "sochi-2014" / "rules.toml"))


@st.composite
def tables(draw: st.DrawFn) -> Published:
    nocs = draw(st.lists(st.sampled_from(["CAN", "ITA", "KOR", "NED"]), unique=True, min_size=1))
    numbers = st.integers(0, 999)
    cells = {noc: {column: draw(numbers) for column in COLUMNS} for noc in nocs}
    printed = draw(st.lists(st.sampled_from(COLUMNS), unique=True))
    return Published(COLUMNS, cells, {column: draw(numbers) for column in COLUMNS if column in printed})


def reload(tmp_path: Path, table: Published) -> Published:
    write_text(tmp_path / "published.csv", table.to_csv())
    return load_published(tmp_path / "published.csv", RULES)


# Reading and writing -------------------------------------------------------------------------------------------------


@given(tables())
def test_a_table_comes_back_as_it_was_written(tmp_path: Path, table: Published) -> None:
    again = reload(tmp_path, table)
    assert again == table
    assert again.nocs == table.nocs
    assert list(again.all_cells()) == list(table.all_cells())


@pytest.mark.parametrize("games", ["beijing-2022", "sochi-2014"])
def test_the_tables_that_ship_are_written_as_they_stand(games: str) -> None:
    table = BEIJING if games == "beijing-2022" else SOCHI
    assert table.to_csv() == (FOLDER / games / "published.csv").read_text(encoding="utf-8")


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "published.csv"
    header = ",".join([*reversed(COLUMNS), "noc"])
    path.write_text(f"{header}\n{','.join(str(n) for n in range(len(COLUMNS)))},CAN\n")
    table = load_published(path, RULES)
    assert table.columns == COLUMNS
    assert table.cells["CAN"][ATHLETES] == 0
    assert table.cells["CAN"][COLUMNS[0]] == len(COLUMNS) - 1


def test_a_total_may_be_printed_for_some_columns_only(tmp_path: Path) -> None:
    path = tmp_path / "published.csv"
    zeros = ",".join("0" * len(COLUMNS))
    path.write_text(f"noc,{','.join(COLUMNS)}\nCAN,{zeros}\nTOTAL{',' * len(COLUMNS)}7\n")
    table = load_published(path, RULES)
    assert table.totals == {ATHLETES: 7}
    assert [cell for cell in table.all_cells() if cell[0] == TOTAL] == [(TOTAL, ATHLETES, 7)]


# Cells ---------------------------------------------------------------------------------------------------------------


@given(tables(), st.data())
def test_cells_that_are_changed_change_and_no_others(table: Published, data: st.DataObject) -> None:
    before = {(row, column): number for row, column, number in table.all_cells()}
    chosen = data.draw(st.lists(st.sampled_from(sorted(before)), unique=True))
    changes = {cell: data.draw(st.integers(0, 999)) for cell in chosen}
    after = {(row, column): number for row, column, number in table.with_cells(changes).all_cells()}
    assert after == {**before, **changes}
    assert {(row, column): number for row, column, number in table.all_cells()} == before
    undone = table.with_cells(changes).with_cells({cell: before[cell] for cell in chosen})
    assert undone == table


@given(tables())
def test_a_column_sum_is_over_nocs_only(table: Published) -> None:
    for column in COLUMNS:
        numbers = [number for row, name, number in table.all_cells() if name == column and row != TOTAL]
        assert table.column_sum(column) == sum(numbers)


# The tables that ship ------------------------------------------------------------------------------------------------


def test_every_column_of_beijing_has_its_printed_total_and_that_of_the_athletes_is_not_printed() -> None:
    assert set(BEIJING.totals) == set(BEIJING.columns) - {ATHLETES}
    assert {column: BEIJING.column_sum(column) for column in BEIJING.totals} == BEIJING.totals
    assert (len(BEIJING.nocs), BEIJING.column_sum(ATHLETES)) == (23, 112)
    assert BEIJING.cells["KAZ"]["men-relay"] == 0


def test_the_altered_table_differs_from_beijings_in_one_cell() -> None:
    altered = load_published(FOLDER / "altered-beijing-2022" / "published.csv", RULES)
    assert altered == BEIJING.with_cells({("KAZ", "men-relay"): 1})
    wrong = {column for column, total in altered.totals.items() if altered.column_sum(column) != total}
    assert wrong == {"men-relay"}
    assert (altered.column_sum("men-relay"), altered.totals["men-relay"]) == (9, 8)


def test_sochi_has_its_printed_totals() -> None:
    assert list(SOCHI.totals.values()) == [32, 32, 36, 8, 32, 32, 36, 8, 116]
    assert {column: SOCHI.column_sum(column) for column in SOCHI.columns} == SOCHI.totals


@pytest.mark.parametrize("table", [BEIJING, SOCHI], ids=["beijing-2022", "sochi-2014"])
def test_no_noc_has_more_than_three_places_in_an_event_or_one_in_a_relay(table: Published) -> None:
    for row, column, number in table.all_cells():
        if row != TOTAL and column != ATHLETES:
            assert number <= (1 if column.endswith("relay") else 3)
