"""What an NOC needs at the next meet: the worst position that makes a start place certain, or keeps it possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from quotaproof.model.errors import SolverError
from quotaproof.solver import cp_model
from quotaproof.solver.engines.cpsat.status import DEFAULT, Linear, attempt, new_solver

from .athlete_caps import AthleteCaps
from .bounds import Bounds
from .open_event import OpenEvent, SortKey, worst_position
from .overtaking import EFFORT, fewest_ahead, most_ahead
from .season import Season


@dataclass(frozen=True, slots=True)
class Need:
    """What an NOC's k-th entry in an event needs at the next meet for the NOC's k-th start place.

    Attributes
    ----------
    meet
        The next meet at which the event is held.
    certain_anyway
        Whether the place is certain whatever happens.
    certain_at
        The worst position that makes it certain; None if none does, as far as is proved.
    by_ranking_at
        The worst position with which the ranking of the event gives the place in every outcome; with more than one meet
        to come, the worst for which that is proved. A cap on athletes may still refuse the place where `certain_at` is
        another one.
    possible_anyway
        Whether the ranking can still give the place if the entry is not at the next meet.
    possible_at
        The worst position with which the ranking can still give it; None if it cannot with any.
    last
        The worst position that the entry can have: behind all entries of others.
    certain_refused, possible_refused
        Why nothing exact is said of the one or the other number; None where it is.
    by_time
        Whether a time that is quick enough makes the place possible, whatever the position.
    """

    event: str
    noc: str
    qualifier: int
    meet: str
    certain_anyway: bool
    certain_at: int | None
    by_ranking_at: int | None
    possible_anyway: bool
    possible_at: int | None
    last: int
    certain_refused: str | None = None
    possible_refused: str | None = None
    by_time: bool = False


def needs(race: OpenEvent, noc: str, qualifier: int, caps: AthleteCaps, *, certain: bool) -> Need:
    """Return what an NOC's entry needs.

    Parameters
    ----------
    race
        An event that has a meet to come, and whose places go down its ranking.
    certain
        Whether the NOC's `qualifier`-th place is certain already.
    """
    claim, later = (noc, qualifier), len(race.left) - 1
    room = race.event.start_places - qualifier + 1
    guaranteed = noc == race.host and qualifier == 1

    def order_at(position: int, then: int | None) -> SortKey:
        order = race.order(claim, (position, *(then,) * later))
        if order is None:
            raise SolverError(f"{claim} has a position, so it is ranked")
        return order

    def by_ranking(position: int) -> bool:
        taken = tuple(range(position - qualifier + 1, position + 1))
        return most_ahead(race, noc, order_at(position, None), room, taken).bound < room

    def with_caps(position: int) -> bool:
        if race.event.kind == "relay":
            return caps.relays_fit(race.event.own_gender)
        order = order_at(position, None)
        taken = tuple(range(position - qualifier + 1, position + 1))
        row = most_ahead(race, noc, order, None, taken).bound + race.beyond(noc) + qualifier
        return caps.never_refuse(noc, race.identifier, qualifier, row, {race.identifier: order})

    def possible(position: int) -> bool:
        return fewest_with(race, noc, qualifier, position, order_at(position, qualifier)) < room

    first, last = qualifier, sum(number for other, number in race.starters.items() if other != noc) + qualifier
    ranking_at = last if certain or guaranteed else worst_position(first, last, by_ranking)
    certain_at = ranking_at
    if not (certain or guaranteed) and ranking_at is not None and not with_caps(ranking_at):
        certain_at = worst_position(first, ranking_at, with_caps)
    absent = race.order(claim, (None, *(qualifier,) * later))
    anyway = guaranteed or (absent is not None and _fewest_without(race, claim, absent) < room)
    return Need(
        race.identifier,
        noc,
        qualifier,
        race.left[0],
        certain or guaranteed,
        certain_at,
        ranking_at,
        anyway,
        last if anyway else worst_position(first, last, possible),
        last,
    )


def fewest_with(race: OpenEvent, noc: str, qualifier: int, position: int, order: SortKey) -> int:
    """Return how many eligible entries of others are ahead of an entry at least, if it has a position at the next meet.

    There are then as many entries in front of it at that meet. Its NOC's own take the first positions; of another NOC
    the first a entries are ahead afterwards, and those up to the b-th come in behind the position by which the next one
    would be, too. For every t the late ones that must be behind t have the positions after t: Hall's theorem again.
    At later meets no other NOC starts.

    Parameters
    ----------
    order
        What the entry is ranked by.
    """
    model = cp_model.CpModel()
    later = (None,) * (len(race.left) - 1)
    fillers: list[Linear] = []
    costs: list[Linear] = []
    late: dict[int, list[Linear]] = {}
    for other in race.nocs:
        if other == noc:
            continue
        chosen: list[cp_model.IntVar] = []
        releases = [
            _release(race, (other, number), order, later, position) for number in range(1, race.starters[other] + 1)
        ]
        for ahead in range(len(releases) + 1):
            for starts in range(ahead, len(releases) + 1):
                if starts > ahead and releases[ahead] is None:
                    continue  # it is ahead already
                one = model.new_bool_var(f"{other} {ahead} of {starts}")
                chosen.append(one)
                fillers.append(starts * one)
                cost = sum(
                    releases[number] is not None and number < race.cap(other) and (other, number + 1) != (race.host, 1)
                    for number in range(ahead)
                )
                costs.append(cost * one)
                release = releases[ahead] if starts > ahead else None
                if release is not None:
                    late.setdefault(release, []).append((starts - ahead) * one)
        model.add_exactly_one(chosen)
    model.add(sum(fillers) == position - qualifier)
    for release in late:
        behind = [term for other, terms in late.items() if other >= release for term in terms]
        model.add(sum(behind) <= max(0, position - 1 - max(release, qualifier - 1)))
    model.minimize(sum(costs))
    solver = new_solver(replace(DEFAULT, limit=EFFORT))
    status = attempt(model, solver)
    if status == cp_model.INFEASIBLE:  # so many entries there cannot be
        return race.event.start_places
    # Where nothing was found within the effort, that nobody more is ahead is a bound as well.
    more = 0.0 if status == cp_model.UNKNOWN else solver.best_objective_bound
    return fewest_ahead(race, noc, order) + max(0, int(more - 1e-6 + 0.999999))


def _fewest_without(race: OpenEvent, claim: tuple[str, int], order: SortKey) -> int:
    """Return how many eligible entries of others are ahead at least, if an entry is not at the next meet.

    Somebody starts there: for a qualifier 1 another NOC, for others its NOC's qualifier 1. Who is ahead already does no
    harm, nor who is not ahead even as the winner; otherwise there is one more.
    """
    noc, qualifier = claim
    fewest = fewest_ahead(race, noc, order)
    others = [other for other in race.nocs if other != noc and race.starters[other]]
    if qualifier > 1:
        return fewest
    if not others:
        return race.event.start_places
    later = (None,) * (len(race.left) - 1)
    for other in others:
        so_far, won = race.absent((other, 1)), race.order((other, 1), (1, *later))
        harmless = (so_far is not None and so_far < order) or (won is not None and won >= order)
        if harmless or other == race.host or not race.cap(other):
            return fewest
    return fewest + 1


def _release(
    race: OpenEvent, claim: tuple[str, int], order: SortKey, later: tuple[None, ...], position: int
) -> int | None:
    """The worst position in front of an entry by which another is ahead of it: 0 if none is, None if it is anyway."""
    absent = race.absent(claim)
    if absent is not None and absent < order:
        return None

    def ahead(middle: int) -> bool:
        own = race.order(claim, (middle, *later))
        return own is not None and own < order

    return worst_position(1, position - 1, ahead) or 0


def needs_of(season: Season, noc: str, events: Sequence[str], found: Bounds) -> tuple[Need, ...]:
    """Return what each entry of an NOC needs in some events that have a meet to come.

    Parameters
    ----------
    found
        What is certain of the NOC in these events.
    """
    races = {event: OpenEvent.of(season, event) for event in season.events}
    caps = found.caps if found.caps is not None else AthleteCaps(season, races)
    needed: list[Need] = []
    for event in events:
        race = races[event]
        sure = found.places[event, noc].certain.number
        for qualifier in range(1, min(race.cap(noc), race.starters[noc]) + 1) if race.left else ():
            needed.append(needs(race, noc, qualifier, caps, certain=qualifier <= sure))
    return tuple(needed)
