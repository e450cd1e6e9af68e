"""What a check is, and how it compares two answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from test_batch import told

from quotaproof.model.allocation import Allocation
from tests import listed

from .cases import Case

WORDS = 1500
"""Characters of an answer that a difference shows."""
NO_ROOM, UNSETTLED, CANNOT = "no room for the host", "a tie is open", "no file can state it"


class DifferenceError(Exception):
    """Two answers differ that must not."""


def agree(one: object, other: object, what: str) -> None:
    """Raise DifferenceError unless two answers are equal."""
    if one != other:
        raise DifferenceError(f"{what}: {_short(one)} and {_short(other)}")


def _short(answer: object) -> str:
    told_ = told_of(answer) if isinstance(answer, Allocation) else answer
    text = told_ if isinstance(told_, str) else repr(told_)
    return text if len(text) <= WORDS else f"{text[:WORDS]}..."


@dataclass(frozen=True)
class Check:
    """A check, what it compares in the words of a table, on which scenarios it runs, and on what share of them."""

    name: str
    compares: str
    by: tuple[str, ...]
    share: float
    run: Callable[[Case], str]


def shape(allocation: Allocation) -> tuple[object, ...]:
    """Return all that an allocation says but who found it, how it was proved, and the order of its decisions."""
    if allocation.rules.by_lists:
        own: tuple[object, ...] = listed.shape(allocation)
    else:
        own = told(allocation)
    decided = {json.dumps(decision.to_dict(allocation.rules), sort_keys=True) for decision in allocation.decisions}
    return (*own, decided if allocation.status == "optimal" or not allocation.rules.by_lists else None)


def told_of(allocation: Allocation) -> tuple[object, ...]:
    """Return what an allocation says; labels of pathways aside, which a folder may have otherwise."""
    return listed.shape(allocation) if allocation.rules.by_lists else told(allocation)
