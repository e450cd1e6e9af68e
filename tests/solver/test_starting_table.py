"""What a question starts from: what the rules give, or the published table reached by the declines that explain it."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import draw
import pytest

import quotaproof
from quotaproof.model.changes import ChooseReading, Exclude, SetCap, apply, parse_decline
from quotaproof.model.errors import InputError
from quotaproof.model.later_changes import DeclinedEntry, Invitation
from quotaproof.model.published import ATHLETES, Published
from quotaproof.scenarios import load_scenario
from quotaproof.solver.declines import undone_first
from quotaproof.solver.engines import engine
from quotaproof.solver.unknown.reachability import Reach
from quotaproof.solver.verify.explained_table import explained_table
from quotaproof.solver.whatif.consequences import WhatIf
from quotaproof.solver.whatif.starting_table import starting_table

SOCHI, PYEONGCHANG = load_scenario("sochi-2014"), load_scenario("pyeongchang-2018")
FOLDER = Path(__file__).parents[2] / "scenarios"


def whatif(*declines: str, start: str | None = "published", **more: object) -> WhatIf:
    found = quotaproof.whatif(SOCHI, declines, engine="greedy", start=start, **more)  # type: ignore[arg-type]
    assert isinstance(found, WhatIf)
    return found


def published(name: str) -> dict[tuple[str, str], int]:
    """The file's cells, read here."""
    rows = csv.DictReader((FOLDER / name / "published.csv").read_text(encoding="utf-8").splitlines())
    return {(row["noc"], c): int(n) for row in rows for c, n in row.items() if c != "noc" and row["noc"] != "TOTAL"}


@pytest.mark.parametrize("name", ["greedy", "cp-sat"])
def test_the_published_table_of_sochi_is_reached_cell_by_cell(name: str) -> None:
    table = starting_table(SOCHI, engine(name), "published")
    reached = table.before.allocation.to_published()
    assert {(n, c): number for n, row in reached.cells.items() for c, number in row.items()} == {
        cell: number for cell, number in published("sochi-2014").items() if cell[0] in reached.nocs
    }
    assert all(not number for (noc, _), number in published("sochi-2014").items() if noc not in reached.nocs)
    assert [str(one) for one in table.declines] == ["decline KAZ:men-1000=1", "decline ITA:men-1000=1"]
    assert table.sentence.startswith("This starts from the published table: what the rules give, after decline KAZ")


@pytest.mark.parametrize("name", ["greedy", "cp-sat"])
def test_the_published_table_of_pyeongchang_is_reached_but_for_the_invitations(name: str) -> None:
    table = starting_table(PYEONGCHANG, engine(name), "published")
    cells = published("pyeongchang-2018")
    # invitations.csv: PRK has what it has by invitation alone, and OAR was not invited for one woman.
    cells |= {("PRK", column): 0 for noc, column in cells if noc == "PRK"}
    cells["OAR", ATHLETES] += 1
    reached = table.before.allocation.to_published()
    for cell in {*cells, *((noc, c) for noc, row in reached.cells.items() for c in row)}:
        assert reached.cells.get(cell[0], {}).get(cell[1], 0) == cells.get(cell, 0), cell
    # Those of verify, on record or not: it computes whose places the record leaves open.
    told = {(c.noc, c.event, c.number) for c in quotaproof.verify(PYEONGCHANG).explanation if c.kind == "decline"}
    assert {(d.noc, d.event, d.number) for d in table.declines} == told
    assert len(table.declines) == len(told) == 8
    beginning = (
        "This starts from the published table without changes by invitation: what the rules give, after decline "
    )
    assert table.sentence.startswith(beginning)


