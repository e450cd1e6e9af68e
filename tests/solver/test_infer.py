"""Infer on the facts of Milano Cortina 2026, on real tables with hidden cells, and after declines on no record."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from pathlib import Path

import pytest
from inferring import naive_conflicts, numbers_of
from tiny import tiny

from quotaproof import load_scenario
from quotaproof.model.changes import Decline
from quotaproof.model.errors import InputError, LimitError, QuotaError
from quotaproof.model.published import ATHLETES, Published
from quotaproof.model.rules import Declines
from quotaproof.model.standings.facts import Fact
from quotaproof.model.standings.rankings import Standings
from quotaproof.solver.declines import after_declines
from quotaproof.solver.effort import Effort
from quotaproof.solver.engines import engine
from quotaproof.solver.engines.cpsat.status import QUICK
from quotaproof.solver.infer import Inference, infer
from quotaproof.solver.infer.counts import NumbersModel
from quotaproof.solver.infer.explaining_sets import all_minimal_sets, minimal_set
from quotaproof.solver.infer.question import question

MILANO = load_scenario("milano-cortina-2026")


@pytest.fixture(scope="module")
def milano() -> Inference:
    return infer(MILANO, reasons=False)


def test_the_eighth_relay_of_milano_follows(milano: Inference) -> None:
    assert milano.consistent
    assert milano.state == "final"
    relay = {noc: row["women-relay"] for noc, row in milano.cells.items()}
    assert relay["USA"].determined and relay["USA"].lowest == 1
    assert {noc for noc, one in relay.items() if one.lowest} == {
        "ITA", "KOR", "NED", "CAN", "CHN", "JPN", "FRA", "USA",
    }  # fmt: skip
    assert milano.any_other_noc["women-relay"].highest == 0


def test_what_is_reported_lies_in_the_ranges_of_milano(milano: Inference) -> None:
    """Also what no fact says: NED has both relays, since ten athletes are five and five."""
    assert milano.cells["NED"]["men"].lowest == milano.cells["NED"]["women"].lowest == 5
    assert milano.cells["KOR"]["men-500"].lowest == milano.cells["KOR"]["men-500"].highest == 2
    # Three licences of 2 December are ranks, and whoever stands there may have given them back.
    assert (milano.cells["UKR"]["men-500"].lowest, milano.cells["UKR"]["men-500"].highest) == (0, 3)
    for fact in MILANO.facts:
        if fact.kind == "qualified" and fact.noc:
            assert milano.cells[fact.noc][fact.event].lowest >= fact.value
    # Neutral athletes start under a code of their own, one per event and federation.
    assert milano.cells["RUS"]["men-1000"].highest == 1
    assert milano.any_other_noc["men-1000"].highest == 3
    # A table has both federations in one row.
    assert milano.cells["AIN"]["men-1000"].highest == 2


def test_a_reason_is_minimal_and_enough() -> None:
    """Why the USA have a women's relay: solved again without each fact and each rule, and with those alone."""
    found = infer(MILANO)
    why = found.cells["USA"]["women-relay"].why
    assert why is not None and not why.in_full
    assert found.whys_complete
    assert {(fact.noc, fact.event) for fact in why.facts} >= {
        ("USA", "all"),
        ("HUN", "men-relay"),
        ("BEL", "men-relay"),
    }
    theory = NumbersModel(found.question, QUICK, Effort(100.0))
    needed = (*why.facts, *why.rules)

    def possible_without(held: tuple[object, ...]) -> bool:
        model = theory.holding(held)  # type: ignore[arg-type]
        model.add(theory.cells["USA", "women-relay"] != 1)
        return theory.solves(model)

    assert not possible_without(needed)
    assert all(possible_without(tuple(one for one in needed if one != left_out)) for left_out in needed)


