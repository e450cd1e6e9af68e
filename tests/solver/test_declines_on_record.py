"""Declines on record with unknown standings, against every completion and every way in which they may have happened."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
import unknowns

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Decline
from quotaproof.model.errors import InputError
from quotaproof.model.later_changes import DeclinedEntry
from quotaproof.model.pathways import ParallelWalk, QuotaPlaces, Reallocation, RelayPlaces
from quotaproof.model.published import Published
from quotaproof.model.rules import Event, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import Fact
from quotaproof.model.standings.rankings import Entry, Ranking, Standings
from quotaproof.solver.declines import after_declines
from quotaproof.solver.engines import engine, greedy
from quotaproof.solver.unknown.reachability import Reach
from quotaproof.solver.verify.verify import verify

FULL = bool(os.environ.get("QUOTAPROOF_FULL"))
"""Longer rankings and an event of three places, too; about half a minute more."""
NOCS = ("AAA", "BBB")
GREEDY = engine("greedy")
Numbers = tuple[int, ...]


def rules(places: int, cap: int, host_events: tuple[str, ...] = ()) -> Rules:
    """One distance and one relay, with athletes enough for everything."""
    return Rules(
        title="tiny",
        events=(
            Event("men-500", "men", "individual", places, cap),
            Event("men-relay", "men", "relay", places, 1),
        ),
        total=60,
        gender_caps={"men": 60, "women": 60},
        host_events=host_events,
        host_clause="host",
        pathways=(
            RelayPlaces("P1", "relays", "one", ("men-relay",)),
            ParallelWalk("P2", "walk", "two", ("men-500",)),
            QuotaPlaces("P3", "quota", "three", 4, None),
            Reallocation("P7", "again", "four", ()),
        ),
    )


def entry(
    noc: str | None = None, qualifier: int | None = None, taken_by: str | None = None, event: str = "men-500"
) -> DeclinedEntry:
    return DeclinedEntry(event, noc, qualifier, taken_by=taken_by)


def histories(scenario: Scenario, first: Allocation, record: Sequence[DeclinedEntry]) -> Iterator[Allocation]:
    """Every allocation that the declines on record may have left, in any order, whoever the unknown decliners were."""
    for ordered in set(itertools.permutations(record)):
        for last in _histories(scenario, first, ordered, ()):
            if all(
                last.places[one.event].get(one.taken_by, 0) - first.places[one.event].get(one.taken_by, 0)
                >= sum(other.taken_by == one.taken_by for other in record)
                for one in record
                if one.taken_by is not None
            ):
                yield last


def _histories(
    scenario: Scenario, first: Allocation, record: Sequence[DeclinedEntry], declines: tuple[Decline, ...]
) -> Iterator[Allocation]:
    try:
        present = after_declines(scenario, first, declines, GREEDY, "sequential").allocation if declines else first
    except InputError:  # an NOC on record had nothing of the kind
        return
    if len(declines) == len(record):
        yield present
        return
    one = record[len(declines)]
    if one.noc is not None:
        yield from _histories(
            scenario, first, record, (*declines, Decline(one.noc, one.event, qualifier=one.qualifier))
        )
        return
    for noc, number in present.places[one.event].items():
        # The place that the host is guaranteed is not one of an unknown decliner.
        if number > (noc == scenario.host):
            yield from _histories(scenario, first, record, (*declines, Decline(noc, one.event, number=1)))


def reachable(scenario: Scenario, length: int) -> set[Numbers]:
    """Numbers of start places of the named NOCs that some completion and some history give."""
    record = scenario.declines
    event = record[0].event
    found: set[Numbers] = set()
    for order in unknowns.possible_orders(scenario, event, NOCS, length):
        orders = {"men-500": (), "men-relay": (), event: order}
        complete = replace(scenario, standings=Standings.of(orders), facts=(), declines=())
        for last in histories(complete, greedy.allocate(complete), record):
            places = last.places[event]
            if set(places) <= set(NOCS):
                found.add(tuple(places.get(noc, 0) for noc in NOCS))
    return found


def table(scenario: Scenario, event: str, numbers: Numbers) -> Published:
    cells = {}
    for noc, number in zip(NOCS, numbers, strict=True):
        athletes = number if event == "men-500" else 4 * number
        cells[noc] = {"men-500": 0, "men-relay": 0, event: number, "athletes": athletes}
    return Published(("men-500", "men-relay", "athletes"), cells, {})


RECORDS = [
    [entry("AAA", 1)],
    [entry("AAA", 2)],
    [entry("AAA", 1, "BBB")],
    [entry("AAA", 2, "BBB")],
    [entry()],
    [entry(taken_by="AAA")],
    [entry(), entry()],
    [entry(taken_by="AAA"), entry(taken_by="BBB")],
    [entry(taken_by="AAA"), entry(taken_by="AAA")],
    [entry("AAA", 2), entry(taken_by="BBB")],
    [entry("AAA", 1), entry("BBB", 1)],
]
RELAY_RECORDS = [
    [entry("AAA", 1, event="men-relay")],
    [entry("AAA", 1, "BBB", event="men-relay")],
    [entry(event="men-relay")],
    [entry(taken_by="BBB", event="men-relay")],
]


def agree(scenario: Scenario, length: int) -> None:
    event = scenario.declines[0].event
    expected = reachable(scenario, length)
    cap = scenario.rules.event(event).noc_cap
    for numbers in itertools.product(range(cap + 1), repeat=len(NOCS)):
        if sum(numbers) > scenario.rules.event(event).start_places:
            continue
        found = Reach(scenario, table(scenario, event, numbers)).completion()
        assert (found is not None) is (numbers in expected), (numbers, scenario.declines, expected)


@pytest.mark.parametrize("record", RECORDS, ids=str)
@pytest.mark.parametrize(("places", "cap"), [(2, 1), (2, 2), *([(3, 2)] if FULL else [])])
def test_a_distance_of_unknown_ranking(record: list[DeclinedEntry], places: int, cap: int) -> None:
    scenario = Scenario("tiny", "tiny", "tiny", None, rules(places, cap), declines=tuple(record))
    agree(scenario, places + (3 if FULL else 2))


@pytest.mark.parametrize("record", RELAY_RECORDS, ids=str)
@pytest.mark.parametrize("places", [1, 2])
def test_a_relay_of_unknown_ranking(record: list[DeclinedEntry], places: int) -> None:
    agree(Scenario("tiny", "tiny", "tiny", None, rules(places, 1), declines=tuple(record)), places + 2)


@pytest.mark.parametrize("record", [RECORDS[1], RECORDS[4], RECORDS[5], RECORDS[6]], ids=str)
def test_a_host_place_is_not_given_back_by_an_unknown_decliner(record: list[DeclinedEntry]) -> None:
    scenario = Scenario("tiny", "tiny", "tiny", "BBB", rules(3, 2, ("men-500",)), declines=tuple(record))
    agree(scenario, 6 if FULL else 5)


@pytest.mark.parametrize("record", [RECORDS[0], RECORDS[4], RECORDS[7], RECORDS[9]], ids=str)
@pytest.mark.parametrize("names", ["A?B?", "??BA", "AAB?B", "?AB??", "BA?", "AB", "B?", "A", "AA"], ids=str)
def test_a_ranking_with_unknown_entries(record: list[DeclinedEntry], names: str) -> None:
    """The length is known, and some entries are; `?` may be anybody."""
    entries = [
        Entry(None, None) if name == "?" else Entry(name * 3, 1 + names[:number].count(name))
        for number, name in enumerate(names)
    ]
    standings = Standings({"men-500": Ranking(tuple(entries))})
    scenario = Scenario("tiny", "tiny", "tiny", None, rules(2, 2), standings=standings, declines=tuple(record))
    agree(scenario, len(names))


@pytest.mark.parametrize("record", [RECORDS[1], RECORDS[5], RECORDS[6]], ids=str)
@pytest.mark.parametrize(
    "fact", [Fact("men-500", "rank", "BBB", 3, "told"), Fact("men-500", "rank", "AAA", 1, "told")], ids=str
)
def test_a_known_rank_beside_the_record(record: list[DeclinedEntry], fact: Fact) -> None:
    scenario = Scenario("tiny", "tiny", "tiny", None, rules(2, 2), declines=tuple(record), facts=(fact,))
    agree(scenario, 6 if FULL else 5)


def test_a_cap_that_may_have_been_used_up_before_the_declines_is_refused_in_a_sentence() -> None:
    tight = rules(2, 2).with_caps({"men": 14})
    scenario = Scenario("tiny", "tiny", "tiny", None, tight, declines=(entry("AAA", 1, event="men-relay"),))
    numbers = table(scenario, "men-relay", (0, 1))
    assert Reach(scenario, numbers).completion() is not None
    tight = rules(2, 2).with_caps({"total": 8})
    with pytest.raises(InputError, match="may have been used up"):
        Reach(replace(scenario, rules=tight), numbers).completion()


def test_rules_with_quota_places_that_are_waited_for_are_refused_in_a_sentence() -> None:
    from quotaproof.scenarios import load_scenario

    beijing = load_scenario("beijing-2022")
    assert beijing.published is not None
    scenario = replace(beijing, declines=(entry("CAN", 3),))
    with pytest.raises(InputError, match="all follow from start places"):
        Reach(scenario, beijing.published.with_cells({("KAZ", "men-relay"): 0})).completion()


def test_an_entry_known_far_down_needs_entries_ahead_of_it() -> None:
    """AAA's second qualifier is at rank 4 and has no place by AAA's cap, so ranks 2 and 3 are others with a place."""
    fact = Fact("men-500", "rank", "AAA", 4, "told", 2)
    scenario = Scenario("tiny", "tiny", "tiny", None, rules(4, 1), facts=(fact,))
    assert Reach(scenario, table(scenario, "men-500", (1, 0))).completion() is None
    near = replace(scenario, facts=(replace(fact, value=2),))
    assert Reach(near, table(scenario, "men-500", (1, 0))).completion() is not None


def test_a_named_decliner_gets_an_answer_wherever_an_unknown_one_does() -> None:
    """PyeongChang with its rankings taken away: a first qualifier may have been one of three, and 60 men be passed."""
    from quotaproof.scenarios import load_scenario

    scenario = replace(load_scenario("pyeongchang-2018"), standings=Standings())
    relay = scenario.declines[0]
    named = [entry(noc, 1, taker, "men-1500") for noc, taker in (("SWE", "GBR"), ("GER", "KAZ"))]
    found = verify(replace(scenario, declines=(relay, *named)))
    assert (found.verdict, found.consistent) == ("with-changes", True)
    assert found.witness is not None
    claims = list(found.witness.rankings["men-1500"].claims())
    assert claims.index(("GER", 1)) < claims.index(("KAZ", 2))
    assert not {("GER", 2), ("SWE", 2)} & set(claims)
