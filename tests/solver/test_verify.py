"""Verify on the real tables of Beijing 2022 and Sochi 2014, and on Beijing's with one cell altered."""

from __future__ import annotations

import random
from dataclasses import replace

import draw
import pytest

from quotaproof import text
from quotaproof.api import explain
from quotaproof.model.errors import InputError
from quotaproof.model.published import Published
from quotaproof.model.row_consistency import possible_athletes
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import Fact
from quotaproof.model.standings.rankings import Entry, Ranking, Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines import greedy
from quotaproof.solver.unknown.precedences import implied
from quotaproof.solver.unknown.reachability import Reach
from quotaproof.solver.verify.repair import RepairedCell, repair
from quotaproof.solver.verify.verification import Verification
from quotaproof.solver.verify.verify import verify

BEIJING = load_scenario("beijing-2022")
assert BEIJING.published is not None
TABLE: Published = BEIJING.published
ALTERED = load_scenario("altered-beijing-2022")
assert ALTERED.published is not None
DAMAGED: Published = ALTERED.published


@pytest.fixture(scope="module")
def wrong() -> Verification:
    return verify(ALTERED)


@pytest.fixture(scope="module")
def right() -> Verification:
    return verify(BEIJING)


def test_the_only_repair_of_the_altered_table_is_the_cell_that_was_altered(wrong: Verification) -> None:
    assert not wrong.consistent
    assert wrong.repairs == ((RepairedCell("KAZ", "men-relay", 1, 0),),)
    assert wrong.repairs_complete
    assert not any(reachable for _, reachable in wrong.readings)
    found = {(f.kind, f.noc, f.column, f.published, f.expected) for f in wrong.findings}
    assert found == {
        ("column-total", None, "men-relay", 8, 9),
        ("event-cap", None, "men-relay", 9, 8),
        ("row", "KAZ", "athletes", 5, None),
        ("cell", "KAZ", "men-relay", 1, 0),
    }
    assert set(wrong.why_only) == {noc for noc, row in DAMAGED.cells.items() if row["men-relay"]} - {"KAZ"}


def test_no_other_single_cell_would_do() -> None:
    """Every cell of the column in which nine are marked, tried one by one."""
    reach = Reach(ALTERED, DAMAGED)
    for noc, row in DAMAGED.cells.items():
        if row["men-relay"]:
            table = DAMAGED.with_cells({(noc, "men-relay"): 0})
            assert (reach.of(table).completion() is not None) is (noc == "KAZ")


def test_the_altered_table_repaired_is_that_of_beijing() -> None:
    assert DAMAGED.with_cells({("KAZ", "men-relay"): 0}) == TABLE


def test_the_published_table_of_beijing_is_what_the_rules_give(right: Verification) -> None:
    assert right.consistent
    assert right.findings == ()
    assert right.repairs == ()
    assert right.judged == "published"
    assert right.totals == (58, 54)
    for reading, reachable in right.readings:
        assert reachable is (reading["gender-cap"] != "hard")


def test_what_the_table_implies_on_the_unknown_rankings(right: Verification) -> None:
    found = {(p.event, p.before, p.after_event, p.after) for p in right.implied}
    men, women, mixed = "men-relay", "women-relay", "mixed-relay"
    assert {(men, "ITA", men, "JPN"), (men, "ROC", men, "JPN")} <= found
    assert {(men, "ITA", women, "POL"), (men, "ROC", women, "POL")} <= found
    assert {(mixed, "POL", mixed, "GBR"), (mixed, "KAZ", mixed, "GBR")} <= found
    assert (men, "JPN", men, "ITA") not in found
    # That KAZ (12th) ranks before POL (13th) is known beforehand and not implied by the table.
    assert (mixed, "KAZ", mixed, "POL") not in found


def replayed(scenario: Scenario, standings: Standings, table: Published) -> Scenario:
    """The witness as complete standings: other events with their places first; unnamed entries are left out."""
    rankings: dict[str, Ranking] = {}
    for event in scenario.rules.events:
        entries = standings.rankings[event.identifier].entries if event.identifier in standings.rankings else ()
        named = [entry for entry in entries if entry.noc is not None]
        if event.identifier not in standings.rankings:
            named = [Entry(noc, k) for noc, row in table.cells.items() for k in range(1, row[event.identifier] + 1)]
        rankings[event.identifier] = Ranking(tuple(named))
    return replace(scenario, standings=Standings(rankings), facts=())


