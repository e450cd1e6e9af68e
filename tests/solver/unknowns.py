"""Tiny scenarios with unknown standings, and every completion of them by enumeration; no solver is asked.

The greedy reference allocates each completion. `OTHER`, any NOC that a scenario does not name, stands here as NOCs of
its own (XXA, XXB, ...), which must end without a place: a published table lists every NOC that has one.

Enumeration has to stop at some length of an unknown ranking. What it finds is reachable whatever the bound; what it
does not find and a solver claims is judged by replaying the solver's witness (`fault_of`).
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from quotaproof.model.allocation import Allocation
from quotaproof.model.pathways import ParallelWalk, QuotaPlaces, RelayPlaces, Remainder, TeamTopUp
from quotaproof.model.published import ATHLETES, Published
from quotaproof.model.rules import GENDERS, Event, Readings, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import Fact, FactKind
from quotaproof.model.standings.rankings import Entry, Ranking, Standings
from quotaproof.solver.engines import greedy

Claim = tuple[str, int]
Order = tuple[Claim, ...]
Orders = Mapping[str, Order]
Key = tuple[tuple[int, ...], ...]
"""A table as numbers alone: one row per NOC, in the order of the NOCs."""

NOCS = ("AAA", "BBB", "CCC", "DDD")
OTHERS = tuple(f"XX{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


# Orders of one event --------------------------------------------------------------------------------------------------


def most_qualifiers(event: Event) -> int:
    """How many qualifiers an NOC can have in an unknown ranking."""
    return 1 if event.kind == "relay" else max(3, event.noc_cap)


def orders_of_ranking(ranking: Ranking, nocs: Sequence[str], most: int) -> list[Order]:
    """Every order of a ranking whose ranks are all printed: its `?` rows filled, its ties settled either way."""
    settled = Standings({"event": ranking}).settled([("event", group) for group in ranking.tied])
    found = (order for one in settled for order in _filled(one.rankings["event"].entries, (), nocs, most))
    return list(dict.fromkeys(found))


def _filled(entries: Sequence[Entry], above: Order, nocs: Sequence[str], most: int) -> Iterator[Order]:
    if len(above) == len(entries):
        yield above
        return
    entry = entries[len(above)]
    have = {noc: sum(claim[0] == noc for claim in above) for noc, _ in (*above, *((noc, 0) for noc in nocs))}
    if entry.noc is not None and entry.qualifier is not None:
        candidates = [(entry.noc, entry.qualifier)]
    else:
        behind = {(one.noc, one.qualifier) for one in entries[len(above) :]}
        unnamed = next(noc for noc in OTHERS if noc not in have)
        most = max(most, *(one.qualifier or 0 for one in entries))
        candidates = [(noc, number + 1) for noc, number in {**have, unnamed: 0}.items() if number < most]
        candidates = [claim for claim in candidates if entry.qualifier in (None, claim[1]) and claim not in behind]
    for noc, qualifier in candidates:
        if qualifier == have.get(noc, 0) + 1:
            yield from _filled(entries, (*above, (noc, qualifier)), nocs, most)


def longer(order: Order, nocs: Sequence[str], most: int) -> Iterator[Order]:
    """Every order with one entry more. Each OTHER is an NOC of its own: a second one of the same fares no better."""
    for noc in nocs:
        have = sum(claim[0] == noc for claim in order)
        if have < most:
            yield (*order, (noc, have + 1))
    yield (*order, (OTHERS[sum(noc in OTHERS for noc, _ in order)], 1))


def agrees(fact: Fact, order: Order) -> bool:
    """Whether an order of the fact's event satisfies it (facts on places are `_places_agree`'s business)."""
    rank = {claim: number for number, claim in enumerate(order, 1)}
    claim = (fact.noc or "", fact.qualifier)
    match fact.kind:
        case "rank":
            return rank.get(claim) == fact.value
        case "declined-rank" | "came-in-rank":
            return fact.value <= len(order) and (fact.noc is None or order[fact.value - 1] == claim)
        case "ranked":
            return (claim in rank) == bool(fact.value)
        case "ahead-of":
            return claim in rank and rank[claim[0], 1] < rank.get((fact.other or "", 1), len(order) + 1)
    return True


def possible_orders(scenario: Scenario, event: str, nocs: Sequence[str], length: int) -> list[Order]:
    """Every order of an event that its rows and facts allow; one of unknown length has at most `length` entries."""
    ranking = scenario.standings.rankings.get(event)
    most = most_qualifiers(scenario.rules.event(event))
    if ranking is not None:
        orders = orders_of_ranking(ranking, nocs, most)
    else:
        orders = [()]
        for order in orders:
            if len(order) < length:
                orders += longer(order, nocs, most)
    facts = [fact for fact in scenario.facts if fact.event == event]
    return [order for order in orders if all(agrees(fact, order) for fact in facts)]


# Allocations ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Completed:
    """One completion and what it gives."""

    orders: Orders
    allocation: Allocation


def allocated(scenario: Scenario, orders: Orders) -> Allocation:
    """What the rules give for these orders; entries that gave their place back are left out."""
    gone: list[tuple[str, str, int]] = []
    for fact in scenario.facts:
        if fact.kind == "declined-rank" and fact.value <= len(orders[fact.event]):
            gone.append((fact.event, *orders[fact.event][fact.value - 1]))
    return greedy.allocate(replace(scenario, standings=Standings.of(orders).without(gone)))


def explains(scenario: Scenario, orders: Orders, allocation: Allocation) -> bool:
    """Whether an allocation is a table of named NOCs that satisfies the facts on places."""
    if allocation.status != "optimal" or not set(allocation.nocs).isdisjoint(OTHERS):
        return False
    return all(_places_agree(fact, orders, allocation) for fact in scenario.facts)


def _places_agree(fact: Fact, orders: Orders, allocation: Allocation) -> bool:
    if fact.kind == "qualified":
        number = allocation.places[fact.event].get(fact.noc or "", 0)
        return number >= fact.value if fact.value else number == 0
    if fact.kind == "start-places":
        return allocation.places[fact.event].get(fact.noc or "", 0) == fact.value
    if fact.kind == "athletes":
        men, women = allocation.athletes.get(fact.noc or "", (0, 0))
        return {"men": men, "women": women, "all": men + women}[fact.event] == fact.value
    if fact.kind == "came-in-rank":
        noc, qualifier = orders[fact.event][fact.value - 1]
        if allocation.rules.event(fact.event).gender == "mixed":
            return noc in allocation.places[fact.event]
        claim = (fact.event, noc, qualifier)
        return any(one.granted and (one.event, one.noc, one.qualifier) == claim for one in allocation.decisions)
    return True


def work(scenario: Scenario, nocs: Sequence[str], length: int) -> int:
    """About how many allocations `completions` computes."""
    number = 1
    for event in scenario.rules.events:
        if event.kind == "individual" and event.identifier not in scenario.standings.rankings:
            number *= 100
        else:
            number *= len(_worth_trying(scenario, event.identifier, nocs, length))
    return number


def completions(scenario: Scenario, nocs: Sequence[str], length: int) -> Iterator[Completed]:
    """Completions that give every table of these NOCs which orders of at most `length` entries can give.

    Each event is enumerated in full, except one individual event of unknown length: there an order goes on only while
    its event has places left and no OTHER has one, because what comes behind then changes nothing or mends nothing.
    """
    identifiers = [event.identifier for event in scenario.rules.events]
    grown = [
        event
        for event in identifiers
        if scenario.rules.event(event).kind == "individual" and event not in scenario.standings.rankings
    ][:1]
    others = [event for event in identifiers if event not in grown]
    for combination in itertools.product(*(_worth_trying(scenario, event, nocs, length) for event in others)):
        orders = dict(zip(others, combination, strict=True))
        found = _grown(scenario, orders, grown[0], nocs, length) if grown else [orders]
        for one in found:
            allocation = allocated(scenario, one)
            if explains(scenario, one, allocation):
                yield Completed(one, allocation)


def _worth_trying(scenario: Scenario, event: str, nocs: Sequence[str], length: int) -> list[Order]:
    """Possible orders, without those of an unknown relay in which an OTHER has a place or follows for no purpose."""
    orders = possible_orders(scenario, event, nocs, length)
    rules = scenario.rules.event(event)
    if event in scenario.standings.rankings or rules.kind != "relay":
        return orders
    if any(fact.event == event for fact in scenario.facts):
        return orders
    certain = 0 if rules.gender == "mixed" else rules.start_places - scenario.is_host_event(event)
    most = 0 if rules.gender == "mixed" else 1
    return [
        order
        for order in orders
        if sum(noc in OTHERS for noc, _ in order) <= most and not any(noc in OTHERS for noc, _ in order[:certain])
    ]


def _grown(scenario: Scenario, orders: Orders, event: str, nocs: Sequence[str], length: int) -> Iterator[Orders]:
    facts = [fact for fact in scenario.facts if fact.event == event]
    exact = any(fact.kind in ("declined-rank", "came-in-rank") for fact in facts)
    most, places = most_qualifiers(scenario.rules.event(event)), scenario.rules.event(event).start_places
    open_orders: list[Order] = [()]
    for order in open_orders:
        if all(agrees(fact, order) for fact in facts):
            yield {**orders, event: order}
        if len(order) == length:
            continue
        if not exact:
            given = allocated(scenario, {**orders, event: order}).places[event]
            if not set(given).isdisjoint(OTHERS):
                continue
            if sum(given.values()) == places:
                full = _first_that_agrees(order, facts, nocs, most, length)
                if full is not None:
                    yield {**orders, event: full}
                continue
        open_orders += longer(order, nocs, most)


def _first_that_agrees(
    order: Order, facts: Sequence[Fact], nocs: Sequence[str], most: int, length: int
) -> Order | None:
    """Any continuation of an order that satisfies the facts."""
    for continued in (candidates := [order]):
        if all(agrees(fact, continued) for fact in facts):
            return continued
        if len(continued) < length:
            candidates += longer(continued, nocs, most)
    return None


# Tables ---------------------------------------------------------------------------------------------------------------


def table_of(allocation: Allocation, nocs: Sequence[str]) -> Published:
    """The published layout with a row for each of these NOCs and without printed totals."""
    given = allocation.to_published()
    nothing = dict.fromkeys(given.columns, 0)
    return Published(given.columns, {noc: dict(given.cells.get(noc, nothing)) for noc in nocs}, {})


def key_of(table: Published) -> Key:
    return tuple(tuple(row[column] for column in table.columns) for row in table.cells.values())


def table_with(key: Key, rules: Rules, nocs: Sequence[str]) -> Published:
    columns = (*(event.identifier for event in rules.events), ATHLETES)
    return Published(
        columns, {noc: dict(zip(columns, row, strict=True)) for noc, row in zip(nocs, key, strict=True)}, {}
    )


def reachable_tables(scenario: Scenario, nocs: Sequence[str], length: int) -> dict[Key, Completed]:
    """Every table that some completion gives, with one such completion."""
    return {key_of(table_of(one.allocation, nocs)): one for one in completions(scenario, nocs, length)}


def neighbours(keys: Iterable[Key], rules: Rules) -> list[Key]:
    """Tables one step from these: a cell one more or less, or a start place with or without an athlete moved."""
    known = set(keys)
    found: set[Key] = set()
    caps = [*(event.noc_cap for event in rules.events), rules.total]
    places = len(caps) - 1
    for key in known:
        rows = range(len(key))
        steps = [[(row, column, more)] for row in rows for column in range(len(caps)) for more in (-1, 1)]
        for one, other in itertools.permutations(rows, 2):
            for column in range(places):
                moved = [(one, column, -1), (other, column, 1)]
                steps += [moved, [*moved, (one, places, -1), (other, places, 1)]]
        for step in steps:
            numbers = [list(row) for row in key]
            for row, column, more in step:
                numbers[row][column] += more
            if all(0 <= number <= cap for row in numbers for number, cap in zip(row, caps, strict=True)):
                found.add(tuple(map(tuple, numbers)))
    return sorted(found - known)


def fault_of(witness: Standings, scenario: Scenario, table: Published) -> str | None:
    """What is wrong with a solver's witness for a table, or None if it is a completion that gives the table.

    Unknown entries are filled with OTHERs; an event without a ranking gets its places first, then the end of the list.
    """
    orders: dict[str, Order] = {}
    for event in scenario.rules.events:
        ranking = witness.rankings.get(event.identifier)
        if ranking is None:
            row = [(noc, table.cells[noc][event.identifier]) for noc in table.nocs]
            orders[event.identifier] = tuple((noc, k) for noc, number in row for k in range(1, number + 1))
        else:
            orders[event.identifier] = _with_others(ranking)
    for event, order in orders.items():
        if event in scenario.standings.rankings:
            known = scenario.standings.rankings[event]
            most = most_qualifiers(scenario.rules.event(event))
            if len(order) != len(known.entries) or not any(
                _same_named(order, other) for other in orders_of_ranking(known, table.nocs, most)
            ):
                return f"{order} is no order of the known ranking of {event}"
        elif not _in_sequence(order):
            return f"{order} of {event} has a qualifier before a better one"
        for fact in scenario.facts:
            if fact.event == event and not agrees(fact, order):
                return f"{order} contradicts {fact}"
    allocation = allocated(scenario, orders)
    if not explains(scenario, orders, allocation):
        return f"{orders} gives an OTHER a place, ends in a tie, or contradicts a fact on places"
    if key_of(table_of(allocation, table.nocs)) != key_of(table):
        return f"{orders} gives another table"
    return None


def _with_others(ranking: Ranking) -> Order:
    unnamed = iter(OTHERS)
    return tuple(
        (next(unnamed), 1) if entry.noc is None or entry.qualifier is None else (entry.noc, entry.qualifier)
        for entry in ranking.entries
    )


def _same_named(one: Order, other: Order) -> bool:
    """Whether two orders are the same but for which OTHER is meant."""
    named = [[claim if claim[0] not in OTHERS else None for claim in order] for order in (one, other)]
    return named[0] == named[1]


def _in_sequence(order: Order) -> bool:
    have: dict[str, int] = {}
    for noc, qualifier in order:
        if qualifier != have.get(noc, 0) + 1:
            return False
        have[noc] = qualifier
    return True


# Drawing --------------------------------------------------------------------------------------------------------------


def tiny_rules(rng: random.Random) -> Rules:
    """Rules of Beijing's kind for a handful of NOCs. The caps on athletes leave room for the relays and often bind."""
    relay_athletes, relays = rng.choice([(1, 1), (1, 1), (1, 2), (2, 1)])
    bonus_from = rng.choice([None, 2, 3, 3, 4])
    events = [
        Event(f"{gender}-{distance}", gender, "individual", rng.randint(2, 4), rng.choice([1, 2, 2, 3]))
        for gender in ("men", "women")
        for distance in (500, 1000)
    ]
    walk = [event.identifier for event in events]
    rng.shuffle(walk)
    teams = dict(zip(GENDERS, rng.choice([(1, 1), (2, 1), (1, 2), (2, 2)]), strict=True))
    events += [
        Event("men-relay", "men", "relay", relays, 1),
        Event("women-relay", "women", "relay", relays, 1),
        Event("mixed-relay", "mixed", "relay", rng.randint(1, 3), 1, teams),
    ]
    room = relay_athletes * relays + (bonus_from is not None) + 3
    return Rules(
        title="tiny",
        events=tuple(events),
        total=rng.choice([2 * room, 2 * room + 1, 2 * room + 2, 30]),
        gender_caps={"men": rng.choice([room, room, room + 1, 20]), "women": rng.choice([room, room, room + 1, 20])},
        host_events=rng.choice(
            [
                tuple(event.identifier for event in events),
                ("men-500", "women-relay"),
                ("men-relay", "mixed-relay", "men-1000"),
            ]
        ),
        host_clause="host",
        pathways=(
            RelayPlaces("P1", "relays", "one", ("men-relay", "women-relay")),
            ParallelWalk("P2", "walk", "two", tuple(walk)),
            QuotaPlaces("P3", "quota", "three", relay_athletes, bonus_from),
            TeamTopUp("P4", "mixed", "four", "mixed-relay"),
            Remainder("P5", "some", "five", relay_athletes, rng.choice([1, 2, 3])),
            Remainder("P6", "any", "six", rng.choice([relay_athletes, 2]), None, rng.choice([True, False, False])),
        ),
    )


