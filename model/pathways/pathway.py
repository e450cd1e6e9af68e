"""What every pathway has, and how a part of quotaproof says that it does not support a kind of pathway."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Never, TypeVar

from quotaproof.model.errors import UnsupportedError

START_PLACES, ENTITLED, LEFT_OVER, REALLOCATION = range(4)
"""Stages, in which pathways must come: start places, quota places that follow from them, those left over, declines."""


@dataclass(frozen=True, slots=True)
class Pathway:
    """One numbered step of the rules; its clause is the text it comes from.

    Attributes
    ----------
    kind
        The name of the kind in rule files.
    stage
        Its place among the others.
    """

    kind: ClassVar[str] = "pathway"
    stage: ClassVar[int] = START_PLACES
    identifier: str
    title: str
    clause: str

    @property
    def hands_out(self) -> tuple[str, ...]:
        """The events whose start places it hands out."""
        return ()


@dataclass(frozen=True, slots=True)
class EnginesOnly(Pathway):
    """A kind that so far only engines, the validator and the record of decisions know; everything else refuses it.

    A new kind begins as one of these. `require_known` refuses it before anything is answered, and `refuse` takes it,
    so that no `match` has to name it.
    """


@dataclass(frozen=True, slots=True)
class ListedPathway(Pathway):
    """A kind of pathway that goes by ranked lists of athletes, teams or NOCs, and not by SOQCs of qualifiers.

    Rules have pathways of one family only: what is handed out down a list is a named entry's, and the questions that
    reason about qualifiers (`refuse_listed`) have no meaning for it.
    """

    @property
    def asks(self) -> tuple[tuple[str, str, str], ...]:
        """The lists it goes by: (event, ranking, key of the table that names it)."""
        return ()


@dataclass(frozen=True, slots=True)
class Refused:
    """Stands for the step of a kind that an engine, or another part, does not support, and says why."""

    why: str


Step = TypeVar("Step")
OnePathway = TypeVar("OnePathway", bound=Pathway)


def supported(
    who: str, pathways: Iterable[OnePathway], steps: Mapping[type[Pathway], Step | Refused]
) -> list[tuple[Step, OnePathway]]:
    """Return the pathways, each with the step for its kind.

    Parameters
    ----------
    who
        Who would take the steps, such as "engine greedy".
    steps
        Kind -> its step, or why there is none.

    Raises
    ------
    UnsupportedError
        If there is no step for the kind of a pathway.
    """
    found: list[tuple[Step, OnePathway]] = []
    for pathway in pathways:
        step = steps.get(type(pathway))
        if step is None or isinstance(step, Refused):
            raise _unsupported(who, pathway, step.why if step is not None else None)
        found.append((step, pathway))
    return found


def refuse(who: str, pathway: EnginesOnly) -> Never:
    """End a `match` over the kinds of pathways: mypy rejects the call while a kind is left, and at run time it raises.

    Only kinds that are `EnginesOnly` may be left.

    Raises
    ------
    UnsupportedError
        Always.
    """
    raise _unsupported(who, pathway, None)


LISTED = "places go down ranked lists, and allocate, standings, reserve, verify, whatif and explain answer for those"
"""Why whoever reasons about qualifiers does not support a `ListedPathway`."""


def refuse_listed(who: str, pathway: ListedPathway) -> Never:
    """Refuse a pathway that goes by ranked lists, in words that name what can answer.

    Raises
    ------
    UnsupportedError
        Always.
    """
    raise _unsupported(who, pathway, LISTED)


def _unsupported(who: str, pathway: Pathway, why: str | None) -> UnsupportedError:
    kind = pathway.kind if "kind" in vars(type(pathway)) else type(pathway).__name__
    reason = f", because {why}" if why else ""
    return UnsupportedError(f"{who} does not support pathways of kind {kind} ({pathway.identifier}){reason}")
