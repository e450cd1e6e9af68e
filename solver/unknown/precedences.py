"""Precedence that a table implies on unknown standings: who must rank before whom, whatever else is unknown.

A pair is implied if it holds in every completion that gives the table, and does not already follow from the known
facts alone. All pairs are tested together: a solution in which some remaining pair fails strikes out every pair that
fails in it; when there is none, all that remain are proved at once. What follows from two others is left out
(transitive reduction).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, permutations, product

from quotaproof.model.errors import LimitError
from quotaproof.model.published import Published
from quotaproof.model.scenario import Scenario
from quotaproof.solver import cp_model
from quotaproof.solver.documents import PrecedenceDocument
from quotaproof.solver.engines.cpsat.status import DEFAULT, Linear, Settings
from quotaproof.solver.telling import tell

from .completions import Completions, stated
from .exchanges import Exchanges
from .row_names import host_namings
from .unknown_rankings import Completion

EFFORT = 2.0
"""Deterministic seconds of one search for a ranking in which a pair fails."""

MOST_ROUNDS = 60
"""Rankings that are looked for at most, each of which strikes out pairs; a table of Beijing's size needs about ten."""

FEW = 0.1
"""Where a ranking strikes out fewer than this share of the pairs, the next is not led to many: that takes longer."""

MANY = 3000
"""Pairs up to which every ranking is led to many that fail in it: Beijing has some 1,540, twice its NOCs 6,150."""

Place = tuple[str, str]
"""An NOC's place in an event's ranking: (event, NOC)."""

Pair = tuple[Place, Place]
"""Two places, the first before the second."""


@dataclass(frozen=True, slots=True)
class Precedence:
    """`before` must rank better than `after`; in another event's ranking if `after_event` differs from `event`."""

    event: str
    before: str
    after: str
    after_event: str

    def to_dict(self) -> PrecedenceDocument:
        """Return the precedence with the JSON keys of the command line; `after_event` only where it is another."""
        document: PrecedenceDocument = {"event": self.event, "before": self.before, "after": self.after}
        if self.after_event != self.event:
            document["after_event"] = self.after_event
        return document


def implied(scenario: Scenario, table: Published, settings: Settings = DEFAULT) -> tuple[Precedence, ...]:
    """Return the precedences that a reachable table implies on the unknown rankings of relays.

    Individual events are left out: their entries are qualifiers, and all that a table says of them is that those with
    a place rank before those without. An unnamed row goes by its place in the table. If it may be the host, what is
    implied must hold whichever row is; if it may be another NOC that the scenario names, nothing is worked out.

    Raises
    ------
    LimitError
        If the solver's effort limit was reached.
    """
    unknown = [
        event
        for event in scenario.standings.incomplete_events(scenario.rules)
        if scenario.rules.event(event).kind == "relay"
    ]
    held: set[Pair] | None = None
    known: set[Pair] | None = None
    for names in host_namings(scenario, table) or ():
        found = _held(scenario, table.renamed(names), unknown, settings)
        rows = {noc: row for row, noc in names.items()}
        held_here, known_here = ({_of_rows(pair, rows) for pair in pairs} for pairs in found)
        held = held_here if held is None else held & held_here
        known = known_here if known is None else known & known_here
    return _reduced((held or set()) - (known or set()), unknown)


def _of_rows(pair: Pair, rows: Mapping[str, str]) -> Pair:
    """A pair with NOCs replaced by the rows that they are."""
    (event, before), (other, after) = pair
    return (event, rows.get(before, before)), (other, rows.get(after, after))


def _held(scenario: Scenario, table: Published, unknown: list[str], settings: Settings) -> tuple[set[Pair], set[Pair]]:
    """Return the pairs that hold in every completion, and those of them that follow from the known facts alone."""
    whole = stated(scenario, table, settings)
    priority, completions = whole.priority, whole.completions
    line: dict[Place, Linear] = {}
    rivals: set[Pair] = set()
    for waiting in priority.in_line.values():
        for one, other in combinations(waiting, 2):
            events = [scenario.rules.relay(w.gender) for w in (one, other)]
            if events[0] is None or events[1] is None or events[0] == events[1]:
                continue
            places = (events[0].identifier, one.noc), (events[1].identifier, other.noc)
            line |= {places[0]: one.key, places[1]: other.key}
            rivals |= {places, places[::-1]}
    keys = _keys(priority.completion, unknown)
    pairs = {pair for event in unknown for pair in permutations([place for place in keys if place[0] == event], 2)}
    pairs |= {pair for pair in rivals if {place[0] for place in pair} & set(unknown)}
    near = _Near(Exchanges(scenario, table), priority.completion)
    held = _always(completions, _Keys(keys, line), pairs, near)
    known_model = cp_model.CpModel()
    known = Completion(known_model, scenario, priority.nocs)
    for event in {place[0] for pair in held for place in pair}:
        known.add(event)
    known_keys = _keys(known, known.rankings)
    return held, _always(Completions(known_model, settings), _Keys(known_keys, known_keys), held)


def _keys(completion: Completion, events: Iterable[str]) -> dict[Place, Linear]:
    return {(event, noc): key for event in events for noc, key in completion.add(event).key.items()}


def _stands(place: Place, exchanged: Mapping[str, tuple[str, str]]) -> Place:
    """Whose place an NOC has after an exchange."""
    event, noc = place
    one, other = exchanged.get(event, (noc, noc))
    return event, other if noc == one else one if noc == other else noc


