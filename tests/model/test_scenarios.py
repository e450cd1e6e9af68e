"""The scenarios that come with quotaproof: found by id, and synthetic ones what their script makes."""

from __future__ import annotations

import shutil
from pathlib import Path

import make_beijing_like
import pytest

from quotaproof.model.errors import InputError
from quotaproof.scenarios import FOLDER, identifiers, kind_of_data, load_scenario, real_identifiers
from quotaproof.scenarios.summaries import KEPT, checksum, document, summaries
from quotaproof.solver.engines import greedy

BIG = "synthetic-beijing-like"


def test_the_prefix_of_a_synthetic_scenario_may_be_left_out() -> None:
    assert load_scenario("beijing-like") == load_scenario(BIG)
    assert load_scenario("beijing-like").identifier == BIG
    assert load_scenario("decline-pays").identifier == "synthetic-decline-pays"


def test_a_folder_and_a_full_id_come_before_a_left_out_prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "beijing-like"
    folder.mkdir()
    for name in ("scenario.toml", "rules.toml"):
        text = (FOLDER / "synthetic-rerun-takes" / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace("complete = ", "complete = [] # "), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert load_scenario("beijing-like").identifier == "beijing-like"


def test_what_is_no_id_is_refused_with_all_ids() -> None:
    with pytest.raises(
        InputError, match=r"'synthetic-beijing' is neither .* ids are beijing-2022, .*synthetic-beijing-like"
    ):
        load_scenario("synthetic-beijing")


def test_the_synthetic_standings_are_what_their_script_makes() -> None:
    assert make_beijing_like.make() == (FOLDER / BIG / "standings.csv").read_text(encoding="utf-8")


def test_the_synthetic_season_is_of_the_size_of_beijing_and_everybody_has_a_place() -> None:
    scenario = load_scenario(BIG)
    assert len(scenario.nocs) == 23
    assert sum(len(ranking.entries) for ranking in scenario.standings.rankings.values()) == 371
    allocation = greedy.allocate(scenario)
    assert allocation.status == "optimal"
    assert allocation.nocs == scenario.nocs
    assert sum(allocation.totals) == 112
    beijing = load_scenario("beijing-2022").rules
    for name in ("events", "total", "gender_caps", "host_events", "pathways", "readings"):
        assert getattr(scenario.rules, name) == getattr(beijing, name)


def test_all_invented_and_altered_data_says_so_in_its_name_and_its_sources() -> None:
    for identifier in identifiers():
        title = load_scenario(identifier).title
        sources = (FOLDER / identifier / "SOURCES.md").read_text(encoding="utf-8")
        assert title.startswith("Synthetic") == identifier.startswith("synthetic-")
        assert ("altered by us" in title) == identifier.startswith("altered-")
        assert ("altered by us" in sources.partition("\n")[0]) == identifier.startswith("altered-")
        assert (kind_of_data(identifier) == "real") == (not identifier.startswith(("synthetic-", "altered-")))


def test_real_scenarios_come_first() -> None:
    assert identifiers()[: len(real_identifiers())] == real_identifiers()
    assert set(real_identifiers()) >= {"beijing-2022", "sochi-2014", "pyeongchang-2018", "milano-cortina-2026"}


@pytest.mark.parametrize("name", ["rules.toml", "known.csv"])
def test_the_altered_scenario_is_that_of_beijing_but_for_its_table(name: str) -> None:
    """One cell of published.csv: see test_published.py."""
    assert (FOLDER / "altered-beijing-2022" / name).read_bytes() == (FOLDER / "beijing-2022" / name).read_bytes()


def test_what_the_list_says_of_each_scenario_is_kept_as_it_is() -> None:
    assert KEPT.read_text(encoding="utf-8") == document(), "run: make summaries"


@pytest.mark.parametrize("kept", [None, "", "[]", '{"sochi-2014": 5}', '{"sochi-2014": {"files": 0, "summary": {}}}'])
def test_a_list_of_scenarios_that_is_stale_or_spoilt_is_not_believed(
    kept: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = summaries()
    file = tmp_path / "summaries.json"
    if kept is not None:
        file.write_text(kept, encoding="utf-8")
    monkeypatch.setattr("quotaproof.scenarios.summaries.KEPT", file)
    monkeypatch.setattr("quotaproof.scenarios.summaries.identifiers", lambda: ("sochi-2014",))
    assert summaries() == [one for one in right if one["scenario"] == "sochi-2014"]


def test_the_checksum_of_a_folder_changes_with_every_file(tmp_path: Path) -> None:
    folder = tmp_path / "sochi-2014"
    shutil.copytree(FOLDER / "sochi-2014", folder)
    right = checksum(folder)
    assert right == checksum(FOLDER / "sochi-2014")
    for path in sorted([*folder.glob("*.csv"), *folder.glob("*.toml")]):
        content = path.read_bytes()
        path.write_bytes(content.replace(b"2", b"3", 1))
        assert checksum(folder) != right
        path.rename(path.with_name("other.csv"))
        path.with_name("other.csv").write_bytes(content)
        assert checksum(folder) != right
        path.with_name("other.csv").rename(path)
    assert checksum(folder) == right
