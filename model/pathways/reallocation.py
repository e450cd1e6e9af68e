"""Declined places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .pathway import Pathway


@dataclass(frozen=True, slots=True)
class Reallocation(Pathway):
    """What happens to declined places; quota places left over go through the pathways `repeats` again."""

    kind: ClassVar[str] = "reallocation"
    repeats: tuple[str, ...] = ()