def test_a_record_that_leaves_open_who_declined_is_undone_and_one_statement_says_so() -> None:
    table = starting_table(PYEONGCHANG, engine("greedy"))
    assert table.before.allocation.places["men-relay"].get("OAR") == 1, "its decline is on record by name"
    assert table.sentence == (
        "This starts from what the rules give; all later changes on record are undone first, since the record leaves "
        "open who gave back places in the men's 1500 m. The published table without changes by invitation has other "
        "numbers in 12 cells."
    )
    none = replace(PYEONGCHANG, published=None)
    assert starting_table(none, engine("greedy")).sentence == undone_first(PYEONGCHANG)
    found = quotaproof.whatif(PYEONGCHANG, ["GBR:men-1000=1"], engine="greedy")
    assert isinstance(found, WhatIf)
    assert (found.starts_from, found.undone_first) == (table.sentence, undone_first(PYEONGCHANG))
    found = quotaproof.whatif(PYEONGCHANG, ["GBR:men-1500"], engine="greedy", start="published")
    assert isinstance(found, WhatIf)
    assert found.undone_first is None
    # Ranks 37 to 40 declined, GBR and KAZ (41, 42) took the places: AUS's second (rank 43) is next.
    assert [(m.taker, m.rank) for m in found.moves if m.event == "men-1500"] == [("AUS", 43)]


def test_declines_on_record_are_among_those_that_explain_the_table_and_act_once() -> None:
    record = (DeclinedEntry("men-1000", "KAZ", 1, "2014-01-10", "made up for this test"),)
    scenario = replace(SOCHI, declines=record)
    by_rules = starting_table(scenario, engine("greedy"))
    assert by_rules.before.allocation.places["men-1000"]["ITA"] == 2
    table = starting_table(scenario, engine("greedy"), "published")
    assert [str(one) for one in table.declines] == ["decline KAZ:men-1000=1", "decline ITA:men-1000=1"]
    assert table.before.allocation.places["men-1000"]["HUN"] == 3
    wrong = replace(SOCHI, declines=(DeclinedEntry("men-1000", "GBR", 3, "2014-01-10", "made up for this test"),))
    with pytest.raises(InputError, match=r"contradict each other \(see verify\)"):
        starting_table(wrong, engine("greedy"), "published")


def test_a_quota_place_given_back_alone_still_counts_as_its_own_and_that_is_said() -> None:
    assert SOCHI.published is not None
    fewer = replace(SOCHI, published=SOCHI.published.with_cells({("CAN", ATHLETES): 9}))
    table = starting_table(fewer, engine("greedy"), "published")
    assert [(one.noc, one.number) for one in table.returns] == [("CAN", 1)]
    assert table.sentence.endswith("then a return of one quota place by CAN (still counted as its own).")
    assert table.before.allocation.places["men-1000"]["HUN"] == 3
    assert table.before.allocation.athletes["CAN"] == (5, 5)


def test_the_rules_are_the_default_and_how_far_the_published_table_is_from_them_is_said() -> None:
    found = whatif("KAZ:men-1500", start=None)
    assert (found.start, found.start_changes, found.published_differs) == ("rules", (), 2)
    assert found.before.places["men-1000"]["HUN"] == 2
    assert "the published table has other numbers in 2 cells" in found.starts_from


def test_who_has_given_back_what_explains_the_table_is_not_offered_it_again() -> None:
    # Rank 33 is ITA's second, rank 34 HUN's third, rank 35 needs an athlete too many, rank 36 is CZE's first.
    assert [(m.giver, m.taker) for m in whatif("HUN:men-1000=1", start="rules").moves] == [("HUN", "ITA")]
    assert [(m.giver, m.taker) for m in whatif("HUN:men-1000=1").moves] == [("HUN", "CZE")]
    reserves = quotaproof.reserve(SOCHI, "men-1000", "greedy", "published")
    assert [(r.rank, r.noc) for r in reserves if r.turn == 1] == [(36, "CZE")]
    assert {r.noc for r in reserves if "gave back" in " ".join(r.blocked_by)} == {"KAZ", "ITA"}


def test_both_engines_start_from_the_same_table() -> None:
    declines = ("HUN:men-1000=1", "FRA:men-1000=1")
    both = [quotaproof.whatif(SOCHI, declines, engine=name, start="published") for name in ("greedy", "cp-sat")]  # type: ignore[arg-type]
    assert both[0].to_dict() == {**both[1].to_dict()}


def test_a_rerun_from_the_published_table_has_not_its_declined_entries() -> None:
    found = whatif("GBR:women-500=1", mode="rerun")
    assert found.after.places["men-1000"].get("KAZ", 0) == 0
    assert found.after.places["men-1000"]["ITA"] <= 1


