"""A quota place for NOCs that lack one athlete for the mixed relay, and the entries to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import itemgetter

from quotaproof.model.allocation import Tied
from quotaproof.model.decisions import Figures
from quotaproof.model.obstacles import LAST, Waiting
from quotaproof.model.pathways import TeamTopUp
from quotaproof.model.rules import GENDERS, Event, Gender

from .check import Check, Due
from .line import line, no_room, only_kept


def check_places(check: Check, pathway: TeamTopUp) -> None:
    """Nobody has one that does not lack just that, the line was kept, and the best teams enter."""
    event = check.rules.event(pathway.event)
    if not only_kept(check, pathway):
        _entries(check, pathway, event, _top_ups(check, pathway, event), check.facts.ranks.get(event.identifier, {}))


def _top_ups(check: Check, pathway: TeamTopUp, event: Event) -> set[str]:
    """Judge the line, and return who has a team then."""
    team = event.team
    ranks = check.facts.ranks.get(event.identifier, {})
    waiting: list[Waiting] = []
    ready = 0
    teams: set[str] = set()
    until, now = check.facts.until(pathway), check.facts.now(pathway.identifier)
    for noc in check.facts.nocs:
        had = {gender: until.get((noc, gender), 0) for gender in GENDERS}
        lacks = [gender for gender in GENDERS for _ in range(max(0, team[gender] - had[gender]))]
        gifts = {gender: now.get((noc, gender), 0) for gender in GENDERS}
        got = sum(gifts.values())
        wants = not check.facts.gave_back(event.identifier, noc)
        if not lacks and (wants or check.facts.places(event.identifier, noc)):
            ready += 1
            teams.add(noc)
        if len(lacks) == 1 and noc in ranks and wants:
            waiting.append(Waiting((ranks[noc], 0), noc, lacks[0], got > 0))
        if got and (len(lacks) != 1 or noc not in ranks or not wants or got != 1 or not gifts[lacks[0]]):
            check.add(pathway.identifier, noc, event.identifier, "a quota place although it does not lack just one")
        elif got:
            teams.add(noc)
    before = check.facts.before(pathway)
    line(check, pathway.identifier, waiting, before, seats=max(0, event.start_places - ready))
    return teams


def _entries(check: Check, pathway: TeamTopUp, event: Event, teams: set[str], ranks: Mapping[str, int]) -> None:
    entered = {noc for noc in check.facts.nocs if check.facts.places(event.identifier, noc)}
    for noc in sorted(entered - teams):
        check.add(pathway.identifier, noc, event.identifier, "a start place without enough athletes for a team")
    host = check.scenario.host
    for noc in sorted(teams - entered):
        better = [
            other
            for other in entered
            if check.facts.held_number(event.identifier, other)
            or check.facts.guaranteed(event.identifier, other)
            or ranks.get(other, LAST) < ranks.get(noc, LAST)
        ]
        full = len(entered) >= event.start_places or (
            check.facts.guaranteed(event.identifier, host)
            and host not in entered
            and len(entered) + 1 >= event.start_places
        )
        if not full or len(better) < len(entered):
            message = "no start place although it has a team and no better ones fill the event"
            check.add(pathway.identifier, noc, event.identifier, message)


def _teams(check: Check, pathway: TeamTopUp, event: Event) -> dict[str, dict[Gender, int]]:
    """Return who has the athletes for a team after the top-up, and would enter it, with its quota places."""
    facts, until, now = check.facts, check.facts.until(pathway), check.facts.now(pathway.identifier)
    entered = check.allocation.places.get(event.identifier, {})
    teams: dict[str, dict[Gender, int]] = {}
    for noc in facts.nocs:
        numbers = {gender: until.get((noc, gender), 0) + now.get((noc, gender), 0) for gender in GENDERS}
        enough = all(numbers[gender] >= need for gender, need in event.team.items())
        if enough and (noc in entered or not facts.gave_back(event.identifier, noc)):
            teams[noc] = numbers
    return teams


def tied(check: Check, pathway: TeamTopUp) -> set[Tied]:
    """Return the teams outside the ranking, if some but not all of them would enter; then none enters yet."""
    event, facts = check.rules.event(pathway.event), check.facts
    _top_ups(check, pathway, event)
    for noc, number in check.allocation.places.get(event.identifier, {}).items():
        if number != facts.held_number(event.identifier, noc):
            check.add(pathway.identifier, noc, event.identifier, "a start place although who enters is left open")
    ready = _teams(check, pathway, event)
    last = {
        noc
        for noc in ready
        if noc not in facts.ranks.get(event.identifier, {})
        and not facts.guaranteed(event.identifier, noc)
        and not facts.held_number(event.identifier, noc)
    }
    if len(ready) - len(last) < event.start_places < len(ready):
        return {Tied(pathway.identifier, event.identifier, noc, None, None) for noc in last}
    return set()


def due(check: Check, pathway: TeamTopUp) -> Iterator[Due]:
    """Yield the decisions on who lacks athletes, down the ranking, then those on the teams' entries."""
    if check.facts.repeated(pathway):
        yield from _due_top_ups(check, pathway)
        if all(tied.pathway != pathway.identifier for tied in check.allocation.tied):
            yield from _due_entries(check, pathway)


