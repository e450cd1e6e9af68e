"""The host's start place in events in which it has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from .pathway import Pathway

HostMode = Literal["replace-last", "additional"]


@dataclass(frozen=True, slots=True)
class HostPlaces(Pathway):
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
    mode: HostMode = "replace-last"
    events: tuple[str, ...] = ()
    on_reserve_list: bool = True
