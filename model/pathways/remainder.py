"""Quota places left over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .pathway import Pathway


@dataclass(frozen=True, slots=True)
class Remainder(Pathway):
    """Quota places left over: one more, in the order of the relay SOQC, for NOCs that meet the condition.

    The condition, per gender: a relay place, exactly `quota_places` quota places so far and, if given, exactly
    `individual_places` individual start places. Where `relay_only` is false an NOC without a relay place counts too.
    """

    kind: ClassVar[str] = "remainder"
    quota_places: int = 4
    individual_places: int | None = None
    relay_only: bool = True
