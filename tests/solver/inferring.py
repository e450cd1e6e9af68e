"""Tiny questions for `infer`, and their answers by enumeration: no solver is asked.

Rankings are drawn; those of one event or two are forgotten, and facts are told of the table and of the ranks, some
of them wrong. Every ranking of the forgotten events is tried: NOCs that nothing names stand in them as XXA, XXB, ...,
each with as many entries as an NOC can have. The greedy reference allocates.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from unknowns import NOCS, OTHERS, Order, agrees, most_qualifiers, tiny_rules

from quotaproof.model.allocation import Allocation
from quotaproof.model.published import ATHLETES, CellName
from quotaproof.model.rules import GENDERS, Readings
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import ABOUT_QUOTA, EVERYTHING, Fact, FactKind
from quotaproof.model.standings.rankings import Standings
from quotaproof.solver.engines import greedy

Numbers = Mapping[CellName, int]
OTHER = "OTHER"


@dataclass(frozen=True)
class Completed:
    """One ranking of every event, and the table that it gives under one way to read the rules."""

    orders: Mapping[str, Order]
    numbers: Numbers
    totals: Mapping[str, int]


def draw(seed: int) -> Scenario:
    """A scenario of two or three NOCs with forgotten rankings and facts, and no published table."""
    rng = random.Random(f"infer {seed}")
    while True:
        rules = tiny_rules(rng)
        nocs = NOCS[: rng.choice([2, 2, 3])]
        readings = Readings(
            rng.choice(["walk", "hard", "nominal"]), rng.choice(["men-first", "women-first"]), rng.choice(["yes", "no"])
        )
        orders = {event.identifier: _order(rng, event.kind, nocs) for event in rules.events}
        blank = Scenario("tiny", "tiny", "tiny", rng.choice([None, *nocs]), rules, readings)
        allocation = greedy.allocate(replace(blank, standings=Standings.of(orders)))
        if allocation.status == "optimal":
            break
    forgotten = [rng.choice([event.identifier for event in rules.events])]
    if rng.random() < 0.3:
        relays = [e.identifier for e in rules.events if e.kind == "relay" and e.identifier not in forgotten]
        forgotten.append(rng.choice(relays))
    known = {event: order for event, order in orders.items() if event not in forgotten}
    facts = tuple(_facts(rng, blank, orders, allocation, nocs, forgotten))
    # Every NOC is named, by a fact that says nothing.
    named = tuple(Fact(rules.events[0].identifier, "start-places-at-least", noc, 0, "named") for noc in nocs)
    return replace(blank, standings=Standings.of(known), facts=(*named, *dict.fromkeys(facts)))


def _order(rng: random.Random, kind: str, nocs: Sequence[str]) -> Order:
    entries = [noc for noc in nocs for _ in range(rng.choice([0, 1, 1, 2, 3]))]
    if kind == "relay":
        entries = [noc for noc in nocs if rng.random() < 0.8]
    rng.shuffle(entries)
    return tuple((noc, entries[: place + 1].count(noc)) for place, noc in enumerate(entries))


def _facts(
    rng: random.Random,
    scenario: Scenario,
    orders: Mapping[str, Order],
    allocation: Allocation,
    nocs: Sequence[str],
    forgotten: Sequence[str],
) -> Iterator[Fact]:
    """True facts, one in four wrong by one."""
    kinds: list[FactKind] = ["start-places", "start-places-at-least", "start-places-at-most", "start-places-in-all"]
    kinds += ["athletes", "athletes-at-least", "athletes-at-most", "column-total", "rank", "ranked", "qualified"]
    events = [event.identifier for event in scenario.rules.events]
    numbers = numbers_of(scenario, allocation)
    for number in range(rng.randint(1, 6)):
        kind, noc = rng.choice(kinds), rng.choice(nocs)
        wrong = rng.choice([0, 0, 0, rng.choice([-1, 1])])
        event = rng.choice([*forgotten, *events])
        source = f"told {number}"
        if kind in ("rank", "ranked"):
            ranks = {claim: rank for rank, claim in enumerate(orders[event], 1) if claim[0] == noc}
            if kind == "ranked":
                yield Fact(event, kind, noc, int(((noc, 1) in ranks) != (wrong != 0)), source)
            elif ranks:
                claim, rank = rng.choice(sorted(ranks.items()))
                yield Fact(event, kind, noc, max(claim[1], rank + wrong), source, claim[1])
            continue
        if kind in ABOUT_QUOTA or kind == "start-places-in-all":
            event = rng.choice([*GENDERS, EVERYTHING])
        elif kind == "column-total":
            event = rng.choice([event, *GENDERS, EVERYTHING])
        fact = Fact(event, kind, None if kind == "column-total" else noc, 0, source)
        value = max(0, _told(scenario, fact, numbers, totals_of(scenario, allocation)) + wrong)
        yield replace(fact, value=value)


def numbers_of(scenario: Scenario, allocation: Allocation) -> dict[CellName, int]:
    """(NOC, column) -> number of every NOC of an allocation."""
    found: dict[CellName, int] = {}
    for noc in {*scenario.nocs, *allocation.nocs}:
        men, women = allocation.athletes.get(noc, (0, 0))
        found |= {(noc, "men"): men, (noc, "women"): women, (noc, ATHLETES): men + women}
        for event in scenario.rules.events:
            found[noc, event.identifier] = allocation.places[event.identifier].get(noc, 0)
    return found


def totals_of(scenario: Scenario, allocation: Allocation) -> dict[str, int]:
    """Event, gender or `all` -> the total of all NOCs."""
    men, women = allocation.totals
    totals = {"men": men, "women": women, EVERYTHING: men + women}
    return totals | {e.identifier: sum(allocation.places[e.identifier].values()) for e in scenario.rules.events}


def _told(scenario: Scenario, fact: Fact, numbers: Numbers, totals: Mapping[str, int]) -> int:
    """The number that a fact is about."""
    if fact.kind == "column-total":
        return totals[fact.event]
    noc = fact.noc or ""
    if fact.kind == "start-places-in-all":
        genders = [gender for gender in GENDERS if fact.event in (gender, EVERYTHING)]
        events = [event.identifier for gender in genders for event in scenario.rules.individual(gender)]
        return sum(numbers.get((noc, event), 0) for event in events)
    return numbers.get((noc, ATHLETES if fact.event == EVERYTHING else fact.event), 0)


def holds(scenario: Scenario, fact: Fact, one: Completed) -> bool:
    """Whether a fact is true of a completion."""
    if fact.kind in ("rank", "ranked"):
        return agrees(fact, one.orders[fact.event])
    number = _told(scenario, fact, one.numbers, one.totals)
    if fact.kind.endswith("at-least") or (fact.kind == "qualified" and fact.value):
        return number >= fact.value
    return number <= fact.value if fact.kind.endswith("at-most") else number == fact.value


def orders_of(scenario: Scenario, event: str) -> Iterator[Order]:
    """Every ranking of a forgotten event, up to what its places and its ranks make worth trying.

    Of NOCs that nothing names, one with a letter comes only when those with earlier letters are there.
    """
    rules = scenario.rules.event(event)
    pinned = max((f.value for f in scenario.facts if f.event == event and f.kind == "rank"), default=0)
    length = max(pinned, rules.start_places + 1)
    most = most_qualifiers(rules)

    def further(order: Order) -> Iterator[Order]:
        yield order
        if len(order) == length:
            return
        present = [noc for noc, _ in order]
        others = [noc for noc in OTHERS if noc in present]
        for noc in (*scenario.nocs, *others, OTHERS[len(others)]):
            if present.count(noc) < most:
                yield from further((*order, (noc, present.count(noc) + 1)))

    return further(())


def work(scenario: Scenario) -> int:
    """About how many rankings are tried."""
    number = 1
    for event in scenario.rules.events:
        if event.identifier in scenario.standings.rankings:
            continue
        count = 0
        for _ in orders_of(scenario, event.identifier):
            count += 1
            if count > 6000:
                return 10**9
        number *= count
    return number


def completions(scenario: Scenario, readings: Sequence[Mapping[str, str]]) -> list[Completed]:
    """Every completion under every one of these ways to read the rules, whatever the facts say."""
    forgotten = [e.identifier for e in scenario.rules.events if e.identifier not in scenario.standings.rankings]
    known = {event: tuple(r.claims()) for event, r in scenario.standings.rankings.items()}
    found: list[Completed] = []
    plain = replace(scenario, facts=())
    for combination in itertools.product(*(list(orders_of(scenario, event)) for event in forgotten)):
        orders = {**known, **dict(zip(forgotten, combination, strict=True))}
        for values in readings:
            read = replace(plain, readings=plain.readings.with_values(values), standings=Standings.of(orders))
            allocation = greedy.allocate(read)
            if allocation.status == "optimal":
                found.append(Completed(orders, numbers_of(plain, allocation), totals_of(plain, allocation)))
    return found


def ranges_of(scenario: Scenario, tables: Sequence[Completed]) -> dict[CellName, tuple[int, int]]:
    """The least and the greatest of each number, and of any one NOC that nothing names."""
    columns = (*(event.identifier for event in scenario.rules.events), *GENDERS, ATHLETES)
    found: dict[CellName, tuple[int, int]] = {}
    for column in columns:
        for noc in scenario.nocs:
            values = [one.numbers.get((noc, column), 0) for one in tables]
            found[noc, column] = min(values), max(values)
        others = [number for one in tables for (noc, c), number in one.numbers.items() if c == column and noc in OTHERS]
        found[OTHER, column] = 0, max(others, default=0)
    return found


def naive_conflicts(items: Sequence[Fact], consistent: Callable[[Sequence[Fact]], bool]) -> list[tuple[Fact, ...]]:
    """All minimal inconsistent sets, by trying every set from the smallest."""
    found: list[tuple[Fact, ...]] = []
    for size in range(1, len(items) + 1):
        for one in itertools.combinations(items, size):
            if not any(set(smaller) <= set(one) for smaller in found) and not consistent(one):
                found.append(one)
    return found