def _order(rng: random.Random, event: Event, nocs: Sequence[str], *, others: bool = True) -> Order:
    most = 1 if event.kind == "relay" else 3
    entries = [noc for noc in nocs if rng.random() < 0.85 for _ in range(rng.randint(1, most))]
    entries += ["XX"] * rng.choice([0, 0, 1, 2]) * others
    rng.shuffle(entries)
    order: list[Claim] = []
    for noc in entries:
        if noc == "XX":
            order.append((OTHERS[sum(one in OTHERS for one, _ in order)], 1))
        else:
            order.append((noc, 1 + sum(one == noc for one, _ in order)))
    return tuple(order)


@dataclass(frozen=True)
class Truth:
    """A tiny scenario whose standings are known in full, and its table."""

    scenario: Scenario
    nocs: tuple[str, ...]
    orders: Orders
    table: Published


def truth(rng: random.Random, number: int | None = None, *, loose: bool = False, others: bool = True) -> Truth:
    """Draw a scenario of three or four NOCs, in whose rankings some OTHERs stand without a place.

    With `loose` caps on athletes none ever binds; without `others` the rankings name everybody.
    """
    while True:
        rules = tiny_rules(rng)
        if loose:
            rules = rules.with_caps({"total": 60, "men": 30, "women": 30})
        nocs = NOCS[: number or rng.choice([3, 3, 4])]
        readings = Readings(
            rng.choice(["walk", "walk", "hard", "nominal"]),
            rng.choice(["refuse", "men-first", "women-first"]),
            rng.choice(["yes", "yes", "no"]),
        )
        blank = Scenario("tiny", "tiny", "tiny", rng.choice([None, *nocs]), rules, readings)
        for _ in range(40):
            orders = {event.identifier: _order(rng, event, nocs, others=others) for event in rules.events}
            scenario = replace(blank, standings=Standings.of(orders))
            allocation = greedy.allocate(scenario)
            if explains(scenario, orders, allocation):
                return Truth(scenario, nocs, orders, table_of(allocation, nocs))


