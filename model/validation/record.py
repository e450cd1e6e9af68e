"""The record of decisions: nothing is missing, nothing too much, and every reason is true when its turn comes.

What must be on record is worked out here from the allocation, by the same checks of each kind that judge the places;
nothing is taken from who wrote the record, be it an engine or `decision_record`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from operator import itemgetter

from quotaproof.model.decisions import Decision

from .check import Check, Due, Subject

FOLLOWS = frozenset({"relay", "relay-bonus", "largest"})
"""Reasons of what follows from start places."""


def check_record(check: Check, decisions: Iterable[Decision], due: Callable[[], Iterable[Iterable[Due]]]) -> None:
    """Note what is wrong with a record.

    Parameters
    ----------
    due
        Returns, pathway by pathway, the decisions that the record must hold.
    """
    said: dict[Subject, tuple[int, Decision]] = {}
    decisions = tuple(decisions)
    if _as_due(decisions, chain.from_iterable(due())):
        return
    for place, decision in enumerate(decisions):
        pathway, event, noc, gender, qualifier, _, kind, _ = decision
        subject = (pathway, event, noc, gender, qualifier, kind in FOLLOWS)
        if subject in said:
            check.add(*_where(subject), "the decision is on record twice")
        said[subject] = (place, decision)
    places: list[tuple[int, tuple[int, ...], int, Subject]] = []
    for number, own in enumerate(due()):
        for subject, turn, granted, reasons in own:
            place, found = said.pop(subject, (0, None))
            if found is None:
                check.add(*_where(subject), "the decision is not on record")
            elif found.granted != granted:
                check.add(*_where(subject), "the recorded decision does not agree with the places")
            elif found.kind not in reasons or reasons[found.kind] != found.figures:
                by = ", by its figures" if found.kind in reasons else ""
                check.add(*_where(subject), f"the recorded reason {found.kind!r} is not the one that decides{by}")
            places.append((number, turn, place, subject))
    for subject in said:
        check.add(*_where(subject), "a decision is on record that nobody had to take")
    if not check.found:
        _check_order(check, places)


def _as_due(decisions: Sequence[Decision], due: Iterable[Due]) -> bool:
    """Whether a record is right decision by decision in the order in which they are due; this is the quick way."""
    place = -1
    for place, (subject, _, granted, reasons) in enumerate(due):
        if place == len(decisions):
            return False
        pathway, event, noc, gender, qualifier, said, kind, figures = decisions[place]
        if subject != (pathway, event, noc, gender, qualifier, kind in FOLLOWS) or said != granted:
            return False
        if kind not in reasons or reasons[kind] != figures:
            return False
    return place + 1 == len(decisions)


def _check_order(check: Check, places: list[tuple[int, tuple[int, ...], int, Subject]]) -> None:
    """Who comes first in line comes first on record; those of one turn may come in any order."""
    last, behind = -1, -1
    now: tuple[int, tuple[int, ...]] = (-1, ())
    for number, turn, place, subject in sorted(places, key=itemgetter(0, 1)):
        if (number, turn) != now:
            now, behind = (number, turn), last
        if place < behind:
            check.add(*_where(subject), "the decision is on record before others whose turn came earlier")
        last = max(last, place)


def _where(subject: Subject) -> tuple[str, str, str]:
    pathway, event, noc, gender, _, _ = subject
    return pathway, noc, event or gender or "athletes"
