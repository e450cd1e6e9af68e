"""Importing pages of every layout: what is read, what is guessed, what is missing, and what verify makes of it."""

from __future__ import annotations

import csv
import errno
import io
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pages
import pandas as pd
import pytest

import quotaproof
from quotaproof.importing import import_scenario
from quotaproof.importing.run import import_contents
from quotaproof.model.errors import InputError
from quotaproof.model.later_changes import DeclinedEntry
from quotaproof.model.published import Published
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import Fact
from quotaproof.model.standings.rankings import Entry
from quotaproof.scenarios import load_scenario
from quotaproof.solver.verify.repair import RepairedCell
from quotaproof.solver.verify.verify import verify

LENGTHS = {f"{g}-{d}": n for g in ("men", "women") for d, n in pages.LENGTHS.items()}
BEIJING = pages.BEIJING


def blank(table: Published) -> Published:
    return table.renamed({noc: f"?{number}" for number, noc in enumerate(table.nocs, 1)})


def write(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def remarks(imported: quotaproof.Imported, kind: str) -> str:
    return "\n".join(f"{r.subject}: {r.message}" for r in imported.report.remarks if r.kind == kind)


# Every layout ----------------------------------------


@pytest.mark.parametrize("layout", pages.LAYOUTS)
def test_a_page_that_lost_its_nations_gives_unknown_nations_and_all_its_figures(layout: str, tmp_path: Path) -> None:
    content = pages.Content(names=False)
    path = write(tmp_path, f"page.{layout}", pages.LAYOUTS[layout](content))
    imported = import_scenario(path, tmp_path / "made")
    scenario, report = imported.scenario, imported.report
    assert scenario.published == blank(pages.RIGHT)
    assert (report.nocs, report.unknown_nocs) == (23, 23)
    assert report.totals == pages.RIGHT.totals
    assert report.lists == LENGTHS
    for event, length in LENGTHS.items():
        assert scenario.standings.rankings[event].entries == (Entry(None, None),) * length or layout != "txt"
        assert all(entry.noc is None for entry in scenario.standings.rankings[event].entries)
    assert {(f.event, f.kind, f.noc, f.value) for f in scenario.facts} == {
        ("women-1500", "declined-rank", None, 35),
        ("women-1500", "came-in-rank", None, 37),
    }
    figures = [(row.event, row.text, row.per_noc, row.athletes) for row in scenario.criteria]
    assert figures == [
        *(("men-relay", *row) for row in pages.MEN),
        ("men-relay", "Next available NOC", None, None),
        *(("women-relay", *row) for row in pages.WOMEN),
        ("women-relay", "Next available NOC", None, None),
        *(("mixed-relay", text, None, None) for text in pages.MIXED),
    ]
    assert (scenario.host, scenario.rules) == ("CHN", BEIJING.rules)
    assert scenario.title == pages.TITLE
    assert not report.of("difference")
    assert "rules: those of beijing-2022, since the title names 2022" in remarks(imported, "guessed")
    assert load_scenario(tmp_path / "made") == replace(scenario, folder=tmp_path / "made")
    assert "## Guessed" in (tmp_path / "made" / "SOURCES.md").read_text()


@pytest.mark.parametrize("layout", pages.LAYOUTS)
def test_a_page_with_its_nations_gives_them_with_their_qualifiers(layout: str, tmp_path: Path) -> None:
    content = pages.Content(lists=pages.lists())
    path = write(tmp_path, f"page.{layout}", pages.LAYOUTS[layout](content))
    imported = import_scenario(path)
    scenario = imported.scenario
    assert scenario.published == pages.RIGHT
    for event, order in content.lists.items():
        entries = scenario.standings.rankings[event].entries
        assert [(entry.noc, entry.qualifier) for entry in entries if entry.noc] == order
    source = f"{pages.TITLE} (page.{layout})"
    noc, qualifier = content.lists["women-1500"][36]
    assert set(scenario.facts) == {
        Fact("women-1500", "declined-rank", "BLR", 35, f"{source}: struck out", 1),
        Fact("women-1500", "came-in-rank", noc, 37, f"{source}: marked in bold", qualifier),
    }
    assert scenario.folder is None
    assert not imported.report.of("difference")


# A cell altered on purpose ----------------------------------------


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> tuple[quotaproof.Imported, Path]:
    folder = tmp_path_factory.mktemp("wrong")
    path = write(folder, "page.txt", pages.plain(pages.Content(table=pages.ALTERED, names=False)))
    return import_scenario(path, folder / "made"), folder / "made"


def test_the_report_names_what_contradicts_the_total_and_the_table_by_criterion(
    wrong: tuple[quotaproof.Imported, Path],
) -> None:
    told = remarks(wrong[0], "difference")
    assert "men-relay adds up to 9, but the printed total is 8" in told
    assert "table by criterion (men's relay): the table by criterion counts 8 NOCs; the quota table marks 9" in told


def test_verify_names_the_row_at_fault_and_proves_that_no_other_cell_will_do(
    wrong: tuple[quotaproof.Imported, Path],
) -> None:
    found = verify(wrong[0].scenario)
    assert not found.consistent
    assert found.repairs == ((RepairedCell("?15", "men-relay", 1, 0),),)
    assert found.repairs_complete
    told = {finding.message for finding in found.findings}
    assert "men's relay: nine NOCs are marked, but the total printed below them is eight" in told
    assert "row 15 of the table, men's relay: the table says 1; it must be 0" in told
    assert found.totals == (58, 54)


# Files of sheets, and frames ----------------------------------------


def test_files_of_a_scenario_are_read_back(tmp_path: Path) -> None:
    sochi = load_scenario("sochi-2014")
    assert sochi.published is not None
    path = write(tmp_path, "sochi.csv", sochi.published.to_csv())
    assert import_scenario(path, rules="sochi-2014").scenario.published == sochi.published
    path = write(tmp_path, "ranks.csv", sochi.standings.to_csv())
    again = import_scenario(path, rules="sochi-2014").scenario
    assert again.standings == sochi.standings
    assert again.published is None
    table = blank(pages.RIGHT)
    path = write(tmp_path, "blank.csv", table.to_csv().replace(",", ";"))
    assert import_scenario(path, rules="beijing-2022").scenario.published == table


def test_a_frame_is_read_with_its_index_and_empty_cells() -> None:
    frame = quotaproof.allocate(load_scenario("sochi-2014"), engine="greedy").to_frame()
    imported = import_scenario(frame, rules="sochi-2014")
    assert imported.scenario.published is not None
    assert imported.scenario.published.to_csv() == frame.rename(columns=str).reset_index().to_csv(index=False)
    columns = pd.MultiIndex.from_tuples(
        [("Nation", ""), *((g, d) for g in ("Men", "Women") for d in ("500 m", "1,000 m", "1500m", "3000 m relay")),
         ("Total", "")]
    )  # fmt: skip
    data = [["Canada (CAN)", 2, None, 1.0, "X", None, None, 3, "✓", 10], ["Hungary", "-", 1, "", "", 1, 1, 1, "", 2]]
    table = import_scenario(pd.DataFrame(data, columns=columns), rules="sochi-2014").scenario.published
    assert table is not None
    assert [list(row.values()) for row in table.cells.values()] == [
        [2, 0, 1, 1, 0, 0, 3, 1, 10],
        [0, 1, 0, 0, 1, 1, 1, 0, 2],
    ]
    with pytest.raises(InputError, match=r"field source\[0\]: 1 does not fit here; it must be a text or a Path"):
        import_scenario([1, 2])  # type: ignore[arg-type]


def test_one_list_in_a_file_of_its_own(tmp_path: Path) -> None:
    rows = ["Rank,NOC,Points", "1,Canada,100", "2=,South Korea,90", "2=,Italy,90", "4,CAN,5", "6,?,"]
    path = write(tmp_path, "women_1000m.csv", "\n".join(rows) + "\n")
    imported = import_scenario(path, rules="sochi-2014")
    ranking = imported.scenario.standings.rankings["women-1000"]
    assert ranking.tied == ((2, 3),)
    assert ranking.entries == (
        Entry("CAN", 1, 100), Entry("KOR", 1, 90), Entry("ITA", 1, 90), Entry("CAN", 2, 5),
        Entry(None, None), Entry(None, None),
    )  # fmt: skip
    assert "1 rank before 6" in remarks(imported, "missing")


def workbook(tmp_path: Path, rows: list[list[object]], **strikes: bool) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for place in strikes:
        book.active[place].font = openpyxl.styles.Font(strike=True)
    path = tmp_path / "book.xlsx"
    book.save(path)
    return path


HEADER: list[list[object]] = [
    ["Quota allocation"],
    ["Nation", "Men", None, None, None, "Women", None, None, None, "Athletes"],
    [None, 500, 1000, 1500, "Relay", 500, 1000, 1500, "Relay", None],
]


def test_a_workbook_with_merged_headers_and_a_struck_entry(tmp_path: Path) -> None:
    rows: list[list[object]] = [*HEADER, ["Canada", 3, 3, 3, 1, None, None, None, None, 5],
                                ["Total", 3, 3, 3, 1, 0, 0, 0, 0, 5], [None],
                                ["Men's 500 m"], ["Rank", "Nation"], [1, "Canada"], [2, "Italy"]]  # fmt: skip
    imported = import_scenario(workbook(tmp_path, rows, B10=True), rules="sochi-2014")
    scenario = imported.scenario
    assert scenario.published is not None
    assert scenario.published.cells == {
        "CAN": dict(zip(scenario.published.columns, [3, 3, 3, 1, 0, 0, 0, 0, 5], strict=True))
    }
    assert [entry.noc for entry in scenario.standings.rankings["men-500"].entries] == ["CAN", "ITA"]
    assert [(f.event, f.kind, f.noc, f.value) for f in scenario.facts] == [("men-500", "declined-rank", "ITA", 2)]


# Lists that are known in part ----------------------------------------


def partly(rows: list[str], tmp_path: Path) -> Scenario:
    text = "\n".join(["==Men's 500 m==", "| Rank | NOC |", *(f"| {n} | {row} |" for n, row in enumerate(rows, 1))])
    return import_scenario(write(tmp_path, "list.txt", text), rules="sochi-2014").scenario


def test_behind_an_unknown_entry_an_noc_has_an_unknown_qualifier(tmp_path: Path) -> None:
    scenario = partly(["Canada", "Italy", "", "Canada", "Kazakhstan", "CAN (3)", "KAZ (?)"], tmp_path)
    known = [(entry.noc, entry.qualifier) for entry in scenario.standings.rankings["men-500"].entries]
    assert known == [
        ("CAN", 1), ("ITA", 1), (None, None), ("CAN", None), ("KAZ", None), ("CAN", 3), ("KAZ", None),
    ]  # fmt: skip


def test_a_struck_entry_of_a_known_noc_and_unknown_qualifier_is_a_known_fact(tmp_path: Path) -> None:
    scenario = partly(["", "<s>Canada</s>"], tmp_path)
    assert scenario.declines == ()
    assert [(f.kind, f.noc, f.value) for f in scenario.facts] == [("declined-rank", None, 2)]
    assert scenario.standings.rankings["men-500"].entries[1] == Entry("CAN", None)


def test_struck_entries_of_complete_standings_are_declines(tmp_path: Path) -> None:
    sections = [
        f"== {event.label} ==\n| Rank | NOC |\n| 1 | Russia |\n| 2 | <s>Canada</s> |\n| 3 | Italy |\n"
        for event in load_scenario("sochi-2014").rules.events
    ]
    imported = import_scenario(write(tmp_path, "lists.txt", "\n".join(sections)), rules="sochi-2014")
    assert imported.scenario.facts == ()
    assert imported.scenario.declines[0] == DeclinedEntry("men-500", "CAN", 1, "", "lists.txt")
    assert len(imported.scenario.declines) == 8
    places = quotaproof.allocate(imported.scenario, engine="greedy").places
    assert places["men-500"] == {"ITA": 1, "RUS": 1}


def test_a_name_that_is_no_noc_is_reported_and_counts_as_unknown(tmp_path: Path) -> None:
    text = "==Men's 500 m==\n| Rank | NOC |\n| 1 | Ruritania |\n| 2 | QQQ |\n"
    imported = import_scenario(write(tmp_path, "list.txt", text), rules="sochi-2014")
    assert [e.noc for e in imported.scenario.standings.rankings["men-500"].entries] == [None, "QQQ"]
    assert "'Ruritania' is no NOC that is known" in remarks(imported, "missing")
    assert "QQQ is taken for the code of an NOC" in remarks(imported, "guessed")


def test_a_list_shorter_than_the_one_beside_it_ends_where_it_ends(tmp_path: Path) -> None:
    text = "==Men's==\n| Rank | 500 m | 1000 m |\n| 1 | CAN | ITA |\n| 2 | ITA | |\n| 3 | KAZ | |\n"
    imported = import_scenario(write(tmp_path, "lists.txt", text), rules="sochi-2014")
    assert imported.report.lists == {"men-500": 3, "men-1000": 1}


# The rules ----------------------------------------


def test_rules_are_guessed_by_year_or_columns_and_otherwise_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quotaproof.importing.template.real_identifiers", lambda: ("beijing-2022", "sochi-2014"))
    text = pages.plain(pages.Content())
    no_year = write(tmp_path, "page.txt", text.replace(" at the 2022 Winter Olympics", ""))
    imported = import_scenario(no_year)
    assert imported.report.rules == "beijing-2022"
    assert "its quota table has the same columns" in remarks(imported, "guessed")
    only_list = write(tmp_path, "list.txt", "==Men's 500 m==\n| Rank | NOC |\n| 1 | CAN |\n")
    with pytest.raises(InputError, match=r"list.txt: .*name them, such as --rules"):
        import_scenario(only_list)
    with pytest.raises(InputError, match="no quota table and no ranked list of these rules"):
        import_scenario(write(tmp_path, "beds.txt", "| Nation | Beds |\n| CAN | 3 |\n"), rules="sochi-2014")


def test_what_a_table_lacks_altogether_is_said_once(tmp_path: Path) -> None:
    table = "NOC,Men 500 m,Men 1000 m,Men 1500 m,Men relay,Women 500 m,Women 1000 m,Women 1500 m,Women relay,Athletes\n"
    mine = write(tmp_path, "mine.csv", f"{table}JPN,1,2,3,0,3,3,3,1,8\nRUS,3,3,2,1,3,3,3,1,10\n")
    missing = remarks(import_scenario(mine, rules="sochi-2014"), "missing")
    assert "no total is printed for any column" in missing and missing.count("no total") == 1
    assert "no list of any event; their rankings are unknown" in missing and missing.count("no list") == 1
    printed = write(tmp_path, "printed.csv", f"{table}JPN,1,2,3,0,3,3,3,1,8\nTotal,1,2,3,0,3,3,3,,8\n")
    assert "no total is printed for women-relay" in remarks(import_scenario(printed, rules="sochi-2014"), "missing")


def test_a_rule_file_can_be_named_and_the_host_with_it(tmp_path: Path) -> None:
    rules = tmp_path / "own.toml"
    rules.write_bytes((quotaproof.scenarios.FOLDER / "beijing-2022" / "rules.toml").read_bytes())
    page = write(tmp_path, "page.txt", pages.plain(pages.Content()))
    imported = import_scenario(page, rules=str(rules), title="My own")
    assert (imported.scenario.host, imported.scenario.title) == (None, "My own")
    assert "name it with --host" in remarks(imported, "missing")
    assert import_scenario(page, rules=str(rules), host="ITA").scenario.host == "ITA"
    assert import_scenario(page, host="none").scenario.host is None
    with pytest.raises(InputError, match="'Italy' is no host"):
        import_scenario(page, host="Italy")


# Faults of a page ----------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("| Belgium | 1", "| Belgium | 1 or 2", r"page.txt: row 2 of the quota table \(BEL\), men-500: '1 or 2' is no"),
        ("| Belgium |", "| Australia |", "row 2 of the quota table: AUS has a row above already"),
        ("| 3 | |\n| 4 | |", "| 4 | |\n| 3 | |", "rank 3 comes behind rank 4"),
    ],
)
def test_a_page_that_cannot_be_read_is_refused_in_one_sentence(
    before: str, after: str, problem: str, tmp_path: Path
) -> None:
    text = pages.plain(pages.Content())
    if "\n" in before:
        text = text.replace("| 3 |  |\n| 4 |  |", "| 4 |  |\n| 3 |  |", 1)
    else:
        assert before in text
        text = text.replace(before, after, 1)
    with pytest.raises(InputError, match=problem):
        import_scenario(write(tmp_path, "page.txt", text), tmp_path / "made")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.txt"]


