"""One list of the files of a scenario folder: headers, the page that documents them, and scenario.toml as text."""

from __future__ import annotations

import itertools
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quotaproof.model.errors import one_line
from quotaproof.model.scenario_folder import (
    FILES,
    NAMES,
    RULES,
    SCENARIO,
    WORDS_LIMIT,
    ScenarioFile,
    scenario_text,
    told_by_header,
)
from quotaproof.model.scenario_loading import load_folder
from quotaproof.scenarios import FOLDER

PAGE = Path(__file__).parent.parent.parent / "docs" / "scenario-format.md"
SOCHI = FOLDER / "sochi-2014"
CSV_FILES = [file for file in FILES if file.required]
ROW = re.compile(r"^\| `([\w.]+\.(?:toml|csv|md))` \| (?:`([^`]*)`)? ?\| (.*) \|$", re.MULTILINE)


def test_the_page_has_every_file_with_its_header_in_the_same_order() -> None:
    documented = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert documented == [(file.name, file.header, file.holds) for file in FILES]


@pytest.mark.parametrize("folder", sorted(path.parent for path in FOLDER.glob("*/scenario.toml")), ids=lambda p: p.name)
def test_no_scenario_has_another_file(folder: Path) -> None:
    named = {one.file for one in load_folder(folder).published_lists}
    assert {path.name for path in folder.iterdir()} - named <= set(NAMES)


@pytest.mark.parametrize("file", CSV_FILES, ids=lambda file: file.name)
def test_every_header_tells_its_file(file: ScenarioFile) -> None:
    events = ["men-500", "women-relay"]
    for size in range(len(file.optional) + 1):
        for further in itertools.combinations(file.optional, size):
            assert told_by_header([*reversed(file.columns(events)), *further]) is file


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("event,noc,qualifier,date", "declines.csv"),
        ("event,noc,number,date", "invitations.csv"),
        ("event,rank,noc,qualifier,remark", "standings.csv"),
        ("event,noc,qualifier", None),
        ("noc,men-500", None),
        ("a,b", None),
    ],
)
def test_a_header_may_lack_a_column_as_long_as_it_can_be_no_other_file(header: str, name: str | None) -> None:
    found = told_by_header(header.split(","))
    assert (found and found.name) == name


def test_a_file_is_not_written_with_columns_that_it_does_not_have() -> None:
    with pytest.raises(ValueError, match=r"known\.csv has no columns points"):
        next(file for file in FILES if file.name == "known.csv").csv_text([], ("points",))


def loaded_title(title: str) -> str:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        text = scenario_text(title=title, games="Games", host="CAN", sources=(title,), readings={"gender-cap": "walk"})
        (folder / SCENARIO.name).write_bytes(text.encode())
        (folder / RULES.name).write_bytes((SOCHI / RULES.name).read_bytes())
        scenario = load_folder(folder)
    assert scenario.sources == (scenario.title,)
    assert (scenario.games, scenario.host, scenario.readings.gender_cap) == ("Games", "CAN", "walk")
    return scenario.title


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=300))
@example('the "right" table')
@example("a title\nof two lines")
@example('"""')
@example("\\u0041 \\")
@example("\r\x00\x7f\x85\u2028")
@example('x"\n[readings]\ngender-cap = "hard')
def test_any_title_is_read_back_on_one_line(title: str) -> None:
    found = loaded_title(title)
    assert found == one_line(title)
    assert found == title or not title.isprintable()
    assert len(found.splitlines()) == 1


@pytest.mark.parametrize("character", ["x", '"', "\x01", "é"])
@pytest.mark.parametrize("length", [WORDS_LIMIT, WORDS_LIMIT + 1, 10 * WORDS_LIMIT])
def test_a_title_that_is_too_long_is_cut_so_that_it_can_be_read(character: str, length: int) -> None:
    found = loaded_title(character * length)
    assert one_line(character * length).startswith(found.removesuffix("…"))
    assert len(found) > WORDS_LIMIT // 8
    assert (found == character * length) == (length == WORDS_LIMIT and character in "xé")
