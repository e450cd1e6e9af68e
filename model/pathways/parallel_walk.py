"""Start places in individual events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from quotaproof.model.toml_schema import Identifier

from .pathway import START_PLACES, WalkedEvents
from .table import FittingEvent, PathwayTable


@dataclass(frozen=True, slots=True)
class ParallelWalk(WalkedEvents):
    """Start places in individual events: all SOQCs walked side by side, row by row, in the order of `events`."""

    kind: ClassVar[str] = "parallel-walk"
    stage: ClassVar[int] = START_PLACES


class ParallelWalkTable(PathwayTable):
    """Primitive: start places in individual events, all SOQCs walked side by side."""

    kind: Literal["parallel-walk"]
    events: Annotated[list[Identifier], Field(min_length=1)]

    def to_pathway(self, event: FittingEvent) -> ParallelWalk:
        """Return the pathway; errors as those of `event`."""
        return ParallelWalk(*self.head, tuple(event(one, "individual", "events") for one in self.events))
