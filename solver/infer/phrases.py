"""Facts in words."""

from __future__ import annotations

from quotaproof.model.quantities import counted
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import EVERYTHING, Fact


def fact_words(scenario: Scenario, fact: Fact) -> str:
    """Return what a fact says, as a sentence without its full stop."""
    noc = scenario.shown(fact.noc) if fact.noc else "all NOCs together"
    number = fact.value
    events = {event.identifier: event.label for event in scenario.rules.events}
    where = events.get(fact.event, "" if fact.event == EVERYTHING else fact.event)
    among = f" among the {where}" if where else ""
    entry = noc if fact.qualifier == 1 else f"{noc}'s qualifier {fact.qualifier}"
    match fact.kind:
        case "rank" | "declined-rank" | "came-in-rank":
            return f"{where}: {entry} is at rank {number}"
        case "ranked":
            return f"{where}: {entry} is {'' if number else 'not '}in the ranking"
        case "ahead-of":
            return f"{where}: {noc} is ahead of {fact.other}"
        case "qualified":
            return f"{where}: {noc} has {f'at least {number}' if number else 'none'} of the start places"
        case "start-places":
            return f"{where}: {noc} has {counted(number, 'start place') if number else 'no start place'}"
        case "start-places-at-least" | "start-places-at-most":
            bound = "at least" if fact.kind.endswith("least") else "at most"
            return f"{where}: {noc} has {bound} {counted(number, 'start place')}"
        case "start-places-in-all":
            of = f"{where}'s " if where else ""
            return f"{noc} has {counted(number, 'start place')} in the {of}individual events together"
        case "athletes":
            return f"{noc} has {counted(number, 'quota place')}{among}"
        case "athletes-at-least" | "athletes-at-most":
            bound = "at least" if fact.kind.endswith("least") else "at most"
            return f"{noc} has {bound} {counted(number, 'quota place')}{among}"
        case "column-total":
            if fact.event in events:
                return f"{where}: {noc} have {counted(number, 'start place')}"
            return f"{noc} have {counted(number, 'quota place')}{among}"
