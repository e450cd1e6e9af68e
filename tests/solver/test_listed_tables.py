"""Quota tables of other sports under short rule files: no table that the rules can give is called wrong, others are."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from quotaproof.importing import import_scenario
from quotaproof.model.errors import InputError
from quotaproof.model.published import ATHLETES, Published
from quotaproof.model.rules_file import load_rules
from quotaproof.model.scenario import Scenario
from quotaproof.scenarios import FOLDER, load_scenario
from quotaproof.solver.verify.list_verification import ListVerification
from quotaproof.solver.verify.published_lists import verify_lists

ROOT = Path(__file__).parent.parent
CASE = ROOT / "data" / "cases" / "skeleton-de.txt"
PAGE = ROOT.parent / "docs" / "other-sports.md"

LUGE = """# Synthetic: invented rules and figures in the manner of luge.
title = "Luge"
total = {{ athletes = 14, men = 7, women = 7{counted} }}
host = {{ events = [], clause = "none" }}
events = [
    {{ id = "men-singles", gender = "men", kind = "individual", start-places = 5, per-noc = 2 }},
    {{ id = "women-singles", gender = "women", kind = "individual", start-places = 4, per-noc = 2 }},
    {{ id = "mixed-doubles", gender = "mixed", kind = "couple", start-places = 2, per-noc = 1 }},
]
rankings = [
    {{ id = "world", clause = "c", events = ["men-singles", "women-singles", "mixed-doubles"], measure = "points" }},
]
[[pathways]]
id = "P1"
kind = "ranking-places"
title = "Down the ranking"
clause = "c"
ranking = "world"
places = {{ men-singles = 5, women-singles = 4 }}
[[pathways]]
id = "P2"
kind = "fill-by-rank"
title = "One each"
clause = "c"
ranking = "world"
places = {{ mixed-doubles = 2 }}
"""
LISTS = {
    "men-singles": "ger-a ger-b ger-c aut-a lat-a ita-a",
    "women-singles": "aut-b ger-d ger-e ita-b lat-b",
    "mixed-doubles": "lat-c ger-f lat-d ita-c",
}
PLACES = {"GER": (2, 2, 1), "AUT": (1, 1, 0), "LAT": (1, 0, 1), "ITA": (1, 1, 0)}
"""By hand: GER's third man is passed over for ITA; the doubles are LAT's and GER's first."""


