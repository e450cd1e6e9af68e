"""Texts of the command line: plurals agree, no words of a program, a sentence for each way to read a clause."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from quotaproof.cli import cli
from quotaproof.model.rules import READING_VALUES
from quotaproof.nations import is_known, name_of
from quotaproof.reading_words import MEANINGS, meaning_of
from quotaproof.scenarios import load_scenario
from quotaproof.text.grid import DrawnTable, blocks_with_names, with_names

PLURAL = re.compile(r"(?<![-–])\b(?:1|one|One) (?:men|women|people|entries|\w+s)\b(?![’'])")
TRUE = re.compile(r"(?:is|has|was|goes|needs|does|gives|takes|keeps|loses|gains|less|this|others)$")
PROGRAM = re.compile(
    r"\[whatif: |greedy reference|\bwalk / refuse|\b\d+ facts\b(?! and clauses| can| cannot)|[Rr]ead as "
)


SHORT, LISTS = "sochi-2014", "speed-skating-2026"


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


IDS = re.compile(
    r"(?<![\w:/-])(?:(?:men|women|mixed)-(?:\d+|relay|mass-start|team-pursuit)|(?:torino|kolomna)-2013|salt-lake-city|"
    r"calgary|heerenveen|hamar|world-championships[-0-9]*)(?!>=|[\w=])"
)
"""The id of an event or a meet, which people do not write, outside of a command."""


@pytest.mark.parametrize(
    "words",
    [
        "explain sochi-2014 JPN men-relay --why-not 1",
        "whatif sochi-2014 --disqualify JPN:men-500:2@torino-2013",
        "whatif sochi-2014 --set men-500:noc=2",
        "whatif sochi-2014 --move JPN:men-relay=8",
        "sweep sochi-2014 --singles --of men-500 --jobs 1",
        "standings speed-skating-2026-after-two --event women-mass-start",
        "standings figure-skating-2018 --event pairs",
        "verify speed-skating-2026-after-two --published draft-v3.csv",
        "season speed-skating-2026 --after 3 --for NED --event men-500 --samples 0",
    ],
)
def test_events_and_meets_are_named_as_people_write_them(words: str) -> None:
    text = re.sub(r"\(to try it: [^)]*\)", "", said(*words.split()))
    assert len(text) > 150
    assert IDS.findall(text) == []


def test_a_change_is_a_sentence() -> None:
    asked = "--move JPN:men-relay=8 --set men-500:noc=2 --set men=58 --disqualify JPN:men-500:2@torino-2013"
    title = said("whatif", SHORT, *asked.split())
    for sentence in (
        "at most 2 places per NOC in the men's 500 m; at most 58 quota places among the men",
        "Japan's (JPN) entry in the men's relay moves to rank 8",
        "JPN's second result in the men's 500 m at Torino 2013 does not count",
    ):
        assert sentence in title


def test_teams_have_the_code_of_their_noc_and_ranks_have_no_points() -> None:
    text = said("standings", LISTS, "--event", "men-team-pursuit")
    assert re.search(r"1 USA USA \d+", text)
    assert " usa " not in text
    assert "points" not in said("standings", "figure-skating-2018", "--event", "pairs")


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("reserve sochi-2014 men-1000", 29),
        ("standings sochi-2014", 30),
        ("sweep sochi-2014 --singles --of men-500 --jobs 1", 19),
        ("verify sochi-2014", 25),
        ("verify milano-cortina-2026", 14),
        ("infer milano-cortina-2026 --no-why", 14),
        ("season pyeongchang-2018", 22),
        ("season pyeongchang-2018 --for JPN", 1),
        ("season sochi-2014 --after 1 --event men-relay --samples 9", 9),
        ("reduce speed-skating-2026", 20),
        ("allocate speed-skating-2026 --engine greedy", 26),
    ],
)
def test_each_code_in_a_table_has_its_name_beside_it(words: str, number: int) -> None:
    text = said(*words.split())
    nocs = {noc for noc in load_scenario(words.split()[1]).nocs if is_known(noc)}
    codes = nocs & set(re.findall(r"(?<= )[A-Z]{3}(?=[ ,:;.'])", text))
    assert len(codes) >= number
    assert [code for code in codes if name_of(code) != code and f"({code})" not in text] == []
    told = re.findall(r"[a-z] \(([A-Z]{3})\)", text)
    assert len(told) == len(set(told)), "once each"


def test_who_starts_under_another_code_is_named_with_it() -> None:
    text = said("verify", "milano-cortina-2026")
    assert "Belarus as AIN (BLR)" in text and "Russia as AIN (RUS)" in text


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
        (("explain", "sochi-2014", "JPN", "men-relay", "--why-not", "1"), "are held by Canada (CAN) 1, China (CHN) 1"),
        (("explain", "figure-skating-2018", "USA", "pairs"), "for 16 (China (CHN) 3, Russia (RUS) 3,"),
        (("verify", "figure-skating-2018"), "- pairs: France (FRA) won 2 and entered 1"),
    ],
)
def test_an_noc_has_its_name_where_it_comes_first(words: tuple[str, ...], named: str) -> None:
    text = said(*words)
    assert named in text
    assert text.count(named.rpartition(": ")[2].removeprefix("exclude ")) == 1


def test_an_noc_that_only_the_answer_has_is_named_and_one_that_shares_a_code_is_not() -> None:
    scenario = load_scenario("milano-cortina-2026")
    words = "AIN (BLR) men's relay 0, LAT men's relay 0 and POL 1"
    told = with_names(words, scenario, ["AIN", "LAT", "POL"])
    assert told == "AIN (BLR) men's relay 0, Latvia (LAT) men's relay 0 and Poland (POL) 1"


def test_tables_do_not_count_as_the_first_mention() -> None:
    blocks = [DrawnTable("KAZ  1"), "KAZ has a place."]
    assert blocks_with_names(blocks, load_scenario(SHORT)) == ["KAZ  1", "Kazakhstan (KAZ) has a place."]
