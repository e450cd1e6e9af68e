"""season on the command line and in Python: what it prints, in every format, and its exit codes."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from season_draws import beyond_what_is_proved
from solved_once import solved_once
from test_whatif_cli import run

import quotaproof
from quotaproof.scenarios import load_scenario

KEYS = {"scenario", "meets_held", "meets_left", "certain", "possible", "odds", "athletes", "model", "samples"}
GBR = ("season", "pyeongchang-2018", "--after", "3", "--for", "GBR", "--event", "women-500", "--samples", "0")


def places(folder: Path, event: str, noc: str) -> int:
    """What the rules give an NOC in a saved scenario, by the reference engine and by the solver."""
    given = {
        quotaproof.allocate(load_scenario(str(folder)), engine).places[event].get(noc, 0)
        for engine in ("greedy", "cp-sat")
    }
    assert len(given) == 1
    return given.pop()


def test_an_event_that_is_called_men_is_no_column_of_quota_places() -> None:
    """Figure skating 2018: the places of its discipline called men, which are those that the rules give."""
    asked = ("season", "figure-skating-2018", "--for", "CAN")
    assert b"NOC  men  women  pairs  ice dance\nCAN    2      3      3          3\n" in run(*asked).stdout
    rows = list(csv.DictReader(io.StringIO(run("season", "figure-skating-2018", "--format", "csv").stdout.decode())))
    places = quotaproof.allocate(load_scenario("figure-skating-2018"), "greedy").places
    for event, of in places.items():
        certain = {row["noc"]: int(row["certain"]) for row in rows if row["column"] == event}
        assert {noc: number for noc, number in certain.items() if number} == {noc: n for noc, n in of.items() if n}
    assert len({(row["column"], row["noc"]) for row in rows}) == len(rows)


def test_the_frame_has_the_numbers_of_the_document() -> None:
    found = quotaproof.season(load_scenario("sochi-2014"), 1, samples=40)
    document, frame = found.to_dict(), found.to_frame().set_index(["column", "noc"])
    assert {str(kind) for kind in frame.dtypes} == {"Int64", "boolean", "float64"}
    for side in ("certain", "possible"):
        numbers = document[side]
        for event, of in numbers.items():
            shown = frame.loc[event][side]
            assert {noc: number for noc, number in shown.items() if number} == {n: m for n, m in of.items() if m}
    chances = [name for name in frame.columns if name.startswith("p") and name[1:].isdecimal()]
    assert frame.loc[("men", "CAN"), chances].tolist() == document["athletes"]["CAN"]["men"]
    assert frame.loc[("men-relay", "CAN"), chances[:2]].tolist() == document["odds"]["men-relay"]["CAN"]
    assert frame.loc[("men-relay", "CAN"), chances[2:]].isna().all()


def test_it_says_what_is_certain_and_possible_and_saves_outcomes_that_replay(tmp_path: Path) -> None:
    document = json.loads(run(*GBR, "--format", "json", "--witness", str(tmp_path / "saved")).stdout)
    assert set(document) >= KEYS
    assert document["meets_held"] == ["budapest-2017", "dordrecht-2017", "shanghai-2017"]
    assert document["meets_left"] == ["seoul-2017"]
    assert document["odds"] == {} and document["samples"] == 0 and document["odds_refused"]
    assert not document["not_exact"]
    shown = {
        words: {places(folder, "women-500", "GBR") for folder in (tmp_path / "saved").iterdir() if says(folder, words)}
        for words in ("are certain", "are possible")
    }
    assert shown == {
        "are certain": {document["certain"]["women-500"]["GBR"]},
        "are possible": {document["possible"]["women-500"]["GBR"]},
    }
    for folder in (tmp_path / "saved").iterdir():
        assert folder.name.startswith("synthetic-outcome-")
        assert load_scenario(str(folder)).title.startswith("Invented outcome")
        run("standings", str(folder), "--event", "women-500", "--format", "csv")
    what_came = quotaproof.allocate(load_scenario("pyeongchang-2018"), "greedy").places["women-500"]["GBR"]
    assert document["certain"]["women-500"]["GBR"] <= what_came <= document["possible"]["women-500"]["GBR"]
    needed = {one["qualifier"]: one for one in document["needs"]}
    assert needed[1]["certain_anyway"] and not needed[3]["certain_anyway"]


def says(folder: Path, words: str) -> bool:
    return words in (folder / "SOURCES.md").read_text(encoding="utf-8")


def test_every_format_has_the_same_numbers() -> None:
    with solved_once("quotaproof.api.season"):
        table, values, markdown = (run(*GBR, "--format", form).stdout.decode() for form in ("table", "csv", "markdown"))
    assert "What Great Britain (GBR) needs at Seoul 2017" in table and "no samples were asked for" in table
    rows = list(csv.DictReader(io.StringIO(values)))
    assert [(row["column"], row["noc"]) for row in rows] == [("women-500", "GBR")]
    assert f"{rows[0]['certain']}-{rows[0]['possible']}" in table
    assert "| NOC |" in markdown


def test_those_of_whom_nothing_is_certain_are_named() -> None:
    text = " ".join(
        run("season", "pyeongchang-2018", "--after", "3", "--event", "women-500", "--samples", "0")
        .stdout.decode()
        .split()
    )
    others = text.partition("Others are ")[2].partition(". ")[0]
    named = re.findall(r"([A-Z][\w .]+) \(([A-Z]{3})\)", others)
    assert len(named) > 5
    assert ("Belarus", "BLR") in named
    assert len(re.findall(r"\b[A-Z]{3}\b", others)) == len(named)


def test_odds_lie_within_what_is_proved_and_a_seed_gives_the_same_ones() -> None:
    words = ("season", "sochi-2014", "--after", "1", "--for", "CAN", "--event", "women-500", "--samples", "200")
    once, again = (json.loads(run(*words, "--format", "json").stdout) for _ in range(2))
    assert once == again and once["samples"] == 200
    chances = once["odds"]["women-500"]["CAN"]
    certain, possible = once["certain"]["women-500"]["CAN"], once["possible"]["women-500"]["CAN"]
    assert all((chance > 0) == (certain <= number <= possible) for number, chance in enumerate(chances))
    assert sum(chances) == pytest.approx(1, abs=1e-6)


def test_a_season_that_is_over_has_what_the_rules_give() -> None:
    document = json.loads(run("season", "sochi-2014", "--format", "json").stdout)
    given = quotaproof.allocate(load_scenario("sochi-2014"), "greedy").places
    assert document["meets_left"] == [] and document["odds_refused"] == "the season is over"
    for event, own in given.items():
        assert document["certain"][event] == document["possible"][event] == {noc: n for noc, n in own.items() if n}


def test_a_season_of_ranked_lists_has_bounds_before_its_last_meets_and_what_is_allocated_after_them() -> None:
    asked = ("season", "speed-skating-2026", "--after", "3", "--for", "NED", "--event", "men-1000", "--samples", "0")
    document = json.loads(run(*asked, "--format", "json").stdout)
    assert document["bounds_refused"] is None and document["meets_left"] == ["hamar"]
    # All three have more points than 21 others can reach at the one race to come, and three are the most there can be.
    assert document["certain"] == document["possible"] == {"men-1000": {"NED": 3}}
    assert document["not_exact"] == []
    over = json.loads(run("season", "figure-skating-2018", "--format", "json").stdout)
    assert over["certain"] == over["possible"] and over["certain"]["pairs"]


def test_an_outcome_of_races_is_saved_and_replayed(tmp_path: Path) -> None:
    asked = ("season", "speed-skating-2026-after-two", "--for", "NED", "--event", "women-500", "--samples", "0")
    document = json.loads(run(*asked, "--witness", str(tmp_path / "outcomes"), "--format", "json").stdout)
    least, most = document["certain"]["women-500"]["NED"], document["possible"]["women-500"]["NED"]
    assert least < most and document["not_exact"] == []
    shown: dict[str, int] = {}
    for folder in (tmp_path / "outcomes").iterdir():
        assert "The results at heerenveen, hamar are invented" in (folder / "SOURCES.md").read_text(encoding="utf-8")
        assert "Invented outcome" in (folder / "scenario.toml").read_text(encoding="utf-8")
        given = json.loads(run("allocate", str(folder), "--format", "json").stdout)["places"]["women-500"]
        shown[(folder / "SOURCES.md").read_text(encoding="utf-8").split("are ")[-1].split()[0]] = given.get("NED", 0)
        # Exit code 1: the results so far have 20 printed figures of points that are not those of the rules' tables.
        lists = run("standings", str(folder), "--format", "csv", check=1).stdout.decode()
        assert "women-500,points,1," in lists
    assert shown == {"certain": least, "possible": most}


def test_what_a_place_down_lists_needs_has_ranks_a_time_or_the_reason_why_nothing_is_said() -> None:
    asked = ("season", "speed-skating-2026", "--after", "3", "--for", "GER", "--samples", "0")
    events = ("--event", "men-1000", "--event", "women-500", "--event", "men-10000")
    needs = json.loads(run(*asked, *events, "--format", "json").stdout)["needs"]
    by_place = {(need["event"], need["qualifier"]): need for need in needs}
    assert by_place["men-1000", 1]["certain_anyway"] and by_place["men-1000", 1]["possible_anyway"]
    ranks = [by_place["men-1000", number]["certain_at"] for number in (2, 3)]
    assert all(isinstance(rank, int) for rank in ranks) and ranks[0] > ranks[1]
    assert "several races" in by_place["women-500", 1]["certain_refused"]
    assert by_place["women-500", 3]["possible_by_time"] and by_place["women-500", 3]["possible_at"] is None
    assert "both lists" in by_place["men-10000", 2]["possible_refused"]
    table = run(*asked, *events).stdout.decode()
    assert "women's 500 m, place 3  Hamar      refused       a time" in table
    assert "Refused, what makes it certain, since there are several races at that meet" in table


def test_odds_of_a_season_of_lists_lie_within_what_is_proved() -> None:
    found = quotaproof.season(load_scenario("speed-skating-2026"), 3, samples=1000)
    assert found.odds is not None and found.bounds is not None and beyond_what_is_proved(found.odds) == 0
    settled = 0
    for (event, noc), one in found.bounds.places.items():
        chances = found.odds.places(event, noc)
        for number, chance in enumerate(chances):
            assert (chance > 0) == (one.certain.number <= number <= one.possible.number), (event, noc)
        settled += one.certain.number == one.possible.number
    assert settled > 10
    for (noc, gender), one in found.bounds.athletes.items():
        drawn = found.odds.tally.athletes[("men", "women").index(gender), found.odds.number[noc]]
        assert not drawn[: one.certain.number].any() and not drawn[one.possible.number + 1 :].any(), (noc, gender)


def test_where_places_may_be_taken_back_nothing_is_certain_of_a_season_of_lists() -> None:
    asked = ("season", "speed-skating-2026", "--after", "3", "--for", "NED", "--samples", "0")
    taken = run(*asked, "--event", "men-1000", "--reading", "reduction=press-cycle").stdout.decode()
    taken = " ".join(taken.split())
    assert "~0-3" in taken and "in which places may be taken back nothing is certain" in taken


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("pyeongchang-2018", "--after", "seol-2017"), "do you mean seoul-2017?"),
        (("pyeongchang-2018", "--after", "5"), "'5' is not the number of a meet; the season has 4 meets"),
        (("pyeongchang-2018", "--after", "3", "--for", "XYZ"), "'XYZ' has no result in this season so far"),
        (("pyeongchang-2018", "--after", "3", "--event", "men-50"), "'men-50' is not an event"),
        (("sochi-2014", "--plot", "x.pdf"), "must end in .svg or .png"),
        (("sochi-2014", "--after", "1", "--plot", "x.svg", "--for", "CAN", "--for", "JPN"), "a picture is of one NOC"),
        (("sochi-2014", "--after", "1", "--plot", "x.svg", "--samples", "0"), "a picture is of the odds"),
        (("beijing-2022",), "the scenario has no classifications.csv"),
        (("sochi-2014", "--reading", "nothing=1"), "'nothing' is not a reading"),
    ],
)
def test_bad_input_is_one_sentence(words: tuple[str, ...], sentence: str) -> None:
    done = run("season", *words, check=2)
    assert sentence in done.stderr.decode() and not done.stdout


def test_a_limit_ends_the_proofs_with_what_caps_say_and_exit_code_3() -> None:
    done = run(
        "season", "pyeongchang-2018", "--after", "1", "--limit", "0.1", "--samples", "0", "--format", "json", check=3
    )
    document = json.loads(done.stdout)
    assert document["limit_reached"] and b"ended the proofs" in done.stderr
    assert document["certain"]["men-500"].get("KOR") and document["possible"]["men-500"]["KOR"] == 3


def test_the_api_takes_a_scenario_and_names() -> None:
    found = quotaproof.season(load_scenario("sochi-2014"), "torino-2013", nocs=["CAN"], events=["men-relay"], samples=0)
    assert found.bounds is not None
    assert all(one.certain.exact and one.possible.exact for one in found.bounds.places.values())
    assert found.bounds.numbers("certain") == {"men-relay": {"CAN": 1}}


def test_the_picture_has_a_panel_per_event_with_the_cut_and_names_its_games(tmp_path: Path) -> None:
    file = tmp_path / "sochi.svg"
    asked = ("season", "sochi-2014", "--after", "1", "--samples", "300", "--event", "men-1500", "--event", "men-relay")
    with solved_once("quotaproof.api.season"):
        plain = run(*asked)
        drawn = run(*asked, "--plot", str(file))
    assert drawn.stdout == plain.stdout, "the table is printed as well"
    picture = file.read_text(encoding="utf-8")
    for words in ("Men's 1500 m, 36 places", "Men's relay, 8 places", "Sochi 2014", "dashed: where the places end"):
        assert words in picture
    assert "Women's" not in picture


def test_the_picture_of_an_noc_has_its_name_and_its_chances(tmp_path: Path) -> None:
    file = tmp_path / "gbr.svg"
    asked = ("season", "sochi-2014", "--after", "1", "--samples", "300", "--for", "Great Britain", "--event", "men-500")
    with solved_once("quotaproof.api.season"):
        run(*asked, "--plot", str(file))
        document = json.loads(run(*asked, "--format", "json").stdout)
    picture = file.read_text(encoding="utf-8")
    assert "Great Britain (GBR)" in picture and "athletes (quota places)" in picture and "Men's 500 m" in picture
    likely = max(range(4), key=lambda number: document["odds"]["men-500"]["GBR"][number])
    assert f"{likely}: {100 * document['odds']['men-500']['GBR'][likely]:.1f} %" in picture


def test_a_picture_without_odds_is_refused_with_the_reason(tmp_path: Path) -> None:
    done = run("season", "figure-skating-2018", "--plot", str(tmp_path / "x.svg"), check=2)
    assert b"there are no odds to draw: " in done.stderr and not list(tmp_path.iterdir())