def test_changes_of_the_scenario_come_before_the_declines_that_explain_its_table() -> None:
    found = starting_table(SOCHI, engine("greedy"), "published", [SetCap("men-1000", 33)])
    assert found.before.allocation.places["men-1000"]["HUN"] == 3
    assert sum(found.base.allocation.places["men-1000"].values()) == 33
    assert found.base.allocation.places["men-1000"].get("KAZ", 0) == 0
    gone = starting_table(SOCHI, engine("greedy"), "published", [Exclude("KAZ")])
    assert gone.base.allocation.places["men-1000"].get("KAZ", 0) == 0
    assert gone.base.allocation.places["men-1000"]["ITA"] == 1


def test_changes_under_which_those_declines_are_not_possible_are_refused_in_one_sentence() -> None:
    # With 20 places KAZ (rank 31) has none to give back.
    with pytest.raises(
        InputError, match=r"no beginning \(KAZ has no start place in the men's 1000 m.*start from the r"
    ):
        starting_table(SOCHI, engine("greedy"), "published", [SetCap("men-1000", 20)])


def test_a_table_that_declines_do_not_explain_is_refused() -> None:
    assert SOCHI.published is not None
    more = replace(SOCHI, published=SOCHI.published.with_cells({("AUS", "men-500"): 3}))
    with pytest.raises(InputError, match="no declines turn what the rules give into the published table"):
        quotaproof.whatif(more, ["GBR"], engine="greedy", start="published")
    none = replace(SOCHI, published=None)
    with pytest.raises(InputError, match="no table was published"):
        quotaproof.reserve(none, "men-1000", "greedy", "published")
    assert starting_table(none, engine("greedy")).sentence == ""


def test_a_table_that_the_rules_give_needs_no_declines() -> None:
    scenario = draw.realistic(3)
    same = replace(scenario, published=quotaproof.allocate(scenario, "greedy").to_published())
    for start in ("rules", "published"):
        table = starting_table(same, engine("greedy"), start)  # type: ignore[arg-type]
        assert (table.declines, table.differs) == ((), 0)
        assert table.sentence == "This starts from what the rules give, which is the published table."


def test_places_by_invitation_are_no_difference_from_the_rules() -> None:
    scenario = draw.realistic(3)
    table = quotaproof.allocate(scenario, "greedy").to_published()
    noc = next(noc for noc, row in table.cells.items() if row["men-500"] == 1)
    cells = {(noc, "men-500"): 2, (noc, ATHLETES): table.cells[noc][ATHLETES]}
    invited = (Invitation("men-500", noc, 1),)
    same = replace(scenario, published=table.with_cells(cells), invitations=invited)
    assert starting_table(same, engine("greedy")).differs == 0


def test_with_unknown_standings_there_is_no_start_from_the_rules() -> None:
    beijing = load_scenario("beijing-2022")
    with pytest.raises(InputError, match="what the rules give is not known; this starts from the published table"):
        quotaproof.whatif(beijing, ["JPN:men-relay"], start="rules")


@pytest.mark.parametrize("mode", ["sequential", "rerun"])
def test_who_declined_on_record_is_not_offered_the_place_again(mode: str) -> None:
    # On record KAZ gave its place back: neither a reserve list nor a later decline may offer it to KAZ.
    record = (DeclinedEntry("men-1000", "KAZ", 1, "2014-01-10", "made up for this test"),)
    scenario = replace(SOCHI, declines=record, readings=replace(SOCHI.readings, declines=mode))  # type: ignore[arg-type]
    assert quotaproof.allocate(scenario, "greedy").places["men-1000"].get("KAZ", 0) == 0
    blocked = {r.noc: r for r in quotaproof.reserve(scenario, "men-1000", "greedy") if r.noc == "KAZ"}
    assert all(entry.turn is None for entry in blocked.values())
    declines = ["GBR:men-1000", "ITA:men-1000", "HUN:men-1000", "FRA:men-1000"]
    found = quotaproof.whatif(scenario, declines, engine="greedy")
    assert isinstance(found, WhatIf)
    assert found.after.places["men-1000"].get("KAZ", 0) == 0