def test_totals_footnotes_and_rows_for_readers(tmp_path: Path) -> None:
    text = pages.plain(pages.Content())
    text = text.replace("| Canada | 3 |", "| Canada[a] | 3[b] |").replace("Total: 23 NOCs", "Total: 24 NOCs")
    text = text.replace("| Belgium |", "| A note to readers |\n| Belgium |")
    imported = import_scenario(write(tmp_path, "page.txt", text))
    assert imported.scenario.published == pages.RIGHT
    assert "the total row speaks of 24 NOCs; the table has 23 rows" in remarks(imported, "difference")
    assert "A note to readers" in remarks(imported, "ignored")


# The folder ----------------------------------------


def test_a_full_disk_is_told_of_the_folder_that_was_named_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    page = write(tmp_path, "page.txt", pages.plain(pages.Content()))
    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(InputError) as refused:
        import_scenario(page, tmp_path / "new")
    assert str(refused.value) == f"{tmp_path / 'new'}: the folder cannot be written (No space left on device)."
    assert list(tmp_path.iterdir()) == [page]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    page = write(tmp_path, "page.txt", pages.plain(pages.Content()))
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="the folder exists and is not empty"):
        import_scenario(page, full)
    with pytest.raises(InputError, match="the folder above it does not exist"):
        import_scenario(page, tmp_path / "no" / "such")
    (tmp_path / "empty").mkdir()
    import_scenario(page, tmp_path / "empty")
    names = ["criteria.csv", "known.csv", "published.csv", "rules.toml", "scenario.toml", "SOURCES.md", "standings.csv"]
    assert sorted(path.name for path in (tmp_path / "empty").iterdir()) == sorted(names)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "full", "page.txt"]