def test_a_fact_that_contradicts_the_reports_is_found_with_its_lines(tmp_path: Path) -> None:
    folder = tmp_path / "milano"
    folder.mkdir()
    source = MILANO.folder
    assert source is not None
    for file in ("scenario.toml", "rules.toml"):
        (folder / file).write_text((source / file).read_text())
    text = (
        source / "known.csv"
    ).read_text() + "men-relay,qualified,USA,1,a rumour,\nmen-500,start-places,KOR,3,other,\n"
    (folder / "known.csv").write_text(text)
    with pytest.raises(InputError, match="by line"):
        load_scenario(folder)
    found = infer(load_scenario(folder, contradictions=True))
    assert not found.consistent and found.conflicts_complete
    document = found.to_dict()
    sizes = [len(one) for one in document["conflicts"]]
    assert sizes == sorted(sizes)
    lines = [sorted(source["line"] or 0 for fact in one for source in fact["sources"]) for one in document["conflicts"]]
    assert lines[0] == [3, len(text.splitlines())]
    nine = [facts for facts in lines if len(text.splitlines()) - 1 in facts]
    assert nine, "the rumour of a ninth men's relay is in a conflict"
    assert all(rules["rules"] for rules in document["conflicts_break"][1:])


@pytest.mark.parametrize("identifier", ["beijing-2022", "sochi-2014", "pyeongchang-2018"])
def test_real_tables_are_within_what_declines_leave(identifier: str) -> None:
    """The published tables, final with all that was given back, satisfy what is said to hold of any final table."""
    scenario = load_scenario(identifier)
    table = scenario.published
    assert table is not None
    invited = {(one.noc, one.column) for one in scenario.invitations}
    facts = tuple(
        Fact(column, "start-places", noc, row[column], "table")
        if column != ATHLETES
        else Fact("all", "athletes", noc, row[column], "table")
        for noc, row in table.cells.items()
        if not any(noc == other for other, _ in invited)
        for column in table.columns
    )
    asked = replace(
        scenario, published=None, facts=facts, invitations=(), declines=(), classifications=None, standings=Standings()
    )
    theory = NumbersModel(question(asked, "final"), QUICK, Effort(100.0))
    assert theory.solves(theory.holding(theory.literals))


@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_given_back_the_table_stays_within_the_rules_of_the_end(seed: int) -> None:
    """Random declines, one after another, on tiny scenarios: each table after them is a solution."""
    rng = random.Random(f"declines {seed}")
    scenario = tiny(seed, {"gender-cap": "nominal", "remaining-ties": "men-first", "fifth-in-walk": "yes"})
    from quotaproof.model.pathways import Reallocation

    pathways = (*scenario.rules.pathways, Reallocation("P7", "back", "seven", repeats=("P4", "P5", "P6")))
    scenario = replace(scenario, rules=replace(scenario.rules, pathways=pathways))
    by = engine("greedy")
    try:
        outcome = after_declines(scenario, by.allocate(scenario), (), by, "sequential")
    except QuotaError:
        pytest.skip("the caps leave no room for the host")
    named = [Fact("men-500", "start-places-at-least", noc, 0, "named") for noc in scenario.nocs]
    asked = replace(scenario, facts=tuple(named), standings=Standings())
    theory = NumbersModel(question(asked, "final"), QUICK, Effort(1000.0))
    declines: list[Decline] = []
    mode: Declines = rng.choice(["sequential", "rerun"])
    for _ in range(4):
        numbers = numbers_of(scenario, outcome.allocation)
        model = theory.holding(theory.literals)
        for cell, number in numbers.items():
            model.add(theory.cells[cell] == number)
        assert theory.solves(model), (declines, numbers)
        held = sorted((noc, e) for e, places in outcome.allocation.places.items() for noc in places)
        if not held or outcome.allocation.status != "optimal":
            return
        noc, event = rng.choice(held)
        declines.append(Decline(noc, event, number=1))
        outcome = after_declines(scenario, by.allocate(scenario), declines, by, mode)


