"""Reports on places by ranked lists: who has them and by what, who is next, where lists are cut, in every format."""

from __future__ import annotations

import io
import itertools
import random
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from quotaproof import allocate, load_scenario, report, reserve
from quotaproof.cli import cli
from quotaproof.model.errors import InputError
from quotaproof.model.pathways import NocQuota, RankingPlaces, ReduceToTotal
from quotaproof.model.published import Published
from quotaproof.model.results.ranked_lists import RankedList
from quotaproof.model.standings.rankings import Standings
from quotaproof.reporting import FORMATS, Document, build
from quotaproof.reporting.document import ReportTable, Section, words_of
from tests import listed_folders
from tests.listed import event, ranked, scenario, tiers_like

LONG_TRACK, FIGURE = load_scenario("speed-skating-2026"), load_scenario("figure-skating-2018")


@pytest.fixture(scope="module")
def long_track() -> Document:
    return build(LONG_TRACK)


def section(document: Document, title: str) -> Section:
    return next(one for one in document.all_sections if one.title == title)


def rows(table: ReportTable) -> list[dict[str, str]]:
    names = table.flat_header()
    return [dict(zip(names, map(words_of, line.items), strict=True)) for line in table.lines]


def test_every_place_is_there_with_what_it_came_by_and_then_the_reserve_list(long_track: Document) -> None:
    allocation = allocate(LONG_TRACK, "greedy")
    titles = {one.identifier: one.title for one in LONG_TRACK.rules.pathways}
    for one in LONG_TRACK.rules.events:
        label = one.label[:1].upper() + one.label[1:]
        table = section(long_track, label).tables[0]
        found = rows(table)
        placed = allocation.entries[one.identifier]
        assert [(row["NOC"][-4:-1], row["By"]) for row in found[: len(placed)]] == [
            (entry.noc, titles[entry.pathway]) for entry in placed
        ]
        waiting = found[len(placed) :]
        assert [row["Place"] for row in waiting] == [f"r{n}" for n in range(1, len(waiting) + 1)]
        assert [row["NOC"][-4:-1] for row in waiting] == [entry.noc for entry in allocation.reserve[one.identifier]]
        assert [line.kind for line in table.lines].index("behind-cut") == len(placed) == one.start_places
        turns = {r.name if r.athlete != r.noc.lower() else r.noc: r.turn for r in reserve(LONG_TRACK, one.identifier)}
        for row in waiting:
            turn = turns[row.get("Name") or row["NOC"][-4:-1]]
            assert row["By"] == f"in line: {turn}" if turn else "the most an NOC may have" in row["By"]


def test_the_host_who_was_replaced_and_the_line_of_the_mens_500_m(long_track: Document) -> None:
    """What is known of it: ITA replaces KAZ's last, who heads the list as printed; TPE, without a place, is next."""
    found = section(long_track, "Men's 500 m")
    assert found.paragraphs[0] == "28 start places, at most 3 for an NOC. Places by points: 21; Places by times: 7."
    assert "Jeffrey ROSANELLI of the host takes the place of Altay ZHARDEMBEKULY (KAZ)" in found.paragraphs[1]
    lines = rows(found.tables[0])
    assert (lines[27]["Name"], lines[27]["By"]) == ("Jeffrey ROSANELLI", "Host")
    assert lines[28]["Name"] == "Altay ZHARDEMBEKULY"
    assert next(row["NOC"] for row in lines if row["By"] == "in line: 1") == "Chinese Taipei (TPE)"


