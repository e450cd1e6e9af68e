"""The rules by enumeration, written from their text alone: a third opinion on tiny scenarios.

Nothing is decided step by step. All assignments of start places are written down, those that break a cap or leave the
host without a place are struck out, and the lexicographically largest that is left is the answer; then the same for
the quota places of each pathway that hands some out. This module must not import an engine or the validator.

How the text is read where it leaves room: the relays are walked row by row as the distances are; the caps on athletes
hold for relay places too; an NOC outside a ranking stands behind all that are in it, and shares that place.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt

from quotaproof.model.pathways import ParallelWalk, Pathway, QuotaPlaces, RelayPlaces, Remainder, TeamTopUp
from quotaproof.model.rules import GENDERS, Gender
from quotaproof.model.scenario import Scenario

MOST_ENTRIES = 18
"""More would need more than a quarter of a million rows."""
BEHIND_ALL = 10**9

Counts = npt.NDArray[np.int16]
Asking = tuple[str, Gender]
Place = tuple[int, ...]


@dataclass
class Answer:
    """What the rules give.

    `tied` holds (pathway, NOC, gender) of those among whom the rules leave a choice; then nothing behind them is given.
    """

    places: dict[str, dict[str, int]]
    awards: dict[tuple[str, str, Gender], int] = field(default_factory=dict)
    tied: set[tuple[str, str, Gender | None]] = field(default_factory=set)


def answer(scenario: Scenario) -> Answer | None:
    """Return what the rules give, or None if no assignment of start places satisfies the caps and the host places."""
    places = start_places(scenario)
    return quota_places(scenario, places) if places is not None else None


def quota_places(scenario: Scenario, places: dict[str, dict[str, int]]) -> Answer:
    """Return what the rules give for these start places (event -> NOC -> number), wherever they come from."""
    found = Answer(places)
    for pathway in scenario.rules.pathways:
        if isinstance(pathway, QuotaPlaces):
            _follow_from_start_places(scenario, pathway, found)
        elif isinstance(pathway, TeamTopUp):
            _mixed_relay(scenario, pathway, found)
        elif isinstance(pathway, Remainder):
            _left_over(scenario, pathway, found)
        if found.tied:
            break
    return found


# Start places ---------------------------------------------------------------------------------------------------------


@cache
def _all_assignments(entries: int) -> Counts:
    """Every 0/1 vector as a column, the lexicographically largest first."""
    numbers = np.arange(2**entries - 1, -1, -1)
    return np.array([numbers >> (entries - 1 - entry) & 1 for entry in range(entries)], dtype=np.int16).reshape(
        entries, 2**entries
    )


def start_places(scenario: Scenario) -> dict[str, dict[str, int]] | None:
    """Return event -> NOC -> start places of the best assignment that satisfies everything, all pathways at once."""
    rules = scenario.rules
    order: list[tuple[str, str]] = []
    for pathway in rules.pathways:
        if isinstance(pathway, RelayPlaces | ParallelWalk):
            rankings = [[(event, noc) for noc in _ranking(scenario, event)] for event in pathway.events]
            order += [entry for row in itertools.zip_longest(*rankings) for entry in row if entry is not None]
    if len(order) > MOST_ENTRIES:
        raise ValueError(f"{len(order)} entries are too many to enumerate")
    assignments = _all_assignments(len(order))
    none = np.zeros(assignments.shape[1], dtype=np.int16)
    guaranteed = {event for event in rules.host_events if scenario.host is not None}

    def number(event: str, noc: str) -> Counts:
        total = none + sum(assignments[row] for row, entry in enumerate(order) if entry == (event, noc))
        outside = noc == scenario.host and event in guaranteed and (event, noc) not in order
        return total + 1 if outside else total

    nocs = sorted({noc for _, noc in order} | ({scenario.host} if scenario.host is not None else set()))
    numbers = {
        (event.identifier, noc): number(event.identifier, noc)
        for event in rules.events
        if event.gender != "mixed"
        for noc in nocs
    }
    allowed = none == 0
    for event in rules.events:
        if event.gender == "mixed":
            continue
        allowed &= sum(numbers[event.identifier, noc] for noc in nocs) <= event.start_places
        for noc in nocs:
            under = [a.per_event for a in scenario.aliases if noc in a.federations and a.per_event is not None]
            allowed &= numbers[event.identifier, noc] <= min([event.noc_cap, *under])
        if event.identifier in guaranteed and scenario.host is not None:
            allowed &= numbers[event.identifier, scenario.host] >= 1
    athletes = {
        gender: none
        + sum(_athletes_needed(scenario, gender, {e: n for (e, o), n in numbers.items() if o == noc}) for noc in nocs)
        for gender in GENDERS
    }
    allowed &= athletes["men"] + athletes["women"] <= rules.total
    if scenario.readings.gender_cap in ("walk", "hard"):
        for gender in GENDERS:
            allowed &= athletes[gender] <= rules.gender_caps[gender]
    if not allowed.any():
        return None
    best = int(np.argmax(allowed))
    places: dict[str, dict[str, int]] = {event.identifier: {} for event in rules.events}
    for (event_, noc), counts in numbers.items():
        if counts[best]:
            places[event_][noc] = int(counts[best])
    return places


def _athletes_needed(scenario: Scenario, gender: Gender, numbers: Mapping[str, Counts]) -> Counts:
    """Athletes an NOC needs for its start places: as many as it has in one distance, or those of its relay."""
    rules, quota = scenario.rules, scenario.rules.quota_places
    distances = [numbers[event.identifier] for event in rules.individual(gender)]
    alone = np.max(distances, axis=0)
    relay = rules.relay(gender)
    if relay is None:
        return alone
    team = np.full_like(alone, quota.relay_athletes)
    if quota.bonus_from is not None and scenario.readings.fifth_in_walk == "yes":
        team += np.sum(distances, axis=0) >= quota.bonus_from
    return np.where(numbers[relay.identifier] > 0, team, alone)


def _ranking(scenario: Scenario, event: str) -> list[str]:
    return [str(entry.noc) for entry in scenario.standings.rankings[event].entries]


# Quota places ---------------------------------------------------------------------------------------------------------


def _athletes(found: Answer, noc: str, gender: Gender) -> int:
    return sum(number for (_, n, g), number in found.awards.items() if (n, g) == (noc, gender))


def _fits(scenario: Scenario, found: Answer, more: Iterable[Asking]) -> bool:
    """Whether these quota places keep within the total, and within a gender's cap where it is read as a hard one."""
    totals = {gender: sum(number for (_, _, g), number in found.awards.items() if g == gender) for gender in GENDERS}
    for _, gender in more:
        totals[gender] += 1
    if scenario.readings.gender_cap == "hard" and any(totals[g] > cap for g, cap in scenario.rules.gender_caps.items()):
        return False
    return sum(totals.values()) <= scenario.rules.total


