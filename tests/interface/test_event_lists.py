"""Ranked lists as pages show them, an NOC's own page, and answers in one sentence: against tables on paper."""

from __future__ import annotations

from typing import Any

import pytest

from quotaproof import explain, load_scenario, whatif
from quotaproof.brief import brief
from quotaproof.event_lists import EntryDocument, event_lists
from quotaproof.model.changes import apply, parse_cap
from quotaproof.model.errors import InputError
from quotaproof.nation_summary import nation
from quotaproof.outcomes import certain_sentence, headline, whatif_sentences

SOCHI = load_scenario("sochi-2014")
SKATING = load_scenario("speed-skating-2026")


def entry(event: str, rank: int) -> EntryDocument:
    """An entry of Sochi's ranking by its rank."""
    return event_lists(SOCHI, [event])[0]["lists"][0]["entries"][rank - 1]


@pytest.mark.parametrize(
    ("rank", "noc", "standing", "behind"),
    [
        (30, "AUS", "in", "6 points ahead"),  # 8 points, and 2 of NZL
        (32, "KAZ", "in", "1 point ahead"),
        (33, "NZL", "blocked", "1 point behind"),  # it needs a 61st man
        (34, "KOR", "next", "1 point behind"),
        (36, "JPN", "next", "3 points behind"),
    ],
)
def test_each_entry_says_how_far_it_is_from_the_cut(rank: int, noc: str, standing: str, behind: str) -> None:
    found = entry("men-500", rank)
    assert (found["noc"], found["standing"], found["behind"]) == (noc, standing, behind)


def test_a_list_starts_from_the_published_table_where_declines_explain_it() -> None:
    found = event_lists(SOCHI, ["men-1000"])[0]
    entries = found["lists"][0]["entries"]
    assert found["lists"][0]["cut"] == 34
    assert [entries[rank - 1]["standing"] for rank in (31, 33, 34)] == ["gone", "gone", "in"]
    assert (found["next"][0]["noc"], found["next"][0]["turn"]) == ("CZE", 1)


def test_lists_of_times_are_measured_in_hundredths_and_the_host_is_marked() -> None:
    by_times = next(one for one in event_lists(SKATING, ["men-500"])[0]["lists"] if one["ranking"] == "times")
    shown = {one["name"]: one for one in by_times["entries"]}
    assert shown["Altay ZHARDEMBEKULY"]["behind"] == "0.03 s behind"  # 34.58 and 34.55
    assert shown["Jeffrey ROSANELLI"]["standing"] == "host"
    assert event_lists(SKATING, ["men-500"])[0]["next"][0]["noc"] == "TPE"


@pytest.mark.parametrize("scenario", ["sochi-2014", "speed-skating-2026", "speed-skating-2026-after-two"])
def test_level_is_said_only_of_equals_and_a_better_one_without_a_place_says_why(scenario: str) -> None:
    for event in event_lists(load_scenario(scenario)):
        for ranked in event["lists"]:
            cut = ranked["cut"]
            if cut is None:  # a distance that nobody has skated yet
                continue
            last = ranked["entries"][cut - 1]
            for one in ranked["entries"]:
                if one["behind"] == "level on points" and one["standing"] not in ("in", "host"):
                    assert one["points"] == last["points"]
                if one["behind"] == "level on time":
                    assert one["time"] == last["time"]
            assert all(one["words"] for one in ranked["entries"][:cut] if one["standing"] in ("out", "blocked"))


def test_who_is_ahead_of_the_cut_without_a_place_has_three_others_of_its_noc_in() -> None:
    by_points = event_lists(SKATING, ["men-500"])[0]["lists"][0]
    kuratsubo = next(one for one in by_points["entries"] if one["name"] == "Katsuhiro KURATSUBO")
    last = by_points["entries"][(by_points["cut"] or 0) - 1]
    assert (kuratsubo["points"], last["points"]) == (177, 126)
    assert (kuratsubo["standing"], kuratsubo["behind"]) == ("out", "")
    assert kuratsubo["words"] == "JPN already has three, the most it may have"


