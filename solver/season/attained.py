"""What outcomes of a season have shown: the least and the most of each number, and which outcome gives it."""

from __future__ import annotations

from collections.abc import Collection

from quotaproof.model.rules import GENDERS

from .bounds import Bound, Certainty
from .outcomes import Replayed


class Attained:
    """The outcomes replayed so far.

    Attributes
    ----------
    least, most
        (event, NOC) or (NOC, gender) -> the number and the outcome that gives it, by its place in `replayed`.
    replayed
        Outcomes that showed something.
    """

    def __init__(self, nocs: Collection[str], events: Collection[str]) -> None:
        self.nocs, self.events = tuple(nocs), tuple(events)
        self.least: dict[object, tuple[int, int]] = {}
        self.most: dict[object, tuple[int, int]] = {}
        self.replayed: list[Replayed] = []

    def add(self, replayed: Replayed, open_events: Collection[str] = ()) -> Replayed:
        """Keep what an outcome shows, and return it.

        Parameters
        ----------
        open_events
            Events in which a tie leaves open who has a place: of those, and of quota places, it shows nothing.
        """
        place, used = len(self.replayed), False
        athletes = replayed.athletes()
        numbers: dict[object, int] = {
            (event, noc): replayed.places(event, noc)
            for event in self.events
            for noc in self.nocs
            if event not in open_events
        }
        if not open_events:
            numbers |= {(noc, gender): athletes.get((noc, gender), 0) for noc in self.nocs for gender in GENDERS}
        for key, number in numbers.items():
            if key not in self.least or number < self.least[key][0]:
                self.least[key], used = (number, place), True
            if key not in self.most or number > self.most[key][0]:
                self.most[key], used = (number, place), True
        if used:
            self.replayed.append(replayed)
        return replayed

    def certainty(self, key: object, least: int, most: int) -> Certainty:
        """Return the numbers that are proved of something, beside those that were attained."""
        return Certainty(
            Bound(least, *self.least.get(key, (None, None))), Bound(most, *self.most.get(key, (None, None)))
        )