def test_the_witness_replayed_gives_the_table_step_by_step(right: Verification) -> None:
    assert right.witness is not None
    allocation = greedy.allocate(replayed(BEIJING, right.witness, TABLE))
    table = allocation.to_published()
    assert {noc: dict(row) for noc, row in table.cells.items()} == {n: dict(r) for n, r in TABLE.cells.items()}
    awards: dict[str, list[tuple[str, str]]] = {}
    sums = {"men": 0, "women": 0}
    for award in allocation.awards:
        if award.pathway == "P3":
            sums[award.gender] += award.number
        else:
            awards.setdefault(award.pathway, []).append((award.noc, award.gender))
    assert sums == {"men": 55, "women": 53}
    assert sorted(awards["P4"]) == [("KAZ", "women"), ("POL", "men")]
    assert sorted(awards["P5"]) == [("ITA", "men"), ("ROC", "men")]
    assert "P6" not in awards
    assert allocation.totals == (58, 54)


def test_sochi_differs_in_two_cells_which_two_declines_explain() -> None:
    found = verify(load_scenario("sochi-2014"))
    cells = {(f.kind, f.noc, f.column, f.published, f.expected) for f in found.findings}
    assert cells == {("cell", "KAZ", "men-1000", 0, 1), ("cell", "HUN", "men-1000", 3, 2)}
    assert [(d.noc, d.event, d.number) for d in found.explanation] == [("KAZ", "men-1000", 1), ("ITA", "men-1000", 1)]


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_damage_is_repaired_with_no_more_cells_than_were_damaged(seed: int) -> None:
    rng = random.Random(seed)
    noc, column = rng.choice(TABLE.nocs), rng.choice(TABLE.columns)
    number = TABLE.cells[noc][column]
    damaged = TABLE.with_cells({(noc, column): number - 1 if number else 1})
    reach = Reach(BEIJING, damaged)
    found = repair(BEIJING, damaged, lambda other: reach.of(other).completion() is not None)
    assert found.complete
    assert found.size == 1
    assert (RepairedCell(noc, column, damaged.cells[noc][column], number),) in found.repairs
    for changes in found.repairs:
        mended = damaged.with_cells({(c.noc, c.column): c.repaired for c in changes})
        assert reach.of(mended).completion() is not None
        assert all(mended.column_sum(name) == total for name, total in mended.totals.items())


def test_a_candidate_that_cannot_be_judged_leaves_the_list_of_repairs_open() -> None:
    def judge(table: Published) -> bool:
        raise InputError("this one cannot be judged")

    found = repair(ALTERED, DAMAGED, judge, effort=0.2)
    assert found.repairs == ()
    assert not found.complete
    assert found.at_least == 1
    asked: list[Published] = []

    def judge_all_but_the_first(table: Published) -> bool:
        asked.append(table)
        if len(asked) == 1:
            raise InputError("this one cannot be judged")
        return True

    found = repair(ALTERED, replace(DAMAGED, totals={}), judge_all_but_the_first)
    assert found.repairs
    assert not found.complete
    assert found.at_least == 1


def test_a_wrong_printed_total_is_repaired_in_the_total() -> None:
    damaged = TABLE.with_cells({("TOTAL", "women-500"): 31})
    found = verify(replace(BEIJING, published=damaged))
    assert not found.consistent
    # With unknown standings a list may also have ended one place earlier, so other cells are repairs as well.
    assert (RepairedCell("TOTAL", "women-500", 31, 32),) in found.repairs
    assert found.repairs_complete


def test_reversing_an_implied_precedence_makes_the_table_unreachable(right: Verification) -> None:
    from quotaproof.model.standings.facts import Fact

    own = [p for p in right.implied if p.event == p.after_event]
    for one in random.Random(0).sample(own, 6):
        fact = Fact(one.event, "ahead-of", one.after, 0, "reversed", other=one.before)
        scenario = replace(BEIJING, facts=(*BEIJING.facts, fact))
        assert Reach(scenario, TABLE).completion() is None


