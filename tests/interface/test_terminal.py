"""Texts on a terminal: as wide as it is, with what there is no room for named, and in colour only where that helps."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from itertools import takewhile
from pathlib import Path

import pytest

from quotaproof.text.columns import laid_out
from quotaproof.text.grid import grid, wrap
from quotaproof.text.size import SIZE, TextSize

PROGRAM = [sys.executable, "-m", "quotaproof"]
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def on_terminal(*words: str, columns: int, **environment: str) -> str:
    """What a command writes to a terminal of so many columns, with the codes for colours."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    variables = {**kept, "TERM": "xterm", **environment}
    with subprocess.Popen([*PROGRAM, *words], stdout=its, stderr=subprocess.PIPE, env=variables) as process:
        os.close(its)
        parts = []
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            parts.append(part)
        process.wait()
    os.close(ours)
    return b"".join(parts).decode().replace("\r\n", "\n")


def piped(*words: str, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    run = subprocess.run([*PROGRAM, *words], capture_output=True, env={**kept, **environment}, check=False)
    return run.stdout.decode()


def longest(text: str) -> int:
    return max(len(line) for line in ESCAPE.sub("", text).splitlines())


@pytest.mark.parametrize("columns", [60, 80, 160])
def test_no_line_is_longer_than_the_terminal(columns: int) -> None:
    text = on_terminal("allocate", "speed-skating-2026", columns=columns)
    assert longest(text) <= columns
    assert "…" not in text
    for line in ESCAPE.sub("", text).splitlines():
        if "Proved optimal" in line:
            assert len(line) <= 110
    assert ("Left out, since there is no room: " in ESCAPE.sub("", text)) == (columns < 100)


def test_a_title_is_folded_as_other_text_is() -> None:
    text = on_terminal("standings", "pyeongchang-2018", "--event", "men-relay", columns=60)
    assert longest(text.partition("rank")[0]) <= 60
    assert "standings from" in " ".join(text.split())


def test_what_is_left_out_is_named_with_how_to_see_it() -> None:
    text = piped("allocate", "speed-skating-2026", COLUMNS="60")
    said = " ".join(text.split())
    assert "Left out, since there is no room: women 1000, women 1500, women 3000, women 5000," in said
    assert "--wide and --format json have them." in said
    header = text.split("TOTAL")[0]
    assert "athletes" in header, "the number of athletes matters most"


@pytest.mark.parametrize("columns", [80, 100, 120])
def test_a_title_in_the_list_is_on_two_lines_or_three(columns: int) -> None:
    """Other columns are left out for it."""
    table = piped("list", COLUMNS=str(columns)).partition("\n\n")[0].splitlines()
    first = next(number for number, line in enumerate(table) if line.startswith("altered-beijing-2022"))
    rest = [number for number, line in enumerate(table) if number > first and not line.startswith(" ")]
    assert rest[0] - first <= 3
    assert len(table) <= 30


def test_wide_keeps_every_column_and_json_is_as_it_was() -> None:
    wide = piped("allocate", "speed-skating-2026", "--wide", COLUMNS="40")
    assert "Left out" not in wide
    assert "women team pursuit" in wide
    narrow = piped("allocate", "sochi-2014", "--format", "json", COLUMNS="40")
    assert narrow == piped("allocate", "sochi-2014", "--format", "json")


def test_piped_text_has_a_width_of_its_own_unless_columns_says_another() -> None:
    assert 80 < longest(piped("verify", "altered-beijing-2022")) <= 110
    assert longest(piped("verify", "altered-beijing-2022", COLUMNS="72")) <= 72
    assert longest(piped("verify", "altered-beijing-2022", COLUMNS="many")) > 80


def test_a_file_does_not_depend_on_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "beijing.txt"
    on_terminal("verify", "altered-beijing-2022", "--out", str(file), columns=60)
    assert file.read_text(encoding="utf-8") == piped("verify", "altered-beijing-2022")


def test_colours_say_whether_a_table_is_right_and_only_on_a_terminal() -> None:
    red, green = "\x1b[31m", "\x1b[32m"
    wrong = on_terminal("verify", "altered-beijing-2022", columns=100)
    assert wrong.startswith(red)
    assert "1 -> 0" in wrong
    assert on_terminal("verify", "beijing-2022", columns=100).startswith(green)
    for without in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\x1b" not in on_terminal("verify", "altered-beijing-2022", columns=100, **without)
    assert "\x1b" not in piped("verify", "altered-beijing-2022")


HEADER = ["step", "who", "why"]
ROWS = [["1", "JPN", "it has the better rank of the two"], ["10", "KOR", ""]]


def test_numbers_are_to_the_right_and_text_to_the_left() -> None:
    assert grid(HEADER, ROWS, "table", color=False).splitlines() == [
        "step  who  why",
        "   1  JPN  it has the better rank of the two",
        "  10  KOR",
    ]
    assert grid(HEADER, ROWS, "markdown", color=False).splitlines()[1] == "| --: | :-- | :-- |"


@pytest.mark.parametrize(
    ("scenario", "marked"),
    [
        ("sochi-2014", {"HUN": "3 (2)", "KAZ": "0 (1)"}),
        ("altered-beijing-2022", {"KAZ": "1 -> 0"}),
        ("pyeongchang-2018", {"GER": "0 (1)", "KAZ": "1 (0)", "OAR": "7 (10)"}),
    ],
)
def test_numbers_with_others_beside_them_are_to_the_right_too(scenario: str, marked: dict[str, str]) -> None:
    lines = piped("verify", scenario, COLUMNS="140").splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("NOC "))
    ends = [found.end() for found in re.finditer(r"\S+(?: \S+)*", lines[first])][1:]
    table = list(takewhile(bool, lines[first + 1 :]))
    for line in table:
        numbers = list(re.finditer(r"(?<=  )\d+(?: \(\d+\)| -> \d+)?", line))
        assert numbers and {found.end() for found in numbers} <= set(ends), line
    for noc, number in marked.items():
        assert any(line.startswith(noc) and re.search(rf"  {re.escape(number)}(?:  |$)", line) for line in table)


def test_text_goes_on_in_its_column_and_is_never_cut() -> None:
    token = SIZE.set(TextSize(columns=32))
    try:
        assert grid(HEADER, ROWS, "table", color=False).splitlines() == [
            "step  who  why",
            "   1  JPN  it has the better",
            "           rank of the two",
            "  10  KOR",
        ]
        assert wrap("  - one two three four five six seven eight").splitlines() == [
            "  - one two three four five six",
            "    seven eight",
        ]
    finally:
        SIZE.reset(token)


def test_the_columns_that_matter_stay_longest() -> None:
    header, rows = ["noc", "a", "b", "c"], [["JPN", "1", "2", "3"]]
    numeric = [False, True, True, True]
    assert laid_out(header, rows, numeric, [3], 12)[0] == [0, 1, 2, 3]
    assert laid_out(header, rows, numeric, [3], 7)[0] == [0, 1, 3]
    assert laid_out(header, rows, numeric, [3], 5)[0] == [0, 3]
    assert laid_out(header, rows, numeric, [], 5)[0] == [0, 1]
    assert laid_out(header, rows, numeric, [], 1)[0] == [0], "the first column stays in any case"


def test_summaries_of_commands_are_whole() -> None:
    text = piped("--help")
    assert "..." not in text.split("Commands:")[1]
    assert "those with invented or altered data last." in " ".join(text.split())
