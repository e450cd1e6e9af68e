"""Start places in relays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from quotaproof.model.toml_schema import Identifier

from .pathway import START_PLACES, WalkedEvents
from .table import FittingEvent, PathwayTable


@dataclass(frozen=True, slots=True)
class RelayPlaces(WalkedEvents):
    """Start places in relays: the best of each event's SOQC, one place kept for the host."""

    kind: ClassVar[str] = "relay-places"
    stage: ClassVar[int] = START_PLACES


class RelayPlacesTable(PathwayTable):
    """Primitive: start places in relays, the best of each SOQC and the host."""

    kind: Literal["relay-places"]
    events: Annotated[list[Identifier], Field(min_length=1)]

    def to_pathway(self, event: FittingEvent) -> RelayPlaces:
        """Return the pathway; errors as those of `event`."""
        return RelayPlaces(*self.head, tuple(event(one, "relay", "events") for one in self.events))