def test_complete_rankings_imply_nothing() -> None:
    scenario = draw.realistic(1)
    assert implied(scenario, greedy.allocate(scenario).to_published()) == ()


@pytest.mark.parametrize(
    ("noc", "relay", "sums"),
    [("KAZ", 1, {6, 7}), ("KAZ", 0, {5}), ("POL", 0, {6, 7}), ("GBR", 0, {3, 4}), ("BEL", 0, {2}), ("CAN", 1, {10})],
)
def test_a_row_alone_says_how_many_athletes_there_can_be(noc: str, relay: int, sums: set[int]) -> None:
    row = {**TABLE.cells[noc], "men-relay": relay}
    states = possible_athletes(BEIJING.rules, BEIJING.readings, row)
    assert {men + women for men, women in states} == sums


def test_every_allocation_has_rows_that_are_possible() -> None:
    for seed in range(150):
        scenario = draw.wild(seed)
        allocation = greedy.allocate(scenario)
        if allocation.status == "tie":
            continue
        table = allocation.to_published()
        for noc, row in table.cells.items():
            states = possible_athletes(scenario.rules, scenario.readings, row)
            assert allocation.athletes.get(noc, (0, 0)) in states


# Facts and rows that do not meet -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rank", "consistent"), [(60, True), (9, False)])
def test_a_fact_may_be_about_a_later_qualifier_than_can_have_a_place(rank: int, consistent: bool) -> None:
    """KOR has two places over 500 m; a fourth entry at rank 9 would come with three places before it."""
    fact = Fact("men-500", "rank", "KOR", rank, "press", 4)
    assert (Reach(replace(BEIJING, facts=(fact,)), TABLE).completion() is not None) == consistent


def test_a_table_without_the_host_is_refused_with_the_reason() -> None:
    with pytest.raises(InputError, match="whatever its numbers: ESP, the host, has places in any case, and"):
        verify(replace(BEIJING, host="ESP"))


def test_a_table_without_an_noc_that_must_have_a_place_is_refused_with_the_reason() -> None:
    fact = Fact("men-relay", "rank", "ESP", 1, "press")
    with pytest.raises(InputError, match=r"whatever its numbers: known.csv tells of ESP, and there is no such row"):
        verify(replace(BEIJING, facts=(*BEIJING.facts, fact)))


def test_an_noc_that_facts_name_and_no_row_is_explained() -> None:
    scenario = replace(BEIJING, facts=(*BEIJING.facts, Fact("women-500", "rank", "ESP", 40, "press")))
    answer = explain(scenario, "ESP", "men")
    assert "they have no start place" in " ".join(statement.text for statement in answer.why)


def test_why_another_cell_will_not_do_is_asked_of_the_same_change() -> None:
    """A cell that must rise is compared with others that rise, and athletes with athletes."""
    low = verify(replace(BEIJING, published=TABLE.with_cells({("CAN", "women-relay"): 0})))
    assert low.repairs == ((RepairedCell("CAN", "women-relay", 0, 1),),)
    assert set(low.why_only) == {noc for noc, row in TABLE.cells.items() if not row["women-relay"]}
    assert low.why_only["HUN"].endswith("five women with the relay, nine or ten athletes, not seven")
    said = " ".join(text.verification(low, replace(BEIJING, published=TABLE), "table").split())
    assert "Why not the women's relay of another NOC? With it, by its own row:" in said

    sum_of = {("TOTAL", "athletes"): 112}
    totalled = replace(TABLE, totals={**TABLE.totals, "athletes": 112}).with_cells(sum_of)
    fewer = verify(replace(BEIJING, published=totalled.with_cells({("AUS", "athletes"): 0})))
    assert fewer.repairs == ((RepairedCell("AUS", "athletes", 0, 1),),)
    assert fewer.why_only["BEL"] == "its start places come to one man and one woman, two athletes, not three"


def test_rules_without_readings_are_not_asked_about_them() -> None:
    rules = replace(BEIJING.rules, readings=())
    scenario = replace(BEIJING, rules=rules)
    assert "Under which readings" not in text.verification(verify(scenario), scenario, "table")