def masked(
    rng: random.Random,
    true: Truth,
    blank: Sequence[str] | None = None,
    *,
    declines: bool = False,
    numbered: bool = False,
) -> Scenario:
    """Forget part of what is true: whole rankings, NOCs of single rows, ties; keep some facts, one in ten wrong.

    Parameters
    ----------
    blank
        Events whose ranking is forgotten; drawn if None.
    declines
        Whether some facts may be of declined entries.
    numbered
        Whether a `?` row may still say that it is somebody's second or third qualifier.
    """
    rules = true.scenario.rules
    identifiers = [event.identifier for event in rules.events]
    if blank is None:
        blank = rng.sample(identifiers, rng.choice([0, 1, 1, 1, 2]))
        individual = [event for event in blank if rules.event(event).kind == "individual"]
        blank = [event for event in blank if event not in individual[1:]]
    hidden = rng.choice([0, 1, 2, 3])
    rankings: dict[str, Ranking] = {}
    for event in identifiers:
        if event in blank:
            continue
        entries: list[Entry] = []
        for noc, qualifier in true.orders[event]:
            said = qualifier if rules.event(event).kind == "relay" or rng.random() < 0.3 else None
            said = None if said != 1 and not numbered else said
            if noc in OTHERS:
                entries.append(Entry(None, said))
            elif hidden and rng.random() < 0.15:
                hidden -= 1
                entries.append(Entry(None, said))
            else:
                entries.append(Entry(noc, qualifier))
        rankings[event] = Ranking(tuple(entries), _tie(rng, entries))
    partly = [event for event, ranking in rankings.items() if not ranking.complete]
    told = [*blank, *blank, *partly]
    facts = [_fact(rng, true, rng.choice(told), declines) for _ in range(rng.choice([0, 1, 1, 2, 3])) if told]
    return replace(
        true.scenario,
        standings=Standings(rankings),
        facts=tuple(fact for fact in facts if fact is not None),
    )


