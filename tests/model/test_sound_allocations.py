"""An allocation that was altered in one field is rejected, whatever the value: in words, and never by a traceback."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from tiny import READINGS, tiny

from quotaproof.model.allocation import Allocation, Award
from quotaproof.model.decisions import Decision
from quotaproof.model.errors import InputError
from quotaproof.model.scenario import Scenario
from quotaproof.model.validation import violations
from quotaproof.solver.engines import greedy
from tests.listed import figure_skating_like, long_track_like, tiers_like

ODD: tuple[Any, ...] = (
    *(None, "", "XXX", "men", 0, 1, -1, 2, True, False, 1.0, 1.5, float("nan"), 10**30),
    *([], ["a"], {}, {"a": 1}, b"x", ()),
)
"""What JSON, or a slip of a hand, may have put in the place of a value."""

LABELS = ("scenario", "rules", "engine", "optima")
"""Fields that say where an allocation comes from and what was proved on the way: none of what is allocated."""

TIES = (
    (6, "walk", "men-first", "yes"),
    (10, "nominal", "refuse", "no"),
    (13, "nominal", "refuse", "no"),
    (52, "hard", "men-first", "yes"),
)
"""Draws with a tie of teams outside the ranking, and in line for a quota place behind all, at a rank, in one gender."""

Altered = tuple[str, Allocation]


def cases() -> Iterator[tuple[Scenario, Allocation]]:
    for readings in READINGS[::4]:
        for seed in range(2):
            scenario = tiny(seed, readings)
            try:
                yield scenario, greedy.allocate(scenario)
            except InputError as error:
                assert "guaranteed places need" in str(error)
    for seed in (2, 3):
        for draw in (long_track_like, figure_skating_like, tiers_like):
            scenario = draw(random.Random(seed), ties=seed == 2)
            yield scenario, greedy.allocate(scenario)


CASES = list(cases())


def others(value: object) -> list[Any]:
    """Odd values that are not this one, nor as empty as it is."""
    same = [one for one in ODD if type(one) is type(value) and one == value]
    none = not value or (isinstance(value, dict) and not any(value.values()))
    empty = [one for one in ODD if isinstance(one, list | tuple | dict) and not one and none]
    return [one for one in ODD if all(one is not own for own in (*same, *empty))]


def other_rows(rows: tuple[Any, ...]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """One row altered in a field, or something else in its place."""
    for place in {0, len(rows) // 2, len(rows) - 1} if rows else ():
        row = rows[place]
        for name in row._fields:
            for odd in others(getattr(row, name)):
                yield f".{name}={odd!r}", (*rows[:place], row._replace(**{name: odd}), *rows[place + 1 :])
        for odd in (*ODD, tuple(row), list(row), row._asdict()):
            yield f"={odd!r}", (*rows[:place], odd, *rows[place + 1 :])


def other_figures(one: Decision) -> Iterator[tuple[str, tuple[Decision]]]:
    for name, value in one.figures.items():
        for odd in others(value):
            yield f".figures.{name}={odd!r}", (one._replace(figures={**one.figures, name: odd}),)
    yield ": unheard of", (one._replace(kind="unheard-of", figures=None),)  # type: ignore[arg-type]


def other_decisions(right: Allocation) -> Iterator[Altered]:
    seen: set[str] = set()
    for place, one in enumerate(right.decisions):
        if one.kind in seen:
            continue
        seen.add(one.kind)
        for what, (altered,) in (*other_rows((one,)), *other_figures(one)):
            record = (*right.decisions[:place], altered, *right.decisions[place + 1 :])
            yield f"decisions{what}", replace(right, decisions=record)


def other_fields(right: Allocation) -> Iterator[Altered]:
    for name in Allocation.__dataclass_fields__:
        if name in LABELS:
            continue
        value = getattr(right, name)
        for odd in others(value):
            if name in ("decisions", "tied") and odd in ([], (), {}):
                continue  # no record, and with it nothing to judge; or the tie that there is left out
            yield f"{name}={odd!r}", replace(right, **{name: odd})
    for name in ("awards", "tied"):
        for what, rows in other_rows(getattr(right, name)):
            yield f"{name}{what}", replace(right, **{name: rows})
    for name in ("places", "entries", "reserve", "taken_back"):
        for event, held in getattr(right, name).items():
            for odd in others(held):
                yield f"{name}[event]={odd!r}", replace(right, **{name: {**getattr(right, name), event: odd}})
            if name != "places":
                for what, rows in other_rows(held):
                    altered = {**getattr(right, name), event: rows}
                    yield f"{name}[event]{what}", replace(right, **{name: altered})
            else:
                for noc in list(held)[:2]:
                    for odd in others(held[noc]):
                        altered = {**right.places, event: {**held, noc: odd}}
                        yield f"places[event][noc]={odd!r}", replace(right, places=altered)
    first = next(iter(right.places))
    yield "an event is missing", replace(right, places={e: n for e, n in right.places.items() if e != first})
    yield "a reserve list too many", replace(right, reserve={**right.reserve, "men-9000": ()})
    yield "places taken back too many", replace(right, taken_back={**right.taken_back, "men-9000": ()})
    yield "an event too many", replace(right, places={**right.places, "men-9000": {"AAA": 1}})
    yield "quota places too many", replace(right, awards=(*right.awards, Award("P99", "AAA", "men", 0)))


def test_an_allocation_altered_in_a_field_is_rejected() -> None:
    tried = 0
    for scenario, right in CASES:
        assert violations(scenario, right) == []
        for alter in (other_decisions, other_fields):
            for what, altered in alter(right):
                tried += 1
                assert violations(scenario, altered), what
    assert tried > 10_000


def test_what_is_no_allocation_is_said_with_its_place_and_what_would_be_right() -> None:
    scenario, right = CASES[0]
    event, held = next((event, held) for event, held in right.places.items() if held)
    noc = next(iter(held))
    found = violations(scenario, replace(right, places={**right.places, event: {noc: 1.0}}))  # type: ignore[dict-item]
    assert [str(one) for one in found] == [
        f"caps, all, places[{event!r}][{noc!r}]: 1.0 does not fit here; it must be a whole number"
    ]


@pytest.mark.parametrize("field", ["rank", "event", "gender", "pathway"])
def test_a_tie_is_the_one_that_is_left_open_in_each_of_its_fields(field: str) -> None:
    tied = [(scenario, right) for scenario, right in CASES if right.tied]
    for seed, gender_cap, ties, fifth in TIES:
        readings = {"gender-cap": gender_cap, "remaining-ties": ties, "fifth-in-walk": fifth}
        tied.append((scenario := tiny(seed, readings), greedy.allocate(scenario)))
    assert {right.rules.by_lists for _, right in tied} == {True, False}
    for scenario, right in tied:
        first, *rest = right.tied
        other: object = {"rank": 7, "event": "men-9000", "gender": "men", "pathway": "P99"}[field]
        other = "women" if field == "gender" and first.gender == "men" else other
        altered = (first._replace(**{field: other}), *rest)
        assert violations(scenario, replace(right, tied=altered)), (first, field)
