"""Who gains by a decline from a table that is known in part, against enumeration and replay."""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import gains
import pytest
from inferring import OTHERS, Completed, completions, draw, holds, numbers_of, totals_of, work
from test_partly_known import chosen, with_table

from quotaproof.api import whatif
from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Change, Decline, Exclude, HostTo, SetCap
from quotaproof.model.errors import InputError
from quotaproof.model.pathways import Reallocation
from quotaproof.model.published import ATHLETES, Published
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import Fact
from quotaproof.model.standings.rankings import Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver.declines import after_declines
from quotaproof.solver.engines import engine, greedy
from quotaproof.solver.infer.question import question as asked_by_infer
from quotaproof.solver.whatif.partly_known import partly_known_recipients
from quotaproof.solver.whatif.recipients import Recipients

NUMBER = int(os.environ.get("QUOTAPROOF_PARTLY_WHATIF", "6"))
"""Scenarios of each kind; 215 of facts and of tables each, and 120 with few unknown cells, were tried once.

Set QUOTAPROOF_PARTLY_WHATIF for more.
"""

SEEDS = [seed for seed in range(20 * NUMBER) if work(draw(seed)) <= 400][:NUMBER]
MILANO = load_scenario("milano-cortina-2026")

Cell = tuple[str | None, str]


@dataclass(frozen=True)
class Expected:
    """What enumeration finds: gains in all completions and in any, and the number of completions."""

    necessary: dict[Cell, int]
    possible: set[Cell]
    number: int


def expected(found: Iterable[gains.Gains]) -> Expected:
    necessary: dict[Cell, int] | None = None
    possible: set[Cell] = set()
    number = 0
    for one in found:
        number += 1
        possible |= {(None if noc in OTHERS else noc, column) for noc, column in one}
        named: dict[Cell, int] = {cell: n for cell, n in one.items() if cell[0] not in OTHERS}
        necessary = named if necessary is None else {c: min(n, named[c]) for c, n in necessary.items() if c in named}
    return Expected(necessary or {}, possible, number)


def claimed(result: Recipients) -> tuple[dict[Cell, int], set[Cell], set[Cell]]:
    necessary: dict[Cell, int] = {(c.noc, c.column): c.number for c in result.necessary}
    return necessary, *({(c.noc, c.column) for c in some} for some in (result.possible, result.not_excluded))


def assert_sound(scenario: Scenario, result: Recipients, decline: Decline, found: Expected) -> None:
    """What is certain is so in all completions; what is in one of them is not excluded; what is possible is shown."""
    necessary, possible, not_excluded = claimed(result)
    assert all(found.necessary.get(cell, 0) >= number for cell, number in necessary.items())
    assert found.possible <= possible | not_excluded
    assert not possible & not_excluded
    assert_replayed(scenario, result, decline)


def assert_replayed(scenario: Scenario, result: Recipients, decline: Decline) -> None:
    """Every witness gives a table with all facts, and the gains that it is said to show; no solver is asked."""
    statements = asked_by_infer(scenario, None, scenario.chosen_readings()).statements
    plain = replace(scenario, facts=(), partial=None, published=None)
    for number, witness in enumerate(result.witnesses):
        complete = replace(plain, standings=witness.standings)
        before = greedy.allocate(complete)
        assert before.status == "optimal"
        orders = {event: tuple(r.claims()) for event, r in witness.standings.rankings.items()}
        given = Completed(orders, numbers_of(plain, before), totals_of(plain, before))
        assert all(holds(scenario, fact, given) for fact in statements if about_a_row(scenario, fact))
        gained = gains.gains_between(before, after(complete, before, decline))
        named = {noc for noc, _ in gained} & {*scenario.nocs, *result.table.nocs}
        for claim in result.possible:
            if claim.witness == number:
                assert any(
                    column == claim.column and (noc == claim.noc or (claim.noc is None and noc not in named))
                    for noc, column in gained
                )


def about_a_row(scenario: Scenario, fact: Fact) -> bool:
    """Whether a fact is on an NOC, and not on federations that share a row."""
    return fact.noc not in {noc for alias in scenario.aliases for noc in (alias.code, *alias.federations)}


def after(scenario: Scenario, before: Allocation, decline: Decline) -> Allocation:
    return after_declines(scenario, before, [decline], engine("greedy"), "sequential").allocation


# A decline after facts alone, and after a table with unknown cells: bounds are sound ----------------------------------


def with_reallocation(scenario: Scenario, rng: random.Random) -> Scenario:
    pathways = scenario.rules.pathways
    repeats = tuple(pathway.identifier for pathway in pathways[3:] if rng.random() < 0.85)
    reallocation = Reallocation("P7", "declines", "seven", repeats)
    return replace(scenario, rules=replace(scenario.rules, pathways=(*pathways, reallocation)))


