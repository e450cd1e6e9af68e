"""Quota places of an NOC: the sum of its start places, up to a cap that depends on where it has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from .pathway import Pathway

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
class NocQuota(Pathway):
    """Quota places of an NOC and gender: the sum of its individual start places, at most the cap that applies.

    Attributes
    ----------
    caps
        The first whose condition holds applies; the last has none.
    """

    kind: ClassVar[str] = "noc-quota"
    caps: tuple[QuotaCap, ...] = ()
