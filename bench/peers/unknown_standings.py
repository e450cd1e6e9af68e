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
from quotaproof.model.pathways import (
    ParallelWalk,
    QuotaPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    TeamTopUp,
    refuse,
)
from quotaproof.model.pathways.remainder import fits
from quotaproof.model.published import ATHLETES, Published
from quotaproof.model.rules import GENDERS, Event, Gender
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import Fact

if TYPE_CHECKING:
    import clingo

Cell = tuple[str, str]
Repair = frozenset[tuple[str, str, int]]
"""Cells to change: NOC, column, and the number that the cell has afterwards."""

OTHER = "other"
UNRANKED = 1000
UNNAMED = ("XXA", "XXB")
"""NOCs that nothing names, where it matters which of them gains."""

OPTIONS: dict[str, tuple[str, ...]] = {
    "default": (),
    "many": ("--configuration=many",),
    "crafty": ("--configuration=crafty",),
    "handy": ("--configuration=handy",),
    "jumpy": ("--configuration=jumpy",),
    "trendy": ("--configuration=trendy",),
}
"""Settings that are tried; the fastest counts."""


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


def require_supported(scenario: Scenario) -> None:
    """Raise ValueError for what this peer does not model."""
    if scenario.readings.fifth_in_walk != "yes":
        raise ValueError("the peer knows only the reading fifth-in-walk=yes")
    if scenario.declines or scenario.abstains or scenario.waived:
        raise ValueError("the peer knows no places given back before")
    for fact in scenario.facts:
        if fact.kind not in ("rank", "ranked", "ahead-of", "qualified", "came-in-rank"):
            raise ValueError(f"the peer does not know facts of the kind {fact.kind}")


def lengths(scenario: Scenario, table: Published) -> dict[str, int]:
    """Return the number of ranks of each event: as printed, or room for every named entry and some others."""
    number = len({*scenario.nocs, *table.cells})
    found: dict[str, int] = {}
    for event in scenario.rules.events:
        known = scenario.standings.rankings.get(event.identifier)
        if known is not None:
            found[event.identifier] = len(known.entries)
            continue
        told = [fact.value for fact in scenario.facts if fact.event == event.identifier and fact.kind != "qualified"]
        own = 2 * number + 1 if event.kind == "relay" else number * _most(event) + 1
        found[event.identifier] = max(own, max(told, default=0) + 1)
    return found


def _most(event: Event) -> int:
    return 1 if event.kind == "relay" else max(3, event.noc_cap)


def facts(
    scenario: Scenario, table: Published, ranks: Mapping[str, int], *, unnamed: Sequence[str] = ()
) -> Iterator[str]:
    """Yield the scenario and the table as facts and constraints (their meaning is in completions.lp)."""
    require_supported(scenario)
    rules = scenario.rules
    nocs = sorted({*scenario.nocs, *table.cells}) + list(unnamed)
    for number, noc in enumerate(nocs):
        yield f'noc("{noc}"). order("{noc}",{number}).'
    if scenario.host:
        yield f'host("{scenario.host}").'
    yield f"phase(b). binds(b). unranked({UNRANKED})."
    yield f"total({rules.total}). need_relay({rules.quota_places.relay_athletes})."
    if rules.quota_places.bonus_from is not None:
        yield f"bonus({rules.quota_places.bonus_from})."
    for gender, cap in rules.gender_caps.items():
        if scenario.readings.gender_cap != "nominal":
            yield f"walk_cap({gender},{cap})."
        if scenario.readings.gender_cap == "hard":
            yield f"hard_cap({gender},{cap})."
    for gender in GENDERS:
        yield f"later({gender},{int(gender == scenario.readings.later_gender)})."
    longest = max((ranks[event.identifier] for event in rules.events if event.kind == "relay"), default=0)
    yield f"turn(2..{2 * longest + 1}). turn({2 * UNRANKED}..{2 * UNRANKED + 1})."
    for event in rules.events:
        yield from _event(scenario, event, ranks[event.identifier], nocs, others=not unnamed)
    yield from _pathways(scenario, ranks)
    for fact in scenario.facts:
        yield from _known(fact)
    for noc in nocs:
        row = table.cells.get(noc, {})
        yield from (f'cell("{noc}","{event.identifier}",{row.get(event.identifier, 0)}).' for event in rules.events)
        yield f'athletes("{noc}",{row.get(ATHLETES, 0)}).'


