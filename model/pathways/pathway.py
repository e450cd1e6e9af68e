"""What every pathway has, and how a part of quotaproof says that it does not support a kind of pathway."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Never, TypeVar

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
    sentences
        The wording of the reasons that only this kind has for a decision, by the name of the reason; names in braces
        are the figures of the decision (`model.decisions`).
    """

    kind: ClassVar[str] = "pathway"
    stage: ClassVar[int] = START_PLACES
    sentences: ClassVar[Mapping[str, str]] = {}
    identifier: str
    title: str
    clause: str

    @property
    def hands_out(self) -> tuple[str, ...]:
        """The events whose start places it hands out."""
        return ()


@dataclass(frozen=True, slots=True)
class WalkedEvents(Pathway):
    """A pathway that goes through the SOQCs of some events and hands out their start places."""

    events: tuple[str, ...] = ()

    @property
    def hands_out(self) -> tuple[str, ...]:
        """All of `events`."""
        return self.events


@dataclass(frozen=True, slots=True)
class RefusedElsewhere(Pathway):
    """A kind that is refused wherever nothing names it: it is known where it has a step, and nowhere else.

    A new kind begins as one of these, with steps in the engines and the validator. `require_known` refuses it before
    anything is answered, and `refuse` takes it, so that no `match` has to name it.

    Attributes
    ----------
    why_refused
        Why, in the words of a refusal.
    """

    why_refused: ClassVar[str] = "only engines and the validator know this kind so far"


LISTED = "places go down ranked lists, and allocate, standings, reserve, verify, whatif and explain answer for those"
"""Why whoever reasons about qualifiers does not support ranked lists."""


@dataclass(frozen=True, slots=True)
class ListedPathway(RefusedElsewhere):
    """A kind of pathway that goes by ranked lists of athletes, teams or NOCs, and not by SOQCs of qualifiers.

    Rules have pathways of one family only: what is handed out down a list is a named entry's, and the questions that
    reason about qualifiers have no meaning for it.
    """

    why_refused: ClassVar[str] = LISTED

    @property
    def asks(self) -> tuple[tuple[str, str, str], ...]:
        """The lists it goes by: (event, ranking, key of the table that names it)."""
        return ()


@dataclass(frozen=True, slots=True)
class ListedPlaces(ListedPathway):
    """A kind that hands out so many places of each event down one ranked list.

    Attributes
    ----------
    ranking
        The name of the list, such as `points`.
    places
        Event -> number of places.
    """

    ranking: str = ""
    places: Mapping[str, int] = field(default_factory=dict)

    @property
    def hands_out(self) -> tuple[str, ...]:
        """The events of `places`."""
        return tuple(self.places)

    @property
    def asks(self) -> tuple[tuple[str, str, str], ...]:
        """One list of each event."""
        return tuple((event, self.ranking, "ranking") for event in self.places)


@dataclass(frozen=True, slots=True)
class ListedEvents(ListedPathway):
    """A kind that gives NOCs places of some events by a ranked list of each.

    Attributes
    ----------
    ranking
        The name of the list.
    events
        The events whose places it gives.
    """

    ranking: str = ""
    events: tuple[str, ...] = ()

    @property
    def hands_out(self) -> tuple[str, ...]:
        """All of `events`."""
        return self.events

    @property
    def asks(self) -> tuple[tuple[str, str, str], ...]:
        """One list of each event."""
        return tuple((event, self.ranking, "ranking") for event in self.events)


@dataclass(frozen=True, slots=True)
class Refused:
    """Takes the place of the step of a kind that an engine, or another part, does not support, and says why."""

    why: str


EngineStep = Callable[[Any, Any], None]
"""What an engine does at a pathway: it takes the state of that engine and a pathway of one kind."""

Steps = Iterable[tuple[EngineStep, Pathway]]
"""Pathways, each with what an engine does at it."""

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


def refuse(who: str, pathway: RefusedElsewhere) -> Never:
    """End a `match` over the kinds of pathways: mypy rejects the call while a kind is left, and at run time it raises.

    Only kinds that are `RefusedElsewhere` may be left.

    Raises
    ------
    UnsupportedError
        Always.
    """
    raise _unsupported(who, pathway, getattr(pathway, "why_refused", None))


def _unsupported(who: str, pathway: Pathway, why: str | None) -> UnsupportedError:
    kind = pathway.kind if "kind" in vars(type(pathway)) else type(pathway).__name__
    reason = f", because {why}" if why else ""
    return UnsupportedError(f"{who} does not support pathways of kind {kind} ({pathway.identifier}){reason}")