def test_an_order_that_is_possible_is_named_before_one_that_is_not() -> None:
    # ITA has one place until KAZ gives its own back, so that giving two back first is not possible.
    only = whatif("KAZ:men-1000=1", "ITA:men-1000=2", start="rules").order
    assert (only.matters, only.differences) == (True, ())
    assert only.refused == "ITA has 1 start place in the men's 1000 m, so it cannot decline 2"
    three = whatif("KAZ:men-1000=1", "ITA:men-1000=1", "FRA:men-1000=1", start="rules").order
    assert three.matters
    assert three.refused == ""
    assert three.differences
    by_words = {f"decline {text}": text for text in ("KAZ:men-1000=1", "ITA:men-1000=1", "FRA:men-1000=1")}
    there = whatif(*(by_words[text] for text in three.other), start="rules").after
    here = whatif(*by_words.values(), start="rules").after
    for one in three.differences:
        numbers = [table.places[one.column].get(one.noc, 0) for table in (here, there)]
        assert numbers == [one.here, one.there]


def test_an_explanation_names_each_cell_that_was_published_otherwise() -> None:
    found = quotaproof.explain(SOCHI, "HUN", engine="greedy")
    assert [(d.column, d.published, d.explained) for d in found.differs] == [("men-1000", 3, 2)]
    assert found.differs[0].text == "HUN, men's 1000 m: published 3; the rules give 2; this explains the 2."
    assert quotaproof.explain(SOCHI, "HUN", "men-500", engine="greedy").differs == ()
    assert SOCHI.published is not None
    table: Published = SOCHI.published.with_cells({("HUN", ATHLETES): 9})
    other = replace(SOCHI, published=table)
    (difference,) = quotaproof.explain(other, "HUN", "men", engine="greedy").differs
    assert difference.text == "HUN, athletes: published 9; the rules give 8; this explains the men of the 8."
    without = {noc: row for noc, row in SOCHI.published.cells.items() if noc != "UKR"}
    none = replace(SOCHI, published=replace(SOCHI.published, cells=without))
    (difference,) = quotaproof.explain(none, "UKR", "women-1000", engine="greedy").differs
    assert difference.text.startswith("UKR, women's 1000 m: not in the published table; the rules give 1;")


def test_an_explanation_of_a_repaired_table_says_what_was_published() -> None:
    beijing = load_scenario("beijing-2022")
    assert beijing.published is not None
    # Eight teams may start in the men's relay, and KAZ is in no list of them (SOURCES.md).
    wrong = replace(beijing, published=beijing.published.with_cells({("KAZ", "men-relay"): 1}))
    found = quotaproof.explain(wrong, "KAZ", "men-relay", how_close=False)
    assert found.judged == "repaired"
    expected = "KAZ, men's relay: published 1; its one smallest repair has 0; this explains the 0."
    assert [one.text for one in found.differs] == [expected]
    assert found.next_least == 1


def test_a_reading_is_a_change_of_what_the_table_starts_from() -> None:
    found = whatif("KAZ:men-1500", start="rules")
    same = quotaproof.whatif(
        SOCHI, [ChooseReading("gender-cap", "walk"), parse_decline("KAZ:men-1500", SOCHI.rules)], engine="greedy"
    )
    assert isinstance(same, WhatIf)
    assert same.before.same_places(found.before)
    assert same.published_differs == 2


def test_a_second_repair_ends_the_search_for_the_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """With two start places of each NOC in the men's 500 m the table has many repairs, which took seconds to list."""
    scenario = apply(load_scenario("beijing-2022"), [SetCap("men-500:noc", 2)])
    reached: list[bool] = []
    honest = Reach.of

    def counted(self: Reach, table: Published) -> Reach:
        other = honest(self, table)
        reached.append(other.completion() is not None)
        return other

    monkeypatch.setattr(Reach, "of", counted)
    with pytest.raises(InputError, match="its repair is not unique"):
        explained_table(scenario)
    assert reached.count(True) == 2
