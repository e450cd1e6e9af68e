"""A folder that the program writes can be uploaded and read back, whatever is in it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from quotaproof.api import whatif
from quotaproof.importing.folder import FolderParts, save
from quotaproof.importing.outcome import ImportReport
from quotaproof.model.aliases import Alias
from quotaproof.model.criteria import Criterion
from quotaproof.model.later_changes import DeclinedEntry, Invitation
from quotaproof.model.results.listed_file import lists_csv
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_folder import (
    CLASSIFICATIONS,
    DRAWS,
    ENTRIES,
    FILES,
    NAMES,
    NEEDED,
    RANKED_LISTS,
    RESULTS,
    STANDINGS,
)
from quotaproof.model.scenario_loading import load_folder
from quotaproof.model.standings.facts import Fact, Remark
from quotaproof.model.standings.rankings import Standings
from quotaproof.scenarios import FOLDER, load_scenario
from quotaproof.solver.whatif.recipients import Recipients
from quotaproof.web.limits import Limits
from quotaproof.web.uploads import read_upload, write_folder
from quotaproof.witness import save as save_witnesses

TITLE = 'The "right" table,\nsaid = "twice" \\ in two lines'
SOCHI = load_scenario("sochi-2014")


def parts() -> FolderParts:
    """A season with something for every file that an import writes; nothing of it is real."""
    ranking = SOCHI.standings.rankings["men-500"]
    first, second = ranking.entries[0].noc, ranking.entries[1].noc
    assert first is not None
    return FolderParts(
        title=TITLE,
        games='Games, "as it were"',
        host=SOCHI.host,
        rules_text=(FOLDER / "sochi-2014" / "rules.toml").read_text(encoding="utf-8"),
        readings={"gender-cap": "walk"},
        dates={"final": "2014-01-24"},
        sources=('a page, "quoted"',),
        published=SOCHI.published,
        standings=Standings({"men-500": ranking}),
        facts=(Fact("women-500", "ahead-of", "CHN", 0, "press", other="KOR"),),
        remarks=(Remark("all", "quota-not-filled", "GBR", "1 of 3", "press"),),
        declines=(DeclinedEntry("men-500", first, ranking.entries[0].qualifier, "2014-01-20", "press", second),),
        invitations=(Invitation("men", "CAN", 1, "2014-01-20", "press"),),
        criteria=(Criterion("men-relay", "top 8", ("CAN", "CHN"), 5, 40),),
    )


def report() -> ImportReport:
    return ImportReport("page.html", "html", TITLE, "sochi-2014", (), 0, 0, {}, {}, {}, None)


def same(one: Scenario, other: Scenario) -> bool:
    return replace(one, identifier="x", folder=None) == replace(other, identifier="x", folder=None)


SKATING = FOLDER / "figure-skating-2018"
LISTS = {RESULTS.name, ENTRIES.name}
"""Files of scenarios whose places go down ranked lists."""


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imported") / "made"
    save(parts(), folder, report)
    return folder


@pytest.fixture(scope="module")
def full(imported: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The imported folder with the files that no import writes: every name of the list is there."""
    folder = tmp_path_factory.mktemp("full")
    for path in imported.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    results = FOLDER / "sochi-2014" / CLASSIFICATIONS.name
    (folder / CLASSIFICATIONS.name).write_bytes(results.read_bytes())
    (folder / DRAWS.name).write_text(DRAWS.csv_text([]), encoding="utf-8")
    return folder


def test_the_folders_here_have_every_file(imported: Path, full: Path) -> None:
    assert {path.name for path in full.iterdir()} == set(NAMES) - LISTS
    assert {path.name for path in imported.iterdir()} == set(NAMES) - LISTS - {CLASSIFICATIONS.name, DRAWS.name}


