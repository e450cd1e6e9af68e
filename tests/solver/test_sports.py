"""Long track 2026 and figure skating 2014 and 2018, against what was published and who entered."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from quotaproof.model.allocation import Allocation
from quotaproof.model.errors import InputError
from quotaproof.model.files import Row
from quotaproof.model.pathways import FillByRank, SumOfBest
from quotaproof.model.reserve import reserve_list
from quotaproof.model.results.listed_file import lists_csv, load_ranked_lists
from quotaproof.model.results.race_results import race_results_of
from quotaproof.model.results.ranked_lists import points_differences, ranked_lists
from quotaproof.model.results.ranking_rules import ResultRules
from quotaproof.scenarios import FOLDER, load_scenario
from quotaproof.solver.engines import engine
from quotaproof.solver.verify.published_lists import verify_lists

WORLDS = Path(__file__).parent.parent / "data" / "worlds-2006-2012.csv"
TWO, FOUR = "speed-skating-2026-after-two", "speed-skating-2026"
START_PLACES = {
    "500": 28, "1000": 28, "1500": 28, "3000": 20, "5000": 20, "10000": 12, "mass-start": 24, "team-pursuit": 8,
}  # fmt: skip


@pytest.fixture(scope="module", params=["greedy", "cp-sat"])
def long_track(request: pytest.FixtureRequest) -> Allocation:
    return engine(request.param).allocate(load_scenario(FOUR))


# Drafts of the federation -------------------------------------------------------------------------------------------


def test_the_later_draft_is_what_the_results_give() -> None:
    found = verify_lists(load_scenario(TWO), Path("draft-v4.1.csv"))
    assert found.consistent
    assert found.summary[0].startswith("402 of 402 rows")
    assert found.summary[1].startswith("In 12 of 12 events")
    assert found.unjudged == ("men-10000", "women-5000")
    assert found.to_dict()["verdict"] == "as-the-rules-give"


def test_the_errors_of_the_earlier_draft_are_named_with_the_results_that_say_so() -> None:
    found = verify_lists(load_scenario(TWO), Path("draft-v3.csv"))
    assert found.summary[0].startswith("399 of 401 rows")
    assert found.summary[1].startswith("In 7 of 12 events")
    sums = {(one.noc, one.published, one.expected): one for one in found.findings if one.kind == "points"}
    assert set(sums) == {("KAZ", 178, 124), ("NED", 125, 185)}
    assert "31 (Salt Lake City, rank 10, division A) + 60" in sums["NED", 125, 185].message
    wrong = {one.column for one in found.findings if one.kind == "order"}
    assert wrong == {"men-500", "men-5000", "women-500", "women-1000", "women-1500"}
    nocs = {(one.noc, one.column, one.published, one.expected) for one in found.findings if one.kind == "noc-places"}
    assert nocs == {("GBR", "women-1500", 0, 1), ("NED", "women-1500", 4, 3)}
    assert found.to_dict()["verdict"] == "not"
    assert "corrects it" in found.note


def test_the_only_cells_in_which_the_drafts_differ_are_named() -> None:
    """What differs between the two files, read without quotaproof, are the places and sums that are named."""

    def rows(name: str) -> dict[tuple[str, str, str], dict[str, str]]:
        with (FOLDER / TWO / name).open(encoding="utf-8", newline="") as file:
            return {(r["event"], r["part"], r["quota-rank"]): r for r in csv.DictReader(file) if r["quota-rank"]}

    old, new = rows("draft-v3.csv"), rows("draft-v4.1.csv")
    moved = {key for key in old.keys() | new.keys() if old.get(key, {}).get("name") != new.get(key, {}).get("name")}
    moved = {key for key in moved if key[0] not in ("men-10000", "women-5000")}
    named = set()
    for one in verify_lists(load_scenario(TWO), FOLDER / TWO / "draft-v3.csv").findings:
        if one.kind == "order":
            _, part, rest = one.message.split(", ", 2)
            named.add((one.column, part, rest.partition(":")[0].removeprefix("place ")))
    respelled = {key for key in moved - named if old[key]["noc"] == new[key]["noc"]}
    assert moved - respelled == named


def test_a_list_from_elsewhere_may_be_verified_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    text = (FOLDER / TWO / "draft-v4.1.csv").read_text(encoding="utf-8")
    file.write_text(text.replace("Jordan Stolz,211", "Jordan Stolz,212"), encoding="utf-8")
    found = verify_lists(load_scenario(TWO), file)
    assert [(one.kind, one.published, one.expected) for one in found.findings] == [("points", 212, 211)]
    file.write_text(text.replace("Jordan Stolz", "Nobody Known"), encoding="utf-8")
    kinds = Counter(one.kind for one in verify_lists(load_scenario(TWO), file).findings)
    assert kinds["unknown-entry"] >= 1


@pytest.mark.parametrize(
    ("was", "now", "found"),
    [
        ("men-500,points,4,", "men-500,points,5,", [(5, 4)]),
        ("men-500,points,21,", "men-500,points,22,", [(22, 21)]),
        ("men-500,times,28,", "men-500,times,29,", [(29, 28)]),
        ("men-500,reserve,R8,", "men-500,reserve,R9,", [(9, 8)]),
        ("men-5000,points,1,USA,1,Casey Dawson,103,", "men-5000,points,1,USA,1,Casey Dawson,,", [(1, 2)]),
    ],
)
def test_a_wrong_number_of_a_place_is_named(was: str, now: str, found: list[tuple[int, int]], tmp_path: Path) -> None:
    text = (FOLDER / TWO / "draft-v4.1.csv").read_text(encoding="utf-8")
    assert text.count(f"\n{was}") == 1
    (tmp_path / "mine.csv").write_text(text.replace(f"\n{was}", f"\n{now}"), encoding="utf-8")
    findings = verify_lists(load_scenario(TWO), tmp_path / "mine.csv").findings
    assert [(one.published, one.expected) for one in findings if one.kind == "number"] == found


@pytest.mark.parametrize(
    ("was", "now", "field"),
    [
        ("USA,1,Jordan Stolz,211", "USA,x,Jordan Stolz,211", "number"),
        ("USA,1,Jordan Stolz,211", "USA,0,Jordan Stolz,211", "number"),
        ("Salt Lake City,2025-11-16", "Salt Lake City,16.11.2025", "date"),
    ],
)
def test_a_number_or_a_date_that_is_none_is_refused_in_a_list(was: str, now: str, field: str, tmp_path: Path) -> None:
    text = (FOLDER / TWO / "draft-v4.1.csv").read_text(encoding="utf-8")
    (tmp_path / "mine.csv").write_text(text.replace(was, now, 1), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        verify_lists(load_scenario(TWO), tmp_path / "mine.csv")
    assert refused.value.field == field


# After all four World Cups ------------------------------------------------------------------------------------------


def test_start_places_after_four_world_cups(long_track: Allocation) -> None:
    for name, numbers in long_track.places.items():
        distance = name.partition("-")[2]
        expected = 12 if name == "women-5000" else START_PLACES[distance]
        assert sum(numbers.values()) == expected, name
        assert sum(one.pathway == "P2" for one in long_track.entries[name]) in {
            0 if distance == "mass-start" else expected // 4, 7 - 1,
        }  # fmt: skip


def test_quota_places_and_the_host(long_track: Allocation) -> None:
    assert long_track.totals == (105, 111)
    hosted = {name: one.athlete for name, placed in long_track.entries.items() for one in placed if one.pathway == "P4"}
    assert hosted == {"men-500": "ita-jeffrey-rosanelli", "women-1000": "ita-maybritt-vigl"}
    assert [long_track.reserve[name][0].noc for name in hosted] == ["KAZ", "KAZ"]


def test_nocs_without_a_place_come_first_when_one_is_given_back(long_track: Allocation) -> None:
    line = reserve_list(load_scenario(FOUR), long_track, "men-500")
    assert [(one.noc, one.turn) for one in line[:2]] == [("TPE", 1), ("GER", 2)]
    assert len(line) == 8


def test_lists_are_written_and_read_back(tmp_path: Path) -> None:
    given = load_scenario(FOUR)
    file = tmp_path / "standings.csv"
    file.write_text(lists_csv(given.lists), encoding="utf-8")
    read = load_ranked_lists(file, given.rules)
    one = engine("greedy").allocate(replace(given, lists=read))
    assert one.entries == engine("greedy").allocate(given).entries


def test_printed_points_that_differ_are_those_that_the_data_has_a_note_on() -> None:
    given = load_scenario(FOUR)
    assert given.results is not None
    assert given.rules.results is not None
    found = points_differences(given.results, given.rules.results)
    assert found
    assert all(one.result.note for one in found)
    elsewhere = {(one.result.event, one.result.meet) for one in found if "mass-start" not in one.result.event}
    assert elsewhere == {("men-500", "hamar")}  # a list without points


# Figure skating -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["greedy", "cp-sat"])
@pytest.mark.parametrize("year", ["2014", "2018"])
def test_places_from_the_world_championships(year: str, name: str) -> None:
    found = engine(name).allocate(load_scenario(f"figure-skating-{year}"))
    assert [sum(numbers.values()) for numbers in found.places.values()] == [24, 24, 16, 19]
    cut = {(one.event, one.noc) for one in found.decisions if one.kind == "best-cut"}
    assert cut == ({("pairs", "USA")} if year == "2018" else set())
    assert found.athletes == {}
    document = json.loads(json.dumps(found.to_dict()))
    assert "entries" not in document
    assert "reserve" not in document


@pytest.mark.parametrize(
    ("year", "unused"),
    [("2014", {("pairs", "FRA", 1, 2)}), ("2018", {("pairs", "FRA", 1, 2), ("ice-dance", "DEN", 0, 1)})],
)
def test_nobody_entered_more_than_it_won(year: str, unused: set[tuple[str, str, int, int]]) -> None:
    found = verify_lists(load_scenario(f"figure-skating-{year}"))
    assert found.consistent
    assert {(one.column, one.noc, one.published, one.expected) for one in found.unused} == unused


def test_an_entry_too_many_is_found() -> None:
    given = load_scenario("figure-skating-2014")
    extra = next(one for one in given.entered if (one.event, one.noc) == ("men", "CAN"))
    found = verify_lists(replace(given, entered=(*given.entered, replace(extra, name="another"))))
    assert [(one.kind, one.noc, one.published) for one in found.findings] == [("more-than-won", "CAN", 4)]


def won_on_paper(rows: list[dict[str, str]], event: str) -> dict[str, int]:
    """NOC -> places by Rule 400, added up from the rows of a World Championships without quotaproof."""
    found: dict[str, int] = {}
    for noc in sorted({row["noc"] for row in rows}):
        own = [row for row in rows if row["noc"] == noc and row["event"] == event and row["rank"].isdigit()]
        ranks = sorted(int(row["rank"]) for row in own)
        values = sorted(18 if row["free-rank"] == "DNQ" else min(16, int(row["rank"])) for row in own)
        if len(values) > 1:
            found[noc] = 3 if sum(values[:2]) <= 13 else 2 if sum(values[:2]) <= 28 else 1
        elif ranks:
            found[noc] = 3 if ranks[0] <= 2 else 2 if ranks[0] <= 10 else 1
    return found


def test_nobody_entered_more_than_it_won_at_the_next_world_championships() -> None:
    """The rule of 2006 to 2011 against who entered the year after; there was no total, so none is cut.

    Of 730 numbers of an NOC, discipline and year 478 are those that were won, 135 are lower and 117 are one entry of an
    NOC that had not taken part. None is higher, and 145 of the 167 that had won two or three used all.
    """
    given = load_scenario("figure-skating-2018")
    with WORLDS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    events = [event.identifier for event in given.rules.events]
    pathways = tuple(
        replace(pathway, places=dict.fromkeys(pathway.places, 999))
        for pathway in given.rules.pathways
        if isinstance(pathway, SumOfBest | FillByRank)
    )
    counts: Counter[str] = Counter()
    for year in range(2006, 2012):
        results = []
        for number, row in enumerate(rows, 2):
            if row["year"] == str(year) and row["rank"].isdigit():
                short = row["free-rank"] == "DNQ"
                division = "short programme only" if short else "free programme"
                values = {"meet": "worlds", "event": row["event"], "rank": row["rank"], "noc": row["noc"]}
                values |= {"division": division, "athlete": f"a-{number}", "name": row["name"]}
                results.append(Row(WORLDS, number, values))
        rules = replace(given.rules, pathways=pathways, results=ResultRules(("worlds",), "a clause"))
        assert rules.results is not None
        lists = ranked_lists(race_results_of(results, rules), rules.results, rules.rankings)
        places = engine("greedy").allocate(replace(given, rules=rules, lists=lists)).places
        for event in events:
            assert places[event] == won_on_paper([row for row in rows if row["year"] == str(year)], event)
            entered = Counter(r["noc"] for r in rows if r["year"] == str(year + 1) and r["event"] == event)
            for noc in {*places[event], *entered}:
                won, has = places[event].get(noc, 0), entered[noc]
                assert has <= max(1, won), (year, event, noc)
                counts["as won" if has == won else "fewer" if has < won else "new"] += 1
                counts["several"] += won > 1
                counts["several, all used"] += has == won > 1
    assert counts == {"as won": 478, "fewer": 135, "new": 117, "several": 167, "several, all used": 145}
