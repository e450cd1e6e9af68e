"""The host's start place in events in which it has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from quotaproof.model.toml_schema import Identifier

from .pathway import START_PLACES, ListedPathway
from .table import FittingEvent, PathwayTable

HostMode = Literal["replace-last", "additional"]


@dataclass(frozen=True, slots=True)
class HostPlaces(ListedPathway):
    """A start place for the host where it has none, taken from the last or added.

    `replace-last`: the host's best entry takes the place that was handed out last in the event, and who is replaced
    heads the reserve list. `additional`: the host's entry comes on top of the event's start places.

    Attributes
    ----------
    events
        Where the host may enter.
    on_reserve_list
        Whether the host's entry must be on the event's reserve list.
    """

    kind: ClassVar[str] = "host-places"
    stage: ClassVar[int] = START_PLACES
    sentences: ClassVar[Mapping[str, str]] = {
        "host-replaces": (
            "{name} of the host takes the place of {replaced} ({replaced_noc}), the last that was handed out"
        ),
        "host-added": "{name} of the host enters on top of the start places",
        "host-replaced": "{name} had the last place, which the host takes, and heads the reserve list",
    }
    mode: HostMode = "replace-last"
    events: tuple[str, ...] = ()
    on_reserve_list: bool = True


class HostPlacesTable(PathwayTable):
    """Primitive: a start place for the host where it has none."""

    kind: Literal["host-places"]
    mode: HostMode
    """`replace-last`: the host takes the place handed out last, and who is replaced heads the reserve list.
    `additional`: its place comes on top."""
    events: Annotated[list[Identifier], Field(min_length=1)]
    """Where the host, named in `scenario.toml`, may enter."""
    on_reserve_list: bool = True
    """Whether its entry must be on the event's reserve list."""

    def to_pathway(self, event: FittingEvent) -> HostPlaces:
        """Return the pathway; errors as those of `event`."""
        events = tuple(event(one, "any", "events") for one in self.events)
        return HostPlaces(*self.head, self.mode, events, self.on_reserve_list)
