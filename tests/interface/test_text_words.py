"""Texts of the command line: plurals agree, no words of a program, a sentence for each way to read a clause."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from quotaproof.cli import cli
from quotaproof.model.rules import READING_VALUES
from quotaproof.reading_words import MEANINGS, meaning_of

PLURAL = re.compile(r"(?<![-–])\b(?:1|one|One) (?:men|women|people|entries|\w+s)\b(?![’'])")
TRUE = re.compile(r"(?:is|has|was|goes|needs|does|gives|takes|keeps|loses|gains|less|this|others)$")
PROGRAM = re.compile(
    r"\[whatif: |greedy reference|\bwalk / refuse|\b\d+ facts\b(?! and clauses| can| cannot)|[Rr]ead as "
)


def said(*words: str) -> str:
    run = CliRunner().invoke(cli, list(words), catch_exceptions=False)
    return " ".join(run.output.split())


@pytest.mark.parametrize(
    "words",
    [
        ("list",),
        ("allocate", "sochi-2014", "--engine", "greedy"),
        ("allocate", "figure-skating-2018", "--engine", "greedy"),
        ("standings", "sochi-2014", "--event", "men-relay"),
        ("verify", "altered-beijing-2022"),
        ("compare", "sochi-2014", "sochi-2014"),
        ("whatif", "sochi-2014", "--decline", "KAZ:men-1000=1"),
        ("whatif", "beijing-2022", "--decline", "KAZ:men-500=1"),
        ("reserve", "sochi-2014", "men-1000"),
        ("explain", "sochi-2014", "JPN", "men", "--why-not", "4"),
        ("sweep", "synthetic-rerun-takes", "--singles", "--jobs", "1"),
        ("season", "sochi-2014", "--after", "1", "--event", "men-relay", "--samples", "1"),
    ],
    ids=" ".join,
)
def test_plurals_agree_and_no_word_is_the_programs(words: tuple[str, ...]) -> None:
    text = said(*words)
    assert len(text) > 200
    assert [match[0] for match in PLURAL.finditer(text) if not TRUE.search(match[0])] == []
    assert PROGRAM.findall(text) == []


def test_every_value_of_every_reading_has_a_sentence() -> None:
    for name, values in READING_VALUES.items():
        for value in values:
            assert re.fullmatch(r"[A-Z].*\.", meaning_of(name, value)), (name, value)
    assert set(MEANINGS) == {(name, value) for name, values in READING_VALUES.items() for value in values}


def test_a_verification_says_what_each_reading_means_and_what_comes_of_it() -> None:
    text = said("verify", "altered-beijing-2022")
    assert "- hard: No gender may ever have more athletes than that. The rules do not give the repaired table." in text
    for value in ("walk (chosen)", "nominal", "refuse (chosen)", "men-first", "women-first", "yes (chosen)", "no"):
        assert re.search(rf"- {re.escape(value)}: [A-Z][^-]*\. The rules give the repaired table\.", text), value


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("explain", "sochi-2014", "JPN", "men"), "Sochi 2014: Japan (JPN)"),
        (("whatif", "sochi-2014", "--exclude", "FRA"), "France (FRA) is out"),
    ],
)
def test_an_noc_has_its_name_where_it_comes_first(words: tuple[str, ...], named: str) -> None:
    text = said(*words)
    assert named in text
    assert text.count(named.rpartition(": ")[2].removeprefix("exclude ")) == 1
