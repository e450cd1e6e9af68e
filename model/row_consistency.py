"""Row consistency: the numbers of athletes that one row of a quota table allows, judged without any other row."""

from __future__ import annotations

from collections.abc import Mapping

from quotaproof.model.pathways.quota_places import entitled
from quotaproof.model.pathways.remainder import fits
from quotaproof.model.pathways.team_top_up import lacking

from .pathways import ParallelWalk, QuotaPlaces, Reallocation, RelayPlaces, Remainder, TeamTopUp, refuse
from .rules import GENDERS, Gender, Readings, Rules

MenWomen = tuple[int, int]


def possible_athletes(rules: Rules, readings: Readings, row: Mapping[str, int]) -> tuple[MenWomen, ...]:
    """Return every (men, women) that an NOC with these start places can have, sorted by sum.

    What other NOCs have is left open: a pathway that could give one more quota place may or may not do so. Empty if
    the row contradicts itself, such as a mixed relay that no pathway gives enough athletes for.
    """
    states: set[MenWomen] = {(0, 0)}
    for pathway in rules.pathways:
        match pathway:
            case QuotaPlaces():
                states = _base(rules, readings, pathway, row)
            case TeamTopUp():
                states = _top_up(rules, pathway, row, states)
            case Remainder():
                for index, gender in enumerate(GENDERS):
                    states |= {_plus(state, index) for state in states if _fits(rules, pathway, row, state, gender)}
            case RelayPlaces() | ParallelWalk() | Reallocation():
                pass
            case _:
                refuse("the consistency of rows", pathway)
    return tuple(sorted(states, key=lambda state: (sum(state), state)))


def least_athletes(rules: Rules, row: Mapping[str, int]) -> MenWomen:
    """Return the fewest (men, women) that can take up an NOC's start places: as many as in its largest event."""
    least = [0, 0]
    for index, gender in enumerate(GENDERS):
        numbers = [row.get(event.identifier, 0) for event in rules.events if event.gender == gender]
        teams = [event.team.get(gender, 0) for event in rules.events if row.get(event.identifier, 0)]
        least[index] = max((*numbers, *teams), default=0)
    return least[0], least[1]


def most_athletes(rules: Rules, row: Mapping[str, int]) -> int:
    """Return the most athletes an NOC's start places can be meant for: another one for each, and each relay's own."""
    most = sum(row.get(event.identifier, 0) for event in rules.events if event.kind == "individual")
    for event in rules.events:
        if event.kind == "relay" and row.get(event.identifier, 0):
            most += sum(event.team.values()) if event.team else rules.quota_places.relay_athletes
    return most


def _base(rules: Rules, readings: Readings, pathway: QuotaPlaces, row: Mapping[str, int]) -> set[MenWomen]:
    options: list[set[int]] = []
    for gender in GENDERS:
        numbers, has_relay = rules.starts_in(gender, row)
        ways = (True,) if readings.fifth_in_walk == "yes" else (False, True)
        options.append({entitled(pathway, numbers, has_relay=has_relay, counts_bonus=bonus) for bonus in ways})
    return {(men, women) for men in options[0] for women in options[1]}


def _top_up(rules: Rules, pathway: TeamTopUp, row: Mapping[str, int], states: set[MenWomen]) -> set[MenWomen]:
    team = rules.event(pathway.event).team
    found: set[MenWomen] = set()
    for state in states:
        lacks = lacking(team, dict(zip(GENDERS, state, strict=True)))
        found.add(state)
        if sum(lacks.values()) == 1:
            found.add(_plus(state, GENDERS.index(next(iter(lacks)))))
    if row.get(pathway.event, 0):
        return {state for state in found if not lacking(team, dict(zip(GENDERS, state, strict=True)))}
    return found


def _fits(rules: Rules, pathway: Remainder, row: Mapping[str, int], state: MenWomen, gender: Gender) -> bool:
    numbers, has_relay = rules.starts_in(gender, row)
    return fits(pathway, state[GENDERS.index(gender)], sum(numbers), has_relay=has_relay)


def _plus(state: MenWomen, index: int) -> MenWomen:
    return (state[0] + (index == 0), state[1] + (index == 1))
