"""Lists of results, standings and files of a scenario folder, one or several at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_anybodys_tables import SKELETON

from quotaproof.importing import Imported, import_scenario
from quotaproof.model.errors import InputError
from quotaproof.model.results.classifications import Result
from quotaproof.model.standings.rankings import Entry
from quotaproof.scenarios import FOLDER, load_scenario

TORINO = (
    "Rank,Name,Nat,Time,Points\n1,HAMELIN Charles,CAN,41.1,1000\n2,AN Victor,RUS,41.2,800\n3,GIRARD Samuel,CAN,41.3,"
    "640\n,ROSSI,ITA,DSQ,\nPEN,KIM,KOR,,\n4,DOE,Narnia,41.9,512\n"
)
KOLOMNA = (
    "<h1>World Cup Kolomna 2013</h1><h2>Men 500 m - Final results</h2><table><tr><th>Pl.</th><th>Skater</th>"
    "<th>NOC</th><th>Time</th></tr><tr><td>1</td><td>AN</td><td>RUS</td><td>41.0</td></tr><tr><td>2</td><td>HAMELIN</td><td>CAN</td>"
    "<td>41.5</td></tr><tr><td>DNS</td><td>SMITH</td><td>USA</td><td></td></tr></table>"
)


def write(folder: Path, **files: str) -> list[Path]:
    paths = []
    for name, text in files.items():
        stem, _, suffix = name.rpartition("__")
        paths.append(folder / f"{stem}.{suffix}")
        paths[-1].write_text(text, encoding="utf-8")
    return paths


def told(imported: Imported) -> str:
    return "\n".join(f"{remark.subject}: {remark.message}" for remark in imported.report.remarks)


def test_results_of_two_meets_become_classifications(tmp_path: Path) -> None:
    files = write(tmp_path, torino_men_500__csv=TORINO, page__html=KOLOMNA)
    imported = import_scenario(files, tmp_path / "made", rules="sochi-2014")
    found = imported.scenario.classifications
    assert found is not None
    assert found.results == (
        Result("torino-2013", "men-500", "CAN", 1, 1), Result("torino-2013", "men-500", "RUS", 1, 2),
        Result("torino-2013", "men-500", "CAN", 2, 3), Result("torino-2013", "men-500", None, None, 4),
        Result("kolomna-2013", "men-500", "RUS", 1, 1), Result("kolomna-2013", "men-500", "CAN", 1, 2),
    )  # fmt: skip
    words = told(imported)
    for said in ("ITA ROSSI (DSQ), KOR KIM (PEN)", "USA SMITH (DNS)", "'Narnia' is no NOC that is known",
                 "the name, points, time of each result"):  # fmt: skip
        assert said in words


def test_results_in_long_form_with_codes_of_their_own_column(tmp_path: Path) -> None:
    text = (
        "Competition;Geschlecht;Strecke;Platz;Name;Nation\nTorino;Herren;1000 m;1;A;Kanada\n"
        "Torino;Herren;1000 m;2;B;Südkorea\nTorino;Damen;Staffel;1;;Italien\nTorino;Damen;Staffel;YC;;China\n"
    )
    (path,) = write(tmp_path, list__csv=text)
    found = import_scenario(path, rules="sochi-2014").scenario.classifications
    assert found is not None
    assert found.results == (
        Result("torino-2013", "men-1000", "CAN", 1, 1),
        Result("torino-2013", "men-1000", "KOR", 1, 2),
        Result("torino-2013", "women-relay", "ITA", 1, 1),
    )


def test_results_by_rules_that_compute_nothing_become_results(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(SKELETON)
    (path,) = write(tmp_path, men__csv="Meet,Rank,Name,NOC,Time,Points\nLake Placid,1,Józef Ó,POL,54.1,225\n")
    import_scenario(path, tmp_path / "made", rules=str(rules))
    assert (tmp_path / "made" / "results.csv").read_text() == (
        "meet,event,race,division,rank,noc,athlete,name,time,points,note\n"
        "lake-placid,men-skeleton,,,1,POL,jozef-o,Józef Ó,54.1,225,\n"
    )


def test_names_of_any_alphabet_become_ids_of_athletes(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(SKELETON)
    names = ("Bjørn MAGNUSSEN", "Łukasz Đorđević", "Zoë Groß", "高亭宇", "高婷玉", "Шихова")
    rows = "".join(f"Lake Placid,{rank},{name},NOR,54.{rank}\n" for rank, name in enumerate(names, 1))
    (path,) = write(tmp_path, men__csv=f"Meet,Rank,Name,NOC,Time\n{rows}")
    results = import_scenario(path, rules=str(rules)).scenario.results
    assert results is not None
    assert [one.athlete for one in results.rows[:3]] == ["bjorn-magnussen", "lukasz-dordevic", "zoe-gross"]
    assert len({one.athlete for one in results.rows}) == len(names)
    assert [one.name for one in results.rows] == list(names)


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("torino__csv", TORINO, "row 1: its headings name no event of the rules; those are men-500"),
        ("men_500__csv", TORINO, "nothing says at which of the meets torino-2013, kolomna-2013"),
        ("torino_men_500__csv", TORINO.replace("3,GIRARD", "third,GIRARD"), None),
    ],
)
def test_what_results_do_not_say_is_asked_for(name: str, text: str, problem: str | None, tmp_path: Path) -> None:
    (path,) = write(tmp_path, **{name: text})
    if problem is None:
        imported = import_scenario(path, rules="sochi-2014")
        assert "a row whose rank 'third' is neither a number nor a result code: third | GIRARD Samuel | CAN" in told(
            imported
        )
        return
    with pytest.raises(InputError, match=problem):
        import_scenario(path, rules="sochi-2014")


def test_races_of_one_event_are_not_taken_for_its_classification(tmp_path: Path) -> None:
    files = write(tmp_path, torino_men_500_final_a__csv=TORINO, torino_men_500_final_b__csv=TORINO)
    with pytest.raises(InputError, match="position 1 of men-500 at torino-2013 is in two tables"):
        import_scenario(files, rules="sochi-2014")


def test_a_table_of_standings_with_names_becomes_a_ranking(tmp_path: Path) -> None:
    (path,) = write(tmp_path, men_500__csv='Rank,Name,Nat,Pts\n1,A,CAN,100\n2,B,ITA,90\n3,C,CAN,"1,080"\n')
    imported = import_scenario(path, rules="sochi-2014")
    assert imported.scenario.standings.rankings["men-500"].entries == (
        Entry("CAN", 1, 100), Entry("ITA", 1, 90), Entry("CAN", 2, 1080),
    )  # fmt: skip
    assert "the column 'Name' is not kept: 3 cells, 'A' and 2 more" in told(imported)


@pytest.mark.parametrize("name", ["classifications.csv", "standings.csv", "published.csv"])
def test_a_file_of_a_scenario_comes_back_as_it_was(name: str, tmp_path: Path) -> None:
    path = FOLDER / "sochi-2014" / name
    import_scenario(path, tmp_path / "made", rules="sochi-2014")
    assert (tmp_path / "made" / name).read_text() == path.read_text()


@pytest.mark.parametrize(
    ("identifier", "name"),
    [("pyeongchang-2018", "declines.csv"), ("pyeongchang-2018", "invitations.csv"), ("beijing-2022", "known.csv")],
)
def test_files_of_a_scenario_are_taken_over_beside_its_table(identifier: str, name: str, tmp_path: Path) -> None:
    folder = FOLDER / identifier
    imported = import_scenario([folder / "published.csv", folder / name], tmp_path / "made", rules=identifier)
    scenario = load_scenario(identifier)
    what = {"declines.csv": "declines", "invitations.csv": "invitations", "known.csv": "facts"}[name]
    assert imported.scenario.published == scenario.published
    assert getattr(imported.scenario, what) == getattr(scenario, what)
    with pytest.raises(InputError, match=f"two of the tables are a {name}"):
        import_scenario([folder / name, folder / name], rules=identifier)
