"""What the checks of one allocation have before them, and the violations they find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from quotaproof.model.decisions import Figures
from quotaproof.model.obstacles import Obstacles
from quotaproof.model.rules import Gender


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which an allocation breaks the rules.

    `pathway` is None for caps, host places and what the rules do not know at all.
    """

    pathway: str | None
    noc: str | None
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.pathway or 'caps'}, {self.noc or 'all'}, {self.column}: {self.message}"


class Check:
    """One allocation under examination, and what has been found."""

    def __init__(self, facts: Obstacles) -> None:
        self.facts = facts
        self.scenario = facts.scenario
        self.rules = facts.rules
        self.allocation = facts.allocation
        self.hard = facts.hard
        self.found: list[Violation] = []

    def add(self, pathway: str | None, noc: str | None, column: str, message: str) -> None:
        """Note a violation."""
        self.found.append(Violation(pathway, noc, column, message))


Subject = tuple[str, str | None, str, Gender | None, int | None, bool]
"""What a decision is about: pathway, event, NOC, gender and qualifier, as in a `Decision`, and whether it gives what
follows from start places, since that and one more on the same pathway are two decisions."""


Due = tuple[Subject, tuple[int, ...], bool, Mapping[str, Figures]]
"""A decision that the record must hold: its subject; its turn (within a pathway decisions of a lower turn come before
it); whether the places and quota places say that it was granted; and every reason that is true of it when its turn
comes, kind -> figures."""
