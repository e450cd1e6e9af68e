"""What belongs to no pathway: what the rules do not know, caps, host places and ties in the standings."""

from __future__ import annotations

from collections.abc import Iterable

from quotaproof.model.pathways import ENTITLED, LEFT_OVER, Pathway
from quotaproof.model.quantities import counted
from quotaproof.model.rules import GENDERS

from .check import Check


def known(check: Check) -> None:
    """Every place is of an event and a pathway that the rules have, and no quota place that stood is gone."""
    gives = {p.identifier for p in check.rules.pathways if p.stage in (ENTITLED, LEFT_OVER)}
    for award in check.allocation.awards:
        if award.pathway not in gives or award.number < 0:
            message = (
                f"{counted(award.number, 'quota place')} by pathway {award.pathway!r}, which gives none in these rules"
            )
            check.add(None, award.noc, award.gender, message)
    events = {event.identifier for event in check.rules.events}
    for event, places in check.allocation.places.items():
        for noc, number in places.items():
            if event not in events or number < 0:
                check.add(None, noc, event, f"{counted(number, 'start place')}, which the rules do not know")
    for (pathway, noc, gender), number in check.facts.kept.items():
        if check.facts.got.get((pathway, noc, gender), 0) < number:
            message = f"it had {counted(number, 'quota place')} and lost one that it did not give back"
            check.add(pathway, noc, gender, message)


def caps(check: Check) -> None:
    """No cap is exceeded, nobody has more places than entries, and the host has its guaranteed places."""
    for event in check.rules.events:
        places = check.allocation.places.get(event.identifier, {})
        if sum(places.values()) > event.start_places:
            message = f"{counted(sum(places.values()), 'start place')}; the cap is {event.start_places}"
            check.add(None, None, event.identifier, message)
        ranked = check.facts.number_of_entries.get(event.identifier, {})
        for noc, number in places.items():
            if number > (cap := check.scenario.noc_cap(event, noc)):
                check.add(None, noc, event.identifier, f"{counted(number, 'start place')}; the cap per NOC is {cap}")
            entries = ranked.get(noc, 0)
            if number <= entries or event.gender == "mixed":
                continue
            allowed = max(
                check.facts.held_number(event.identifier, noc),
                1 if check.facts.guaranteed(event.identifier, noc) else 0,
            )
            if number > allowed:
                check.add(
                    None,
                    noc,
                    event.identifier,
                    f"{counted(number, 'start place')}, but {counted(entries, 'ranked entry')}",
                )
        if check.facts.guaranteed(event.identifier, check.scenario.host) and not check.allocation.tied:
            host = str(check.scenario.host)
            if not places.get(host):
                check.add(None, host, event.identifier, "the host has no start place")
    totals = dict(zip(GENDERS, check.allocation.totals, strict=True))
    if sum(totals.values()) > check.rules.total:
        check.add(
            None, None, "total", f"{counted(sum(totals.values()), 'quota place')}; the cap is {check.rules.total}"
        )
    if check.scenario.readings.gender_cap == "hard":
        for gender, cap in check.rules.gender_caps.items():
            if totals[gender] > cap:
                check.add(None, None, gender, f"{totals[gender]} quota places; the cap is read as a hard {cap}")


def nothing_behind_a_tie(check: Check, behind: Iterable[Pathway]) -> None:
    """No pathway behind a tie gives anything."""
    for pathway in behind:
        for (noc, gender), number in check.facts.now(pathway.identifier).items():
            if number:
                check.add(pathway.identifier, noc, gender, "a quota place although a tie before it is open")
        for event in pathway.hands_out:
            for noc, number in check.allocation.places.get(event, {}).items():
                if number != check.facts.held_number(event, noc):
                    check.add(pathway.identifier, noc, event, "a start place although a tie before it is open")


def tied_in_standings(check: Check) -> None:
    """Whoever is said to be tied in a ranking must be marked as tied there."""
    groups = {event: set(ranking.tied) for event, ranking in check.scenario.standings.rankings.items()}
    for one in check.allocation.tied:
        ranks = next((g for g in groups.get(one.event or "", ()) if one.rank is not None and g[0] == one.rank), ())
        entries = check.scenario.standings.rankings[one.event].entries if one.event in groups else ()
        if one.noc not in {entries[rank - 1].noc for rank in ranks}:
            check.add(one.pathway, one.noc, one.event or "table", "it is said to be tied, but the ranking has no tie")
