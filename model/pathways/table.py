"""What the tables of all kinds of pathways share in a rule file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Protocol

from pydantic import Field

from quotaproof.model.toml_schema import Identifier, TomlTable, Words

PathwayIdentifier = Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9.]*$", max_length=20)]


class FittingEvent(Protocol):
    """Returns an event that a pathway names.

    Raises
    ------
    InputError
        If there is none, or it is of another kind (individual or relay), or mixed where one gender is meant.
    """

    def __call__(
        self, identifier: str, kind: Literal["individual", "relay", "any"], key: str, *, mixed: bool = False
    ) -> str:
        """`key` is that of the table which names the event; `any` event will do where a list is gone down."""


Number = Annotated[int, Field(ge=1, le=10_000)]


def numbers(event: FittingEvent, table: Mapping[str, int], key: str) -> dict[str, int]:
    """Return event -> number as a table has it; errors as those of `event`."""
    return {event(one, "any", key): number for one, number in table.items()}


class PathwayTable(TomlTable):
    """What all pathways share."""

    identifier: PathwayIdentifier = Field(alias="id")
    """Its id, such as `P1`; decisions and `uses` name it."""
    title: Words
    """In a few words, as tables show it."""
    clause: Words
    """The text that it follows, for a reader to look up."""
    uses: list[PathwayIdentifier] = Field(default_factory=list)
    """The pathways before it that it builds on."""

    @property
    def head(self) -> tuple[str, str, str]:
        """What every pathway begins with."""
        return self.identifier, self.title, self.clause


class ListedPlacesTable(PathwayTable):
    """What kinds share that hand out so many places of each event down one ranked list."""

    ranking: Identifier
    """The list that is gone down: the id of a table `[[rankings]]` that has the event."""
    places: Annotated[dict[Identifier, Number], Field(min_length=1)]
    """Event -> number of start places, as the kind says."""

    def of(self, event: FittingEvent) -> tuple[str, str, str, str, dict[str, int]]:
        """Return what every pathway begins with, the list, and event -> number; errors as those of `event`."""
        return *self.head, self.ranking, numbers(event, self.places, "places")


class ListedEventsTable(PathwayTable):
    """What kinds share that give NOCs places of some events by a ranked list."""

    ranking: Identifier
    """The list that is gone down: the id of a table `[[rankings]]` that has the event. NOCs go by their best entry."""
    events: Annotated[list[Identifier], Field(min_length=1)]
    """The events it hands out."""

    def of(self, event: FittingEvent) -> tuple[str, str, str, str, tuple[str, ...]]:
        """Return what every pathway begins with, the list, and the events; errors as those of `event`."""
        return *self.head, self.ranking, tuple(event(one, "any", "events") for one in self.events)
