"""Pictures: in a colour that is as clear in grey, and with the Games that they are of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from quotaproof import figure
from quotaproof.cli import cli


def lightness(colour: str) -> float:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_more_is_darker_in_colour_and_in_grey() -> None:
    tones = [figure.tone(number / 10) for number in range(11)]
    shades = [lightness(tone) for tone in tones]
    assert shades == sorted(shades, reverse=True)
    assert shades[0] > 0.9
    assert shades[-1] < 0.2
    assert all(len({tone[1:3], tone[3:5], tone[5:7]}) > 1 for tone in tones)


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        (
            "whatif sochi-2014 --decline FRA:men-500 --engine greedy --format svg --out {file}",
            ["Short track speed skating, Sochi 2014: France (FRA) gives back its places in the men's 500 m"],
        ),
        (
            "season sochi-2014 --after 1 --for JPN --event men-500 --samples 20 --plot {file}",
            ["Japan (JPN)", "Olympic Winter Games Sochi 2014, after Torino 2013"],
        ),
        (
            "sweep synthetic-decline-pays --singles --jobs 1 --plot {file}",
            ["Synthetic: giving a relay place back pays"],
        ),
        (
            "sweep sochi-2014 --singles --of men-500 --noc KAZ --jobs 1 --plot {file}",
            ["Short track speed skating, Sochi 2014, 2 points", "KAZ men's 500 m"],
        ),
        (
            "backtest sochi-2014 --after 1 --samples 20 --plot {file}",
            ["Short track speed skating, Sochi 2014: 1 forecast<"],
        ),
    ],
)
def test_a_picture_has_a_colour_and_names_its_games(words: str, titles: list[str], tmp_path: Path) -> None:
    file = tmp_path / "picture.svg"
    done = CliRunner().invoke(cli, words.format(file=file).split())
    assert done.exit_code in (0, 1), done.exception
    drawn = file.read_text(encoding="utf-8")
    for title in titles:
        assert title in drawn.replace("&apos;", "'").replace("&#39;", "'")
    colours = set(re.findall("#[0-9a-f]{6}", drawn)) if "<image" not in drawn else {"#08306b"}
    assert any(len({colour[1:3], colour[3:5], colour[5:7]}) > 1 for colour in colours)
