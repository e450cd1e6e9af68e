"""Charts beside tables: what they draw is what the lists and published tables say."""

from __future__ import annotations

import csv
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from quotaproof.web import charts
from quotaproof.web.languages import LANGUAGES, speaking

from .conftest import SCENARIOS

NAMES = {"AAA": "Aland", "BBB": "Borduria", "CCC": "Cascara", "DDD": "Drusia"}


def entry(rank: int, noc: str, figure: int | str | None, standing: str, **more: Any) -> dict[str, Any]:
    points, time = (None, figure) if isinstance(figure, str) else (figure, None)
    given = {"rank": str(rank), "noc": noc, "name": "", "points": points, "time": time, "standing": standing}
    return {**given, "turn": None, "words": "", "tie": "", "behind": "", **more}


def drawn(*entries: dict[str, Any], cut: int, ranking: str = "") -> charts.Chart:
    ranked = {"ranking": ranking, "cut": cut, "entries": list(entries)}
    found = charts.around_the_cut({"event": "men-500", "label": "men's 500 m"}, ranked, NAMES, "Nowhere 2030")
    assert found is not None
    return found


def test_the_cut_is_drawn_with_the_last_in_on_it_and_the_better_on_the_right() -> None:
    found = drawn(
        entry(1, "AAA", 10, "in"),
        entry(2, "BBB", 6, "in", name="second"),
        entry(3, "CCC", 5, "blocked"),
        entry(4, "DDD", 2, "next", turn=1),
        cut=2,
    )
    assert [dot.kind for dot in found.dots] == ["in", "in", "blocked", "next"]
    xs = [dot.x for dot in found.dots]
    assert xs == sorted(xs, reverse=True)
    assert next(line for line in found.lines if line.kind == "cut").x1 == xs[1]
    assert (xs[0] - xs[1]) / (xs[1] - xs[3]) == pytest.approx(4 / 4), "10, 6 and 2 points are as far apart"
    said = [one.text for one in found.words]
    assert said == [
        "cut: 6 points", "1 Aland", "10 points", "2 Borduria second", "6 points", "3 Cascara", "5 points, held up",
        "4 Drusia", "2 points, in line: 1",
    ]  # fmt: skip
    assert "next in line Drusia" in found.description
    assert found.title == "Men's 500 m, Nowhere 2030: points around the cut"


def test_less_time_is_on_the_right() -> None:
    found = drawn(
        entry(1, "AAA", "59.50", "in", name="A. Able"),
        entry(2, "BBB", "1:00.50", "next", turn=1),
        cut=1,
        ranking="times",
    )
    fast, slow = (dot.x for dot in found.dots)
    assert fast > slow
    assert [one.text for one in found.words][:2] == ["cut: 59.50", "1 A. Able AAA"]


def test_only_entries_near_the_cut_are_drawn_and_none_without_figures() -> None:
    many = [entry(n, "AAA", 100 - n, "in" if n <= 20 else "next", turn=max(0, n - 20) or None) for n in range(1, 41)]
    assert len(drawn(*many, cut=20).dots) == 2 * charts.AROUND
    nothing = {"ranking": "", "cut": 1, "entries": [entry(1, "AAA", None, "in"), entry(2, "BBB", None, "next", turn=1)]}
    event = {"event": "men-500", "label": "men's 500 m"}
    assert charts.around_the_cut(event, nothing, NAMES, "Nowhere 2030") is None
    assert charts.around_the_cut(event, {**nothing, "cut": None}, NAMES, "Nowhere 2030") is None


def test_what_is_possible_is_hollow_and_what_is_not_known_a_question_mark() -> None:
    found = charts.side_by_side("Skating", ["A 1", "B 2"], [("Aland", [(2, 4), None])], "skating")
    sure, maybe = found.bars
    assert (sure.kind, maybe.kind) == ("sure", "maybe")
    assert sure.width == maybe.width
    assert maybe.x == sure.x + sure.width
    assert [one.text for one in found.words] == ["A 1", "B 2", "Aland", "2–4", "?"]


def published(name: str) -> dict[str, int]:
    lines = (SCENARIOS / name / "published.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {row["noc"]: int(row["athletes"]) for row in rows if row["noc"].isalpha() and row["noc"] != "TOTAL"}


def test_the_athletes_of_each_nation_are_drawn_as_published(client: TestClient) -> None:
    page = client.get("/scenarios/sochi-2014/nations").text
    chart = re.search(r'(?s)<svg class="chart.*?</svg>', page)
    assert chart is not None
    shown = [int(number) for number in re.findall(r'<text class="number"[^>]*>(\d+)<', chart[0])]
    assert shown == sorted((n for n in published("sochi-2014").values() if n), reverse=True)
    assert "<title" in chart[0]
    assert "<desc" in chart[0]


def table(page: str, heading: str) -> dict[str, list[str]]:
    """NOC -> numbers of a table of Games side by side."""
    part = page.partition(heading)[2].partition("</tbody>")[0]
    rows = re.findall(r'(?s)<tr data-noc="(\w+)">(.*?)</tr>', part)
    return {noc: [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"(?s)<td>(.*?)</td>", row)] for noc, row in rows}


def test_the_name_of_the_last_games_and_a_long_name_have_room() -> None:
    """A letter of these captions is at most 9 wide: bold, 13 pixels."""
    games, noc = ["Peking 2022", "Mailand-Cortina 2026"], "Olympische Athleten aus Russland"
    found = charts.side_by_side("Shorttrack", games, [(noc, [(2, 4), None])], "shorttrack")
    last = next(one for one in found.words if one.text == games[-1])
    assert last.x + 8.5 * len(last.text) <= found.width
    assert noc in [one.text for one in found.words]


def test_games_are_side_by_side_as_published_and_as_far_as_facts_say(client: TestClient) -> None:
    page = client.get("/compare").text
    found = table(page, "Short track speed skating: athletes per nation")
    for place, name in enumerate(("sochi-2014", "pyeongchang-2018", "beijing-2022")):
        given = published(name)
        assert {noc: row[place] for noc, row in found.items() if row[place] not in ("0", "–")} == {
            noc: str(number) for noc, number in given.items() if number
        }
    assert found["USA"][3] == "8"
    assert found["GBR"][3] == "1–6"
    assert found["AUS"][3].startswith("?"), "nothing was published of Australia"
    assert found["ROC"] == ["–", "–", "10", "–"]
    chart = re.search(r'(?s)<svg class="chart.*?</svg>', page)
    assert chart is not None
    assert chart[0].count(">?<") == sum(row[3].startswith("?") for row in found.values())
    assert "Figure skating: start places per nation" in page
    assert "Long track" not in page, "there is one Games of it"


def test_the_page_of_a_list_has_its_cut_drawn(client: TestClient) -> None:
    page = client.get("/scenarios/sochi-2014/lists/men-1000").text
    assert "cut: 2 points" in page
    assert page.count('<circle class="next"') == 1
    assert "Men&#39;s 1000 m, Sochi 2014: points around the cut" in page
    assert '<svg class="chart' not in client.get("/scenarios/beijing-2022/lists/men-1000").text


def test_words_on_the_right_of_a_chart_have_room_in_every_language() -> None:
    one = {"rank": "1", "noc": "AAA", "name": "", "points": 120, "time": None, "standing": "in", "turn": None}
    one["words"] = "by another way"
    behind = {**one, "rank": "2", "points": 119}
    for code in LANGUAGES:
        with speaking(code):
            chart = drawn(one, behind, cut=1)
        for word in chart.words:
            if word.kind == "remark":
                assert word.x + 6.9 * len(word.text) <= chart.width, (code, word.text)