def _may_decline(true: Truth) -> list[str]:
    """Individual events without a host place: what a decline of the host's leaves of its guarantee is not written."""
    events = true.scenario.rules.events
    return [
        event.identifier
        for event in events
        if event.kind == "individual" and not true.scenario.is_host_event(event.identifier)
    ]


def _tie(rng: random.Random, entries: Sequence[Entry]) -> tuple[tuple[int, ...], ...]:
    if len(entries) < 3 or rng.random() > 0.12:
        return ()
    first = rng.randint(1, len(entries) - 1)
    names = [entry.noc for entry in entries[first - 1 : first + 1]]
    return ((first, first + 1),) if names[0] != names[1] or names[0] is None else ()


def _fact(rng: random.Random, true: Truth, event: str, declines: bool) -> Fact | None:
    order = true.orders[event]
    relay = true.scenario.rules.event(event).kind == "relay"
    rank = {claim: number for number, claim in enumerate(order, 1)}
    wrong = rng.random() < 0.1
    kinds: list[FactKind] = ["rank", "ranked", "qualified", "ahead-of"]
    if declines and event in _may_decline(true):
        kinds += ["declined-rank"]
    if true.scenario.rules.event(event).gender != "mixed":
        kinds += ["came-in-rank"]
    kind = rng.choice(kinds)
    noc, qualifier = rng.choice(true.nocs), 1 if relay else rng.randint(1, 3)
    named = [claim for claim in order if claim[0] in true.nocs]
    if kind == "ranked":
        return Fact(event, kind, noc, int(((noc, qualifier) in rank) != wrong), "told", qualifier)
    if kind == "qualified":
        return Fact(event, kind, noc, rng.choice([0, 1] if relay else [0, 1, 1, 2]), "told")
    if not order:
        return None
    if kind in ("declined-rank", "came-in-rank"):
        at = rng.randint(1, len(order))
        noc, qualifier = order[at - 1]
        if noc in OTHERS or rng.random() < 0.5:
            return Fact(event, kind, None, at, "told")
        return Fact(event, kind, noc, at, "told", qualifier)
    if not named:
        return None
    claim = rng.choice(named)
    if kind == "rank":
        return Fact(event, kind, claim[0], rank[claim] + wrong, "told", claim[1])
    behind = [other for other in true.nocs if rank[claim[0], 1] < rank.get((other, 1), len(order) + 1)]
    return Fact(event, kind, claim[0], 0, "told", 1, rng.choice(behind)) if behind else None


def sampled_tables(rng: random.Random, scenario: Scenario, nocs: Sequence[str], attempts: int) -> dict[Key, Completed]:
    """Tables that randomly drawn completions give, with one such completion: for unknowns too many to enumerate."""
    events = scenario.rules.events
    known = {
        event.identifier: possible_orders(scenario, event.identifier, nocs, 0)
        for event in events
        if event.identifier in scenario.standings.rankings
    }
    found: dict[Key, Completed] = {}
    for _ in range(attempts if all(known.values()) else 0):
        orders = {
            event.identifier: rng.choice(known[event.identifier])
            if event.identifier in known
            else _order(rng, event, nocs)
            for event in events
        }
        if all(agrees(fact, orders[fact.event]) for fact in scenario.facts):
            allocation = allocated(scenario, orders)
            if explains(scenario, orders, allocation):
                found[key_of(table_of(allocation, nocs))] = Completed(orders, allocation)
    return found
