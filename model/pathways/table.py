"""What the tables of all kinds of pathways share in a rule file."""

from __future__ import annotations

from typing import Annotated, Literal, Protocol

from pydantic import Field

from quotaproof.model.toml_schema import TomlTable, Words

PathwayIdentifier = Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9.]*$", max_length=20)]


class FittingEvent(Protocol):
    """Returns an event that a pathway names.

    Raises
    ------
    InputError
        If there is none, or it is of another kind (individual or relay), or mixed where one gender is meant.
    """

    def __call__(self, identifier: str, kind: Literal["individual", "relay"], key: str, *, mixed: bool = False) -> str:
        """`key` is that of the table which names the event."""


class PathwayTable(TomlTable):
    """What all pathways share."""

    identifier: PathwayIdentifier = Field(alias="id")
    title: Words
    clause: Words
    uses: list[PathwayIdentifier] = Field(default_factory=list)

    @property
    def head(self) -> tuple[str, str, str]:
        """What every pathway begins with."""
        return self.identifier, self.title, self.clause
