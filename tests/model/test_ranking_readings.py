"""The readings of how results are ranked: `soqc-ties` and `tie-positions`, on paper, by a twin and in a scenario."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import quotaproof
from quotaproof.model.changes import ChooseReading, Exclude, MoveEntry, ReplaceStandings, apply
from quotaproof.model.errors import InputError
from quotaproof.model.rules import READING_VALUES, SOQC_READINGS, Readings
from quotaproof.model.scenario import Scenario
from quotaproof.model.scenario_loading import load_folder
from quotaproof.model.standings.rankings import Entry, Ranking, Standings
from quotaproof.scenarios import FOLDER, load_scenario

SOCHI = load_scenario("sochi-2014")
PYEONGCHANG = load_scenario("pyeongchang-2018")
BEIJING = load_scenario("beijing-2022")
BY_SUM = {"soqc-ties": "sum-of-positions"}
BY_BEST = {"soqc-ties": "best-result"}
Claim = tuple[str, int]


@pytest.fixture
def sochi_without(tmp_path: Path) -> Callable[..., Path]:
    """Return a copy of the folder of Sochi without some files."""

    def copy(*names: str) -> Path:
        folder = Path(shutil.copytree(FOLDER / "sochi-2014", tmp_path / "sochi"))
        for name in names:
            (folder / name).unlink()
        return folder

    return copy


def ranked(positions: dict[str, tuple[int, ...]], event: str, readings: dict[str, str]) -> list[tuple[str, str]]:
    """(place, NOC) under the rules of PyeongChang; positions at its meets in their order."""
    soqc = PYEONGCHANG.rules.soqc
    assert soqc is not None
    rows = [
        (meet, event, noc, 1, position)
        for noc, own in positions.items()
        for meet, position in zip(soqc.meets, own, strict=False)
    ]
    frame = pd.DataFrame(rows, columns=["meet", "event", "noc", "qualifier", "position"])
    found = quotaproof.standings_from(frame, PYEONGCHANG.rules, readings=readings)
    return [(score.place, score.noc) for score in found.scores[event]]


# On paper ---------------------------------------------------------------------------------------------------------


def test_three_entries_with_nine_points_over_the_500_m_of_pyeongchang() -> None:
    # 5 + 3 + 1, 9 + 0 + 0 and 9 + 0 + 0 points; sums of positions 82, 96 and 105.
    positions = {"JPN": (25, 27, 30), "GER": (22, 32, 42), "GBR": (22, 35, 48)}
    assert ranked(positions, "women-500", BY_SUM) == [("1", "JPN"), ("2", "GER"), ("3", "GBR")]
    assert ranked(positions, "women-500", BY_BEST) == [("1", "GER"), ("2", "GBR"), ("3", "JPN")]
    assert ranked(positions, "women-500", {}) == ranked(positions, "women-500", BY_BEST)


def test_two_entries_with_five_points_over_the_1500_m_of_pyeongchang() -> None:
    # 5 + 0 + 0 and 3 + 2 + 0 points; sums of positions 98 and 87.
    positions = {"FRA": (25, 33, 40), "BUL": (27, 29, 31)}
    assert [noc for _, noc in ranked(positions, "women-1500", BY_SUM)] == ["BUL", "FRA"]
    assert [noc for _, noc in ranked(positions, "women-1500", BY_BEST)] == ["FRA", "BUL"]


def test_it_is_the_points_of_the_best_result_and_not_its_position() -> None:
    # Nobody has a point, so all are equal in their best result though not in their best position (31 against 33).
    positions = {"AAA": (31, 60, 60), "BBB": (33, 40, 40)}
    for readings in (BY_SUM, BY_BEST):
        assert [noc for _, noc in ranked(positions, "men-500", readings)] == ["BBB", "AAA"]
    # 28 and 29 have two points each.
    positions = {"AAA": (28, 60, 60), "BBB": (29, 40, 40)}
    assert [noc for _, noc in ranked(positions, "men-500", BY_BEST)] == ["BBB", "AAA"]


def test_an_equal_best_result_is_followed_by_the_criteria_of_the_rule_file() -> None:
    # 9 points each; sums 100, 99 and 100, best positions 22 each.
    positions = {"AAA": (22, 38, 40), "BBB": (22, 37, 40), "CCC": (22, 37, 41)}
    assert ranked(positions, "men-500", BY_BEST) == [("1", "BBB"), ("2=", "CCC"), ("2=", "AAA")]


def test_the_meet_that_does_not_count_matters_to_the_sum_over_all_only() -> None:
    # The best three add up to 5 + 5 + 5 points and 75 for both; with the fourth it is 75 + 40 and 75 + 35.
    positions = {"AAA": (25, 25, 25, 40), "BBB": (25, 25, 25, 35)}
    assert {place for place, _ in ranked(positions, "men-500", {"tie-positions": "counting"})} == {"1="}
    assert ranked(positions, "men-500", {"tie-positions": "all"}) == [("1", "BBB"), ("2", "AAA")]


# Sochi, by a twin -------------------------------------------------------------------------------------------------

POINTS = (1000, 800, 640, 512, 410, 328, 262, 210, 168, 134, 107, 86, 69, 55, 44)
POINTS += (35, 28, 23, 18, 14, 12, 9, 7, 6, 5, 4, 3, 2, 2, 1)


def twin(reading: str) -> dict[str, dict[Claim, str]]:
    """Event -> entry -> rank (`4=` in a tie) of Sochi, from the file of results alone: each is compared with each."""
    at: dict[str, dict[Claim, list[int]]] = {}
    with (FOLDER / "sochi-2014" / "classifications.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            own = at.setdefault(row["event"], {}).setdefault((row["noc"], int(row["qualifier"])), [])
            own.append(int(row["position"]))
    ranks: dict[str, dict[Claim, str]] = {}
    for event, results in at.items():
        figures: dict[Claim, tuple[int, ...]] = {}
        for claim, positions in results.items():
            points = [POINTS[position - 1] if position <= 30 else 0 for position in positions]
            everywhere = positions + [999] * (2 - len(positions))
            first = () if reading == "sum-of-positions" else (-max(points),)
            figures[claim] = (-sum(points), *first, sum(everywhere), min(everywhere))
        ranks[event] = {}
        for claim, own_figures in figures.items():
            rank = 1 + sum(other < own_figures for other in figures.values())
            equal = sum(other == own_figures for other in figures.values())
            ranks[event][claim] = f"{rank}=" if equal > 1 else str(rank)
    return ranks


@pytest.mark.parametrize("reading", READING_VALUES["soqc-ties"])
def test_the_standings_of_sochi_are_those_of_a_plain_twin_under_each_reading(reading: str) -> None:
    found = quotaproof.standings_from(SOCHI, readings={"soqc-ties": reading})
    expected = twin(reading)
    for event, scores in found.scores.items():
        assert {(score.noc, score.qualifier): score.place for score in scores} == expected[event]
    standings = SOCHI.with_readings({"soqc-ties": reading}).standings
    assert standings.rankings == found.rankings


def test_the_readings_differ_in_seventeen_rows_of_sochi_and_in_no_cell() -> None:
    by_sum, by_best = twin("sum-of-positions"), twin("best-result")
    moved = [(e, claim) for e, own in by_sum.items() for claim, rank in own.items() if by_best[e][claim] != rank]
    assert len(moved) == 17
    places = [quotaproof.allocate(SOCHI, "greedy", {"soqc-ties": one}) for one in READING_VALUES["soqc-ties"]]
    assert places[0].same_places(places[1])


def test_the_best_position_first_breaks_four_more_cells_of_sochi() -> None:
    # Those of entries without a point; so it is the points of the best result that may come first.
    soqc, table = SOCHI.rules.soqc, SOCHI.published
    assert soqc is not None
    assert table is not None
    stated = tuple(reading for reading in SOCHI.rules.readings if reading.name != "soqc-ties")
    best_position = replace(soqc, ties=("best-position", "sum-of-positions", "draw"))
    found = quotaproof.standings_from(SOCHI, replace(SOCHI.rules, soqc=best_position, readings=stated))
    wrong = {}
    for name, standings in (("position", found), ("points", SOCHI.standings)):
        allocation = quotaproof.allocate(replace(SOCHI, standings=Standings(standings.rankings)), "greedy")
        wrong[name] = {
            (noc, event)
            for noc, row in table.cells.items()
            for event, places in allocation.places.items()
            if row[event] != places.get(noc, 0)
        }
    assert wrong["points"] == {("HUN", "men-1000"), ("KAZ", "men-1000")}
    assert wrong["position"] - wrong["points"] == {
        ("BLR", "men-1500"), ("GER", "men-1500"), ("BLR", "women-1500"), ("FRA", "women-1500")
    }  # fmt: skip


def test_the_file_of_sochi_is_the_ranking_under_its_default() -> None:
    with (FOLDER / "sochi-2014" / "standings.csv").open(encoding="utf-8") as stream:
        rows = {(row["event"], row["noc"], int(row["qualifier"])): row["rank"] for row in csv.DictReader(stream)}
    expected = twin("best-result")
    assert rows == {(event, *claim): rank for event, own in expected.items() for claim, rank in own.items()}
    assert SOCHI.readings.soqc_ties == "best-result"


# A scenario's standings follow ------------------------------------------------------------------------------------


def test_another_reading_ranks_anew_and_the_own_one_is_the_file_again() -> None:
    other = SOCHI.with_readings(BY_SUM)
    assert other.standings != SOCHI.standings
    assert other.with_readings(BY_BEST).standings == SOCHI.standings
    assert other.with_readings({"gender-cap": "hard"}).standings == other.standings


def test_without_a_file_each_reading_is_computed(sochi_without: Callable[..., Path]) -> None:
    loaded = load_folder(sochi_without("standings.csv"))
    assert loaded.standings == SOCHI.standings
    assert loaded.with_readings(BY_SUM).standings == SOCHI.with_readings(BY_SUM).standings


def test_the_reading_of_a_scenario_file_is_that_of_its_standings(sochi_without: Callable[..., Path]) -> None:
    folder = sochi_without()
    by_sum = quotaproof.standings_from(SOCHI, readings=BY_SUM)
    (folder / "standings.csv").write_text(by_sum.to_csv(), encoding="utf-8")
    with (folder / "scenario.toml").open("a", encoding="utf-8") as stream:
        stream.write('\n[readings]\nsoqc-ties = "sum-of-positions"\n')
    loaded = load_folder(folder)
    assert loaded.standings.rankings == by_sum.rankings
    assert loaded.with_readings(BY_BEST).standings == SOCHI.standings


def test_a_file_without_results_has_one_order_only(sochi_without: Callable[..., Path]) -> None:
    loaded = load_folder(sochi_without("classifications.csv"))
    assert "soqc-ties" not in {reading.name for reading in loaded.open_readings}
    assert loaded.with_readings(BY_BEST).standings == loaded.standings
    with pytest.raises(InputError, match=r"standings\.csv gives the order as it is: there is no classifications\.csv"):
        loaded.with_readings(BY_SUM)


def test_an_event_of_the_file_without_full_results_is_named(sochi_without: Callable[..., Path]) -> None:
    folder = sochi_without()
    file = folder / "classifications.csv"
    rows = [row for row in file.read_text().splitlines() if not row.startswith("kolomna-2013,women-relay")]
    file.write_text("\n".join(rows) + "\n")
    with pytest.raises(InputError, match="there are no results of women-relay at kolomna-2013"):
        load_folder(folder).with_readings(BY_SUM)


def test_an_event_that_only_the_results_have_stays_unknown(sochi_without: Callable[..., Path]) -> None:
    folder = sochi_without("published.csv")
    toml, file = folder / "scenario.toml", folder / "standings.csv"
    toml.write_text(toml.read_text().replace(', "women-relay",', ",").replace('"women-relay",', ""))
    rows = [row for row in file.read_text().splitlines() if not row.startswith("women-relay")]
    file.write_text("\n".join(rows) + "\n")
    loaded = load_folder(folder)
    assert set(loaded.with_readings(BY_SUM).standings.rankings) == set(loaded.standings.rankings)


def test_what_a_reading_cannot_bear_on_is_not_listed() -> None:
    assert {one.name for one in SOCHI.open_readings} == {"gender-cap", "declines", "soqc-ties"}
    assert SOCHI.chosen_readings().keys() == READING_VALUES.keys() - {"tie-positions", "reduction"}
    assert not {one.name for one in BEIJING.open_readings} & set(SOQC_READINGS)
    assert not BEIJING.chosen_readings().keys() & set(SOQC_READINGS)
    with pytest.raises(InputError, match="the rule file does not leave reading tie-positions open"):
        SOCHI.with_readings({"tie-positions": "all"})
    with pytest.raises(InputError, match=r"there are no results: there is no classifications\.csv"):
        BEIJING.with_readings(BY_SUM)
    stated = next(reading for reading in BEIJING.rules.readings if reading.name == "tie-positions")
    rules = replace(SOCHI.rules, readings=(*SOCHI.rules.readings, stated))
    with pytest.raises(InputError, match="all meets count, so reading tie-positions makes no difference"):
        replace(SOCHI, rules=rules).with_readings({"tie-positions": "all"})


def test_frames_take_readings_that_the_rules_leave_open() -> None:
    rows = pd.DataFrame(
        [("torino-2013", "men-500", "CAN", 1, 1)], columns=["meet", "event", "noc", "qualifier", "position"]
    )
    assert quotaproof.standings_from(rows, SOCHI.rules, readings=BY_SUM).scores["men-500"][0].best_result == 1000
    with pytest.raises(InputError, match="does not leave reading tie-positions open"):
        quotaproof.standings_from(rows, SOCHI.rules, readings={"tie-positions": "all"})
    with pytest.raises(InputError, match="'age' is no value of reading soqc-ties"):
        quotaproof.standings_from(rows, SOCHI.rules, readings={"soqc-ties": "age"})


# Beside other changes ---------------------------------------------------------------------------------------------


def order(scenario: Scenario, event: str) -> tuple[Claim, ...]:
    return scenario.standings.rankings[event].claims()


def test_a_reading_comes_before_other_changes_of_the_ranking() -> None:
    changes = (Exclude("RUS"), MoveEntry("KOR", "men-500", 1), ChooseReading("soqc-ties", "sum-of-positions"))
    changed = apply(SOCHI, changes)
    expected = [claim for claim in order(SOCHI.with_readings(BY_SUM), "men-500") if claim[0] != "RUS"]
    expected.remove(("KOR", 1))
    assert order(changed, "men-500") == (("KOR", 1), *expected)
    assert not any(noc == "RUS" for event in changed.standings.rankings for noc, _ in order(changed, event))


def test_an_exclusion_stays_where_a_reading_is_chosen_afterwards() -> None:
    first = apply(SOCHI, [Exclude("RUS")]).with_readings(BY_SUM)
    assert first.standings == apply(SOCHI.with_readings(BY_SUM), [Exclude("RUS")]).standings


def test_standings_that_were_changed_are_not_ranked_anew_in_silence(tmp_path: Path) -> None:
    moved = apply(SOCHI, [MoveEntry("KOR", "men-500", 1)])
    with pytest.raises(
        InputError, match="soqc-ties says how results are ranked, and these standings have been changed"
    ):
        moved.with_readings(BY_SUM)
    assert "soqc-ties" not in {reading.name for reading in moved.open_readings}
    for changed in (moved, replace(SOCHI, standings=Standings())):
        assert {name for values, _ in quotaproof.verify(changed).readings for name in values} == {"gender-cap"}
    file = tmp_path / "other.csv"
    file.write_text(SOCHI.standings.to_csv())
    with pytest.raises(InputError, match="this file gives the order as it is"):
        apply(SOCHI, [ReplaceStandings(file), ChooseReading("soqc-ties", "sum-of-positions")])
    assert apply(SOCHI, [ReplaceStandings(file)]).open_readings == tuple(
        reading for reading in SOCHI.rules.readings if reading.name != "soqc-ties"
    )


# Draws ------------------------------------------------------------------------------------------------------------


def drawn(folder: Path, rows: str, results: str) -> Scenario:
    """Sochi with other results of the men's relay, and draws."""
    file = folder / "classifications.csv"
    kept = [row for row in file.read_text().splitlines() if ",men-relay," not in row]
    file.write_text("\n".join([*kept, *results.split()]) + "\n")
    (folder / "draws.csv").write_text(f"event,noc,qualifier,draw\n{rows}")
    return load_folder(folder)


