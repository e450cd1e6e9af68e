"""Declined places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from .pathway import REALLOCATION, Pathway
from .table import FittingEvent, PathwayIdentifier, PathwayTable


@dataclass(frozen=True, slots=True)
class Reallocation(Pathway):
    """What happens to declined places; quota places left over go through the pathways `repeats` again."""

    kind: ClassVar[str] = "reallocation"
    stage: ClassVar[int] = REALLOCATION
    repeats: tuple[str, ...] = ()


class ReallocationTable(PathwayTable):
    """Primitive: declined places go to the next in line, quota places left over through `repeats` again."""

    kind: Literal["reallocation"]
    repeats: list[PathwayIdentifier]

    def to_pathway(self, event: FittingEvent) -> Reallocation:
        """Return the pathway, which names no event."""
        return Reallocation(*self.head, tuple(self.repeats))
