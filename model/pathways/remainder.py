"""Quota places left over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .pathway import LEFT_OVER, Pathway
from .table import FittingEvent, PathwayTable


@dataclass(frozen=True, slots=True)
class Remainder(Pathway):
    """Quota places left over: one more, in the order of the relay SOQC, for NOCs that meet the condition.

    The condition, per gender: a relay place, exactly `quota_places` quota places so far and, if given, exactly
    `individual_places` individual start places. Where `relay_only` is false an NOC without a relay place counts too.
    """

    kind: ClassVar[str] = "remainder"
    stage: ClassVar[int] = LEFT_OVER
    sentences: ClassVar[Mapping[str, str]] = {
        "next": "next in line at rank {rank} of {relay}, with {individual:individual start place}",
    }
    quota_places: int = 4
    individual_places: int | None = None
    relay_only: bool = True


def fits(pathway: Remainder, quota_places: int, individual_places: int, *, has_relay: bool) -> bool:
    """Return whether an NOC with so many quota and individual start places in a gender meets the condition."""
    return (
        quota_places == pathway.quota_places
        and (has_relay or not pathway.relay_only)
        and pathway.individual_places in (None, individual_places)
    )


class RemainderTable(PathwayTable):
    """Primitive: quota places left over, in the order of the relay SOQC."""

    kind: Literal["remainder"]
    quota_places: Annotated[int, Field(ge=1, le=20)]
    individual_places: Annotated[int, Field(ge=0, le=100)] | None = None
    relay_only: bool = True

    def to_pathway(self, event: FittingEvent) -> Remainder:
        """Return the pathway, which names no event."""
        return Remainder(*self.head, self.quota_places, self.individual_places, self.relay_only)
