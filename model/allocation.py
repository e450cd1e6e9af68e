"""The result: start places and quota places, with the decisions that led to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from .decisions import Decision
from .documents import AllocationDocument, AthletesDocument, athletes_document, document_of
from .published import ATHLETES, TOTAL, Published
from .rules import GENDERS, Gender, Rules, is_gender

if TYPE_CHECKING:
    import pandas as pd

Status = Literal["optimal", "tie"]
EngineName = Literal["cp-sat", "greedy"]
Maker = EngineName | Literal["batch"]
"""What an allocation comes from; the batch engine gives many at once, without decisions."""


class Award(NamedTuple):
    """Quota places an NOC has by one pathway in one gender."""

    pathway: str
    noc: str
    gender: Gender
    number: int


class Tied(NamedTuple):
    """A place in a tie that nothing in the rules, the readings or a recorded draw settles.

    `gender` is None where the tie is in an event's ranking.
    """

    pathway: str | None
    event: str | None
    noc: str
    gender: Gender | None
    rank: int | None


class Placed(NamedTuple):
    """A start place of a named entry of a ranked list, and the pathway that gave it."""

    noc: str
    athlete: str
    pathway: str


class InReserve(NamedTuple):
    """An entry of a reserve list; `tied` where nothing settles its order among some of the others."""

    noc: str
    athlete: str
    tied: bool = False


class TierValue(NamedTuple):
    """The proved optimum of one objective tier, as an exact integer.

    The tier's 0/1 variables are packed into powers of two, the first in line as the highest; those that share a place
    in line are counted instead.
    """

    name: str
    size: int
    value: int


@dataclass(frozen=True)
class Allocation:
    """Start places per event and NOC, quota places per NOC and gender.

    Attributes
    ----------
    status
        `optimal`, or `tie` when an unsettled tie matters: then `tied` names it and the rest holds what is certain.
    unique
        Whether no other allocation has the same value in every tier.
    places
        Event -> NOC -> start places (only where there are any), NOCs sorted.
    awards
        Quota places by pathway; `athletes` sums them.
    decisions
        Each claim that was granted or refused, with its reason and the clause, in the order of the pathways.
    tied
        Who shares the unsettled tie; empty unless `status` is `tie`.
    optima
        What the CP-SAT engine proved, tier after tier; empty from the greedy engine and where a tie in the standings
        matters.
    entries
        Where places go to the entries of ranked lists: event -> who has them, in the order in which they were given.
    reserve
        Event -> its reserve list, the first in line first.
    taken_back
        Event -> places that were taken back so that the quota places fit their total, the last to go last.
    """

    scenario: str
    rules: Rules
    engine: Maker
    status: Status
    unique: bool
    places: Mapping[str, Mapping[str, int]]
    awards: tuple[Award, ...]
    decisions: tuple[Decision, ...] = ()
    tied: tuple[Tied, ...] = ()
    optima: tuple[TierValue, ...] = ()
    entries: Mapping[str, tuple[Placed, ...]] = field(default_factory=dict)
    reserve: Mapping[str, tuple[InReserve, ...]] = field(default_factory=dict)
    taken_back: Mapping[str, tuple[Placed, ...]] = field(default_factory=dict)

    def copied(self) -> Allocation:
        """Return the same with mappings of its own, for somebody who may change them."""
        return replace(
            self,
            places={event: dict(numbers) for event, numbers in self.places.items()},
            decisions=tuple(decision._replace(figures=dict(decision.figures)) for decision in self.decisions),
            entries=dict(self.entries),
            reserve=dict(self.reserve),
            taken_back=dict(self.taken_back),
        )

    @cached_property
    def athletes(self) -> Mapping[str, tuple[int, int]]:
        """NOC -> (men, women), for NOCs with any, sorted."""
        athletes: dict[str, list[int]] = {}
        for award in self.awards:
            athletes.setdefault(award.noc, [0, 0])[GENDERS.index(award.gender)] += award.number
        return {noc: (men, women) for noc, (men, women) in sorted(athletes.items()) if men + women}

    @property
    def totals(self) -> tuple[int, int]:
        """Quota places of all NOCs, (men, women)."""
        return sum(men for men, _ in self.athletes.values()), sum(women for _, women in self.athletes.values())

    @property
    def nocs(self) -> tuple[str, ...]:
        """NOCs with a start place or a quota place, sorted."""
        return tuple(sorted(set(self.athletes).union(*(set(places) for places in self.places.values()))))

    def number(self, noc: str, column: str) -> int:
        """Return what an NOC has in a column: an event, `men`, `women` or `athletes`."""
        athletes = self.athletes.get(noc, (0, 0))
        if column == ATHLETES:
            return sum(athletes)
        if is_gender(column) and column not in self.places:  # an event may have the name of a gender
            return athletes[GENDERS.index(column)]
        return self.places[column].get(noc, 0)

    def differing(self, other: Allocation) -> Iterator[tuple[str, str, int, int]]:
        """Yield (NOC, event or gender, number, number in the other allocation) where they differ, events first."""
        nocs = sorted({*self.nocs, *other.nocs})
        for column in dict.fromkeys((*self.places, *GENDERS)):
            for noc in nocs:
                if (here := self.number(noc, column)) != (there := other.number(noc, column)):
                    yield noc, column, here, there

    def same_places(self, other: Allocation) -> bool:
        """Return whether both give every NOC the same start places and quota places."""
        return self.places == other.places and self.athletes == other.athletes

    def to_dict(self) -> AllocationDocument:
        """Return the allocation with the JSON keys of the command line."""
        listed = bool(self.entries or self.reserve)
        return document_of(
            AllocationDocument,
            self,
            athletes=self.athletes_documents(),
            totals=athletes_document(*self.totals),
            decisions=[decision.to_dict(self.rules) for decision in self.decisions],
            entries=self.entries if listed else None,
            reserve=self.reserve if listed else None,
            taken_back=self.taken_back or None,
        )

    def athletes_documents(self) -> dict[str, AthletesDocument]:
        """Return NOC -> its quota places by gender, and their sum."""
        return {noc: athletes_document(*both) for noc, both in self.athletes.items()}

    def to_published(self) -> Published:
        """Return the allocation in the published layout, with a TOTAL row."""
        events = tuple(event.identifier for event in self.rules.events)
        cells = {
            noc: {
                **{event: self.places[event].get(noc, 0) for event in events},
                **({ATHLETES: sum(self.athletes.get(noc, (0, 0)))} if self.rules.gives_quota_places else {}),
            }
            for noc in self.nocs
        }
        columns = (*events, ATHLETES) if self.rules.gives_quota_places else events
        return Published(columns, cells, {column: sum(row[column] for row in cells.values()) for column in columns})

    def to_frame(self) -> pd.DataFrame:
        """Return the published layout as a frame: index `noc` (a TOTAL row last), a column per event, `athletes`."""
        import pandas as pd

        table = self.to_published()
        rows = {**table.cells, TOTAL: table.totals}
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=list(table.columns), dtype="int64")
        frame.index.name = "noc"
        return frame
