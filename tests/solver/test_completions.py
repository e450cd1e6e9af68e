"""A table is reachable exactly if some completion of the unknown standings gives it: enumeration, then corner cases."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import draw
import pytest
from ortools.sat.python import cp_model
from unknowns import (
    NOCS,
    Completed,
    Key,
    fault_of,
    key_of,
    masked,
    neighbours,
    reachable_tables,
    sampled_tables,
    table_with,
    truth,
    work,
)

from quotaproof.model.errors import InputError
from quotaproof.model.facts import Fact
from quotaproof.model.published import ATHLETES, Published
from quotaproof.model.rules import Event, ParallelWalk, QuotaPlaces, Readings, RelayPlaces, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings import Entry, Ranking, Standings
from quotaproof.solver import greedy
from quotaproof.solver.cpsat.status import Settings, new_solver, solve
from quotaproof.solver.priority import PriorityModel
from quotaproof.solver.reach import WITHOUT_PRESOLVE, Reach, cap_binds, walk_events

LENGTH = 6
MOST_WORK = 500
CHUNKS = 8


def compare(
    scenario: Scenario, nocs: Sequence[str], found: Mapping[Key, Completed], rng: random.Random, number: int
) -> int:
    """Judge tables that completions give, and neighbours of them; return how many of them use up a cap.

    A neighbour that is called reachable must come with a witness that gives it: then the enumeration was too short.
    """
    keys = sorted(found)
    away = neighbours(keys, scenario.rules)
    binding = 0
    for key in [*rng.sample(keys, min(len(keys), number)), *rng.sample(away, min(len(away), number))]:
        table = table_with(key, scenario.rules, nocs)
        witness = Reach(scenario, table).completion()
        binding += cap_binds(scenario, table)
        if key in found:
            assert witness is not None, (key, found[key].orders)
        if witness is not None:
            assert fault_of(witness, scenario, table) is None
    return binding


def all_tables(scenario: Scenario, nocs: Sequence[str], most: int) -> set[Key] | None:
    """Every table of the exact model with all cells left open, or None if there are more than `most`."""
    model = cp_model.CpModel()
    caps = {event.identifier: event.noc_cap for event in scenario.rules.events} | {ATHLETES: scenario.rules.total}
    cells = {(noc, column): model.new_int_var(0, cap, "") for noc in nocs for column, cap in caps.items()}
    PriorityModel(model, scenario, cells).state_rules(walk_events(scenario.rules), timing=True)
    found: set[Key] = set()
    while len(found) <= most:
        solver = new_solver(Settings(**WITHOUT_PRESOLVE))
        if not solve(model, solver):
            return found
        found.add(tuple(tuple(int(solver.value(cells[noc, column])) for column in caps) for noc in nocs))
        differs = []
        for cell in cells.values():
            literal = model.new_bool_var("")
            model.add(cell != solver.value(cell)).only_enforce_if(literal)
            differs.append(literal)
        model.add_bool_or(differs)
    return None


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_reachable_are_exactly_the_tables_of_all_completions(chunk: int) -> None:
    judged = 0
    for seed in range(chunk, 120, CHUNKS):
        rng = random.Random(seed)
        true = truth(rng)
        scenario = masked(rng, true)
        if work(scenario, true.nocs, LENGTH) <= MOST_WORK:
            found = reachable_tables(scenario, true.nocs, LENGTH)
            compare(scenario, true.nocs, found, rng, 12)
            judged += len(found)
    assert judged


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_reachable_are_exactly_the_tables_of_all_completions_where_entries_were_declined(chunk: int) -> None:
    declined = 0
    for seed in range(1000 + chunk, 1080, CHUNKS):
        rng = random.Random(seed)
        true = truth(rng, loose=True)
        scenario = masked(rng, true, declines=True)
        if work(scenario, true.nocs, LENGTH) <= MOST_WORK:
            compare(scenario, true.nocs, reachable_tables(scenario, true.nocs, LENGTH), rng, 10)
            declined += any(fact.kind.endswith("-rank") for fact in scenario.facts)
    assert declined


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_exact_model_with_open_cells_has_those_tables_and_no_others(chunk: int) -> None:
    compared = 0
    for seed in range(2000 + chunk, 2080, CHUNKS):
        rng = random.Random(seed)
        true = truth(rng)
        scenario = masked(rng, true)
        if work(scenario, true.nocs, LENGTH) > MOST_WORK:
            continue
        found = reachable_tables(scenario, true.nocs, LENGTH)
        tables = all_tables(scenario, true.nocs, 40) if len(found) <= 40 else None
        if tables is None:
            continue
        assert set(found) <= tables
        for key in tables - set(found):
            table = table_with(key, scenario.rules, true.nocs)
            witness = Reach(scenario, table).completion()
            assert witness is not None
            assert fault_of(witness, scenario, table) is None
        compared += 1
    assert compared


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_completions_of_many_unknown_events_under_binding_caps(chunk: int) -> None:
    """Up to five rankings are unknown, too many to enumerate: the table of any completion must be reachable, too."""
    binding = 0
    for seed in range(3000 + chunk, 3040, CHUNKS):
        rng = random.Random(seed)
        true = truth(rng)
        while not {decision.kind for decision in greedy.allocate(true.scenario).decisions} & {"gender-cap", "total-cap"}:
            true = truth(rng)
        identifiers = [event.identifier for event in true.scenario.rules.events]
        scenario = masked(rng, true, rng.sample(identifiers, rng.randint(1, 5)))
        found = sampled_tables(rng, scenario, true.nocs, 300)
        binding += compare(scenario, true.nocs, found, rng, 15)
    assert binding >= 10


@pytest.mark.parametrize("chunk", range(2))
def test_unknown_entries_whose_qualifier_is_known(chunk: int) -> None:
    """An OTHER's second qualifier needs its first above, as anybody's does."""
    for seed in range(4000 + chunk, 4060, 2):
        rng = random.Random(seed)
        true = truth(rng)
        scenario = masked(rng, true, numbered=True)
        if work(scenario, true.nocs, LENGTH) <= MOST_WORK:
            compare(scenario, true.nocs, reachable_tables(scenario, true.nocs, LENGTH), rng, 8)


# Corner cases: two distances of one gender, perhaps a relay ----------------------------------------


def small(
    rankings: Mapping[str, Sequence[tuple[str, int | None]]],
    facts: Sequence[Fact] = (),
    *,
    places: int = 3,
    noc_cap: int = 3,
    men: int = 30,
    host: str | None = None,
    relay: bool = False,
    tied: tuple[tuple[int, ...], ...] = (),
) -> Scenario:
    """Men's 500 m (where the host has a place) and 1000 m, and perhaps a relay of one athlete; `?` is unknown."""
    events = [Event(f"men-{distance}", "men", "individual", places, noc_cap) for distance in (500, 1000)]
    pathways = (ParallelWalk("P2", "walk", "two", ("men-500", "men-1000")), QuotaPlaces("P3", "quota", "three", 1))
    if relay:
        events.append(Event("men-relay", "men", "relay", 1, 1))
        pathways = (RelayPlaces("P1", "relay", "one", ("men-relay",)), *pathways)
    rules = Rules("small", tuple(events), 60, {"men": men, "women": 30}, ("men-500",), "host", pathways)
    known = {
        event: Ranking(
            tuple(Entry(None if noc == "?" else noc, k) for noc, k in order), tied if event == "men-500" else ()
        )
        for event, order in rankings.items()
    }
    return Scenario("small", "small", "small", host, rules, Readings(), Standings(known), tuple(facts))


