"""What the form for changes holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from .cells import AnswerDocument, ShownColumn, cells_of, columns_of, number_in, spans
from .changes import Asked, caps_of

MOST_BOXES = 12
"""Boxes that a cell has at most for places that its NOC does not have before anything is declined."""


@dataclass(frozen=True, slots=True)
class Ticks:
    """The places of an NOC in an event, each ticked or not."""

    column: ShownColumn
    ticked: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class TickRow:
    """What an NOC may give back: all of it, or place by place."""

    noc: str
    excluded: bool
    everything: bool
    ticks: tuple[Ticks, ...]


@dataclass(frozen=True, slots=True)
class CapField:
    """A cap that may be set: its name, words, the value in force and the one of the rules."""

    name: str
    label: str
    value: str
    rules: int


@dataclass(frozen=True, slots=True)
class Fields:
    """What the form for changes holds."""

    columns: tuple[ShownColumn, ...]
    rows: tuple[TickRow, ...]
    caps: tuple[tuple[str, tuple[CapField, ...]], ...]
    readings: tuple[AnswerDocument, ...]
    host: str
    moves: tuple[str, ...] = field(default=())
    order: tuple[str, ...] = field(default=())
    """The declines that are ticked, as a form states them, in the order in which they act."""

    @property
    def groups(self) -> list[tuple[str, int]]:
        """Headings over the columns, each with how many it spans."""
        return spans(self.columns)


def fields(scenario: AnswerDocument, allocation: AnswerDocument | None, asked: Asked) -> Fields:
    """Return what the form for changes holds, with what is asked already ticked and filled in."""
    columns = columns_of(scenario)
    held = cells_of(allocation) if allocation is not None else {}
    if scenario["published"] is not None and allocation is None:
        held = scenario["published"]["cells"]
    elif allocation is not None and asked.start == "published" and allocation["start"]["changes"]:
        held = cells_of(allocation["start"])
    declined: dict[str, int | None] = {}
    for words in asked.of("decline"):
        what, equals, number = words.partition("=")
        before = declined.get(what, 0)
        stated = int(number) if equals and number.isdigit() else None
        declined[what] = None if stated is None or before is None else before + stated
    events = {column.identifier for column in columns}
    order = tuple(_ordered(words, held, events) for words in asked.of("decline"))
    excluded = set(asked.of("exclude"))
    stated_nocs = excluded | {what.partition(":")[0] for what in declined}
    nocs = [noc for noc in held if noc.isalpha()] + sorted(noc for noc in stated_nocs - set(held) if noc.isalpha())
    rows = tuple(
        TickRow(
            noc,
            noc in excluded,
            noc in declined,
            tuple(_ticks(column, number_in(held, noc, column.identifier), noc, declined) for column in columns),
        )
        for noc in nocs
    )
    host = next(iter(asked.of("host")), scenario["host"] or "none")
    readings = tuple({**r, "value": asked.chosen.get(r["name"], r["chosen"])} for r in scenario["readings"])
    return Fields(columns, rows, _caps(scenario, asked), readings, host, asked.of("move"), order)


def _ordered(words: str, held: Mapping[str, Mapping[str, int]], events: Collection[str]) -> str:
    """A decline as the form's boxes state it: all places of an event are a number of them."""
    noc, _, event = words.partition(":")
    number = number_in(held, noc, event) if event in events else 0
    return f"{words}={number}" if number else words


def _ticks(column: ShownColumn, number: int, noc: str, declined: Mapping[str, int | None]) -> Ticks:
    cell = f"{noc}:{column.identifier}"
    given = 0
    if cell in declined:
        stated = declined[cell]
        given = number if stated is None else stated
        # A place that an earlier decline brings can be given back too.
        number = max(number, min(given, MOST_BOXES))
    elif f"{noc}:{column.group.lower()}" in declined:
        given = number
    return Ticks(column, tuple(place < given for place in range(number)))


def _caps(scenario: AnswerDocument, asked: Asked) -> tuple[tuple[str, tuple[CapField, ...]], ...]:
    names = {event["id"]: event["label"] for event in scenario["events"]}
    caps = {
        name: CapField(name, names.get(name.partition(":")[0], name), asked.caps.get(name, str(value)), value)
        for name, value in caps_of(scenario).items()
    }
    of_noc = tuple(cap for name, cap in caps.items() if name.endswith(":noc"))
    of_event = tuple(cap for name, cap in caps.items() if name in names)
    rest = tuple(cap for cap in caps.values() if cap not in of_noc and cap not in of_event)
    return ("Quota places", rest), ("Start places of an event", of_event), ("Most of one NOC in an event", of_noc)