def _event(scenario: Scenario, event: Event, ranks: int, nocs: Sequence[str], *, others: bool) -> Iterator[str]:
    name = f'"{event.identifier}"'
    if event.gender == "mixed":
        yield f"mixed({name},{event.start_places})."
        yield from (f"team({gender},{number})." for gender, number in event.team.items() if number)
    else:
        yield f"{event.kind}({name},{event.gender})."
        yield f"places({name},{event.start_places}). per_noc({name},{event.noc_cap})."
    if scenario.is_host_event(event.identifier):
        yield f"guaranteed(b,{name})."
    yield f"rank({name},1..{ranks})." if ranks else ""
    most = _most(event)
    known = scenario.standings.rankings.get(event.identifier)
    if known is not None:
        most = max(most, *(entry.qualifier or 0 for entry in known.entries), 1)
        tied = {rank: group for group in known.tied for rank in group}
        for group in known.tied:
            ranks = ";".join(map(str, group))
            yield f"1 {{ row({name},I,({ranks})) }} 1 :- I = ({ranks})."
            yield f"1 {{ row({name},({ranks}),R) }} 1 :- R = ({ranks})."
        for row, entry in enumerate(known.entries, 1):
            if row not in tied:
                yield f"row({name},{row},{row})."
            if entry.noc is not None:
                yield f':- row({name},{row},R), not at({name},R,"{entry.noc}").'
            if entry.qualifier is not None:
                yield f":- row({name},{row},R), at({name},R,N), N != other, not upto({name},R,N,{entry.qualifier})."
                yield f":- row({name},{row},R), at({name},R,N), upto({name},R,N,{entry.qualifier + 1})."
                if entry.qualifier > 1:
                    yield f":- row({name},{row},R), at({name},R,other)."
        yield f":- rank({name},R), not used({name},R)."
    yield f"most({name},{most})."
    yield from (f'may({name},"{noc}").' for noc in nocs)
    if others:
        yield f"may({name},{OTHER})."


def _pathways(scenario: Scenario, ranks: Mapping[str, int]) -> Iterator[str]:
    number = step = 0
    walked: dict[str, int] = {}
    walks = [p for p in scenario.rules.pathways if isinstance(p, RelayPlaces | ParallelWalk)]
    for event in (event for walk in walks for event in walk.events):
        walked[event] = 0
    for pathway in scenario.rules.pathways:
        match pathway:
            case RelayPlaces() | ParallelWalk():
                rows = max((ranks[event] for event in pathway.events), default=0)
                for rank in range(1, rows + 1):
                    for event in pathway.events:
                        if rank <= ranks[event]:
                            step += 1
                            yield f'step({step},"{event}",{rank}).'
                            yield from (f'last({step},"{other}",{last}).' for other, last in walked.items())
                            walked[event] = rank
            case TeamTopUp():
                number += 1
                yield f"top_up({number}). runs(b,{number})."
            case Remainder():
                number += 1
                individual = -1 if pathway.individual_places is None else pathway.individual_places
                yield f"remainder({number},{pathway.quota_places},{individual},{int(pathway.relay_only)})."
                yield f"runs(b,{number})."
            case QuotaPlaces() | Reallocation():
                pass
            case _:
                refuse("the answer set program", pathway)
    yield f"end({step + 1}). ends({number})."
    yield from (f'last({step + 1},"{other}",{last}).' for other, last in walked.items())


def _known(fact: Fact) -> Iterator[str]:
    """A fact as constraints on the rankings and on what they give."""
    event, noc, value, k = f'"{fact.event}"', f'"{fact.noc}"', fact.value, fact.qualifier
    match fact.kind:
        case "rank" | "came-in-rank" if fact.noc is not None:
            # Of who came in the rank is used, the place is not (docs/scenario-format.md); of `?` neither.
            yield f":- not at({event},{value},{noc})."
            yield f":- not upto({event},{value},{noc},{k})." + f" :- upto({event},{value},{noc},{k + 1})."
        case "ranked":
            yield f":- not upto({event},R,{noc},{k}) : rank({event},R)." if value else f":- upto({event},_,{noc},{k})."
        case "ahead-of":
            yield f":- not at({event},R,{noc}) : rank({event},R)."
            yield f':- at({event},R,"{fact.other}"), not upto({event},R-1,{noc},1).'
        case "qualified":
            yield f":- not has(b,{event},{noc},{value})." if value else f":- has(b,{event},{noc},1)."


def declined(scenario: Scenario, table: Published, decline: Decline) -> Iterator[str]:
    """Yield what one decline gives back and leaves, as facts."""
    rules, noc = scenario.rules, decline.noc
    row = table.cells.get(noc, {})
    given: dict[str, int] = {}
    at_most: dict[str, int] = {}
    for event in rules.events:
        name, had = event.identifier, row.get(event.identifier, 0)
        if decline.event is not None and name != decline.event:
            continue
        if decline.gender is not None and event.gender != decline.gender:
            continue
        number = had if decline.number is None or decline.event is None else decline.number
        given[name], at_most[name] = number, had - number
    if not any(given.values()):
        raise ValueError(f"{noc} has nothing to decline")
    yield "phase(a). binds(a)."
    yield f'decliner("{noc}").'
    yield from (f'at_most("{event}","{noc}",{number}).' for event, number in at_most.items())
    left = {event.identifier: row.get(event.identifier, 0) - given.get(event.identifier, 0) for event in rules.events}
    for event in rules.events:
        name = event.identifier
        if event.gender == "mixed":
            if left[name]:
                yield f'stays("{noc}").'
        else:
            kept = {other: own.get(name, 0) for other, own in table.cells.items()} | {noc: left[name]}
            yield f'holds("{name}",{sum(kept.values())}).'
            yield from (f'held("{name}","{other}",1..{number}).' for other, number in kept.items() if number)
        waived = scenario.host == noc and name in at_most and not at_most[name]
        if scenario.is_host_event(name) and not waived:
            yield f'guaranteed(a,"{name}").'
    for gender in GENDERS:
        yield from _left_to(scenario, left, gender)
    repeats = next((p.repeats for p in rules.pathways if isinstance(p, Reallocation)), ())
    later = [p for p in rules.pathways if isinstance(p, TeamTopUp | Remainder)]
    yield from (f"runs(a,{number})." for number, p in enumerate(later, 1) if p.identifier in repeats)
    yield GAINS


