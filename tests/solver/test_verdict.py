"""The three verdicts, with values from the published tables."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from tiny import READINGS, tiny

from quotaproof.api import allocate, explain, reserve, whatif
from quotaproof.model.errors import InputError, QuotaError
from quotaproof.model.later_changes import DeclinedEntry
from quotaproof.model.published import TOTAL
from quotaproof.model.standings.rankings import Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines import greedy
from quotaproof.solver.verify.verification import Verification
from quotaproof.solver.verify.verify import verify
from quotaproof.text import verification

SOCHI = load_scenario("sochi-2014")
PYEONGCHANG = load_scenario("pyeongchang-2018")
assert SOCHI.published is not None and PYEONGCHANG.published is not None


@pytest.fixture(scope="module")
def pyeongchang() -> Verification:
    return verify(PYEONGCHANG)


def test_sochi_is_right_with_two_declines_on_no_record() -> None:
    found = verify(SOCHI)
    assert (found.verdict, found.consistent, found.explanation_unique) == ("with-changes", False, True)
    first, second = found.explanation
    assert [(c.kind, c.noc, c.event, c.status, c.offered) for c in (first, second)] == [
        ("decline", "KAZ", "men-1000", "no-record", False),
        ("decline", "ITA", "men-1000", "no-record", True),
    ]
    assert [(e.noc, e.rank) for c in (first, second) for e in c.entries] == [("KAZ", 31), ("ITA", 33)]
    assert [(e.noc, e.qualifier, e.rank) for e in second.taken_by] == [("HUN", 3, 34)]
    assert found.repairs == ()
    text = " ".join(verification(found, SOCHI, "table").split())
    assert text.index("right with these changes. - On no record: men's 1000 m: Kazakhstan (KAZ, rank 31) gave back") > 0
    assert "Hungary's (HUN) third (rank 34) has it" in text


def test_a_cell_that_no_decline_explains_is_repaired_and_the_explained_ones_are_left() -> None:
    assert SOCHI.published is not None
    cells = {("HUN", "men-500"): 3, (TOTAL, "men-500"): 33}
    altered = replace(SOCHI, published=SOCHI.published.with_cells(cells))
    found = verify(altered)
    assert (found.verdict, found.consistent, found.explanation) == ("not", False, ())
    (repair,) = found.repairs
    assert [(c.noc, c.column, c.published, c.repaired) for c in repair if c.noc != TOTAL] == [("HUN", "men-500", 3, 2)]
    assert [(f.noc, f.column) for f in found.findings] == [("HUN", "men-500")]


def test_a_place_that_nobody_took_is_not_explained_differings_of_all_who_were_in_line() -> None:
    assert SOCHI.published is not None
    altered = replace(SOCHI, published=SOCHI.published.with_cells({("CAN", "men-500"): 2, (TOTAL, "men-500"): 31}))
    assert verify(altered).verdict == "not"


def test_fewer_athletes_than_the_relay_allows_are_a_quota_place_given_back() -> None:
    assert SOCHI.published is not None
    sent = SOCHI.published.with_cells({("HUN", "athletes"): 7, (TOTAL, "athletes"): 115})
    found = verify(replace(SOCHI, published=sent))
    assert found.verdict == "with-changes"
    assert [(c.kind, c.noc, c.event, c.number) for c in found.explanation][-1] == ("return", "HUN", "women", 1)
    # Three men over 500, 1000 and 1500 m and two women over 1500 m are five; four cannot take up the places.
    assert (
        verify(
            replace(SOCHI, published=SOCHI.published.with_cells({("HUN", "athletes"): 4, (TOTAL, "athletes"): 112}))
        ).verdict
        == "not"
    )


def test_beijing_is_what_the_rules_give_and_excludes_56_as_a_hard_limit() -> None:
    beijing = load_scenario("beijing-2022")
    found = verify(beijing)
    assert (found.verdict, found.consistent, found.totals) == ("as-the-rules-give", True, (58, 54))
    text = " ".join(verification(found, beijing, "table").split())
    assert "Beijing 2022: the published table is what the rules give. All printed totals hold." in text
    assert '58 men and 54 women, 112 athletes. So "56 men and 56 women" cannot be meant as a hard limit' in text


# PyeongChang 2018 -----------------------------------------


def test_125_of_132_individual_cells_of_pyeongchang_follow_from_the_rules() -> None:
    table = PYEONGCHANG.published
    assert table is not None
    given = allocate(PYEONGCHANG).to_published()
    assert given.cells == allocate(PYEONGCHANG, engine="greedy").to_published().cells
    individual = [event.identifier for event in PYEONGCHANG.rules.events if event.kind == "individual"]
    cells = [(noc, event) for noc in table.nocs for event in individual]
    assert len(cells) == 132
    differing = {(c, e) for c, e in cells if given.number(c, e) != table.number(c, e)}
    certain = {("GER", "men-1500"), ("GBR", "men-1500"), ("KAZ", "men-1500"), ("PRK", "men-500"), ("PRK", "men-1500")}
    certain |= {("OAR", "women-1500"), ("FRA", "women-1500")}
    # By the sum of positions women's 500 m differs too; by the best result it does not.
    assert differing - certain <= {("JPN", "women-500"), ("GBR", "women-500")}
    assert certain <= differing
    assert len(cells) - len(certain) == 125


def test_who_declined_over_1500_m_is_solved_for(pyeongchang: Verification) -> None:
    assert (pyeongchang.verdict, pyeongchang.consistent) == ("with-changes", False)
    assert pyeongchang.explanation_unique
    own = [c for c in pyeongchang.explanation if c.event == "men-1500" and c.kind == "decline"]
    assert {c.status for c in own} == {"computed"}
    assert [(e.noc, e.rank) for c in own if not c.offered for e in c.entries] == [("SWE", 33), ("GER", 36)]
    passed = [(e.noc, e.qualifier, e.rank) for c in own if c.offered for e in c.entries]
    assert passed == [("BIH", 1, 37), ("FRA", 3, 38), ("TPE", 1, 39), ("LAT", 2, 40)]
    assert [(e.noc, e.qualifier, e.rank) for e in own[0].taken_by] == [("GBR", 1, 41), ("KAZ", 2, 42)]
    assert [one.could_be for one in pyeongchang.changes][:3] == [(), ("SWE", "GER"), ("SWE", "GER")]


def test_every_other_deviation_of_pyeongchang_is_explained(pyeongchang: Verification) -> None:
    changes = [(c.status, c.kind, c.noc, c.event, c.number) for c in pyeongchang.explanation]
    for expected in (
        ("on-record", "decline", "OAR", "men-relay", 1),
        ("on-record", "invitation", "PRK", "men-500", 1),
        ("on-record", "invitation", "PRK", "men-1500", 1),
        ("on-record", "invitation", "PRK", "men", 2),
        ("on-record", "withheld", "OAR", "women", 1),
        ("no-record", "decline", "OAR", "women-1500", 1),
    ):
        assert expected in changes
    relay = next(c for c in pyeongchang.explanation if c.event == "men-relay")
    assert [(e.noc, e.rank) for e in relay.taken_by] == [("KAZ", 9)]
    women = next(c for c in pyeongchang.explanation if (c.noc, c.event) == ("OAR", "women-1500"))
    assert [(e.noc, e.qualifier) for e in women.taken_by] == [("FRA", 2)]
    assert [c.status for c in pyeongchang.explanation] == sorted(
        (c.status for c in pyeongchang.explanation), key=["on-record", "computed", "no-record"].index
    )
    assert pyeongchang.totals == (59, 56)
    assert pyeongchang.repairs == ()


def test_a_named_decliner_gets_the_answer_that_an_open_one_gets(pyeongchang: Verification) -> None:
    rows = [row for row in PYEONGCHANG.declines if row.noc is not None]
    named = [DeclinedEntry("men-1500", noc, 1, taken_by=taker) for noc, taker in (("SWE", "GBR"), ("GER", "KAZ"))]
    found = verify(replace(PYEONGCHANG, declines=(*rows, *named)))
    assert found.verdict == "with-changes"
    own = [c for c in found.explanation if c.event == "men-1500" and c.kind == "decline" and not c.offered]
    assert [(c.noc, c.status) for c in own] == [("SWE", "on-record"), ("GER", "on-record")]
    wrong = verify(replace(PYEONGCHANG, declines=(*rows, DeclinedEntry("men-1500", "AUS", 1))))
    assert wrong.verdict == "not"
    assert ("record", "AUS") in {(f.kind, f.noc) for f in wrong.findings}


def test_a_decline_of_a_place_that_only_another_on_no_record_offers() -> None:
    """Of Sochi's two declines only ITA's is on record, and it was offered a place by KAZ's alone."""
    record = (DeclinedEntry("men-1000", "ITA", 2, "2014-01-10", "invented"),)
    found = verify(replace(SOCHI, declines=record))
    assert (found.verdict, found.consistent) == ("with-changes", False)
    assert [(c.noc, c.status) for c in found.explanation] == [("ITA", "on-record"), ("KAZ", "no-record")]
    assert {(f.noc, f.column) for f in found.findings} == {("KAZ", "men-1000"), ("HUN", "men-1000")}


