"""The command `compare`: its exit codes, formats and refusals, on published tables and files."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import quotaproof
from quotaproof.cli import cli
from quotaproof.cli.completion import scenarios_or_files
from quotaproof.model.errors import InputError
from quotaproof.scenarios import FOLDER, load_scenario


def answer(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["compare", *words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def flat(text: str) -> str:
    return " ".join(text.split())


def test_what_the_rules_give_against_what_was_published_in_sochi() -> None:
    code, text = answer("sochi-2014", "sochi-2014", "--format", "json")
    document = json.loads(text)
    assert code == 1
    assert (document["a"]["table"], document["b"]["table"]) == ("rules", "published")
    assert [tuple(one.values()) for one in document["differences"]] == [
        ("HUN", "men-1000", 2, 3),
        ("KAZ", "men-1000", 1, 0),
    ]
    (changes,) = document["explanations"]
    assert [(one["kind"], one["noc"], one["number"], one["offered"]) for one in changes] == [
        ("decline", "KAZ", 1, False),
        ("decline", "ITA", 1, True),
    ]
    assert (document["explanations_complete"], document["changes"]) == (True, 2)


def test_csv_is_the_differences_and_markdown_a_table() -> None:
    _, text = answer("sochi-2014", "sochi-2014", "--format", "csv")
    assert list(csv.reader(io.StringIO(text))) == [
        ["noc", "column", "a", "b"],
        ["HUN", "men-1000", "2", "3"],
        ["KAZ", "men-1000", "1", "0"],
    ]
    _, text = answer("sochi-2014", "sochi-2014", "--format", "markdown")
    assert "| Kazakhstan (KAZ) | men's 1000 m | 1 | 0 | -1 |" in text
    _, text = answer("sochi-2014", "sochi-2014")
    assert "Hungary (HUN) men's 1000 m 2 3 +1" in flat(text)
    assert "Italy's (ITA) second (rank 33), next in line, did not take it" in flat(text)


def test_the_invitations_of_pyeongchang_are_part_of_what_leads_to_its_table() -> None:
    result = quotaproof.compare("pyeongchang-2018", "pyeongchang-2018")
    assert result.explanations is not None
    (changes,) = result.explanations
    invited = {(one.noc, one.event, one.number) for one in changes if one.kind == "invitation"}
    assert invited == {("PRK", "men", 2), ("PRK", "men-500", 1), ("PRK", "men-1500", 1)}
    assert result.complete is True
    assert len(result.to_frame()) == len(result.differences) == 18


def test_a_file_is_read_as_import_reads_it_and_by_the_rules_of_the_other_table(tmp_path: Path) -> None:
    table = (FOLDER / "sochi-2014" / "published.csv").read_text()
    file = tmp_path / "december.csv"
    file.write_text(table.replace(",", ";"))
    code, text = answer("sochi-2014", str(file))
    assert (code, "The tables are the same." in text) == (0, True)
    code, text = answer(str(file), str(file), "--rules", "sochi-2014")
    assert code == 0


def test_from_december_to_january_by_what_came_after(tmp_path: Path) -> None:
    """Before ITA's refusal its second had KAZ's place: A has the decline of KAZ, and B that of ITA too."""
    published = load_scenario("sochi-2014").published
    assert published is not None
    ita, hun = published.number("ITA", "men-1000"), published.number("HUN", "men-1000")
    cells = {("ITA", "men-1000"): ita + 1, ("HUN", "men-1000"): hun - 1}
    december = tmp_path / "december.csv"
    december.write_text(published.with_cells(cells).to_csv())
    result = quotaproof.compare(december, "sochi-2014")
    assert result.explanations is not None
    (changes,) = result.explanations
    assert [(one.kind, one.noc, one.event, one.number) for one in changes] == [("decline", "ITA", "men-1000", 1)]
    back = quotaproof.compare("sochi-2014", december)
    assert back.explanations == ()
    assert "no declines, returns and invitations were found" in str(back.reason)


def test_unknown_standings_leave_the_differences_and_a_sentence() -> None:
    code, text = answer("beijing-2022", "altered-beijing-2022")
    assert code == 1
    assert "Kazakhstan (KAZ) men's relay 0 1 +1" in flat(text)
    assert "the standings are not known in full" in flat(text)
    assert "Printed as the total of men's relay" in flat(text)


def test_columns_of_one_table_alone_are_named() -> None:
    code, text = answer("sochi-2014", "beijing-2022")
    assert code == 1
    assert "Only B has the column mixed relay." in flat(text)
    assert "not the same columns" in flat(text)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("sochi-2014", "no-such"), "neither the path of a scenario folder nor an id"),
        (("beijing-2022", "beijing-2022", "--table-a", "rules"), "an allocation needs complete standings"),
        (("synthetic-beijing-like", "sochi-2014", "--table-a", "published"), "has no published table"),
        (("sochi-2014", "figure-skating-2014"), "no event in common"),
    ],
)
def test_bad_input_is_one_sentence(words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        answer(*words)


def test_a_row_without_an_noc_is_refused(tmp_path: Path) -> None:
    table = (FOLDER / "sochi-2014" / "published.csv").read_text().replace("\nHUN,", "\n?,")
    (tmp_path / "table.csv").write_text(table)
    with pytest.raises(InputError, match="has 1 row without an NOC"):
        answer("sochi-2014", str(tmp_path / "table.csv"))


def test_scenarios_and_files_are_completed() -> None:
    found = scenarios_or_files(None, None, "soc")  # type: ignore[arg-type]
    assert [(one.type, one.value) for one in found] == [("file", "soc"), ("plain", "sochi-2014")]


def test_a_search_that_ends_without_anything_ends_with_the_exit_code_of_a_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = quotaproof.compare("sochi-2014", "sochi-2014")
    reason = "no declines were found; that there are none is not proved"
    cut_off = replace(found, explanations=(), complete=False, reason=reason, limit_reached=True)
    for result, code in ((cut_off, 3), (replace(cut_off, explanations=found.explanations, reason=None), 1)):
        monkeypatch.setattr("quotaproof.api.compare", lambda *_, result=result, **__: result)
        assert answer("sochi-2014", "sochi-2014")[0] == code
