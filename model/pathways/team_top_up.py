"""A quota place for NOCs that lack one athlete for the mixed relay, and the entries to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeVar

from quotaproof.model.toml_schema import Identifier

from .pathway import LEFT_OVER, Pathway
from .table import FittingEvent, PathwayTable


@dataclass(frozen=True, slots=True)
class TeamTopUp(Pathway):
    """A quota place for NOCs that lack exactly one athlete for the mixed relay, up to that event's start places."""

    kind: ClassVar[str] = "team-top-up"
    stage: ClassVar[int] = LEFT_OVER
    sentences: ClassVar[Mapping[str, str]] = {
        "enters": "it has {men:man} and {women:woman}, enough for a team in {event}",
        "enters-best": "it has {men:man} and {women:woman} and is among the best {places} of {event} (rank {rank})",
        "enters-host": "it has {men:man} and {women:woman}, and the host has one start place in {event} in any case",
        "not-best": "it has {men:man} and {women:woman}, but ranks behind {places:team} in {event} (rank {rank})",
        "top-up": "it lacks one {one} for {event} and is next in its ranking (rank {rank})",
        "top-up-unranked": "it lacks one {one} for {event} but is not in its ranking",
        "lacks-more": "it has {men:man} and {women:woman} and lacks more than one athlete for a team in {event}",
        "teams-full": "it lacks one {one} for {event} (rank {rank}), which already has {teams:team}",
    }
    event: str = ""

    @property
    def hands_out(self) -> tuple[str, ...]:
        """The mixed relay alone."""
        return (self.event,)


AnyGender = TypeVar("AnyGender", bound=str)


def lacking(team: Mapping[AnyGender, int], quota_places: Mapping[AnyGender, int]) -> dict[AnyGender, int]:
    """Return the athletes that an NOC lacks for a team, by gender, for the genders in which it lacks any."""
    lacks = {gender: need - quota_places[gender] for gender, need in team.items()}
    return {gender: number for gender, number in lacks.items() if number > 0}


class TeamTopUpTable(PathwayTable):
    """Primitive: a quota place for NOCs that lack one athlete for the mixed relay, and the entries to it."""

    kind: Literal["team-top-up"]
    event: Identifier

    def to_pathway(self, event: FittingEvent) -> TeamTopUp:
        """Return the pathway; errors as those of `event`."""
        return TeamTopUp(*self.head, event(self.event, "relay", "event", mixed=True))