def reachable(scenario: Scenario, places: Mapping[str, Mapping[str, int]]) -> bool:
    """Whether these start places are reachable, with the athletes that follow; a witness must give them."""
    events = [event.identifier for event in scenario.rules.events]
    cells = {}
    for noc in NOCS:
        row = {event: places.get(event, {}).get(noc, 0) for event in events}
        cells[noc] = {**row, ATHLETES: 1 if row.get("men-relay") else max(row.values())}
    table = Published((*events, ATHLETES), cells, {})
    witness = Reach(scenario, table).completion()
    if witness is not None:
        assert fault_of(witness, scenario, table) is None
    return witness is not None


M500, M1000, RELAY = "men-500", "men-1000", "men-relay"
NOBODY: dict[str, Sequence[tuple[str, int | None]]] = {M1000: ()}


def test_an_unknown_list_may_end_before_its_event_is_full() -> None:
    assert reachable(small(NOBODY), {M500: {"AAA": 1}})
    assert reachable(small(NOBODY), {})


def test_the_host_has_its_place_whether_or_not_an_unknown_list_has_it() -> None:
    scenario = small(NOBODY, host="AAA")
    assert reachable(scenario, {M500: {"AAA": 1, "BBB": 2}})
    assert not reachable(scenario, {M500: {"BBB": 3}})
    unranked = replace(scenario, facts=(Fact(M500, "ranked", "AAA", 0, "told"),))
    assert reachable(unranked, {M500: {"AAA": 1, "BBB": 2}})
    assert not reachable(unranked, {M500: {"AAA": 2, "BBB": 1}})


