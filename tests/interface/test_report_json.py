"""Reports as JSON: one document with the cells of the tables that the other formats show."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest
from test_whatif_cli import run

import quotaproof
from quotaproof.model.errors import InputError
from quotaproof.reporting import build
from quotaproof.scenarios import FOLDER, load_scenario

PUBLISHED = [path.parent.name for path in sorted(FOLDER.glob("*/published.csv"))]


def report(name: str, **words: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(quotaproof.report(load_scenario(name), "json", **words))
    return found


def tables(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [table for section in (*document["sections"], *document["records"]) for table in section["tables"]]


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_quota_table_is_the_published_one_cell_by_cell(name: str) -> None:
    """A relay mark is an X, and a number that is zero an empty cell or a 0."""
    [table] = [one for one in tables(report(name, table="published")) if one["kind"] == "quota"]
    with (FOLDER / name / "published.csv").open(encoding="utf-8", newline="") as file:
        printed = {row.pop("noc"): list(map(int, row.values())) for row in csv.DictReader(file) if row["athletes"]}
    shown = {
        row["cells"][0]["nocs"][0]: [int(cell["text"].replace("X", "1") or 0) for cell in row["cells"][1:]]
        for row in table["rows"]
        if row["kind"] == "row"
    }
    printed.pop("TOTAL", None)
    assert shown == printed
    assert [row["kind"] for row in table["rows"]] == ["row"] * len(shown) + ["total"]
    assert {len(row["cells"]) for row in table["rows"]} == {len(table["columns"])}


@pytest.mark.parametrize("name", ["milano-cortina-2026", "speed-skating-2026", "figure-skating-2018"])
def test_it_has_every_cell_and_sentence_of_the_report(name: str) -> None:
    document, built = report(name), build(load_scenario(name))
    assert document["scenario"] == name
    for told, sections in ((document["sections"], built.sections), (document["records"], built.records)):
        assert [(one["title"], one["paragraphs"]) for one in told] == [(s.title, [*s.paragraphs]) for s in sections]
    lines = [[line.items for line in table.lines] for s in (*built.sections, *built.records) for table in s.tables]
    assert [
        [[(cell["text"], cell["nocs"], cell["note"]) for cell in row["cells"]] for row in table["rows"]]
        for table in tables(document)
    ] == [[[(item.text, [*item.nocs], item.note) for item in items] for items in table] for table in lines]
    assert all(len(row["cells"]) == len(table["columns"]) for table in tables(document) for row in table["rows"])


def test_the_command_prints_one_document_in_the_language_asked_for() -> None:
    done = run("report", "beijing-2022", "--format", "json", "--language", "de")
    document = json.loads(done.stdout)
    assert (done.stderr, document["language"]) == (b"", "de")
    assert document["sections"][0]["title"] == "Quotenplätze"


def test_another_format_is_refused() -> None:
    with pytest.raises(InputError, match=r"'yaml' is no format of a report; use one of .*, json, json-ld"):
        quotaproof.report(load_scenario("sochi-2014"), "yaml")  # type: ignore[arg-type]
