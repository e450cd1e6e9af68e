"""Scenarios with unknown standings as facts of an answer set program (completions.lp), for clingo.

Of small scenarios every ranking is written down, rank by rank. Of large ones only those are of which something is
known: where nothing is, any distribution within the caps comes out of some ranking (docs/model.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

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

OTHER = "other"
UNRANKED = 1000
ABOUT_RANKS = ("rank", "ranked", "ahead-of", "declined-rank", "came-in-rank")
BEHIND = 8
"""Ranks behind the start places in the rankings of a large scenario."""


def require_supported(scenario: Scenario, table: Published) -> None:
    """Raise ValueError for what this peer does not model."""
    if table.unnamed or scenario.aliases:
        raise ValueError("the peer knows neither unnamed rows nor aliases")
    if scenario.readings.fifth_in_walk != "yes":
        raise ValueError("the peer knows only the reading fifth-in-walk=yes")
    if scenario.declines or scenario.abstains or scenario.waived:
        raise ValueError("the peer knows no places given back before")
    for fact in scenario.facts:
        if fact.kind not in (*ABOUT_RANKS, "qualified"):
            raise ValueError(f"the peer does not know facts of the kind {fact.kind}")


def is_large(scenario: Scenario, table: Published) -> bool:
    """Return whether rankings of which nothing is known are left out."""
    return len({*scenario.nocs, *table.cells}) > 6


def lengths(scenario: Scenario, table: Published, *, large: bool) -> dict[str, int]:
    """Return the number of ranks of each event: as printed, or room for what may matter; 0 if it goes without."""
    number = len({*scenario.nocs, *table.cells})
    found: dict[str, int] = {}
    for event in scenario.rules.events:
        known = scenario.standings.rankings.get(event.identifier)
        if known is not None:
            found[event.identifier] = len(known.entries)
            continue
        told = [fact.value for fact in scenario.facts if fact.event == event.identifier and fact.kind in ABOUT_RANKS]
        own = 2 * number + 1 if event.kind == "relay" else number * _most(event) + 1
        if large:
            own = event.start_places + (BEHIND if event.kind == "relay" else 1)
        found[event.identifier] = max(own, max(told, default=0) + 1)
        if large and event.kind == "individual" and not told:
            found[event.identifier] = 0
    return found


def _most(event: Event) -> int:
    return 1 if event.kind == "relay" else max(3, event.noc_cap)


def facts(
    scenario: Scenario, table: Published, ranks: Mapping[str, int], *, large: bool, unnamed: Sequence[str] = ()
) -> Iterator[str]:
    """Yield the scenario and the table as facts and constraints (their meaning is in completions.lp)."""
    require_supported(scenario, table)
    rules = scenario.rules
    nocs = sorted({*scenario.nocs, *table.cells}) + list(unnamed)
    for number, noc in enumerate(nocs):
        yield f'noc("{noc}"). order("{noc}",{number}).'
    if scenario.host:
        yield f'host("{scenario.host}").'
    yield f"phase(b). unranked({UNRANKED})."
    if not large:
        yield "binds(b)."
    elif any(
        rules.quota_places.relay_athletes * relay.start_places > min(rules.gender_caps[gender], rules.total // 2)
        for gender in GENDERS
        if (relay := rules.relay(gender)) is not None
    ):
        raise ValueError("the peer does not know caps that may refuse a relay of a large scenario")
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
        if large and event.kind == "individual" and unnamed and ranks[event.identifier]:
            yield f'may("{event.identifier}",{OTHER}).'
    yield from _pathways(scenario, ranks, large=large)
    for fact in scenario.facts:
        yield from _known(fact)
    for column, number in table.totals.items():
        yield f"printed({ATHLETES if column == ATHLETES else chr(34) + column + chr(34)},{number})."
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
    if ranks:
        yield f"rank({name},1..{ranks})."
    elif event.kind == "individual" and event.identifier not in scenario.standings.rankings:
        yield f"loose(b,{name})."
    most = _most(event)
    known = scenario.standings.rankings.get(event.identifier)
    if known is not None:
        most = max(most, *(entry.qualifier or 0 for entry in known.entries), 1)
        tied = {rank: group for group in known.tied for rank in group}
        for group in known.tied:
            any_of = ";".join(map(str, group))
            yield f"1 {{ row({name},I,({any_of})) }} 1 :- I = ({any_of})."
            yield f"1 {{ row({name},({any_of}),R) }} 1 :- R = ({any_of})."
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


def _pathways(scenario: Scenario, ranks: Mapping[str, int], *, large: bool) -> Iterator[str]:
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
                            if not large:
                                yield from _last(walked, f"(a;b),{step}")
                            elif isinstance(pathway, RelayPlaces):
                                yield from _last(walked, f"a,{step}")
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
    if not large:
        yield from _last(walked, f"(a;b),{step + 1}")
        return
    individual_events = {e.identifier for e in scenario.rules.events if e.kind == "individual"}
    yield from _last({event: last or 1 for event, last in walked.items()}, f"b,{step + 1}")
    unknown = individual_events - set(scenario.standings.rankings)
    yield from _last({event: 1 if event in unknown else last for event, last in walked.items()}, f"a,{step + 1}")


def _last(walked: Mapping[str, int], when: str) -> Iterator[str]:
    yield from (f'last({when},"{event}",{rank}).' for event, rank in walked.items())


def _known(fact: Fact) -> Iterator[str]:
    """A fact as constraints on the rankings and on what they give."""
    event, noc, value, k = f'"{fact.event}"', f'"{fact.noc}"', fact.value, fact.qualifier
    match fact.kind:
        case "declined-rank":
            yield f"gave_back({event},{value}). :- not used({event},{value})."
            if fact.noc is not None:
                yield from _known(replace(fact, kind="rank"))
        case "came-in-rank":
            yield f":- not placed({event},{value})."
            if fact.noc is not None:
                yield from _known(replace(fact, kind="rank"))
        case "rank":
            yield f":- not at({event},{value},{noc})."
            yield f":- not upto({event},{value},{noc},{k})." + f" :- upto({event},{value},{noc},{k + 1})."
        case "ranked":
            yield f":- not upto({event},R,{noc},{k}) : rank({event},R)." if value else f":- upto({event},_,{noc},{k})."
        case "ahead-of":
            yield f":- not at({event},R,{noc}) : rank({event},R)."
            yield f':- at({event},R,"{fact.other}"), not upto({event},R-1,{noc},1).'
        case "qualified":
            yield f":- not has(b,{event},{noc},{value})." if value else f":- has(b,{event},{noc},1)."


def declined(scenario: Scenario, table: Published, decline: Decline, *, large: bool) -> Iterator[str]:
    """Yield what one decline gives back and leaves, as facts."""
    if decline.of_quota_places or decline.qualifier is not None:
        raise ValueError("the peer knows declines of start places by number only")
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
    # A mixed relay place is guaranteed where those relays are that bring its athletes (docs/rules.md).
    given_up = {event for event, number in at_most.items() if scenario.host == noc and not number}
    after = replace(scenario, waived=scenario.waived | given_up)
    yield from (f'guaranteed(a,"{e.identifier}").' for e in rules.events if after.is_host_event(e.identifier))
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
        if large and event.kind == "individual" and name not in scenario.standings.rankings:
            yield f'loose(a,"{name}").'
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
