"""Every fault that an engine could have and that moves a place is seen by the validator.

Faults in how the rules are read are seeded by giving an engine other rules than the validator; faults in the engines
themselves by replacing one of their steps.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import draw
import pytest

from quotaproof.model.allocation import Allocation, Award
from quotaproof.model.errors import InputError, SolverError
from quotaproof.model.pathways import ParallelWalk, Pathway, QuotaPlaces, RelayPlaces, Remainder, TeamTopUp
from quotaproof.model.rules import Event, Rules
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Ranking, Standings
from quotaproof.model.validation import Violation, violations
from quotaproof.scenarios import load_scenario
from quotaproof.solver.engines import greedy
from quotaproof.solver.engines.cpsat import engine, start_places, state, team_top_up, template, tiers

EVENTS = [event.identifier for event in draw.BEIJING.rules.events]
INDIVIDUAL = [event.identifier for event in draw.BEIJING.rules.events if event.kind == "individual"]
CORPUS = [
    load_scenario("sochi-2014"),
    *(draw.realistic(seed) for seed in range(2)),
    *(draw.roomy(seed) for seed in (0, 1, 2, 5, 7, 12, 21, 55, 105)),
    *(draw.wild(seed) for seed in range(12)),
]
RIGHT = [greedy.allocate(scenario) for scenario in CORPUS]
REJECTED = "the validator rejects what CP-SAT answered"
IMPOSSIBLE = "has no solution at all, which the rules never allow"

Fault = Callable[[Scenario], Scenario]


def reading(**values: Any) -> Fault:
    return lambda scenario: replace(scenario, readings=replace(scenario.readings, **values))


def wrong_reading(right: dict[str, Any], wrong: dict[str, Any]) -> Fault:
    """The fault of reading a clause in another way, where it should be read as `right` says."""

    def fault(scenario: Scenario) -> Scenario:
        as_told = all(getattr(scenario.readings, name) == value for name, value in right.items())
        return reading(**wrong)(scenario) if as_told else scenario

    return fault


def rules(change: Callable[[Rules], Rules]) -> Fault:
    return lambda scenario: replace(scenario, rules=change(scenario.rules))


def pathways(change: Callable[[Pathway], Pathway | None]) -> Fault:
    def changed(old: Rules) -> Rules:
        new = (change(pathway) for pathway in old.pathways)
        return replace(old, pathways=tuple(pathway for pathway in new if pathway is not None))

    return rules(changed)


def with_(kind: type[Pathway], **values: Any) -> Fault:
    return pathways(lambda pathway: replace(pathway, **values) if isinstance(pathway, kind) else pathway)


def of(identifier: str, **values: Any) -> Fault:
    return pathways(lambda pathway: replace(pathway, **values) if pathway.identifier == identifier else pathway)


def dropped(identifier: str) -> Fault:
    return pathways(lambda pathway: None if pathway.identifier == identifier else pathway)


def swapped(one: str, other: str) -> Fault:
    def changed(old: Rules) -> Rules:
        by_identifier = {pathway.identifier: pathway for pathway in old.pathways}
        if not {one, other} <= set(by_identifier):
            return old
        turned = {one: by_identifier[other], other: by_identifier[one]}
        return replace(old, pathways=tuple(turned.get(pathway.identifier, pathway) for pathway in old.pathways))

    return rules(changed)


def walk_order(change: Callable[[list[str]], Sequence[str]]) -> Fault:
    def changed(pathway: Pathway) -> Pathway:
        if isinstance(pathway, ParallelWalk):
            return replace(pathway, events=tuple(change(list(pathway.events))))
        return pathway

    return pathways(changed)


def turned_walk(first: str, second: str) -> Fault:
    return walk_order(lambda events: [{first: second, second: first}.get(event, event) for event in events])


def cap(name: str, by: int) -> Fault:
    """The fault of counting a cap as one more or less."""

    def changed(old: Rules) -> Rules:
        event, _, per_noc = name.partition(":")
        known = {event.identifier: event for event in old.events}
        if name == "total":
            value = old.total
        elif name in old.gender_caps:
            value = old.gender_caps[name]  # type: ignore[index]
        elif event not in known:
            return old
        else:
            value = known[event].noc_cap if per_noc else known[event].start_places
        return old.with_caps({name: max(value + by, 0)})

    return rules(changed)


def event(identifier: str, **values: Any) -> Fault:
    def changed(old: Event) -> Event:
        return replace(old, **values) if old.identifier == identifier else old

    return rules(lambda old: replace(old, events=tuple(map(changed, old.events))))


def ranking(identifier: str, change: Callable[[Ranking, int], Ranking]) -> Fault:
    def fault(scenario: Scenario) -> Scenario:
        if identifier not in scenario.standings.rankings:
            return scenario
        changed = change(scenario.standings.rankings[identifier], scenario.rules.event(identifier).start_places)
        return replace(scenario, standings=Standings({**scenario.standings.rankings, identifier: changed}))

    return fault


def backwards(old: Ranking, _cut: int) -> Ranking:
    return Ranking(tuple(reversed(old.entries)))


def without_the_best(old: Ranking, _cut: int) -> Ranking:
    return Ranking(old.entries[1:])


def turned_at_the_cut(old: Ranking, cut: int) -> Ranking:
    entries = list(old.entries)
    entries[cut - 2 : cut + 2] = reversed(entries[cut - 2 : cut + 2])
    return Ranking(tuple(entries))


RULE_FAULTS: dict[str, Fault] = {
    "P1 dropped": dropped("P1"),
    "P2 dropped": dropped("P2"),
    "P4 dropped": dropped("P4"),
    "P5 dropped": dropped("P5"),
    "P6 dropped": dropped("P6"),
    "P5 and P6 swapped": swapped("P5", "P6"),
    "P4 and P5 swapped": swapped("P4", "P5"),
    "P4 and P6 swapped": swapped("P4", "P6"),
    "walk begins with the 1000 m of men": turned_walk("men-500", "men-1000"),
    "walk takes the 1500 m of women before the 500 m": turned_walk("women-500", "women-1500"),
    "walk takes the events backwards": walk_order(lambda events: events[::-1]),
    "one relay forgotten": with_(RelayPlaces, events=("women-relay",)),
    "one distance forgotten": walk_order(lambda events: events[1:]),
    "host ignored": lambda scenario: replace(scenario, host=None),
    "host has a place in relays only": rules(
        lambda old: replace(old, host_events=tuple(name for name in old.host_events if name.endswith("-relay")))
    ),
    "host has no place in the mixed relay": rules(
        lambda old: replace(old, host_events=tuple(name for name in old.host_events if name != "mixed-relay"))
    ),
    "fifth athlete from seven start places on": with_(QuotaPlaces, bonus_from=7),
    "fifth athlete from nine start places on": with_(QuotaPlaces, bonus_from=9),
    "no fifth athlete": with_(QuotaPlaces, bonus_from=None),
    "five athletes for a relay": with_(QuotaPlaces, relay_athletes=5),
    "three athletes for a relay": with_(QuotaPlaces, relay_athletes=3),
    "mixed relay for one man and two women": event("mixed-relay", team={"men": 1, "women": 2}),
    "mixed relay for three of each": event("mixed-relay", team={"men": 3, "women": 3}),
    "P5 for six start places": of("P5", individual_places=6),
    "P5 for any number of start places": of("P5", individual_places=None),
    "P5 for three athletes": of("P5", quota_places=3),
    "P6 for seven start places only": of("P6", individual_places=7),
    "P6 for five athletes": of("P6", quota_places=5),
    "walk cap read as nominal": wrong_reading({"gender_cap": "walk"}, {"gender_cap": "nominal"}),
    "walk cap read as hard": wrong_reading({"gender_cap": "walk"}, {"gender_cap": "hard"}),
    "hard cap read as a walk cap": wrong_reading({"gender_cap": "hard"}, {"gender_cap": "walk"}),
    "hard cap read as nominal": wrong_reading({"gender_cap": "hard"}, {"gender_cap": "nominal"}),
    "nominal cap read as hard": wrong_reading({"gender_cap": "nominal"}, {"gender_cap": "hard"}),
    "fifth left out of the walk": wrong_reading({"fifth_in_walk": "yes"}, {"fifth_in_walk": "no"}),
    "fifth counted in the walk": wrong_reading({"fifth_in_walk": "no"}, {"fifth_in_walk": "yes"}),
    "men taken for first in a tie": wrong_reading({"remaining_ties": "refuse"}, {"remaining_ties": "men-first"}),
    "women taken for first in a tie": wrong_reading({"remaining_ties": "refuse"}, {"remaining_ties": "women-first"}),
    "men first instead of women": wrong_reading({"remaining_ties": "women-first"}, {"remaining_ties": "men-first"}),
    **{f"{name} cap {by:+}": cap(name, by) for name in ("total", "men", "women") for by in (1, -1)},
    **{f"{name} cap {by:+}": cap(name, by) for name in EVENTS for by in (1, -1)},
    **{f"{name} cap per NOC {by:+}": cap(f"{name}:noc", by) for name in INDIVIDUAL for by in (1, -1)},
    **{f"{name} ranked backwards": ranking(name, backwards) for name in EVENTS},
    **{f"best of {name} forgotten": ranking(name, without_the_best) for name in EVENTS},
    **{f"{name} turned at the cut": ranking(name, turned_at_the_cut) for name in EVENTS},
}


def violations_of_right_rules(scenario: Scenario, allocation: Allocation) -> list[Violation]:
    """What the validator says of an allocation by other rules; its decisions are left aside, places must suffice."""
    return violations(scenario, replace(allocation, rules=scenario.rules, decisions=()))


@pytest.mark.parametrize("name", RULE_FAULTS)
def test_an_engine_with_other_rules_is_caught(name: str) -> None:
    fault, caught = RULE_FAULTS[name], []
    for scenario, right in zip(CORPUS, RIGHT, strict=True):
        faulty = fault(scenario)
        if faulty == scenario:
            continue
        try:
            allocation = greedy.allocate(faulty)
        except InputError:  # the fault leaves the host no room
            continue
        found = violations_of_right_rules(scenario, allocation)
        if found:
            caught.append((scenario, faulty))
        elif allocation.status == "optimal":
            assert allocation.same_places(right)
    assert caught
    scenario, faulty = caught[0]
    try:
        by_cp_sat = engine.allocate(faulty)
    except (
        SolverError
    ) as error:  # rules so broken that they contradict themselves, such as host places nobody hands out
        assert REJECTED in str(error)
    else:
        assert violations_of_right_rules(scenario, by_cp_sat)


# Faults in the steps of the greedy engine -----------------------------------------------------------------------------


def nothing(*_: Any) -> None:
    """Stand in for a step that is left out."""


def false(*_: Any) -> bool:
    return False


def two_for_a_top_up(real: Callable[..., None]) -> Callable[..., None]:
    def award(walk: Any, pathway: str, noc: str, gender: str, number: int, kind: str, figures: dict[str, Any]) -> None:
        real(walk, pathway, noc, gender, 2 if kind == "top-up" else number, kind, figures)

    return award


def one_more_for_the_largest(real: Callable[..., None]) -> Callable[..., None]:
    def award(walk: Any, pathway: str, noc: str, gender: str, number: int, kind: str, figures: dict[str, Any]) -> None:
        real(walk, pathway, noc, gender, number + (kind == "largest"), kind, figures)

    return award


def event_by_event(_real: Any) -> Callable[..., Iterator[Any]]:
    def rows(walk: Any, events: Sequence[Event]) -> Iterator[Any]:
        for one in events:
            for row, claim in enumerate(walk.claims[one.identifier], 1):
                yield row, one, *claim

    return rows


def last_rows_first(real: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    return lambda walk, events: iter(list(real(walk, events))[::-1])


def one_by_one(real: Callable[..., list[list[Any]]]) -> Callable[..., list[list[Any]]]:
    return lambda walk, candidates: [[one] for group in real(walk, candidates) for one in group]


def from_behind(real: Callable[..., list[list[Any]]]) -> Callable[..., list[list[Any]]]:
    return lambda walk, candidates: real(walk, candidates)[::-1]


def always_room(_real: Any) -> Callable[..., Any]:
    return lambda *_: (None, {})


def athletes_of_relays_only(real: Any) -> Callable[..., int]:
    def need(self: Any, starts: Any) -> int:
        return real(self, starts) if starts.relay else 0

    return need


def without(step: Callable[..., Any]) -> Callable[[Any], Callable[..., Any]]:
    return lambda _real: step


GREEDY_FAULTS: dict[str, tuple[str | type[Pathway], Callable[[Any], Callable[..., Any]]]] = {
    "P3 left out": (QuotaPlaces, without(nothing)),
    "mixed relay left out": (TeamTopUp, without(nothing)),
    "remainder left out": (Remainder, without(nothing)),
    "two athletes for a top-up": ("award", two_for_a_top_up),
    "one athlete too many without a relay": ("award", one_more_for_the_largest),
    "walk event by event": ("start_places._rows", event_by_event),
    "walk from the last row up": ("start_places._rows", last_rows_first),
    "nothing kept for the host": ("host_lacks", without(false)),
    "ties broken silently": ("line._groups", one_by_one),
    "line from behind": ("line._groups", from_behind),
    "quota places without end": ("room", always_room),
    "athletes outside relays not counted": ("_need", athletes_of_relays_only),
}


@pytest.mark.parametrize("name", GREEDY_FAULTS)
def test_a_wrong_step_of_the_greedy_engine_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    step, fault = GREEDY_FAULTS[name]
    if isinstance(step, str):
        module, _, step = step.rpartition(".")
        home = getattr(greedy, module) if module else greedy.State
        monkeypatch.setattr(home, step, fault(getattr(home, step)))
    else:
        monkeypatch.setattr(greedy, "STEPS", {**greedy.STEPS, step: fault(greedy.STEPS[step])})
    caught = False
    for scenario, right in zip(CORPUS, RIGHT, strict=True):
        allocation = greedy.allocate(scenario)
        found = violations_of_right_rules(scenario, allocation)
        caught |= bool(found)
        assert found or allocation.status == "tie" or allocation.same_places(right)
    assert caught


# Faults in the steps of the CP-SAT engine: the validator stands guard in it ---------------------------------------


def backwards_line(real: Callable[..., Any]) -> Callable[..., tuple[int, int]]:
    def order(model: Any, noc: str, gender: str) -> tuple[int, int]:
        rank, behind = real(model, noc, gender)
        return -rank, behind

    return order


def teams_from_behind(real: Callable[..., None]) -> Callable[..., None]:
    return lambda model, pathway, name, places, teams, order: real(model, pathway, name, places, teams, order[::-1])


def last_variable_first(real: Callable[..., list[int]]) -> Callable[..., list[int]]:
    return lambda stages, variables, name: real(stages, list(variables)[::-1], name)[::-1]


def nothing_granted(_real: Any) -> Callable[..., list[int]]:
    return lambda _stages, variables, _name: [0] * len(variables)


def no_choice_left(real: Callable[..., Any]) -> Callable[..., Any]:
    return lambda stages, variables, name: (real(stages, variables, name)[0], [])


def lines_from_behind(real: Callable[..., Any]) -> Callable[..., Any]:
    def backwards(stages: Any, line: Any, name: str) -> Any:
        chosen, open_ones = real(stages, line[::-1], name)
        return (chosen, open_ones) if open_ones else (chosen[::-1], [])

    return backwards


def no_event_caps(_real: Any) -> Callable[..., None]:
    def caps(made: Any, event: str, _cap: int) -> None:
        made.event_cap[event] = made.model.at_most([], 0)

    return caps


def caps_without_host(real: Callable[..., None]) -> Callable[..., None]:
    def caps(made: Any, event: str, cap: int) -> None:
        made.frame, frame = replace(made.frame, guaranteed=()), made.frame
        real(made, event, cap)
        made.frame = frame

    return caps


def no_athlete_caps(_real: Any) -> Callable[..., Any]:
    def caps(made: Any, gender: str, _events: Any) -> tuple[list[int], list[int]]:
        made.gender_cap[gender] = made.model.at_most([], 0)
        return [], []

    return caps


def athletes_without_relays(real: Callable[..., Any]) -> Callable[..., Any]:
    return lambda made, noc, gender, events, _relay: real(made, noc, gender, events, None)


def no_ties_between_events(_real: Any) -> Callable[..., Any]:
    return lambda task: [(task.events, (), False)]


def no_total(real: Callable[..., Any]) -> Callable[..., Any]:
    return lambda task: [(events, genders, False) for events, genders, _ in real(task)]


def nobody_lacks(_real: Any) -> Callable[..., list[str]]:
    return lambda *_: []


def a_million(*_: Any) -> int:
    return 10**6


def no_hard_caps(*_: Any) -> dict[str, int]:
    return {}


CP_SAT_FAULTS: dict[str, tuple[Any, str | type[Pathway], Callable[[Any], Callable[..., Any]]]] = {
    "caps of events left out": (template.Template, "_event_caps", no_event_caps),
    "host left out of the caps of events": (template.Template, "_event_caps", caps_without_host),
    "caps on athletes left out": (template.Template, "_athlete_caps", no_athlete_caps),
    "athletes counted without relays": (template.Template, "_need", athletes_without_relays),
    "events taken for independent": (start_places._Task, "parts", no_ties_between_events),
    "total taken for slack": (start_places._Task, "parts", no_total),
    "P3 left out": (engine, QuotaPlaces, without(nothing)),
    "mixed relay left out": (engine, TeamTopUp, without(nothing)),
    "remainder left out": (engine, Remainder, without(nothing)),
    "relays overlooked": (state.State, "has_relay", without(false)),
    "line from behind": (state.State, "_order", backwards_line),
    "quota places without end": (state.State, "_room", without(a_million)),
    "quota places beyond hard caps": (state.State, "_room_of", without(no_hard_caps)),
    "teams from behind": (team_top_up, "_enter", teams_from_behind),
    "conditions taken for met": (team_top_up, "_lacking", nobody_lacks),
    "tiers from behind": (tiers.Stages, "maximise", last_variable_first),
    "tiers not maximised": (tiers.Stages, "maximise", nothing_granted),
    "lines from behind": (tiers.Stages, "maximise_line", lines_from_behind),
    "ties broken silently": (tiers.Stages, "maximise_class", no_choice_left),
}


@pytest.fixture
def no_templates() -> Iterator[None]:
    """A faulty model must not be remembered, nor a right one be used instead."""
    template.forget_templates()
    yield
    template.forget_templates()


@pytest.mark.usefixtures("no_templates")
@pytest.mark.parametrize("name", CP_SAT_FAULTS)
def test_a_wrong_step_of_the_cp_sat_engine_is_an_error_and_no_answer(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, step, fault = CP_SAT_FAULTS[name]
    if isinstance(step, str):
        monkeypatch.setattr(owner, step, fault(getattr(owner, step)))
    else:
        monkeypatch.setattr(owner, "STEPS", {**owner.STEPS, step: fault(owner.STEPS[step])})
    caught = False
    for scenario, right in zip(CORPUS, RIGHT, strict=True):
        try:
            allocation = engine.allocate(scenario)
        except SolverError as error:
            assert REJECTED in str(error) or IMPOSSIBLE in str(error)
            caught = True
        else:
            assert allocation.status == "tie" or allocation.same_places(right)
    assert caught


# Any other allocation -------------------------------------------------------------------------------------------------


def neighbours(scenario: Scenario, allocation: Allocation, rng: random.Random) -> Iterator[Allocation]:
    """Allocations that differ in a cell: a place or quota place more, less, or moved to another NOC or pathway."""
    nocs = scenario.nocs
    for name, places in allocation.places.items():
        for noc in rng.sample(nocs, min(3, len(nocs))):
            more = {**places, noc: places.get(noc, 0) + 1}
            yield replace(allocation, places={**allocation.places, name: more})
            for loser in rng.sample(sorted(places), min(2, len(places))):
                less = {other: number - (other == loser) for other, number in places.items()}
                yield replace(allocation, places={**allocation.places, name: nonzero(less)})
                if loser != noc:
                    moved = {**less, noc: less.get(noc, 0) + 1}
                    yield replace(allocation, places={**allocation.places, name: nonzero(moved)})
    for number, award in enumerate(allocation.awards):
        if rng.random() < 0.7 and award.pathway == "P3":
            continue
        rest = allocation.awards[:number] + allocation.awards[number + 1 :]
        less_ = (award._replace(number=award.number - 1),) if award.number > 1 else ()
        yield replace(allocation, awards=rest + less_)
        yield replace(allocation, awards=(*rest, award._replace(number=award.number + 1)))
        one = award._replace(number=1)
        other_noc = one._replace(noc=rng.choice([noc for noc in nocs if noc != award.noc]))
        other_gender = one._replace(gender="women" if award.gender == "men" else "men")
        later = [pathway.identifier for pathway in scenario.rules.pathways if pathway.identifier != award.pathway]
        for moved_ in (other_noc, other_gender, one._replace(pathway=rng.choice(later))):
            yield replace(allocation, awards=(*rest, *less_, moved_))
    for pathway, gender in itertools.product(("P3", "P4", "P5", "P6"), ("men", "women")):
        yield replace(allocation, awards=(*allocation.awards, Award(pathway, rng.choice(nocs), gender, 1)))  # type: ignore[arg-type]


def nonzero(numbers: dict[str, int]) -> dict[str, int]:
    return {noc: number for noc, number in numbers.items() if number}


SETTLED = [number for number, right in enumerate(RIGHT) if right.status == "optimal"]


@pytest.mark.parametrize("number", SETTLED[::3])
def test_no_neighbour_of_the_allocation_passes(number: int) -> None:
    scenario, right = CORPUS[number], replace(RIGHT[number], decisions=())
    assert violations(scenario, right) == []
    for neighbour in neighbours(scenario, right, random.Random(number)):
        assert violations(scenario, neighbour)