def hidden(identifier: str, *cells: tuple[str, str]) -> Published:
    table = load_scenario(identifier).published
    assert table is not None
    return replace(table, unknown=frozenset(cells))


def test_hidden_cells_of_beijing_come_back() -> None:
    cells = (("KAZ", "men-relay"), ("ITA", "men-500"), ("KAZ", ATHLETES), ("GBR", "mixed-relay"))
    scenario = load_scenario("beijing-2022")
    table = scenario.published
    assert table is not None
    partial = replace(scenario, published=None, partial=hidden("beijing-2022", *cells), facts=())
    chosen = {"gender-cap": "walk", "remaining-ties": "refuse", "fifth-in-walk": "yes"}
    found = infer(partial, readings=chosen, reasons=False)
    assert found.consistent and found.state == "december"
    assert found.proved
    for noc, column in cells:
        one = found.cells[noc][column]
        assert one.lowest <= table.number(noc, column) <= one.highest
    assert found.cells["KAZ"]["men-relay"].determined


def test_minimal_sets_equal_those_of_trying_all() -> None:
    """QuickXplain and MARCO on drawn families of conflicts, where a set is inconsistent if it holds one of them."""
    rng = random.Random("families")
    for _ in range(60):
        items = [Fact("men-500", "start-places", "AAA", number, "drawn") for number in range(rng.randint(2, 7))]
        family = [frozenset(rng.sample(items, rng.randint(1, min(4, len(items))))) for _ in range(rng.randint(1, 4))]

        def consistent(held: object, family: list[frozenset[Fact]] = family) -> bool:
            return not any(one <= set(held) for one in family)  # type: ignore[call-overload]

        def largest(seed: object, items: list[Fact] = items) -> list[Fact] | None:
            grown = list(seed)  # type: ignore[call-overload]
            if not consistent(grown):
                return None
            for item in items:
                if item not in grown and consistent([*grown, item]):
                    grown.append(item)
            return grown

        naive = naive_conflicts(items, consistent)
        found = all_minimal_sets(items, largest, consistent)
        assert found.complete and list(found.sets) == naive
        assert minimal_set(items, consistent) in naive
        cut = all_minimal_sets(items, largest, consistent, most=len(naive) - 1) if len(naive) > 1 else None
        assert cut is None or (not cut.complete and set(cut.sets) < set(naive))


def test_an_effort_limit_is_said() -> None:
    with pytest.raises(LimitError, match="effort"):
        infer(MILANO, limit=1e-9)
    found = infer(MILANO, limit=0.03, reasons=False)
    assert not found.proved and not found.cells["USA"]["women-relay"].determined
    one = found.cells["USA"]["men-500"]
    assert (one.lowest, one.highest) == (0, 3) and one.reached is not None


def test_ranked_lists_and_changes_on_record_are_refused() -> None:
    with pytest.raises(InputError, match="ranked"):
        infer(load_scenario("speed-skating-2026"))
    with pytest.raises(InputError, match="changes on record"):
        infer(load_scenario("pyeongchang-2018"))
    with pytest.raises(InputError, match="all rankings are known"):
        infer(load_scenario("sochi-2014"))


def test_december_prefers_what_is_said_of_december() -> None:
    asked = question(MILANO, "december")
    poland = {f.event: f.value for f in asked.statements if f.noc == "POL" and f.kind == "start-places"}
    assert poland["women-1500"] == 2 and poland["men-500"] == 2
    assert any(one.noc == "POL" and one.why.startswith("of the end") for one in asked.set_aside)
    final = {(f.noc, f.event): f.value for f in question(MILANO).statements if f.kind == "start-places"}
    assert final["POL", "women-1500"] == 3 and ("POL", "men-500") not in final


def test_the_answer_is_quick_and_told_from_the_start() -> None:
    told: list[float] = []
    started = time.process_time()
    infer(MILANO, reasons=False, report=lambda _: told.append(time.process_time() - started))
    assert told[0] < 1
    assert told[-1] < 20