@pytest.mark.parametrize("order", [(2, 3), (3, 2)])
def test_two_rows_of_one_noc_are_two_start_places_in_any_order(order: tuple[int, int]) -> None:
    record = tuple(DeclinedEntry("men-500", "CAN", k, "", "invented") for k in order)
    given = allocate(replace(SOCHI, declines=record[order.index(2) :][:1])).to_published()
    assert given.number("CAN", "men-500") == 1
    found = verify(replace(SOCHI, published=given, declines=record))
    assert (found.verdict, found.consistent) == ("with-changes", True)
    assert [(c.noc, c.number, c.status) for c in found.explanation] == [("CAN", 2, "on-record")]


def test_nocs_without_a_row_are_no_obstacle() -> None:
    assert SOCHI.published is not None
    cells = {noc: row for noc, row in SOCHI.published.cells.items() if noc != "UKR"}
    found = verify(replace(SOCHI, published=replace(SOCHI.published, cells=cells)))
    assert found.verdict == "not"
    assert {(c.noc, c.column, c.published, c.repaired) for c in found.repairs[0]} == {
        ("UKR", "women-1000", 0, 1),
        ("UKR", "athletes", 0, 1),
    }


def test_questions_on_pyeongchang_start_from_what_the_rules_give() -> None:
    gains = whatif(PYEONGCHANG, ["GER:men-1500"]).to_dict()["net_effect"]
    assert gains == {"GER": {"men-1500": -1, "men": -1}, "BIH": {"men-1500": 1, "men": 1}}
    assert [entry.noc for entry in reserve(PYEONGCHANG, "men-1500")][:6] == ["BIH", "FRA", "TPE", "LAT", "GBR", "KAZ"]
    assert "36th" in explain(PYEONGCHANG, "GER", "men-1500").why[0].text
    assert explain(PYEONGCHANG, "PRK").why


