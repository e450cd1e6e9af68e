"""The command `infer`: formats, exit codes, progress, what is refused."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from quotaproof import infer, load_scenario
from quotaproof.model.errors import InputError

MILANO = load_scenario("milano-cortina-2026").folder
BEIJING = load_scenario("beijing-2022").folder


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "quotaproof", "infer", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert MILANO is not None
    return Path(shutil.copytree(MILANO, tmp_path / "milano"))


def test_json_has_the_keys_of_the_contract_and_progress_is_told() -> None:
    done = run("milano-cortina-2026", "--no-why", "--format", "json")
    assert done.returncode == 0
    document = json.loads(done.stdout)
    assert document["scenario"] == "milano-cortina-2026" and document["consistent"] is True
    assert document["conflicts"] == [] and document["state"] == "final"
    assert document["cells"]["USA"]["women-relay"] == {"lowest": 1, "highest": 1, "determined": True}
    assert document["any_other_noc"]["men-500"]["highest"] == 3
    assert re.match(r"quotaproof: \d+ s: whether the facts can all be true\n", done.stderr)


def test_csv_has_a_row_for_each_number() -> None:
    done = run("milano-cortina-2026", "--no-why", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    one = next(row for row in rows if (row["noc"], row["column"]) == ("HUN", "women-relay"))
    assert (one["lowest"], one["highest"], one["determined"]) == ("0", "0", "1")
    assert {row["noc"] for row in rows} >= {"OTHER", "AIN", "USA"}


def test_facts_that_conflict_end_with_exit_code_1_and_their_lines(folder: Path) -> None:
    with (folder / "known.csv").open("a") as file:
        file.write("men-500,start-places,KOR,3,a rumour,\n")
    done = run(str(folder))
    assert done.returncode == 1
    assert "cannot all be true" in done.stdout and "(line 80): a rumour" in done.stdout
    assert " ".join(done.stdout.split()).count("South Korea (KOR) has") == 1, "it is named where it comes first"
    table = run(str(folder), "--format", "csv")
    assert [row["line"] for row in csv.DictReader(io.StringIO(table.stdout))] == ["3", "80"]


def test_a_table_known_in_part_is_loaded_and_verified(tmp_path: Path) -> None:
    assert BEIJING is not None
    folder = Path(shutil.copytree(BEIJING, tmp_path / "beijing"))
    path = folder / "published.csv"
    rows = list(csv.reader(io.StringIO(path.read_text())))
    place = rows[0].index("mixed-relay")
    for row in rows:
        if row[0] == "GBR":
            row[place] = "?"
        del row[-1]
    path.write_text("\n".join(",".join(row) for row in rows) + "\n")
    scenario = load_scenario(folder)
    assert scenario.published is None and scenario.partial is not None
    assert ("GBR", "mixed-relay") in scenario.partial.unknown and ("CAN", "athletes") in scenario.partial.unknown
    done = subprocess.run(
        [sys.executable, "-m", "quotaproof", "verify", str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and "no difference" in " ".join(done.stdout.split())


def test_what_is_not_modelled_is_refused_in_one_sentence() -> None:
    refused = {"speed-skating-2026": "ranked", "pyeongchang-2018": "changes on record", "sochi-2014": "all rankings"}
    for scenario, words in refused.items():
        done = run(scenario)
        assert done.returncode == 2 and words in done.stderr and done.stdout == ""
        assert done.stderr.startswith("quotaproof: ") and done.stderr.count("\n") == 1
    with pytest.raises(InputError, match="december and final"):
        infer(load_scenario("milano-cortina-2026"), "january")


def test_an_effort_that_does_not_suffice_ends_with_exit_code_3() -> None:
    done = run("milano-cortina-2026", "--limit", "0.000001")
    assert done.returncode == 3 and "effort" in done.stderr
    part = run("milano-cortina-2026", "--limit", "0.03", "--no-why")
    assert part.returncode == 3 and "Not proved" in part.stdout


def test_verify_of_facts_that_conflict_ends_with_exit_code_1_and_names_them(folder: Path) -> None:
    with (folder / "known.csv").open("a") as file:
        file.write("men-500,start-places,KOR,3,a rumour,\n")
    command = [sys.executable, "-m", "quotaproof", "verify", str(folder), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert document["verdict"] == "not" and document["partly_known"]["completion"] is None
    [conflict] = document["partly_known"]["conflicts"]
    assert {source["line"] for fact in conflict["facts"] for source in fact["sources"]} == {3, 80}
    assert "KOR has 3 start places" in document["findings"][0]["message"]