@dataclass(frozen=True, slots=True)
class _Keys:
    """Where NOCs stand: in an event's ranking, and across events in line for a quota place; lower is better."""

    ranked: Mapping[Place, Linear]
    in_line: Mapping[Place, Linear]

    def of(self, pair: Pair) -> tuple[Linear, Linear]:
        """Return the keys of a pair that are compared."""
        keys = self.ranked if pair[0][0] == pair[1][0] else self.in_line
        return keys[pair[0]], keys[pair[1]]

    def hold(self, pair: Pair, solver: cp_model.CpSolver) -> bool:
        """Return whether the first is before the second in a solution."""
        one, other = self.of(pair)
        return bool(solver.value(one) < solver.value(other))

    def hold_after(self, pair: Pair, solver: cp_model.CpSolver, exchanged: Mapping[str, tuple[str, str]]) -> bool:
        """Return the same where in some events two NOCs have exchanged their ranks."""
        one, other = self.of((_stands(pair[0], exchanged), _stands(pair[1], exchanged)))
        return bool(solver.value(one) < solver.value(other))

    def reversed(self, solver: cp_model.CpSolver) -> dict[cp_model.IntVar, int]:
        """Return hints that put every event's ranking in the reverse order of a solution."""
        events: dict[str, list[tuple[int, str]]] = {}
        for (event, noc), key in self.ranked.items():
            events.setdefault(event, []).append((-int(solver.value(key)), noc))
        return {
            key: rank
            for event, places in events.items()
            for rank, (_, noc) in enumerate(sorted(places), 1)
            if isinstance(key := self.ranked[event, noc], cp_model.IntVar)
        }


class _Near:
    """Completions near a solution in which two places of different events are the wrong way round.

    Where one NOC can be the first of them and another the second, most that can be either can be both.
    """

    def __init__(self, exchanges: Exchanges, completion: Completion) -> None:
        self.exchanges = exchanges
        self.completion = completion
        self._tried: set[Pair] = set()

    def strike_out(
        self, solver: cp_model.CpSolver, keys: _Keys, wrong: Pair, remaining: Collection[Pair]
    ) -> list[Pair]:
        """Return the pairs that hold in all completions that are tried too; `wrong` does not hold in the solution."""
        (event, before), (other_event, after) = wrong
        completion = self.completion.standings(solver)
        left = dict.fromkeys(remaining)

        def fails(first: str, second: str) -> bool:
            pair = (event, first), (other_event, second)
            if pair not in left or pair in self._tried:
                return False
            self._tried.add(pair)
            exchanged = {event: (before, first), other_event: (after, second)}
            exchanged = {where: both for where, both in exchanged.items() if both[0] != both[1]}
            if not self.exchanges.give(completion, exchanged):
                return False
            moved = {(where, noc) for where, both in exchanged.items() for noc in both}
            touched = [one for one in left if one[0] in moved or one[1] in moved]  # all others hold as before
            for one in [one for one in touched if not keys.hold_after(one, solver, exchanged)]:
                del left[one]
            return True

        pairs = list(left)
        firsts = [one[1] for one, other in pairs if one[0] == event and other == (other_event, after)]
        seconds = [other[1] for one, other in pairs if other[0] == other_event and one == (event, before)]
        can_be_first = [noc for noc in firsts if fails(noc, after)]
        can_be_second = [noc for noc in seconds if fails(before, noc)]
        for first, second in product(can_be_first, can_be_second):
            fails(first, second)
        return list(left)


def _always(completions: Completions, keys: _Keys, pairs: set[Pair], near: _Near | None = None) -> set[Pair]:
    """Return the pairs of which the first is before the second in every solution."""
    remaining = sorted(pairs)
    first = completions.any()
    if first is None or not remaining:
        return pairs
    # Most pairs that fail anywhere do so in the reverse order, or in one that is near it.
    completions.some(hints=keys.reversed(first))
    for solver in completions.found:
        remaining = [pair for pair in remaining if keys.hold(pair, solver)]
    probe = completions.model.clone()
    fails = {pair: probe.new_bool_var("") for pair in remaining}
    for pair, literal in fails.items():
        one, other = keys.of(pair)
        probe.add(one >= other).only_enforce_if(literal)
    failing = Completions(probe, replace(completions.settings, limit=min(completions.settings.limit, EFFORT)))
    left, many = MOST_ROUNDS, True
    while remaining:
        if not left:
            raise LimitError("the effort for what the table implies is used up")
        tell(f"which of {len(remaining)} orders the table implies")
        found = failing.with_one_of((fails[pair] for pair in remaining), many=many)
        if found is None:
            break
        left -= 1
        held = [pair for pair in remaining if keys.hold(pair, found)]
        many = len(pairs) <= MANY or len(held) < (1 - FEW) * len(remaining)
        wrong = next((p for p in remaining if p[0][0] != p[1][0] and not keys.hold(p, found)), None)
        if near is not None and wrong is not None and not many:
            held = near.strike_out(found, keys, wrong, held)
        remaining = held
    return set(remaining)


def _reduced(held: set[Pair], events: list[str]) -> tuple[Precedence, ...]:
    """Leave out what follows from two others, then sort by event and NOC."""
    import networkx as nx

    graph: nx.DiGraph[Place] = nx.DiGraph(sorted(held))
    order: Callable[[str], int] = lambda event: events.index(event) if event in events else len(events)  # noqa: E731
    reduced = nx.transitive_reduction(graph) if graph else graph
    edges = sorted(reduced.edges, key=lambda edge: (order(edge[0][0]), order(edge[1][0]), edge))
    return tuple(Precedence(event, before, after, other) for (event, before), (other, after) in edges)
