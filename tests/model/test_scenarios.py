"""The scenarios that come with quotaproof: found by id, and synthetic ones what their script makes."""

from __future__ import annotations

from pathlib import Path

import make_beijing_like
import pytest

from quotaproof.model.errors import InputError
from quotaproof.scenarios import FOLDER, identifiers, load_scenario
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


def test_all_invented_data_says_so_in_its_name() -> None:
    for identifier in identifiers():
        title = load_scenario(identifier).title
        assert title.startswith("Synthetic") == identifier.startswith("synthetic-")
