"""A quota place for NOCs that lack one athlete for the mixed relay, and the entries to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .pathway import Pathway


@dataclass(frozen=True, slots=True)
class TeamTopUp(Pathway):
    """A quota place for NOCs that lack exactly one athlete for the mixed relay, up to that event's start places."""

    kind: ClassVar[str] = "team-top-up"
    event: str = ""
