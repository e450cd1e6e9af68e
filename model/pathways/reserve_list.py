"""The reserve list of each event: who is next when a place is given back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from .pathway import Pathway


@dataclass(frozen=True, slots=True)
class ReserveList(Pathway):
    """The next entries of a ranked list behind those with a place, the cap per NOC counted on.

    Attributes
    ----------
    ranking
        Event -> the name of the list it goes down.
    lengths
        Event -> number of entries at most.
    first_without_places
        Whether NOCs without a place in the event come first when a place is reallocated.
    """

    kind: ClassVar[str] = "reserve-list"
    ranking: Mapping[str, str] = field(default_factory=dict)
    lengths: Mapping[str, int] = field(default_factory=dict)
    first_without_places: bool = False