@pytest.fixture(scope="module")
def skeleton(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """The table of skeleton 2022 in German, with the rule file of the documentation."""
    rules = tmp_path_factory.mktemp("skeleton") / "rules.toml"
    found = re.search(r'```toml title="skeleton.toml"\n(.*?)```', PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    rules.write_text(found[1], encoding="utf-8")
    return import_scenario(CASE, rules=str(rules)).scenario


def judged(scenario: Scenario, **cells: tuple[int, int, int]) -> ListVerification:
    """Verify the table with other rows, without the printed totals."""
    table = scenario.published
    assert table is not None
    rows = {noc: dict(row) for noc, row in table.cells.items()}
    for noc, numbers in cells.items():
        rows[noc] = dict(zip(table.columns, numbers, strict=True))
    return verify_lists(replace(scenario, published=Published(table.columns, rows, {})))


def test_the_table_of_skeleton_is_not_called_wrong(skeleton: Scenario) -> None:
    found = verify_lists(skeleton)
    assert found.consistent
    assert found.to_dict()["standings"] == "incomplete"
    assert found.unjudged == ()
    assert found.findings == ()
    rules = replace(skeleton.rules, athletes_counted=None)
    assert verify_lists(replace(skeleton, rules=rules)).unjudged == (ATHLETES,)


def test_the_page_of_the_documentation_has_the_table_of_the_case() -> None:
    found = re.search(r'```text title="skeleton.txt"\n(.*?)```', PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    rows = [[line.rstrip() for line in text.splitlines()] for text in (found[1], CASE.read_text(encoding="utf-8"))]
    assert rows[0] == rows[1]


def test_what_no_ranking_gives_is_wrong(skeleton: Scenario) -> None:
    """A third NOC with three men, an eighth with one; at the expense of nobody, or of another."""
    kinds = {one.kind for one in judged(skeleton, AUT=(3, 1, 4)).findings}
    assert kinds == {"tier", "event-cap", "quota-cap"}
    for rows, messages in (
        ({"AUT": (3, 1, 4), "KOR": (1, 1, 2)}, ["three NOCs with three", "eight NOCs with one"]),
        ({"GER": (4, 3, 7), "KOR": (1, 1, 2)}, ["may have 3", "eight NOCs with one start place"]),
        ({"GER": (3, 3, 5)}, ["6 start places are for 6 athletes; the table says 5"]),
    ):
        said = " ".join(one.message for one in judged(skeleton, **rows).findings)
        assert all(message in said for message in messages), said
    # One NOC fewer than a tier has room for is no error: perhaps no other had as many athletes.
    assert judged(skeleton, GER=(2, 3, 5), KOR=(1, 1, 2), UKR=(0, 0, 0)).findings == ()


def luge(folder: Path, counted: str = "", *, known: bool = True, **rows: tuple[int, ...]) -> ListVerification:
    folder.mkdir()
    (folder / "rules.toml").write_text(LUGE.format(counted=counted))
    (folder / "scenario.toml").write_text('title = "Synthetic sleds"\ngames = "none"\n')
    lines = ["event,ranking,rank,noc,athlete"]
    for event, names in LISTS.items() if known else ():
        lines += [f"{event},world,{n},{name[:3].upper()},{name}" for n, name in enumerate(names.split(), 1)]
    if known:
        (folder / "standings.csv").write_text("\n".join(lines) + "\n")
    table = {noc: (*row, row[0] + row[1] + 2 * row[2]) for noc, row in PLACES.items()} | rows
    text = [f"{noc},{','.join(map(str, row))}" for noc, row in table.items()]
    header = "noc,men-singles,women-singles,mixed-doubles,athletes"
    (folder / "published.csv").write_text("\n".join([header, *text]) + "\n")
    return verify_lists(load_scenario(folder))


@pytest.mark.parametrize("known", [True, False], ids=["lists", "no lists"])
def test_a_synthetic_table_of_luge_is_not_called_wrong(tmp_path: Path, known: bool) -> None:
    """Invented rules and figures, with couples; however athletes are counted, if the rules do not say it."""
    found = luge(tmp_path / "plain", known=known)
    assert found.consistent
    assert (found.standings, found.unjudged) == ("complete" if known else "incomplete", (ATHLETES,))
    assert luge(tmp_path / "more", known=known, GER=(2, 2, 1, 99)).consistent
    assert luge(tmp_path / "sum", ', athletes-counted = "sum"', known=known).consistent
    largest = {noc: (*row, max(row[0], row[2]) + max(row[1], row[2])) for noc, row in PLACES.items()}
    assert luge(tmp_path / "largest", ', athletes-counted = "largest"', known=known, **largest).consistent
    assert not luge(tmp_path / "not", ', athletes-counted = "sum"', known=known, **largest).consistent
    assert luge(tmp_path / "between", ', athletes-counted = "between"', known=known, **largest).consistent
    between = {**largest, "GER": (2, 2, 1, 3)}
    assert not luge(tmp_path / "less", ', athletes-counted = "between"', known=known, **between).consistent


@pytest.mark.parametrize(
    ("counted", "size", "athletes", "right"),
    [
        ("between", ", athletes = 3", 3, True),
        ("between", ", athletes = 3", 4, False),
        ("between", ", athletes = 3", 2, False),
        ("between", "", 4, True),
        ("largest", ", athletes = 3", 3, True),
        ("largest", ", athletes = 3", 4, False),
        ("largest", "", 4, True),
        ("largest", "", 0, False),
        ("sum", ", athletes = 3", 0, True),
        ("sum", ", athletes = 3", 3, False),
    ],
)
def test_an_noc_with_a_team_alone_has_the_athletes_of_a_team(
    tmp_path: Path, counted: str, size: str, athletes: int, right: bool
) -> None:
    """Synthetic: Latvia has a place in a relay of three men, and no other."""
    event = f'{{{{ id = "men-team", gender = "men", kind = "relay", start-places = 2, per-noc = 1{size} }}}},\n'
    text = LUGE.replace('    {{ id = "women-singles"', f'    {event}    {{{{ id = "women-singles"')
    text = text.replace('events = ["men-singles", ', 'events = ["men-singles", "men-team", ')
    text = text.replace("places = {{ men-singles = 5,", "places = {{ men-singles = 5, men-team = 2,")
    (tmp_path / "rules.toml").write_text(text.format(counted=f', athletes-counted = "{counted}"'))
    (tmp_path / "scenario.toml").write_text('title = "Synthetic sleds"\ngames = "none"\n')
    table = f"noc,men-singles,men-team,women-singles,mixed-doubles,athletes\nLAT,0,1,0,0,{athletes}\n"
    (tmp_path / "published.csv").write_text(table)
    rows = [one for one in verify_lists(load_scenario(tmp_path)).findings if one.kind == "row"]
    assert bool(rows) != right, rows


def test_with_lists_each_cell_is_compared(tmp_path: Path) -> None:
    found = luge(tmp_path / "wrong", GER=(2, 1, 1, 5), ITA=(1, 2, 0, 3))
    cells = {(one.noc, one.column, one.published, one.expected) for one in found.findings}
    assert cells == {("GER", "women-singles", 1, 2), ("ITA", "women-singles", 2, 1)}
    assert luge(tmp_path / "unknown", known=False, GER=(2, 1, 1, 5), ITA=(1, 2, 0, 3)).consistent
    assert not luge(tmp_path / "cap", known=False, GER=(3, 1, 1, 6)).consistent


def test_a_sum_of_start_places_belongs_to_ranked_lists(tmp_path: Path) -> None:
    text = (FOLDER / "sochi-2014" / "rules.toml").read_text(encoding="utf-8")
    (tmp_path / "rules.toml").write_text(text.replace("[total]\n", '[total]\nathletes-counted = "sum"\n', 1))
    with pytest.raises(InputError, match="a count of rules with ranked lists"):
        load_rules(tmp_path / "rules.toml")


def test_a_ranked_list_on_the_page_is_named_and_left_out(tmp_path: Path) -> None:
    """What is read from pages are SOQCs of qualifiers; a list of athletes is somebody's to write down."""
    rules = tmp_path / "rules.toml"
    rules.write_text(LUGE.format(counted=""))
    page = tmp_path / "page.txt"
    page.write_text(
        "=Luge=\n==Quota==\n| NOC | Men singles | Women singles | Mixed doubles | Athletes |\n| GER | 2 | 2 | 1 | 6 |\n"
        "| AUT | 1 | 1 | 0 | 2 |\n==Men's singles==\n| Rank | NOC |\n| 1 | GER |\n| 2 | AUT |\n| 3 | GER |\n"
    )
    found = import_scenario(page, rules=str(rules), into=tmp_path / "made")
    assert not (tmp_path / "made" / "standings.csv").exists()
    said = [one.message for one in found.report.remarks if one.kind == "ignored"]
    assert any(
        "seen, and the rules have no table [results]" in one or "lists of athletes are not read" in one for one in said
    )
