"""Who gains when places are given back and the standings are not known: necessary and possible recipients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quotaproof.model.allocation import Allocation
from quotaproof.model.documents import document_of
from quotaproof.model.published import Published
from quotaproof.model.standings.rankings import Standings
from quotaproof.solver.documents import PlacesDocument, RecipientDocument, RecipientsDocument
from quotaproof.solver.inference_documents import PartlyKnownStartDocument

if TYPE_CHECKING:
    import pandas as pd

    from quotaproof.solver.infer.question import TableState


@dataclass(frozen=True, slots=True)
class Recipient:
    """A gain: one place more (at least `number`, for a necessary one) of an NOC in a column.

    `noc` is None for any NOC that the scenario does not name.
    """

    noc: str | None
    column: str
    number: int
    witness: int | None = None

    def to_dict(self) -> RecipientDocument:
        """Return the claim with the JSON keys of the command line."""
        return document_of(RecipientDocument, self, noc=self.noc or "OTHER")


def in_order(claims: Iterable[Recipient], columns: Sequence[str]) -> tuple[Recipient, ...]:
    """Return gains column by column, each by NOC, those that the scenario does not name last."""
    return tuple(sorted(claims, key=lambda claim: (columns.index(claim.column), claim.noc or "~")))


@dataclass(frozen=True, slots=True)
class Witness:
    """A completion of the standings, the allocations before and after under it."""

    standings: Standings
    before: Allocation
    after: Allocation


@dataclass(frozen=True)
class PartlyKnownStart:
    """The beginning of a question about a table that is known in part.

    Attributes
    ----------
    state, state_means
        Which state of the table is meant, and what that is in words.
    facts
        How many facts there are.
    tables
        How many tables have all of them, each of which was asked about by itself; None if the numbers were bounded
        instead.
    necessary_complete
        Whether all gains that are certain are known to be so: each other one is lacking in some standings.
    certain_after
        Event -> NOC -> start places that it has for certain afterwards.
    not_excluded
        Gains for which no witness was found, and which are not proved impossible; empty where each table was asked.
    """

    state: TableState
    state_means: str
    facts: int
    tables: int | None
    necessary_complete: bool
    certain_after: Mapping[str, Mapping[str, int]]
    not_excluded: tuple[Recipient, ...] = ()

    def to_dict(self) -> PartlyKnownStartDocument:
        """Return the beginning with the JSON keys of the command line."""
        return {
            "state": self.state,
            "state_means": self.state_means,
            "facts": self.facts,
            "tables": self.tables,
            "necessary_complete": self.necessary_complete,
        }


@dataclass(frozen=True)
class Recipients:
    """The answer.

    Attributes
    ----------
    freed
        Column -> places that come free: start places given back, and quota places the decliners no longer have.
    necessary, possible
        Gains; each possible one names its witness (a position in `witnesses`).
    repaired
        Whether the published table had to be repaired first.
    invited
        Whether places by invitation, which are outside the rules, are left out of it.
    partly
        What it starts from, where the table is known in part; `table` has what is certain then.
    """

    scenario: str
    changes: tuple[str, ...]
    table: Published
    repaired: bool
    freed: Mapping[str, tuple[int, int]]
    necessary: tuple[Recipient, ...]
    possible: tuple[Recipient, ...]
    witnesses: tuple[Witness, ...]
    invited: bool = False
    partly: PartlyKnownStart | None = None

    @property
    def not_excluded(self) -> tuple[Recipient, ...]:
        """Gains that are neither shown nor excluded."""
        return self.partly.not_excluded if self.partly is not None else ()

    def to_dict(self) -> RecipientsDocument:
        """Return the answer with the JSON keys of the command line."""
        places = {c: {n: row[c] for n, row in self.table.cells.items() if row[c]} for c in self.table.columns}
        athletes = places.pop("athletes")
        first = self.witnesses[0] if self.witnesses else None
        return document_of(
            RecipientsDocument,
            self,
            mode="sequential",
            standings="incomplete",
            table="partly-known" if self.partly is not None else "repaired" if self.repaired else "published",
            before={"places": places, "athletes": {noc: {"total": number} for noc, number in athletes.items()}},
            after=self._certain(first),
            moves=[],
            freed={column: {"least": low, "most": high} for column, (low, high) in self.freed.items()},
            witnesses=len(self.witnesses),
            partly_known=self.partly,
            **{"from": "published"},
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the claims as a frame with the columns claim, noc, column, number, witness.

        A claim is `necessary`, `possible` or, where the table is known in part, `not-excluded`.
        """
        import pandas as pd

        columns = ["claim", "noc", "column", "number", "witness"]
        rows = [{"claim": "necessary", **claim.to_dict()} for claim in self.necessary]
        rows += [{"claim": "possible", **claim.to_dict()} for claim in self.possible]
        rows += [{"claim": "not-excluded", **claim.to_dict()} for claim in self.not_excluded]
        return pd.DataFrame(rows, columns=columns).astype({"number": "Int64", "witness": "Int64"})

    def _certain(self, first: Witness | None) -> PlacesDocument | None:
        """What everybody has for certain afterwards: the least over all completions."""
        if self.partly is not None:
            return {"places": {event: dict(numbers) for event, numbers in self.partly.certain_after.items()}}
        if first is None:
            return None
        gains = {(claim.noc, claim.column): claim.number for claim in self.necessary}
        kept = {
            event: {
                noc: number
                for noc in numbers
                if (number := min(numbers[noc], first.after.places[event].get(noc, 0)) + gains.get((noc, event), 0))
            }
            for event, numbers in first.before.places.items()
        }
        return {"places": kept}