# Other ways to count athletes -----------------------------------------

LUGE = """title = "Sleds"
[total]
athletes = 40
men = 20
women = 20
{counted}
[host]
events = []
clause = "none"
[[events]]
id = "men-singles"
gender = "men"
kind = "individual"
start-places = 5
per-noc = 3
[[events]]
id = "men-sprint"
gender = "men"
kind = "individual"
start-places = 4
per-noc = 2
[[pathways]]
id = "P1"
kind = "parallel-walk"
title = "Start places"
clause = "by rank"
events = ["men-singles", "men-sprint"]
[[pathways]]
id = "P2"
kind = "quota-places"
title = "Athletes"
clause = "as many as needed"
relay-athletes = 4
"""
STANDINGS = {"men-singles": "GER GER AUT GER LAT", "men-sprint": "GER AUT AUT LAT"}


def luge(folder: Path, athletes: dict[str, int], counted: str = "", *, known: bool = True) -> Verification:
    folder.mkdir()
    (folder / "rules.toml").write_text(LUGE.format(counted=counted))
    (folder / "scenario.toml").write_text('title = "Sleds"\ngames = "none"\n')
    rows = ["event,rank,noc,qualifier"]
    for event, nocs in STANDINGS.items() if known else ():
        names = nocs.split()
        rows += [f"{event},{n},{noc},{names[:n].count(noc)}" for n, noc in enumerate(names, 1)]
    if known:
        (folder / "standings.csv").write_text("\n".join(rows) + "\n")
    places = {"GER": (3, 1), "AUT": (1, 2), "LAT": (1, 1)}
    table = [f"{noc},{a},{b},{athletes[noc]}" for noc, (a, b) in places.items()]
    (folder / "published.csv").write_text("\n".join(["noc,men-singles,men-sprint,athletes", *table]) + "\n")
    return verify(load_scenario(folder))


