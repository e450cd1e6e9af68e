"""The kinds of pathways that rules are composed of: a closed union, a module for each kind.

Whoever goes through the pathways of some rules either has a `match` over `AnyPathway` that ends in `refuse`, so that
mypy names the places that a new kind lacks, or a table of steps by kind that `supported` looks up.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from .parallel_walk import ParallelWalk
from .pathway import Pathway, Refused, refuse, supported
from .quota_places import QuotaPlaces
from .reallocation import Reallocation
from .relay_places import RelayPlaces
from .remainder import Remainder
from .team_top_up import TeamTopUp

__all__ = [
    "KINDS",
    "AnyPathway",
    "ParallelWalk",
    "Pathway",
    "QuotaPlaces",
    "Reallocation",
    "Refused",
    "RelayPlaces",
    "Remainder",
    "TeamTopUp",
    "refuse",
    "require_known",
    "supported",
]

AnyPathway = RelayPlaces | ParallelWalk | QuotaPlaces | TeamTopUp | Remainder | Reallocation
"""A pathway of any kind there is."""

KINDS: tuple[type[Pathway], ...] = get_args(AnyPathway)
"""Every kind of pathway."""


def require_known(who: str, pathways: Iterable[Pathway]) -> None:
    """Raise UnsupportedError unless all pathways are of one of `KINDS`, for who has no table of steps."""
    supported(who, pathways, dict.fromkeys(KINDS, True))
