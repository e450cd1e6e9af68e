"""One start place each to NOCs without any, down a ranked list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from .pathway import Pathway


@dataclass(frozen=True, slots=True)
class FillByRank(Pathway):
    """One start place each to NOCs that have none in the event, in the order of their best entry of a ranked list.

    Attributes
    ----------
    ranking
        The name of the list.
    places
        Event -> places in all after this pathway; those of earlier pathways are among them.
    """

    kind: ClassVar[str] = "fill-by-rank"
    ranking: str = ""
    places: Mapping[str, int] = field(default_factory=dict)