def test_an_unknown_entry_before_the_last_place_is_of_a_named_noc() -> None:
    scenario = small({**NOBODY, M500: [("AAA", 1), ("?", None), ("BBB", 1), ("?", None)]})
    assert reachable(scenario, {M500: {"AAA": 2, "BBB": 1}})
    assert reachable(scenario, {M500: {"AAA": 1, "BBB": 1, "CCC": 1}})
    assert not reachable(scenario, {M500: {"AAA": 1, "BBB": 1}})
    assert not reachable(scenario, {M500: {"AAA": 1, "BBB": 2}})


def test_an_unknown_entry_behind_a_cap_that_is_used_up_may_be_of_any_noc() -> None:
    # The third athlete of BBB, in row 3 of the 1000 m, uses up the cap; row 4 of the 500 m comes later.
    known = {M500: [("AAA", 1), ("BBB", 1), ("BBB", 2), ("?", None)], M1000: [("BBB", 1), ("BBB", 2), ("BBB", 3)]}
    scenario = small(known, places=4, men=4)
    assert reachable(scenario, {M500: {"AAA": 1, "BBB": 2}, M1000: {"BBB": 3}})
    assert reachable(scenario, {M500: {"AAA": 1, "BBB": 3}, M1000: {"BBB": 3}})
    # Row 3 of the 500 m comes before row 3 of the 1000 m: then there is still room for one more.
    early = small({**known, M500: [("AAA", 1), ("BBB", 1), ("?", None)]}, places=4, men=4)
    assert not reachable(early, {M500: {"AAA": 1, "BBB": 1}, M1000: {"BBB": 3}})
    assert reachable(early, {M500: {"AAA": 1, "BBB": 1, "CCC": 1}, M1000: {"BBB": 2}})


def test_a_list_goes_on_behind_an_entry_that_its_noc_cap_refuses() -> None:
    scenario = small({**NOBODY, M500: [("AAA", 1), ("AAA", 2), ("BBB", 1)]}, noc_cap=1)
    assert reachable(scenario, {M500: {"AAA": 1, "BBB": 1}})
    assert not reachable(scenario, {M500: {"AAA": 1}})


def test_an_unknown_list_goes_on_behind_an_entry_that_its_noc_cap_refuses() -> None:
    scenario = small(NOBODY, [Fact(M500, "rank", "AAA", 3, "told", 3)], noc_cap=1)
    assert reachable(scenario, {M500: {"AAA": 1}})
    fourth = replace(scenario, facts=(Fact(M500, "rank", "AAA", 4, "told", 3),))
    assert reachable(fourth, {M500: {"AAA": 1, "BBB": 1}})
    # Somebody else stands above rank 4, and there is a place for it.
    assert not reachable(fourth, {M500: {"AAA": 1}})


def test_an_entry_far_behind_needs_an_event_that_is_full() -> None:
    scenario = small(NOBODY, [Fact(M500, "rank", "DDD", 9, "told")])
    assert reachable(scenario, {M500: {"AAA": 1, "BBB": 1, "CCC": 1}})
    assert not reachable(scenario, {M500: {"AAA": 1, "BBB": 1}})
    assert not reachable(scenario, {M500: {"AAA": 1, "BBB": 1, "DDD": 1}})


def test_a_declined_entry_leaves_its_place_to_those_behind() -> None:
    declined = Fact(M500, "declined-rank", None, 2, "told")
    scenario = small({**NOBODY, M500: [("AAA", 1), ("?", None), ("BBB", 1), ("CCC", 1)]}, [declined])
    assert reachable(scenario, {M500: {"AAA": 1, "BBB": 1, "CCC": 1}})
    assert not reachable(scenario, {M500: {"AAA": 2, "BBB": 1}})


