"""Declined places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from quotaproof.model.dates import Day
from quotaproof.model.toml_schema import Identifier, Words

from .pathway import REALLOCATION, Pathway
from .table import FittingEvent, PathwayIdentifier, PathwayTable

Withdrawn = Literal["noc-replaces", "goes-on"]


@dataclass(frozen=True, slots=True)
class Reallocation(Pathway):
    """What happens to declined places; quota places left over go through the pathways `repeats` again.

    All attributes but `until` are for places that go by ranked lists.

    Attributes
    ----------
    until
        The last day (YYYY-MM-DD) on which a place given back is given on; later ones stay free. Empty if there is none.
    withdrawn
        Whose a named entry's place is when the athlete withdraws: the NOC's, which sends its next one
        (`noc-replaces`), or nobody's, so that it goes on as a declined one does (`goes-on`).
    ranking
        Where places are of NOCs and not of named entries: the list down which a returned place goes, to the next NOC
        without a place in the event. The scenario may lack that list; then nobody can be named.
    competition
        What that list is of, in words.
    """

    kind: ClassVar[str] = "reallocation"
    stage: ClassVar[int] = REALLOCATION
    repeats: tuple[str, ...] = ()
    withdrawn: Withdrawn = "noc-replaces"
    ranking: str = ""
    competition: str = ""
    until: str = ""
    sentences: ClassVar[Mapping[str, str]] = {
        "reallocated": "{name} is next on the reserve list of {event}, as number {number}",
        "reallocated-first": "{name}, number {number} of the reserve list of {event}, is first of NOCs without a place",
        "reallocated-tie": "{name} is tied with others on the reserve list of {event}; not all can have a place",
        "reallocated-none": "nobody on the reserve list of {event} can take the place; the rules name nobody behind it",
        "withdrawn-replaced": "the place is the NOC's, which may send another; {name} is its next in {event}",
        "returned-next": "the next NOC of {competition} without a place in {event}, at rank {rank}",
        "returned-tie": "rank {rank} of {competition} is shared, and there is no place for all of them",
        "returned-none": "no NOC without a place is left in the results of {competition}",
        "returned-elsewhere": "it goes to the next of {competition}, whose results the scenario has not",
        "returned-open": "the rules do not say who takes a place that is given back in {event}",
    }


class ReallocationTable(PathwayTable):
    """Primitive: declined places go to the next in line, quota places left over through `repeats` again.

    All other keys but `until` are for places that go by ranked lists.
    """

    kind: Literal["reallocation"]
    repeats: list[PathwayIdentifier]
    withdrawn: Withdrawn | None = None
    ranking: Identifier | None = None
    competition: Words | None = None
    until: Day | None = None
    """The last day (YYYY-MM-DD) on which a place given back is given on; what is given back later stays free."""

    def to_pathway(self, event: FittingEvent) -> Reallocation:
        """Return the pathway, which names no event."""
        withdrawn = self.withdrawn or "noc-replaces"
        texts = (self.ranking or "", self.competition or "", self.until or "")
        return Reallocation(*self.head, tuple(self.repeats), withdrawn, *texts)
