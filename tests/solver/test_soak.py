"""What `make soak` found stays mended, and it finds, keeps and repeats what is wrong."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.soak import checks, comparing
from bench.soak.__main__ import main
from bench.soak.cases import BY_NAME, FAMILIES, Case, case
from bench.soak.run import ABOUT, KEPT, one
from quotaproof.scenarios import load_scenario

FOLDERS = sorted(folder.parent for folder in KEPT.glob(f"*/{ABOUT}"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.name))
def test_what_differed_once_differs_no_more(folder: Path, tmp_path: Path) -> None:
    about = tomllib.loads((folder / ABOUT).read_text(encoding="utf-8"))
    family, seed = BY_NAME[about["family"]], about["seed"]
    if (folder / "scenario.toml").exists():
        found = Case(family, seed, load_scenario(folder), tmp_path / "scratch", random.Random(seed))
    else:  # no file can state it
        found = Case(family, seed, family.draw(seed, tmp_path / "races"), tmp_path / "scratch", random.Random(seed))
    for check in checks.CHECKS:
        if family.by in check.by:
            assert one(check, found)[1] == "", check.name


def test_some_of_every_family_are_drawn_and_nothing_differs() -> None:
    result = CliRunner().invoke(main, ["--number", "60", "--first", "300", "--processes", "1", "--seed", "5"])
    assert result.exit_code == 0, result.output
    assert result.output.startswith("60 allocations in ")
    assert result.output.endswith("no differences\n")
    assert sum(family.share for family in FAMILIES) == 1000


@pytest.mark.parametrize("check", checks.CHECKS, ids=lambda check: check.name)
def test_every_check_compares_something(check: comparing.Check, tmp_path: Path) -> None:
    """Of forty scenarios of each family that it looks at, some are not passed over."""
    met = set()
    for number in range(2000, 2400):
        drawn = case(7, number, tmp_path)
        if drawn.family.by in check.by:
            met.add(check.run(drawn))
        if len(met) > 1:
            break
    passed_over = {
        "not tried",
        "no such rules",
        "nothing to replay",
        "nothing to give back",
        "no table",
        comparing.CANNOT,
    }
    assert met - passed_over - {comparing.NO_ROOM, comparing.UNSETTLED}, met


def test_a_fault_is_found_kept_as_a_scenario_and_repeated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A validator that finds something wrong with one NOC's places everywhere."""
    truth = checks.violations

    def lying(scenario: object, allocation: object, *more: object) -> list[object]:
        return [*truth(scenario, allocation, *more), "a place too many"]  # type: ignore[arg-type]

    monkeypatch.setattr(checks, "violations", lying)
    words = ["--number", "12", "--processes", "1", "--seed", "9", "--kept", str(tmp_path)]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 1
    assert "DIFFERENCE" in result.output and "a place too many" in result.output
    assert result.output.endswith("differences\n")
    kept = sorted(tmp_path.iterdir())
    assert kept
    about = tomllib.loads((kept[0] / ABOUT).read_text(encoding="utf-8"))
    assert about["command"].startswith("make soak ARGS='--seed 9 --first ")
    again = CliRunner().invoke(main, [*about["command"].partition("'")[2].rstrip("'").split(), "--processes", "1",
                                      "--kept", str(tmp_path / "again")])  # fmt: skip
    assert again.exit_code == 1
    stated = [folder for folder in kept if (folder / "scenario.toml").exists()]
    assert stated and load_scenario(stated[0]).rules.events