def _due_top_ups(check: Check, pathway: TeamTopUp) -> Iterator[Due]:
    facts, event = check.facts, check.rules.event(pathway.event)
    ranks, until = facts.ranks.get(event.identifier, {}), facts.until(pathway)
    before = facts.before(pathway)
    short: list[tuple[int, str, dict[Gender, int], Figures]] = []
    teams, granted = 0, list[tuple[int, Gender]]()
    for noc in facts.nocs:
        had = {gender: until.get((noc, gender), 0) for gender in GENDERS}
        lacks = {gender: need - had[gender] for gender, need in event.team.items() if need > had[gender]}
        wants = not facts.gave_back(event.identifier, noc)
        teams += not lacks and bool(wants or facts.places(event.identifier, noc))
        if lacks and wants and any(had.values()):
            own: Figures = {str(gender): number for gender, number in had.items()}
            own |= {"rank": ranks.get(noc), "event": event.identifier}
            rank = ranks.get(noc, LAST)
            short.append((rank, noc, lacks, own))
            granted += [(rank, gender) for gender in lacks if facts.new(pathway.identifier, noc, gender)]
    for rank, noc, lacks, own in sorted(short, key=itemgetter(0, 1)):
        gender, more = next(iter(lacks.items()))
        if len(lacks) > 1 or more > 1:
            reasons: dict[str, Figures] = {"lacks-more": own}
            yield (pathway.identifier, None, noc, None, None, False), (0, rank), False, reasons
            continue
        own["lacking"] = gender
        ahead = [other for other_rank, other in granted if other_rank < rank]
        got = facts.new(pathway.identifier, noc, gender) > 0
        reasons = {kind: own | figures for kind, figures in no_room(check, gender, before, ahead).items()}
        if teams + len(ahead) >= event.start_places:
            reasons["teams-full"] = own | {"teams": teams + len(ahead), "places": event.start_places}
        if noc not in ranks:
            reasons = {"top-up-unranked": own}
        elif got:
            reasons = {"top-up": own}
        yield (pathway.identifier, None, noc, gender, None, False), (0, rank), got, reasons


def _due_entries(check: Check, pathway: TeamTopUp) -> Iterator[Due]:
    facts, event = check.facts, check.rules.event(pathway.event)
    ranks = facts.ranks.get(event.identifier, {})
    teams = _teams(check, pathway, event)
    for noc in sorted(teams, key=lambda noc: (ranks.get(noc, LAST), noc)):
        if facts.held_number(event.identifier, noc):
            continue
        granted = facts.places(event.identifier, noc) > 0
        kind = "enters-best" if len(teams) > event.start_places else "enters"
        if facts.guaranteed(event.identifier, noc):
            kind = "enters-host"
        own: Figures = {str(gender): number for gender, number in teams[noc].items()}
        own |= {"rank": ranks.get(noc), "places": event.start_places}
        turn = (1, ranks.get(noc, LAST))
        subject = (pathway.identifier, event.identifier, noc, None, 1, False)
        yield subject, turn, granted, {kind if granted else "not-best": own}
