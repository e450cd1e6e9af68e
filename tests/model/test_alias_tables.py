"""Aliases in a scenario's files: what is refused, in one sentence with file, line and field, and what is shown."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from quotaproof import text
from quotaproof.api import allocate, report
from quotaproof.importing import import_scenario
from quotaproof.model.aliases import Alias
from quotaproof.model.errors import InputError
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_loading import load_folder
from quotaproof.scenarios import FOLDER

TABLE = '[[aliases]]\ncode = "AIN"\nfederations = ["RUS", "BLR"]\nper-event = 1\nclause = "c"\nsource = "s"\n'


def folder(tmp_path: Path, base: str, aliases: str = TABLE) -> Path:
    copy = tmp_path / base
    shutil.copytree(FOLDER / base, copy)
    file = copy / "scenario.toml"
    file.write_text(file.read_text(encoding="utf-8") + "\n" + aliases, encoding="utf-8")
    return copy


def refusal(path: Path) -> InputError:
    with pytest.raises(InputError) as raised:
        load_folder(path)
    return raised.value


def test_an_alias_is_loaded_and_is_a_cap_of_each_federation(tmp_path: Path) -> None:
    scenario = load_folder(folder(tmp_path, "sochi-2014"))
    assert scenario.aliases == (Alias("AIN", ("RUS", "BLR"), 1, "c", "s"),)
    event = scenario.rules.event("men-500")
    assert [scenario.noc_cap(event, noc) for noc in ("RUS", "BLR", "KOR", None)] == [1, 1, 3, 3]
    assert [scenario.shown(noc) for noc in ("RUS", "BLR", "KOR")] == ["AIN (RUS)", "AIN (BLR)", "KOR"]


@pytest.mark.parametrize(
    ("aliases", "says", "field"),
    [
        (TABLE + TABLE, "AIN is the code of two aliases; state all its federations in one", "aliases"),
        (TABLE.replace('"BLR"', '"RUS"'), "RUS starts under AIN, twice; name each federation once", "aliases"),
        (
            TABLE + TABLE.replace("AIN", "OAR"),
            "RUS starts under OAR and under AIN; name each federation once",
            "aliases",
        ),
        (TABLE.replace('"BLR"', '"AIN"'), "AIN is an alias, so it cannot start under AIN", "aliases"),
        (TABLE.replace("per-event = 1", "per-event = 0"), "greater than or equal to 1", "aliases.1.per-event"),
        (TABLE.replace('["RUS", "BLR"]', "[]"), "at least 1 item", "aliases.1.federations"),
        (TABLE.replace('"RUS"', '"Russia"'), "Russia", "aliases.1.federations.1"),
        (TABLE.replace('clause = "c"\n', ""), "the key is missing", "aliases.1.clause"),
        (TABLE.replace('source = "s"\n', ""), "the key is missing", "aliases.1.source"),
    ],
)
def test_an_alias_that_makes_no_sense_is_refused(tmp_path: Path, aliases: str, says: str, field: str) -> None:
    error = refusal(folder(tmp_path, "beijing-2022", aliases))
    assert says in error.problem
    assert Path(error.file or "").name == "scenario.toml"
    assert error.field == field


def test_the_host_is_named_by_its_federation(tmp_path: Path) -> None:
    path = folder(tmp_path, "sochi-2014", TABLE.replace("AIN", "RUS").replace('["RUS"', '["XXX"'))
    error = refusal(path)
    assert error.field == "host"
    assert "name the federation itself, XXX or BLR" in error.problem


@pytest.mark.parametrize(
    ("base", "file", "row", "field"),
    [
        ("sochi-2014", "standings.csv", "men-relay,99,AIN,1", "noc"),
        ("sochi-2014", "classifications.csv", "torino-2013,men-relay,AIN,1,99,1", "noc"),
        ("beijing-2022", "published.csv", "AIN,1,1,1,0,1,1,1,0,0,2", "noc"),
        ("pyeongchang-2018", "declines.csv", "men-1500,AIN,1,2018-01-24,press,KOR", "noc"),
        ("pyeongchang-2018", "declines.csv", "men-1500,KOR,1,2018-01-24,press,AIN", "taken-by"),
        ("pyeongchang-2018", "invitations.csv", "men-1500,AIN,1,2018-01-24,press", "noc"),
        ("beijing-2022", "known.csv", "men-500,rank,AIN,9,press", "noc"),
        ("beijing-2022", "known.csv", "men-500,ahead-of,KOR,AIN,press", "value"),
    ],
)
def test_the_code_of_an_alias_is_nobodys_row(tmp_path: Path, base: str, file: str, row: str, field: str) -> None:
    path = folder(tmp_path, base)
    lines = (path / file).read_text(encoding="utf-8").rstrip("\n").split("\n")
    if file == "standings.csv":
        ranks = [int(line.split(",")[1]) for line in lines if line.startswith("men-relay,")]
        row = row.replace("99", str(max(ranks) + 1))
        if len(lines[0].split(",")) > 4:
            row += "," * (len(lines[0].split(",")) - 4)
    total = lines.pop() if file == "published.csv" and lines[-1].startswith("TOTAL") else None
    lines.append(row)
    line = len(lines)
    (path / file).write_text("\n".join([*lines, *([total] if total else [])]) + "\n", encoding="utf-8")
    error = refusal(path)
    assert (Path(error.file or "").name, error.line, error.field) == (file, line, field)
    assert "AIN is a code that RUS or BLR starts under; name the federation itself, RUS or BLR" in error.problem


def allocated(tmp_path: Path) -> Scenario:
    return load_folder(folder(tmp_path, "sochi-2014"))


def test_tables_name_the_code_and_the_federation_and_files_the_federation(tmp_path: Path) -> None:
    scenario = allocated(tmp_path)
    allocation = allocate(scenario, "greedy")
    for form in ("table", "markdown"):
        shown = text.allocation(allocation, form, shown=scenario.shown)
        assert "AIN (RUS)" in shown
        assert "AIN (BLR)" in shown
    codes = [line.split(",")[0] for line in text.allocation(allocation, "csv", shown=scenario.shown).splitlines()]
    assert {"RUS", "BLR"} <= set(codes)
    assert "AIN (RUS)" not in codes
    assert {"RUS", "BLR"} <= set(allocation.to_dict()["athletes"])  # type: ignore[call-overload]


def test_a_report_names_both_and_its_import_reads_the_alias_back(tmp_path: Path) -> None:
    scenario = allocated(tmp_path)
    page = tmp_path / "report.md"
    page.write_text(str(report(scenario)), encoding="utf-8")
    written = page.read_text(encoding="utf-8")
    assert "AIN (RUS)" in written
    assert "| Starts as AIN | RUS, BLR, each with at most 1 in an event (c; s) |" in written
    imported = import_scenario(page, None, rules="sochi-2014")
    assert imported.scenario.published is not None
    assert {"RUS", "BLR"} <= set(imported.scenario.published.nocs)
    assert imported.scenario.aliases == scenario.aliases
    assert not any("Starts as" in remark.subject for remark in imported.report.of("missing"))


def test_an_alias_in_another_form_is_named_and_not_guessed(tmp_path: Path) -> None:
    page = tmp_path / "report.md"
    written = str(report(allocated(tmp_path))).replace("each with at most 1 in an event", "each with one or so")
    page.write_text(written, encoding="utf-8")
    missing = import_scenario(page, None, rules="sochi-2014").report.of("missing")
    assert any("Starts as AIN" in remark.subject and "not understood" in remark.message for remark in missing)
