"""What the form for changes holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .cells import AnswerDocument, ShownColumn, cells_of, columns_of
from .changes import Asked, caps_of
from .languages import collated, gettext
from .wording import athletes_name, quota_places


@dataclass(frozen=True, slots=True)
class CapField:
    """A cap that may be set: its name, words, the value in force and the one of the rules."""

    name: str
    label: str
    value: str
    rules: int


@dataclass(frozen=True, slots=True)
class Fields:
    """What the form for changes holds; `nocs` have something to give back."""

    columns: tuple[ShownColumn, ...]
    nocs: tuple[str, ...]
    caps: tuple[tuple[str, tuple[CapField, ...]], ...]
    readings: tuple[AnswerDocument, ...]
    host: str
    held: Mapping[str, Mapping[str, int]]
    """NOC -> column -> what it has and can give back."""


def fields(scenario: AnswerDocument, allocation: AnswerDocument | None, asked: Asked) -> Fields:
    """Return what the form for changes holds, with what is asked already chosen and filled in."""
    held = cells_of(allocation) if allocation is not None else {}
    if scenario["partly_known"]:
        # What each has is a range; who has nothing in an event is told so.
        held = {noc: {} for noc in scenario["nocs"]}
    elif scenario["published"] is not None and allocation is None:
        held = scenario["published"]["cells"]
    elif allocation is not None and asked.start == "published" and allocation["start"]["changes"]:
        held = cells_of(allocation["start"])
    host = next(iter(asked.of("host")), scenario["host"] or "none")
    readings = tuple({**r, "value": asked.chosen.get(r["name"], r["chosen"])} for r in scenario["readings"])
    nocs = tuple(
        sorted((noc for noc in held if noc.isalpha()), key=lambda noc: collated(scenario["names"].get(noc, noc)))
    )
    return Fields(columns_of(scenario), nocs, _caps(scenario, asked), readings, host, held)


def _caps(scenario: AnswerDocument, asked: Asked) -> tuple[tuple[str, tuple[CapField, ...]], ...]:
    names = {event["id"]: event["label"] for event in scenario["events"]}
    caps = {
        name: CapField(name, names.get(name.partition(":")[0]) or _label(name), asked.caps.get(name, str(value)), value)
        for name, value in caps_of(scenario).items()
    }
    of_noc = tuple(cap for name, cap in caps.items() if name.endswith(":noc"))
    of_event = tuple(cap for name, cap in caps.items() if name in names)
    rest = tuple(cap for cap in caps.values() if cap not in of_noc and cap not in of_event)
    return (
        (quota_places(), rest),
        (gettext("Start places of an event"), of_event),
        (gettext("Most of one NOC in an event"), of_noc),
    )


def _label(cap: str) -> str:
    """The words of a cap that is of no event."""
    return gettext("total") if cap == "total" else athletes_name(cap)
