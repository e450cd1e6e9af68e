"""The joint waiting list over all events and quota places: who is next for what, how far each NOC is from one more.

One place after the other comes free, with nothing else changed, and goes to the next in line: a start place of an event
alone, or with the athletes that go with it, or a quota place, by the pathways for those left over. How many must come
free until an NOC sends one more athlete is counted by doing it: the greedy reference fills around what everybody holds,
with one place more each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from quotaproof.model.allocation import Allocation
from quotaproof.model.changes import Change
from quotaproof.model.documents import document_of
from quotaproof.model.errors import InputError
from quotaproof.model.kept import Held, reallocation
from quotaproof.model.published import ATHLETES
from quotaproof.model.remedies import require_line, unsettled_tie
from quotaproof.model.rules import GENDERS, Gender
from quotaproof.model.scenario import Scenario
from quotaproof.model.start import Start
from quotaproof.model.stated_types import typed
from quotaproof.solver.declines import Outcome
from quotaproof.solver.engines import engine

from .joint_reserve_document import JointReserveDocument, NextAthleteDocument, PlaceFreeDocument
from .starting_table import StartingTable, starting_table


@dataclass(frozen=True, slots=True)
class PlaceFree:
    """What one more free place of a column leads to: the `place`-th since nothing was free.

    `gains` has (NOC, event or gender, number) for whoever gains; nobody does where quota places first have to add up.
    """

    place: int
    gains: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class NextAthlete:
    """How many places of a column must come free until an NOC has one more athlete of a gender.

    `with_athletes`: start places with the quota places that go with them, one for an individual event, a team's for a
    relay; otherwise start places, or quota places, alone.
    """

    column: str
    places: int
    gender: Gender
    with_athletes: bool


@dataclass(frozen=True)
class JointReserve:
    """Who is next for what.

    Attributes
    ----------
    lines
        Event, or `athletes` for a quota place (`men` and `women` where the caps per gender are hard) -> what each
        further free place leads to, up to the last that somebody takes.
    lines_with_athletes
        The same for events of one gender, where each place comes free with its athletes.
    next_athlete
        NOC -> the ways to one more athlete, the nearest first; empty if no number of places of one kind brings one.
    ties
        (Column, with its athletes) -> the free place for which nothing settles who is next; its line ends before it.
    started
        What it starts from.
    """

    scenario: str
    lines: Mapping[str, tuple[PlaceFree, ...]]
    lines_with_athletes: Mapping[str, tuple[PlaceFree, ...]]
    next_athlete: Mapping[str, tuple[NextAthlete, ...]]
    ties: Mapping[tuple[str, bool], int]
    started: StartingTable

    def to_dict(self) -> JointReserveDocument:
        """Return the list with the JSON keys of the command line."""
        return {
            "scenario": self.scenario,
            "from": self.started.start,
            "from_changes": list(self.started.changes),
            "lines": _lines(self.lines),
            "lines_with_athletes": _lines(self.lines_with_athletes),
            "next_athlete": {
                noc: [document_of(NextAthleteDocument, way) for way in ways] for noc, ways in self.next_athlete.items()
            },
            "ties": [
                {"column": column, "with_athletes": with_athletes, "place": place}
                for (column, with_athletes), place in self.ties.items()
            ],
        }


def _lines(lines: Mapping[str, Sequence[PlaceFree]]) -> dict[str, list[PlaceFreeDocument]]:
    return {
        column: [
            {"place": one.place, "gains": [{"noc": noc, "column": at, "number": n} for noc, at, n in one.gains]}
            for one in line
        ]
        for column, line in lines.items()
    }


@typed
def joint_reserve(scenario: Scenario, start: Start = "rules", changes: Sequence[Change] = ()) -> JointReserve:
    """Return who would be next for what, over all events and quota places, and how far each NOC is from one more.

    Parameters
    ----------
    scenario
        With complete standings.
    start
        `rules`: after what the rules give. `published`: after the published table, reached by the declines that explain
        it.
    changes
        Changes that alter the scenario; declines among them are passed over.

    Raises
    ------
    InputError
        If the rules do not say what a free place leads to, an unsettled tie matters before any is free, or no declines
        explain the table that it is to start from.
    IncompleteError
        If the standings are not complete.
    """
    scenario.rules.require_qualifiers("the joint waiting list")
    require_line(scenario)
    reallocation(scenario.rules)
    started = starting_table(scenario, engine("greedy"), start, changes)
    base = started.base
    if base.allocation.status == "tie":
        raise InputError(
            "an unsettled tie matters already, so there is no joint waiting list; "
            f"{unsettled_tie(base.scenario, base.allocation.tied)}"
        )
    rules = base.scenario.rules
    alone: dict[str, tuple[PlaceFree, ...]] = {}
    together: dict[str, tuple[PlaceFree, ...]] = {}
    ties: dict[tuple[str, bool], int] = {}
    ways: dict[str, list[NextAthlete]] = {noc: [] for noc in base.scenario.nocs}
    hard = base.scenario.readings.gender_cap == "hard"
    events = [event.identifier for event in rules.events]
    kinds = [(column, False) for column in (*events, *(GENDERS if hard else (ATHLETES,)))]
    kinds += [(event.identifier, True) for event in rules.events if event.gender != "mixed"]
    for column, with_athletes in kinds:
        line: list[PlaceFree] = []
        reached: set[tuple[str, Gender]] = set()
        for number, before, after in _one_after_the_other(base, column, with_athletes=with_athletes):
            if after.status == "tie":
                ties[column, with_athletes] = number
                break
            gains = tuple((noc, at, new - old) for noc, at, old, new in before.differing(after) if new > old)
            line.append(PlaceFree(number, gains))
            for noc, gender in product(ways, GENDERS):
                more = after.number(noc, gender) > base.allocation.number(noc, gender)
                if more and (noc, gender) not in reached:
                    reached.add((noc, gender))
                    ways[noc].append(NextAthlete(column, number, gender, with_athletes))
        while line and not line[-1].gains:
            line.pop()
        (together if with_athletes else alone)[column] = tuple(line)
    nearest = {noc: tuple(sorted(own, key=lambda way: way.places)) for noc, own in ways.items()}
    return JointReserve(scenario.identifier, alone, together, nearest, ties, started)


def _one_after_the_other(
    base: Outcome, column: str, *, with_athletes: bool
) -> Iterator[tuple[int, Allocation, Allocation]]:
    """Yield what one more free place leads to, with its number, until nobody takes any; it may end with a tie."""
    rules, by = base.scenario.rules, engine("greedy")
    # Athletes that nobody takes may have to add up first, for a start place refused for want of several.
    patience = rules.quota_places.relay_athletes + 1
    present, number, idle = base.allocation, 0, 0
    while idle < patience:
        number += 1
        scenario = replace(base.scenario, rules=rules.with_caps(_with_more(base, column, number, with_athletes)))
        quota_only = column not in base.allocation.places
        after = by.fill(scenario, Held(present.places, present.awards, base.at_most, quota_only=quota_only))
        idle = idle + 1 if after.same_places(present) else 0
        yield number, present, after
        present = after


def _with_more(base: Outcome, column: str, number: int, with_athletes: bool) -> dict[str, int]:
    """The caps with this many more places of an event, or more quota places."""
    rules = base.scenario.rules
    if column == ATHLETES:
        return {"total": rules.total + number}
    if column in base.allocation.places:
        event = rules.event(column)
        caps = {column: event.start_places + number}
        if not with_athletes:
            return caps
        athletes = number * (rules.quota_places.relay_athletes if event.kind == "relay" else 1)
        return caps | _with_more_athletes(base, event.own_gender, athletes)
    return _with_more_athletes(base, "men" if column == "men" else "women", number)


def _with_more_athletes(base: Outcome, gender: Gender, number: int) -> dict[str, int]:
    rules = base.scenario.rules
    caps = {"total": rules.total + number}
    return caps | ({gender: rules.gender_caps[gender] + number} if gender in rules.gender_caps else {})