def test_lists_have_points_and_times_what_blocked_an_entry_and_the_cut(long_track: Document) -> None:
    points, times = section(long_track, "Men's 500 m").tables[1:]
    assert (points.caption, times.caption) == ("Ranked list: points", "Ranked list: times")
    first = rows(points)[0]
    assert first == {
        "Rank": "1",
        "NOC": "United States (USA)",
        "Name": "Jordan STOLZ",
        "Points": "391",
        "Remark": "place 1",
    }
    japan = next(row for row in rows(points) if row["Name"] == "Katsuhiro KURATSUBO")
    assert (japan["Rank"], japan["Remark"]) == ("17", "JPN has 3")
    cut = [line.kind for line in points.lines].index("behind-cut")
    by_points = [row for row in rows(points)[:cut] if row["Remark"].startswith("place ") and "(" not in row["Remark"]]
    assert len(by_points) == 21 == int(by_points[-1]["Remark"].removeprefix("place "))
    assert rows(times)[0]["Remark"] == "place 3 (Places by points)"
    assert rows(times)[-1]["Remark"] == "reserve 8"
    whole = section(build(LONG_TRACK, full=True), "Men's 500 m").tables[1]
    assert len(whole.lines) == len(LONG_TRACK.lists["men-500", "points"].entries) > len(points.lines)


def test_quota_places_have_their_reason_and_more_than_may_start_is_said(long_track: Document) -> None:
    found = section(long_track, "Quota places")
    assert found.paragraphs[0].startswith("82 men and 82 women may start. More qualify")
    lines = rows(found.tables[0])
    by_gender = {gender: [row for row in lines if row["Gender"] == gender] for gender in ("men", "women")}
    assert {gender: sum(int(row["Quota places"]) for row in own) for gender, own in by_gender.items()} == {
        "men": 105,
        "women": 111,
    }
    canada = next(row for row in by_gender["men"] if "CAN" in row["NOC"])
    assert canada["Why"] == "7 men, the most it may have, for 11 individual start places"


def test_places_of_nocs_have_their_reason_and_who_is_next() -> None:
    document = build(FIGURE)
    quota = section(document, "Quota allocation")
    assert quota.tables[0].flat_header() == ("NOC", "Men", "Women", "Pairs", "Ice dance")
    assert [words_of(item) for item in quota.tables[0].lines[-1].items[1:]] == ["(24)", "(24)", "(16)", "(19)"]
    assert quota.paragraphs[-1].startswith("24 NOCs have 83 start places.")
    assert all(one.title != "Quota places" for one in document.all_sections)
    pairs = section(document, "Pairs").tables[0]
    usa = next(row for row in rows(pairs) if "USA" in row["NOC"])
    assert usa["Places"] == "1"
    assert "1 instead of 2 places" in usa["Why"]
    assert "its sum 28 is high" in usa["Why"]
    following = [row for row in rows(pairs) if row["By"] == "next"]
    assert following
    assert all("all 16 places are given" in row["Why"] for row in following)
    given = [row for row in rows(pairs) if row["By"] != "next"]
    assert sum(int(row["Places"]) for row in given) == 16