def test_a_draw_settles_under_another_reading_only_what_was_drawn_together(sochi_without: Callable[..., Path]) -> None:
    # 3 points each, by 28 + 30 (2 + 1) and 27 + 31 (3 + 0): all four have the sum 58, in two pairs by best result.
    results = """
        torino-2013,men-relay,AAA,1,28,1 kolomna-2013,men-relay,AAA,1,30,1
        torino-2013,men-relay,BBB,1,30,1 kolomna-2013,men-relay,BBB,1,28,1
        torino-2013,men-relay,CCC,1,27,1 kolomna-2013,men-relay,CCC,1,31,1
        torino-2013,men-relay,DDD,1,31,1 kolomna-2013,men-relay,DDD,1,27,1
    """
    rows = "men-relay,AAA,1,2\nmen-relay,BBB,1,1\nmen-relay,CCC,1,1\nmen-relay,DDD,1,2\n"
    folder = sochi_without("standings.csv", "published.csv")
    rules = folder / "rules.toml"
    rules.write_text(
        rules.read_text().replace('"sum-of-positions", "best-position", "draw"]', '"sum-of-positions", "draw"]')
    )
    scenario = drawn(folder, rows, results)
    assert [noc for noc, _ in order(scenario, "men-relay")] == ["CCC", "DDD", "BBB", "AAA"]
    assert scenario.standings.rankings["men-relay"].tied == ()
    # By the sum all four are equal, and nobody drew among the four.
    by_sum = scenario.with_readings(BY_SUM).standings.rankings["men-relay"]
    assert by_sum.tied == ((1, 2, 3, 4),)


