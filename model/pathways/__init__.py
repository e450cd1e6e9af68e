"""The kinds of pathways that rules are composed of: a closed union, a module for each kind.

Code that goes through the pathways of some rules either has a `match` over `AnyPathway` that ends in `refuse`, so that
mypy names the places that a new kind lacks, or a table of steps by kind that `supported` looks up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, get_args

from pydantic import Field

from .parallel_walk import ParallelWalk, ParallelWalkTable
from .pathway import (
    ENTITLED,
    LEFT_OVER,
    REALLOCATION,
    START_PLACES,
    EnginesOnly,
    Pathway,
    Refused,
    refuse,
    supported,
)
from .quota_places import QuotaPlaces, QuotaPlacesTable
from .reallocation import Reallocation, ReallocationTable
from .relay_places import RelayPlaces, RelayPlacesTable
from .remainder import Remainder, RemainderTable
from .team_top_up import TeamTopUp, TeamTopUpTable

__all__ = [
    "ENTITLED",
    "KINDS",
    "LEFT_OVER",
    "REALLOCATION",
    "START_PLACES",
    "AnyPathway",
    "AnyPathwayTable",
    "EnginesOnly",
    "ParallelWalk",
    "Pathway",
    "QuotaPlaces",
    "Reallocation",
    "ReallocationTable",
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

AnyPathwayTable = Annotated[
    RelayPlacesTable | ParallelWalkTable | QuotaPlacesTable | TeamTopUpTable | RemainderTable | ReallocationTable,
    Field(discriminator="kind"),
]
"""A pathway of any kind there is, in a rule file."""

KINDS: tuple[type[Pathway], ...] = get_args(AnyPathway)
"""Every kind of pathway."""

ENGINES_ONLY = "only engines and the validator know this kind so far"
"""Why everything else refuses a kind that is `EnginesOnly`."""


def require_known(who: str, pathways: Iterable[Pathway], refused: Mapping[type[Pathway], str] | None = None) -> None:
    """Raise UnsupportedError unless all pathways are of one of `KINDS` and none is refused or `EnginesOnly`.

    This is for code without a table of steps.

    Parameters
    ----------
    refused
        Kinds that `who` does not support: kind -> why.
    """
    steps: dict[type[Pathway], bool | Refused] = {
        kind: Refused(ENGINES_ONLY) if issubclass(kind, EnginesOnly) else True for kind in KINDS
    }
    steps |= {kind: Refused(reason) for kind, reason in (refused or {}).items()}
    supported(who, pathways, steps)
