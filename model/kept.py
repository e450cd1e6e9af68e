"""Places kept after a decline: the start places and quota places that nobody loses.

This is pathway P7 before anybody is offered anything (spec: "nobody loses what it has"). An engine fills the holes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from quotaproof.model.pathways import quota_places, remainder, team_top_up

from .allocation import Allocation, Award, InReserve, Placed
from .errors import InputError
from .pathways import ParallelWalk, QuotaPlaces, Reallocation, RelayPlaces, Remainder, TeamTopUp, refuse, require_known
from .rules import GENDERS, Gender, Rules

Places = Mapping[str, Mapping[str, int]]

NO_LIMIT = 10**6
"""More quota places than any NOC may have."""


@dataclass(frozen=True)
class Held:
    """The state an engine continues from.

    Attributes
    ----------
    places
        Start places that are kept: event -> NOC -> number.
    awards
        Quota places that are kept, by the pathway that gave them.
    at_most
        (event, NOC) -> the places it wants there at most: those it kept when it gave others back. (Gender, NOC) -> the
        quota places it wants at most, where it gave some back.
    entries, reserve, holes
        Where places go down ranked lists: the entries that keep their places, the reserve lists, and event -> the NOCs
        whose places are to be handed on, one for each place.
    quota_only
        Whether only quota places were given back. They go through the pathways for those left over, and nobody is
        offered a start place.
    """

    places: Places
    awards: tuple[Award, ...]
    at_most: Mapping[tuple[str, str], int] = field(default_factory=dict)
    entries: Mapping[str, tuple[Placed, ...]] = field(default_factory=dict)
    reserve: Mapping[str, tuple[InReserve, ...]] = field(default_factory=dict)
    holes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    quota_only: bool = False

    def number(self, event: str, noc: str) -> int:
        """Return the start places that an NOC keeps in an event."""
        return self.places.get(event, {}).get(noc, 0)

    def awards_of(self, noc: str, gender: Gender) -> Sequence[Award]:
        """Return the quota places that an NOC keeps in a gender, by pathway."""
        return self._awards.get((noc, gender), ())

    @cached_property
    def _awards(self) -> Mapping[tuple[str, Gender], Sequence[Award]]:
        found: dict[tuple[str, Gender], list[Award]] = {}
        for award in self.awards:
            found.setdefault((award.noc, award.gender), []).append(award)
        return found


def most_athletes(held: Held | None, noc: str, gender: Gender) -> int:
    """Return the quota places that an NOC wants in a gender at most."""
    return NO_LIMIT if held is None else held.at_most.get((gender, noc), NO_LIMIT)


def reallocation(rules: Rules) -> Reallocation:
    """Return the pathway that says what happens to declined places.

    Raises
    ------
    InputError
        If the rules have none.
    """
    for pathway in rules.pathways:
        if isinstance(pathway, Reallocation):
            return pathway
    raise InputError("the rules have no pathway of kind reallocation, so they do not say what a decline leads to")


def entitled(rules: Rules, row: Mapping[str, int], gender: Gender, *, counts_bonus: bool = True) -> int:
    """Return the quota places that follow from an NOC's start places in a gender (pathway of kind quota-places).

    Parameters
    ----------
    row
        Event -> start places of the NOC.
    """
    individual, has_relay = rules.starts_in(gender, row)
    return quota_places.entitled(rules.quota_places, individual, has_relay=has_relay, counts_bonus=counts_bonus)


def row_of(places: Places, noc: str) -> dict[str, int]:
    """Return event -> start places of one NOC."""
    return {event: numbers.get(noc, 0) for event, numbers in places.items()}


def hold(
    rules: Rules,
    before: Allocation,
    given_back: Iterable[tuple[str, str, int]],
    at_most: Mapping[tuple[str, str], int],
    *,
    counts_bonus: bool = True,
    returning: str | None = None,
) -> Held:
    """Return what is kept after some start places are given back.

    Everybody else keeps all it has. An NOC that gives places back keeps the quota places that its remaining start
    places give, and one from a later pathway if that pathway's condition still holds for it; without enough athletes
    for a team it loses its mixed relay place too.

    Parameters
    ----------
    given_back
        (event, NOC, number) of start places; the number is at most what the NOC has.
    at_most
        As in `Held`, those of earlier declines included.
    returning
        The NOC that gives quota places back, if that is what it declines; `at_most` says how many it keeps.
    """
    require_known("what is kept after a decline", rules.pathways)
    places = {event: dict(numbers) for event, numbers in before.places.items()}
    decliners = {returning} if returning is not None else set()
    given_back = tuple(given_back)
    for event, noc, number in given_back:
        decliners.add(noc)
        left = places[event].get(noc, 0) - number
        places[event].pop(noc, None)
        if left > 0:
            places[event][noc] = left
    awards = [award for award in before.awards if award.noc not in decliners]
    for noc in sorted(decliners):
        most: dict[Gender, int] = {gender: at_most.get((gender, noc), NO_LIMIT) for gender in GENDERS}
        awards += _kept_awards(rules, before, places, noc, most, counts_bonus=counts_bonus)
        _leave_mixed(rules, places, awards, noc)
    kept = {event: dict(sorted(numbers.items())) for event, numbers in places.items()}
    return Held(kept, tuple(awards), dict(at_most), quota_only=returning is not None and not given_back)


def _kept_awards(
    rules: Rules, before: Allocation, places: Places, noc: str, most: Mapping[Gender, int], *, counts_bonus: bool
) -> list[Award]:
    kept: list[Award] = []
    athletes = dict.fromkeys(GENDERS, 0)
    row = row_of(places, noc)
    for pathway in rules.pathways:
        given = [award for award in before.awards if award.noc == noc and award.pathway == pathway.identifier]
        if not isinstance(pathway, QuotaPlaces):
            given = [award for award in given if athletes[award.gender] + award.number <= most[award.gender]]
        match pathway:
            case QuotaPlaces():
                for gender in GENDERS:
                    had = sum(award.number for award in given if award.gender == gender)
                    number = min(had, entitled(rules, row, gender, counts_bonus=counts_bonus or had > 0), most[gender])
                    if number:
                        kept.append(Award(pathway.identifier, noc, gender, number))
                        athletes[gender] += number
            case TeamTopUp():
                team = rules.event(pathway.event).team
                for award in given:
                    if team_top_up.lacking(team, athletes) == {award.gender: 1}:
                        kept.append(award)
                        athletes[award.gender] += award.number
            case Remainder():
                for award in given:
                    numbers, has_relay = rules.starts_in(award.gender, row)
                    if remainder.fits(pathway, athletes[award.gender], sum(numbers), has_relay=has_relay):
                        kept.append(award)
                        athletes[award.gender] += award.number
            case RelayPlaces() | ParallelWalk() | Reallocation():
                pass
            case _:
                refuse("what is kept after a decline", pathway)
    return kept


def _leave_mixed(rules: Rules, places: dict[str, dict[str, int]], awards: list[Award], noc: str) -> None:
    for event in rules.events:
        if not event.team:
            continue
        for gender, needed in event.team.items():
            if sum(a.number for a in awards if (a.noc, a.gender) == (noc, gender)) < needed:
                places[event.identifier].pop(noc, None)
