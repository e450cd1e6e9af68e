"""backtest on the command line: the table, the document, the picture, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pytest
from test_whatif_cli import run

import quotaproof
from quotaproof.scenarios import load_scenario

QUICK = ("backtest", "sochi-2014", "--samples", "300")


def test_the_table_has_a_row_per_season_and_how_often_what_was_given_a_chance_came() -> None:
    done = run(*QUICK)
    text = done.stdout.decode()
    row = next(line for line in text.splitlines() if line.startswith("sochi-2014"))
    assert row.split()[1:5] == ["1", "of", "2", "336"] and row.endswith("yes")
    assert "300 seasons drawn per row, seed 0." in text
    assert "mean chance" in text and max(map(len, text.splitlines())) <= 110
    assert done.stderr == b""


def test_json_and_csv_have_the_same_figures_and_seeds_reproduce() -> None:
    found = json.loads(run(*QUICK, "--format", "json").stdout)
    again = json.loads(run(*QUICK, "--jobs", "1", "--seed", "0", "--format", "json").stdout)
    other = json.loads(run(*QUICK, "--seed", "1", "--format", "json").stdout)
    assert found == again != other
    row = found["rows"][0]
    assert (row["scenario"], row["meets_held"], row["meets_left"]) == ("sochi-2014", ["torino-2013"], ["kolomna-2013"])
    assert row["beats_both"] and row["odds"]["brier"] < row["now"]["brier"] < row["share"]["brier"]
    assert sum(one["number"] for one in found["reliability"]) == row["cells"] * 3 - 2 * 2 * 42
    rows = list(csv.DictReader(io.StringIO(run(*QUICK, "--format", "csv").stdout.decode())))
    assert [float(rows[0]["brier-odds"])] == [pytest.approx(row["odds"]["brier"], abs=1e-4)]
    assert rows[0]["better-than-both"] == "yes"


def test_the_picture_is_the_same_again(tmp_path: Path) -> None:
    pictures = []
    for name in ("one.svg", "two.svg"):
        run(*QUICK, "--plot", str(tmp_path / name))
        pictures.append((tmp_path / name).read_bytes())
    assert pictures[0] == pictures[1] and b"chance by the odds" in pictures[0]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("backtest", "beijing-2022"), "no classifications.csv"),
        (("backtest", "speed-skating-2026-after-two"), "is not over"),
        (("backtest", "sochi-2014", "--after", "2"), "nothing of sochi-2014 is left to forecast"),
        (("backtest", "sochi-2014", "--after", "seoul"), "is not a meet"),
        (("backtest", "--after", "1"), "--after belongs to a scenario"),
        (("backtest", "sochi-2014", "--plot", "x.pdf"), "must end in .svg or .png"),
        (("backtest", "sochi-2014", "--jobs", "0"), "no number of processes"),
        (("backtest", "nowhere-1900"), "neither the path"),
    ],
)
def test_what_cannot_be_forecast_is_refused_in_a_sentence(words: tuple[str, ...], sentence: str) -> None:
    done = run(*words, check=2)
    error = done.stderr.decode()
    assert sentence in error and error.count("\n") == 1 and done.stdout == b""


def test_without_scipy_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)
    assert "pip install 'quotaproof[odds]'" in run(*QUICK, check=2).stderr.decode()


def test_the_api_takes_scenarios_alone_or_with_a_meet_and_gives_the_same_document() -> None:
    sochi = load_scenario("sochi-2014")
    alone = quotaproof.backtest([sochi], samples=300)
    assert alone.to_dict() == quotaproof.backtest([(sochi, "torino-2013")], samples=300).to_dict()
    assert alone.to_dict() == json.loads(run(*QUICK, "--format", "json").stdout)
    told: list[tuple[int, int]] = []
    quotaproof.backtest([(sochi, 1)], samples=300, tell=lambda done, of: told.append((done, of)))
    assert told[-1] == (300, 300)
    with pytest.raises(quotaproof.InputError, match="left to forecast"):
        quotaproof.backtest([(sochi, 2)], samples=300)
