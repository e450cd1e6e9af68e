"""clingo: questions about unknown standings (completions.lp), each answer set a completion.

A table is reachable if there is an answer set that gives it; its repairs are those with the fewest cells that differ
(`#minimize`); recipients of a decline are possible if in some answer set (brave reasoning), necessary if in all
(cautious reasoning); what no completion gives is unsatisfiable under an assumption.

Rankings of unknown length end somewhere here (`lengths`): a bound that is generous for what is asked, and that the
product's own answer, which has none, is compared with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bench.timing import clock
from quotaproof.model.changes import Decline
from quotaproof.model.published import TOTAL, Published
from quotaproof.model.rules import Gender
from quotaproof.model.scenario import Scenario

from .unknown_facts import declined, facts, is_large, lengths

if TYPE_CHECKING:
    import clingo

Cell = tuple[str, str]
Repair = frozenset[tuple[str, str, int]]
"""Cells to change: NOC, column, and the number that the cell has afterwards."""

UNNAMED = ("XXA", "XXB", "XXC", "XXD")
"""NOCs that nothing names, where it matters which of them gains."""

OPTIONS: dict[str, tuple[str, ...]] = {
    "core-guided": ("--opt-strategy=usc",),
    "default": (),
    "core-guided, crafty": ("--opt-strategy=usc", "--configuration=crafty"),
    "core-guided, trendy": ("--opt-strategy=usc", "--configuration=trendy"),
    "core-guided, handy": ("--opt-strategy=usc", "--configuration=handy"),
    "core-guided, no SAT preprocessing": ("--opt-strategy=usc", "--sat-prepro=no", "--eq=0"),
}
"""Settings that are tried; the fastest counts. How it optimises matters to repairs only."""


class TooSlowError(Exception):
    """clingo did not answer within the seconds that it was given."""


@dataclass(frozen=True)
class Gains:
    """Who gains by a decline; None stands for an NOC that nothing names."""

    possible: frozenset[tuple[str | None, str]]
    necessary: Mapping[Cell, int]


@cache
def encoding() -> str:
    return Path(__file__).with_name("completions.lp").read_text(encoding="utf-8")


# Solving --------------------------------------------------------------------------------------------------------------


class Asked:
    """A ground program, and what is asked of it."""

    def __init__(self, program: Iterable[str], options: Sequence[str] = (), limit: float | None = None) -> None:
        import clingo

        begin = clock()
        self.limit = limit
        self.control = clingo.Control([*options, "--warn=none"])
        self.control.add("base", [], encoding() + "\n".join(program))
        self.control.ground([("base", [])])
        self.build, self.solve = clock() - begin, 0.0

    def models(
        self, assumptions: Sequence[tuple[clingo.Symbol, bool]] = (), **settings: str
    ) -> list[tuple[Sequence[clingo.Symbol], Sequence[int], bool]]:
        """Return all models that clingo reports: what is shown, the costs, and whether it is proved to be optimal.

        Raises
        ------
        TooSlowError
            If it has not answered when its seconds are over.
        """
        for name, value in settings.items():
            part = self.control.configuration
            *path, last = name.split("__")
            for step in path:
                part = getattr(part, step)
            setattr(part, last, value)
        found: list[tuple[Sequence[clingo.Symbol], Sequence[int], bool]] = []
        begin = clock()
        with self.control.solve(
            assumptions=assumptions,
            on_model=lambda m: found.append((m.symbols(shown=True), tuple(m.cost), m.optimality_proven)),
            async_=True,
        ) as handle:
            if not handle.wait(self.limit):
                handle.cancel()
                raise TooSlowError
            if not handle.get().exhausted and settings.get("solve__models") != "1":
                raise RuntimeError("clingo did not prove its answer")
        self.solve += clock() - begin
        return found


def reachable(scenario: Scenario, table: Published, options: Sequence[str] = (), limit: float | None = None) -> bool:
    """Return whether some completion gives the table."""
    asked = Asked([*_stated(scenario, table), ":- differs(_,_). #show used_up/0."], options, limit)
    models = asked.models(solve__models="1")
    _require_exact(symbols for symbols, _, _ in models)
    return bool(models)


def excluded(
    scenario: Scenario,
    table: Published,
    noc: str,
    gender: Gender,
    least: int,
    options: Sequence[str] = (),
    limit: float | None = None,
) -> bool:
    """Return whether no completion that gives the table has an NOC with so many quota places of a gender.

    That is unsatisfiability under an assumption.
    """
    import clingo

    asked = Asked([*_stated(scenario, table), ":- differs(_,_). #show used_up/0."], options, limit)
    number = [clingo.Function("b"), clingo.String(noc), clingo.Function(gender), clingo.Number(least)]
    models = asked.models([(clingo.Function("final", number), True)], solve__models="1")
    _require_exact(symbols for symbols, _, _ in models)
    return not models


def _stated(scenario: Scenario, table: Published) -> Iterator[str]:
    large = is_large(scenario, table)
    return facts(scenario, table, lengths(scenario, table, large=large), large=large)


def _require_exact(models: Iterable[Sequence[clingo.Symbol]]) -> None:
    """Raise ValueError if a model rests on refusals for a cap whose moment a large scenario leaves open."""
    if any(symbol.name == "used_up" for symbols in models for symbol in symbols):
        raise ValueError("a cap on athletes is used up; the peer does not model when, in a large scenario")


REPAIRS = """
#minimize { 1,N,E : differs(N,E) }.
value(N,E,K) :- differs(N,E), has(b,E,N,K), not has(b,E,N,K+1).
value(N,E,0) :- differs(N,E), noc(N), not has(b,E,N,1), E != athletes.
value(N,athletes,K) :- differs(N,athletes), K = #count { G,C : final(b,N,G,C) }.
value(total,E,K) :- differs(total,E), E != athletes, K = #count { N,C : has(b,E,N,C) }.
value(total,athletes,K) :- differs(total,athletes), K = #count { N,G,C : final(b,N,G,C) }.
#show value/3. #show used_up/0.
"""


def repairs(
    scenario: Scenario, table: Published, options: Sequence[str] = (), limit: float | None = None
) -> set[Repair]:
    """Return all smallest sets of cells to change so that some completion gives the table; one empty set if it does."""
    asked = Asked([*_stated(scenario, table), REPAIRS], [*options, "--project=show"], limit)
    models = asked.models(solve__models="0", solve__opt_mode="optN")
    best = [symbols for symbols, _, proved in models if proved]
    _require_exact(best)
    return {
        frozenset((_text(s.arguments[0]), _text(s.arguments[1]), s.arguments[2].number) for s in symbols)
        for symbols in best
    }


def _text(symbol: clingo.Symbol) -> str:
    import clingo

    if symbol.type == clingo.SymbolType.String:
        return symbol.string
    return TOTAL if symbol.name == "total" else symbol.name


def gains(
    scenario: Scenario, table: Published, decline: Decline, options: Sequence[str] = (), limit: float | None = None
) -> Gains | None:
    """Return who gains by a decline in some completion and in all; None if no completion gives the table."""
    large = is_large(scenario, table)
    ranks = lengths(scenario, table, large=large)
    for event in scenario.rules.events:
        if event.identifier not in scenario.standings.rankings and not large:
            number = len({*scenario.nocs, *table.cells})
            more = len(UNNAMED) + number if event.kind == "relay" else event.start_places + 5
            told = [fact.value for fact in scenario.facts if fact.event == event.identifier]
            ranks[event.identifier] = max(more, max(told, default=0) + 1)
    program = [
        *facts(scenario, table, ranks, large=large, unnamed=UNNAMED),
        ":- differs(_,_). #show used_up/0.",
        *declined(scenario, table, decline, large=large),
    ]
    asked = Asked(program, options, limit)
    brave = [symbols for symbols, _, _ in asked.models(solve__models="0", solve__enum_mode="brave")]
    if not brave:
        return None
    _require_exact(brave)
    cautious = [symbols for symbols, _, _ in asked.models(solve__models="0", solve__enum_mode="cautious")]
    possible = {(s.arguments[0].string, _text(s.arguments[1])) for s in brave[-1]}
    necessary: dict[Cell, int] = {}
    for symbol in cautious[-1]:
        cell = symbol.arguments[0].string, _text(symbol.arguments[1])
        if cell[0] not in UNNAMED:
            necessary[cell] = max(necessary.get(cell, 0), symbol.arguments[2].number)
    return Gains(frozenset((None if noc in UNNAMED else noc, column) for noc, column in possible), necessary)
