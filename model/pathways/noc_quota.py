"""Quota places of an NOC: the sum of its start places, up to a cap that depends on where it has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from quotaproof.model.toml_schema import TomlTable

from .pathway import ENTITLED, ListedPathway
from .table import FittingEvent, Number, PathwayIdentifier, PathwayTable

EachEvent = Literal["a-place", "the-maximum"]


@dataclass(frozen=True, slots=True)
class QuotaCap:
    """A cap on an NOC's quota places in a gender, and the condition under which it is this one.

    Attributes
    ----------
    athletes
        The cap.
    team
        Whether the NOC must have a team in the gender.
    each_event
        What it must have in every individual event of the gender: nothing (None), a place, or as many as an NOC may.
    by
        Pathways whose places count for `each_event`; empty for all.
    """

    athletes: int
    team: bool = False
    each_event: EachEvent | None = None
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NocQuota(ListedPathway):
    """Quota places of an NOC and gender: the sum of its individual start places, at most the cap that applies.

    Attributes
    ----------
    caps
        The first whose condition holds applies; the last has none.
    """

    kind: ClassVar[str] = "noc-quota"
    stage: ClassVar[int] = ENTITLED
    sentences: ClassVar[Mapping[str, str]] = {
        "quota-sum": "{athletes:{one}}, the sum of its individual start places",
        "quota-capped": "{athletes:{one}}, the most it may have, for {individual:individual start place}",
    }
    caps: tuple[QuotaCap, ...] = ()


class QuotaCapTable(TomlTable):
    """A cap on an NOC's quota places in a gender; the first whose condition holds applies, the last has none."""

    athletes: Number
    """The most quota places under this cap."""
    team: bool = False
    """Whether it applies only to an NOC with a team in the gender."""
    each_event: EachEvent | None = None
    """What the NOC must have in every individual event of the gender: `a-place`, or `the-maximum` (`per-noc`).
    Nothing if left out."""
    by: list[PathwayIdentifier] = Field(default_factory=list)
    """Pathways whose places count for `each-event`; all if left out."""


class NocQuotaTable(PathwayTable):
    """Primitive: quota places of an NOC, the sum of its start places up to a cap."""

    kind: Literal["noc-quota"]
    caps: Annotated[list[QuotaCapTable], Field(min_length=1)]
    """Of these the first whose condition holds applies; the last has none."""

    def to_pathway(self, event: FittingEvent) -> NocQuota:
        """Return the pathway; errors as those of `event`."""
        caps = tuple(QuotaCap(cap.athletes, cap.team, cap.each_event, tuple(cap.by)) for cap in self.caps)
        return NocQuota(*self.head, caps)