def _individual(scenario: Scenario, found: Answer, noc: str, gender: Gender) -> int:
    return sum(found.places[event.identifier].get(noc, 0) for event in scenario.rules.individual(gender))


def _has_relay(scenario: Scenario, found: Answer, noc: str, gender: Gender) -> bool:
    relay = scenario.rules.relay(gender)
    return relay is not None and noc in found.places[relay.identifier]


def _place_in_relay_line(scenario: Scenario, one: Asking) -> Place:
    noc, gender = one
    relay = scenario.rules.relay(gender)
    ranking = _ranking(scenario, relay.identifier) if relay else []
    rank = ranking.index(noc) if noc in ranking else BEHIND_ALL
    first = {"men-first": "men", "women-first": "women"}.get(scenario.readings.remaining_ties, gender)
    return rank, int(gender != first)


def _best(places: Sequence[Place], vectors: Iterable[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Return the vectors that are best: as many as possible of the first place in line, then of the second, ..."""
    classes = sorted(set(places))
    counted = [
        (tuple(sum(v for v, place in zip(vector, places, strict=True) if place == c) for c in classes), vector)
        for vector in vectors
    ]
    most = max(count for count, _ in counted)
    return [vector for count, vector in counted if count == most]


def _give(
    scenario: Scenario,
    found: Answer,
    pathway: Pathway,
    asking: Sequence[Asking],
    places: Sequence[Place],
    allowed: Sequence[tuple[int, ...]],
) -> None:
    """Add the best allowed quota places, or, if several are best, those before the first choice and who is in it."""
    best = _best(places, allowed)
    open_places = sorted(place for row, place in enumerate(places) if len({vector[row] for vector in best}) > 1)
    for row, (noc, gender) in enumerate(asking):
        if open_places and places[row] == open_places[0] and len({vector[row] for vector in best}) > 1:
            found.tied.add((pathway.identifier, noc, gender))
        elif best[0][row] and (not open_places or places[row] < open_places[0]):
            key = (pathway.identifier, noc, gender)
            found.awards[key] = found.awards.get(key, 0) + 1


def _vectors(number: int) -> Iterable[tuple[int, ...]]:
    return itertools.product((1, 0), repeat=number)


def _within_caps(scenario: Scenario, found: Answer, asking: Sequence[Asking]) -> list[tuple[int, ...]]:
    return [vector for vector in _vectors(len(asking)) if _fits(scenario, found, itertools.compress(asking, vector))]


def _follow_from_start_places(scenario: Scenario, pathway: QuotaPlaces, found: Answer) -> None:
    nocs = sorted({noc for numbers in found.places.values() for noc in numbers})
    fifth: list[Asking] = []
    for gender, noc in itertools.product(GENDERS, nocs):
        number = max(found.places[event.identifier].get(noc, 0) for event in scenario.rules.individual(gender))
        if _has_relay(scenario, found, noc, gender):
            number = pathway.relay_athletes
            if pathway.bonus_from is not None and _individual(scenario, found, noc, gender) >= pathway.bonus_from:
                if scenario.readings.fifth_in_walk == "yes":
                    number += 1
                else:
                    fifth.append((noc, gender))
        if number:
            found.awards[pathway.identifier, noc, gender] = number
    places = [_place_in_relay_line(scenario, one) for one in fifth]
    _give(scenario, found, pathway, fifth, places, _within_caps(scenario, found, fifth))


def _mixed_relay(scenario: Scenario, pathway: TeamTopUp, found: Answer) -> None:
    event = scenario.rules.event(pathway.event)
    team = event.team
    ranking = _ranking(scenario, event.identifier)
    nocs = sorted({noc for _, noc, _ in found.awards})
    lacks = {
        noc: [gender for gender in GENDERS for _ in range(team[gender] - _athletes(found, noc, gender))] for noc in nocs
    }
    ready = [noc for noc in nocs if not lacks[noc]]
    asking = [(noc, lacks[noc][0]) for noc in nocs if len(lacks[noc]) == 1 and noc in ranking]
    allowed = [
        vector
        for vector in _within_caps(scenario, found, asking)
        if not any(vector) or len(ready) + sum(vector) <= event.start_places
    ]
    _give(scenario, found, pathway, asking, [(ranking.index(noc),) for noc, _ in asking], allowed)

    teams = ready + [noc for noc, _ in asking if any(key[:2] == (pathway.identifier, noc) for key in found.awards)]
    # Guaranteed is what the host may enter: with the athletes that its guaranteed relays bring it.
    brought = {
        gender: pathway_.relay_athletes
        for pathway_ in scenario.rules.pathways
        if isinstance(pathway_, QuotaPlaces)
        for gender in GENDERS
        if any(
            relay.identifier in scenario.rules.host_events and (relay.kind, relay.gender) == ("relay", gender)
            for relay in scenario.rules.events
        )
    }
    guaranteed = all(brought.get(gender, 0) >= number for gender, number in team.items())
    host = scenario.host if guaranteed and event.identifier in scenario.rules.host_events else None
    line = [(ranking.index(noc) if noc in ranking else BEHIND_ALL - (noc == host),) for noc in teams]
    best = _best(
        line,
        [
            vector
            for vector in _vectors(len(teams))
            if sum(vector) <= event.start_places and (host not in teams or vector[teams.index(str(host))])
        ],
    )
    if len(best) > 1:
        found.tied = {
            (pathway.identifier, noc, None)
            for row, noc in enumerate(teams)
            if len({vector[row] for vector in best}) > 1
        }
    else:
        found.places[event.identifier] = dict.fromkeys(sorted(itertools.compress(teams, best[0])), 1)


def _left_over(scenario: Scenario, pathway: Remainder, found: Answer) -> None:
    asking = [
        (noc, gender)
        for gender in GENDERS
        for noc in sorted({noc for _, noc, _ in found.awards})
        if _athletes(found, noc, gender) == pathway.quota_places
        and (_has_relay(scenario, found, noc, gender) or not pathway.relay_only)
        and pathway.individual_places in (None, _individual(scenario, found, noc, gender))
    ]
    places = [_place_in_relay_line(scenario, one) for one in asking]
    _give(scenario, found, pathway, asking, places, _within_caps(scenario, found, asking))