@pytest.mark.parametrize("known", [True, False])
def test_a_table_that_only_counts_athletes_otherwise_is_not_called_wrong(tmp_path: Path, known: bool) -> None:
    largest, each = {"GER": 3, "AUT": 2, "LAT": 1}, {"GER": 4, "AUT": 3, "LAT": 2}
    judged = luge(tmp_path / "largest", largest, known=known)
    assert (judged.verdict, judged.unjudged) == ("as-the-rules-give", ())
    found = luge(tmp_path / "sum", each, known=known)
    assert (found.verdict, found.consistent, found.unjudged) == ("as-the-rules-give", True, ("athletes",))
    assert found.totals is None or not known
    # Told how athletes are counted, it judges; and no way of counting gives nine athletes for four start places.
    assert luge(tmp_path / "told", each, 'athletes-counted = "largest"', known=known).verdict == "not"
    assert luge(tmp_path / "more", {**each, "GER": 9}, known=known).verdict == "not"
    assert luge(tmp_path / "any", {**each, "GER": 9}, 'athletes-counted = "unchecked"', known=known).consistent


def test_a_table_that_counts_athletes_otherwise_is_explained_as_it_is(tmp_path: Path) -> None:
    """With unknown standings, too: it had been called wrong by everything but `verify`."""
    counted = {"GER": 4, "AUT": 3, "LAT": 2}
    assert luge(tmp_path / "sum", counted, known=False).verdict == "as-the-rules-give"
    assert explain(load_scenario(tmp_path / "sum"), "GER").judged == "published"
    assert luge(tmp_path / "wrong", {**counted, "GER": 9}, known=False).verdict == "not"
    assert explain(load_scenario(tmp_path / "wrong"), "GER").judged == "repaired"


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_the_athletes_of_relays_are_among_all_that_start_places_can_be_for(known: bool) -> None:
    """A relay brings athletes without individual places, and its NOC may be given one more of what is left."""
    judged = 0
    for seed, readings in itertools.product(range(6), READINGS):
        drawn = tiny(seed, readings).with_readings(readings)
        wide = replace(drawn.rules, athletes_counted="between", total=24, gender_caps={"men": 14, "women": 14})
        drawn = replace(drawn, rules=wide)
        most = max(event.noc_cap for event in drawn.rules.events)
        if most > drawn.rules.quota_places.relay_athletes:  # which a rule file may not say
            continue
        try:
            given = greedy.allocate(drawn)
        except QuotaError:
            continue
        if given.status == "optimal":
            standings = drawn.standings if known else Standings()
            asked = replace(drawn, standings=standings, published=given.to_published())
            try:
                found = verify(asked)
            except InputError as error:
                assert "too small to be judged" in str(error)
                continue
            assert (found.verdict, found.findings) == ("as-the-rules-give", ()), (seed, readings)
            judged += 1
    assert judged > 10


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_a_row_beyond_all_ways_to_count_athletes_is_wrong(known: bool) -> None:
    """Kazakhstan at Sochi 2014: 2 + 2 men, five for their relay, and 1 + 1 + 1 women; fewer of NED."""
    rules = replace(SOCHI.rules, athletes_counted="between")
    assert SOCHI.published is not None
    asked = replace(SOCHI, rules=rules, standings=SOCHI.standings if known else Standings())
    for athletes, right in ((12, True), (13, False), (3, True), (2, False)):
        cells = {("KAZ", "athletes"): athletes, ("NED", "athletes"): 7, (TOTAL, "athletes"): 107 + athletes}
        table = SOCHI.published.with_cells(cells)
        found = verify(replace(asked, published=table))
        assert [one.noc for one in found.findings if one.kind == "row"] == ([] if right else ["KAZ"]), athletes
        assert (found.verdict == "not") != right, athletes
        assert not any(one.kind == "quota-cap" for one in found.findings), athletes
        assert right or not any(reachable for _, reachable in found.readings), "it is wrong however the rules are read"
        assert found.repairs == (), "no start place is at fault, and no printed total"
        assert known or right or found.repairs_at_least == 1
        text = " ".join(verification(found, asked, "table").split())
        assert "judged only within limits" in text, athletes
        assert ("athletes cannot be counted so in any way" in text) == (not known and not right), athletes


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_more_athletes_than_quota_places_are_too_many_however_they_are_counted(known: bool) -> None:
    """Sochi 2014 has 110 athletes beside Kazakhstan's, and 120 quota places."""
    rules = replace(SOCHI.rules, athletes_counted="between")
    assert SOCHI.published is not None
    asked = replace(SOCHI, rules=rules, standings=SOCHI.standings if known else Standings())
    table = SOCHI.published
    for athletes, right in ((10, True), (11, False)):
        other = {("KAZ", "athletes"): athletes, (TOTAL, "athletes"): rules.total + athletes - 10}
        found = verify(replace(asked, published=table.with_cells(other)))
        assert [one.published for one in found.findings if one.kind == "quota-cap"] == ([] if right else [121])
        assert (found.verdict == "not") != right, athletes