def test_a_declined_rank_is_in_the_list() -> None:
    scenario = small(NOBODY, [Fact(M500, "declined-rank", None, 3, "told")])
    assert reachable(scenario, {M500: {"AAA": 1, "BBB": 1}})
    # The entry at rank 2 would have got a place.
    assert not reachable(scenario, {M500: {"AAA": 1}})
    known = replace(scenario, standings=small({**NOBODY, M500: [("AAA", 1), ("BBB", 1)]}).standings)
    assert not reachable(known, {M500: {"AAA": 1, "BBB": 1}})


def test_an_entry_that_came_in_has_a_place() -> None:
    came_in = Fact(M500, "came-in-rank", None, 3, "told")
    scenario = small(NOBODY, [came_in])
    assert reachable(scenario, {M500: {"AAA": 1, "BBB": 2}})
    assert not reachable(scenario, {M500: {"AAA": 1, "BBB": 1}})
    named = replace(scenario, facts=(replace(came_in, noc="CCC"),))
    assert not reachable(named, {M500: {"AAA": 3}})
    assert reachable(named, {M500: {"AAA": 2, "CCC": 1}})
    last = replace(came_in, value=4)
    assert not reachable(replace(scenario, facts=(last,)), {M500: {"AAA": 3}})
    declined = Fact(M500, "declined-rank", None, 1, "told")
    assert reachable(replace(scenario, facts=(declined, last)), {M500: {"AAA": 1, "BBB": 2}})


def test_an_unknown_entry_in_a_tie_may_be_at_any_rank_of_the_tie() -> None:
    order: list[tuple[str, int | None]] = [("AAA", 1), ("BBB", 1), ("?", None)]
    assert not reachable(small({**NOBODY, M500: order}, places=2), {M500: {"AAA": 1, "CCC": 1}})
    assert reachable(small({**NOBODY, M500: order}, places=2, tied=((2, 3),)), {M500: {"AAA": 1, "CCC": 1}})


def test_nobody_can_be_a_second_qualifier_without_a_first() -> None:
    # The only second qualifier possible at rank 3 is AAA's, who needs no more athletes than its relay has.
    known = {
        RELAY: [("AAA", 1)],
        M500: [("AAA", 1), ("BBB", 1), ("BBB", 2), ("?", 2)],
        M1000: [("BBB", 1), ("BBB", 2), ("BBB", 3)],
    }
    scenario = small(known, places=5, men=4, relay=True)
    assert reachable(scenario, {M500: {"AAA": 2, "BBB": 2}, M1000: {"BBB": 3}, RELAY: {"AAA": 1}})
    assert not reachable(scenario, {M500: {"AAA": 1, "BBB": 2}, M1000: {"BBB": 3}, RELAY: {"AAA": 1}})


def test_a_fact_on_a_fourth_qualifier_is_understood() -> None:
    scenario = small(NOBODY, [Fact(M500, "rank", "AAA", 4, "told", 4)], places=4)
    assert reachable(scenario, {M500: {"AAA": 3}})


def test_a_row_of_zeros_says_no_more_than_no_row() -> None:
    for seed in range(5000, 5020):
        rng = random.Random(seed)
        true = truth(rng, others=False)
        scenario = replace(true.scenario, standings=Standings())
        away = neighbours([key_of(true.table)], scenario.rules)
        for key in [key_of(true.table), *rng.sample(away, 6)]:
            table = table_with(key, scenario.rules, true.nocs)
            shorter = replace(table, cells={noc: row for noc, row in table.cells.items() if any(row.values())})
            verdicts = {Reach(scenario, one).completion() is not None for one in (table, shorter)}
            assert len(verdicts) == 1


def test_caps_too_small_for_the_relays_are_refused_in_a_sentence() -> None:
    scenario = replace(draw.BEIJING, rules=draw.BEIJING.rules.with_caps({"men": 20}))
    assert scenario.published is not None
    with pytest.raises(InputError, match="too small to be judged"):
        Reach(scenario, scenario.published.with_cells({("KAZ", "men-relay"): 0})).completion()