def test_what_was_taken_back_and_what_a_tie_leaves_open_is_shown() -> None:
    lists = [ranked("men-500", "points", ["aaa-1", "bbb-1", "ccc-1"])]
    quotas = tuple(one for one in LONG_TRACK.rules.pathways if isinstance(one, NocQuota))
    pathways = [
        RankingPlaces("P1", "By points", "c", "points", {"men-500": 3}),
        replace(quotas[0], identifier="P2", caps=quotas[0].caps[-1:]),
        ReduceToTotal("P3", "Total", "c", ("men-500",)),
    ]
    small = scenario([event("men-500", 3, 2)], pathways, lists, caps=(2, 0))
    last = build(small).sections[-1].tables[0].lines[-1]
    assert [words_of(item) for item in last.items][-1] == "taken back"
    assert last.items[2].struck
    quota = {row["NOC"]: row for row in rows(section(build(small), "Quota places").tables[0])}
    assert [quota[noc]["Quota places"] for noc in ("AAA", "BBB", "CCC")] == ["1", "1", "0"]
    assert quota["CCC"]["Why"].endswith(", the sum of its individual start places; 0 after places were taken back")
    assert quota["AAA"]["Why"].endswith(", the sum of its individual start places")
    tied = [ranked("men-500", "points", ["aaa-1", "bbb-1", "ccc-1"], [1, 2, 2])]
    first = replace(pathways[0], places={"men-500": 2})
    document = build(scenario([event("men-500", 3, 2)], [first, *pathways[1:]], tied))
    words = " ".join(itertools.chain(*(one.paragraphs for one in document.all_sections)))
    assert "An unsettled tie leaves open who has a place" in words


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("given", [LONG_TRACK, FIGURE], ids=["long-track", "figure"])
def test_every_format_holds_all_tables(form: str, given, long_track: Document) -> None:  # type: ignore[no-untyped-def]
    document = report(given, form)  # type: ignore[arg-type]
    assert document == report(given, form)  # type: ignore[arg-type]
    if form == "xlsx":
        assert isinstance(document, bytes)
        book = openpyxl.load_workbook(io.BytesIO(document))
        cells = [str(c.value) for sheet in book for row in sheet for c in row if c.value is not None]
        text = " ".join(cells)
        if given is LONG_TRACK:
            sheet = book["Places Men's 500 m"]
            found = [[cell.value for cell in row] for row in sheet]
            assert [1, "United States (USA)", "Jordan STOLZ", 391, "33.79", "Places by points"] in found
    else:
        text = str(document)
    for label in ("Jordan STOLZ", "JPN has 3") if given is LONG_TRACK else ("Yuzuru HANYU", "is high"):
        assert label in text
    assert "best qualifier" not in text
    if form == "html":
        parser = HTMLParser()
        parser.feed(text)
        assert text.count("<table") == text.count("</table>") > 4


def test_a_hostile_name_is_text_in_every_format() -> None:
    name = "<script>=HYPERLINK()|{{x}}</script>"
    key = ("men-500", "points")
    entries = LONG_TRACK.lists[key].entries
    lists = {**LONG_TRACK.lists, key: RankedList(*key, (replace(entries[0], name=name), *entries[1:]))}
    hostile = replace(LONG_TRACK, lists=lists)
    assert "<script>" not in report(hostile, "html")  # type: ignore[operator]
    assert "{{x}}" not in report(hostile, "wikitext")  # type: ignore[operator]
    assert r"\<script" in report(hostile, "markdown")  # type: ignore[operator]


def test_a_published_table_is_shown_as_it_is_with_the_lists_or_without() -> None:
    frame = allocate(LONG_TRACK, "greedy").to_published()
    cells = {noc: {**row} for noc, row in frame.cells.items()}
    cells["ITA"]["men-500"] = 0
    published = Published(frame.columns, cells, {})
    known = replace(LONG_TRACK, published=published)
    quota = section(build(known, table="published"), "Quota allocation")
    italy = next(line for line in quota.tables[0].lines if words_of(line.items[0]).endswith("(ITA)"))
    assert (words_of(italy.items[1]), italy.items[1].note) == (
        "0",
        "ITA, men's 500 m: the published table has 0; 1 is what the rules give for the complete standings.",
    )
    unknown = replace(known, lists={}, results=None, standings=Standings({}))
    document = build(unknown)
    assert "is a question for verify" in section(document, "Quota allocation").paragraphs[1]
    assert all(one.title != "Places" for one in document.all_sections)


def test_a_table_that_nobody_published_is_refused() -> None:
    with pytest.raises(InputError, match="no table was published"):
        report(LONG_TRACK, table="published")


def test_an_unnamed_row_of_a_table_whose_athletes_nothing_says_how_to_count(tmp_path: Path) -> None:
    """The table has the column athletes, and what the rules give has none."""
    folder = tmp_path / "tiers"
    listed_folders.save(tiers_like(random.Random(5), ties=False), folder)
    (folder / "published.csv").write_text("noc,men-ranks,men-entries,athletes\n?,3,2,4\nAAA,1,0,1\n", encoding="utf-8")
    for command in (["report"], ["reserve", "men-ranks"], ["verify"]):
        result = CliRunner().invoke(cli, [command[0], str(folder), *command[1:]])
        assert result.exception is None or isinstance(result.exception, SystemExit | InputError), result.exception