def _left_to(scenario: Scenario, left: Mapping[str, int], gender: Gender) -> Iterator[str]:
    """What the decliner's remaining start places bring it: by P3, and whether a later pathway's condition holds."""
    rules, quota = scenario.rules, scenario.rules.quota_places
    numbers = [left[event.identifier] for event in rules.individual(gender)]
    relay = rules.relay(gender)
    has_relay = relay is not None and left[relay.identifier] > 0
    most = max(numbers, default=0)
    if has_relay:
        most = quota.relay_athletes + (quota.bonus_from is not None and sum(numbers) >= quota.bonus_from)
    yield f"entitled({gender},1..{most})." if most else ""
    later = [p for p in rules.pathways if isinstance(p, TeamTopUp | Remainder)]
    for number, pathway in enumerate(later, 1):
        if isinstance(pathway, Remainder) and fits(pathway, pathway.quota_places, sum(numbers), has_relay=has_relay):
            yield f"fits({number},{gender})."


GAINS = """
gain(N,E,J) :- cell(N,E,K), has(a,E,N,K+J), J = 1..9.
before(N,G,0) :- noc(N), later(G,_), not final(b,N,G,1).
before(N,G,C) :- final(b,N,G,C), not final(b,N,G,C+1).
gain(N,G,J) :- before(N,G,K), final(a,N,G,K+J), J = 1..9.
#show gain/3.
"""


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

    def models(self, **settings: str) -> list[tuple[Sequence[clingo.Symbol], Sequence[int], bool]]:
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
            on_model=lambda m: found.append((m.symbols(shown=True), tuple(m.cost), m.optimality_proven)), async_=True
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
    program = [*facts(scenario, table, lengths(scenario, table)), ":- differs(_,_). #show."]
    return bool(Asked(program, options, limit).models(solve__models="1"))


REPAIRS = """
#minimize { 1,N,E : differs(N,E) }.
value(N,E,K) :- differs(N,E), has(b,E,N,K), not has(b,E,N,K+1).
value(N,E,0) :- differs(N,E), not has(b,E,N,1), E != athletes.
value(N,athletes,K) :- differs(N,athletes), K = #count { G,C : final(b,N,G,C) }.
#show value/3.
"""


def repairs(
    scenario: Scenario, table: Published, options: Sequence[str] = (), limit: float | None = None
) -> set[Repair]:
    """Return all smallest sets of cells to change so that some completion gives the table; one empty set if it does."""
    asked = Asked([*facts(scenario, table, lengths(scenario, table)), REPAIRS], [*options, "--project=show"], limit)
    models = asked.models(solve__models="0", solve__opt_mode="optN")
    return {
        frozenset((s.arguments[0].string, _column(s.arguments[1]), s.arguments[2].number) for s in symbols)
        for symbols, _, proved in models
        if proved
    }


def _column(symbol: clingo.Symbol) -> str:
    import clingo

    return symbol.string if symbol.type == clingo.SymbolType.String else symbol.name


def gains(
    scenario: Scenario, table: Published, decline: Decline, options: Sequence[str] = (), limit: float | None = None
) -> Gains | None:
    """Return who gains by a decline in some completion and in all; None if no completion gives the table."""
    ranks = lengths(scenario, table)
    for event in scenario.rules.events:
        if event.identifier not in scenario.standings.rankings:
            more = (
                len(UNNAMED) + len({*scenario.nocs, *table.cells}) if event.kind == "relay" else event.start_places + 5
            )
            told = [fact.value for fact in scenario.facts if fact.event == event.identifier]
            ranks[event.identifier] = max(more, max(told, default=0) + 1)
    program = [
        *facts(scenario, table, ranks, unnamed=UNNAMED),
        ":- differs(_,_).",
        *declined(scenario, table, decline),
    ]
    asked = Asked(program, options, limit)
    brave = asked.models(solve__models="0", solve__enum_mode="brave")
    if not brave:
        return None
    cautious = asked.models(solve__models="0", solve__enum_mode="cautious")
    possible = {(s.arguments[0].string, _column(s.arguments[1])) for s in brave[-1][0]}
    necessary: dict[Cell, int] = {}
    for symbol in cautious[-1][0]:
        cell = symbol.arguments[0].string, _column(symbol.arguments[1])
        if cell[0] not in UNNAMED:
            necessary[cell] = max(necessary.get(cell, 0), symbol.arguments[2].number)
    return Gains(frozenset((None if noc in UNNAMED else noc, column) for noc, column in possible), necessary)
