"""Files of many kinds, by the command line: read exactly right with every doubt listed, or refused in one sentence."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from peoples_files import COLUMNS, FILES, NOCS, RIGHT, File
from stranger_files import others_and_unused_places  # noqa: F401

from quotaproof import cli
from quotaproof.importing.run import import_contents
from quotaproof.model.errors import InputError


def wanted(made: File, noc: str, column: str) -> str:
    """What published.csv must have in a cell."""
    number = made.right[noc][column] if noc in made.right else 0
    return "?" if number is None else str(number)


def says(text: str, words: str) -> bool:
    """Whether a text has one of some words with bars between."""
    return any(word in text for word in words.split("|"))


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_read_as_a_person_reads_it_or_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = FILES[name]()
    path, into = tmp_path / made.name, tmp_path / "made"
    path.write_bytes(made.data)
    words = ["import", str(path), "--into", str(into), "--rules", "sochi-2014", "--format", "json"]
    monkeypatch.setattr("sys.argv", ["quotaproof", *words, *(["--columns", made.columns] if made.columns else [])])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr()
    if made.refused:
        assert ended.value.code == 2, said
        assert not into.exists()
        assert said.err.count("\n") == 1
        assert [words for words in made.refused if not says(said.err, words)] == [], said.err
        return
    assert not ended.value.code, said.err
    told = "\n".join(f"{remark['subject']}: {remark['message']}" for remark in json.loads(said.out)["remarks"])
    with (into / "published.csv").open(newline="", encoding="utf-8") as stream:
        rows = {row.pop("noc"): row for row in csv.DictReader(stream)}
    rows.pop("TOTAL", None)
    wrong = [
        (noc, column, rows.get(noc, {}).get(column), wanted(made, noc, column))
        for noc in dict.fromkeys([*rows, *made.right])
        for column in COLUMNS
        if rows.get(noc, {}).get(column) != wanted(made, noc, column)
    ]
    assert wrong == [], told
    assert [words for words in made.doubts if not says(told, words)] == [], told


def test_the_invented_table_is_one_that_rules_allow() -> None:
    assert list(RIGHT) == list(NOCS)
    assert all(max(row[c] for c in COLUMNS[:8]) <= 3 and row["athletes"] <= 10 for row in RIGHT.values())


@pytest.mark.parametrize("name", FILES)
def test_an_upload_says_the_same(name: str) -> None:
    made = FILES[name]()
    try:
        more = {"columns": made.columns} if made.columns else {}
        imported = import_contents([(made.name, made.data)], rules="sochi-2014", **more)
    except InputError as error:
        assert made.refused, error
        return
    table = imported.scenario.published or imported.scenario.partial
    assert table is not None
    found = {n: {c: None if (n, c) in table.unknown else x for c, x in row.items()} for n, row in table.cells.items()}
    assert found == made.right


def test_the_documentation_says_how_many_files_these_are() -> None:
    trust = Path(__file__).parents[2].joinpath("docs", "trust.md").read_text(encoding="utf-8")
    assert f"| {len(FILES)} files by command and upload:" in trust