def drawn_decline(scenario: Scenario, tables: Sequence[Completed], rng: random.Random) -> Decline | None:
    """A decline that is possible in one of the tables."""
    one = rng.choice(tables)
    events = [event.identifier for event in scenario.rules.events]
    held = [(noc, e) for noc in scenario.nocs for e in events if one.numbers.get((noc, e), 0)]
    if not held:
        return None
    noc, event = rng.choice(held)
    options = [Decline(noc), Decline(noc, event), Decline(noc, event, rng.randint(1, one.numbers[noc, event]))]
    gender = scenario.rules.event(event).gender
    if gender != "mixed":
        options.append(Decline(noc, gender=gender))
    return rng.choice(options)


def gains_of(scenario: Scenario, tables: Sequence[Completed], decline: Decline) -> Iterable[gains.Gains]:
    """What everybody gains in each completion in which the decline is possible and no tie is left."""
    plain = replace(scenario, facts=(), partial=None)
    for one in tables:
        complete = replace(plain, standings=Standings.of(one.orders))
        before = greedy.allocate(complete)
        try:
            later = after(complete, before, decline)
        except InputError:
            continue
        if "tie" not in (before.status, later.status):
            yield gains.gains_between(before, later)


@pytest.mark.parametrize("kind", ["facts", "table"])
@pytest.mark.parametrize("seed", SEEDS)
def test_bounds_hold_in_every_completion_and_witnesses_are_replayed(seed: int, kind: str) -> None:
    rng = random.Random(f"whatif partly {seed} {kind}")
    if kind == "facts":
        scenario = draw(seed)
        everything = completions(scenario, [chosen(scenario)])
    else:
        scenario, everything = with_table(seed)
    statements = asked_by_infer(scenario, None, scenario.chosen_readings()).statements
    scenario = with_reallocation(scenario, rng)
    tables = [one for one in everything if all(holds(scenario, fact, one) for fact in statements)]
    decline = drawn_decline(scenario, tables, rng) if tables else None
    if decline is None:
        with pytest.raises(InputError, match=r"cannot all be true|what it is to give back"):
            partly_known_recipients(scenario, [Decline(scenario.nocs[0], "men-500")])
        return
    found = expected(gains_of(scenario, tables, decline))
    everything = decline == Decline(decline.noc)
    result = partly_known_recipients(scenario, [Exclude(decline.noc) if everything else decline])
    assert_sound(scenario, result, decline, found)


# Few unknown cells in a table whose standings are unknown: exact ------------------------------------------------------

EXACT = list(range(NUMBER))
TAIL = 2
MOST_COMPLETIONS = 1500


def masked(seed: int) -> tuple[Scenario, Published, Decline]:
    """The scenario of a drawn question with one to three cells of its table unknown, and sometimes a printed total."""
    rng = random.Random(f"masked {seed}")
    question = gains.question(seed)
    table = question.table
    cells = [(noc, column) for noc in table.nocs for column in table.columns]
    unknown = frozenset(rng.sample(cells, rng.randint(1, 3)))
    totals = {ATHLETES: table.column_sum(ATHLETES)} if rng.random() < 0.3 else {}
    blank = replace(table.with_cells(dict.fromkeys(unknown, 0)), unknown=unknown, totals=totals)
    return replace(question.scenario, published=None, partial=blank), blank, question.declines[0]


def gains_of_masked(scenario: Scenario, table: Published, decline: Decline) -> list[gains.Gains] | None:
    """What everybody gains in each completion of standings and table; None if they are too many to write down."""
    places = sorted(cell for cell in table.unknown if cell[1] != ATHLETES)
    ranges = [range(scenario.rules.event(column).noc_cap + 1) for _, column in places]
    found: list[gains.Gains] = []
    for values in itertools.product(*ranges):
        one = table.with_cells(dict(zip(places, values, strict=True)))
        question = gains.Question(scenario, one, (decline,))
        if gains.number_of_completions(question, TAIL) > MOST_COMPLETIONS:
            return None
        for standings in gains.completions(question, TAIL):
            complete = replace(scenario, standings=standings, facts=(), partial=None)
            before = greedy.allocate(complete)
            given = before.to_published()
            same = all(
                given.number(noc, column) == one.number(noc, column)
                for noc in (*one.nocs, *given.nocs)
                for column in one.columns
                if column != ATHLETES or (noc, column) not in table.unknown
            )
            if before.status == "tie" or not same:
                continue
            if ATHLETES in table.totals and sum(before.totals) != table.totals[ATHLETES]:
                continue
            try:
                later = after(complete, before, decline)
            except InputError:
                continue
            if later.status != "tie":
                found.append(gains.gains_between(before, later))
    return found