def test_a_draw_among_more_settles_a_tie_of_some_of_them(sochi_without: Callable[..., Path]) -> None:
    results = """
        torino-2013,men-relay,AAA,1,28,1 kolomna-2013,men-relay,AAA,1,30,1
        torino-2013,men-relay,BBB,1,30,1 kolomna-2013,men-relay,BBB,1,28,1
        torino-2013,men-relay,CCC,1,27,1 kolomna-2013,men-relay,CCC,1,31,1
    """
    rows = "men-relay,AAA,1,3\nmen-relay,BBB,1,1\nmen-relay,CCC,1,2\n"
    folder = sochi_without("standings.csv", "published.csv")
    rules = folder / "rules.toml"
    text = rules.read_text().replace('"sum-of-positions", "best-position", "draw"]', '"sum-of-positions", "draw"]')
    rules.write_text(text.replace('default = "best-result"', 'default = "sum-of-positions"'))
    scenario = drawn(folder, rows, results)
    assert [noc for noc, _ in order(scenario, "men-relay")] == ["BBB", "CCC", "AAA"]
    other = scenario.with_readings(BY_BEST)
    assert [noc for noc, _ in order(other, "men-relay")] == ["CCC", "BBB", "AAA"]
    assert other.standings.rankings["men-relay"].tied == ()
    # What is written is a file that can be read: the draw of the two is numbered from 1.
    assert ",1\n" in quotaproof.standings_from(other).to_csv(["men-relay"])


def test_readings_are_equal_for_ranking_if_they_rank_alike() -> None:
    plain = Readings()
    assert plain.ranks_like(replace(plain, gender_cap="hard", declines="rerun"))
    assert plain.ranked_otherwise(replace(plain, soqc_ties="sum-of-positions", tie_positions="all")) == SOQC_READINGS


def test_a_scenario_without_files_is_ranked_by_the_readings_it_has() -> None:
    bare = Scenario(
        "bare", "bare", "bare", None, SOCHI.rules, standings=Standings({"men-500": Ranking((Entry("CAN", 1),))})
    )
    with pytest.raises(InputError, match=r"there is no classifications\.csv"):
        bare.with_readings(BY_SUM)
    assert bare.with_readings({"gender-cap": "hard"}).standings == bare.standings
