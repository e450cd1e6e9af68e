"""Ranked lists and results as people of many countries have them; all names and ranks are invented."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from peoples_files import csv_of, html_of, saved, workbook

from quotaproof.importing import Imported, import_scenario
from quotaproof.importing.run import import_contents
from quotaproof.model.errors import InputError


def read(name: str, content: str | bytes) -> Imported:
    data = content if isinstance(content, bytes) else content.encode()
    return import_contents([(name, data)], rules="sochi-2014")


def ranks(imported: Imported, event: str) -> list[tuple[str | None, int | None]]:
    return [(entry.noc, entry.qualifier) for entry in imported.scenario.standings.rankings[event].entries]


def told(imported: Imported, kind: str) -> str:
    return "\n".join(f"{r.subject}: {r.message}" for r in imported.report.remarks if r.kind == kind)


def classifications(path: Path, into: Path) -> list[tuple[str, ...]]:
    import_scenario(path, into, rules="sochi-2014")
    with io.StringIO((into / "classifications.csv").read_text(encoding="utf-8")) as stream:
        return [tuple(row.values())[:5] for row in csv.DictReader(stream)]


def test_a_german_list_with_points_and_a_shared_rank() -> None:
    rows = [["Rg.", "Läufer", "Nation", "Punkte"], ["1.", "A", "Kanada", "1000"], ["2.", "B", "Südkorea", "800"]]
    rows += [["2.", "C", "China", "800"], ["4.", "D", "Kanada", "512"]]
    found = read("de.html", html_of(rows, above="<h1>Shorttrack 2014</h1><h2>Weltcup 500 m Männer</h2>"))
    assert ranks(found, "men-500") == [("CAN", 1), ("KOR", 1), ("CHN", 1), ("CAN", 2)]


def test_wide_digits_and_the_event_in_the_name_of_a_file() -> None:
    rows = [["順位", "選手名", "国", "ポイント"], ["１", "見本", "カナダ", "1000"], ["２", "見本", "日本", "800"]]
    assert ranks(read("男子1000m.tsv", csv_of(rows, "\t")), "men-1000") == [("CAN", 1), ("JPN", 1)]
    with pytest.raises(InputError, match="has ranks and NOCs, but no heading, column or file's name says which event"):
        read("list.tsv", csv_of(rows, "\t"))


def test_two_lists_side_by_side() -> None:
    rows = [
        ["Men's 500 m", "", "", "", "Women's 500 m", "", ""],
        ["Rank", "NOC", "Points", "", "Rank", "NOC", "Points"],
    ]
    rows += [["1", "CAN", "1000", "", "1", "KOR", "1000"], ["2", "KOR", "800", "", "2", "ITA", "800"]]
    found = read("side.csv", csv_of(rows))
    assert ranks(found, "men-500") == [("CAN", 1), ("KOR", 1)]
    assert ranks(found, "women-500") == [("KOR", 1), ("ITA", 1)]


def test_a_list_in_json_has_its_event_above() -> None:
    document = {"event": "Men's 500 m", "standings": [{"rank": 1, "noc": "CAN"}, {"rank": 2, "noc": "KOR"}]}
    assert ranks(read("list.json", json.dumps(document)), "men-500") == [("CAN", 1), ("KOR", 1)]


def test_a_row_without_a_rank_is_named_first() -> None:
    rows = [["Rank", "NOC", "Points"], ["1", "CAN", "1000"], ["", "ITA", "500"], ["x", "JPN", "400"]]
    found = read("list.html", html_of(rows, above="<h2>Men's 1000 m</h2>"))
    assert ranks(found, "men-1000") == [("CAN", 1)]
    assert "a row without a rank: 'ITA | 500'" in told(found, "unclear")
    assert "a row without a rank: 'x | JPN | 400'" in told(found, "unclear")


def test_results_of_a_hungarian_workbook(tmp_path: Path) -> None:
    head = ["Helyezés", "Név", "Nemzet", "Idő"]
    men = [head, ["1", "A", "Kanada", "41,234"], ["2", "B", "Kína", "41,3"], ["", "D", "Olaszország", "PEN"]]
    men += [["", "X", "Japán", "44,1"]]
    women = [head, ["1", "F", "Kanada", "1:31,234"], ["2", "G", "Kína", "1:31,3"]]
    path = tmp_path / "eredmények.xlsx"
    path.write_bytes(saved(workbook(("Torino 2013 500 m férfi", men), ("Torino 2013 1000 m női", women))))
    assert classifications(path, tmp_path / "made") == [
        ("torino-2013", "men-500", "CAN", "1", "1"),
        ("torino-2013", "men-500", "CHN", "1", "2"),
        ("torino-2013", "women-1000", "CAN", "1", "1"),
        ("torino-2013", "women-1000", "CHN", "1", "2"),
    ]
    found = read(path.name, path.read_bytes())
    assert "without a position, since a code stands for it: ITA D (PEN)" in told(found, "read")
    assert "neither a rank nor a code for it, so these have no position: JPN X (no rank)" in told(found, "unclear")


def test_results_in_columns_of_blanks_with_the_code_behind_the_name(tmp_path: Path) -> None:
    lines = ["Torino 2013 - Men 500 m", "", "Rank  Name          Time", "1     ALFA A (CAN)  41.2"]
    lines += ["2     BETA B (KOR)  41.5", "3     GAMMA C (CAN) 41.9"]
    path = tmp_path / "results.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert classifications(path, tmp_path / "made") == [
        ("torino-2013", "men-500", "CAN", "1", "1"),
        ("torino-2013", "men-500", "KOR", "1", "2"),
        ("torino-2013", "men-500", "CAN", "2", "3"),
    ]


def test_several_files_of_other_kinds_and_standard_input_make_one_scenario(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [["Rang", "Land"], ["1", "Kanada"], ["2", "China"]]
    (tmp_path / "Herren 500 m.csv").write_bytes(csv_of(rows, ";").encode("utf-16"))
    (tmp_path / "women-500.json").write_text(json.dumps([{"rank": 1, "noc": "KOR"}, {"rank": 2, "noc": "ITA"}]))

    class Stream:
        buffer = io.BytesIO(html_of([["Rank", "NOC"], ["1", "NED"]], above="<h2>Men's 1500 m</h2>").encode())

    monkeypatch.setattr("sys.stdin", Stream())
    files = [tmp_path / "Herren 500 m.csv", tmp_path / "women-500.json", Path("-")]
    found = import_scenario(files, rules="sochi-2014")
    assert ranks(found, "men-500") == [("CAN", 1), ("CHN", 1)]
    assert ranks(found, "women-500") == [("KOR", 1), ("ITA", 1)]
    assert ranks(found, "men-1500") == [("NED", 1)]


def test_ranks_as_ordinals_struck_and_with_footnotes() -> None:
    rows = [["Rang", "Nation"], ["1er", "Canada"], ["2e*", "Corée du Sud"], ["<s>3e</s>", "<s>Chine</s>"]]
    rows += [["=4[1]", "Italie"], ["=4", "Japon"]]
    found = read("rangs.html", html_of(rows, above="<h1>Short track 2014</h1><h2>500 m hommes</h2>"))
    nocs = [noc for noc, _ in ranks(found, "men-500")]
    assert nocs == ["CAN", "KOR", "CHN", "ITA", "JPN"]
    assert "* at '2e'" in told(found, "ignored")


def test_all_lists_below_each_other_with_a_column_of_genders() -> None:
    rows = [
        ["Strecke", "Geschlecht", "Rang", "Nation"],
        ["500 m", "M", "1.", "Kanada"],
        ["500 m", "M", "2.", "Italien"],
    ]
    rows += [["1000 m", "F", "1.", "Südkorea"]]
    found = read("listen.csv", csv_of(rows, ";"))
    assert ranks(found, "men-500") == [("CAN", 1), ("ITA", 1)]
    assert ranks(found, "women-1000") == [("KOR", 1)]


def test_ranks_that_begin_again_below_a_heading_are_no_ties() -> None:
    rows = [["Rank", "Name", "Nation", "Time"], ["1", "A", "CAN", "41.0"], ["2", "B", "KOR", "41.2"]]
    rows += [["Final B", "", "", ""], ["1", "C", "ITA", "42.0"]]
    above = "<h1>Short track 2014</h1><h2>Torino 2013</h2><h3>Men's 500 m</h3>"
    with pytest.raises(InputError, match="row 3: rank 1 comes again below 'Final B'; let the positions go on there"):
        read("finals.html", html_of(rows, above=above))
    rows[4][0] = "3"
    assert "'Final B'" in told(read("finals.html", html_of(rows, above=above)), "unclear")


@pytest.mark.parametrize("sign", ["", "-", "–", "=", "〃"])
def test_a_row_without_a_rank_shares_the_one_above_if_the_next_rank_leaves_room(sign: str) -> None:
    rows = [["Rank", "NOC", "Points"], ["1", "CAN", "100"], ["2", "KOR", "80"], [sign, "CHN", "80"]]
    found = read("Men 500 m.csv", csv_of([*rows, ["4", "ITA", "60"]]))
    assert ranks(found, "men-500") == [("CAN", 1), ("KOR", 1), ("CHN", 1), ("ITA", 1)]
    assert found.scenario.standings.rankings["men-500"].tied == ((2, 3),)
    assert "shares rank 2, since the next rank leaves room" in told(found, "guessed")
    for last in (["3", "ITA", "60"], ["5", "ITA", "60"]):
        other = read("Men 500 m.csv", csv_of([*rows, last]))
        assert other.scenario.standings.rankings["men-500"].tied == ()
        assert "a row without a rank" in told(other, "unclear")
    more = read("Men 500 m.csv", csv_of([*rows[:3], [sign, "CHN", "79"], ["4", "ITA", "60"]]))
    assert more.scenario.standings.rankings["men-500"].tied == ()


@pytest.mark.parametrize(
    "signs",
    [
        ("🥇", "🥈", "🥉"),
        ("①", "②", "③"),
        ("Gold", "Silver", "Bronze"),
        ('<img alt="1st place, gold medalist(s)">', '<img alt="2nd place, silver medalist(s)">', "3"),
    ],
)
def test_medals_and_circled_numbers_are_ranks(signs: tuple[str, ...]) -> None:
    rows = [["Rank", "NOC"], *([sign, noc] for sign, noc in zip(signs, ("CAN", "KOR", "CHN"), strict=True))]
    found = read("list.html", html_of(rows, above="<h1>2014</h1><h2>Men's 500 m</h2>"))
    assert ranks(found, "men-500") == [("CAN", 1), ("KOR", 1), ("CHN", 1)]


def test_templates_of_medals_are_ranks() -> None:
    lines = "|-\n| {{gold1}} || CAN\n|-\n| {{silver2}} || KOR\n|-\n| {{bronze3}} || CHN\n"
    found = read("list.wiki", f"== Men's 500 m ==\n{{|\n! Rank !! NOC\n{lines}|}}\n")
    assert ranks(found, "men-500") == [("CAN", 1), ("KOR", 1), ("CHN", 1)]


def test_ranks_that_are_not_read_are_shown() -> None:
    with pytest.raises(InputError, match=r"the column 'Rank' of its largest table .* has 'I', which is no rank like 1"):
        read("Men 500 m.csv", csv_of([["Rank", "NOC"], ["I", "CAN"], ["II", "KOR"]]))