@pytest.mark.parametrize("seed", EXACT)
def test_few_unknown_cells_are_answered_exactly(seed: int) -> None:
    scenario, table, decline = masked(seed)
    every = gains_of_masked(scenario, table, decline)
    if every is None:
        return
    found = expected(every)
    result = partly_known_recipients(scenario, [decline])
    assert_sound(scenario, result, decline, found)
    assert result.partly is not None
    if result.partly.tables is not None:
        assert claimed(result) == (found.necessary, found.possible, set())
        assert_replayed(scenario, result, decline)


def test_the_masked_draws_have_certain_gains_and_several_tables() -> None:
    """Agreement says little about what is never drawn."""
    results = [(scenario, decline) for scenario, _, decline in map(masked, range(12))]
    answers = [partly_known_recipients(scenario, [decline]) for scenario, decline in results]
    tables = [answer.partly.tables for answer in answers if answer.partly is not None]
    assert any(number is not None and number > 1 for number in tables)
    assert any(answer.necessary for answer in answers)
    assert any(answer.possible for answer in answers)


# Milano Cortina 2026, and what is refused -----------------------------------------------------------------------------


def test_without_the_women_of_the_usa_their_relay_place_may_go_to_those_who_have_none() -> None:
    """Who holds a women's relay place cannot gain one, and Italy's is the host's."""
    decline = Decline("USA", "women-relay")
    result = partly_known_recipients(MILANO, [decline])
    necessary, possible, not_excluded = claimed(result)
    assert result.freed["women-relay"] == (1, 1) and result.freed["women"] == (2, 5)
    assert necessary == {}
    may = {noc for noc, column in possible if column == "women-relay"}
    assert may >= {"HUN", "KAZ", "POL", None}
    holders = {"CAN", "CHN", "FRA", "ITA", "JPN", "KOR", "NED", "USA"}
    assert not holders & {noc for noc, column in possible | not_excluded if column == "women-relay"}
    # Who has three places in an event gains none there; Korea has two in the men's 500 m.
    full = {(noc, "women-1500") for noc in ("KOR", "CAN", "CHN", "ITA", "NED", "JPN")}
    assert not full & (possible | not_excluded)
    assert ("KOR", "men-500") in not_excluded
    assert_replayed(MILANO, result, decline)
    assert result.partly is not None and result.partly.necessary_complete


def test_other_changes_are_rules_from_the_start() -> None:
    """NOCs have three places in the men's 500 m, so no table with these facts has two at most."""
    with pytest.raises(InputError, match="cannot all be true"):
        partly_known_recipients(MILANO, [Decline("USA", "women-relay"), SetCap("men-500:noc", 2)])


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ([Decline("USA", "men-relay")], "in no table with these facts has USA what it is to give back"),
        ([Decline("AIN", "men-500")], "AIN stands for RUS and BLR"),
        ([Decline("AUS", "men-500")], "AUS is named by no fact"),
        ([Decline("USA"), Decline("KOR")], "one decline or exclusion at a time"),
        ([Decline("USA", gender="women", number=1)], "a quota place alone"),
        ([HostTo("FRA")], "one decline or exclusion at a time"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(changes: list[Change], problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        partly_known_recipients(MILANO, changes)


def test_the_mode_rerun_and_a_start_from_the_rules_are_refused() -> None:
    with pytest.raises(InputError, match="sequential"):
        whatif(MILANO, ["USA:women-relay"], mode="rerun")
    with pytest.raises(InputError, match="starts from the table that is known in part"):
        whatif(MILANO, ["USA:women-relay"], start="rules")


def test_beijing_with_an_unknown_cell_is_answered_table_by_table() -> None:
    """Japan's number of athletes follows from the rest, so the answer is that for the published table."""
    beijing = load_scenario("beijing-2022")
    assert beijing.published is not None
    blank = replace(beijing.published.with_cells({("JPN", ATHLETES): 0}), unknown=frozenset({("JPN", ATHLETES)}))
    result = whatif(replace(beijing, published=None, partial=blank), ["JPN:men-relay"])
    assert isinstance(result, Recipients) and result.partly is not None
    assert result.partly.tables == 1
    assert result.freed == {"men-relay": (1, 1), "men": (1, 1)}
    assert claimed(result) == ({}, {("KAZ", "men-relay"), ("KAZ", "men"), ("POL", "women")}, set())