def test_the_total_of_athletes_that_are_counted_otherwise_is_their_sum() -> None:
    """A cell of Sochi 2014 is wrong; Kazakhstan's eight athletes and their sum are not."""
    assert SOCHI.published is not None
    rules = replace(SOCHI.rules, athletes_counted="unchecked")
    cells = {("HUN", "men-500"): 3, (TOTAL, "men-500"): 33, ("KAZ", "athletes"): 8, (TOTAL, "athletes"): 118}
    found = verify(replace(SOCHI, rules=rules, published=SOCHI.published.with_cells(cells)))
    (repair,) = found.repairs
    assert {(one.noc, one.column, one.repaired) for one in repair} == {("HUN", "men-500", 2), (TOTAL, "men-500", 32)}


@pytest.mark.parametrize("counted", ["between", "unchecked"])
def test_athletes_that_are_counted_otherwise_exclude_no_hard_cap(counted: Literal["between", "unchecked"]) -> None:
    """Beijing's 112 are 58 men and 54 women only if they are its quota places."""
    beijing = load_scenario("beijing-2022")
    found = verify(replace(beijing, rules=replace(beijing.rules, athletes_counted=counted)))
    assert (found.verdict, found.totals) == ("as-the-rules-give", None)
    assert "excludes it" not in verification(found, beijing, "table")
