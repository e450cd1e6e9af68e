"""The kinds of pathways that rules are composed of: a closed union, a module for each kind.

Code that goes through the pathways of some rules either has a `match` over `AnyPathway` that ends in `refuse`, so that
mypy names the places that a new kind lacks, or a table of steps by kind that `supported` looks up. A table has the step
of each module that is named after a kind (`steps_in`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Annotated, get_args

from pydantic import Field

from .fill_by_rank import FillByRank, FillByRankTable
from .host_places import HostPlaces, HostPlacesTable
from .kth_entry_tiers import EntryTier, KthEntryTiers, KthEntryTiersTable
from .noc_quota import NocQuota, NocQuotaTable, QuotaCap
from .parallel_walk import ParallelWalk, ParallelWalkTable
from .pathway import (
    ENTITLED,
    LEFT_OVER,
    LISTED,
    REALLOCATION,
    START_PLACES,
    EngineStep,
    ListedPathway,
    Pathway,
    Refused,
    RefusedElsewhere,
    Step,
    Steps,
    refuse,
    supported,
)
from .quota_places import QuotaPlaces, QuotaPlacesTable
from .rank_tiers import RankTiers, RankTiersTable
from .ranking_places import RankingPlaces, RankingPlacesTable
from .reallocation import Reallocation, ReallocationTable
from .reduce_to_total import ReduceToTotal, ReduceToTotalTable
from .relay_places import RelayPlaces, RelayPlacesTable
from .remainder import Remainder, RemainderTable
from .reserve_list import ReserveList, ReserveListTable
from .sum_of_best import SumOfBest, SumOfBestTable, Tier, Worth
from .team_top_up import TeamTopUp, TeamTopUpTable

__all__ = [
    "ENTITLED",
    "KINDS",
    "LEFT_OVER",
    "LISTED",
    "REALLOCATION",
    "START_PLACES",
    "AnyListedPathway",
    "AnyPathway",
    "AnyPathwayTable",
    "EngineStep",
    "EntryTier",
    "FillByRank",
    "HostPlaces",
    "KthEntryTiers",
    "ListedPathway",
    "NocQuota",
    "ParallelWalk",
    "Pathway",
    "QuotaCap",
    "QuotaPlaces",
    "RankTiers",
    "RankingPlaces",
    "Reallocation",
    "ReallocationTable",
    "ReduceToTotal",
    "Refused",
    "RefusedElsewhere",
    "RelayPlaces",
    "Remainder",
    "ReserveList",
    "Steps",
    "SumOfBest",
    "TeamTopUp",
    "Tier",
    "Worth",
    "refuse",
    "require_known",
    "steps_in",
    "supported",
]

AnyListedPathway = (
    RankingPlaces
    | ReserveList
    | HostPlaces
    | NocQuota
    | ReduceToTotal
    | SumOfBest
    | FillByRank
    | RankTiers
    | KthEntryTiers
)
"""A pathway that goes by ranked lists."""

AnyPathway = RelayPlaces | ParallelWalk | QuotaPlaces | TeamTopUp | Remainder | Reallocation | AnyListedPathway
"""A pathway of any kind there is."""

AnyPathwayTable = Annotated[
    RelayPlacesTable
    | ParallelWalkTable
    | QuotaPlacesTable
    | TeamTopUpTable
    | RemainderTable
    | ReallocationTable
    | RankingPlacesTable
    | ReserveListTable
    | HostPlacesTable
    | NocQuotaTable
    | ReduceToTotalTable
    | SumOfBestTable
    | FillByRankTable
    | RankTiersTable
    | KthEntryTiersTable,
    Field(discriminator="kind"),
]
"""A pathway of any kind there is, in a rule file."""

KINDS: tuple[type[Pathway], ...] = get_args(AnyPathway)
"""Every kind of pathway."""


def require_known(
    who: str,
    pathways: Iterable[Pathway],
    refused: Mapping[type[Pathway], str] | None = None,
    *,
    by_lists: bool = False,
) -> None:
    """Raise UnsupportedError unless all pathways are of one of `KINDS` and none is refused.

    This is for code without a table of steps, which reasons about qualifiers: kinds that are `RefusedElsewhere`, among
    them those that go by ranked lists, are refused too.

    Parameters
    ----------
    refused
        Kinds that `who` does not support: kind -> why.
    by_lists
        Whether `who` knows the kinds that go by ranked lists.
    """
    steps: dict[type[Pathway], bool | Refused] = {
        kind: Refused(kind.why_refused) if issubclass(kind, RefusedElsewhere) else True for kind in KINDS
    }
    if by_lists:
        steps |= {kind: True for kind in KINDS if issubclass(kind, ListedPathway)}
    steps |= {kind: Refused(reason) for kind, reason in (refused or {}).items()}
    supported(who, pathways, steps)


def steps_in(
    package: str, step: Callable[[ModuleType], Step], kinds: Iterable[type[Pathway]] = KINDS
) -> dict[type[Pathway], Step | Refused]:
    """Return each kind with the step in its module of a package; a kind without such a module is refused.

    Parameters
    ----------
    package
        Its name; the module of the kind `relay-places` in it is `relay_places`.
    step
        Takes the step out of a module.
    """
    modules = {kind: f"{package}.{kind.kind.replace('-', '_')}" for kind in kinds}
    return {
        kind: step(import_module(module)) if find_spec(module) else Refused("it has no step for them")
        for kind, module in modules.items()
    }
