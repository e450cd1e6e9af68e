"""Start places in relays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .pathway import Pathway


@dataclass(frozen=True, slots=True)
class RelayPlaces(Pathway):
    """Start places in relays: the best of each event's SOQC, one place kept for the host."""

    kind: ClassVar[str] = "relay-places"
    events: tuple[str, ...] = ()
