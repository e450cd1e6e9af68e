"""What every pathway has, and how a part of quotaproof says that it does not support a kind of pathway."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Never

from quotaproof.model.errors import UnsupportedError


@dataclass(frozen=True, slots=True)
class Pathway:
    """One numbered step of the rules; its clause is the text it comes from.

    Attributes
    ----------
    kind
        The name of the kind in rule files.
    """

    kind: ClassVar[str] = "pathway"
    identifier: str
    title: str
    clause: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Stands for the step of a kind that an engine, or another part, does not support, and says why."""

    why: str


def require_supported(who: str, pathways: Iterable[Pathway], steps: Collection[type[Pathway]]) -> None:
    """Raise UnsupportedError unless there is a step for the kind of every pathway.

    Parameters
    ----------
    who
        Who would work through the pathways, such as "engine greedy".
    steps
        The kinds that are supported, or kind -> its step or `Refused`.
    """
    for pathway in pathways:
        kind = type(pathway)
        step = steps.get(kind) if isinstance(steps, Mapping) else None
        if isinstance(step, Refused):
            raise _unsupported(who, pathway, step.why)
        if kind not in steps:
            raise _unsupported(who, pathway, None)


def refuse(who: str, pathway: Never) -> Never:
    """End a `match` over the kinds of pathways: mypy rejects the call while a kind is left, and at run time it raises.

    Raises
    ------
    UnsupportedError
        Always.
    """
    raise _unsupported(who, pathway, None)


def _unsupported(who: str, pathway: Pathway, why: str | None) -> UnsupportedError:
    kind = pathway.kind if "kind" in vars(type(pathway)) else type(pathway).__name__
    reason = f", because {why}" if why else ""
    return UnsupportedError(f"{who} does not support pathways of kind {kind} ({pathway.identifier}){reason}")
