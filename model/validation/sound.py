"""Whether an allocation is one at all: its fields are of their types, and do not contradict each other or the rules.

Everything else that is judged rests on that. An engine's allocation is sound; one that was altered or read back from
JSON need not be.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import get_type_hints

from quotaproof.model.allocation import Allocation
from quotaproof.model.pathways import NocQuota
from quotaproof.model.rules import Rules
from quotaproof.model.stated_types import Fits, fits

from .check import Violation


def misshapen(allocation: Allocation) -> list[Violation]:
    """Return the first value that is of another type than its field; empty if there is none."""
    for name, judge in _fields().items():
        if (found := judge(getattr(allocation, name))) is not None:
            return [Violation(None, None, f"{name}{found.path}", found.sentence())]
    return []


@functools.cache
def _fields() -> dict[str, Fits]:
    hints = get_type_hints(Allocation)
    return {name: fits(hints[name]) for name in Allocation.__dataclass_fields__ if name != "rules"}


def contradictions(rules: Rules, allocation: Allocation) -> Iterator[Violation]:
    """Yield what an allocation says that its own fields or the rules contradict, whatever the standings are."""
    tied = bool(allocation.tied)
    if (allocation.status == "tie") != tied:
        said = "a tie, and nobody is tied" if not tied else "optimal, and some are tied"
        yield Violation(None, None, "status", f"it is said to be {said}")
    if allocation.unique == tied:
        said = "unique, and some are tied" if tied else "not unique, and nobody is tied"
        yield Violation(None, None, "unique", f"it is said to be {said}")
    events = {event.identifier for event in rules.events}
    for event in sorted(events - set(allocation.places)):
        yield Violation(None, None, event, "its start places are missing, and none are said to be there")
    pathways = {pathway.identifier for pathway in rules.pathways}
    for one in allocation.tied:
        if one.gender is not None and (one.pathway is None or rules.by_lists):
            yield Violation(one.pathway, one.noc, one.event or "table", "the tie is in a ranking, and of no gender")
        if one.pathway is not None and one.pathway not in pathways:
            yield Violation(one.pathway, one.noc, one.event or "table", "the rules have no pathway of this tie")
    if rules.by_lists:
        gives = {pathway.identifier for pathway in rules.pathways if isinstance(pathway, NocQuota)}
        for award in allocation.awards:
            if award.pathway not in gives:
                yield Violation(
                    award.pathway, award.noc, award.gender, "the rules have no quota places by this pathway"
                )
        return
    for name in ("entries", "reserve", "taken_back"):
        if getattr(allocation, name):
            yield Violation(None, None, name, "start places of these rules are not of named entries")
