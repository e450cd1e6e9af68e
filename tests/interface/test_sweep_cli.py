"""sweep on the command line: the summary, the rows, the heat map, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_whatif_cli import run

SMALL = ("sweep", "synthetic-decline-pays", "--jobs", "1")
BIG = ("sweep", "beijing-like", "--jobs", "1")


def test_the_summary_says_what_was_asked_who_gains_and_which_declines_matter() -> None:
    text = run(*BIG, "--pairs").stdout.decode()
    words = " ".join(text.split())
    assert "Beijing 2022: 506 points, answered all together, without a solver." in words
    assert "of 253 declines that have an answer in both." in words
    for heading in ("Who gains, where others decline", "Which declines matter", "Cells that change"):
        assert heading in text
    assert "(the first 12 of 23)" in text
    assert max(map(len, text.splitlines())) <= 110


def test_json_has_the_whole_summary_and_nothing_else_is_printed() -> None:
    done = run(*BIG, "--singles", "--format", "json")
    found = json.loads(done.stdout)
    assert found["status"] == {"optimal": 46, "tie": 0, "impossible": 0, "unknown": 0}
    assert {len(found["gains"]), len(found["declines"])} == {23}
    assert done.stderr == b""


def test_proofs_are_counted() -> None:
    told = run(*SMALL, "--singles", "--prove", "all").stdout.decode()
    assert "CP-SAT has proved all of them." in " ".join(told.split())
    told = run(*SMALL, "--samples", "30", "--prove", "2").stdout.decode()
    assert "CP-SAT has proved 2 of them." in " ".join(told.split())


def test_csv_is_who_gains_and_with_samples_alone_quota_places() -> None:
    rows = list(csv.DictReader(io.StringIO(run(*BIG, "--singles", "--format", "csv").stdout.decode())))
    assert len(rows) == 23
    assert set(rows[0]) == {"noc", "gains", "loses", "points", "start_places", "quota_places"}
    rows = list(csv.DictReader(io.StringIO(run(*BIG, "--samples", "50", "--format", "csv").stdout.decode())))
    assert set(rows[0]) == {"noc", "mean", "least", "most", "any"}
    assert sum(float(row["mean"]) for row in rows) == pytest.approx(112, abs=1)


def test_markdown_has_headings_and_tables() -> None:
    text = run(*SMALL, "--singles", "--grid", "total=3..5", "--format", "markdown").stdout.decode()
    assert "**Who gains, where others decline**" not in text  # nobody else is there to gain
    assert "**The grid: quota places, summed over its points**" in text
    assert "| total | points | men | women |" in text


def test_a_grid_alone_has_a_row_per_cell() -> None:
    found = json.loads(
        run(*BIG, "--grid", "men-500=31..32", "--grid", "gender-cap=walk,hard", "--format", "json").stdout
    )
    cells = [(row["men-500"], row["gender-cap"]) for row in found["grid"]]
    assert cells == [("31", "walk"), ("31", "hard"), ("32", "walk"), ("32", "hard")]
    assert all(row["men"] + row["women"] <= 112 for row in found["grid"])
    assert "declines" not in found


@pytest.mark.parametrize(
    "words",
    [("--singles", "--noc", "AAA", "--noc", "WWW"), ("--grid", "total=110..112"), ("--samples", "50")],
    ids=["declines", "grid", "samples"],
)
@pytest.mark.parametrize("form", ["svg", "png"])
def test_a_heat_map_is_drawn_and_its_bytes_are_repeatable(words: tuple[str, ...], form: str, tmp_path: Path) -> None:
    pictures = []
    for turn in ("one", "two"):
        file = tmp_path / f"{turn}.{form}"
        run(*BIG, *words, "--plot", str(file))
        pictures.append(file.read_bytes())
    assert pictures[0] == pictures[1]
    assert pictures[0].startswith(b"<?xml" if form == "svg" else b"\x89PNG")
    if form == "svg":
        assert b"Synthetic: standings of the size of Beijing 2022" in pictures[0]
        assert b">WWW<" in pictures[0]


def test_a_heat_map_is_in_tones_of_one_colour_with_its_numbers(tmp_path: Path) -> None:
    """Whoever prints it in black and white loses nothing: no two colours are equally light."""
    from PIL import Image

    file = tmp_path / "map.png"
    run(*BIG, "--singles", "--noc", "AAA", "--mode", "rerun", "--plot", str(file))
    with Image.open(file) as image:
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
        pixels = image.convert("RGB").resize((200, 200), Image.Resampling.NEAREST)
        seen = list(pixels.get_flattened_data())
        assert all(red <= green + 3 and green <= blue + 3 for red, green, blue in seen)
        assert any(blue - red > 60 for red, _, blue in seen)


def test_the_rows_go_to_a_file_and_the_summary_to_stdout(tmp_path: Path) -> None:
    out = tmp_path / "rows.csv"
    assert b"46 points" in run(*BIG, "--singles", "--out", str(out)).stdout
    with out.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 46
    assert list(rows[0])[:8] == ["point", "first", "mode", "engine", "proved", "status", "problem", "TOTAL:men"]
    assert "WWW:women" in rows[0]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "there is nothing to sweep; name singles, pairs, triples, a grid or a number of samples."),
        (("--samples", "-1"), "Invalid value for '--samples': -1 is not in the range x>=0."),
        (("--grid", "men-400=1"), "'men-400' is neither a cap nor a reading;"),
        (("--singles", "--out", "rows.txt"), "must end in .parquet or .csv."),
        (("--singles", "--plot", "map.jpg"), "'map.jpg' is no name for a heat map; it must end in .svg or .png."),
        (("--singles", "--prove", "most"), "'most' is no number of proofs;"),
        (("--singles", "--reading", "gender-cap=soft"), "'soft' is no value of reading gender-cap;"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(
    words: tuple[str, ...], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*SMALL, *words, check=2)
    told = done.stderr.decode()
    assert done.stdout == b""
    assert told.startswith("quotaproof: ")
    assert sentence in told
    assert told.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_limit_that_was_reached_is_exit_code_3(monkeypatch: pytest.MonkeyPatch) -> None:
    from quotaproof.model.errors import LimitError
    from quotaproof.solver.engines.cpsat import engine

    def tired(*_: object, **__: object) -> None:
        raise LimitError("the solver's effort limit was reached, so the result is unknown")

    monkeypatch.setattr(engine, "fill", tired)
    done = run(*BIG, "--singles", "--noc", "WWW", "--mode", "sequential", "--engine", "cp-sat", check=3)
    assert "1 without a known result, because a limit was reached." in " ".join(done.stdout.decode().split())
    assert b"a limit was reached at 1 point;" in done.stderr


def test_a_bar_with_rate_and_time_left_is_shown_on_a_terminal() -> None:
    """Under a pseudo-terminal, since rich draws nothing elsewhere."""
    pty = pytest.importorskip("pty")
    import os

    master, slave = pty.openpty()
    words = [sys.executable, "-m", "quotaproof", *SMALL, "--samples", "2000", "--engine", "greedy"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=slave, env={**os.environ, "TERM": "xterm"}) as process:
        os.close(slave)
        shown = b""
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError:
                break
            if not piece:
                break
            shown += piece
        printed, _ = process.communicate(timeout=60)
    os.close(master)
    assert b"/2000" in shown
    assert b"/s, left" in shown
    assert printed.startswith(b"Synthetic: giving a relay place back pays: 2,000 points")


def test_a_home_that_cannot_be_written_to_is_no_matter(tmp_path: Path) -> None:
    file = tmp_path / "map.svg"
    done = subprocess.run(
        [sys.executable, "-m", "quotaproof", *SMALL, "--singles", "--plot", str(file)],
        env={**os.environ, "MPLCONFIGDIR": "/dev/null/nowhere", "NUMBA_CACHE_DIR": "/dev/null/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert file.stat().st_size
