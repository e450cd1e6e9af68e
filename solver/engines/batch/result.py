"""What a batch engine finds: places, quota places and ties of every element, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from quotaproof.model.allocation import Allocation, Award, Tied
from quotaproof.model.pathways import TeamTopUp
from quotaproof.model.rules import GENDERS, Gender
from quotaproof.model.same_values import WithArrays

from .program import NONE
from .rankings import Batch, Flags, Numbers

if TYPE_CHECKING:
    import pandas as pd

OPTIMAL, TIE, NO_ROOM = 0, 1, 2
"""Status of an element. `NO_ROOM`: what is kept after declines needs more athletes than a cap allows, which the rules
of a file cannot lead to, but caps set by hand can; its arrays hold nothing that matters."""

FIRST_STAMP = 1
"""The stamp of what a first allocation gives."""


@dataclass(frozen=True, eq=False)
class BatchState(WithArrays):
    """Places and quota places of every element.

    Attributes
    ----------
    places
        (B, E, N) start places.
    awards
        (B, Q, 2, N) quota places by pathway and gender.
    stamps
        (B, Q, 2, N) when they were given: what was given first comes first among those of an NOC.
    """

    places: Numbers
    awards: Numbers
    stamps: Numbers

    def take(self, elements: npt.NDArray[np.intp]) -> BatchState:
        """Return some elements."""
        return BatchState(self.places[elements], self.awards[elements], self.stamps[elements])


@dataclass(frozen=True, eq=False)
class BatchHeld(WithArrays):
    """What is held in each element after declines (see `model.kept`), for an engine to fill the holes around it.

    Attributes
    ----------
    state
        Places and quota places that are kept.
    at_most
        (B, E, N) the places an NOC wants at most.
    stamp
        The stamp of what is given now.
    """

    state: BatchState
    at_most: Numbers
    stamp: int

    def take(self, elements: npt.NDArray[np.intp]) -> BatchHeld:
        """Return some elements."""
        return BatchHeld(self.state.take(elements), self.at_most[elements], self.stamp)


@dataclass(frozen=True, eq=False)
class BatchResult(WithArrays):
    """The allocation of every element of a batch.

    Attributes
    ----------
    state
        Places and quota places, whole numbers by element, event or pathway, and NOC.
    status
        (B,) `OPTIMAL`; `TIE` where the readings refuse to break a tie, and the arrays hold what was certain before; or
        `NO_ROOM`.
    tied
        (B, 3, N) who is tied: for a man's place, a woman's place, a mixed relay.
    tie_step
        (B,) the number of the pathway at which it ended, or -1.
    """

    batch: Batch
    state: BatchState
    status: npt.NDArray[np.int8]
    tied: Flags
    tie_step: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.status)

    def take(self, elements: npt.NDArray[np.intp]) -> BatchResult:
        """Return some elements."""
        return BatchResult(
            self.batch.take(elements),
            self.state.take(elements),
            self.status[elements],
            self.tied[elements],
            self.tie_step[elements],
        )

    @property
    def places(self) -> Numbers:
        """(B, E, N) start places."""
        return self.state.places

    @property
    def athletes(self) -> Numbers:
        """(B, 2, N) quota places of men and women."""
        return np.asarray(self.state.awards.sum(axis=1, dtype=np.int16))

    def cells(self) -> Numbers:
        """(B, E + 2, N): start places of each event, then quota places of men and of women."""
        return np.concatenate([self.places, self.athletes], axis=1)

    def allocation(self, number: int) -> Allocation:
        """Return one element as an allocation (without decisions: a batch records none)."""
        program, nocs = self.batch.program, self.batch.nocs
        places = {
            event.identifier: {nocs[n]: int(row[n]) for n in np.flatnonzero(row)}
            for event, row in zip(program.rules.events, self.places[number], strict=True)
        }
        awards: list[tuple[int, Award]] = []
        for place, pathway in enumerate(program.quota_pathways):
            for index, gender in enumerate(GENDERS):
                row = self.state.awards[number, place, index]
                for n in np.flatnonzero(row):
                    stamp = int(self.state.stamps[number, place, index, n])
                    awards.append((stamp, Award(pathway, nocs[n], gender, int(row[n]))))
        awards.sort(key=lambda one: one[0])
        tie = self.status[number] == TIE
        return Allocation(
            scenario=self.batch.template.identifier,
            rules=program.rules,
            engine="batch",
            status="tie" if tie else "optimal",
            unique=not tie,
            places=places,
            awards=tuple(award for _, award in awards),
            tied=self._tied(number) if tie else (),
        )

    def _tied(self, number: int) -> tuple[Tied, ...]:
        program = self.batch.program
        rules = program.rules
        pathway = [p for p in rules.pathways if p.identifier in program.quota_pathways][
            program.steps[self.tie_step[number], 1]
        ]
        found: list[Tied] = []
        for index, row in enumerate(self.tied[number]):
            gender: Gender | None = GENDERS[index] if index < len(GENDERS) else None
            for n in np.flatnonzero(row):
                noc, event, rank = self.batch.nocs[n], None, None
                if gender is not None and (relay := int(program.relay[index])) != NONE:
                    event = rules.events[relay].identifier
                    ranks = np.flatnonzero(self.batch.entries[number, relay] == n)
                    rank = int(ranks[0]) + 1 if ranks.size else None
                elif gender is None and isinstance(pathway, TeamTopUp):
                    event = pathway.event
                found.append(Tied(pathway.identifier, event, noc, gender, rank))
        return tuple(found)

    def to_frame(self) -> pd.DataFrame:
        """Return all elements as a frame: index `element`, columns `status` and `NOC:EVENT`, `NOC:men`, `NOC:women`."""
        import pandas as pd

        columns = [*(event.identifier for event in self.batch.program.rules.events), *GENDERS]
        names = [f"{noc}:{column}" for noc in self.batch.nocs for column in columns]
        cells = self.cells().transpose(0, 2, 1).reshape(len(self), -1)
        frame = pd.DataFrame(cells, columns=names)
        frame.insert(0, "status", np.where(self.status == TIE, "tie", "optimal"))
        frame.index.name = "element"
        return frame
