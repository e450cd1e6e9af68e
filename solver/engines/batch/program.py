"""The rules of an allocation as whole numbers, for engines that work on arrays.

Events, NOCs and pathways are numbered: events in the order of the rules, NOCs in alphabetical order, pathways that hand
out quota places in the order of priority. Genders are 0 (men) and 1 (women).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quotaproof.model.errors import InputError
from quotaproof.model.pathways import (
    ParallelWalk,
    QuotaPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    TeamTopUp,
    refuse,
    require_known,
)
from quotaproof.model.rules import GENDERS, Readings, Rules
from quotaproof.model.same_values import WithArrays

Integers = npt.NDArray[np.int64]

NAME = "engine batch"

NONE = -1
NO_CAP = 1 << 30
"""A cap that never binds."""

ENOUGH = 99
"""Start places per event that nobody who has not declined has reached; the reference stops there too."""

WALK, QUOTA, TOP_UP, REMAINDER = 0, 1, 2, 3
"""Kinds of step."""

BOTH, MEN_FIRST, WOMEN_FIRST = 0, 1, 2
"""Who comes first where a man's and a woman's rank are equal: neither (they share the place), men, women."""


@dataclass(frozen=True, eq=False)
class Program(WithArrays):
    """Rules and readings as numbers.

    Attributes
    ----------
    gender, start_places
        Per event (E,): 0, 1 or 2 (mixed), and its cap.
    individual
        (2, most) the individual events of each gender, filled up with -1.
    relay
        (2,) the relay of each gender, or -1.
    steps
        (P, 6) per pathway: kind, its number among pathways of quota places (or -1), whether it is repeated after
        declines, and three numbers. A top-up has its event and its team of men and women; a remainder its quota
        places, individual places (or -1) and whether only relay NOCs count.
    events_of
        (P, E) the events of a walk in their order, filled up with -1.
    numbers
        (8,) relay athletes, individual places from which one more counts (or -1), the same within the walk, total, the
        men's and women's cap in the walk, the men's and women's cap afterwards.
    first
        `BOTH`, `MEN_FIRST` or `WOMEN_FIRST`.
    quota_pathways
        Identifiers of the pathways that hand out quota places.
    """

    rules: Rules
    readings: Readings
    gender: Integers
    start_places: Integers
    individual: Integers
    relay: Integers
    steps: Integers
    events_of: Integers
    numbers: Integers
    first: int
    quota_pathways: tuple[str, ...]

    @property
    def teams(self) -> tuple[int, ...]:
        """The mixed relays, as event numbers."""
        return tuple(number for number, event in enumerate(self.rules.events) if event.team)


def compose(rules: Rules, readings: Readings) -> Program:
    """Return rules and readings as numbers."""
    number = {event.identifier: n for n, event in enumerate(rules.events)}
    own = [[number[event.identifier] for event in rules.individual(gender)] for gender in GENDERS]
    individual = np.full((len(GENDERS), max(1, *map(len, own))), NONE, dtype=np.int64)
    for row, events in zip(individual, own, strict=True):
        row[: len(events)] = events
    relays = [rules.relay(gender) for gender in GENDERS]
    again = {r for pathway in rules.pathways if isinstance(pathway, Reallocation) for r in pathway.repeats}
    require_known(NAME, rules.pathways)
    steps: list[tuple[int, ...]] = []
    walks: list[list[int]] = []
    quota_pathways: list[str] = []
    for pathway in rules.pathways:
        place, repeated = len(quota_pathways), pathway.identifier in again
        walk: list[int] = []
        match pathway:
            case RelayPlaces() | ParallelWalk():
                steps.append((WALK, NONE, True, NONE, NONE, NONE))
                walk = [number[event] for event in pathway.events]
            case QuotaPlaces():
                steps.append((QUOTA, place, True, NONE, NONE, NONE))
            case TeamTopUp():
                team = [rules.event(pathway.event).team[gender] for gender in GENDERS]
                steps.append((TOP_UP, place, repeated, number[pathway.event], *team))
            case Remainder():
                places = NONE if pathway.individual_places is None else pathway.individual_places
                steps.append((REMAINDER, place, repeated, pathway.quota_places, places, pathway.relay_only))
            case Reallocation():
                continue  # what is declined is answered by `declines`, with the other steps
            case _:
                refuse(NAME, pathway)
        walks.append(walk + [NONE] * (len(rules.events) - len(walk)))
        if steps[-1][0] != WALK:
            quota_pathways.append(pathway.identifier)
    quota = rules.quota_places
    bonus = NONE if quota.bonus_from is None else quota.bonus_from
    in_walk = [NO_CAP if readings.gender_cap == "nominal" else rules.gender_caps[gender] for gender in GENDERS]
    afterwards = [rules.gender_caps[gender] if readings.gender_cap == "hard" else NO_CAP for gender in GENDERS]
    bonus_in_walk = bonus if readings.fifth_in_walk == "yes" else NONE
    return Program(
        rules=rules,
        readings=readings,
        gender=np.array([(*GENDERS, "mixed").index(event.gender) for event in rules.events], dtype=np.int64),
        start_places=np.array([event.start_places for event in rules.events], dtype=np.int64),
        individual=individual,
        relay=np.array([number[relay.identifier] if relay else NONE for relay in relays], dtype=np.int64),
        steps=np.array(steps, dtype=np.int64),
        events_of=np.array(walks, dtype=np.int64),
        numbers=np.array(
            [quota.relay_athletes, bonus, bonus_in_walk, rules.total, *in_walk, *afterwards], dtype=np.int64
        ),
        first={"refuse": BOTH, "men-first": MEN_FIRST, "women-first": WOMEN_FIRST}[readings.remaining_ties],
        quota_pathways=tuple(quota_pathways),
    )


def require_room_for_host(program: Program, guaranteed: npt.NDArray[np.uint8]) -> None:
    """Raise InputError unless the host's guaranteed places fit the caps.

    Parameters
    ----------
    guaranteed
        (E,) whether the host has a place in an event in any case.
    """
    needs = [_host_need(program, guaranteed, gender) for gender in range(len(GENDERS))]
    total, caps = int(program.numbers[3]), program.numbers[4:6]
    for gender, need, cap in zip(GENDERS, needs, caps, strict=True):
        if need > cap:
            raise InputError(f"the host's guaranteed places need {need} {gender}, and the cap is {cap}")
    if sum(needs) > total:
        raise InputError(f"the host's guaranteed places need {sum(needs)} athletes, and the cap is {total}")
    for number, event in enumerate(program.rules.events):
        if guaranteed[number] and min(event.start_places, event.noc_cap) < 1:
            raise InputError(f"{event.identifier} has no start place to keep for the host")


def _host_need(program: Program, guaranteed: npt.NDArray[np.uint8], gender: int) -> int:
    places = [int(guaranteed[event]) for event in program.individual[gender] if event != NONE]
    relay = int(program.relay[gender])
    if relay == NONE or not guaranteed[relay]:
        return max(places, default=0)
    athletes, bonus = int(program.numbers[0]), int(program.numbers[2])
    return athletes + (bonus != NONE and sum(places) >= bonus)
