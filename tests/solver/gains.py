"""Who gains by declines under unknown standings, by writing down every completion; no solver is asked.

The greedy reference allocates each completion, and answers the declines in it. NOCs that the scenario does not name
stand here as codes of their own. Rankings of unknown length have to stop somewhere: behind the entries with a place at
most `tail` others follow.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tiny import READINGS, tiny

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Decline
from quotaproof.model.errors import InputError
from quotaproof.model.pathways import (
    ParallelWalk,
    Pathway,
    QuotaPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    TeamTopUp,
)
from quotaproof.model.published import Published
from quotaproof.model.rules import GENDERS, Event, Readings, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import Fact
from quotaproof.model.standings.rankings import Entry, Ranking, Standings
from quotaproof.solver.declines import after_declines
from quotaproof.solver.engines import engine, greedy
from quotaproof.solver.unknown.reachability import cap_binds

Order = tuple[tuple[str, int], ...]
Gains = dict[tuple[str, str], int]

NOCS = ("AAA", "BBB", "CCC")
OTHERS = ("XXA", "XXB")
"""NOCs that no scenario names."""


@dataclass(frozen=True)
class Question:
    """A scenario with unknown standings, a table that its rules can give, and declines."""

    scenario: Scenario
    table: Published
    declines: tuple[Decline, ...]


# Enumeration ----------------------------------------------------------------------------------------------------------


def orders_of(question: Question, event: Event, tail: int) -> list[Order]:
    """Every order of an event that its rows and facts allow and that gives the table's column.

    No cap on athletes refuses a start place here (`question` sees to it), so a column follows from its own ranking.
    """
    scenario = question.scenario
    column = {noc: row[event.identifier] for noc, row in question.table.cells.items() if row[event.identifier]}
    known = scenario.standings.rankings.get(event.identifier)
    length = len(known.entries) if known is not None else None
    host = scenario.host if scenario.is_host_event(event.identifier) else None
    most = 1 if event.kind == "relay" else max(3, event.noc_cap)
    found: list[Order] = []

    def fits(order: Order) -> bool:
        entry = known.entries[len(order) - 1] if known is not None else None
        return entry is None or (entry.noc in (None, order[-1][0]) and entry.qualifier in (None, order[-1][1]))

    def extend(order: Order, given: dict[str, int], refused: int) -> None:
        final = {**given, host: max(1, given.get(host, 0))} if host is not None else given
        if (length is None or len(order) == length) and (event.gender == "mixed" or final == column):
            found.append(order)
        if length is not None and len(order) == length:
            return
        for noc in (*sorted({*NOCS, *scenario.nocs, *question.table.cells}), *OTHERS):
            k = 1 + sum(one == noc for one, _ in order)
            longer = (*order, (noc, k))
            if k > most or not fits(longer):
                continue
            if event.gender == "mixed":
                extend(longer, given, refused)
                continue
            kept = host is not None and noc != host and host not in given
            if given.get(noc, 0) < event.noc_cap and sum(given.values()) + kept < event.start_places:
                if given.get(noc, 0) < column.get(noc, 0):
                    extend(longer, {**given, noc: given.get(noc, 0) + 1}, refused)
            elif event.kind == "relay" or refused < tail:
                extend(longer, given, refused + 1)

    extend((), {}, 0)
    facts = [fact for fact in scenario.facts if fact.event == event.identifier]
    return [order for order in found if all(_agrees(fact, order) for fact in facts)]


def _agrees(fact: Fact, order: Order) -> bool:
    return order[fact.value - 1 : fact.value] == ((fact.noc or "", fact.qualifier),)


def number_of_completions(question: Question, tail: int) -> int:
    """How many `completions` would try."""
    number = 1
    for event in question.scenario.rules.events:
        number *= len(orders_of(question, event, tail))
    return number


def completions(question: Question, tail: int, drawn: tuple[random.Random, int] | None = None) -> Iterator[Standings]:
    """Every completion (or, if `drawn`, so many of them drawn at random), but for the names of the unnamed."""
    events = question.scenario.rules.events
    choices = [orders_of(question, event, tail) for event in events]
    combinations: Iterator[tuple[Order, ...]] = itertools.product(*choices)
    if drawn is not None and all(choices):
        rng, number = drawn
        combinations = (tuple(rng.choice(orders) for orders in choices) for _ in range(number))
    for orders in combinations:
        unnamed = [noc for order in orders for noc, _ in order if noc in OTHERS]
        if list(dict.fromkeys(unnamed)) == list(OTHERS[: len(set(unnamed))]):
            yield Standings.of({event.identifier: order for event, order in zip(events, orders, strict=True)})


def gains_in(question: Question, standings: Standings) -> Gains | None:
    """What everybody gains under complete standings; None if they do not give the table, or end in a tie."""
    scenario = replace(question.scenario, standings=standings, facts=())
    before = greedy.allocate(scenario)
    if before.status == "tie" or before.to_published().cells != {
        n: r for n, r in question.table.cells.items() if any(r.values())
    }:
        return None
    after = after_declines(scenario, before, question.declines, engine("greedy"), "sequential").allocation
    if after.status == "tie":
        return None
    return gains_between(before, after)


def gains_between(before: Allocation, after: Allocation) -> Gains:
    """NOC and column (an event, `men` or `women`) -> places gained; no losses."""
    gains: Gains = {}
    for noc in {*before.nocs, *after.nocs}:
        for event in before.places:
            gains[noc, event] = after.places[event].get(noc, 0) - before.places[event].get(noc, 0)
        for index, gender in enumerate(("men", "women")):
            gains[noc, gender] = after.athletes.get(noc, (0, 0))[index] - before.athletes.get(noc, (0, 0))[index]
    return {cell: number for cell, number in gains.items() if number > 0}


@dataclass(frozen=True)
class Answer:
    """Gains in all completions (with the least number) and in any; None stands for an unnamed NOC."""

    necessary: Mapping[tuple[str, str], int]
    possible: frozenset[tuple[str | None, str]]
    completions: int


def answer(question: Question, tail: int, drawn: tuple[random.Random, int] | None = None) -> Answer | None:
    """Return who gains, or None if no completion gives the table without a tie."""
    necessary: Gains | None = None
    possible: set[tuple[str | None, str]] = set()
    number = 0
    for standings in completions(question, tail, drawn):
        gains = gains_in(question, standings)
        if gains is None:
            continue
        number += 1
        possible |= {(None if noc in OTHERS else noc, column) for noc, column in gains}
        named = {cell: n for cell, n in gains.items() if cell[0] not in OTHERS}
        necessary = named if necessary is None else {c: min(n, named[c]) for c, n in necessary.items() if c in named}
    return None if necessary is None else Answer(necessary, frozenset(possible), number)


# Drawing --------------------------------------------------------------------------------------------------------------


def tiny_rules(rng: random.Random) -> Rules:
    """Rules of Beijing's kind for three NOCs, with room for the relays and few quota places left over.

    After a decline the mixed relay is always gone through again, other pathways mostly.
    """
    events = [Event("men-500", "men", "individual", rng.randint(1, 3), rng.choice([1, 2, 2, 3]))]
    second = rng.choice(["men-1000", "women-500", "women-500", None])
    if second:
        gender = "men" if second.startswith("men") else "women"
        events.append(Event(second, gender, "individual", rng.randint(1, 2), rng.choice([1, 2])))
    walk = [event.identifier for event in events]
    relays = rng.choice([["men-relay"], ["men-relay"], ["men-relay", "women-relay"], ["women-relay"]])
    if rng.random() < 0.5:
        relays.reverse()
    events += [
        Event(name, "men" if name == "men-relay" else "women", "relay", rng.choice([1, 1, 2]), 1) for name in relays
    ]
    mixed = rng.random() < 0.5
    if mixed:
        events.append(
            Event(
                "mixed-relay",
                "mixed",
                "relay",
                rng.randint(1, 2),
                1,
                dict(zip(GENDERS, rng.choice([(1, 1), (2, 1), (1, 2)]), strict=True)),
            )
        )
    athletes = rng.choice([1, 2, 2])
    bonus = rng.choice([None, 2, 3])
    pathways: list[Pathway] = [
        RelayPlaces("P1", "relays", "one", tuple(relays)),
        ParallelWalk("P2", "walk", "two", tuple(walk)),
        QuotaPlaces("P3", "quota", "three", athletes, bonus),
    ]
    if mixed:
        pathways.append(TeamTopUp("P4", "mixed", "four", "mixed-relay"))
    if rng.random() < 0.6:
        pathways.append(Remainder("P5", "some", "five", athletes, rng.choice([1, 2, 3])))
    if rng.random() < 0.8:
        pathways.append(Remainder("P6", "any", "six", rng.choice([athletes, 2]), None, rng.choice([True, False])))
    repeats = tuple(p.identifier for p in pathways[3:] if isinstance(p, TeamTopUp) or rng.random() < 0.85)
    pathways.append(Reallocation("P7", "declines", "seven", repeats))
    names = [event.identifier for event in events]
    return Rules(
        title="tiny",
        events=tuple(events),
        total=rng.randint(8, 16),
        gender_caps=rng.choice([{"men": 8, "women": 8}, {"men": 20, "women": 20}]),
        host_events=tuple(rng.choice([names, names[:1], relays])),
        host_clause="host",
        pathways=tuple(pathways),
    )


def _order(rng: random.Random, event: Event) -> Order:
    entries = [
        noc for noc in NOCS if rng.random() < 0.8 for _ in range(1 if event.kind == "relay" else rng.randint(1, 3))
    ]
    rng.shuffle(entries)
    return tuple((noc, 1 + entries[:row].count(noc)) for row, noc in enumerate(entries))


def _declines(rng: random.Random, scenario: Scenario, first: Allocation) -> tuple[Decline, ...]:
    noc = rng.choice(sorted({noc for places in first.places.values() for noc in places}))
    event = rng.choice([event for event, places in first.places.items() if places.get(noc)])
    gender = scenario.rules.event(event).gender
    options = [Decline(noc), Decline(noc, event), Decline(noc, event, rng.randint(1, first.places[event][noc]))]
    if gender != "mixed":
        options.append(Decline(noc, gender=gender))
    return (rng.choice(options),)


def question(seed: int) -> Question:
    """Draw a scenario, its table, and a decline.

    All individual events are full, and nothing is known of their rankings; a relay's is known in full or not at all.
    """
    rng = random.Random(f"gains {seed}")
    while True:
        rules = tiny_rules(rng)
        orders = {event.identifier: _order(rng, event) for event in rules.events}
        readings = Readings(
            rng.choice(["walk", "walk", "hard", "nominal"]), rng.choice(["refuse", "men-first", "women-first"])
        )
        host = rng.choice([None, None, *NOCS])
        scenario = Scenario(f"tiny-{seed}", "tiny", "tiny", host, rules, readings, Standings.of(orders))
        try:
            first = greedy.allocate(scenario)
        except InputError:
            continue
        relays = [event.identifier for event in rules.events if event.kind == "relay"]
        known = Standings({e: scenario.standings.rankings[e] for e in relays if rng.random() < 0.4})
        table = table_of(first)
        full = all(table.column_sum(e.identifier) == e.start_places for e in rules.events if e.kind == "individual")
        if first.status == "tie" or not full or cap_binds(scenario, table) or not has_room(rules):
            continue
        chosen = _declines(rng, scenario, first)
        return Question(replace(scenario, standings=known, published=table), table, chosen)


def table_of(allocation: Allocation) -> Published:
    """The published layout with a row for each NOC and without printed totals."""
    given = allocation.to_published()
    nothing = dict.fromkeys(given.columns, 0)
    nocs = sorted({*NOCS, *given.cells})
    return Published(given.columns, {noc: dict(given.cells.get(noc, nothing)) for noc in nocs}, {})


def has_room(rules: Rules) -> bool:
    """Whether no cap on athletes can refuse a relay (otherwise what-if with unknown standings is refused)."""
    quota = rules.quota_places
    most = {
        gender: quota.relay_athletes * relay.start_places if (relay := rules.relay(gender)) else 0 for gender in GENDERS
    }
    beyond = 3 + (quota.bonus_from is not None)
    return (
        all(most[gender] + beyond <= rules.gender_caps[gender] for gender in GENDERS)
        and sum(most.values()) + 2 * beyond <= rules.total
    )


# Caps that bind after the decline, and relays that are known in part --------------------------------------------------


def bound_question(seed: int) -> Question | None:
    """Draw a scenario in which caps mostly bind after a decline, and relays may be known in part; None if it fails.

    Its rules are those of `tiny`, or of this module with smaller caps. It may be a question that is refused.
    """
    rng = random.Random(f"bound {seed}")
    if rng.random() < 0.5:
        scenario = _tiny_with_reallocation(rng, seed)
    else:
        caps = {gender: rng.randint(3, 9) for gender in GENDERS}
        rules = replace(tiny_rules(rng), total=rng.randint(5, 16), gender_caps=caps)
        orders = Standings.of({event.identifier: _order(rng, event) for event in rules.events})
        readings = Readings(
            rng.choice(["walk", "walk", "hard", "nominal"]), rng.choice(["refuse", "men-first", "women-first"])
        )
        scenario = Scenario(f"bound-{seed}", "bound", "tiny", rng.choice([None, *NOCS]), rules, readings, orders)
    try:
        first = greedy.allocate(scenario)
    except InputError:
        return None
    if first.status == "tie" or not any(first.places.values()):
        return None
    table = table_of(first)
    rankings, facts = _partly(rng, scenario)
    masked = replace(scenario, standings=Standings(rankings), facts=facts, published=table)
    return Question(masked, table, _declines(rng, scenario, first))


def _tiny_with_reallocation(rng: random.Random, seed: int) -> Scenario:
    """A scenario of `tiny`, with a pathway for what is given back and more room for athletes."""
    scenario = tiny(seed, {**rng.choice(READINGS), "fifth-in-walk": "yes"})
    left_over = [pathway.identifier for pathway in scenario.rules.pathways[3:]]
    repeats = tuple(pathway for pathway in left_over if rng.random() < 0.85)
    rules = replace(
        scenario.rules,
        pathways=(*scenario.rules.pathways, Reallocation("P7", "declines", "seven", repeats)),
        total=rng.randint(12, 24),
        gender_caps={gender: rng.randint(6, 12) for gender in GENDERS},
    )
    return replace(scenario, rules=rules)


def _partly(rng: random.Random, scenario: Scenario) -> tuple[dict[str, Ranking], tuple[Fact, ...]]:
    """What stays known of relays: all, nothing, some rows, or the rank of one NOC."""
    rankings: dict[str, Ranking] = {}
    facts: list[Fact] = []
    for event in scenario.rules.events:
        if event.kind != "relay":
            continue
        entries = scenario.standings.rankings[event.identifier].entries
        match rng.choice(["known", "known", "unknown", "unknown", "rows", "fact"]):
            case "known":
                rankings[event.identifier] = Ranking(entries)
            case "rows":
                rows = tuple(entry if rng.random() < 0.6 else Entry(None, None) for entry in entries)
                rankings[event.identifier] = Ranking(rows)
            case "fact" if entries:
                rank = rng.randrange(len(entries))
                facts.append(Fact(event.identifier, "rank", str(entries[rank].noc), rank + 1, "told"))
            case _:
                pass
    return rankings, tuple(facts)