def test_who_is_in_is_measured_from_the_first_behind_the_cut_not_from_a_better_one_that_a_cap_holds_up() -> None:
    fewer = apply(SOCHI, [parse_cap("men=50")])
    found = event_lists(fewer, ["men-500"])[0]["lists"][0]
    cut = found["cut"]
    assert cut is not None
    assert any(one["standing"] == "blocked" and not one["behind"] for one in found["entries"][:cut])
    first = next(one for one in found["entries"][cut:] if one["standing"] in ("next", "blocked"))
    last = found["entries"][cut - 1]
    assert last["points"] is not None and first["points"] is not None and last["points"] > first["points"]
    assert last["behind"].split()[0] == str(last["points"] - first["points"])


def test_unknown_rankings_are_said_to_be_unknown() -> None:
    lists = event_lists(load_scenario("beijing-2022"))
    assert all(not one["lists"] and "published" in one["note"] for one in lists)


def test_an_nocs_page_has_what_was_close_on_both_sides() -> None:
    japan = nation(SOCHI, "JPN")
    assert japan["cells"]["men-500"] == 1
    assert {(one["event"], one["entry"]["turn"]) for one in japan["first_out"]} >= {("men-500", 2)}
    assert next(one for one in japan["first_out"] if one["event"] == "men-500")["ahead"] == ["KOR"]
    with pytest.raises(InputError, match="in no ranking"):
        nation(SOCHI, "JAM")


def told(*declines: str, noc: str | None = None) -> str:
    """What declines at Sochi come to, in one sentence."""
    result: dict[str, Any] = whatif(SOCHI, list(declines), engine="greedy").to_dict()
    names = {event.identifier: event.label for event in SOCHI.rules.events}
    return headline(whatif_sentences(result, names, noc), result, noc)


@pytest.mark.parametrize(
    ("declines", "noc", "sentence"),
    [
        (("FRA", "KAZ"), "JPN", "Japan gains one place in the men's 500 m; no athlete more."),
        (("KAZ:men-1000",), "ITA", "Italy gains one place in the men's 1000 m; no athlete more."),
        (("KAZ:men-1000",), "JPN", "For Japan nothing changes."),
        (("KAZ:men-1000",), "KAZ", "Kazakhstan loses one place in the men's 1000 m; no athlete more."),
        (("KAZ:men-1000",), None, "One NOC gains one start place."),
    ],
)
def test_a_what_if_is_one_sentence(declines: tuple[str, ...], noc: str | None, sentence: str) -> None:
    assert told(*declines, noc=noc) == sentence


def test_an_explanation_begins_with_why_what_would_change_it_and_how_sure_that_is() -> None:
    why, change, sure = brief(explain(SOCHI, "JPN", "men-500"), SOCHI)
    assert why.startswith("JPN has one start place in the men's 500 m")
    ahead, _, rank = change.partition(": ")
    assert ahead == "Japan would get one more if 2 places came free"
    assert rank == "its second entry is at rank 36, 3 points behind the last that is in."
    assert sure.startswith("This is certain")
    assert brief(explain(SOCHI, "JPN"), SOCHI) == ()


@pytest.mark.parametrize(
    ("scenario", "noc", "column"),
    [("sochi-2014", "JPN", "men"), ("pyeongchang-2018", "GBR", "women"), ("speed-skating-2026", "JPN", "men")],
)
def test_the_sentences_say_something_wherever_they_stand_and_refer_to_no_form(
    scenario: str, noc: str, column: str
) -> None:
    loaded = load_scenario(scenario)
    sentences = brief(explain(loaded, noc, column), loaded)
    assert sentences and not any("below" in one for one in sentences)


def test_where_another_number_was_published_nothing_is_said_of_one_more_place() -> None:
    why, sure = brief(explain(SOCHI, "KAZ", "men-1000"), SOCHI)
    assert why.startswith("KAZ has one start place") and sure.startswith("This is certain")


def test_what_is_certain_is_one_sentence() -> None:
    names = {"men-500": "men's 500 m", "women-relay": "women's relay", "men": "men's quota"}
    known = [("men-500", 2, 3), ("women-relay", 1, 1), ("men", 1, 3), ("athletes", 6, 6)]
    assert certain_sentence("NED", known, names) == (
        "The Netherlands has for certain two places in the men's 500 m and one in the women's relay and six athletes "
        "(one man); the rest is open."
    )
    assert certain_sentence("JPN", [("women-relay", 1, 1)], names) == (
        "Japan has for certain one place in the women's relay."
    )
    assert certain_sentence("JPN", [("men-500", 0, 3)], names) == "Nothing is certain for Japan yet."