def test_a_library_that_is_not_installed_is_named_with_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = write(tmp_path, "page.html", pages.html_page(pages.Content()))
    monkeypatch.setitem(sys.modules, "lxml.etree", None)
    with pytest.raises(InputError, match=r"needs the package lxml, .*: pip install 'quotaproof\[import\]'"):
        import_scenario(page)


# The command ----------------------------------------


def run(*words: str, check: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "quotaproof", *words], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == check, done.stderr
    assert "Traceback" not in done.stderr
    return done


def test_the_command_writes_a_folder_and_reports_in_every_format(tmp_path: Path) -> None:
    page = str(write(tmp_path, "page.html", pages.html_page(pages.Content(names=False))))
    done = run("import", page, "--into", str(tmp_path / "a"), "--format", "json")
    document = json.loads(done.stdout)
    assert document["unknown_nocs"] == 23
    assert document["lists"] == LENGTHS
    assert {remark["kind"] for remark in document["remarks"]} == {"read", "guessed", "missing"}
    assert Path(document["folder"]).is_dir()
    text = " ".join(run("import", page, "--into", str(tmp_path / "b")).stdout.split())
    for phrase in ("a quota table of 23 NOCs (23 of them unknown)", "Guessed:", "Missing:", "quotaproof verify"):
        assert phrase in text
    rows = list(
        csv.DictReader(io.StringIO(run("import", page, "--into", str(tmp_path / "c"), "--format", "csv").stdout))
    )
    assert len(rows) == len(document["remarks"])
    assert "### Guessed" in run("import", page, "--into", str(tmp_path / "d"), "--format", "markdown").stdout
    assert (tmp_path / "a" / "standings.csv").read_bytes() == (tmp_path / "d" / "standings.csv").read_bytes()
    again = run("import", page, "--into", str(tmp_path / "a"), check=2)
    assert again.stderr.startswith("quotaproof: ")
    assert "not empty" in again.stderr


@pytest.mark.parametrize(("form", "name"), [("html", "page.html"), ("markdown", "page.md"), ("wikitext", "page.wiki")])
def test_a_report_of_relays_by_criterion_is_read_with_all_nocs(form: str, name: str) -> None:
    beijing = load_scenario("beijing-2022")
    imported = import_contents([(name, quotaproof.report(beijing, form).encode())])  # type: ignore[arg-type,union-attr]
    assert remarks(imported, "difference") == ""
    read = {(row.event, row.nocs) for row in imported.scenario.criteria}
    assert {(row.event, row.nocs) for row in beijing.criteria} == read
