"""The command `standings`: documents, formats and exit codes."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from solved_once import solved_once

from quotaproof import cli, scenarios
from quotaproof.model.errors import LimitError


def run(*words: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(cli.cli, list(words))


@pytest.fixture
def sochi(tmp_path: Path) -> Path:
    return Path(shutil.copytree(scenarios.FOLDER / "sochi-2014", tmp_path / "sochi"))


def test_the_json_document_of_sochi() -> None:
    done = run("standings", "sochi-2014", "--format", "json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert document["status"] == "settled"
    assert len(document["rows"]) == 482
    assert document["rows"][0] == {
        "event": "men-500",
        "rank": 1,
        "place": "1",
        "noc": "RUS",
        "qualifier": 1,
        "points": 1800,
        "positions": {"torino-2013": 2, "kolomna-2013": 1},
        "sum_of_positions": 3,
        "best_position": 1,
        "best_result": 1000,
        "tie_broken_by": None,
        "tied": False,
        "draw": None,
        "certain": True,
    }
    assert [tie["event"] for tie in document["ties_at_a_cut"]] == ["men-1500", "women-500", "women-1500"]
    assert {tie["broken_by"] for tie in document["ties_at_a_cut"]} == {"sum-of-positions"}
    assert [tie["place"] for tie in document["unsettled"]] == ["54=", "66=", "63=", "48=", "57=", "41=", "16=", "5="]
    assert document["differences"] == []
    assert document["open"] == {}


def test_the_csv_is_a_standings_file(sochi: Path) -> None:
    target = sochi / "standings.csv"
    assert run("standings", str(sochi), "--format", "csv", "--out", str(target)).exit_code == 0
    rows = list(csv.DictReader(io.StringIO(target.read_text())))
    with (scenarios.FOLDER / "sochi-2014" / "standings.csv").open() as stream:
        shipped = list(csv.DictReader(stream))
    assert [{name: row[name] for name in shipped[0]} for row in rows] == shipped
    assert {row["tie_broken_by"] for row in rows} == {"", "sum-of-positions", "best-result", "best-position"}
    again = run("standings", str(sochi))
    assert again.exit_code == 0
    assert "standings.csv agrees in all 482 rows." in again.output


def test_the_text_names_the_ties_at_a_cut_and_those_that_nothing_breaks() -> None:
    for form in ("table", "markdown"):
        text = " ".join(run("standings", "sochi-2014", "--format", form).output.split())
        for phrase in (
            "men's 1500 m: Belarus's (BLR) first qualifier at rank 36 is ahead of Australia's (AUS) first qualifier",
            "with 0 points each",
            "by the lower sum of positions (74 against 75)",
            "women's 500 m: Great Britain's (GBR) second qualifier at rank 32",
            "women's 1500 m: BLR's first qualifier at rank 36",
            "women's relay, 5=: NED and Russia (RUS); it does not matter for the allocation",
        ):
            assert phrase in text


def test_one_event_may_be_shown() -> None:
    done = run("standings", "sochi-2014", "--event", "women-relay", "--format", "csv")
    assert [line.split(",")[0] for line in done.stdout.splitlines()[1:]] == ["women-relay"] * 15
    document = json.loads(run("standings", "sochi-2014", "--event", "men-relay", "--format", "json").stdout)
    assert {row["event"] for row in document["rows"]} == {"men-relay"}


def test_a_file_that_does_not_agree_is_told_row_by_row_with_exit_code_1(sochi: Path) -> None:
    file = sochi / "standings.csv"
    file.write_text(
        file.read_text().replace("men-500,54=,", "men-500,54,", 1).replace("men-500,54=,", "men-500,55,", 1)
    )
    done = run("standings", str(sochi))
    assert done.exit_code == 1
    assert "men's 500 m, CZE's qualifier 2: 54= (0 points) by the results, 54 (0 points) in the file" in done.output
    assert "does not agree with what classifications.csv gives, in 2 rows" in done.output


def test_a_tie_that_matters_ends_with_exit_code_1_until_a_draw_is_recorded(sochi: Path) -> None:
    (sochi / "standings.csv").unlink()
    file = sochi / "classifications.csv"
    # BLR and AUS get the same positions over 1500 m, the last with a place and the first without.
    rows = file.read_text().splitlines()
    at = {row.rsplit(",", 2)[0]: row for row in rows}
    for meet in ("torino-2013", "kolomna-2013"):
        own = at[f"{meet},men-1500,BLR,1"].split(",")[4:]
        rows[rows.index(at[f"{meet},men-1500,AUS,1"])] = ",".join([f"{meet},men-1500,AUS,1", *own])
    file.write_text("\n".join(rows) + "\n")
    done = run("standings", str(sochi), "--format", "json")
    assert done.exit_code == 1
    document = json.loads(done.stdout)
    assert document["status"] == "tie"
    matters = [tie for tie in document["unsettled"] if tie["matters"]]
    assert [[entry["noc"] for entry in tie["entries"]] for tie in matters] == [["AUS", "BLR"]]
    assert "it matters for the allocation" in " ".join(run("standings", str(sochi)).output.split())
    (sochi / "draws.csv").write_text("event,noc,qualifier,draw\nmen-1500,BLR,1,2\nmen-1500,AUS,1,1\n")
    done = run("standings", str(sochi), "--format", "json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    cut = next(tie for tie in document["ties_at_a_cut"] if tie["event"] == "men-1500")
    assert cut["broken_by"] == "draw"
    assert [(entry["noc"], entry["figure"]) for entry in cut["entries"]] == [("AUS", 1), ("BLR", 2)]


def test_an_unfinished_season_is_shown_and_counts_as_unknown(sochi: Path) -> None:
    for name in ("standings.csv", "published.csv"):
        (sochi / name).unlink()
    toml = sochi / "scenario.toml"
    text = toml.read_text()
    toml.write_text(text[: text.index("complete")] + text[text.index("sources") :])
    file = sochi / "classifications.csv"
    file.write_text("\n".join(line for line in file.read_text().splitlines() if not line.startswith("kolomna")) + "\n")
    done = run("standings", str(sochi))
    text = " ".join(done.output.split())
    assert done.exit_code == 0
    assert "men's relay: there are no results of men-relay at kolomna-2013" in text
    assert "Which ties matter cannot be said" in text


def test_allocate_from_results_alone_gives_the_published_cells(sochi: Path) -> None:
    (sochi / "standings.csv").unlink()
    document = json.loads(run("allocate", str(sochi), "--format", "json").stdout)
    with (sochi / "published.csv").open() as stream:
        table = {row["noc"]: row for row in csv.DictReader(stream) if row["noc"] != "TOTAL"}
    cells = {"individual": 0, "relay": 0}
    same = {"individual": 0, "relay": 0}
    for noc, row in table.items():
        for event in document["places"]:
            kind = "relay" if "relay" in event else "individual"
            cells[kind] += 1
            same[kind] += document["places"][event].get(noc, 0) == int(row[event])
    assert cells == {"individual": 150, "relay": 50}
    assert same == {"individual": 148, "relay": 50}


@pytest.mark.parametrize(
    ("words", "phrase"),
    [
        (("beijing-2022",), "classifications.csv: the scenario has no results to compute standings from"),
        (("sochi-2014", "--event", "team"), "'team' is not an event"),
        (("athens-1896",), "neither the path of a scenario folder nor an id"),
    ],
)
def test_bad_words_get_one_sentence_and_exit_code_2(words: tuple[str, ...], phrase: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "quotaproof", "standings", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert phrase in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_verify_of_pyeongchang_in_words_and_as_a_document() -> None:
    with solved_once("quotaproof.api.verify"):
        done = run("verify", "pyeongchang-2018")
        document = json.loads(run("verify", "pyeongchang-2018", "--format", "json").output)
    assert done.exit_code == 1
    text = " ".join(done.output.split())
    for phrase in (
        "PyeongChang 2018: the published table is right with these changes. - On record, 2018-01-23: men's relay: ",
        "Olympic Athletes from Russia (OAR, rank 4) gave back a start place; Kazakhstan (KAZ, rank 9) has it",
        "On record, outside the rules, 2018-01-20: North Korea (PRK) was invited to one start place in the men's 500 m",
        "Sweden (SWE, rank 33) and Germany (GER, rank 36) gave back a start place each",
        "Bosnia and Herzegovina (BIH, rank 37), France's (FRA) third (rank 38)",
        "Great Britain (GBR, rank 41) and KAZ's second (rank 42) have them",
        "Fits the press",
        "On no record: women's 1500 m: OAR's third (rank 36) gave back a start place",
        "Proved: no fewer declines lead to the table, and no others",
        "59 men and 56 women, 115 athletes",
    ):
        assert phrase in text
    assert (document["verdict"], document["consistent"]) == ("with-changes", False)
    assert {change["status"] for change in document["explanation"]} == {"on-record", "computed", "no-record"}


def test_milano_cortina_has_rules_and_facts_but_nothing_to_verify() -> None:
    found = scenarios.load_scenario("milano-cortina-2026")
    beijing = scenarios.load_scenario("beijing-2022")
    assert found.host == "ITA"
    assert found.rules.pathways == beijing.rules.pathways
    assert found.rules.events == beijing.rules.events
    assert {fact.kind for fact in found.facts} == {"rank", "qualified", "start-places", "athletes"}
    assert found.remarks
    assert found.published is None
    assert not found.standings.rankings


def test_rules_that_leave_no_reading_of_equal_points_open(sochi: Path) -> None:
    """A table [soqc] without the readings on equal points: there is nothing to say of them."""
    rules = (sochi / "rules.toml").read_text(encoding="utf-8")
    start = rules.index('[[readings]]\nname = "soqc-ties"')
    (sochi / "rules.toml").write_text(rules[:start], encoding="utf-8")
    result = run("standings", str(sochi), "--event", "men-500")
    assert "standings from" in result.output, result.exception
    assert "told apart with" not in result.output


def test_lists_without_an_entry_are_said_to_have_none(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    shutil.copytree(scenarios.FOLDER / "figure-skating-2018", folder)
    (folder / "results.csv").unlink()
    result = run("standings", str(folder))
    assert (result.exit_code, result.output) == (0, "No list has an entry.\n")


def test_standings_are_said_though_how_the_table_fits_them_is_not_known_within_the_effort(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def used_up(*_: object) -> None:
        raise LimitError("the effort is used up")

    monkeypatch.setattr("quotaproof.solver.verify.under_readings.table_under_readings", used_up)
    result = CliRunner().invoke(cli.cli, ["standings", "pyeongchang-2018", "--format", "json"])
    assert result.exit_code == 3
    assert len(json.loads(result.stdout)["rows"]) > 100
    assert "fits other ways to rank the results is unknown: the effort is used up." in " ".join(result.stderr.split())