def test_what_an_import_writes_is_read_back(imported: Path) -> None:
    wanted, scenario = parts(), load_folder(imported)
    title = TITLE.replace("\n", " ")  # a title is one line, however a file breaks it
    assert (scenario.title, scenario.games, scenario.sources) == (title, wanted.games, wanted.sources)
    assert scenario.published == wanted.published
    assert scenario.standings == wanted.standings
    assert (scenario.facts, scenario.remarks, scenario.declines) == (wanted.facts, wanted.remarks, wanted.declines)
    assert (scenario.invitations, scenario.criteria) == (wanted.invitations, wanted.criteria)


def test_every_file_is_uploaded_in_a_zip_file(full: Path, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in full.iterdir():
            archive.write(path, f"made/{path.name}")
    files = read_upload([("made.zip", buffer.getvalue())], None, False, Limits())
    assert files == {path.name: path.read_bytes() for path in full.iterdir()}
    write_folder(tmp_path, files)
    assert same(load_folder(tmp_path), load_folder(full))


@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_uploaded_by_itself(name: str, full: Path, tmp_path: Path) -> None:
    folder = SKATING if name in LISTS else full
    sent = [(other, (folder / other).read_bytes()) for other in dict.fromkeys((*NEEDED, name))]
    if name == DRAWS.name:
        sent.append((CLASSIFICATIONS.name, (full / CLASSIFICATIONS.name).read_bytes()))
    if name == "declines.csv":
        sent.append((STANDINGS.name, (full / STANDINGS.name).read_bytes()))
    files = read_upload(sent, None, False, Limits())
    assert files == dict(sent)
    write_folder(tmp_path, files)
    load_folder(tmp_path)


@pytest.mark.parametrize("file", [file for file in FILES if file.required], ids=lambda file: file.name)
def test_every_csv_file_may_have_any_name(file: object, full: Path) -> None:
    name = getattr(file, "name", "")
    content = ((SKATING if name in LISTS else full) / name).read_bytes()
    if file is RANKED_LISTS:
        content = lists_csv(load_folder(SKATING).lists).encode()
    assert read_upload([("my table.csv", content)], FOLDER / "sochi-2014", False, Limits())[name] == content


def test_the_rules_of_a_scenario_are_taken_without_its_claim_to_be_complete() -> None:
    files = read_upload([("known.csv", b"event,fact,noc,value,source\n")], FOLDER / "sochi-2014", False, Limits())
    assert b"complete = []" in files["scenario.toml"]
    assert SOCHI.title.encode() in files["scenario.toml"]


def test_the_rules_of_a_scenario_are_taken_with_its_aliases(tmp_path: Path) -> None:
    fact = b"event,fact,noc,value,source\nmen-500,start-places,RUS,1,press\n"
    write_folder(tmp_path, read_upload([("known.csv", fact)], FOLDER / "milano-cortina-2026", False, Limits()))
    assert load_folder(tmp_path).aliases == load_scenario("milano-cortina-2026").aliases != ()


def test_a_witness_of_any_title_is_read_and_replayed(tmp_path: Path) -> None:
    beijing = replace(load_scenario("beijing-2022"), title=TITLE)
    assert beijing.published is not None
    found = whatif(beijing, ["JPN:men-relay"])
    assert isinstance(found, Recipients)
    written = save_witnesses(found, beijing, tmp_path / "witnesses")
    assert written
    for folder in written:
        scenario = load_folder(folder)
        assert scenario.title.startswith("Synthetic ")
        assert scenario.title.endswith(TITLE.replace("\n", " "))


def test_a_witness_keeps_the_federations_under_a_code_of_their_own(tmp_path: Path) -> None:
    alias = Alias("AIN", ("AUS", "CRO"), 1, "at most one per event", 'synthetic, "as told"')
    beijing = replace(load_scenario("beijing-2022"), aliases=(alias,))
    found = whatif(beijing, ["JPN:men-relay"])
    assert isinstance(found, Recipients)
    written = save_witnesses(found, beijing, tmp_path / "witnesses")
    assert [load_folder(folder).aliases for folder in written] == [(alias,)] * len(found.witnesses)
