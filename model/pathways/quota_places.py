"""Quota places that follow from start places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .pathway import Pathway


@dataclass(frozen=True, slots=True)
class QuotaPlaces(Pathway):
    """Quota places that follow from start places.

    A relay NOC has `relay_athletes`, and one more from its `bonus_from`-th individual start place on (None: never);
    another NOC the largest number of its start places over the individual events.
    """

    kind: ClassVar[str] = "quota-places"
    relay_athletes: int = 4
    bonus_from: int | None = None
